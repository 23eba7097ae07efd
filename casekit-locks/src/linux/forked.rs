//! What a forked child does with the descriptors that carry locks.
//!
//! A child shares its parent's open file descriptions, and so the parent's locks by description: it could unlock them,
//! lock and write in the parent's name, and would keep them after the parent is gone. So before anything else runs in a
//! child, each such descriptor is replaced by one that can be neither locked nor read nor written. A mapping keeps its
//! description too, so what is mapped of a `-shm` file is replaced by empty memory: SQLite finds no index of the log
//! there, and cannot lock to make one. What is replaced is the child's own alone.
//!
//! Nothing of this runs after `vfork`, `posix_spawn` or a bare `clone`; what follows those is `exec`, which closes the
//! descriptors and ends the mappings. A fork in the instant between a system call of another thread and its entry in
//! the lists misses that one descriptor or mapping.

pub(super) mod carriers;
pub(super) mod mapped;

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::ffi::{c_int, c_void};
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicPtr, Ordering};

use super::{faults, guarded, process};

/// A descriptor to replace others by, opened beforehand: in a child there may be none left to open.
static NOTHING: AtomicI32 = AtomicI32::new(-1);

/// Sees to it that every child forked from now on lets go. Called before anything carries a lock.
pub(super) fn watch() {
    static WATCHED: AtomicBool = AtomicBool::new(false);
    // Not a `Once`: in the child of a process that forked just here, waiting for it would never end. Doing it twice is
    // harmless.
    if WATCHED.load(Ordering::Acquire) || faults::is_off("fork") {
        return;
    }
    NOTHING.store(nothing(), Ordering::Release);
    // SAFETY: the handler calls only what may be called between `fork` and `exec` in a process with threads. If there is
    // no memory for it, children keep what they inherit, as they would without.
    unsafe { libc::pthread_atfork(None, None, Some(in_child)) };
    WATCHED.store(true, Ordering::Release);
}

/// A descriptor that only names something.
fn nothing() -> c_int {
    // SAFETY: the path ends with a zero.
    unsafe { libc::open(c"/".as_ptr(), libc::O_PATH | libc::O_CLOEXEC) }
}

/// # Safety
/// Called by `fork` in the child. It allocates nothing, waits for nothing and does not panic.
unsafe extern "C" fn in_child() {
    process::forked();
    guarded::in_child();
    let mut substitute = NOTHING.load(Ordering::Acquire);
    // Whoever closes descriptors by number closed this one too, and the number may be another's.
    // SAFETY: the command takes no argument; a descriptor that is none is an error.
    let flags = unsafe { libc::fcntl(substitute, libc::F_GETFL) };
    if flags == -1 || flags & libc::O_PATH == 0 {
        substitute = nothing();
        NOTHING.store(substitute, Ordering::Release);
    }
    carriers::take(|descriptor| {
        // SAFETY: the number is that of a descriptor which only SQLite or a guard uses. If there is no substitute, this
        // fails and it stays: closed, its number could become that of a file which SQLite would then write to.
        unsafe {
            if libc::dup2(substitute, descriptor) == descriptor {
                libc::fcntl(descriptor, libc::F_SETFD, libc::FD_CLOEXEC);
            }
        }
    });
    mapped::each(|at, length| {
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED;
        // SAFETY: SQLite mapped this and did not unmap it, so nothing else is there.
        unsafe { libc::mmap(at, length, libc::PROT_READ | libc::PROT_WRITE, flags, -1, 0) };
    });
}

/// What a pointer points to, allocated the first time. Nothing if there is no memory.
///
/// # Safety
/// Zero bytes are a value of `T`, which has a size, and nothing but this writes the pointer.
unsafe fn allocated<T>(pointer: &AtomicPtr<T>) -> Option<&'static T> {
    let mut at = pointer.load(Ordering::Acquire);
    if at.is_null() {
        let layout = Layout::new::<T>();
        // SAFETY: the type has a size.
        let new = unsafe { alloc_zeroed(layout) }.cast::<T>();
        if new.is_null() {
            return None;
        }
        at = match pointer.compare_exchange(ptr::null_mut(), new, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => new,
            Err(first) => {
                // SAFETY: it was allocated above with the same layout, and nobody else saw it.
                unsafe { dealloc(new.cast(), layout) };
                first
            }
        };
    }
    // SAFETY: not null, zero bytes are a value, and it is never freed.
    unsafe { at.as_ref() }
}

/// Where something is mapped.
type Address = *mut c_void;
