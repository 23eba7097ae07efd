//! Questions about how long things take, and the figures that answer them.

use crate::durations::Bucket;
use crate::model::{CaseTypeId, Measure, Month, StageId, TeamId, Timestamp};

/// Which lengths of time are to be counted. Every condition that is given must hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DurationQuery {
    /// Only these measures.
    pub measures: Vec<Measure>,
    /// Of cases of one of these types, as [`SpanGroup`](crate::durations::SpanGroup) says.
    pub types: Option<Vec<CaseTypeId>>,
    /// Of cases of one of these teams, or with none where `None` is among them, as for the type.
    pub teams: Option<Vec<Option<TeamId>>>,
    /// That ended in this month or later.
    pub from: Option<Month>,
    /// That ended in this month or earlier.
    pub to: Option<Month>,
    /// Whether months are told apart.
    pub by_month: bool,
}

/// The lengths of time of one group that are in one bucket. Answers come in the order of the fields.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct DurationCount {
    /// What is measured.
    pub measure: Measure,
    /// The type of the cases.
    pub case_type: CaseTypeId,
    /// The stage that was left; `None` unless that is measured.
    pub stage: Option<StageId>,
    /// The month in which they ended; `None` unless months are told apart.
    pub month: Option<Month>,
    /// The bucket.
    pub bucket: Bucket,
    /// How many lengths there are, never 0.
    pub count: u64,
    /// How many seconds they are together.
    pub seconds: u64,
}

/// Cases that came to a stage before an instant and are still there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stalled {
    /// The type of the cases.
    pub case_type: CaseTypeId,
    /// The id of the stage.
    pub stage: StageId,
    /// They came there before this instant.
    pub before: Timestamp,
}
