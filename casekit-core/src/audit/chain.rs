//! One stream, checked and folded from its first event.

use std::collections::{BTreeMap, BTreeSet};

use super::damage::Wrong;
use crate::commit::{Digest, StoredEvent, commitment};
use crate::evolve::{evolve, evolve_note};
use crate::model::{Note, NoteId, State};
use crate::store::StreamRow;

/// The fold of a stream's events, up to the last one that was checked.
#[derive(Clone, Default)]
pub(super) struct Chain {
    state: Option<State>,
    notes: BTreeMap<NoteId, Note>,
    /// The revision of the last event that was checked; 0 before the first.
    pub(super) revision: u64,
    position: u64,
    hash: Digest,
}

impl Chain {
    /// Checks the next event and folds it in; returns what is wrong with it, if anything is.
    pub(super) fn follow(&mut self, stored: &StoredEvent) -> Option<Wrong> {
        if stored.revision != self.revision + 1 {
            return Some(Wrong::EventMissing);
        }
        if stored.hash_after(&self.hash) != stored.hash {
            return Some(Wrong::EventAltered);
        }
        if stored.position <= self.position {
            return Some(Wrong::EventMisplaced);
        }
        if let Some(wrong) = personal_part(stored) {
            return Some(wrong);
        }
        let Ok(event) = stored.open() else { return Some(Wrong::EventUnreadable) };
        self.state = evolve(self.state.take(), &event);
        if self.state.is_none() {
            return Some(Wrong::EventImpossible);
        }
        if let Some(id) = event.fact.note() {
            let note = evolve_note(self.notes.remove(&id), &event);
            let Some(note) = note else { return Some(Wrong::NoteUnknown) };
            self.notes.insert(id, note);
        }
        (self.revision, self.position, self.hash) = (stored.revision, stored.position, stored.hash);
        None
    }

    /// How the stored row differs from the fold, if it does.
    pub(super) fn differs(&self, row: &StreamRow) -> Option<Wrong> {
        if row.hash != self.hash || row.state.revision() != self.revision {
            return Some(Wrong::EventsMissing);
        }
        (self.state.as_ref() != Some(&row.state)).then_some(Wrong::StateDiffers)
    }

    /// How the stored notes differ from the fold, if they do. They were read in pages while others wrote, so each may
    /// also be in a version that one of the `later` events left.
    pub(super) fn notes_differ(&self, kept: &[Note], later: &BTreeMap<NoteId, Vec<Note>>) -> Option<Wrong> {
        let was = |note: &Note| later.get(&note.id).is_some_and(|versions| versions.contains(note));
        let is_so = |note: &Note| self.notes.get(&note.id) == Some(note) || was(note);
        let shown: BTreeSet<NoteId> = kept.iter().map(|note| note.id).collect();
        let all_are_so = kept.iter().all(is_so) && shown.len() == kept.len();
        let all_are_shown = self.notes.keys().all(|id| shown.contains(id));
        (!all_are_so || !all_are_shown).then_some(Wrong::StateDiffers)
    }

    /// A note after the last event that was checked.
    pub(super) fn note(&self, id: NoteId) -> Option<&Note> {
        self.notes.get(&id)
    }
}

/// What is wrong with the personal part of an event whose hash is right: the hash covers the commitment, so the
/// commitment is as it was written.
fn personal_part(stored: &StoredEvent) -> Option<Wrong> {
    match (&stored.commitment, &stored.personal, &stored.salt) {
        (None, None, None) => None,
        (Some(proof), Some(bytes), Some(salt)) if commitment(salt, bytes) == *proof => None,
        // Only an event that erases may leave a commitment without what it commits to, and must name each of these. There
        // is no such event yet, so somebody else removed it.
        (Some(_), None, None) => Some(Wrong::PersonalMissing),
        (Some(_), Some(_), _) | (Some(_), None, Some(_)) | (None, Some(_), _) | (None, None, Some(_)) => {
            Some(Wrong::PersonalAltered)
        }
    }
}
