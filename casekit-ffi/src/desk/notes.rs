//! Threads of notes.

use casekit::{AddedNote, CaseId, Changed, NewNote, NoteId, NoteRevision, PageRequest, Visibility};

use super::Desk;
use crate::error::CasekitError;
use crate::types::NotePage;

#[uniffi::export]
impl Desk {
    /// Adds a note to a case: internal if a plain text is given. Needs `write_notes`.
    #[uniffi::method(default(visibility = None))]
    pub fn add_note(
        &self,
        case: CaseId,
        text: String,
        visibility: Option<Visibility>,
    ) -> Result<AddedNote, CasekitError> {
        self.guard(|| self.desk.add_note(case, note(text, visibility)))
    }

    /// Answers a note. A thread goes 100 replies deep. Needs `write_notes`.
    #[uniffi::method(default(visibility = None))]
    pub fn reply(
        &self,
        to: NoteId,
        text: String,
        visibility: Option<Visibility>,
    ) -> Result<AddedNote, CasekitError> {
        self.guard(|| self.desk.reply(to, note(text, visibility)))
    }

    /// Gives one's own note another text; every revision is kept.
    pub fn edit_note(&self, note: NoteId, text: String) -> Result<Changed, CasekitError> {
        self.guard(|| self.desk.edit_note(note, &text))
    }

    /// Takes one's own note back; a tombstone stays in its place.
    #[uniffi::method(default(reason = None))]
    pub fn retract_note(&self, note: NoteId, reason: Option<String>) -> Result<Changed, CasekitError> {
        self.guard(|| self.desk.retract_note(note, reason.as_deref()))
    }

    /// Changes who can see one's own note.
    pub fn set_note_visibility(&self, note: NoteId, to: Visibility) -> Result<Changed, CasekitError> {
        self.guard(|| self.desk.set_note_visibility(note, to))
    }

    /// The thread of a case in reading order: each note is followed by its replies, oldest first.
    /// Needs `read_cases` and `read_notes`.
    #[uniffi::method(default(page = None))]
    pub fn thread(&self, case: CaseId, page: Option<PageRequest>) -> Result<NotePage, CasekitError> {
        self.guard(|| self.desk.thread(case, super::page(page)).map(Into::into))
    }

    /// What a note said, from the first revision to the present one.
    /// Needs `read_cases` and `read_notes`.
    pub fn note_revisions(&self, note: NoteId) -> Result<Vec<NoteRevision>, CasekitError> {
        self.guard(|| self.desk.note_revisions(note))
    }
}

fn note(text: String, visibility: Option<Visibility>) -> NewNote {
    NewNote { text, visibility: visibility.unwrap_or(Visibility::Internal) }
}
