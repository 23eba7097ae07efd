//! One stream, checked and folded from its first event.

use std::collections::{BTreeMap, BTreeSet};

use crate::commit::{Digest, StoredEvent, commitment};
use crate::evolve::{evolve, evolve_note};
use crate::model::{Note, NoteId, State};
use crate::store::StreamRow;

const NOT_SO: &str = "what reads show is not what its events say";

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
    pub(super) fn follow(&mut self, stored: &StoredEvent) -> Option<&'static str> {
        if stored.revision != self.revision + 1 {
            return Some("an event before it is missing");
        }
        if stored.hash_after(&self.hash) != stored.hash {
            return Some("its facts, actor, time or place were altered");
        }
        if stored.position <= self.position {
            return Some("its position is not after the one of the event before it");
        }
        match (&stored.personal, &stored.salt, &stored.commitment) {
            (Some(bytes), Some(salt), Some(proof)) if commitment(salt, bytes) == *proof => {}
            (None, None, None) => {}
            // The library has no way to erase yet, so a missing part was removed by somebody else.
            (None, None, Some(_)) => return Some("its personal part is missing"),
            (Some(_), _, _) | (None, Some(_), _) => return Some("its personal part was altered"),
        }
        let Ok(event) = stored.open() else { return Some("it cannot be read") };
        self.state = evolve(self.state.take(), &event);
        if self.state.is_none() {
            return Some("it cannot follow on what was there");
        }
        if let Some(id) = event.fact.note() {
            let note = evolve_note(self.notes.remove(&id), &event);
            let Some(note) = note else { return Some("it is about a note that was not there") };
            self.notes.insert(id, note);
        }
        (self.revision, self.position, self.hash) = (stored.revision, stored.position, stored.hash);
        None
    }

    /// How the stored row differs from the fold, if it does.
    pub(super) fn differs(&self, row: &StreamRow) -> Option<&'static str> {
        if row.hash != self.hash || row.state.revision() != self.revision {
            return Some("events after it are missing");
        }
        (self.state.as_ref() != Some(&row.state)).then_some(NOT_SO)
    }

    /// How the stored notes differ from the fold, if they do. They were read in pages while others wrote, so each may
    /// also be in a version that one of the `later` events left.
    pub(super) fn notes_differ(
        &self,
        kept: &[Note],
        later: &BTreeMap<NoteId, Vec<Note>>,
    ) -> Option<&'static str> {
        let was = |note: &Note| later.get(&note.id).is_some_and(|versions| versions.contains(note));
        let is_so = |note: &Note| self.notes.get(&note.id) == Some(note) || was(note);
        let shown: BTreeSet<NoteId> = kept.iter().map(|note| note.id).collect();
        let all_are_so = kept.iter().all(is_so) && shown.len() == kept.len();
        let all_are_shown = self.notes.keys().all(|id| shown.contains(id));
        (!all_are_so || !all_are_shown).then_some(NOT_SO)
    }

    /// A note after the last event that was checked.
    pub(super) fn note(&self, id: NoteId) -> Option<&Note> {
        self.notes.get(&id)
    }
}
