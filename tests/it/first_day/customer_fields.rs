//! Fields that a house gives its customers: defined by an administrator, filled in by agents, found by, shown to the customer
//! where they are for them, and brought to a newer version.

use std::ops::ControlFlow;

use casekit::{
    CustomerEdit, CustomerId, Desk, ExistingItems, FieldCondition, FieldKind, GivenValue, ImportCustomer,
    ImportItem, ImportOptions, Language, Migration, NewCustomer, NewField, PageRequest, Permission, Role,
    Scope, SettingsEdit, StreamId,
};

use crate::build::{Office, Scoped, actor, all_pages, at, on_every_store};

on_every_store!(
    a_customer_has_the_fields_of_the_settings_and_says_each_in_the_readers_language,
    every_wrong_value_of_a_customer_is_named_at_once,
    the_history_of_a_customer_says_what_each_value_was_and_is,
    customers_are_found_by_their_values_and_nothing_sensitive_is,
    what_is_sensitive_of_a_customer_is_shown_to_who_may_see_it,
    two_customers_do_not_share_a_unique_value,
    a_customer_sees_and_changes_what_is_for_customers,
    imported_customers_bring_their_values,
    a_migration_of_customers_tells_what_does_not_fit_and_then_does_what_fits,
);

fn fields() -> Vec<NewField> {
    vec![
        NewField::new("VAT number", FieldKind::Text)
            .labelled("de", "USt-Nummer")
            .required()
            .unique()
            .indexed()
            .for_customer(),
        NewField::choice("Channel", ["Phone", "Web"]).labelled("de", "Kanal").indexed(),
        NewField::new("Page", FieldKind::Url).shown_when("Channel", ["Web"]),
        NewField::new("Credit", FieldKind::Money).indexed(),
        NewField::new("Passport", FieldKind::Text).sensitive(),
        NewField::new("Parent", FieldKind::Customer),
    ]
}

fn defined(office: &Office, fields: Vec<NewField>) {
    office.administrator().change_settings(SettingsEdit::new().customer_fields(fields)).unwrap();
}

fn named(name: &str, vat: &str) -> NewCustomer {
    NewCustomer::named(name).with_field("VAT number", vat)
}

fn said(desk: &Desk, customer: CustomerId) -> Vec<(String, Option<String>)> {
    let fields = desk.customer(customer).unwrap().fields;
    fields.into_iter().map(|field| (field.label, field.text)).collect()
}

fn some(label: &str, text: &str) -> (String, Option<String>) {
    (label.to_owned(), Some(text.to_owned()))
}

fn none(label: &str) -> (String, Option<String>) {
    (label.to_owned(), None)
}

fn a_customer_has_the_fields_of_the_settings_and_says_each_in_the_readers_language(office: &Office) {
    let earlier = office.customer("Earlier");
    defined(office, fields());
    let desk = office.agent();
    let asked: Vec<_> = desk.customer_fields().unwrap().into_iter().map(|field| field.id).collect();
    assert_eq!(asked, ["vat_number", "channel", "page", "credit", "passport", "parent"]);
    let parent = desk.create_customer(named("Obi Ltd", "DE 1")).unwrap().id;
    let new = named("Ada Obi", "DE 2")
        .with_field("channel", "WEB")
        .with_field("Page", "https://example.org/ada")
        .with_field("Credit", GivenValue::Money { amount: 1250, currency: "EUR".into() })
        .with_field("Parent", parent);
    let ada = desk.create_customer(new).unwrap().id;
    let german = desk.in_language(Language::shipped("de").unwrap());
    assert_eq!(
        said(&german, ada),
        [
            some("USt-Nummer", "DE 2"),
            some("Kanal", "Web"),
            some("Page", "https://example.org/ada"),
            some("Credit", "12,50 EUR"),
            none("Passport"),
            some("Parent", "Obi Ltd"),
        ]
    );
    let phone = CustomerEdit::new().field("Kanal", "phone").field("credit", "8 EUR").phone("1");
    assert_eq!(desk.update_customer(ada, phone).unwrap().events, 2);
    let view = desk.customer(ada).unwrap();
    assert_eq!((view.fields_version, view.phone.as_deref()), (1, Some("1")));
    assert!(view.fields.iter().all(|field| field.label != "Page"), "what is not shown is not there");
    assert_eq!(view.fields[2].text.as_deref(), Some("8.00 EUR"));

    // Whoever was there before has the fields too, and nothing in them.
    let view = desk.customer(earlier.id).unwrap();
    assert_eq!((view.fields_version, view.fields.len()), (0, 5));
    let settings = office.administrator().settings().unwrap();
    let given_back = settings.customer_fields.into_iter().filter_map(|field| field.definition).collect();
    let edit = SettingsEdit::new().customer_fields(given_back);
    assert_eq!(office.administrator().change_settings(edit).unwrap().events, 0, "read and given back");
    assert_eq!(office.auditor().verify(None).unwrap().broken, None);
}

