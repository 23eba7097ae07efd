//! Suspending, resuming and closing.

use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

use super::build::{Clerk, WORD, actor, everything, instant};
use super::search::ask;
use crate::model::{BlobId, CaseId, DueTask, StreamId};
use crate::store::{
    CaseFilter, CaseQuery, Copied, CountBy, CountQuery, CustomerQuery, Direction, EventQuery, LoadPlan,
    NoteQuery, Sort, Store, StoreError, StoreErrorKind, Within,
};

pub fn a_suspended_store_refuses_every_call_and_keeps_everything(store: &dyn Store) {
    let clerk = Clerk::new(store);
    clerk.customer("Ada");
    let blob = BlobId(clerk.uuid());
    store.blob_bytes().append(blob, 0, instant(1), b"orphan").unwrap();
    let before = everything(store);
    store.suspend(Duration::from_secs(5)).unwrap();
    for (call, kind) in every_call(&clerk) {
        assert_eq!(kind, Some(StoreErrorKind::Suspended), "{call}");
    }
    store.suspend(Duration::ZERO).unwrap();
    store.resume().unwrap();
    assert_eq!(everything(store), before);
    assert_eq!(store.blob_bytes().read(blob, 0, 10).unwrap(), Some(b"orphan".to_vec()));
    clerk.customer("Bea");
    store.check().unwrap();
}

pub fn a_store_that_is_not_suspended_stays_open_when_resumed(store: &dyn Store) {
    store.resume().unwrap();
    Clerk::new(store).customer("Ada");
    assert_eq!(everything(store).customers.len(), 1);
}

pub fn a_store_can_be_suspended_again_and_again(store: &dyn Store) {
    let clerk = Clerk::new(store);
    for name in ["Ada", "Bea", "Cy"] {
        clerk.customer(name);
        store.suspend(Duration::from_secs(5)).unwrap();
        store.resume().unwrap();
    }
    assert_eq!(everything(store).customers.len(), 3);
}

pub fn a_closed_store_refuses_every_call_for_good(store: &dyn Store) {
    let clerk = Clerk::new(store);
    clerk.customer("Ada");
    store.close().unwrap();
    for (call, kind) in every_call(&clerk) {
        assert_eq!(kind, Some(StoreErrorKind::Closed), "{call}");
    }
    let kinds = [store.resume(), store.suspend(Duration::ZERO)].map(|answer| answer.err().map(|e| e.kind()));
    assert_eq!(kinds, [Some(StoreErrorKind::Closed); 2]);
    assert_eq!(store.last_position().err().map(|error| error.kind()), Some(StoreErrorKind::Closed));
}

pub fn a_suspended_store_can_be_closed(store: &dyn Store) {
    store.suspend(Duration::from_secs(5)).unwrap();
    store.close().unwrap();
    assert_eq!(store.last_position().err().map(|error| error.kind()), Some(StoreErrorKind::Closed));
}

/// Makes every call to a store, and returns the kind of error of each; `None` if it succeeded.
fn every_call(clerk: &Clerk<'_>) -> Vec<(&'static str, Option<StoreErrorKind>)> {
    fn kind<T>(answer: Result<T, StoreError>) -> Option<StoreErrorKind> {
        answer.err().map(|error| error.kind())
    }
    let store = clerk.store;
    let (case, blob) = (CaseId(clerk.uuid()), BlobId(clerk.uuid()));
    let nothing = clerk.empty_commit();
    let cases = CaseQuery {
        filter: CaseFilter::default(),
        sort: Sort::Number,
        by_field: None,
        direction: Direction::Ascending,
        after: None,
        limit: 1,
    };
    let counts = CountQuery {
        by: CountBy::Holder,
        filter: CaseFilter { own: Some(actor("ada")), ..CaseFilter::default() },
    };
    let search = ask(WORD);
    vec![
        ("commit", kind(store.commit(vec![nothing]))),
        ("load", kind(store.load(&LoadPlan::default()))),
        ("catalog", kind(store.catalog())),
        ("cases", kind(store.cases(&cases))),
        ("count_cases", kind(store.count_cases(&counts))),
        ("count_up_to", kind(store.count_up_to(&counts.filter, 1))),
        ("durations", kind(store.durations(&super::durations::everything()))),
        ("count_due_tasks", kind(store.count_due_tasks(DueTask::Deliver, instant(0), 1))),
        ("next_due", kind(store.next_due(DueTask::Deliver))),
        ("count_failures", kind(store.count_failures(&Within::default()))),
        (
            "customers",
            kind(store.customers(&CustomerQuery { text: None, fields: Vec::new(), after: None, limit: 1 })),
        ),
        ("customer_by_reference", kind(store.customer_by_reference("x"))),
        ("notes", kind(store.notes(&NoteQuery::thread(case, true, None, 1)))),
        ("all_notes", kind(store.all_notes(None, 1))),
        ("search", kind(store.search(&search))),
        ("events", kind(store.events(&EventQuery::All { after: 0, limit: 1 }))),
        ("newest", kind(store.newest())),
        ("streams", kind(store.streams(Some(StreamId::Settings), 1))),
        ("append_blob", kind(store.blob_bytes().append(blob, 0, instant(0), b"bytes"))),
        ("read_blob", kind(store.blob_bytes().read(blob, 0, 1))),
        ("sweep_blobs", kind(store.blob_bytes().sweep(instant(1_000_000), 10))),
        ("claims", kind(store.claims(None, 1))),
        ("requests", kind(store.requests(None, 1))),
        ("blobs", kind(store.blobs(None, 1))),
        ("restore", kind(store.restore(Copied::End))),
        ("check_part", kind(store.check_part(None, 1))),
        ("health", kind(store.health())),
        ("compact", kind(store.compact(1))),
        ("repair_derived", kind(store.repair_derived())),
        ("backup_to", kind(store.backup_to(Path::new("."), &mut |_| ControlFlow::Continue(())))),
    ]
}
