//! SQLite's own mutexes across a fork.
//!
//! A child has all of its parent's memory, but only the thread that forked. SQLite has a few mutexes for the whole
//! process, which a thread holds for a moment when it allocates, opens a file or draws a random number. If another
//! thread holds one at the fork, nobody in the child ever releases it, and the first connection that is opened there
//! waits for ever. So all of them are taken before a fork and released on both sides of it, as the C library does with
//! the locks of `malloc`.

use std::ffi::c_int;
use std::sync::Once;

use rusqlite::ffi;

/// SQLite's mutexes for the whole process. INVARIANT: they are in the order in which SQLite takes one while it holds
/// another, or a fork could deadlock with another thread: making a temporary file draws a random number, drawing the
/// first number asks for the file system, and all of these allocate.
const LOCKS: [c_int; 7] = [
    ffi::SQLITE_MUTEX_STATIC_OPEN,
    ffi::SQLITE_MUTEX_STATIC_VFS1,
    ffi::SQLITE_MUTEX_STATIC_PRNG,
    ffi::SQLITE_MUTEX_STATIC_MAIN,
    ffi::SQLITE_MUTEX_STATIC_LRU,
    ffi::SQLITE_MUTEX_STATIC_PMEM,
    ffi::SQLITE_MUTEX_STATIC_MEM,
];

/// Has every fork from now on take and release them. Calling it again does nothing.
pub(crate) fn keep_across_forks() {
    static INSTALLED: Once = Once::new();
    // SAFETY: SQLite starts itself here, so its locks are made; the handlers allocate nothing, do not panic, and wait only
    // for locks that are held for moments.
    INSTALLED.call_once(|| unsafe {
        if ffi::sqlite3_initialize() == ffi::SQLITE_OK {
            libc::pthread_atfork(Some(before), Some(after), Some(after));
        }
    });
}

/// # Safety
/// Called by `fork`, in the parent, before there is a child.
unsafe extern "C" fn before() {
    for lock in LOCKS {
        // SAFETY: each number names one static mutex, and a thread that holds one asks only for later ones.
        unsafe { ffi::sqlite3_mutex_enter(ffi::sqlite3_mutex_alloc(lock)) };
    }
}

/// # Safety
/// Called by `fork` after `before`, by the same thread, in the parent and in the child.
unsafe extern "C" fn after() {
    for lock in LOCKS.into_iter().rev() {
        // SAFETY: this thread took it, or is the child's copy of the thread that did.
        unsafe { ffi::sqlite3_mutex_leave(ffi::sqlite3_mutex_alloc(lock)) };
    }
}
