//! The heads of the audit trail.

use serde::{Deserialize, Serialize};

/// A head of the audit trail: a checkpoint over the whole file, for the host to keep elsewhere. With it, verifying
/// finds out if the newest events were cut off or a stream is missing.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AuditHead {
    /// The number of the head in its file, from 1.
    pub number: u64,
    /// The position in the file of the event that records this head.
    pub position: u64,
    /// The position of the newest event that it covers; it covers every event up to there.
    pub covers: u64,
    /// How many events it covers, from the first of the file.
    pub events: u64,
    /// The SHA-256 of the digest of the previous head and of the revision and hash of every stream that has changed
    /// since, in hexadecimal.
    pub digest: String,
}
