//! Why a file of somebody else's cannot be asked.

use std::io;

/// How many connections a process keeps. Files that are replaced again and again need one.
pub(super) const PLACES: usize = 16;

/// Why there is no connection for a question.
#[derive(Debug)]
pub(super) enum Refused {
    /// This process was forked from one that asked a source.
    Forked,
    /// The path names a folder, a pipe or an empty file.
    NoFile,
    /// Every place is taken, by files that are still there.
    Full,
    /// Another question has the connection.
    Busy,
    /// The system said no.
    System(io::Error),
    /// SQLite said no.
    Sqlite(rusqlite::Error),
}
