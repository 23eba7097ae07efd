//! Texts as search compares them: without case, width and accents, and without what is not shown.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use super::letters::{is_dropped, spelled_out, typed};

/// A whole text, folded. What separates words stays.
///
/// Most texts are ASCII but for some characters, so each run of others is folded by itself. None of what ASCII has
/// composes with a mark that stays.
pub(crate) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let (ascii, next) = rest.split_at(rest.find(|c: char| !c.is_ascii()).unwrap_or(rest.len()));
        let (other, next) = next.split_at(next.find(|c: char| c.is_ascii()).unwrap_or(next.len()));
        folded.push_str(ascii);
        if !other.is_empty() {
            fold(other, &mut folded);
        }
        rest = next;
    }
    folded.make_ascii_lowercase();
    folded
}

fn fold(run: &str, folded: &mut String) {
    // The acute accent by itself is typed as an apostrophe; Unicode decomposes it into a space and a mark.
    let chars = run.chars().map(|c| if c == '\u{00B4}' { '\'' } else { c });
    for c in fold_case(chars.nfkd().filter(|c| !is_dropped(*c))).nfc() {
        match typed(c) {
            Some(typed) => folded.push_str(typed),
            None => folded.push(c),
        }
    }
}

/// Full case folding by way of upper case, which also makes `ß` equal `ss` and `ς` equal `σ`; lower case comes first
/// for the capital `ẞ`.
pub(super) fn fold_case(chars: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
    chars.flat_map(char::to_lowercase).flat_map(char::to_uppercase).flat_map(char::to_lowercase)
}

/// The folded text with `ä`, `ö`, `ü`, `å` and `ø` as the two letters that some write for them; `None` if it has none. It
/// has the same words in the same order, since both spellings are letters.
pub(crate) fn folded_long(text: &str) -> Option<String> {
    if text.is_ascii() || !text.contains(is_long) {
        return None;
    }
    // Few texts have letter and mark apart.
    let composed: Cow<'_, str> =
        if text.contains(is_mark) { text.nfc().collect() } else { Cow::Borrowed(text) };
    let mut long = String::with_capacity(text.len() + 16);
    for c in composed.chars() {
        match spelled_out(c) {
            Some(two) => long.push_str(two),
            None => long.push(c),
        }
    }
    Some(folded(&long))
}

/// The same, of those words alone that are written in two ways.
pub(super) fn folded_long_words(text: &str) -> Option<String> {
    if text.is_ascii() || !text.contains(is_long) {
        return None;
    }
    let words: Vec<&str> = text.split_whitespace().filter(|word| word.contains(is_long)).collect();
    folded_long(&words.join("\n"))
}

fn is_long(c: char) -> bool {
    is_mark(c) || spelled_out(c).is_some()
}

/// The marks of such a letter, where they stand by themselves.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{0308}' | '\u{030A}')
}
