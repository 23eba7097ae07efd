//! What is derived from states and notes, so that they are found: the rows of every table that `repair_derived` can make again.

use std::collections::BTreeSet;

use casekit_core::durations::Tally;
use casekit_core::model::{
    Case, CaseField, CaseTypeId, Customer, FieldId, Note, Outcome, Person, Progress, Reference,
    ResolutionCode, ShortText, TagId, TeamId,
};
use casekit_core::search::{Contact, customer_terms};
use casekit_core::store::CustomerRow;
use casekit_core::text::fold_name;
use casekit_core::work_item::WorkItems;
use uuid::Uuid;

use crate::error::Result;
use crate::field_key;
use crate::tables::{Of, Row, Table, changing, fixed, key};
use crate::totals::{self, Counted, Excluded, NOBODY};
use crate::value::{
    Value, category_code, integer, micros, path_bytes, priority_code, to_json, visibility_code,
};

/// Stands for no team, in places and in figures of durations.
pub(crate) const NO_TEAM: TeamId = TeamId(Uuid::nil());

/// The most bytes of terms that an entry of the search has. The offsets of a `tsvector` end at 1 MiB, which
/// `array_to_tsvector` does not check: beyond it, other words than those given would stand there.
const MOST_BYTES: usize = 1_000_000;

/// A row of `places` without its keys.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Place {
    pub(crate) case_type: CaseTypeId,
    pub(crate) stage: String,
    pub(crate) category: u8,
    pub(crate) team: TeamId,
    pub(crate) priority: u8,
    pub(crate) resolution: String,
}

impl Place {
    pub(crate) fn of(case: &Case) -> Self {
        Self {
            case_type: case.case_type,
            stage: case.stage.as_str().to_owned(),
            category: category_code(case.category),
            team: case.team.unwrap_or(NO_TEAM),
            priority: priority_code(case.priority),
            resolution: case.resolution_code().map_or("", ResolutionCode::as_str).to_owned(),
        }
    }
}

/// The keys of a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct PlaceKeys {
    pub(crate) key: i64,
    pub(crate) family: i64,
}

pub(crate) const PLACES: Table = Table::new(
    "places",
    &[
        key("key", Of::Int4),
        fixed("case_type", Of::Id),
        fixed("stage", Of::Text),
        fixed("category", Of::Int2),
        fixed("team", Of::Id),
        fixed("priority", Of::Int2),
        fixed("resolution", Of::Text),
        changing("family", Of::Int4),
    ],
);

pub(crate) fn place(place: &Place, keys: PlaceKeys) -> Row {
    vec![
        keys.key.into(),
        place.case_type.0.into(),
        place.stage.as_str().into(),
        place.category.into(),
        place.team.0.into(),
        place.priority.into(),
        place.resolution.as_str().into(),
        keys.family.into(),
    ]
}

pub(crate) const CASES: Table = Table::new(
    "cases",
    &[
        key("number", Of::Int8),
        fixed("id", Of::Id),
        fixed("prefix", Of::Text),
        fixed("raised_by", Of::Text),
        fixed("raised_at", Of::Int8),
        fixed("entry", Of::Int8),
        changing("revision", Of::Int8),
        changing("place", Of::Int4),
        changing("holder", Of::Text),
        changing("customer", Of::Id),
        changing("stage_since", Of::Int8),
        changing("updated_at", Of::Int8),
        changing("resolved_at", Of::Int8),
        changing("closed_at", Of::Int8),
        changing("title", Of::Text),
        changing("requester", Of::Text),
        changing("fields", Of::Text),
        changing("tags", Of::Text),
        changing("workflow", Of::Id),
        changing("outcome", Of::Text),
        changing("status", Of::Text),
        changing("steps", Of::Text),
        changing("failure", Of::Text),
        changing("failure_code", Of::Text),
        changing("failure_setting", Of::Text),
        changing("ready", Of::Int8),
        changing("for_anyone", Of::Int8),
        changing("due_task", Of::Int2),
        changing("due_task_at", Of::Int8),
        changing("due_at", Of::Int8),
        changing("warn_at", Of::Int8),
        changing("wakes_at", Of::Int8),
    ],
);

