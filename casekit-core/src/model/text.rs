//! Text that follows rules: a length limit in characters, no control characters, never blank.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::limits;
use crate::field::{FieldError, FieldRule};

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident($limit:expr, $lines:ident, $kept:ty);)*) => {$(
        $(#[$doc])*
        ///
        /// Stored text was checked when it came in, so reading it back does not check it again.
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name($kept);

        impl $name {
            /// Checks what a caller gave for `field`. The error names the field and the rule, never the text.
            pub fn parse(field: &str, text: &str) -> Result<Self, FieldError> {
                clean(field, text, $limit, Lines::$lines).map(|text| Self(text.into()))
            }

            /// Does the same as `parse`, except that blank text counts as not given and becomes `None`.
            pub fn parse_optional(field: &str, text: Option<&str>) -> Result<Option<Self>, FieldError> {
                match text {
                    Some(text) if !is_blank(text) => Self::parse(field, text).map(Some),
                    Some(_) | None => Ok(None),
                }
            }

            /// The text `[erased]`, in place of a text that was erased.
            #[must_use]
            pub fn erased() -> Self { Self("[erased]".to_owned().into()) }

            /// The text as it is stored.
            #[must_use]
            pub fn as_str(&self) -> &str { self.0.as_str() }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(self.as_str()) }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.as_str().fmt(f) }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str { self.as_str() }
        }

        impl From<$name> for String {
            fn from(text: $name) -> String { text.0.into() }
        }
    )*};
}

texts! {
    /// The title of a case: one line of 1 to 200 characters.
    Title(limits::NAME, One, String);
    /// The name of a person, a case type or a workflow: one line of 1 to 200 characters.
    Name(limits::NAME, One, String);
    /// A short field, a label or a reason: one line of 1 to 1,000 characters.
    ShortText(limits::SHORT_TEXT, One, String);
    /// A description or a note: 1 to 100,000 characters, line breaks and tabs allowed.
    LongText(limits::LONG_TEXT, Many, Shared);
    /// A reference that another system uses: one line of 1 to 200 characters.
    Reference(limits::REFERENCE, One, String);
    /// An actor, as the host identifies them: one line of 1 to 200 characters. It should be opaque, so not an e-mail
    /// address.
    ActorId(limits::REFERENCE, One, String);
    /// A caller's key for one command, so that the command is carried out once: one line of 1 to 200 characters.
    RequestId(limits::REFERENCE, One, String);
}

impl ActorId {
    /// The actor of what the library does by itself, such as continuing a delivery after a crash. Nobody else can have it.
    pub const LIBRARY: &'static str = "casekit";

    /// The library as an actor.
    pub(crate) fn library() -> Self {
        Self(Self::LIBRARY.into())
    }

    /// Checks an id that is to be somebody's: the library's own is refused.
    pub fn parse_person(field: &str, text: &str) -> Result<Self, FieldError> {
        match Self::parse(field, text)? {
            id if id.as_str() == Self::LIBRARY => Err(FieldError::new(field, FieldRule::Reserved)),
            id => Ok(id),
        }
    }
}

/// Text that may be very long. Clones share its bytes, so that keeping two states side by side does not copy it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Shared(Arc<String>);

impl Shared {
    fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for Shared {
    fn from(text: String) -> Self {
        Self(Arc::new(text))
    }
}

impl From<Shared> for String {
    fn from(text: Shared) -> Self {
        Arc::unwrap_or_clone(text.0)
    }
}

impl Serialize for Shared {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Shared {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

#[derive(Clone, Copy)]
enum Lines {
    One,
    Many,
}

/// Checks a text and cleans it. One-line text loses its outer white space. Long text keeps it, and its `\r\n` becomes
/// `\n`.
fn clean(field: &str, text: &str, limit: usize, lines: Lines) -> Result<String, FieldError> {
    let text = match lines {
        Lines::One => Cow::Borrowed(text.trim()),
        Lines::Many if text.contains('\r') => Cow::Owned(text.replace("\r\n", "\n")),
        Lines::Many => Cow::Borrowed(text),
    };
    if is_blank(&text) {
        return Err(FieldError::new(field, FieldRule::Required));
    }
    // In ASCII text each byte is a character, and bytes can be checked many at a time.
    let ascii = text.is_ascii();
    let forbidden = match ascii {
        true => text.bytes().any(|byte| is_forbidden(char::from(byte), lines)),
        false => text.chars().any(|c| is_forbidden(c, lines)),
    };
    if forbidden {
        return Err(FieldError::new(field, FieldRule::ControlCharacter));
    }
    if text.len() > limit && (ascii || text.chars().count() > limit) {
        return Err(FieldError::new(field, FieldRule::TooLong { limit: limit as u64 }));
    }
    Ok(text.into_owned())
}

fn is_forbidden(c: char, lines: Lines) -> bool {
    match lines {
        Lines::One => c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'),
        Lines::Many => c.is_control() && c != '\n' && c != '\t',
    }
}

/// Whether a reader would see nothing of the text: it has only white space, and characters that only join others or set
/// their direction.
fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || is_invisible(c))
}

/// Whether a character shows nothing by itself: it joins others, parts them, or sets their direction.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{00AD}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_counts_characters_not_bytes() {
        assert!(Title::parse("title", &"é".repeat(200)).is_ok());
        assert_eq!(
            Title::parse("title", &"é".repeat(201)),
            Err(FieldError::new("title", FieldRule::TooLong { limit: 200 }))
        );
    }

    #[test]
    fn blank_counts_as_empty_in_every_script() {
        for blank in ["", "   ", "\t\n", "\u{3000}", "\u{200B}\u{FEFF}", "\u{202E}"] {
            assert_eq!(
                Name::parse("name", blank),
                Err(FieldError::new("name", FieldRule::Required)),
                "{blank:?}"
            );
        }
    }

    #[test]
    fn control_characters_are_refused_but_line_break_and_tab_in_long_text() {
        assert_eq!(Title::parse("title", "a\0b"), Err(FieldError::new("title", FieldRule::ControlCharacter)));
        assert_eq!(Title::parse("title", "a\nb"), Err(FieldError::new("title", FieldRule::ControlCharacter)));
        assert_eq!(LongText::parse("note", "a\r\n\tb").map(String::from), Ok("a\n\tb".to_owned()));
        assert_eq!(
            LongText::parse("note", "a\u{7}b"),
            Err(FieldError::new("note", FieldRule::ControlCharacter))
        );
    }

    #[test]
    fn right_to_left_and_combining_text_is_kept_as_given() {
        for text in ["مرحبا بالعالم", "שלום", "e\u{301}te\u{301}", "返金について"] {
            assert_eq!(Title::parse("title", text).map(String::from), Ok(text.to_owned()));
        }
    }

    #[test]
    fn a_copy_of_a_long_text_shares_its_bytes() {
        let text = LongText::parse("note", &"a".repeat(100_000)).unwrap();
        let copy = text.clone();
        assert_eq!(copy.as_str().as_ptr(), text.as_str().as_ptr());
        assert_eq!(String::from(copy).len(), 100_000);
        assert_eq!(text.as_str().len(), 100_000);
    }

    #[test]
    fn outer_space_is_dropped_from_a_line() {
        assert_eq!(Name::parse("name", "  Ada Obi \u{a0}").map(String::from), Ok("Ada Obi".to_owned()));
    }
}
