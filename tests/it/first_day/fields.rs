//! Fields that a house gives its cases: defined by a manager, filled in by agents, found by, and brought to a newer version.

use casekit::{
    Blocker, CaseEdit, CaseTypeEdit, CaseTypeId, CasesQuery, CsvForm, ExistingItems, FieldCondition,
    FieldKind, GivenValue, ImportCase, ImportItem, ImportOptions, Language, Migration, NewCase, NewCaseType,
    NewField, NewStep, NewWorkflow, PageRequest, Rejection, StepKind, StreamId,
};

use crate::build::{Office, all_pages, at, on_every_store};

on_every_store!(
    a_case_has_the_fields_of_its_type_and_says_each_in_the_readers_language,
    every_wrong_value_is_named_at_once_with_what_it_can_be,
    the_history_says_what_each_value_was_and_is,
    cases_are_found_by_their_values_and_nothing_sensitive_is,
    cases_are_sorted_by_a_field,
    what_is_sensitive_is_shown_to_who_may_see_it,
    two_cases_do_not_share_a_unique_value,
    a_migration_tells_what_does_not_fit_and_then_does_what_fits,
    approvals_lapse_when_a_field_changes_that_they_cover,
    the_overview_of_a_type_has_a_column_for_each_of_its_fields,
    imported_cases_bring_their_values,
);

fn fields() -> Vec<NewField> {
    vec![
        NewField::new("Order", FieldKind::Text).labelled("de", "Bestellung").required().unique().indexed(),
        NewField::choice("Channel", ["Phone", "Web"]).labelled("de", "Kanal").indexed(),
        NewField::new("Page", FieldKind::Url).shown_when("Channel", ["Web"]),
        NewField::new("Amount", FieldKind::Money).indexed().in_rows().required_at("Resolved"),
        NewField::new("Passport", FieldKind::Text).sensitive(),
        NewField::new("Adviser", FieldKind::Person),
        NewField::new("Earlier", FieldKind::Case),
    ]
}

fn created(office: &Office) -> CaseTypeId {
    let refunds = NewCaseType::new("Refunds").with_fields(fields());
    office.manager().create_case_type(refunds).unwrap().id
}

fn refund(order: &str) -> NewCase {
    NewCase::new("Refunds", "Order").with_field("Order", order)
}

fn a_case_has_the_fields_of_its_type_and_says_each_in_the_readers_language(office: &Office) {
    created(office);
    let desk = office.agent();
    let earlier = office.case("The first call");
    // Whoever acted is in the directory of people.
    office.manager().assign_case(earlier.id, "amara", None).unwrap();
    let new = refund("A-1")
        .with_field("channel", "WEB")
        .with_field("Page", "https://example.org/orders/1")
        .with_field("Amount", GivenValue::Money { amount: 1250, currency: "EUR".into() })
        .with_field("Earlier", earlier.id);
    let case = desk.raise_case(new).unwrap().id;
    let german = desk.in_language(Language::shipped("de").unwrap());
    let said = |view: casekit::CaseView| -> Vec<(String, Option<String>)> {
        view.fields.into_iter().map(|field| (field.label, field.text)).collect()
    };
    let some = |label: &str, text: &str| (label.to_owned(), Some(text.to_owned()));
    let none = |label: &str| (label.to_owned(), None);
    assert_eq!(
        said(german.case(case).unwrap()),
        [
            some("Bestellung", "A-1"),
            some("Kanal", "Web"),
            some("Page", "https://example.org/orders/1"),
            some("Amount", "12,50 EUR"),
            none("Passport"),
            none("Adviser"),
            some("Earlier", &earlier.number),
        ]
    );
    let phone = CaseEdit::new().field("Kanal", "phone").field("amount", "8 EUR");
    desk.edit_case(case, phone).unwrap();
    let view = office.view(case);
    assert!(view.fields.iter().all(|field| field.label != "Page"), "what is not shown is not there");
    assert_eq!(view.fields[2].text.as_deref(), Some("8.00 EUR"));
    let form = desk.edit_form(case).unwrap();
    let amount = form.fields.iter().find(|field| field.field == "fields.amount").unwrap();
    assert_eq!((amount.value.as_deref(), amount.required), (Some("8.00 EUR"), false));
    let view = desk.case_type("Refunds").unwrap();
    assert_eq!(view.fields.len(), 7);
    let given_back = view.fields.into_iter().filter_map(|field| field.definition).collect();
    let edit = CaseTypeEdit::new().fields(given_back);
    assert_eq!(office.manager().edit_case_type(view.id, edit).unwrap().events, 0, "read and given back");
}

