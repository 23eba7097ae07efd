//! The hash table in memory in which FTS5 gathers the words of a transaction.
//!
//! FTS5 doubles the table whenever it is half full, never shrinks it, and scans all of it in each transaction that
//! indexes anything. After an import a note of thirty words took twice as long as before, for as long as the file was
//! open. No command shrinks the table; but FTS5 opens it with the schema, and SQLite can be told to read the schema
//! again.

use rusqlite::Connection;

use crate::error::{Result, fault};

/// A transaction with more words than this leaves a table whose scan can be measured: about 16,000 slots.
const MANY: usize = 2_000;

/// How many small transactions pass before the schema is read again. Reading it and preparing the statements again
/// costs about as much as this many transactions lose to a large table. So a writer that continues with large
/// transactions never pays for it, and any other pays at most twice the least possible.
const PATIENCE: u32 = 32;

/// Whether the table is large, as far as the numbers of words tell.
#[derive(Default)]
pub(super) struct Gathered {
    /// Whether a transaction had more than `MANY` words since the schema was last read.
    many: bool,
    /// How many transactions that indexed fewer words, but some, followed it.
    few: u32,
}

impl Gathered {
    /// Counts a transaction by the number of words that it indexes.
    pub(super) fn met(&mut self, words: usize) {
        match (words, self.many) {
            (0, _) => {}
            (words, _) if words > MANY => *self = Self { many: true, few: 0 },
            (_, true) => self.few += 1,
            (_, false) => {}
        }
    }

    /// Whether a new table now costs less than the large one.
    fn is_due(&self) -> bool {
        self.many && self.few >= PATIENCE
    }

    /// Has FTS5 start with a small table again, if that is due. No transaction may be open.
    ///
    /// # Errors
    /// A fault; the connection should then be closed.
    pub(super) fn begin_anew_if_bloated(&mut self, connection: &Connection) -> Result<()> {
        if !self.is_due() {
            return Ok(());
        }
        *self = Self::default();
        // First the cached statements, which would keep FTS5's old table open.
        connection.flush_prepared_statement_cache();
        connection.execute_batch("PRAGMA writable_schema = RESET").map_err(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(brought: impl IntoIterator<Item = usize>) -> bool {
        let mut gathered = Gathered::default();
        brought.into_iter().for_each(|words| gathered.met(words));
        gathered.is_due()
    }

    #[test]
    fn a_small_table_is_begun_once_few_words_came_as_often_as_that_costs() {
        let few = |often: usize| std::iter::repeat_n(30, often);
        assert!(after([MANY + 1].into_iter().chain(few(32))));
        assert!(!after([MANY + 1].into_iter().chain(few(31))));
        assert!(!after(few(1_000)));
        assert!(!after([MANY; 100]));
    }

    #[test]
    fn who_goes_on_with_many_words_keeps_the_table() {
        assert!(!after((0..1_000).map(|turn| if turn % 20 == 0 { MANY + 1 } else { 30 })));
    }

    #[test]
    fn what_indexes_nothing_does_not_count() {
        assert!(!after([MANY + 1].into_iter().chain([0; 1_000])));
    }
}
