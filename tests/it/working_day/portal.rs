//! A portal: somebody who sees one customer's cases, and of these what is for that customer.

use casekit::reports::{case_pdf, overview_pdf};
use casekit::{
    Action, Actor, Blocker, CaseEdit, CaseId, CaseSummary, CasesQuery, Choices, CountBy, CustomerEdit,
    CustomerId, Desk, FailingFor, FieldRule, ImportCase, ImportItem, NewCase, NewCaseType, NewCustomer,
    NewDenial, NewNote, NewRequest, NewStage, NewStep, NewWorkflow, PageRequest, PersonName, Reach,
    Rejection, Role, Scope, SettingsEdit, StageCategory, StepKind, StreamId, Visibility,
};

use crate::build::{Office, Scoped, at, on_every_store, rejection};

on_every_store!(
    a_customer_sees_their_cases_and_no_others,
    a_customer_sees_the_notes_that_are_for_them,
    a_customer_is_told_what_stages_are_called_for_them,
    a_customer_is_told_how_it_ended_and_nothing_of_the_way_there,
    the_history_tells_a_customer_what_concerns_them,
    a_customer_is_told_that_a_request_was_denied_and_not_at_which_step,
    settings_are_for_the_office,
    a_case_that_was_somebody_elses_does_not_say_whose,
    staff_have_no_names_for_a_customer,
    what_a_customer_raises_is_theirs,
    a_customer_finds_no_other_customer,
    a_customer_prints_what_they_see,
);

/// The desk of somebody who may do everything, within what belongs to a customer.
fn portal(office: &Office, customer: CustomerId) -> Desk {
    let kit = office.narrowed_by(Scoped(Scope::of_customer(customer)));
    kit.desk(Actor::new("k-1", "Ada Obi").with_role(Role::Administrator))
}

fn raised_for(office: &Office, customer: Option<CustomerId>, title: &str) -> CaseId {
    let new = NewCase { customer, ..NewCase::new("Support", title) };
    office.agent().raise_case(new).unwrap().id
}

/// Two customers, with a case each, and a case of nobody.
fn scene(office: &Office) -> ([CustomerId; 2], [CaseId; 3]) {
    let customers = ["Ada Obi", "Bo Li"].map(|name| office.customer(name).id);
    let [ada, bo] = customers;
    let cases = [(Some(ada), "Her lamp"), (Some(bo), "His lamp"), (None, "A lamp")];
    (customers, cases.map(|(whose, title)| raised_for(office, whose, title)))
}

fn ids(rows: Vec<CaseSummary>) -> Vec<CaseId> {
    rows.into_iter().map(|row| row.id).collect()
}

fn a_customer_sees_their_cases_and_no_others(office: &Office) {
    let ([ada, bo], [hers, his, _]) = scene(office);
    let desk = portal(office, ada);
    let page = PageRequest::first;
    assert_eq!(ids(desk.cases(&CasesQuery::default(), page()).unwrap().rows), [hers]);
    let of_bo = CasesQuery { customer: Some(bo), ..CasesQuery::default() };
    assert_eq!(ids(desk.cases(&of_bo, page()).unwrap().rows), []);
    assert_eq!(ids(desk.interactions(ada, page()).unwrap().rows), [hers]);
    assert_eq!(rejection(desk.interactions(bo, page())), Rejection::not_found("customer", bo));
    let counts = desk.counts(CountBy::CaseType, &CasesQuery::default()).unwrap();
    assert_eq!(counts.iter().map(|group| group.count).sum::<u64>(), 1);
    let hits = desk.search("lamp", page()).unwrap().rows;
    assert_eq!(hits.into_iter().map(|hit| hit.case.id).collect::<Vec<_>>(), [hers]);
    assert_eq!(rejection(desk.case(his)), Rejection::not_found("case", his));
    let kit = office.narrowed_by(Scoped(Scope::of_customer(ada)));
    let desk = kit.desk(Actor::new("k-1", "").with_role(Role::Administrator));
    let live = desk.live(|desk| desk.cases(&CasesQuery::default(), PageRequest::first()));
    assert_eq!(ids(live.refresh().unwrap().unwrap().rows), [hers]);
    office.agent().edit_case(hers, CaseEdit::new().customer(bo)).unwrap();
    kit.poll().unwrap();
    assert_eq!(ids(live.refresh().unwrap().unwrap().rows), [], "it is somebody else's now");
}

