//! Fields of an organisation's own: whom their values reach, what becomes of them when the type changes, and what they mean.

use casekit::{
    Actor, CaseEdit, CaseId, CaseTypeEdit, CasesQuery, CountBy, CustomerEdit, CustomerId, Desk,
    FieldCondition, FieldKind, NewCase, NewCaseType, NewField, NewFieldChoice, PageRequest, Role, Scope,
    SettingsEdit,
};

use crate::build::{Office, Scoped, actor, on_every_store};

on_every_store!(
    a_customer_does_not_find_what_staff_wrote_for_themselves,
    what_is_closed_is_closed_for_the_cases_that_are_there,
    the_code_of_a_choice_that_was_taken_out_stays_its_own,
    a_text_means_one_field_and_one_choice,
    a_condition_is_asked_of_each_type_that_can_have_it,
    an_unknown_stage_hides_no_error_of_a_value,
);

/// The desk of a customer who may do everything within what belongs to them.
fn portal(office: &Office, customer: CustomerId) -> Desk {
    let kit = office.narrowed_by(Scoped(Scope::of_customer(customer)));
    kit.desk(Actor::new("k-1", "Ada Obi").with_role(Role::Administrator))
}

fn with_value(office: &Office, case_type: &str, customer: CustomerId, values: &[(&str, &str)]) -> CaseId {
    let new = values
        .iter()
        .fold(NewCase::new(case_type, "Lamp"), |new, (field, value)| new.with_field(*field, *value));
    office.agent().raise_case(new.for_customer(customer)).unwrap().id
}

fn found(desk: &Desk, text: &str) -> (usize, usize, u64) {
    let query = CasesQuery { text: Some(text.into()), ..CasesQuery::default() };
    let counts = desk.counts(CountBy::CaseType, &query).unwrap();
    (
        desk.search(text, PageRequest::first()).unwrap().rows.len(),
        desk.cases(&query, PageRequest::first()).unwrap().rows.len(),
        counts.iter().map(|group| group.count).sum(),
    )
}

fn a_customer_does_not_find_what_staff_wrote_for_themselves(office: &Office) {
    let fields = vec![
        NewField::new("Suspicion", FieldKind::Text),
        NewField::choice("Risk", ["Lynx", "None"]),
        NewField::new("Ring", FieldKind::Phone),
        NewField::new("Wish", FieldKind::Text).for_customer(),
    ];
    office.manager().create_case_type(NewCaseType::new("Refunds").with_fields(fields)).unwrap();
    let of_customers = vec![
        NewField::new("Rumour", FieldKind::Text),
        NewField::new("Nickname", FieldKind::Text).for_customer(),
    ];
    office.administrator().change_settings(SettingsEdit::new().customer_fields(of_customers)).unwrap();
    let ada = office.customer("Ada Obi").id;
    let told = CustomerEdit::new().field("Rumour", "moneylaundering").field("Nickname", "Zizi");
    office.agent().update_customer(ada, told).unwrap();
    let values = [
        ("Suspicion", "welfare fraud"),
        ("Risk", "Lynx"),
        ("Ring", "+49 30 5550199"),
        ("Wish", "quicker please"),
    ];
    with_value(office, "Refunds", ada, &values);
    let (desk, staff) = (portal(office, ada), office.agent());
    for text in ["welfare", "welf", "we", "lynx", "fraud", "5550199", "№№welfare", "№welf", "welfare lamp"]
    {
        assert_eq!(found(&desk, text), (0, 0, 0), "{text}");
    }
    for text in ["welfare", "welf", "lynx", "quicker", "welfare lamp", "quicker fraud", "lamp"] {
        assert_eq!(found(&staff, text), (1, 1, 1), "{text}");
    }
    assert_eq!((found(&desk, "quicker"), found(&desk, "lamp")), ((1, 1, 1), (1, 1, 1)));
    let names =
        |desk: &Desk, text: &str| desk.customers(Some(text), PageRequest::first()).unwrap().rows.len();
    assert_eq!((names(&desk, "moneyl"), names(&desk, "zizi")), (0, 1));
    assert_eq!((names(&staff, "moneyl"), names(&staff, "zizi")), (1, 1));
}

fn what_is_closed_is_closed_for_the_cases_that_are_there(office: &Office) {
    let desk = office.manager();
    let open = || NewField::new("Diagnosis", FieldKind::Text).for_customer().indexed();
    let of = desk.create_case_type(NewCaseType::new("Care").with_fields(vec![open()])).unwrap().id;
    let ada = office.customer("Ada Obi").id;
    let case = with_value(office, "Care", ada, &[("Diagnosis", "Gout")]);
    let customer = portal(office, ada);
    assert_eq!(customer.case(case).unwrap().fields.len(), 1);

    let inside = NewField { for_customer: false, ..open() }.with_id("diagnosis");
    desk.edit_case_type(of, CaseTypeEdit::new().fields(vec![inside])).unwrap();
    assert!(customer.case(case).unwrap().fields.is_empty());
    let form = customer.form(&casekit::FormOf::Case { case }, &[]).unwrap();
    assert!(form.fields.iter().all(|field| !field.name.starts_with("fields.")), "{form:?}");
    let refused = office.refused(|| customer.edit_case(case, CaseEdit::new().field("Diagnosis", "None")));
    assert_eq!(refused.fields()[0].field, "fields[0].field");
    let condition =
        CasesQuery { fields: vec![FieldCondition::is("Diagnosis", "Gout")], ..CasesQuery::default() };
    assert_eq!(office.refused(|| customer.cases(&condition, PageRequest::first())).code(), "invalid");
    assert_eq!(office.agent().cases(&condition, PageRequest::first()).unwrap().rows.len(), 1);

    let secret = NewField { indexed: false, for_customer: false, ..open() }.with_id("diagnosis").sensitive();
    desk.edit_case_type(of, CaseTypeEdit::new().fields(vec![secret])).unwrap();
    let agent = office.kit.desk(actor("amara", Role::Agent));
    let shown = agent.case(case).unwrap().fields.remove(0);
    assert_eq!((shown.value, shown.text.as_deref(), shown.sensitive), (None, Some("…"), true));
    assert_eq!(office.refused(|| agent.cases(&condition, PageRequest::first())).code(), "invalid");
    // Whoever touches the case takes the value out of the search.
    agent.edit_case(case, CaseEdit::new().title("Care at home")).unwrap();
    agent.migrate_case(case).unwrap();
    assert_eq!(found(&agent, "gout"), (0, 0, 0));
}

