//! Checking everything: the store itself, and then what only the rules of the domain can tell.

mod kept;
mod requests;

use serde::{Deserialize, Serialize};

use super::Engine;
use crate::error::Error;
use crate::store::{StoreError, StoreErrorKind};

/// What a check compared, and what is no damage but should be known. Damage is an error instead.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct CheckReport {
    /// How many requests were compared with the events that they left.
    pub requests: u64,
    /// How many snapshots and packages were compared with their digests.
    pub blobs: u64,
    /// Whether snapshots or packages that were destroyed may still be in the write-ahead log, because somebody was
    /// reading from it. The next `purge_expired` destroys them there too.
    pub wipe_pending: bool,
}

impl Engine {
    /// Checks the whole store, a part at a time; then each request against the events that it left, and the bytes of
    /// each snapshot and package against the digests that their cases have.
    ///
    /// # Errors
    /// `Corrupt` for damage; its message says what helps. Otherwise a fault of the store.
    pub fn check(&self) -> Result<CheckReport, Error> {
        self.store.check()?;
        let requests = requests::requests_left_their_events(self.store.as_ref())?;
        let blobs = kept::blobs_are_kept(self.store.as_ref())?;
        Ok(CheckReport { requests, blobs, wipe_pending: self.store.health()?.wipe_pending })
    }
}

fn wrong(what: &str) -> StoreError {
    StoreError::new(StoreErrorKind::Corrupt, format!("{what}; keep a copy of the file and restore a backup"))
}
