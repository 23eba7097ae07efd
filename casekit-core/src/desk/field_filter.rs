//! Conditions on fields of an organisation's own: as a caller gives them, and as the store takes them.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::command::GivenValue;
use crate::model::{
    CaseType, CaseTypeId, Catalog, FieldDefinition, FieldId, FieldKey, FieldKind, FieldValue, limits,
};
use crate::rejection::{FieldError, FieldRule, Fields, Rejection};
use crate::store::{FieldFilter, FieldOrder, FieldRange, Sort};

/// A condition on an indexed field: that its value is one of some, or in a range. A case without a value does not meet it.
///
/// ```
/// use casekit_core::desk::FieldCondition;
///
/// let channel = FieldCondition::is("channel", "Phone");
/// let large = FieldCondition::between("amount", "100 EUR", "500 EUR");
/// assert_eq!((channel.one_of.len(), large.from.is_some()), (1, true));
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FieldCondition {
    /// The id of the field, or its label in any language. It must be indexed in a type of the list.
    pub field: String,
    /// The values of which it has one, up to 100; not together with `from` and `to`. Texts are compared as names are.
    pub one_of: Vec<GivenValue>,
    /// The least value; `None` for a range without a beginning. Money has the currency of this or of `to`.
    pub from: Option<GivenValue>,
    /// The greatest value, which is in the range; `None` for a range without an end.
    pub to: Option<GivenValue>,
}

impl FieldCondition {
    /// That a field has this value.
    #[must_use]
    pub fn is(field: impl Into<String>, value: impl Into<GivenValue>) -> Self {
        Self { field: field.into(), one_of: vec![value.into()], ..Self::default() }
    }

    /// That a field has one of these values.
    #[must_use]
    pub fn one_of<T: Into<GivenValue>>(
        field: impl Into<String>,
        values: impl IntoIterator<Item = T>,
    ) -> Self {
        let one_of = values.into_iter().map(Into::into).collect();
        Self { field: field.into(), one_of, ..Self::default() }
    }

    /// That the value of a field is from one to another, both of them included.
    #[must_use]
    pub fn between(field: impl Into<String>, from: impl Into<GivenValue>, to: impl Into<GivenValue>) -> Self {
        let (from, to) = (Some(from.into()), Some(to.into()));
        Self { field: field.into(), one_of: Vec::new(), from, to }
    }
}

/// Translates conditions for the types of a list; `None` for every type that the catalog has. Every wrong one is named.
pub(super) fn field_filters(
    conditions: &[FieldCondition],
    types: Option<&[CaseTypeId]>,
    for_customer: bool,
    catalog: &Catalog,
) -> Result<Vec<FieldFilter>, Rejection> {
    if conditions.is_empty() {
        return Ok(Vec::new());
    }
    let mut fields = few(conditions)?;
    let among = types_of(types, catalog);
    let mut filters = Vec::new();
    for (place, condition) in conditions.iter().enumerate() {
        let at = format!("fields[{place}]");
        let found = indexed(&among, &condition.field, for_customer);
        if found.is_empty() {
            let all: BTreeSet<&str> =
                every_indexed(&among, for_customer).map(|one| one.id.as_str()).collect();
            fields.add(format!("{at}.field"), FieldRule::unknown(&condition.field, all));
            continue;
        }
        if !has_few_values(&mut fields, &at, condition) {
            continue;
        }
        // Several types may have a field of this name, each with choices of its own: what a value means is asked of each, and a
        // type that has no such value has no such case.
        let mut wrong = Vec::new();
        let of_each = found.iter().filter_map(|(case_type, field)| {
            let mut of_this = Fields::default();
            let range = range(&mut of_this, &at, field, condition);
            wrong.push(of_this.into_errors());
            Some((*case_type, field.id.clone(), range?))
        });
        let of_each: Vec<_> = of_each.collect();
        let is_in_each =
            |one: &FieldError| wrong.iter().all(|all| all.iter().any(|it| it.field == one.field));
        for one in wrong.first().into_iter().flatten().filter(|one| is_in_each(one)) {
            fields.add(&one.field, one.rule.clone());
        }
        filters.push(FieldFilter { any: of_each });
    }
    fields.finish(Some(filters))
}

/// The order by a field that a query names beside an order of the other kind.
pub(super) fn field_order(
    text: &str,
    sort: Sort,
    types: Option<&[CaseTypeId]>,
    for_customer: bool,
    catalog: &Catalog,
) -> Result<FieldOrder, Rejection> {
    let refused =
        |field: &str, why: &str| Err(Rejection::field(field, FieldRule::DoesNotFit { why: why.to_owned() }));
    if sort != Sort::default() {
        return refused("sort", "sort_and_field");
    }
    let among = types_of(types, catalog);
    match indexed(&among, text, for_customer).as_slice() {
        [] => {
            let sorted = every_indexed(&among, for_customer).filter(|one| one.kind != FieldKind::Choices);
            let all: BTreeSet<&str> = sorted.map(|one| one.id.as_str()).collect();
            Err(Rejection::field("sort_field", FieldRule::unknown(text, all)))
        }
        [(_, field)] if field.kind == FieldKind::Choices => refused("sort_field", "several_choices"),
        [(case_type, field)] => Ok(FieldOrder { case_type: *case_type, field: field.id.clone() }),
        [..] => refused("case_types", "field_of_several_types"),
    }
}

fn types_of<'a>(types: Option<&[CaseTypeId]>, catalog: &'a Catalog) -> Vec<&'a CaseType> {
    let all = catalog.case_types.values().map(AsRef::as_ref);
    all.filter(|one| types.is_none_or(|types| types.contains(&one.id))).collect()
}

