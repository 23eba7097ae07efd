//! What statistics measure.

use serde::{Deserialize, Serialize};

/// A length of time that statistics tell of. It is elapsed time, in which nights, holidays and pauses of deadlines count.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum Measure {
    /// How long a case was in a stage that it left.
    TimeInStage,
    /// From when the organisation received what a case is about until somebody was first told something of it: staff wrote
    /// what the customer sees, a message arrived, or the case was answered.
    FirstResponse,
    /// From when the organisation received what a case is about until the case was resolved, or closed without that.
    TimeToResolve,
}

impl Measure {
    /// Every measure.
    pub const ALL: [Self; 3] = [Self::TimeInStage, Self::FirstResponse, Self::TimeToResolve];

    /// The stable word for it in the store and in hosts, such as `time_in_stage`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::TimeInStage => "time_in_stage",
            Self::FirstResponse => "first_response",
            Self::TimeToResolve => "time_to_resolve",
        }
    }
}
