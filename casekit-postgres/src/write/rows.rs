//! From what changed to the statements that write it: each table once for the whole batch.

use std::collections::{BTreeMap, BTreeSet};

use casekit_core::commit::{Claim, Digest, Receipt, RequestClaim, StoredEvent};
use casekit_core::durations::Tally;
use casekit_core::model::{BlobId, Case, Customer, State, StreamId, TagId, Timestamp};
use casekit_core::work_item::WorkItems;

use super::changes::Changes;
use super::places::Places;
use crate::connection::Query;
use crate::derived::{self, Place};
use crate::error::Result;
use crate::tables::{Of, Row, Table, changing, key};
use crate::totals::Group;
use crate::value::{Value, to_json};

const EVENTS: Table = Table::new(
    "events",
    &[
        key("position", Of::Int8),
        changing("kind", Of::Int2),
        changing("id", Of::Id),
        changing("revision", Of::Int8),
        changing("at", Of::Int8),
        changing("actor", Of::Text),
        changing("on_behalf_of", Of::Text),
        changing("imported_by", Of::Text),
        changing("request", Of::Bytes),
        changing("facts", Of::Bytes),
        changing("personal", Of::Bytes),
        changing("salt", Of::Bytes),
        changing("commitment", Of::Bytes),
        changing("hash", Of::Bytes),
    ],
);

/// The row of an event: the stored bytes are those that were hashed.
fn event(event: &StoredEvent) -> Row {
    vec![
        event.position.into(),
        event.stream.kind().code().into(),
        event.stream.uuid().into(),
        event.revision.into(),
        event.header.at.into(),
        event.header.actor.as_str().into(),
        event.header.on_behalf_of.as_ref().map(|actor| actor.as_str()).into(),
        event.header.imported_by.as_ref().map(|actor| actor.as_str()).into(),
        event.request.into(),
        event.facts.as_slice().into(),
        event.personal.as_deref().into(),
        event.salt.as_deref().into(),
        event.commitment.into(),
        event.hash.into(),
    ]
}

/// Writes events; those that are there stay, if they may be.
pub(super) fn events<'a>(
    events: impl Iterator<Item = &'a StoredEvent>,
    may_be_there: bool,
) -> Result<Option<Query>> {
    let rows = events.map(event).collect();
    if may_be_there { EVENTS.insert_missing(rows) } else { EVENTS.insert(rows) }
}

pub(super) const STREAMS: Table = Table::new(
    "streams",
    &[
        key("kind", Of::Int2),
        key("id", Of::Id),
        changing("revision", Of::Int8),
        changing("hash", Of::Bytes),
        changing("at", Of::Int8),
        changing("body", Of::Text),
    ],
);

pub(super) fn stream(state: &State, hash: &Digest, at: Timestamp) -> Result<Row> {
    let stream = state.stream();
    Ok(vec![
        stream.kind().code().into(),
        stream.uuid().into(),
        state.revision().into(),
        (*hash).into(),
        at.into(),
        to_json(state)?.into(),
    ])
}

pub(super) const CLAIMS: Table = Table::new(
    "claims",
    &[
        key("kind", Of::Int2),
        key("value", Of::Text),
        key("number", Of::Int8),
        changing("stream_kind", Of::Int2),
        changing("stream_id", Of::Id),
    ],
);

pub(super) fn claim(claim: &Claim, stream: Option<StreamId>) -> Row {
    vec![
        claim.kind.code().into(),
        claim.value.as_str().into(),
        claim.number.into(),
        stream.map(|stream| stream.kind().code()).into(),
        stream.map(|stream| stream.uuid()).into(),
    ]
}

