//! What a fact is about, for code that depends on only some kinds of facts. `CaseFact::about`, which is beside the
//! facts, says which fact is about what.

use super::CaseFact;
use crate::model::{CaseTypeId, MaterialField, NoteId, Visibility};

/// What a fact of a case is about.
pub(super) enum About<'a> {
    /// The case was raised, with this type. The reference is the one under which it was imported; no other case can use
    /// that again.
    Raised(CaseTypeId, Option<&'a str>),
    /// The request for which the case was raised, by its reference, its number among those with that reference, and its
    /// fingerprint.
    Received(&'a str, u32, &'a str),
    /// The type of the case, before and after. They are equal if only the version changed.
    Typed(CaseTypeId, CaseTypeId),
    /// The customer of the case.
    Customer,
    /// A text of the case that approvals may cover.
    Text(MaterialField),
    /// One of the notes of the case.
    Note(NoteId, OfNote<'a>),
    /// A message to the requester, by its key, and whether an answer to it is expected.
    Sent(&'a str, bool),
    /// The case itself, or its workflow. None of the functions below depends on these.
    Itself,
}

/// What happened to a note.
pub(super) enum OfNote<'a> {
    /// The note was added.
    Added { parent: Option<NoteId>, path: &'a [u32], visibility: Visibility },
    /// Its text was edited; with who can see it.
    Edited(Visibility),
    /// It was retracted; with who could see it.
    Retracted(Visibility),
    /// It was shown to the customer or hidden from them; with who can see it now.
    ShownTo(Visibility),
}

impl CaseFact {
    /// The id of the note that the fact is about; `None` if it is about none.
    #[must_use]
    pub fn note(&self) -> Option<NoteId> {
        self.of_note().map(|(note, _)| note)
    }

    /// Who could see the note after the fact, as the fact itself says. It tells about the past of the note, not about
    /// who can see it now.
    pub(crate) fn note_seen_by(&self) -> Option<Visibility> {
        self.of_note().map(|(_, said)| match said {
            OfNote::Added { visibility, .. }
            | OfNote::Edited(visibility)
            | OfNote::Retracted(visibility)
            | OfNote::ShownTo(visibility) => visibility,
        })
    }

    /// Whether it sets or removes the text of a note.
    pub(crate) fn rewrites_note(&self) -> bool {
        match self.of_note() {
            Some((_, OfNote::Added { .. } | OfNote::Edited(_) | OfNote::Retracted(_))) => true,
            Some((_, OfNote::ShownTo(_))) | None => false,
        }
    }

    /// Whether it changes what every approval was given on.
    pub(crate) fn changes_material(&self) -> bool {
        match self.about() {
            About::Customer => true,
            // Moving to another version of the same type leaves the case what it was.
            About::Typed(from, to) => from != to,
            About::Raised(..)
            | About::Received(..)
            | About::Text(_)
            | About::Note(..)
            | About::Sent(..)
            | About::Itself => false,
        }
    }

    /// The text that it changes, on which approvals may have been given; `None` if it changes none.
    pub(crate) fn changes_text(&self) -> Option<MaterialField> {
        match self.about() {
            About::Text(field) => Some(field),
            About::Raised(..)
            | About::Received(..)
            | About::Typed(..)
            | About::Customer
            | About::Note(..)
            | About::Sent(..)
            | About::Itself => None,
        }
    }

    /// The reference under which the case was imported, which no other case can use again; `None` if there is none.
    pub(crate) fn import_reference(&self) -> Option<&str> {
        match self.about() {
            About::Raised(_, reference) => reference,
            About::Received(..)
            | About::Typed(..)
            | About::Customer
            | About::Text(_)
            | About::Note(..)
            | About::Sent(..)
            | About::Itself => None,
        }
    }

    /// The request for which the case was raised: its reference, its number among those with that reference, and its
    /// fingerprint; `None` for any other fact.
    pub(crate) fn intake(&self) -> Option<(&str, u32, &str)> {
        match self.about() {
            About::Received(reference, number, fingerprint) => Some((reference, number, fingerprint)),
            About::Raised(..)
            | About::Typed(..)
            | About::Customer
            | About::Text(_)
            | About::Note(..)
            | About::Sent(..)
            | About::Itself => None,
        }
    }

    /// The key of a message to the requester that an answer can refer to; `None` for any other fact.
    pub(crate) fn answerable(&self) -> Option<&str> {
        match self.about() {
            About::Sent(key, wants_answer) => wants_answer.then_some(key),
            About::Raised(..)
            | About::Received(..)
            | About::Typed(..)
            | About::Customer
            | About::Text(_)
            | About::Note(..)
            | About::Itself => None,
        }
    }

    /// The types of the case before and after the fact; `None` if the fact does not say.
    pub(crate) fn types(&self) -> Option<(CaseTypeId, CaseTypeId)> {
        match self.about() {
            About::Raised(case_type, _) => Some((case_type, case_type)),
            About::Typed(from, to) => Some((from, to)),
            About::Received(..)
            | About::Customer
            | About::Text(_)
            | About::Note(..)
            | About::Sent(..)
            | About::Itself => None,
        }
    }

    pub(super) fn of_note(&self) -> Option<(NoteId, OfNote<'_>)> {
        match self.about() {
            About::Note(note, said) => Some((note, said)),
            About::Raised(..)
            | About::Received(..)
            | About::Typed(..)
            | About::Customer
            | About::Text(_)
            | About::Sent(..)
            | About::Itself => None,
        }
    }
}
