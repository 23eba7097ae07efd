//! The day as it goes when it goes well.

use casekit::{
    Action, Blocker, NewDenial, NewRedaction, PageRequest, Permission, ReleaseReport, Role, StageCategory,
    StepState, StreamId,
};

use super::host::{Bureau, package};
use super::{in_every_bureau, why_not};
use crate::build::rejection;

in_every_bureau!(
    a_request_goes_from_the_webform_to_the_receipt,
    the_same_reference_gives_the_same_case,
    a_request_of_an_unknown_customer_leaves_the_link_to_the_worker,
    no_data_is_an_answer_too,
    a_denial_is_delivered_in_the_same_way,
    a_withdrawn_request_is_closed_and_its_data_destroyed,
    what_was_kept_is_destroyed_after_the_retention_time,
    a_worker_without_the_permission_sees_the_box_locked_with_the_reason,
    credentials_are_in_clear_for_few,
);

fn states(bureau: &Bureau, case: casekit::CaseId) -> Vec<StepState> {
    bureau.petra().summary(case).unwrap().steps.iter().map(|step| step.state).collect()
}

pub(crate) fn a_request_goes_from_the_webform_to_the_receipt(bureau: &Bureau) {
    let petra = bureau.petra();
    let case = bureau.request("WEB-1");
    assert_eq!(petra.find_case(&case.number).unwrap().customer_name.as_deref(), Some("Ada Obi"));
    assert_eq!(petra.my_pending_count().unwrap(), 1);
    let mine = petra.my_pending_cases(PageRequest::first()).unwrap().rows;
    assert_eq!((mine[0].id, mine[0].status.as_str()), (case.id, "Open: Identification"));
    assert_eq!(states(bureau, case.id), [StepState::Ready, StepState::Locked, StepState::Locked]);
    assert_eq!(why_not(bureau, case.id, Action::ApproveIdentification), [Blocker::NotTaken]);

    petra.take_case(case.id).unwrap();
    petra.approve_identification(case.id, "video call", &["passport", "date of birth"]).unwrap();
    assert_eq!(states(bureau, case.id), [StepState::Done, StepState::Ready, StepState::Locked]);
    assert_eq!(
        why_not(bureau, case.id, Action::Release),
        [Blocker::StepLocked { step: "Release".into(), requires: vec!["Data approval".into()] }]
    );

    let snapshot = petra.prepare_data(case.id).unwrap();
    let tables: Vec<(&str, &str, u64)> = snapshot
        .tables
        .iter()
        .map(|table| (table.source.as_str(), table.name.as_str(), table.rows))
        .collect();
    assert_eq!(tables, [("casekit", "profile", 1), ("casekit", "cases", 0), ("shop", "orders", 2)]);
    let preview = petra.preview_data(case.id, "shop", "orders", 1, 10).unwrap();
    assert_eq!((preview.rows.len(), preview.of), (1, 2));
    let hide = NewRedaction::new("shop", "orders", "remark", "opinions of our staff");
    petra.approve_data(case.id, snapshot.id.unwrap(), vec![hide]).unwrap();

    let report = petra.release(case.id).unwrap();
    let ReleaseReport::Delivered { receipt: Some(receipt) } = &report else { panic!("{report:?}") };
    assert!(receipt.starts_with("receipt of "));
    let outgoing = bureau.webform.sent().remove(0);
    let reply_to = outgoing.reply_to.clone();
    let (outcome, sent) = package(outgoing);
    assert!(sent.contains("Lamp") && sent.contains("opinions of our staff"));
    assert!(!sent.contains("difficult"), "what is hidden is nowhere in the package");
    assert_eq!((reply_to.as_str(), outcome.as_str()), ("ada@example.org", "data_released"));

    let view = petra.case(case.id).unwrap();
    assert_eq!((view.category, view.stage.as_str()), (StageCategory::Resolved, "Resolved"));
    assert_eq!(petra.my_pending_count().unwrap(), 0);
    assert_eq!(states(bureau, case.id), [StepState::Done, StepState::Done, StepState::Done]);
    assert!(bureau.desk("audra", Role::Auditor).verify(None).unwrap().broken.is_none());
    let history =
        bureau.desk("audra", Role::Auditor).history(StreamId::Case(case.id), PageRequest::first()).unwrap();
    let codes: Vec<&str> = history.rows.iter().map(|entry| entry.code.as_str()).collect();
    assert_eq!(
        codes,
        [
            "case_raised",
            "request_received",
            "workflow_started",
            "case_taken",
            "stage_changed",
            "step_approved",
            "source_asked",
            "source_asked",
            "snapshot_collected",
            "step_approved",
            "release_requested",
            "package_built",
            "delivery_started",
            "delivered",
            "stage_changed",
        ]
    );
}

fn the_same_reference_gives_the_same_case(bureau: &Bureau) {
    let first = bureau.request("WEB-1");
    let again = bureau.request(" WEB-1 ");
    assert_eq!((first.id, first.replayed, again.id, again.replayed), (first.id, false, first.id, true));
    assert_ne!(bureau.request("WEB-2").id, first.id);
}

fn a_request_of_an_unknown_customer_leaves_the_link_to_the_worker(bureau: &Bureau) {
    let request = casekit::NewRequest::new("WEB-9", "Nobody Known").about_customer("CRM-999");
    let case = bureau.petra().receive_request(request).unwrap();
    let view = bureau.petra().case(case.id.unwrap()).unwrap();
    assert_eq!((view.customer, view.title.as_str()), (None, "Data request"));
}