/// Gives up names, then takes others: one commit may pass a name from one stream to another.
pub(super) fn claims(held: &BTreeMap<Claim, Option<StreamId>>) -> Result<Vec<Query>> {
    let all = held.iter().map(|(one, stream)| claim(one, *stream)).collect();
    let taken = held.iter().filter(|(_, stream)| stream.is_some());
    let taken = taken.map(|(one, stream)| claim(one, *stream)).collect();
    Ok(CLAIMS.delete(all)?.into_iter().chain(CLAIMS.insert(taken)?).collect())
}

/// Writes names of a copy; those that are there stay.
pub(super) fn copied_claims(rows: Vec<Row>) -> Result<Option<Query>> {
    CLAIMS.insert_missing(rows)
}

const REQUESTS: Table = Table::new(
    "requests",
    &[
        key("actor", Of::Text),
        key("id", Of::Text),
        changing("at", Of::Int8),
        changing("salt", Of::Bytes),
        changing("fingerprint", Of::Bytes),
        changing("receipt", Of::Text),
    ],
);

fn request(claim: &RequestClaim, receipt: &Receipt) -> Result<Row> {
    Ok(vec![
        claim.actor.as_str().into(),
        claim.id.as_str().into(),
        claim.at.into(),
        claim.salt.as_slice().into(),
        claim.fingerprint.into(),
        to_json(receipt)?.into(),
    ])
}

/// Saves requests with their receipts; those that are there stay, if they may be.
pub(super) fn requests<'a>(
    requests: impl Iterator<Item = (&'a RequestClaim, &'a Receipt)>,
    may_be_there: bool,
) -> Result<Option<Query>> {
    let rows = requests.map(|(claim, receipt)| request(claim, receipt)).collect::<Result<_>>()?;
    if may_be_there { REQUESTS.insert_missing(rows) } else { REQUESTS.insert(rows) }
}

