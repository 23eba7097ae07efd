//! How a workflow ends.

use serde::{Deserialize, Serialize};

use crate::language::Message;

/// What a case ended as.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum Outcome {
    /// Data was released.
    DataReleased,
    /// There was none, and the person who asked was told so.
    NoData,
    /// It was denied.
    Denied {
        /// The code of the denial.
        code: String,
    },
    /// Every step of a workflow without a release was approved.
    Approved,
    /// It was withdrawn.
    Withdrawn,
}

impl Outcome {
    /// The word for it in the store and in hosts.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::DataReleased => "data_released",
            Self::NoData => "no_data",
            Self::Denied { .. } => "denied",
            Self::Approved => "approved",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The code with which it was denied, if it was.
    #[must_use]
    pub fn denial_code(&self) -> Option<&str> {
        match self {
            Self::Denied { code } => Some(code),
            Self::DataReleased | Self::NoData | Self::Approved | Self::Withdrawn => None,
        }
    }

    /// The outcome as a message, for a language to say.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::DataReleased => Message::new("outcome.data_released"),
            Self::NoData => Message::new("outcome.no_data"),
            Self::Denied { code } => Message::new("outcome.denied").with_word("denial", "denial", code),
            Self::Approved => Message::new("outcome.approved"),
            Self::Withdrawn => Message::new("outcome.withdrawn"),
        }
    }
}
