//! Forks while other threads are at work.
//!
//! A child has all of its parent's memory and only the thread that forked. SQLite has a few locks for the whole process,
//! which whoever allocates, opens a file or draws a random number holds for a moment. If another thread holds one at the
//! fork, nobody in the child ever gives it back, and the first kit that is opened there waits for it for good. So they
//! are taken before a fork and given back on both sides of it, as the C library does with those of `malloc`.
//!
//! And a host's interpreter need not survive a thread of ours that is on its way into it just then (Python 3.11 does
//! not), so observers can be held back for that moment.

use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

#[cfg(unix)]
use rusqlite::ffi;

/// How many forks are about to happen.
static FORKS: AtomicUsize = AtomicUsize::new(0);

/// How many observers are being told something. No lock, for a child could find it held.
static TOLD: AtomicUsize = AtomicUsize::new(0);

const MOMENT: Duration = Duration::from_micros(200);

/// How long a fork waits for observers: what they do is their own matter, and may take for ever.
const PATIENCE: Duration = Duration::from_millis(100);

/// Tells an observer something, when nobody is just about to fork.
pub(crate) fn tell(observer: impl FnOnce()) {
    loop {
        TOLD.fetch_add(1, Ordering::SeqCst);
        if FORKS.load(Ordering::SeqCst) == 0 {
            break;
        }
        TOLD.fetch_sub(1, Ordering::SeqCst);
        thread::sleep(MOMENT);
    }
    observer();
    TOLD.fetch_sub(1, Ordering::SeqCst);
}

/// Holds observers back, for a host that calls it before it forks; it waits for a moment for those that are being told.
#[unsafe(no_mangle)]
pub extern "C" fn casekit_before_fork() {
    FORKS.fetch_add(1, Ordering::SeqCst);
    let began = Instant::now();
    while TOLD.load(Ordering::SeqCst) > 0 && began.elapsed() < PATIENCE {
        thread::sleep(MOMENT);
    }
}

/// Lets observers go on, after that. In the child there are none yet.
#[unsafe(no_mangle)]
pub extern "C" fn casekit_after_fork(is_child: bool) {
    if is_child {
        FORKS.store(0, Ordering::SeqCst);
        TOLD.store(0, Ordering::SeqCst);
    } else {
        FORKS.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Sees to SQLite's locks from now on.
pub(crate) fn install() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        #[cfg(unix)]
        // SAFETY: the handlers allocate nothing, do not panic, and wait only for locks that are held for moments.
        unsafe {
            libc::pthread_atfork(Some(before), Some(after), Some(after));
        }
    });
}

/// SQLite's locks for the whole process. INVARIANT: in the order in which SQLite takes one while it holds another: making
/// a temporary file draws a number, the first number asks for the file system, and all of them allocate.
#[cfg(unix)]
const LOCKS: [std::ffi::c_int; 7] = [
    ffi::SQLITE_MUTEX_STATIC_OPEN,
    ffi::SQLITE_MUTEX_STATIC_VFS1,
    ffi::SQLITE_MUTEX_STATIC_PRNG,
    ffi::SQLITE_MUTEX_STATIC_MAIN,
    ffi::SQLITE_MUTEX_STATIC_LRU,
    ffi::SQLITE_MUTEX_STATIC_PMEM,
    ffi::SQLITE_MUTEX_STATIC_MEM,
];

/// # Safety
/// Called by `fork`, in the parent, before there is a child.
#[cfg(unix)]
unsafe extern "C" fn before() {
    for lock in LOCKS {
        // SAFETY: those of one number are one lock, made when SQLite began; a kit was opened before this was installed
        // or is being opened, and who holds one of them asks only for later ones.
        unsafe { ffi::sqlite3_mutex_enter(ffi::sqlite3_mutex_alloc(lock)) };
    }
}

/// # Safety
/// Called by `fork` after `before`, by the same thread, in the parent and in the child.
#[cfg(unix)]
unsafe extern "C" fn after() {
    for lock in LOCKS.into_iter().rev() {
        // SAFETY: this thread took it, or is the child's copy of the thread that did.
        unsafe { ffi::sqlite3_mutex_leave(ffi::sqlite3_mutex_alloc(lock)) };
    }
}
