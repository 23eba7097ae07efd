//! Messages: codes with arguments, which a language turns into text.

mod args;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

pub use args::Args;

use crate::time::Timestamp;

/// A code with its arguments: what rules answer and what events keep. Two messages can be compared.
///
/// A [`Language`](super::Language) renders it as text. As JSON it is `{"code": "hint.file_missing", "args": {…}}`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Message {
    /// The key of its template in every language, such as `blocker.held_by`.
    pub code: Cow<'static, str>,
    /// The values for the arguments that the template names.
    #[serde(default, skip_serializing_if = "Args::is_empty")]
    pub args: Args,
}

/// The value of one argument of a template.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Argument {
    /// Text that somebody gave, shown unchanged.
    Text(String),
    /// A count. A template can choose its plural by it.
    Number(i64),
    /// An instant, shown to the minute in the date order of the language.
    Instant(Timestamp),
    /// The key of a text in the language: `stage.open`, `permission.export`, `denial.no_match`.
    Word(Cow<'static, str>),
    /// Another message, rendered in its place.
    Message(Box<Message>),
    /// Several values, joined as the language joins a list.
    List(Vec<Argument>),
}

impl Message {
    /// The code of a text that somebody gave, such as a host's own hint. It is shown unchanged in every language.
    pub const GIVEN: &'static str = "given";

    /// A message that has no arguments yet.
    #[must_use]
    pub fn new(code: impl Into<Cow<'static, str>>) -> Self {
        Self { code: code.into(), args: Args::default() }
    }

    /// A message for text that somebody gave. It is shown unchanged in every language.
    #[must_use]
    pub fn given(text: impl Into<String>) -> Self {
        Self::new(Self::GIVEN).with("text", Argument::Text(text.into()))
    }

    /// Adds an argument, or replaces the one of the same name.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Argument>) -> Self {
        self.args.insert(Cow::Borrowed(name), value.into());
        self
    }

    /// Adds an argument that the language translates: its key is `group.id`.
    #[must_use]
    pub fn with_word(self, name: &'static str, group: &str, id: &str) -> Self {
        self.with(name, Argument::word(group, id))
    }
}

impl Argument {
    /// An argument that the language translates: `word("stage", "open")` is the text for `stage.open`.
    #[must_use]
    pub fn word(group: &str, id: &str) -> Self {
        Self::Word(key_of(group, id).into())
    }
}

impl From<&str> for Argument {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Argument {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u64> for Argument {
    fn from(number: u64) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<u32> for Argument {
    fn from(number: u32) -> Self {
        Self::Number(i64::from(number))
    }
}

impl From<i64> for Argument {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<usize> for Argument {
    fn from(number: usize) -> Self {
        Self::from(number as u64)
    }
}

impl From<Timestamp> for Argument {
    fn from(at: Timestamp) -> Self {
        Self::Instant(at)
    }
}

impl From<Message> for Argument {
    fn from(message: Message) -> Self {
        Self::Message(Box::new(message))
    }
}

impl<T: Into<Argument>> From<Vec<T>> for Argument {
    fn from(all: Vec<T>) -> Self {
        Self::List(all.into_iter().map(Into::into).collect())
    }
}

impl From<&str> for Message {
    fn from(text: &str) -> Self {
        Self::given(text)
    }
}

impl From<String> for Message {
    fn from(text: String) -> Self {
        Self::given(text)
    }
}

/// The key of an id in a group: `group.id`.
pub(super) fn key_of(group: &str, id: &str) -> String {
    [group, ".", id].concat()
}

/// Makes `Display` the English text, so that Rust programs can print rejections and blockers.
macro_rules! said_in_english {
    ($($name:ident)*) => {$(
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&$crate::language::Language::english().render(&self.message()))
            }
        }
    )*};
}

pub(crate) use said_in_english;
