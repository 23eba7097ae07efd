//! What a person looks for, as FTS5 reads it.

use casekit_core::text::Query;
use rusqlite::types::Value;

/// A query as FTS5 reads it. Every term stands in quotes, so nothing that was typed is an operator.
pub(super) fn match_expression(query: &Query) -> Value {
    if !query.whole.iter().chain(&query.begun).all(|term| is_term(term)) {
        // No entry has what is no term; an empty phrase matches nothing.
        return Value::Text("\"\"".to_owned());
    }
    let whole = query.whole.iter().map(|term| format!("\"{term}\""));
    let begun = query.begun.iter().map(|term| format!("\"{term}\"*"));
    Value::Text(whole.chain(begun).collect::<Vec<_>>().join(" "))
}

/// Whether it is one word to the tokenizer, as every term of the core is: no quote, no space.
fn is_term(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || !c.is_ascii())
}
