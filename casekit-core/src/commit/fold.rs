//! The events of one stream, checked and folded: what a store must show of it.

use std::collections::BTreeMap;

use super::{Digest, StoredEvent, commitment};
use crate::evolve::{evolve, evolve_note};
use crate::model::{Note, NoteId, State};

/// What the events of a stream make of it, up to the last one that was followed.
///
/// `verify`, `check` and `repair_derived` stand on it: whatever a store keeps of a stream must be what this says.
#[derive(Clone, Default, Debug)]
pub struct Fold {
    state: Option<State>,
    notes: BTreeMap<NoteId, (Note, u64)>,
    first: u64,
    revision: u64,
    position: u64,
    hash: Digest,
}

/// Why an event cannot be the next one of its stream as it was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flaw {
    /// Its revision is not the next one: an event before it is gone, or it is there twice.
    OutOfTurn,
    /// It does not have its hash, or is not chained to the event before it.
    Altered,
    /// Its position in the file is not after that of the event before it.
    Misplaced,
    /// Its personal part is gone.
    PersonalMissing,
    /// Its personal part is not what was committed to.
    PersonalAltered,
    /// This version does not know what it says.
    Unreadable,
    /// It cannot happen to what the events before it made.
    Impossible,
    /// It is about a note that the case does not have.
    NoteUnknown,
}

impl Fold {
    /// Follows the next event: checks that it is as it was written and chained to the one before it, and folds it in.
    ///
    /// # Errors
    /// The first thing that is wrong with it. The fold is of no use afterwards.
    pub fn follow(&mut self, stored: &StoredEvent) -> Result<(), Flaw> {
        if stored.revision != self.revision + 1 {
            return Err(Flaw::OutOfTurn);
        }
        if stored.hash_after(&self.hash) != stored.hash {
            return Err(Flaw::Altered);
        }
        if stored.position <= self.position {
            return Err(Flaw::Misplaced);
        }
        personal_part(stored)?;
        let event = stored.open().map_err(|_| Flaw::Unreadable)?;
        self.state = Some(evolve(self.state.take(), &event).ok_or(Flaw::Impossible)?);
        if let Some(id) = event.fact.note() {
            let (before, added) =
                self.notes.remove(&id).map_or((None, stored.position), |(note, at)| (Some(note), at));
            let note = evolve_note(before, &event).ok_or(Flaw::NoteUnknown)?;
            self.notes.insert(id, (note, added));
        }
        if self.revision == 0 {
            self.first = stored.position;
        }
        (self.revision, self.position, self.hash) = (stored.revision, stored.position, stored.hash);
        Ok(())
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

    /// The revision of its newest event; 0 before the first.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The hash of its newest event; zeros before the first.
    #[must_use]
    pub fn hash(&self) -> &Digest {
        &self.hash
    }
}

/// Checks the personal part of an event whose hash is right: the hash covers the commitment, so the commitment is as it
/// was written.
fn personal_part(stored: &StoredEvent) -> Result<(), Flaw> {
    match (&stored.commitment, &stored.personal, &stored.salt) {
        (None, None, None) => Ok(()),
        (Some(proof), Some(bytes), Some(salt)) if commitment(salt, bytes) == *proof => Ok(()),
        // Only an event that erases may leave a commitment without what it commits to, and must name each of these. There
        // is no such event yet, so somebody else removed it.
        (Some(_), None, None) => Err(Flaw::PersonalMissing),
        (Some(_), Some(_), _) | (Some(_), None, Some(_)) | (None, Some(_), _) | (None, None, Some(_)) => {
            Err(Flaw::PersonalAltered)
        }
    }
}
