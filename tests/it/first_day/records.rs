//! What is left behind: imports, observers, proofs.

use std::ops::ControlFlow;
use std::sync::{Mutex, mpsc};
use std::time::Duration;

use casekit::{
    CasesQuery, Cursor, HistoryEntry, ImportCase, ImportChange, ImportCustomer, ImportItem, ImportOptions,
    ImportOutcome, ImportProgress, ImportedChange, NewCase, NewCustomer, Observer, PageRequest,
    StageCategory, StreamId, Visibility,
};

use crate::build::{Office, at, on_every_store};

on_every_store!(
    the_past_is_imported_with_its_times_and_actors,
    one_wrong_item_is_named_and_leaves_the_rest,
    an_import_can_be_run_again,
    observers_hear_of_changes_until_they_stop_listening,
    the_whole_trail_is_proven_and_its_head_can_be_kept,
);

fn change(second: i64, by: &str, what: ImportedChange) -> ImportChange {
    ImportChange { at: at(second), by: by.into(), what }
}

fn note(text: &str, reply_to: Option<u32>) -> ImportedChange {
    ImportedChange::Note { text: text.into(), visibility: Visibility::Internal, reply_to }
}

fn stage(to: &str) -> ImportedChange {
    ImportedChange::Stage { to: to.into(), reason: None }
}

fn imported_case(reference: &str, title: &str, changes: Vec<ImportChange>) -> ImportItem {
    ImportItem::Case(ImportCase {
        reference: Some(reference.into()),
        case: NewCase::new("Support", title),
        customer_reference: Some("CRM-77".into()),
        at: at(0),
        by: "old-amara".into(),
        request: None,
        changes,
    })
}

fn ada() -> ImportItem {
    let customer = NewCustomer::named("Ada Obi").with_reference("CRM-77");
    ImportItem::Customer(ImportCustomer { customer, at: at(-10), by: "old-ben".into() })
}

