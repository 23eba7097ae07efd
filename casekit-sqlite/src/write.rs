//! Writing: one writer behind a fair queue.

mod batch;
mod blobs;
mod cases;
mod compact;
mod cut;
mod deferred;
mod events;
mod expect;
mod gathered;
mod group_commit;
mod index;
mod indexed;
mod memory;
mod notes;
mod plan;
mod repair;
mod requests;
mod restore;
mod states;
mod words;

pub(crate) use compact::free;
pub(crate) use cut::Cut;
pub(crate) use group_commit::{Around, BRING_HOME, Writer};

use casekit_core::commit::{Commit, Committed, Refused};
use casekit_core::model::{BlobId, Timestamp};
use casekit_core::store::{Copied, StoreError};

/// A weight that no transaction takes beside another.
const ALONE: usize = 1 << 20;

/// What a caller wants written.
pub(crate) enum Job {
    /// Commits, each by itself, in order, with the terms of their texts.
    Commits(Vec<(Commit, Cut)>),
    /// A chunk at the end of a blob, which is where it says that it begins.
    AppendBlob(BlobId, u64, Timestamp, Vec<u8>),
    /// Orphans whose last chunk came before, and at most how many.
    SweepBlobs(Timestamp, u32),
    /// About so many bytes that hold nothing, given back.
    Compact(u64),
    /// A step of making the indexes of the search anew from which words went.
    Merge,
    /// That the index of the search is as it should be; writes nothing, but SQLite asks for it with a write.
    CheckIndexes,
    /// A part of a copy, as another store gave it.
    Restore(Box<Copied>),
    /// Everything derived, anew where it is wrong.
    RepairDerived,
}

impl Job {
    /// How much of a transaction it takes.
    fn weight(&self) -> usize {
        match self {
            Self::Commits(commits) => commits.len(),
            Self::AppendBlob(..) | Self::SweepBlobs(..) | Self::Compact(_) => 1,
            Self::Merge | Self::CheckIndexes => 1,
            // It reads the whole file: nobody shares that transaction.
            Self::RepairDerived | Self::Restore(_) => ALONE,
        }
    }
}

/// What a caller gets.
pub(crate) enum Outcome {
    /// For each commit.
    Commits(Vec<Result<Committed, Refused>>),
    /// It was done to so many things.
    Done(u64),
    /// These blobs are gone.
    Swept(Vec<BlobId>),
    /// What was asked for does not fit what is there; nothing was written.
    Misfit(StoreError),
}