fn a_customer_sees_the_notes_that_are_for_them(office: &Office) {
    let ([ada, _], [hers, ..]) = scene(office);
    office.agent().add_note(hers, "She is a nuisance.").unwrap();
    let shown = office.agent().add_note(hers, NewNote::for_customer("We look into it.")).unwrap().id;
    // Even if the application says that they see internal notes: in the scope of one customer nobody does.
    let scope = Scope { internal_notes: true, ..Scope::of_customer(ada) };
    let desk = office.narrowed_by(Scoped(scope)).desk(Actor::new("k-1", "").with_role(Role::Administrator));
    let notes = || desk.thread(hers, PageRequest::first()).unwrap().rows;
    assert_eq!(notes().iter().map(|note| note.id).collect::<Vec<_>>(), [shown]);
    assert_eq!(desk.search("nuisance", PageRequest::first()).unwrap().rows, []);
    assert_eq!(desk.summary(hers).unwrap().last_notes.len(), 1);
    // What they write themselves, they see.
    let own = desk.reply(shown, "Thank you.").unwrap().id;
    let written = notes().into_iter().find(|note| note.id == own).unwrap();
    assert_eq!(written.visibility, Visibility::Customer);
}

fn a_customer_is_told_what_stages_are_called_for_them(office: &Office) {
    let ada = office.customer("Ada Obi").id;
    let stages = vec![
        NewStage::new("Triage", StageCategory::Open).shown_as("Received"),
        NewStage::new("Blame", StageCategory::Active),
    ];
    office.manager().create_case_type(NewCaseType::new("Complaint").with_stages(stages)).unwrap();
    let case = office.agent().raise_case(NewCase::new("Complaint", "Lamp").for_customer(ada)).unwrap().id;
    let row = |desk: &Desk| desk.cases(&CasesQuery::default(), PageRequest::first()).unwrap().rows.remove(0);
    let desk = portal(office, ada);
    assert_eq!((row(&desk).stage.as_str(), row(&desk).status.as_str()), ("Received", "Received"));
    assert_eq!(row(&office.agent()).stage, "Triage");
    let view = desk.case(case).unwrap();
    assert_eq!((view.stage.as_str(), view.customer_stage.as_str()), ("Received", "Received"));
    let counts = desk.counts(CountBy::Stage, &CasesQuery::default()).unwrap();
    let counted = counts.iter().find(|group| group.count > 0).unwrap();
    assert_eq!(counted.stage.as_deref(), Some("Received"));
    assert_eq!(desk.case_type("Complaint").unwrap().stages[0].label, "Received");
    let in_stage = |stage: &str| {
        let query = CasesQuery { stages: vec![stage.into()], ..CasesQuery::default() };
        desk.cases(&query, PageRequest::first()).map(|page| page.rows.len())
    };
    assert_eq!(in_stage("received").unwrap(), 1);
    let form = format!("{:?}", desk.edit_form(case).unwrap());
    let offered = format!("{:?}", desk.available_actions(case).unwrap());
    for said in [form, offered] {
        assert!(said.contains("Received") && !said.contains("Triage"), "{said}");
    }
    let unknown = format!("{:?}", rejection(in_stage("Triage")));
    assert!(unknown.contains("Received") && !unknown.contains("Triage"), "{unknown}");
    office.agent().edit_case(case, CaseEdit::new().stage("Blame")).unwrap();
    let history = desk.history(StreamId::Case(case), PageRequest::first()).unwrap().rows;
    assert_eq!(history[1].text, "moved it from Received to Blame", "a stage without a label of their own");
}

