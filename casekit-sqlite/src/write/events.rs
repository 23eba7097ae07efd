//! Events are only ever appended.

use casekit_core::commit::StoredEvent;
use casekit_core::model::ActorId;
use rusqlite::{Transaction, params};

use crate::error::{Result, fault};
use crate::value::{integer, micros};

/// Writes an event at its place.
pub(super) fn insert(change: &Transaction<'_>, event: &StoredEvent, code: &str) -> Result<()> {
    const SQL: &str = "INSERT INTO events (position, kind, id, revision, at, actor, on_behalf_of, imported_by,
        code, facts, personal, salt, commitment, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";
    let mut statement = change.prepare_cached(SQL).map_err(fault)?;
    let written = statement.execute(params![
        integer(event.position),
        event.stream.kind().code(),
        event.stream.uuid().as_bytes(),
        integer(event.revision),
        micros(event.header.at),
        event.header.actor.as_str(),
        event.header.on_behalf_of.as_ref().map(ActorId::as_str),
        event.header.imported_by.as_ref().map(ActorId::as_str),
        code,
        event.facts,
        event.personal,
        event.salt,
        event.commitment,
        event.hash,
    ]);
    written.map_err(fault)?;
    Ok(())
}
