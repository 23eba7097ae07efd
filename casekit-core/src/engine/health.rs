//! The health of a kit, for monitoring.

use std::time::Duration;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::Engine;
use crate::error::Error;
use crate::model::{DueTask, Timestamp, limits};
use crate::store::{EventQuery, Safeguards};
use crate::time;

/// The health of a kit, for a monitor to poll. It is answered at once: nothing is scanned, unlike with `check` and
/// `verify`. What a store does not have is zero or `None`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct Health {
    /// The newest fault of the store that a call in this process returned. `busy` does not count, nor does what
    /// somebody caused on purpose, such as `suspended` or `cancelled`. `None` if there was none.
    pub last_fault: Option<HealthFault>,
    /// The size of the file, in bytes.
    pub file_bytes: u64,
    /// The bytes of the file that are unused: `compact` gives them back to the system.
    pub free_bytes: u64,
    /// The size of the write-ahead log beside the file, in bytes. It stays below a few megabytes unless a long read or
    /// another process keeps it from being checkpointed.
    pub log_bytes: u64,
    /// Whether snapshots or packages that were destroyed may still be in the write-ahead log, because somebody was
    /// reading from it. The next `purge_expired` destroys them there too.
    pub wipe_pending: bool,
    /// How long the oldest read in this process has been running; `None` if none is. The log grows until that read
    /// ends.
    pub oldest_read: Option<Duration>,
    /// When the log was last checkpointed into the file, by the clock of the file system.
    pub last_checkpoint: Option<Timestamp>,
    /// The number of unfinished deliveries that nobody is working on: `resume_deliveries` continues them. 10,000 if
    /// there are more.
    pub due_deliveries: u64,
    /// The number of cases whose snapshots and packages have been kept for the retention time: `purge_expired` destroys
    /// these. 10,000 if there are more.
    pub due_destructions: u64,
    /// By how much the kit's clock is behind the newest event of the file, which somebody wrote when it went right, or with
    /// another clock; `None` if it is not. Nothing that happened before can be moved: new events of a stream get the
    /// instant of its newest until the clock has caught up, and whatever is due waits as long. Set the clock right.
    pub clock_behind: Option<Duration>,
    /// What protects the file from other programs on this system; `None` for a store without a file.
    pub safeguards: Option<Safeguards>,
}

/// A fault of the store that a call returned.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct HealthFault {
    /// The code of the fault, such as `io`; it never changes.
    pub code: String,
    /// The message that the call returned: one sentence, which says what to do.
    pub message: String,
    /// When the call returned it, by the kit's clock.
    pub at: Timestamp,
}

impl Engine {
    /// Returns sizes, faults and overdue work of the kit.
    ///
    /// Cheap enough to be polled: nothing is scanned.
    ///
    /// # Errors
    /// A fault of the store.
    pub fn health(&self) -> Result<Health, Error> {
        let store = self.store.health()?;
        let due = |due_task, before| self.store.count_due_tasks(due_task, before, limits::DUE_COUNTED);
        let now = self.now()?;
        let at = |ago| time::before(now, TimeDelta::from_std(ago).unwrap_or(TimeDelta::zero()));
        let last_fault = store.last_fault.map(|fault| HealthFault {
            code: fault.kind.code().to_owned(),
            message: fault.message,
            at: at(fault.ago),
        });
        Ok(Health {
            last_fault,
            file_bytes: store.file_bytes,
            free_bytes: store.free_bytes,
            log_bytes: store.log_bytes,
            wipe_pending: store.wipe_pending,
            oldest_read: store.oldest_read,
            last_checkpoint: store.last_checkpoint,
            due_deliveries: due(DueTask::Deliver, self.now_included()?)?,
            due_destructions: due(DueTask::DestroyData, self.destructions_before()?)?,
            clock_behind: self.clock_behind(now)?,
            safeguards: store.safeguards,
        })
    }

    /// How long before the newest event of the store an instant is; `None` if it is not before it.
    fn clock_behind(&self, now: Timestamp) -> Result<Option<Duration>, Error> {
        let after = self.store.newest()?.position.saturating_sub(1);
        // An event that cannot be read is for `verify` to tell of, and must not hide the rest.
        let newest = self.store.events(&EventQuery::All { after, limit: 1 }).unwrap_or_default().pop();
        // What was imported happened when it says, by the clock of another system.
        let newest = newest.filter(|event| event.header.imported_by.is_none());
        let behind = newest.and_then(|event| (event.header.at - now).to_std().ok());
        Ok(behind.filter(|behind| !behind.is_zero()))
    }

    /// Gives unused space in the file back to the system, a few megabytes at a time, so that others can write in
    /// between.
    ///
    /// Returns by how many bytes the file shrank.
    ///
    /// # Errors
    /// A fault of the store. What was given back before it remains so.
    pub fn compact(&self) -> Result<u64, Error> {
        /// Bytes in one step, during which others wait to write: some hundred milliseconds on a slow disk.
        const STEP: u64 = 4 * 1024 * 1024;
        let mut given_back = 0;
        loop {
            let step = self.store.compact(STEP)?;
            given_back += step.given_back;
            // What others free in the meantime is left for the next call; otherwise this might never end.
            if step.left == 0 || step.given_back == 0 {
                return Ok(given_back);
            }
        }
    }
}
