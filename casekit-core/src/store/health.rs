//! How a store is doing.

use std::time::Duration;

use super::StoreErrorKind;
use crate::model::Timestamp;

/// How a store is doing, told in a moment: nothing is looked over for it. What a store does not have is zero or `None`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct StoreHealth {
    /// The newest fault that a call of this process met, and how long ago: not `Busy`, and not what somebody brought
    /// about, such as `Suspended` or `Cancelled`.
    pub last_fault: Option<SeenFault>,
    /// The size of the file, in bytes.
    pub file_bytes: u64,
    /// Of these, those that hold nothing: [`compact`](super::Store::compact) gives them back.
    pub free_bytes: u64,
    /// The size of the log that is written before the file, in bytes. It shrinks when a checkpoint brings it home.
    pub log_bytes: u64,
    /// How long the oldest read that is under way in this process has been going on. While it does, the log grows.
    pub oldest_read: Option<Duration>,
    /// When what stood in the log was last brought home, by the clock of the file system.
    pub last_checkpoint: Option<Timestamp>,
    /// What keeps the file whole beside other programs on this system; `None` without a file.
    pub safeguards: Option<Safeguards>,
}

/// A fault that a call met.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SeenFault {
    /// What kind.
    pub kind: StoreErrorKind,
    /// The sentence that the call answered.
    pub message: String,
    /// How long ago.
    pub ago: Duration,
}

/// What keeps a file whole beside other programs, as far as the system lets it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Safeguards {
    /// No other copy of SQLite in this process can drop the locks on the log's index.
    pub log_locks: bool,
    /// No other copy of SQLite in this process can take itself for the last who has the file, and delete its log.
    pub guarded: bool,
    /// A file that is moved, deleted or replaced while it is open is noticed.
    pub watched: bool,
}

/// What one step of [`compact`](super::Store::compact) did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Compacted {
    /// Bytes that the file no longer has.
    pub given_back: u64,
    /// Bytes that still hold nothing.
    pub left: u64,
}
