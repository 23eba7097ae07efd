//! The file that a store has open, told from whatever stands at its path by now.
//!
//! SQLite goes on writing to a file that was deleted, renamed or replaced, and says that all is well. So the store
//! compares: what it has open, by device and inode, with what its path leads to.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use casekit_core::store::{StoreError, StoreErrorKind as Kind};
use casekit_locks::{FileId, Guard, GuardFault};

use crate::error::{Result, system};
use crate::place::Place;

/// A share in the file's guard, and what the open file is.
pub(crate) struct Held {
    guard: Guard,
    watch: Watch,
}

/// What is compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Watch {
    /// The database and its write-ahead log; a file that is only read may have none.
    On { database: FileId, log: Option<FileId> },
    /// Nothing: this system or file system has no numbers of files that stay as they are.
    Off,
}

impl Held {
    /// Takes the guard of a file that is there: before the first connection, so that from its first moment on nobody
    /// takes itself for the last who has the file.
    pub(crate) fn take(place: &Place, wait: Duration) -> Result<Self> {
        patiently(wait, || match Guard::lock(place.path()) {
            Ok(guard) => Ok(Self { guard, watch: Watch::Off }),
            Err(error) => Err(guard_fault(&error)),
        })
    }

    /// Whether the log at the path is this file's own; asked before anything looks through it.
    pub(crate) fn has_its_own_log(&self, place: &Place, wait: Duration) -> Result<()> {
        let index = place.beside("-shm");
        patiently(wait, || {
            if self.guard.log_is_anothers(&index) {
                return Err(occupied());
            }
            // A new file has two names for a moment, while it is put in its place.
            if has_names(place.path()) && self.guard.log_is_elsewhere(&index) {
                return Err(by_another_name());
            }
            Ok(())
        })
    }

    /// Begins to compare. Only now, when something was read under the guard: from then on the log that SQLite has
    /// open is the one at its path, and nobody deletes it.
    pub(crate) fn watch(&mut self, place: &Place) {
        let log = identity(&place.beside("-wal"));
        let watch = self.guard.file().map_or(Watch::Off, |database| Watch::On { database, log });
        // Some file systems make up a number each time they are asked, and some number the open file otherwise.
        self.watch = watch.stands(place).map_or(Watch::Off, |()| watch);
    }

    /// What the open file is.
    pub(crate) fn file(&self) -> Option<FileId> {
        self.guard.file()
    }

    /// Whether the guard's lock is one that no other copy of SQLite in this process can take away.
    pub(crate) fn is_guarded(&self) -> bool {
        self.guard.is_held()
    }

    pub(crate) fn watched(&self) -> Watch {
        self.watch
    }

    /// Lets others be the last who has the file; after the last checkpoint, before the connections are closed.
    pub(crate) fn unlock(&mut self) {
        self.guard.unlock();
    }
}

impl Watch {
    /// Whether database and log are still at their paths.
    pub(crate) fn stands(self, place: &Place) -> Result<()> {
        match self {
            Self::On { log: Some(log), .. } if identity(&place.beside("-wal")) != Some(log) => Err(moved()),
            Self::On { .. } | Self::Off => self.database_stands(place),
        }
    }

    /// Whether the database is.
    pub(crate) fn database_stands(self, place: &Place) -> Result<()> {
        let Self::On { database, .. } = self else { return Ok(()) };
        let found = fs::symlink_metadata(place.path()).ok();
        if found.as_ref().and_then(FileId::of) != Some(database) {
            return Err(moved());
        }
        // Not told by its number: somebody opened it and cut it off.
        if found.is_some_and(|found| found.len() == 0) {
            let message =
                "the file was emptied while it was open; keep the log beside it and restore a backup";
            return Err(StoreError::new(Kind::Corrupt, message));
        }
        Ok(())
    }
}

fn identity(path: &Path) -> Option<FileId> {
    fs::symlink_metadata(path).ok().as_ref().and_then(FileId::of)
}

fn moved() -> StoreError {
    let message = "the file was moved, deleted or replaced while it was open, and what is written now may be lost: \
                   put it back, or close it and open what is there";
    StoreError::new(Kind::Moved, message)
}

/// Tries again for a while: who has a file for itself alone is opening or closing it, and soon done.
fn patiently<T>(wait: Duration, attempt: impl Fn() -> Result<T>) -> Result<T> {
    const PAUSE: Duration = Duration::from_millis(2);
    let since = Instant::now();
    loop {
        match attempt() {
            Err(error) if error.kind() == Kind::Busy && since.elapsed() < wait => thread::sleep(PAUSE),
            done => return done,
        }
    }
}

/// A file with a log under each of its names, of which the one knows nothing of the other.
fn by_another_name() -> StoreError {
    let message = "the file is open under another of its names (it has hard links), and has its log there: \
                   open it by that name everywhere";
    StoreError::new(Kind::Busy, message)
}

#[cfg(unix)]
fn has_names(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.nlink() > 1)
}

#[cfg(not(unix))]
fn has_names(_path: &Path) -> bool {
    false
}

/// A file that took the place of another, which somebody still has open.
fn occupied() -> StoreError {
    let message = "a file that stood at this path before is still open, and its log with it: \
                   close it, then try again";
    StoreError::new(Kind::Busy, message)
}

/// A process that was forked from the one that has the file open.
pub(crate) fn forked() -> StoreError {
    let message = "the file was opened before this process was forked and is its parent's alone: \
                   open it after the fork, in each process by itself";
    StoreError::new(Kind::Forked, message)
}

fn guard_fault(error: &GuardFault) -> StoreError {
    match error {
        GuardFault::Busy => {
            StoreError::new(Kind::Busy, "another process has the file for itself alone; try again")
        }
        GuardFault::Forked => forked(),
        GuardFault::System(error) => system(error, "opening the file"),
    }
}
