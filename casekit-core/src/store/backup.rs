//! The progress of a backup.

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

/// How far a backup has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BackupProgress {
    /// The bytes that are copied.
    pub copied: u64,
    /// The bytes that there are to copy; it does not change while the backup is made.
    pub total: u64,
}

/// Called with the progress of a backup; returns whether to continue. After `Break` nothing of the backup is left
/// behind.
pub type TellBackup<'a> = &'a mut dyn FnMut(BackupProgress) -> ControlFlow<()>;
