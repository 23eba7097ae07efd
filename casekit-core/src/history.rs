//! The history of a stream in words that a screen can show.

mod words;

use serde::{Deserialize, Serialize};

use crate::desk::Sight;
use crate::event::Event;
use crate::model::{CaseTypeId, Catalog, CustomerField, NoteId, Timestamp};

/// One entry of a history.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// Its place in the stream, from 1.
    pub revision: u64,
    /// When it happened.
    pub at: Timestamp,
    /// The id of who did it.
    pub actor: String,
    /// The id of the person for whom they did it.
    pub on_behalf_of: Option<String>,
    /// The id of who imported it.
    pub imported_by: Option<String>,
    /// What happened, as a code such as `stage_changed`.
    pub code: String,
    /// What happened, as a sentence without its actor: `moved from Open to In Progress`.
    pub text: String,
    /// What changed, from what to what.
    pub changes: Vec<FieldChange>,
    /// Why, if a reason was given.
    pub reason: Option<String>,
    /// The note that it is about.
    pub note: Option<NoteId>,
}

/// One field that changed. Its `Debug` shows no sensitive value, also to those who may read it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// The field: `title`, `stage`, `next_of_kin`.
    pub field: String,
    /// What stood there; `None` for nothing, or for text that was erased.
    pub from: Option<String>,
    /// What stands there now.
    pub to: Option<String>,
}

impl std::fmt::Debug for FieldChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("FieldChange");
        shown.field("field", &self.field);
        if self.field == CustomerField::BankAccounts.code() {
            return shown.finish_non_exhaustive();
        }
        shown.field("from", &self.from).field("to", &self.to).finish()
    }
}

/// Puts an event into words; `case_type` is the type that the case had before it.
pub(crate) fn describe(
    event: &Event,
    catalog: &Catalog,
    sight: Sight,
    case_type: Option<CaseTypeId>,
) -> HistoryEntry {
    let (text, changes) = words::words(event, catalog, sight, case_type);
    HistoryEntry {
        revision: event.revision,
        at: event.header.at,
        actor: event.header.actor.to_string(),
        on_behalf_of: event.header.on_behalf_of.as_ref().map(ToString::to_string),
        imported_by: event.header.imported_by.as_ref().map(ToString::to_string),
        code: event.fact.code().to_owned(),
        text,
        changes,
        reason: event.personal.reason.as_ref().map(ToString::to_string),
        note: event.fact.note(),
    }
}
