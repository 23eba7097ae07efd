//! Writing notes: a host says text and visibility, and no record.

use casekit::{AddedNote, CaseId, NewNote, NoteId, Visibility};

use super::Desk;
use crate::error::CasekitError;

#[uniffi::export]
impl Desk {
    /// Adds a note to a case.
    ///
    /// Needs `write_notes`.
    ///
    /// # Arguments
    ///
    /// - `text`: the text of the note, up to 100,000 characters.
    /// - `visibility`: who can see it; only staff unless given.
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such case, or the actor may not see it.
    #[uniffi::method(default(visibility = None))]
    pub fn add_note(
        &self,
        case: CaseId,
        text: String,
        visibility: Option<Visibility>,
    ) -> Result<AddedNote, CasekitError> {
        self.guard(|| self.desk.add_note(case, note(text, visibility)))
    }

    /// Replies to a note.
    ///
    /// Replies can be nested 100 deep. Needs `write_notes`.
    ///
    /// # Arguments
    ///
    /// - `to`: the note to reply to.
    /// - `text`: the text of the note, up to 100,000 characters.
    /// - `visibility`: who can see it; only staff unless given.
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such note, or the actor may not see it.
    #[uniffi::method(default(visibility = None))]
    pub fn reply(
        &self,
        to: NoteId,
        text: String,
        visibility: Option<Visibility>,
    ) -> Result<AddedNote, CasekitError> {
        self.guard(|| self.desk.reply(to, note(text, visibility)))
    }
}

fn note(text: String, visibility: Option<Visibility>) -> NewNote {
    NewNote { text, visibility: visibility.unwrap_or(Visibility::Internal) }
}
