//! Why a question to a source gets no connection.

use std::io;

/// The most files that a process keeps open. A file that is replaced repeatedly needs one place, since the old one is
/// closed.
pub(super) const PLACES: usize = 16;

/// Why a question gets no connection.
#[derive(Debug)]
pub(super) enum Refused {
    /// This process was forked from one that asked a source.
    Forked,
    /// The path names a folder, a pipe or an empty file.
    NoFile,
    /// Every place is taken by files that still exist.
    Full,
    /// Another question has the connection.
    Busy,
    /// The system refused.
    System(io::Error),
    /// SQLite refused.
    Sqlite(rusqlite::Error),
}
