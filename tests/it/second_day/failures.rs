//! What goes wrong: with its cause, who must fix it, and a retry that goes on from where it stopped.

use casekit::{
    Action, Blocker, Fault, PageRequest, ReleaseReport, Responsible, Role, SettingsEdit, SourceKind,
    SourceSetting, StepState,
};

use super::host::{Answer, Bureau};
use super::{in_every_bureau, why_not};
use crate::build::rejection;

in_every_bureau!(
    a_failing_source_says_what_to_fix_and_a_retry_works_then,
    a_source_of_the_host_that_panics_is_a_failure_and_its_text_goes_nowhere,
    a_failed_delivery_is_retried_with_the_same_key_and_bytes,
    a_sender_that_dies_is_followed_by_another_and_the_receiver_sees_one_effect,
    two_processes_do_not_both_send,
    errors_are_grouped_by_cause_and_retried_together,
    an_administrator_sees_the_error_and_not_the_customer,
    without_a_webform_the_cause_says_so,
    a_case_in_error_is_still_pending_and_can_be_withdrawn,
);

fn broken_source() -> Fault {
    Fault::configuration("source_missing", "sources.shop", "the shop's file is not there: fix its path")
}

fn busy() -> Fault {
    Fault::transient("webform_unavailable", "the webform does not answer: try again later")
}

fn a_failing_source_says_what_to_fix_and_a_retry_works_then(bureau: &Bureau) {
    let case = bureau.identified("WEB-1");
    let petra = bureau.petra();
    let rows = std::mem::replace(&mut *bureau.orders.rows.lock().unwrap(), Err(broken_source()));
    let failed = petra.prepare_data(case.id).unwrap().failure.unwrap();
    assert_eq!(
        (failed.code.as_str(), failed.responsible, failed.setting.as_deref(), failed.attempts),
        ("source_missing", Responsible::ItAdministrator, Some("sources.shop"), 1)
    );
    assert_eq!(petra.summary(case.id).unwrap().steps[1].state, StepState::Failed);
    assert_eq!(
        petra.case(case.id).unwrap().revision,
        {
            let again = petra.retry(case.id).unwrap();
            let ReleaseReport::Failed { failure } = again else { panic!("{again:?}") };
            assert_eq!(failure.attempts, 2);
            petra.case(case.id).unwrap().revision
        } - 3,
        "each attempt leaves its events"
    );

    *bureau.orders.rows.lock().unwrap() = rows;
    let fixed = bureau.desk("ivo", Role::ItAdministrator).retry(case.id).unwrap();
    assert_eq!(fixed, ReleaseReport::Recovered);
    let summary = petra.summary(case.id).unwrap();
    assert_eq!((summary.failure, summary.steps[1].state), (None, StepState::Ready));
    assert_eq!(summary.snapshot.unwrap().tables.len(), 3);
}

fn a_source_of_the_host_that_panics_is_a_failure_and_its_text_goes_nowhere(bureau: &Bureau) {
    let case = bureau.identified("WEB-1");
    // Poisoned on purpose: the source then panics with a text of its own.
    let orders = std::sync::Arc::clone(&bureau.orders);
    let poisoned = std::thread::spawn(move || {
        let _held = orders.rows.lock().unwrap();
        panic!("DE89370400440532013000");
    });
    assert!(poisoned.join().is_err());
    let failure = bureau.petra().prepare_data(case.id).unwrap().failure.unwrap();
    assert_eq!((failure.code.as_str(), failure.responsible), ("host_failed", Responsible::Support));
    assert!(!format!("{failure:?}").contains("Poison"));
}

fn ready_to_release(bureau: &Bureau, reference: &str) -> casekit::CaseId {
    let case = bureau.identified(reference);
    bureau.petra().approve_no_data(case.id, Some("it is about somebody else")).unwrap();
    case.id
}

fn a_failed_delivery_is_retried_with_the_same_key_and_bytes(bureau: &Bureau) {
    let case = ready_to_release(bureau, "WEB-1");
    bureau.webform.will([Answer::Fails(busy()), Answer::Fails(busy())]);
    let report = bureau.petra().release(case).unwrap();
    let ReleaseReport::Failed { failure } = report else { panic!("{report:?}") };
    assert_eq!(
        (failure.code.as_str(), failure.step.as_str(), failure.attempts),
        ("webform_unavailable", "release", 1)
    );
    assert!(why_not(bureau, case, Action::Release).contains(&Blocker::ReleaseFailed));
    let ReleaseReport::Failed { failure } = bureau.petra().retry(case).unwrap() else { panic!() };
    assert_eq!(failure.attempts, 2);
    assert!(matches!(bureau.petra().retry(case).unwrap(), ReleaseReport::Delivered { .. }));
    assert_eq!((bureau.webform.sent().len(), *bureau.webform.brought.lock().unwrap()), (1, 3));
    assert_eq!(rejection(bureau.petra().retry(case)).code(), "blocked");
}

