//! How a kit is doing.

use std::time::Duration;

use casekit::{Health, HealthFault, Safeguards, Timestamp};

/// How a kit is doing, told in a moment: what a monitor asks for from time to time. Nothing is looked over for it, as
/// `check` and `verify` do. What a store does not have is zero or `None`.
#[uniffi::remote(Record)]
pub struct Health {
    /// The newest fault of the store that a call of this process met: not `busy`, and not what somebody brought about,
    /// such as `suspended` or `cancelled`.
    pub last_fault: Option<HealthFault>,
    /// The size of the file, in bytes.
    pub file_bytes: u64,
    /// Of these, those that hold nothing: `compact` gives them back.
    pub free_bytes: u64,
    /// The size of the log beside the file, in bytes. It stays below some megabytes, unless a long read or another
    /// process holds it up.
    pub log_bytes: u64,
    /// How long the oldest read that is under way in this process has been going on. While it does, the log grows.
    pub oldest_read: Option<Duration>,
    /// When what stood in the log was last brought home into the file, by the clock of the file system.
    pub last_checkpoint: Option<Timestamp>,
    /// Answers under way that nobody sends just now: `resume_deliveries` goes on with them. 10,000 if there are more.
    pub due_deliveries: u64,
    /// Cases whose snapshots and packages were kept long enough: `tidy` destroys them. 10,000 if there are more.
    pub due_destructions: u64,
    /// What keeps the file whole beside other programs on this system; `None` without a file.
    pub safeguards: Option<Safeguards>,
}

/// A fault that a call met.
#[uniffi::remote(Record)]
pub struct HealthFault {
    /// Its stable word.
    pub code: String,
    /// The sentence that the call answered.
    pub message: String,
    /// When.
    pub at: Timestamp,
}

/// What keeps a file whole beside other programs, as far as the system lets it.
#[uniffi::remote(Record)]
pub struct Safeguards {
    /// No other copy of SQLite in this process can drop the locks on the log's index.
    pub log_locks: bool,
    /// No other copy of SQLite in this process can take itself for the last who has the file, and delete its log.
    pub guarded: bool,
    /// A file that is moved, deleted or replaced while it is open is noticed.
    pub watched: bool,
}