fn every_wrong_value_of_a_customer_is_named_at_once(office: &Office) {
    defined(office, fields());
    let desk = office.agent();
    let wrong = NewCustomer { email: Some("nowhere".into()), ..NewCustomer::named("Ada Obi") };
    let wrong = wrong.with_field("Channel", "Fax").with_field("Credit", "12,50 EUR");
    let wrong = wrong.with_field("Parent", "00000000-0000-4000-8000-000000000000");
    let refused = office.refused(|| desk.create_customer(wrong.clone()));
    let named: Vec<_> =
        refused.fields().iter().map(|error| (error.field.as_str(), error.rule.code())).collect();
    assert_eq!(
        named,
        [
            ("email", "malformed"),
            ("fields.channel", "unknown"),
            ("fields.credit", "malformed"),
            ("fields.parent", "unknown"),
            ("fields.vat_number", "required"),
        ]
    );
    let told = refused.fields()[1].to_string();
    assert!(told.contains("`phone`") && told.contains("`web`"), "{told}");
    let of_cases = SettingsEdit::new()
        .customer_fields(vec![NewField::new("Amount", FieldKind::Money).material().required_at("Open")]);
    let refused = office.refused(|| office.administrator().change_settings(of_cases.clone()));
    assert_eq!(refused.fields().len(), 2, "{refused:?}");
    assert!(refused.fields()[0].to_string().contains("customers have no stages"), "{refused:?}");
}

fn the_history_of_a_customer_says_what_each_value_was_and_is(office: &Office) {
    defined(office, fields());
    let desk = office.agent();
    let ada = desk.create_customer(named("Ada Obi", "DE 1")).unwrap().id;
    let edit = CustomerEdit::new().field("VAT number", "DE 2").field("Channel", "Phone");
    desk.update_customer(ada, edit.field("Passport", "X123")).unwrap();
    let of = |language: &str| {
        let auditor = office.auditor().in_language(Language::shipped(language).unwrap());
        auditor.history(StreamId::Customer(ada), PageRequest::first()).unwrap().rows
    };
    let history = of("en");
    assert!(history[0].changes.iter().any(|one| one.field == "fields.vat_number"), "entering says them too");
    let entry = &history[1];
    assert_eq!(
        (entry.code.as_str(), entry.text.as_str()),
        ("customer_fields_changed", "changed Channel, Passport, VAT number")
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
            ("fields.passport", None, Some("…")),
            ("fields.vat_number", Some("DE 1"), Some("DE 2")),
        ]
    );
    assert_eq!(of("de")[1].text, "hat geändert: Kanal, Passport, USt-Nummer");
    let settings = office.auditor().history(StreamId::Settings, PageRequest::first()).unwrap().rows;
    let change = &settings.last().unwrap().changes[0];
    let now = "1: vat_number, channel, page, credit, passport, parent";
    assert_eq!(
        (change.field.as_str(), change.from.as_deref(), change.to.as_deref()),
        ("customer_fields", None, Some(now))
    );
}

