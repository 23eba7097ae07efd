//! Values of the organisation's own fields of customers: kept, found, filtered by, and claimed where they must be unique.

use super::build::{Clerk, paged, plain, query, short_text};
use crate::commit::{Expect, Refused, field_claim};
use crate::event::{CustomerFact, Draft, Fact, Personal};
use crate::model::{CaseField, Customer, CustomerId, FieldId, FieldKey, FieldOwner, FieldValue, StreamId};
use crate::search::Query;
use crate::store::{CustomerQuery, FieldRange, LoadPlan, Store};

type Given<'a> = (&'a str, Option<CaseField>);

pub fn values_of_customers_come_back_and_go(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let ada = clerk.customer("Ada");
    let note = FieldValue::Text(short_text("\u{201c}7\u{201d} \"fields\":two"));
    let size = CaseField { sensitive: true, indexed: true, ..plain(FieldValue::Number(i64::MIN)) };
    clerk.write_drafts(vec![sets(
        &ada,
        3,
        &[("note", Some(plain(note))), ("size", Some(size.clone()))],
        &clerk,
    )]);
    let now = clerk.customer_now(ada.id);
    assert_eq!((now.fields_version, now.fields.len(), now.fields.get(&id("size"))), (3, 2, Some(&size)));
    store.check().unwrap();
    clerk.write_drafts(vec![sets(&now, 3, &[("note", None), ("size", None)], &clerk)]);
    let after = clerk.customer_now(ada.id);
    let (revision, updated_at) = (after.revision, after.updated_at);
    assert_eq!(after, Customer { revision, updated_at, fields_version: 3, ..ada });
    store.check().unwrap();
}

pub fn a_customer_is_found_by_values_that_are_not_sensitive(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let text = |text: &str| Some(plain(FieldValue::Text(short_text(text))));
    let secret = CaseField { sensitive: true, ..plain(FieldValue::Text(short_text("Zeppelin"))) };
    let phone = Some(plain(FieldValue::Phone(short_text("+49 30 123456"))));
    let ada = clerk.customer("Ada");
    let values = [("order", text("Kingfisher 4711")), ("secret", Some(secret)), ("second", phone)];
    clerk.write_drafts(vec![sets(&ada, 1, &values, &clerk)]);
    clerk.customer("Kingfisher Bo");
    let found = |typed: &str| {
        let text = Some(Query::of_customer("text", typed).unwrap());
        listed(store, &CustomerQuery { text, fields: Vec::new(), after: None, limit: 1 }).len()
    };
    for (typed, expected) in
        [("kingfisher", 2), ("4711", 1), ("ada king", 1), ("030 123456", 1), ("zeppelin", 0)]
    {
        assert_eq!(found(typed), expected, "{typed}");
    }
    clerk.write_drafts(vec![sets(&clerk.customer_now(ada.id), 1, &[("order", text("Heron"))], &clerk)]);
    for (typed, expected) in [("kingfisher", 1), ("4711", 0), ("heron", 1), ("ada", 1)] {
        assert_eq!(found(typed), expected, "{typed}");
    }
    store.check().unwrap();
    assert_eq!(store.repair_derived().unwrap(), 0);
}

