//! Events by place, as the bytes that were written.

use casekit_core::commit::StoredEvent;
use casekit_core::event::Header;
use casekit_core::model::{Lineage, State, StreamId, StreamKind};
use casekit_core::store::{Cursor, EventQuery};
use rusqlite::{Connection, Row};

use crate::error::{Result, fault, unreadable};
use crate::value::{
    digest, instant, integer, optional_digest, optional_json, optional_text, stream, text, unsigned,
};

/// Events after a place, oldest first.
pub(crate) fn page(connection: &Connection, query: &EventQuery) -> Result<Vec<StoredEvent>> {
    const STREAM: &str = "SELECT position, kind, id, revision, at, actor, on_behalf_of, imported_by, facts, personal,
        salt, commitment, hash FROM events WHERE kind = ?1 AND id = ?2 AND revision > ?3 ORDER BY revision LIMIT ?4";
    const ALL: &str =
        "SELECT position, kind, id, revision, at, actor, on_behalf_of, imported_by, facts, personal,
        salt, commitment, hash FROM events WHERE position > ?1 ORDER BY position LIMIT ?2";
    const STREAMS: &str =
        "SELECT position, kind, id, revision, at, actor, on_behalf_of, imported_by, facts, personal,
        salt, commitment, hash FROM events WHERE (kind, id, revision) > (?1, ?2, ?3)
        ORDER BY kind, id, revision LIMIT ?4";
    match query {
        EventQuery::Streams { after, limit } => {
            // No kind is less than 0, and no revision less than 1.
            let (stream, revision) = after.unwrap_or((StreamId::Settings, 0));
            let (kind, id) = (stream.kind().code(), stream.uuid());
            super::rows(connection, STREAMS, &[&kind, id.as_bytes(), &integer(revision), limit], event)
        }
        EventQuery::Stream { stream, after, limit } => {
            let (kind, id) = (stream.kind().code(), stream.uuid());
            super::rows(connection, STREAM, &[&kind, id.as_bytes(), &integer(*after), limit], event)
        }
        EventQuery::All { after, limit } => super::rows(connection, ALL, &[&integer(*after), limit], event),
    }
}

fn event(row: &Row<'_>) -> Result<StoredEvent> {
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
        facts: row.get(8).map_err(fault)?,
        personal: row.get(9).map_err(fault)?,
        salt: row.get(10).map_err(fault)?,
        commitment: optional_digest(row, 11)?,
        hash: digest(row, 12)?,
    })
}

/// The newest event, with the line that the ledger says it is of.
pub(crate) fn newest(connection: &Connection) -> Result<Cursor> {
    const SQL: &str = "SELECT (SELECT coalesce(max(position), 0) FROM events),
        (SELECT body FROM definitions WHERE kind = ?1)";
    let kind = StreamKind::Ledger.code();
    let read = |row: &Row<'_>| {
        let lineage = match optional_json(row, 1)? {
            Some(State::Ledger(ledger)) => ledger.lineage(),
            Some(_) => return Err(unreadable()),
            None => Lineage::NONE,
        };
        Ok(Cursor { lineage, position: unsigned(row, 0)? })
    };
    super::rows(connection, SQL, &[&kind], read)?.pop().ok_or_else(unreadable)
}
