//! Notifying hosts of changes.

mod watch;

pub use watch::Watch;

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::model::Lineage;
use crate::store::Cursor;
use watch::Wakers;

/// Called after commits, as a hint that there is something new. Several commits may be merged into one call; order and
/// completeness come from [`Desk::changes_since`](crate::Desk::changes_since).
///
/// Each observer is called on a thread of its own, outside every lock and transaction, and may call back into the kit.
/// A panic in it is caught, and a slow observer delays nobody else.
///
/// A closure that takes the cursor is an observer.
pub trait Observer: Send + Sync {
    /// Everything up to this cursor is committed and can be read.
    fn changed(&self, cursor: &Cursor);
}

impl<F: Fn(&Cursor) + Send + Sync> Observer for F {
    fn changed(&self, cursor: &Cursor) {
        self(cursor);
    }
}

/// Keeps an observer subscribed for as long as it lives. Clones are the same subscription, which ends with the last of them.
#[derive(Clone)]
#[must_use = "dropping it ends the subscription"]
pub struct Subscription(#[allow(dead_code, reason = "dropping it is its use")] Arc<Ending>);

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription").finish_non_exhaustive()
    }
}

/// Ends a subscription when it is dropped.
struct Ending {
    ended: Arc<AtomicBool>,
    shared: Arc<Shared>,
}

impl Drop for Ending {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Release);
        // The observer's thread reads `ended` under the lock. Taking the lock here means that the thread is not between
        // that read and its wait, where it would miss the wake-up.
        drop(self.shared.lock());
        self.shared.wake.notify_all();
    }
}

/// The newest cursor that this process knows of, and everybody who waits for a newer one.
#[derive(Default)]
pub(crate) struct Observers {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    news: Mutex<News>,
    wake: Condvar,
    wakers: Wakers,
}

#[derive(Clone, Copy)]
struct News {
    newest: Cursor,
    closed: bool,
}

impl Default for News {
    fn default() -> Self {
        Self { newest: Cursor { lineage: Lineage::NONE, position: 0 }, closed: false }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, News> {
        self.news.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes threads and tasks that wait. Not under the lock, which each of them needs.
    fn wake_all(&self) {
        self.wake.notify_all();
        self.wakers.wake();
    }

    /// Calls one observer for each change until its subscription ends or the kit is closed. Not under the lock, so that
    /// the observer can call back into the kit.
    fn run(&self, observer: &dyn Observer, ended: &AtomicBool, mut told: Cursor) {
        loop {
            let waits =
                |news: &mut News| news.newest == told && !news.closed && !ended.load(Ordering::Acquire);
            let news = *self.wake.wait_while(self.lock(), waits).unwrap_or_else(PoisonError::into_inner);
            if news.closed || ended.load(Ordering::Acquire) {
                return;
            }
            told = news.newest;
            // A panic in the host's code must not end the thread: the observer is called again at the next change.
            let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| observer.changed(&told)));
        }
    }
}

impl Observers {
    pub(crate) fn subscribe(&self, observer: impl Observer + 'static) -> Subscription {
        let ended = Arc::new(AtomicBool::new(false));
        let ending = Ending { ended: Arc::clone(&ended), shared: Arc::clone(&self.shared) };
        let (shared, told) = (Arc::clone(&self.shared), self.heard());
        let thread = std::thread::Builder::new().name("casekit-observer".into());
        // If the system cannot start a thread, the host hears nothing, but `changes_since` still works. So this is not
        // an error.
        let _ = thread.spawn(move || shared.run(&observer, &ended, told));
        Subscription(Arc::new(ending))
    }

    /// What waits without a thread for a cursor other than `told`.
    pub(crate) fn watch(&self, told: Cursor) -> Watch {
        Watch::of(Arc::clone(&self.shared), told)
    }

    /// Notes the newest cursor of the store; `true` if that is news.
    pub(crate) fn hint(&self, newest: Cursor) -> bool {
        self.advance(|_| newest)
    }

    /// Notes that this process wrote a commit up to `position`.
    pub(crate) fn written(&self, position: u64) {
        self.advance(|heard| Cursor { position, ..heard });
    }

    fn advance(&self, to: impl FnOnce(Cursor) -> Cursor) -> bool {
        let mut news = self.shared.lock();
        let newest = to(news.newest);
        // In another lineage positions are assigned again, so those of the two cannot be compared.
        let is_news = newest.lineage != news.newest.lineage || newest.position > news.newest.position;
        if is_news {
            news.newest = newest;
            // Before the others are woken: each of them needs the lock.
            drop(news);
            self.shared.wake_all();
        }
        is_news
    }

    /// The newest cursor that this process knows of. Another process may have written since.
    pub(crate) fn heard(&self) -> Cursor {
        self.shared.lock().newest
    }

    /// Waits at most `wait` for a cursor other than `heard`; `true` if there is one, or the kit was closed.
    pub(crate) fn wait(&self, heard: Cursor, wait: Duration) -> bool {
        let waits = |news: &mut News| news.newest == heard && !news.closed;
        let waited = self.shared.wake.wait_timeout_while(self.shared.lock(), wait, waits);
        let (mut news, _) = waited.unwrap_or_else(PoisonError::into_inner);
        !waits(&mut news)
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.shared.lock().closed
    }

    /// Wakes everyone who waits: there will be no more changes.
    pub(crate) fn close(&self) {
        self.shared.lock().closed = true;
        self.shared.wake_all();
    }
}

impl Drop for Observers {
    fn drop(&mut self) {
        self.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::{Sender, channel};
    use std::time::Duration;

    struct Sends(Mutex<Sender<u64>>);

    impl Observer for Sends {
        fn changed(&self, cursor: &Cursor) {
            self.0.lock().unwrap().send(cursor.position).unwrap();
        }
    }

    struct Hangs(Mutex<std::sync::mpsc::Receiver<()>>);

    impl Observer for Hangs {
        fn changed(&self, _cursor: &Cursor) {
            self.0.lock().unwrap().recv().unwrap_err();
        }
    }

    struct Panics;

    impl Observer for Panics {
        fn changed(&self, _cursor: &Cursor) {
            panic!("the host's own trouble");
        }
    }

    #[test]
    fn everyone_is_told_even_if_one_panics_and_one_hangs() {
        let observers = Observers::default();
        let (sender, receiver) = channel();
        let (_until_the_test_ends, hangs) = channel();
        let _hangs = observers.subscribe(Hangs(Mutex::new(hangs)));
        let _panics = observers.subscribe(Panics);
        let sends = observers.subscribe(Sends(Mutex::new(sender)));
        for position in [3, 5] {
            observers.written(position);
            assert_eq!(receiver.recv_timeout(Duration::from_secs(10)), Ok(position));
        }
        drop(sends);
        observers.written(9);
        assert_eq!(observers.heard().position, 9);
        assert!(
            receiver.recv_timeout(Duration::from_secs(10)).is_err(),
            "after its subscription ended it hears nothing"
        );
    }
}
