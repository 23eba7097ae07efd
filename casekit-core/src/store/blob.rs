//! Large byte sequences, stored outside the streams.

use super::{StoreError, StoreErrorKind};
use crate::model::{BlobId, Timestamp};

/// The bytes of blobs: snapshots, packages, attachments.
///
/// A blob is appended to in chunks, under an id that nobody else uses. It is an orphan until a
/// [`Commit`](crate::commit::Commit) keeps it, and a commit also drops it. The simplest store implements this itself. A
/// host may instead keep the bytes elsewhere, such as in object storage, by wrapping a store that holds an empty blob
/// for each id: the store then still knows which are kept, and its [`sweep`](BlobBytes::sweep) names those to delete.
pub trait BlobBytes: Send + Sync {
    /// Appends a chunk at `offset`, which must be where the blob ends. The first chunk, at 0, creates the blob, even if
    /// the chunk is empty. `at` is when the chunk arrived.
    ///
    /// The last chunk may arrive again, because the answer to it was lost: with the same offset and length it is
    /// already written, and changes nothing.
    ///
    /// # Errors
    /// [`misplaced`] for any other offset, and nothing is written. Otherwise a fault of the store.
    fn append(&self, id: BlobId, offset: u64, at: Timestamp, bytes: &[u8]) -> Result<(), StoreError>;

    /// At most `limit` bytes from `offset`; empty at the end, `None` if there is no such blob.
    fn read(&self, id: BlobId, offset: u64, limit: u32) -> Result<Option<Vec<u8>>, StoreError>;

    /// Destroys orphans whose last chunk arrived before an instant, at most `limit` of them, and returns their ids:
    /// fewer than `limit` if no more are left.
    fn sweep(&self, before: Timestamp, limit: u32) -> Result<Vec<BlobId>, StoreError>;

    /// Sees to it that the bytes of destroyed blobs are nowhere any more, such as in a log beside the file. `false` if
    /// that has to wait, for instance because somebody still reads from the log; then [`StoreHealth`] says so until it
    /// was done.
    ///
    /// [`StoreHealth`]: super::StoreHealth
    fn wipe(&self) -> Result<bool, StoreError>;
}

/// The error for a chunk at `offset` of a blob that has `size` bytes. It names both, so that a writer can continue.
#[must_use]
pub fn misplaced(offset: u64, size: u64) -> StoreError {
    let message = format!("the blob has `{size}` bytes, and the chunk is for `{offset}`: go on at its end");
    StoreError::new(StoreErrorKind::Misplaced, message)
}
