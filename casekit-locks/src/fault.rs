//! Why a file has no guard.

use std::io;

/// Why there is no guard.
#[derive(Debug)]
pub enum GuardFault {
    /// Somebody has the file for itself alone; that passes.
    Busy,
    /// The process that opened the file forked, and this is the child: its SQLite takes the parent's locks for its own.
    Forked,
    /// The system said no.
    System(io::Error),
}
