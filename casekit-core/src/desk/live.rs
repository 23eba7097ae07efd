//! Reads that are repeated after commits, and delivered when their answer has changed.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::Desk;
use crate::error::Error;
use crate::store::Cursor;

type Read<T> = dyn Fn(&Desk) -> Result<T, Error> + Send + Sync;

/// A list, or any other read, that is delivered again when a commit changed its answer.
///
/// Without commits it costs nothing: there is no thread and no query. After a commit, the read runs when it is next
/// asked for, and its answer is delivered only if it differs from the last one. Several commits in between are merged,
/// so a slow consumer gets the newest answer and never a backlog. Changes by other processes are seen after
/// [`Engine::poll`](crate::Engine::poll).
pub struct Live<T> {
    desk: Desk,
    read: Box<Read<T>>,
    delivered: Mutex<Delivered<T>>,
}

impl<T> fmt::Debug for Live<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Live").finish_non_exhaustive()
    }
}

struct Delivered<T> {
    heard: Option<Cursor>,
    last: Option<T>,
}

impl Desk {
    /// Makes a read live; the first delivery is the answer as it is now.
    ///
    /// # Cost
    ///
    /// Reads and writes nothing until it is asked.
    pub fn live<T>(&self, read: impl Fn(&Desk) -> Result<T, Error> + Send + Sync + 'static) -> Live<T>
    where
        T: Clone + PartialEq,
    {
        let delivered = Mutex::new(Delivered { heard: None, last: None });
        Live { desk: self.clone(), read: Box::new(read), delivered }
    }
}

impl<T: Clone + PartialEq> Live<T> {
    /// The language of the desk that runs the read.
    ///
    /// # Cost
    ///
    /// Reads and writes nothing.
    #[must_use]
    pub fn language(&self) -> &std::sync::Arc<crate::Language> {
        self.desk.language()
    }

    /// Returns the present answer if it differs from the last one delivered; `None` if it does not.
    ///
    /// # Errors
    /// Those of the read. After an error, the next call tries again.
    ///
    /// # Cost
    ///
    /// Reads nothing as long as nothing was committed. After any commit, whatever it was about, the read runs once;
    /// the last answer is held, and compared with the new one.
    pub fn refresh(&self) -> Result<Option<T>, Error> {
        let observers = &self.desk.engine.observers;
        // Before the read: a commit during the read is then newer than this, and the next call reads again.
        let heard = observers.heard();
        // Once the kit is closed, the read runs all the same, so that the caller gets `Closed` and does not wait for
        // ever.
        if self.lock().heard == Some(heard) && !observers.is_closed() {
            return Ok(None);
        }
        // INVARIANT: no lock is held during the read, which may call the host's authorizer.
        let now = (self.read)(&self.desk)?;
        let mut delivered = self.lock();
        let is_newer = |other: Cursor| other.lineage == heard.lineage && other.position > heard.position;
        // Another thread has refreshed in the meantime, after a newer commit; this older answer must not follow it.
        if delivered.heard.is_some_and(is_newer) {
            return Ok(None);
        }
        delivered.heard = Some(heard);
        if delivered.last.as_ref() == Some(&now) {
            return Ok(None);
        }
        delivered.last = Some(now.clone());
        Ok(Some(now))
    }

    /// Waits at most `wait` for a commit, and returns the answer after it; `None` if no commit came, or the answer has
    /// not changed.
    ///
    /// # Errors
    /// Those of the read, and `Closed` once the kit is closed.
    ///
    /// # Cost
    ///
    /// Waits without reading. After a commit it costs what [`refresh`](Self::refresh) does.
    pub fn next(&self, wait: Duration) -> Result<Option<T>, Error> {
        let heard = self.lock().heard;
        if heard.is_some_and(|heard| !self.desk.engine.observers.wait(heard, wait)) {
            return Ok(None);
        }
        self.refresh()
    }

