//! Telling hosts that something changed.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};

/// Is told after commits that there is something new. Hints may be merged; order and completeness come from
/// [`Desk::changes_since`](crate::Desk::changes_since).
///
/// It is called on a thread of its own, under no lock and no transaction, and may call back into the kit. A panic in
/// it is contained.
pub trait Observer: Send + Sync {
    /// Everything up to `position` is there to be read.
    fn changed(&self, position: u64);
}

/// Keeps an observer subscribed for as long as it lives.
#[must_use = "dropping it ends the subscription"]
pub struct Subscription {
    id: u64,
    shared: Weak<Shared>,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some(shared) = self.shared.upgrade() {
            shared.lock().observers.retain(|(id, _)| *id != self.id);
        }
    }
}

/// Everyone who wants to be told, and the thread that tells them.
#[derive(Default)]
pub(crate) struct Observers {
    shared: Arc<Shared>,
    seen: AtomicU64,
}

#[derive(Default)]
struct Shared {
    state: Mutex<Told>,
    wake: Condvar,
}

#[derive(Default)]
struct Told {
    observers: Vec<(u64, Arc<dyn Observer>)>,
    next_id: u64,
    position: u64,
    told: u64,
    running: bool,
    closed: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Told> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for news, and tells everyone, outside the lock.
    fn run(&self) {
        let mut told = self.lock();
        loop {
            if told.closed {
                told.running = false;
                return;
            }
            if told.position == told.told {
                told = self.wake.wait(told).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            told.told = told.position;
            let (position, observers) = (told.position, told.observers.clone());
            drop(told);
            for (_, observer) in observers {
                let call = std::panic::AssertUnwindSafe(|| observer.changed(position));
                // A host's panic is the host's; the others still want to be told.
                let _ = std::panic::catch_unwind(call);
            }
            told = self.lock();
        }
    }
}

impl Observers {
    pub(crate) fn subscribe(&self, observer: Arc<dyn Observer>) -> Subscription {
        let mut told = self.shared.lock();
        let id = told.next_id;
        told.next_id += 1;
        told.observers.push((id, observer));
        if !told.running {
            let shared = Arc::clone(&self.shared);
            let thread = std::thread::Builder::new().name("casekit-observers".into());
            told.running = thread.spawn(move || shared.run()).is_ok();
        }
        Subscription { id, shared: Arc::downgrade(&self.shared) }
    }

    /// There is something new up to `position`.
    pub(crate) fn hint(&self, position: u64) {
        self.seen.fetch_max(position, Ordering::AcqRel);
        let mut told = self.shared.lock();
        if position > told.position {
            told.position = position;
            if told.observers.is_empty() {
                told.told = position;
            } else {
                self.shared.wake.notify_one();
            }
        }
    }

    /// How far this process has heard.
    pub(crate) fn heard(&self) -> u64 {
        self.seen.load(Ordering::Acquire)
    }
}

impl Drop for Observers {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.wake.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::{Sender, channel};
    use std::time::Duration;

    struct Sends(Mutex<Sender<u64>>);

    impl Observer for Sends {
        fn changed(&self, position: u64) {
            self.0.lock().unwrap().send(position).unwrap();
        }
    }

    struct Panics;

    impl Observer for Panics {
        fn changed(&self, _position: u64) {
            panic!("the host's own trouble");
        }
    }

    #[test]
    fn everyone_is_told_even_if_one_panics() {
        let observers = Observers::default();
        let (sender, receiver) = channel();
        let _panics = observers.subscribe(Arc::new(Panics));
        let sends = observers.subscribe(Arc::new(Sends(Mutex::new(sender))));
        for position in [3, 5] {
            observers.hint(position);
            assert_eq!(receiver.recv_timeout(Duration::from_secs(10)), Ok(position));
        }
        drop(sends);
        observers.hint(9);
        assert_eq!(observers.heard(), 9);
        assert!(
            receiver.recv_timeout(Duration::from_secs(10)).is_err(),
            "after its subscription ended it hears nothing"
        );
    }
}
