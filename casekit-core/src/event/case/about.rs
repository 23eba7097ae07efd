//! What a fact is about, for those who go by some kinds of facts only. Which is about what stands beside the facts.

use super::CaseFact;
use crate::model::{CaseTypeId, NoteId, Visibility};

/// What a fact of a case is about.
pub(super) enum About<'a> {
    /// That the case is there; what it is called where it comes from is never called so again.
    Raised(CaseTypeId, Option<&'a str>),
    /// The request that the case was raised for; it arrives once.
    Received(&'a str),
    /// Its type: from which to which, or to another version of the same.
    Typed(CaseTypeId, CaseTypeId),
    /// Its customer.
    Customer,
    /// One of its notes.
    Note(NoteId, OfNote<'a>),
    /// The case itself, or its workflow: nothing that anybody goes by.
    Itself,
}

/// What a fact says of a note.
pub(super) enum OfNote<'a> {
    /// It is there.
    Added { parent: Option<NoteId>, path: &'a [u32], visibility: Visibility },
    /// It has another text; who can see it.
    Edited(Visibility),
    /// It was taken back; who could see it.
    Retracted(Visibility),
    /// Others can see it.
    ShownTo(Visibility),
}

impl CaseFact {
    /// The note that it is about, if it is about one.
    #[must_use]
    pub fn note(&self) -> Option<NoteId> {
        self.of_note().map(|(note, _)| note)
    }

    /// Who could see the note that it is about, as it says itself: it is part of that note's past.
    pub(crate) fn note_seen_by(&self) -> Option<Visibility> {
        self.of_note().map(|(_, said)| match said {
            OfNote::Added { visibility, .. }
            | OfNote::Edited(visibility)
            | OfNote::Retracted(visibility)
            | OfNote::ShownTo(visibility) => visibility,
        })
    }

    /// Whether it gives a note another text, or none.
    pub(crate) fn rewrites_note(&self) -> bool {
        match self.of_note() {
            Some((_, OfNote::Added { .. } | OfNote::Edited(_) | OfNote::Retracted(_))) => true,
            Some((_, OfNote::ShownTo(_))) | None => false,
        }
    }

    /// Whether what approvals were given on is another from now on.
    pub(crate) fn changes_material(&self) -> bool {
        match self.about() {
            About::Customer => true,
            // Another version of its type leaves a case what it was.
            About::Typed(from, to) => from != to,
            About::Raised(..) | About::Received(_) | About::Note(..) | About::Itself => false,
        }
    }

    /// What the case is called where it was imported from, for good.
    pub(crate) fn import_reference(&self) -> Option<&str> {
        match self.about() {
            About::Raised(_, reference) => reference,
            About::Received(_) | About::Typed(..) | About::Customer | About::Note(..) | About::Itself => None,
        }
    }

    /// What the request that it was raised for is called where it came from, for good.
    pub(crate) fn intake_reference(&self) -> Option<&str> {
        match self.about() {
            About::Received(reference) => Some(reference),
            About::Raised(..) | About::Typed(..) | About::Customer | About::Note(..) | About::Itself => None,
        }
    }

    /// The types that the case had before it and has after it, if it says so.
    pub(crate) fn types(&self) -> Option<(CaseTypeId, CaseTypeId)> {
        match self.about() {
            About::Raised(case_type, _) => Some((case_type, case_type)),
            About::Typed(from, to) => Some((from, to)),
            About::Received(_) | About::Customer | About::Note(..) | About::Itself => None,
        }
    }

    pub(super) fn of_note(&self) -> Option<(NoteId, OfNote<'_>)> {
        match self.about() {
            About::Note(note, said) => Some((note, said)),
            About::Raised(..) | About::Received(_) | About::Typed(..) | About::Customer | About::Itself => {
                None
            }
        }
    }
}
