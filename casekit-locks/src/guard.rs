//! The guard: a read lock on a database's own lock bytes, one for a file and process.

use std::fmt;
use std::path::Path;

use crate::fault::GuardFault;
use crate::file::FileId;
use crate::system;

/// A share in the guard of a file.
///
/// All shares of a process in one file are shares in one descriptor, and the last one closes it. That drops the locks
/// which the process's connections hold on the file as a process, so the order is:
///
/// 1. [`Guard::lock`], before the first connection is opened: there is no moment without it.
/// 2. [`Guard::file`] is compared with what the connections opened, should somebody have replaced the file meanwhile.
/// 3. [`Guard::unlock`], after the last checkpoint and before the last connection is closed, so that it can clean up.
/// 4. Dropped after the last connection is closed.
///
/// Setting or leaving the write-ahead log takes the file for one connection alone, and is refused while it is locked.
pub struct Guard(system::Share);

impl Guard {
    /// Takes a share in the guard of a file that is there, and locks it.
    ///
    /// A system that does not know such locks goes without; see [`Guard::is_held`].
    ///
    /// # Errors
    /// See [`GuardFault`]. After `Busy` and `System` the file's descriptor stays open until a later share closes it:
    /// another copy of SQLite in the process may hold locks that closing it would drop.
    pub fn lock(path: &Path) -> Result<Self, GuardFault> {
        system::Share::locked(path).map(Self)
    }

    /// Takes a share that does not lock, if this process has the file open by a guard; otherwise opens nothing.
    ///
    /// For a connection that is not one of those which the guard stands for: as long as this share lives, the guard's
    /// descriptor is not closed, and the connection keeps its locks.
    ///
    /// # Errors
    /// `Forked`, and `System` if nothing can be said about the path.
    pub fn share(path: &Path) -> Result<Option<Self>, GuardFault> {
        system::Share::unlocked(path).map(|share| share.map(Self))
    }

    /// Gives the lock up, once all shares that lock have. The descriptor stays open.
    pub fn unlock(&mut self) {
        self.0.unlock();
    }

    /// Whether the log at the file's path belongs to another file, which stood there before and is still open somewhere:
    /// somebody has the log's index (`-shm`), and nobody but this share has the file. Whoever opened the file now would
    /// take that log for its own.
    ///
    /// To be asked after [`Guard::lock`] and before the first connection. It may say so of a process that is just ending,
    /// for a moment; never where there are no guards.
    #[must_use]
    pub fn log_is_anothers(&self, index: &Path) -> bool {
        self.0.log_is_anothers(index)
    }

    /// Whether somebody has the file open under another of its names, and so has a log of its own for it: the file is
    /// locked, and the index of the log at this name is not.
    ///
    /// To be asked only of a file that has several names: it says so too of somebody who is just opening it.
    #[must_use]
    pub fn log_is_elsewhere(&self, index: &Path) -> bool {
        self.0.log_is_elsewhere(index)
    }

    /// What the guard's own descriptor is open on, whatever is at the path by now; nothing where there is no descriptor.
    #[must_use]
    pub fn file(&self) -> Option<FileId> {
        self.0.file()
    }

    /// Whether this share locks, and the system granted the lock.
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

/// Whether this process has a file open by a guard. Never so where there are none.
#[must_use]
pub fn is_guarded(file: FileId) -> bool {
    system::is_guarded(file)
}
