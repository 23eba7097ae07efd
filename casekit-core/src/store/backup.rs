//! What a backup tells while it is made.

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

/// Is told how far a backup has come, and answers whether to go on: after `Break` nothing of the backup is left.
pub type TellBackup<'a> = &'a mut dyn FnMut(BackupProgress) -> ControlFlow<()>;
