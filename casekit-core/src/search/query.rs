//! What a person looks for.

use super::phone::typed_phone;
use crate::field::{FieldError, FieldRule};
use crate::model::limits;
use crate::text::{
    Kind, LONGEST_TERM, Word, cut, folded, folded_long, inside, joined, numbered, numbers_for, pairs, words,
};

/// What a person looks for: a text is found if it has one term at least of each word that was typed. The last word need
/// only be begun, with two characters at least.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Query {
    /// The words, all of which must be there.
    pub words: Vec<AnyOf>,
}

/// One word of a query, in each of its spellings: `e-mail` is there as `e` and `mail`, or as `email`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AnyOf {
    /// Terms of which one that is there whole is enough.
    pub whole: Vec<String>,
    /// Terms of which one that begins a term is enough; each has two characters or more.
    pub begun: Vec<String>,
}

impl Query {
    /// Reads what a person typed into `field`. Punctuation separates; there are no operators. One character is a whole
    /// word, the last one too: nobody reads all that begins with it.
    ///
    /// # Errors
    /// A text of more than [`limits::SHORT_TEXT`] characters or [`limits::QUERY_TERMS`] different words: every word is
    /// looked up in an index, so a longer text would keep a reader busy for minutes.
    pub fn parse(field: &str, text: &str) -> Result<Self, FieldError> {
        if text.chars().nth(limits::SHORT_TEXT).is_some() {
            return Err(FieldError::new(field, FieldRule::TooLong { limit: limits::SHORT_TEXT as u64 }));
        }
        let (short, long) = (folded(text), folded_long(text));
        let typed: Vec<Word<'_>> = words(&short).collect();
        let spellings = besides(&typed, long.as_deref());
        let open_ended = text.chars().next_back().is_some_and(|c| !c.is_whitespace());
        let mut query = Self::default();
        let last = typed.len().saturating_sub(1);
        for (place, (word, besides)) in typed.iter().zip(spellings).enumerate() {
            let spelled = |first: &str| {
                let mut any = AnyOf::default();
                any.add(first, word.kind == Kind::Spaced && place == last && open_ended);
                besides.iter().for_each(|(term, to_last)| any.add(term, *to_last && open_ended));
                any
            };
            let mut pairs = pairs(word.text).peekable();
            if word.kind == Kind::Unspaced && pairs.peek().is_some() {
                pairs.try_for_each(|pair| query.add(field, spelled(pair)))?;
            } else {
                query.add(field, spelled(cut(word.text)))?;
            }
        }
        Ok(query)
    }

    fn add(&mut self, field: &str, any: AnyOf) -> Result<(), FieldError> {
        if self.words.contains(&any) {
            return Ok(());
        }
        if self.words.len() == limits::QUERY_TERMS {
            return Err(FieldError::new(
                field,
                FieldRule::TooManyWords { limit: limits::QUERY_TERMS as u64 },
            ));
        }
        self.words.push(any);
        Ok(())
    }

    /// Reads what a person typed to find a customer: a telephone number by its digits, with the prefix of a country or
    /// without it, and anything else as [`parse`](Self::parse) does.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn of_customer(field: &str, text: &str) -> Result<Self, FieldError> {
        match typed_phone(text) {
            Some(begun) => Ok(Self { words: vec![AnyOf { whole: Vec::new(), begun }] }),
            None => Self::parse(field, text),
        }
    }

    /// The same, as staff look for it: also in own fields that are not for customers.
    #[must_use]
    pub fn inside(mut self) -> Self {
        for any in &mut self.words {
            for terms in [&mut any.whole, &mut any.begun] {
                let of_staff: Vec<String> = terms.iter().map(|term| inside(term)).collect();
                terms.extend(of_staff);
            }
        }
        self
    }

    /// Whether there is nothing to look for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether a text with these terms is found.
    #[must_use]
    pub fn matches(&self, terms: &[String]) -> bool {
        self.words.iter().all(|any| any.matches(terms))
    }
}

