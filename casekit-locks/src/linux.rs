//! Linux and Android: locks of open file descriptions.

mod calls;
mod faults;
mod forked;
mod guarded;
mod process;
mod registry;

use std::io;
use std::os::fd::RawFd;

pub(crate) use calls::install;
pub(crate) use registry::{Share, is_guarded};

/// The commands for locks by description, the same on every processor. Defined here because `libc` does not have them
/// for Android.
const F_OFD_GETLK: libc::c_int = 36;
const F_OFD_SETLK: libc::c_int = 37;
const F_OFD_SETLKW: libc::c_int = 38;

/// A lock by description, for the system. Its process id must be zero.
fn described(kind: libc::c_int, first: i64, bytes: i64) -> libc::flock {
    // SAFETY: `flock` consists of integers, for which zero is a valid value.
    let mut lock: libc::flock = unsafe { std::mem::zeroed() };
    // Nothing is cut off: the kinds are 0, 1 and 2, and the whence is 0.
    lock.l_type = kind as libc::c_short;
    lock.l_whence = libc::SEEK_SET as libc::c_short;
    lock.l_start = first;
    lock.l_len = bytes;
    lock
}

/// Whether somebody else's lock prevents an exclusive lock on these bytes. `None` if the system cannot say.
fn is_locked(descriptor: RawFd, first: i64, bytes: i64) -> Option<bool> {
    let mut asked = described(libc::F_WRLCK, first, bytes);
    // SAFETY: the command reads and writes a `flock` that outlives the call; an invalid descriptor is an error.
    let answer = unsafe { libc::fcntl(descriptor, F_OFD_GETLK, &raw mut asked) };
    (answer == 0).then_some(asked.l_type != libc::F_UNLCK as libc::c_short)
}

/// Locks or unlocks without waiting.
fn set(descriptor: RawFd, lock: &libc::flock) -> io::Result<()> {
    // SAFETY: the command reads a `flock` that outlives the call; an invalid descriptor is an error.
    match unsafe { libc::fcntl(descriptor, F_OFD_SETLK, &raw const *lock) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}
