//! Values of an organisation's own fields: kept with the case, found, and claimed where they must be unique.

use super::build::{Clerk, RawCase, actor, instant, long_text, short_text};
use super::search::search;
use crate::commit::{Claim, Expect, Refused, field_claim};
use crate::event::{CaseFact, Draft, Fact, Personal};
use crate::model::{Case, CaseField, Currency, FieldId, FieldValue, StreamId};
use crate::store::{LoadPlan, Store};

pub fn values_of_every_kind_come_back_and_go(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case = clerk.raise(RawCase::of(&clerk.case_type("Support"), "Lamp broken"));
    let customer = clerk.customer("Ada");
    let euro = Currency::parse("EUR").unwrap();
    let values = [
        FieldValue::Text(short_text("Order \u{201c}7\u{201d}")),
        FieldValue::LongText(long_text("one\n\"fields\":two")),
        FieldValue::Number(i64::MIN),
        FieldValue::Decimal { unscaled: -5, places: 2 },
        FieldValue::Money { amount: i64::MAX, currency: euro },
        FieldValue::Date("2024-02-29".parse().unwrap()),
        FieldValue::Instant(instant(1)),
        FieldValue::YesNo(false),
        FieldValue::Choice(id("phone")),
        FieldValue::Choices(vec![id("phone"), id("web")]),
        FieldValue::Email(short_text("ada@example.org")),
        FieldValue::Phone(short_text("+44 20")),
        FieldValue::Url(short_text("https://example.org")),
        FieldValue::Person(actor("bea")),
        FieldValue::Customer(customer.id),
        FieldValue::Case(case.id),
    ];
    let given = values.map(|value| (value.kind().code().to_owned(), Some(plain(value))));
    clerk.write_drafts(vec![sets(&clerk, &case, &given)]);
    let now = clerk.case_now(case.id);
    let kept: Vec<_> = now.fields.iter().map(|(id, kept)| (id.to_string(), Some(kept.clone()))).collect();
    let mut expected = given.to_vec();
    expected.sort_by(|(one, _), (other, _)| one.cmp(other));
    assert_eq!(kept, expected);
    store.check().unwrap();

    let emptied: Vec<_> = given.into_iter().map(|(id, _)| (id, None)).collect();
    clerk.write_drafts(vec![sets(&clerk, &now, &emptied)]);
    let after = clerk.case_now(case.id);
    assert_eq!(after, Case { revision: after.revision, updated_at: after.updated_at, ..case });
    store.check().unwrap();
}

pub fn a_case_is_found_by_values_that_are_not_sensitive(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case = clerk.raise(RawCase::of(&clerk.case_type("Support"), "Lamp broken"));
    let text = |text: &str| plain(FieldValue::Text(short_text(text)));
    let secret = CaseField { sensitive: true, ..text("Zeppelin") };
    let first = [
        ("order".to_owned(), Some(text("Kingfisher 4711"))),
        ("secret".to_owned(), Some(secret)),
        ("phone".to_owned(), Some(plain(FieldValue::Phone(short_text("+49 30 123456"))))),
    ];
    clerk.write_drafts(vec![sets(&clerk, &case, &first)]);
    for (typed, found) in [("kingfisher", 1), ("4711", 1), ("lamp", 1), ("030123456", 1), ("zeppelin", 0)] {
        assert_eq!(search(store, typed).len(), found, "{typed}");
    }
    let now = clerk.case_now(case.id);
    clerk.write_drafts(vec![sets(&clerk, &now, &[("order".to_owned(), Some(text("Heron")))])]);
    for (typed, found) in [("kingfisher", 0), ("4711", 0), ("heron", 1), ("lamp", 1)] {
        assert_eq!(search(store, typed).len(), found, "{typed}");
    }
    store.check().unwrap();
}

pub fn a_unique_value_is_claimed_until_it_changes(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case_type = clerk.case_type("Support");
    let (one, other) =
        (clerk.raise(RawCase::of(&case_type, "One")), clerk.raise(RawCase::of(&case_type, "Other")));
    let value = |text: &str| FieldValue::Text(short_text(text));
    let unique = |text: &str| CaseField { unique: true, ..plain(value(text)) };
    let claim = |text: &str| field_claim(case_type.id, &id("order"), &value(text));
    let give = |case: &Case, text: &str| sets(&clerk, case, &[("order".to_owned(), Some(unique(text)))]);
    let unclaimed = |claim: Claim| Expect::Unclaimed(claim);

    clerk.write_drafts(vec![give(&one, "A-1")]);
    let loaded = store.load(&LoadPlan { claims: vec![claim(" a-1 ")], ..LoadPlan::default() }).unwrap();
    assert_eq!(loaded.claims.first().map(|found| found.stream), Some(StreamId::Case(one.id)));
    let mut commit = clerk.commit(vec![give(&other, "A-1")]);
    commit.expect.push(unclaimed(claim("A-1")));
    assert_eq!(clerk.attempt(commit), Err(Refused::Stale(unclaimed(claim("A-1")))));

    clerk.write_drafts(vec![give(&clerk.case_now(one.id), "A-2")]);
    let mut commit = clerk.commit(vec![give(&other, "A-1")]);
    commit.expect.push(unclaimed(claim("A-1")));
    assert!(clerk.attempt(commit).is_ok(), "what is given up is free");
    store.check().unwrap();
    assert_eq!(store.repair_derived().unwrap(), 0);
}

fn id(text: &str) -> FieldId {
    FieldId::parse("field", text).unwrap()
}

fn plain(value: FieldValue) -> CaseField {
    CaseField { value, sensitive: false, unique: false, material: false, in_rows: false, indexed: false }
}

/// Values of a case change: each gets this one, or none.
fn sets(clerk: &Clerk<'_>, case: &Case, values: &[(String, Option<CaseField>)]) -> Draft {
    let fields: Vec<FieldId> = values.iter().map(|(field, _)| id(field)).collect();
    let personal = Personal {
        fields_from: fields.iter().map(|field| case.fields.get(field).cloned()).collect(),
        fields_to: values.iter().map(|(_, value)| value.clone()).collect(),
        ..Personal::default()
    };
    Draft { personal, ..clerk.draft(Fact::Case(case.id, CaseFact::FieldsChanged { fields })) }
}