pub fn customers_are_listed_by_values_of_indexed_fields(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let indexed = |value| Some(CaseField { indexed: true, ..plain(value) });
    let choices = |codes: &[&str]| FieldValue::Choices(codes.iter().map(|code| id(code)).collect());
    let give = |name: &str, size: Option<i64>, channels: &[&str]| {
        let customer = clerk.customer(name);
        let size = size.and_then(|size| indexed(FieldValue::Number(size)));
        let channels = indexed(choices(channels)).filter(|_| !channels.is_empty());
        let hidden = Some(plain(FieldValue::Number(7)));
        let values = [("size", size), ("channel", channels), ("hidden", hidden)];
        clerk.write_drafts(vec![sets(&customer, 1, &values, &clerk)]);
        customer.id
    };
    let (a, b) = (give("Ada Obi", Some(3), &["phone"]), give("Bea Obi", Some(5), &["phone", "web"]));
    let (c, d) = (give("Cy Li", Some(-5), &[]), give("Di Obi", None, &["web"]));
    clerk.customer("Nobody");
    let sizes = |all: &[i64]| FieldRange::OneOf(all.iter().map(|size| FieldKey::Number(*size)).collect());
    let codes =
        |all: &[&str]| FieldRange::OneOf(all.iter().map(|code| FieldKey::Text((*code).to_owned())).collect());
    let from = |from: i64| FieldRange::Between(Some(FieldKey::Number(from)), None);
    let obi = Some(query("obi"));
    for (what, text, fields, found) in [
        ("a value", None, vec![(id("size"), sizes(&[3]))], vec![a]),
        ("several", None, vec![(id("size"), sizes(&[3, 5, 9]))], vec![a, b]),
        ("one of two choices", None, vec![(id("channel"), codes(&["phone", "web"]))], vec![a, b, d]),
        ("from", None, vec![(id("size"), from(-5))], vec![a, b, c]),
        ("both", None, vec![(id("size"), from(0)), (id("channel"), codes(&["web"]))], vec![b]),
        ("with a text", obi.clone(), vec![(id("size"), from(-9))], vec![a, b]),
        ("a text that nobody has", Some(query("zoe")), vec![(id("size"), from(-9))], vec![]),
        ("none", obi, vec![(id("size"), sizes(&[]))], vec![]),
        ("a field that is not indexed", None, vec![(id("hidden"), sizes(&[7]))], vec![]),
        ("a field that nobody has", None, vec![(id("colour"), sizes(&[7]))], vec![]),
    ] {
        for limit in [1, 50] {
            let query = CustomerQuery { text: text.clone(), fields: fields.clone(), after: None, limit };
            assert_eq!(listed(store, &query), found, "{what}, pages of {limit}");
        }
    }
    let fields = vec![(id("size"), sizes(&[3]))];
    clerk.write_drafts(vec![sets(&clerk.customer_now(a), 1, &[("size", None)], &clerk)]);
    assert_eq!(listed(store, &CustomerQuery { text: None, fields, after: None, limit: 9 }), []);
    store.check().unwrap();
    assert_eq!(store.repair_derived().unwrap(), 0);
}

pub fn a_unique_value_of_a_customer_is_claimed_until_it_changes(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let (ada, bo) = (clerk.customer("Ada"), clerk.customer("Bo"));
    let value = |text: &str| FieldValue::Text(short_text(text));
    let unique = |text: &str| [("vat", Some(CaseField { unique: true, ..plain(value(text)) }))];
    let claim = |text: &str| field_claim(FieldOwner::Customers, &id("vat"), &value(text));
    clerk.write_drafts(vec![sets(&ada, 1, &unique("DE 1"), &clerk)]);
    let loaded = store.load(&LoadPlan { claims: vec![claim(" de 1 ")], ..LoadPlan::default() }).unwrap();
    assert_eq!(loaded.claims.first().map(|found| found.stream), Some(StreamId::Customer(ada.id)));
    let taken = || Expect::Unclaimed(claim("DE 1"));
    let attempt = || {
        let mut commit = clerk.commit(vec![sets(&bo, 1, &unique("DE 1"), &clerk)]);
        commit.expect.push(taken());
        clerk.attempt(commit)
    };
    assert_eq!(attempt(), Err(Refused::Stale(taken())));
    clerk.write_drafts(vec![sets(&clerk.customer_now(ada.id), 1, &unique("DE 2"), &clerk)]);
    assert!(attempt().is_ok(), "what is given up is free");
    store.check().unwrap();
    assert_eq!(store.repair_derived().unwrap(), 0);
}

fn listed(store: &dyn Store, query: &CustomerQuery) -> Vec<CustomerId> {
    let rows = paged(|after| store.customers(&CustomerQuery { after, ..query.clone() }).unwrap());
    rows.into_iter().map(|row| row.id).collect()
}

fn id(text: &str) -> FieldId {
    FieldId::parse("field", text).unwrap()
}

/// Values of a customer change: each gets this one, or none.
fn sets(customer: &Customer, fields_version: u32, values: &[Given<'_>], clerk: &Clerk<'_>) -> Draft {
    let fields: Vec<FieldId> = values.iter().map(|(field, _)| id(field)).collect();
    let personal = Personal {
        fields_from: fields.iter().map(|field| customer.fields.get(field).cloned()).collect(),
        fields_to: values.iter().map(|(_, value)| value.clone()).collect(),
        ..Personal::default()
    };
    let fact = CustomerFact::CustomerFieldsChanged { fields, fields_version };
    Draft { personal, ..clerk.draft(Fact::Customer(customer.id, fact)) }
}
