//! The lists that make up a store, each of them read from one store and written into another in the same way.

use std::vec::IntoIter;

use super::{BlobRow, Copied, CopyStep, StoredRequest};
use crate::commit::{Claim, StoredEvent};
use crate::model::{ActorId, BlobId, Note, RequestId, StreamId};
use crate::store::{EventQuery, Located, NotePlace, Store, StoreError, StreamRow};

/// How many rows are in memory at once, and written in one transaction.
pub(super) const ROWS: u32 = 500;

/// One of the lists, in an order of its own.
pub(super) trait List {
    const STEP: CopyStep;
    type Row: PartialEq;
    /// Where a row stands in the order.
    type Key;

    fn page(store: &dyn Store, after: Option<&Self::Key>) -> Result<Vec<Self::Row>, StoreError>;

    fn key(row: &Self::Row) -> Self::Key;

    /// Whether the row is copied.
    fn is_copied(_: &Self::Row) -> bool {
        true
    }

    /// Rows as a part of a copy.
    fn part(rows: Vec<Self::Row>) -> Copied;

    /// Copies what a row stands for and does not have in it.
    fn copy_bytes(_from: &dyn Store, _to: &dyn Store, _row: &Self::Row) -> Result<(), StoreError> {
        Ok(())
    }

    /// Whether both stores have that alike.
    fn has_same_bytes(_one: &dyn Store, _other: &dyn Store, _row: &Self::Row) -> Result<bool, StoreError> {
        Ok(true)
    }
}

/// The rows of a list that are copied, read page by page.
pub(super) struct Rows<'a, L: List> {
    store: &'a dyn Store,
    after: Option<L::Key>,
    page: IntoIter<L::Row>,
    is_at_end: bool,
}

impl<'a, L: List> Rows<'a, L> {
    pub(super) fn of(store: &'a dyn Store, after: Option<L::Key>) -> Self {
        Self { store, after, page: Vec::new().into_iter(), is_at_end: false }
    }
}

impl<L: List> Iterator for Rows<'_, L> {
    type Item = Result<L::Row, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(row) = self.page.find(L::is_copied) {
                return Some(Ok(row));
            }
            if self.is_at_end {
                return None;
            }
            match L::page(self.store, self.after.as_ref()) {
                Ok(rows) => {
                    self.is_at_end = rows.is_empty();
                    self.after = rows.last().map(L::key).or(self.after.take());
                    self.page = rows.into_iter();
                }
                Err(error) => {
                    self.is_at_end = true;
                    return Some(Err(error));
                }
            }
        }
    }
}

pub(super) struct Events;

impl List for Events {
    const STEP: CopyStep = CopyStep::Events;
    type Row = StoredEvent;
    type Key = u64;

    fn page(store: &dyn Store, after: Option<&u64>) -> Result<Vec<StoredEvent>, StoreError> {
        store.events(&EventQuery::All { after: after.copied().unwrap_or_default(), limit: ROWS })
    }

    fn key(row: &StoredEvent) -> u64 {
        row.position
    }

    fn part(rows: Vec<StoredEvent>) -> Copied {
        Copied::Events(rows)
    }
}

pub(super) struct Streams;

impl List for Streams {
    const STEP: CopyStep = CopyStep::Streams;
    type Row = StreamRow;
    type Key = StreamId;

    fn page(store: &dyn Store, after: Option<&StreamId>) -> Result<Vec<StreamRow>, StoreError> {
        store.streams(after.copied(), ROWS)
    }

    fn key(row: &StreamRow) -> StreamId {
        row.stream
    }

    fn part(rows: Vec<StreamRow>) -> Copied {
        Copied::Streams(rows)
    }
}

pub(super) struct Notes;

impl List for Notes {
    const STEP: CopyStep = CopyStep::Notes;
    type Row = Note;
    type Key = NotePlace;

    fn page(store: &dyn Store, after: Option<&NotePlace>) -> Result<Vec<Note>, StoreError> {
        store.all_notes(after, ROWS)
    }

    fn key(row: &Note) -> NotePlace {
        NotePlace::of(row)
    }

    fn part(rows: Vec<Note>) -> Copied {
        Copied::Notes(rows)
    }
}

pub(super) struct Claims;

impl List for Claims {
    const STEP: CopyStep = CopyStep::Claims;
    type Row = Located;
    type Key = Claim;

    fn page(store: &dyn Store, after: Option<&Claim>) -> Result<Vec<Located>, StoreError> {
        store.claims(after, ROWS)
    }

    fn key(row: &Located) -> Claim {
        row.claim.clone()
    }

    fn part(rows: Vec<Located>) -> Copied {
        Copied::Claims(rows)
    }
}

pub(super) struct Requests;

impl List for Requests {
    const STEP: CopyStep = CopyStep::Requests;
    type Row = StoredRequest;
    type Key = (ActorId, RequestId);

    fn page(store: &dyn Store, after: Option<&Self::Key>) -> Result<Vec<StoredRequest>, StoreError> {
        store.requests(after, ROWS)
    }

    fn key(row: &StoredRequest) -> Self::Key {
        (row.claim.actor.clone(), row.claim.id.clone())
    }

    fn part(rows: Vec<StoredRequest>) -> Copied {
        Copied::Requests(rows)
    }
}

pub(super) struct Blobs;

impl Blobs {
    const CHUNK: u32 = 256 * 1024;
}

impl List for Blobs {
    const STEP: CopyStep = CopyStep::Blobs;
    type Row = BlobRow;
    type Key = BlobId;

    fn page(store: &dyn Store, after: Option<&BlobId>) -> Result<Vec<BlobRow>, StoreError> {
        store.blobs(after.copied(), ROWS)
    }

    fn key(row: &BlobRow) -> BlobId {
        row.id
    }

    /// Orphans are not: who began them does not go on with them in the copy.
    fn is_copied(row: &BlobRow) -> bool {
        row.kept
    }

    fn part(rows: Vec<BlobRow>) -> Copied {
        Copied::Blobs(rows)
    }

    fn copy_bytes(from: &dyn Store, to: &dyn Store, row: &BlobRow) -> Result<(), StoreError> {
        let mut offset = 0;
        // What an earlier attempt copied of it. Whether it is right, the comparison says.
        while let Some(there) = to.blob_bytes().read(row.id, offset, Self::CHUNK)? {
            if there.is_empty() {
                break;
            }
            offset += there.len() as u64;
        }
        loop {
            let bytes = from.blob_bytes().read(row.id, offset, Self::CHUNK)?.unwrap_or_default();
            // An empty blob exists too: its first chunk, without bytes, creates it.
            if bytes.is_empty() && offset > 0 {
                return Ok(());
            }
            to.blob_bytes().append(row.id, offset, row.appended_at, &bytes)?;
            offset += bytes.len() as u64;
            if bytes.is_empty() {
                return Ok(());
            }
        }
    }

    fn has_same_bytes(one: &dyn Store, other: &dyn Store, row: &BlobRow) -> Result<bool, StoreError> {
        let mut offset = 0;
        loop {
            let bytes = one.blob_bytes().read(row.id, offset, Self::CHUNK)?;
            if other.blob_bytes().read(row.id, offset, Self::CHUNK)? != bytes {
                return Ok(false);
            }
            match bytes {
                Some(bytes) if !bytes.is_empty() => offset += bytes.len() as u64,
                _ => return Ok(true),
            }
        }
    }
}
