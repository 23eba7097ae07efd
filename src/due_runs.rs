//! Doing what is due on a thread of its own.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, PoisonError, Weak};
use std::time::Duration;

use casekit_core::store::StoreErrorKind;
use casekit_core::{DueReport, Engine, Error};

/// The shortest wait: a shorter one would keep a processor busy.
const SHORTEST: Duration = Duration::from_millis(10);

/// A kit that does by itself what is due. Dropping it ends that.
#[must_use = "what is due is no longer done when this is dropped"]
pub struct DueRuns {
    shared: Arc<Shared>,
}

impl fmt::Debug for DueRuns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DueRuns").finish_non_exhaustive()
    }
}

#[derive(Default)]
struct Shared {
    ended: Mutex<bool>,
    wake: Condvar,
}

impl DueRuns {
    pub(crate) fn begin(
        engine: &Arc<Engine>,
        at_most: Duration,
        tell: impl FnMut(Result<DueReport, Error>) + Send + 'static,
    ) -> Self {
        let shared = Arc::new(Shared::default());
        let (at_most, kit, runs) = (at_most.max(SHORTEST), Arc::downgrade(engine), Arc::clone(&shared));
        let thread = std::thread::Builder::new().name("casekit-due".into());
        // If the system cannot start a thread, nothing is done by itself, as without this; `run_due` still works.
        let _ = thread.spawn(move || runs.run(&kit, at_most, tell));
        Self { shared }
    }
}

impl Drop for DueRuns {
    fn drop(&mut self) {
        *self.shared.ended.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.shared.wake.notify_all();
    }
}

impl Shared {
    /// Does what is due until it is ended, the kit is closed, or nobody has the kit any more.
    fn run(&self, kit: &Weak<Engine>, at_most: Duration, mut tell: impl FnMut(Result<DueReport, Error>)) {
        loop {
            let Some(engine) = kit.upgrade() else { return };
            // Not under the lock: whoever ends it must not wait for a webform.
            let ran = engine.run_due(&|| !self.is_ended());
            drop(engine);
            let wait = match &ran {
                Err(error) if error.code() == StoreErrorKind::Closed.code() => return,
                Err(error) if is_suspended(error) => None,
                Err(_) => Some(at_most),
                Ok(report) => Some(until_next(report, at_most)),
            };
            if wait.is_some() {
                // A panic of the host's is its own; what is due is done all the same.
                let _ = catch_unwind(AssertUnwindSafe(|| tell(ran)));
            }
            let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
            let wait = wait.unwrap_or(at_most);
            let waited = self.wake.wait_timeout_while(ended, wait, |ended| !*ended);
            if *waited.unwrap_or_else(PoisonError::into_inner).0 {
                return;
            }
        }
    }

    fn is_ended(&self) -> bool {
        *self.ended.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether the application has suspended the kit, before the run or during it.
fn is_suspended(error: &Error) -> bool {
    [StoreErrorKind::Suspended, StoreErrorKind::Interrupted].iter().any(|kind| kind.code() == error.code())
}

/// How long to wait for what is due next. The clock may be the application's, and may be turned back.
fn until_next(report: &DueReport, at_most: Duration) -> Duration {
    let until = report.next.map(|next| (next - report.at).to_std().unwrap_or_default());
    until.unwrap_or(at_most).clamp(SHORTEST, at_most)
}
