//! Nothing of a person is collected, approved or sent while they are not identified, also after something failed.

use casekit::{
    Action, Blocker, CaseEdit, CaseId, CaseTypeEdit, Desk, Error, Fault, NewDenial, PageRequest, Rejection,
    ReleaseReport, Resumed, Role, StepState,
};

use super::host::Bureau;
use super::in_every_bureau;
use crate::build::rejection;

in_every_bureau!(
    a_failed_collection_opens_no_way_round_the_identification,
    a_retry_collects_nothing_about_somebody_unidentified,
    a_collection_that_fails_after_the_identification_was_revoked_is_not_recorded,
    a_repeated_request_to_collect_collects_no_second_time,
    a_revoked_identification_takes_the_failure_after_it_along,
    what_failed_can_be_retried_once_the_requester_is_identified_again,
);

fn broken_source() -> Fault {
    Fault::configuration("source_missing", "sources.shop", "the shop's file is not there: fix its path")
}

type Lapse = fn(&Bureau, CaseId);

/// The ways in which an identification is lost.
const LAPSES: [(&str, Lapse); 2] = [
    ("revoked", |bureau, case| {
        bureau.petra().revoke(case, "identification", None).unwrap();
    }),
    ("another customer", |bureau, case| {
        bureau.petra().edit_case(case, CaseEdit::new().without_customer()).unwrap();
    }),
];

/// A case whose data was collected once, then failed to be, and whose requester is unidentified since.
fn unidentified(bureau: &Bureau, reference: &str, lapse: Lapse) -> (CaseId, casekit::BlobId) {
    let case = bureau.identified(reference).id;
    let petra = bureau.petra().request(format!("before {reference}"));
    let found = petra.prepare_data(case).unwrap().id.unwrap();
    bureau.orders.fails(broken_source());
    assert!(bureau.petra().prepare_data(case).unwrap().failure.is_some());
    lapse(bureau, case);
    bureau.orders.works();
    (case, found)
}

fn four_eyes(bureau: &Bureau) {
    let mona = bureau.desk("mona", Role::Manager);
    let data_request = mona.case_type("Data request").unwrap().id;
    let workflow = Some("Data request, four eyes".into());
    mona.edit_case_type(data_request, CaseTypeEdit { workflow, ..CaseTypeEdit::default() }).unwrap();
}

#[track_caller]
fn is_locked<T: std::fmt::Debug>(answer: Result<T, Error>, what: &str) {
    let Rejection::Blocked { blockers, .. } = rejection(answer) else { panic!("{what}: not blocked") };
    let locked = |blocker: &Blocker| matches!(blocker, Blocker::StepLocked { .. });
    assert!(blockers.iter().any(locked), "{what}: {blockers:?}");
}

fn a_failed_collection_opens_no_way_round_the_identification(bureau: &Bureau) {
    for (eyes, (how, lapse)) in [2, 4].into_iter().flat_map(|eyes| LAPSES.map(|lapse| (eyes, lapse))) {
        if eyes == 4 {
            four_eyes(bureau);
        }
        let (case, found) = unidentified(bureau, &format!("WEB-{eyes}-{how}"), lapse);
        let (petra, paul) = (bureau.petra(), bureau.desk("paul", Role::Approver));
        let asked = bureau.orders.asked();
        let states: Vec<StepState> =
            petra.summary(case).unwrap().steps.iter().map(|step| step.state).collect();
        assert_eq!(states, [StepState::Ready, StepState::Locked, StepState::Locked], "{how}");

        is_locked(petra.approve_data(case, found, Vec::new()), how);
        is_locked(petra.approve_no_data(case, Some("it is about somebody else")), how);
        is_locked(petra.prepare_data(case), how);
        is_locked(petra.request("again").prepare_data(case), how);
        is_locked(petra.release(case), how);
        is_locked(paul.release(case), how);
        let (code, reason) = ("excessive".to_owned(), "too much".to_owned());
        let step = Some("data_approval".to_owned());
        let denial = NewDenial { step, code, internal_reason: reason.clone(), customer_reason: reason };
        is_locked(petra.deny(case, denial), how);
        for desk in [&petra, &bureau.desk("ivo", Role::ItAdministrator)] {
            assert_eq!(rejection(desk.retry(case)).code(), "blocked", "{how}");
        }
        assert_eq!(bureau.engine.resume_deliveries().unwrap(), Resumed::default());
        for action in [Action::PrepareData, Action::ApproveNoData, Action::ApproveData, Action::Release] {
            assert!(!petra.blockers(case, action, None).unwrap().is_empty(), "{how}: {action:?}");
        }
        assert_eq!(bureau.orders.asked(), asked, "{how}: nobody is asked about somebody unidentified");
        assert_eq!(bureau.webform.sent().len(), 0, "{how}");
    }
}

