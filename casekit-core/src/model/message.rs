//! Messages to the requester, and their answers.

use serde::{Deserialize, Serialize};

use super::{Failure, NoteId, Sending, Timestamp};

/// A message that was sent to the requester, and what came back. Its text is that of a note of the case.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SentMessage {
    /// The id of the note with its text.
    pub note: NoteId,
    /// The place of that note at the top of the thread.
    pub place: u32,
    /// Whether an answer is expected. It comes in by the key of the sending.
    pub wants_answer: bool,
    /// How far it has come. Nothing is built: it begins as `built`.
    pub sending: Sending,
    /// What went wrong last, and who has to fix it; `None` if nothing has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// What the requester answered, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<MessageAnswer>,
}

/// An answer to a message. Its text is that of a note of the case.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MessageAnswer {
    /// The id of the note with its text.
    pub note: NoteId,
    /// When it came in.
    pub at: Timestamp,
    /// The keyed digest of its text, by which the same answer is recognised when it comes in again; in hexadecimal.
    pub fingerprint: String,
}

impl SentMessage {
    /// The key of its sending, which is also the reference that an answer gives.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.sending.key
    }

    /// When the library tries again by itself to send it; `None` if it does not, or it did not fail.
    #[must_use]
    pub fn retry_at(&self) -> Option<Timestamp> {
        self.failure.as_ref().filter(|_| self.sending.has_failed()).and_then(|failure| failure.retry_at)
    }

    /// The reference that an answer has to give; empty if none is expected.
    #[must_use]
    pub fn answer_ref(&self) -> &str {
        if self.wants_answer { self.key() } else { "" }
    }
}
