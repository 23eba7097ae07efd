use uuid::Uuid;

use super::*;
use crate::command::{CaseEdit, NewCase, NewField};
use crate::commit::{Expect, claims_of};
use crate::decide::testing::{Given, SUPPORT, agent, case, case_facts, customer, other_type, with_fields};
use crate::decide::{EditCase, MigrateCase, RaiseCase, TakeCase, folded};
use crate::model::{ActorId, CustomerId, FieldKind, Person, PersonId, State};
use crate::rejection::{FieldError, Rejection};
use crate::store::Located;

fn order() -> Vec<NewField> {
    vec![
        NewField::new("Order", FieldKind::Text).required().unique(),
        NewField::choice("Channel", ["Phone", "Web"]),
        NewField::new("Page", FieldKind::Url).shown_when("Channel", ["Web"]).required(),
        NewField::decimal("Weight", 2).required_at("Resolved"),
    ]
}

fn given(fields: Vec<NewField>) -> Given {
    Given::new().by(agent()).with_type(with_fields(fields))
}

/// The case after what raising it leads to.
fn raised(given: &Given, new: NewCase) -> Result<Case, Rejection> {
    let decision = given.when(&RaiseCase(new))?;
    let state = folded(None, &decision.drafts[0]).unwrap();
    Ok(state.into_case().unwrap())
}

fn new() -> NewCase {
    NewCase::new("Support", "Broken").with_field("Order", "A-1")
}

/// The case after an edit of it.
fn edited(given: &Given, case: &Case, edit: CaseEdit) -> Result<Case, Rejection> {
    let decision = given.when(&EditCase { case: case.id, edit })?;
    let mut state = State::Case(Box::new(case.clone()));
    for draft in &decision.drafts {
        state = folded(Some(state), draft).unwrap();
    }
    Ok(state.into_case().unwrap())
}

fn texts(case: &Case) -> Vec<(&str, String)> {
    case.fields.iter().map(|(id, kept)| (id.as_str(), kept.value.text())).collect()
}

fn wrong(rejection: Rejection) -> Vec<(String, &'static str)> {
    rejection.fields().iter().map(|error| (error.field.clone(), error.rule.code())).collect()
}

#[test]
fn a_new_case_has_the_values_that_are_given_by_id_or_label() {
    let given = given(order());
    let new =
        new().with_field("channel", "WEB").with_field("Page", "https://example.org").with_field("weight", 3);
    let case = raised(&given, new).unwrap();
    let values = [("channel", "web"), ("order", "A-1"), ("page", "https://example.org"), ("weight", "3.00")];
    assert_eq!(texts(&case), values.map(|(id, text)| (id, text.to_owned())));
}

#[test]
fn facts_name_fields_and_only_the_personal_part_has_values() {
    let given = given(order());
    let decision = given.when(&RaiseCase(new())).unwrap();
    let facts = serde_json::to_string(&case_facts(&decision)).unwrap();
    assert!(facts.contains("\"fields\":[\"order\"]") && !facts.contains("A-1"), "{facts}");
    let case = raised(&given, new()).unwrap();
    let decision = Given { cases: vec![case.clone()], ..given }
        .when(&EditCase { case: case.id, edit: CaseEdit::new().field("Order", "A-2") })
        .unwrap();
    let order = FieldId::parse("id", "order").unwrap();
    assert_eq!(case_facts(&decision), [CaseFact::FieldsChanged { fields: vec![order.clone()] }]);
    let personal = &decision.drafts[0].personal;
    let text = |kept: &Option<CaseField>| kept.as_ref().map(|kept| kept.value.text());
    assert_eq!(text(&personal.fields_from[0]).as_deref(), Some("A-1"));
    assert_eq!(text(&personal.fields_to[0]).as_deref(), Some("A-2"));

    let erased = Draft { personal: Personal::default(), ..decision.drafts[0].clone() };
    let state = folded(Some(State::Case(Box::new(case))), &erased).unwrap();
    assert_eq!(state.into_case().unwrap().fields.get(&order), None, "an erased value is gone");
}

