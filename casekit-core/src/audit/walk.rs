//! Reading all events or all notes of a store in order, a page at a time.

use std::collections::VecDeque;

use super::CHUNK;
use crate::commit::StoredEvent;
use crate::model::{CaseId, Note, StreamId};
use crate::store::{EventQuery, NotePlace, Store, StoreError, StoreErrorKind};

/// The events of all streams, in the order of streams and revisions.
pub(super) struct Events<'a> {
    store: &'a dyn Store,
    page: VecDeque<StoredEvent>,
    after: Option<(StreamId, u64)>,
    /// Whether the current page is the last one.
    ended: bool,
}

impl<'a> Events<'a> {
    pub(super) fn begin(store: &'a dyn Store) -> Self {
        Self { store, page: VecDeque::new(), after: None, ended: false }
    }

    /// The next event, if its stream is `stream` or an earlier one; `None` once only later streams are left.
    pub(super) fn next_up_to(&mut self, stream: StreamId) -> Result<Option<StoredEvent>, StoreError> {
        if self.page.is_empty() && !self.ended {
            let page = self.store.events(&EventQuery::Streams { after: self.after, limit: CHUNK })?;
            self.ended = page.len() < CHUNK as usize;
            for event in &page {
                let place = Some((event.stream, event.revision));
                // In a damaged store, places that do not increase would make the walk endless.
                if place <= self.after {
                    return Err(out_of_order());
                }
                self.after = place;
            }
            self.page = page.into();
        }
        let is_next = self.page.front().is_some_and(|event| event.stream <= stream);
        Ok(if is_next { self.page.pop_front() } else { None })
    }
}

/// The notes of all cases, in the order of the cases.
pub(super) struct Notes<'a> {
    store: &'a dyn Store,
    page: VecDeque<Note>,
    after: Option<NotePlace>,
    ended: bool,
}

impl<'a> Notes<'a> {
    pub(super) fn begin(store: &'a dyn Store) -> Self {
        Self { store, page: VecDeque::new(), after: None, ended: false }
    }

    /// The notes of a case. Notes of earlier cases that nobody asked for are skipped: they belong to no case.
    pub(super) fn of(&mut self, case: CaseId) -> Result<Vec<Note>, StoreError> {
        let mut notes = Vec::new();
        loop {
            while self.page.front().is_some_and(|note| note.case <= case) {
                notes.extend(self.page.pop_front().filter(|note| note.case == case));
            }
            if !self.page.is_empty() || self.ended {
                return Ok(notes);
            }
            let page = self.store.all_notes(self.after.as_ref(), CHUNK)?;
            self.ended = page.len() < CHUNK as usize;
            for note in &page {
                let place = Some(NotePlace::of(note));
                if place <= self.after {
                    return Err(out_of_order());
                }
                self.after = place;
            }
            self.page = page.into();
        }
    }
}

pub(super) fn out_of_order() -> StoreError {
    let message = "events or notes do not come in their order: check the file, and restore a backup";
    StoreError::new(StoreErrorKind::Corrupt, message)
}
