//! The table in memory in which FTS5 gathers the words of a transaction.
//!
//! FTS5 doubles it whenever it is half full, never makes it smaller, and goes through all of it with each transaction that
//! indexes anything. After an import a note of thirty words took twice as long as before it, for as long as the file was open.
//! No command makes it smaller; but it belongs to what FTS5 opens with the schema, and the schema can be read anew.

use rusqlite::Connection;

use crate::error::{Result, fault};

/// A transaction with more words than that leaves a table that is felt: about 16,000 places.
const MANY: usize = 2_000;

/// Reading the schema anew and preparing statements anew takes about as long as what so many transactions lose. So who goes
/// on with many words at once never pays for it, and who does not pays twice the least at most.
const PATIENCE: u32 = 32;

/// How large that table has become.
#[derive(Default)]
pub(super) struct Gathered {
    /// Whether a transaction brought many words.
    many: bool,
    /// How many have brought few since.
    few: u32,
}

impl Gathered {
    /// A transaction brought so many words.
    pub(super) fn met(&mut self, words: usize) {
        match (words, self.many) {
            (0, _) => {}
            (words, _) if words > MANY => *self = Self { many: true, few: 0 },
            (_, true) => self.few += 1,
            (_, false) => {}
        }
    }

    /// Whether it is worth while to begin with a small one.
    fn is_due(&self) -> bool {
        self.many && self.few >= PATIENCE
    }

    /// Begins with a small one, if that is worth while. No transaction may be under way.
    pub(super) fn begin_anew_if_bloated(&mut self, connection: &Connection) -> Result<()> {
        if !self.is_due() {
            return Ok(());
        }
        *self = Self::default();
        // Statements that are kept would keep what FTS5 has open.
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
