//! Cases that do not go on: nothing happened to them for days, or they are in their stage for longer than is usual.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::case_filter::Narrowed;
use super::look::Look;
use super::{CasesQuery, Desk, Page, PageRequest, StuckCase};
use crate::durations::Histogram;
use crate::error::Error;
use crate::model::{CaseTypeId, Measure, Month, StageCategory, StageId, Timestamp, limits};
use crate::rejection::{FieldRule, Rejection};
use crate::store::{CaseQuery, CountBy, CountQuery, Direction, DurationQuery, Sort, Stalled};
use crate::time;

/// Why cases count as stuck.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StuckBy {
    /// Nothing happened to them for so many days.
    Quiet {
        /// How many days, of 24 hours, from 1.
        days: u32,
    },
    /// They are in their stage for longer than nine of ten cases that left it in the last twelve months, and in this one. A
    /// stage that fewer than 10 left has no such cases.
    InStage,
}

impl Desk {
    /// Lists the cases that do not go on, oldest first: nothing happened to them for days, or they are in their stage for
    /// longer than is usual.
    ///
    /// Cases that are resolved or closed are not stuck. A pause of a deadline is no event, and no excuse: what waits for
    /// somebody else for long is what the list is for. Needs [`ReadCases`](crate::model::Permission::ReadCases). What is usual
    /// is worked out from the types and teams of the actor's scope, so it is not for an actor who sees only their own cases, or
    /// those of one customer.
    ///
    /// # Arguments
    ///
    /// - `by`: why they count as stuck.
    /// - `query`: what else must hold of them. Its order does not matter.
    ///
    /// # Errors
    ///
    /// - `Invalid`: if the query names a type, a stage or a workflow that does not exist, with those that there are; or
    ///   if its conditions exclude each other.
    /// - `NotAllowedHere`: if the actor's scope is their own cases, or one customer.
    ///
    /// # Cost
    ///
    /// Reads one page by an index that has the cases of each stage in this order, and the kept figures of thirteen months, as
    /// [`statistics`](Self::statistics): the same at a thousand cases and at a million. Other conditions than types, stages,
    /// categories and teams are tested as in [`cases`](Self::cases).
    ///
    /// A page has 1 to 500 rows, 50 unless given: `Invalid` with `out_of_range` beyond. Days are 1 to 36,500: `Invalid` with
    /// `out_of_range` beyond.
    pub fn stuck_cases(
        &self,
        by: StuckBy,
        query: &CasesQuery,
        page: PageRequest,
    ) -> Result<Page<StuckCase>, Error> {
        let stuck = self.stuck(by)?;
        let (list, sort) = match by {
            StuckBy::Quiet { .. } => ("stuck-quiet", Sort::Updated),
            StuckBy::InStage => ("stuck-in-stage", Sort::StageSince),
        };
        stuck.look.ask(
            |catalog| self.filter(query, &stuck.look.caller, catalog, stuck.look.present()),
            |narrowed, catalog| {
                let Narrowed { filter, is_empty, .. } = stuck.narrowed(narrowed);
                if is_empty {
                    return Ok(Page::empty());
                }
                let (after, limit) = (page.place(list)?, page.limit()?);
                let query =
                    CaseQuery { filter, sort, by_field: None, direction: Direction::Ascending, after, limit };
                let mut seen = Vec::new();
                let page = self.summaries(&stuck.look, list, query, catalog, |row| {
                    seen.push((
                        row.stage_since,
                        stuck.usual.get(&(row.case_type, row.stage.clone())).copied(),
                    ));
                })?;
                let row = |(case, (stage_since, usual_seconds))| StuckCase {
                    case,
                    stage_since,
                    seconds_in_stage: (stuck.now - stage_since).num_seconds().max(0).unsigned_abs(),
                    usual_seconds,
                };
                Ok(Page { rows: page.rows.into_iter().zip(seen).map(row).collect(), next: page.next })
            },
        )
    }

