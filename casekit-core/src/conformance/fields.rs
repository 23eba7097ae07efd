//! Values of an organisation's own fields: kept with the case, found, and claimed where they must be unique.

use super::build::{Clerk, RawCase, actor, at_time, instant, long_text, paged, plain, short_text};
use super::lists::{assert_lists, filters, fits};
use super::office::office;
use super::search::search;
use crate::commit::{Claim, Expect, Refused, field_claim};
use crate::event::{CaseFact, Draft, Fact, Personal};
use crate::model::{
    Case, CaseField, CaseType, Currency, FieldId, FieldKey, FieldOwner, FieldValue, StreamId,
};
use crate::store::{
    After, CaseFilter, CaseQuery, CountBy, CountQuery, Direction, FieldFilter, FieldOrder, FieldRange,
    LoadPlan, Sort, Store,
};

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
    let claim = |text: &str| field_claim(FieldOwner::CaseType(case_type.id), &id("order"), &value(text));
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

pub fn cases_are_listed_and_counted_by_values_of_indexed_fields(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let (support, refunds) = (clerk.case_type("Support"), clerk.case_type("Refunds"));
    let choices = |codes: &[&str]| FieldValue::Choices(codes.iter().map(|code| id(code)).collect());
    let give = |case_type: &CaseType, size: Option<i64>, channels: &[&str]| {
        let case = clerk.raise(RawCase::of(case_type, "One"));
        let size = size.map(|size| indexed(FieldValue::Number(size)));
        let channels = Some(indexed(choices(channels))).filter(|_| !channels.is_empty());
        let hidden = Some(plain(FieldValue::Number(7)));
        let values =
            [("size".to_owned(), size), ("channel".to_owned(), channels), ("hidden".to_owned(), hidden)];
        clerk.write_drafts(vec![sets(&clerk, &case, &values)]);
        case.number.value
    };
    let (a, b) = (give(&support, Some(3), &["phone"]), give(&support, Some(5), &["phone", "web"]));
    let (c, d) = (give(&support, Some(-5), &[]), give(&support, None, &["web"]));
    let other = give(&refunds, Some(3), &["phone"]);
    let on = |field: &str, range: FieldRange| FieldFilter { any: vec![(support.id, id(field), range)] };
    let sizes = |all: &[i64]| FieldRange::OneOf(all.iter().map(|size| FieldKey::Number(*size)).collect());
    let codes =
        |all: &[&str]| FieldRange::OneOf(all.iter().map(|code| FieldKey::Text((*code).to_owned())).collect());
    let from = |from: i64| FieldRange::Between(Some(FieldKey::Number(from)), None);
    let to = |to: i64| FieldRange::Between(None, Some(FieldKey::Number(to)));
    let both = vec![on("size", from(0)), on("channel", codes(&["web"]))];
    let either =
        FieldFilter { any: vec![(support.id, id("size"), sizes(&[3])), (refunds.id, id("size"), from(3))] };
    for (what, fields, found) in [
        ("a value", vec![on("size", sizes(&[3]))], vec![a]),
        ("several", vec![on("size", sizes(&[3, 5, 9]))], vec![a, b]),
        ("a choice", vec![on("channel", codes(&["phone"]))], vec![a, b]),
        ("one of two choices", vec![on("channel", codes(&["phone", "web"]))], vec![a, b, d]),
        ("from", vec![on("size", from(3))], vec![a, b]),
        ("up to", vec![on("size", to(3))], vec![a, c]),
        ("both", both, vec![b]),
        ("of two types", vec![either], vec![a, other]),
        ("none", vec![on("size", sizes(&[]))], vec![]),
        ("of no type", vec![FieldFilter::default()], vec![]),
        ("a field that is not indexed", vec![on("hidden", sizes(&[7]))], vec![]),
        ("a field that nobody has", vec![on("colour", sizes(&[7]))], vec![]),
    ] {
        let filter = CaseFilter { fields, ..CaseFilter::default() };
        for sort in [Sort::Number, Sort::Raised, Sort::Updated] {
            for limit in [1, 50] {
                let direction = Direction::Ascending;
                let rows = paged(|after| {
                    let query =
                        CaseQuery { filter: filter.clone(), sort, by_field: None, direction, after, limit };
                    store.cases(&query).unwrap().answer
                });
                let numbers: Vec<u64> = rows.iter().map(|row| row.number.value).collect();
                assert_eq!(numbers, found, "{what}, by {sort:?}, pages of {limit}");
            }
        }
        let of_support = CaseFilter { types: Some(vec![support.id]), ..filter.clone() };
        let count = CountQuery { by: CountBy::CaseType, filter: of_support };
        let counted: u64 = store.count_cases(&count).unwrap().answer.iter().map(|one| one.count).sum();
        let expected = found.iter().filter(|number| **number != other).count() as u64;
        assert_eq!(counted, expected, "{what}");
    }
    store.check().unwrap();
    assert_eq!(store.repair_derived().unwrap(), 0);
}