fn the_past_is_imported_with_its_times_and_actors(office: &Office) {
    let manager = office.manager();
    let items = [
        ada(),
        imported_case(
            "OLD-1",
            "Cannot log in",
            vec![
                change(1, "old-ben", ImportedChange::Taken),
                change(2, "old-ben", note("Called.", None)),
                change(2, "old-amara", note("And?", Some(0))),
                change(3, "old-ben", stage("Closed")),
                change(4, "old-ben", stage("Open")),
                change(4, "old-ben", stage("Open")),
                change(5, "old-ben", ImportedChange::Returned),
            ],
        ),
    ];
    let mut seen = Vec::new();
    let report = manager
        .import_with(&items, &ImportOptions::default(), &mut |progress| {
            seen.push(progress);
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(seen, [ImportProgress { done: 2, of: 2, written: 2, unchanged: 0, refused: 0 }]);
    let [ada, case] = report.results.as_slice() else { panic!("both came in: {:?}", report.results) };
    assert_eq!((ada.outcome, ada.reference.as_deref()), (ImportOutcome::Created, Some("CRM-77")));
    let (ada, id) = (ada.customer, case.case.unwrap());
    assert_eq!((case.number.as_deref(), report.events), (Some("C-000001"), 10));
    let view = office.view(id);
    assert_eq!((view.customer, view.raised_by.as_str(), view.raised_at), (ada, "old-amara", at(0)));
    assert_eq!((view.updated_at, view.reopened, view.category), (at(5), 1, StageCategory::Open));
    assert_eq!((view.holder, view.notes), (None, Some(2)));
    let history = manager.history(StreamId::Case(id), PageRequest::first()).unwrap().rows;
    assert_eq!(history.len(), 9, "taking moved it into progress, and the repeat is kept");
    let by_mona = |entry: &HistoryEntry| entry.imported_by.as_deref() == Some("mona");
    assert!(history.iter().all(by_mona), "{history:?}");
    assert_eq!(manager.thread(id, PageRequest::first()).unwrap().rows[1].depth, 1);
    let ledger = manager.history(StreamId::Ledger, PageRequest::first()).unwrap().rows;
    assert_eq!(ledger.last().unwrap().text, "imported 2 of 2 items, with 10 events");
    assert_eq!(office.case("New").number, "C-000002");
}

fn one_wrong_item_is_named_and_leaves_the_rest(office: &Office) {
    let late =
        vec![change(5, "old-ben", ImportedChange::Taken), change(4, "old-ben", ImportedChange::Returned)];
    let items = [
        ada(),
        imported_case("OLD-1", " ", Vec::new()),
        imported_case("OLD-2", "Out of order", late),
        imported_case("OLD-3", "No such stage", vec![change(1, "old-ben", stage("Nowhere"))]),
        imported_case("OLD-4", "Nobody holds it", vec![change(1, "old-ben", ImportedChange::Returned)]),
        imported_case("OLD-5", "No such note", vec![change(1, "old-ben", note("x", Some(0)))]),
        imported_case("OLD-6", "Fine", Vec::new()),
        imported_case(" OLD-6", "The same again", Vec::new()),
    ];
    let report = office.manager().import(&items).unwrap();
    let refused: Vec<(usize, String)> =
        report.refused().map(|(place, rejection)| (place, rejection.fields()[0].field.clone())).collect();
    let expected = [
        (1, "title"),
        (2, "changes[1].at"),
        (3, "changes[0].to"),
        (4, "changes[0].what"),
        (5, "changes[0].reply_to"),
        (7, "reference"),
    ];
    assert_eq!(refused, expected.map(|(place, field)| (place, field.to_owned())));
    let rows = office.agent().cases(&CasesQuery::default(), PageRequest::first()).unwrap().rows;
    assert_eq!(rows.iter().map(|row| row.title.as_str()).collect::<Vec<_>>(), ["Fine"]);
    assert_eq!(office.agent().find_customer("CRM-77").unwrap().name, "Ada Obi");
}

fn an_import_can_be_run_again(office: &Office) {
    let items: Vec<ImportItem> = std::iter::once(ada())
        .chain((0..1_200).map(|n| imported_case(&format!("OLD-{n}"), &format!("Case {n}"), Vec::new())))
        .collect();
    let manager = office.manager();
    let mut chunks = Vec::new();
    let first = manager
        .import_with(&items[..700], &ImportOptions::default(), &mut |progress| {
            chunks.push(progress.done);
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!((chunks, first.refused().count()), (vec![500, 700], 0));
    let whole = manager.import(&items).unwrap();
    let refused: Vec<usize> = whole.refused().map(|(place, _)| place).collect();
    assert_eq!(refused, (0..700).collect::<Vec<_>>(), "what is there already is refused as in use");
    assert_eq!(office.agent().find_case("1200").unwrap().title, "Case 1199", "and the rest came in");
}

struct Hears(Mutex<mpsc::Sender<Cursor>>);

impl Observer for Hears {
    fn changed(&self, cursor: &Cursor) {
        self.0.lock().unwrap().send(*cursor).unwrap();
    }
}

fn observers_hear_of_changes_until_they_stop_listening(office: &Office) {
    let (sender, heard) = mpsc::channel();
    let listening = office.kit.observe(Hears(Mutex::new(sender)));
    office.case("Cannot log in");
    let newest = office.store.newest().unwrap();
    assert_eq!(heard.recv_timeout(Duration::from_secs(20)), Ok(newest));
    assert!(!office.kit.poll().unwrap(), "one's own changes are no news");
    office.refused(|| office.agent().raise_case(NewCase::new("Support", "")));
    drop(listening);
    office.case("Nobody listens");
    assert_eq!(heard.recv_timeout(Duration::from_secs(20)).ok(), None, "a refusal is no change");
}

fn the_whole_trail_is_proven_and_its_head_can_be_kept(office: &Office) {
    let auditor = office.auditor();
    let empty = auditor.audit_head().unwrap();
    assert_eq!((empty.number, empty.position, empty.covers, empty.events), (1, 12, 11, 11));
    let case = office.case("Cannot log in").id;
    office.agent().take_case(case).unwrap();
    let head = auditor.audit_head().unwrap();
    assert_eq!((head.number, head.position, head.covers, head.events), (2, 16, 15, 15));
    for kept in [&empty, &head] {
        let report = auditor.verify(Some(kept)).unwrap();
        assert_eq!((report.streams, report.events, report.broken), (12, 16, None));
    }
    let one = auditor.verify_stream(StreamId::Case(case)).unwrap();
    assert_eq!((one.streams, one.events, one.broken), (1, 3, None));
    let mut foreign = head;
    foreign.digest = empty.digest;
    let broken = auditor.verify(Some(&foreign)).unwrap().broken.unwrap();
    assert_eq!(broken.why, "the file has another head in the place of the one that was kept");
}