/// The row of a case. `entry` is the position of the event that raised it; a change of the row needs none.
pub(crate) fn case(case: &Case, items: &WorkItems, place: i64, entry: Option<u64>) -> Result<Row> {
    let progress = case.progress.as_deref();
    let failure = progress.and_then(Progress::present_failure);
    let due_task = progress.and_then(Progress::due_task);
    let in_rows = case.in_rows();
    Ok(vec![
        case.number.value.into(),
        case.id.0.into(),
        (&*case.number.prefix).into(),
        case.raised_by.as_str().into(),
        case.raised_at.into(),
        entry.into(),
        case.revision.into(),
        place.into(),
        holder(case).into(),
        case.customer.map(|customer| customer.0).into(),
        case.stage_since.into(),
        case.updated_at.into(),
        case.resolved_at.into(),
        case.closed_at.into(),
        case.title.as_str().into(),
        case.request.as_ref().map(|request| request.requester.to_string()).into(),
        (!in_rows.is_empty()).then(|| to_json(&in_rows)).transpose()?.into(),
        (!case.tags.is_empty()).then(|| to_json(&case.tags)).transpose()?.into(),
        progress.map(|progress| progress.workflow.0).into(),
        progress
            .and_then(|progress| progress.outcome.as_ref())
            .map(|outcome| Outcome::kind(outcome).code())
            .into(),
        progress.map(|progress| to_json(&progress.status())).transpose()?.into(),
        progress.map(|progress| progress.states().written()).into(),
        failure.map(to_json).transpose()?.into(),
        failure.map(|failure| failure.code.as_str()).into(),
        failure.and_then(|failure| failure.setting.as_deref()).into(),
        items.waiting.ready.into(),
        items.waiting.for_anyone.into(),
        due_task.map(|(task, _)| task.code()).into(),
        due_task.map(|(_, from)| micros(from)).into(),
        case.clock.due_at().into(),
        case.clock.warn_at().into(),
        case.clock.wakes_at().into(),
    ])
}

fn holder(case: &Case) -> &str {
    case.holder_id().map_or(NOBODY, |holder| holder.as_str())
}

/// What decides in which groups a case is. `stands_for` says for which tag each of its own stands.
pub(crate) fn counted(
    case: &Case,
    items: &WorkItems,
    place: PlaceKeys,
    stands_for: impl Fn(TagId) -> TagId,
) -> Counted {
    let failure = case.progress.as_deref().and_then(Progress::present_failure);
    Counted {
        place: place.key,
        family: place.family,
        holder: holder(case).to_owned(),
        raised_by: case.raised_by.as_str().to_owned(),
        ready: items.waiting.ready.into(),
        for_anyone: items.waiting.for_anyone.into(),
        cause: failure.map(|failure| totals::cause(&failure.code, failure.setting.as_deref())),
        exclusions: exclusions(items),
        tags: tags(case, stands_for).into_iter().map(|tag| tag.0.to_string()).collect(),
    }
}

/// The tags for which those of a case stand, each once.
fn tags(case: &Case, stands_for: impl Fn(TagId) -> TagId) -> BTreeSet<TagId> {
    case.tags.iter().map(|tag| stands_for(*tag)).collect()
}

fn exclusions(items: &WorkItems) -> Vec<Excluded> {
    let row = |exclusion: &casekit_core::work_item::Exclusion| {
        let (one, other) = (exclusion.person.as_str(), exclusion.beside.as_ref().map(|other| other.as_str()));
        // Whose id is less comes first, so that a pair has one row however it is asked for.
        let (person, beside) = other.map_or((one, NOBODY), |other| (one.min(other), one.max(other)));
        Excluded {
            person: person.to_owned(),
            beside: beside.to_owned(),
            ready: exclusion.left.ready.into(),
            for_anyone: exclusion.left.for_anyone.into(),
        }
    };
    items.exclusions.iter().map(row).collect()
}

