//! The history of a stream in words that a screen can show.

mod words;

use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::language::Language;
use crate::model::{CustomerField, NoteId, Timestamp};

pub(crate) use words::About;

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
    /// What happened, as a sentence without its actor in the reader's language: `moved it from Open to In Progress`.
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
    /// The code of the field: `title`, `stage`, `next_of_kin`.
    pub field: String,
    /// What the field is called, in the reader's language.
    pub label: String,
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

/// Puts an event into the words of a language.
pub(crate) fn describe(event: &Event, about: About<'_>, language: &Language) -> HistoryEntry {
    let (said, changes) = words::words(event, about);
    let changed = |change: words::Change| FieldChange {
        label: language.word_of("field", change.field),
        field: change.field.to_owned(),
        from: change.from.map(|from| language.say(&from)),
        to: change.to.map(|to| language.say(&to)),
    };
    HistoryEntry {
        revision: event.revision,
        at: event.header.at,
        actor: event.header.actor.to_string(),
        on_behalf_of: event.header.on_behalf_of.as_ref().map(ToString::to_string),
        imported_by: event.header.imported_by.as_ref().map(ToString::to_string),
        code: event.fact.code().to_owned(),
        text: language.render(&said),
        changes: changes.into_iter().map(changed).collect(),
        reason: event.personal.reason.as_ref().map(ToString::to_string),
        note: event.fact.note(),
    }
}
