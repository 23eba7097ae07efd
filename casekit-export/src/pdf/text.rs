//! Cleaning text from outside before it is typeset.

use std::borrow::Cow;

/// Removes what must not reach a page: control characters, and marks that override the reading direction, which can
/// make a name look like another. Line breaks of every kind become `\n`, a tab becomes a space.
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
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
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
