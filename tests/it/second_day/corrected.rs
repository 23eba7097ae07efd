//! A request that is corrected after it arrived, and one that is answered anew.

use casekit::casekit_core::Env;
use casekit::casekit_core::rejection::{Blocker, FieldRule};
use casekit::{
    Action, CaseEdit, CaseId, Fault, NewCase, NewDenial, NewRequest, OutgoingKind, PageRequest,
    ReleaseReport, RequestEdit, RequestSummary, Role, StageCategory, StepState, StreamId, Timestamp,
};

use super::host::{Answer, Bureau, shown};
use super::{in_every_bureau, why_not};
use crate::build::rejection;

in_every_bureau!(
    an_answer_that_never_came_is_sent_again_to_the_corrected_place,
    an_answer_that_could_not_be_sent_is_taken_back_when_its_place_is_corrected,
    a_denial_that_could_not_be_sent_is_given_again,
    nothing_about_a_request_changes_while_its_answer_is_on_its_way,
    a_second_sending_that_fails_is_given_up_when_its_place_is_corrected,
    another_requester_takes_every_approval_back,
    what_comes_later_is_added_and_what_is_there_is_not_added_twice,
    a_letter_of_last_week_was_received_last_week,
    every_fault_of_a_correction_is_named_at_once,
    a_correction_says_what_it_was_before,
    who_asked_is_found_by_the_corrected_name,
    a_case_without_a_request_has_nothing_to_correct,
    a_reopened_case_is_answered_anew_and_the_first_answer_stays,
    a_round_begins_only_after_the_one_before_has_ended,
    a_case_that_is_open_again_begins_a_round_where_it_is,
);

fn refused() -> Answer {
    Answer::Fails(Fault::permanent("no_such_address", "nobody lives there: correct the reply address"))
}

fn summary(bureau: &Bureau, case: CaseId) -> RequestSummary {
    bureau.petra().summary(case).unwrap()
}

fn step(summary: &RequestSummary, id: &str) -> StepState {
    summary.steps.iter().find(|step| step.id == id).unwrap().state
}

fn ready(bureau: &Bureau, reference: &str) -> CaseId {
    let case = bureau.identified(reference).id;
    bureau.petra().approve_no_data(case, Some("it is about somebody else")).unwrap();
    case
}

fn delivered(bureau: &Bureau, reference: &str) -> CaseId {
    let case = ready(bureau, reference);
    assert!(matches!(bureau.petra().release(case).unwrap(), ReleaseReport::Delivered { .. }));
    case
}

fn correct(bureau: &Bureau, case: CaseId, edit: RequestEdit) -> Vec<Blocker> {
    let answer = bureau.desk("agnes", Role::Agent).edit_request(case, edit);
    answer.map_or_else(|error| rejection::<()>(Err(error)).blockers().to_vec(), |_| Vec::new())
}

/// Where each package went, in the order of their keys.
fn places(bureau: &Bureau) -> Vec<String> {
    bureau.webform.sent().into_iter().map(|outgoing| outgoing.reply_to).collect()
}

fn sound(bureau: &Bureau) {
    assert!(bureau.desk("audra", Role::Auditor).verify(None).unwrap().broken.is_none());
    bureau.engine.store().check().unwrap();
}

fn an_answer_that_never_came_is_sent_again_to_the_corrected_place(bureau: &Bureau) {
    let case = delivered(bureau, "WEB-1");
    assert_eq!(correct(bureau, case, RequestEdit::new().reply_to("ada@example.com")), []);
    let now = summary(bureau, case);
    assert_eq!(now.request.unwrap().reply_to.as_deref(), Some("ada@example.com"));
    assert_eq!((now.case.stage.as_str(), now.outcome_code.as_deref()), ("Resolved", Some("no_data")));
    let report = bureau.petra().send_again(case, "she says it never came").unwrap();
    assert!(matches!(report, ReleaseReport::Delivered { .. }), "{report:?}");
    assert_eq!(places(bureau), ["ada@example.org", "ada@example.com"]);
    sound(bureau);
}

