//! Rounds: a reopened case goes through its workflow again, and the answers of its earlier rounds are kept.

use serde::{Deserialize, Serialize};

use super::{BlobId, Outcome, Release, Timestamp, WorkflowId};

/// A round that has ended. The history says who approved what in it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Round {
    /// The number of the round, from 1.
    pub number: u32,
    /// The id of the workflow that the case went through.
    pub workflow: WorkflowId,
    /// The version of that workflow, from 1.
    pub version: u32,
    /// What the case ended as in this round.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// The blob with the rows that were found; `None` if there are none, or once they were destroyed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<BlobId>,
    /// The answer, with its sendings and receipts; `None` if none was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<Release>,
}

impl Round {
    /// When the answer arrived, if bytes of its snapshot or package are still kept; `None` otherwise. The retention
    /// time counts from it.
    #[must_use]
    pub fn kept_since(&self) -> Option<Timestamp> {
        kept_since(self.snapshot, self.release.as_ref())
    }

    /// The blobs that are still kept of it: the snapshot and the package.
    #[must_use]
    pub fn blobs(&self) -> Vec<BlobId> {
        blobs(self.snapshot, self.release.as_ref())
    }

    /// Records that the snapshot and the package were destroyed. A sending that has not arrived is stopped.
    pub fn destroy(&mut self) {
        self.snapshot = None;
        self.release.iter_mut().for_each(Release::destroy);
    }
}

/// When the answer arrived, if bytes of the snapshot or of its package are still kept.
pub(super) fn kept_since(snapshot: Option<BlobId>, release: Option<&Release>) -> Option<Timestamp> {
    let is_kept = !blobs(snapshot, release).is_empty();
    release.and_then(Release::delivered_at).filter(|_| is_kept)
}

/// The blobs of a snapshot and of the package of an answer.
pub(super) fn blobs(snapshot: Option<BlobId>, release: Option<&Release>) -> Vec<BlobId> {
    snapshot.into_iter().chain(release.and_then(Release::blob)).collect()
}
