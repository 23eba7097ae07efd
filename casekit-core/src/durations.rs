//! How long things take: what a case adds to the figures that are kept, and what is read from them.
//!
//! [`spans_of`] is a pure function of a case. A store adds up what it gives for every case, in groups, and keeps the sums with
//! each change; so statistics read no case and no history. Within a group the lengths are counted by [`Bucket`], of which
//! there are 16 for each power of two, so that a percentile is known to a sixteenth; count and sum are kept too, so that
//! a mean is exact.
//!
//! What is measured is elapsed time: nights, holidays and pauses of deadlines are part of it.

mod histogram;

use std::collections::BTreeMap;

pub use histogram::{Bucket, Histogram};

use crate::model::{Case, CaseTypeId, DeadlineGoal, Measure, Month, StageId, TeamId, Timestamp};

/// What lengths are counted together.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SpanGroup {
    /// What is measured.
    pub measure: Measure,
    /// The type: for a time in a stage, the one that the case had when it left the stage; otherwise the one that it has.
    pub case_type: CaseTypeId,
    /// The team with which the case stood or stands, as for the type; `None` if with none.
    pub team: Option<TeamId>,
    /// The stage that was left; `None` unless that is measured.
    pub stage: Option<StageId>,
}

/// A length of time of a case that counts.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Span {
    /// What it is counted with.
    pub group: SpanGroup,
    /// The month in which it ended.
    pub month: Month,
    /// How long it was, in whole seconds.
    pub seconds: u64,
}

impl Span {
    fn new(group: SpanGroup, from: Timestamp, until: Timestamp) -> Self {
        // An event is never earlier than the one before it, but what somebody says of a receipt can be anything.
        let seconds = (until - from).num_seconds().max(0).unsigned_abs();
        Self { group, month: Month::of(until), seconds }
    }
}

/// The lengths of time of a case that count: of each stage that it left, oldest first; then to its first response, and until
/// it was resolved, as far as it came to that.
///
/// - A stage counts once the case has left it, each time that it does.
/// - The first response is when the goal of an [`Acknowledge`](DeadlineGoal::Acknowledge) deadline is met, and the
///   resolution when that of a [`Resolve`](DeadlineGoal::Resolve) deadline is: a case that is closed without being resolved
///   counts too. Both are counted from when the organisation received what the case is about.
/// - A case that is raised as already over took no time that anybody measured, and has neither.
/// - Once it is reopened, a case has no resolution, until it is resolved anew: then the whole time counts.
#[must_use]
pub fn spans_of(case: &Case) -> Vec<Span> {
    spans_from(case, 0)
}

/// The same without those of its first stays.
fn spans_from(case: &Case, first: usize) -> Vec<Span> {
    let stays = case.clock.stays.get(first..).unwrap_or_default();
    let ends = stays.iter().skip(1).map(|next| next.from).chain(std::iter::once(case.stage_since));
    let left = stays.iter().zip(ends).map(|(stay, until)| {
        let group = SpanGroup {
            measure: Measure::TimeInStage,
            case_type: stay.case_type.unwrap_or(case.case_type),
            team: stay.team,
            stage: Some(stay.stage.clone()),
        };
        Span::new(group, stay.from, until)
    });
    let of_case = |(measure, goal)| {
        let until = case.met(goal).filter(|until| *until > case.received_at())?;
        let (case_type, team) = (case.case_type, case.team);
        let group = SpanGroup { measure, case_type, team, stage: None };
        Some(Span::new(group, case.received_at(), until))
    };
    let reached = [
        (Measure::FirstResponse, DeadlineGoal::Acknowledge),
        (Measure::TimeToResolve, DeadlineGoal::Resolve),
    ];
    left.chain(reached.into_iter().filter_map(of_case)).collect()
}

/// Counts and sums by group, month and bucket: what stores keep. What is in it can be less than nothing: a change takes
/// out what no longer holds.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tally(BTreeMap<(SpanGroup, Month, Bucket), (i64, i64)>);

impl Tally {
    /// Adds what a case has.
    pub fn add(&mut self, case: &Case) {
        spans_of(case).into_iter().for_each(|span| self.count(span, 1));
    }

    /// What a change of a case adds and takes out; `before` is `None` for a new one.
    #[must_use]
    pub fn of_change(before: Option<&Case>, after: &Case) -> Self {
        // What a case has left stays what it was, however long its past is. The last stay that both have may end otherwise.
        let known = before.map_or(0, |before| alike(before, after)).saturating_sub(1);
        let was = before.map(|before| spans_from(before, known)).unwrap_or_default();
        let is = spans_from(after, known);
        let same = was.iter().zip(&is).take_while(|(was, is)| was == is).count();
        let mut tally = Self::default();
        was.into_iter().skip(same).for_each(|span| tally.count(span, -1));
        is.into_iter().skip(same).for_each(|span| tally.count(span, 1));
        tally.0.retain(|_, sums| *sums != (0, 0));
        tally
    }

    fn count(&mut self, span: Span, n: i64) {
        let Span { group, month, seconds } = span;
        let sums = self.0.entry((group, month, Bucket::of(seconds))).or_default();
        sums.0 += n;
        sums.1 = sums.1.saturating_add(n.saturating_mul(i64::try_from(seconds).unwrap_or(i64::MAX)));
    }

    /// Whether nothing is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is in it, in order: of each group, month and bucket how many there are, and how many seconds together.
    pub fn iter(&self) -> impl Iterator<Item = (&SpanGroup, Month, Bucket, (i64, i64))> {
        self.0.iter().map(|((group, month, bucket), sums)| (group, *month, *bucket, *sums))
    }
}

/// How many of their first stays two states of a case have in common. Those of another type count with another.
fn alike(before: &Case, after: &Case) -> usize {
    if before.case_type != after.case_type {
        return 0;
    }
    before.clock.stays.iter().zip(&after.clock.stays).take_while(|(was, is)| was == is).count()
}

#[cfg(test)]
mod tests;
