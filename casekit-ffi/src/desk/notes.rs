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
    ///
    /// # Cost
    ///
    /// Reads the case by an index and writes one transaction of one event: the same at a thousand cases and at a
    /// million. The work grows with the length of the text, of which up to 20,000 different words are indexed.
    ///
    /// A text has 1 to 100,000 characters: `Invalid` with `too_long` beyond.
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
    ///
    /// # Cost
    ///
    /// Costs what a note without a parent does, however deep the thread is.
    ///
    /// A text has 1 to 100,000 characters: `Invalid` with `too_long` beyond. A thread is 100 levels deep: `Blocked`
    /// with `thread_too_deep` beyond.
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
