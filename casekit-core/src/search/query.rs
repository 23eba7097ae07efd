//! What a person looks for.

use super::phone::typed_phone;
use crate::field::{FieldError, FieldRule};
use crate::model::limits;
use crate::text::{Purpose, cut, words};

/// What a person looks for, as terms that must all be there; the last word need only be begun, with two characters at least.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Query {
    /// Terms that must be there whole.
    pub whole: Vec<String>,
    /// A term that must be there, or one that begins with it.
    pub begun: Option<String>,
    /// Terms of which one must be there, or one that begins with it; empty for no such condition.
    pub any: Vec<String>,
}

impl Query {
    /// Reads what a person typed into `field`. Punctuation separates; there are no operators. One character is a whole
    /// word, the last one too: nobody reads all that begins with it.
    ///
    /// # Errors
    /// A text of more than [`limits::SHORT_TEXT`] characters or [`limits::QUERY_TERMS`] different terms: every term is
    /// looked up in an index, so a longer text would keep a reader busy for minutes.
    pub fn parse(field: &str, text: &str) -> Result<Self, FieldError> {
        if text.chars().nth(limits::SHORT_TEXT).is_some() {
            return Err(FieldError::new(field, FieldRule::TooLong { limit: limits::SHORT_TEXT as u64 }));
        }
        let words: Vec<String> = words(text).collect();
        let open_ended = text.chars().next_back().is_some_and(|c| !c.is_whitespace());
        let mut query = Self::default();
        let last = words.len().saturating_sub(1);
        for (place, word) in words.into_iter().enumerate() {
            let mut terms = cut(word, Purpose::Query);
            if place == last && open_ended {
                query.begun = terms.pop_if(|term| term.chars().nth(1).is_some());
            }
            for term in terms {
                if query.whole.contains(&term) {
                    continue;
                }
                query.whole.push(term);
                query.within_limit(field)?;
            }
        }
        query.within_limit(field)?;
        Ok(query)
    }

    fn within_limit(&self, field: &str) -> Result<(), FieldError> {
        if self.whole.len() + usize::from(self.begun.is_some()) <= limits::QUERY_TERMS {
            return Ok(());
        }
        Err(FieldError::new(field, FieldRule::TooManyWords { limit: limits::QUERY_TERMS as u64 }))
    }

    /// Reads what a person typed to find a customer: a telephone number by its digits, with the prefix of a country or
    /// without it, and anything else as [`parse`](Self::parse) does.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn of_customer(field: &str, text: &str) -> Result<Self, FieldError> {
        match typed_phone(text) {
            Some(any) => Ok(Self { any, ..Self::default() }),
            None => Self::parse(field, text),
        }
    }

    /// Whether there is nothing to look for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.whole.is_empty() && self.begun.is_none() && self.any.is_empty()
    }

    /// Whether a text with these terms is found.
    #[must_use]
    pub fn matches(&self, terms: &[String]) -> bool {
        let begun =
            self.begun.as_ref().is_none_or(|begun| terms.iter().any(|term| term.starts_with(begun.as_str())));
        let begins = |one: &String| terms.iter().any(|term| term.starts_with(one.as_str()));
        begun
            && (self.any.is_empty() || self.any.iter().any(begins))
            && self.whole.iter().all(|whole| terms.contains(whole))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> Option<FieldRule> {
        Query::parse("text", text).err().map(|error| error.rule)
    }

    #[test]
    fn a_query_of_more_than_1_000_characters_is_refused() {
        assert_eq!(refused(&"日".repeat(1_000)), None);
        assert_eq!(refused(&"日".repeat(1_001)), Some(FieldRule::TooLong { limit: 1_000 }));
    }

    #[test]
    fn a_query_of_more_than_64_different_terms_is_refused() {
        let words = |n: u32| (0..n).map(|n| format!("w{n} ")).collect::<String>();
        assert_eq!(refused(&words(64)), None);
        assert_eq!(refused(&words(65)), Some(FieldRule::TooManyWords { limit: 64 }));
        // The last word counts too, though it need only be begun; a word that is typed again does not.
        assert_eq!(refused(words(64).trim_end()), None);
        assert_eq!(refused(words(65).trim_end()), Some(FieldRule::TooManyWords { limit: 64 }));
        assert_eq!(refused(&"w1 ".repeat(200)), None);
        // A script without spaces is cut into pairs.
        let pairs: String = (0..66).filter_map(|n| char::from_u32(0x4E00 + n)).collect();
        assert_eq!(refused(&pairs), Some(FieldRule::TooManyWords { limit: 64 }));
    }
}
