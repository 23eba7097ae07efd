//! Normalising and segmenting, the same for every store.
//!
//! Names are compared folded ([`fold_name`]: without case, width and outer space; accents count). Search compares
//! terms ([`terms`]: accents and case do not count, what is not shown parts no words, and scripts that write no spaces are
//! cut into pairs), so that `strasse` finds `Straße`, `email` finds `e-mail`, and `返金` is found inside a sentence.

mod fold;
mod joined;
mod letters;
#[cfg(any(test, feature = "conformance"))]
pub(crate) mod typed;
mod words;

use std::borrow::Cow;
use std::collections::HashSet;

use unicode_normalization::UnicodeNormalization;

pub use fold::folded;
pub(crate) use fold::folded_long;
use fold::{fold_case, folded_long_words};
pub(crate) use joined::{joined, numbers_for};
pub use letters::is_ignorable;
pub(crate) use words::{Kind, Word, words};

/// How names are compared for being the same: without case, width and outer space.
#[must_use]
pub fn fold_name(name: &str) -> String {
    if name.is_ascii() {
        return name.trim().to_ascii_lowercase();
    }
    fold_case(name.trim().nfkc()).nfkc().collect()
}

/// The number of these rules. It grows with every change by which a text gives other terms: a store keeps the number by
/// which its terms were made. How names are folded is not part of it, since names in use were folded when they were given.
pub const RULES: u32 = 3;

/// The most characters of a term. What is longer is cut, in a query too: it is found by its beginning.
pub const LONGEST_TERM: usize = 64;

/// The most terms that one text gives: the first of them. Longer texts are found by how they begin.
pub const MOST_TERMS: usize = 20_000;

/// The terms of a text, each once: what a store indexes. First come its words in their order, and then what they are
/// written as besides: joined, in digits, or spelled out. At most [`MOST_TERMS`], none longer than [`LONGEST_TERM`], so
/// that every engine can keep them as they are.
#[must_use]
pub fn terms(text: &str) -> Vec<String> {
    let short = folded(text);
    let long = folded_long_words(text);
    let texts: Vec<Vec<Word<'_>>> =
        std::iter::once(&short).chain(&long).map(|folded| words(folded).collect()).collect();
    let mut terms = Terms::default();
    for words in &texts {
        terms.take_words(words);
    }
    for words in &texts {
        terms.take_joined(words);
    }
    terms.in_order
}

/// Terms in their order, and which there are: most of a text borrows its words, and copies each once.
#[derive(Default)]
struct Terms<'a> {
    in_order: Vec<String>,
    seen: HashSet<Cow<'a, str>>,
}

impl<'a> Terms<'a> {
    fn take(&mut self, term: Cow<'a, str>) {
        if self.in_order.len() < MOST_TERMS && !self.seen.contains(&term) {
            self.in_order.push(term.as_ref().to_owned());
            self.seen.insert(term);
        }
    }