pub fn cases_are_listed_in_the_order_of_an_indexed_field(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let (support, refunds) = (clerk.case_type("Support"), clerk.case_type("Refunds"));
    let give = |case_type: &CaseType, title: &str, values: &[(&str, FieldValue)]| {
        let case = clerk.raise(RawCase::of(case_type, title));
        let values: Vec<_> =
            values.iter().map(|(id, value)| ((*id).to_owned(), Some(indexed(value.clone())))).collect();
        clerk.write_drafts(vec![sets(&clerk, &case, &values)]);
        case.number.value
    };
    let size = |size| ("size", FieldValue::Number(size));
    let name = |name: &str| ("name", FieldValue::Text(short_text(name)));
    let a = give(&support, "Lamp", &[size(3), name("b")]);
    let b = give(&support, "Lamp", &[size(-5), name("Ä, b. c")]);
    let c = give(&support, "Roof", &[size(3), name("C")]);
    let d = give(&support, "Lamp", &[size(i64::MAX), name("aa")]);
    give(&support, "Lamp", &[]);
    let other = give(&refunds, "Lamp", &[size(3)]);
    let hidden = clerk.raise(RawCase::of(&support, "Lamp"));
    let kept = Some(plain(FieldValue::Number(0)));
    clerk.write_drafts(vec![sets(&clerk, &hidden, &[("size".to_owned(), kept)])]);
    let by = |case_type: &CaseType, field: &str| FieldOrder { case_type: case_type.id, field: id(field) };
    let three =
        FieldFilter { any: vec![(support.id, id("size"), FieldRange::OneOf(vec![FieldKey::Number(3)]))] };
    let text = |text: &str| Some(crate::search::Query::parse("text", text).unwrap());
    for (what, filter, order, found) in [
        ("a number", CaseFilter::default(), by(&support, "size"), vec![b, a, c, d]),
        ("a text, folded", CaseFilter::default(), by(&support, "name"), vec![d, a, c, b]),
        ("of another type", CaseFilter::default(), by(&refunds, "size"), vec![other]),
        ("of no case", CaseFilter::default(), by(&refunds, "name"), vec![]),
        (
            "of some",
            CaseFilter { fields: vec![three.clone()], ..CaseFilter::default() },
            by(&support, "name"),
            vec![a, c],
        ),
        (
            "of a type",
            CaseFilter { types: Some(vec![refunds.id]), ..CaseFilter::default() },
            by(&support, "size"),
            vec![],
        ),
        (
            "with a text",
            CaseFilter { text: text("lamp"), ..CaseFilter::default() },
            by(&support, "size"),
            vec![b, a, d],
        ),
        (
            "with a text and a value",
            CaseFilter { text: text("lamp"), fields: vec![three], ..CaseFilter::default() },
            by(&support, "size"),
            vec![a],
        ),
    ] {
        for direction in [Direction::Ascending, Direction::Descending] {
            let mut expected = found.clone();
            if direction == Direction::Descending {
                expected.reverse();
            }
            for limit in [1, 2, 50] {
                let query = |after| CaseQuery {
                    filter: filter.clone(),
                    sort: Sort::Number,
                    by_field: Some(order.clone()),
                    direction,
                    after,
                    limit,
                };
                let rows = paged(|after| store.cases(&query(after)).unwrap().answer);
                let numbers: Vec<u64> = rows.iter().map(|row| row.number.value).collect();
                assert_eq!(numbers, expected, "{what}, {direction:?}, pages of {limit}");
                let of_another = store.cases(&query(Some(After::Number(0)))).unwrap().answer;
                assert_eq!((of_another.rows.len(), of_another.next), (0, None), "{what}");
            }
        }
    }
}

