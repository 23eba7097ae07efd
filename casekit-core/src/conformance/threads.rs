//! Many threads on one store.

use std::collections::BTreeSet;
use std::sync::Barrier;
use std::thread;

use super::build::{Clerk, NewCase, everything};
use crate::commit::{Expect, Refused};
use crate::model::{CaseId, StreamId};
use crate::store::{EventQuery, Store};

const THREADS: u64 = 8;
const ROUNDS: usize = 12;

pub fn threads_that_write_to_one_case_never_overwrite_each_other(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case = clerk.raise(NewCase::of(&clerk.case_type("Support"), "Contended")).id;
    let stream = StreamId::Case(case);
    let written: Vec<(u64, String)> = on_threads(|thread| {
        let clerk = Clerk::seeded(store, thread + 1);
        (0..ROUNDS)
            .filter_map(|round| {
                let title = format!("Thread {thread} round {round}");
                let commit = clerk.commit(vec![clerk.retitles(case, &title)]);
                let Some(Expect::Revision(_, read)) = commit.expect.first().cloned() else {
                    panic!("a case that exists is expected at its revision")
                };
                match clerk.attempt(commit) {
                    Ok(committed) => {
                        assert_eq!(committed.receipt.streams, [(stream, read + 1)]);
                        Some((read + 1, title))
                    }
                    Err(refused) => {
                        assert_eq!(refused, Refused::Stale(Expect::Revision(stream, read)));
                        None
                    }
                }
            })
            .collect()
    });

    let revisions: BTreeSet<u64> = written.iter().map(|(revision, _)| *revision).collect();
    assert_eq!(revisions.len(), written.len(), "no revision was given twice");
    assert_eq!(clerk.case_now(case).revision, written.len() as u64 + 1, "no write was lost or made up");
    let events = store.events(&EventQuery::Stream { stream, after: 1, limit: 1_000 }).unwrap();
    for (revision, title) in written {
        let event = events.iter().find(|event| event.revision == revision).unwrap().open().unwrap();
        assert_eq!(event.personal.title.and_then(|changed| changed.to).map(String::from), Some(title));
    }
    store.check().unwrap();
}

pub fn every_commit_that_threads_were_promised_is_there(store: &dyn Store) {
    let case_type = Clerk::new(store).case_type("Support");
    let promised: Vec<(CaseId, u64, u64)> = on_threads(|thread| {
        let clerk = Clerk::seeded(store, thread + 1);
        let raise = |round: usize| {
            let id = CaseId(clerk.uuid());
            let title = format!("Thread {thread} round {round}");
            let receipt = clerk.write_drafts(vec![clerk.raises(id, NewCase::of(&case_type, &title))]).receipt;
            assert_eq!(clerk.case_now(id).title.as_str(), title, "a thread sees what it was promised");
            (id, receipt.number.unwrap().value, receipt.position)
        };
        (0..ROUNDS).map(raise).collect()
    });

    let distinct =
        |of: fn(&(CaseId, u64, u64)) -> u64| promised.iter().map(of).collect::<BTreeSet<u64>>().len();
    assert_eq!(distinct(|(_, number, _)| *number), promised.len(), "no number was given twice");
    assert_eq!(distinct(|(_, _, position)| *position), promised.len(), "no position was given twice");
    let mut in_order = promised.clone();
    in_order.sort_by_key(|(_, _, position)| *position);
    assert!(in_order.is_sorted_by_key(|(_, number, _)| *number), "numbers follow positions");
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
