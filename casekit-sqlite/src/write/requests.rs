//! Request ids of commands that were carried out, with their receipts.

use casekit_core::commit::{Receipt, RequestClaim};
use rusqlite::{Transaction, params};

use crate::error::{Result, fault};
use crate::value::{micros, to_json};

/// Whether the actor has used the request id before.
pub(super) fn is_claimed(change: &Transaction<'_>, claim: &RequestClaim) -> Result<bool> {
    const SQL: &str = "SELECT 1 FROM requests WHERE actor = ?1 AND id = ?2";
    let mut statement = change.prepare_cached(SQL).map_err(fault)?;
    statement.exists([claim.actor.as_str(), claim.id.as_str()]).map_err(fault)
}

/// Stores a request id with its receipt. A request id that is stored already breaks a constraint.
pub(super) fn save(change: &Transaction<'_>, claim: &RequestClaim, receipt: &Receipt) -> Result<()> {
    const SQL: &str =
        "INSERT INTO requests (actor, id, at, salt, fingerprint, receipt) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let mut statement = change.prepare_cached(SQL).map_err(fault)?;
    let receipt = to_json(receipt)?;
    let written = statement.execute(params![
        claim.actor.as_str(),
        claim.id.as_str(),
        micros(claim.at),
        claim.salt,
        claim.fingerprint,
        receipt
    ]);
    written.map_err(fault)?;
    Ok(())
}
