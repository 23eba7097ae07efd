//! What a person typed to find a case, read as they meant it: off a letter, a screen, or a keyboard of another script.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

use super::number::{CaseNumber, is_prefix};
use super::text::is_invisible;
use crate::text::fold_name;

/// A text that may be a case number, an id or a reference; often it can be more than one of them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Typed {
    given: String,
    plain: String,
}

/// A case number as somebody typed it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct TypedNumber {
    /// The prefix; `None` if there was none, and the integer alone says which case it is.
    pub(crate) prefix: Option<String>,
    /// The integer, from 1.
    pub(crate) value: u64,
}

impl TypedNumber {
    /// Whether it is the number of a case: the integer is, and so is the prefix, if one was typed. Another prefix is
    /// another system's number, and names somebody else's case.
    pub(crate) fn is(&self, number: &CaseNumber) -> bool {
        let same = |prefix: &String| fold_name(prefix) == fold_name(&number.prefix);
        self.value == number.value && self.prefix.as_ref().is_none_or(same)
    }
}

impl Typed {
    /// The most bytes that are looked at. A reference has up to 200 characters; what is longer than any is none.
    const MOST: usize = 2_000;

    /// The digits of a number that has no more than it must have.
    const DIGITS: usize = 6;

    pub(crate) fn read(text: &str) -> Self {
        let given = text.trim();
        let given = if given.len() > Self::MOST { "" } else { given };
        Self { given: given.to_owned(), plain: plain(given) }
    }

    /// The id that it is, if it is one.
    pub(crate) fn id(&self) -> Option<Uuid> {
        Uuid::try_parse(&self.plain).ok()
    }

    /// The text without invisible marks and what is around it, with plain hyphens, letters and digits.
    pub(crate) fn plain(&self) -> &str {
        &self.plain
    }

    /// The case numbers that it can be: none if it is none, and two if it is not clear where the prefix ends.
    pub(crate) fn numbers(&self) -> Vec<TypedNumber> {
        if self.id().is_some() {
            return Vec::new();
        }
        let text = self.plain.trim_start_matches(['#', ' ']);
        let (before, run) = text.split_at(text.trim_end_matches(|c: char| c.is_ascii_digit()).len());
        let prefix = before.split(['-', ' ']).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
        let mut found = Vec::new();
        match before.is_empty() {
            true => found.extend(number(None, run)),
            false => found.extend(number(Some(prefix.clone()), run)),
        }
        // A prefix may end with a digit, as one of a year does: `C2000001`, `2024000001`.
        if run.len() > Self::DIGITS {
            let (more, last) = run.split_at(run.len() - Self::DIGITS);
            let parted = if before.ends_with(['-', ' ']) { "-" } else { "" };
            found.extend(number(Some(format!("{prefix}{parted}{more}")), last));
        }
        found
    }

    /// The ways in which another system may have written the reference that it is, and which of those who share it is
    /// meant: `None` for all of them.
    ///
    /// References are kept as they were given, and may differ by letter case alone. A person who types one does not
    /// know that, so each way is looked for.
    pub(crate) fn references(&self) -> BTreeSet<(String, Option<u32>)> {
        let ways = |text: &str| [text.to_owned(), text.to_uppercase(), text.to_lowercase()];
        let mut all = BTreeSet::new();
        for text in [self.given.as_str(), self.plain.as_str()] {
            all.extend(ways(text).map(|way| (way, None)));
            // `WEB-1#2` is the second request of that reference, as the history writes it.
            if let Some((text, number)) = text.rsplit_once('#').filter(|(text, _)| !text.is_empty()) {
                let number = number.parse().ok().filter(|number| *number > 0);
                all.extend(number.into_iter().flat_map(|number| ways(text).map(|way| (way, Some(number)))));
            }
        }
        all.retain(|(text, _)| !text.is_empty());
        all
    }
}

fn number(prefix: Option<String>, digits: &str) -> Option<TypedNumber> {
    let value = digits.parse().ok().filter(|value| *value > 0)?;
    prefix.as_deref().is_none_or(is_prefix).then_some(TypedNumber { prefix, value })
}

/// The text without what nobody means: invisible marks, and the space and the punctuation around it. Dashes become
/// hyphens, wide characters narrow ones, and the digits of every script those of ASCII.
fn plain(text: &str) -> String {
    let numero = text.chars().map(|c| if c == '№' { '#' } else { c });
    let seen: String = numero.nfkc().filter(|c| !is_invisible(*c)).map(narrow).collect();
    let around = |c: char| c.is_whitespace() || ".,;:!?。、\"'`´‘’‚“”„«»‹›()[]<>".contains(c);
    seen.trim_matches(around).to_owned()
}

