//! Group commit: writers that come at the same time share one transaction.
//!
//! A caller that finds nobody writing becomes the leader and carries out its own job, on its own thread. Callers that
//! arrive in the meantime wait in a queue. When the leader is done, the first waiter becomes the leader and takes the
//! waiters behind it into its group; they share one transaction and one sync of the disk. So a lone caller pays for no
//! hand-over to another thread, and nobody is overtaken.

use std::collections::VecDeque;
use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::{StoreError, StoreErrorKind};

/// The queue of the callers that want something written: jobs `J`, which have outcomes `O`.
#[derive(Debug)]
pub struct GroupCommit<J, O> {
    weight: fn(&J) -> usize,
    /// Who leads and who waits. Held only to look and to move waiters, never during a transaction, so that callers can
    /// queue while the leader writes.
    queue: Mutex<Queue<J, O>>,
}

#[derive(Debug)]
struct Queue<J, O> {
    has_leader: bool,
    waiting: VecDeque<Arc<Waiter<J, O>>>,
}

/// A caller that waits for its job to be written, or to become the leader.
#[derive(Debug)]
struct Waiter<J, O> {
    /// Outside `state`, so that gathering a group can look at the next waiter before it takes the job.
    weight: usize,
    /// A lock for each waiter, so that answering one wakes that one alone.
    state: Mutex<WaiterState<J, O>>,
    called: Condvar,
}

/// How far a waiter has come. Only the leader moves it on; the waiter itself takes what is left there.
#[derive(Debug)]
enum WaiterState<J, O> {
    Waiting(J),
    Leads(J),
    Taken,
    Done(Result<O, StoreError>),
}

enum Woken<J, O> {
    Leads(J),
    Done(Result<O, StoreError>),
}

impl<J, O> GroupCommit<J, O> {
    /// The most weight that shares a transaction. The leader's own caller waits for the whole group, so a group has to
    /// be bounded.
    pub const GROUP: usize = 256;

    /// A queue without callers. `weight` says how much of a group a job fills; one that is to share its transaction with
    /// nobody weighs more than [`GROUP`](Self::GROUP).
    #[must_use]
    pub fn new(weight: fn(&J) -> usize) -> Self {
        Self { weight, queue: Mutex::new(Queue { has_leader: false, waiting: VecDeque::new() }) }
    }

    /// Has a job written after those that came before it, and returns when it is durable.
    ///
    /// The caller waits, or leads a group on its own thread: `write` is then given the jobs of the group, its own first,
    /// and returns an outcome for each, in their order. While it runs, nobody else's `write` does.
    ///
    /// # Errors
    /// An error of `write` is the error of every job that it was given. `Io` if `write` panicked in another caller, or gave
    /// too few outcomes.
    pub fn write(
        &self,
        job: J,
        write: impl FnOnce(Vec<J>) -> Result<Vec<O>, StoreError>,
    ) -> Result<O, StoreError> {
        let mut queue = lock(&self.queue);
        let own = if queue.has_leader {
            let waiter = Arc::new(Waiter {
                weight: (self.weight)(&job),
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
        let mut group = Group { of: self, waiters: Vec::new() };
        let jobs = group.gather(own);
        group.deliver(write(jobs))
    }
}

impl<J, O> Waiter<J, O> {
    fn wait(&self) -> Woken<J, O> {
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

    fn set(&self, next: WaiterState<J, O>) {
        *lock(&self.state) = next;
        self.called.notify_one();
    }

    fn take_job(&self) -> Option<J> {
        match mem::replace(&mut *lock(&self.state), WaiterState::Taken) {
            WaiterState::Waiting(job) => Some(job),
            WaiterState::Leads(_) | WaiterState::Taken | WaiterState::Done(_) => None,
        }
    }
}

/// The waiters of one leader. However the leader ends, even by a panic, dropping this answers every waiter of the group
/// and makes the next one the leader; otherwise they would wait for ever.
struct Group<'a, J, O> {
    of: &'a GroupCommit<J, O>,
    waiters: Vec<Arc<Waiter<J, O>>>,
}

impl<J, O> Group<'_, J, O> {
    /// The job of the leader, and those of as many waiters behind it as a group holds.
    fn gather(&mut self, own: J) -> Vec<J> {
        let mut queue = lock(&self.of.queue);
        let mut weight = (self.of.weight)(&own);
        let mut jobs = vec![own];
        while let Some(next) = queue.waiting.front() {
            weight += next.weight;
            if weight > GroupCommit::<J, O>::GROUP {
                break;
            }
            let Some(waiter) = queue.waiting.pop_front() else { break };
            jobs.extend(waiter.take_job());
            self.waiters.push(waiter);
        }
        jobs
    }

    fn deliver(mut self, outcomes: Result<Vec<O>, StoreError>) -> Result<O, StoreError> {
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
                waiters.by_ref().for_each(|waiter| waiter.set(WaiterState::Done(Err(error.clone()))));
                Err(error)
            }
        }
    }
}

