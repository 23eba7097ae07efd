//! Copying a store into another one of any kind.

mod list;
mod run;

use serde::{Deserialize, Serialize};

use super::{Located, StoreError, StoreErrorKind, StreamRow};
use crate::commit::{Receipt, RequestClaim, StoredEvent};
use crate::model::{BlobId, Note, Timestamp};

pub use run::{TellCopy, copy_store};

/// What a copy is doing, in this order.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CopyStep {
    /// Events are copied.
    Events,
    /// Streams with their states are copied.
    Streams,
    /// Notes are copied.
    Notes,
    /// Names and references in use are copied.
    Claims,
    /// Requests that were carried out are copied.
    Requests,
    /// Blobs are copied with their bytes.
    Blobs,
    /// Every row and byte of both stores is compared. Until that is done the copy cannot be used.
    Compare,
    /// The copy is checked as [`check_whole`](super::check_whole) does.
    Check,
}

/// How far a copy has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CopyProgress {
    /// What it is doing.
    pub step: CopyStep,
    /// How many rows are done in this step, those of an earlier attempt included. Of the check, how many parts.
    pub done: u64,
    /// How many there are in this step, where that is known: for `Events` and `Compare`.
    pub total: Option<u64>,
}

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
    /// Notes, in the order of [`Store::all_notes`](super::Store::all_notes).
    Notes(Vec<Note>),
    /// Names and references in use.
    Claims(Vec<Located>),
    /// Requests that were carried out.
    Requests(Vec<StoredRequest>),
    /// Blobs that are kept. Their bytes were appended before this part, by [`Store::blob_bytes`](super::Store::blob_bytes).
    Blobs(Vec<BlobRow>),
    /// The last part: the copy is complete, and the store can be used.
    End,
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
    let message = "a copy into the store is not complete: copy again, which goes on where it ended";
    StoreError::new(StoreErrorKind::Incomplete, message)
}
