//! Rounds: a case that is opened again goes through its workflow anew, and what its earlier answers were is kept.

use serde::{Deserialize, Serialize};

use super::{BlobId, Outcome, Release, Timestamp, WorkflowId};

/// A round that has ended. Who approved what in it stands in the history.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Round {
    /// Which, from 1.
    pub number: u32,
    /// The workflow.
    pub workflow: WorkflowId,
    /// Its version.
    pub version: u32,
    /// What the case ended as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// The rows that were found, until they are destroyed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<BlobId>,
    /// The answer, with its sendings and receipts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<Release>,
}

impl Round {
    /// Since when what it found and sent is kept though the answer has arrived; `None` if nothing is.
    #[must_use]
    pub fn kept_since(&self) -> Option<Timestamp> {
        kept_since(self.snapshot, self.release.as_ref())
    }

    /// The bytes that are kept of it.
    #[must_use]
    pub fn blobs(&self) -> Vec<BlobId> {
        blobs(self.snapshot, self.release.as_ref())
    }

    /// Nothing that it found or sent is kept any more.
    pub fn destroy(&mut self) {
        self.snapshot = None;
        self.release.iter_mut().for_each(Release::destroy);
    }
}

/// Since when a snapshot and an answer are kept though it has arrived.
pub(super) fn kept_since(snapshot: Option<BlobId>, release: Option<&Release>) -> Option<Timestamp> {
    let is_kept = !blobs(snapshot, release).is_empty();
    release.and_then(Release::delivered_at).filter(|_| is_kept)
}

/// The bytes of a snapshot and of an answer.
pub(super) fn blobs(snapshot: Option<BlobId>, release: Option<&Release>) -> Vec<BlobId> {
    snapshot.into_iter().chain(release.and_then(Release::blob)).collect()
}
