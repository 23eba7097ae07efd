//! Deadlines of a case: when it is due and why, and what happens when the time comes.

use casekit::casekit_core::command::{
    CaseEdit, CaseTypeEdit, NewCase, NewDeadlinePolicy, NewDenial, NewExtension, NewNote, NewPause,
    NewResumption, NewTimedMove, SettingsEdit, WorkflowEdit,
};
use casekit::casekit_core::desk::{CasesQuery, DeadlineExplanation, DeadlineSummary, DueIn};
use casekit::casekit_core::model::{Case, StageId};
use casekit::casekit_core::rejection::{Blocker, FieldRule};
use casekit::casekit_core::store::{CountBy, Direction, Sort};
use casekit::{
    Actor, Authorizer, AuthorizerFailed, CaseId, CustomerId, Desk, DueReport, PageRequest, Rejection, Role,
    Scope, StreamId, Timestamp,
};
use chrono::TimeDelta;

use super::host::Bureau;
use super::in_every_bureau;
use crate::build::rejection;

in_every_bureau!(
    a_request_is_due_a_month_after_it_came,
    a_case_received_long_ago_is_due_long_ago,
    a_deadline_that_was_paused_twice_and_extended_explains_itself,
    a_pause_has_a_reason_that_one_of_the_deadlines_knows,
    who_was_told_too_late_gets_no_extension,
    a_refusal_meets_the_deadline_as_an_answer_does,
    the_first_word_to_the_customer_meets_a_service_target,
    what_comes_near_and_what_was_missed_is_told_once,
    a_list_has_what_is_overdue_and_what_is_due_soon_in_the_order_of_the_ends,
    cases_are_counted_anew_when_the_policy_changes,
    a_case_comes_back_on_the_day_that_somebody_chose,
    a_resolved_case_closes_by_itself_after_its_days,
    what_goes_wrong_stops_no_clock,
    reopening_brings_the_deadline_back,
    a_policy_that_a_type_names_stays,
    nothing_of_this_is_for_a_customer,
);

/// Every desk is that of one customer.
struct OfCustomer(CustomerId);

impl Authorizer for OfCustomer {
    fn scope(&self, _actor: &Actor) -> Result<Scope, AuthorizerFailed> {
        Ok(Scope { customer: Some(self.0), ..Scope::all() })
    }

    fn forbids(
        &self,
        _actor: &Actor,
        _action: &str,
        _case: &Case,
        _to: Option<&StageId>,
    ) -> Result<bool, AuthorizerFailed> {
        Ok(false)
    }
}

fn mona(bureau: &Bureau) -> Desk {
    bureau.desk("mona", Role::Manager)
}

fn ivo(bureau: &Bureau) -> Desk {
    bureau.desk("ivo", Role::ItAdministrator)
}

/// Cases in the workflow for data requests have these deadlines from now on.
fn under(bureau: &Bureau, policies: &[&str]) {
    let mona = mona(bureau);
    let workflow = mona.workflow("Data request").unwrap();
    mona.edit_workflow(workflow.id, WorkflowEdit::new().deadlines(policies.iter().copied())).unwrap();
}

/// Cases of the type `Support` have these deadlines from now on.
fn support_under(bureau: &Bureau, policies: &[&str]) {
    let mona = mona(bureau);
    let support = mona.case_type("Support").unwrap();
    mona.edit_case_type(support.id, CaseTypeEdit::new().deadlines(policies.iter().copied())).unwrap();
}

fn run(bureau: &Bureau) -> DueReport {
    bureau.engine.run_due(&|| true).unwrap()
}

/// The clock of tests shows three of four seconds that pass.
fn days(bureau: &Bureau, days: i64) {
    bureau.clock.pass(TimeDelta::days(days).num_seconds() * 4 / 3);
}

