//! Writing a copy of another store, part by part. Until it is complete, the generation of the definitions is -1. Every
//! call that must not use an incomplete store reads the generation anyway, so this costs none of them a read of its own.

use std::collections::{BTreeMap, BTreeSet};

use casekit_core::event::{CaseFact, Fact};
use casekit_core::model::{BlobId, CaseId, Note, NoteId, State, StreamId, StreamKind, TagId};
use casekit_core::store::{BlobRow, Copied, EventQuery, Located, StreamRow, misplaced, not_empty};

use super::changes::{Changed, ChangedNote, Changes};
use super::session::Session;
use super::{Around, batch, rows, searched, world};
use crate::connection::{Connection, Query};
use crate::error::{Result, damaged, uncertain, unreadable};
use crate::read::catalog::INCOMPLETE;
use crate::value::{Value, flag, id, instant, integer, json, signed, stream, unsigned};

/// Writes a part in one transaction. One that was written before changes nothing.
///
/// # Errors
/// `Exists` if the store is in use, `Misplaced` if the bytes of a blob are incomplete; then nothing of the part is written.
pub(super) fn restore(session: &mut Session, _: &Around<'_>, part: &Copied) -> Result<u64> {
    const EMPTY: &str =
        "SELECT NOT EXISTS (SELECT 1 FROM org.events) AND NOT EXISTS (SELECT 1 FROM org.requests)
        AND NOT EXISTS (SELECT 1 FROM org.blobs)";
    let connection = session.connection()?;
    let locked = world::locked(&connection.pipeline(world::lock())?)?;
    let is_begun = locked.generation == INCOMPLETE;
    let may_come = match part {
        Copied::Begin => flag(&connection.row(EMPTY, [])?, 0)?,
        _ => is_begun,
    };
    if !may_come {
        return Err(not_empty());
    }
    let mut queries = match part {
        Copied::Begin => vec![generation_is(INCOMPLETE)],
        Copied::Events(events) => {
            let newest = events.iter().map(|event| event.position).max().unwrap_or(0);
            rows::events(events.iter(), true)?.into_iter().chain([reached(newest, 0)]).collect()
        }
        Copied::Streams(rows) => streams(session, rows)?,
        Copied::Notes(notes) => thread(connection, notes)?,
        Copied::Claims(all) => rows::copied_claims(claims(all))?.into_iter().collect(),
        Copied::Requests(all) => {
            let requests = all.iter().map(|kept| (&kept.claim, &kept.receipt));
            rows::requests(requests, true)?.into_iter().collect()
        }
        Copied::Blobs(all) => kept(connection, all)?,
        Copied::End => vec![generation_is(1)],
    };
    queries.push(Query::new("COMMIT", []));
    let connection = session.connection()?;
    connection.prepare_all(&queries)?;
    connection.pipeline(queries).map_err(|error| {
        // The caller sends the part again, or copies anew.
        if super::settle::Mark::is_needed(&error) { uncertain().with_source(error) } else { error }
    })?;
    Ok(1)
}

fn generation_is(generation: i64) -> Query {
    Query::new("UPDATE org.file SET generation = $1 WHERE id = 1", [Value::from(generation)])
}

/// Says how far positions and numbers have come.
fn reached(position: u64, number: u64) -> Query {
    const SQL: &str =
        "UPDATE org.file SET position = greatest(position, $1), number = greatest(number, $2) WHERE id = 1";
    Query::new(SQL, [Value::from(position), number.into()])
}

fn claims(all: &[Located]) -> Vec<Vec<Value>> {
    let mut seen = BTreeSet::new();
    let new = all.iter().filter(|located| seen.insert(&located.claim));
    new.map(|located| rows::claim(&located.claim, Some(located.stream))).collect()
}

