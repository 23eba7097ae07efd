//! What is wrong with a field: a rule that it breaks, whoever finds it.

mod message;

use serde::{Deserialize, Serialize};

/// One field that cannot be as it is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct FieldError {
    /// The field, with its place in a list: `next_of_kin[0].name`.
    pub field: String,
    /// The rule that it breaks.
    pub rule: FieldRule,
}

impl FieldError {
    /// A field and the rule that it breaks.
    #[must_use]
    pub fn new(field: impl Into<String>, rule: FieldRule) -> Self {
        Self { field: field.into(), rule }
    }
}

/// A rule for a field.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum FieldRule {
    /// It must be given, and blank counts as empty.
    Required,
    /// It is too long.
    TooLong {
        /// Characters allowed.
        limit: u64,
    },
    /// There are too many.
    TooMany {
        /// Entries allowed.
        limit: u64,
    },
    /// It has control characters that are not allowed there.
    ControlCharacter,
    /// It is not an id.
    NotAnId,
    /// It is out of bounds.
    OutOfRange {
        /// The least value.
        least: i64,
        /// The greatest value.
        most: i64,
    },
    /// It names nothing that there is.
    Unknown,
    /// It names something that is not to be used any more.
    Inactive,
    /// The same value is there already.
    AlreadyInUse,
    /// The same value comes twice in one list.
    Duplicate,
    /// It is not of the right form.
    Malformed {
        /// The code of the form, such as `email`: `form.email` in every language.
        form: String,
    },
    /// It is needed because of something else in the same command.
    Missing {
        /// The code of the reason: `why.no_release` in every language.
        why: String,
    },
    /// It does not fit what it is meant for.
    DoesNotFit {
        /// The code of the reason: `why.circle` in every language.
        why: String,
    },
}
