//! Waiting for commits without a thread, for asynchronous applications.

use std::collections::BTreeMap;
use std::fmt;
use std::future::poll_fn;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use super::Shared;
use crate::store::Cursor;

/// Waits for commits without a thread, under any asynchronous runtime.
///
/// It costs nothing while nothing is committed, so each viewer of a screen can have one. Commits between two answers are one
/// answer. What is read then is up to the caller: reads block, so give them to a thread that may.
///
/// It is a stream of cursors in all but name: [`poll_changed`](Self::poll_changed) is what `Stream::poll_next` asks for, and
/// `futures::stream::poll_fn(move |cx| watch.poll_changed(cx))` makes it one.
pub struct Watch {
    shared: Arc<Shared>,
    told: Cursor,
    key: u64,
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").finish_non_exhaustive()
    }
}

impl Watch {
    pub(super) fn of(shared: Arc<Shared>, told: Cursor) -> Self {
        let key = shared.wakers.next.fetch_add(1, Ordering::Relaxed);
        Self { shared, told, key }
    }

    /// Waits until something was committed that it has not told of yet, and answers up to where; `None` once the kit is
    /// closed. What is dropped while it waits loses nothing.
    ///
    /// # Cost
    ///
    /// Waits without a thread, and reads nothing.
    pub async fn changed(&mut self) -> Option<Cursor> {
        poll_fn(|context| self.poll_changed(context)).await
    }

    /// The same for a caller who polls: ready with the newest cursor if it has not told of it yet, with `None` once the kit is
    /// closed. Otherwise it wakes the task of `context` when there is something to tell.
    ///
    /// # Cost
    ///
    /// Waits without a thread, and reads nothing.
    pub fn poll_changed(&mut self, context: &mut Context<'_>) -> Poll<Option<Cursor>> {
        // INVARIANT: registered before the look, and whoever brings news wakes after it is there: so no news is missed.
        self.shared.wakers.lock().insert(self.key, context.waker().clone());
        let news = *self.shared.lock();
        if news.closed {
            return Poll::Ready(None);
        }
        if news.newest == self.told {
            return Poll::Pending;
        }
        self.told = news.newest;
        Poll::Ready(Some(news.newest))
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.shared.wakers.lock().remove(&self.key);
    }
}

/// The tasks that wait for news.
#[derive(Default)]
pub(super) struct Wakers {
    waiting: Mutex<BTreeMap<u64, Waker>>,
    next: AtomicU64,
}

impl Wakers {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Waker>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes every task once. Not under the lock: a runtime may poll at once.
    pub(super) fn wake(&self) {
        let waiting = std::mem::take(&mut *self.lock());
        waiting.into_values().for_each(Waker::wake);
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::sync::atomic::AtomicU32;
    use std::task::Wake;

    use super::*;
    use crate::observer::Observers;

    #[derive(Default)]
    struct Counts(AtomicU32);

    impl Wake for Counts {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    impl Counts {
        fn woken(&self) -> u32 {
            self.0.load(Ordering::Relaxed)
        }
    }

    #[test]
    fn a_task_is_woken_by_a_commit_and_told_of_it_once() {
        let observers = Observers::default();
        let mut watch = observers.watch(observers.heard());
        let counts = Arc::new(Counts::default());
        let waker = Waker::from(Arc::clone(&counts));
        let mut context = Context::from_waker(&waker);
        assert_eq!(watch.poll_changed(&mut context), Poll::Pending);
        observers.written(3);
        observers.written(5);
        assert_eq!(counts.woken(), 1, "it is woken once until it asks again");
        let Poll::Ready(Some(cursor)) = watch.poll_changed(&mut context) else { panic!() };
        assert_eq!(cursor.position, 5);
        assert_eq!(watch.poll_changed(&mut context), Poll::Pending);

        // What is dropped while it waits has been told of nothing.
        {
            let waits = pin!(watch.changed());
            assert!(waits.poll(&mut context).is_pending());
        }
        observers.written(9);
        let waits = pin!(watch.changed());
        let Poll::Ready(Some(cursor)) = waits.poll(&mut context) else { panic!() };
        assert_eq!(cursor.position, 9);
    }

    #[test]
    fn whoever_waits_is_told_that_the_kit_is_closed_and_whoever_is_dropped_is_forgotten() {
        let observers = Observers::default();
        let counts = Arc::new(Counts::default());
        let waker = Waker::from(Arc::clone(&counts));
        let mut context = Context::from_waker(&waker);
        let mut dropped = observers.watch(observers.heard());
        assert!(dropped.poll_changed(&mut context).is_pending());
        drop(dropped);
        observers.written(1);
        assert_eq!((counts.woken(), Arc::strong_count(&counts)), (0, 2), "its waker is let go of");

        let mut watch = observers.watch(observers.heard());
        assert!(watch.poll_changed(&mut context).is_pending());
        observers.close();
        assert_eq!(counts.woken(), 1);
        assert_eq!(watch.poll_changed(&mut context), Poll::Ready(None));
    }
}
