//! What the library has to do by itself, once it is due.

use chrono::TimeDelta;

use super::backlog::{LEASE, backlog, whole_journey};
use super::build::{Clerk, NewCase, instant};
use super::lists::{assert_lists_in_every_order, list};
use crate::model::{BlobId, Case, Errand, Progress, Timestamp, WorkflowId};
use crate::store::{CaseFilter, Direction, Sort, Store};

pub fn an_errand_is_listed_once_its_instant_has_passed(store: &dyn Store) {
    let backlog = backlog(store);
    for errand in [Errand::Deliver, Errand::DestroyData] {
        for before in [instant(10_002), instant(10_003), instant(10_004) + LEASE, instant(20_000)] {
            let fits = |case: &Case| {
                let due = case.progress.as_deref().and_then(Progress::errand);
                due.is_some_and(|(kind, from)| kind == errand && from < before)
            };
            let what = format!("{errand:?} {before}");
            assert_lists_in_every_order(store, &what, &filter(errand, before), &backlog.fitting(fits));
        }
        let first = listed(store, errand, instant(10_000));
        assert!(first.is_empty(), "an errand is due after its instant");
    }
}

pub fn an_errand_follows_its_case(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case_type = clerk.case_type("Data request");
    let case = clerk.raise(NewCase::of(&case_type, "One")).id;
    for draft in whole_journey(&clerk, case) {
        let what = draft.fact.code();
        clerk.write_drafts(vec![draft]);
        let due = clerk.case_now(case).progress.as_deref().and_then(Progress::errand);
        for errand in [Errand::Deliver, Errand::DestroyData] {
            let is_listed = |before| !listed(store, errand, before).is_empty();
            let from = due.filter(|(kind, _)| *kind == errand).map(|(_, from)| from);
            assert!(from.is_none_or(|from| !is_listed(from)), "{errand:?} too early after {what}");
            let late = from.unwrap_or(instant(900_000_000)) + TimeDelta::microseconds(1);
            assert_eq!(is_listed(late), from.is_some(), "{errand:?} after {what}");
        }
    }
}

pub fn errands_are_counted_up_to_a_bound(store: &dyn Store) {
    backlog(store);
    let count = |errand, before, at_most| store.count_errands(errand, before, at_most).unwrap();
    for errand in [Errand::Deliver, Errand::DestroyData] {
        for before in [instant(10_000), instant(10_003), instant(20_000)] {
            let all = listed(store, errand, before).len() as u64;
            assert_eq!(count(errand, before, 1_000), all, "{errand:?} {before}");
            assert_eq!(count(errand, before, 2), all.min(2), "{errand:?} {before}");
        }
        assert!(count(errand, instant(20_000), 1_000) > 2, "there are more than the bound");
    }
}

pub fn an_ended_workflow_has_nothing_to_deliver(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case_type = clerk.case_type("Data request");
    let case = clerk.raise(NewCase::of(&case_type, "One")).id;
    let delivers = || listed(store, Errand::Deliver, instant(900_000_000)).len();
    clerk.write_drafts(vec![
        clerk.starts_workflow(case, WorkflowId(clerk.uuid())),
        clerk.requests_release(case),
    ]);
    assert_eq!(delivers(), 1);
    clerk.write_drafts(vec![clerk.fails_to_build(case, "press_jammed"), clerk.withdraws(case)]);
    assert_eq!(delivers(), 0, "a withdrawn answer is not gone on with");
    store.check().unwrap();
}

pub fn destroyed_data_is_gone_with_its_blobs_and_its_errand(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case_type = clerk.case_type("Data request");
    let case = clerk.raise(NewCase::of(&case_type, "One")).id;
    let blobs = [(); 2].map(|()| BlobId(clerk.uuid()));
    for blob in blobs {
        store.blob_bytes().append(blob, 0, clerk.now(), b"found").unwrap();
    }
    let mut sent = clerk.commit(vec![
        clerk.starts_workflow(case, WorkflowId(clerk.uuid())),
        clerk.collects(case, blobs[0]),
        clerk.requests_release(case),
        clerk.builds_package(case, blobs[1]),
        clerk.delivers(case),
    ]);
    sent.keep_blobs.extend(blobs);
    clerk.write(sent);
    let there = || blobs.map(|blob| store.blob_bytes().read(blob, 0, 10).unwrap());
    let due = || listed(store, Errand::DestroyData, instant(900_000_000));
    assert_eq!(
        (store.blob_bytes().sweep(clerk.now(), 10).unwrap().len(), due().len()),
        (0, 1),
        "what was sent is kept"
    );
    assert_eq!(there(), [(); 2].map(|()| Some(b"found".to_vec())));

    let mut destroys = clerk.commit(vec![clerk.destroys_data(case)]);
    destroys.drop_blobs.extend(blobs);
    clerk.write(destroys);
    assert_eq!((there(), due()), ([None, None], Vec::new()));
    let progress = clerk.case_now(case).progress.unwrap();
    assert_eq!((progress.snapshot, progress.release.and_then(|release| release.blob())), (None, None));
    store.check().unwrap();
}

/// The numbers of the cases that have an errand before an instant.
fn listed(store: &dyn Store, errand: Errand, before: Timestamp) -> Vec<u64> {
    let rows = list(store, filter(errand, before), Sort::Number, Direction::Ascending, 500);
    rows.iter().map(|row| row.number.value).collect()
}

fn filter(errand: Errand, before: Timestamp) -> CaseFilter {
    CaseFilter { errand: Some((errand, before)), ..CaseFilter::default() }
}