fn every_wrong_value_is_named_at_once_with_what_it_can_be(office: &Office) {
    created(office);
    let desk = office.agent();
    let wrong = NewCase::new("Refunds", "Order")
        .with_field("Channel", "Fax")
        .with_field("Amount", "12,50 EUR")
        .with_field("Adviser", "nobody-knows");
    let refused = office.refused(|| desk.raise_case(wrong.clone()));
    let told: Vec<String> = refused.fields().iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 4, "{told:#?}");
    assert!(told[0].contains("`phone`") && told[0].contains("`web`"), "{}", told[0]);
    assert!(told[1].contains("12.50 EUR"), "{}", told[1]);
    assert_eq!(desk.validate_case(&wrong).unwrap(), refused.fields(), "a form is told the same");

    let case = desk.raise_case(refund("A-1")).unwrap().id;
    let blocked = office.refused(|| desk.edit_case(case, CaseEdit::new().stage("Resolved")));
    let blocker = Blocker::FieldsNeeded { fields: vec!["Amount".into()], stage: "Resolved".into() };
    assert_eq!(blocked, Rejection::blocked("edit_case", blocker));
    let given = CaseEdit::new().stage("Resolved").field("Amount", "1 EUR");
    desk.edit_case(case, given).unwrap();
}

fn the_history_says_what_each_value_was_and_is(office: &Office) {
    created(office);
    let desk = office.agent();
    let case = desk.raise_case(refund("A-1")).unwrap().id;
    let edit = CaseEdit::new().field("Order", "A-2").field("Channel", "Phone").field("Passport", "X123");
    desk.edit_case(case, edit).unwrap();
    let history = office.auditor().history(StreamId::Case(case), PageRequest::first()).unwrap().rows;
    let entry = &history[1];
    assert_eq!(
        (entry.code.as_str(), entry.text.as_str()),
        ("fields_changed", "changed Channel, Order, Passport")
    );
    let changes: Vec<_> = entry
        .changes
        .iter()
        .map(|one| (one.field.as_str(), one.from.as_deref(), one.to.as_deref()))
        .collect();
    assert_eq!(
        changes,
        [
            ("fields.channel", None, Some("Phone")),
            ("fields.order", Some("A-1"), Some("A-2")),
            ("fields.passport", None, Some("…")),
        ]
    );
    assert!(history[0].changes.iter().any(|one| one.field == "fields.order"), "raising it says them too");
    assert_eq!(office.auditor().verify(None).unwrap().broken, None);
}

fn cases_are_found_by_their_values_and_nothing_sensitive_is(office: &Office) {
    created(office);
    let desk = office.approver();
    let raise = |order: &str, channel: &str, amount: &str| {
        let new = refund(order).with_field("Channel", channel).with_field("Amount", amount);
        desk.raise_case(new.with_field("Passport", "Zeppelin 7")).unwrap().number
    };
    let (one, two) = (raise("A-1", "Phone", "5 EUR"), raise("A-2", "Web", "50 EUR"));
    let three = raise("A-3", "Phone", "50 USD");
    office.case("Of another type");
    let listed = |conditions: Vec<FieldCondition>| {
        let query = CasesQuery { fields: conditions, ..CasesQuery::default() };
        let counted: u64 =
            desk.counts(casekit::CountBy::CaseType, &query).unwrap().iter().map(|one| one.count).sum();
        let rows = all_pages(1, |page| desk.cases(&query, page));
        assert_eq!(counted, rows.len() as u64);
        rows.into_iter().map(|row| row.number).collect::<Vec<_>>()
    };
    assert_eq!(listed(vec![FieldCondition::is("Channel", "Phone")]), [three.clone(), one.clone()]);
    assert_eq!(listed(vec![FieldCondition::is("order", "a-2")]), std::slice::from_ref(&two));
    assert_eq!(
        listed(vec![FieldCondition::between("Amount", "1 EUR", "60 EUR")]),
        [two.clone(), one.clone()]
    );
    let rows = desk.cases(&CasesQuery::default(), PageRequest::first()).unwrap().rows;
    let shown: Vec<_> = rows.iter().map(|row| row.fields.as_deref()).collect();
    let said = |amount: &str| format!("{{\"amount\":\"{amount}\"}}");
    let said = [said("50.00 USD"), said("50.00 EUR"), said("5.00 EUR")];
    assert_eq!(shown[0], None, "most cases show none");
    assert!(shown[1..].iter().zip(&said).all(|(shown, said)| *shown == Some(said.as_str())), "{shown:?}");
    let both =
        vec![FieldCondition::is("Kanal", "phone"), FieldCondition::between("Amount", "1 USD", "60 USD")];
    assert_eq!(listed(both), [three]);

    let query = CasesQuery { fields: vec![FieldCondition::is("Passport", "x")], ..CasesQuery::default() };
    let refused = office.refused(|| desk.cases(&query, PageRequest::first()));
    let told = refused.fields()[0].to_string();
    assert!(told.contains("`amount`") && told.contains("`channel`") && told.contains("`order`"), "{told}");
    let found = |text: &str| desk.search(text, PageRequest::first()).unwrap().rows.len();
    assert_eq!((found("A-2"), found("zeppelin")), (1, 0));
}

