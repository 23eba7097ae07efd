//! The events of one stream, folded: what a store must show of it.

use std::collections::BTreeMap;

use super::{Digest, StoredEvent, commitment};
use crate::evolve::{evolve, evolve_note};
use crate::model::{Note, NoteId, State};

/// What the events of a stream make of it, up to the last one that was followed.
///
/// A store checks itself with it: whatever it keeps of a stream must be what this says.
#[derive(Clone, Default, Debug)]
pub struct Fold {
    state: Option<State>,
    notes: BTreeMap<NoteId, (Note, u64)>,
    first: u64,
    revision: u64,
    position: u64,
    hash: Digest,
}

impl Fold {
    /// Follows the next event. `false` if it cannot be the next one of the stream as it was written: it is not chained
    /// to the one before it, its personal part is not what was committed to, or nothing can follow from it.
    #[must_use]
    pub fn follow(&mut self, stored: &StoredEvent) -> bool {
        let is_next = stored.revision == self.revision + 1
            && stored.position > self.position
            && stored.hash_after(&self.hash) == stored.hash
            && is_as_committed(stored);
        let Some(event) = stored.open().ok().filter(|_| is_next) else { return false };
        self.state = evolve(self.state.take(), &event);
        if let Some(id) = event.fact.note() {
            let (before, added) =
                self.notes.remove(&id).map_or((None, stored.position), |(note, at)| (Some(note), at));
            let Some(note) = evolve_note(before, &event) else { return false };
            self.notes.insert(id, (note, added));
        }
        if self.revision == 0 {
            self.first = stored.position;
        }
        (self.revision, self.position, self.hash) = (stored.revision, stored.position, stored.hash);
        self.state.is_some()
    }

    /// The state; `None` before the first event.
    #[must_use]
    pub fn state(&self) -> Option<&State> {
        self.state.as_ref()
    }

    /// The notes of a case, tombstones too, each with the position of the event that added it.
    #[must_use]
    pub fn notes(&self) -> &BTreeMap<NoteId, (Note, u64)> {
        &self.notes
    }

    /// The position of its first event; 0 before that.
    #[must_use]
    pub fn first(&self) -> u64 {
        self.first
    }

    /// The hash of its newest event; zeros before the first.
    #[must_use]
    pub fn hash(&self) -> &Digest {
        &self.hash
    }
}

fn is_as_committed(stored: &StoredEvent) -> bool {
    match (&stored.personal, &stored.salt, &stored.commitment) {
        (Some(bytes), Some(salt), Some(proof)) => commitment(salt, bytes) == *proof,
        (None, None, None) => true,
        // No command erases yet, so a part that is missing was taken out past the library.
        _ => false,
    }
}
