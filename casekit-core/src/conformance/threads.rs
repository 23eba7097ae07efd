//! Many threads on one store.

use std::collections::BTreeSet;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use super::build::{Clerk, RawCase, everything};
use crate::commit::{Claim, ClaimKind, Commit, Committed, Expect, Refused};
use crate::model::{CaseId, CustomerId, StreamId};
use crate::store::{EventQuery, Store};

const THREADS: u64 = 8;
const ROUNDS: usize = 12;

pub fn of_commits_that_read_the_same_revision_one_is_written(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case = clerk.raise(RawCase::of(&clerk.case_type("Support"), "Contended")).id;
    let stream = StreamId::Case(case);
    for round in 1..=ROUNDS as u64 {
        let read = clerk.case_now(case).revision;
        assert_eq!(read, round, "no write was lost or made up");
        let titles: Vec<String> =
            (0..THREADS).map(|thread| format!("Thread {thread} round {round}")).collect();
        let commits = titles.iter().map(|title| clerk.commit(vec![clerk.retitles(case, title)])).collect();
        let answers = at_once(store, commits);
        let written = answers.iter().position(Result::is_ok).expect("one of them is written");
        for answer in answers {
            match answer {
                Ok(committed) => assert_eq!(committed.receipt.streams, [(stream, read + 1)]),
                Err(refused) => assert_eq!(refused, Refused::Stale(Expect::Revision(stream, read))),
            }
        }
        assert_eq!(clerk.case_now(case).title.as_str(), titles[written]);
    }
    assert_eq!(clerk.case_now(case).revision, ROUNDS as u64 + 1);
    store.check().unwrap();
}

pub fn of_commits_that_want_the_same_name_one_is_written(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let claim = Expect::Unclaimed(Claim::new(ClaimKind::CustomerReference, "X-1"));
    let commits = (0..THREADS).map(|_| {
        let id = CustomerId(clerk.uuid());
        let mut commit = clerk.commit(vec![clerk.creates_customer(id, "Ada", Some("X-1"))]);
        commit.expect.push(claim.clone());
        commit
    });
    let answers = at_once(store, commits.collect());
    let refused: Vec<&Refused> = answers.iter().filter_map(|answer| answer.as_ref().err()).collect();
    assert_eq!(refused, vec![&Refused::Stale(claim); THREADS as usize - 1]);
    assert_eq!(everything(store).customers.len(), 1);
    store.check().unwrap();
}

pub fn of_commits_for_the_same_request_one_is_written(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let request = clerk.request("ada", "request 1");
    let commits = (0..THREADS).map(|_| {
        let id = CustomerId(clerk.uuid());
        let commit = clerk.commit(vec![clerk.creates_customer(id, "Ada", None)]);
        Commit { request: Some(request.clone()), ..commit }
    });
    let answers = at_once(store, commits.collect());
    let refused: Vec<&Refused> = answers.iter().filter_map(|answer| answer.as_ref().err()).collect();
    assert_eq!(refused, vec![&Refused::RequestClaimed; THREADS as usize - 1]);
    assert_eq!(everything(store).customers.len(), 1);
}

pub fn every_commit_that_threads_were_promised_is_there(store: &dyn Store) {
    let case_type = Clerk::new(store).case_type("Support");
    let greatest = AtomicU64::new(0);
    let promised: Vec<(CaseId, u64, u64)> = on_threads(|thread| {
        let clerk = Clerk::seeded(store, thread + 1);
        let raise = |round: usize| {
            let id = CaseId(clerk.uuid());
            let title = format!("Thread {thread} round {round}");
            let before = greatest.load(Ordering::SeqCst);
            let receipt = clerk.write_drafts(vec![clerk.raises(id, RawCase::of(&case_type, &title))]).receipt;
            let number = receipt.number.unwrap().value;
            assert!(number > before, "{number}: `{before}` was returned before this was begun");
            greatest.fetch_max(number, Ordering::SeqCst);
            assert_eq!(clerk.case_now(id).title.as_str(), title, "a thread sees what it was promised");
            (id, number, receipt.position)
        };
        (0..ROUNDS).map(raise).collect()
    });

    let distinct =
        |of: fn(&(CaseId, u64, u64)) -> u64| promised.iter().map(of).collect::<BTreeSet<u64>>().len();
    assert_eq!(distinct(|(_, number, _)| *number), promised.len(), "no number was given twice");
    assert_eq!(distinct(|(_, _, position)| *position), promised.len(), "no position was given twice");
    let all = everything(store);
    assert_eq!(all.cases.len(), promised.len());
    assert!(
        promised
            .iter()
            .all(|(id, number, _)| all.cases.iter().any(|row| row.id == *id && row.number.value == *number))
    );
    assert_eq!(all.counts.iter().map(|group| group.count).sum::<u64>(), promised.len() as u64);
    store.check().unwrap();
}

pub fn nothing_appears_behind_a_position_that_was_shown(store: &dyn Store) {
    let writers = 4;
    let (mut seen, mut after) = (Vec::new(), 0);
    thread::scope(|scope| {
        let handles: Vec<_> = (1..=writers)
            .map(|seed| {
                scope.spawn(move || {
                    let clerk = Clerk::seeded(store, seed);
                    (0..ROUNDS).for_each(|round| drop(clerk.customer(&format!("Customer {round}"))));
                })
            })
            .collect();
        while !handles.iter().all(thread::ScopedJoinHandle::is_finished) {
            read_on(store, &mut seen, &mut after);
        }
    });
    while read_on(store, &mut seen, &mut after) {}
    let all = store.events(&EventQuery::All { after: 0, limit: 10_000 }).unwrap();
    assert_eq!(seen, all.iter().map(|event| event.position).collect::<Vec<_>>());
    assert_eq!(seen.len(), writers as usize * ROUNDS);
}

/// Reads a page further, and says whether there was anything.
fn read_on(store: &dyn Store, seen: &mut Vec<u64>, after: &mut u64) -> bool {
    let before = *after;
    for event in store.events(&EventQuery::All { after: *after, limit: 5 }).unwrap() {
        assert!(event.position > *after);
        *after = event.position;
        seen.push(event.position);
    }
    *after > before
}

/// Writes commits at once, from a thread each.
fn at_once(store: &dyn Store, commits: Vec<Commit>) -> Vec<Result<Committed, Refused>> {
    let start = Barrier::new(commits.len());
    thread::scope(|scope| {
        let spawn = |commit| {
            let start = &start;
            scope.spawn(move || {
                start.wait();
                Clerk::new(store).attempt(commit)
            })
        };
        let handles: Vec<_> = commits.into_iter().map(spawn).collect();
        handles.into_iter().map(|handle| handle.join().expect("no thread panics")).collect()
    })
}

fn on_threads<T: Send>(work: impl Fn(u64) -> Vec<T> + Sync) -> Vec<T> {
    let (start, work) = (Barrier::new(THREADS as usize), &work);
    thread::scope(|scope| {
        let spawn = |thread| {
            let start = &start;
            scope.spawn(move || {
                start.wait();
                work(thread)
            })
        };
        let handles: Vec<_> = (0..THREADS).map(spawn).collect();
        handles.into_iter().flat_map(|handle| handle.join().expect("no thread panics")).collect()
    })
}
