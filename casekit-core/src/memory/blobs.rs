//! Large bytes, kept outside the streams.

use super::World;
use crate::model::{BlobId, Timestamp};

/// Bytes under an id.
pub(super) struct Blob {
    bytes: Vec<u8>,
    /// When its last chunk came.
    appended_at: Timestamp,
    /// Whether a commit refers to it; if not, it is an orphan.
    kept: bool,
}

impl World {
    pub(super) fn append_blob(&mut self, id: BlobId, at: Timestamp, bytes: &[u8]) {
        let blob =
            self.blobs.entry(id).or_insert_with(|| Blob { bytes: Vec::new(), appended_at: at, kept: false });
        blob.bytes.extend_from_slice(bytes);
        blob.appended_at = at;
    }

    pub(super) fn read_blob(&self, id: BlobId, offset: u64, limit: u32) -> Option<Vec<u8>> {
        let blob = self.blobs.get(&id)?;
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        Some(blob.bytes.iter().skip(offset).take(limit as usize).copied().collect())
    }

    pub(super) fn sweep_blobs(&mut self, before: Timestamp) -> u64 {
        let there = self.blobs.len();
        self.blobs.retain(|_, blob| blob.kept || blob.appended_at >= before);
        (there - self.blobs.len()) as u64
    }

    pub(super) fn keep_blob(&mut self, id: BlobId) {
        if let Some(blob) = self.blobs.get_mut(&id) {
            blob.kept = true;
        }
    }
}
