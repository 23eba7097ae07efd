//! Messages on a case.

use serde::{Deserialize, Serialize};

use super::{ActorId, CaseId, LongText, NoteId, Timestamp};

/// One message in the thread of a case.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Note {
    /// Its identity.
    pub id: NoteId,
    /// The case it stands on.
    pub case: CaseId,
    /// The note that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<NoteId>,
    /// Its place in reading order: the places of the notes above it, then its own. Its length is the depth plus one.
    pub path: Vec<u32>,
    /// Who wrote it.
    pub author: ActorId,
    /// When it was added.
    pub added_at: Timestamp,
    /// Who can see it.
    pub visibility: Visibility,
    /// What it says, or that it was retracted.
    pub body: NoteBody,
    /// How often it was edited; the history keeps every revision.
    #[serde(default)]
    pub edits: u32,
    /// When it was last edited, retracted or shown to others.
    pub updated_at: Timestamp,
}

/// What a note says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteBody {
    /// Its text.
    Text(LongText),
    /// A tombstone: it was taken back, and its place in the thread stays.
    Retracted,
}

/// Who can see a note.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Staff only.
    Internal,
    /// The customer too.
    Customer,
}

impl Visibility {
    /// The word used in hosts, and the key of its words.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::Customer => "customer",
        }
    }
}

impl Note {
    /// How many notes stand above it: 0 for one that answers nothing.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.path.len().saturating_sub(1)
    }

    /// Its text, unless it was retracted.
    #[must_use]
    pub fn text(&self) -> Option<&LongText> {
        match &self.body {
            NoteBody::Text(text) => Some(text),
            NoteBody::Retracted => None,
        }
    }
}
