//! Giving back pages that hold nothing, and making indexes of the search anew from which words went.

use rusqlite::{Connection, Transaction};

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

/// How many pages of an index are made anew at once: some hundred milliseconds on a slow disk.
const PAGES: i32 = 256;

/// What `file.words_gone` says.
const GONE: i64 = 1;
const UNDER_WAY: i64 = 2;

/// One step of making the indexes of the search anew, if words went since that was last done; says whether there is more to
/// do. A word that goes leaves an index at once, but its beginning can stay where it parts two pages from each other, until
/// these are written again.
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
            // FTS5 does not write again what is of one piece, so there must be another: with a key that nothing has.
            run(format!("INSERT INTO {table} (rowid, terms) VALUES (0, 'x')"))?;
            run(format!("INSERT INTO {table} ({table}) VALUES ('flush')"))?;
        }
        let before = change.total_changes();
        run(format!("INSERT INTO {table} ({table}, rank) VALUES ('merge', -{PAGES})"))?;
        // The least that FTS5 writes when it has done something.
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
