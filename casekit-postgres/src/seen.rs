//! How far this process has seen the store. What is read from a replica must not be older: nobody's own write may vanish, and no
//! list may go back behind one that was shown. And the primary must not have less than it had: then another server took its place
//! without the newest commits, whose positions it gives out again.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use casekit_core::commit::{Committed, Refused};
use casekit_core::store::{StoreError, StoreErrorKind};

use crate::connection::Connection;
use crate::error::Result;
use crate::read::Moment;
use crate::value::flag;

/// The newest that any call of this process returned or wrote.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Locked for moments only.
    newest: Mutex<Extent>,
    /// The newest position that the primary itself showed: its replicas may show a commit a moment before it does.
    of_primary: AtomicU64,
    /// Whether the primary was found to have less than that.
    went_back: AtomicBool,
}

/// A state of the store, as far as its counters tell it. In a replica they come in the order in which they were written, so who
/// has both has everything before them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Extent {
    position: u64,
    /// Of the definitions; see [`Moment::generation`].
    generation: i64,
}

impl Extent {
    /// Whether a moment has everything of this. One within an incomplete copy, whose generation is negative, never has.
    pub(crate) fn is_within(self, moment: Moment) -> bool {
        self.position <= moment.position && self.generation <= moment.generation
    }
}

impl Seen {
    pub(crate) fn now(&self) -> Extent {
        *self.lock()
    }

    /// A moment was read: everything in it may be shown.
    pub(crate) fn moment(&self, moment: Moment) {
        self.has(moment.position);
        self.definitions(moment);
    }

    /// Of a moment only the definitions were read.
    pub(crate) fn definitions(&self, moment: Moment) {
        let mut seen = self.lock();
        seen.generation = seen.generation.max(moment.generation);
    }

    /// The primary has this position.
    pub(crate) fn position(&self, position: u64) {
        self.of_primary.fetch_max(position, Ordering::AcqRel);
        self.has(position);
    }

    fn has(&self, position: u64) {
        let mut seen = self.lock();
        seen.position = seen.position.max(position);
    }

    /// The least position that the primary has in what begins now.
    ///
    /// # Errors
    /// `Moved` once it had less.
    pub(crate) fn least(&self) -> Result<u64> {
        if self.went_back.load(Ordering::Acquire) {
            return Err(went_back());
        }
        Ok(self.of_primary.load(Ordering::Acquire))
    }

    /// Takes note of the position that the primary has, in what began when it had to have `least`.
    ///
    /// # Errors
    /// `Moved` if it has less.
    pub(crate) fn primary_has(&self, connection: &Connection, position: u64, least: u64) -> Result<()> {
        // A server that only follows another one may go back when it starts again, and catches up.
        if position < least && !flag(&connection.row("SELECT pg_is_in_recovery()", [])?, 0)? {
            self.went_back.store(true, Ordering::Release);
            return Err(went_back());
        }
        self.position(position);
        Ok(())
    }

    /// Commits were written: up to the position that this returns, if they wrote any event.
    pub(crate) fn written(&self, answers: &[Result<Committed, Refused>]) -> Option<u64> {
        let receipts = answers.iter().flatten().map(|committed| &committed.receipt);
        let newest = receipts.filter(|receipt| receipt.events > 0);
        let newest = newest.map(|receipt| receipt.position + receipt.events - 1).max()?;
        self.position(newest);
        Some(newest)
    }

    /// Forgets how far the store was: its counters may have been put right downwards. A primary that went back stays one.
    pub(crate) fn forget_extent(&self) {
        *self.lock() = Extent::default();
        self.of_primary.store(0, Ordering::Release);
    }

    /// Forgets everything when the store is suspended: it may be restored from a backup before it is resumed.
    pub(crate) fn forget(&self) {
        self.forget_extent();
        self.went_back.store(false, Ordering::Release);
    }

    fn lock(&self) -> MutexGuard<'_, Extent> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn went_back() -> StoreError {
    let message = "the database lacks commits that it had: a server that was behind took the place of another one, or a backup was \
        restored; close every kit, and open the store once with `restored`";
    StoreError::new(StoreErrorKind::Moved, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_must_have_all_that_was_seen() {
        let at = |position, generation| Moment { position, generation, text_rules: 1 };
        let seen = Seen::default();
        assert!(seen.now().is_within(at(0, 0)));
        seen.moment(at(7, 2));
        seen.moment(at(5, 3));
        for (moment, has_all) in
            [(at(7, 3), true), (at(8, 4), true), (at(6, 3), false), (at(7, 2), false), (at(9, -1), false)]
        {
            assert_eq!(seen.now().is_within(moment), has_all, "{moment:?}");
        }
        seen.definitions(at(90, 4));
        assert_eq!(seen.now(), Extent { position: 7, generation: 4 });
    }
}
