//! Taking destroyed bytes out of the write-ahead log.
//!
//! SQLite overwrites deleted bytes with zeros (`secure_delete`), but in new pages of the log: the old pages stay in the
//! log, and in the database, until a checkpoint. Only a log that was truncated has none of them.

use rusqlite::Connection;

use crate::error::{Result, fault};

/// Copies the pages of the write-ahead log into the database, and truncates the log unless somebody still reads from
/// it.
pub(crate) const BRING_HOME: &str = "PRAGMA wal_checkpoint(TRUNCATE)";

/// Whether destroyed bytes may still be in the log.
pub(crate) fn is_pending(connection: &Connection) -> Result<bool> {
    const PENDING: &str = "SELECT wipe_pending <> 0 FROM file";
    let mut statement = connection.prepare_cached(PENDING).map_err(fault)?;
    statement.query_row((), |row| row.get(0)).map_err(fault)
}

/// Truncates the log if destroyed bytes may be in it. Returns whether none are left: somebody who still reads from the
/// log keeps it from being truncated, and nobody waits for them here. No transaction may be open.
pub(super) fn wipe(connection: &Connection) -> Result<bool> {
    const DONE: &str = "UPDATE file SET wipe_pending = 0";
    if !is_pending(connection)? {
        return Ok(true);
    }
    let is_held: bool = connection.query_row(BRING_HOME, (), |row| row.get(0)).map_err(fault)?;
    if !is_held {
        connection.execute(DONE, ()).map_err(fault)?;
    }
    Ok(!is_held)
}
