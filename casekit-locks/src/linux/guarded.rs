//! The files of this process that have a guard.

use std::collections::BTreeMap;
use std::fs::File;
use std::os::fd::AsRawFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

use super::faults;
use super::process::Process;
use crate::fault::GuardFault;
use crate::file::FileId;

/// The first of the bytes on which SQLite takes shared locks in a database, and how many they are.
pub(super) const SHARED: (i64, i64) = (0x4000_0002, 510);

/// For the whole process, since closing any descriptor of a file drops the locks of all its connections: kits that have
/// the same file open must not close it under each other.
static FILES: Mutex<BTreeMap<FileId, Guarded>> = Mutex::new(BTreeMap::new());

/// Set in a child in which `FILES` stays locked for ever, by a thread that the child does not have.
static LOST: AtomicBool = AtomicBool::new(false);

/// A file with a guard.
pub(super) struct Guarded {
    /// The first one carries the lock. Any others were opened while the file was being replaced. They are not used, but
    /// closing one before the guard ends would drop the file's locks.
    pub(super) files: Vec<File>,
    pub(super) process: Process,
    pub(super) shares: usize,
    /// How many of the shares lock; the lock itself is taken with the first and released with the last.
    pub(super) locks: usize,
    /// Whether the lock was granted; false on a system without such locks.
    pub(super) is_held: bool,
}

impl Guarded {
    /// Locks the file; `false` if the system has no such locks.
    pub(super) fn hold(&self) -> Result<bool, GuardFault> {
        let Some(file) = self.files.first().filter(|_| !faults::is_off("guard")) else { return Ok(false) };
        match super::set(file.as_raw_fd(), &super::described(libc::F_RDLCK, SHARED.0, SHARED.1)) {
            Ok(()) => Ok(true),
            Err(error) => match error.raw_os_error() {
                Some(libc::EINVAL) => Ok(false),
                Some(libc::EAGAIN | libc::EACCES) => Err(GuardFault::Busy),
                _ => Err(GuardFault::System(error)),
            },
        }
    }

    pub(super) fn unlock(&mut self) {
        self.locks -= 1;
        if self.locks == 0 && self.is_held {
            self.is_held = false;
            let Some(file) = self.files.first() else { return };
            // Explicitly and not by closing the descriptor: a forked child may have the description too. Unlocking
            // cannot fail.
            super::set(file.as_raw_fd(), &super::described(libc::F_UNLCK, SHARED.0, SHARED.1)).ok();
        }
    }
}

/// The guards; `Forked` if a thread that only the parent has keeps them locked.
pub(super) fn files() -> Result<MutexGuard<'static, BTreeMap<FileId, Guarded>>, GuardFault> {
    if LOST.load(Ordering::Acquire) { Err(GuardFault::Forked) } else { Ok(lock()) }
}

/// The guards, for what cannot fail.
pub(super) fn lock() -> MutexGuard<'static, BTreeMap<FileId, Guarded>> {
    FILES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Called in a forked child before anything else runs there.
pub(super) fn in_child() {
    if matches!(FILES.try_lock(), Err(TryLockError::WouldBlock)) {
        LOST.store(true, Ordering::Release);
    }
}
