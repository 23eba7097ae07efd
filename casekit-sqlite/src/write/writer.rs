//! The connection that writes, and the transaction that callers share who come at the same time.

use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use casekit_core::store::lifecycle::Lifecycle;
use casekit_core::store::{GroupCommit, StoreError, StoreErrorKind};
use rusqlite::{Connection, InterruptHandle, Transaction, TransactionBehavior};

use super::memory::Memory;
use super::{Job, Outcome, batch, wipe};
use crate::error::{Result, fault, told_apart};
use crate::held::Watch;
use crate::known::Known;
use crate::open;
use crate::options::SqliteOptions;
use crate::place::Place;

/// The connection that writes, and the callers that wait for it.
pub(crate) struct Writer {
    queue: GroupCommit<Job, Outcome>,
    /// Held by the leader for its whole transaction. While calls run, everybody else only tries the lock, and goes
    /// without.
    connection: Mutex<Option<Connection>>,
    /// Belongs to the connection, and is used only by whoever holds that.
    memory: Mutex<Memory>,
    /// Beside the connection and not behind its lock: interrupting is for the moment when a leader holds that lock.
    interrupt: Mutex<Option<InterruptHandle>>,
}

/// The parts of the store that a write uses.
pub(crate) struct Around<'a> {
    pub(crate) lifecycle: &'a Lifecycle,
    pub(crate) place: &'a Place,
    pub(crate) options: &'a SqliteOptions,
    pub(crate) watch: Watch,
    pub(crate) known: &'a Known,
}

impl Default for Writer {
    fn default() -> Self {
        Self {
            queue: GroupCommit::new(Job::weight),
            connection: Mutex::default(),
            memory: Mutex::default(),
            interrupt: Mutex::default(),
        }
    }
}

impl Writer {
    /// Installs the writing connection when the store is opened or resumed. What was remembered for an earlier one is
    /// dropped.
    pub(crate) fn put(&self, connection: Connection) {
        *lock(&self.memory) = Memory::default();
        *lock(&self.interrupt) = Some(connection.get_interrupt_handle());
        *lock(&self.connection) = Some(connection);
    }

    /// Removes the connection so that it can be closed; `None` if there is none, as after a fault.
    pub(crate) fn take(&self) -> Option<Connection> {
        lock(&self.interrupt).take();
        lock(&self.connection).take()
    }

    /// Interrupts the statement that is running, if any; later ones run as usual.
    pub(crate) fn interrupt(&self) {
        if let Some(handle) = &*lock(&self.interrupt) {
            handle.interrupt();
        }
    }

    /// Checkpoints the log into a file that was found to have moved. SQLite finds a log by its path, so whoever opens
    /// the file that is at the path now would apply this log to it. If a leader holds the connection, nothing is done
    /// here: the leader notices the move too, and checkpoints then.
    pub(crate) fn bring_home(&self) {
        if let Ok(slot) = self.connection.try_lock()
            && let Some(connection) = slot.as_ref()
        {
            connection.query_row(wipe::BRING_HOME, (), |_| Ok(())).ok();
        }
    }

    /// Leaks the connection: in a forked child, closing it could wait for a lock that a thread of the parent holds.
    pub(crate) fn abandon(&mut self) {
        let connection = self.connection.get_mut().unwrap_or_else(PoisonError::into_inner);
        mem::forget(connection.take());
    }

    /// Carries out a job after those that came before it, and returns when it is durable.
    ///
    /// The caller waits, or leads a group on its own thread. An error of the transaction is the error of every job in
    /// it.
    pub(crate) fn write(&self, job: Job, around: &Around<'_>) -> Result<Outcome> {
        self.queue.write(job, |jobs| {
            let mut slot = lock(&self.connection);
            self.connected(&mut slot, around)?;
            let mut memory = lock(&self.memory);
            transact(&mut slot, &mut memory, jobs, around)
        })
    }