pub fn a_field_and_a_tag_are_demanded_together_with_everything_else(store: &dyn Store) {
    let mut office = office(store);
    let tag = office.clerk.tag("Roof");
    let size_of = |place: usize| (place / 2 % 3) as i64;
    let is_tagged = |place: usize| !place.is_multiple_of(3);
    for (place, case) in office.cases.iter_mut().enumerate() {
        let size = ("size".to_owned(), Some(indexed(FieldValue::Number(size_of(place)))));
        let mut drafts = vec![sets(&office.clerk, case, &[size])];
        drafts.extend(is_tagged(place).then(|| office.clerk.tags(case.id, &[tag], &[])));
        // As old as the case is, so that the office's instants stay what they are.
        office.clerk.write_drafts(drafts.into_iter().map(|draft| at_time(case.updated_at, draft)).collect());
        *case = office.clerk.case_now(case.id);
    }
    let (types, filters) = (&office.types, filters(&office));
    let of = |types: &[CaseType], range: FieldRange| FieldFilter {
        any: types.iter().map(|one| (one.id, id("size"), range.clone())).collect(),
    };
    let one_of = |all: &[i64]| FieldRange::OneOf(all.iter().map(|size| FieldKey::Number(*size)).collect());
    let to_one = FieldRange::Between(None, Some(FieldKey::Number(1)));
    let both = vec![of(types, one_of(&[1, 2])), of(types, to_one.clone())];
    // What is demanded besides, and the types and sizes that this leaves.
    for (what, fields, tags, left, sizes) in [
        ("a size", vec![of(types, one_of(&[1]))], vec![], &types[..], 1..=1),
        ("a size of one type", vec![of(&types[1..2], one_of(&[1]))], vec![], &types[1..2], 1..=1),
        ("two sizes", vec![of(types, one_of(&[1, 2]))], vec![], types, 1..=2),
        ("up to a size", vec![of(types, to_one)], vec![], types, 0..=1),
        ("both", both, vec![], types, 1..=1),
        ("a tag", vec![], vec![tag], types, 0..=2),
        ("a size and a tag", vec![of(types, one_of(&[0, 1]))], vec![tag], types, 0..=1),
    ] {
        for (other, filter) in &filters {
            let fits_all = |(place, case): &(usize, &Case)| {
                fits(&office, case, filter)
                    && left.iter().any(|one| one.id == case.case_type)
                    && sizes.contains(&size_of(*place))
                    && (tags.is_empty() || is_tagged(*place))
            };
            let fitting = office.cases.iter().enumerate().filter(fits_all).map(|(_, case)| case.clone());
            let filter = CaseFilter { fields: fields.clone(), tags: tags.clone(), ..filter.clone() };
            let what = format!("{other} and {what}");
            assert_lists(store, &what, &filter, &fitting.collect::<Vec<_>>());
        }
    }
}

pub fn a_value_goes_with_its_case_to_another_type(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let (support, refunds) = (clerk.case_type("Support"), clerk.case_type("Refunds"));
    let case = clerk.raise(RawCase::of(&support, "One"));
    let size = ("size".to_owned(), Some(indexed(FieldValue::Number(3))));
    clerk.write_drafts(vec![sets(&clerk, &case, &[size])]);
    clerk.write_drafts(vec![clerk.changes_type(&clerk.case_now(case.id), refunds.id)]);
    let found = |case_type: &CaseType| {
        let three = FieldRange::OneOf(vec![FieldKey::Number(3)]);
        let fields = vec![FieldFilter { any: vec![(case_type.id, id("size"), three)] }];
        let filter = CaseFilter { fields, ..CaseFilter::default() };
        let (sort, direction) = (Sort::Number, Direction::Ascending);
        let query = CaseQuery { filter, sort, by_field: None, direction, after: None, limit: 9 };
        store.cases(&query).unwrap().answer.rows.len()
    };
    assert_eq!((found(&support), found(&refunds)), (0, 1));
    store.check().unwrap();
}

pub fn rows_show_the_values_that_are_to_be_in_rows(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case = clerk.raise(RawCase::of(&clerk.case_type("Support"), "One"));
    let row = || {
        let (sort, direction, filter) = (Sort::Number, Direction::Ascending, CaseFilter::default());
        let query = CaseQuery { filter, sort, by_field: None, direction, after: None, limit: 9 };
        store.cases(&query).unwrap().answer.rows.remove(0)
    };
    assert_eq!(row().fields.len(), 0);
    let shown = |size| CaseField { in_rows: true, ..plain(FieldValue::Number(size)) };
    let hidden = ("hidden".to_owned(), Some(plain(FieldValue::Number(7))));
    clerk.write_drafts(vec![sets(&clerk, &case, &[("size".to_owned(), Some(shown(3))), hidden])]);
    assert_eq!(row().fields, [(id("size"), FieldValue::Number(3))].into());
    let now = clerk.case_now(case.id);
    clerk.write_drafts(vec![sets(&clerk, &now, &[("size".to_owned(), Some(shown(4)))])]);
    assert_eq!(row().fields, [(id("size"), FieldValue::Number(4))].into());
    let now = clerk.case_now(case.id);
    clerk.write_drafts(vec![sets(&clerk, &now, &[("size".to_owned(), None)])]);
    assert_eq!(row().fields.len(), 0);
    store.check().unwrap();
}

fn indexed(value: FieldValue) -> CaseField {
    CaseField { indexed: true, ..plain(value) }
}

fn id(text: &str) -> FieldId {
    FieldId::parse("field", text).unwrap()
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
