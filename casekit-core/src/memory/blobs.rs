//! Blobs: large byte sequences, stored outside the streams.

use super::{MemoryStore, World};
use crate::model::{BlobId, Timestamp};
use crate::store::{BlobBytes, BlobRow, StoreError, misplaced};

/// One blob. `last_start` tells a chunk that arrives again from one that is misplaced.
pub(super) struct Blob {
    bytes: Vec<u8>,
    /// Where its last chunk begins.
    last_start: usize,
    /// When its last chunk arrived.
    appended_at: Timestamp,
    /// Whether a commit refers to it; if not, it is an orphan.
    kept: bool,
}

impl Blob {
    pub(super) fn row(&self, id: BlobId) -> BlobRow {
        BlobRow { id, size: self.bytes.len() as u64, appended_at: self.appended_at, kept: self.kept }
    }
}

impl BlobBytes for MemoryStore {
    fn append(&self, id: BlobId, offset: u64, at: Timestamp, bytes: &[u8]) -> Result<(), StoreError> {
        self.with(|world| world.append_blob(id, offset, at, bytes))?
    }

    fn read(&self, id: BlobId, offset: u64, limit: u32) -> Result<Option<Vec<u8>>, StoreError> {
        self.with(|world| world.read_blob(id, offset, limit))
    }

    fn sweep(&self, before: Timestamp, limit: u32) -> Result<Vec<BlobId>, StoreError> {
        self.with(|world| world.sweep_blobs(before, limit))
    }

    /// What is destroyed leaves memory at once.
    fn wipe(&self) -> Result<bool, StoreError> {
        self.with(|_| true)
    }
}

impl World {
    fn append_blob(
        &mut self,
        id: BlobId,
        offset: u64,
        at: Timestamp,
        bytes: &[u8],
    ) -> Result<(), StoreError> {
        let there = self.blobs.get(&id).map_or((0, 0), |blob| (blob.bytes.len(), blob.last_start));
        let (size, last_start) = (there.0 as u64, there.1 as u64);
        if offset == last_start && offset + bytes.len() as u64 == size && self.blobs.contains_key(&id) {
            return Ok(());
        }
        if offset != size {
            return Err(misplaced(offset, size));
        }
        let made = Blob { bytes: Vec::new(), last_start: 0, appended_at: at, kept: false };
        let blob = self.blobs.entry(id).or_insert(made);
        blob.last_start = blob.bytes.len();
        blob.bytes.extend_from_slice(bytes);
        blob.appended_at = at;
        Ok(())
    }

    fn read_blob(&self, id: BlobId, offset: u64, limit: u32) -> Option<Vec<u8>> {
        let blob = self.blobs.get(&id)?;
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        Some(blob.bytes.iter().skip(offset).take(limit as usize).copied().collect())
    }

    fn sweep_blobs(&mut self, before: Timestamp, limit: u32) -> Vec<BlobId> {
        let orphaned = self.blobs.iter().filter(|(_, blob)| !blob.kept && blob.appended_at < before);
        let swept: Vec<BlobId> = orphaned.map(|(id, _)| *id).take(limit as usize).collect();
        for id in &swept {
            self.blobs.remove(id);
        }
        swept
    }

    pub(super) fn keep_blob(&mut self, id: BlobId) {
        if let Some(blob) = self.blobs.get_mut(&id) {
            blob.kept = true;
        }
    }
}
