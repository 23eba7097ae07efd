//! A query as FTS5 expressions, one for each term.
//!
//! FTS5 finds a whole word at once, and also a beginning of 2 to 4 characters, since the indexes have lists for these.
//! For a longer beginning it would read the list of every word that begins so, and merge them. So a longer beginning is
//! turned into the words that begin with it, which the table of words knows.

use casekit_core::search::Query;
use rusqlite::Connection;

use crate::error::{Result, fault};

/// The most characters of a beginning for which the indexes keep lists: the greatest `prefix` of their schema.
const LISTED: usize = 4;

/// The most words into which a longer beginning is turned. If there are more, FTS5 is left to merge them. That is rare,
/// since few words share five letters.
const WORDS: usize = 128;

/// An expression for each term of a query; `None` if no entry can have all of them.
pub(super) fn expressions(connection: &Connection, query: &Query) -> Result<Option<Vec<String>>> {
    if !query.whole.iter().chain(&query.begun).chain(&query.any).all(|term| is_term(term)) {
        // Core makes only terms of this form, so no entry has any other.
        return Ok(None);
    }
    // Every term is quoted, so nothing that was typed can act as an operator.
    let mut expressions: Vec<String> = query.whole.iter().map(|term| format!("\"{term}\"")).collect();
    if let Some(begun) = &query.begun {
        match begun_with(connection, begun)? {
            Some(expression) => expressions.push(expression),
            None => return Ok(None),
        }
    }
    if !query.any.is_empty() {
        let mut any = Vec::new();
        for begun in &query.any {
            any.extend(begun_with(connection, begun)?);
        }
        if any.is_empty() {
            return Ok(None);
        }
        expressions.push(any.join(" OR "));
    }
    Ok(Some(expressions))
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
    // FTS5 refuses an empty expression.
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
