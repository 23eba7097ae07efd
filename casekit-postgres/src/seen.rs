//! How far this process has seen the store. What is read from a replica must not be older: nobody's own write may vanish, and no
//! list may go back behind one that was shown.

use std::sync::{Mutex, MutexGuard, PoisonError};

use casekit_core::commit::{Committed, Refused};

use crate::read::Moment;

/// The newest that any call of this process returned or wrote. Locked for moments only.
#[derive(Debug, Default)]
pub(crate) struct Seen(Mutex<Extent>);

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
        self.position(moment.position);
        self.definitions(moment);
    }

    /// Of a moment only the definitions were read.
    pub(crate) fn definitions(&self, moment: Moment) {
        let mut seen = self.lock();
        seen.generation = seen.generation.max(moment.generation);
    }

    pub(crate) fn position(&self, position: u64) {
        let mut seen = self.lock();
        seen.position = seen.position.max(position);
    }

    /// Commits were written: up to the position that this returns, if they wrote any event.
    pub(crate) fn written(&self, answers: &[Result<Committed, Refused>]) -> Option<u64> {
        let receipts = answers.iter().flatten().map(|committed| &committed.receipt);
        let newest = receipts.filter(|receipt| receipt.events > 0);
        let newest = newest.map(|receipt| receipt.position + receipt.events - 1).max()?;
        self.position(newest);
        Some(newest)
    }

    /// Forgets it when the store is suspended: it may be restored from a backup before it is resumed.
    pub(crate) fn forget(&self) {
        *self.lock() = Extent::default();
    }

    fn lock(&self) -> MutexGuard<'_, Extent> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
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
