//! The progress of a backup.

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

/// How much of a backup has been copied.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BackupProgress {
    /// The number of bytes copied so far.
    pub copied: u64,
    /// The number of bytes to copy in all. It does not change while the backup is made.
    pub total: u64,
}

/// Called with the progress of a backup; returns whether to continue. After `Break`, nothing of the backup is left
/// behind.
pub type TellBackup<'a> = &'a mut dyn FnMut(BackupProgress) -> ControlFlow<()>;
