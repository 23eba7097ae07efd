//! The history of a stream, for showing it.

use casekit_core::event::{Event, Header};
use casekit_core::model::StreamId;
use casekit_core::store::{Defined, History, HistoryQuery, LoadPlan};
use rusqlite::{Connection, Row};

use super::catalog::CatalogCache;
use super::load;
use crate::error::{Result, fault, unreadable};
use crate::known::Known;
use crate::value::{instant, integer, optional_signed, unsigned};

/// Events of a stream after a revision, oldest first, with the catalog and the case of the same state of the file.
pub(crate) fn history(
    connection: &Connection,
    catalogs: &CatalogCache,
    known: &Known,
    query: &HistoryQuery,
) -> Result<Defined<History>> {
    const SQL: &str = "SELECT e.position, e.revision, e.at, e.actor, e.on_behalf_of, e.imported_by, e.facts,
            e.personal
        FROM streams s CROSS JOIN events e ON e.stream = s.key
        WHERE s.kind = ?1 AND s.id = ?2 AND e.revision > ?3 ORDER BY e.revision LIMIT ?4";
    let HistoryQuery { stream, after, limit } = *query;
    let mut statement = connection.prepare_cached(SQL).map_err(fault)?;
    let id = stream.uuid();
    let params = (stream.kind().code(), id.as_bytes(), integer(after), limit);
    let mut rows = statement.query(params).map_err(fault)?;
    let mut next = rows.next().map_err(fault)?;
    // INVARIANT: while this statement is active, everything that the connection reads is of the same state of the file.
    let plan = stream.case().map(LoadPlan::case).unwrap_or_default();
    let mut loaded = load::load(connection, catalogs, known, &plan)?;
    let mut events = Vec::with_capacity(limit.min(USUAL) as usize);
    while let Some(row) = next {
        events.push(event(connection, known, stream, row)?);
        next = rows.next().map_err(fault)?;
    }
    Ok(Defined { answer: History { case: loaded.cases.pop(), events }, catalog: loaded.catalog })
}

/// The most events for which room is made in advance: more than a page of the default size has. Events are large.
const USUAL: u32 = 64;

/// Reads an event directly from SQLite's bytes, so that only the parts that are kept are copied.
fn event(connection: &Connection, known: &Known, stream: StreamId, row: &Row<'_>) -> Result<Event> {
    let person = |column: usize| match optional_signed(row, column)? {
        Some(key) => known.person(connection, key).map(Some),
        None => Ok(None),
    };
    let header = Header {
        at: instant(row, 2)?,
        actor: person(3)?.ok_or_else(unreadable)?,
        on_behalf_of: person(4)?,
        imported_by: person(5)?,
    };
    let facts = row.get_ref(6).map_err(fault)?.as_blob().map_err(|_| unreadable())?;
    let personal = row.get_ref(7).map_err(fault)?.as_blob_or_null().map_err(|_| unreadable())?;
    let place = (unsigned(row, 0)?, unsigned(row, 1)?);
    Event::read(stream, place, header, facts, personal).map_err(|_| unreadable())
}