fn an_answer_that_could_not_be_sent_is_taken_back_when_its_place_is_corrected(bureau: &Bureau) {
    let case = ready(bureau, "WEB-1");
    let petra = bureau.petra();
    bureau.webform.will([refused()]);
    assert!(matches!(petra.release(case).unwrap(), ReleaseReport::Failed { .. }));
    let key = summary(bureau, case).release.unwrap().sendings[0].key.clone();
    assert_eq!(correct(bureau, case, RequestEdit::new().received_at(Timestamp::UNIX_EPOCH)), []);
    assert!(summary(bureau, case).failure.is_some(), "when it arrived makes no place right");

    assert_eq!(correct(bureau, case, RequestEdit::new().reply_to("ada@example.com")), []);
    let now = summary(bureau, case);
    assert_eq!((now.release, now.failure), (None, None));
    assert_eq!(
        (step(&summary(bureau, case), "data_approval"), petra.failure_overview().unwrap().count),
        (StepState::Done, 0)
    );
    assert_eq!(why_not(bureau, case, Action::Release), [], "it is asked for again, by whoever may");
    assert!(matches!(petra.release(case).unwrap(), ReleaseReport::Delivered { .. }));
    assert_eq!(places(bureau), ["ada@example.com"]);
    assert_ne!(bureau.webform.sent()[0].key, key, "another answer than the one that failed");
    sound(bureau);
}

fn a_denial_that_could_not_be_sent_is_given_again(bureau: &Bureau) {
    let case = bureau.request("WEB-1").id;
    let petra = bureau.petra();
    petra.take_case(case).unwrap();
    let deny = || petra.deny(case, NewDenial::new("other", "inside", "outside"));
    bureau.webform.will([refused()]);
    assert!(matches!(deny().unwrap(), ReleaseReport::Failed { .. }));
    assert_eq!(correct(bureau, case, RequestEdit::new().reply_to("")), []);
    assert_eq!(step(&summary(bureau, case), "identification"), StepState::Ready, "not denied any more");
    assert!(matches!(deny().unwrap(), ReleaseReport::Delivered { .. }));
    assert_eq!(places(bureau), [""]);
    sound(bureau);
}

fn nothing_about_a_request_changes_while_its_answer_is_on_its_way(bureau: &Bureau) {
    let case = ready(bureau, "WEB-1");
    let engine = std::sync::Arc::clone(&bureau.engine);
    let told = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    for _ in 0..2 {
        let (engine, told) = (std::sync::Arc::clone(&engine), std::sync::Arc::clone(&told));
        bureau.webform.meanwhile.happens(move || {
            let agnes = engine.desk(crate::build::actor("agnes", Role::Agent));
            let answer = agnes.edit_request(case, RequestEdit::new().reply_to("eve@example.com"));
            told.lock().unwrap().extend(rejection(answer).blockers().to_vec());
        });
    }
    assert!(matches!(bureau.petra().release(case).unwrap(), ReleaseReport::Delivered { .. }));
    assert!(matches!(bureau.petra().send_again(case, "lost").unwrap(), ReleaseReport::Delivered { .. }));
    assert_eq!(*told.lock().unwrap(), [Blocker::ReleaseUnderWay, Blocker::DeliveryUnderWay]);
    assert_eq!(places(bureau), ["ada@example.org", "ada@example.org"]);
}

fn a_second_sending_that_fails_is_given_up_when_its_place_is_corrected(bureau: &Bureau) {
    let case = delivered(bureau, "WEB-1");
    bureau.webform.will([refused()]);
    assert!(matches!(bureau.petra().send_again(case, "lost").unwrap(), ReleaseReport::Failed { .. }));
    assert_eq!(correct(bureau, case, RequestEdit::new().reply_to("ada@example.com")), []);
    let states: Vec<String> =
        summary(bureau, case).release.unwrap().sendings.into_iter().map(|one| one.state).collect();
    assert_eq!(states, ["arrived", "stopped"]);
    bureau.petra().send_again(case, "to the right place").unwrap();
    assert_eq!(places(bureau), ["ada@example.org", "ada@example.com"]);
}

