//! Errors about fields: which field, and the rule that it breaks.

mod choices;
mod instant;
mod message;
mod order;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

pub use choices::Choices;
pub use instant::kept_instant;
pub(crate) use order::in_order;

/// A field whose value breaks a rule.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct FieldError {
    /// The path of the field, with its index in a list, from 0: `next_of_kin[0].name`.
    pub field: String,
    /// The rule that it breaks.
    pub rule: FieldRule,
}

impl FieldError {
    /// An error about a field, from its path and the rule that it breaks.
    #[must_use]
    pub fn new(field: impl Into<String>, rule: FieldRule) -> Self {
        Self { field: field.into(), rule }
    }
}

impl FieldRule {
    /// An id that names nothing: there is no list to choose from.
    pub(crate) fn unknown_id() -> Self {
        Self::Unknown { choices: Choices::default() }
    }

    /// A name that is none of these.
    pub(crate) fn unknown<T: Into<String>>(given: &str, all: impl IntoIterator<Item = T>) -> Self {
        Self::Unknown { choices: Choices::among(given, all) }
    }
}

/// A rule that a field can break.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum FieldRule {
    /// It must be given. Blank text counts as not given.
    Required,
    /// It has too many characters.
    TooLong {
        /// The most characters that are allowed.
        limit: u64,
    },
    /// It has too many entries.
    TooMany {
        /// The most entries that are allowed.
        limit: u64,
    },
    /// A text to search for has too many different words. Two characters of a script without spaces count as a word.
    TooManyWords {
        /// The most words that are allowed.
        limit: u64,
    },
    /// It has control characters that are not allowed in it.
    ControlCharacter,
    /// It does not have the form of an id.
    NotAnId,
    /// It is a case number where an id is needed: `find_case` finds the case by its number.
    NumberNotId,
    /// It is a number outside the allowed range.
    OutOfRange {
        /// The least value that is allowed.
        least: i64,
        /// The greatest value that is allowed.
        most: i64,
    },
    /// It is an instant outside the allowed time.
    InstantOutOfRange {
        /// The first instant that is allowed.
        first: Timestamp,
        /// The last instant that is allowed.
        last: Timestamp,
    },
    /// It names something that does not exist, or that the actor may not see.
    Unknown {
        /// What there is to choose from.
        choices: Choices,
    },
    /// It means several things.
    Ambiguous {
        /// What it can mean, as each is written; never less than two.
        choices: Vec<String>,
    },
    /// It names something that is out of use.
    Inactive,
    /// Something else in the file has the same value, which must be unique.
    AlreadyInUse,
    /// It is the id `casekit`, under which the library records what it does by itself.
    Reserved,
    /// The same value is in one list twice.
    Duplicate,
    /// It does not have the form that it must have.
    Malformed {
        /// The code of the form, such as `email`: `form.email` in every language.
        form: String,
    },
    /// It was copied from paper, and a group of it is not as it was written.
    Misread {
        /// The number of the first such group, from 1.
        group: u64,
    },
    /// It is missing, and something else in the same command needs it.
    Missing {
        /// The code of the reason: `why.no_release` in every language.
        why: String,
    },
    /// It lacks something that is in use and was there before.
    InUse {
        /// What it lacks.
        what: String,
    },
    /// It does not fit the rest of the command, or what the command is about.
    DoesNotFit {
        /// The code of the reason: `why.circle` in every language.
        why: String,
    },
}
