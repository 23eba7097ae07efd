//! What `health` reports about the file.

use std::fs;
use std::path::Path;

use casekit_core::model::Timestamp;

/// The size of a file in bytes; 0 if there is none.
pub(crate) fn size(path: &Path) -> u64 {
    fs::symlink_metadata(path).map_or(0, |metadata| metadata.len())
}

/// When a database was last written to. With a write-ahead log only checkpoints write to it.
pub(crate) fn last_checkpoint(path: &Path) -> Option<Timestamp> {
    fs::symlink_metadata(path).and_then(|metadata| metadata.modified()).ok().map(Timestamp::from)
}
