//! What hosts meet at the edge of the library, and Rust with them: instants of every year, a clock that is wrong, waits that
//! are too long.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use casekit::casekit_core::memory::MemoryStore;
use casekit::casekit_core::store::Hints;
use casekit::{
    CaseKit, CasesQuery, Cursor, Direction, FieldRule, ImportCase, ImportItem, Moment, NewCase, OpenOptions,
    PageRequest, Rejection, Role, Sort, Store, StoreErrorKind, StreamId, Timestamp,
};

use crate::build::{Office, actor, all_pages, fault, on_every_store, rejection};
use crate::meddled::Meddled;

on_every_store!(
    an_instant_of_any_year_comes_back_as_it_was_given,
    an_instant_that_no_calendar_has_is_refused_by_name,
    a_clock_that_gives_such_an_instant_is_named,
    a_check_tells_how_far_it_has_come_and_can_be_ended,
);

/// Of the first and the last year, on both sides of what nanoseconds in 64 bits reach, and in the last second of 1969.
const INSTANTS: [&str; 9] = [
    "0001-01-01T00:00:00Z",
    "1600-02-29T12:00:00.000001Z",
    "1677-09-21T00:12:43.145224Z",
    "1969-12-31T23:59:58.500000Z",
    "1969-12-31T23:59:59.500000Z",
    "1969-12-31T23:59:59.999999Z",
    "1970-01-01T00:00:00Z",
    "2262-04-11T23:47:16.854776Z",
    "9999-12-31T23:59:59.999999Z",
];

/// A clock that says what a test puts into it, in microseconds since 1970.
#[derive(Clone, Default)]
struct Set(Arc<(AtomicI64, AtomicU64)>);

impl Set {
    fn to(&self, at: Timestamp) {
        self.0.0.store(at.timestamp_micros(), Ordering::Relaxed);
    }

    fn kit(&self, office: &Office) -> CaseKit {
        OpenOptions::new().env(self.clone()).with_store(Arc::clone(&office.store)).unwrap()
    }
}

impl casekit::Env for Set {
    fn now(&self) -> Timestamp {
        Timestamp::from_timestamp_micros(self.0.0.load(Ordering::Relaxed)).unwrap()
    }

    fn fill(&self, bytes: &mut [u8]) {
        let next = self.0.1.fetch_add(1, Ordering::Relaxed).to_le_bytes();
        bytes.iter_mut().zip(next.iter().cycle()).for_each(|(byte, part)| *byte = *part);
    }
}

fn instants() -> impl Iterator<Item = Timestamp> {
    INSTANTS.iter().map(|text| text.parse().unwrap())
}

/// Years that RFC 3339 cannot write.
fn beyond() -> [Timestamp; 3] {
    let after = "9999-12-31T23:59:59.999999Z".parse::<Timestamp>().unwrap() + Duration::from_micros(1);
    [Timestamp::MIN_UTC, after, Timestamp::MAX_UTC]
}

fn an_instant_of_any_year_comes_back_as_it_was_given(office: &Office) {
    let clock = Set::default();
    let kit = clock.kit(office);
    let desk = kit.desk(actor("root", Role::Administrator));
    for at in instants() {
        clock.to(at);
        let case = desk.raise_case(NewCase::new("Support", "By the clock")).unwrap().id;
        assert_eq!(desk.case(case).unwrap().raised_at, at);
        assert_eq!(desk.history(StreamId::Case(case), PageRequest::first()).unwrap().rows[0].at, at);
        assert_eq!(desk.case_at(case, Moment::Instant(at)).unwrap().summary.case.raised_at, at);
    }
    clock.to(instants().last().unwrap());
    let items: Vec<ImportItem> = instants()
        .map(|at| ImportItem::Case(ImportCase::new(NewCase::new("Support", "By import"), at, "u-9")))
        .collect();
    for (result, at) in desk.import(&items).unwrap().results.iter().zip(instants()) {
        assert_eq!(desk.case(result.case.unwrap()).unwrap().raised_at, at);
    }
    // Lists sort by them, continue after them, and narrow to them.
    let oldest = CasesQuery { sort: Sort::Raised, direction: Direction::Ascending, ..CasesQuery::default() };
    let listed: Vec<Timestamp> =
        all_pages(1, |page| desk.cases(&oldest, page)).into_iter().map(|row| row.raised_at).collect();
    assert_eq!(listed, instants().flat_map(|at| [at, at]).collect::<Vec<_>>());
    for (place, at) in instants().enumerate() {
        let from = CasesQuery { raised_from: Some(at), ..oldest.clone() };
        assert_eq!(desk.cases(&from, PageRequest::first()).unwrap().rows.len(), 2 * (INSTANTS.len() - place));
    }
    kit.check().unwrap();
    assert!(desk.verify(&[]).unwrap().broken.is_none());
}

