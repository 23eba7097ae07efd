//! Locks that another copy of SQLite in the same process cannot take away.
//!
//! POSIX drops all locks that a process has on a file as soon as the process closes *any* descriptor of that file. One
//! copy of SQLite knows this and keeps its descriptors open. Two copies in one process (the library's own, and that of
//! Python, of a JDBC driver or of the phone) know nothing of each other. When the other copy closes the file, the
//! library's locks are gone. Another connection then believes that it is the only one: it deletes the write-ahead log
//! to which the library is still writing, or writes that log at the same time.
//!
//! Two measures together prevent this, on Linux and Android (x86-64 and aarch64):
//! - [`install`]: the library's SQLite takes its locks on the `-shm` file as locks of an *open file description*. Only
//!   closing that description drops them, and the other copy sees them like locks of another process.
//! - [`Guard`]: a read lock of the same kind on the database's own lock bytes, for as long as the library has the file
//!   open. Nobody can believe that they are the last to have the file open.
//!
//! The locks on the database itself stay as SQLite takes them: each connection has its own descriptor of the database,
//! and SQLite unlocks through any of them what was locked through another.
//!
//! A forked child has none of these locks, and cannot release those of its parent.
//!
//! On every Unix, [`install`] also makes sure that a forked child finds SQLite's own mutexes free, whatever the other
//! threads of the parent were doing.
//!
//! [`system_error`] is here because it calls C, too, and this crate may use `unsafe`.
//!
//! On other systems, and where the system has no such locks, nothing changes; [`install`] and [`Guard::is_held`] say
//! so. ADR 13 has the reasons, and what else was tried.

mod errno;
mod fault;
mod file;
mod guard;
#[cfg(unix)]
mod mutexes;
mod shm;
mod shm_locks;

#[cfg(not(all(
    any(target_os = "linux", target_os = "android"),
    any(target_arch = "x86_64", target_arch = "aarch64"),
    target_pointer_width = "64"
)))]
mod elsewhere;
#[cfg(all(
    any(target_os = "linux", target_os = "android"),
    any(target_arch = "x86_64", target_arch = "aarch64"),
    target_pointer_width = "64"
))]
mod linux;

#[cfg(not(all(
    any(target_os = "linux", target_os = "android"),
    any(target_arch = "x86_64", target_arch = "aarch64"),
    target_pointer_width = "64"
)))]
use elsewhere as system;
#[cfg(all(
    any(target_os = "linux", target_os = "android"),
    any(target_arch = "x86_64", target_arch = "aarch64"),
    target_pointer_width = "64"
))]
use linux as system;

pub use errno::system_error;
pub use fault::GuardFault;
pub use file::FileId;
pub use guard::{Guard, is_guarded};
pub use shm::install;
pub use shm_locks::ShmLocks;