/// A case as it was and as it is, with what it waits for.
struct Pair<'a> {
    before: Option<(&'a Case, WorkItems)>,
    after: (&'a Case, WorkItems),
}

/// The places that the cases of a batch left and came to.
pub(super) fn places(changes: &Changes) -> BTreeSet<Place> {
    let states = changes.states.values().flat_map(|changed| changed.before.iter().chain([&changed.after]));
    states.filter_map(as_case).map(Place::of).collect()
}

/// Writes the streams, and everything by which cases, customers and people are found but the search.
pub(super) fn states(
    changes: &Changes,
    places: &Places,
    stands_for: &dyn Fn(TagId) -> TagId,
) -> Result<Vec<Query>> {
    let mut queries = Vec::new();
    let (mut new, mut old) = (Vec::new(), Vec::new());
    for changed in changes.states.values() {
        let row = stream(&changed.after, &changed.hash, changed.at)?;
        if changed.before.is_none() { new.push(row) } else { old.push(row) }
    }
    queries.extend(STREAMS.insert(new)?.into_iter().chain(STREAMS.update(old)?));
    queries.extend(cases(changes, places, stands_for)?);
    queries.extend(customers(changes)?);
    let people = changes.states.values().filter_map(|changed| match &changed.after {
        State::Person(person) => Some(derived::person(person)),
        _ => None,
    });
    queries.extend(derived::PEOPLE.put(people.collect())?);
    Ok(queries)
}

fn cases(changes: &Changes, places: &Places, stands_for: &dyn Fn(TagId) -> TagId) -> Result<Vec<Query>> {
    let pairs: Vec<Pair<'_>> = changes
        .states
        .values()
        .filter_map(|changed| {
            let after = as_case(&changed.after)?;
            let before = changed.before.as_ref().and_then(as_case);
            Some(Pair {
                before: before.map(|case| (case, WorkItems::of(case))),
                after: (after, WorkItems::of(after)),
            })
        })
        .collect();
    let (mut new, mut old) = (Vec::new(), Vec::new());
    let mut totals: BTreeMap<Group, i64> = BTreeMap::new();
    let (mut lengths, mut sets) = (Vec::new(), Sets::default());
    for Pair { before, after: (case, items) } in &pairs {
        let place = places.of(&Place::of(case))?;
        let row = derived::case(case, items, place.key, changes.raised.get(&case.id).copied())?;
        if before.is_none() {
            new.push(row)
        } else {
            old.push(row)
        }
        for group in derived::counted(case, items, place, stands_for).groups() {
            *totals.entry(group).or_default() += 1;
        }
        if let Some((case, items)) = before {
            let place = places.of(&Place::of(case))?;
            for group in derived::counted(case, items, place, stands_for).groups() {
                *totals.entry(group).or_default() -= 1;
            }
        }
        lengths.extend(derived::durations(&Tally::of_change(before.as_ref().map(|(case, _)| *case), case)));
        sets.add(before.as_ref().map(|(case, items)| (*case, items)), (*case, items), stands_for);
    }
    let changed = totals.into_iter().filter(|(_, n)| *n != 0);
    let totals =
        changed.map(|(Group { kind, a, b, c }, n)| vec![kind.into(), a.into(), b.into(), c.into(), n.into()]);
    let mut queries = Vec::new();
    queries.extend(derived::CASES.insert(new)?);
    queries.extend(derived::CASES.update(old)?);
    queries.extend(sets.queries()?);
    queries.extend(derived::TOTALS.add(totals.collect())?);
    queries.extend(derived::DURATIONS.add(summed(lengths))?);
    Ok(queries)
}

/// Rows of durations with one for each key: a statement cannot add to the same row twice.
fn summed(rows: Vec<Row>) -> Vec<Row> {
    /// How many columns name the row.
    const KEY: usize = 6;
    let mut sums: Vec<(Row, i64, i64)> = Vec::new();
    for mut row in rows {
        let added = row.split_off(KEY);
        let [Value::Integer(n), Value::Integer(seconds)] = added.as_slice() else { continue };
        match sums.iter_mut().find(|(known, ..)| *known == row) {
            Some((_, count, total)) => {
                *count += n;
                *total = total.saturating_add(*seconds);
            }
            None => sums.push((row, *n, *seconds)),
        }
    }
    let row = |(mut row, n, seconds): (Row, i64, i64)| {
        row.extend([n.into(), seconds.into()]);
        row
    };
    sums.into_iter().filter(|(_, n, seconds)| (*n, *seconds) != (0, 0)).map(row).collect()
}

/// Rows of which a case has several, written anew where they changed.
#[derive(Default)]
struct Sets {
    exclusions: Set,
    tags: Set,
    fields: Set,
}

#[derive(Default)]
struct Set {
    gone: Vec<Row>,
    came: Vec<Row>,
}

impl Set {
    fn change(&mut self, was: Vec<Row>, is: Vec<Row>) {
        let (gone, stays): (Vec<Row>, Vec<Row>) = was.into_iter().partition(|row| !is.contains(row));
        self.came.extend(is.into_iter().filter(|row| !stays.contains(row)));
        self.gone.extend(gone);
    }

    fn queries(self, table: Table) -> Result<impl Iterator<Item = Query>> {
        Ok(table.delete(self.gone)?.into_iter().chain(table.insert(self.came)?))
    }
}

impl Sets {
    fn add(
        &mut self,
        before: Option<(&Case, &WorkItems)>,
        (case, items): (&Case, &WorkItems),
        stands_for: &dyn Fn(TagId) -> TagId,
    ) {
        let was = before.map(|(case, items)| derived::exclusion_rows(case, items)).unwrap_or_default();
        self.exclusions.change(was, derived::exclusion_rows(case, items));
        let was = before.map(|(case, _)| derived::tag_rows(case, stands_for)).unwrap_or_default();
        self.tags.change(was, derived::tag_rows(case, stands_for));
        let was = before.map(|(case, _)| derived::field_rows(case)).unwrap_or_default();
        self.fields.change(was, derived::field_rows(case));
    }

    fn queries(self) -> Result<impl Iterator<Item = Query>> {
        let exclusions = self.exclusions.queries(derived::EXCLUSIONS)?;
        let (tags, fields) =
            (self.tags.queries(derived::CASE_TAGS)?, self.fields.queries(derived::CASE_FIELDS)?);
        Ok(exclusions.chain(tags).chain(fields))
    }
}

fn customers(changes: &Changes) -> Result<Vec<Query>> {
    let (mut rows, mut fields) = (Vec::new(), Set::default());
    for changed in changes.states.values() {
        let Some(customer) = as_customer(&changed.after) else { continue };
        rows.push(derived::customer(customer)?);
        let before = changed.before.as_ref().and_then(as_customer);
        let was = before.map(derived::customer_field_rows).unwrap_or_default();
        fields.change(was, derived::customer_field_rows(customer));
    }
    let fields = fields.queries(derived::CUSTOMER_FIELDS)?;
    Ok(derived::CUSTOMERS.put(rows)?.into_iter().chain(fields).collect())
}

/// Gives the cases that have a tag the one into which it is merged, and counts them there.
pub(super) fn merge(from: TagId, into: TagId) -> Vec<Query> {
    const UNCOUNT: &str = "INSERT INTO org.totals AS t (kind, a, b, c, n)
        SELECT 10, $1::uuid::text, c.place, 0, -count(*) FROM org.case_tags x JOIN org.cases c ON c.number = x.number
        WHERE x.tag = $1 GROUP BY c.place
        ON CONFLICT (kind, a, b, c) DO UPDATE SET n = t.n + excluded.n";
    const COUNT: &str = "INSERT INTO org.totals AS t (kind, a, b, c, n)
        SELECT 10, $2::uuid::text, c.place, 0, count(*) FROM org.case_tags x JOIN org.cases c ON c.number = x.number
        WHERE x.tag = $1 AND NOT EXISTS (SELECT 1 FROM org.case_tags o WHERE o.tag = $2 AND o.number = x.number)
        GROUP BY c.place
        ON CONFLICT (kind, a, b, c) DO UPDATE SET n = t.n + excluded.n";
    const PUT: &str =
        "INSERT INTO org.case_tags (tag, number) SELECT $2, number FROM org.case_tags WHERE tag = $1
        ON CONFLICT DO NOTHING";
    const DROP: &str = "DELETE FROM org.case_tags WHERE tag = $1";
    let both = || [Value::from(from.0), into.0.into()];
    vec![
        Query::new(UNCOUNT, [Value::from(from.0)]),
        Query::new(COUNT, both()),
        Query::new(PUT, both()),
        Query::new(DROP, [Value::from(from.0)]),
    ]
}

/// Keeps and destroys blobs.
pub(super) fn blobs(keep: &BTreeSet<BlobId>, drop: &BTreeSet<BlobId>) -> Vec<Query> {
    const KEEP: &str = "UPDATE org.blobs SET kept = true WHERE id = ANY($1::uuid[]) AND NOT kept";
    const DROP: [&str; 2] = [
        "DELETE FROM org.blob_pieces WHERE blob = ANY($1::uuid[])",
        "DELETE FROM org.blobs WHERE id = ANY($1::uuid[])",
    ];
    let ids = |blobs: &BTreeSet<BlobId>| Value::from(blobs.iter().map(|blob| blob.0).collect::<Vec<_>>());
    let mut queries = Vec::new();
    if !keep.is_empty() {
        queries.push(Query::new(KEEP, [ids(keep)]));
    }
    if !drop.is_empty() {
        queries.extend(DROP.map(|sql| Query::new(sql, [ids(drop)])));
    }
    queries
}

pub(super) fn as_case(state: &State) -> Option<&Case> {
    match state {
        State::Case(case) => Some(case),
        _ => None,
    }
}

pub(super) fn as_customer(state: &State) -> Option<&Customer> {
    match state {
        State::Customer(customer) => Some(customer),
        _ => None,
    }
}
