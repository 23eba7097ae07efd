//! Reading events in order, as the bytes that were written.

use casekit_core::commit::StoredEvent;
use casekit_core::event::Header;
use casekit_core::model::{Lineage, State, StreamKind};
use casekit_core::store::{Cursor, EventQuery};
use tokio_postgres::Row;

use super::part::Part;
use crate::connection::Connection;
use crate::error::{Result, damaged, unreadable};
use crate::value::{
    bytes, digest, flag, instant, optional_bytes, optional_digest, optional_json, optional_text, stream,
    text, unsigned,
};

/// The columns of an event `e`, in the order in which [`read`] reads them.
pub(crate) const COLUMNS: &str =
    "e.position, e.kind, e.id, e.revision, e.at, e.actor, e.on_behalf_of, e.imported_by, e.facts,
    e.personal, e.salt, e.commitment, e.request, e.hash";

/// How many columns `COLUMNS` names.
const WIDTH: usize = 14;

/// Whether there is a stream of an event `e`. While a copy is written into the store, the events come before the streams.
const HAS_STREAM: &str = "(EXISTS (SELECT 1 FROM org.streams s WHERE s.kind = e.kind AND s.id = e.id)
    OR EXISTS (SELECT 1 FROM org.file f WHERE f.generation = -1))";

/// Events after the place that the query names, oldest first.
pub(crate) fn page(connection: &Connection, query: &EventQuery) -> Result<Vec<StoredEvent>> {
    let mut part = Part::of("SELECT ");
    part.push(COLUMNS);
    let limit = match query {
        EventQuery::Stream { stream, after, limit } => {
            part.push(" FROM org.events e").bind(" WHERE e.kind = ?", stream.kind().code());
            part.bind(" AND e.id = ?", stream.uuid()).bind(" AND e.revision > ? ORDER BY e.revision", *after);
            limit
        }
        EventQuery::Streams { after, limit } => {
            part.push(" FROM org.events e WHERE true");
            if let Some((stream, revision)) = after {
                part.bind(" AND (e.kind, e.id, e.revision) > (?::int2", stream.kind().code());
                part.bind(", ?", stream.uuid()).bind(", ?)", *revision);
            }
            part.push(" ORDER BY e.kind, e.id, e.revision");
            limit
        }
        EventQuery::All { after, limit } => {
            part.push(", ").push(HAS_STREAM).bind(" FROM org.events e WHERE e.position > ?", *after);
            part.push(" ORDER BY e.position");
            limit
        }
    };
    let has_stream =
        |row: &Row| !matches!(query, EventQuery::All { .. }) || flag(row, WIDTH).unwrap_or(false);
    part.bind(" LIMIT ?", i64::from(*limit));
    let page =
        part.rows(connection, |row| if has_stream(row) { read(row) } else { Err(damaged("streams")) })?;
    // Whoever reads stream by stream would never meet an event that has none.
    if matches!(query, EventQuery::Streams { .. }) && page.len() < *limit as usize {
        no_strays(connection)?;
    }
    Ok(page)
}

/// Fails if an event has no stream.
pub(crate) fn no_strays(connection: &Connection) -> Result<()> {
    let sql = format!("SELECT 1 FROM org.events e WHERE NOT {HAS_STREAM} LIMIT 1");
    match connection.optional_row(&sql, [])? {
        None => Ok(()),
        Some(_) => Err(damaged("streams")),
    }
}

/// Reads an event whose columns are the first of a row.
pub(crate) fn read(row: &Row) -> Result<StoredEvent> {
    Ok(StoredEvent {
        position: unsigned(row, 0)?,
        stream: stream(row, 1, 2)?,
        revision: unsigned(row, 3)?,
        header: Header {
            at: instant(row, 4)?,
            actor: text(row, 5)?,
            on_behalf_of: optional_text(row, 6)?,
            imported_by: optional_text(row, 7)?,
        },
        facts: bytes(row, 8)?,
        personal: optional_bytes(row, 9)?,
        salt: optional_bytes(row, 10)?,
        commitment: optional_digest(row, 11)?,
        request: optional_digest(row, 12)?,
        hash: digest(row, 13)?,
    })
}

/// The cursor at the newest event, with the lineage from the ledger.
pub(crate) fn newest(connection: &Connection) -> Result<Cursor> {
    const SQL: &str = "SELECT (SELECT coalesce(max(position), 0) FROM org.events),
        (SELECT body FROM org.streams WHERE kind = $1)";
    let row = connection.row(SQL, [StreamKind::Ledger.code().into()])?;
    let lineage = match optional_json(&row, 1)? {
        Some(State::Ledger(ledger)) => ledger.lineage(),
        Some(_) => return Err(unreadable()),
        None => Lineage::NONE,
    };
    Ok(Cursor { lineage, position: unsigned(&row, 0)? })
}