fn a_sender_that_dies_is_followed_by_another_and_the_receiver_sees_one_effect(bureau: &Bureau) {
    let case = ready_to_release(bureau, "WEB-1");
    bureau.webform.will([Answer::TakesAndPanics]);
    // A panic of the host's code is a failure; the webform has the package all the same.
    assert!(matches!(bureau.petra().release(case).unwrap(), ReleaseReport::Failed { .. }));
    assert!(matches!(bureau.petra().retry(case).unwrap(), ReleaseReport::Delivered { .. }));
    assert_eq!((bureau.webform.sent().len(), *bureau.webform.brought.lock().unwrap()), (1, 2));
}

fn two_processes_do_not_both_send(bureau: &Bureau) {
    let case = ready_to_release(bureau, "WEB-1");
    bureau.webform.will([Answer::Fails(busy())]);
    bureau.petra().release(case).unwrap();
    assert_eq!(bureau.engine.resume_deliveries().unwrap().delivered, 0, "what failed waits for a retry");
    std::thread::scope(|scope| {
        let both = [(); 2].map(|()| scope.spawn(|| bureau.petra().retry(case)));
        for one in both {
            // The other one sees that it is being sent, that it has arrived, or that nothing fails any more.
            let _ = one.join().unwrap();
        }
    });
    assert_eq!(bureau.webform.sent().len(), 1);
    assert!(bureau.petra().summary(case).unwrap().outcome.is_some());
}

fn errors_are_grouped_by_cause_and_retried_together(bureau: &Bureau) {
    let cases = ["WEB-1", "WEB-2", "WEB-3"].map(|reference| ready_to_release(bureau, reference));
    bureau.webform.will([Answer::Fails(busy()), Answer::Fails(busy()), Answer::Fails(broken_source())]);
    for case in cases {
        bureau.petra().release(case).unwrap();
    }
    let overview = bureau.petra().failure_overview().unwrap();
    let groups: Vec<(&str, u64)> =
        overview.groups.iter().map(|group| (group.code.as_str(), group.count)).collect();
    assert_eq!((groups, overview.count), (vec![("source_missing", 1), ("webform_unavailable", 2)], 3));
    assert_eq!(overview.support_email.as_deref(), Some("help@lampenhaus.example"));
    let retried = bureau.petra().retry_all("webform_unavailable", Some("webform")).unwrap();
    assert_eq!(retried.len(), 2);
    assert!(retried.iter().all(|one| matches!(one.report, Some(ReleaseReport::Delivered { .. }))));
    assert_eq!(bureau.petra().failure_overview().unwrap().count, 1);
}

fn an_administrator_sees_the_error_and_not_the_customer(bureau: &Bureau) {
    let case = ready_to_release(bureau, "WEB-1");
    bureau.webform.will([Answer::Fails(busy())]);
    bureau.petra().release(case).unwrap();
    let ivo = bureau.desk("ivo", Role::ItAdministrator);
    let failing = ivo.cases_with_errors(None, None, PageRequest::first()).unwrap().rows;
    assert_eq!((failing.len(), failing[0].id), (1, case));
    assert!(!format!("{failing:?}").contains("Ada"));
    assert_eq!(rejection(ivo.case(case)).code(), "forbidden");
    assert!(matches!(ivo.retry(case).unwrap(), ReleaseReport::Delivered { .. }));
}

fn without_a_webform_the_cause_says_so(bureau: &Bureau) {
    let ivo = bureau.desk("ivo", Role::ItAdministrator);
    ivo.change_settings(SettingsEdit { without_webform: true, ..SettingsEdit::default() }).unwrap();
    let sources =
        Some(vec![SourceSetting { name: "crm".into(), kind: SourceKind::csv("nowhere.csv", "id") }]);
    ivo.change_settings(SettingsEdit { sources, ..SettingsEdit::default() }).unwrap();
    let findings = ivo.check_settings(casekit::Reach::Here).unwrap();
    let problems: Vec<(&str, Option<&str>)> =
        findings.iter().map(|one| (one.setting.as_str(), one.problem.as_deref())).collect();
    assert_eq!(
        problems,
        [
            ("organisation", None),
            ("support_email", None),
            ("webform", Some("webform_not_set")),
            ("sources.crm", Some("source_missing"))
        ]
    );
    let case = ready_to_release(bureau, "WEB-1");
    let ReleaseReport::Failed { failure } = bureau.petra().release(case).unwrap() else { panic!() };
    assert_eq!((failure.code.as_str(), failure.setting.as_deref()), ("webform_not_set", Some("webform")));
}

fn a_case_in_error_is_still_pending_and_can_be_withdrawn(bureau: &Bureau) {
    let case = ready_to_release(bureau, "WEB-1");
    bureau.webform.will([Answer::Fails(busy())]);
    bureau.petra().release(case).unwrap();
    assert_eq!(bureau.petra().my_pending_count().unwrap(), 1);
    let mine = bureau.petra().my_pending_cases(PageRequest::first()).unwrap().rows;
    assert_eq!(mine[0].status, "In Progress: error: webform unavailable");
    bureau.petra().withdraw(case, None).unwrap();
    assert_eq!(bureau.petra().my_pending_count().unwrap(), 0);
    assert_eq!(bureau.petra().failure_overview().unwrap().count, 0);
}
