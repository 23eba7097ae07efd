//! The health of a kit, for whoever operates it.

use std::time::Duration;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::Engine;
use crate::error::Error;
use crate::model::{DueTask, Timestamp, limits};
use crate::store::Safeguards;

/// How a kit is doing, told in a moment: what a monitor asks for from time to time. Nothing is looked over for it, as
/// `check` and `verify` do. What a store does not have is zero or `None`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct Health {
    /// The newest fault of the store that a call of this process met: not `busy`, and not what somebody brought about,
    /// such as `suspended` or `cancelled`.
    pub last_fault: Option<HealthFault>,
    /// The size of the file, in bytes.
    pub file_bytes: u64,
    /// Of these, those that hold nothing: `compact` gives them back.
    pub free_bytes: u64,
    /// The size of the log beside the file, in bytes. It stays below some megabytes, unless a long read or another
    /// process holds it up.
    pub log_bytes: u64,
    /// How long the oldest read that is under way in this process has been going on. While it does, the log grows.
    pub oldest_read: Option<Duration>,
    /// When what stood in the log was last brought home into the file, by the clock of the file system.
    pub last_checkpoint: Option<Timestamp>,
    /// Answers under way that nobody sends just now: `resume_deliveries` goes on with them. 10,000 if there are more.
    pub due_deliveries: u64,
    /// Cases whose snapshots and packages were kept long enough: `purge_expired` destroys them. 10,000 if there are
    /// more.
    pub due_destructions: u64,
    /// What keeps the file whole beside other programs on this system; `None` without a file.
    pub safeguards: Option<Safeguards>,
}

/// A fault that a call met.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct HealthFault {
    /// Its stable word.
    pub code: String,
    /// The sentence that the call answered.
    pub message: String,
    /// When.
    pub at: Timestamp,
}

impl Engine {
    /// Sizes, faults and overdue work of the kit. Cheap enough to be polled: nothing is scanned.
    ///
    /// # Errors
    /// A fault of the store.
    pub fn health(&self) -> Result<Health, Error> {
        let store = self.store.health()?;
        let due = |due_task, before| self.store.count_due_tasks(due_task, before, limits::DUE_COUNTED);
        let at = |ago| self.now() - TimeDelta::from_std(ago).unwrap_or(TimeDelta::zero());
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
            oldest_read: store.oldest_read,
            last_checkpoint: store.last_checkpoint,
            due_deliveries: due(DueTask::Deliver, self.deliveries_before())?,
            due_destructions: due(DueTask::DestroyData, self.destructions_before()?)?,
            safeguards: store.safeguards,
        })
    }

    /// Gives back the space in the file that holds nothing, a few megabytes at a time, so that others write in between;
    /// says how many bytes the file has less.
    ///
    /// # Errors
    /// A fault of the store; what was given back until then is.
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