fn no_data_is_an_answer_too(bureau: &Bureau) {
    let case = bureau.identified("WEB-1");
    bureau.petra().approve_no_data(case.id, Some("it is about somebody else")).unwrap();
    assert!(matches!(bureau.petra().release(case.id).unwrap(), ReleaseReport::Delivered { .. }));
    assert_eq!(package(bureau.webform.sent().remove(0)).0, "no_data");
    assert_eq!(bureau.petra().summary(case.id).unwrap().outcome.as_deref(), Some("no data"));
}

fn denial(code: &str) -> NewDenial {
    NewDenial {
        step: None,
        code: code.into(),
        internal_reason: "the passport was not hers".into(),
        customer_reason: "we could not make sure who is asking".into(),
    }
}

fn a_denial_is_delivered_in_the_same_way(bureau: &Bureau) {
    let case = bureau.request("WEB-1");
    let petra = bureau.petra();
    petra.take_case(case.id).unwrap();
    let unknown = rejection(petra.deny(case.id, denial("because")));
    assert_eq!(unknown.fields()[0].field, "code");
    assert!(matches!(petra.deny(case.id, denial("no_match")).unwrap(), ReleaseReport::Delivered { .. }));
    let (_, sent) = package(bureau.webform.sent().remove(0));
    assert!(
        sent.contains("we could not make sure") && !sent.contains("not hers"),
        "the internal reason stays inside"
    );
    let summary = petra.summary(case.id).unwrap();
    assert_eq!(summary.outcome.as_deref(), Some("denied: no match"));
    assert_eq!(summary.case.category, StageCategory::Resolved);
    assert_eq!(summary.steps[0].state, StepState::Denied);
}

fn a_withdrawn_request_is_closed_and_its_data_destroyed(bureau: &Bureau) {
    let case = bureau.identified("WEB-1");
    let petra = bureau.petra();
    petra.prepare_data(case.id).unwrap();
    petra.withdraw(case.id, Some("she found it herself")).unwrap();
    let summary = petra.summary(case.id).unwrap();
    assert_eq!(
        (summary.outcome.as_deref(), summary.case.category),
        (Some("withdrawn"), StageCategory::Closed)
    );
    assert_eq!((summary.snapshot, bureau.webform.sent().len()), (None, 0));
    let refused = rejection(petra.release(case.id));
    assert!(refused.blockers().contains(&Blocker::WorkflowEnded { outcome: "withdrawn".into() }));
}

fn what_was_kept_is_destroyed_after_the_retention_time(bureau: &Bureau) {
    let case = bureau.identified("WEB-1");
    let petra = bureau.petra();
    let snapshot = petra.prepare_data(case.id).unwrap();
    petra.approve_data(case.id, snapshot.id.unwrap(), Vec::new()).unwrap();
    petra.release(case.id).unwrap();
    assert_eq!(bureau.engine.purge_expired().unwrap(), 0, "it is kept for thirty days");
    bureau.clock.pass(50 * 24 * 3_600);
    assert_eq!(bureau.engine.purge_expired().unwrap(), 1);
    assert_eq!(petra.summary(case.id).unwrap().snapshot, None);
    assert_eq!(bureau.engine.purge_expired().unwrap(), 0);
    assert!(bureau.desk("audra", Role::Auditor).verify(None).unwrap().broken.is_none());
}

fn a_worker_without_the_permission_sees_the_box_locked_with_the_reason(bureau: &Bureau) {
    let case = bureau.request("WEB-1");
    let amara = bureau.desk("amara", Role::Agent);
    amara.take_case(case.id).unwrap();
    let blockers = amara.blockers(case.id, Action::ApproveIdentification, None).unwrap();
    assert_eq!(blockers, [Blocker::PermissionMissing { permission: Permission::DecideSteps }]);
    assert_eq!(rejection(amara.approve_identification(case.id, "x", &[])).code(), "forbidden");
    assert_eq!(amara.my_pending_count().unwrap(), 0, "nothing there is hers to do");
    let offered = amara.available_actions(case.id).unwrap();
    let possible: Vec<Action> =
        offered.iter().filter(|one| one.blockers.is_empty()).map(|one| one.action).collect();
    let of_the_case = [
        Action::ReturnCase,
        Action::EditCase,
        Action::ChangePriority,
        Action::TagCase,
        Action::ChangeCustomer,
        Action::GiveDate,
        Action::FollowUp,
        Action::EditRequest,
        Action::AddNote,
        Action::AddCustomerNote,
        Action::SendMessage,
        Action::MoveCase,
    ];
    assert_eq!(possible, of_the_case, "and nothing of the workflow");
}

fn credentials_are_in_clear_for_few(bureau: &Bureau) {
    let case = bureau.request("WEB-1");
    let clear = &bureau.petra().summary(case.id).unwrap().credentials[0];
    assert_eq!(clear.value.as_deref(), Some("CRM-1-4711-0815"));
    let agents = bureau.desk("amara", Role::Agent).summary(case.id).unwrap();
    assert_eq!((agents.credentials[0].value.clone(), agents.credentials[0].hint.as_str()), (None, "…"));
    assert!(!format!("{agents:?}").contains("4711-0815"));
}