fn a_customer_is_told_how_it_ended_and_nothing_of_the_way_there(office: &Office) {
    let ada = NewCustomer::named("Ada Obi").with_reference("CRM-1");
    let ada = office.agent().create_customer(ada).unwrap().id;
    let request = NewRequest::new("WEB-1", "Ada Obi").about_customer("CRM-1");
    let staff = office.manager();
    let case = staff.receive_request(request).unwrap().id.unwrap();
    staff.take_case(case).unwrap();
    staff.approve_identification(case, "video call", &["passport"]).unwrap();
    let desk = portal(office, ada);
    let row = || desk.cases(&CasesQuery::default(), PageRequest::first()).unwrap().rows.remove(0);
    let shown = desk.summary(case).unwrap();
    assert_eq!((shown.steps.len(), shown.workflow, shown.status_code), (0, None, None));
    assert_eq!((row().status, row().status_code, row().workflow), ("In Progress".into(), None, None));
    let offered = desk.available_actions(case).unwrap();
    for of_staff in ["approve_identification", "approve_data", "deny", "revoke", "release"] {
        assert!(offered.iter().all(|one| one.action.code() != of_staff), "{of_staff}");
    }
    let blocked = desk.blockers(case, Action::ApproveData, None).unwrap();
    assert_eq!(blocked, [Blocker::NoWorkflow], "an administrator in all else");
    assert_eq!(desk.workflows().unwrap(), []);
    assert_eq!(rejection(desk.workflow("Data request")).code(), "not_found");
    assert!(desk.cases_with_errors(None, None, PageRequest::first()).unwrap().rows.is_empty());
    let failing = CasesQuery { failing: Some(FailingFor::Anything), ..CasesQuery::default() };
    assert!(desk.cases(&failing, PageRequest::first()).unwrap().rows.is_empty());
    let of_workflow = CasesQuery { workflow: Some("Data request".into()), ..CasesQuery::default() };
    let unknown = rejection(desk.cases(&of_workflow, PageRequest::first()));
    assert_eq!(unknown, Rejection::field("workflow", FieldRule::Unknown { choices: Choices::default() }));
    staff.withdraw(case, None).unwrap();
    let shown = desk.summary(case).unwrap();
    assert_eq!(
        (shown.outcome_code.as_deref(), shown.status_code.as_deref()),
        (Some("withdrawn"), Some("ended"))
    );
    assert_eq!(row().status_code.as_deref(), Some("ended"));
}

fn the_history_tells_a_customer_what_concerns_them(office: &Office) {
    let ([ada, _], [hers, ..]) = scene(office);
    let staff = office.manager();
    staff.take_case(hers).unwrap();
    staff.assign_case(hers, "ben", Some("I cannot stand her")).unwrap();
    staff.edit_case(hers, CaseEdit::new().stage("Resolved")).unwrap();
    staff.edit_case(hers, CaseEdit::new().stage("Open").because("she called again")).unwrap();
    let desk = portal(office, ada);
    let told = desk.history(StreamId::Case(hers), PageRequest::first()).unwrap().rows;
    let codes: Vec<_> = told.iter().map(|entry| entry.code.as_str()).collect();
    assert_eq!(codes, ["case_raised", "stage_changed", "stage_changed", "stage_changed"]);
    assert!(told.iter().all(|entry| entry.reason.is_none()), "reasons are for staff: {told:?}");
    let changes = desk.changes_since(None, 500).unwrap().changes;
    let known = |code: &str| changes.iter().any(|one| one.code == code);
    assert!(known("case_raised") && known("customer_created"));
    for hidden in ["case_taken", "case_assigned", "settings_changed", "workflow_created"] {
        assert!(!known(hidden), "{hidden}");
    }
    for stream in [StreamId::Settings, StreamId::Ledger] {
        assert_eq!(rejection(desk.history(stream, PageRequest::first())).code(), "not_found");
    }
}

