//! Cleaning text from outside before it is typeset.

use std::borrow::Cow;

/// A text as part of a sentence: what is inside it changes the reading direction of nothing outside, whichever language
/// either is in. So a date stays a date beside a name in Arabic, and a name in Latin letters in an Arabic sentence.
///
/// These are the isolates of Unicode's bidirectional algorithm (U+2068 and U+2069), which paper does not show.
#[must_use]
pub fn isolated(text: &str) -> String {
    // Each line is a paragraph of its own to the algorithm, in which an isolate ends.
    let lines = text.split('\n').map(|line| format!("{ISOLATE}{}{END_OF_ISOLATE}", unisolated(line)));
    lines.collect::<Vec<_>>().join("\n")
}

/// The same text without the marks of [`isolated`].
pub(super) fn unisolated(text: &str) -> String {
    text.replace([ISOLATE, END_OF_ISOLATE], "")
}

/// Whether it is one of the marks of [`isolated`].
pub(super) fn is_isolate(c: char) -> bool {
    matches!(c, ISOLATE | END_OF_ISOLATE)
}

const ISOLATE: char = '\u{2068}';
const END_OF_ISOLATE: char = '\u{2069}';

/// Removes what must not reach a page: control characters, and marks that override the reading direction, which can
/// make a name look like another. Line breaks of every kind become `\n`, a tab becomes a space. First strong isolates stay:
/// they turn nothing round.
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| c != '\n' && is_foreign(c)) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\r' if rest.peek() == Some(&'\n') => {}
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => clean.push('\n'),
            '\t' => clean.push(' '),
            c if is_foreign(c) => {}
            c => clean.push(c),
        }
    }
    Cow::Owned(clean)
}

/// The cleaned text on one line, with single spaces.
pub(super) fn one_line(text: &str) -> String {
    clean(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first `most` characters of a text, and whether anything was cut off.
pub(super) fn beginning(text: &str, most: usize) -> (&str, bool) {
    match text.char_indices().nth(most) {
        Some((end, _)) => (text.get(..end).unwrap_or(text), true),
        None => (text, false),
    }
}

fn is_foreign(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}' | '\u{2067}'
        )
        || matches!(c, '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_and_direction_overrides_go() {
        assert_eq!(clean("a\0b\u{7}c\u{202e}d\u{2066}e\u{200f}f\u{feff}"), "abcdef");
    }

    #[test]
    fn an_isolated_text_is_isolated_once() {
        assert_eq!(isolated(&isolated("a")), "\u{2068}a\u{2069}");
        assert_eq!(isolated("a\nb"), "\u{2068}a\u{2069}\n\u{2068}b\u{2069}");
        assert_eq!(
            (clean(&isolated("a")), unisolated(&isolated("a"))),
            (isolated("a").into(), "a".to_owned())
        );
    }

    #[test]
    fn every_line_break_is_one_and_a_tab_is_a_space() {
        assert_eq!(clean("a\r\nb\rc\u{2029}d\u{85}e\tf"), "a\nb\nc\nd\ne f");
    }

    #[test]
    fn joiners_stay_for_the_scripts_that_need_them() {
        assert!(matches!(clean("می\u{200c}خواهم"), Cow::Borrowed(_)));
    }

    #[test]
    fn one_line_has_no_breaks() {
        assert_eq!(one_line(" a\r\n\tb  c "), "a b c");
    }

    #[test]
    fn a_beginning_counts_characters() {
        assert_eq!(beginning("Łódź", 3), ("Łód", true));
        assert_eq!(beginning("Łódź", 4), ("Łódź", false));
    }
}
