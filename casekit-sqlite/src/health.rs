//! What `health` reports about faults and about the file.

use std::fs;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use casekit_core::model::Timestamp;
use casekit_core::store::{SeenFault, StoreErrorKind as Kind};

use crate::error::Result;

/// The newest fault that a call met. Kept under a lock of its own, so that `health` answers whatever else is locked.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Option<(Instant, Kind, String)>>);

impl Faults {
    /// Remembers a call's error, unless it is of a kind that tells nothing about the file. Passes the answer on.
    pub(crate) fn note<T>(&self, answer: Result<T>) -> Result<T> {
        if let Err(error) = &answer
            && error.kind().is_worth_telling()
        {
            let seen = (Instant::now(), error.kind(), error.to_string());
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(seen);
        }
        answer
    }

    pub(crate) fn last(&self) -> Option<SeenFault> {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.as_ref().map(|(at, kind, message)| SeenFault {
            kind: *kind,
            message: message.clone(),
            ago: at.elapsed(),
        })
    }
}

/// The size of a file in bytes; 0 if there is none.
pub(crate) fn size(path: &Path) -> u64 {
    fs::symlink_metadata(path).map_or(0, |metadata| metadata.len())
}

/// When a database was last written to. With a write-ahead log only checkpoints write to it.
pub(crate) fn last_checkpoint(path: &Path) -> Option<Timestamp> {
    fs::symlink_metadata(path).and_then(|metadata| metadata.modified()).ok().map(Timestamp::from)
}
