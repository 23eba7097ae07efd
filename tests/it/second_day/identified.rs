//! How somebody was identified: by what method, how surely, by which credentials, and as which customer.

use casekit::casekit_core::rejection::FieldRule;
use casekit::{
    Actor, Assurance, CaseEdit, NewCase, NewCaseType, NewCustomer, NewIdentification, NewMethod, NewRequest,
    NewStep, NewWorkflow, PageRequest, Permission, Role, StepKind, StepState, StreamId, WorkflowEdit,
};

use super::host::{Bureau, shown};
use super::in_every_bureau;
use crate::build::rejection;

in_every_bureau!(
    the_customer_is_linked_in_the_same_step,
    another_customer_takes_what_was_collected_about_the_first_away,
    who_may_not_edit_cases_links_no_customer,
    each_credential_is_ticked,
    a_method_is_one_of_the_list_and_brings_its_assurance,
    without_a_list_any_method_will_do,
    the_faults_of_an_identification_are_named_at_once,
    only_an_identification_has_methods,
    an_identification_that_is_all_there_is_to_do_ends_the_workflow,
);

fn with_methods(bureau: &Bureau) {
    let mona = bureau.desk("mona", Role::Manager);
    let shipped = mona.workflow("Data request").unwrap();
    let mut steps = shipped.steps;
    steps[0].methods = vec![
        NewMethod::new("e_id", "Electronic identity card").assured(Assurance::High),
        NewMethod::new("video_call", "Video call").assured(Assurance::Substantial),
        NewMethod::new("other", "Other"),
    ];
    mona.edit_workflow(shipped.id, WorkflowEdit::new().steps(steps)).unwrap();
}

fn the_customer_is_linked_in_the_same_step(bureau: &Bureau) {
    let petra = bureau.petra();
    let ada = petra.create_customer(NewCustomer::named("Ada Obi").with_reference("CRM-1")).unwrap().id;
    let case = shown(petra.receive_request(NewRequest::new("WEB-1", "Ada Obi")).unwrap()).id;
    petra.take_case(case).unwrap();
    petra.approve_identification_with(case, NewIdentification::by("passport").of_customer(ada)).unwrap();
    let now = petra.summary(case).unwrap();
    assert_eq!((now.case.customer, now.steps[0].state), (Some(ada), StepState::Done));
    let found = petra.prepare_data(case).unwrap();
    assert!(found.tables.iter().any(|table| table.name == "profile"));
    petra.approve_data(case, found.id.unwrap(), vec![]).unwrap();
    petra.release(case).unwrap();
    assert_eq!(petra.summary(case).unwrap().outcome_code.as_deref(), Some("data_released"));
    let history = petra.history(StreamId::Case(case), PageRequest::first().of(100)).unwrap().rows;
    let codes: Vec<&str> = history.iter().map(|entry| entry.code.as_str()).collect();
    let linked = codes.iter().position(|code| *code == "customer_changed").unwrap();
    assert_eq!(codes[linked + 1], "step_approved");
    assert!(!codes.contains(&"approvals_lapsed"));
    bureau.engine.store().check().unwrap();
}

fn another_customer_takes_what_was_collected_about_the_first_away(bureau: &Bureau) {
    let case = bureau.identified("WEB-1").id;
    let petra = bureau.petra();
    let found = petra.prepare_data(case).unwrap().id.unwrap();
    petra.revoke(case, "identification", None).unwrap();
    let eve = petra.create_customer(NewCustomer::named("Ada Obi").with_reference("CRM-2")).unwrap().id;
    petra.approve_identification_with(case, NewIdentification::by("passport").of_customer(eve)).unwrap();
    let now = petra.summary(case).unwrap();
    assert_eq!((now.case.customer, now.snapshot.is_none()), (Some(eve), true));
    assert_eq!(now.steps[0].approvals.len(), 1);
    let refused = rejection(petra.approve_data(case, found, vec![]));
    assert_eq!(refused.code(), "blocked", "that was about somebody else");
    let again = NewIdentification::by("passport").of_customer(eve);
    assert_eq!(rejection(petra.approve_identification_with(case, again)).code(), "blocked", "it is done");
    petra.edit_case(case, CaseEdit::new().without_customer()).unwrap();
    assert_eq!(petra.summary(case).unwrap().steps[0].state, StepState::Ready);
}

