//! Notes: messages on a case.

use serde::{Deserialize, Serialize};

use super::{ActorId, CaseId, LongText, NoteId, Timestamp};

/// One message in the thread of a case.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Note {
    /// The id of the note; the library makes it when the note is added.
    pub id: NoteId,
    /// The id of the case that the note is on.
    pub case: CaseId,
    /// The id of the note to which it replies; `None` if it is no reply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<NoteId>,
    /// Its place in reading order: the place of each note above it, outermost first, then its own. The length is the
    /// depth plus one.
    pub path: Vec<u32>,
    /// The id of the actor who wrote it.
    pub author: ActorId,
    /// When it was added; for an imported note, when it was written.
    pub added_at: Timestamp,
    /// Whether the customer can see it.
    pub visibility: Visibility,
    /// Its text, or a tombstone if it was retracted.
    pub body: NoteBody,
    /// How often its text was edited. The history has every revision.
    #[serde(default)]
    pub edits: u32,
    /// When it was last edited, retracted or made visible to others; when it was added if it never was.
    pub updated_at: Timestamp,
}

/// The text of a note, or that it was retracted.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteBody {
    /// The text of the note: 1 to 100,000 characters.
    Text(LongText),
    /// A tombstone: the note was retracted, and its place in the thread stays.
    Retracted,
}

/// Who a note comes from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum NoteOrigin {
    /// Somebody of the organisation wrote it, which is usual.
    #[default]
    Staff,
    /// The customer wrote it: at a desk of their own, or as the answer to a message.
    Customer,
    /// It is a message to the requester, which arrives or not.
    Message,
}

impl NoteOrigin {
    pub(crate) fn is_staff(&self) -> bool {
        *self == Self::Staff
    }
}

/// Who can see a note.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Staff can see it, the customer cannot.
    Internal,
    /// The customer can see it, and staff too.
    Customer,
}

impl Visibility {
    /// The stable word for it in hosts, such as `internal`; also the key of its label in every language.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::Customer => "customer",
        }
    }
}

impl Note {
    /// How many notes are above it in the thread: 0 for a note that is no reply.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.path.len().saturating_sub(1)
    }

    /// Its text; `None` if it was retracted.
    #[must_use]
    pub fn text(&self) -> Option<&LongText> {
        match &self.body {
            NoteBody::Text(text) => Some(text),
            NoteBody::Retracted => None,
        }
    }
}