fn customers_are_found_by_their_values_and_nothing_sensitive_is(office: &Office) {
    office.customer("Di");
    defined(office, fields());
    let desk = office.agent();
    let enter = |name: &str, vat: &str, channel: &str, credit: &str| {
        let new = named(name, vat).with_field("Channel", channel).with_field("Credit", credit);
        desk.create_customer(new.with_field("Passport", "Zeppelin 7")).unwrap();
    };
    enter("Ada Obi", "DE 1", "Phone", "5 EUR");
    enter("Bea Li", "DE 2", "Web", "50 EUR");
    enter("Cy Obi", "DE 3", "Phone", "50 USD");
    let listed = |conditions: &[FieldCondition], text: Option<&str>| {
        let rows = all_pages(1, |page| desk.customers_by_fields(conditions, text, page));
        rows.into_iter().map(|row| row.name).collect::<Vec<_>>()
    };
    let phone = FieldCondition::is("Kanal", "phone");
    assert_eq!(listed(std::slice::from_ref(&phone), None), ["Ada Obi", "Cy Obi"]);
    assert_eq!(listed(&[FieldCondition::is("vat number", "de 2")], None), ["Bea Li"]);
    assert_eq!(listed(&[FieldCondition::between("Credit", "1 EUR", "60 EUR")], None), ["Ada Obi", "Bea Li"]);
    assert_eq!(listed(&[phone, FieldCondition::between("Credit", "1 USD", "60 USD")], None), ["Cy Obi"]);
    assert_eq!(listed(&[FieldCondition::is("channel", "Web")], Some("obi")), [""; 0]);
    let secret = [FieldCondition::is("Passport", "x")];
    let refused = office.refused(|| desk.customers_by_fields(&secret, None, PageRequest::first()));
    let told = refused.fields()[0].to_string();
    assert!(
        told.contains("`channel`") && told.contains("`credit`") && told.contains("`vat_number`"),
        "{told}"
    );
    let found = |text: &str| all_pages(1, |page| desk.customers(Some(text), page)).len();
    assert_eq!((found("DE 2"), found("zeppelin")), (1, 0));
}

fn what_is_sensitive_of_a_customer_is_shown_to_who_may_see_it(office: &Office) {
    defined(office, fields());
    let new = named("Ada Obi", "DE 1").with_field("Passport", "X123");
    let ada = office.agent().create_customer(new).unwrap().id;
    let passport = |desk: Desk| {
        let view = desk.customer(ada).unwrap();
        let field = view.fields.into_iter().find(|field| field.id == "passport").unwrap();
        (field.value, field.text)
    };
    assert_eq!(passport(office.agent()), (None, Some("…".into())));
    let trusted = actor("tess", Role::Agent).with_permission(Permission::ReadSensitive);
    let clear = Some(GivenValue::Text("X123".into()));
    assert_eq!(passport(office.kit.desk(trusted)), (clear, Some("X123".into())));
}

fn two_customers_do_not_share_a_unique_value(office: &Office) {
    defined(office, fields());
    let desk = office.agent();
    let one = desk.create_customer(named("Ada Obi", "DE 1")).unwrap().id;
    let taken = office.refused(|| desk.create_customer(named("Bea Li", " de 1 ")));
    assert_eq!(
        (taken.fields()[0].field.as_str(), taken.fields()[0].rule.code()),
        ("fields.vat_number", "already_in_use")
    );
    desk.update_customer(one, CustomerEdit::new().field("VAT number", "DE 9")).unwrap();
    desk.create_customer(named("Bea Li", "DE 1")).unwrap();
    let back = CustomerEdit::new().field("VAT number", "DE 1");
    let back = office.refused(|| desk.update_customer(one, back.clone()));
    assert_eq!(back.fields()[0].rule.code(), "already_in_use");
}

fn a_customer_sees_and_changes_what_is_for_customers(office: &Office) {
    defined(office, fields());
    let new = named("Ada Obi", "DE 1").with_field("Channel", "Phone").with_field("Passport", "X123");
    let ada = office.agent().create_customer(new).unwrap().id;
    let kit = office.narrowed_by(Scoped(Scope::of_customer(ada)));
    let own = kit.desk(actor("portal", Role::Agent));
    assert_eq!(said(&own, ada), [some("VAT number", "DE 1")]);
    assert_eq!(own.customer_fields().unwrap().len(), 1);
    own.update_customer(ada, CustomerEdit::new().field("VAT number", "DE 2")).unwrap();
    let refused = office.refused(|| own.update_customer(ada, CustomerEdit::new().field("Channel", "Web")));
    let told = refused.fields()[0].to_string();
    assert!(told.contains("`vat_number`") && !told.contains("channel"), "{told}");
    let hidden = [FieldCondition::is("Channel", "Phone")];
    let refused = office.refused(|| own.customers_by_fields(&hidden, None, PageRequest::first()));
    assert_eq!(refused.fields()[0].rule.code(), "unknown");
    let mine = [FieldCondition::is("VAT number", "DE 2")];
    assert_eq!(own.customers_by_fields(&mine, None, PageRequest::first()).unwrap().rows.len(), 1);
    assert_eq!(said(&office.agent(), ada)[1], some("Channel", "Phone"), "what they do not see stays");
}

