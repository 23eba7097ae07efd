use uuid::Uuid;

use super::*;
use crate::command::{CustomerEdit, GivenValue, NewCustomer, NewField, NewFieldChoice, SettingsEdit};
use crate::commit::{Expect, claims_of};
use crate::decide::testing::{Given, actor, agent, manager};
use crate::decide::{ChangeSettings, CreateCustomer, UpdateCustomer, folded};
use crate::event::SettingsFact;
use crate::model::{FieldKind, Role, Scope, State};
use crate::store::Located;

/// A file whose customers have these fields, in one version for each list.
fn given(versions: &[Vec<NewField>]) -> Given {
    let mut given = Given::new().by(actor("ivo", Role::ItAdministrator));
    for new in versions {
        let changed = defined_as(&given, new.clone()).unwrap();
        given.catalog.settings = changed.map(Into::into).or(given.catalog.settings);
    }
    given.by(agent())
}

/// The settings after somebody defined the fields of customers; `None` if nothing changes.
fn defined_as(given: &Given, new: Vec<NewField>) -> Result<Option<Settings>, Rejection> {
    let decision = given.when(&ChangeSettings(SettingsEdit::new().customer_fields(new)))?;
    Ok(decision.drafts.first().map(|draft| {
        let Fact::Settings(SettingsFact::SettingsChanged { settings }) = &draft.fact else { panic!() };
        Settings { revision: settings.revision + 1, ..settings.clone() }
    }))
}

fn fields() -> Vec<NewField> {
    vec![
        NewField::new("VAT number", FieldKind::Text).required().unique().for_customer(),
        NewField::choice("Channel", ["Phone", "Web"]).indexed(),
        NewField::new("Page", FieldKind::Url).shown_when("Channel", ["Web"]),
        NewField::new("Passport", FieldKind::Text).sensitive(),
    ]
}

fn new() -> NewCustomer {
    NewCustomer::named("Ada Obi").with_field("VAT number", "DE 1")
}

fn after(before: Option<Customer>, decision: &Decision) -> Customer {
    let mut state = before.map(State::Customer);
    for draft in &decision.drafts {
        state = Some(folded(state, draft).unwrap());
    }
    state.unwrap().into_customer().unwrap()
}

fn created(given: &Given, new: NewCustomer) -> Result<Customer, Rejection> {
    given.when(&CreateCustomer(new)).map(|decision| after(None, &decision))
}

/// A file with a customer, who was created by the fields of an older version or of this one.
fn with(given: Given, customer: &Customer) -> Given {
    given.with_customer(customer.clone())
}

fn updated(given: &Given, edit: CustomerEdit) -> Result<Customer, Rejection> {
    let before = given.customers[0].clone();
    let decision = given.when(&UpdateCustomer { customer: before.id, edit })?;
    Ok(after(Some(before), &decision))
}

fn migrated(given: &Given, give_up: &[&str]) -> Result<Customer, Rejection> {
    let before = given.customers[0].clone();
    let give_up = give_up.iter().map(|id| (*id).to_owned()).collect();
    let decision = given.when(&MigrateCustomer { customer: before.id, give_up })?;
    Ok(after(Some(before), &decision))
}

fn texts(customer: &Customer) -> Vec<(&str, String)> {
    customer.fields.iter().map(|(id, kept)| (id.as_str(), kept.value.text())).collect()
}

fn wrong<T>(refused: Result<T, Rejection>) -> Vec<(String, &'static str)> {
    let Err(refused) = refused else { panic!("it was not refused") };
    refused.fields().iter().map(|error| (error.field.clone(), error.rule.code())).collect()
}