fn cases_are_sorted_by_a_field(office: &Office) {
    created(office);
    let desk = office.approver();
    let raise = |order: &str, channel: &str, amount: Option<&str>| {
        let new = refund(order).with_field("Channel", channel);
        let new = amount.map_or(new.clone(), |amount| new.with_field("Amount", amount));
        desk.raise_case(new).unwrap().number
    };
    let (one, two) = (raise("b 1", "Phone", Some("50 EUR")), raise("Ä 2", "Web", Some("5 EUR")));
    let (three, four) = (raise("a 3", "Phone", Some("7 USD")), raise("C 4", "Web", None));
    office.case("Of another type");
    let query = |field: &str| CasesQuery {
        sort_field: Some(field.to_owned()),
        direction: casekit::Direction::Ascending,
        ..CasesQuery::default()
    };
    let sorted = |query: &CasesQuery| {
        let rows = all_pages(1, |page| desk.cases(query, page));
        let counted: u64 =
            desk.counts(casekit::CountBy::CaseType, query).unwrap().iter().map(|one| one.count).sum();
        assert_eq!(counted, rows.len() as u64, "a count has the cases of the list");
        rows.into_iter().map(|row| row.number).collect::<Vec<_>>()
    };
    assert_eq!(sorted(&query("amount")), [two.clone(), one.clone(), three.clone()]);
    assert_eq!(sorted(&query("Bestellung")), [three.clone(), one.clone(), four, two]);
    let phone = CasesQuery { fields: vec![FieldCondition::is("Channel", "Phone")], ..query("Order") };
    assert_eq!(sorted(&phone), [three.clone(), one.clone()]);
    let newest = CasesQuery { direction: casekit::Direction::Descending, ..phone };
    assert_eq!(sorted(&newest), [one, three]);

    let refused = |query: &CasesQuery| {
        office.refused(|| desk.cases(query, PageRequest::first())).fields()[0].to_string()
    };
    let told = refused(&query("colour"));
    assert!(told.contains("`amount`") && told.contains("`order`") && !told.contains("passport"), "{told}");
    let both = CasesQuery { sort: casekit::Sort::Raised, ..query("order") };
    assert!(refused(&both).contains("leave one of them out"), "{}", refused(&both));
    let page = desk.cases(&query("order"), PageRequest::first().of(1)).unwrap();
    let of_another = office.refused(|| desk.cases(&query("amount"), page.next_request().unwrap()));
    assert_eq!(of_another.fields()[0].field, "after", "a place belongs to one order");

    let tags = NewField::choices("Tags", ["a", "b"]).indexed();
    let again = NewField::new("Order", FieldKind::Text).indexed();
    let returns = NewCaseType::new("Returns").with_fields(vec![again, tags]);
    office.manager().create_case_type(returns).unwrap();
    assert!(refused(&query("order")).contains("name the one"), "{}", refused(&query("order")));
    assert!(refused(&query("tags")).contains("several of these choices"), "{}", refused(&query("tags")));
    let of_one = CasesQuery { case_types: vec!["Refunds".into()], ..query("order") };
    assert_eq!(sorted(&of_one).len(), 4);
}

fn what_is_sensitive_is_shown_to_who_may_see_it(office: &Office) {
    created(office);
    let case = office.agent().raise_case(refund("A-1").with_field("Passport", "X123")).unwrap().id;
    let passport = |desk: casekit::Desk| {
        let view = desk.case(case).unwrap();
        let field = view.fields.into_iter().find(|field| field.id == "passport").unwrap();
        (field.value, field.text)
    };
    assert_eq!(passport(office.agent()), (None, Some("…".into())));
    let may = casekit::Role::Agent;
    let trusted = crate::build::actor("tess", may).with_permission(casekit::Permission::ReadSensitive);
    let clear = Some(GivenValue::Text("X123".into()));
    assert_eq!(passport(office.kit.desk(trusted)), (clear, Some("X123".into())));
}

