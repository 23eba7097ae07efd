//! The locks on the `-shm` file, as locks of an open file description.

use crate::shm_locks::ShmLocks;
use crate::system;

/// Sees to it that the library's SQLite locks `-shm` files by description, and that forks leave none of its own locks held in
/// a child; once for the process.
///
/// It concerns every connection of this copy of SQLite, the host's own too, and is right for those: SQLite has one
/// descriptor of a `-shm` file in a process, whatever the number of its connections. A file that was open before keeps
/// its locks as they are until the last connection to it is closed, so call it before the first connection is opened.
pub fn install() -> ShmLocks {
    #[cfg(unix)]
    crate::mutexes::keep_across_forks();
    system::install()
}
