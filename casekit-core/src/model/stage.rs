//! The stages of a case, and their fixed meanings.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::StageId;

/// The fixed meaning of a stage, whatever a case type calls it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StageCategory {
    /// Nobody works on the case yet.
    Open,
    /// Somebody works on the case.
    Active,
    /// The case waits for somebody outside the organisation.
    Waiting,
    /// The case has its answer, and is not closed yet.
    Resolved,
    /// Nothing more is to be done about the case.
    Closed,
}

impl StageCategory {
    /// Every category, in the order in which a case usually passes through them.
    pub const ALL: [Self; 5] = [Self::Open, Self::Active, Self::Waiting, Self::Resolved, Self::Closed];

    /// Whether a case in this category has ended. A case that moves from such a category to one that has not ended is
    /// reopened.
    #[must_use]
    pub fn is_ended(self) -> bool {
        match self {
            Self::Resolved | Self::Closed => true,
            Self::Open | Self::Active | Self::Waiting => false,
        }
    }

    /// The stable word for it in the store and in hosts, such as `open`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Active => "active",
            Self::Waiting => "waiting",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
        }
    }
}

impl fmt::Display for StageCategory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// One stage in one version of a case type. Its labels are kept outside the versions, because a new label applies at
/// once.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Stage {
    /// The id of the stage, the same in every version.
    pub id: StageId,
    /// The category of the stage, which is its fixed meaning.
    pub category: StageCategory,
    /// Whether a case can be put into this stage.
    pub enabled: bool,
    /// Whether a case comes to this stage only with a resolution; of a resolved or closed one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub needs_resolution: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_suggests_its_id_in_any_script() {
        assert_eq!(StageId::suggested("In Progress").as_str(), "in_progress");
        assert_eq!(StageId::suggested("  Warten auf Kunde! ").as_str(), "warten_auf_kunde");
        assert_eq!(StageId::suggested("対応中").as_str(), "対応中");
        assert_eq!(StageId::suggested("!!!").as_str(), "stage");
    }
}
