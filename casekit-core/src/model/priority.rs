//! How soon a case should be worked on, compared with others.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::language::Argument;

/// How soon a case should be worked on, compared with others. They are ordered: `Low` is the least.
///
/// ```
/// use casekit_core::model::Priority;
///
/// assert!(Priority::Urgent > Priority::High && Priority::Normal > Priority::Low);
/// assert_eq!(Priority::default().code(), "normal");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// It can wait for the others.
    Low,
    /// It is worked on in its turn.
    #[default]
    Normal,
    /// It comes before the others.
    High,
    /// It is worked on at once.
    Urgent,
}

impl Priority {
    /// Every priority, from the least to the greatest.
    pub const ALL: [Self; 4] = [Self::Low, Self::Normal, Self::High, Self::Urgent];

    /// The stable word for it in the store and in hosts, such as `normal`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
            Self::Urgent => "urgent",
        }
    }

    /// Whether it is what a case has if nobody says anything else. Stored forms leave it out.
    #[must_use]
    pub fn is_normal(&self) -> bool {
        *self == Self::Normal
    }

    /// Its word, for a language to render.
    pub(crate) fn argument(self) -> Argument {
        Argument::word("priority", self.code())
    }
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
