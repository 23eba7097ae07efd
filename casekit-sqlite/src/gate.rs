//! Who may call: the door that `suspend` and `close` shut.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use casekit_core::store::{StoreError, StoreErrorKind};

use crate::error::Result;

/// Lets calls in while the store is open, counts them, and waits for them when it shuts.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    door: Mutex<Door>,
    changed: Condvar,
    hurry: AtomicBool,
}

#[derive(Debug, Default)]
struct Door {
    state: Shut,
    calls: usize,
    /// Somebody is opening, suspending or closing.
    turning: bool,
}

/// Why a door is shut.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Shut {
    /// It is open.
    #[default]
    Not,
    /// Until `resume`.
    Suspended,
    /// For good.
    Closed,
}

impl Shut {
    fn fault(self) -> Option<StoreError> {
        match self {
            Self::Not => None,
            Self::Suspended => {
                Some(StoreError::new(StoreErrorKind::Suspended, "the store is suspended; resume it first"))
            }
            Self::Closed => Some(StoreError::new(StoreErrorKind::Closed, "the store was closed; open it again")),
        }
    }
}

/// A call under way; it ends when this is dropped.
pub(crate) struct Pass<'a>(&'a Gate);

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        let mut door = self.0.lock();
        door.calls -= 1;
        if door.calls == 0 && door.state != Shut::Not {
            self.0.changed.notify_all();
        }
    }
}

/// The right to open or shut the store; nobody else turns it meanwhile.
pub(crate) struct Turn<'a>(&'a Gate);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.lock().turning = false;
        self.0.changed.notify_all();
    }
}

impl Gate {
    /// Begins a call, or says why it may not.
    pub(crate) fn enter(&self) -> Result<Pass<'_>> {
        let mut door = self.lock();
        if let Some(fault) = door.state.fault() {
            return Err(fault);
        }
        door.calls += 1;
        Ok(Pass(self))
    }

    /// Waits until nobody else opens or shuts the store.
    pub(crate) fn turn(&self) -> Turn<'_> {
        let mut door = self.lock();
        while door.turning {
            door = self.changed.wait(door).unwrap_or_else(PoisonError::into_inner);
        }
        door.turning = true;
        Turn(self)
    }

    /// How the door stands.
    pub(crate) fn state(&self) -> Shut {
        self.lock().state
    }

    /// Opens or shuts the door; who is in stays in.
    pub(crate) fn set(&self, _turn: &Turn<'_>, state: Shut) {
        self.lock().state = state;
    }

    /// Waits until the last call has ended. After `wait` it calls `interrupt` again and again until that is so.
    pub(crate) fn wait_until_empty(&self, _turn: &Turn<'_>, wait: Duration, interrupt: impl Fn()) {
        // A call may run several statements, and an interrupt ends only the one that runs.
        const AGAIN: Duration = Duration::from_millis(2);
        let deadline = Instant::now().checked_add(wait);
        let mut door = self.lock();
        while door.calls > 0 {
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            let late = left.is_some_and(|left| left.is_zero());
            if late {
                self.hurry.store(true, Ordering::Release);
                drop(door);
                interrupt();
                door = self.lock();
            }
            let pause = if late { AGAIN } else { left.unwrap_or(Duration::MAX) };
            door = self.changed.wait_timeout(door, pause).unwrap_or_else(PoisonError::into_inner).0;
        }
        self.hurry.store(false, Ordering::Release);
    }

    /// Fails once calls under way should end at once: long loops ask between their statements.
    pub(crate) fn hurry(&self) -> Result<()> {
        if self.hurry.load(Ordering::Acquire) {
            let message = "the call was interrupted because the store is being suspended or closed";
            return Err(StoreError::new(StoreErrorKind::Interrupted, message));
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Door> {
        self.door.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
