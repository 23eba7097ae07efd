//! What fails on the way to an answer, and who has to fix it.

use serde::{Deserialize, Serialize};

use super::{StepId, Timestamp};
use crate::language::Message;

/// Something that failed, as an entry in "cases with errors".
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Failure {
    /// The stable word for the cause: `source_missing`, `delivery_refused`.
    pub code: String,
    /// The kind of failure, which says whether a retry can help.
    pub class: FailureClass,
    /// Who has to fix it.
    pub responsible: Responsible,
    /// The id of the step at which it happened.
    pub step: StepId,
    /// The setting that is wrong, such as `webform` or `sources.crm`; `None` if it is not about a setting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setting: Option<String>,
    /// What to do about it, without personal data. A hint that a host's own code gave is shown as given.
    pub hint: Message,
    /// How often it was tried so far.
    pub attempts: u32,
    /// When it was last tried.
    pub at: Timestamp,
    /// When the library tries again by itself; `None` if a person has to act, or an attempt is running.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_at: Option<Timestamp>,
}

/// The kind of a failure, which says whether a retry can help.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum FailureClass {
    /// A setting is wrong; a retry works once it is corrected.
    Configuration,
    /// A later retry may work without any change.
    Transient,
    /// A retry fails again unless something else is changed.
    Permanent,
    /// The data is not in the form that it must have.
    Data,
}

/// Who has to fix a failure.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum Responsible {
    /// Whoever keeps the settings.
    ItAdministrator,
    /// Whoever holds the case.
    CaseWorker,
    /// Whoever supports the host application.
    Support,
}

impl FailureClass {
    /// The stable word for it in hosts, such as `transient`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Transient => "transient",
            Self::Permanent => "permanent",
            Self::Data => "data",
        }
    }
}

impl Responsible {
    /// The stable word for it in hosts, such as `case_worker`; also the key of its label in every language.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::ItAdministrator => "it_administrator",
            Self::CaseWorker => "case_worker",
            Self::Support => "support",
        }
    }
}
