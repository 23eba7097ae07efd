//! Recognising that the write-ahead log beside a source's file was replaced.

use std::fs;
use std::path::Path;

use casekit_locks::FileId;

/// The identities of the two files that make a log.
///
/// A connection keeps reading the log that it opened first. No other process's SQLite removes that log while the
/// connection is open. But a person can, and so can another copy of SQLite in this process, which does not know of the
/// connection. The connection would then continue to show an old state.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct Log {
    wal: Option<FileId>,
    shm: Option<FileId>,
}

impl Log {
    /// The log that is beside a path now.
    pub(super) fn beside(path: &Path) -> Self {
        let file = |ending: &str| {
            let mut name = path.as_os_str().to_owned();
            name.push(ending);
            fs::metadata(name).ok().and_then(|metadata| FileId::of(&metadata))
        };
        Self { wal: file("-wal"), shm: file("-shm") }
    }
}