fn a_customer_is_told_that_a_request_was_denied_and_not_at_which_step(office: &Office) {
    let new = NewCustomer::named("Ada Obi").with_reference("CRM-1");
    let ada = office.agent().create_customer(new).unwrap().id;
    let staff = office.manager();
    let request = NewRequest::new("WEB-1", "Ada Obi").about_customer("CRM-1");
    let case = staff.receive_request(request).unwrap().id.unwrap();
    staff.take_case(case).unwrap();
    staff.deny(case, NewDenial::new("other", "a nuisance", "We know nobody of that name.")).unwrap();
    let denied = |desk: &Desk| {
        let all = desk.history(StreamId::Case(case), PageRequest::first()).unwrap().rows;
        all.into_iter().find(|entry| entry.code == "step_denied").unwrap()
    };
    assert!(denied(&staff).text.contains("Identification"));
    let told = denied(&portal(office, ada));
    assert!(told.text.starts_with("denied the request: "), "{}", told.text);
    assert!(!format!("{told:?}").contains("Identification"), "{told:?}");
    assert_eq!(told.changes[0].to.as_deref(), Some("We know nobody of that name."));
}

fn settings_are_for_the_office(office: &Office) {
    let desk = portal(office, office.customer("Ada Obi").id);
    let refused = |action: &str| Rejection::NotAllowedHere { action: action.into() };
    assert_eq!(rejection(desk.settings()), refused("read_settings"));
    assert_eq!(rejection(desk.check_settings(Reach::Here)), refused("check_settings"));
    assert_eq!(
        rejection(desk.change_settings(SettingsEdit::new().name_staff(true))),
        refused("change_settings")
    );
}

fn a_case_that_was_somebody_elses_does_not_say_whose(office: &Office) {
    let ([ada, bo], [_, his, _]) = scene(office);
    office.agent().edit_case(his, CaseEdit::new().customer(ada)).unwrap();
    let told = portal(office, ada).history(StreamId::Case(his), PageRequest::first()).unwrap().rows;
    assert_eq!(told.last().unwrap().code, "customer_changed");
    assert!(!format!("{told:?}").contains(&bo.to_string()), "{told:?}");
}

fn staff_have_no_names_for_a_customer(office: &Office) {
    let ([ada, _], [hers, ..]) = scene(office);
    office.manager().name_people(vec![PersonName::new("amara", "Amara Eze")]).unwrap();
    let desk = portal(office, ada);
    assert_eq!(desk.case(hers).unwrap().raised_by_name, None);
    assert_eq!(desk.people(PageRequest::first()).unwrap().rows, []);
    assert_eq!(rejection(desk.person("amara")).code(), "not_found");
    let said = desk.people_on_paper(["amara".to_owned(), "k-1".to_owned()]).unwrap();
    assert_eq!((said["amara"].as_str(), said["k-1"].as_str()), ("staff", "k-1"));
    desk.add_note(hers, "Thank you.").unwrap();
    let own = desk.people(PageRequest::first()).unwrap().rows;
    assert_eq!(own.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["k-1"]);
    office.administrator().change_settings(SettingsEdit::new().name_staff(true)).unwrap();
    assert_eq!(desk.case(hers).unwrap().raised_by_name.as_deref(), Some("Amara Eze"));
}

