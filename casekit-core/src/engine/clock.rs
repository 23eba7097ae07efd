//! What time makes of cases: warnings, misses, reminders and moves; and deadlines that are counted by other rules than
//! before.

use sha2::{Digest as _, Sha256};

use super::Engine;
use crate::commit::hex;
use crate::deadline::time_zone_version;
use crate::decide::{KeepClock, RecordRecount};
use crate::error::Error;
use crate::model::{CaseId, Catalog, DueTask, Recount, Stage, StageCategory, limits};
use crate::store::{After, CaseFilter, CaseQuery, Direction, LoadPlan, Sort, StoreError, StoreErrorKind};

/// Goes up with each change of how deadlines are counted, so that cases which an earlier version counted otherwise, or not
/// at all, are counted anew once.
const COUNTING: u32 = 2;

impl Engine {
    /// The cases whose time has come, as many as have their turn in one call.
    pub(super) fn waking(&self, at_most: u32) -> Result<Vec<CaseId>, Error> {
        let due_task = Some((DueTask::KeepClock, self.now_included()?));
        let filter = CaseFilter { due_task, ..CaseFilter::default() };
        let (sort, direction) = (Sort::Number, Direction::Ascending);
        let limit = at_most.min(limits::PAGE);
        let mut query = CaseQuery { filter, sort, by_field: None, direction, after: None, limit };
        let mut waking: Vec<CaseId> = Vec::new();
        // A page may have fewer rows than it could, and go on.
        while waking.len() < limit as usize {
            let slice = self.store.cases(&query)?.answer;
            waking.extend(slice.rows.iter().map(|row| row.id));
            query.after = slice.next;
            if query.after.is_none() {
                break;
            }
        }
        Ok(waking)
    }

    /// Does what the time of one case asks for; returns how many events that took.
    pub(super) fn keep_clock(&self, case: CaseId) -> Result<u64, Error> {
        Ok(self.run(&self.library(), &KeepClock { case })?.receipt.events)
    }

    /// Counts the deadlines of the next cases by the rules of today, if these are others than when all were last counted;
    /// `None` if there was nothing to count, otherwise how many changed, and whether more are left.
    ///
    /// How far it came is an event of the ledger, so that it goes on there after a crash, and in any process. Cases that are
    /// raised or changed meanwhile are counted by the new rules anyway: their commands rely on them.
    pub(super) fn recount(&self, goes_on: &dyn Fn() -> bool) -> Result<Option<(u64, bool)>, Error> {
        let catalog = self.store.catalog()?;
        let loaded = self.store.load(&LoadPlan { ledger: true, ..LoadPlan::default() })?;
        let last = loaded.ledger.recount;
        if last.is_none() && !catalog.counts_time() {
            return Ok(None);
        }
        let rules = rules_of(&catalog)?;
        let through = match &last {
            Some(last) if last.rules == rules && last.done => return Ok(None),
            Some(last) if last.rules == rules => last.through,
            Some(_) | None => 0,
        };
        let filter = CaseFilter { categories: Some(counted_anew(&catalog)), ..CaseFilter::default() };
        let (sort, direction) = (Sort::Number, Direction::Ascending);
        let after = (through > 0).then_some(After::Number(through));
        let query = CaseQuery { filter, sort, by_field: None, direction, after, limit: limits::PAGE };
        let slice = self.store.cases(&query)?.answer;
        let (mut changed, mut reached, mut ended_early) = (0, through, false);
        for row in &slice.rows {
            if !goes_on() {
                ended_early = true;
                break;
            }
            match self.keep_clock(row.id) {
                Ok(events) => changed += u64::from(events > 0),
                // Somebody changed it since, or it is damaged, which `check` tells of: neither keeps the others.
                Err(Error::Rejected(_)) => {}
                Err(Error::Store(fault)) if fault.kind() == StoreErrorKind::Corrupt => {}
                Err(fault) => return Err(fault),
            }
            reached = row.number.value;
        }
        let after_page = match &slice.next {
            Some(After::Number(number)) if !ended_early => (*number).max(reached),
            Some(_) | None => reached,
        };
        let done = slice.next.is_none() && !ended_early;
        let recount = Recount { rules, through: after_page, done };
        self.run(&self.library(), &RecordRecount { recount })?;
        Ok(Some((changed, !done)))
    }
}

/// The categories of the cases that have not ended, and of those that time still moves.
fn counted_anew(catalog: &Catalog) -> Vec<StageCategory> {
    let is_left = |category: StageCategory| {
        catalog.case_types.values().any(|one| {
            let mut stages = one.versions.iter().flat_map(|version| &version.stages);
            let is_moved = |stage: &Stage| one.timed_moves.iter().any(|timed| timed.from == stage.id);
            stages.any(|stage| stage.category == category && is_moved(stage))
        })
    };
    StageCategory::ALL.into_iter().filter(|category| !category.is_ended() || is_left(*category)).collect()
}

/// A digest of everything by which deadlines are counted, and of the types, whose stages and fields are in the way of a move.
fn rules_of(catalog: &Catalog) -> Result<String, StoreError> {
    let settings = catalog.settings.as_ref();
    let policies = settings.map(|settings| (&settings.deadlines, &settings.calendars));
    let types: Vec<_> = catalog
        .case_types
        .values()
        .filter(|one| !one.deadlines.is_empty() || !one.timed_moves.is_empty())
        .map(|one| {
            let revision = (!one.timed_moves.is_empty()).then_some(one.revision);
            (one.id, &one.deadlines, &one.timed_moves, revision)
        })
        .collect();
    let workflows: Vec<_> = catalog
        .workflows
        .values()
        .filter(|one| !one.deadlines.is_empty())
        .map(|one| (one.id, &one.deadlines))
        .collect();
    let rules = (COUNTING, time_zone_version(), policies, types, workflows);
    let rules = serde_json::to_vec(&rules).map_err(|error| {
        StoreError::new(StoreErrorKind::Unsupported, "the rules of deadlines cannot be written as JSON")
            .with_source(error)
    })?;
    Ok(hex(&Sha256::digest(rules)))
}
