//! Words and numbers that people write apart or together: `e-mail` and `email`, `don’t` and `dont`, `+49 30 1234-567` and
//! `0301234567`.
//!
//! A text gives both, and so does a query, of which one is enough. So it does not matter which of the two was typed.

use super::LONGEST_TERM;
use super::words::Word;

/// The most parts that are joined to a word; a longer chain of hyphens is a list.
const MOST_PARTS: usize = 8;

/// The fewest and the most digits that are joined. Fewer are no telephone number, and more than the 15 of ITU-T E.164
/// are several numbers side by side.
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

/// How many digits a country's code may have, by the same recommendation.
const COUNTRY: std::ops::RangeInclusive<usize> = 1..=3;

/// The parts of a word, joined; `None` if there is one part, or too many.
pub(crate) fn joined(parts: &[Word<'_>]) -> Option<String> {
    let some = (2..=MOST_PARTS).contains(&parts.len());
    some.then(|| parts.iter().flat_map(|part| part.text.chars()).take(LONGEST_TERM).collect())
}

/// What a number in groups is found by: the digits of groups side by side, wherever somebody begins and ends; without the
/// zeros in front, which stand for the way out of a town or a country; and without the country's code.
pub(super) fn numbers_in(groups: &[Word<'_>]) -> Vec<String> {
    let mut all = Vec::new();
    for (place, first) in groups.iter().enumerate() {
        let mut digits = String::new();
        let mut longest = None;
        for group in groups.iter().skip(place).take(MOST_PARTS) {
            digits.push_str(group.text);
            if digits.len() > *DIGITS.end() {
                break;
            }
            if DIGITS.contains(&digits.len()) {
                all.push(digits.clone());
                all.extend(without_zeros(&digits));
                longest = Some(digits.clone());
            }
        }
        if let Some(longest) = longest.filter(|_| is_abroad(first)) {
            all.extend(without_country(&longest));
        }
    }
    all
}

/// What a number in groups is looked for by: the number as it is, and as it would be written in its country and town.
pub(crate) fn numbers_for(groups: &[Word<'_>]) -> Vec<String> {
    let digits: String = groups.iter().map(|group| group.text).collect();
    if !DIGITS.contains(&digits.len()) {
        return Vec::new();
    }
    let mut all: Vec<String> = without_zeros(&digits).into_iter().collect();
    if groups.first().is_some_and(is_abroad) {
        all.extend(without_country(&digits));
    }
    all.push(digits);
    all
}

fn is_abroad(first: &Word<'_>) -> bool {
    first.gap.ends_with('+') || first.text.starts_with("00")
}

fn without_zeros(digits: &str) -> Option<String> {
    let rest = digits.trim_start_matches('0');
    (rest.len() < digits.len() && DIGITS.contains(&rest.len())).then(|| rest.to_owned())
}

fn without_country(digits: &str) -> impl Iterator<Item = String> {
    let digits = digits.trim_start_matches('0');
    let rest = COUNTRY.filter_map(|code| digits.get(code..));
    rest.filter(|rest| DIGITS.contains(&rest.len())).map(str::to_owned)
}

/// The numbers of two digits or more inside a word that has letters too: `2024` of `INV2024`.
pub(super) fn numbers_of(word: &str) -> impl Iterator<Item = &str> {
    let digits = word.split(|c: char| !c.is_ascii_digit());
    digits.filter(move |digits| digits.len() > 1 && digits.len() < word.len())
}
