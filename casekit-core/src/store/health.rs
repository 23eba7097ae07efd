//! The health of a store, and what keeping it small gave back.

use std::time::Duration;

use super::StoreErrorKind;
use crate::model::Timestamp;

/// The health of a store, answered at once: nothing is scanned. What a store does not have is zero or `None`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct StoreHealth {
    /// The newest fault that a call in this process returned. `Busy` does not count, nor does what a caller caused,
    /// such as `Suspended` or `Cancelled`.
    pub last_fault: Option<SeenFault>,
    /// The size of the file, in bytes.
    pub file_bytes: u64,
    /// The bytes of the file that are unused: [`compact`](super::Store::compact) gives them back.
    pub free_bytes: u64,
    /// The size of the write-ahead log, in bytes. A checkpoint moves its contents into the file.
    pub log_bytes: u64,
    /// Whether bytes of destroyed blobs may still be in the write-ahead log: see [`wipe`](super::BlobBytes::wipe).
    pub wipe_pending: bool,
    /// How long the oldest read in this process has been running. A checkpoint cannot reset the log until it ends.
    pub oldest_read: Option<Duration>,
    /// When the log was last checkpointed into the file, by the clock of the file system.
    pub last_checkpoint: Option<Timestamp>,
    /// What keeps the file whole beside other programs on this system; `None` without a file.
    pub safeguards: Option<Safeguards>,
}

/// A fault that a call returned.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SeenFault {
    /// The kind of fault.
    pub kind: StoreErrorKind,
    /// The message that the caller got.
    pub message: String,
    /// How long ago. A store does not read the kit's clock; the engine makes an instant of it.
    pub ago: Duration,
}

/// What protects a file from other programs, as far as the operating system supports it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Safeguards {
    /// Whether the locks on the log's index are safe from another copy of SQLite in this process, which would otherwise
    /// drop them when it closes the file.
    pub log_locks: bool,
    /// Whether another copy of SQLite in this process is kept from taking itself for the last user of the file and
    /// deleting the log.
    pub guarded: bool,
    /// Whether it is noticed if the file is moved, deleted or replaced while it is open.
    pub watched: bool,
}

/// The result of one step of [`compact`](super::Store::compact).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Compacted {
    /// By how many bytes the file shrank.
    pub given_back: u64,
    /// How many unused bytes the file still has.
    pub left: u64,
}
