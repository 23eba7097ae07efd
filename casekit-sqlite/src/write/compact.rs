//! Giving back free pages, and rewriting search indexes from which words were removed.

use rusqlite::{Connection, Transaction};

use crate::error::{Result, fault};
use crate::value::unsigned;

/// Gives back about this many bytes of free pages, at least one page, within the caller's transaction. Returns how
/// many.
pub(super) fn step(connection: &Connection, bytes: u64) -> Result<u64> {
    let before = free(connection)?;
    let pages = bytes / page_size(connection)?.max(1);
    // SQLite moves one page for each row that is read.
    let sql = format!("PRAGMA incremental_vacuum({})", pages.max(1));
    let mut statement = connection.prepare(&sql).map_err(fault)?;
    let mut rows = statement.query(()).map_err(fault)?;
    while rows.next().map_err(fault)?.is_some() {}
    Ok(before - free(connection)?)
}

/// How many pages of an index one step rewrites: some hundred milliseconds on a slow disk, for which other writers
/// wait.
const PAGES: i32 = 256;

/// The values of `file.words_gone`: words were removed since the last rewriting, or a rewriting is in progress. 0 is
/// neither.
const GONE: i64 = 1;
const UNDER_WAY: i64 = 2;

/// One step of rewriting the search indexes, if words were removed since that was last done. Returns 1 if more is to
/// do, 0 if not.
///
/// A removed word leaves an index at once, but its first characters can stay where they separate two pages, until these
/// pages are written again.
pub(super) fn merge(change: &Transaction<'_>) -> Result<u64> {
    const STATE: &str = "SELECT words_gone FROM file";
    const SET: &str = "UPDATE file SET words_gone = ?1";
    let state: i64 = change.query_row(STATE, (), |row| row.get(0)).map_err(fault)?;
    if state != GONE && state != UNDER_WAY {
        return Ok(0);
    }
    let mut worked = false;
    for table in ["search", "customer_search"] {
        let run = |sql: String| change.execute(&sql, ()).map_err(fault);
        if state == GONE {
            // FTS5 does not rewrite an index that is a single segment, so a second one is made, with a key that no
            // entry has. It is taken out again below.
            run(format!("INSERT INTO {table} (rowid, terms) VALUES (0, 'x')"))?;
            run(format!("INSERT INTO {table} ({table}) VALUES ('flush')"))?;
        }
        let before = change.total_changes();
        run(format!("INSERT INTO {table} ({table}, rank) VALUES ('merge', -{PAGES})"))?;
        // FTS5 makes at least two changes whenever it has merged something.
        worked |= change.total_changes() >= before + 2;
        if state == GONE {
            run(format!("INSERT INTO {table} ({table}, rowid, terms) VALUES ('delete', 0, 'x')"))?;
        }
    }
    let next = if worked || state == GONE { UNDER_WAY } else { 0 };
    if next != state {
        change.execute(SET, [next]).map_err(fault)?;
    }
    Ok(u64::from(next != 0))
}

/// How many bytes of the file are in free pages.
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