fn narrow(c: char) -> char {
    match c {
        '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{30FC}' => '-',
        c if c.is_whitespace() => ' ',
        c => digit(c).unwrap_or(c),
    }
}

/// The digit of ASCII for one of another script, by where the zeros of the scripts are that write numbers with their own.
fn digit(c: char) -> Option<char> {
    const ZEROS: [u32; 12] =
        [0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0E50];
    let place = ZEROS.iter().find_map(|zero| u32::from(c).checked_sub(*zero).filter(|place| *place < 10))?;
    char::from_digit(place, 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(text: &str) -> Option<(Option<String>, u64)> {
        Typed::read(text).numbers().into_iter().next().map(|number| (number.prefix, number.value))
    }

    #[test]
    fn a_number_is_read_as_people_write_it() {
        let with_prefix = [
            "C-000123",
            "C-123",
            " C-000123 ",
            "C000123",
            "C 123",
            "C - 123",
            "C-123.",
            "„C-123“",
            "(C-123)",
            "C\u{2011}000123",
            "C\u{2013}123",
            "C\u{2212}123",
            "Ｃ－０００１２３",
            "C-\u{AD}000\u{200B}123",
            "\u{FEFF}C-123\u{200E}",
            "#C-123",
            "C-\u{0661}\u{0662}\u{0663}",
            "C\u{A0}123",
        ];
        for text in with_prefix {
            assert_eq!(first(text), Some((Some("C".into()), 123)), "{text}");
        }
        for text in
            ["123", "000123", " 123 ", "#123", "# 123", "№ 123", "123.", "１２３", "\u{202A}123\u{202C}"]
        {
            assert_eq!(first(text), Some((None, 123)), "{text}");
        }
        for text in ["HELP-DESK-123", "help desk 123", "Help–Desk 123"] {
            let (prefix, value) = first(text).unwrap();
            assert_eq!((fold_name(&prefix.unwrap()), value), ("help-desk".into(), 123), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_number_is_not_guessed() {
        let long = "9".repeat(3_000);
        for text in
            ["", "C-", "-123", "12.3", "0", "C-000000", "abc", "99999999999999999999999", "C/1", &long]
        {
            assert_eq!(first(text), None, "{text}");
        }
        assert_eq!(first("01890a5d-ac96-774b-bcce-b30209990000"), None, "that is an id");
    }

    #[test]
    fn a_prefix_that_ends_with_a_digit_is_tried_too() {
        let read = |text| Typed::read(text).numbers();
        let number = |prefix: Option<&str>, value| TypedNumber { prefix: prefix.map(str::to_owned), value };
        assert_eq!(read("C2000001"), [number(Some("C"), 2_000_001), number(Some("C2"), 1)]);
        assert_eq!(read("2024000001"), [number(None, 2_024_000_001), number(Some("2024"), 1)]);
        assert_eq!(read("HELP-2000001"), [number(Some("HELP"), 2_000_001), number(Some("HELP-2"), 1)]);
        assert_eq!(read("2024-000001"), [number(Some("2024"), 1)]);
    }

    #[test]
    fn a_typed_prefix_must_be_the_cases_own() {
        let case = CaseNumber { prefix: "C".into(), value: 1 };
        for (text, is) in
            [("C-1", true), ("c1", true), ("1", true), ("WEB-1", false), ("INV-1", false), ("C-2", false)]
        {
            assert_eq!(Typed::read(text).numbers().iter().any(|typed| typed.is(&case)), is, "{text}");
        }
    }

    #[test]
    fn a_reference_is_looked_for_as_given_and_as_it_was_meant() {
        let ways = |text: &str| Typed::read(text).references();
        let all = ways(" web\u{2011}1. ");
        for way in ["web\u{2011}1.", "WEB-1", "web-1"] {
            assert!(all.contains(&(way.to_owned(), None)), "{way}");
        }
        assert!(ways("WEB-1#2").contains(&("WEB-1".into(), Some(2))));
        assert!(ways("aB3x").contains(&("aB3x".into(), None)), "as another system tells it from `Ab3x`");
        assert!(ways(" ").is_empty());
    }
}
