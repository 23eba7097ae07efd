//! The table of words: every term that stands in an index of the search, so that who types the beginning of one is given
//! those that there are.
//!
//! Words are written with what is indexed, in the same transaction. None is counted: a counter would dirty a page for
//! each word of each note. Whether a word that a text lost is left elsewhere is asked of the indexes.

use std::collections::{BTreeSet, HashSet};

use rusqlite::Transaction;

use super::indexed::Indexed;
use crate::error::{Result, fault};

/// How many words a writer knows to be there: those that most texts are made of, in about a megabyte. Who knows a word
/// neither writes it nor looks it up.
const KNOWN: usize = 20_000;

/// The words that a writer knows to be there.
#[derive(Default)]
pub(crate) struct Words {
    known: HashSet<Box<str>>,
}

impl Words {
    /// Nothing is known to be there: what was written may have been undone.
    pub(super) fn forget(&mut self) {
        self.known.clear();
    }

    /// These came into an index.
    pub(super) fn put(&mut self, change: &Transaction<'_>, came: &[String]) -> Result<()> {
        const PUT: &str = "INSERT OR IGNORE INTO words (word) VALUES (?1)";
        let mut put = change.prepare_cached(PUT).map_err(fault)?;
        for word in came.iter().filter(|word| !word.is_empty()) {
            if self.known.contains(word.as_str()) {
                continue;
            }
            put.execute([word]).map_err(fault)?;
            if self.known.len() == KNOWN {
                self.forget();
            }
            self.known.insert(word.as_str().into());
        }
        Ok(())
    }

    /// These went from a text: who stands in no index any more goes. Says whether one did.
    pub(super) fn drop_unless_left(
        &mut self,
        change: &Transaction<'_>,
        gone: &BTreeSet<String>,
    ) -> Result<bool> {
        const DROP: &str = "DELETE FROM words WHERE word = ?1";
        let mut dropped = false;
        for word in gone {
            if !is_left(change, word)? {
                change.prepare_cached(DROP).and_then(|mut drop| drop.execute([word])).map_err(fault)?;
                self.known.remove(word.as_str());
                dropped = true;
            }
        }
        Ok(dropped)
    }
}

fn is_left(change: &Transaction<'_>, word: &str) -> Result<bool> {
    let quoted = format!("\"{word}\"");
    for index in Indexed::ALL {
        let mut any = change.prepare_cached(index.any()).map_err(fault)?;
        if any.exists([&quoted]).map_err(fault)? {
            return Ok(true);
        }
    }
    Ok(false)
}