fn the_code_of_a_choice_that_was_taken_out_stays_its_own(office: &Office) {
    let desk = office.manager();
    let language =
        |choices: &[&str]| NewField::choice("Language", choices.iter().copied()).with_id("language");
    let of = desk
        .create_case_type(NewCaseType::new("Courses").with_fields(vec![language(&["C++", "Rust"])]))
        .unwrap()
        .id;
    let ada = office.customer("Ada Obi").id;
    let case = with_value(office, "Courses", ada, &[("Language", "C++")]);
    let edit = |choices: &[&str]| {
        desk.edit_case_type(of, CaseTypeEdit::new().fields(vec![language(choices)])).unwrap();
        let field = desk.case_type("Courses").unwrap().fields.remove(0);
        field.choices.into_iter().map(|one| (one.code, one.label)).collect::<Vec<_>>()
    };
    edit(&["Rust"]);
    let now = edit(&["Rust", "C#"]);
    assert_eq!(now, [("rust".into(), "Rust".to_owned()), ("c_2".into(), "C#".to_owned())]);
    let shown = desk.case(case).unwrap().fields.remove(0).text;
    assert_ne!(shown.as_deref(), Some("C#"), "it was raised with C++");
    let back = edit(&["Rust", "C#", "C++"]);
    assert_eq!(back[2], ("c".into(), "C++".to_owned()), "it is the one that it was");
    assert_eq!(desk.case(case).unwrap().fields.remove(0).text.as_deref(), Some("C++"));
}

fn a_text_means_one_field_and_one_choice(office: &Office) {
    let desk = office.manager();
    let refused = |fields: Vec<NewField>| {
        let new = NewCaseType::new("Sums").with_fields(fields);
        let rejection = office.refused(|| desk.create_case_type(new));
        rejection
            .fields()
            .iter()
            .map(|one| (one.field.clone(), one.rule.code().to_owned()))
            .collect::<Vec<_>>()
    };
    let amount = |label: &str| NewField::new(label, FieldKind::Number).labelled("de", "Betrag");
    assert_eq!(
        refused(vec![amount("Net"), amount("Gross")]),
        [("fields[1].label".into(), "duplicate".into())]
    );
    let chat = || NewFieldChoice::new("Chat");
    let phone = || NewFieldChoice::new("Phone").labelled("de", "Chat");
    for choices in [vec![chat(), phone()], vec![phone(), chat()]] {
        let field = NewField { choices, ..NewField::new("Channel", FieldKind::Choice) };
        assert_eq!(refused(vec![field]), [("fields[0].choices[1].label".into(), "duplicate".into())]);
    }
}

fn a_condition_is_asked_of_each_type_that_can_have_it(office: &Office) {
    let desk = office.manager();
    let channel = |choices: &[&str]| vec![NewField::choice("Channel", choices.iter().copied()).indexed()];
    desk.create_case_type(NewCaseType::new("Few").with_fields(channel(&["Web", "Call"]))).unwrap();
    desk.create_case_type(NewCaseType::new("Many").with_fields(channel(&["Web", "Call", "Fax"]))).unwrap();
    let ada = office.customer("Ada Obi").id;
    with_value(office, "Few", ada, &[("Channel", "Web")]);
    with_value(office, "Few", ada, &[("Channel", "Call")]);
    with_value(office, "Many", ada, &[("Channel", "Fax")]);
    let count = |values: &[&str]| {
        let fields = vec![FieldCondition::one_of("Channel", values.iter().copied())];
        let query = CasesQuery { fields, ..CasesQuery::default() };
        office.agent().cases(&query, PageRequest::first()).map(|page| page.rows.len())
    };
    assert_eq!(count(&["Fax"]).unwrap(), 1);
    assert_eq!(count(&["Fax", "Web"]).unwrap(), 2);
    let nowhere = office.refused(|| count(&["Fax", "Telex"]));
    assert_eq!(nowhere.fields()[0].field, "fields[0].one_of[1]", "no type has it");
}

fn an_unknown_stage_hides_no_error_of_a_value(office: &Office) {
    let fields = vec![NewField::new("Due", FieldKind::Date), NewField::new("Sum", FieldKind::Number)];
    office.manager().create_case_type(NewCaseType::new("Sums").with_fields(fields)).unwrap();
    let new = NewCase::new("Sums", "").with_field("Due", "soon").with_field("Sum", "much");
    let refused =
        office.refused(|| office.agent().raise_case(NewCase { stage: Some("nowhere".into()), ..new }));
    let mut all: Vec<_> = refused.fields().iter().map(|one| one.field.as_str()).collect();
    all.sort_unstable();
    assert_eq!(all, ["fields.due", "fields.sum", "stage", "title"]);
}
