//! Locks that another copy of SQLite in the same process cannot take away.
//!
//! POSIX gives up a process's locks on a file as soon as the process closes *any* descriptor of that file. One copy of
//! SQLite knows that and keeps its descriptors open; two copies in one process (the library's own, and that of Python,
//! of a JDBC driver or of the phone) know nothing of each other. When the other one closes the file, the library's
//! locks are gone. Another connection then takes itself for the only one: it deletes the write-ahead log that the
//! library goes on writing to, or writes that log at the same time.
//!
//! Two things together keep the file whole, on Linux and Android (x86-64 and aarch64):
//! - [`install`]: the library's SQLite takes its locks on the `-shm` file as locks of an *open file description*, which
//!   only closing that description gives up. The other copy meets them as it meets those of another process.
//! - [`Guard`]: a read lock of the same kind on the database's own lock bytes, for as long as the library has the file
//!   open, so that nobody takes itself for the last who has it.
//!
//! The locks on the database itself stay as SQLite takes them: there each connection has a descriptor of its own, and
//! SQLite lets any of them unlock what another locked.
//!
//! A forked child has none of these locks, and cannot touch its parent's.
//!
//! On every Unix, [`install`] sees to it too that a child finds SQLite's own locks free, whatever other threads of the parent
//! were at.
//!
//! [`system_error`] is here because it calls C too.
//!
//! Elsewhere, and where the system does not know such locks, nothing changes: [`install`] and [`Guard::is_held`] say so.
//! Why it is done so is in ADR 13.

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