#[test]
fn fields_make_versions_and_what_only_cases_have_is_refused() {
    let given = given(&[fields()]).by(actor("ivo", Role::ItAdministrator));
    assert_eq!(defined_as(&given, fields()), Ok(None), "the same fields are no other version");
    let settings = defined_as(&given, Vec::new()).unwrap().unwrap();
    assert_eq!((settings.customer_fields.len(), settings.customer_fields_version()), (2, 2));
    assert!(settings.customer_field(&FieldId::parse("id", "vat_number").unwrap()).is_some());
    let of_cases = vec![
        NewField::new("Amount", FieldKind::Money).required_at("Open").material().in_rows(),
        NewField::new("VAT number", FieldKind::Number),
    ];
    assert_eq!(
        wrong(defined_as(&given, of_cases)),
        [
            ("customer_fields[0].required_at".into(), "does_not_fit"),
            ("customer_fields[0].material".into(), "does_not_fit"),
            ("customer_fields[0].in_rows".into(), "does_not_fit"),
            ("customer_fields[1].kind".into(), "does_not_fit"),
        ]
    );
}

#[test]
fn every_wrong_value_is_named_beside_the_wrong_fields_of_the_profile() {
    let given = given(&[fields()]);
    let new = NewCustomer { email: Some("nowhere".into()), ..NewCustomer::named("") };
    let new = new.with_field("Channel", "Fax").with_field("Nothing", 1).with_field("Page", "https://a.org");
    assert_eq!(
        wrong(created(&given, new)),
        [
            ("name".into(), "required"),
            ("email".into(), "malformed"),
            ("fields.channel".into(), "unknown"),
            ("fields[1].field".into(), "unknown"),
            ("fields.page".into(), "does_not_fit"),
            ("fields.vat_number".into(), "required"),
        ]
    );
    let edit = CustomerEdit::new().email("nowhere").field("VAT number", "");
    let given = with(given, &created(&self::given(&[fields()]), self::new()).unwrap());
    assert_eq!(
        wrong(updated(&given, edit)),
        [("email".into(), "malformed"), ("fields.vat_number".into(), "required")]
    );
}

