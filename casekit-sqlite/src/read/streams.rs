//! Streams with their heads and states, for `verify` and for copies.

use casekit_core::model::{State, StreamId, StreamKind};
use casekit_core::store::StreamRow;
use rusqlite::{Connection, Row};
use uuid::Uuid;

use crate::case_columns::{self, of_case};
use crate::error::{Result, damaged, fault};
use crate::known::Known;
use crate::value::{digest, json, stream};

/// Streams after one, ordered by kind and then by id.
pub(crate) fn page(
    connection: &Connection,
    known: &Known,
    after: Option<StreamId>,
    limit: u32,
) -> Result<Vec<StreamRow>> {
    let moment = connection.unchecked_transaction().map_err(fault)?;
    let mut streams: Vec<StreamRow> = Vec::new();
    for kind in StreamKind::ALL {
        let after = match after.map(|after| (after.kind(), after.uuid())) {
            Some((begun, _)) if kind < begun => continue,
            Some((begun, id)) if kind == begun => Some(id),
            Some(_) | None => None,
        };
        let left = i64::from(limit) - streams.len() as i64;
        if left <= 0 {
            break;
        }
        streams.extend(of_kind(&moment, known, kind, after, left)?);
    }
    moment.commit().map_err(fault)?;
    Ok(streams)
}

fn of_kind(
    moment: &Connection,
    known: &Known,
    kind: StreamKind,
    after: Option<Uuid>,
    left: i64,
) -> Result<Vec<StreamRow>> {
    // The id is that of the row in `streams`. Whether the state has the same is for `verify` to find.
    const DEFINITIONS: &str =
        "SELECT s.kind, s.id, d.hash, d.body, d.kind, d.id FROM streams s CROSS JOIN definitions d ON d.key = s.key / 4
        WHERE s.kind = ?1 AND s.id > coalesce(?2, x'') ORDER BY s.id LIMIT ?3";
    const CUSTOMERS: &str =
        "SELECT s.kind, s.id, k.hash, k.body, 3, k.id FROM streams s CROSS JOIN customers k ON k.key = s.key / 4
        WHERE s.kind = ?1 AND s.id > coalesce(?2, x'') ORDER BY s.id LIMIT ?3";
    const CASES: &str = of_case!(
        "s.kind, s.id, c.hash, ",
        "FROM streams s CROSS JOIN cases c ON c.number = s.key / 4 LEFT JOIN case_bodies b ON b.number = c.number
        LEFT JOIN customers k ON k.key = c.customer
        WHERE s.kind = ?1 AND s.id > coalesce(?2, x'') ORDER BY s.id LIMIT ?3"
    );
    // People have a row from their first event on. In an unfinished copy it has no state yet, like rows that are missing.
    const PEOPLE: &str =
        "SELECT s.kind, s.id, p.hash, NULL, 6, p.entry, p.entry, p.id, p.revision, p.name FROM streams s
        CROSS JOIN people p ON p.key = s.key / 4 AND p.hash IS NOT NULL
        WHERE s.kind = ?1 AND s.id > coalesce(?2, x'') ORDER BY s.id LIMIT ?3";
    let after = after.as_ref().map(Uuid::as_bytes);
    let params: [&dyn rusqlite::ToSql; 3] = [&kind.code(), &after, &left];
    match kind {
        StreamKind::Settings
        | StreamKind::Workflow
        | StreamKind::CaseType
        | StreamKind::Ledger
        | StreamKind::Team
        | StreamKind::Tag => {
            crate::rows::rows(moment, DEFINITIONS, &params, |row| stream_row(row, found(row, json(row, 3)?)?))
        }
        StreamKind::Customer => crate::rows::rows(moment, CUSTOMERS, &params, |row| {
            stream_row(row, found(row, State::Customer(json(row, 3)?))?)
        }),
        StreamKind::Person => crate::rows::rows(moment, PEOPLE, &params, |row| {
            stream_row(row, found(row, State::Person(super::directory::person(row, 6)?))?)
        }),
        StreamKind::Case => crate::rows::rows(moment, CASES, &params, |row| {
            stream_row(row, State::Case(Box::new(case_columns::whole(moment, known, row, 3)?)))
        }),
    }
}

/// The state, if its row has the id of the state. Otherwise `verify` would prove a state that no read finds.
fn found(row: &Row<'_>, state: State) -> Result<State> {
    if stream(row, 4, 5)? == state.stream() { Ok(state) } else { Err(damaged("streams")) }
}

fn stream_row(row: &Row<'_>, state: State) -> Result<StreamRow> {
    Ok(StreamRow { stream: stream(row, 0, 1)?, state, hash: digest(row, 2)? })
}
