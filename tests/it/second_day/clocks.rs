//! What would put the clocks of cases wrong: imports, moves that are blocked, hosts whose clocks differ.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};

use casekit::casekit_core::command::{
    CaseEdit, CaseTypeEdit, NewCalendar, NewCase, NewDeadlinePolicy, NewDeadlineStart, NewExtension,
    NewPause, NewResumption, NewTimedMove, RequestEdit, SettingsEdit, WorkflowEdit,
};
use casekit::casekit_core::desk::{CasesQuery, DeadlineSummary, DueIn};
use casekit::casekit_core::memory::MemoryStore;
use casekit::casekit_core::model::{DeadlineGoal, DeadlineLength, Weekday};
use casekit::casekit_core::{Engine, Env, Services};
use casekit::{
    CaseId, Desk, DueReport, ExistingItems, ImportCase, ImportChange, ImportItem, ImportOptions,
    ImportedChange, PageRequest, Role, StreamId, Timestamp,
};
use chrono::TimeDelta;

use super::host::Bureau;
use super::in_every_bureau;
use crate::build::{actor, rejection};

in_every_bureau!(
    what_is_imported_has_deadlines_as_what_is_raised,
    moves_that_are_blocked_keep_no_other_case_from_its_turn,
    a_host_whose_clock_is_behind_ends_no_pause,
    a_correction_of_the_request_moves_no_start,
    an_end_is_told_of_once_whatever_it_was_in_between,
    a_notice_that_came_too_late_by_what_is_known_now_extends_nothing,
    a_date_is_one_that_a_deadline_knows_and_starts_it_once_it_has_come,
    a_calendar_that_is_not_valid_is_the_only_fault,
    a_length_for_which_a_calendar_works_too_little_is_refused,
);

fn mona(bureau: &Bureau) -> Desk {
    bureau.desk("mona", Role::Manager)
}

/// Cases of the type `Support` have these deadlines from now on.
fn support_under(bureau: &Bureau, policies: &[&str]) {
    let support = mona(bureau).case_type("Support").unwrap();
    mona(bureau).edit_case_type(support.id, CaseTypeEdit::new().deadlines(policies.iter().copied())).unwrap();
}

/// Cases in the workflow for data requests have these deadlines from now on.
fn under(bureau: &Bureau, policies: &[&str]) {
    let workflow = mona(bureau).workflow("Data request").unwrap();
    mona(bureau).edit_workflow(workflow.id, WorkflowEdit::new().deadlines(policies.iter().copied())).unwrap();
}

fn run(bureau: &Bureau) -> DueReport {
    bureau.engine.run_due(&|| true).unwrap()
}

