//! Finding and counting tasks that are due.

use chrono::TimeDelta;

use super::backlog::{LEASE, backlog, whole_course};
use super::build::{Clerk, RawCase, instant};
use super::lists::{assert_lists_in_every_order, list};
use crate::model::{BlobId, Case, DueTask, Progress, Timestamp, WorkflowId};
use crate::store::{CaseFilter, Direction, Failing, Sort, Store};

pub fn a_due_task_is_listed_once_its_instant_has_passed(store: &dyn Store) {
    let backlog = backlog(store);
    for due_task in [DueTask::Deliver, DueTask::DestroyData] {
        for before in [instant(10_002), instant(10_003), instant(10_004) + LEASE, instant(20_000)] {
            let fits = |case: &Case| {
                let due = case.progress.as_deref().and_then(Progress::due_task);
                due.is_some_and(|(kind, from)| kind == due_task && from < before)
            };
            let what = format!("{due_task:?} {before}");
            assert_lists_in_every_order(store, &what, &filter(due_task, before), &backlog.fitting(fits));
        }
        let first = listed(store, due_task, instant(10_000));
        assert!(first.is_empty(), "a due task is due after its instant");
    }
}

pub fn a_due_task_follows_its_case(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case_type = clerk.case_type("Data request");
    let case = clerk.raise(RawCase::of(&case_type, "One")).id;
    for draft in whole_course(&clerk, case) {
        let what = draft.fact.code();
        clerk.write_drafts(vec![draft]);
        let due = clerk.case_now(case).progress.as_deref().and_then(Progress::due_task);
        for due_task in DueTask::ALL {
            let is_listed = |before| !listed(store, due_task, before).is_empty();
            let from = due.filter(|(kind, _)| *kind == due_task).map(|(_, from)| from);
            assert!(from.is_none_or(|from| !is_listed(from)), "{due_task:?} too early after {what}");
            let late = from.unwrap_or(instant(900_000_000)) + TimeDelta::microseconds(1);
            assert_eq!(is_listed(late), from.is_some(), "{due_task:?} after {what}");
        }
    }
}

pub fn due_tasks_are_counted_up_to_a_bound(store: &dyn Store) {
    backlog(store);
    let count = |due_task, before, at_most| store.count_due_tasks(due_task, before, at_most).unwrap();
    for due_task in [DueTask::Deliver, DueTask::DestroyData] {
        for before in [instant(10_000), instant(10_003), instant(20_000)] {
            let all = listed(store, due_task, before).len() as u64;
            assert_eq!(count(due_task, before, 1_000), all, "{due_task:?} {before}");
            assert_eq!(count(due_task, before, 2), all.min(2), "{due_task:?} {before}");
        }
        assert!(count(due_task, instant(20_000), 1_000) > 2, "there are more than the bound");
    }
}

pub fn the_next_due_task_of_a_kind_is_the_earliest(store: &dyn Store) {
    assert_eq!(store.next_due(DueTask::Deliver).unwrap(), None);
    let backlog = backlog(store);
    for due_task in [DueTask::Deliver, DueTask::DestroyData] {
        let due = |case: &Case| {
            let due = case.progress.as_deref().and_then(Progress::due_task);
            due.filter(|(kind, _)| *kind == due_task).map(|(_, from)| from)
        };
        let earliest = backlog.fitting(|case| due(case).is_some()).iter().filter_map(due).min();
        assert!(earliest.is_some(), "{due_task:?}");
        assert_eq!(store.next_due(due_task).unwrap(), earliest, "{due_task:?}");
    }
    assert_eq!(store.next_due(DueTask::Collect).unwrap(), None, "no collection failed");
}

