//! The table of words: every term in the search indexes, so that a search for the beginning of a word finds the words
//! that exist.
//!
//! Words are written in the same transaction as the entries that contain them. They are not counted: a counter would
//! dirty a page for each word of each note. Whether a word is still used after a text lost it is asked of the indexes.

use std::collections::{BTreeSet, HashSet};

use rusqlite::Transaction;

use super::indexed::Indexed;
use crate::error::{Result, fault};

/// How many words the writer remembers as written: enough for those that most texts are made of, in about a megabyte. A
/// remembered word is neither written nor looked up.
const KNOWN: usize = 20_000;

/// The words that the writer remembers as written.
#[derive(Default)]
pub(crate) struct Words {
    known: HashSet<Box<str>>,
}

impl Words {
    /// Forgets every word, since the transaction that wrote it may have been rolled back.
    pub(super) fn forget(&mut self) {
        self.known.clear();
    }

    /// Writes the words that were added to an index, unless they are remembered.
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

    /// Deletes those words, all lost by some text, that no index contains any more. Returns whether any was deleted.
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