fn another_requester_takes_every_approval_back(bureau: &Bureau) {
    let case = ready(bureau, "WEB-1");
    let edit = || RequestEdit::new().requester("Ada Obi-Meyer").because("she signs like that");
    assert_eq!(correct(bureau, case, edit()), []);
    let now = summary(bureau, case);
    assert_eq!(now.request.as_ref().unwrap().requester.as_deref(), Some("Ada Obi-Meyer"));
    assert_eq!(
        (step(&now, "identification"), step(&now, "data_approval")),
        (StepState::Ready, StepState::Locked)
    );
    let before = now.case.revision;
    assert_eq!(correct(bureau, case, edit()), [], "what it is already changes nothing");
    assert_eq!(summary(bureau, case).case.revision, before);

    bureau.petra().approve_identification(case, "video call", &[]).unwrap();
    bureau.petra().approve_no_data(case, Some("it is about somebody else")).unwrap();
    bureau.webform.will([refused()]);
    bureau.petra().release(case).unwrap();
    assert_eq!(correct(bureau, case, RequestEdit::new().requester("Ada Obi")), []);
    let now = summary(bureau, case);
    assert_eq!((now.release.is_some(), step(&now, "identification")), (false, StepState::Ready));
    sound(bureau);
}

fn what_comes_later_is_added_and_what_is_there_is_not_added_twice(bureau: &Bureau) {
    let case = bureau.request("WEB-1").id;
    let edit = || RequestEdit::new().with_credential("passport", "C01X00T47");
    assert_eq!(correct(bureau, case, edit().with_credential("date of birth", "1990-02-03")), []);
    assert_eq!(correct(bureau, case, edit()), []);
    let given = summary(bureau, case).credentials;
    assert_eq!(
        given.iter().map(|one| one.kind.as_str()).collect::<Vec<_>>(),
        ["customer number", "date of birth", "passport"]
    );
    bureau.petra().take_case(case).unwrap();
    bureau.petra().approve_identification(case, "video call", &[]).unwrap();
    assert_eq!(correct(bureau, case, RequestEdit::new().with_credential("utility bill", "of May")), []);
    assert_eq!(step(&summary(bureau, case), "identification"), StepState::Done, "one more makes none wrong");
    let mut many = RequestEdit::new();
    for n in 0..47 {
        many = many.with_credential("letter", n.to_string());
    }
    let refused = rejection(bureau.petra().edit_request(case, many));
    assert_eq!(refused.fields()[0].rule, FieldRule::TooMany { limit: 46 });
}

fn a_letter_of_last_week_was_received_last_week(bureau: &Bureau) {
    let last_week = bureau.clock.now() - chrono::TimeDelta::days(7);
    let letter = NewRequest::new("POST-1", "Ada Obi").received_at(last_week);
    let case = shown(bureau.petra().receive_request(letter.clone()).unwrap());
    assert_eq!(summary(bureau, case.id).request.unwrap().received_at, last_week);
    assert!(bureau.petra().receive_request(letter).unwrap().replayed);
    let earlier = last_week - chrono::TimeDelta::days(1);
    assert_eq!(correct(bureau, case.id, RequestEdit::new().received_at(earlier)), []);
    assert_eq!(summary(bureau, case.id).request.unwrap().received_at, earlier);
    let tomorrow = bureau.clock.now() + chrono::TimeDelta::days(1);
    for refused in [
        rejection(bureau.petra().receive_request(NewRequest::new("POST-2", "Ada Obi").received_at(tomorrow))),
        rejection(bureau.petra().edit_request(case.id, RequestEdit::new().received_at(tomorrow))),
    ] {
        assert_eq!(refused.fields()[0].field, "received_at");
        assert!(refused.to_string().contains("cannot be later than now"), "{refused}");
    }
}

fn every_fault_of_a_correction_is_named_at_once(bureau: &Bureau) {
    let case = bureau.request("WEB-1").id;
    let edit = RequestEdit::new()
        .requester(" ")
        .reply_to("x".repeat(1_001))
        .with_credential("", "7")
        .because("x".repeat(1_001));
    let refused = rejection(bureau.petra().edit_request(case, edit));
    let fields: Vec<&str> = refused.fields().iter().map(|one| one.field.as_str()).collect();
    assert_eq!(fields, ["requester", "reply_to", "credentials[0].kind", "reason"]);
    let seen = rejection(bureau.petra().edit_request(case, RequestEdit::new().requester("Eve").seen(1)));
    assert_eq!(seen.code(), "conflict");
}

