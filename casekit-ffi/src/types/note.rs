//! Threads of notes.

use casekit::{AddedNote, CaseId, NoteId, NoteRevision, ThreadNote, Timestamp, Visibility};

/// A note in its thread.
#[uniffi::remote(Record)]
pub struct ThreadNote {
    /// Its identity.
    pub id: NoteId,
    /// The note that it answers.
    pub parent: Option<NoteId>,
    /// How many notes stand above it: 0 for one that answers nothing.
    pub depth: u32,
    /// The id of who wrote it.
    pub author: String,
    /// When it was added.
    pub added_at: Timestamp,
    /// What it says; `None` if it was retracted.
    pub text: Option<String>,
    /// Who can see it.
    pub visibility: Visibility,
    /// How often it was edited.
    pub edits: u32,
    /// When it was last edited, retracted or shown to others.
    pub updated_at: Timestamp,
}

/// What a note said at some time.
#[uniffi::remote(Record)]
pub struct NoteRevision {
    /// From 1.
    pub revision: u32,
    /// When it was written.
    pub at: Timestamp,
    /// The id of who wrote it.
    pub by: String,
    /// What it said; `None` for its retraction.
    pub text: Option<String>,
}

/// A note was added.
#[uniffi::remote(Record)]
pub struct AddedNote {
    /// Its id.
    pub id: NoteId,
    /// The case it stands on.
    pub case: CaseId,
    /// The revision of the case.
    pub revision: u64,
    /// Whether it was added before under the same request id.
    pub replayed: bool,
}

/// Who can see a note.
#[uniffi::remote(Enum)]
pub enum Visibility {
    /// Staff only.
    Internal,
    /// The customer too.
    Customer,
}