pub(crate) const TOTALS: Table = Table::new(
    "totals",
    &[
        key("kind", Of::Int2),
        key("a", Of::Text),
        key("b", Of::Int8),
        key("c", Of::Int8),
        changing("n", Of::Int8),
    ],
);

pub(crate) const DURATIONS: Table = Table::new(
    "durations",
    &[
        key("measure", Of::Text),
        key("case_type", Of::Id),
        key("team", Of::Id),
        key("stage", Of::Text),
        key("month", Of::Int4),
        key("bucket", Of::Int4),
        changing("n", Of::Int8),
        changing("seconds", Of::Int8),
    ],
);

pub(crate) fn durations(tally: &Tally) -> Vec<Row> {
    let row =
        |(group, month, bucket, (n, seconds)): (&casekit_core::durations::SpanGroup, _, _, (i64, i64))| {
            let (month, bucket): (casekit_core::model::Month, casekit_core::durations::Bucket) =
                (month, bucket);
            vec![
                group.measure.code().into(),
                group.case_type.0.into(),
                group.team.unwrap_or(NO_TEAM).0.into(),
                group.stage.as_ref().map_or("", |stage| stage.as_str()).into(),
                month.number().into(),
                u32::from(bucket.number()).into(),
                n.into(),
                seconds.into(),
            ]
        };
    tally.iter().map(row).collect()
}

/// The same rows by case, of whichever of the next three.
pub(crate) const EXCLUSIONS: Table = Table::new(
    "case_exclusions",
    &[
        key("number", Of::Int8),
        key("person", Of::Text),
        key("beside", Of::Text),
        changing("ready", Of::Int8),
        changing("for_anyone", Of::Int8),
    ],
);

pub(crate) fn exclusion_rows(case: &Case, items: &WorkItems) -> Vec<Row> {
    let row = |one: Excluded| {
        vec![
            case.number.value.into(),
            one.person.into(),
            one.beside.into(),
            one.ready.into(),
            one.for_anyone.into(),
        ]
    };
    exclusions(items).into_iter().map(row).collect()
}

pub(crate) const CASE_TAGS: Table = Table::new("case_tags", &[key("tag", Of::Id), key("number", Of::Int8)]);

pub(crate) fn tag_rows(case: &Case, stands_for: impl Fn(TagId) -> TagId) -> Vec<Row> {
    tags(case, stands_for).into_iter().map(|tag| vec![tag.0.into(), case.number.value.into()]).collect()
}

pub(crate) const CASE_FIELDS: Table = Table::new(
    "case_fields",
    &[key("case_type", Of::Id), key("field", Of::Text), key("value", Of::Text), key("number", Of::Int8)],
);

pub(crate) fn field_rows(case: &Case) -> Vec<Row> {
    let row = |(field, value): (&FieldId, String)| {
        vec![case.case_type.0.into(), field.as_str().into(), value.into(), case.number.value.into()]
    };
    keyed(&case.fields).into_iter().map(row).collect()
}

pub(crate) const CUSTOMER_FIELDS: Table =
    Table::new("customer_fields", &[key("field", Of::Text), key("value", Of::Text), key("customer", Of::Id)]);

pub(crate) fn customer_field_rows(customer: &Customer) -> Vec<Row> {
    let row =
        |(field, value): (&FieldId, String)| vec![field.as_str().into(), value.into(), customer.id.0.into()];
    keyed(&customer.fields).into_iter().map(row).collect()
}

