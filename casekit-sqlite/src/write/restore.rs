//! Writing a copy of another store, part by part. Until it is complete, the generation of the definitions is -1. Every
//! call that must not use an incomplete file reads the generation anyway, so this costs none of them a read of its own.

use std::collections::BTreeMap;

use casekit_core::commit::{StateChange, StoredEvent};
use casekit_core::event::{CaseFact, Fact, PersonFact};
use casekit_core::model::{CaseId, Note, NoteId, StreamId};
use casekit_core::store::{
    BlobRow, Copied, EventQuery, Located, StoreError, StoredRequest, StreamRow, misplaced, not_empty,
};
use rusqlite::{OptionalExtension, Transaction};

use super::deferred::Deferred;
use super::memory::Memory;
use super::{Cut, blobs, events, expect, index, notes, requests, states};
use crate::error::{Result, damaged, fault, unreadable};
use crate::keys::{self, Keys};
use crate::known::Known;
use crate::read::catalog::{INCOMPLETE, generation};
use crate::rows::count;
use crate::value::{integer, unsigned};

/// Writes a part. The inner `Err` says that the store is in use, or that a blob's bytes are incomplete; then nothing
/// more of the part is written.
pub(super) fn restore(
    change: &Transaction<'_>,
    keys: &Keys<'_>,
    memory: &mut Memory,
    part: Copied,
) -> Result<Result<(), StoreError>> {
    const EMPTY: &str = "SELECT (SELECT count(*) FROM (SELECT 1 FROM events LIMIT 1))
        + (SELECT count(*) FROM (SELECT 1 FROM requests LIMIT 1)) + (SELECT count(*) FROM (SELECT 1 FROM blobs LIMIT 1))";
    if part == Copied::Begin {
        if count(change, EMPTY)? != 0 {
            return Ok(Err(not_empty()));
        }
        set_generation(change, INCOMPLETE)?;
        return Ok(Ok(()));
    }
    if generation(change)? != INCOMPLETE {
        return Ok(Err(not_empty()));
    }
    match part {
        Copied::Begin => {}
        Copied::Events(all) => {
            for event in all.iter().filter(|event| is_new(change, event.position)) {
                events::insert(change, keys, event, stream_of(change, keys, event)?)?;
            }
        }
        Copied::Streams(rows) => streams(change, keys, memory, rows)?,
        Copied::Notes(all) => thread(change, keys, memory, &all)?,
        Copied::Claims(all) => claims(change, &all)?,
        Copied::Requests(all) => saved(change, &all)?,
        Copied::Blobs(rows) => return kept(change, &rows),
        Copied::End => set_generation(change, 1)?,
    }
    Ok(Ok(()))
}

fn set_generation(change: &Transaction<'_>, generation: i64) -> Result<()> {
    change.execute("UPDATE file SET generation = ?1", [generation]).map_err(fault)?;
    Ok(())
}

/// Whether an event is not in the file yet: a part can come twice, after a retry. If the lookup fails, the write that
/// follows fails too.
fn is_new(change: &Transaction<'_>, position: u64) -> bool {
    const SQL: &str = "SELECT 1 FROM events WHERE position = ?1";
    let found = change.prepare_cached(SQL).and_then(|mut one| one.exists([integer(position)]));
    !found.unwrap_or(false)
}

/// The key of an event's stream, given out at its first event. The first event of a case has the case's number, and that of
/// a person their actor id.
fn stream_of(change: &Transaction<'_>, keys: &Keys<'_>, event: &StoredEvent) -> Result<i64> {
    if event.revision > 1 {
        return keys::find(change, event.stream);
    }
    let key = match event.open().map_err(|_| damaged("events"))?.fact {
        Fact::Case(_, CaseFact::CaseRaised { number, .. }) => Some(keys::of_case(number.value)),
        Fact::Person(_, PersonFact::PersonEntered { actor }) => Some(keys::of_person(keys.person(&actor)?)),
        _ => None,
    };
    keys::open(change, event.stream, key)
}

fn streams(
    change: &Transaction<'_>,
    keys: &Keys<'_>,
    memory: &mut Memory,
    rows: Vec<StreamRow>,
) -> Result<()> {
    let mut deferred = Deferred::default();
    for row in rows {
        if expect::head(change, row.stream)?.is_some() {
            continue;
        }
        let first = EventQuery::Stream { stream: row.stream, after: 0, limit: 1 };
        let first = crate::read::events::page(change, &Known::default(), &first)?;
        let state = StateChange { before: None, after: row.state, hash: row.hash };
        states::write(change, keys, &state, &first, &mut deferred)?;
        index::states(change, std::slice::from_ref(&state), &Cut::default(), &mut deferred.search)?;
    }
    // Writing definitions would raise the generation, and so declare the copy complete.
    let nothing_said = generation(change)?;
    deferred.write(change, memory)?;
    set_generation(change, nothing_said)
}

fn thread(change: &Transaction<'_>, keys: &Keys<'_>, memory: &mut Memory, all: &[Note]) -> Result<()> {
    let mut deferred = Deferred::default();
    let mut added: Option<(CaseId, BTreeMap<NoteId, u64>)> = None;
    for note in all {
        let is_there = "SELECT 1 FROM notes WHERE id = ?1";
        let found = change.prepare_cached(is_there).and_then(|mut one| one.exists([note.id.0.as_bytes()]));
        if found.map_err(fault)? {
            continue;
        }
        if added.as_ref().is_none_or(|(case, _)| *case != note.case) {
            added = Some((note.case, added_to(change, note.case)?));
        }
        let entry = added.as_ref().and_then(|(_, entries)| entries.get(&note.id)).ok_or_else(unreadable)?;
        notes::copy(change, keys, note, integer(*entry), &mut deferred)?;
    }
    deferred.write(change, memory)
}

/// The positions of the events that added a case's notes, which are the keys of the notes' entries.
fn added_to(change: &Transaction<'_>, case: CaseId) -> Result<BTreeMap<NoteId, u64>> {
    /// How many events are in memory at once.
    const AT_ONCE: u32 = 1_000;
    let (mut entries, mut after, known) = (BTreeMap::new(), 0, Known::default());
    loop {
        let query = EventQuery::Stream { stream: StreamId::Case(case), after, limit: AT_ONCE };
        let page = crate::read::events::page(change, &known, &query)?;
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

fn claims(change: &Transaction<'_>, all: &[Located]) -> Result<()> {
    for located in all {
        if !expect::is_claimed(change, &located.claim)? {
            expect::claim(change, &located.claim, keys::find(change, located.stream)?)?;
        }
    }
    Ok(())
}

fn saved(change: &Transaction<'_>, all: &[StoredRequest]) -> Result<()> {
    for kept in all {
        if !requests::is_claimed(change, &kept.claim)? {
            requests::save(change, &kept.claim, &kept.receipt)?;
        }
    }
    Ok(())
}

fn kept(change: &Transaction<'_>, rows: &[BlobRow]) -> Result<Result<(), StoreError>> {
    const SIZE: &str = "SELECT size FROM blobs WHERE id = ?1";
    for row in rows {
        let mut statement = change.prepare_cached(SIZE).map_err(fault)?;
        let size = statement.query_row([row.id.0.as_bytes()], |row| Ok(unsigned(row, 0))).optional();
        let size = size.map_err(fault)?.transpose()?.unwrap_or(0);
        if size != row.size {
            return Ok(Err(misplaced(row.size, size)));
        }
        blobs::keep(change, row.id)?;
    }
    Ok(Ok(()))
}
