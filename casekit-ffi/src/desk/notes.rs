//! Writing notes: a host says text and visibility, and no record.

use casekit::{AddedNote, CaseId, NewNote, NoteId, Visibility};

use super::Desk;
use crate::error::CasekitError;

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
}

fn note(text: String, visibility: Option<Visibility>) -> NewNote {
    NewNote { text, visibility: visibility.unwrap_or(Visibility::Internal) }
}
