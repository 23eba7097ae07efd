//! An answer on its way beside other people, other attempts and other settings; and one that is sent again.

use std::sync::{Arc, mpsc};
use std::thread;

use casekit::casekit_core::rejection::Blocker;
use casekit::{
    Action, CaseId, Fault, NewCase, NewCaseType, NewDenial, NewStep, NewWorkflow, PageRequest, ReleaseReport,
    Resumed, Role, SettingsEdit, StepKind, StreamId, WebformTarget,
};

use super::host::{Answer, Bureau, package};
use super::{in_every_bureau, why_not};
use crate::build::rejection;

in_every_bureau!(
    a_delivered_answer_is_sent_again_under_a_key_of_its_own,
    retries_within_a_second_sending_keep_its_key,
    a_second_sending_that_fails_is_given_up_and_the_first_stays,
    a_sender_that_dies_in_a_second_sending_is_followed_by_another,
    what_was_destroyed_is_not_sent_again,
    a_second_sending_that_never_arrives_ends_with_the_retention_time,
    who_may_not_release_may_not_send_again,
    an_answer_is_sent_again_once_for_one_request_id,
    a_request_denied_in_a_workflow_without_a_release_is_over,
    of_two_who_release_at_once_one_does_and_the_other_is_told_so,
    a_late_failure_of_a_build_that_another_has_failed_since_changes_nothing,
    settings_that_change_under_way_are_told_by_the_failure,
);

fn jammed() -> Fault {
    Fault::transient("press_jammed", "the press is jammed: try again later")
}