fn what_a_customer_raises_is_theirs(office: &Office) {
    let ([ada, bo], [hers, ..]) = scene(office);
    let desk = portal(office, ada);
    let raised = desk.raise_case(NewCase::new("Support", "It is dark")).unwrap().id;
    assert_eq!(desk.case(raised).unwrap().customer, Some(ada));
    let asked = desk.receive_request(NewRequest::new("WEB-9", "Ada Obi")).unwrap().id.unwrap();
    assert_eq!(desk.case(asked).unwrap().customer, Some(ada));
    let unknown = Rejection::field("customer", FieldRule::Unknown { choices: Choices::default() });
    let for_bo = NewCase::new("Support", "x").for_customer(bo);
    assert_eq!(office.refused(|| desk.raise_case(for_bo.clone())), unknown);
    assert_eq!(desk.validate_case(&for_bo).unwrap().len(), 1);
    assert_eq!(office.refused(|| desk.edit_case(hers, CaseEdit::new().customer(bo))), unknown);
    let unlinked = office.refused(|| desk.edit_case(hers, CaseEdit::new().without_customer()));
    assert_eq!(unlinked, Rejection::field("customer", FieldRule::Required));
    let created = office.refused(|| desk.create_customer(NewCustomer::named("Cy")));
    assert_eq!(created.code(), "not_allowed_here");
    // What reaches beyond them is not for them, whatever their permissions say.
    let refused = |answer: Rejection| assert_eq!(answer.code(), "not_allowed_here");
    refused(office.refused(|| desk.create_case_type(NewCaseType::new("Theirs"))));
    refused(office.refused(|| desk.name_people(vec![PersonName::new("amara", "Somebody else")])));
    refused(office.refused(|| desk.change_settings(SettingsEdit::new().name_staff(true))));
    let workflow = NewWorkflow::named("Theirs").with_step(NewStep::new("seen", "Seen", StepKind::Approval));
    refused(office.refused(|| desk.create_workflow(workflow.clone())));
    let item = ImportItem::Case(ImportCase::new(NewCase::new("Support", "x"), at(-1), "somebody"));
    assert_eq!(desk.import(&[item]).unwrap().refused().count(), 1);
}

fn a_customer_finds_no_other_customer(office: &Office) {
    let bo = NewCustomer::named("Bo Li").with_reference("CRM-2");
    let bo = office.agent().create_customer(bo).unwrap().id;
    let ada = NewCustomer::named("Ada Obi").with_reference("CRM-1");
    let ada = office.agent().create_customer(ada).unwrap().id;
    let desk = portal(office, ada);
    let named = |text: Option<&str>| -> Vec<CustomerId> {
        desk.customers(text, PageRequest::first()).unwrap().rows.into_iter().map(|row| row.id).collect()
    };
    assert_eq!((named(None), named(Some("obi")), named(Some("li"))), (vec![ada], vec![ada], vec![]));
    assert_eq!(desk.find_customer("CRM-1").unwrap().id, ada);
    assert_eq!(rejection(desk.find_customer("CRM-2")).code(), "not_found");
    let missing = Rejection::not_found("customer", bo);
    assert_eq!(rejection(desk.customer(bo)), missing);
    let edit = CustomerEdit { phone: Some("1".into()), ..CustomerEdit::default() };
    assert_eq!(office.refused(|| desk.update_customer(bo, edit)), missing);
    assert_eq!(rejection(desk.history(StreamId::Customer(bo), PageRequest::first())), missing);
    assert_eq!(rejection(desk.verify_stream(StreamId::Customer(bo))), missing);
    assert_eq!(desk.history(StreamId::Customer(ada), PageRequest::first()).unwrap().rows.len(), 1);
    // An id that names something outside is told apart from nothing by no error.
    assert_eq!(rejection(desk.case(CaseId(bo.0))), Rejection::not_found("case", bo));
}

fn a_customer_prints_what_they_see(office: &Office) {
    let ([ada, _], [hers, his, _]) = scene(office);
    let (desk, fonts) = (portal(office, ada), casekit::export::pdf::Fonts::bundled());
    assert_eq!(overview_pdf(&desk, &CasesQuery::default(), &fonts, &mut Vec::new()).unwrap().rows, 1);
    case_pdf(&desk, hers, &fonts, &mut Vec::new()).unwrap();
    assert_eq!(case_pdf(&desk, his, &fonts, &mut Vec::new()).unwrap_err().code(), "not_found");
}