fn imported_customers_bring_their_values(office: &Office) {
    defined(office, fields());
    let root = office.administrator();
    let item = |reference: &str, vat: &str, credit: &str| {
        let customer = named("Ada Obi", vat).with_reference(reference).with_field("Credit", credit);
        ImportItem::Customer(ImportCustomer::new(customer, at(0), "amara"))
    };
    let items = [item("R-1", "DE 1", "5 EUR"), item("R-2", "DE 1", "6 EUR"), item("R-3", "DE 3", "much")];
    let report = root.import(&items).unwrap();
    let wrong = |one: &casekit::ImportResult| {
        one.rejection.iter().flat_map(|one| one.fields()).map(|one| one.field.clone()).collect::<Vec<_>>()
    };
    let wrong: Vec<Vec<String>> = report.results.iter().map(wrong).collect();
    assert_eq!(wrong, [vec![], vec!["fields.vat_number".to_owned()], vec!["fields.credit".to_owned()]]);
    let update = ImportOptions::new().existing(ExistingItems::Update);
    let mut quietly = |_| ControlFlow::Continue(());
    let report = root.import_with(&[item("R-1", "DE 1", "7 EUR")], &update, &mut quietly).unwrap();
    assert_eq!(report.events, 1);
    let found = root.find_customer("R-1").unwrap();
    let credit = found.fields.iter().find(|field| field.id == "credit").unwrap();
    assert_eq!(credit.text.as_deref(), Some("7.00 EUR"));
}

fn a_migration_of_customers_tells_what_does_not_fit_and_then_does_what_fits(office: &Office) {
    defined(office, fields());
    let (desk, manager) = (office.agent(), office.manager());
    let fits = desk.create_customer(named("Ada", "DE 1").with_field("Credit", "1 EUR")).unwrap().id;
    let without = desk.create_customer(named("Bea", "DE 2")).unwrap().id;
    let web = named("Cy", "DE 3").with_field("Credit", "1 EUR").with_field("Channel", "Web");
    let web = desk.create_customer(web).unwrap().id;
    defined(
        office,
        vec![
            NewField::new("VAT number", FieldKind::Text).required().unique().indexed(),
            NewField::choice("Channel", ["Phone"]).indexed(),
            NewField::new("Credit", FieldKind::Money).required(),
        ],
    );
    let before = office.footprint();
    let tell = Migration::new().dry_run();
    let told = all_pages(1, |page| manager.migrate_customers(&tell, page));
    assert_eq!(office.footprint(), before, "a dry run writes nothing");
    let misfits: Vec<_> = told
        .iter()
        .map(|one| {
            let misfits = one.misfits.iter().map(|one| (one.field.as_deref(), one.code.as_str()));
            (one.name.as_str(), one.from_version, misfits.collect::<Vec<_>>())
        })
        .collect();
    assert_eq!(
        misfits,
        [
            ("Ada", 1, vec![]),
            ("Bea", 1, vec![(Some("Credit"), "required")]),
            ("Cy", 1, vec![(Some("Channel"), "unknown")]),
        ]
    );
    let forbidden = office.refused(|| desk.migrate_customers(&tell, PageRequest::first()));
    assert_eq!(forbidden.code(), "forbidden");

    let migrate = |how: &Migration| {
        let all = all_pages(2, |page| manager.migrate_customers(how, page));
        all.into_iter().map(|one| (one.customer, one.fits)).collect::<Vec<_>>()
    };
    assert_eq!(migrate(&Migration::new()), [(fits, true), (without, false), (web, false)]);
    assert_eq!(desk.customer(fits).unwrap().fields_version, 2);
    let rest = migrate(&Migration::new().giving_up("channel"));
    assert_eq!(rest, [(without, false), (web, true)], "what is done is passed over");
    assert_eq!(said(&desk, web)[1], none("Channel"));
    desk.update_customer(without, CustomerEdit::new().field("Credit", "7 EUR")).unwrap();
    assert_eq!(desk.customer(without).unwrap().fields_version, 2, "all of it is right now");
    assert_eq!(migrate(&Migration::new()), []);
    let history = office.auditor().history(StreamId::Customer(fits), PageRequest::first()).unwrap().rows;
    assert_eq!(history.last().unwrap().text, "brought the values to version 2 of the fields of customers");
    assert_eq!(office.auditor().verify(None).unwrap().broken, None);
}
