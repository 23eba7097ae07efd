//! Group commit: writers that come at the same time share one transaction.
//!
//! A writer that finds nobody writing is the leader: it carries out its own job, on its own thread. Whoever comes meanwhile waits. When
//! the leader is done, the first waiter leads and takes those behind it into its group, and all of them share one transaction and
//! one wait for the disk. So a lone caller pays for no hand-over, and nobody is overtaken.

use std::collections::VecDeque;
use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use casekit_core::store::{StoreError, StoreErrorKind};
use rusqlite::{Connection, InterruptHandle, Transaction, TransactionBehavior};

use super::memory::Memory;
use super::{Job, Outcome, batch};
use crate::error::{Result, again, fault, told_apart};
use crate::held::Watch;
use crate::known::Known;
use crate::lifecycle::Lifecycle;
use crate::open;
use crate::options::SqliteOptions;
use crate::place::Place;

/// Writes what stands in the log into the file, and leaves the log empty unless somebody still reads from it.
pub(crate) const BRING_HOME: &str = "PRAGMA wal_checkpoint(TRUNCATE)";

/// How much waiting work shares a transaction at most: the leader waits for all of it, and should not wait for ever.
const GROUP: usize = 256;

/// The connection that writes, and those who wait for it.
#[derive(Default)]
pub(crate) struct Writer {
    queue: Mutex<Queue>,
    connection: Mutex<Option<Connection>>,
    memory: Mutex<Memory>,
    interrupt: Mutex<Option<InterruptHandle>>,
}

#[derive(Default)]
struct Queue {
    has_leader: bool,
    waiting: VecDeque<Arc<Waiter>>,
}

/// What a writer needs of the store around it.
pub(crate) struct Around<'a> {
    pub(crate) lifecycle: &'a Lifecycle,
    pub(crate) place: &'a Place,
    pub(crate) options: &'a SqliteOptions,
    pub(crate) watch: Watch,
    pub(crate) known: &'a Known,
}

/// One who waits to write.
struct Waiter {
    weight: usize,
    state: Mutex<WaiterState>,
    called: Condvar,
}

enum WaiterState {
    Waiting(Job),
    Leads(Job),
    Taken,
    Done(Result<Outcome>),
}

impl Writer {
    /// Puts the writing connection in its place.
    pub(crate) fn put(&self, connection: Connection) {
        *lock(&self.memory) = Memory::default();
        *lock(&self.interrupt) = Some(connection.get_interrupt_handle());
        *lock(&self.connection) = Some(connection);
    }

    /// Takes it away; `None` if it is away already.
    pub(crate) fn take(&self) -> Option<Connection> {
        lock(&self.interrupt).take();
        lock(&self.connection).take()
    }

    /// Interrupts the statement that runs.
    pub(crate) fn interrupt(&self) {
        if let Some(handle) = &*lock(&self.interrupt) {
            handle.interrupt();
        }
    }

    /// What stands in the log belongs to the file that was moved. It is brought home to it at once, unless somebody
    /// writes just now and does it then: whoever opened what is at the path by now would take the log for its own.
    pub(crate) fn bring_home(&self) {
        if let Ok(slot) = self.connection.try_lock()
            && let Some(connection) = slot.as_ref()
        {
            connection.query_row(BRING_HOME, (), |_| Ok(())).ok();
        }
    }

    /// Leaves the connection as it is, for ever: in a forked child, closing it would wait for threads of the parent.
    pub(crate) fn abandon(&mut self) {
        let connection = self.connection.get_mut().unwrap_or_else(PoisonError::into_inner);
        mem::forget(connection.take());
    }

    /// Carries out a job, in the order in which jobs came.
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
        drop(slot);
        group.deliver(outcomes)
    }

    /// Reads by the connection that writes, if nobody writes just now: what it has in memory stays valid when it writes, while
    /// those that read have to read every page again after each commit. `None` if it is not free.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&Connection) -> Result<T>) -> Option<Result<T>> {
        let mut slot = self.connection.try_lock().ok()?;
        let connection = slot.as_ref()?;
        let answer = read(connection).map_err(|error| told_apart(error, connection));
        let failed = answer.as_ref().is_err_and(|error| error.kind() != StoreErrorKind::Busy);
        if failed || !connection.is_autocommit() {
            *slot = None;
        }
        Some(answer)
    }

    fn connected(&self, slot: &mut Option<Connection>, around: &Around<'_>) -> Result<()> {
        if slot.is_none() {
            let connection = open::writer(around.place, around.options, around.watch)?;
            *lock(&self.interrupt) = Some(connection.get_interrupt_handle());
            // Versions of the file are those of a connection.
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

/// The group of one leader. When it ends, in whatever way, every waiter in it has an answer, and the next one leads.
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
        queue.has_leader = false;
    }
}

fn lost() -> StoreError {
    StoreError::new(StoreErrorKind::Io, "the writer stopped before it answered; report it")
}

/// Carries out jobs in one transaction. An error is that of every job, and reads show nothing of it.
fn transact(
    slot: &mut Option<Connection>,
    memory: &mut Memory,
    jobs: Vec<Job>,
    around: &Around<'_>,
) -> Result<Vec<Outcome>> {
    let Some(connection) = slot.as_ref() else { return Err(lost()) };
    let result =
        begin(connection, around).and_then(|change| batch::carry_out(change, around.known, memory, jobs));
    // Nobody is told that it is written before it is known to be written where they will look for it.
    let result = result.and_then(|outcomes| around.watch.stands(around.place).map(|()| outcomes));
    let Err(error) = result else {
        if memory.gathered.begin_anew_if_bloated(connection).is_err() {
            // What was written stays, and a connection is opened anew.
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
        StoreErrorKind::Moved if is_at_rest => drop(connection.query_row(BRING_HOME, (), |_| Ok(()))),
        // What SQLite keeps in memory may be wrong after a fault: FTS5 would count its totals from zero, and write them
        // down with the next commit.
        _ => *slot = None,
    }
    Err(error)
}

/// Begins to write, waiting for other processes: in small steps, so that `suspend` does not wait for them.
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
    // Whoever panicked left nothing half done: a transaction of theirs was rolled back.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
