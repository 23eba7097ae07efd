//! The write-ahead log beside a file.

use std::fs;
use std::path::Path;

use casekit_locks::FileId;

/// The files that make a log, by what they are and not by name.
///
/// A connection reads the log that it found first. No SQLite removes that while the connection is there; somebody who
/// removes it by hand, or another copy of SQLite in this process, which does not know of the connection, can. The
/// connection would then go on to show what was.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct Log {
    wal: Option<FileId>,
    shm: Option<FileId>,
}

impl Log {
    /// What is beside a path now.
    pub(super) fn beside(path: &Path) -> Self {
        let file = |ending: &str| {
            let mut name = path.as_os_str().to_owned();
            name.push(ending);
            fs::metadata(name).ok().and_then(|metadata| FileId::of(&metadata))
        };
        Self { wal: file("-wal"), shm: file("-shm") }
    }
}
