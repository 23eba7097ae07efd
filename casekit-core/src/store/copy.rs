//! Copying a store into another one of any kind.

use super::{EventQuery, Located, NotePlace, Store, StoreError, StoreErrorKind, StreamRow};
use crate::commit::{Receipt, RequestClaim, StoredEvent};
use crate::model::{BlobId, Note, Timestamp};

/// A request that was carried out, with everything that is stored about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredRequest {
    /// The actor, the id and the fingerprint of its command.
    pub claim: RequestClaim,
    /// The ids and positions of what it wrote.
    pub receipt: Receipt,
}

/// A blob, without its bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BlobRow {
    /// The id under which commits keep it.
    pub id: BlobId,
    /// Its size in bytes.
    pub size: u64,
    /// When its last chunk arrived: the sweep of orphans goes by it.
    pub appended_at: Timestamp,
    /// Whether a commit keeps it; if not, it is an orphan.
    pub kept: bool,
}

/// A part of a copy, as the other store returned it. Parts arrive in the order of the variants, each as often as
/// needed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Copied {
    /// The first part: from here on the store is incomplete.
    Begin,
    /// Events in the order of positions, which they keep, so that cursors and heads still refer to the same events.
    Events(Vec<StoredEvent>),
    /// Streams with their states and heads, in the order of their ids.
    Streams(Vec<StreamRow>),
    /// Notes, in the order of [`Store::all_notes`].
    Notes(Vec<Note>),
    /// Names and references in use.
    Claims(Vec<Located>),
    /// Requests that were carried out.
    Requests(Vec<StoredRequest>),
    /// Blobs that are kept. Their bytes were appended before this part, by [`Store::blob_bytes`].
    Blobs(Vec<BlobRow>),
    /// The last part: the copy is complete, and the store can be used.
    End,
}

/// Copies everything except orphaned blobs into an empty store. Nobody may write to `from` during the copy.
///
/// Until it is done the copy is incomplete and refuses to be used. One that failed half-way cannot be continued: copy
/// into another empty store. Afterwards verify both: they must have the same heads.
///
/// # Errors
/// `Exists` if `to` is not empty, `Busy` if somebody wrote to `from`, otherwise a fault of either store.
pub fn copy_store(from: &dyn Store, to: &dyn Store) -> Result<(), StoreError> {
    const ROWS: u32 = 500;
    let begun = from.newest()?;
    to.restore(Copied::Begin)?;
    let mut after = 0;
    each_page(
        || {
            let events = from.events(&EventQuery::All { after, limit: ROWS })?;
            after = events.last().map_or(after, |event| event.position);
            Ok(events)
        },
        |events| to.restore(Copied::Events(events)),
    )?;
    let mut stream = None;
    each_page(
        || {
            let rows = from.streams(stream, ROWS)?;
            stream = rows.last().map(|row| row.stream).or(stream);
            Ok(rows)
        },
        |rows| to.restore(Copied::Streams(rows)),
    )?;
    let mut place = None;
    each_page(
        || {
            let notes = from.all_notes(place.as_ref(), ROWS)?;
            place = notes.last().map(NotePlace::of).or(place.take());
            Ok(notes)
        },
        |notes| to.restore(Copied::Notes(notes)),
    )?;
    let mut claim = None;
    each_page(
        || {
            let claims = from.claims(claim.as_ref(), ROWS)?;
            claim = claims.last().map(|located| located.claim.clone()).or(claim.take());
            Ok(claims)
        },
        |claims| to.restore(Copied::Claims(claims)),
    )?;
    let mut request = None;
    each_page(
        || {
            let requests = from.requests(request.as_ref(), ROWS)?;
            let last = requests.last().map(|kept| (kept.claim.actor.clone(), kept.claim.id.clone()));
            request = last.or(request.take());
            Ok(requests)
        },
        |requests| to.restore(Copied::Requests(requests)),
    )?;
    let mut blob = None;
    each_page(
        || {
            let blobs = from.blobs(blob, ROWS)?;
            blob = blobs.last().map(|row| row.id).or(blob);
            Ok(blobs)
        },
        |blobs| {
            let kept: Vec<BlobRow> = blobs.into_iter().filter(|row| row.kept).collect();
            kept.iter().try_for_each(|row| copy_bytes(from, to, row))?;
            to.restore(Copied::Blobs(kept))
        },
    )?;
    if from.newest()? != begun {
        let message = "somebody wrote to the store while it was copied: copy it again into an empty one";
        return Err(StoreError::new(StoreErrorKind::Busy, message));
    }
    to.restore(Copied::End)
}

/// Reads and writes pages until one is empty.
fn each_page<T>(
    mut page: impl FnMut() -> Result<Vec<T>, StoreError>,
    mut put: impl FnMut(Vec<T>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    loop {
        let rows = page()?;
        if rows.is_empty() {
            return Ok(());
        }
        put(rows)?;
    }
}

fn copy_bytes(from: &dyn Store, to: &dyn Store, row: &BlobRow) -> Result<(), StoreError> {
    const CHUNK: u32 = 256 * 1024;
    let mut offset = 0;
    loop {
        let bytes = from.blob_bytes().read(row.id, offset, CHUNK)?.unwrap_or_default();
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

/// The error for a part of a copy into a store that is in use, or not empty.
#[must_use]
pub fn not_empty() -> StoreError {
    let message = "the store has something in it already: copy into an empty one";
    StoreError::new(StoreErrorKind::Exists, message)
}

/// The error for a call to a store whose copy is incomplete.
#[must_use]
pub fn incomplete() -> StoreError {
    let message = "a copy into the store is not complete: finish the copy, or make it anew elsewhere";
    StoreError::new(StoreErrorKind::Incomplete, message)
}
