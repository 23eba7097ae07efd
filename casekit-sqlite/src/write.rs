//! Writing: one writing connection, and callers that get it in the order in which they came.

mod batch;
mod blobs;
mod cases;
mod compact;
mod cut;
mod deferred;
mod events;
mod expect;
mod fill;
mod gathered;
mod index;
mod indexed;
mod memory;
mod notes;
mod plan;
mod rebuild;
mod repair;
mod requests;
mod restore;
mod states;
mod wipe;
mod words;
mod writer;

pub(crate) use compact::free;
pub(crate) use cut::Cut;
pub use rebuild::SearchProgress;
pub(crate) use rebuild::rebuild;
pub(crate) use wipe::{BRING_HOME, is_pending as is_wipe_pending};
pub(crate) use writer::{Around, Writer};

use casekit_core::commit::{Commit, Committed, Refused};
use casekit_core::model::{BlobId, Timestamp};
use casekit_core::store::{Copied, StoreError};

/// A weight that fills a group by itself: whoever has it shares the transaction with nobody.
const ALONE: usize = 1 << 20;

/// What a caller wants written.
pub(crate) enum Job {
    /// Commits in this order, each atomic by itself, with the terms of their texts.
    Commits(Vec<(Commit, Cut)>),
    /// A chunk for a blob: the offset at which it begins, which must be the blob's size, when it came, and its bytes.
    AppendBlob(BlobId, u64, Timestamp, Vec<u8>),
    /// Remove blobs that no commit refers to and whose last chunk came before the instant; at most so many.
    SweepBlobs(Timestamp, u32),
    /// Give back pages that hold nothing: about this many bytes of them.
    Compact(u64),
    /// One step of rewriting the search indexes after words were removed.
    Merge,
    /// Take destroyed bytes out of the log, outside of any transaction.
    Wipe,
    /// Check the search indexes. Nothing is written, but FTS5's check is an `INSERT`, so it needs the writer.
    CheckIndexes,
    /// Write one part of a copy of another store.
    Restore(Box<Copied>),
    /// Make everything derived again where it is wrong.
    RepairDerived,
}

impl Job {
    /// How much of a group it fills; a commit counts 1.
    fn weight(&self) -> usize {
        match self {
            Self::Commits(commits) => commits.len(),
            Self::AppendBlob(..) | Self::SweepBlobs(..) | Self::Compact(_) => 1,
            Self::Merge | Self::CheckIndexes => 1,
            // A repair reads the whole file, and nobody should wait for that without need. A store that is being
            // restored refuses commits.
            Self::RepairDerived | Self::Restore(_) => ALONE,
            // It is no part of a transaction.
            Self::Wipe => ALONE,
        }
    }
}

/// What a caller gets.
pub(crate) enum Outcome {
    /// One result for each commit, in their order.
    Commits(Vec<Result<Committed, Refused>>),
    /// How many things were changed; for `Compact` the bytes returned, for `Merge` and `Wipe` 0 when nothing is
    /// left to do.
    Done(u64),
    /// The blobs that were removed.
    Swept(Vec<BlobId>),
    /// The job does not fit the state of the file and was not carried out. The other jobs of the transaction were.
    Misfit(StoreError),
}
