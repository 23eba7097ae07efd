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

/// Where SQLite's shared locks on a database are, and how many bytes.
pub(super) const SHARED: (i64, i64) = (0x4000_0002, 510);

static FILES: Mutex<BTreeMap<FileId, Guarded>> = Mutex::new(BTreeMap::new());

/// Set in a child in which `FILES` stays locked for ever, by a thread that only the parent has.
static LOST: AtomicBool = AtomicBool::new(false);

/// A file with a guard.
pub(super) struct Guarded {
    /// The first one carries the lock. More were opened in vain while the file was being replaced, and closing one of
    /// them early would cost the file's locks.
    pub(super) files: Vec<File>,
    pub(super) process: Process,
    pub(super) shares: usize,
    /// How many of the shares lock.
    pub(super) locks: usize,
    /// Whether the system knows such locks.
    pub(super) is_held: bool,
}

impl Guarded {
    /// Locks the file, or says that the system does not know how.
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

    /// Gives one lock up, and the file's with the last.
    pub(super) fn unlock(&mut self) {
        self.locks -= 1;
        if self.locks == 0 && self.is_held {
            self.is_held = false;
            let Some(file) = self.files.first() else { return };
            // Explicitly, and not by closing: somebody may have the description too. It cannot fail.
            super::set(file.as_raw_fd(), &super::described(libc::F_UNLCK, SHARED.0, SHARED.1)).ok();
        }
    }
}

/// The guards, unless a thread that only the parent has keeps them locked.
pub(super) fn files() -> Result<MutexGuard<'static, BTreeMap<FileId, Guarded>>, GuardFault> {
    if LOST.load(Ordering::Acquire) { Err(GuardFault::Forked) } else { Ok(lock()) }
}

/// The guards, for what cannot fail.
pub(super) fn lock() -> MutexGuard<'static, BTreeMap<FileId, Guarded>> {
    FILES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Called in a child before anything else runs there.
pub(super) fn in_child() {
    if matches!(FILES.try_lock(), Err(TryLockError::WouldBlock)) {
        LOST.store(true, Ordering::Release);
    }
}