/// The clock of tests shows three of four seconds that pass.
fn days(bureau: &Bureau, days: i64) {
    bureau.clock.pass(TimeDelta::days(days).num_seconds() * 4 / 3);
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn summary(bureau: &Bureau, case: CaseId) -> DeadlineSummary {
    let mut all = bureau.petra().case(case).unwrap().deadlines;
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

/// How often something was told of a case.
fn told(bureau: &Bureau, case: CaseId, code: &str) -> usize {
    let audra = bureau.desk("audra", Role::Auditor);
    let history = audra.history(StreamId::Case(case), PageRequest::first().of(500)).unwrap().rows;
    history.iter().filter(|entry| entry.code == code).count()
}

fn overdue(bureau: &Bureau) -> Vec<CaseId> {
    let query = CasesQuery { due: Some(DueIn::Overdue), ..CasesQuery::default() };
    let rows = bureau.petra().cases(&query, PageRequest::first()).unwrap().rows;
    rows.iter().map(|row| row.id).collect()
}

fn what_is_imported_has_deadlines_as_what_is_raised(bureau: &Bureau) {
    support_under(bureau, &["eu_gdpr"]);
    let mona = mona(bureau);
    let old = ImportCase::new(NewCase::new("Support", "A letter"), at("2026-01-31T10:00:00Z"), "old-ben")
        .with_reference("OLD-1");
    let import = |case: &ImportCase, existing: ExistingItems| {
        let options = ImportOptions::new().existing(existing);
        let items = [ImportItem::Case(case.clone())];
        mona.import_with(&items, &options, &mut |_| ControlFlow::Continue(())).unwrap().results.remove(0)
    };
    let case = import(&old, ExistingItems::Refuse).case.unwrap();
    assert_eq!(summary(bureau, case).due_at, Some(at("2026-03-02T22:59:59Z")));
    assert_eq!(overdue(bureau), [case]);
    assert_eq!(run(bureau).told, 1, "that it was missed");

    let resolved = ImportedChange::Stage { to: "Resolved".into(), reason: None };
    let resolved = ImportChange::new(at("2026-02-20T10:00:00Z"), "old-ben", resolved);
    import(&old.with_change(resolved), ExistingItems::Update);
    let deadline = summary(bureau, case);
    assert_eq!((deadline.state.as_str(), deadline.late), ("met", false));
    assert_eq!(overdue(bureau), []);
}

fn moves_that_are_blocked_keep_no_other_case_from_its_turn(bureau: &Bureau) {
    let requests: Vec<CaseId> = (0..101).map(|n| bureau.request(&format!("WEB-{n}")).id).collect();
    let petra = bureau.petra();
    for request in &requests {
        petra.take_case(*request).unwrap();
    }
    let of_requests = petra.case(requests[0]).unwrap();
    let case_type = mona(bureau).case_type(&of_requests.case_type).unwrap();
    let timed = vec![NewTimedMove::new(of_requests.stage_id.as_str(), "Resolved", 7)];
    mona(bureau).edit_case_type(case_type.id, CaseTypeEdit::new().timed_moves(timed)).unwrap();
    while run(bureau).recounted > 0 {}
    let other = petra.raise_case(NewCase::new("Support", "Roof")).unwrap().id;
    petra.follow_up(other, Some(at("2026-09-28T07:00:00Z")), None).unwrap();
    days(bureau, 8);
    // The workflows of the requests go on, so none of them may be resolved.
    while run(bureau).told > 0 {}
    assert_eq!(petra.case(other).unwrap().follow_up_at, None, "they had their turn, and then the others");
    let idle = run(bureau);
    assert_eq!((idle.told, idle.next), (0, None), "nothing asks for a turn again and again");

    // As soon as nothing is in the way, they are moved.
    let timed = vec![NewTimedMove::new(of_requests.stage_id.as_str(), "Open", 7)];
    mona(bureau).edit_case_type(case_type.id, CaseTypeEdit::new().timed_moves(timed)).unwrap();
    while run(bureau).next.is_some() {}
    assert_eq!(petra.case(requests[0]).unwrap().stage_id, "open");
    assert_eq!(petra.case(requests[100]).unwrap().stage_id, "open");
}

fn a_host_whose_clock_is_behind_ends_no_pause(bureau: &Bureau) {
    under(bureau, &["uk_gdpr"]);
    let case = bureau.identified("WEB-1").id;
    let petra = bureau.petra();
    days(bureau, 3);
    petra.pause_deadlines(case, NewPause::new("clarification")).unwrap();
    assert_eq!(summary(bureau, case).state, "paused");
    bureau.clock.pass(-3_600);
    petra.edit_case(case, CaseEdit::new().title("Where is my data?")).unwrap();
    assert_eq!(summary(bureau, case).state, "paused");
    run(bureau);
    assert_eq!(summary(bureau, case).state, "paused");
}

fn a_correction_of_the_request_moves_no_start(bureau: &Bureau) {
    under(bureau, &["uk_gdpr"]);
    let case = bureau.identified("WEB-1").id;
    let petra = bureau.petra();
    let before = summary(bureau, case);
    days(bureau, 40);
    while run(bureau).told > 0 {}
    assert_eq!(told(bureau, case, "deadline_missed"), 1);
    petra.edit_request(case, RequestEdit::new().requester("Ada Obi-Nwosu")).unwrap();
    let corrected = summary(bureau, case);
    assert_eq!(
        (corrected.due_at, corrected.overdue),
        (before.due_at, true),
        "though they have to be identified again"
    );
    petra.approve_identification(case, "video call", &["passport"]).unwrap();
    assert_eq!(summary(bureau, case).due_at, before.due_at);
    while run(bureau).told > 0 {}
    assert_eq!(told(bureau, case, "deadline_missed"), 1, "nor is it told again");

    // Whoever revokes it says that they were not identified.
    petra.revoke(case, "identification", None).unwrap();
    assert_eq!(summary(bureau, case).state, "not_started");
    petra.approve_identification(case, "video call", &["passport"]).unwrap();
    assert!(summary(bureau, case).due_at > before.due_at);
}

fn an_end_is_told_of_once_whatever_it_was_in_between(bureau: &Bureau) {
    under(bureau, &["uk_gdpr"]);
    let case = bureau.identified("WEB-1").id;
    let petra = bureau.petra();
    let end = summary(bureau, case).due_at.unwrap();
    let paused_on_the_day_of = |from: Timestamp| {
        petra.pause_deadlines(case, NewPause::new("clarification").since(from)).unwrap();
        assert_eq!(summary(bureau, case).due_at, None);
        petra.resume_deadlines(case, NewResumption::new().at(from + TimeDelta::minutes(1))).unwrap();
        assert_eq!(summary(bureau, case).due_at, Some(end));
        while run(bureau).told > 0 {}
    };
    days(bureau, 26);
    while run(bureau).told > 0 {}
    assert_eq!(told(bureau, case, "deadline_warned"), 1);
    paused_on_the_day_of(end - TimeDelta::hours(145));
    assert_eq!(told(bureau, case, "deadline_warned"), 1);

    days(bureau, 14);
    while run(bureau).told > 0 {}
    assert_eq!(told(bureau, case, "deadline_missed"), 1);
    paused_on_the_day_of(end - TimeDelta::hours(5));
    assert_eq!((told(bureau, case, "deadline_warned"), told(bureau, case, "deadline_missed")), (1, 1));
}

fn a_notice_that_came_too_late_by_what_is_known_now_extends_nothing(bureau: &Bureau) {
    under(bureau, &["uk_gdpr"]);
    let case = bureau.identified("WEB-1").id;
    let petra = bureau.petra();
    let end = summary(bureau, case).due_at.unwrap();
    days(bureau, 40);
    // While it is paused, the end of the first period is not known; it turns out that it was not paused at all.
    let since = end - TimeDelta::days(2);
    petra.pause_deadlines(case, NewPause::new("clarification").since(since)).unwrap();
    petra.extend_deadline(case, NewExtension::because("boxes")).unwrap();
    petra.resume_deadlines(case, NewResumption::new().at(since)).unwrap();
    assert_eq!(summary(bureau, case).due_at, Some(end));
    let steps = petra.explain_deadlines(case).unwrap().remove(0).steps;
    let late = steps.iter().find(|step| step.kind == "not_extended").unwrap();
    assert_eq!(late.until, Some(end));
    assert!(late.text.contains("the person was told on"), "{}", late.text);
}

fn a_date_is_one_that_a_deadline_knows_and_starts_it_once_it_has_come(bureau: &Bureau) {
    let ivo = bureau.desk("ivo", Role::ItAdministrator);
    let mut policies: Vec<NewDeadlinePolicy> =
        ivo.settings().unwrap().deadlines.into_iter().map(|one| one.policy).collect();
    let fee = NewDeadlinePolicy::new("fee", "After the fee", DeadlineGoal::Resolve, DeadlineLength::Days(10));
    policies.push(fee.starts_with(NewDeadlineStart::date("fee_paid")));
    ivo.change_settings(SettingsEdit::new().deadlines(policies)).unwrap();
    support_under(bureau, &["fee"]);
    let petra = bureau.petra();
    let case = petra.raise_case(NewCase::new("Support", "Roof")).unwrap().id;
    let refused = rejection(petra.give_date(case, "fee_payed", Some(at("2026-09-21T10:00:00Z"))));
    assert!(refused.to_string().contains("fee_paid"), "it says which there are: {refused}");

    let to_come = at("2026-10-05T10:00:00Z");
    petra.give_date(case, "fee_paid", Some(to_come)).unwrap();
    assert_eq!((summary(bureau, case).state.as_str(), summary(bureau, case).due_at), ("not_started", None));
    while run(bureau).recounted > 0 {}
    assert_eq!(run(bureau).next, Some(to_come));
    days(bureau, 15);
    while run(bureau).told > 0 {}
    let due_at = Some(at("2026-10-15T23:59:59Z"));
    assert_eq!((summary(bureau, case).state.as_str(), summary(bureau, case).due_at), ("running", due_at));
}

fn a_calendar_that_is_not_valid_is_the_only_fault(bureau: &Bureau) {
    let ivo = bureau.desk("ivo", Role::ItAdministrator);
    let settings = ivo.settings().unwrap();
    let mut calendars: Vec<NewCalendar> = settings.calendars.into_iter().map(|one| one.calendar).collect();
    let mut policies: Vec<NewDeadlinePolicy> = settings.deadlines.into_iter().map(|one| one.policy).collect();
    let place = calendars.len();
    calendars.push(NewCalendar::new("moon", "Moon", "Moon/Tranquility"));
    let length = DeadlineLength::Days(10);
    policies
        .push(NewDeadlinePolicy::new("lunar", "Lunar", DeadlineGoal::Resolve, length).by_calendar("moon"));
    let edit = SettingsEdit::new().calendars(calendars).deadlines(policies);
    let refused = rejection(ivo.change_settings(edit));
    let fields: Vec<&str> = refused.fields().iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, [format!("calendars[{place}].time_zone")]);
}

fn a_length_for_which_a_calendar_works_too_little_is_refused(bureau: &Bureau) {
    let ivo = bureau.desk("ivo", Role::ItAdministrator);
    let settings = ivo.settings().unwrap();
    let mut calendars: Vec<NewCalendar> = settings.calendars.into_iter().map(|one| one.calendar).collect();
    let mut policies: Vec<NewDeadlinePolicy> = settings.deadlines.into_iter().map(|one| one.policy).collect();
    let place = policies.len();
    calendars.push(NewCalendar::new("mondays", "Mondays", "UTC").working(Weekday::Monday, 540, 555));
    let mut with = |length: DeadlineLength| {
        let policy = NewDeadlinePolicy::new("long", "Long", DeadlineGoal::Resolve, length);
        policies.truncate(place);
        policies.push(policy.by_calendar("mondays"));
        let edit = SettingsEdit::new().calendars(calendars.clone()).deadlines(policies.clone());
        ivo.change_settings(edit)
    };
    for length in [DeadlineLength::WorkingDays(3_660), DeadlineLength::WorkingMinutes(60_000)] {
        let refused = rejection(with(length));
        let fields: Vec<&str> = refused.fields().iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, [format!("deadlines[{place}].length")], "{length:?}");
    }
    with(DeadlineLength::WorkingMinutes(42_000)).unwrap();
    support_under(bureau, &["long"]);
    let letter = NewCase::new("Support", "A letter").received_at(at("2026-01-05T08:00:00Z"));
    let case = bureau.petra().raise_case(letter).unwrap().id;
    let last = at("2026-01-05T09:15:00Z") + TimeDelta::weeks(2_799);
    assert_eq!(summary(bureau, case).due_at, Some(last));
}

