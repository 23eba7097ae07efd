//! Rebuilding the search from cases, notes and customers. It comes last, when their columns are correct.

use casekit_core::text::RULES;
use rusqlite::{Transaction, params};

use super::super::index;
use super::super::indexed::Indexed;
use super::super::words::Words;
use crate::error::{Result, fault};
use crate::read::check::search::is_whole;
use crate::searched::{self, Found};

/// Rebuilds indexes and words if they are wrong; returns 1 then, otherwise 0. `sound` says whether SQLite could read
/// the indexes.
pub(super) fn repair(change: &Transaction<'_>, sound: bool) -> Result<u64> {
    const EMPTY: &str = "INSERT INTO search (search) VALUES ('delete-all');
        INSERT INTO customer_search (customer_search) VALUES ('delete-all');
        INSERT INTO search (search, rank) VALUES ('secure-delete', 1);
        INSERT INTO customer_search (customer_search, rank) VALUES ('secure-delete', 1);
        DELETE FROM words";
    const MADE: &str = "UPDATE file SET words_gone = 0, text_rules = ?1";
    if sound && is_whole(change, &|| Ok(()))? {
        return Ok(0);
    }
    change.execute_batch(EMPTY).map_err(fault)?;
    let mut words = Words::default();
    let mut put = |index: Indexed, (rowid, terms): Found| {
        let mut statement = change.prepare_cached(index.put_in()).map_err(fault)?;
        statement.execute(params![rowid, terms.join(" ")]).map_err(fault)?;
        words.put(change, &terms)
    };
    searched::entries(change, |found| put(Indexed::Entries, found))?;
    searched::names(change, |found| put(Indexed::Names, found))?;
    change.execute(MADE, [RULES]).map_err(fault)?;
    index::check(change)?;
    Ok(1)
}
