//! What a person looks for, as expressions that FTS5 reads: one for each term.
//!
//! FTS5 finds a word at once, and all that begins with 2 to 4 characters too, for which it keeps lists of their own. A
//! longer beginning it would look for in every word and merge what they have; so that is asked as the words that begin
//! with it, which the table of words knows.

use casekit_core::text::Query;
use rusqlite::Connection;

use crate::error::{Result, fault};

/// The most characters of a beginning for which the indexes keep lists: the greatest `prefix` of their schema.
const LISTED: usize = 4;

/// How many words a longer beginning is asked as at most. Beyond, FTS5 goes through all of them by itself: seldom, since
/// five letters leave few words.
const WORDS: usize = 128;

/// An expression for each term of a query; `None` if nothing can have all of them.
pub(super) fn expressions(connection: &Connection, query: &Query) -> Result<Option<Vec<String>>> {
    if !query.whole.iter().chain(&query.begun).all(|term| is_term(term)) {
        // No entry has what is no term.
        return Ok(None);
    }
    // Every term stands in quotes, so nothing that was typed is an operator.
    let mut expressions: Vec<String> = query.whole.iter().map(|term| format!("\"{term}\"")).collect();
    if let Some(begun) = &query.begun {
        match begun_with(connection, begun)? {
            Some(expression) => expressions.push(expression),
            None => return Ok(None),
        }
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
    // FTS5 takes no expression that says nothing.
    Ok((!quoted.is_empty()).then(|| quoted.join(" OR ")))
}

/// The words that begin so, up to one more than are asked for.
fn words(connection: &Connection, begun: &str) -> Result<Vec<String>> {
    const SQL: &str = "SELECT word FROM words WHERE word >= ?1 AND word < ?2 LIMIT ?3";
    // No word has the last character that there is, so this comes after all that begin so.
    let beyond = format!("{begun}{}", char::MAX);
    let params: [&dyn rusqlite::ToSql; 3] = [&begun, &beyond, &(WORDS as i64 + 1)];
    crate::rows::rows(connection, SQL, &params, |row| row.get(0).map_err(fault))
}

/// Whether it is one word to the tokenizer, as every term of the core is: no quote, no space.
fn is_term(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || !c.is_ascii())
}
