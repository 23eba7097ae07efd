//! A row says enough to be a row: whose it is, where it stands, and what a screen needs to link and to edit.

use casekit::{
    Actor, CaseEdit, CaseId, CaseSummary, CasesQuery, CustomerEdit, Desk, NewCase, NewRequest, NewStep,
    PageRequest, Permission, StepKind, WorkflowEdit,
};

use crate::build::{Office, on_every_store};

on_every_store!(
    a_row_says_enough_to_be_a_row,
    a_row_says_whose_request_it_is_and_a_search_by_that_name_finds_it,
    names_in_a_row_are_for_those_who_may_read_customers,
    a_row_gives_the_revision_with_which_it_is_edited,
    a_row_says_how_far_each_step_is_and_what_failed,
);

fn rows(office: &Office) -> Vec<CaseSummary> {
    office.agent().cases(&CasesQuery::default(), PageRequest::first()).unwrap().rows
}

fn request(office: &Office) -> CaseId {
    office
        .agent()
        .receive_request(NewRequest::new("WEB-1", "Ada Obi").reply_to("ada@example.org"))
        .unwrap()
        .id
        .unwrap()
}

fn a_row_says_enough_to_be_a_row(office: &Office) {
    let desk = office.agent();
    let bo = office.customer("Bo Li").id;
    desk.raise_case(NewCase::new("Support", "Cannot log in").for_customer(bo).in_stage("in_progress"))
        .unwrap();
    let [row]: [CaseSummary; 1] = rows(office).try_into().unwrap();
    let view = desk.case(row.id).unwrap();
    assert_eq!((row.customer_id, row.customer.as_deref()), (Some(bo), Some("Bo Li")));
    assert_eq!((row.case_type_id, row.case_type.as_str()), (view.case_type_id, "Support"));
    assert_eq!(
        (row.stage_id.as_str(), row.stage.as_str(), row.category_code.as_str()),
        ("in_progress", "In Progress", "active")
    );
    assert_eq!((row.revision, row.requester), (view.revision, None));
    assert_eq!((row.status_code, row.status.as_str()), (None, "In Progress"));
}

fn a_row_says_whose_request_it_is_and_a_search_by_that_name_finds_it(office: &Office) {
    let case = request(office);
    let desk = office.approver();
    assert_eq!(desk.case(case).unwrap().requester.as_deref(), Some("Ada Obi"));
    let whose =
        |rows: Vec<CaseSummary>| rows.into_iter().map(|row| (row.id, row.requester)).collect::<Vec<_>>();
    let expected = vec![(case, Some("Ada Obi".to_owned()))];
    assert_eq!(whose(rows(office)), expected);
    assert_eq!(whose(desk.my_pending_cases(PageRequest::first()).unwrap().rows), expected);
    for text in ["Ada Obi", "ada", "Óbi "] {
        let hits = desk.search(text, PageRequest::first()).unwrap().rows;
        assert_eq!(whose(hits.into_iter().map(|hit| hit.case).collect()), expected, "{text}");
        let query = CasesQuery { text: Some(text.into()), ..CasesQuery::default() };
        assert_eq!(whose(desk.cases(&query, PageRequest::first()).unwrap().rows), expected, "{text}");
    }
    for text in ["ada@example.org", "WEB-1", "web-1"] {
        assert_eq!(desk.search(text, PageRequest::first()).unwrap().rows.len(), 1, "{text}");
    }
    // The customer's own name stands beside it, and each is found by itself.
    let eve = office.customer("Eve Adeyemi").id;
    desk.edit_case(case, CaseEdit::new().customer(eve)).unwrap();
    desk.update_customer(eve, CustomerEdit { name: Some("Eve Obi".into()), ..CustomerEdit::default() })
        .unwrap();
    for (text, found) in [("ada obi", 1), ("eve obi", 1), ("adeyemi", 0)] {
        assert_eq!(desk.search(text, PageRequest::first()).unwrap().rows.len(), found, "{text}");
    }
    office.store.check().unwrap();
    assert_eq!(office.store.repair_derived().unwrap(), 0);
}