#[test]
fn everything_that_is_wrong_with_values_is_named_at_once_with_everything_else() {
    let given = given(order());
    let new = NewCase::new("Support", " ")
        .with_field("Colour", "red")
        .with_field("Channel", "Fax")
        .with_field("Page", "example.org")
        .with_field("weight", "heavy")
        .with_field("Weight", 1);
    assert_eq!(
        wrong(raised(&given, new).unwrap_err()),
        [
            ("title".into(), "required"),
            ("fields[0].field".into(), "unknown"),
            ("fields.channel".into(), "unknown"),
            ("fields.page".into(), "malformed"),
            ("fields.weight".into(), "malformed"),
            ("fields.weight".into(), "duplicate"),
            ("fields.order".into(), "required"),
        ]
    );
    let unknown = raised(&given, new_with("Channel", "Fax")).unwrap_err();
    assert_eq!(
        unknown.fields(),
        [FieldError::new("fields.channel", FieldRule::unknown("Fax", ["phone", "web"]))],
        "the choices are named"
    );
}

fn new_with(field: &str, value: &str) -> NewCase {
    new().with_field(field, value)
}

#[test]
fn what_is_not_shown_is_neither_required_nor_accepted_and_loses_its_value() {
    let given = given(order());
    assert_eq!(
        texts(&raised(&given, new_with("Channel", "Phone")).unwrap()).len(),
        2,
        "no page is asked for"
    );
    assert_eq!(
        wrong(raised(&given, new_with("Channel", "Web")).unwrap_err()),
        [("fields.page".into(), "required")]
    );
    assert_eq!(
        wrong(raised(&given, new_with("Page", "https://example.org")).unwrap_err()),
        [("fields.page".into(), "does_not_fit")]
    );
    let web = raised(&given, new_with("Channel", "Web").with_field("Page", "https://example.org")).unwrap();
    let given = Given { cases: vec![web.clone()], ..given };
    let phone = edited(&given, &web, CaseEdit::new().field("Channel", "Phone")).unwrap();
    assert_eq!(texts(&phone), [("channel", "phone".to_owned()), ("order", "A-1".to_owned())]);
    let phone_given = Given { cases: vec![phone.clone()], ..given };
    assert_eq!(
        wrong(edited(&phone_given, &phone, CaseEdit::new().field("Channel", "Web")).unwrap_err()),
        [("fields.page".into(), "required")],
        "what is shown now is asked for"
    );
}

#[test]
fn what_is_required_cannot_be_emptied_and_other_edits_ask_for_nothing() {
    let support = given(order());
    let old = Given { cases: vec![case()], ..support };
    assert!(edited(&old, &case(), CaseEdit::new().title("Other")).is_ok(), "a case from before the field");
    let case = raised(&old, new()).unwrap();
    let given = Given { cases: vec![case.clone()], ..old };
    assert_eq!(
        wrong(edited(&given, &case, CaseEdit::new().field("Order", GivenValue::Nothing)).unwrap_err()),
        [("fields.order".into(), "required")]
    );
    let same = given.when(&EditCase { case: case.id, edit: CaseEdit::new().field("Order", "A-1") }).unwrap();
    assert_eq!(same.drafts, [], "the same value is no change");
}

#[test]
fn a_stage_asks_for_its_fields_by_name_and_the_same_edit_can_give_them() {
    let given = given(order());
    let case = raised(&given, new()).unwrap();
    let given = Given { cases: vec![case.clone()], ..given };
    let needed = Blocker::FieldsNeeded { fields: vec!["Weight".into()], stage: "Resolved".into() };
    assert_eq!(
        edited(&given, &case, CaseEdit::new().stage("Resolved")),
        Err(Rejection::blocked("edit_case", needed))
    );
    let done = edited(&given, &case, CaseEdit::new().stage("Resolved").field("Weight", "2.5")).unwrap();
    assert_eq!((done.stage.as_str(), done.fields.len()), ("resolved", 2));
    assert_eq!(
        wrong(raised(&given, new().in_stage("Resolved")).unwrap_err()),
        [("fields.weight".into(), "required")]
    );
}

