//! What somebody looks for, as the text of a `tsquery`.

use casekit_core::search::{AnyOf, Query};

/// A query as text that is cast to `tsquery`. Each term is quoted, so that nothing that was typed is an operator; and a cast
/// parses no words, so that no dictionary touches them.
pub(crate) fn text_of(query: &Query) -> String {
    query.words.iter().map(word).collect::<Vec<_>>().join(" & ")
}

fn word(any: &AnyOf) -> String {
    let whole = any.whole.iter().map(|term| quoted(term));
    let begun = any.begun.iter().map(|term| quoted(term) + ":*");
    format!("({})", whole.chain(begun).collect::<Vec<_>>().join(" | "))
}

fn quoted(term: &str) -> String {
    format!("'{}'", term.replace('\\', "\\\\").replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_term_is_quoted_and_what_is_begun_says_so() {
        let any = |whole: &[&str], begun: &[&str]| AnyOf {
            whole: whole.iter().map(|term| (*term).to_owned()).collect(),
            begun: begun.iter().map(|term| (*term).to_owned()).collect(),
        };
        let query = Query { words: vec![any(&["e", "email"], &[]), any(&["a & !b"], &[r"o'b\x"])] };
        assert_eq!(text_of(&query), r"('e' | 'email') & ('a & !b' | 'o''b\\x':*)");
    }
}
