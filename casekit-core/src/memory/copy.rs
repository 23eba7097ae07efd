//! Copying: the lists that a copy is read from, and writing the parts of one.

use std::collections::BTreeSet;

use super::search::Entry;
use super::{Stream, World};
use crate::commit::{Claim, StateChange};
use crate::model::{ActorId, BlobId, RequestId};
use crate::search::note_terms;
use crate::store::{
    BlobRow, Copied, Located, StoreError, StoreErrorKind, StoredRequest, incomplete, misplaced, not_empty,
};

impl World {
    pub(super) fn claims(&self, after: Option<&Claim>, limit: u32) -> Vec<Located> {
        let behind = self.claims.iter().filter(|(claim, _)| after.is_none_or(|after| *claim > after));
        let located = behind.map(|(claim, stream)| Located { claim: claim.clone(), stream: *stream });
        located.take(limit as usize).collect()
    }

    pub(super) fn requests(&self, after: Option<&(ActorId, RequestId)>, limit: u32) -> Vec<StoredRequest> {
        let behind = self.requests.iter().filter(|(id, _)| after.is_none_or(|after| *id > after));
        behind.map(|(_, kept)| kept.clone()).take(limit as usize).collect()
    }

    pub(super) fn blobs(&self, after: Option<BlobId>, limit: u32) -> Vec<BlobRow> {
        let behind = self.blobs.iter().filter(|(id, _)| after.is_none_or(|after| **id > after));
        behind.map(|(id, blob)| blob.row(*id)).take(limit as usize).collect()
    }

    /// The world, unless a copy into it is incomplete.
    pub(super) fn whole(&mut self) -> Result<&mut Self, StoreError> {
        if self.is_copied { Err(incomplete()) } else { Ok(self) }
    }

    /// Writes a part of a copy. A part that was written before changes nothing.
    pub(super) fn restore(&mut self, part: Copied) -> Result<(), StoreError> {
        if part == Copied::Begin {
            let is_empty = self.events.is_empty() && self.blobs.is_empty() && self.requests.is_empty();
            self.is_copied |= is_empty;
            return if is_empty { Ok(()) } else { Err(not_empty()) };
        }
        if !self.is_copied {
            return Err(not_empty());
        }
        match part {
            Copied::Begin => {}
            Copied::Events(events) => {
                let last = self.last_position();
                self.events.extend(events.into_iter().filter(|event| event.position > last));
            }
            Copied::Streams(rows) => {
                for row in rows {
                    self.streams.insert(row.stream, Stream { state: row.state.clone(), hash: row.hash });
                    // The state before matters only for search entries, and those are made at the end of the copy. With
                    // one given, `put_state` makes none.
                    let before = Some(row.state.clone());
                    self.put_state(StateChange { before, after: row.state, hash: row.hash });
                }
            }
            Copied::Notes(notes) => self.notes.extend(notes.into_iter().map(|note| (note.id, note))),
            Copied::Claims(claims) => {
                self.claims.extend(claims.into_iter().map(|located| (located.claim, located.stream)));
            }
            Copied::Requests(requests) => {
                let kept = |kept: StoredRequest| ((kept.claim.actor.clone(), kept.claim.id.clone()), kept);
                self.requests.extend(requests.into_iter().map(kept));
            }
            Copied::Blobs(rows) => {
                for row in rows {
                    let size = self.blobs.get(&row.id).map_or(0, |blob| blob.row(row.id).size);
                    if size != row.size {
                        return Err(misplaced(row.size, size));
                    }
                    self.keep_blob(row.id);
                }
            }
            Copied::End => {
                self.index_copy()?;
                self.is_copied = false;
            }
        }
        Ok(())
    }

    /// Makes the search entries, in the order in which cases were raised and notes added.
    fn index_copy(&mut self) -> Result<(), StoreError> {
        self.entries.clear();
        let (mut entries, mut known) = (Vec::new(), BTreeSet::new());
        for stored in &self.events {
            let Ok(event) = stored.open() else {
                let message = "an event that was copied cannot be read: verify the store that it came from";
                return Err(StoreError::new(StoreErrorKind::Corrupt, message));
            };
            // A case's first event raises it and a note's first event adds it, so the first event gives the entry its
            // place.
            let Some(case) = event.stream().case() else { continue };
            match event.fact.note() {
                None if event.revision == 1 => entries.push(Entry::Case(case)),
                Some(note) if known.insert(note) => entries.push(Entry::Note(note)),
                Some(_) | None => {}
            }
        }
        let notes = &self.notes;
        let has_text = |entry: &Entry| match entry {
            Entry::Case(_) => true,
            Entry::Note(id) => notes.get(id).is_some_and(|note| note_terms(note).is_some()),
        };
        entries.retain(has_text);
        entries.into_iter().for_each(|entry| self.new_entry(entry));
        Ok(())
    }
}
