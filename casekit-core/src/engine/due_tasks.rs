//! What the library does on its own: continue unfinished deliveries, and destroy what was kept long enough or belongs
//! to no commit.

use chrono::TimeDelta;

use super::{Call, Engine};
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

    /// Continues every delivery that is unfinished and has no live lease, as after a crash; returns how many arrived
    /// and how many failed.
    ///
    /// # Errors
    /// A fault of the store. A failed delivery is not an error: its case is then among the cases with errors.
    pub fn resume_deliveries(&self) -> Result<Resumed, Error> {
        let mut resumed = Resumed::default();
        let due = self.due(DueTask::Deliver, self.deliveries_before()?)?;
        for case in due {
            match self.deliver(&self.library(), case, Driver::Resumes) {
                Ok(Done::Arrived { .. }) => resumed.delivered += 1,
                Ok(Done::Failed(_)) => resumed.failed += 1,
                Ok(Done::UnderWay | Done::Ended { .. } | Done::Destroyed | Done::NotAsked)
                | Err(Error::Rejected(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(resumed)
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
            destroyed +=
                u64::from(self.run(&self.library(), &DestroyData { case, before })?.receipt.events > 0);
        }
        let swept = self.sweep()?;
        self.store.blob_bytes().wipe()?;
        Ok(destroyed + swept)
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

    /// The instant before which a lease must end to be over. One that ends exactly now is over; the bound is exclusive,
    /// and time is counted in microseconds.
    pub(super) fn deliveries_before(&self) -> Result<Timestamp, Error> {
        Ok(time::after(self.now()?, TimeDelta::microseconds(1)))
    }

    /// The instant before which a case must have ended for its retention time to be over.
    pub(super) fn destructions_before(&self) -> Result<Timestamp, Error> {
        let catalog = self.store.catalog()?;
        // Without settings, as many days as new settings have.
        let days = catalog.settings.as_ref().map_or(30, |settings| settings.retention_days);
        Ok(time::before(self.now()?, TimeDelta::days(i64::from(days))))
    }

    pub(super) fn due(&self, due_task: DueTask, before: Timestamp) -> Result<Vec<CaseId>, Error> {
        self.all(&CaseFilter { due_task: Some((due_task, before)), ..CaseFilter::default() })
    }

    /// The ids of all cases under a filter, oldest first.
    pub(super) fn all(&self, filter: &CaseFilter) -> Result<Vec<CaseId>, Error> {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let (sort, direction) = (Sort::Number, Direction::Ascending);
            let query = CaseQuery { filter: filter.clone(), sort, direction, after, limit: limits::PAGE };
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
    /// How many answers arrived.
    pub delivered: u64,
    /// How many deliveries failed; their cases are now among the cases with errors.
    pub failed: u64,
}
