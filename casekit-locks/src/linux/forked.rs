//! What happens in a forked child to the descriptors that carry locks.
//!
//! A child shares its parent's open file descriptions, and so the parent's locks by description: it could release them,
//! lock and write in the parent's name, and would keep them after the parent has ended. So before anything else runs in
//! a child, each such descriptor is replaced by one that can be neither locked nor read nor written. A mapping keeps
//! its description open, too, so what is mapped of a `-shm` file is replaced by empty memory: SQLite finds no index of
//! the log there, and cannot lock to make one. All of this changes only the child.
//!
//! None of this runs after `vfork`, `posix_spawn` or a bare `clone`. What follows these is `exec`, which closes the
//! descriptors and ends the mappings. A fork between a system call of another thread and its entry in the lists misses
//! that one descriptor or mapping.

pub(super) mod carriers;
pub(super) mod mapped;

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::ffi::{c_int, c_void};
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicPtr, Ordering};

use super::{faults, guarded, process};

/// The descriptor by which others are replaced. It is opened before a fork: in a child there may be no descriptor left
/// to open.
static NOTHING: AtomicI32 = AtomicI32::new(-1);

/// Has every child that is forked from now on replace its descriptors. Called before any descriptor carries a lock.
pub(super) fn watch() {
    static WATCHED: AtomicBool = AtomicBool::new(false);
    // Not a `Once`: if the process forks right here, the child would wait for it for ever. Doing it twice is harmless.
    if WATCHED.load(Ordering::Acquire) || faults::is_off("fork") {
        return;
    }
    NOTHING.store(nothing(), Ordering::Release);
    // SAFETY: the handler calls only what may be called between `fork` and `exec` in a process with threads. If there
    // is no memory to register it, children keep what they inherit, as they would without it.
    unsafe { libc::pthread_atfork(None, None, Some(in_child)) };
    WATCHED.store(true, Ordering::Release);
}

/// Opens a descriptor that only names a file: `O_PATH` allows neither reading nor writing nor locking.
fn nothing() -> c_int {
    // SAFETY: the path ends with a zero.
    unsafe { libc::open(c"/".as_ptr(), libc::O_PATH | libc::O_CLOEXEC) }
}

/// # Safety
/// Called by `fork` in the child. It must not allocate, wait or panic: another thread of the parent may have held any
/// lock.
unsafe extern "C" fn in_child() {
    process::forked();
    guarded::in_child();
    let mut substitute = NOTHING.load(Ordering::Acquire);
    // A program that closes all descriptors by number has closed this one too, and another file may have its number
    // now.
    // SAFETY: the command takes no argument; an invalid descriptor is an error.
    let flags = unsafe { libc::fcntl(substitute, libc::F_GETFL) };
    if flags == -1 || flags & libc::O_PATH == 0 {
        substitute = nothing();
        NOTHING.store(substitute, Ordering::Release);
    }
    carriers::take(|descriptor| {
        // SAFETY: only SQLite or a guard uses this descriptor. If there is no substitute, `dup2` fails and the
        // descriptor stays open: if it were closed, another file could get its number, and SQLite would write to that.
        unsafe {
            if libc::dup2(substitute, descriptor) == descriptor {
                libc::fcntl(descriptor, libc::F_SETFD, libc::FD_CLOEXEC);
            }
        }
    });
    mapped::each(|at, length| {
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED;
        // SAFETY: SQLite mapped this range and has not unmapped it, so nothing else is there.
        unsafe { libc::mmap(at, length, libc::PROT_READ | libc::PROT_WRITE, flags, -1, 0) };
    });
}

/// What a pointer points to, allocated at the first call and never freed. `None` if there is no memory. Without a lock,
/// so that a child can read it whatever other threads were doing.
///
/// # Safety
/// Zero bytes must be a valid value of `T`, `T` must have a size, and nothing else may write the pointer.
unsafe fn allocated<T>(pointer: &AtomicPtr<T>) -> Option<&'static T> {
    let mut at = pointer.load(Ordering::Acquire);
    if at.is_null() {
        let layout = Layout::new::<T>();
        // SAFETY: the caller promises that the type has a size.
        let new = unsafe { alloc_zeroed(layout) }.cast::<T>();
        if new.is_null() {
            return None;
        }
        at = match pointer.compare_exchange(ptr::null_mut(), new, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => new,
            Err(first) => {
                // SAFETY: it was allocated above with the same layout, and no other thread has seen it.
                unsafe { dealloc(new.cast(), layout) };
                first
            }
        };
    }
    // SAFETY: it is not null, zero bytes are a valid value, and it is never freed.
    unsafe { at.as_ref() }
}

/// The address at which a range is mapped.
type Address = *mut c_void;