impl<J, O> Drop for Group<'_, J, O> {
    fn drop(&mut self) {
        for waiter in self.waiters.drain(..) {
            waiter.set(WaiterState::Done(Err(lost())));
        }
        let mut queue = lock(&self.of.queue);
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
    // A lock that a panic poisoned is used all the same: nothing that it guards is left half changed.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::thread;

    use super::*;

    type Doubling = GroupCommit<usize, usize>;

    fn doubled(jobs: Vec<usize>) -> Result<Vec<usize>, StoreError> {
        Ok(jobs.into_iter().map(|job| job * 2).collect())
    }

    /// Has others come while a first job is written, and returns the groups that were written and each caller's outcome.
    fn beside(first: usize, others: &[usize]) -> (Vec<Vec<usize>>, Vec<usize>) {
        let (queue, groups) = (Doubling::new(|job| *job), Mutex::new(Vec::new()));
        let write = |jobs: Vec<usize>| {
            groups.lock().unwrap().push(jobs.clone());
            doubled(jobs)
        };
        let outcomes = thread::scope(|scope| {
            let (begun, begins) = mpsc::channel();
            let (release, released) = mpsc::channel::<()>();
            let (queue, write) = (&queue, &write);
            let leader = scope.spawn(move || {
                queue.write(first, |jobs| {
                    begun.send(()).unwrap();
                    released.recv().unwrap();
                    write(jobs)
                })
            });
            begins.recv().unwrap();
            let mut callers = vec![leader];
            for (place, other) in others.iter().enumerate() {
                callers.push(scope.spawn(move || queue.write(*other, write)));
                while lock(&queue.queue).waiting.len() <= place {
                    thread::yield_now();
                }
            }
            release.send(()).unwrap();
            callers.into_iter().map(|caller| caller.join().unwrap().unwrap()).collect()
        });
        (groups.into_inner().unwrap(), outcomes)
    }

    #[test]
    fn who_comes_meanwhile_shares_the_next_group_in_order() {
        let (groups, outcomes) = beside(1, &[2, 3, 4]);
        assert_eq!(groups, [vec![1], vec![2, 3, 4]]);
        assert_eq!(outcomes, [2, 4, 6, 8]);
    }

    #[test]
    fn a_group_is_bounded_and_who_weighs_more_is_alone() {
        let alone = Doubling::GROUP + 1;
        let (groups, outcomes) = beside(1, &[200, 56, 1, alone, 7, 8]);
        assert_eq!(groups, [vec![1], vec![200, 56], vec![1], vec![alone], vec![7, 8]]);
        assert_eq!(outcomes, [2, 400, 112, 2, alone * 2, 14, 16]);
    }

    #[test]
    fn an_error_is_everybodys_and_a_panic_leaves_nobody_waiting() {
        let queue = Doubling::new(|_| 1);
        thread::scope(|scope| {
            let (begun, begins) = mpsc::channel();
            let (release, released) = mpsc::channel::<()>();
            let queue = &queue;
            let leader = scope.spawn(move || {
                queue.write(1, |_| {
                    begun.send(()).unwrap();
                    released.recv().unwrap();
                    panic!("the leader ends");
                })
            });
            begins.recv().unwrap();
            let full = || Err(StoreError::new(StoreErrorKind::Full, "the disk is full"));
            let others = [(); 2].map(|()| scope.spawn(move || queue.write(1, |_| full())));
            while lock(&queue.queue).waiting.len() < 2 {
                thread::yield_now();
            }
            release.send(()).unwrap();
            assert!(leader.join().is_err());
            for other in others {
                assert_eq!(other.join().unwrap().unwrap_err().kind(), StoreErrorKind::Full);
            }
        });
        assert_eq!(queue.write(3, doubled).unwrap(), 6, "and the queue goes on");
    }
}
