//! Errors name the choices: what was misused, and what the error must say.

use std::fmt::Debug;

use casekit::{
    CaseEdit, CasesQuery, CountBy, DataTable, Error, Fault, FieldRule, ImportCase, ImportChange, ImportItem,
    ImportedChange, Language, NewCase, NewCaseType, NewDenial, NewRedaction, NewStage, NewStep, NewWorkflow,
    OpenOptions, PageRequest, Rejection, Role, Scope, SourceQuestion, StageCategory, StepKind,
};

use crate::build::{Office, Scoped, actor, at, on_every_store, rejection};
use crate::second_day::host::Bureau;

on_every_store!(
    an_unknown_name_is_answered_with_the_nearest_and_with_what_there_is,
    what_is_out_of_use_or_out_of_scope_is_no_choice,
    a_long_list_of_choices_is_cut_and_counted,
    choices_are_said_in_the_language_of_the_desk,
);

/// Asserts that a call is refused, and that the error says this.
#[track_caller]
fn says<T: Debug>(answer: Result<T, Error>, said: &[&str]) {
    let text = rejection(answer).to_string();
    for one in said {
        assert!(text.contains(one), "`{one}` is not in: {text}");
    }
    assert!(!text.contains("Query") && !text.contains("::"), "a name of our code is in: {text}");
}

fn an_unknown_name_is_answered_with_the_nearest_and_with_what_there_is(office: &Office) {
    let (desk, page) = (office.administrator(), PageRequest::first);
    let case = office.case("x").id;
    let support: &[&str] =
        &["did you mean `Support`? There are `Bug report`, ", ", `Process update`, `Support`"];
    says(desk.raise_case(NewCase::new("Suport", "x")), support);
    says(desk.raise_case(NewCase::new("Refunds", "x")), &["choose `Bug report`, `Data request`"]);
    says(desk.edit_case(case, CaseEdit::new().case_type("suport")), support);
    says(desk.case_type("Suport"), support);
    says(desk.workflow("Data requst"), &["no such workflow: did you mean `Data request`?"]);
    let nowhere = NewCase::new("Support", "x").in_stage("Nowhere");
    says(desk.raise_case(nowhere), &["`stage`", "choose `Open`, `In Progress`, `Resolved`, `Closed`"]);
    says(desk.edit_case(case, CaseEdit::new().stage("in_progres")), &["did you mean `In Progress`?"]);

    let by_type = CasesQuery { case_types: vec!["Suport".into()], ..CasesQuery::default() };
    says(desk.cases(&by_type, page()), support);
    let in_stage = CasesQuery { stages: vec!["Resolvd".into()], ..CasesQuery::default() };
    says(desk.cases(&in_stage, page()), &["did you mean `Resolved`?", "`Open`"]);
    let counted = CasesQuery { case_types: vec!["Suport".into()], ..CasesQuery::default() };
    says(desk.counts(CountBy::Stage, &counted), support);

    let moves = NewCaseType::new("M").with_moves([("Open", "Closd")]);
    says(desk.create_case_type(moves), &["`moves 1, to`", "did you mean `Closed`?"]);
    let started = NewCaseType::new("W").with_workflow("Data requests");
    says(desk.create_case_type(started), &["`workflow`", "did you mean `Data request`?"]);
    let first = NewStep::new("first", "First", StepKind::Approval);
    let second = NewStep::new("second", "Second", StepKind::Approval).requires("frist");
    let steps = NewWorkflow::named("W").with_step(first).with_step(second);
    says(desk.create_workflow(steps), &["`steps 2, requires`", "did you mean `first`?"]);

    let to = ImportedChange::Stage { to: "Resolvd".into(), reason: None };
    let past = ImportCase::new(NewCase::new("Support", "x"), at(0), "amara");
    let past = past.with_change(ImportChange::new(at(1), "amara", to));
    let imported = desk.import(&[ImportItem::Case(past)]).unwrap();
    let (_, refused) = imported.refused().next().unwrap();
    says::<()>(Err(Error::Rejected(refused.clone())), &["did you mean `Resolved`?"]);
}

