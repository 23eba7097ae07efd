//! Asking twice: request ids, and revisions that are no longer the present ones.

use std::ops::ControlFlow;

use casekit::{
    CaseEdit, CaseTypeEdit, CustomerEdit, ImportCase, ImportCustomer, ImportItem, ImportOptions, NewCase,
    NewCaseType, NewCustomer, NewRequest, NewStep, NewWorkflow, Rejection, SettingsEdit, StepKind,
    WorkflowEdit,
};

use crate::build::{Office, all_pages, at, on_every_store};

on_every_store!(
    a_request_is_carried_out_once_and_answers_the_same_again,
    a_request_id_for_another_command_is_refused,
    a_refused_request_leaves_its_id_free,
    a_repeated_import_gives_the_same_report_and_imports_nothing_twice,
    an_import_that_was_cut_off_goes_on_under_its_request_id,
    a_repeated_head_is_the_same_and_not_taken_twice,
    a_workflow_that_was_renamed_since_is_what_its_creation_answers_again,
    a_stale_revision_is_a_conflict_for_everything_that_takes_one,
);

fn a_request_is_carried_out_once_and_answers_the_same_again(office: &Office) {
    let desk = office.administrator();
    let once = |id: &str| desk.request(id);
    let raised = once("raise").raise_case(NewCase::new("Support", "x")).unwrap();
    let note = once("note").add_note(raised.id, "x").unwrap();
    let customer = once("customer").create_customer(NewCustomer::named("Ada")).unwrap();
    let typed = once("type").create_case_type(NewCaseType::new("Refunds")).unwrap();
    let taken = once("take").take_case(raised.id).unwrap();
    let nothing = once("nothing").edit_case(raised.id, CaseEdit::new()).unwrap();
    // Meanwhile everything moves on, so that none of these could be carried out the same again.
    desk.return_case(raised.id, None).unwrap();
    desk.edit_case(raised.id, CaseEdit::new().title("y")).unwrap();
    desk.retract_note(note.id, None).unwrap();

    let before = office.footprint();
    let again = once("raise").raise_case(NewCase::new("Support", "x")).unwrap();
    assert_eq!(again, casekit::RaisedCase { replayed: true, ..raised.clone() });
    let again = once("note").add_note(raised.id, "x").unwrap();
    assert_eq!(again, casekit::AddedNote { replayed: true, ..note });
    let again = once("customer").create_customer(NewCustomer::named("Ada")).unwrap();
    assert_eq!(again, casekit::CreatedCustomer { replayed: true, ..customer });
    let again = once("type").create_case_type(NewCaseType::new("Refunds")).unwrap();
    assert_eq!(again, casekit::CreatedCaseType { replayed: true, ..typed });
    let again = once("take").take_case(raised.id).unwrap();
    assert_eq!(again, casekit::Changed { replayed: true, ..taken });
    let again = once("nothing").edit_case(raised.id, CaseEdit::new()).unwrap();
    assert_eq!((again.replayed, again.events), (true, nothing.events));
    assert_eq!(office.footprint(), before);
}

fn a_request_id_for_another_command_is_refused(office: &Office) {
    let desk = office.administrator().request("once");
    let case = desk.raise_case(NewCase::new("Support", "x")).unwrap().id;
    for refused in [
        office.refused(|| desk.raise_case(NewCase::new("Support", "y")).map(drop)),
        office.refused(|| desk.raise_case(NewCase::new("Support", "x").described("y")).map(drop)),
        office.refused(|| desk.take_case(case).map(drop)),
        office.refused(|| desk.migrate_case(case).map(drop)),
        office.refused(|| desk.create_customer(NewCustomer::named("x")).map(drop)),
        office.refused(|| desk.audit_head().map(drop)),
        office.refused(|| desk.import(&[]).map(drop)),
        office.refused(|| desk.receive_request(NewRequest::new("WEB-1", "x")).map(drop)),
        office.refused(|| desk.begin_export("case", "pdf")),
    ] {
        assert_eq!(refused, Rejection::RequestIdReused);
    }
}

fn a_refused_request_leaves_its_id_free(office: &Office) {
    let desk = office.agent().request("once");
    office.refused(|| desk.raise_case(NewCase::new("Support", "")));
    let raised = desk.raise_case(NewCase::new("Support", "x")).unwrap();
    assert_eq!((raised.number.as_str(), raised.replayed), ("C-000001", false));
}

fn log(customers: &[&str], cases: &[&str]) -> Vec<ImportItem> {
    let customer = |name: &&str| {
        let customer = NewCustomer::named(*name);
        ImportItem::Customer(ImportCustomer { customer, at: at(0), by: "b".into() })
    };
    let case = |title: &&str| {
        let (reference, case) = (Some(format!("log {title}")), NewCase::new("Support", *title));
        let (at, by) = (at(0), "b".into());
        ImportItem::Case(ImportCase {
            reference,
            case,
            customer_reference: None,
            at,
            by,
            request: None,
            changes: Vec::new(),
        })
    };
    customers.iter().map(customer).chain(cases.iter().map(case)).collect()
}

