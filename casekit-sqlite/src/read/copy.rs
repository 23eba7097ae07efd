//! Lists for copying the file into another store.

use casekit_core::commit::{Claim, ClaimKind, RequestClaim};
use casekit_core::model::{ActorId, BlobId, RequestId};
use casekit_core::store::{BlobRow, Located, StoredRequest};
use rusqlite::Connection;

use crate::error::{Result, fault, unreadable};
use crate::rows::rows;
use crate::value::{digest, id, instant, json, stream, text, unsigned};

/// Claims, ordered by kind, value and number.
pub(crate) fn claims(connection: &Connection, after: Option<&Claim>, limit: u32) -> Result<Vec<Located>> {
    const SQL: &str =
        "SELECT l.kind, l.value, l.number, s.kind, s.id FROM claims l LEFT JOIN streams s ON s.key = l.stream
        WHERE (l.kind, l.value, l.number) > (?1, ?2, ?3) ORDER BY l.kind, l.value, l.number LIMIT ?4";
    // Before every claim, since no kind is below 0.
    let place = |after: &'_ Claim| (i16::from(after.kind.code()), after.value.clone(), after.number);
    let (kind, value, number) = after.map_or((-1, String::new(), 0), place);
    rows(connection, SQL, &[&kind, &value, &number, &limit], |row| {
        let kind = ClaimKind::from_code(row.get(0).map_err(fault)?).ok_or_else(unreadable)?;
        let claim = Claim { kind, value: row.get(1).map_err(fault)?, number: row.get(2).map_err(fault)? };
        Ok(Located { claim, stream: stream(row, 3, 4)? })
    })
}

/// Requests that were carried out, ordered by actor and id.
pub(crate) fn requests(
    connection: &Connection,
    after: Option<&(ActorId, RequestId)>,
    limit: u32,
) -> Result<Vec<StoredRequest>> {
    const SQL: &str = "SELECT actor, id, at, salt, fingerprint, receipt FROM requests
        WHERE (actor, id) > (?1, ?2) ORDER BY actor, id LIMIT ?3";
    let (actor, request) = after.map_or(("", ""), |(actor, request)| (actor.as_str(), request.as_str()));
    rows(connection, SQL, &[&actor, &request, &limit], |row| {
        let claim = RequestClaim {
            actor: text(row, 0)?,
            id: text(row, 1)?,
            at: instant(row, 2)?,
            salt: row.get(3).map_err(fault)?,
            fingerprint: digest(row, 4)?,
        };
        Ok(StoredRequest { claim, receipt: json(row, 5)? })
    })
}

/// Blobs without their bytes, ordered by id.
pub(crate) fn blobs(connection: &Connection, after: Option<BlobId>, limit: u32) -> Result<Vec<BlobRow>> {
    const SQL: &str = "SELECT id, size, appended_at, kept FROM blobs WHERE id > ?1 ORDER BY id LIMIT ?2";
    let after = after.map_or_else(Vec::new, |after| after.0.as_bytes().to_vec());
    rows(connection, SQL, &[&after, &limit], |row| {
        let kept: bool = row.get(3).map_err(fault)?;
        Ok(BlobRow { id: id(row, 0)?, size: unsigned(row, 1)?, appended_at: instant(row, 2)?, kept })
    })
}
