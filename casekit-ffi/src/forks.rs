//! Forks while other threads are at work.
//!
//! A host's interpreter need not survive a thread of ours that is on its way into it just then (Python 3.11 does not), so
//! observers can be held back for that moment.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

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
