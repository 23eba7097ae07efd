//! Filling the indexes of the search from nothing.

use rusqlite::config::DbConfig;
use rusqlite::{Transaction, params};

use super::indexed::Indexed;
use super::words::Words;
use crate::error::{Result, fault};
use crate::read::check::search::refresh;
use crate::searched::{Found, Part};

/// Takes everything out of the indexes and the table of words, and with it what words that went have left behind. The
/// settings of the indexes are those of a new file afterwards.
pub(super) fn empty(change: &Transaction<'_>) -> Result<()> {
    const EMPTY: &str = "INSERT INTO search (search) VALUES ('delete-all');
        INSERT INTO customer_search (customer_search) VALUES ('delete-all');
        DELETE FROM words;
        UPDATE file SET words_gone = 0";
    // FTS5's own ones except for the last, said one by one: what it has read from the file stays in its memory.
    const SETTINGS: [(&str, i64); 6] = [
        ("pgsz", 4_050),
        ("hashsize", 1_048_576),
        ("automerge", 4),
        ("usermerge", 4),
        ("crisismerge", 16),
        ("secure-delete", 1),
    ];
    const OTHERS: &str = "DELETE FROM search_config WHERE k NOT IN ('version', 'secure-delete');
        DELETE FROM customer_search_config WHERE k NOT IN ('version', 'secure-delete')";
    change.execute_batch(EMPTY).map_err(fault)?;
    for index in ["search", "customer_search"] {
        let sql = format!("INSERT INTO {index} ({index}, rank) VALUES (?1, ?2)");
        for setting in SETTINGS {
            change.execute(&sql, setting).map_err(fault)?;
        }
    }
    behind(change, OTHERS)
}

/// Writes anew which format the indexes have, if FTS5 cannot read one of them: an index of a format that it does not know it
/// does not even empty. The caller makes the rest anew.
pub(super) fn say_format(change: &Transaction<'_>) -> Result<()> {
    const FORMAT: &str = "DELETE FROM search_config; DELETE FROM customer_search_config;
        INSERT INTO search_config VALUES ('version', 4); INSERT INTO customer_search_config VALUES ('version', 4)";
    if refresh(change)? { Ok(()) } else { behind(change, FORMAT) }
}

/// Writes to the tables behind an index, which SQLite otherwise protects from everybody but FTS5.
fn behind(change: &Transaction<'_>, sql: &str) -> Result<()> {
    change.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, false).map_err(fault)?;
    let written = change.execute_batch(sql).map_err(fault);
    change.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true).map_err(fault)?;
    written
}

/// Puts entries in, with the words that they bring.
#[derive(Default)]
pub(super) struct Fill {
    words: Words,
}

impl Fill {
    pub(super) fn put(&mut self, change: &Transaction<'_>, part: Part, (rowid, terms): Found) -> Result<()> {
        let index = match part {
            Part::Cases | Part::Notes => Indexed::Entries,
            Part::Names => Indexed::Names,
        };
        let mut statement = change.prepare_cached(index.put_in()).map_err(fault)?;
        statement.execute(params![rowid, terms.join(" ")]).map_err(fault)?;
        self.words.put(change, &terms)
    }
}
