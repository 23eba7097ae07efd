//! What a screen shows of messages to the requester, and the receipts of sending and receiving.

use serde::{Deserialize, Serialize};

use super::{FailureView, ReleaseReport};
use crate::model::{NoteId, Timestamp};

/// The receipt for a message to the requester.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct MessageReceipt {
    /// The id of the note with its text, in the thread of the case.
    pub note: NoteId,
    /// The reference that an answer gives: 32 hexadecimal digits; `None` if no answer is expected.
    pub answer_ref: Option<String>,
    /// How far it has come. A message that could not be sent is an answer too, and not an error.
    pub report: ReleaseReport,
    /// Whether the message had already been handed in under the same request id.
    pub replayed: bool,
}

/// The receipt for an answer of the requester.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct ReceivedAnswer {
    /// The id of the note with its text, in the thread of the case.
    pub note: NoteId,
    /// Whether the same answer had already come in. It changed nothing this time.
    pub replayed: bool,
}

/// Whether a note went to the requester or came from them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum MessageDirection {
    /// It went to the requester, or is to go there.
    Sent,
    /// It came from the requester.
    Received,
}

/// How a note went to the requester, or that it came from them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct MessageView {
    /// Whether it went to the requester or came from them.
    pub direction: MessageDirection,
    /// The key of the message; an answer gives it as its reference.
    pub key: String,
    /// Whether an answer is expected; `false` for what came from the requester.
    pub wants_answer: bool,
    /// The code of its state: `built` before the first attempt, `sending`, `not_sent`, `arrived` or `stopped`; `received`
    /// for what came from the requester.
    pub state: String,
    /// The number of attempts at sending; 0 before the first.
    pub attempts: u32,
    /// When it arrived; `None` until then.
    pub arrived_at: Option<Timestamp>,
    /// The receiver's reference; `None` if it has not arrived, or the receiver gave none.
    pub receipt: Option<String>,
    /// Why it could not be sent; `None` unless it failed, and for a customer.
    pub failure: Option<FailureView>,
}
