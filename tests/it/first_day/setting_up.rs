//! Case types: what a manager configures, and what that does to cases.

use casekit::{
    Blocker, CaseEdit, CaseTypeEdit, CaseTypeId, NewCase, NewCaseType, NewStage, PageRequest, Permission,
    Rejection, Role, StageCategory, StreamId,
};

use crate::build::{Office, on_every_store, rejection};

on_every_store!(
    a_new_file_has_the_shipped_types_with_the_shipped_stages,
    a_type_has_its_own_stages_labels_and_moves,
    a_case_keeps_the_version_of_its_type_until_it_is_migrated,
    another_type_maps_the_stage_by_id_then_by_name_or_asks,
    an_inactive_type_takes_no_new_case_and_its_cases_live_on,
    the_history_of_a_case_calls_stages_what_its_own_type_calls_them,
);

fn refunds() -> NewCaseType {
    NewCaseType::new("Refunds")
        .described("Money that goes back")
        .with_stages(vec![
            NewStage::new("New", StageCategory::Open).with_id("open"),
            NewStage::new("With the bank", StageCategory::Waiting).shown_as("In progress"),
            NewStage::new("Paid", StageCategory::Resolved),
            NewStage::new("Lost", StageCategory::Closed).disabled(),
        ])
        .with_moves([("New", "With the bank"), ("with_the_bank", "Paid"), ("Paid", "New")])
}

fn created(office: &Office) -> CaseTypeId {
    office.manager().create_case_type(refunds()).unwrap().id
}

fn a_new_file_has_the_shipped_types_with_the_shipped_stages(office: &Office) {
    let types = office.agent().case_types().unwrap();
    let names: Vec<&str> = types.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "Bug report",
            "Data request",
            "Enquiries",
            "Feature requests",
            "Follow up",
            "Process update",
            "Support"
        ]
    );
    for one in &types {
        let stages: Vec<&str> = one.stages.iter().map(|stage| stage.label.as_str()).collect();
        assert_eq!(stages, ["Open", "In Progress", "Resolved", "Closed"]);
        assert_eq!((one.active, one.version, &one.moves), (true, 1, &None));
    }
}

fn a_type_has_its_own_stages_labels_and_moves(office: &Office) {
    let refunds = created(office);
    let desk = office.agent();
    let view = desk.case_type(" REFUNDS ").unwrap();
    assert_eq!((view.id, view.description.as_deref()), (refunds, Some("Money that goes back")));
    let ids: Vec<&str> = view.stages.iter().map(|stage| stage.id.as_str()).collect();
    assert_eq!(ids, ["open", "with_the_bank", "paid", "lost"]);

    let case = desk.raise_case(NewCase::new("Refunds", "Order 4711")).unwrap().id;
    let sideways = office.refused(|| desk.edit_case(case, CaseEdit::new().stage("Paid")));
    let blocker = Blocker::MoveNotAllowed { from: "New".into(), to: "Paid".into() };
    assert_eq!(sideways.blockers(), [blocker]);
    let disabled = office.refused(|| desk.edit_case(case, CaseEdit::new().stage("Lost")));
    assert_eq!(
        disabled.to_string(),
        "`stage` names something inactive: choose an active one, or have it activated"
    );
    desk.edit_case(case, CaseEdit::new().stage("With the bank")).unwrap();
    let view = office.view(case);
    assert_eq!((view.stage.as_str(), view.customer_stage.as_str()), ("With the bank", "In progress"));
}

fn a_case_keeps_the_version_of_its_type_until_it_is_migrated(office: &Office) {
    let refunds = created(office);
    let (desk, manager) = (office.agent(), office.manager());
    let case = desk.raise_case(NewCase::new("Refunds", "Order 4711")).unwrap().id;
    let renamed = CaseTypeEdit { name: Some("Money back".into()), ..CaseTypeEdit::default() };
    manager.edit_case_type(refunds, renamed).unwrap();
    assert_eq!(office.view(case).case_type, "Money back", "a name applies at once");
    assert_eq!(desk.case_type("Money back").unwrap().version, 1, "and makes no version");

    let stages = vec![
        NewStage::new("Incoming", StageCategory::Open).with_id("open"),
        NewStage::new("Checked", StageCategory::Active),
        NewStage::new("Paid", StageCategory::Resolved),
    ];
    let restructured = CaseTypeEdit { stages: Some(stages), any_move: true, ..CaseTypeEdit::default() };
    manager.edit_case_type(refunds, restructured).unwrap();
    let view = office.view(case);
    assert_eq!((view.type_version, view.stage.as_str()), (1, "Incoming"), "labels at once, stages not");
    assert_eq!(rejection(desk.edit_case(case, CaseEdit::new().stage("Checked"))).code(), "invalid");
    desk.migrate_case(case).unwrap();
    desk.edit_case(case, CaseEdit::new().stage("Checked")).unwrap();
    let view = office.view(case);
    assert_eq!((view.type_version, view.stage.as_str()), (2, "Checked"));
    assert_eq!(desk.migrate_case(case).unwrap().events, 0, "it has the newest version already");
}

