//! Heads of the audit trail.

use serde::{Deserialize, Serialize};

/// The head of the audit trail, for the host to keep elsewhere: with it a cut tail or a missing stream is shown.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AuditHead {
    /// Which one it is, from 1.
    pub number: u64,
    /// Its own position in the file.
    pub position: u64,
    /// The position up to which it covers every event.
    pub covers: u64,
    /// How many events these are.
    pub events: u64,
    /// SHA-256 over the digest of the head before and where every stream stands that has changed since, in hexadecimal.
    pub digest: String,
}
