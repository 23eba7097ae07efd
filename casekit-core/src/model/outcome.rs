//! How a workflow ends.

use serde::{Deserialize, Serialize};

use crate::language::Message;

/// What a case ended as in its workflow.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum Outcome {
    /// Data was sent to the person who asked.
    DataReleased,
    /// Data was sent, and the person was told which sources are left out and why.
    PartlyReleased,
    /// There was no data, and the person who asked was told so.
    NoData,
    /// The request was denied at a step of the workflow.
    Denied {
        /// The code of the denial, such as `no_match`.
        code: String,
    },
    /// Every step of a workflow without a release was approved.
    Approved,
    /// The request was withdrawn before it was answered.
    Withdrawn,
}

/// What kind of outcome a case has, whatever the code of a denial is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum OutcomeKind {
    /// Data was sent to the person who asked.
    DataReleased,
    /// Data was sent, and the person was told which sources are left out and why.
    PartlyReleased,
    /// There was no data, and the person who asked was told so.
    NoData,
    /// The request was denied at a step of the workflow, with whatever code.
    Denied,
    /// Every step of a workflow without a release was approved.
    Approved,
    /// The request was withdrawn before it was answered.
    Withdrawn,
}

impl OutcomeKind {
    /// Every kind of outcome.
    pub const ALL: [Self; 6] = [
        Self::DataReleased,
        Self::PartlyReleased,
        Self::NoData,
        Self::Denied,
        Self::Approved,
        Self::Withdrawn,
    ];

    /// Whether somebody gets an answer that says so.
    #[must_use]
    pub fn is_answered(self) -> bool {
        match self {
            Self::DataReleased | Self::PartlyReleased | Self::NoData | Self::Denied | Self::Approved => true,
            Self::Withdrawn => false,
        }
    }

    /// The stable word for it in the store and in hosts, such as `data_released`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::DataReleased => "data_released",
            Self::PartlyReleased => "partly_released",
            Self::NoData => "no_data",
            Self::Denied => "denied",
            Self::Approved => "approved",
            Self::Withdrawn => "withdrawn",
        }
    }
}

impl Outcome {
    /// The kind of the outcome.
    #[must_use]
    pub fn kind(&self) -> OutcomeKind {
        match self {
            Self::DataReleased => OutcomeKind::DataReleased,
            Self::PartlyReleased => OutcomeKind::PartlyReleased,
            Self::NoData => OutcomeKind::NoData,
            Self::Denied { .. } => OutcomeKind::Denied,
            Self::Approved => OutcomeKind::Approved,
            Self::Withdrawn => OutcomeKind::Withdrawn,
        }
    }

    /// The stable word for it in the store and in hosts, such as `data_released`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.kind().code()
    }

    /// The code of the denial; `None` for any other outcome.
    #[must_use]
    pub fn denial_code(&self) -> Option<&str> {
        match self {
            Self::Denied { code } => Some(code),
            Self::DataReleased | Self::PartlyReleased | Self::NoData | Self::Approved | Self::Withdrawn => {
                None
            }
        }
    }

    /// The outcome as a message, for a language to render.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::DataReleased => Message::new("outcome.data_released"),
            Self::PartlyReleased => Message::new("outcome.partly_released"),
            Self::NoData => Message::new("outcome.no_data"),
            Self::Denied { code } => Message::new("outcome.denied").with_word("denial", "denial", code),
            Self::Approved => Message::new("outcome.approved"),
            Self::Withdrawn => Message::new("outcome.withdrawn"),
        }
    }
}
