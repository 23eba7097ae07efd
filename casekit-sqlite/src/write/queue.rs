//! The queue of those who write: leader and followers.
//!
//! Who finds nobody writing leads: carries out its own job, on its own thread. Who comes meanwhile waits in line. When
//! the leader is done, the first in line leads, takes those behind it along, and all of them share one transaction and
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
use crate::gate::Gate;
use crate::held::Watch;
use crate::known::Known;
use crate::open::{self, Place};
use crate::options::SqliteOptions;

/// Writes what stands in the log into the file, and leaves the log empty unless somebody still reads from it.
pub(crate) const BRING_HOME: &str = "PRAGMA wal_checkpoint(TRUNCATE)";

/// How many commits of waiting callers share a transaction at most: the first in line should not wait for ever.
const COMPANY: usize = 256;

/// The connection that writes, and the line before it.
#[derive(Default)]
pub(crate) struct Writer {
    line: Mutex<Line>,
    connection: Mutex<Option<Connection>>,
    memory: Mutex<Memory>,
    interrupt: Mutex<Option<InterruptHandle>>,
}

#[derive(Default)]
struct Line {
    led: bool,
    waiting: VecDeque<Arc<Ticket>>,
}

/// What a writer needs of the store around it.
pub(crate) struct Around<'a> {
    pub(crate) gate: &'a Gate,
    pub(crate) place: &'a Place,
    pub(crate) options: &'a SqliteOptions,
    pub(crate) watch: Watch,
    pub(crate) known: &'a Known,
}

/// A place in the line.
struct Ticket {
    weight: usize,
    stage: Mutex<Stage>,
    called: Condvar,
}

enum Stage {
    Waiting(Job),
    Leads(Job),
    Carried,
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

    /// Carries out a job in its turn.
    pub(crate) fn write(&self, job: Job, around: &Around<'_>) -> Result<Outcome> {
        let mut line = lock(&self.line);
        let own = if line.led {
            let ticket = Arc::new(Ticket {
                weight: job.weight(),
                stage: Mutex::new(Stage::Waiting(job)),
                called: Condvar::new(),
            });
            line.waiting.push_back(Arc::clone(&ticket));
            drop(line);
            match ticket.wait() {
                Called::Lead(job) => job,
                Called::Done(outcome) => return outcome,
            }
        } else {
            line.led = true;
            drop(line);
            job
        };
        let mut lead = Lead { writer: self, company: Vec::new() };
        let mut jobs = vec![own];
        lead.gather(&mut jobs);
        let mut slot = lock(&self.connection);
        let outcomes = self.connected(&mut slot, around).and_then(|()| {
            let mut memory = lock(&self.memory);
            transact(&mut slot, &mut memory, jobs, around)
        });
        drop(slot);
        lead.deliver(outcomes)
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

enum Called {
    Lead(Job),
    Done(Result<Outcome>),
}

impl Ticket {
    fn wait(&self) -> Called {
        let mut stage = lock(&self.stage);
        loop {
            match mem::replace(&mut *stage, Stage::Carried) {
                Stage::Leads(job) => return Called::Lead(job),
                Stage::Done(outcome) => return Called::Done(outcome),
                unchanged @ (Stage::Waiting(_) | Stage::Carried) => *stage = unchanged,
            }
            stage = self.called.wait(stage).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn set(&self, next: Stage) {
        *lock(&self.stage) = next;
        self.called.notify_one();
    }

    fn carry(&self) -> Option<Job> {
        match mem::replace(&mut *lock(&self.stage), Stage::Carried) {
            Stage::Waiting(job) => Some(job),
            Stage::Leads(_) | Stage::Carried | Stage::Done(_) => None,
        }
    }
}

/// The turn of a leader. When it ends, by whatever way, everybody it took along has an answer, and the next leads.
struct Lead<'a> {
    writer: &'a Writer,
    company: Vec<Arc<Ticket>>,
}

impl Lead<'_> {
    fn gather(&mut self, jobs: &mut Vec<Job>) {
        let mut line = lock(&self.writer.line);
        let mut weight: usize = jobs.iter().map(Job::weight).sum();
        while let Some(next) = line.waiting.front() {
            weight += next.weight;
            if weight > COMPANY {
                break;
            }
            let Some(ticket) = line.waiting.pop_front() else { break };
            jobs.extend(ticket.carry());
            self.company.push(ticket);
        }
    }

    fn deliver(mut self, outcomes: Result<Vec<Outcome>>) -> Result<Outcome> {
        let mut company = mem::take(&mut self.company).into_iter();
        match outcomes {
            Ok(outcomes) => {
                let mut outcomes = outcomes.into_iter();
                let own = outcomes.next().ok_or_else(lost);
                for ticket in company {
                    ticket.set(Stage::Done(outcomes.next().ok_or_else(lost)));
                }
                own
            }
            Err(error) => {
                company.by_ref().for_each(|ticket| ticket.set(Stage::Done(Err(again(&error)))));
                Err(error)
            }
        }
    }
}

impl Drop for Lead<'_> {
    fn drop(&mut self) {
        for ticket in self.company.drain(..) {
            ticket.set(Stage::Done(Err(lost())));
        }
        let mut line = lock(&self.writer.line);
        while let Some(next) = line.waiting.pop_front() {
            if let Some(job) = next.carry() {
                next.set(Stage::Leads(job));
                return;
            }
        }
        line.led = false;
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
        around.gate.hurry()?;
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
