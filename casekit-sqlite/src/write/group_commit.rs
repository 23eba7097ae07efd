//! Group commit: writers that come at the same time share one transaction.
//!
//! A caller that finds nobody writing becomes the leader and carries out its own job, on its own thread. Callers that
//! arrive in the meantime wait in a queue. When the leader is done, the first waiter becomes the leader and takes the
//! waiters behind it into its group; they share one transaction and one sync of the disk. So a lone caller pays for no
//! hand-over to another thread, and nobody is overtaken.

use std::collections::VecDeque;
use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use casekit_core::store::lifecycle::Lifecycle;
use casekit_core::store::{StoreError, StoreErrorKind};
use rusqlite::{Connection, InterruptHandle, Transaction, TransactionBehavior};

use super::memory::Memory;
use super::{Job, Outcome, batch, wipe};
use crate::error::{Result, again, fault, told_apart};
use crate::held::Watch;
use crate::known::Known;
use crate::open;
use crate::options::SqliteOptions;
use crate::place::Place;

/// The most weight that shares a transaction. The leader's own caller waits for the whole group, so a group has to be
/// bounded.
const GROUP: usize = 256;

/// The connection that writes, and the callers that wait for it.
#[derive(Default)]
pub(crate) struct Writer {
    /// Who leads and who waits. Held only to look and to move waiters, never during a transaction, so that callers can
    /// queue while the leader writes.
    queue: Mutex<Queue>,
    /// Held by the leader for its whole transaction. While calls run, everybody else only tries the lock, and goes
    /// without.
    connection: Mutex<Option<Connection>>,
    /// Belongs to the connection, and is used only by whoever holds that.
    memory: Mutex<Memory>,
    /// Beside the connection and not behind its lock: interrupting is for the moment when a leader holds that lock.
    interrupt: Mutex<Option<InterruptHandle>>,
}

#[derive(Default)]
struct Queue {
    has_leader: bool,
    waiting: VecDeque<Arc<Waiter>>,
}

/// The parts of the store that a write uses.
pub(crate) struct Around<'a> {
    pub(crate) lifecycle: &'a Lifecycle,
    pub(crate) place: &'a Place,
    pub(crate) options: &'a SqliteOptions,
    pub(crate) watch: Watch,
    pub(crate) known: &'a Known,
}

/// A caller that waits for its job to be written, or to become the leader.
struct Waiter {
    /// Outside `state`, so that gathering a group can look at the next waiter before it takes the job.
    weight: usize,
    /// A lock for each waiter, so that answering one wakes that one alone.
    state: Mutex<WaiterState>,
    called: Condvar,
}

/// How far a waiter has come. Only the leader moves it on; the waiter itself takes what is left there.
enum WaiterState {
    Waiting(Job),
    Leads(Job),
    Taken,
    Done(Result<Outcome>),
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
        let mut queue = lock(&self.queue);
        let own = if queue.has_leader {
            let waiter = Arc::new(Waiter {
                weight: job.weight(),
                state: Mutex::new(WaiterState::Waiting(job)),
                called: Condvar::new(),
            });
            queue.waiting.push_back(Arc::clone(&waiter));
            drop(queue);
            match waiter.wait() {
                Woken::Leads(job) => job,
                Woken::Done(outcome) => return outcome,
            }
        } else {
            queue.has_leader = true;
            drop(queue);
            job
        };
        let mut group = GroupCommit { writer: self, waiters: Vec::new() };
        let mut jobs = vec![own];
        group.gather(&mut jobs);
        let mut slot = lock(&self.connection);
        let outcomes = self.connected(&mut slot, around).and_then(|()| {
            let mut memory = lock(&self.memory);
            transact(&mut slot, &mut memory, jobs, around)
        });
        // Before anybody is answered: the next leader wakes in `deliver`, and locks the connection first of all.
        drop(slot);
        group.deliver(outcomes)
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

enum Woken {
    Leads(Job),
    Done(Result<Outcome>),
}

impl Waiter {
    fn wait(&self) -> Woken {
        let mut state = lock(&self.state);
        loop {
            match mem::replace(&mut *state, WaiterState::Taken) {
                WaiterState::Leads(job) => return Woken::Leads(job),
                WaiterState::Done(outcome) => return Woken::Done(outcome),
                unchanged @ (WaiterState::Waiting(_) | WaiterState::Taken) => *state = unchanged,
            }
            state = self.called.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn set(&self, next: WaiterState) {
        *lock(&self.state) = next;
        self.called.notify_one();
    }

    fn take_job(&self) -> Option<Job> {
        match mem::replace(&mut *lock(&self.state), WaiterState::Taken) {
            WaiterState::Waiting(job) => Some(job),
            WaiterState::Leads(_) | WaiterState::Taken | WaiterState::Done(_) => None,
        }
    }
}

/// The waiters of one leader. However the leader ends, even by a panic, dropping this answers every waiter of the group
/// and makes the next one the leader; otherwise they would wait for ever.
struct GroupCommit<'a> {
    writer: &'a Writer,
    waiters: Vec<Arc<Waiter>>,
}

impl GroupCommit<'_> {
    fn gather(&mut self, jobs: &mut Vec<Job>) {
        let mut queue = lock(&self.writer.queue);
        let mut weight: usize = jobs.iter().map(Job::weight).sum();
        while let Some(next) = queue.waiting.front() {
            weight += next.weight;
            if weight > GROUP {
                break;
            }
            let Some(waiter) = queue.waiting.pop_front() else { break };
            jobs.extend(waiter.take_job());
            self.waiters.push(waiter);
        }
    }

    fn deliver(mut self, outcomes: Result<Vec<Outcome>>) -> Result<Outcome> {
        let mut waiters = mem::take(&mut self.waiters).into_iter();
        match outcomes {
            Ok(outcomes) => {
                let mut outcomes = outcomes.into_iter();
                let own = outcomes.next().ok_or_else(lost);
                for waiter in waiters {
                    waiter.set(WaiterState::Done(outcomes.next().ok_or_else(lost)));
                }
                own
            }
            Err(error) => {
                waiters.by_ref().for_each(|waiter| waiter.set(WaiterState::Done(Err(again(&error)))));
                Err(error)
            }
        }
    }
}

impl Drop for GroupCommit<'_> {
    fn drop(&mut self) {
        for waiter in self.waiters.drain(..) {
            waiter.set(WaiterState::Done(Err(lost())));
        }
        let mut queue = lock(&self.writer.queue);
        while let Some(next) = queue.waiting.pop_front() {
            if let Some(job) = next.take_job() {
                next.set(WaiterState::Leads(job));
                return;
            }
        }
        // Under the same lock as the question in `write`, so that no caller can join a queue that nobody leads.
        queue.has_leader = false;
    }
}

fn lost() -> StoreError {
    StoreError::new(StoreErrorKind::Io, "the writer stopped before it answered; report it")
}

/// Carries out jobs in one transaction. An error is the error of every job; then nothing of them is visible to reads.
fn transact(
    slot: &mut Option<Connection>,
    memory: &mut Memory,
    jobs: Vec<Job>,
    around: &Around<'_>,
) -> Result<Vec<Outcome>> {
    let Some(connection) = slot.as_ref() else { return Err(lost()) };
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
