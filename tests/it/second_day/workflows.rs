//! Workflows as data: checked whole, versioned, and others than the shipped ones.

use casekit::{
    Action, Blocker, CaseId, CaseTypeEdit, NewCase, NewCaseType, NewStep, NewWorkflow, PageRequest,
    ReleaseReport, Role, StageCategory, StepKind, StepState, WorkflowEdit,
};

use super::host::Bureau;
use super::in_every_bureau;
use crate::build::rejection;

in_every_bureau!(
    every_fault_of_a_workflow_is_named_at_once,
    a_sign_off_needs_two_people_and_no_data,
    an_approval_may_stand_between_identification_and_data,
    four_eyes_are_kept_whatever_the_order,
    a_running_case_keeps_its_version,
    a_workflow_that_is_out_of_use_is_taken_by_no_type,
);

fn step(id: &str, kind: StepKind) -> NewStep {
    NewStep::new(id, id, kind)
}

fn create(bureau: &Bureau, name: &str, steps: Vec<NewStep>) -> Result<casekit::WorkflowView, casekit::Error> {
    let new = NewWorkflow { name: name.into(), steps, sources: None };
    bureau.desk("mona", Role::Manager).create_workflow(new)
}

fn raise_under(bureau: &Bureau, workflow: &str) -> CaseId {
    let mona = bureau.desk("mona", Role::Manager);
    mona.create_case_type(NewCaseType::new(workflow).with_workflow(workflow)).unwrap();
    mona.raise_case(NewCase::new(workflow, "A case")).unwrap().id
}

fn every_fault_of_a_workflow_is_named_at_once(bureau: &Bureau) {
    let faults = |steps: Vec<NewStep>| -> Vec<String> {
        let refused = rejection(create(bureau, "Odd", steps));
        refused.fields().iter().map(|field| field.field.clone()).collect()
    };
    use StepKind::{Approval, DataApproval, Release};
    assert_eq!(faults(vec![]), ["steps"]);
    assert_eq!(
        faults(vec![
            step("a", Approval).requires("b"),
            step("b", Approval).requires("a"),
            step("c", Approval).requires("nobody"),
        ]),
        ["steps[0].requires", "steps[1].requires", "steps[2].requires"]
    );
    assert_eq!(
        faults(vec![
            step("", Approval),
            step("x y", Approval).with_quorum(0),
            step("c", Approval).deniable(["No!"])
        ]),
        ["steps[0].id", "steps[0].label", "steps[1].id", "steps[1].quorum", "steps[2].denial_codes"]
    );
    assert_eq!(faults(vec![step("data", DataApproval)]), ["steps"], "data needs a release");
    assert_eq!(
        faults(vec![
            step("data", DataApproval),
            step("other", Approval),
            step("out", Release).requires("data")
        ]),
        ["steps[2].requires"],
        "nothing may be left behind by the release"
    );
    assert_eq!(
        faults(vec![step("one", Release), step("two", Release).requires("one")]),
        ["steps[0].requires", "steps[1].kind"]
    );
}

fn a_sign_off_needs_two_people_and_no_data(bureau: &Bureau) {
    create(bureau, "Sign-off", vec![step("signed", StepKind::Approval).with_quorum(2).not_by_raiser()])
        .unwrap();
    let case = raise_under(bureau, "Sign-off");
    let [petra, paul, mona] = [("petra", Role::Approver), ("paul", Role::Approver), ("mona", Role::Manager)]
        .map(|(id, role)| bureau.desk(id, role));
    let raiser = rejection(mona.approve_step(case, "signed", None));
    assert_eq!(raiser.blockers(), [Blocker::RaisedByYou { step: "signed".into() }]);
    petra.approve_step(case, "signed", None).unwrap();
    let twice = rejection(petra.approve_step(case, "signed", None));
    assert_eq!(twice.blockers(), [Blocker::ApprovedByYou { step: "signed".into() }]);
    paul.approve_step(case, "signed", Some("as agreed")).unwrap();
    let summary = petra.summary(case).unwrap();
    assert_eq!(
        (summary.outcome.as_deref(), summary.case.category),
        (Some("approved"), StageCategory::Resolved)
    );
    assert_eq!(bureau.webform.sent().len(), 0);
}