fn a_retry_collects_nothing_about_somebody_unidentified(bureau: &Bureau) {
    let (case, _) = unidentified(bureau, "WEB-1", LAPSES[0].1);
    let ivo = bureau.desk("ivo", Role::ItAdministrator);
    let asked = bureau.orders.asked();
    assert_eq!(ivo.retry_all("source_missing", None).unwrap().len(), 0);
    assert_eq!(rejection(ivo.retry(case)).blockers(), [Blocker::NothingToRetry]);
    assert_eq!(bureau.orders.asked(), asked);
}

fn a_collection_that_fails_after_the_identification_was_revoked_is_not_recorded(bureau: &Bureau) {
    let case = bureau.identified("WEB-1").id;
    bureau.orders.fails(broken_source());
    let petra = bureau.petra();
    bureau.orders.meanwhile.happens(move || {
        petra.revoke(case, "identification", None).unwrap();
    });
    is_locked(bureau.petra().prepare_data(case), "while it was collected");
    let summary = bureau.petra().summary(case).unwrap();
    assert_eq!((summary.failure, summary.steps[1].state), (None, StepState::Locked));
}

fn a_repeated_request_to_collect_collects_no_second_time(bureau: &Bureau) {
    let case = bureau.identified("WEB-1").id;
    let petra: Desk = bureau.petra().request("collect-1");
    let first = petra.prepare_data(case).unwrap();
    assert_eq!(petra.prepare_data(case).unwrap(), first, "the first answer again");
    assert_eq!(bureau.orders.asked(), 1);
    bureau.petra().revoke(case, "identification", None).unwrap();
    petra.prepare_data(case).unwrap();
    assert_eq!(bureau.orders.asked(), 1);
}

fn a_revoked_identification_takes_the_failure_after_it_along(bureau: &Bureau) {
    for (how, lapse) in LAPSES {
        let (case, _) = unidentified(bureau, how, lapse);
        assert_eq!(bureau.petra().summary(case).unwrap().failure, None, "{how}");
    }
    assert_eq!(bureau.petra().failure_overview().unwrap().count, 0);
    let mine = bureau.petra().my_pending_cases(PageRequest::first()).unwrap().rows;
    let status: Vec<&str> = mine.iter().map(|case| case.status.as_str()).collect();
    assert_eq!(status, ["In Progress: Identification"; 2]);
}

fn what_failed_can_be_retried_once_the_requester_is_identified_again(bureau: &Bureau) {
    let (case, _) = unidentified(bureau, "WEB-1", LAPSES[0].1);
    let petra = bureau.petra();
    petra.approve_identification(case, "video call", &[]).unwrap();
    bureau.orders.fails(broken_source());
    assert!(petra.prepare_data(case).unwrap().failure.is_some());
    bureau.orders.works();
    assert_eq!(bureau.desk("ivo", Role::ItAdministrator).retry(case).unwrap(), ReleaseReport::Recovered);
    let found = petra.snapshot(case).unwrap().id.unwrap();
    petra.approve_data(case, found, Vec::new()).unwrap();
    assert!(matches!(petra.release(case).unwrap(), ReleaseReport::Delivered { .. }));
}