/// A clock that stands until it is set.
#[derive(Clone)]
struct SetClock(Arc<Mutex<(Timestamp, u64)>>);

impl Env for SetClock {
    fn now(&self) -> Timestamp {
        self.0.lock().unwrap().0
    }

    fn fill(&self, bytes: &mut [u8]) {
        for byte in bytes {
            let mut state = self.0.lock().unwrap();
            state.1 = state.1.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *byte = state.1.to_be_bytes()[0];
        }
    }
}

#[test]
fn whatever_happens_within_the_last_second_is_in_time() {
    let clock = SetClock(Arc::new(Mutex::new((at("2026-01-31T09:00:00Z"), 1))));
    let set = |to: Timestamp| clock.0.lock().unwrap().0 = to;
    let services = Services::default();
    let engine = Engine::new(Arc::new(MemoryStore::new()), Box::new(clock.clone()), None, services).unwrap();
    let mona = engine.desk(actor("mona", Role::Manager));
    let support = mona.case_type("Support").unwrap().id;
    mona.edit_case_type(support, CaseTypeEdit::new().deadlines(["eu_gdpr"])).unwrap();
    let petra = engine.desk(actor("petra", Role::Approver));
    let [case, late] =
        ["Roof", "Leak"].map(|title| petra.raise_case(NewCase::new("Support", title)).unwrap().id);
    let run = || engine.run_due(&|| true).unwrap();
    let end = petra.case(case).unwrap().due_at.unwrap();
    assert_eq!(end, at("2026-03-02T22:59:59Z"));
    set(end);
    while run().told > 0 {}

    let over = end + TimeDelta::seconds(1);
    set(over - TimeDelta::microseconds(1));
    assert_eq!((run().told, run().next), (0, Some(over)));
    let deadline = |case| petra.case(case).unwrap().deadlines.remove(0);
    assert_eq!((deadline(case).overdue, deadline(case).due_soon), (false, true));
    let counts = petra.due_counts(&CasesQuery::default()).unwrap();
    assert_eq!((counts.overdue.count, counts.due_soon.count), (0, 2));
    petra.edit_case(case, CaseEdit::new().stage("Resolved")).unwrap();
    assert!(!deadline(case).late);

    set(over);
    assert!(deadline(late).overdue);
    assert_eq!(petra.due_counts(&CasesQuery::default()).unwrap().overdue.count, 1);
    assert_eq!(run().told, 1);
    petra.edit_case(late, CaseEdit::new().stage("Resolved")).unwrap();
    assert!(deadline(late).late);
}