impl AnyOf {
    fn add(&mut self, term: &str, begun: bool) {
        let terms = if begun && term.chars().nth(1).is_some() { &mut self.begun } else { &mut self.whole };
        if !terms.iter().any(|there| there == term) {
            terms.push(term.to_owned());
        }
    }

    /// Every term, whole or begun.
    pub fn terms(&self) -> impl Iterator<Item = &str> {
        self.whole.iter().chain(&self.begun).map(String::as_str)
    }

    fn matches(&self, terms: &[String]) -> bool {
        terms.iter().any(|term| {
            self.whole.contains(term) || self.begun.iter().any(|begun| term.starts_with(begun.as_str()))
        })
    }
}

/// How else each word may be written, and whether that goes up to the last word: spelled out, joined with its
/// neighbours, as the digits of a number in groups, or as the number of a case.
///
/// A joined spelling stands beside each of its words. So a text has to have either all of the words, or the joined one.
fn besides(typed: &[Word<'_>], long: Option<&str>) -> Vec<Vec<(String, bool)>> {
    let mut besides: Vec<Vec<(String, bool)>> = vec![Vec::new(); typed.len()];
    let last = typed.len().saturating_sub(1);
    for (place, word) in long.map(words).into_iter().flatten().enumerate() {
        if let (Some(besides), Some(short)) = (besides.get_mut(place), typed.get(place))
            && word.text != short.text
        {
            besides.push((cut(word.text).to_owned(), place == last));
        }
    }
    let mut stand_beside = |start: usize, parts: usize, spelling: String, may_begin: bool| {
        let to_last = may_begin && start + parts > last;
        for word in besides.iter_mut().skip(start).take(parts) {
            word.push((spelling.clone(), to_last));
        }
    };
    for (place, word) in typed.iter().enumerate() {
        if word.ends_in_number() {
            stand_beside(place, 1, numbered(word.text), may_begin_number(word.text));
        }
    }
    let mut start = 0;
    for parts in typed.chunk_by(|before, word| word.is_joined_to(before)) {
        if let Some(joined) = joined(parts) {
            if let Some(number) = parts.last().filter(|part| part.is_number()) {
                stand_beside(start, parts.len(), numbered(&joined), may_begin_number(number.text));
            }
            stand_beside(start, parts.len(), joined, true);
        }
        start += parts.len();
    }
    start = 0;
    for groups in typed.chunk_by(|before, word| word.is_grouped_with(before)) {
        if groups.iter().all(Word::is_number) {
            numbers_for(groups)
                .into_iter()
                .for_each(|number| stand_beside(start, groups.len(), number, true));
        }
        start += groups.len();
    }
    for (place, pair) in typed.windows(2).enumerate() {
        if let [letters, number] = pair
            && number.is_number_of(letters)
        {
            let joined: String = letters.text.chars().chain(number.text.chars()).take(LONGEST_TERM).collect();
            stand_beside(place, 2, numbered(&joined), may_begin_number(number.text));
            stand_beside(place, 2, joined, true);
        }
    }
    besides
}

/// Whether the number of a case need only be begun. With fewer digits it begins thousands of them, each a term of its own
/// that has to be read: it is found once it is typed to the end.
fn may_begin_number(number: &str) -> bool {
    const DIGITS: usize = 4;
    number.bytes().rev().take_while(u8::is_ascii_digit).count() >= DIGITS
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

    #[test]
    fn the_number_of_a_case_need_only_be_begun_from_four_digits_on() {
        let begun = |text: &str| {
            let query = Query::parse("text", text).unwrap();
            query.words.iter().flat_map(|any| &any.begun).any(|term| term.starts_with('№'))
        };
        for (typed, expected) in [
            ("C-000", false),
            ("c000", false),
            ("C 000", false),
            ("C-0001", true),
            ("c0001", true),
            ("C 0001", true),
        ] {
            assert_eq!(begun(typed), expected, "{typed}");
            assert!(!begun(&format!("{typed} ")), "{typed}, to the end");
        }
    }
}
