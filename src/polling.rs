//! Polling on a thread of its own.

use std::fmt;
use std::sync::{Arc, Condvar, Mutex, PoisonError, Weak};
use std::time::Duration;

use casekit_core::Engine;
use casekit_core::store::StoreErrorKind;

/// The shortest interval: a shorter one would keep a processor busy.
const SHORTEST: Duration = Duration::from_millis(10);

/// A kit that looks by itself for what other processes commit. Dropping it ends that.
#[must_use = "polling ends when this is dropped"]
pub struct Polling {
    shared: Arc<Shared>,
}

impl fmt::Debug for Polling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Polling").finish_non_exhaustive()
    }
}

#[derive(Default)]
struct Shared {
    ended: Mutex<bool>,
    wake: Condvar,
}

impl Polling {
    pub(crate) fn begin(engine: &Arc<Engine>, interval: Duration) -> Self {
        let shared = Arc::new(Shared::default());
        let (interval, kit, waits) = (interval.max(SHORTEST), Arc::downgrade(engine), Arc::clone(&shared));
        let thread = std::thread::Builder::new().name("casekit-poll".into());
        // If the system cannot start a thread, nothing is noticed by itself, as without this; `poll` still works.
        let _ = thread.spawn(move || waits.run(&kit, interval));
        Self { shared }
    }
}

impl Drop for Polling {
    fn drop(&mut self) {
        *self.shared.ended.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.shared.wake.notify_all();
    }
}

impl Shared {
    /// Polls until it is ended, the kit is closed, or nobody has the kit any more.
    fn run(&self, kit: &Weak<Engine>, interval: Duration) {
        let mut ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let waited = self.wake.wait_timeout_while(ended, interval, |ended| !*ended);
            ended = waited.unwrap_or_else(PoisonError::into_inner).0;
            if *ended {
                return;
            }
            // Not under the lock: whoever ends it must not wait for the disk.
            drop(ended);
            let Some(engine) = kit.upgrade() else { return };
            match engine.poll() {
                Err(error) if error.code() == StoreErrorKind::Closed.code() => return,
                Ok(_) | Err(_) => {}
            }
            drop(engine);
            ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        }
    }
}
