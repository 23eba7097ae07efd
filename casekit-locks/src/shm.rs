//! Installing locks of an open file description for `-shm` files.

use crate::system;

/// How the library's SQLite locks the `-shm` file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ShmLocks {
    /// By open file description: no other copy of SQLite in the process can drop them.
    Description,
    /// By process, as SQLite does by itself. Windows needs nothing else, since it locks by handle; for other systems
    /// there is nothing else.
    Process,
}

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