#[test]
fn an_unknown_source_table_column_step_or_code_is_answered_with_what_there_is() {
    let bureau = Bureau::in_memory();
    let case = bureau.identified("WEB-1").id;
    let petra = bureau.petra();
    let snapshot = petra.prepare_data(case).unwrap().id.unwrap();
    let hide = |source: &str, table: &str, column: &str| {
        petra.approve_data(case, snapshot, vec![NewRedaction::new(source, table, column, "opinions")])
    };
    says(hide("shop", "orders", "remarks"), &["column`", "did you mean `remark`?", "`number`, `article`"]);
    says(hide("shop", "order", "remark"), &["table`", "did you mean `orders`?"]);
    says(hide("shp", "orders", "remark"), &["source`", "did you mean `shop`?"]);
    says(petra.preview_data(case, "crm", "orders", 0, 1), &["`source`", "choose ", "`casekit`", "`shop`"]);
    says(petra.preview_data(case, "shop", "ordres", 0, 1), &["`table`", "did you mean `orders`?"]);
    says(petra.approve_step(case, "leed", None), &["`step`", "names nothing that exists"]);
    let request = bureau.request("WEB-2").id;
    petra.take_case(request).unwrap();
    let denial = NewDenial::new("no_mach", "internal", "sorry").at_step("identification");
    says(petra.deny(request, denial), &["`code`", "did you mean `"]);
}

fn what_is_out_of_use_or_out_of_scope_is_no_choice(office: &Office) {
    let manager = office.manager();
    let bugs = manager.case_type("Bug report").unwrap().id;
    manager.deactivate_case_type(bugs).unwrap();
    let enquiries = manager.case_type("Enquiries").unwrap().id;
    let narrowed = office.narrowed_by(Scoped(Scope { types: Some(vec![enquiries]), ..Scope::all() }));
    let desk = narrowed.desk(actor("amara", Role::Agent));
    let names = |refused: Rejection| {
        let FieldRule::Unknown { choices } = refused.fields()[0].rule.clone() else { panic!("{refused}") };
        (choices.nearest, choices.names, choices.more)
    };
    let raised = rejection(desk.raise_case(NewCase::new("Suport", "x")));
    assert_eq!(names(raised), (None, vec!["Enquiries".to_owned()], 0));
    let raised = rejection(office.agent().raise_case(NewCase::new("Bug reprt", "x")));
    assert_eq!(names(raised).0, None, "an inactive type is none to choose");
    let Rejection::NotFound { choices, .. } = rejection(desk.case_type("Suport")) else { panic!() };
    assert_eq!(choices.names, ["Enquiries"]);
}

fn a_long_list_of_choices_is_cut_and_counted(office: &Office) {
    let manager = office.manager();
    for number in 1..=15 {
        manager.create_case_type(NewCaseType::new(format!("Type {number:02}"))).unwrap();
    }
    let refused = rejection(manager.raise_case(NewCase::new("Refunds", "x")));
    assert!(refused.to_string().ends_with(" and 12 more"), "{refused}");
    let stages = (1..=3).map(|n| NewStage::new(format!("Stage {n}"), StageCategory::Open)).collect();
    manager.create_case_type(NewCaseType::new("Short").with_stages(stages)).unwrap();
    let refused = rejection(manager.raise_case(NewCase::new("Short", "x").in_stage("Open")));
    assert!(refused.to_string().ends_with("choose `Stage 1`, `Stage 2`, `Stage 3`"), "{refused}");
}

fn choices_are_said_in_the_language_of_the_desk(office: &Office) {
    let german = Language::shipped("de").unwrap();
    let desk = office.agent().in_language(german.clone());
    let refused = rejection(desk.raise_case(NewCase::new("Suport", "x").in_stage("Offn")));
    let said = german.render(&refused.message());
    assert!(said.contains("Zur Wahl stehen ") && said.contains("„Fehlermeldung“"), "{said}");
}

fn nothing(_: &SourceQuestion) -> Result<Vec<DataTable>, Fault> {
    Ok(Vec::new())
}

#[test]
fn names_that_a_host_gives_at_opening_are_checked() {
    let opened = |options: OpenOptions| options.open(":memory:").map(drop);
    let error = |options| rejection(opened(options)).to_string();
    let named = |name: &str| OpenOptions::new().source(name, nothing);
    assert!(error(named("Shop DB")).contains("such as `crm`"));
    assert!(error(named("casekit")).contains("already in use"));
    assert!(error(named("crm").source("crm", nothing)).contains("already in use"));
    #[cfg(feature = "http")]
    assert!(
        error(OpenOptions::new().allow_host("https://forms.example.org/answers")).contains("without a path")
    );
    opened(named("crm").source("shop-2", nothing).allow_host("forms.example.org:8443")).unwrap();
}
