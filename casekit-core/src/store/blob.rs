//! Large bytes, outside the streams.

use super::{StoreError, StoreErrorKind};
use crate::model::{BlobId, Timestamp};

/// The bytes of blobs: snapshots, packages, attachments.
///
/// A blob is appended to in chunks, under an id that nobody else uses, and is an orphan until a
/// [`Commit`](crate::commit::Commit) keeps it; a commit also drops it. So a store that hands this out itself is the
/// simplest, and a host may bring one that keeps the bytes elsewhere, as in object storage, around a store that keeps an
/// empty blob for each: the store then still says which are kept, and [`sweep`](BlobBytes::sweep) names those that are
/// gone.
pub trait BlobBytes: Send + Sync {
    /// Appends a chunk that begins at `offset`, which is where the blob ends; the first, at 0, makes the blob, also an
    /// empty one. `at` is when it came.
    ///
    /// The chunk that was appended last may come again, as after an answer that was lost: the same offset and the same
    /// length are done already, and change nothing.
    ///
    /// # Errors
    /// [`misplaced`] for every other offset; nothing is written then. Otherwise a fault.
    fn append(&self, id: BlobId, offset: u64, at: Timestamp, bytes: &[u8]) -> Result<(), StoreError>;

    /// At most `limit` bytes from `offset`; empty at the end, `None` if there is no such blob.
    fn read(&self, id: BlobId, offset: u64, limit: u32) -> Result<Option<Vec<u8>>, StoreError>;

    /// Destroys orphans whose last chunk came before an instant, at most `limit` of them, and says which: fewer than
    /// `limit` if no more are left.
    fn sweep(&self, before: Timestamp, limit: u32) -> Result<Vec<BlobId>, StoreError>;
}

/// The fault of a chunk for `offset` of a blob that has `size` bytes.
#[must_use]
pub fn misplaced(offset: u64, size: u64) -> StoreError {
    let message = format!("the blob has `{size}` bytes, and the chunk is for `{offset}`: go on at its end");
    StoreError::new(StoreErrorKind::Misplaced, message)
}
