//! Streams with their heads and states, for `verify`.

use casekit_core::model::{State, StreamId, StreamKind};
use casekit_core::store::StreamRow;
use rusqlite::{Connection, Row};
use uuid::Uuid;

use crate::error::{Result, fault};
use crate::value::{digest, json, stream};

/// Streams after one, in the order of their ids: first by kind, then by id.
pub(crate) fn page(connection: &Connection, after: Option<StreamId>, limit: u32) -> Result<Vec<StreamRow>> {
    const ORDER: [StreamKind; 6] = [
        StreamKind::Settings,
        StreamKind::Workflow,
        StreamKind::CaseType,
        StreamKind::Customer,
        StreamKind::Case,
        StreamKind::Ledger,
    ];
    let moment = connection.unchecked_transaction().map_err(fault)?;
    let mut streams: Vec<StreamRow> = Vec::new();
    for kind in ORDER {
        let after = match after.map(|after| (after.kind(), after.uuid())) {
            Some((begun, _)) if kind < begun => continue,
            Some((begun, id)) if kind == begun => Some(id),
            Some(_) | None => None,
        };
        let left = i64::from(limit) - streams.len() as i64;
        if left <= 0 {
            break;
        }
        streams.extend(of_kind(&moment, kind, after, left)?);
    }
    moment.commit().map_err(fault)?;
    Ok(streams)
}

fn of_kind(moment: &Connection, kind: StreamKind, after: Option<Uuid>, left: i64) -> Result<Vec<StreamRow>> {
    // The id is the one under which the row is kept: whether the body says the same is for `verify` to find.
    const DEFINITIONS: &str = "SELECT kind, id, hash, body FROM definitions
        WHERE kind = ?1 AND (?2 IS NULL OR id > ?2) ORDER BY id LIMIT ?3";
    const CUSTOMERS: &str =
        "SELECT ?3, id, hash, body FROM customers WHERE id > coalesce(?1, x'') ORDER BY id LIMIT ?2";
    const CASES: &str =
        "SELECT ?3, id, hash, body FROM cases WHERE id > coalesce(?1, x'') ORDER BY id LIMIT ?2";
    let after = after.as_ref().map(Uuid::as_bytes);
    match kind {
        StreamKind::Settings | StreamKind::Workflow | StreamKind::CaseType | StreamKind::Ledger => {
            super::rows(moment, DEFINITIONS, &[&kind.code(), &after, &left], |row| {
                stream_row(row, json(row, 3)?)
            })
        }
        StreamKind::Customer => super::rows(moment, CUSTOMERS, &[&after, &left, &kind.code()], |row| {
            stream_row(row, State::Customer(json(row, 3)?))
        }),
        StreamKind::Case => super::rows(moment, CASES, &[&after, &left, &kind.code()], |row| {
            stream_row(row, State::Case(json(row, 3)?))
        }),
    }
}

fn stream_row(row: &Row<'_>, state: State) -> Result<StreamRow> {
    Ok(StreamRow { stream: stream(row, 0, 1)?, state, hash: digest(row, 2)? })
}
