//! Whether the store is open, suspended or closed, and how many calls are running.

use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use casekit_core::store::{StoreError, StoreErrorKind};

use crate::error::Result;

/// Admits calls while the store is open, counts them, and waits for them when it is suspended or closed.
#[derive(Debug)]
pub(crate) struct Lifecycle {
    /// The process that opened the store. A forked child has copies of its locks and none of its threads, and shares its
    /// connections; so every call compares this before it takes a lock.
    process: u32,
    /// Held for moments only, never during a call or while handles are closed.
    state: Mutex<State>,
    /// Notified when the last call ends in a store that is not open, and when a transition ends.
    changed: Condvar,
    /// Whether running calls should end. Outside `state`, since loops read it between any two statements.
    cancelled: AtomicBool,
}

#[derive(Debug, Default)]
struct State {
    phase: Phase,
    calls: usize,
    /// Whether a thread has the right to a transition.
    in_transition: bool,
}

/// Whether calls are admitted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Phase {
    /// Calls are admitted.
    #[default]
    Open,
    /// No call is admitted until `resume`.
    Suspended,
    /// No call is ever admitted again.
    Closed,
}

impl Phase {
    fn fault(self) -> Option<StoreError> {
        match self {
            Self::Open => None,
            Self::Suspended => {
                Some(StoreError::new(StoreErrorKind::Suspended, "the store is suspended; resume it first"))
            }
            Self::Closed => {
                Some(StoreError::new(StoreErrorKind::Closed, "the store was closed; open it again"))
            }
        }
    }
}

/// Counts a call as running until it is dropped.
pub(crate) struct CallGuard<'a>(&'a Lifecycle);

impl Drop for CallGuard<'_> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.calls -= 1;
        // While the store is open nobody waits for calls to end, and waking threads would cost every call.
        if state.calls == 0 && state.phase != Phase::Open {
            self.0.changed.notify_all();
        }
    }
}

/// The right to suspend, resume or close the store; one thread at a time has it. `state` cannot be held for that long:
/// calls have to take it to end.
pub(crate) struct Transition<'a>(&'a Lifecycle);

impl Drop for Transition<'_> {
    fn drop(&mut self) {
        self.0.lock().in_transition = false;
        self.0.changed.notify_all();
    }
}

impl Lifecycle {
    /// An open store of the current process.
    pub(crate) fn new() -> Self {
        Self {
            process: process::id(),
            state: Mutex::default(),
            changed: Condvar::new(),
            cancelled: AtomicBool::new(false),
        }
    }

    /// Whether the current process is not the one that opened the store, but a child forked from it.
    pub(crate) fn is_forked(&self) -> bool {
        self.process != process::id()
    }

    fn not_forked(&self) -> Result<()> {
        if self.is_forked() {
            let message = "the store was opened before the process was forked; open it again in the child";
            return Err(StoreError::new(StoreErrorKind::Forked, message));
        }
        Ok(())
    }

    /// Begins a call.
    ///
    /// # Errors
    /// `Forked`, `Suspended` or `Closed`.
    pub(crate) fn begin_call(&self) -> Result<CallGuard<'_>> {
        self.not_forked()?;
        let mut state = self.lock();
        if let Some(fault) = state.phase.fault() {
            return Err(fault);
        }
        state.calls += 1;
        Ok(CallGuard(self))
    }

    /// Waits until no other thread suspends, resumes or closes the store, and keeps them from it until the guard is
    /// dropped.
    ///
    /// # Errors
    /// `Forked`.
    pub(crate) fn begin_transition(&self) -> Result<Transition<'_>> {
        self.not_forked()?;
        let mut state = self.lock();
        while state.in_transition {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.in_transition = true;
        Ok(Transition(self))
    }

    /// Whether calls are admitted now.
    pub(crate) fn phase(&self) -> Phase {
        self.lock().phase
    }

    /// Admits calls from now on, or refuses them. Running calls continue.
    pub(crate) fn set_phase(&self, _transition: &Transition<'_>, phase: Phase) {
        self.lock().phase = phase;
    }

    /// Waits until no call runs. After `wait`, running calls are cancelled and `interrupt` is called repeatedly until
    /// they have ended.
    ///
    /// The phase must have been changed first, or new calls would be admitted for ever.
    pub(crate) fn wait_until_empty(
        &self,
        _transition: &Transition<'_>,
        wait: Duration,
        interrupt: impl Fn(),
    ) {
        // How long to wait between two interrupts. There have to be several: a call may run many statements, and an
        // interrupt ends only the one that is running.
        const AGAIN: Duration = Duration::from_millis(2);
        let deadline = Instant::now().checked_add(wait);
        let mut state = self.lock();
        while state.calls > 0 {
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            let late = left.is_some_and(|left| left.is_zero());
            if late {
                // Before the interrupt: a call whose statement was interrupted reads this to know why.
                self.cancelled.store(true, Ordering::Release);
                // Not under the lock: `interrupt` takes the locks of the reader pool and the writer.
                drop(state);
                interrupt();
                state = self.lock();
            }
            let pause = if late { AGAIN } else { left.unwrap_or(Duration::MAX) };
            state = self.changed.wait_timeout(state, pause).unwrap_or_else(PoisonError::into_inner).0;
        }
        // No call is left to cancel, and those after `resume` must not be.
        self.cancelled.store(false, Ordering::Release);
    }

    /// Fails once running calls are cancelled. Long loops call this between their statements.
    ///
    /// # Errors
    /// `Interrupted`.
    pub(crate) fn check_cancelled(&self) -> Result<()> {
        if self.cancelled.load(Ordering::Acquire) {
            let message = "the call was interrupted because the store is being suspended or closed";
            return Err(StoreError::new(StoreErrorKind::Interrupted, message));
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