fn busy() -> Fault {
    Fault::transient("webform_unavailable", "the webform does not answer: try again later")
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

/// The keys and states of the sendings, oldest first.
fn sendings(bureau: &Bureau, case: CaseId) -> Vec<(String, String, u32)> {
    let release = bureau.petra().summary(case).unwrap().release.unwrap();
    release.sendings.into_iter().map(|one| (one.key, one.state, one.attempts)).collect()
}

fn history(bureau: &Bureau, case: CaseId) -> Vec<String> {
    let audra = bureau.desk("audra", Role::Auditor);
    let page = audra.history(StreamId::Case(case), PageRequest::first().of(500)).unwrap();
    page.rows.into_iter().map(|entry| entry.code).collect()
}

fn a_delivered_answer_is_sent_again_under_a_key_of_its_own(bureau: &Bureau) {
    let case = delivered(bureau, "WEB-1");
    let petra = bureau.petra();
    let first = petra.summary(case).unwrap().release.unwrap();
    assert_eq!(why_not(bureau, case, Action::SendAgain), []);
    let report = petra.send_again(case, "she lost the key of her mailbox").unwrap();
    assert!(matches!(report, ReleaseReport::Delivered { receipt: Some(_) }), "{report:?}");

    let (key, again) = (first.sendings[0].key.clone(), format!("{}-2", first.sendings[0].key));
    assert_eq!(key.len(), 32);
    assert_eq!(
        sendings(bureau, case),
        [(key.clone(), "arrived".to_owned(), 1), (again.clone(), "arrived".to_owned(), 1)]
    );
    let sent = bureau.webform.sent();
    assert_eq!(sent.iter().map(|outgoing| &outgoing.key).collect::<Vec<_>>(), [&key, &again]);
    assert_eq!(package(sent[0].clone()), package(sent[1].clone()), "the same bytes");

    let summary = petra.summary(case).unwrap();
    assert_eq!(summary.case.stage, "Resolved");
    let release = summary.release.unwrap();
    assert_eq!(
        (release.receipt, release.delivered_at, release.attempts),
        (first.receipt, first.delivered_at, first.attempts),
        "the first receipt is kept"
    );
    assert_eq!(release.sendings[1].reason.as_deref(), Some("she lost the key of her mailbox"));
    let codes = history(bureau, case);
    let told = ["sending_requested", "delivery_started", "delivered"];
    assert_eq!(codes.iter().filter(|code| told.contains(&code.as_str())).count(), 5);
    petra.send_again(case, "and once more").unwrap();
    assert_eq!(sendings(bureau, case)[2].0, format!("{key}-3"));
    assert!(bureau.desk("audra", Role::Auditor).verify(None).unwrap().broken.is_none());
    bureau.engine.store().check().unwrap();
}

fn retries_within_a_second_sending_keep_its_key(bureau: &Bureau) {
    let case = delivered(bureau, "WEB-1");
    bureau.webform.will([Answer::Fails(busy()), Answer::Fails(busy())]);
    let petra = bureau.petra();
    assert!(matches!(petra.send_again(case, "lost").unwrap(), ReleaseReport::Failed { .. }));
    assert_eq!(petra.failure_overview().unwrap().count, 1);
    assert_eq!(why_not(bureau, case, Action::SendAgain), [Blocker::ReleaseFailed], "it is retried instead");
    let ReleaseReport::Failed { failure } = petra.retry(case).unwrap() else { panic!("it should fail") };
    assert_eq!(failure.attempts, 2);
    assert!(matches!(petra.retry(case).unwrap(), ReleaseReport::Delivered { .. }));
    assert_eq!(petra.failure_overview().unwrap().count, 0);
    let sent = sendings(bureau, case);
    assert_eq!((sent.len(), sent[1].2, bureau.webform.sent().len()), (2, 3, 2));
}

fn a_second_sending_that_fails_is_given_up_and_the_first_stays(bureau: &Bureau) {
    let case = delivered(bureau, "WEB-1");
    let petra = bureau.petra();
    bureau.webform.will([Answer::Fails(busy())]);
    petra.send_again(case, "lost").unwrap();
    petra.withdraw(case, Some("she found it")).unwrap();
    let summary = petra.summary(case).unwrap();
    assert_eq!((summary.failure, summary.outcome.as_deref()), (None, Some("no data")));
    assert_eq!(sendings(bureau, case)[1].1, "stopped");
    assert_eq!(bureau.engine.resume_deliveries().unwrap(), Resumed::default());
    let ended = [Blocker::WorkflowEnded { outcome: "no data".into() }];
    assert_eq!(rejection(petra.retry(case)).blockers(), ended);
    assert!(history(bureau, case).contains(&"sending_stopped".to_owned()));
    // What was given up is no reason not to do it again later.
    assert!(matches!(petra.send_again(case, "lost for good").unwrap(), ReleaseReport::Delivered { .. }));
}

fn a_sender_that_dies_in_a_second_sending_is_followed_by_another(bureau: &Bureau) {
    let case = delivered(bureau, "WEB-1");
    let (engine, clock) = (Arc::clone(&bureau.engine), bureau.clock.clone());
    bureau.webform.meanwhile.happens(move || {
        assert_eq!(engine.resume_deliveries().unwrap(), Resumed::default(), "a live lease is respected");
        clock.pass(3_600);
        assert_eq!(engine.resume_deliveries().unwrap(), Resumed { delivered: 1, failed: 0 });
    });
    let report = bureau.petra().send_again(case, "lost").unwrap();
    assert!(matches!(report, ReleaseReport::Delivered { .. }), "{report:?}");
    let sent = sendings(bureau, case);
    assert_eq!((sent.len(), sent[1].2, bureau.webform.sent().len()), (2, 2, 2), "one effect for each key");
}

fn what_was_destroyed_is_not_sent_again(bureau: &Bureau) {
    let case = delivered(bureau, "WEB-1");
    bureau.clock.pass(50 * 24 * 3_600);
    assert_eq!(bureau.engine.purge_expired().unwrap(), 1);
    let refused = rejection(bureau.petra().send_again(case, "lost"));
    assert_eq!(refused.blockers(), [Blocker::PackageDestroyed]);
    assert_eq!(refused.blockers()[0].code(), "package_destroyed");
    assert_eq!(bureau.webform.sent().len(), 1);
    let fresh = ready(bureau, "WEB-2");
    assert_eq!(rejection(bureau.petra().send_again(fresh, "early")).blockers(), [Blocker::NotDelivered]);
}

fn a_second_sending_that_never_arrives_ends_with_the_retention_time(bureau: &Bureau) {
    let case = delivered(bureau, "WEB-1");
    bureau.webform.will((0..20).map(|_| Answer::Fails(busy())));
    bureau.petra().send_again(case, "lost").unwrap();
    bureau.clock.pass(50 * 24 * 3_600);
    assert_eq!(bureau.engine.purge_expired().unwrap(), 0, "it is kept while it is tried again");
    for _ in 0..19 {
        assert_eq!(bureau.engine.resume_deliveries().unwrap(), Resumed { delivered: 0, failed: 1 });
        bureau.clock.pass(10 * 3_600);
    }
    assert_eq!(bureau.engine.purge_expired().unwrap(), 1);
    let petra = bureau.petra();
    assert_eq!((petra.summary(case).unwrap().failure, petra.failure_overview().unwrap().count), (None, 0));
    assert_eq!(sendings(bureau, case)[1].1, "stopped");
    assert_eq!(rejection(petra.retry(case)).code(), "blocked");
    assert_eq!(bureau.engine.purge_expired().unwrap(), 0);
    bureau.engine.store().check().unwrap();
}

fn who_may_not_release_may_not_send_again(bureau: &Bureau) {
    let case = delivered(bureau, "WEB-1");
    for role in [Role::Agent, Role::Auditor, Role::ItAdministrator] {
        let refused = rejection(bureau.desk("other", role).send_again(case, "why not"));
        assert_eq!(refused.code(), "forbidden", "{role:?}");
    }
    let refused = rejection(bureau.desk("paul", Role::Approver).send_again(case, "why not"));
    assert_eq!(refused.blockers(), [Blocker::held_by("petra")], "as for the release itself");
    let blank = rejection(bureau.petra().send_again(case, "  "));
    assert_eq!(blank.fields()[0].field, "reason");
    assert_eq!(sendings(bureau, case).len(), 1);
}

fn an_answer_is_sent_again_once_for_one_request_id(bureau: &Bureau) {
    let case = delivered(bureau, "WEB-1");
    let desk = bureau.petra().request("again-1");
    let first = desk.send_again(case, "lost").unwrap();
    assert_eq!(desk.send_again(case, "lost").unwrap(), first);
    assert_eq!((sendings(bureau, case).len(), *bureau.webform.brought.lock().unwrap()), (2, 2));
}

fn a_request_denied_in_a_workflow_without_a_release_is_over(bureau: &Bureau) {
    let mona = bureau.desk("mona", Role::Manager);
    let denial_codes = vec!["no_budget".to_owned()];
    let signed = NewStep { denial_codes, ..NewStep::new("signed", "Signed", StepKind::Approval) };
    let name = "Sign-off".to_owned();
    mona.create_workflow(NewWorkflow { name, steps: vec![signed], ..NewWorkflow::default() }).unwrap();
    let case_type = NewCaseType::new("Sign-off").with_workflow("Sign-off");
    mona.create_case_type(case_type).unwrap();
    let case = mona.raise_case(NewCase::new("Sign-off", "A new lamp")).unwrap().id;
    let petra = bureau.petra();
    petra.take_case(case).unwrap();
    let reason = || "there is no money left".to_owned();
    let (internal_reason, customer_reason) = (reason(), reason());
    let denial = NewDenial { step: None, code: "no_budget".into(), internal_reason, customer_reason };
    assert_eq!(petra.deny(case, denial).unwrap(), ReleaseReport::Ended { outcome: "denied".into() });
    let summary = petra.summary(case).unwrap();
    assert_eq!((summary.case.stage.as_str(), summary.release), ("Resolved", None));
    assert_eq!((*bureau.press.built.lock().unwrap(), *bureau.webform.brought.lock().unwrap()), (0, 0));
}

fn of_two_who_release_at_once_one_does_and_the_other_is_told_so(bureau: &Bureau) {
    let case = ready(bureau, "WEB-1");
    let colleague = bureau.petra();
    bureau.press.meanwhile.happens(move || {
        assert_eq!(rejection(colleague.release(case)).blockers(), [Blocker::ReleaseUnderWay]);
    });
    let colleague = bureau.petra();
    bureau.webform.meanwhile.happens(move || {
        assert_eq!(rejection(colleague.release(case)).blockers(), [Blocker::ReleaseUnderWay]);
    });
    assert!(matches!(bureau.petra().release(case).unwrap(), ReleaseReport::Delivered { .. }));
    let late = rejection(bureau.petra().release(case));
    assert!(late.blockers().contains(&Blocker::WorkflowEnded { outcome: "no data".into() }), "{late:?}");

    for round in 0..8 {
        let case = ready(bureau, &format!("WEB-race-{round}"));
        let answers = thread::scope(|scope| {
            let all = [(); 2].map(|()| scope.spawn(|| bureau.petra().release(case)));
            all.map(|one| one.join().unwrap())
        });
        let (done, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
        assert_eq!((done.len(), refused.len()), (1, 1), "round {round}");
        for answer in refused {
            let blockers = rejection(answer).blockers().to_vec();
            let told = [Blocker::ReleaseUnderWay, Blocker::WorkflowEnded { outcome: "no data".into() }];
            assert!(blockers.iter().any(|blocker| told.contains(blocker)), "round {round}: {blockers:?}");
        }
    }
    assert_eq!(*bureau.webform.brought.lock().unwrap(), 9, "each was sent once");
}

fn a_late_failure_of_a_build_that_another_has_failed_since_changes_nothing(bureau: &Bureau) {
    let case = ready(bureau, "WEB-1");
    let ((tell, begun), (proceed, told)) = (mpsc::channel(), mpsc::channel());
    bureau.press.meanwhile.happens(move || {
        tell.send(()).unwrap();
        told.recv().ok();
    });
    thread::scope(|scope| {
        let slow = scope.spawn(|| bureau.petra().release(case).unwrap());
        begun.recv().unwrap();
        bureau.press.faults.lock().unwrap().push_back(jammed());
        assert_eq!(bureau.engine.resume_deliveries().unwrap(), Resumed { delivered: 0, failed: 1 });
        let before = bureau.petra().summary(case).unwrap();
        bureau.press.faults.lock().unwrap().push_back(Fault::data("ink_dried", "the ink has dried"));
        proceed.send(()).unwrap();
        let ReleaseReport::Failed { failure } = slow.join().unwrap() else { panic!("it should have failed") };
        assert_eq!(failure.code, "press_jammed", "it answers what is true");
        let after = bureau.petra().summary(case).unwrap();
        assert_eq!((after.case.revision, after.failure), (before.case.revision, before.failure));
    });
    assert!(matches!(bureau.petra().retry(case).unwrap(), ReleaseReport::Delivered { .. }));
}

fn settings_that_change_under_way_are_told_by_the_failure(bureau: &Bureau) {
    let case = ready(bureau, "WEB-1");
    let ivo = bureau.desk("ivo", Role::ItAdministrator);
    bureau.press.meanwhile.happens(move || {
        ivo.change_settings(SettingsEdit { without_webform: true, ..SettingsEdit::default() }).unwrap();
    });
    let ReleaseReport::Failed { failure } = bureau.petra().release(case).unwrap() else {
        panic!("it is sent")
    };
    assert_eq!(
        (failure.code.as_str(), failure.setting.as_deref(), failure.attempts),
        ("webform_not_set", Some("webform"), 1)
    );
    let webform = Some(WebformTarget::Host { name: "webform".into() });
    let ivo = bureau.desk("ivo", Role::ItAdministrator);
    ivo.change_settings(SettingsEdit { webform, ..SettingsEdit::default() }).unwrap();
    assert!(matches!(ivo.retry(case).unwrap(), ReleaseReport::Delivered { .. }));
    assert_eq!(*bureau.press.built.lock().unwrap(), 1, "it goes on from the last good point");
}