    /// Reads through the writing connection; `None` if it is in use or closed. Its page cache stays valid across its
    /// own commits, while each reading connection has to read its pages again after every commit.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&Connection) -> Result<T>) -> Option<Result<T>> {
        let mut slot = self.connection.try_lock().ok()?;
        let connection = slot.as_ref()?;
        let answer = read(connection).map_err(|error| told_apart(error, connection));
        let failed = answer.as_ref().is_err_and(|error| error.kind() != StoreErrorKind::Busy);
        // As after a failed write: what SQLite has in memory may be wrong. And no write could begin inside a
        // transaction that was left open.
        if failed || !connection.is_autocommit() {
            *slot = None;
        }
        Some(answer)
    }

    fn connected(&self, slot: &mut Option<Connection>, around: &Around<'_>) -> Result<()> {
        if slot.is_none() {
            let connection = open::writer(around.place, around.options, around.watch)?;
            *lock(&self.interrupt) = Some(connection.get_interrupt_handle());
            // `PRAGMA data_version` can be compared only with earlier values from the same connection.
            *lock(&self.memory) = Memory::default();
            *slot = Some(connection);
        }
        Ok(())
    }
}

/// Carries out jobs in one transaction. An error is the error of every job; then nothing of them is visible to reads.
fn transact(
    slot: &mut Option<Connection>,
    memory: &mut Memory,
    jobs: Vec<Job>,
    around: &Around<'_>,
) -> Result<Vec<Outcome>> {
    let Some(connection) = slot.as_ref() else {
        return Err(StoreError::new(StoreErrorKind::Io, "there is no connection to write with; report it"));
    };
    let result = if let [Job::Wipe] = jobs.as_slice() {
        around
            .lifecycle
            .check_cancelled()
            .and_then(|()| wipe::wipe(connection))
            .map(|done| vec![Outcome::Done((!done).into())])
    } else {
        begin(connection, around).and_then(|change| batch::carry_out(change, around.known, memory, jobs))
    };
    // After the commit and before anybody is answered: if the path no longer leads to this file, the jobs are in a file
    // that nobody will look at, and must not be acknowledged.
    let result = result.and_then(|outcomes| around.watch.stands(around.place).map(|()| outcomes));
    let Err(error) = result else {
        if memory.gathered.begin_anew_if_bloated(connection).is_err() {
            // The jobs are committed, so this is not their failure; the next write opens another connection.
            *slot = None;
        }
        return result;
    };
    memory.forget();
    let error = told_apart(error, connection);
    let is_at_rest = connection.is_autocommit() || connection.execute_batch("ROLLBACK").is_ok();
    match error.kind() {
        StoreErrorKind::Busy if is_at_rest => {}
        // As in `bring_home`.
        StoreErrorKind::Moved if is_at_rest => drop(connection.query_row(wipe::BRING_HOME, (), |_| Ok(()))),
        // What SQLite keeps in memory may be wrong after a fault: FTS5 would count its totals from zero, and store them
        // with the next commit. So the connection is closed.
        _ => *slot = None,
    }
    Err(error)
}

/// Begins a writing transaction, waiting for other processes up to the busy timeout. SQLite itself waits only a short
/// time for each attempt, so that `suspend` and `close` can cancel the wait between two of them.
fn begin<'a>(connection: &'a Connection, around: &Around<'_>) -> Result<Transaction<'a>> {
    let mut since = None;
    loop {
        around.lifecycle.check_cancelled()?;
        match Transaction::new_unchecked(connection, TransactionBehavior::Immediate).map_err(fault) {
            Err(error) if error.kind() == StoreErrorKind::Busy => {
                let since = *since.get_or_insert_with(Instant::now);
                if since.elapsed() >= around.options.busy_timeout {
                    return Err(error);
                }
            }
            begun => return begun,
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A lock that a panic poisoned is used all the same: the panicking thread's transaction was rolled back when it was
    // dropped.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
