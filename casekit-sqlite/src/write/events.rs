//! Writing events, which are only ever appended.

use casekit_core::commit::StoredEvent;
use rusqlite::{Transaction, params};

use crate::error::{Result, fault};
use crate::keys::Keys;
use crate::value::{integer, micros};

/// Writes an event. `stream` is the key of its stream; the stored bytes are those that were hashed.
pub(super) fn insert(
    change: &Transaction<'_>,
    keys: &Keys<'_>,
    event: &StoredEvent,
    stream: i64,
) -> Result<()> {
    const SQL: &str = "INSERT INTO events (position, stream, revision, at, actor, on_behalf_of, imported_by,
        request, facts, personal, salt, commitment, hash)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
    let mut statement = change.prepare_cached(SQL).map_err(fault)?;
    let written = statement.execute(params![
        integer(event.position),
        stream,
        integer(event.revision),
        micros(event.header.at),
        keys.person(&event.header.actor)?,
        keys.optional_person(event.header.on_behalf_of.as_ref())?,
        keys.optional_person(event.header.imported_by.as_ref())?,
        event.request,
        event.facts,
        event.personal,
        event.salt,
        event.commitment,
        event.hash,
    ]);
    written.map_err(fault)?;
    Ok(())
}