fn a_repeated_import_gives_the_same_report_and_imports_nothing_twice(office: &Office) {
    let desk = office.manager().request("once");
    // The last has no title, and is refused each time.
    let items = log(&["Ada", "Ada"], &["x", "y", ""]);
    let report = desk.import(&items).unwrap();
    assert_eq!((report.events, report.refused().count()), (4, 1));
    let before = office.footprint();
    assert_eq!(desk.import(&items).unwrap(), report);
    for other in
        [log(&["Ada", "Bo"], &["x", "y", ""]), log(&["Ada", "Ada"], &["x", "z", ""]), log(&["Ada"], &[])]
    {
        assert_eq!(desk.import(&other).map_err(|error| error.code()), Err("request_id_reused"));
    }
    assert_eq!(office.footprint(), before);
}

fn an_import_that_was_cut_off_goes_on_under_its_request_id(office: &Office) {
    let desk = office.manager().request("once");
    let names: Vec<String> = (0..1_100).map(|n| format!("Customer {n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let items = log(&names, &["x"]);
    let cut = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        desk.import_with(&items, &ImportOptions::default(), &mut |progress| {
            assert!(progress.done < 1_000, "it is cut off here");
            ControlFlow::Continue(())
        })
    }));
    assert!(cut.is_err());
    let report = desk.import(&items).unwrap();
    assert_eq!((report.results.len(), report.events), (1_101, 1_101));
    let manager = office.manager();
    let found = all_pages(500, |page| manager.customers(Some("Customer 7"), page));
    let named_so = found.iter().filter(|row| row.name == "Customer 7").count();
    assert_eq!(named_so, 1, "nobody came in twice");
    assert_eq!(desk.import(&items).unwrap(), report);
}

fn a_repeated_head_is_the_same_and_not_taken_twice(office: &Office) {
    office.case("before the first head");
    let desk = office.auditor().request("once");
    let head = desk.audit_head().unwrap();
    office.case("after it");
    office.auditor().audit_head().unwrap();
    let before = office.footprint();
    assert_eq!(desk.audit_head().unwrap(), head);
    assert_eq!(office.footprint(), before);
}

fn a_workflow_that_was_renamed_since_is_what_its_creation_answers_again(office: &Office) {
    let desk = office.administrator();
    let new = NewWorkflow {
        name: "Sign-off".into(),
        steps: vec![NewStep::new("lead", "Team lead", StepKind::Approval)],
        ..NewWorkflow::default()
    };
    let created = desk.request("once").create_workflow(new.clone()).unwrap();
    let renamed = WorkflowEdit { name: Some("Consent".into()), ..WorkflowEdit::default() };
    desk.edit_workflow(created.id, renamed).unwrap();
    let again = desk.request("once").create_workflow(new).unwrap();
    assert_eq!((again.id, again.name.as_str()), (created.id, "Consent"));
}

fn a_stale_revision_is_a_conflict_for_everything_that_takes_one(office: &Office) {
    let desk = office.administrator();
    let case = office.case("x").id;
    desk.edit_case(case, CaseEdit::new().title("y")).unwrap();
    let customer = office.customer("Ada").id;
    let named = |name: &str| CustomerEdit { name: Some(name.into()), ..CustomerEdit::default() };
    desk.update_customer(customer, named("Eve")).unwrap();
    let typed = desk.case_type("Support").unwrap().id;
    desk.deactivate_case_type(typed).unwrap();
    let prefixed = |text: &str| SettingsEdit { number_prefix: Some(text.into()), ..SettingsEdit::default() };
    desk.change_settings(prefixed("H")).unwrap();
    for seen in [0, 1, 3, u64::MAX] {
        for refused in [
            office.refused(|| desk.edit_case(case, CaseEdit::new().title("z").seen(seen)).map(drop)),
            office.refused(|| desk.edit_case(case, CaseEdit::new().seen(seen)).map(drop)),
            office.refused(|| {
                desk.update_customer(customer, CustomerEdit { seen: Some(seen), ..named("Ida") }).map(drop)
            }),
            office.refused(|| {
                let edit = CaseTypeEdit { seen: Some(seen), ..CaseTypeEdit::default() };
                desk.edit_case_type(typed, edit).map(drop)
            }),
            office.refused(|| {
                desk.change_settings(SettingsEdit { seen: Some(seen), ..prefixed("I") }).map(drop)
            }),
        ] {
            assert_eq!(refused, Rejection::Conflict { seen, now: 2 });
        }
    }
    desk.edit_case(case, CaseEdit::new().title("z").seen(2)).unwrap();
    desk.update_customer(customer, CustomerEdit { seen: Some(2), ..named("Ida") }).unwrap();
}