fn a_correction_says_what_it_was_before(bureau: &Bureau) {
    let case = bureau.request("WEB-1").id;
    let edit = RequestEdit::new()
        .requester("Ada Obi-Meyer")
        .reply_to("")
        .with_credential("passport", "C01X00T47")
        .because("she wrote a letter");
    assert_eq!(correct(bureau, case, edit), []);
    let said = |role: Role| {
        let page = bureau.desk("audra", role).history(StreamId::Case(case), PageRequest::first()).unwrap();
        page.rows.into_iter().find(|entry| entry.code == "request_edited").unwrap()
    };
    let entry = said(Role::Auditor);
    assert_eq!(entry.text, "corrected the request and added 1 credential");
    assert_eq!(entry.reason.as_deref(), Some("she wrote a letter"));
    let changes: Vec<_> = entry
        .changes
        .iter()
        .map(|one| (one.field.as_str(), one.from.as_deref(), one.to.as_deref()))
        .collect();
    assert_eq!(
        changes,
        [("requester", Some("Ada Obi"), Some("Ada Obi-Meyer")), ("reply_to", Some("ada@example.org"), None)]
    );
    assert!(!format!("{entry:?}").contains("C01X00T47"), "what proves who somebody is stands in no history");
}

fn who_asked_is_found_by_the_corrected_name(bureau: &Bureau) {
    let case = bureau.request("WEB-1").id;
    correct(bureau, case, RequestEdit::new().requester("Zenobia Quist").reply_to("zq@example.net"));
    let found = |text: &str| bureau.petra().search(text, PageRequest::first()).unwrap().rows.len();
    assert_eq!((found("Zenobia"), found("zq@example.net"), found("ada@example.org")), (1, 1, 0));
    let rows = bureau.petra().my_pending_cases(PageRequest::first()).unwrap().rows;
    assert_eq!(rows[0].requester.as_deref(), Some("Zenobia Quist"));
    bureau.engine.store().check().unwrap();
}

fn a_case_without_a_request_has_nothing_to_correct(bureau: &Bureau) {
    let petra = bureau.petra();
    let case = petra.raise_case(NewCase::new("Data request", "By hand")).unwrap().id;
    assert_eq!(correct(bureau, case, RequestEdit::new().requester("Ada Obi")), [Blocker::NoRequest]);
    let offered = petra.available_actions(case).unwrap();
    assert!(offered.iter().all(|one| one.action != Action::EditRequest));
}

