//! Whether the file that a store has open is still the one at its path.
//!
//! SQLite continues to write to a file that was deleted, renamed or replaced, and reports success. So the store
//! compares device and inode of the file that it has open with those of the file at its path. ADR 15 says when.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use casekit_core::store::{StoreError, StoreErrorKind as Kind};
use casekit_locks::{FileId, Guard, GuardFault};

use crate::error::{Result, system};
use crate::place::Place;

/// A share in the file's guard, and the identity of the open file.
pub(crate) struct Held {
    guard: Guard,
    watch: Watch,
}

/// What is compared with the path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Watch {
    /// The identities of the database and of its write-ahead log, which a file that is only read may not have.
    On { database: FileId, log: Option<FileId> },
    /// Nothing: this system or file system has no stable inode numbers.
    Off,
}

impl Held {
    /// Takes the guard of an existing file. To be called before the first connection is opened: from then on nobody
    /// else can believe that they are the last to have the file open, and delete the log.
    pub(crate) fn take(place: &Place, wait: Duration) -> Result<Self> {
        patiently(wait, || match Guard::lock(place.path()) {
            Ok(guard) => Ok(Self { guard, watch: Watch::Off }),
            Err(error) => Err(guard_fault(&error)),
        })
    }

    /// Fails if the log at the path belongs to another file. To be called before anything is read through the log.
    ///
    /// # Errors
    /// `Busy`, after it has waited.
    pub(crate) fn has_its_own_log(&self, place: &Place, wait: Duration) -> Result<()> {
        let index = place.beside("-shm");
        patiently(wait, || {
            if self.guard.log_is_anothers(&index) {
                return Err(occupied());
            }
            // `patiently` asks again, since a new file too has two names for a moment, while it is given its path.
            if has_names(place.path()) && self.guard.log_is_elsewhere(&index) {
                return Err(by_another_name());
            }
            Ok(())
        })
    }

    /// Begins to compare. To be called after something was read under the guard: from then on the log that SQLite has
    /// open is the one at the path, and nobody deletes it.
    pub(crate) fn watch(&mut self, place: &Place) {
        let log = identity(&place.beside("-wal"));
        let watch = self.guard.file().map_or(Watch::Off, |database| Watch::On { database, log });
        // If even the first comparison fails, inode numbers mean nothing here: some file systems make one up each time,
        // and some give the open file another number.
        self.watch = watch.stands(place).map_or(Watch::Off, |()| watch);
    }

    /// The identity of the open file, if the system has such.
    pub(crate) fn file(&self) -> Option<FileId> {
        self.guard.file()
    }

    /// Whether the guard has a lock that no other copy of SQLite in this process can release.
    pub(crate) fn is_guarded(&self) -> bool {
        self.guard.is_held()
    }

    pub(crate) fn watched(&self) -> Watch {
        self.watch
    }

    /// Releases the guard's lock, so that the last connection can delete the log. To be called after the last
    /// checkpoint and before the connections are closed.
    pub(crate) fn unlock(&mut self) {
        self.guard.unlock();
    }
}

impl Watch {
    /// Fails unless the database and the log are still at their paths.
    ///
    /// # Errors
    /// `Moved`, or `Corrupt` if the file was emptied.
    pub(crate) fn stands(self, place: &Place) -> Result<()> {
        match self {
            Self::On { log: Some(log), .. } if identity(&place.beside("-wal")) != Some(log) => Err(moved()),
            Self::On { .. } | Self::Off => self.database_stands(place),
        }
    }

    /// Fails unless the database is still at its path. Costs one `stat`, so that every read can afford it.
    pub(crate) fn database_stands(self, place: &Place) -> Result<()> {
        let Self::On { database, .. } = self else { return Ok(()) };
        let found = fs::symlink_metadata(place.path()).ok();
        if found.as_ref().and_then(FileId::of) != Some(database) {
            return Err(moved());
        }
        // Truncating a file in place does not change its inode.
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

/// Tries again while the answer is `Busy`, for at most `wait`: a process that has the file for itself alone is opening
/// or closing it, and will soon be done.
fn patiently<T>(wait: Duration, attempt: impl Fn() -> Result<T>) -> Result<T> {
    /// Between two attempts.
    const PAUSE: Duration = Duration::from_millis(2);
    let since = Instant::now();
    loop {
        match attempt() {
            Err(error) if error.kind() == Kind::Busy && since.elapsed() < wait => thread::sleep(PAUSE),
            done => return done,
        }
    }
}

/// The error for a file that is open under another name. SQLite finds a log by name, so the two would not share one.
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

/// The error for a file that took the place of another, which somebody still has open with the log at this path.
fn occupied() -> StoreError {
    let message = "a file that stood at this path before is still open, and its log with it: \
                   close it, then try again";
    StoreError::new(Kind::Busy, message)
}

/// The error in a process that was forked from the one that opened the file.
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
