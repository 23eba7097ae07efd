//! Forks while other threads are running.
//!
//! A host's interpreter need not survive a fork while one of our threads is about to enter it (Python 3.11 does not).
//! So observers can be held back for that moment.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// How many threads are about to fork.
static FORKS: AtomicUsize = AtomicUsize::new(0);

/// How many observers are being called. This is an atomic and not a lock, because a forked child could find a lock held
/// by a thread that it does not have.
static TOLD: AtomicUsize = AtomicUsize::new(0);

const MOMENT: Duration = Duration::from_micros(200);

/// How long a fork waits for observers at most. An observer is the application's code, and may never return.
const PATIENCE: Duration = Duration::from_millis(100);

/// Calls an observer, once nobody is about to fork.
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

/// Holds observers back. A host calls it before it forks; it waits up to 100 ms for observers that are being called.
#[unsafe(no_mangle)]
pub extern "C" fn casekit_before_fork() {
    FORKS.fetch_add(1, Ordering::SeqCst);
    let began = Instant::now();
    while TOLD.load(Ordering::SeqCst) > 0 && began.elapsed() < PATIENCE {
        thread::sleep(MOMENT);
    }
}

/// Lets observers run again after a fork. In the child both counts start from zero, because none of the parent's
/// threads exist there.
#[unsafe(no_mangle)]
pub extern "C" fn casekit_after_fork(is_child: bool) {
    if is_child {
        FORKS.store(0, Ordering::SeqCst);
        TOLD.store(0, Ordering::SeqCst);
    } else {
        FORKS.fetch_sub(1, Ordering::SeqCst);
    }
}