    /// Waits, without a thread, until something was committed since the last [`refresh`](Self::refresh), which then says
    /// whether the answer is another; at once if it was never asked. `false` once the kit is closed.
    ///
    /// A read blocks, so give `refresh` to a thread that may, such as those of `tokio::task::spawn_blocking`.
    ///
    /// # Cost
    ///
    /// Waits without a thread, and reads nothing.
    pub async fn changed(&self) -> bool {
        let heard = self.lock().heard;
        let observers = &self.desk.engine.observers;
        match heard {
            None => !observers.is_closed(),
            Some(heard) => observers.watch(heard).changed().await.is_some(),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Delivered<T>> {
        self.delivered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::command::NewCase;
    use crate::desk::{CasesQuery, PageRequest};
    use crate::engine::{Engine, Services};
    use crate::memory::MemoryStore;
    use crate::model::{Actor, Role, Timestamp};

    struct Fixed;

    impl crate::Env for Fixed {
        fn now(&self) -> Timestamp {
            Timestamp::UNIX_EPOCH
        }

        fn fill(&self, bytes: &mut [u8]) {
            static NEXT: AtomicU32 = AtomicU32::new(1);
            let next = NEXT.fetch_add(1, Ordering::Relaxed).to_le_bytes();
            bytes.iter_mut().zip(next.iter().cycle()).for_each(|(byte, part)| *byte = *part);
        }
    }

    fn desk() -> (Arc<Engine>, Desk) {
        let store = Arc::new(MemoryStore::new());
        let engine = Engine::new(store, Box::new(Fixed), None, Services::default()).unwrap();
        let desk = engine.desk(Actor::new("amara", "").with_role(Role::Manager));
        (engine, desk)
    }

    #[test]
    fn a_live_list_is_delivered_again_only_when_a_commit_touched_it() {
        let (_engine, desk) = desk();
        let reads = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&reads);
        let query = CasesQuery { case_types: vec!["Support".into()], ..CasesQuery::default() };
        let live = desk.live(move |desk| {
            counted.fetch_add(1, Ordering::Relaxed);
            desk.cases(&query, PageRequest::first())
        });
        assert_eq!(live.refresh().unwrap().unwrap().rows, []);
        for _ in 0..100 {
            assert_eq!(live.refresh().unwrap(), None);
        }
        assert_eq!(reads.load(Ordering::Relaxed), 1, "nothing changed, and nothing was read");

        desk.raise_case(NewCase::new("Enquiries", "Not of this list")).unwrap();
        assert_eq!(live.refresh().unwrap(), None);
        for title in ["First", "Second", "Third"] {
            desk.raise_case(NewCase::new("Support", title)).unwrap();
        }
        let rows = live.next(Duration::ZERO).unwrap().unwrap().rows;
        assert_eq!(
            rows.iter().map(|row| row.title.as_str()).collect::<Vec<_>>(),
            ["Third", "Second", "First"]
        );
        assert_eq!(reads.load(Ordering::Relaxed), 3, "three commits are one delivery");
        assert_eq!(live.next(Duration::ZERO).unwrap(), None);
    }

    #[test]
    fn a_consumer_waits_for_a_commit_and_wakes_when_the_kit_is_closed() {
        let (engine, desk) = desk();
        let live = Arc::new(desk.live(|desk| desk.cases(&CasesQuery::default(), PageRequest::first())));
        assert!(live.refresh().unwrap().is_some());
        let waiting = {
            let live = Arc::clone(&live);
            std::thread::spawn(move || live.next(Duration::from_secs(60)))
        };
        desk.raise_case(NewCase::new("Support", "Wakes it")).unwrap();
        assert_eq!(waiting.join().unwrap().unwrap().unwrap().rows.len(), 1);

        let waiting = std::thread::spawn(move || live.next(Duration::from_secs(60)));
        engine.close().unwrap();
        assert_eq!(waiting.join().unwrap().unwrap_err().code(), "closed");
    }
}
