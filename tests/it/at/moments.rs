//! Which moments there are, and what each of them includes.

use std::sync::{Arc, Mutex};

use casekit::{
    CaseEdit, CaseId, CaseTypeEdit, FieldRule, ImportCase, ImportChange, ImportItem, ImportedChange, Moment,
    NewCase, OpenOptions, PageRequest, Rejection, Role, Timestamp, Visibility,
};

use super::seen::then;
use super::{retitled, titled};
use crate::build::{Office, actor, at, nothing, on_every_store, rejection};

on_every_store!(
    a_moment_that_there_is_not_is_refused_with_those_that_there_are,
    an_instant_has_all_that_happened_at_it,
    a_clock_that_was_set_back_hides_nothing_that_was_there,
    what_was_imported_is_shown_as_of_when_it_happened,
);

fn just_before(instant: Timestamp) -> Timestamp {
    Timestamp::from_timestamp_micros(instant.timestamp_micros() - 1).unwrap()
}

fn a_moment_that_there_is_not_is_refused_with_those_that_there_are(office: &Office) {
    office.case("An earlier one");
    let case = office.case("Cannot log in").id;
    let raised = office.view(case).raised_at;
    let first = office.store.last_position().unwrap();
    retitled(office, case, "Locked out");
    office.case("A later one");
    let newest = office.store.last_position().unwrap();
    let audra = office.auditor();
    let told = |moment| {
        let refused = office.refused(|| audra.case_at(case, moment));
        let thread = office.refused(|| audra.thread_at(case, moment, PageRequest::first()));
        // A clock goes on between two calls.
        let is_instant = matches!(moment, Moment::Instant(_));
        assert!(thread == refused || is_instant && thread.fields()[0].field == "instant", "{thread:?}");
        refused
    };
    for revision in [0, 3, u64::MAX] {
        let rule = FieldRule::OutOfRange { least: 1, most: 2 };
        assert_eq!(told(Moment::Revision(revision)), Rejection::field("revision", rule), "{revision}");
    }
    for position in [0, first - 1, newest + 1, u64::MAX] {
        let rule = FieldRule::OutOfRange { least: first as i64, most: newest as i64 };
        assert_eq!(told(Moment::Position(position)), Rejection::field("position", rule), "{position}");
    }
    for instant in [just_before(raised), Timestamp::MIN_UTC, Timestamp::MAX_UTC] {
        let refused = told(Moment::Instant(instant));
        let FieldRule::InstantOutOfRange { first, last } = refused.fields()[0].rule else {
            panic!("{refused:?}")
        };
        assert_eq!((first, refused.fields()[0].field.as_str()), (raised, "instant"));
        assert!(last > raised && last < Timestamp::MAX_UTC, "up to now");
    }
    let said = told(Moment::Position(newest + 1)).to_string();
    assert_eq!(said, format!("`position` must be from `{first}` to `{newest}`"));
    let gone = Rejection::not_found("case", nothing::<CaseId>());
    assert_eq!(office.refused(|| audra.case_at(nothing(), Moment::Revision(1))), gone);
    assert_eq!(titled(&audra, case, Moment::Position(newest)), "Locked out", "a position of another case");
    assert_eq!(titled(&audra, case, Moment::Position(first)), "Cannot log in");
}

fn an_instant_has_all_that_happened_at_it(office: &Office) {
    let case = office.case("Cannot log in").id;
    let instants: Vec<Timestamp> =
        (1..=8).map(|place| retitled(office, case, &format!("Title {place}"))).collect();
    // For a store that can lose answers the clock is read once more in each command, and goes on in between.
    let has_ties = instants.windows(2).any(|two| two[0] == two[1]);
    assert!(has_ties || office.store.can_lose_answers(), "two at one instant");
    let audra = office.auditor();
    for at in &instants {
        let newest = instants.iter().rposition(|one| one == at).unwrap() + 1;
        assert_eq!(titled(&audra, case, Moment::Instant(*at)), format!("Title {newest}"));
    }
    let later = (1..8).find(|place| instants[*place] > instants[place - 1]).unwrap();
    let before = titled(&audra, case, Moment::Instant(just_before(instants[later])));
    assert_eq!(before, format!("Title {later}"));
}

/// A clock that says what a test puts into it.
#[derive(Clone)]
struct Set(Arc<Mutex<i64>>);

impl casekit::Env for Set {
    fn now(&self) -> Timestamp {
        at(*self.0.lock().unwrap())
    }

    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

fn a_clock_that_was_set_back_hides_nothing_that_was_there(office: &Office) {
    let clock = Set(Arc::new(Mutex::new(0)));
    let kit = OpenOptions::new().env(clock.clone()).with_store(Arc::clone(&office.store)).unwrap();
    let desk = kit.desk(actor("root", Role::Administrator));
    let case = desk.raise_case(NewCase::new("Support", "At 0")).unwrap().id;
    for second in [20, 10, 30] {
        *clock.0.lock().unwrap() = second;
        desk.edit_case(case, CaseEdit::new().title(format!("At {second}"))).unwrap();
    }
    let said = [(0, "At 0"), (10, "At 0"), (19, "At 0"), (20, "At 10"), (29, "At 10"), (30, "At 30")];
    for (second, title) in said {
        assert_eq!(titled(&desk, case, Moment::Instant(at(second))), title, "at {second}");
    }
    // The newest event came from a clock that was ahead: its instant is one that the case has.
    *clock.0.lock().unwrap() = 25;
    assert_eq!(titled(&desk, case, Moment::Instant(at(30))), "At 30");
    assert_eq!(rejection(desk.case_at(case, Moment::Instant(at(31)))).code(), "invalid");
}

fn what_was_imported_is_shown_as_of_when_it_happened(office: &Office) {
    let mona = office.manager();
    let support = mona.case_type("Support").unwrap().id;
    mona.edit_case_type(support, CaseTypeEdit::new().name("Help")).unwrap();
    let change = |second, what| ImportChange { at: at(second), by: "old-hand".into(), what };
    let closed = ImportedChange::Stage { to: "closed".into(), reason: None };
    let note =
        ImportedChange::Note { text: "Done.".into(), visibility: Visibility::Internal, reply_to: None };
    let item = ImportItem::Case(ImportCase {
        reference: None,
        case: NewCase::new("Help", "From elsewhere"),
        customer_reference: None,
        at: at(10),
        by: "old-raiser".into(),
        request: None,
        changes: vec![change(20, ImportedChange::Taken), change(30, note), change(30, closed)],
    });
    let report = mona.import(&[item]).unwrap();
    let id = report.results[0].case.unwrap();
    mona.edit_case_type(support, CaseTypeEdit::new().name("Care")).unwrap();
    let audra = office.auditor();
    let state = |second| {
        let (summary, thread) = then(&audra, id, Moment::Instant(at(second)), 50);
        (summary.case.stage_id, summary.case.holder.is_some(), thread.len(), summary.case.case_type)
    };
    // Its type was called so when it was imported: before that, the file had no such case.
    let said = |stage: &str, held, notes| (stage.to_owned(), held, notes, "Help".to_owned());
    assert_eq!(state(10), said("open", false, 0));
    assert_eq!(state(29), said("in_progress", true, 0));
    assert_eq!(state(30), said("closed", true, 1));
    assert_eq!(rejection(audra.case_at(id, Moment::Instant(at(9)))).code(), "invalid");
    let another = office.agent().raise_case(NewCase::new("Care", "Another")).unwrap().id;
    let now = audra.case_at(id, Moment::Instant(office.view(another).raised_at)).unwrap();
    assert_eq!(now.summary.case.case_type, "Care");
}
