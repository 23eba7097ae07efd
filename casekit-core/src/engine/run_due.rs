//! One call that does what is due, and says when it wants to be called next.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::Engine;
use crate::error::Error;
use crate::model::{CaseId, DueTask, Timestamp, limits};
use crate::store::StoreErrorKind;
use crate::time;

/// How long to wait before what was due and could not be done is looked at again. Nothing of it is lost meanwhile.
const PAUSE: TimeDelta = TimeDelta::minutes(1);

/// What was due and was done, and when something is due next.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct DueReport {
    /// How many answers and messages arrived.
    pub delivered: u64,
    /// How many answers could not be built or sent, or how often data could not be collected; their cases are among the cases
    /// with errors.
    pub failed: u64,
    /// How many cases had their data collected after that had failed.
    pub collected: u64,
    /// How many snapshots and packages were destroyed because their time was over, and pieces that no commit kept.
    pub destroyed: u64,
    /// In how many cases a deadline came near or was missed, a reminder was due, or the case was moved by time.
    pub told: u64,
    /// In how many cases a deadline came to something else because a policy, a calendar, a type or a workflow changed.
    pub recounted: u64,
    /// How many cases a fault of the store kept from being gone on with. The others had their turn; `check` finds what is
    /// damaged.
    pub faults: u64,
    /// When it was done, by the kit's clock.
    pub at: Timestamp,
    /// When something will be due, by the same clock: an attempt, the end of a lease or of a retention time. As `at` if more
    /// is due already; `None` if nothing will be due unless somebody does something.
    pub next: Option<Timestamp>,
}

impl Engine {
    /// Does what is due, under the library's own name: continues deliveries that are unfinished and have no live lease,
    /// tries again what failed and may pass by itself, once its instant has come, tells of deadlines that come near or were
    /// missed and of reminders, moves cases whose time in a stage is over, counts deadlines anew after a policy, a calendar,
    /// a type or a workflow changed, and destroys what was kept long enough or belongs to no commit.
    ///
    /// It only goes on with what somebody decided: it approves nothing, and nothing that was withdrawn or taken back.
    /// Any number of processes may call it at once.
    ///
    /// - `goes_on`: asked before each case; `false` ends the call early, with a report of what was done.
    ///
    /// # Errors
    /// A fault of the store that is not about one case. What failed at a case is no error: it is in the report.
    pub fn run_due(&self, goes_on: &dyn Fn() -> bool) -> Result<DueReport, Error> {
        let mut run = Run { report: DueReport::default(), left: limits::DUE_AT_ONCE, goes_on };
        let due = self.due(DueTask::Deliver, self.now_included()?)?;
        run.each(
            due,
            |case| self.resume(case),
            |report, turn| {
                report.delivered += turn.delivered;
                report.failed += turn.failed;
            },
        )?;
        let due = self.due(DueTask::Collect, self.now_included()?)?;
        run.each(
            due,
            |case| self.collect_again(case),
            |report, collected| match collected {
                Some(true) => report.collected += 1,
                Some(false) => report.failed += 1,
                None => {}
            },
        )?;
        let before = self.destructions_before()?;
        let due = self.due(DueTask::DestroyData, before)?;
        run.each(
            due,
            |case| self.destroy(case, before),
            |report, destroyed| {
                report.destroyed += u64::from(destroyed);
            },
        )?;
        let waking = self.waking(run.left)?;
        run.each(
            waking,
            |case| self.keep_clock(case),
            |report, events| report.told += u64::from(events > 0),
        )?;
        let mut more = false;
        if run.may_go_on()
            && let Some((changed, are_left)) = self.recount(goes_on)?
        {
            run.report.recounted = changed;
            more = are_left;
        }
        if run.may_go_on() {
            run.report.destroyed += self.clear_orphans()?;
        }
        let now = self.now()?;
        // Counting anew goes on at once; nothing else says when it is to go on.
        let next = if more { Some(now) } else { self.next_due(now, run.left == 0)? };
        Ok(DueReport { at: now, next, ..run.report })
    }

