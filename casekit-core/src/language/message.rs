//! What is to be said, before a language says it.

mod args;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

pub use args::Args;

use crate::time::Timestamp;

/// A code and its arguments: what rules answer, what events keep, and what can be compared.
///
/// A [`Language`](super::Language) makes words of it. As JSON it is `{"code": "hint.file_missing", "args": {…}}`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Message {
    /// The key of its template in every language, such as `blocker.held_by`.
    pub code: Cow<'static, str>,
    /// What stands in the places that the template names.
    #[serde(default, skip_serializing_if = "Args::is_empty")]
    pub args: Args,
}

/// What stands in one place of a template.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Argument {
    /// Text that somebody gave, shown as it is.
    Text(String),
    /// A count, by which a template may choose its plural.
    Number(i64),
    /// An instant, written in the order of the language.
    Instant(Timestamp),
    /// The key of a word: `stage.open`, `permission.export`, `denial.no_match`.
    Word(Cow<'static, str>),
    /// Another message within this one.
    Message(Box<Message>),
    /// Several, joined as the language joins them.
    List(Vec<Argument>),
}

impl Message {
    /// The code of text that somebody gave: a host's own hint, in whatever language it is.
    pub const GIVEN: &'static str = "given";

    /// A message without arguments.
    #[must_use]
    pub fn new(code: impl Into<Cow<'static, str>>) -> Self {
        Self { code: code.into(), args: Args::default() }
    }

    /// Text that somebody gave, which no language changes.
    #[must_use]
    pub fn given(text: impl Into<String>) -> Self {
        Self::new(Self::GIVEN).with("text", Argument::Text(text.into()))
    }

    /// The same with one more argument.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Argument>) -> Self {
        self.args.insert(Cow::Borrowed(name), value.into());
        self
    }

    /// The same with a word: its key is `group` and `id` with a dot between.
    #[must_use]
    pub fn with_word(self, name: &'static str, group: &str, id: &str) -> Self {
        self.with(name, Argument::word(group, id))
    }
}

impl Argument {
    /// A word of a group: `word("stage", "open")`.
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

/// The key of a word of a group.
pub(super) fn key_of(group: &str, id: &str) -> String {
    [group, ".", id].concat()
}

/// In English a refusal is its `Display`, so that Rust programs can print it.
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