fn who_may_not_edit_cases_links_no_customer(bureau: &Bureau) {
    let petra = bureau.petra();
    let ada = petra.create_customer(NewCustomer::named("Ada Obi").with_reference("CRM-1")).unwrap().id;
    let case = shown(petra.receive_request(NewRequest::new("WEB-1", "Ada Obi")).unwrap()).id;
    petra.take_case(case).unwrap();
    let few = Actor::new("petra", "")
        .with_permission(Permission::DecideSteps)
        .with_permission(Permission::ReadCases);
    let few = bureau.engine.desk(few);
    let linking = || NewIdentification::by("passport").of_customer(ada);
    assert_eq!(rejection(few.approve_identification_with(case, linking())).code(), "forbidden");
    assert_eq!(petra.summary(case).unwrap().case.customer, None, "and nothing is half written");
    few.approve_identification_with(case, NewIdentification::by("passport")).unwrap();
}

fn each_credential_is_ticked(bureau: &Bureau) {
    let case = bureau.request("WEB-1").id;
    let petra = bureau.petra();
    petra.take_case(case).unwrap();
    let ticks =
        || -> Vec<bool> { petra.summary(case).unwrap().credentials.iter().map(|one| one.checked).collect() };
    assert_eq!(ticks(), [false, false]);
    petra
        .approve_identification_with(
            case,
            NewIdentification::by("call back").with_credential(1).noted("knew her order"),
        )
        .unwrap();
    assert_eq!(ticks(), [false, true]);
    let approval = petra.summary(case).unwrap().steps[0].approvals[0].clone();
    assert_eq!(approval.note.as_deref(), Some("knew her order"));
    let history = petra.history(StreamId::Case(case), PageRequest::first().of(100)).unwrap().rows;
    let entry = history.iter().find(|entry| entry.code == "step_approved").unwrap();
    let said: Vec<_> = entry.changes.iter().map(|one| (one.field.as_str(), one.to.as_deref())).collect();
    assert_eq!(said, [("method", Some("call back")), ("credentials_checked", Some("1"))]);
    assert_eq!(entry.reason.as_deref(), Some("knew her order"));
    petra.revoke(case, "identification", None).unwrap();
    assert_eq!(ticks(), [false, false], "what was taken back ticks nothing");
}

fn a_method_is_one_of_the_list_and_brings_its_assurance(bureau: &Bureau) {
    with_methods(bureau);
    let petra = bureau.petra();
    let identify = |reference: &str, new: NewIdentification| {
        let case = bureau.request(reference).id;
        petra.take_case(case).unwrap();
        petra.approve_identification_with(case, new)?;
        let approval = petra.summary(case)?.steps[0].approvals[0].clone();
        Ok::<_, casekit::Error>((approval.method.unwrap(), approval.assurance))
    };
    let by = NewIdentification::by;
    let high = Some(Assurance::High);
    assert_eq!(identify("WEB-1", by("e_id")).unwrap(), ("Electronic identity card".into(), high));
    assert_eq!(identify("WEB-2", by("electronic Identity card ")).unwrap().1, high);
    assert_eq!(identify("WEB-3", by("other")).unwrap(), ("Other".into(), None));
    let low = by("other").assured(Assurance::Low);
    assert_eq!(identify("WEB-4", low).unwrap().1, Some(Assurance::Low), "whoever did it says");

    let refused = rejection(identify("WEB-5", by("carrier pigeon")));
    assert!(refused.to_string().contains("Electronic identity card"), "{refused}");
    let refused = rejection(identify("WEB-6", by("e_id").assured(Assurance::Low)));
    assert_eq!(refused.fields()[0].field, "assurance");
    let view = petra.workflow("Data request").unwrap();
    assert_eq!(view.steps[0].methods[1].code, "video_call");
}

