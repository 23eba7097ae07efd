//! Group commit: writers that come at the same time share one transaction.
//!
//! A caller that finds nobody writing becomes the leader and carries out its own job, on its own thread. Callers that
//! arrive in the meantime wait in a queue. When the leader is done, the first waiter becomes the leader and takes the
//! waiters behind it into its group; they share one transaction, one wait for the lock and one sync of the server's disk.

use std::collections::VecDeque;
use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use casekit_core::commit::Commit;
use casekit_core::store::{StoreError, StoreErrorKind};

use super::session::Session;
use super::{Around, Job, Outcome, repair, restore, transaction};
use crate::connection::Interrupt;
use crate::error::{Result, again};

/// The most commits that share a transaction. The leader's own caller waits for the whole group, so a group has to be
/// bounded.
const GROUP: usize = 256;

/// The connection that writes, and the callers that wait for it.
#[derive(Default)]
pub(crate) struct Writer {
    /// Who leads and who waits. Held only to look and to move waiters, never during a transaction, so that callers can
    /// queue while the leader writes.
    queue: Mutex<Queue>,
    /// Held by the leader for its whole transaction.
    session: Mutex<Session>,
    /// Beside the session and not behind its lock: interrupting is for the moment when a leader holds that lock.
    interrupt: Mutex<Option<Interrupt>>,
}

#[derive(Default)]
struct Queue {
    has_leader: bool,
    waiting: VecDeque<Arc<Waiter>>,
}

/// A caller that waits for its job to be written, or to become the leader.
struct Waiter {
    /// How many commits it brings; `None` for a job that shares its transaction with nobody. Outside `state`, so that
    /// gathering a group can look at the next waiter before it takes the job.
    weight: Option<usize>,
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
    /// Carries out a job after those that came before it, and returns when it is durable.
    ///
    /// The caller waits, or leads a group on its own thread. An error of the transaction is the error of every job in
    /// it.
    pub(crate) fn write(&self, job: Job, around: &Around<'_>) -> Result<Outcome> {
        let mut queue = lock(&self.queue);
        let own = if queue.has_leader {
            let waiter = Arc::new(Waiter {
                weight: weight(&job),
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
        let mut session = lock(&self.session);
        let outcomes = match own {
            Job::Commits(commits) => {
                let jobs = group.gather(commits);
                self.commit(&mut session, jobs, around)
            }
            Job::Restore(part) => {
                self.alone(&mut session, around, |session, around| restore::restore(session, around, &part))
            }
            Job::RepairDerived => self.alone(&mut session, around, repair::repair),
        };
        // Before anybody is answered: the next leader wakes in `deliver`, and locks the session first of all.
        drop(session);
        group.deliver(outcomes)
    }

    /// Writes the commits of several jobs in one transaction, and gives each job its answers.
    fn commit(
        &self,
        session: &mut Session,
        jobs: Vec<Vec<Commit>>,
        around: &Around<'_>,
    ) -> Result<Vec<Outcome>> {
        let sizes: Vec<usize> = jobs.iter().map(Vec::len).collect();
        let commits: Vec<Commit> = jobs.into_iter().flatten().collect();
        let connect = |session: &mut Session| self.connected(session, around);
        let mut answers = transaction::carry_out(session, &commits, around, &connect)?.into_iter();
        Ok(sizes.into_iter().map(|size| Outcome::Commits(answers.by_ref().take(size).collect())).collect())
    }

    /// Carries out a job that shares its transaction with nobody.
    fn alone(
        &self,
        session: &mut Session,
        around: &Around<'_>,
        work: impl FnOnce(&mut Session, &Around<'_>) -> Result<u64>,
    ) -> Result<Vec<Outcome>> {
        self.connected(session, around)?;
        let done = work(session, around);
        if done.is_err() {
            session.forget();
        }
        Ok(vec![Outcome::Done(done?)])
    }

    /// Interrupts the statement that is running, if any; later ones run as usual.
    pub(crate) fn interrupt(&self) {
        if let Some(interrupt) = &*lock(&self.interrupt) {
            interrupt.interrupt();
        }
    }

    /// Closes the connection. To be called when no call is running.
    pub(crate) fn close(&self) {
        lock(&self.interrupt).take();
        lock(&self.session).forget();
    }

    fn connected(&self, session: &mut Session, around: &Around<'_>) -> Result<()> {
        if !session.is_connected() {
            let connection = around.connect()?;
            *lock(&self.interrupt) = Some(connection.interrupt());
            session.put(connection)?;
        }
        Ok(())
    }
}

/// How many commits a job brings into a group.
fn weight(job: &Job) -> Option<usize> {
    match job {
        Job::Commits(commits) => Some(commits.len().max(1)),
        Job::Restore(_) | Job::RepairDerived => None,
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
    /// The commits of the leader, and of as many waiters behind it as a group holds.
    fn gather(&mut self, own: Vec<Commit>) -> Vec<Vec<Commit>> {
        let mut queue = lock(&self.writer.queue);
        let mut full = own.len();
        let mut jobs = vec![own];
        while let Some(weight) = queue.waiting.front().and_then(|next| next.weight) {
            full += weight;
            if full > GROUP {
                break;
            }
            let Some(waiter) = queue.waiting.pop_front() else { break };
            if let Some(Job::Commits(commits)) = waiter.take_job() {
                jobs.push(commits);
                self.waiters.push(waiter);
            }
        }
        jobs
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

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A lock that a panic poisoned is used all the same: the next write looks whether its connection is in order.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
