//! The words of a folded text, and what stands between them.

use unicode_normalization::char::is_combining_mark;

use super::letters::{is_half_a_flag, is_sign, is_unspaced, joins};

/// A word of a folded text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Word<'a> {
    pub(crate) text: &'a str,
    /// What stands between it and the word before.
    pub(crate) gap: &'a str,
    pub(crate) kind: Kind,
}

/// How a word is found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// As a whole, or by how it begins.
    Spaced,
    /// By its pairs of characters.
    Unspaced,
    /// An emoji: as it is.
    Sign,
}

impl Word<'_> {
    /// Whether it has digits only.
    pub(crate) fn is_number(&self) -> bool {
        self.text.bytes().all(|byte| byte.is_ascii_digit())
    }

    /// Whether it has digits at all.
    pub(crate) fn has_digits(&self) -> bool {
        self.text.bytes().any(|byte| byte.is_ascii_digit())
    }

    /// Whether it has letters and then digits, as a case number without its hyphen.
    pub(crate) fn ends_in_number(&self) -> bool {
        !self.is_number() && self.text.ends_with(|c: char| c.is_ascii_digit())
    }

    /// Whether only an apostrophe or a hyphen stands between it and the word before, so that both are parts of one.
    pub(crate) fn is_joined_to(&self, before: &Self) -> bool {
        self.kind != Kind::Sign && before.kind != Kind::Sign && is_one(self.gap, joins)
    }

    /// Whether it goes on a number that people write in groups, as telephones have them: `030/12 34 56-7`, `1,000`.
    pub(crate) fn is_grouped_with(&self, before: &Self) -> bool {
        if !self.is_number() || !before.is_number() {
            return false;
        }
        let groups = |c: char| matches!(c, ' ' | '.' | '/' | '(' | ')') || joins(c);
        let short = !self.gap.is_empty() && self.gap.chars().nth(3).is_none();
        short && (self.gap == "," || self.gap.chars().all(groups))
    }

    /// Whether it is a number that follows letters with one character between: `C/000123`, `covid 19`.
    pub(crate) fn is_number_of(&self, before: &Self) -> bool {
        let letters = before.kind != Kind::Sign && !before.has_digits();
        letters && self.is_number() && is_one(self.gap, |_| true)
    }
}

fn is_one(gap: &str, is: impl Fn(char) -> bool) -> bool {
    let mut chars = gap.chars();
    chars.next().is_some_and(is) && chars.next().is_none()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Gap,
    Mark,
    Of(Kind),
}

fn class(c: char) -> Class {
    if c.is_ascii() {
        return if c.is_ascii_alphanumeric() { Class::Of(Kind::Spaced) } else { Class::Gap };
    }
    // Before letters: some apostrophes are letters to Unicode.
    if joins(c) {
        Class::Gap
    } else if is_sign(c) {
        Class::Of(Kind::Sign)
    } else if is_combining_mark(c) {
        Class::Mark
    } else if !c.is_alphanumeric() {
        Class::Gap
    } else if is_unspaced(c) {
        Class::Of(Kind::Unspaced)
    } else {
        Class::Of(Kind::Spaced)
    }
}

/// The words of a folded text: runs of letters and digits that are written alike, with or without spaces. A mark belongs to
/// what it stands on, and is no word by itself. Each character is read once.
pub(crate) fn words(folded: &str) -> impl Iterator<Item = Word<'_>> {
    let mut rest = folded.char_indices().peekable();
    let mut end = 0;
    std::iter::from_fn(move || {
        loop {
            let (start, first) = rest.next()?;
            let Class::Of(kind) = class(first) else { continue };
            let mut stop = start + first.len_utf8();
            let mut flag = is_half_a_flag(first);
            while let Some((at, c)) = rest.next_if(|(_, c)| match class(*c) {
                Class::Mark => true,
                Class::Of(Kind::Sign) => flag && is_half_a_flag(*c),
                Class::Of(next) => next == kind,
                Class::Gap => false,
            }) {
                flag &= !is_half_a_flag(c);
                stop = at + c.len_utf8();
            }
            let gap = folded.get(end..start)?;
            end = stop;
            return Some(Word { text: folded.get(start..stop)?, gap, kind });
        }
    })
}