fn two_cases_do_not_share_a_unique_value(office: &Office) {
    created(office);
    let desk = office.agent();
    let one = desk.raise_case(refund("A-1")).unwrap().id;
    let taken = office.refused(|| desk.raise_case(refund(" a-1 ")));
    assert_eq!(
        (taken.fields()[0].field.as_str(), taken.fields()[0].rule.code()),
        ("fields.order", "already_in_use")
    );
    desk.edit_case(one, CaseEdit::new().field("Order", "A-9")).unwrap();
    desk.raise_case(refund("A-1")).unwrap();
    let back = office.refused(|| desk.edit_case(one, CaseEdit::new().field("Order", "A-1")));
    assert_eq!(back.fields()[0].rule.code(), "already_in_use");
}

fn a_migration_tells_what_does_not_fit_and_then_does_what_fits(office: &Office) {
    let refunds = created(office);
    let (desk, manager) = (office.agent(), office.manager());
    let fits = desk.raise_case(refund("A-1").with_field("Amount", "1 EUR")).unwrap();
    let without = desk.raise_case(refund("A-2")).unwrap();
    let with_channel =
        desk.raise_case(refund("A-3").with_field("Amount", "1 EUR").with_field("Channel", "Web"));
    let with_channel = with_channel.unwrap();
    let newer = vec![
        NewField::new("Order", FieldKind::Text).required().unique().indexed(),
        NewField::new("Amount", FieldKind::Money).required().indexed(),
    ];
    manager.edit_case_type(refunds, CaseTypeEdit::new().fields(newer)).unwrap();

    let before = office.footprint();
    let tell = Migration::new().dry_run();
    let told = all_pages(1, |page| manager.migrate_case_type(refunds, &tell, page));
    assert_eq!(office.footprint(), before, "a dry run writes nothing");
    let misfits: Vec<_> = told
        .iter()
        .map(|one| {
            (
                one.number.as_str(),
                one.misfits
                    .iter()
                    .map(|misfit| (misfit.field.as_deref(), misfit.code.as_str()))
                    .collect::<Vec<_>>(),
            )
        })
        .collect();
    assert_eq!(
        misfits,
        [
            (fits.number.as_str(), vec![]),
            (without.number.as_str(), vec![(Some("Amount"), "fields_needed")]),
            (with_channel.number.as_str(), vec![(Some("Channel"), "fields_do_not_fit")]),
        ]
    );
    let forbidden = office.refused(|| desk.migrate_case_type(refunds, &tell, PageRequest::first()));
    assert_eq!(forbidden.code(), "forbidden");

    let migrate = |how: &Migration| {
        let all = all_pages(2, |page| manager.migrate_case_type(refunds, how, page));
        all.into_iter().map(|one| (one.number, one.fits)).collect::<Vec<_>>()
    };
    let done = migrate(&Migration::new());
    let of = |case: &casekit::RaisedCase, fits| (case.number.clone(), fits);
    assert_eq!(done, [of(&fits, true), of(&without, false), of(&with_channel, false)]);
    assert_eq!(office.view(fits.id).type_version, 2);
    let rest = migrate(&Migration::new().giving_up("channel"));
    assert_eq!(rest, [of(&without, false), of(&with_channel, true)], "what is done is passed over");
    assert_eq!(office.view(with_channel.id).fields.len(), 2);
    let amount = CaseEdit::new().field("Amount", "7 EUR");
    desk.edit_case(without.id, amount).unwrap();
    assert_eq!(migrate(&Migration::new()), [of(&without, true)]);
    assert_eq!(office.auditor().verify(None).unwrap().broken, None);
}

