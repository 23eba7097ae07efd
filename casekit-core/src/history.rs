//! The history of a stream, as text for people.

mod describe;
mod names;

use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::language::{Argument, Language, Message};
use crate::model::{ActorId, BankAccountField, CustomerField, NoteId, ShortText, Timestamp};

pub(crate) use describe::{About, people_in};
pub(crate) use names::Names;

/// One entry of a stream's history.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct HistoryEntry {
    /// The place of the entry in the history of its stream, from 1.
    pub revision: u64,
    /// When it happened; for an imported entry, when it happened in the other system.
    pub at: Timestamp,
    /// The id of the actor who did it.
    pub actor: String,
    /// What they are called today; `None` if the directory of people does not say, or it is not for the reader.
    pub actor_name: Option<String>,
    /// The id of the person for whom they did it; `None` if they acted for themselves.
    pub on_behalf_of: Option<String>,
    /// What that person is called today; `None` as for `actor_name`, or if there is none.
    pub on_behalf_of_name: Option<String>,
    /// The id of the actor who imported it; `None` if it was not imported.
    pub imported_by: Option<String>,
    /// What that actor is called today; `None` as for `actor_name`, or if there is none.
    pub imported_by_name: Option<String>,
    /// What happened, as a stable code such as `stage_changed`.
    pub code: String,
    /// What happened, as a sentence without its actor, in the reader's language: `moved it from Open to In Progress`.
    pub text: String,
    /// The fields that changed, with their old and new values; empty if there are none to show.
    pub changes: Vec<FieldChange>,
    /// The reason that was given; `None` if none was, or it was erased.
    pub reason: Option<String>,
    /// The id of the note that the entry is about; `None` if it is about none.
    pub note: Option<NoteId>,
}

/// A field that changed, with its old and new value. Its `Debug` never shows sensitive values, not even to readers who
/// may see them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct FieldChange {
    /// The code of the field, such as `title`, `stage` or `next_of_kin`; of an organisation's own field `fields.` and its
    /// id.
    pub field: String,
    /// The label of the field, in the reader's language.
    pub label: String,
    /// The value before, which may be sensitive; `None` if there was none, or it was erased.
    pub from: Option<String>,
    /// The value after, which may be sensitive; `None` if there is none, or it was erased.
    pub to: Option<String>,
}

impl std::fmt::Debug for FieldChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("FieldChange");
        shown.field("field", &self.field);
        let sensitive = [CustomerField::BankAccounts.code(), BankAccountField::Number.code()];
        // What an organisation's own field holds, and whether it is sensitive, is not known here.
        if sensitive.contains(&self.field.as_str()) || self.field.starts_with("fields.") {
            return shown.finish_non_exhaustive();
        }
        shown.field("from", &self.from).field("to", &self.to).finish()
    }
}

/// Texts that a page of a history needs more than once, so that each is rendered once.
#[derive(Default)]
pub(crate) struct Phrases {
    labels: Vec<(String, String)>,
    sentences: Vec<(Message, String)>,
}

impl Phrases {
    /// How many sentences are kept. Most pages have only a few different ones, and a lookup compares all that are kept.
    const SENTENCES: usize = 8;

    /// The label of a field.
    fn label(&mut self, field: &str, language: &Language) -> String {
        if let Some((_, label)) = self.labels.iter().find(|(known, _)| known == field) {
            return label.clone();
        }
        let label = language.word_of("field", field);
        self.labels.push((field.to_owned(), label.clone()));
        label
    }

    fn sentence(&mut self, message: Message, language: &Language) -> String {
        if let Some((_, sentence)) = self.sentences.iter().find(|(known, _)| *known == message) {
            return sentence.clone();
        }
        let sentence = language.render(&message);
        if self.sentences.len() < Self::SENTENCES {
            self.sentences.push((message, sentence.clone()));
        }
        sentence
    }
}

/// Renders an event as an entry in a language.
pub(crate) fn describe(
    mut event: Event,
    about: About<'_>,
    language: &Language,
    phrases: &mut Phrases,
) -> HistoryEntry {
    let (sentence, changes) = describe::describe(&mut event, about);
    let text = phrases.sentence(sentence, language);
    let changed = |change: describe::Change| FieldChange {
        label: change.label.unwrap_or_else(|| phrases.label(&change.field, language)),
        field: change.field.into_owned(),
        from: change.from.map(|from| said(from, language)),
        to: change.to.map(|to| said(to, language)),
    };
    let Event { position: _, revision, header, fact, personal } = event;
    let name = |id: Option<&ActorId>| id.and_then(|id| about.names.of(id.as_str()));
    HistoryEntry {
        revision,
        at: header.at,
        actor_name: name(Some(&header.actor)),
        on_behalf_of_name: name(header.on_behalf_of.as_ref()),
        imported_by_name: name(header.imported_by.as_ref()),
        actor: header.actor.into(),
        on_behalf_of: header.on_behalf_of.map(ActorId::into),
        imported_by: header.imported_by.map(ActorId::into),
        code: fact.code().to_owned(),
        text,
        changes: changes.into_iter().map(changed).collect(),
        reason: personal.reason.map(ShortText::into),
        note: fact.note(),
    }
}

/// Renders an argument. A long text is moved instead of being copied.
fn said(argument: Argument, language: &Language) -> String {
    match argument {
        Argument::Text(text) => text,
        Argument::Word(key) => language.word(&key).into_owned(),
        Argument::Number(_) | Argument::Instant(_) | Argument::Message(_) | Argument::List(_) => {
            language.say(&argument)
        }
    }
}