fn streams(session: &mut Session, rows: &[StreamRow]) -> Result<Vec<Query>> {
    const THERE: &str = "SELECT s.kind, s.id FROM unnest($1::int2[], $2::uuid[]) AS u(kind, id)
        JOIN org.streams s ON s.kind = u.kind AND s.id = u.id";
    const HEADS: &str =
        "SELECT e.kind, e.id, e.at FROM unnest($1::int2[], $2::uuid[], $3::int8[]) AS u(kind, id, revision)
        JOIN org.events e ON e.kind = u.kind AND e.id = u.id AND e.revision = u.revision";
    const FIRST: &str = "SELECT e.id, e.position FROM org.events e
        WHERE e.kind = 4 AND e.id = ANY($1::uuid[]) AND e.revision = 1";
    const TAGS: &str = "SELECT body FROM org.streams WHERE kind = $1";
    let connection = session.connection()?;
    let kinds: Vec<i64> = rows.iter().map(|row| row.stream.kind().code().into()).collect();
    let ids: Vec<_> = rows.iter().map(|row| row.stream.uuid()).collect();
    let revisions: Vec<i64> = rows.iter().map(|row| integer(row.state.revision())).collect();
    let cases: Vec<_> = rows
        .iter()
        .filter(|row| row.stream.kind() == StreamKind::Case)
        .map(|row| row.stream.uuid())
        .collect();
    let answers = connection.pipeline(vec![
        Query::new(THERE, [Value::from(kinds.clone()), ids.clone().into()]),
        Query::new(HEADS, [Value::from(kinds), ids.into(), revisions.into()]),
        Query::new(FIRST, [Value::from(cases)]),
        Query::new(TAGS, [Value::from(StreamKind::Tag.code())]),
    ])?;
    let [there, heads, first, tags] = answers.as_slice() else { return Err(unreadable()) };
    let mut known = BTreeSet::new();
    for row in &there.rows {
        known.insert(stream(row, 0, 1)?);
    }
    let mut newest = BTreeMap::new();
    for row in &heads.rows {
        newest.insert(stream(row, 0, 1)?, instant(row, 2)?);
    }
    let mut changes = Changes::default();
    for row in &first.rows {
        changes.raised.insert(id(row, 0)?, unsigned(row, 1)?);
    }
    let mut merged: BTreeMap<TagId, TagId> = BTreeMap::new();
    for row in &tags.rows {
        if let State::Tag(tag) = json(row, 0)? {
            merged.extend(tag.merged_into.map(|into| (tag.id, into)));
        }
    }
    let (mut number, mut new) = (0, Vec::new());
    for row in rows.iter().filter(|row| !known.contains(&row.stream)) {
        match &row.state {
            State::Case(case) => number = number.max(case.number.value),
            State::Ledger(ledger) => number = number.max(ledger.number_floor.saturating_sub(1)),
            State::Tag(tag) => {
                merged.extend(tag.merged_into.map(|into| (tag.id, into)));
                new.extend(tag.merged_into.map(|_| tag.id));
            }
            _ => {}
        }
        let at = *newest.get(&row.stream).ok_or_else(|| damaged("streams"))?;
        let changed = Changed { before: None, after: row.state.clone(), hash: row.hash, at };
        changes.states.insert(row.stream, changed);
    }
    let mut places = session.places.clone();
    let new_places = places.meet(connection, rows::places(&changes))?;
    let stands_for = |tag: TagId| batch::stands_for(&merged, tag);
    // Cases come before tags: those of earlier parts are found by tags of which it was not known yet that they were merged.
    let mut queries: Vec<Query> = new.into_iter().flat_map(|tag| rows::merge(tag, stands_for(tag))).collect();
    queries.extend(new_places);
    queries.extend(rows::states(&changes, &places, &stands_for)?);
    queries.extend(searched::write(connection, &changes)?);
    queries.push(reached(0, number));
    session.places = places;
    Ok(queries)
}

fn thread(connection: &Connection, notes: &[Note]) -> Result<Vec<Query>> {
    const THERE: &str = "SELECT id FROM org.notes WHERE id = ANY($1::uuid[])";
    let ids: Vec<_> = notes.iter().map(|note| note.id.0).collect();
    let mut known: BTreeSet<NoteId> = BTreeSet::new();
    for row in connection.query(THERE, [ids.into()])? {
        known.insert(id(&row, 0)?);
    }
    let mut added: Option<(CaseId, BTreeMap<NoteId, u64>)> = None;
    let mut changes = Changes::default();
    for note in notes.iter().filter(|note| !known.contains(&note.id)) {
        if added.as_ref().is_none_or(|(case, _)| *case != note.case) {
            added = Some((note.case, added_to(connection, note.case)?));
        }
        let entry = added.as_ref().and_then(|(_, entries)| entries.get(&note.id)).copied();
        let entry = Some(entry.ok_or_else(|| damaged("notes"))?);
        changes.notes.insert(note.id, ChangedNote { before: None, after: note.clone(), entry });
    }
    searched::write(connection, &changes)
}

/// The positions of the events that added a case's notes, which are the keys of the notes' entries.
fn added_to(connection: &Connection, case: CaseId) -> Result<BTreeMap<NoteId, u64>> {
    /// How many events are in memory at once.
    const AT_ONCE: u32 = 1_000;
    let (mut entries, mut after) = (BTreeMap::new(), 0);
    loop {
        let query = EventQuery::Stream { stream: StreamId::Case(case), after, limit: AT_ONCE };
        let page = crate::read::events::page(connection, &query)?;
        for stored in &page {
            after = stored.revision;
            let event = stored.open().map_err(|_| damaged("events"))?;
            if let Fact::Case(_, CaseFact::NoteAdded { note, .. }) = event.fact {
                entries.insert(note, stored.position);
            }
        }
        if page.len() < AT_ONCE as usize {
            return Ok(entries);
        }
    }
}

fn kept(connection: &Connection, all: &[BlobRow]) -> Result<Vec<Query>> {
    const SIZES: &str = "SELECT id, size FROM org.blobs WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE";
    let ids: Vec<_> = all.iter().map(|blob| blob.id.0).collect();
    let mut sizes: BTreeMap<BlobId, i64> = BTreeMap::new();
    for row in connection.query(SIZES, [ids.into()])? {
        sizes.insert(id(&row, 0)?, signed(&row, 1)?);
    }
    for blob in all {
        let size = sizes.get(&blob.id).copied().unwrap_or(0).unsigned_abs();
        if size != blob.size {
            return Err(misplaced(blob.size, size));
        }
    }
    Ok(rows::blobs(&all.iter().map(|blob| blob.id).collect(), &BTreeSet::new()))
}
