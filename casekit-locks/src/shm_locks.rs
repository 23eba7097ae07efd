//! Whose the locks on a `-shm` file are.

/// How the library's SQLite locks the `-shm` file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ShmLocks {
    /// By open file description: no other copy of SQLite in the process can drop them.
    Description,
    /// By process, as SQLite does by itself. Windows needs nothing else, since it locks by handle; for other systems
    /// there is nothing else.
    Process,
}
