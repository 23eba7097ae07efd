//! Asking on a thread of its own, which is given up if it does not stop in time.
//!
//! SQLite looks at the clock between two operations of its virtual machine, and a single one, such as `instr()` over long
//! values, can take minutes and cannot be interrupted. Nobody waits for that: the caller is answered at the time limit,
//! and the thread goes on until SQLite comes back.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How many threads there are at most, and so how many can be given up at once. A question waits for one.
pub(super) const THREADS: usize = 4;

/// How long after the time limit SQLite has to notice it.
const NOTICING: Duration = Duration::from_millis(500);

/// The threads of this process that ask, given up or not.
pub(super) static ASKING: Threads = Threads { running: Mutex::new(0), ended: Condvar::new() };

/// Threads that ask, at most [`THREADS`] of them.
pub(super) struct Threads {
    running: Mutex<usize>,
    ended: Condvar,
}

/// Why there is no answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unanswered {
    /// All threads were in use until the deadline.
    NoThread,
    /// The deadline has passed, and SQLite has not come back.
    GivenUp,
    /// The thread could not be started, or it panicked.
    Broken,
}

impl Threads {
    /// Calls `ask` on another thread, and waits for it until a little after the deadline.
    pub(super) fn aside<T: Send + 'static>(
        &'static self,
        deadline: Instant,
        ask: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Unanswered> {
        let place = self.take(deadline).ok_or(Unanswered::NoThread)?;
        let (tell, told) = mpsc::sync_channel(1);
        let asking = move || {
            let answer = ask();
            drop(place);
            // If nobody is waiting any more, the answer is of no use.
            tell.send(answer).ok();
        };
        thread::Builder::new().name("casekit source".into()).spawn(asking).map_err(|_| Unanswered::Broken)?;
        let patience = deadline.saturating_duration_since(Instant::now()) + NOTICING;
        told.recv_timeout(patience).map_err(|error| match error {
            RecvTimeoutError::Timeout => Unanswered::GivenUp,
            RecvTimeoutError::Disconnected => Unanswered::Broken,
        })
    }

    fn take(&'static self, deadline: Instant) -> Option<Place> {
        let mut running = self.lock();
        while *running >= THREADS {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return None;
            }
            running = self.ended.wait_timeout(running, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        *running += 1;
        Some(Place(self))
    }

    fn lock(&self) -> MutexGuard<'_, usize> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to one thread.
struct Place(&'static Threads);

impl Drop for Place {
    fn drop(&mut self) {
        *self.0.lock() -= 1;
        self.0.ended.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_most_four_threads_run_and_nobody_waits_for_one_that_was_given_up() {
        static OURS: Threads = Threads { running: Mutex::new(0), ended: Condvar::new() };
        let later = || Instant::now() + Duration::from_secs(60);
        let (end, ends) = mpsc::channel::<()>();
        let ends = std::sync::Arc::new(Mutex::new(ends));
        for _ in 0..THREADS {
            let ends = std::sync::Arc::clone(&ends);
            let stuck = move || {
                ends.lock().unwrap().recv().ok();
            };
            assert_eq!(OURS.aside(Instant::now(), stuck), Err(Unanswered::GivenUp));
        }
        assert_eq!(OURS.aside(Instant::now(), || 1), Err(Unanswered::NoThread));
        // Each comes back, and gives its place to another question.
        for _ in 0..THREADS {
            end.send(()).unwrap();
            assert_eq!(OURS.aside(later(), || 2), Ok(2));
        }
        assert_eq!(OURS.aside::<()>(later(), || panic!("no")), Err(Unanswered::Broken));
        for _ in 0..2 * THREADS {
            assert_eq!(OURS.aside(later(), || 3), Ok(3));
        }
    }
}
