//! Reading events in order, as the bytes that were written.

use casekit_core::commit::StoredEvent;
use casekit_core::event::Header;
use casekit_core::model::{Lineage, State, StreamId, StreamKind};
use casekit_core::store::{Cursor, EventQuery};
use rusqlite::{Connection, Row};

use crate::error::{Result, damaged, fault, unreadable};
use crate::known::Known;
use crate::value::{digest, instant, integer, optional_digest, optional_json, stream, unsigned};

/// The columns of an event `e` and its stream `s`, in the order of [`event`].
macro_rules! columns {
    ($rest:literal) => {
        concat!(
            "SELECT e.position, s.kind, s.id, e.revision, e.at, e.actor, e.on_behalf_of, e.imported_by, e.facts,
            e.personal, e.salt, e.commitment, e.request, e.hash ",
            $rest
        )
    };
}

/// Events after the place that the query names, oldest first.
pub(crate) fn page(connection: &Connection, known: &Known, query: &EventQuery) -> Result<Vec<StoredEvent>> {
    const STREAM: &str = columns!(
        "FROM streams s CROSS JOIN events e ON e.stream = s.key
        WHERE s.kind = ?1 AND s.id = ?2 AND e.revision > ?3 ORDER BY e.revision LIMIT ?4"
    );
    // An outer join, so that an event without a stream is read, and then refused as damage.
    const ALL: &str = columns!(
        "FROM events e LEFT JOIN streams s ON s.key = e.stream WHERE e.position > ?1 ORDER BY e.position LIMIT ?2"
    );
    // `CROSS JOIN` keeps this order of the loops. Both use an index, so that nothing is sorted.
    const STREAMS: &str = columns!(
        "FROM streams s CROSS JOIN events e ON e.stream = s.key
        WHERE (s.kind, s.id) >= (?1, ?2) AND ((s.kind, s.id) > (?1, ?2) OR e.revision > ?3)
        ORDER BY s.kind, s.id, e.revision LIMIT ?4"
    );
    let read = |row: &Row<'_>| event(connection, known, row);
    match query {
        EventQuery::Streams { after, limit } => {
            // Before every event: no kind is below that of the settings, and no revision below 1.
            let (stream, revision) = after.unwrap_or((StreamId::Settings, 0));
            let (kind, id) = (stream.kind().code(), stream.uuid());
            let params: [&dyn rusqlite::ToSql; 4] = [&kind, id.as_bytes(), &integer(revision), limit];
            let page = crate::rows::rows(connection, STREAMS, &params, read)?;
            if page.len() < *limit as usize {
                no_strays(connection)?;
            }
            Ok(page)
        }
        EventQuery::Stream { stream, after, limit } => {
            let (kind, id) = (stream.kind().code(), stream.uuid());
            crate::rows::rows(connection, STREAM, &[&kind, id.as_bytes(), &integer(*after), limit], read)
        }
        EventQuery::All { after, limit } => {
            crate::rows::rows(connection, ALL, &[&integer(*after), limit], read)
        }
    }
}

/// Hands over every event of the stream with a key, in order, without holding more than one.
pub(crate) fn each_of(
    connection: &Connection,
    known: &Known,
    key: i64,
    mut found: impl FnMut(StoredEvent) -> Result<()>,
) -> Result<()> {
    const SQL: &str = columns!(
        "FROM events e CROSS JOIN streams s ON s.key = e.stream WHERE e.stream = ?1 ORDER BY e.revision"
    );
    let mut statement = connection.prepare_cached(SQL).map_err(fault)?;
    let mut rows = statement.query([key]).map_err(fault)?;
    while let Some(row) = rows.next().map_err(fault)? {
        found(event(connection, known, row)?)?;
    }
    Ok(())
}

/// Fails if an event has no stream. Reading stream by stream would never meet it.
pub(crate) fn no_strays(connection: &Connection) -> Result<()> {
    const SQL: &str = "SELECT 1 FROM events WHERE stream NOT IN (SELECT key FROM streams) LIMIT 1";
    let mut statement = connection.prepare_cached(SQL).map_err(fault)?;
    if statement.exists(()).map_err(fault)? { Err(damaged("streams")) } else { Ok(()) }
}

fn event(connection: &Connection, known: &Known, row: &Row<'_>) -> Result<StoredEvent> {
    let person = |column: usize| match row.get::<_, Option<i64>>(column).map_err(fault)? {
        Some(key) => known.person(connection, key).map(Some),
        None => Ok(None),
    };
    Ok(StoredEvent {
        position: unsigned(row, 0)?,
        stream: stream(row, 1, 2)?,
        revision: unsigned(row, 3)?,
        header: Header {
            at: instant(row, 4)?,
            actor: person(5)?.ok_or_else(unreadable)?,
            on_behalf_of: person(6)?,
            imported_by: person(7)?,
        },
        facts: row.get(8).map_err(fault)?,
        personal: row.get(9).map_err(fault)?,
        salt: row.get(10).map_err(fault)?,
        commitment: optional_digest(row, 11)?,
        request: optional_digest(row, 12)?,
        hash: digest(row, 13)?,
    })
}

/// The cursor at the newest event, with the lineage from the ledger.
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
    crate::rows::rows(connection, SQL, &[&kind], read)?.pop().ok_or_else(unreadable)
}