    fn take_words(&mut self, words: &[Word<'a>]) {
        for word in words {
            match word.kind {
                Kind::Spaced | Kind::Sign => self.take(Cow::Borrowed(cut(word.text))),
                Kind::Unspaced => {
                    let single = word.text.char_indices().map(|(at, c)| word.text.get(at..at + c.len_utf8()));
                    single.flatten().for_each(|single| self.take(Cow::Borrowed(single)));
                    pairs(word.text).for_each(|pair| self.take(Cow::Borrowed(pair)));
                }
            }
            if self.in_order.len() == MOST_TERMS {
                return;
            }
        }
    }

    fn take_joined(&mut self, words: &[Word<'a>]) {
        for parts in words.chunk_by(|before, word| word.is_joined_to(before)) {
            joined(parts).into_iter().for_each(|joined| self.take(Cow::Owned(joined)));
        }
        for groups in words.chunk_by(|before, word| word.is_grouped_with(before)) {
            match groups {
                [word] if !word.has_digits() => {}
                [word] if !word.is_number() => {
                    joined::numbers_of(word.text).for_each(|number| self.take(Cow::Borrowed(cut(number))))
                }
                groups => {
                    joined::numbers_in(groups).into_iter().for_each(|number| self.take(Cow::Owned(number)));
                }
            }
        }
    }
}

/// The beginning of a word that is kept of it.
pub(crate) fn cut(word: &str) -> &str {
    let end = word.char_indices().nth(LONGEST_TERM).map_or(word.len(), |(at, _)| at);
    word.get(..end).unwrap_or(word)
}

/// The term of a case's number with its prefix. It begins with a character that Unicode decomposes, so no text gives it, and
/// who types the prefix alone does not begin every number.
pub(crate) fn numbered(number: &str) -> String {
    cut(&format!("№{number}")).to_owned()
}

/// The same term as only staff can look for it, which no text and no number gives.
pub(crate) fn inside(term: &str) -> String {
    format!("№№{term}")
}

/// The pairs of characters side by side in a word: all of it, if it has two, and none, if it has one.
pub(crate) fn pairs(word: &str) -> impl Iterator<Item = &str> {
    let starts = word.char_indices().map(|(at, _)| at);
    let ends = word.char_indices().skip(1).map(|(at, c)| at + c.len_utf8());
    starts.zip(ends).filter_map(|(start, end)| word.get(start..end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::Query;

    #[test]
    fn texts_are_found_as_people_type_in_every_script() {
        let mut wrong = Vec::new();
        for row in typed::TYPED {
            let typed = row.finds.iter().map(|typed| (typed, true));
            for (typed, found) in typed.chain(row.misses.iter().map(|typed| (typed, false))) {
                if finds(typed, row.text) != found {
                    wrong.push(format!("{}: `{typed}`, {found}: {:?}", row.what, terms(row.text)));
                }
            }
        }
        assert_eq!(wrong, Vec::<String>::new());
    }

    #[test]
    fn a_text_is_folded_in_parts_as_it_is_as_a_whole() {
        // Every two of these side by side, thrice: marks after letters and separators, what decomposes into separators,
        // scripts without spaces, and what folds to ASCII.
        const PARTS: &str = "a|Straße|SS| |,|=|\u{338}|e\u{301}|\u{301}|½|İ|\u{307}|K|ﬁ|返金|x返|ガ|カ\u{3099}|\u{3099}|\
            ｶﾞ|हिन्दी|ไทย|مَ|한|①|´|\u{a0}|ΟΣ|㎏/7|ł";
        let whole = |text: &str| -> String {
            let text = text.replace('´', "'");
            let folded: String = fold_case(text.nfkd().filter(|c| !letters::is_dropped(*c))).nfc().collect();
            let typed = |c: char| letters::typed(c).map_or_else(|| c.to_string(), str::to_owned);
            folded.chars().map(typed).collect()
        };
        let parts: Vec<&str> = PARTS.split('|').collect();
        for first in &parts {
            for second in &parts {
                for third in &parts {
                    let text = format!("{first}{second}{third} {second}{first}");
                    assert_eq!(folded(&text), whole(&text), "{text:?}");
                }
            }
        }
    }

    fn finds(query: &str, text: &str) -> bool {
        Query::parse("text", query).unwrap().matches(&terms(text))
    }

    /// Another answer is another version of the rules: see ADR 26 before these lines are changed.
    #[test]
    fn the_terms_of_fixed_texts_are_those_of_rules_2() {
        let kept = [
            ("Refund of ORDER 4711, x2; don't", "refund of order 4711 x2 don t dont"),
            ("Straße Ärger ﬁx ΟΔΟΣ", "strasse arger fix οδοσ aerger"),
            ("Zażółć İstanbul INV2024-0001", "zazolc istanbul inv2024 0001 inv20240001 2024"),
            ("昨日の返金 ｶﾞｽ 한국어", "昨 日 の 返 金 昨日 日の の返 返金 ガ ス ガス 한 국 어 한국 국어"),
            ("مَرْحَبًا हिन्दी ไทย ٣", "مرحبا हिन\u{94d}दी ไ ท ย ไท ทย 3"),
            ("+49 30 55501234 👍🏽", "49 30 55501234 👍 493055501234 93055501234 3055501234 055501234"),
        ];
        for (text, joined) in kept {
            assert_eq!(terms(text).join(" "), joined, "{text}");
        }
        assert_eq!(RULES, 3);
    }

    /// Names in use were folded when they were given. Another answer is another version of the schema, which folds them
    /// again.
    #[test]
    fn names_are_folded_as_they_were_in_every_file() {
        assert_eq!(fold_name(" Ｂｕｇ STRAẞE État ΟΔΟΣ "), "bug strasse état οδοσ");
        assert_eq!(fold_name("Łódź Ærø don’t"), "łódź ærø don’t");
    }

    #[test]
    fn names_are_the_same_without_case_width_and_outer_space_but_accents_count() {
        assert_eq!(fold_name("  Bug Report "), fold_name("bug report"));
        assert_eq!(fold_name("Ｂｕｇ　Report"), fold_name("bug report"));
        assert_eq!(fold_name("STRASSE"), fold_name("straße"));
        assert_eq!(fold_name("STRAẞE"), fold_name("straße"));
        assert_eq!(fold_name("e\u{301}tat"), fold_name("État"));
        assert_ne!(fold_name("etat"), fold_name("État"));
    }

    #[test]
    fn search_finds_without_accents_and_case() {
        assert!(finds("strasse", "In der Straße"));
        assert!(finds("STRASSE", "In der Straße"));
        assert!(finds("zazolc gesla jazn", "Zażółć gęślą jaźń"));
        assert!(finds("οδος", "Οδός"));
        assert!(finds("مرحبا", "مَرْحَبًا بالعالم"));
    }

    #[test]
    fn search_finds_inside_a_sentence_without_spaces() {
        assert!(finds("返金", "昨日の返金について"));
        assert!(finds("返", "昨日の返金について"));
        assert!(!finds("返済", "昨日の返金について"));
        assert!(finds("ｶﾞｽ", "ガス料金"));
        assert!(!finds("カス", "ガス料金"));
        assert!(finds("한국", "한국어"));
    }

    #[test]
    fn the_last_word_need_only_be_begun_unless_a_space_follows() {
        assert!(finds("refund ord", "Refund of order 4711"));
        assert!(!finds("refund ord ", "Refund of order 4711"));
        assert!(!finds("ref order", "Refund of order 4711"));
    }

    #[test]
    fn one_character_is_a_whole_word_even_as_the_last() {
        assert!(!finds("r", "Refund of order 4711"));
        assert!(!finds("refund o", "Refund of order 4711"));
        assert!(finds("plan b", "Plan B") && finds("返", "昨日の返金について"));
        let parsed = Query::parse("text", "b b").unwrap();
        assert_eq!(
            parsed.words.iter().map(|any| (any.whole.len(), any.begun.len())).collect::<Vec<_>>(),
            [(1, 0)]
        );
    }

    #[test]
    fn operators_quotes_and_marks_alone_are_only_punctuation() {
        for odd in ["\"refund\"", "refund*", "refund^2", "(refund)", "title:", "-refund", "refund'"] {
            let query = Query::parse("text", odd).unwrap();
            let terms = query.words.iter().flat_map(crate::search::AnyOf::terms);
            let plain = |c: char| c.is_alphanumeric() || c == '№';
            assert!(terms.into_iter().all(|term| term.chars().all(plain)), "{odd}");
        }
        for nothing in ["\"*^()-:'", "\u{301}\u{308}", "\u{200B}\u{AD}", "\u{3099}", "\u{94D}", "’ ʼ ·", "🏽"]
        {
            assert!(Query::parse("text", nothing).unwrap().is_empty(), "{nothing:?}");
            assert!(terms(nothing).is_empty(), "{nothing:?}");
        }
    }

    #[test]
    fn a_long_word_is_cut_alike_in_texts_and_queries() {
        for letter in ["x", "ß", "э", "é"] {
            let word = letter.repeat(100);
            let cut = terms(&word);
            assert!(cut.iter().all(|term| term.chars().count() <= LONGEST_TERM), "{letter}");
            assert!(finds(&word, &word) && finds(&format!("{word} "), &word), "{letter}");
            assert!(finds(&letter.repeat(30), &word), "{letter}");
            assert!(finds(&letter.repeat(120), &word), "they begin alike for {LONGEST_TERM} characters");
            assert!(!finds(&format!("y{word}"), &word), "{letter}");
        }
    }

    #[test]
    fn a_long_text_gives_its_first_terms() {
        let text: String = (0..=MOST_TERMS).map(|n| format!("w{n} ")).collect();
        let cut = terms(&text);
        assert_eq!((cut.len(), cut[0].as_str()), (MOST_TERMS, "w0"));
        assert_eq!(cut.last(), Some(&format!("w{}", MOST_TERMS - 1)));
    }

    #[test]
    fn a_text_of_numbers_gives_few_terms_for_each() {
        let text: String = (1_000..3_000).map(|n| format!("{n} ")).collect();
        // Each once, with the one and the two behind it.
        assert_eq!(terms(&text).len(), 2_000 + 1_999 + 1_998);
        assert_eq!(terms(&"1-".repeat(2_000)).len(), 3, "the digit, and 7 and 8 of it");
    }

    #[test]
    fn a_number_is_found_by_its_digits() {
        assert!(finds("000123", "C-000123"));
        assert!(finds("c-000123", "C-000123"));
    }
}
