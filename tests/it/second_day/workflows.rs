//! Workflows as data: checked whole, versioned, and others than the shipped ones.

use casekit::{
    Action, Blocker, CaseEdit, CaseId, CaseTypeEdit, Fault, MaterialField, NewCase, NewCaseType, NewStep,
    NewWorkflow, PageRequest, ReleaseReport, Role, StageCategory, StepKind, StepState, StreamId,
    WorkflowEdit,
};

use super::host::{Answer, Bureau};
use super::in_every_bureau;
use crate::build::rejection;

in_every_bureau!(
    every_fault_of_a_workflow_is_named_at_once,
    a_sign_off_needs_two_people_and_no_data,
    an_approval_may_stand_between_identification_and_data,
    four_eyes_are_kept_whatever_the_order,
    a_running_case_keeps_its_version,
    a_workflow_that_is_out_of_use_is_taken_by_no_type,
    a_vote_is_for_what_the_case_said,
    a_workflow_says_what_its_votes_cover,
    what_an_answer_on_its_way_stands_on_cannot_be_rewritten,
);

fn step(id: &str, kind: StepKind) -> NewStep {
    NewStep::new(id, id, kind)
}

fn create(bureau: &Bureau, name: &str, steps: Vec<NewStep>) -> Result<casekit::WorkflowView, casekit::Error> {
    let new = NewWorkflow { name: name.into(), steps, ..NewWorkflow::default() };
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

/// The amount that was voted on is altered between the votes.
fn a_vote_is_for_what_the_case_said(bureau: &Bureau) {
    create(bureau, "Spending", vec![step("signed", StepKind::Approval).with_quorum(2)]).unwrap();
    let case = raise_under(bureau, "Spending");
    let mona = bureau.desk("mona", Role::Manager);
    let [petra, paul] = ["petra", "paul"].map(|id| bureau.desk(id, Role::Approver));
    let votes = || petra.summary(case).unwrap().steps[0].approvals.len();
    for edit in [
        CaseEdit::new().title("A yacht, 100000 EUR"),
        CaseEdit::new().description("Now with a crew"),
        CaseEdit::new().description(""),
    ] {
        petra.approve_step(case, "signed", None).unwrap();
        mona.edit_case(case, edit).unwrap();
        assert_eq!(votes(), 0, "nobody voted for that");
    }
    let said = petra.history(StreamId::Case(case), PageRequest::first()).unwrap().rows;
    assert!(said.iter().any(|entry| entry.code == "approvals_lapsed"));
    petra.approve_step(case, "signed", None).unwrap();
    mona.edit_case(case, CaseEdit::new().title("A yacht, 100000 EUR").stage("In Progress")).unwrap();
    assert_eq!(votes(), 1, "what stays as it is takes no vote away");
    paul.approve_step(case, "signed", None).unwrap();
    assert_eq!(petra.summary(case).unwrap().outcome_code.as_deref(), Some("approved"));
}

fn a_workflow_says_what_its_votes_cover(bureau: &Bureau) {
    use MaterialField::{Description, Title};
    let steps = vec![
        step("said", StepKind::Approval).covering([Description, Title, Title]),
        step("titled", StepKind::Approval).covering([Title]).requires("said"),
        step("after", StepKind::Approval).covering([]).requires("titled"),
        step("free", StepKind::Approval).covering([]).with_quorum(2),
    ];
    create(bureau, "Covering", steps).unwrap();
    let case = raise_under(bureau, "Covering");
    let (mona, petra) = (bureau.desk("mona", Role::Manager), bureau.petra());
    petra.take_case(case).unwrap();
    let approve = |steps: &[&str]| {
        for step in steps {
            petra.approve_step(case, step, None).unwrap();
        }
    };
    let stand = || -> Vec<String> {
        let steps = petra.summary(case).unwrap().steps;
        steps.into_iter().filter(|step| !step.approvals.is_empty()).map(|step| step.id).collect()
    };
    assert_eq!(petra.summary(case).unwrap().steps[0].material, [Title, Description]);
    approve(&["said", "titled", "after", "free"]);
    mona.edit_case(case, CaseEdit::new().title("Another")).unwrap();
    assert_eq!(stand(), ["free"], "and what was approved after it goes with it");
    approve(&["said", "titled"]);
    mona.edit_case(case, CaseEdit::new().description("Another")).unwrap();
    assert_eq!(stand(), ["free"]);

    let steps = vec![
        step("data", StepKind::DataApproval),
        step("out", StepKind::Release).requires("data").covering([Title]),
    ];
    let refused = rejection(create(bureau, "Odd", steps));
    assert_eq!(refused.fields()[0].field, "steps[1].material");
    assert!(refused.to_string().contains("name the fields at those"), "{refused}");
}

fn what_an_answer_on_its_way_stands_on_cannot_be_rewritten(bureau: &Bureau) {
    let steps = vec![
        step("legal", StepKind::Approval),
        step("data", StepKind::DataApproval).requires("legal"),
        step("out", StepKind::Release).requires("data"),
    ];
    create(bureau, "With legal", steps).unwrap();
    let case = raise_under(bureau, "With legal");
    let (mona, petra) = (bureau.desk("mona", Role::Manager), bureau.petra());
    petra.take_case(case).unwrap();
    petra.approve_step(case, "legal", None).unwrap();
    petra.approve_no_data(case, Some("it is about somebody else")).unwrap();
    bureau.webform.will([Answer::Fails(Fault::transient("webform_unreachable", "try again"))]);
    assert!(matches!(petra.release(case).unwrap(), ReleaseReport::Failed { .. }));
    let refused = rejection(mona.edit_case(case, CaseEdit::new().title("Another")));
    assert_eq!(refused.blockers(), [Blocker::ReleaseFailed]);
    let form = mona.edit_form(case).unwrap();
    let title = form.fields.iter().find(|field| field.field == "title").unwrap();
    assert_eq!(title.blockers, [Blocker::ReleaseFailed]);
    mona.edit_case(case, CaseEdit::new().title("A case")).unwrap();
    assert!(matches!(petra.retry(case).unwrap(), ReleaseReport::Delivered { .. }));
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
