//! Installing locks of an open file description for `-shm` files.

use crate::shm_locks::ShmLocks;
use crate::system;

/// Makes the library's SQLite lock `-shm` files by open file description, and makes sure that none of its mutexes stays
/// locked in a forked child. Calling it again does nothing and gives the same answer.
///
/// It affects every connection of this copy of SQLite, including those that the host opens itself. That is correct for
/// them: a copy of SQLite has one descriptor of a `-shm` file, however many connections use it. A file that was open
/// before keeps its kind of locks until its last connection is closed, so call this before the first connection is
/// opened.
pub fn install() -> ShmLocks {
    #[cfg(unix)]
    crate::mutexes::keep_across_forks();
    system::install()
}