#[test]
fn taking_a_case_leaves_it_in_its_stage_while_the_next_one_asks_for_fields() {
    let given = given(vec![NewField::new("Size", FieldKind::Number).required_at("In Progress")]);
    let given = given.with_case(case());
    let taken = given.when(&TakeCase { case: case().id }).unwrap();
    assert_eq!(case_facts(&taken), [CaseFact::CaseTaken]);
}

#[test]
fn a_value_that_must_be_unique_is_claimed_and_refused_to_others() {
    let mut given = given(order());
    let decision = given.when(&RaiseCase(new())).unwrap();
    let case = raised(&given, new()).unwrap();
    let claims: Vec<Claim> = claims_of(&State::Case(Box::new(case.clone()))).into_iter().collect();
    assert!(decision.expect.contains(&Expect::Unclaimed(claims[0].clone())));
    assert_eq!(claims.len(), 1);

    given.claims.push(Located { claim: claims[0].clone(), stream: StreamId::Case(case.id) });
    let another = NewCase::new("Support", "x").with_field("Order", " a-1 ");
    assert_eq!(
        wrong(raised(&given, another).unwrap_err()),
        [("fields.order".into(), "already_in_use")],
        "compared as names are"
    );
    given.cases.push(case.clone());
    let own = given.when(&EditCase { case: case.id, edit: CaseEdit::new().field("Order", "a-1") }).unwrap();
    assert_eq!(own.drafts.len(), 1, "it may write its own value otherwise");
    assert!(!own.expect.iter().any(|one| matches!(one, Expect::Unclaimed(_))));
    let other = edited(&given, &case, CaseEdit::new().field("Order", "A-2")).unwrap();
    assert!(!claims_of(&State::Case(Box::new(other))).contains(&claims[0]), "the old value is free again");
}

#[test]
fn people_customers_and_cases_must_be_there() {
    let fields = vec![
        NewField::new("Adviser", FieldKind::Person),
        NewField::new("Payer", FieldKind::Customer),
        NewField::new("Earlier", FieldKind::Case),
    ];
    let mut given = given(fields).with_case(case()).with_customer(customer("Ada"));
    let new = |adviser: &str, payer: CustomerId| {
        NewCase::new("Support", "x")
            .with_field("Adviser", adviser)
            .with_field("Payer", payer)
            .with_field("Earlier", case().id)
    };
    let stranger = CustomerId(Uuid::from_u128(99));
    assert_eq!(
        wrong(raised(&given, new("u-17", stranger)).unwrap_err()),
        [("fields.adviser".into(), "unknown"), ("fields.payer".into(), "unknown")]
    );
    given.people.push(Person {
        id: PersonId(Uuid::from_u128(5)),
        revision: 1,
        actor: ActorId::parse("actor", "u-17").unwrap(),
        name: None,
    });
    assert_eq!(raised(&given, new("u-17", customer("Ada").id)).unwrap().fields.len(), 3);
    given.scope.types = Some(vec![SUPPORT]);
    given.cases.clear();
    assert_eq!(
        wrong(raised(&given, new("u-17", customer("Ada").id)).unwrap_err()),
        [("fields.earlier".into(), "unknown")],
        "a case that the actor may not see is not there"
    );
}

