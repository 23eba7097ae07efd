//! Giving back pages that hold nothing.

use rusqlite::Connection;

use crate::error::{Result, fault};
use crate::value::unsigned;

/// Gives back about so many bytes, within the transaction of the caller; says how many.
pub(super) fn step(connection: &Connection, bytes: u64) -> Result<u64> {
    let before = free(connection)?;
    let pages = bytes / page_size(connection)?.max(1);
    // Each row of the answer is a page on its way.
    let sql = format!("PRAGMA incremental_vacuum({})", pages.max(1));
    let mut statement = connection.prepare(&sql).map_err(fault)?;
    let mut rows = statement.query(()).map_err(fault)?;
    while rows.next().map_err(fault)?.is_some() {}
    Ok(before - free(connection)?)
}

/// The bytes of the file that hold nothing.
pub(crate) fn free(connection: &Connection) -> Result<u64> {
    Ok(number(connection, "freelist_count")? * page_size(connection)?)
}

fn page_size(connection: &Connection) -> Result<u64> {
    number(connection, "page_size")
}

fn number(connection: &Connection, pragma: &str) -> Result<u64> {
    let mut found = Ok(0);
    connection
        .pragma_query(None, pragma, |row| {
            found = unsigned(row, 0);
            Ok(())
        })
        .map_err(fault)?;
    found
}
