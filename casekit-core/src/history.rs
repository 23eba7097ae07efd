//! The history of a stream in words that a screen can show.

mod describe;

use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::language::{Argument, Language, Message};
use crate::model::{ActorId, CustomerField, NoteId, ShortText, Timestamp};

pub(crate) use describe::About;

/// One entry of a history.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
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
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
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

/// What a page of a history says more than once: put into words once.
#[derive(Default)]
pub(crate) struct Phrases {
    labels: Vec<(&'static str, String)>,
    sentences: Vec<(Message, String)>,
}

impl Phrases {
    /// Sentences that are kept: most pages have few.
    const SENTENCES: usize = 8;

    /// What a field is called.
    fn label(&mut self, field: &'static str, language: &Language) -> String {
        if let Some((_, label)) = self.labels.iter().find(|(known, _)| *known == field) {
            return label.clone();
        }
        let label = language.word_of("field", field);
        self.labels.push((field, label.clone()));
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

/// Puts an event into the words of a language.
pub(crate) fn describe(
    mut event: Event,
    about: About<'_>,
    language: &Language,
    phrases: &mut Phrases,
) -> HistoryEntry {
    let (sentence, changes) = describe::describe(&mut event, about);
    let text = phrases.sentence(sentence, language);
    let changed = |change: describe::Change| FieldChange {
        label: phrases.label(change.field, language),
        field: change.field.to_owned(),
        from: change.from.map(|from| said(from, language)),
        to: change.to.map(|to| said(to, language)),
    };
    let Event { position: _, revision, header, fact, personal } = event;
    HistoryEntry {
        revision,
        at: header.at,
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

/// A long text is moved, not written a second time.
fn said(argument: Argument, language: &Language) -> String {
    match argument {
        Argument::Text(text) => text,
        Argument::Word(key) => language.word(&key).into_owned(),
        Argument::Number(_) | Argument::Instant(_) | Argument::Message(_) | Argument::List(_) => {
            language.say(&argument)
        }
    }
}
