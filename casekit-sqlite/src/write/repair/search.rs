//! Rebuilding the search from cases, notes and customers. It comes last, when their columns are correct.

use std::ops::ControlFlow;

use rusqlite::Transaction;
use rusqlite::config::DbConfig;

use super::super::fill::{self, Fill};
use super::super::index;
use super::super::rebuild::Place;
use crate::error::{Result, fault};
use crate::read::check::search::{is_whole, refresh};
use crate::searched::Part;

/// Rebuilds indexes and words if they are wrong; returns 1 then, otherwise 0. `sound` says whether SQLite could read
/// the indexes.
pub(super) fn repair(change: &Transaction<'_>, sound: bool) -> Result<u64> {
    if sound && is_whole(change, &|| Ok(()))? {
        return Ok(0);
    }
    fill::empty(change)?;
    let mut fill = Fill::default();
    for part in Part::ALL {
        part.rows(change, i64::MIN, |_, row| fill.put(change, part, row).map(ControlFlow::Continue))?;
    }
    Place::Done.write(change)?;
    index::check(change)?;
    Ok(1)
}

/// Writes anew which format the indexes have, if FTS5 cannot read one of them: an index of a format that it does not know it
/// does not even empty. The rest is made anew by [`repair`].
pub(super) fn say_format(change: &Transaction<'_>) -> Result<()> {
    const FORMAT: &str = "DELETE FROM search_config; DELETE FROM customer_search_config;
        INSERT INTO search_config VALUES ('version', 4); INSERT INTO customer_search_config VALUES ('version', 4)";
    if refresh(change)? {
        return Ok(());
    }
    // Otherwise SQLite protects the tables behind an index from everybody but FTS5.
    change.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, false).map_err(fault)?;
    let said = change.execute_batch(FORMAT).map_err(fault);
    change.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true).map_err(fault)?;
    said
}
