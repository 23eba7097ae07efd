//! What an answer that there is no data rests on.

use serde::{Deserialize, Serialize};

/// What came of looking for data before somebody approved that there is none. The letter to the person who asked has a
/// sentence for each, so that it never says more than is true.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum NoDataFinding {
    /// Every source was asked, and none found a row.
    FoundNone,
    /// The sources found rows, and they are not given.
    NotGiven,
    /// No source was asked.
    NotAsked,
    /// A source failed, so that nobody knows what there is.
    SourceFailed,
    /// A source is left out, and the others found no row.
    SourceLeftOut,
}

impl NoDataFinding {
    /// Every finding, in the order of the variants.
    pub const ALL: [Self; 5] =
        [Self::FoundNone, Self::NotGiven, Self::NotAsked, Self::SourceFailed, Self::SourceLeftOut];

    /// The stable word for it in the store, in digests, packages and hosts, such as `found_none`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::FoundNone => "found_none",
            Self::NotGiven => "not_given",
            Self::NotAsked => "not_asked",
            Self::SourceFailed => "source_failed",
            Self::SourceLeftOut => "source_left_out",
        }
    }

    /// Whether an approval that rests on this needs a reason: everything but a complete search that found nothing.
    #[must_use]
    pub fn needs_reason(self) -> bool {
        self != Self::FoundNone
    }
}
