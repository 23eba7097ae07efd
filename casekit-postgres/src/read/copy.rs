//! Lists for copies: what is in no other answer.

use casekit_core::commit::{Claim, ClaimKind, RequestClaim};
use casekit_core::model::{ActorId, BlobId, RequestId};
use casekit_core::store::{BlobRow, Located, StoredRequest};

use super::part::Part;
use crate::connection::Connection;
use crate::error::{Result, unreadable};
use crate::value::{bytes, digest, flag, id, instant, json, narrow, plain, stream, text, unsigned};

/// Claims by kind, value and number.
pub(crate) fn claims(connection: &Connection, after: Option<&Claim>, limit: u32) -> Result<Vec<Located>> {
    let mut part =
        Part::of("SELECT l.kind, l.value, l.number, l.stream_kind, l.stream_id FROM org.claims l WHERE true");
    if let Some(Claim { kind, value, number }) = after {
        part.bind(" AND (l.kind, l.value, l.number) > (?::int2", kind.code());
        part.bind(", ?", value.as_str()).bind(", ?)", *number);
    }
    part.bind(" ORDER BY l.kind, l.value, l.number LIMIT ?", i64::from(limit));
    part.rows(connection, |row| {
        let kind = ClaimKind::from_code(narrow(row, 0)?).ok_or_else(unreadable)?;
        let claim = Claim { kind, value: plain(row, 1)?.to_owned(), number: narrow(row, 2)? };
        Ok(Located { claim, stream: stream(row, 3, 4)? })
    })
}

/// Requests that were carried out, by actor and id.
pub(crate) fn requests(
    connection: &Connection,
    after: Option<&(ActorId, RequestId)>,
    limit: u32,
) -> Result<Vec<StoredRequest>> {
    const SQL: &str = "SELECT actor, id, at, salt, fingerprint, receipt FROM org.requests
        WHERE (actor, id) > ($1, $2) ORDER BY actor, id LIMIT $3";
    // No actor is empty.
    let (actor, request) = after.map_or(("", ""), |(actor, request)| (actor.as_str(), request.as_str()));
    let rows = connection.query(SQL, [actor.into(), request.into(), i64::from(limit).into()])?;
    let read = |row| {
        let claim = RequestClaim {
            actor: text(row, 0)?,
            id: text(row, 1)?,
            at: instant(row, 2)?,
            salt: bytes(row, 3)?.try_into().map_err(|_| unreadable())?,
            fingerprint: digest(row, 4)?,
        };
        Ok(StoredRequest { claim, receipt: json(row, 5)? })
    };
    rows.iter().map(read).collect()
}

/// Blobs without their bytes, by id.
pub(crate) fn blobs(connection: &Connection, after: Option<BlobId>, limit: u32) -> Result<Vec<BlobRow>> {
    let mut part = Part::of("SELECT b.id, b.size, b.appended_at, b.kept FROM org.blobs b WHERE true");
    if let Some(after) = after {
        part.bind(" AND b.id > ?", after.0);
    }
    part.bind(" ORDER BY b.id LIMIT ?", i64::from(limit));
    part.rows(connection, |row| {
        Ok(BlobRow {
            id: id(row, 0)?,
            size: unsigned(row, 1)?,
            appended_at: instant(row, 2)?,
            kept: flag(row, 3)?,
        })
    })
}