#[test]
fn facts_name_fields_and_only_the_personal_part_has_values() {
    let given = given(&[fields()]);
    let decision = given.when(&CreateCustomer(new())).unwrap();
    let facts = String::from_utf8(decision.drafts[0].fact.to_json().unwrap()).unwrap();
    assert!(facts.contains(r#""own_fields":["vat_number"],"fields_version":1"#), "{facts}");
    assert!(!facts.contains("DE 1"), "{facts}");
    let ada = after(None, &decision);
    assert_eq!((ada.fields_version, texts(&ada)), (1, vec![("vat_number", "DE 1".to_owned())]));
    let given = with(given, &ada);
    let decision = given
        .when(&UpdateCustomer { customer: ada.id, edit: CustomerEdit::new().field("Channel", "web") })
        .unwrap();
    let Fact::Customer(_, CustomerFact::CustomerFieldsChanged { fields, fields_version: 1 }) =
        &decision.drafts[0].fact
    else {
        panic!("{:?}", decision.drafts)
    };
    assert_eq!(fields.iter().map(FieldId::as_str).collect::<Vec<_>>(), ["channel"]);
    assert_eq!(decision.drafts[0].personal.fields_from, [None]);
    let same = CustomerEdit::new().field("VAT number", " DE 1 ");
    assert_eq!(given.when(&UpdateCustomer { customer: ada.id, edit: same }).unwrap().drafts, []);
}

#[test]
fn a_unique_value_is_claimed_and_the_claim_follows_from_the_state() {
    let mut given = given(&[fields()]);
    let decision = given.when(&CreateCustomer(new())).unwrap();
    let claims = claims_of(&State::Customer(after(None, &decision)));
    let claim = claims.first().unwrap().clone();
    assert!(decision.expect.contains(&Expect::Unclaimed(claim.clone())));
    let other = StreamId::Customer(CustomerId(Uuid::from_u128(5)));
    given.claims.push(Located { claim, stream: other });
    let in_use = [("fields.vat_number".to_owned(), "already_in_use")];
    assert_eq!(wrong(created(&given, NewCustomer::named("Bo").with_field("vat number", "de 1"))), in_use);
}

#[test]
fn a_value_relies_on_the_definitions_and_a_profile_alone_does_not() {
    let given = given(&[fields()]);
    let ada = created(&given, new()).unwrap();
    let given = with(given, &ada);
    let relies = |edit: CustomerEdit| {
        let decision = given.when(&UpdateCustomer { customer: ada.id, edit }).unwrap();
        decision.expect.iter().any(|one| matches!(one, Expect::Revision(StreamId::Settings, _)))
    };
    assert!(relies(CustomerEdit::new().field("Channel", "Web")));
    assert!(!relies(CustomerEdit::new().name("Ada")));
}

#[test]
fn a_customer_in_their_own_scope_has_only_what_is_for_customers() {
    let given = given(&[fields()]);
    let ada = created(&given, new()).unwrap();
    let mut given = with(given, &ada);
    given.scope = Scope::of_customer(ada.id);
    let own = updated(&given, CustomerEdit::new().field("VAT number", "DE 2")).unwrap();
    assert_eq!(texts(&own), [("vat_number", "DE 2".to_owned())]);
    let hidden = updated(&given, CustomerEdit::new().field("Passport", "X"));
    assert_eq!(wrong(hidden), [("fields[0].field".to_owned(), "unknown")]);
}

#[test]
fn values_of_a_field_that_is_gone_stay_until_somebody_empties_them() {
    let older = given(&[fields()]);
    let ada = created(&older, new().with_field("Channel", "Phone")).unwrap();
    let vat = || NewField::new("VAT number", FieldKind::Text).required().unique().for_customer();
    let newer = with(given(&[fields(), vec![vat()]]), &ada);
    let changed = updated(&newer, CustomerEdit::new().field("VAT number", "DE 2")).unwrap();
    let values = [("channel", "phone".to_owned()), ("vat_number", "DE 2".to_owned())];
    assert_eq!((changed.fields_version, texts(&changed)), (2, values.into()));
    let emptied = updated(&newer, CustomerEdit::new().field("channel", GivenValue::Nothing)).unwrap();
    assert_eq!(texts(&emptied), [("vat_number", "DE 1".to_owned())]);
    assert_eq!(texts(&migrated(&newer, &[]).unwrap()).len(), 2);
    assert_eq!(
        texts(&migrated(&newer, &["channel", "vat_number"]).unwrap()),
        [("vat_number", "DE 1".to_owned())]
    );
}

#[test]
fn a_customer_comes_to_a_newer_version_only_once_all_of_it_is_right() {
    let ada = created(&given(&[fields()]), new().with_field("Channel", "Web")).unwrap();
    let given = with(given(&[fields(), fields_with_since()]), &ada);
    assert_eq!(
        wrong(migrated(&given, &[])),
        [("fields.since".to_owned(), "required"), ("fields.channel".to_owned(), "unknown")]
    );
    let some = updated(&given, CustomerEdit::new().field("VAT number", "DE 3")).unwrap();
    assert_eq!(some.fields_version, 1, "the rest is not right yet");
    let dated = updated(&given, CustomerEdit::new().field("Since", "2020-01-31")).unwrap();
    assert_eq!(dated.fields_version, 1);
    let given = with(self::given(&[fields(), fields_with_since()]), &dated);
    let right = migrated(&given, &["channel"]).unwrap();
    assert_eq!((right.fields_version, texts(&right).len()), (2, 2));
    let given = with(self::given(&[fields(), fields_with_since()]), &right);
    assert_eq!(migrated(&given, &[]), Ok(right), "nothing happens twice");
}

/// The page goes, and a choice, and something is required that nobody has.
fn fields_with_since() -> Vec<NewField> {
    let mut newer = fields();
    newer.remove(2);
    newer[1].choices = vec![NewFieldChoice::new("Phone")];
    newer.push(NewField::new("Since", FieldKind::Date).required());
    newer
}

#[test]
fn migrating_needs_the_permission_and_brings_the_marks_of_the_newest_version() {
    let ada = created(&given(&[fields()]), new()).unwrap();
    let mut newer = fields();
    newer[0] = NewField::new("VAT number", FieldKind::Text).indexed();
    let given = with(given(&[fields(), newer]), &ada);
    let kept = migrated(&given, &[]).unwrap().fields.into_values().next().unwrap();
    assert_eq!((kept.unique, kept.indexed), (false, true));
    let given = given.by(actor("ivo", Role::ItAdministrator));
    assert_eq!(migrated(&given, &[]).unwrap_err().code(), "forbidden");
    assert!(migrated(&given.by(manager()), &[]).is_ok());
}
