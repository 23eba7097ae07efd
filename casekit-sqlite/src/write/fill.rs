//! Filling the indexes of the search from nothing.

use rusqlite::{Transaction, params};

use super::indexed::Indexed;
use super::words::Words;
use crate::error::{Result, fault};
use crate::searched::{Found, Part};

/// Takes everything out of the indexes and the table of words, and with it what words that went have left behind.
pub(super) fn empty(change: &Transaction<'_>) -> Result<()> {
    // `delete-all` resets the settings of an index, too.
    const EMPTY: &str = "INSERT INTO search (search) VALUES ('delete-all');
        INSERT INTO customer_search (customer_search) VALUES ('delete-all');
        INSERT INTO search (search, rank) VALUES ('secure-delete', 1);
        INSERT INTO customer_search (customer_search, rank) VALUES ('secure-delete', 1);
        DELETE FROM words;
        UPDATE file SET words_gone = 0";
    change.execute_batch(EMPTY).map_err(fault)
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