#[test]
fn a_customer_fills_in_what_is_for_customers_and_sees_nothing_else() {
    let fields = vec![
        NewField::new("Order", FieldKind::Text).for_customer().required(),
        NewField::new("Cause", FieldKind::Text).required(),
    ];
    let mut given = given(fields).with_customer(customer("Ada"));
    given.scope.customer = Some(customer("Ada").id);
    let new = NewCase::new("Support", "x");
    assert_eq!(
        wrong(raised(&given, new.clone().with_field("Cause", "rain")).unwrap_err()),
        [("fields[0].field".into(), "unknown"), ("fields.order".into(), "required")]
    );
    assert_eq!(texts(&raised(&given, new.with_field("Order", "1")).unwrap()), [("order", "1".to_owned())]);
}

#[test]
fn a_type_without_room_for_a_value_refuses_the_case_until_that_is_emptied() {
    let given = given(vec![NewField::new("Note", FieldKind::Text)]).with_type(other_type());
    let case = raised(&given, new_of("Note", "kept")).unwrap();
    let given = Given { cases: vec![case.clone()], ..given };
    let blocker = Blocker::FieldsDoNotFit { case_type: "Refunds".into(), fields: vec!["Note".into()] };
    assert_eq!(
        edited(&given, &case, CaseEdit::new().case_type("Refunds")),
        Err(Rejection::blocked("edit_case", blocker))
    );
    let moved =
        edited(&given, &case, CaseEdit::new().case_type("Refunds").field("note", GivenValue::Nothing))
            .unwrap();
    assert_eq!(moved.fields, Values::new());
}

fn new_of(field: &str, value: &str) -> NewCase {
    NewCase::new("Support", "x").with_field(field, value)
}

#[test]
fn a_newer_version_gives_values_its_marks_and_asks_for_what_it_requires() {
    let before = given(vec![NewField::new("Note", FieldKind::Text)]);
    let case = raised(&before, new_of("Note", "kept")).unwrap();
    let newer = |fields: Vec<NewField>| {
        let mut support = with_fields(vec![NewField::new("Note", FieldKind::Text)]);
        let second = CaseTypeVersion { version: 2, ..with_fields(fields).versions[0].clone() };
        support.versions.push(second);
        Given::new().by(agent()).with_type(support).with_case(case.clone())
    };
    let migrated = newer(vec![NewField::new("Note", FieldKind::Text).unique()])
        .when(&MigrateCase { case: case.id, give_up: Vec::new() })
        .unwrap();
    assert_eq!(migrated.drafts.len(), 2);
    assert!(migrated.drafts[1].personal.fields_to[0].as_ref().unwrap().unique);
    assert!(migrated.expect.iter().any(|one| matches!(one, Expect::Unclaimed(_))));

    let asks =
        vec![NewField::new("Note", FieldKind::Text), NewField::new("Size", FieldKind::Number).required()];
    let needed = Blocker::FieldsNeeded { fields: vec!["Size".into()], stage: "Open".into() };
    assert_eq!(
        newer(asks).when(&MigrateCase { case: case.id, give_up: Vec::new() }),
        Err(Rejection::blocked("migrate_case", needed))
    );
    let given_up = MigrateCase { case: case.id, give_up: vec!["note".into(), "order".into()] };
    let lighter = newer(Vec::new()).when(&given_up).unwrap();
    let note = FieldId::parse("id", "note").unwrap();
    assert_eq!(case_facts(&lighter)[1], CaseFact::FieldsChanged { fields: vec![note] });
    assert_eq!(lighter.drafts[1].personal.fields_from.len(), 1, "the history keeps what it was");
    let without = newer(Vec::new()).when(&MigrateCase { case: case.id, give_up: Vec::new() });
    assert_eq!(without.unwrap_err().blockers()[0].code(), "fields_do_not_fit");
}

#[test]
fn an_empty_choice_of_fields_costs_nothing() {
    let decision = Given::new().by(agent()).when(&RaiseCase(NewCase::new("Support", "x"))).unwrap();
    let facts = serde_json::to_string(&case_facts(&decision)).unwrap();
    assert!(!facts.contains("fields"), "{facts}");
    let personal = serde_json::to_string(&decision.drafts[0].personal).unwrap();
    assert!(!personal.contains("fields"), "{personal}");
}
