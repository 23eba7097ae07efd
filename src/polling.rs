//! Polling on a thread of its own.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use casekit_core::Engine;
use casekit_core::store::{Hints, StoreErrorKind};

/// The shortest interval: a shorter one would keep a processor busy.
const SHORTEST: Duration = Duration::from_millis(10);

/// How soon after a look a hint leads to the next one at the earliest: hints of many hosts are merged.
const APART: Duration = Duration::from_millis(100);

/// A kit that looks by itself for what other processes commit. Dropping it ends that.
#[must_use = "polling ends when this is dropped"]
pub struct Polling {
    ended: Arc<AtomicBool>,
    hints: Arc<Hints>,
}

impl fmt::Debug for Polling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Polling").finish_non_exhaustive()
    }
}

impl Polling {
    pub(crate) fn begin(engine: &Arc<Engine>, interval: Duration) -> Self {
        let (ended, interval) = (Arc::<AtomicBool>::default(), interval.max(SHORTEST));
        // Without a store that hears of others, those that nobody tells but whoever ends this.
        let hints = engine.store().hints().unwrap_or_default();
        let (kit, ends, heard) = (Arc::downgrade(engine), Arc::clone(&ended), Arc::clone(&hints));
        // Before the thread begins, so that no hint is passed over from here on.
        let told = hints.told();
        let thread = std::thread::Builder::new().name("casekit-poll".into());
        // If the system cannot start a thread, nothing is noticed by itself, as without this; `poll` still works.
        let _ = thread.spawn(move || run(&kit, interval, (&heard, told), &ends));
        Self { ended, hints }
    }
}

impl Drop for Polling {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Release);
        self.hints.tell();
    }
}

/// Polls until it is ended, the kit is closed, or nobody has the kit any more.
fn run(kit: &Weak<Engine>, interval: Duration, (hints, mut told): (&Hints, u64), ended: &AtomicBool) {
    loop {
        let since = Instant::now();
        let now = hints.wait(told, interval);
        if now != told && !ended.load(Ordering::Acquire) {
            std::thread::sleep(APART.min(interval).saturating_sub(since.elapsed()));
        }
        // Before the look: what is hinted at later leads to another one.
        told = hints.told();
        if ended.load(Ordering::Acquire) {
            return;
        }
        let Some(engine) = kit.upgrade() else { return };
        match engine.poll() {
            Err(error) if error.code() == StoreErrorKind::Closed.code() => return,
            Ok(_) | Err(_) => {}
        }
    }
}
