//! Checking everything: the store itself, and then what only the rules of the domain can tell.

mod kept;
mod requests;

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use super::Engine;
use crate::error::Error;
use crate::store::{StoreError, StoreErrorKind, check_parts};

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

/// How far checking a file has come. How much there is to check is not known ahead.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct CheckProgress {
    /// How many parts of the file were checked, of about 10,000 rows each.
    pub parts: u64,
    /// How many pages of requests, cases and what they keep were checked after that, of up to 500 rows each.
    pub pages: u64,
}

impl Engine {
    /// Checks the whole store, a part at a time; then each request against the events that it left, and the bytes of
    /// each snapshot and package against the digests that their cases have.
    ///
    /// # Errors
    /// `Corrupt` for damage; its message says what helps. Otherwise a fault of the store.
    pub fn check(&self) -> Result<CheckReport, Error> {
        self.check_with(&mut |_| ControlFlow::Continue(()))
    }

    /// Checks the whole store like [`check`](Self::check). `tell` is called after each part, and ends the check with `Break`.
    ///
    /// # Errors
    /// As [`check`](Self::check), and `Cancelled` after `Break`.
    pub fn check_with(
        &self,
        tell: &mut dyn FnMut(CheckProgress) -> ControlFlow<()>,
    ) -> Result<CheckReport, Error> {
        let store = self.store.as_ref();
        let mut so_far = CheckProgress::default();
        check_parts(store, &mut || {
            so_far.parts += 1;
            unless_cancelled(tell(so_far))
        })?;
        let mut page = || {
            so_far.pages += 1;
            unless_cancelled(tell(so_far))
        };
        let requests = requests::requests_left_their_events(store, &mut page)?;
        let blobs = kept::blobs_are_kept(store, &mut page)?;
        Ok(CheckReport { requests, blobs, wipe_pending: self.store.health()?.wipe_pending })
    }
}

/// Called after each page that was checked; an error from it ends the check.
type Proceed<'a> = &'a mut dyn FnMut() -> Result<(), StoreError>;

fn unless_cancelled(answer: ControlFlow<()>) -> Result<(), StoreError> {
    match answer {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => {
            let message = "checking was cancelled, and shows nothing: check again, to the end";
            Err(StoreError::new(StoreErrorKind::Cancelled, message))
        }
    }
}

fn wrong(what: &str) -> StoreError {
    StoreError::new(StoreErrorKind::Corrupt, format!("{what}; keep a copy of the file and restore a backup"))
}