fn summary(bureau: &Bureau, case: CaseId) -> DeadlineSummary {
    let mut all = bureau.petra().case(case).unwrap().deadlines;
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

fn explained(bureau: &Bureau, case: CaseId) -> DeadlineExplanation {
    bureau.petra().explain_deadlines(case).unwrap().remove(0)
}

fn codes(bureau: &Bureau, case: CaseId) -> Vec<String> {
    let audra = bureau.desk("audra", Role::Auditor);
    let history = audra.history(StreamId::Case(case), PageRequest::first().of(500)).unwrap().rows;
    history.into_iter().map(|entry| entry.code).collect()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn a_request_is_due_a_month_after_it_came(bureau: &Bureau) {
    under(bureau, &["eu_gdpr"]);
    let case = bureau.request("WEB-1").id;
    let deadline = summary(bureau, case);
    assert_eq!(
        (deadline.code.as_str(), deadline.goal.as_str(), deadline.state.as_str()),
        ("eu_gdpr", "respond", "running")
    );
    assert_eq!(deadline.due_at, Some(at("2026-10-21T21:59:59Z")), "the end of the day in Brussels");
    let view = bureau.petra().case(case).unwrap();
    assert_eq!(view.due_at, deadline.due_at);
    let row = bureau.petra().cases(&CasesQuery::default(), PageRequest::first()).unwrap().rows.remove(0);
    assert_eq!((row.due_at, row.due_code.as_deref()), (deadline.due_at, Some("running")));
    let explanation = explained(bureau, case);
    assert_eq!(explanation.last_day.as_deref(), Some("2026-10-21"));
    assert_eq!((explanation.version, explanation.calendar.as_str()), (1, "eu"));
    assert_eq!(explanation.changes.len(), 1);
    assert_eq!((explanation.changes[0].from, explanation.changes[0].to), (None, deadline.due_at));
    let raised = codes(bureau, case);
    assert_eq!(raised.iter().filter(|code| *code == "deadlines_counted").count(), 1, "{raised:?}");
}

fn a_case_received_long_ago_is_due_long_ago(bureau: &Bureau) {
    support_under(bureau, &["eu_gdpr"]);
    let petra = bureau.petra();
    let letter = NewCase::new("Support", "A letter").received_at(at("2026-01-31T10:00:00Z"));
    let case = petra.raise_case(letter).unwrap().id;
    // 28 February 2026 is a Saturday.
    assert_eq!(summary(bureau, case).due_at, Some(at("2026-03-02T22:59:59Z")));
    assert!(summary(bureau, case).overdue);
    assert_eq!(petra.case(case).unwrap().received_at, at("2026-01-31T10:00:00Z"));

    petra.edit_case(case, CaseEdit::new().received_at(at("2026-09-03T08:00:00Z"))).unwrap();
    // 3 October is a Saturday.
    assert_eq!(summary(bureau, case).due_at, Some(at("2026-10-05T21:59:59Z")));
    let future = petra.edit_case(case, CaseEdit::new().received_at(at("2027-01-01T00:00:00Z")));
    let in_future = FieldRule::DoesNotFit { why: "in_future".into() };
    assert_eq!(rejection(future), Rejection::field("received_at", in_future));
}

fn a_deadline_that_was_paused_twice_and_extended_explains_itself(bureau: &Bureau) {
    under(bureau, &["uk_gdpr"]);
    let petra = bureau.petra();
    let case = bureau.request("WEB-1").id;
    assert_eq!(summary(bureau, case).state, "not_started", "until the person is identified");
    petra.take_case(case).unwrap();
    petra.approve_identification(case, "video call", &["passport"]).unwrap();
    let first = summary(bureau, case).due_at.unwrap();
    assert_eq!(first, at("2026-10-21T22:59:59Z"));

    days(bureau, 2);
    petra.pause_deadlines(case, NewPause::new("clarification").remark("which account?")).unwrap();
    let paused = summary(bureau, case);
    assert_eq!((paused.state.as_str(), paused.due_at), ("paused", None));
    let again = petra.pause_deadlines(case, NewPause::new("clarification"));
    let reason = "clarification".to_owned();
    assert_eq!(rejection(again).blockers(), [Blocker::AlreadyPaused { reason }]);
    days(bureau, 3);
    petra.resume_deadlines(case, NewResumption::new()).unwrap();
    assert_eq!(
        summary(bureau, case).due_at,
        Some(at("2026-10-26T23:59:59Z")),
        "three more days end on a Saturday; and the clocks of London have gone back by the Monday"
    );
    days(bureau, 1);
    petra.pause_deadlines(case, NewPause::new("clarification")).unwrap();
    days(bureau, 4);
    petra.resume_deadlines(case, NewResumption::new().of("clarification")).unwrap();
    petra.extend_deadline(case, NewExtension::because("four hundred boxes of paper")).unwrap();

    let explanation = explained(bureau, case);
    let kinds: Vec<&str> = explanation.steps.iter().map(|step| step.kind.as_str()).collect();
    let expected = ["policy", "calendar", "started", "extended", "paused", "paused", "due"];
    let without_length: Vec<&str> =
        kinds.iter().copied().filter(|kind| *kind != "length" && *kind != "rolled").collect();
    assert_eq!(without_length, expected, "{:#?}", explanation.steps);
    assert!(explanation.steps.iter().all(|step| !step.text.is_empty()));
    let because: Vec<&str> = explanation.changes.iter().map(|change| change.because.as_str()).collect();
    assert!(because.len() >= 6, "{because:?}");
    assert!(because.iter().any(|text| text.contains("extended")), "{because:?}");
    assert_eq!(explanation.due_at, summary(bureau, case).due_at);
    assert!(!explanation.extendable);
    let twice = petra.extend_deadline(case, NewExtension::because("more boxes"));
    assert!(matches!(rejection(twice).blockers(), [Blocker::ExtendedAlready { .. }]));
}

fn a_pause_has_a_reason_that_one_of_the_deadlines_knows(bureau: &Bureau) {
    under(bureau, &["uk_gdpr"]);
    let case = bureau.identified("WEB-1").id;
    let petra = bureau.petra();
    let refused = rejection(petra.pause_deadlines(case, NewPause::new("holiday")));
    assert!(refused.to_string().contains("clarification"), "it says which there are: {refused}");
    let before = NewPause::new("clarification").since(at("2020-01-01T00:00:00Z"));
    let why = "too_early".to_owned();
    assert_eq!(
        rejection(petra.pause_deadlines(case, before)),
        Rejection::field("since", FieldRule::DoesNotFit { why })
    );
    assert_eq!(
        rejection(petra.resume_deadlines(case, NewResumption::new())).blockers(),
        [Blocker::NothingPaused]
    );
    let plain = petra.raise_case(NewCase::new("Support", "Roof")).unwrap().id;
    assert_eq!(
        rejection(petra.pause_deadlines(plain, NewPause::new("x"))).blockers(),
        [Blocker::NothingToPause]
    );
    let extended = petra.extend_deadline(plain, NewExtension::because("x"));
    assert_eq!(rejection(extended).blockers(), [Blocker::NothingToExtend]);
    assert_eq!(petra.explain_deadlines(plain).unwrap(), []);
}

fn who_was_told_too_late_gets_no_extension(bureau: &Bureau) {
    under(bureau, &["eu_gdpr"]);
    let case = bureau.request("WEB-1").id;
    days(bureau, 40);
    let petra = bureau.petra();
    let refused = rejection(petra.extend_deadline(case, NewExtension::because("boxes")));
    let [Blocker::NoticeOver { day, .. }] = refused.blockers() else { panic!("{refused:?}") };
    assert_eq!(day, "2026-10-21");
    let told = NewExtension::because("boxes").told_at(at("2026-10-20T09:00:00Z"));
    petra.extend_deadline(case, told).unwrap();
    assert_eq!(summary(bureau, case).due_at, Some(at("2026-12-21T22:59:59Z")), "three months from the start");
}

fn a_refusal_meets_the_deadline_as_an_answer_does(bureau: &Bureau) {
    under(bureau, &["eu_gdpr"]);
    let refused = bureau.identified("WEB-1").id;
    let answered = bureau.identified("WEB-2").id;
    let petra = bureau.petra();
    let due_at = summary(bureau, refused).due_at;
    petra.deny(refused, NewDenial::new("other", "no such account", "we have no account of yours")).unwrap();
    petra.approve_no_data(answered, Some("it is about somebody else")).unwrap();
    petra.release(answered).unwrap();
    for case in [refused, answered] {
        let deadline = summary(bureau, case);
        assert_eq!((deadline.state.as_str(), deadline.late, deadline.due_at), ("met", false, due_at));
        assert_eq!(petra.case(case).unwrap().due_at, None, "what is met is not due");
    }
}

fn the_first_word_to_the_customer_meets_a_service_target(bureau: &Bureau) {
    support_under(bureau, &["first_answer"]);
    let petra = bureau.petra();
    let case = petra.raise_case(NewCase::new("Support", "Roof")).unwrap().id;
    assert_eq!(summary(bureau, case).state, "running");
    petra.add_note(case, "looks bad").unwrap();
    assert_eq!(summary(bureau, case).state, "running", "the customer does not see it");
    petra.add_note(case, NewNote::for_customer("we are on our way")).unwrap();
    let deadline = summary(bureau, case);
    assert_eq!((deadline.state.as_str(), deadline.late), ("met", false));
}

fn what_comes_near_and_what_was_missed_is_told_once(bureau: &Bureau) {
    under(bureau, &["eu_gdpr"]);
    let case = bureau.request("WEB-1").id;
    let first = run(bureau);
    let warn_at = summary(bureau, case).warn_at.unwrap();
    assert_eq!((first.told, first.next), (0, Some(warn_at)));
    let told = |code: &str| codes(bureau, case).iter().filter(|one| *one == code).count();
    bureau.clock.pass((warn_at - first.at).num_seconds() * 4 / 3 + 4);
    assert_eq!(run(bureau).told, 1);
    assert!(summary(bureau, case).due_soon);
    let near = run(bureau);
    assert_eq!((near.told, told("deadline_warned"), told("deadline_missed")), (0, 1, 0));
    let due_at = summary(bureau, case).due_at.unwrap();
    assert_eq!(near.next, Some(due_at));
    bureau.clock.pass((due_at - near.at).num_seconds() * 4 / 3 + 8);
    assert_eq!(run(bureau).told, 1);
    assert_eq!(run(bureau).told, 0);
    assert_eq!((told("deadline_warned"), told("deadline_missed")), (1, 1));
    assert!(summary(bureau, case).overdue);
    assert_eq!(run(bureau).next, None, "there is nothing more to tell");
}

fn a_list_has_what_is_overdue_and_what_is_due_soon_in_the_order_of_the_ends(bureau: &Bureau) {
    support_under(bureau, &["eu_gdpr"]);
    let petra = bureau.petra();
    let received = |day: &str| {
        let new = NewCase::new("Support", day).received_at(at(&format!("{day}T09:00:00Z")));
        petra.raise_case(new).unwrap().id
    };
    let _fresh = received("2026-09-20");
    let near = received("2026-08-24");
    let late = received("2026-08-03");
    let latest = received("2026-07-01");
    let closed = received("2026-07-02");
    petra.edit_case(closed, CaseEdit::new().stage("Resolved")).unwrap();
    let list = |due: DueIn| {
        let query = CasesQuery {
            due: Some(due),
            sort: Sort::Due,
            direction: Direction::Ascending,
            ..CasesQuery::default()
        };
        let rows = petra.cases(&query, PageRequest::first()).unwrap().rows;
        let ids: Vec<CaseId> = rows.iter().map(|row| row.id).collect();
        let counted: u64 = petra.counts(CountBy::Category, &query).unwrap().iter().map(|one| one.count).sum();
        assert_eq!(counted, ids.len() as u64, "{due:?}");
        ids
    };
    let due = |query: &CasesQuery| {
        let counts = petra.due_counts(query).unwrap();
        assert!(!counts.overdue.or_more && !counts.due_soon.or_more);
        (counts.overdue.count, counts.due_soon.count)
    };
    assert_eq!(due(&CasesQuery::default()), (2, 1));
    assert_eq!(due(&CasesQuery { due: Some(DueIn::Any), sort: Sort::Due, ..CasesQuery::default() }), (2, 1));
    assert_eq!(due(&CasesQuery { case_types: vec!["Enquiries".into()], ..CasesQuery::default() }), (0, 0));
    assert_eq!(
        rejection(petra.due_counts(&CasesQuery { case_types: vec!["x".into()], ..CasesQuery::default() }))
            .code(),
        "invalid"
    );
    assert_eq!(list(DueIn::Overdue), [latest, late]);
    assert_eq!(list(DueIn::Soon), [near]);
    assert_eq!(list(DueIn::Any).len(), 4);
    assert_eq!(list(DueIn::Before { at: at("2026-08-15T00:00:00Z") }), [latest]);
    let by_due = CasesQuery { sort: Sort::Due, ..CasesQuery::default() };
    let pages = crate::build::all_pages(1, |page| petra.cases(&by_due, page));
    assert_eq!(pages.len(), 4, "a list in the order of the ends has the cases with one");
    let by_number = CasesQuery { due: Some(DueIn::Overdue), ..CasesQuery::default() };
    assert_eq!(petra.cases(&by_number, PageRequest::first()).unwrap().rows.len(), 2);
}

fn cases_are_counted_anew_when_the_policy_changes(bureau: &Bureau) {
    let petra = bureau.petra();
    let old = petra.raise_case(NewCase::new("Support", "before there was a deadline")).unwrap().id;
    assert_eq!(run(bureau).recounted, 0, "nothing is counted, and nothing written");
    support_under(bureau, &["eu_gdpr"]);
    let case = petra.raise_case(NewCase::new("Support", "Roof")).unwrap().id;
    assert_eq!(petra.case(old).unwrap().deadlines, [], "not yet");
    let report = run(bureau);
    assert_eq!(report.recounted, 1);
    assert_eq!(summary(bureau, old).due_at, Some(at("2026-10-21T21:59:59Z")));
    assert_eq!(run(bureau).recounted, 0, "once");

    let ivo = ivo(bureau);
    let settings = ivo.settings().unwrap();
    let mut policies: Vec<NewDeadlinePolicy> = settings.deadlines.into_iter().map(|one| one.policy).collect();
    let gdpr = policies.iter_mut().find(|one| one.code == "eu_gdpr").unwrap();
    gdpr.length = casekit::casekit_core::model::DeadlineLength::Days(10);
    gdpr.extension = None;
    ivo.change_settings(SettingsEdit::new().deadlines(policies.clone())).unwrap();
    let versions: Vec<u32> = ivo.settings().unwrap().deadlines.iter().map(|one| one.version).collect();
    assert_eq!(
        versions.iter().filter(|version| **version == 2).count(),
        1,
        "only what changed: {versions:?}"
    );
    assert_eq!(run(bureau).recounted, 2);
    for case in [old, case] {
        let explanation = explained(bureau, case);
        assert_eq!((explanation.version, explanation.last_day.as_deref()), (2, Some("2026-10-01")));
        let last = explanation.changes.last().unwrap();
        assert_eq!((last.by.as_str(), last.version, last.to), ("casekit", 2, explanation.due_at));
        assert!(last.because.contains("rules"), "{}", last.because);
    }
    ivo.change_settings(SettingsEdit::new().deadlines(policies)).unwrap();
    assert_eq!(run(bureau).recounted, 0, "the same policies again change nothing");
}

fn a_case_comes_back_on_the_day_that_somebody_chose(bureau: &Bureau) {
    let petra = bureau.petra();
    let case = petra.raise_case(NewCase::new("Support", "Roof")).unwrap().id;
    let monday = at("2026-09-28T07:00:00Z");
    petra.follow_up(case, Some(monday), Some("ask the roofer")).unwrap();
    assert_eq!(petra.case(case).unwrap().follow_up_at, Some(monday));
    assert_eq!(run(bureau).next, Some(monday));
    let past = petra.follow_up(case, Some(at("2026-09-01T00:00:00Z")), None);
    let why = "not_in_future".to_owned();
    assert_eq!(rejection(past), Rejection::field("at", FieldRule::DoesNotFit { why }));
    days(bureau, 8);
    assert_eq!(run(bureau).told, 1);
    assert_eq!(petra.case(case).unwrap().follow_up_at, None);
    let told = codes(bureau, case);
    assert_eq!(told.last().map(String::as_str), Some("follow_up_due"));
    petra.follow_up(case, Some(at("2026-12-01T00:00:00Z")), None).unwrap();
    petra.follow_up(case, None, None).unwrap();
    assert_eq!(run(bureau).next, None);
}

fn a_resolved_case_closes_by_itself_after_its_days(bureau: &Bureau) {
    let mona = mona(bureau);
    let support = mona.case_type("Support").unwrap();
    let timed = vec![NewTimedMove::new("Resolved", "Closed", 14)];
    mona.edit_case_type(support.id, CaseTypeEdit::new().timed_moves(timed)).unwrap();
    assert_eq!(mona.case_type("Support").unwrap().timed_moves, [NewTimedMove::new("resolved", "closed", 14)]);
    let petra = bureau.petra();
    let raise = |title: &str| petra.raise_case(NewCase::new("Support", title)).unwrap().id;
    let (case, other) = (raise("Roof"), raise("Leak"));
    petra.edit_case(case, CaseEdit::new().stage("Resolved")).unwrap();
    petra.edit_case(other, CaseEdit::new().stage("Resolved")).unwrap();
    days(bureau, 13);
    petra.edit_case(other, CaseEdit::new().stage("Open").because("it leaks again")).unwrap();
    assert_eq!(run(bureau).told, 0);
    days(bureau, 2);
    assert_eq!(run(bureau).told, 1);
    assert_eq!(petra.case(case).unwrap().stage_id, "closed");
    assert_eq!(petra.case(other).unwrap().stage_id, "open", "whoever took it up again keeps it");
    let wrong = vec![NewTimedMove::new("Resolved", "Nowhere", 0)];
    let refused = rejection(mona.edit_case_type(support.id, CaseTypeEdit::new().timed_moves(wrong)));
    let fields: Vec<&str> = refused.fields().iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, ["timed_moves[0].to", "timed_moves[0].after_days"]);
}

fn what_goes_wrong_stops_no_clock(bureau: &Bureau) {
    under(bureau, &["eu_gdpr"]);
    let case = bureau.identified("WEB-1").id;
    let due_at = summary(bureau, case).due_at;
    let petra = bureau.petra();
    petra.approve_no_data(case, Some("it is about somebody else")).unwrap();
    let fault = casekit::Fault::permanent("refused", "look");
    bureau.webform.will([super::host::Answer::Fails(fault)]);
    petra.release(case).unwrap();
    assert_eq!(petra.cases_with_errors(None, None, PageRequest::first()).unwrap().rows.len(), 1);
    bureau.desk("mona", Role::Manager).assign_case(case, "paula", None).unwrap();
    assert_eq!((summary(bureau, case).state.as_str(), summary(bureau, case).due_at), ("running", due_at));
    days(bureau, 40);
    let overdue = CasesQuery { due: Some(DueIn::Overdue), ..CasesQuery::default() };
    assert_eq!(petra.cases(&overdue, PageRequest::first()).unwrap().rows.len(), 1, "a case with errors too");
}

fn reopening_brings_the_deadline_back(bureau: &Bureau) {
    support_under(bureau, &["eu_gdpr"]);
    let petra = bureau.petra();
    let case = petra.raise_case(NewCase::new("Support", "Roof")).unwrap().id;
    let due_at = summary(bureau, case).due_at;
    petra.edit_case(case, CaseEdit::new().stage("Resolved")).unwrap();
    assert_eq!(summary(bureau, case).state, "met");
    petra.edit_case(case, CaseEdit::new().stage("Open").because("not done")).unwrap();
    assert_eq!((summary(bureau, case).state.as_str(), summary(bureau, case).due_at), ("running", due_at));
}

fn a_policy_that_a_type_names_stays(bureau: &Bureau) {
    support_under(bureau, &["eu_gdpr"]);
    let ivo = ivo(bureau);
    let policies: Vec<NewDeadlinePolicy> =
        ivo.settings().unwrap().deadlines.into_iter().map(|one| one.policy).collect();
    let without = policies.iter().filter(|one| one.code != "eu_gdpr").cloned().collect();
    let refused = rejection(ivo.change_settings(SettingsEdit::new().deadlines(without)));
    assert_eq!(refused, Rejection::field("deadlines", FieldRule::InUse { what: "eu_gdpr".into() }));
    let mona = mona(bureau);
    let unknown = mona
        .edit_case_type(mona.case_type("Support").unwrap().id, CaseTypeEdit::new().deadlines(["eu_gdrp"]));
    let text = rejection(unknown).to_string();
    assert!(text.contains("eu_gdpr"), "it says which there are: {text}");
    let calendars = rejection(ivo.change_settings(SettingsEdit::new().calendars(Vec::new())));
    assert!(matches!(&calendars.fields()[0].rule, FieldRule::InUse { .. }), "{calendars:?}");
}

fn nothing_of_this_is_for_a_customer(bureau: &Bureau) {
    under(bureau, &["eu_gdpr"]);
    let case = bureau.request("WEB-1").id;
    let customer = bureau.petra().find_customer("CRM-1").unwrap().id;
    let engine = bureau.guarded_by(OfCustomer(customer));
    let ada = engine.desk(crate::build::actor("ada", Role::Agent));
    let view = ada.case(case).unwrap();
    assert_eq!((view.due_at, view.follow_up_at), (None, None));
    assert_eq!(view.deadlines, []);
    assert_eq!(rejection(ada.explain_deadlines(case)).code(), "not_allowed_here");
    assert_eq!(
        rejection(ada.pause_deadlines(case, NewPause::new("clarification"))).code(),
        "not_allowed_here"
    );
    let history = ada.history(StreamId::Case(case), PageRequest::first()).unwrap().rows;
    assert!(history.iter().all(|entry| !entry.code.contains("deadline")), "{history:?}");
    let overdue = CasesQuery { due: Some(DueIn::Any), ..CasesQuery::default() };
    assert_eq!(ada.cases(&overdue, PageRequest::first()).unwrap().rows, []);
}
