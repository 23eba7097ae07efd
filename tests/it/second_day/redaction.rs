//! What of the data is hidden: columns, rows and single values that somebody names, and columns that the workflow hides.

use casekit::casekit_core::rejection::FieldRule;
use casekit::{
    CaseId, NewDefaultRedaction, NewRedaction, NewWorkflow, PageRequest, RedactionTarget, Role, StreamId,
    WorkflowEdit,
};

use super::host::Bureau;
use super::in_every_bureau;
use crate::build::rejection;

in_every_bureau!(
    a_row_and_a_single_value_are_hidden_with_their_reasons,
    what_is_hidden_and_why_is_read_in_summary_and_history,
    what_a_workflow_hides_is_hidden_without_being_named,
    a_column_that_a_workflow_hides_is_shown_for_one_case_with_a_reason,
    a_case_keeps_what_its_version_hides,
    a_part_that_is_not_there_is_named,
    every_fault_of_what_a_workflow_hides_is_named_at_once,
);

/// The shipped workflow hides these columns from now on.
fn hides(bureau: &Bureau, redactions: Vec<NewDefaultRedaction>) {
    let mona = bureau.desk("mona", Role::Manager);
    let workflow = mona.workflow("Data request").unwrap().id;
    mona.edit_workflow(workflow, WorkflowEdit::new().redactions(redactions)).unwrap();
}

fn remarks() -> NewDefaultRedaction {
    NewDefaultRedaction::new("shop", "Remark ", "opinions of our staff")
}

/// A request whose data was collected and approved without these parts, and what was sent.
fn sent(bureau: &Bureau, reference: &str, redactions: Vec<NewRedaction>) -> (CaseId, String) {
    let case = bureau.identified(reference).id;
    let petra = bureau.petra();
    let found = petra.prepare_data(case).unwrap().id.unwrap();
    petra.approve_data(case, found, redactions).unwrap();
    petra.release(case).unwrap();
    let key = petra.summary(case).unwrap().release.unwrap().sendings[0].key.clone();
    let outgoing = bureau.webform.sent().into_iter().find(|one| one.key == key).unwrap();
    (case, super::host::package(outgoing).1)
}

