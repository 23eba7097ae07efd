//! Why a file has no guard.

use std::io;

/// Why a guard could not be taken.
#[derive(Debug)]
pub enum GuardFault {
    /// Somebody has an exclusive lock on the file. It is held for a moment only, so try again.
    Busy,
    /// The process that opened the file forked, and this is the child. Its SQLite would take the parent's locks for its
    /// own.
    Forked,
    /// The system refused to open or lock the file.
    System(io::Error),
}
