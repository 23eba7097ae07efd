//! The connection that writes, and the transaction that callers share who come at the same time.

use std::sync::{Mutex, MutexGuard, PoisonError};

use casekit_core::commit::Commit;
use casekit_core::store::GroupCommit;

use super::session::Session;
use super::{Around, Job, Outcome, repair, restore, transaction};
use crate::connection::Interrupt;
use crate::error::{Result, uncertain};

/// The connection that writes, and the callers that wait for it.
pub(crate) struct Writer {
    queue: GroupCommit<Job, Outcome>,
    /// Held by the leader for its whole transaction.
    session: Mutex<Session>,
    /// Beside the session and not behind its lock: interrupting is for the moment when a leader holds that lock.
    interrupt: Mutex<Option<Interrupt>>,
}

impl Default for Writer {
    fn default() -> Self {
        Self { queue: GroupCommit::new(weight), session: Mutex::default(), interrupt: Mutex::default() }
    }
}

impl Writer {
    /// Carries out a job after those that came before it, and returns when it is durable.
    ///
    /// The caller waits, or leads a group on its own thread. An error of the transaction is the error of every job in
    /// it.
    pub(crate) fn write(&self, job: Job, around: &Around<'_>) -> Result<Outcome> {
        self.queue.write(job, |jobs| {
            let mut session = lock(&self.session);
            let mut commits = Vec::with_capacity(jobs.len());
            for job in jobs {
                match job {
                    Job::Commits(some) => commits.push(some),
                    // By its weight it is the only one.
                    Job::Restore(part) => {
                        return self.alone(&mut session, around, |session, around| {
                            restore::restore(session, around, &part)
                        });
                    }
                    Job::RepairDerived => return self.alone(&mut session, around, repair::repair),
                }
            }
            self.commit(&mut session, commits, around)
        })
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
        Ok(sizes.into_iter().map(|size| outcome(answers.by_ref().take(size).collect())).collect())
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

/// What came of a job, by what came of each of its commits. Where one could not be written, others may have been.
fn outcome(answers: transaction::Each) -> Outcome {
    let is_begun = answers.iter().any(transaction::is_written);
    match answers.into_iter().collect() {
        Ok(answers) => Outcome::Commits(answers),
        Err(error) if is_begun => Outcome::Failed(uncertain().with_source(error)),
        Err(error) => Outcome::Failed(error),
    }
}

/// How much of a group a job fills; a commit counts 1.
fn weight(job: &Job) -> usize {
    match job {
        Job::Commits(commits) => commits.len().max(1),
        // They share a transaction with nobody.
        Job::Restore(_) | Job::RepairDerived => GroupCommit::<Job, Outcome>::GROUP + 1,
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A lock that a panic poisoned is used all the same: the next write looks whether its connection is in order.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
