//! The guard: a read lock on a database's own lock bytes, one for each file and process.

use std::fmt;
use std::path::Path;

use crate::fault::GuardFault;
use crate::file::FileId;
use crate::system;

/// A share in the guard of a file.
///
/// All shares of a process in one file use one descriptor, and dropping the last share closes it. Closing it drops the
/// locks that the process's connections hold on the file, so the order is:
///
/// 1. [`Guard::lock`] before the first connection is opened, so that no connection is ever without it.
/// 2. Compare [`Guard::file`] with what the connections opened: somebody may have replaced the file in between.
/// 3. [`Guard::unlock`] after the last checkpoint and before the last connection is closed, so that this connection can
///    delete the log.
/// 4. Drop the guard after the last connection is closed.
///
/// Entering or leaving WAL mode needs an exclusive lock on the file, and is refused while a guard is locked.
pub struct Guard(system::Share);

impl Guard {
    /// Takes a share in the guard of an existing file, and locks it.
    ///
    /// On a system without such locks the share is taken and nothing is locked; [`Guard::is_held`] tells.
    ///
    /// # Errors
    /// See [`GuardFault`]. After `Busy` and `System` the file's descriptor stays open until a later share is dropped:
    /// another copy of SQLite in the process may hold locks that closing it now would drop.
    pub fn lock(path: &Path) -> Result<Self, GuardFault> {
        system::Share::locked(path).map(Self)
    }

    /// Takes a share that does not lock, if this process has a guard of the file; otherwise `None`, and nothing is
    /// opened.
    ///
    /// For a connection that does not belong to the guard's owner, such as a source's: while this share lives, the
    /// guard's descriptor is not closed, and so the connection keeps its locks.
    ///
    /// # Errors
    /// `Forked`, or `System` if the path cannot be examined.
    pub fn share(path: &Path) -> Result<Option<Self>, GuardFault> {
        system::Share::unlocked(path).map(|share| share.map(Self))
    }

    /// Gives up this share's lock. The file is unlocked when every share that locks has done so. The descriptor stays
    /// open.
    pub fn unlock(&mut self) {
        self.0.unlock();
    }

    /// Whether the log at the file's path belongs to another file, which was at the path before and is still open
    /// somewhere: somebody has the log's index (`-shm`) open, and nobody but this share has the file open. Opening the
    /// file now would apply that log to it.
    ///
    /// To be called after [`Guard::lock`] and before the first connection is opened. It can be true for a moment while
    /// another process is ending. It is never true where there are no guards.
    #[must_use]
    pub fn log_is_anothers(&self, index: &Path) -> bool {
        self.0.log_is_anothers(index)
    }

    /// Whether somebody has the file open under another of its names, and so with another log: the file is locked, and
    /// the index of the log at this name is not.
    ///
    /// To be called only for a file with several names: it is also true for a moment while somebody opens the file.
    #[must_use]
    pub fn log_is_elsewhere(&self, index: &Path) -> bool {
        self.0.log_is_elsewhere(index)
    }

    /// The identity of the file that the guard has open, whatever is at the path now; `None` where guards have no
    /// descriptor.
    #[must_use]
    pub fn file(&self) -> Option<FileId> {
        self.0.file()
    }

    /// Whether this share locks and the system granted the lock.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.0.is_held()
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard").field("file", &self.file()).field("is_held", &self.is_held()).finish()
    }
}

/// Whether this process has a guard of a file. Never true where there are no guards.
#[must_use]
pub fn is_guarded(file: FileId) -> bool {
    system::is_guarded(file)
}