pub fn what_is_tried_again_by_itself_is_due_from_its_instant(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case_type = clerk.case_type("Data request");
    let case = clerk.raise(RawCase::of(&case_type, "One")).id;
    clerk.write_drafts(vec![
        clerk.starts_workflow(case, WorkflowId(clerk.uuid())),
        clerk.requests_release(case),
        clerk.fails_to_build(case, "press_jammed"),
    ]);
    assert_eq!(store.next_due(DueTask::Deliver).unwrap(), None, "a person has to act");
    let retry_at = instant(20_000);
    let failed = clerk.backs_off(clerk.fails_to_build(case, "press_busy"), retry_at);
    clerk.write_drafts(vec![failed]);
    assert_eq!(store.next_due(DueTask::Deliver).unwrap(), Some(retry_at));
    assert_eq!(listed(store, DueTask::Deliver, retry_at).len(), 0);
    assert_eq!(listed(store, DueTask::Deliver, retry_at + TimeDelta::microseconds(1)).len(), 1);
    let failing = CaseFilter { failing: Some(Failing::default()), ..CaseFilter::default() };
    let rows = list(store, failing, Sort::Number, Direction::Ascending, 500);
    assert_eq!(rows.iter().filter_map(|row| row.failure.as_ref()?.retry_at).collect::<Vec<_>>(), [retry_at]);
    clerk.write_drafts(vec![clerk.withdraws(case)]);
    assert_eq!(store.next_due(DueTask::Deliver).unwrap(), None);
    store.check().unwrap();
}

pub fn a_collection_that_is_tried_again_is_due_from_its_instant(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case_type = clerk.case_type("Data request");
    let case = clerk.raise(RawCase::of(&case_type, "One")).id;
    let (first, later) = (instant(20_000), instant(30_000));
    clerk.write_drafts(vec![clerk.starts_workflow(case, WorkflowId(clerk.uuid()))]);
    clerk.write_drafts(vec![clerk.approves(case, "identification")]);
    let failed = clerk.fails(case, "data_approval", "shop_closed", None);
    clerk.write_drafts(vec![clerk.backs_off(failed, first)]);
    let next = || store.next_due(DueTask::Collect).unwrap();
    let due = clerk.case_now(case).progress.as_deref().and_then(Progress::due_task);
    assert_eq!((due, next()), (Some((DueTask::Collect, first)), Some(first)));
    clerk.write_drafts(vec![clerk.collects_again(case, 3, Some(later))]);
    assert_eq!((next(), store.next_due(DueTask::Deliver).unwrap()), (Some(later), None));
    assert_eq!(listed(store, DueTask::Collect, later + TimeDelta::microseconds(1)).len(), 1);
    clerk.write_drafts(vec![clerk.collects_again(case, 4, None)]);
    assert_eq!(next(), None);
    store.check().unwrap();
}

pub fn an_ended_workflow_has_nothing_to_deliver(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case_type = clerk.case_type("Data request");
    let case = clerk.raise(RawCase::of(&case_type, "One")).id;
    let delivers = || listed(store, DueTask::Deliver, instant(900_000_000)).len();
    clerk.write_drafts(vec![
        clerk.starts_workflow(case, WorkflowId(clerk.uuid())),
        clerk.requests_release(case),
    ]);
    assert_eq!(delivers(), 1);
    clerk.write_drafts(vec![clerk.fails_to_build(case, "press_jammed"), clerk.withdraws(case)]);
    assert_eq!(delivers(), 0, "a withdrawn answer is not gone on with");
    store.check().unwrap();
}

pub fn destroyed_data_is_gone_with_its_blobs_and_its_due_task(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case_type = clerk.case_type("Data request");
    let case = clerk.raise(RawCase::of(&case_type, "One")).id;
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
    let due = || listed(store, DueTask::DestroyData, instant(900_000_000));
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

/// The numbers of the cases that have a task due before an instant.
fn listed(store: &dyn Store, due_task: DueTask, before: Timestamp) -> Vec<u64> {
    let rows = list(store, filter(due_task, before), Sort::Number, Direction::Ascending, 500);
    rows.iter().map(|row| row.number.value).collect()
}

fn filter(due_task: DueTask, before: Timestamp) -> CaseFilter {
    CaseFilter { due_task: Some((due_task, before)), ..CaseFilter::default() }
}
