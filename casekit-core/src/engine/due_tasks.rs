//! What the library does on its own: continue unfinished deliveries, and destroy what was kept long enough or belongs
//! to no commit.

use chrono::TimeDelta;

use super::{Call, Engine, MessageDone};
use crate::decide::DestroyData;
use crate::error::Error;
use crate::model::{Actor, ActorId, CaseId, DueTask, Timestamp, limits};
use crate::release::delivery::{Done, Driver};
use crate::store::{CaseFilter, CaseQuery, Direction, Sort};
use crate::time;

impl Engine {
    /// A call by the library itself, under its own name in the history.
    pub(super) fn library(&self) -> Call {
        Call { by_library: true, ..self.call(Actor::new(ActorId::LIBRARY, ActorId::LIBRARY)) }
    }

    /// Continues every delivery of an answer or a message that is unfinished and has no live lease, as after a crash, and
    /// tries those again that failed and may pass by themselves, once their instant has come; returns how many arrived and
    /// how many failed.
    ///
    /// # Errors
    /// A fault of the store. A failed delivery is not an error: its case is then among the cases with errors.
    pub fn resume_deliveries(&self) -> Result<Resumed, Error> {
        let mut resumed = Resumed::default();
        for case in self.due(DueTask::Deliver, self.now_included()?)? {
            match self.resume(case) {
                Ok(of_case) => {
                    resumed.delivered += of_case.delivered;
                    resumed.failed += of_case.failed;
                }
                Err(Error::Rejected(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(resumed)
    }

    /// Continues the answer and the messages of one case. What somebody else has done since it was found is not counted.
    pub(super) fn resume(&self, case: CaseId) -> Result<Resumed, Error> {
        let mut of_case = Resumed::default();
        let (done, is_ours) = self.drive(&self.library(), case, Driver::Resumes)?;
        match done {
            Done::Arrived { .. } if is_ours => of_case.delivered += 1,
            Done::Failed(_) if is_ours => of_case.failed += 1,
            _ => {}
        }
        for (done, is_ours) in self.deliver_messages(&self.library(), case, Driver::Resumes)? {
            match done {
                MessageDone::Arrived { .. } if is_ours => of_case.delivered += 1,
                MessageDone::Failed(_) if is_ours => of_case.failed += 1,
                _ => {}
            }
        }
        Ok(of_case)
    }

    /// Destroys snapshots and packages whose retention time is over, and blobs that no commit kept; returns how many.
    /// What was destroyed before and could not leave the write-ahead log yet leaves it now, unless somebody still reads
    /// from it: then [`Health::wipe_pending`](super::Health::wipe_pending) stays set.
    ///
    /// # Errors
    /// A fault of the store.
    pub fn purge_expired(&self) -> Result<u64, Error> {
        let mut destroyed = 0;
        let before = self.destructions_before()?;
        for case in self.due(DueTask::DestroyData, before)? {
            destroyed += u64::from(self.destroy(case, before)?);
        }
        Ok(destroyed + self.clear_orphans()?)
    }

    /// Destroys what one case kept long enough; `false` if that is nothing.
    pub(super) fn destroy(&self, case: CaseId, before: Timestamp) -> Result<bool, Error> {
        Ok(self.run(&self.library(), &DestroyData { case, before })?.receipt.events > 0)
    }

    /// Destroys blobs that no commit kept, and what was destroyed before and is in the log still.
    pub(super) fn clear_orphans(&self) -> Result<u64, Error> {
        let swept = self.sweep()?;
        self.store.blob_bytes().wipe()?;
        Ok(swept)
    }

    /// Destroys blobs that no commit kept.
    fn sweep(&self) -> Result<u64, Error> {
        // A few blobs at a time, so that others can write in between.
        const STEP: u32 = 100;
        // A blob is an orphan from its first chunk until the commit that keeps it. A day is longer than any release
        // needs for that.
        let before = time::before(self.now()?, TimeDelta::days(1));
        let mut swept = 0;
        loop {
            let step = self.store.blob_bytes().sweep(before, STEP)?.len() as u64;
            swept += step;
            if step < u64::from(STEP) {
                return Ok(swept);
            }
        }
    }

    /// The instant before which something must be due to be due now. What is due exactly now is; the bound is exclusive, and
    /// time is counted in microseconds.
    pub(super) fn now_included(&self) -> Result<Timestamp, Error> {
        Ok(time::after(self.now()?, TimeDelta::microseconds(1)))
    }

    /// The instant before which a case must have ended for its retention time to be over.
    pub(super) fn destructions_before(&self) -> Result<Timestamp, Error> {
        Ok(time::before(self.now()?, self.retention()?))
    }

    /// How long data and packages are kept after the answer has arrived.
    pub(super) fn retention(&self) -> Result<TimeDelta, Error> {
        let catalog = self.store.catalog()?;
        // Without settings, as many days as new settings have.
        let days = catalog.settings.as_ref().map_or(30, |settings| settings.retention_days);
        Ok(TimeDelta::days(i64::from(days)))
    }

    pub(super) fn due(&self, due_task: DueTask, before: Timestamp) -> Result<Vec<CaseId>, Error> {
        self.all(&CaseFilter { due_task: Some((due_task, before)), ..CaseFilter::default() })
    }

    /// The ids of all cases under a filter, oldest first.
    pub(super) fn all(&self, filter: &CaseFilter) -> Result<Vec<CaseId>, Error> {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let (sort, direction) = (Sort::Number, Direction::Ascending);
            let query = CaseQuery {
                filter: filter.clone(),
                sort,
                by_field: None,
                direction,
                after,
                limit: limits::PAGE,
            };
            let slice = self.store.cases(&query)?.answer;
            all.extend(slice.rows.iter().map(|row| row.id));
            after = slice.next;
            if after.is_none() {
                return Ok(all);
            }
        }
    }
}

/// The results of continuing unfinished deliveries.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct Resumed {
    /// How many answers and messages arrived.
    pub delivered: u64,
    /// How many deliveries failed; their cases are now among the cases with errors.
    pub failed: u64,
}