fn a_reopened_case_is_answered_anew_and_the_first_answer_stays(bureau: &Bureau) {
    let case = bureau.identified("WEB-1").id;
    let petra = bureau.petra();
    let snapshot = petra.prepare_data(case).unwrap();
    petra.approve_data(case, snapshot.id.unwrap(), Vec::new()).unwrap();
    petra.release(case).unwrap();
    let first = summary(bureau, case).release.unwrap();
    assert_eq!(why_not(bureau, case, Action::AnswerAnew), []);

    petra.answer_anew(case, "she says that orders are missing").unwrap();
    let now = summary(bureau, case);
    assert_eq!((now.round, now.case.stage.as_str(), now.outcome_code), (2, "In Progress", None));
    assert_eq!((now.release, now.snapshot, now.failure), (None, None, None));
    assert!(now.steps.iter().all(|step| step.approvals.is_empty()));
    assert_eq!(now.steps[0].state, StepState::Ready);
    let [before] = now.earlier_rounds.as_slice() else { panic!("one round before") };
    assert_eq!((before.number, before.outcome.as_deref()), (1, Some("data released")));
    assert_eq!(before.release.as_ref().unwrap().sendings, first.sendings);
    assert_eq!(petra.my_pending_count().unwrap(), 1, "it waits for somebody again");

    petra.approve_identification(case, "known", &[]).unwrap();
    bureau.orders.rows.lock().unwrap().as_mut().unwrap().push(["4713", "Table", "none"]);
    let snapshot = petra.prepare_data(case).unwrap();
    assert_eq!(snapshot.tables.iter().find(|table| table.name == "orders").unwrap().rows, 3);
    petra.approve_data(case, snapshot.id.unwrap(), Vec::new()).unwrap();
    assert!(matches!(petra.release(case).unwrap(), ReleaseReport::Delivered { .. }));
    let (now, sent) = (summary(bureau, case), bureau.webform.sent());
    assert_eq!(
        (now.case.stage.as_str(), now.outcome_code.as_deref(), sent.len()),
        ("Resolved", Some("data_released"), 2)
    );
    // The press writes no values down.
    let values = |key: &str| {
        let outgoing = sent.iter().find(|outgoing| outgoing.key == key).unwrap();
        let OutgoingKind::Package { bytes, .. } = &outgoing.kind else { panic!("a package") };
        String::from_utf8(bytes.clone()).unwrap().matches("Text(..)").count()
    };
    let second = now.release.unwrap().sendings[0].key.clone();
    assert_eq!(values(&second), values(&first.sendings[0].key) + 3, "one order more");
    let audra = bureau.desk("audra", Role::Auditor);
    let history = audra.history(StreamId::Case(case), PageRequest::first().of(500)).unwrap().rows;
    let began = history.iter().filter(|entry| entry.code == "workflow_started").nth(1).unwrap();
    assert!(began.text.starts_with("began round 2 of the workflow"), "{}", began.text);
    assert_eq!(began.reason.as_deref(), Some("she says that orders are missing"));
    assert_eq!(summary(bureau, case).case.reopened, 1);
    sound(bureau);
}

fn a_round_begins_only_after_the_one_before_has_ended(bureau: &Bureau) {
    let petra = bureau.petra();
    let anew = |case: CaseId| rejection(petra.answer_anew(case, "again")).blockers().to_vec();
    let case = ready(bureau, "WEB-1");
    assert_eq!(anew(case), [Blocker::WorkflowLive]);
    petra.release(case).unwrap();
    bureau.webform.will([refused()]);
    petra.send_again(case, "lost").unwrap();
    assert_eq!(anew(case), [Blocker::ReleaseFailed], "the sending is retried or given up first");
    petra.withdraw(case, None).unwrap();
    let blank = rejection(petra.answer_anew(case, " "));
    assert_eq!((blank.fields()[0].field.as_str(), &blank.fields()[0].rule), ("reason", &FieldRule::Required));
    petra.answer_anew(case, "again").unwrap();
    assert_eq!(anew(case), [Blocker::WorkflowLive]);
    let other = petra.raise_case(NewCase::new("Support", "Cannot log in")).unwrap().id;
    assert_eq!(anew(other), [Blocker::NoWorkflow]);
    let agnes = bureau.desk("agnes", Role::Agent);
    assert_eq!(rejection(agnes.answer_anew(case, "again")).code(), "forbidden");
}

fn a_case_that_is_open_again_begins_a_round_where_it_is(bureau: &Bureau) {
    let case = delivered(bureau, "WEB-1");
    let petra = bureau.petra();
    petra.edit_case(case, CaseEdit::new().stage("Open").because("she called")).unwrap();
    petra.return_case(case, None).unwrap();
    petra.answer_anew(case, "she called").unwrap();
    let now = summary(bureau, case);
    assert_eq!((now.round, now.case.stage.as_str(), now.case.category), (2, "Open", StageCategory::Open));
    assert_eq!(now.case.reopened, 1, "it was reopened once");

    petra.take_case(case).unwrap();
    petra.withdraw(case, Some("never mind")).unwrap();
    petra.return_case(case, None).unwrap();
    petra.answer_anew(case, "she minds").unwrap();
    let now = summary(bureau, case);
    assert_eq!((now.round, now.case.stage.as_str(), now.earlier_rounds.len()), (3, "Open", 2));
    assert_eq!(now.earlier_rounds[1].outcome_code.as_deref(), Some("withdrawn"));
}