fn another_type_maps_the_stage_by_id_then_by_name_or_asks(office: &Office) {
    created(office);
    let desk = office.agent();
    let by_id = office.case("By id").id;
    desk.edit_case(by_id, CaseEdit::new().case_type("Refunds")).unwrap();
    assert_eq!(office.view(by_id).stage, "New", "`open` is `open`, whatever it is called");

    let paid = NewStage::new("PAID", StageCategory::Closed).with_id("settled");
    let books =
        NewCaseType::new("Books").with_stages(vec![NewStage::new("To book", StageCategory::Open), paid]);
    office.manager().create_case_type(books).unwrap();
    let by_name = desk.raise_case(NewCase::new("Refunds", "By name").in_stage("Paid")).unwrap().id;
    desk.edit_case(by_name, CaseEdit::new().case_type("Books")).unwrap();
    assert_eq!(office.view(by_name).stage_id, "settled");

    let nowhere = office.case("Nowhere").id;
    desk.edit_case(nowhere, CaseEdit::new().stage("In Progress")).unwrap();
    let asked = office.refused(|| desk.edit_case(nowhere, CaseEdit::new().case_type("Refunds")));
    let blocker = Blocker::StageDoesNotFit { case_type: "Refunds".into(), stage: "In Progress".into() };
    assert_eq!(asked, Rejection::blocked("edit_case", blocker));
    desk.edit_case(nowhere, CaseEdit::new().case_type("Refunds").stage("With the bank")).unwrap();
    assert_eq!(office.view(nowhere).category, StageCategory::Waiting);
}

fn an_inactive_type_takes_no_new_case_and_its_cases_live_on(office: &Office) {
    let (desk, manager) = (office.agent(), office.manager());
    let support = desk.case_type("Support").unwrap().id;
    let case = office.case("Cannot log in").id;
    let other = desk.raise_case(NewCase::new("Enquiries", "A question")).unwrap().id;
    manager.deactivate_case_type(support).unwrap();
    for refused in [
        office.refused(|| desk.raise_case(NewCase::new("Support", "Another"))),
        office.refused(|| desk.edit_case(other, CaseEdit::new().case_type("Support"))),
    ] {
        assert_eq!(refused.fields()[0].field, "case_type");
    }
    desk.edit_case(case, CaseEdit::new().stage("Resolved")).unwrap();
    desk.add_note(case, "Done.").unwrap();
    manager.activate_case_type(support).unwrap();
    desk.raise_case(NewCase::new("Support", "Another")).unwrap();

    let refused = office.refused(|| desk.deactivate_case_type(support));
    let permission = Permission::ConfigureCaseTypes;
    assert_eq!(refused, Rejection::Forbidden { action: "deactivate_case_type".into(), permission });
    assert!(!desk.actor().may(permission) && office.desk("mona", Role::Manager).actor().may(permission));
}

fn the_history_of_a_case_calls_stages_what_its_own_type_calls_them(office: &Office) {
    created(office);
    let desk = office.agent();
    let case = desk.raise_case(NewCase::new("Refunds", "Order 4711")).unwrap().id;
    desk.edit_case(case, CaseEdit::new().stage("With the bank")).unwrap();
    desk.edit_case(case, CaseEdit::new().case_type("Support").stage("Resolved")).unwrap();
    desk.edit_case(case, CaseEdit::new().stage("Open").because("wrote again")).unwrap();
    let told = |page: PageRequest| -> Vec<String> {
        let page = office.manager().history(StreamId::Case(case), page).unwrap();
        page.rows.into_iter().map(|entry| entry.text).collect()
    };
    let whole = told(PageRequest::first());
    assert_eq!(
        whole,
        [
            "raised C-000001 as Refunds in New",
            "moved it from New to With the bank",
            "changed the type from Refunds to Support",
            "reopened it, from Resolved to Open",
        ]
    );
    let page_by_page =
        crate::build::all_pages(1, |page| office.manager().history(StreamId::Case(case), page));
    let page_by_page: Vec<String> = page_by_page.into_iter().map(|entry| entry.text).collect();
    assert_eq!(page_by_page, whole);
}
