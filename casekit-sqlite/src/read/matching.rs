//! A query as FTS5 expressions, one for each word.
//!
//! FTS5 finds a whole word at once, and also a beginning of 2 to 4 characters, since the indexes have lists for these.
//! For a longer beginning it would read the list of every word that begins so, and merge them. So a longer beginning is
//! with_items into the words that begin with it, which the table of words knows.

use casekit_core::search::{AnyOf, Query};
use rusqlite::Connection;

use crate::error::{Result, fault};

/// The most characters of a beginning for which the indexes keep lists: the greatest `prefix` of their schema.
const LISTED: usize = 4;

/// The most words into which a longer beginning is with_items. If there are more, FTS5 is left to merge them. That is rare,
/// since few words share five letters.
const WORDS: usize = 128;

/// An expression for each word of a query, with all of its spellings; `None` if no entry can have all of them.
pub(super) fn expressions(connection: &Connection, query: &Query) -> Result<Option<Vec<String>>> {
    let mut expressions = Vec::with_capacity(query.words.len());
    for any in &query.words {
        match any_of(connection, any)? {
            Some(expression) => expressions.push(expression),
            None => return Ok(None),
        }
    }
    Ok(Some(expressions))
}

/// An expression for the entries that have one of the terms; `None` if no entry can.
fn any_of(connection: &Connection, any: &AnyOf) -> Result<Option<String>> {
    if !any.terms().all(is_term) {
        // Core makes only terms of this form, so no entry has any other.
        return Ok(None);
    }
    // Every term is quoted, so nothing that was typed can act as an operator.
    let mut terms: Vec<String> = any.whole.iter().map(|term| format!("\"{term}\"")).collect();
    for begun in &any.begun {
        terms.extend(begun_with(connection, begun)?);
    }
    // FTS5 refuses an empty expression.
    Ok((!terms.is_empty()).then(|| terms.join(" OR ")))
}

fn begun_with(connection: &Connection, begun: &str) -> Result<Option<String>> {
    let listed = format!("\"{begun}\"*");
    if begun.chars().nth(LISTED).is_none() {
        return Ok(Some(listed));
    }
    let words = words(connection, begun)?;
    if words.len() > WORDS {
        return Ok(Some(listed));
    }
    let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    Ok((!quoted.is_empty()).then(|| quoted.join(" OR ")))
}

/// The words with this beginning: at most `WORDS` and one more, which tells that there are too many.
fn words(connection: &Connection, begun: &str) -> Result<Vec<String>> {
    const SQL: &str = "SELECT word FROM words WHERE word >= ?1 AND word < ?2 LIMIT ?3";
    // No word contains the greatest character, so this is after every word with that beginning.
    let beyond = format!("{begun}{}", char::MAX);
    let params: [&dyn rusqlite::ToSql; 3] = [&begun, &beyond, &(WORDS as i64 + 1)];
    crate::rows::rows(connection, SQL, &params, |row| row.get(0).map_err(fault))
}

/// Whether the tokenizer takes the text for one word, as it does every term of core: it has no quote and no space.
fn is_term(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || !c.is_ascii())
}