/// The table of orders as the package has it.
fn orders(package: &str) -> &str {
    let from = package.find(r#"name: "orders""#).unwrap();
    &package[from..]
}

fn values(package: &str) -> usize {
    orders(package).matches("Text(..)").count()
}

fn a_row_and_a_single_value_are_hidden_with_their_reasons(bureau: &Bureau) {
    assert_eq!(values(&sent(bureau, "WEB-0", vec![]).1), 6);
    let row = NewRedaction::row("shop", "orders", 1, "it is a neighbour's");
    let cell = NewRedaction::cell("shop", "orders", 2, "remark", "it names a neighbour");
    let (case, package) = sent(bureau, "WEB-1", vec![cell.clone(), row.clone()]);
    assert_eq!((values(&package), orders(&package).matches("Null").count()), (2, 1));
    for reason in [&row.reason, &cell.reason] {
        assert!(package.contains(reason.as_str()), "the ledger says why");
    }
    let rows =
        format!("{:?}", bureau.petra().preview_data(case, "shop", "orders", 0, 10).unwrap().rows.len());
    assert_eq!(rows, "2", "who looks at the snapshot sees all of it");
    bureau.engine.store().check().unwrap();
}

fn what_is_hidden_and_why_is_read_in_summary_and_history(bureau: &Bureau) {
    hides(bureau, vec![remarks()]);
    let row = NewRedaction::row("shop", "orders", 1, "it is a neighbour's");
    let (case, _) = sent(bureau, "WEB-1", vec![row]);
    let audra = bureau.desk("audra", Role::Auditor);
    let approval = audra.summary(case).unwrap().steps[1].approvals[0].clone();
    let hidden: Vec<_> = approval
        .hidden
        .iter()
        .map(|one| (one.place.as_str(), one.column.as_deref(), one.row, one.reason.as_str()))
        .collect();
    assert_eq!(
        hidden,
        [
            ("shop.orders[1]", None, Some(1), "it is a neighbour's"),
            ("shop.orders.remark", Some("remark"), None, "opinions of our staff"),
        ]
    );
    let history = audra.history(StreamId::Case(case), PageRequest::first().of(100)).unwrap().rows;
    let entry = history.iter().rfind(|entry| entry.code == "step_approved").unwrap();
    let said: Vec<&str> = entry.changes.iter().filter_map(|one| one.to.as_deref()).collect();
    assert_eq!(said, ["shop.orders[1]: it is a neighbour's", "shop.orders.remark: opinions of our staff"]);
}

fn what_a_workflow_hides_is_hidden_without_being_named(bureau: &Bureau) {
    hides(bureau, vec![remarks().of_table("ORDERS"), NewDefaultRedaction::new("crm", "remark", "theirs")]);
    let case = bureau.identified("WEB-1").id;
    let found = bureau.petra().prepare_data(case).unwrap();
    let table = found.tables.iter().find(|table| table.name == "orders").unwrap();
    let told: Vec<_> =
        table.columns.iter().map(|one| (one.name.as_str(), one.hidden_because.as_deref())).collect();
    assert_eq!(told, [("number", None), ("article", None), ("remark", Some("opinions of our staff"))]);
    let (_, package) = sent(bureau, "WEB-2", vec![]);
    assert_eq!(values(&package), 4);
    assert!(package.contains("opinions of our staff") && !package.contains("theirs"));

    let own = NewRedaction::new("shop", "orders", "remark", "somebody else is named");
    let (_, package) = sent(bureau, "WEB-3", vec![own]);
    assert!(package.contains("somebody else is named") && !package.contains("opinions of our staff"));
}

fn a_column_that_a_workflow_hides_is_shown_for_one_case_with_a_reason(bureau: &Bureau) {
    hides(bureau, vec![remarks()]);
    let show = || NewRedaction::show("shop", "orders", "remark", "she asked for exactly these");
    let (case, package) = sent(bureau, "WEB-1", vec![show()]);
    assert_eq!(values(&package), 6);
    assert!(!package.contains("she asked for exactly these"), "that is for the record");
    let approval = bureau.petra().summary(case).unwrap().steps[1].approvals[0].clone();
    assert_eq!((approval.hidden.len(), approval.shown[0].place.as_str()), (0, "shop.orders.remark"));
    assert_eq!(approval.shown[0].reason, "she asked for exactly these");
    let history = bureau.petra().history(StreamId::Case(case), PageRequest::first().of(100)).unwrap().rows;
    let entry = history.iter().rfind(|entry| entry.code == "step_approved").unwrap();
    assert_eq!(entry.changes[0].field, "shown");
    assert_eq!(values(&sent(bureau, "WEB-2", vec![]).1), 4, "and hidden in the next");

    let case = bureau.identified("WEB-3").id;
    let found = bureau.petra().prepare_data(case).unwrap().id.unwrap();
    let article = NewRedaction::show("shop", "orders", "article", "why not");
    let both = vec![show(), NewRedaction::new("shop", "orders", "remark", "or not"), article];
    let refused = rejection(bureau.petra().approve_data(case, found, both));
    let told: Vec<_> = refused.fields().iter().map(|one| (one.field.as_str(), &one.rule)).collect();
    let why = FieldRule::DoesNotFit { why: "not_hidden_by_default".into() };
    assert_eq!(told, [("redactions[1].column", &FieldRule::Duplicate), ("redactions[2].shown", &why)]);
}

fn a_case_keeps_what_its_version_hides(bureau: &Bureau) {
    let before = bureau.identified("WEB-1").id;
    hides(bureau, vec![remarks()]);
    let petra = bureau.petra();
    let found = petra.prepare_data(before).unwrap();
    assert!(
        found.tables.iter().flat_map(|table| &table.columns).all(|column| column.hidden_because.is_none())
    );
    let view = petra.workflow("Data request").unwrap();
    assert_eq!((view.version, view.redactions.len(), view.redactions[0].column.as_str()), (2, 1, "Remark"));
    hides(bureau, vec![]);
    assert_eq!(petra.workflow("Data request").unwrap().redactions, []);
}

fn a_part_that_is_not_there_is_named(bureau: &Bureau) {
    let case = bureau.identified("WEB-1").id;
    let petra = bureau.petra();
    let found = petra.prepare_data(case).unwrap().id.unwrap();
    let wrong = |one: NewRedaction| {
        let refused = rejection(petra.approve_data(case, found, vec![one]));
        let field = &refused.fields()[0];
        (field.field.clone(), field.rule.clone())
    };
    let at = |field: &str| format!("redactions[0].{field}");
    for row in [0, 3] {
        let rule = FieldRule::OutOfRange { least: 1, most: 2 };
        assert_eq!(wrong(NewRedaction::row("shop", "orders", row, "x")), (at("row"), rule));
    }
    let (field, rule) = wrong(NewRedaction::cell("shop", "orders", 1, "remrk", "x"));
    assert!(field == at("column") && matches!(rule, FieldRule::Unknown { .. }), "{rule:?}");
    assert_eq!(wrong(NewRedaction::row("shop", "order", 1, "x")).0, at("table"));
    let nothing = NewRedaction { row: None, ..NewRedaction::row("shop", "orders", 1, "x") };
    assert_eq!(wrong(nothing).1, FieldRule::Missing { why: "column_or_row".into() });
    let row = || NewRedaction::row("shop", "orders", 1, "x");
    let twice = rejection(petra.approve_data(case, found, vec![row(), row()]));
    assert_eq!(twice.fields()[0].field, "redactions[1].row");
    let many = (0..1_001).map(|_| row()).collect();
    let refused = rejection(petra.approve_data(case, found, many));
    assert_eq!(refused.fields()[0].rule, FieldRule::TooMany { limit: 1_000 });
    assert!(matches!(row().row.map(RedactionTarget::Row), Some(RedactionTarget::Row(1))));
}

fn every_fault_of_what_a_workflow_hides_is_named_at_once(bureau: &Bureau) {
    let steps = bureau.petra().workflow("Data request").unwrap().steps;
    let new = NewWorkflow { name: "Odd".into(), steps, ..NewWorkflow::default() }
        .with_sources(vec!["shop".into()])
        .hiding(NewDefaultRedaction::new("shop", " ", " "))
        .hiding(NewDefaultRedaction::new("a b", "remark", "x"))
        .hiding(NewDefaultRedaction::new("crm", "remark", "x"))
        .hiding(remarks())
        .hiding(NewDefaultRedaction::new("shop", "REMARK", "x"));
    let refused = rejection(bureau.desk("mona", Role::Manager).create_workflow(new));
    let fields: Vec<&str> = refused.fields().iter().map(|one| one.field.as_str()).collect();
    assert_eq!(
        fields,
        [
            "redactions[0].column",
            "redactions[0].reason",
            "redactions[1].source",
            "redactions[2].source",
            "redactions[4].column"
        ]
    );
}