/// Translates conditions on the fields of customers. Every wrong one is named.
pub(super) fn customer_ranges(
    conditions: &[FieldCondition],
    for_customer: bool,
    catalog: &Catalog,
) -> Result<Vec<(FieldId, FieldRange)>, Rejection> {
    let mut fields = few(conditions)?;
    let seen = |field: &&FieldDefinition| is_asked(field, for_customer);
    let settings = catalog.settings.as_deref();
    let mut ranges = Vec::new();
    for (place, condition) in conditions.iter().enumerate() {
        let at = format!("fields[{place}]");
        let found = settings.and_then(|settings| settings.find_customer_field(&condition.field));
        let Some(found) = found.filter(seen) else {
            let versions = settings.iter().flat_map(|settings| &settings.customer_fields);
            let all = versions.flat_map(|version| &version.fields).filter(seen);
            let ids: BTreeSet<&str> = all.map(|one| one.id.as_str()).collect();
            fields.add(format!("{at}.field"), FieldRule::unknown(&condition.field, ids));
            continue;
        };
        if has_few_values(&mut fields, &at, condition) {
            let range = range(&mut fields, &at, found, condition);
            ranges.extend(range.map(|range| (found.id.clone(), range)));
        }
    }
    fields.finish(Some(ranges))
}

/// Refuses more conditions than a list takes.
fn few(conditions: &[FieldCondition]) -> Result<Fields, Rejection> {
    let mut fields = Fields::default();
    if conditions.len() > limits::PARTS {
        fields.add("fields", FieldRule::TooMany { limit: limits::PARTS as u64 });
        return fields.finish(None);
    }
    Ok(fields)
}

/// Whether a condition names no more values than it may; an error is added if it does.
fn has_few_values(fields: &mut Fields, at: &str, condition: &FieldCondition) -> bool {
    let few = condition.one_of.len() <= limits::PARTS;
    if !few {
        fields.add(format!("{at}.one_of"), FieldRule::TooMany { limit: limits::PARTS as u64 });
    }
    few
}

/// Whether a caller may ask for values of a field: a customer only for those of fields that they see.
fn is_asked(field: &FieldDefinition, for_customer: bool) -> bool {
    field.indexed && (field.for_customer || !for_customer)
}

/// The indexed field of each type that a caller means, as the newest version that has it defines it.
fn indexed<'a>(
    among: &[&'a CaseType],
    text: &str,
    for_customer: bool,
) -> Vec<(CaseTypeId, &'a FieldDefinition)> {
    let seen = |field: &&FieldDefinition| is_asked(field, for_customer);
    let of_type = |case_type: &&'a CaseType| {
        let mut versions = case_type.versions.iter().rev();
        let found = versions.find_map(|version| version.find_field(text).filter(seen))?;
        let newest = case_type.newest(found);
        let is_open = !found.is_sensitive(newest) && (!for_customer || found.is_for_customer(newest));
        is_open.then_some((case_type.id, found))
    };
    among.iter().filter_map(of_type).collect()
}

fn every_indexed<'a>(
    among: &[&'a CaseType],
    for_customer: bool,
) -> impl Iterator<Item = &'a FieldDefinition> {
    let of_all = among.iter().flat_map(|case_type| &case_type.versions);
    let fields = of_all.flat_map(|version| &version.fields).collect::<Vec<_>>().into_iter();
    fields.filter(move |field| is_asked(field, for_customer))
}

/// The keys that fit; `None` after an error was added.
fn range(
    fields: &mut Fields,
    at: &str,
    field: &FieldDefinition,
    condition: &FieldCondition,
) -> Option<FieldRange> {
    let mut keys = |at: String, given: &GivenValue| {
        // A choice that is retired can still be looked for.
        let lenient = match field.choices.iter().any(|choice| choice.retired) {
            true => Cow::Owned(field.with_every_choice()),
            false => Cow::Borrowed(field),
        };
        let value = fields.take(FieldValue::parse(&at, &lenient, given, None))?;
        if value.is_none() {
            fields.add(at, FieldRule::Required);
        }
        value.map(|value| value.keys())
    };
    let is_range = condition.from.is_some() || condition.to.is_some();
    if is_range && condition.one_of.is_empty() {
        let mut end = |name: &str, given: &Option<GivenValue>| match given {
            None => Some(None),
            Some(given) => keys(format!("{at}.{name}"), given).map(|keys| keys.into_iter().next()),
        };
        let (from, to) = (end("from", &condition.from), end("to", &condition.to));
        let (from, to) = (from?, to?);
        if from.as_ref().zip(to.as_ref()).is_some_and(|(from, to)| from > to) {
            fields.add(format!("{at}.to"), FieldRule::DoesNotFit { why: "empty_range".into() });
            return None;
        }
        return Some(FieldRange::within(field.kind, from, to));
    }
    if is_range {
        fields.add(format!("{at}.one_of"), FieldRule::DoesNotFit { why: "range_and_values".into() });
        return None;
    }
    if condition.one_of.is_empty() {
        fields.add(format!("{at}.one_of"), FieldRule::Required);
        return None;
    }
    let one_of = condition.one_of.iter().enumerate();
    let all = one_of.filter_map(|(place, given)| keys(format!("{at}.one_of[{place}]"), given)).flatten();
    let all: BTreeSet<FieldKey> = all.collect();
    (!all.is_empty()).then(|| FieldRange::OneOf(all.into_iter().collect()))
}