fn an_instant_that_no_calendar_has_is_refused_by_name(office: &Office) {
    let desk = office.administrator();
    let case = office.case("Cannot log in").id;
    for at in beyond() {
        let query =
            |from, before| CasesQuery { raised_from: from, raised_before: before, ..CasesQuery::default() };
        for (field, query) in
            [("raised_from", query(Some(at), None)), ("raised_before", query(None, Some(at)))]
        {
            let refused = rejection(desk.cases(&query, PageRequest::first()));
            assert_eq!(named(&refused), (field.to_owned(), "instant_out_of_range"));
        }
        let refused = rejection(desk.case_at(case, Moment::Instant(at)));
        assert_eq!(named(&refused), ("instant".to_owned(), "instant_out_of_range"));
        let item = ImportItem::Case(ImportCase::new(NewCase::new("Support", "Old"), at, "u-9"));
        let mut results = desk.import(&[item]).unwrap().results;
        let refused = results.remove(0).rejection.unwrap();
        assert_eq!(named(&refused), ("at".to_owned(), "instant_out_of_range"));
    }
}

fn a_clock_that_gives_such_an_instant_is_named(office: &Office) {
    let clock = Set::default();
    let kit = clock.kit(office);
    let desk = kit.desk(actor("root", Role::Administrator));
    for at in beyond() {
        clock.to(at);
        let refused = rejection(desk.raise_case(NewCase::new("Support", "Too late")));
        assert_eq!(named(&refused), ("clock".to_owned(), "instant_out_of_range"));
        assert_eq!(rejection(kit.health()), refused);
    }
    clock.to(Timestamp::UNIX_EPOCH);
    desk.raise_case(NewCase::new("Support", "Goes on")).unwrap();
}

