//! What is found by words, while they are typed too.

use std::collections::{BTreeSet, HashSet};

use rusqlite::{Transaction, params};

use super::{Id, Raw, Row};
use crate::timing::Outcome;

/// Words that are known to be in `words`, so that they are not written again.
#[derive(Default)]
pub(super) struct Known(HashSet<String>);

impl Known {
    const MOST: usize = 20_000;

    fn learn(&mut self, word: &str) {
        if self.0.len() < Self::MOST {
            self.0.insert(word.to_owned());
        }
    }
}

/// Something that can be found.
pub(super) struct Entry {
    /// The position of the event that raised a case or added a note.
    pub(super) position: i64,
    pub(super) is_note: bool,
    pub(super) terms: String,
}

/// The words of a text, with spaces between.
pub(super) fn terms(text: &str) -> String {
    text.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { ' ' }).collect()
}

/// Writes what can be found, and the words that are new: a bulk at its end, when each word comes once and in order.
pub(super) fn write(change: &Transaction<'_>, known: &mut Known, entries: &[Entry]) -> Outcome {
    let mut new = BTreeSet::new();
    let mut index = change.prepare_cached("INSERT INTO search (rowid, terms) VALUES (?1, ?2)")?;
    for entry in entries {
        index.execute(params![entry.position * 2 + i64::from(entry.is_note), entry.terms])?;
        new.extend(entry.terms.split_ascii_whitespace().filter(|word| !known.0.contains(*word)));
    }
    let mut keep = change.prepare_cached("INSERT OR IGNORE INTO words (word) VALUES (?1)")?;
    for word in new {
        keep.execute([word])?;
        known.learn(word);
    }
    Ok(())
}

/// A case or a note that was found.
#[allow(dead_code, reason = "fetched as a screen would; nobody looks here")]
pub(crate) struct Hit<'a> {
    pub(crate) case: Row<'a>,
    pub(crate) note: Option<Id>,
    pub(crate) visibility: Option<i64>,
}

/// How many columns a row of a list has.
const COLUMNS: usize = 17;

impl Raw {
    /// Newest entries first: all words must be there, and the last need only be begun, unless a space follows it.
    pub(crate) fn search(&self, text: &str) -> Outcome<Vec<Hit<'_>>> {
        const SQL: &str = concat!(
            "SELECT ",
            super::page::columns!(),
            ", n.id, n.visibility FROM search
             LEFT JOIN notes n ON n.entry = search.rowid >> 1 AND search.rowid & 1 = 1
             CROSS JOIN cases c ON c.number = CASE WHEN search.rowid & 1 = 1 THEN n.number
                ELSE (SELECT stream FROM events WHERE position = search.rowid >> 1) END
             LEFT JOIN customers u ON u.key = c.customer
             WHERE search MATCH ?1 ORDER BY search.rowid DESC LIMIT 51"
        );
        let Some(asked) = self.asked(text)? else { return Ok(Vec::new()) };
        let mut statement = self.connection.prepare_cached(SQL)?;
        let hit = |row: &rusqlite::Row<'_>| {
            Ok(Hit { case: self.row(row)?, note: row.get(COLUMNS)?, visibility: row.get(COLUMNS + 1)? })
        };
        Ok(statement.query_map([asked], hit)?.collect::<Result<_, _>>()?)
    }

    /// What FTS5 is asked; `None` if no word begins so.
    fn asked(&self, text: &str) -> Outcome<Option<String>> {
        let terms = terms(text);
        let mut words: Vec<&str> = terms.split_ascii_whitespace().collect();
        let begun = if text.ends_with(' ') { None } else { words.pop() };
        let mut asked: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
        match begun {
            None => {}
            Some(begun) if begun.len() < 2 => asked.push(format!("\"{begun}\"")),
            Some(begun) if begun.len() <= 4 => asked.push(format!("\"{begun}\"*")),
            Some(begun) => {
                let found = self.words_from(begun)?;
                match found.len() {
                    0 => return Ok(None),
                    1..=128 => asked.push(format!("(\"{}\")", found.join("\" OR \""))),
                    _ => asked.push(format!("\"{begun}\"*")),
                }
            }
        }
        Ok((!asked.is_empty()).then(|| asked.join(" AND ")))
    }

    /// Words that begin so, up to one more than are asked for by name.
    fn words_from(&self, begun: &str) -> Outcome<Vec<String>> {
        const SQL: &str = "SELECT word FROM words WHERE word >= ?1 AND word < ?2 LIMIT 129";
        let mut statement = self.connection.prepare_cached(SQL)?;
        let words = statement.query_map([begun, &format!("{begun}\u{10ffff}")], |row| row.get(0))?;
        Ok(words.collect::<Result<_, _>>()?)
    }
}