    /// Counts the cases that do not go on: the rows of [`stuck_cases`](Self::stuck_cases).
    ///
    /// Needs [`ReadCases`](crate::model::Permission::ReadCases), as the list does.
    ///
    /// # Arguments
    ///
    /// - `by`: why they count as stuck.
    /// - `query`: what else must hold of them. Its order does not matter.
    ///
    /// # Errors
    ///
    /// - `Invalid`: if the query names a type, a stage or a workflow that does not exist, with those that there are; or
    ///   if its conditions exclude each other.
    /// - `NotAllowedHere`: if the actor's scope is their own cases, or one customer.
    ///
    /// # Cost
    ///
    /// Reads an index entry of each case that is stuck, and the kept figures of thirteen months. With other conditions than
    /// types, stages, categories and teams it reads cases as [`counts`](Self::counts) does.
    ///
    /// Days are 1 to 36,500: `Invalid` with `out_of_range` beyond.
    pub fn count_stuck_cases(&self, by: StuckBy, query: &CasesQuery) -> Result<u64, Error> {
        let stuck = self.stuck(by)?;
        stuck.look.ask(
            |catalog| self.filter(query, &stuck.look.caller, catalog, stuck.look.present()),
            |narrowed, catalog| {
                let Narrowed { filter, is_empty, .. } = stuck.narrowed(narrowed);
                if is_empty {
                    return Ok(0);
                }
                let counted = CountQuery { by: CountBy::CaseType, filter };
                let counted = self.engine.store.count_cases(&counted)?;
                *catalog = counted.catalog;
                Ok(counted.answer.iter().map(|group| group.count).sum())
            },
        )
    }

    fn stuck(&self, by: StuckBy) -> Result<Stuck<'_>, Error> {
        let look = self.look_at_all("list_stuck_cases")?;
        if let StuckBy::Quiet { days } = by
            && !(1..=limits::QUIET_DAYS).contains(&days)
        {
            let rule = FieldRule::OutOfRange { least: 1, most: i64::from(limits::QUIET_DAYS) };
            return Err(Rejection::field("days", rule).into());
        }
        let now = self.engine.now()?;
        let usual = self.usual(&look, now)?;
        Ok(Stuck { look, by, now, usual })
    }

    /// What nine of ten cases that left a stage did not exceed, in seconds, as far as enough of them left it.
    fn usual(&self, look: &Look<'_>, now: Timestamp) -> Result<Usual, Error> {
        /// How many must have left a stage for it to say what is usual.
        const ENOUGH: u64 = 10;
        let within = look.caller.within();
        let query = DurationQuery {
            measures: vec![Measure::TimeInStage],
            types: within.types,
            teams: within.teams,
            from: Some(Month::of(now).after(-12)),
            to: None,
            by_month: false,
        };
        let mut lengths: BTreeMap<(CaseTypeId, StageId), Histogram> = BTreeMap::new();
        for one in self.engine.store.durations(&query)?.answer {
            if let Some(stage) = one.stage {
                let of_stage = lengths.entry((one.case_type, stage)).or_default();
                of_stage.add(one.bucket, one.count, one.seconds);
            }
        }
        let usual = |(stage, lengths): ((CaseTypeId, StageId), Histogram)| {
            Some((stage, lengths.percentile(90).filter(|_| lengths.count() >= ENOUGH)?))
        };
        Ok(lengths.into_iter().filter_map(usual).collect())
    }
}

/// What is usual in the stages of types, in seconds.
type Usual = BTreeMap<(CaseTypeId, StageId), u64>;

/// A look for cases that are stuck, as of one moment.
struct Stuck<'a> {
    look: Look<'a>,
    by: StuckBy,
    now: Timestamp,
    usual: Usual,
}

impl Stuck<'_> {
    /// The cases of a query that are stuck.
    fn narrowed(&self, narrowed: &Narrowed) -> Narrowed {
        let Narrowed { mut filter, mut is_empty, .. } = narrowed.clone();
        let among = filter.categories.as_deref().unwrap_or(&StageCategory::ALL);
        let categories: Vec<_> = among.iter().copied().filter(|one| !one.is_ended()).collect();
        is_empty |= categories.is_empty();
        match self.by {
            StuckBy::Quiet { days } => {
                let before = time::before(self.now, TimeDelta::days(days.into()));
                filter.updated_before = filter.updated_before.into_iter().chain([before]).min();
                filter.categories = Some(categories);
            }
            StuckBy::InStage => {
                let stalled: Vec<_> = self.usual.iter().map(|one| self.stalled(one)).collect();
                is_empty |= stalled.is_empty();
                filter.stalled = Some(stalled);
            }
        }
        Narrowed { filter, by_field: None, is_empty }
    }

    fn stalled(&self, ((case_type, stage), seconds): (&(CaseTypeId, StageId), &u64)) -> Stalled {
        let usual = i64::try_from(*seconds).ok().and_then(TimeDelta::try_seconds).unwrap_or(TimeDelta::MAX);
        Stalled { case_type: *case_type, stage: stage.clone(), before: time::before(self.now, usual) }
    }
}