fn without_a_list_any_method_will_do(bureau: &Bureau) {
    let case = bureau.request("WEB-1").id;
    let petra = bureau.petra();
    petra.take_case(case).unwrap();
    petra
        .approve_identification_with(case, NewIdentification::by("carrier pigeon").assured(Assurance::Low))
        .unwrap();
    let approval = petra.summary(case).unwrap().steps[0].approvals[0].clone();
    assert_eq!(
        (approval.method.as_deref(), approval.assurance),
        (Some("carrier pigeon"), Some(Assurance::Low))
    );
}

fn the_faults_of_an_identification_are_named_at_once(bureau: &Bureau) {
    let case = bureau.request("WEB-1").id;
    let petra = bureau.petra();
    petra.take_case(case).unwrap();
    let wrong = NewIdentification::by(" ")
        .checking(" ")
        .with_credential(1)
        .with_credential(1)
        .with_credential(2)
        .noted("x".repeat(1_001));
    let refused = rejection(petra.approve_identification_with(case, wrong));
    let told: Vec<_> = refused.fields().iter().map(|one| (one.field.as_str(), &one.rule)).collect();
    assert_eq!(
        told,
        [
            ("method", &FieldRule::Required),
            ("checked[0]", &FieldRule::Required),
            ("credentials[1]", &FieldRule::Duplicate),
            ("credentials[2]", &FieldRule::OutOfRange { least: 0, most: 1 }),
            ("note", &FieldRule::TooLong { limit: 1_000 }),
        ]
    );
    let unknown = NewIdentification::by("passport").of_customer(casekit::CustomerId(uuid::Uuid::nil()));
    let refused = rejection(petra.approve_identification_with(case, unknown));
    assert_eq!(refused.fields()[0].field, "customer");
    assert!(petra.summary(case).unwrap().steps[0].approvals.is_empty());
}

fn only_an_identification_has_methods(bureau: &Bureau) {
    let mona = bureau.desk("mona", Role::Manager);
    let shipped = mona.workflow("Data request").unwrap();
    let mut steps = shipped.steps.clone();
    steps[0].methods =
        vec![NewMethod::new("Video", "Video"), NewMethod::new("a", " "), NewMethod::new("a", "A")];
    steps[1].methods = vec![NewMethod::new("a", "A")];
    let refused = rejection(mona.edit_workflow(shipped.id, WorkflowEdit::new().steps(steps)));
    let fields: Vec<&str> = refused.fields().iter().map(|one| one.field.as_str()).collect();
    assert_eq!(fields, ["steps[0].methods[0].code", "steps[0].methods[1].label", "steps[1].methods"]);
    let twice = NewStep::new("who", "Who", StepKind::Identification)
        .with_method(NewMethod::new("a", "A"))
        .with_method(NewMethod::new("a", "B"));
    let refused = rejection(mona.edit_workflow(shipped.id, WorkflowEdit::new().steps(vec![twice])));
    assert_eq!(refused.fields()[0].field, "steps[0].methods[1].code");
}

fn an_identification_that_is_all_there_is_to_do_ends_the_workflow(bureau: &Bureau) {
    let (mona, petra) = (bureau.desk("mona", Role::Manager), bureau.petra());
    let who = NewStep::new("who", "Who", StepKind::Identification);
    mona.create_workflow(NewWorkflow::named("Known").with_step(who)).unwrap();
    mona.create_case_type(NewCaseType::new("Known").with_workflow("Known")).unwrap();
    let ada = petra.create_customer(NewCustomer::named("Ada Obi")).unwrap().id;
    let case = mona.raise_case(NewCase::new("Known", "Who is it?")).unwrap().id;
    petra.take_case(case).unwrap();
    petra.approve_identification_with(case, NewIdentification::by("passport").of_customer(ada)).unwrap();
    let now = petra.summary(case).unwrap();
    assert_eq!((now.outcome_code.as_deref(), now.case.stage.as_str()), (Some("approved"), "Resolved"));
}