    /// When something is due next, as told to a caller at an instant; `more` if some of what is due had no turn.
    fn next_due(&self, now: Timestamp, more: bool) -> Result<Option<Timestamp>, Error> {
        let delivery = self.store.next_due(DueTask::Deliver)?;
        let collection = self.store.next_due(DueTask::Collect)?;
        let waking = self.store.next_due(DueTask::KeepClock)?;
        // What ends now is not missed before its last second is over.
        let waking = waking.map(|at| if at <= now { time::after(at, TimeDelta::seconds(1)) } else { at });
        let kept_since = self.store.next_due(DueTask::DestroyData)?;
        // Time is counted in microseconds, and the retention time is over after its last one.
        let until =
            |since| Ok::<_, Error>(time::after(since, self.retention()? + TimeDelta::microseconds(1)));
        let kept_until = kept_since.map(until);
        let next = delivery.into_iter().chain(collection).chain(waking).chain(kept_until.transpose()?).min();
        Ok(match next {
            // It had its turn and is due all the same: an endless loop would not help.
            Some(next) if next <= now => Some(if more { now } else { time::after(now, PAUSE) }),
            next => next,
        })
    }
}

/// One call that does what is due.
struct Run<'a> {
    report: DueReport,
    /// How many cases may still have their turn.
    left: u32,
    goes_on: &'a dyn Fn() -> bool,
}

impl Run<'_> {
    fn may_go_on(&self) -> bool {
        self.left > 0 && (self.goes_on)()
    }

    /// Gives each case its turn, until the call has to end. A fault of one does not keep the others from theirs.
    fn each<T>(
        &mut self,
        cases: Vec<CaseId>,
        turn: impl Fn(CaseId) -> Result<T, Error>,
        count: impl Fn(&mut DueReport, T),
    ) -> Result<(), Error> {
        for case in cases {
            if !self.may_go_on() {
                break;
            }
            match turn(case) {
                Ok(done) => {
                    self.left -= 1;
                    count(&mut self.report, done);
                }
                // Not counted as a turn: cases that are damaged must not keep the others from theirs again and again.
                Err(Error::Store(fault)) if fault.kind() == StoreErrorKind::Corrupt => {
                    self.report.faults += 1
                }
                // Somebody has changed the case since it was found.
                Err(Error::Rejected(_)) => {}
                Err(fault) => return Err(fault),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::rejection::Rejection;
    use crate::store::StoreError;

    fn fault(kind: StoreErrorKind) -> Error {
        StoreError::new(kind, "the case is damaged").into()
    }

    fn cases(count: u128) -> Vec<CaseId> {
        (0..count).map(|n| CaseId(Uuid::from_u128(n))).collect()
    }

    fn run(goes_on: &dyn Fn() -> bool) -> Run<'_> {
        Run { report: DueReport::default(), left: 3, goes_on }
    }

    #[test]
    fn a_fault_of_one_case_does_not_keep_the_others_from_their_turn() {
        let turn = |case: CaseId| match case.0.as_u128() {
            0..=4 => Err(fault(StoreErrorKind::Corrupt)),
            5 => Err(Rejection::Contended { attempts: 1 }.into()),
            _ => Ok(()),
        };
        let mut run = run(&|| true);
        run.each(cases(20), turn, |report, ()| report.delivered += 1).unwrap();
        assert_eq!((run.report.faults, run.report.delivered, run.left), (5, 3, 0));
    }

    #[test]
    fn a_fault_of_the_whole_store_ends_the_run() {
        let mut run = run(&|| true);
        let ended = run.each(cases(9), |_| Err::<(), _>(fault(StoreErrorKind::Full)), |_, ()| {});
        assert_eq!(ended.map_err(|error| error.code()), Err("full"));
    }

    #[test]
    fn who_ends_a_run_ends_it_before_the_next_case() {
        let turns = std::cell::Cell::new(0);
        let goes_on = || turns.get() < 2;
        let mut run = run(&goes_on);
        let turn = |_| {
            turns.set(turns.get() + 1);
            Ok(())
        };
        run.each(cases(9), turn, |report, ()| report.delivered += 1).unwrap();
        assert_eq!(run.report.delivered, 2);
    }
}