fn a_check_tells_how_far_it_has_come_and_can_be_ended(office: &Office) {
    for number in 0..600 {
        office.case(&format!("Case {number}"));
    }
    let mut told = Vec::new();
    let whole = office.kit.check_with(|so_far| {
        told.push((so_far.parts, so_far.pages));
        ControlFlow::Continue(())
    });
    assert_eq!(whole.unwrap(), office.kit.check().unwrap());
    // A part at least, and after it two pages of cases.
    assert!(told.len() >= 3 && told.is_sorted() && told[0] == (1, 0), "{told:?}");
    assert!(told.windows(2).all(|two| two[1].0 + two[1].1 == two[0].0 + two[0].1 + 1), "{told:?}");
    for end in 1..=told.len() {
        let mut left = end;
        let cancelled = office.kit.check_with(|_| {
            left -= 1;
            if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert_eq!(fault(cancelled).kind(), StoreErrorKind::Cancelled);
    }
    office.kit.check().unwrap();
}

#[test]
fn a_kit_that_polls_by_itself_tells_what_another_commits_until_it_is_ended() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cases.db");
    let (here, there) = (CaseKit::open(&path).unwrap(), CaseKit::open(&path).unwrap());
    let (ring, rang) = mpsc::channel();
    let _hears = here.observe(move |_: &Cursor| ring.send(()).unwrap());
    let elsewhere = there.desk(actor("ben", Role::Agent));
    let polling = here.poll_every(Duration::ZERO).unwrap();
    elsewhere.raise_case(NewCase::new("Support", "From elsewhere")).unwrap();
    rang.recv_timeout(Duration::from_secs(60)).unwrap();
    // It passes over a pause.
    here.suspend(Duration::from_secs(60)).unwrap();
    elsewhere.raise_case(NewCase::new("Support", "Meanwhile")).unwrap();
    here.resume().unwrap();
    rang.recv_timeout(Duration::from_secs(60)).unwrap();
    drop(polling);
    // Neither polling nor its thread keeps the file: it is closed with the last clone.
    let polling = here.poll_every(Duration::from_secs(86_400)).unwrap();
    drop(here);
    assert!(
        rang.recv_timeout(Duration::from_secs(60)).is_err(),
        "the kit is gone, and its observers with it"
    );
    drop(polling);
    let refused = rejection(there.poll_every(Duration::from_secs(86_401)).map(|_| ()));
    assert_eq!(refused.fields()[0].field, "interval");
}

#[test]
fn a_kit_that_polls_looks_at_once_when_its_store_hears_of_another() {
    let shared: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let hints = Arc::new(Hints::default());
    let hears = Meddled::hearing(Arc::clone(&shared), Arc::clone(&hints));
    let here = OpenOptions::new().with_store(Arc::new(hears)).unwrap();
    let there = OpenOptions::new().with_store(shared).unwrap();
    let (ring, rang) = mpsc::channel();
    let _hears = here.observe(move |_: &Cursor| ring.send(()).unwrap());
    let _polling = here.poll_every(Duration::from_secs(86_400)).unwrap();
    let elsewhere = there.desk(actor("ben", Role::Agent));
    for title in ["From elsewhere", "And again"] {
        elsewhere.raise_case(NewCase::new("Support", title)).unwrap();
        hints.tell();
        rang.recv_timeout(Duration::from_secs(60)).expect("it looks long before the day is over");
    }
}

#[test]
fn a_kit_that_does_by_itself_what_is_due_goes_on_until_it_is_ended() {
    let folder = tempfile::tempdir().unwrap();
    let kit = CaseKit::open(folder.path().join("cases.db")).unwrap();
    let (ring, rang) = mpsc::channel();
    let heard = || rang.recv_timeout(Duration::from_secs(60));
    let mut runs = 0;
    let tell = move |ran: Result<casekit::DueReport, casekit::Error>| {
        ring.send(ran.map(|report| report.faults).map_err(|error| error.code())).unwrap();
        runs += 1;
        assert_ne!(runs, 1, "a panic of the host's is its own");
    };
    let due_runs = kit.run_due_in_background(Duration::ZERO, tell).unwrap();
    assert_eq!([heard(), heard()], [Ok(Ok(0)), Ok(Ok(0))]);
    kit.suspend(Duration::from_secs(60)).unwrap();
    while rang.try_recv().is_ok() {}
    // What began before the pause may still be told.
    let _ = rang.recv_timeout(Duration::from_millis(200));
    assert!(rang.recv_timeout(Duration::from_millis(200)).is_err(), "nothing is told during a pause");
    kit.resume().unwrap();
    assert_eq!(heard(), Ok(Ok(0)));
    drop(due_runs);
    while rang.recv_timeout(Duration::from_secs(60)).is_ok() {}
    // Its thread does not keep the file either.
    let (ring, rang) = mpsc::channel();
    let tell = move |_: Result<casekit::DueReport, casekit::Error>| ring.send(()).unwrap();
    let due_runs = kit.run_due_in_background(Duration::from_secs(86_400), tell).unwrap();
    rang.recv_timeout(Duration::from_secs(60)).unwrap();
    let refused = rejection(kit.run_due_in_background(Duration::from_secs(86_401), |_| ()).map(drop));
    assert_eq!(refused.fields()[0].field, "at_most");
    kit.close().unwrap();
    drop((kit, due_runs));
    assert_eq!(rang.recv_timeout(Duration::from_secs(60)), Err(mpsc::RecvTimeoutError::Disconnected));
}

fn named(refused: &Rejection) -> (String, &'static str) {
    let field = &refused.fields()[0];
    (field.field.clone(), field.rule.code())
}

#[test]
fn a_wait_that_is_too_long_is_refused_by_name_before_a_file_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cases.db");
    for wait in [Duration::MAX, Duration::from_secs(86_401)] {
        let refused = rejection(OpenOptions::new().busy_timeout(wait).open(&path).map(|_| ()));
        let rule = FieldRule::OutOfRange { least: 0, most: 86_400 };
        assert_eq!(refused, Rejection::field("busy_timeout", rule));
    }
    assert!(!path.exists());
    let kit = CaseKit::in_memory().unwrap();
    for wait in [Duration::MAX, Duration::from_secs(86_401)] {
        assert_eq!(rejection(kit.suspend(wait)).fields()[0].field, "wait");
    }
    OpenOptions::new().busy_timeout(Duration::from_secs(86_400)).open(&path).unwrap();
}