fn names_in_a_row_are_for_those_who_may_read_customers(office: &Office) {
    request(office);
    let desk = office.kit.desk(Actor::new("cy", "Cy").with_permission(Permission::ReadCases));
    let rows = desk.cases(&CasesQuery::default(), PageRequest::first()).unwrap().rows;
    assert_eq!(rows.iter().map(|row| &row.requester).collect::<Vec<_>>(), [&None]);
    assert_eq!(desk.search("ada", PageRequest::first()).unwrap().rows, []);
}

fn a_row_gives_the_revision_with_which_it_is_edited(office: &Office) {
    let case = office.case("Cannot log in").id;
    let seen = rows(office).remove(0).revision;
    let desk = office.agent();
    desk.add_note(case, "Called.").unwrap();
    let stale = CaseEdit::new().title("Too late").seen(seen);
    assert_eq!(office.refused(|| desk.edit_case(case, stale)).code(), "conflict");
    let now = rows(office).remove(0).revision;
    desk.edit_case(case, CaseEdit::new().title("In time").seen(now)).unwrap();
}

fn a_row_says_how_far_each_step_is_and_what_failed(office: &Office) {
    let ordinary = office.case("No workflow");
    let case = request(office);
    let petra = office.approver();
    let row = |desk: &Desk, case: CaseId| {
        let found = desk.cases(&CasesQuery::default(), PageRequest::first()).unwrap().rows;
        found.into_iter().find(|row| row.id == case).unwrap()
    };
    assert_eq!((row(&petra, ordinary.id).steps, row(&petra, ordinary.id).failure_code), (None, None));

    petra.take_case(case).unwrap();
    petra.approve_identification(case, "video call", &[]).unwrap();
    // Every step of the row is the step of the summary, in one read for all rows.
    let of_row = |desk: &Desk| -> Vec<Vec<String>> {
        let steps: serde_json::Value = serde_json::from_str(&row(desk, case).steps.unwrap()).unwrap();
        let text = |step: &serde_json::Value, key: &str| step[key].as_str().unwrap().to_owned();
        let of = |step| ["id", "label", "kind", "state"].map(|key| text(step, key)).to_vec();
        steps.as_array().unwrap().iter().map(of).collect()
    };
    let of_summary = |desk: &Desk| -> Vec<Vec<String>> {
        let steps = desk.summary(case).unwrap().steps.into_iter();
        let of = |step: casekit::StepView| {
            vec![step.id, step.label, step.kind.code().into(), step.state.code().into()]
        };
        steps.map(of).collect()
    };
    assert_eq!(of_row(&petra), of_summary(&petra));
    let states: Vec<String> = of_row(&petra).into_iter().map(|mut step| step.remove(3)).collect();
    assert_eq!(states, ["done", "ready", "locked"]);
    let german = petra.in_language(casekit::Language::shipped("de").unwrap());
    assert_eq!(of_row(&german), of_summary(&german));
    assert_ne!(of_row(&german), of_row(&petra), "labels are in the desk's language");

    petra.approve_no_data(case, Some("nothing was found")).unwrap();
    assert!(petra.release(case).is_ok(), "what fails is a state of the case");
    let failed = row(&petra, case);
    assert_eq!(failed.status_code.as_deref(), Some("failed"));
    assert_eq!(failed.failure_code, petra.summary(case).unwrap().failure.map(|failure| failure.code));
    assert_eq!(of_row(&petra), of_summary(&petra));

    // A newer version of the workflow has other steps; the case keeps those that it has.
    let mona = office.manager();
    let workflow = mona.workflow(&failed.workflow.unwrap()).unwrap();
    let step = NewStep::new("only", "Only", StepKind::Approval);
    mona.edit_workflow(workflow.id, WorkflowEdit::new().steps(vec![step])).unwrap();
    assert_eq!(of_row(&petra), of_summary(&petra));
}