fn an_approval_may_stand_between_identification_and_data(bureau: &Bureau) {
    let steps = vec![
        step("who", StepKind::Identification),
        step("legal", StepKind::Approval).requires("who").by_anyone(),
        step("data", StepKind::DataApproval).requires("legal"),
        step("out", StepKind::Release).requires("data"),
    ];
    create(bureau, "With legal", steps).unwrap();
    let case = raise_under(bureau, "With legal");
    let petra = bureau.petra();
    petra.take_case(case).unwrap();
    petra.approve_identification(case, "known", &[]).unwrap();
    assert!(!petra.blockers(case, Action::PrepareData, None).unwrap().is_empty());
    bureau.desk("lena", Role::Approver).approve_step(case, "legal", None).unwrap();
    let snapshot = petra.prepare_data(case).unwrap();
    petra.approve_data(case, snapshot.id.unwrap(), Vec::new()).unwrap();
    assert!(matches!(petra.release(case).unwrap(), ReleaseReport::Delivered { .. }));
}

fn four_eyes_are_kept_whatever_the_order(bureau: &Bureau) {
    let mona = bureau.desk("mona", Role::Manager);
    let data_request = mona.case_type("Data request").unwrap().id;
    let workflow = Some("Data request, four eyes".into());
    mona.edit_case_type(data_request, CaseTypeEdit { workflow, ..CaseTypeEdit::default() }).unwrap();
    let case = bureau.identified("WEB-1");
    bureau.petra().approve_no_data(case.id, Some("it is about somebody else")).unwrap();
    let refused = rejection(bureau.petra().release(case.id));
    assert_eq!(
        refused.blockers(),
        [
            Blocker::DidAnotherStep { step: "Release".into(), other: "Identification".into() },
            Blocker::DidAnotherStep { step: "Release".into(), other: "Data approval".into() }
        ]
    );
    let for_petra = bureau.engine.desk(crate::build::actor("paul", Role::Approver).on_behalf_of("petra"));
    assert_eq!(rejection(for_petra.release(case.id)).code(), "blocked", "acting for her counts as her");
    let paul = bureau.desk("paul", Role::Approver);
    assert!(matches!(paul.release(case.id).unwrap(), ReleaseReport::Delivered { .. }));
}

fn a_running_case_keeps_its_version(bureau: &Bureau) {
    let case = bureau.request("WEB-1");
    let mona = bureau.desk("mona", Role::Manager);
    let shipped = mona.workflow("Data request").unwrap();
    let mut steps = shipped.steps.clone();
    steps.insert(1, step("legal", StepKind::Approval).requires("identification"));
    steps[2].requires = vec!["legal".into()];
    mona.edit_workflow(shipped.id, WorkflowEdit { steps: Some(steps), ..WorkflowEdit::default() }).unwrap();
    assert_eq!(mona.workflow("Data request").unwrap().version, 2);
    assert_eq!(mona.summary(case.id).unwrap().steps.len(), 3);
    let newer = bureau.request("WEB-2");
    let states: Vec<StepState> =
        mona.summary(newer.id).unwrap().steps.iter().map(|step| step.state).collect();
    assert_eq!(states, [StepState::Ready, StepState::Locked, StepState::Locked, StepState::Locked]);
    assert_eq!(mona.my_pending_cases(PageRequest::first()).unwrap().rows.len(), 2);
}

fn a_workflow_that_is_out_of_use_is_taken_by_no_type(bureau: &Bureau) {
    let mona = bureau.desk("mona", Role::Manager);
    let workflow = mona.workflow("Data request").unwrap();
    mona.deactivate_workflow(workflow.id).unwrap();
    let refused = rejection(mona.create_case_type(NewCaseType::new("Other").with_workflow("Data request")));
    assert_eq!(refused.fields()[0].field, "workflow");
    mona.activate_workflow(workflow.id).unwrap();
    mona.create_case_type(NewCaseType::new("Other").with_workflow("Data request")).unwrap();
}
