//! Telling hosts that something changed.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::model::Lineage;
use crate::store::Cursor;

/// Is told after commits that there is something new. Hints may be merged; order and completeness come from
/// [`Desk::changes_since`](crate::Desk::changes_since).
///
/// Each observer is called on a thread of its own, under no lock and no transaction, and may call back into the kit. A
/// panic in it is contained, and one that takes its time holds nobody else up.
///
/// A function of the cursor is an observer.
pub trait Observer: Send + Sync {
    /// Everything up to this cursor is there to be read.
    fn changed(&self, cursor: &Cursor);
}

impl<F: Fn(&Cursor) + Send + Sync> Observer for F {
    fn changed(&self, cursor: &Cursor) {
        self(cursor);
    }
}

/// Keeps an observer subscribed for as long as it lives.
#[must_use = "dropping it ends the subscription"]
pub struct Subscription {
    ended: Arc<AtomicBool>,
    shared: Arc<Shared>,
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription").finish_non_exhaustive()
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Release);
        drop(self.shared.lock());
        self.shared.wake.notify_all();
    }
}

/// How far the news goes, for everyone who waits for it.
#[derive(Default)]
pub(crate) struct Observers {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    news: Mutex<News>,
    wake: Condvar,
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

    /// Tells one observer, outside the lock, until its subscription or the kit has ended.
    fn run(&self, observer: &dyn Observer, ended: &AtomicBool, mut told: Cursor) {
        loop {
            let waits =
                |news: &mut News| news.newest == told && !news.closed && !ended.load(Ordering::Acquire);
            let news = *self.wake.wait_while(self.lock(), waits).unwrap_or_else(PoisonError::into_inner);
            if news.closed || ended.load(Ordering::Acquire) {
                return;
            }
            told = news.newest;
            // A host's panic is the host's; it wants to be told again all the same.
            let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| observer.changed(&told)));
        }
    }
}

impl Observers {
    pub(crate) fn subscribe(&self, observer: impl Observer + 'static) -> Subscription {
        let ended = Arc::new(AtomicBool::new(false));
        let subscription = Subscription { ended: Arc::clone(&ended), shared: Arc::clone(&self.shared) };
        let (shared, told) = (Arc::clone(&self.shared), self.heard());
        let thread = std::thread::Builder::new().name("casekit-observer".into());
        // Without a thread the system is at its end; changes are still there to be asked for.
        let _ = thread.spawn(move || shared.run(&observer, &ended, told));
        subscription
    }

    /// The store was seen to stand there; whether that is news.
    pub(crate) fn hint(&self, newest: Cursor) -> bool {
        self.advance(|_| newest)
    }

    /// A commit of this process was written up to `position`.
    pub(crate) fn written(&self, position: u64) {
        self.advance(|heard| Cursor { position, ..heard });
    }

    fn advance(&self, to: impl FnOnce(Cursor) -> Cursor) -> bool {
        let mut news = self.shared.lock();
        let newest = to(news.newest);
        // In another line positions are given out again: nothing is known of how they compare.
        let is_news = newest.lineage != news.newest.lineage || newest.position > news.newest.position;
        if is_news {
            news.newest = newest;
            drop(news);
            self.shared.wake.notify_all();
        }
        is_news
    }

    /// How far this process has heard.
    pub(crate) fn heard(&self) -> Cursor {
        self.shared.lock().newest
    }

    /// Waits for news after what was heard, for at most `wait`; whether there is any, or the kit was closed.
    pub(crate) fn wait(&self, heard: Cursor, wait: Duration) -> bool {
        let waits = |news: &mut News| news.newest == heard && !news.closed;
        let waited = self.shared.wake.wait_timeout_while(self.shared.lock(), wait, waits);
        let (mut news, _) = waited.unwrap_or_else(PoisonError::into_inner);
        !waits(&mut news)
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.shared.lock().closed
    }

    /// There will be no more news: wakes everyone who waits.
    pub(crate) fn close(&self) {
        self.shared.lock().closed = true;
        self.shared.wake.notify_all();
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