fn approvals_lapse_when_a_field_changes_that_they_cover(office: &Office) {
    let root = office.administrator();
    // With a quorum of two it stays open.
    let signed = NewStep::new("signed", "Signed", StepKind::Approval).with_quorum(2).covering([]);
    let workflow = NewWorkflow { name: "Sign-off".into(), steps: vec![signed], ..NewWorkflow::default() };
    root.create_workflow(workflow).unwrap();
    let fields =
        vec![NewField::new("Amount", FieldKind::Money).material(), NewField::new("Remark", FieldKind::Text)];
    let purchases = NewCaseType::new("Purchases").with_workflow("Sign-off").with_fields(fields);
    root.create_case_type(purchases).unwrap();
    let new = NewCase::new("Purchases", "A lamp").with_field("Amount", "90 EUR");
    let lamp = office.agent().raise_case(new).unwrap().id;
    let approver = office.approver();
    approver.take_case(lamp).unwrap();
    approver.approve_step(lamp, "signed", None).unwrap();
    let votes = || approver.summary(lamp).unwrap().steps[0].approvals.len();
    let edited = |field: &str, value: &str| {
        office.manager().edit_case(lamp, CaseEdit::new().field(field, value)).unwrap();
        votes()
    };
    assert_eq!(edited("Remark", "for the hall"), 1, "nobody voted on that");
    assert_eq!(edited("Amount", "90.00 EUR"), 1, "the same amount");
    assert_eq!(edited("Amount", "900 EUR"), 0);
    let history = office.auditor().history(StreamId::Case(lamp), PageRequest::first()).unwrap().rows;
    assert_eq!(history.last().map(|entry| entry.code.as_str()), Some("approvals_lapsed"));
}

fn the_overview_of_a_type_has_a_column_for_each_of_its_fields(office: &Office) {
    created(office);
    let desk = office.manager();
    let new = refund("A-1").with_field("Amount", "12.5 EUR").with_field("Passport", "X123");
    desk.raise_case(new.with_field("Channel", "Phone")).unwrap();
    desk.raise_case(refund("=1+1")).unwrap();
    let query = CasesQuery { case_types: vec!["Refunds".into()], ..CasesQuery::default() };
    let csv = |query: &CasesQuery, form: CsvForm| {
        let mut out = Vec::new();
        casekit::reports::overview_csv(&desk, query, form, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    let programs = csv(&query, CsvForm::for_programs());
    let lines: Vec<&str> = programs.lines().collect();
    assert!(
        lines[0].ends_with(
            "holder_name,priority,resolution,due,tags,fields.order,fields.channel,fields.page,fields.amount,fields.adviser,fields.earlier"
        ),
        "{}",
        lines[0]
    );
    assert!(lines[1].ends_with(",=1+1,,,,,"), "{}", lines[1]);
    assert!(lines[2].ends_with(",A-1,phone,,12.50 EUR,,"), "{}", lines[2]);
    assert!(!programs.contains("X123") && !programs.contains("passport"), "nothing sensitive is in it");
    let people = csv(&query, CsvForm::for_people());
    assert!(people.contains("'=1+1") && people.contains("Phone"), "{people}");
    assert!(!csv(&CasesQuery::default(), CsvForm::for_programs()).contains("fields."), "of several types");
    let mut workbook = Vec::new();
    assert_eq!(casekit::reports::overview_xlsx(&desk, &query, &mut workbook).unwrap(), 2);

    desk.name_people(vec![casekit::PersonName::new("u-17", "Ada Lund")]).unwrap();
    let earlier = office.case("Earlier");
    let named = refund("A-3").with_field("Adviser", "u-17").with_field("Earlier", earlier.id);
    desk.raise_case(named).unwrap();
    let (people, programs) = (csv(&query, CsvForm::for_people()), csv(&query, CsvForm::for_programs()));
    assert!(people.contains(&format!("Ada Lund,{}", earlier.number)), "{people}");
    assert!(programs.contains(&format!("u-17,{}", earlier.id)), "{programs}");
}

fn imported_cases_bring_their_values(office: &Office) {
    created(office);
    let root = office.administrator();
    let item = |reference: &str, order: &str, amount: &str| {
        let case = refund(order).with_field("Amount", amount);
        ImportItem::Case(ImportCase::new(case, at(0), "amara").with_reference(reference))
    };
    let items = [item("R-1", "A-1", "5 EUR"), item("R-2", "A-1", "6 EUR"), item("R-3", "A-3", "much")];
    let report = root.import(&items).unwrap();
    let codes: Vec<_> = report
        .results
        .iter()
        .map(|one| {
            one.rejection.iter().flat_map(|one| one.fields().iter().map(|one| one.field.clone())).collect()
        })
        .collect::<Vec<Vec<String>>>();
    assert_eq!(codes, [vec![], vec!["fields.order".to_owned()], vec!["fields.amount".to_owned()]]);
    let options = ImportOptions::new().existing(ExistingItems::Update);
    let again = [item("R-1", "A-1", "7 EUR")];
    let report = root.import_with(&again, &options, &mut |_| std::ops::ControlFlow::Continue(())).unwrap();
    assert_eq!(report.events, 1);
    let found = root.find_case("R-1").unwrap();
    let amount = found.fields.iter().find(|field| field.id == "amount").unwrap();
    assert_eq!(amount.text.as_deref(), Some("7.00 EUR"));
}