/// The values of fields by which something is found, each once.
fn keyed(fields: &std::collections::BTreeMap<FieldId, CaseField>) -> BTreeSet<(&FieldId, String)> {
    let keys = |(id, kept): (_, &CaseField)| {
        kept.keys().into_iter().map(move |value| (id, field_key::stored(&value))).collect::<Vec<_>>()
    };
    fields.iter().flat_map(keys).collect()
}

pub(crate) const CUSTOMERS: Table = Table::new(
    "customers",
    &[
        key("id", Of::Id),
        changing("name", Of::Text),
        changing("folded", Of::Text),
        changing("reference", Of::Text),
        changing("email", Of::Text),
        changing("phone", Of::Text),
        changing("found_by", Of::Text),
        changing("terms", Of::Terms),
    ],
);

pub(crate) fn customer(customer: &Customer) -> Result<Row> {
    let profile = &customer.profile;
    let found_by = CustomerRow::found_by(customer);
    Ok(vec![
        customer.id.0.into(),
        profile.name.as_str().into(),
        fold_name(profile.name.as_str()).into(),
        profile.external_reference.as_ref().map(Reference::as_str).into(),
        profile.email.as_ref().map(ShortText::as_str).into(),
        profile.phone.as_ref().map(ShortText::as_str).into(),
        (!found_by.is_empty()).then(|| to_json(&found_by)).transpose()?.into(),
        joined(&customer_terms(Contact::of(customer))).into(),
    ])
}

pub(crate) const PEOPLE: Table =
    Table::new("people", &[key("id", Of::Id), changing("actor", Of::Text), changing("name", Of::Text)]);

pub(crate) fn person(person: &Person) -> Row {
    vec![
        person.id.0.into(),
        person.actor.as_str().into(),
        person.name.as_ref().map(|name| name.as_str()).into(),
    ]
}

pub(crate) const NOTES: Table = Table::new(
    "notes",
    &[
        key("id", Of::Id),
        fixed("entry", Of::Int8),
        fixed("case_id", Of::Id),
        fixed("path", Of::Bytes),
        changing("visibility", Of::Int2),
        changing("body", Of::Text),
    ],
);

/// The row of a note. `entry` is the position of the event that added it; a change of the row needs none.
pub(crate) fn note(note: &Note, entry: Option<u64>) -> Result<Row> {
    Ok(vec![
        note.id.0.into(),
        entry.into(),
        note.case.0.into(),
        path_bytes(&note.path).into(),
        visibility_code(note.visibility).into(),
        to_json(note)?.into(),
    ])
}

pub(crate) const SEARCH: Table = Table::new(
    "search",
    &[
        key("id", Of::Int8),
        fixed("case_id", Of::Id),
        fixed("note", Of::Id),
        changing("visibility", Of::Int2),
        changing("terms", Of::Terms),
    ],
);

/// The entry of a case in the search.
pub(crate) fn case_entry(case: &Case, entry: u64, terms: &[String]) -> Row {
    vec![(integer(entry) * 2).into(), case.id.0.into(), Value::Null, Value::Null, joined(terms).into()]
}

/// The entry of a note in the search.
pub(crate) fn note_entry(note: &Note, entry: u64, terms: &[String]) -> Row {
    vec![
        (integer(entry) * 2 + 1).into(),
        note.case.0.into(),
        note.id.0.into(),
        visibility_code(note.visibility).into(),
        joined(terms).into(),
    ]
}

/// Terms as they are sent: no term has a space in it.
pub(crate) fn joined(terms: &[String]) -> String {
    let mut text = String::new();
    for term in terms {
        if text.len() + term.len() > MOST_BYTES {
            break;
        }
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(term);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_keeps_as_many_terms_as_its_offsets_reach() {
        let terms: Vec<String> = (0..20_000).map(|n| format!("{n:064}")).collect();
        let text = joined(&terms);
        assert!(text.len() <= MOST_BYTES && text.len() > MOST_BYTES - 65);
        assert!(text.split(' ').zip(&terms).all(|(one, other)| one == other));
    }
}
