//! Hints that another process may have written.

use std::fmt;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What a store tells, and whoever polls the store waits for: that another process may have written, so that it is worth
/// looking now.
///
/// A hint says nothing of what was written. It may come without need, and it may be lost, so nobody relies on one: who polls
/// looks after a while in any case.
#[derive(Default)]
pub struct Hints {
    /// How many hints there were.
    told: Mutex<u64>,
    came: Condvar,
}

impl Hints {
    /// Wakes everyone who waits. For the store.
    pub fn tell(&self) {
        let mut told = self.lock();
        *told = told.wrapping_add(1);
        drop(told);
        self.came.notify_all();
    }

    /// How many hints there were so far.
    #[must_use]
    pub fn told(&self) -> u64 {
        *self.lock()
    }

    /// Waits at most `wait` until there were more hints than `told`, and returns how many there were.
    #[must_use]
    pub fn wait(&self, told: u64, wait: Duration) -> u64 {
        let waited = self.came.wait_timeout_while(self.lock(), wait, |now| *now == told);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }

    fn lock(&self) -> MutexGuard<'_, u64> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Hints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hints").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_that_came_before_the_wait_is_not_missed() {
        let hints = Hints::default();
        let told = hints.told();
        assert_eq!(hints.wait(told, Duration::ZERO), told);
        hints.tell();
        let one = hints.wait(told, Duration::from_secs(60));
        assert_eq!(one, told + 1);
        std::thread::scope(|scope| {
            let waits = scope.spawn(|| hints.wait(one, Duration::from_secs(60)));
            hints.tell();
            assert_eq!(waits.join().unwrap(), one + 1);
        });
    }
}
