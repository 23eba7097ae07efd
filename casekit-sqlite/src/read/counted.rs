//! Counting the steps of SQLite's virtual machine, for tests.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use rusqlite::trace::{TraceEvent, TraceEventCodes};
use rusqlite::{Connection, StatementStatus};

/// The steps that a connection has taken.
pub(super) struct Steps(Arc<AtomicI64>);

impl Steps {
    /// Counts from now on, including the steps of FTS5's own statements. A cached statement reports at the end of each
    /// run what all of its runs have taken.
    pub(super) fn count(connection: &mut Connection) -> Self {
        let steps = Arc::<AtomicI64>::default();
        let (taken, so_far) = (Arc::clone(&steps), Mutex::new(HashMap::<String, i64>::new()));
        let count = move |event: TraceEvent<'_>| {
            if let TraceEvent::Profile(statement, _) = event {
                let in_all = i64::from(statement.get_status(StatementStatus::VmStep));
                let before = so_far.lock().unwrap().insert(statement.sql().into_owned(), in_all).unwrap_or(0);
                taken.fetch_add(if in_all < before { in_all } else { in_all - before }, Ordering::Relaxed);
            }
        };
        connection.trace_v2(TraceEventCodes::SQLITE_TRACE_PROFILE, Some(count)).unwrap();
        Self(steps)
    }

    /// The steps that something takes once its statements are cached.
    pub(super) fn of<T>(&self, ask: impl Fn() -> T) -> i64 {
        ask();
        self.0.store(0, Ordering::Relaxed);
        ask();
        self.0.load(Ordering::Relaxed)
    }
}
