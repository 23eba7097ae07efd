//! Commands that write notes, and that send them to the requester.

use serde::{Deserialize, Serialize};

use crate::model::Visibility;

/// A note to be added. A plain text becomes an internal note.
///
/// ```
/// use casekit_core::command::NewNote;
/// use casekit_core::model::Visibility;
///
/// assert_eq!(NewNote::from("Called, no answer.").visibility, Visibility::Internal);
/// assert_eq!(NewNote::for_customer("We have sent the form.").visibility, Visibility::Customer);
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct NewNote {
    /// The text of the note: 1 to 100,000 characters.
    pub text: String,
    /// Whether the customer can see it.
    pub visibility: Visibility,
}

impl NewNote {
    /// A note that only staff can see.
    #[must_use]
    pub fn internal(text: impl Into<String>) -> Self {
        Self { text: text.into(), visibility: Visibility::Internal }
    }

    /// A note that the customer can see.
    #[must_use]
    pub fn for_customer(text: impl Into<String>) -> Self {
        Self { text: text.into(), visibility: Visibility::Customer }
    }
}

impl<T: Into<String>> From<T> for NewNote {
    fn from(text: T) -> Self {
        Self { text: text.into(), visibility: Visibility::Internal }
    }
}

/// A message to be sent to the requester.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct NewMessage {
    /// The text for the requester to read: 1 to 100,000 characters.
    pub text: String,
    /// Whether an answer is expected. The message then has a reference by which one comes in.
    pub wants_answer: bool,
}

impl NewMessage {
    /// A message to which an answer is expected.
    #[must_use]
    pub fn question(text: impl Into<String>) -> Self {
        Self { text: text.into(), wants_answer: true }
    }

    /// A message to which no answer is expected.
    #[must_use]
    pub fn notice(text: impl Into<String>) -> Self {
        Self { text: text.into(), wants_answer: false }
    }
}
