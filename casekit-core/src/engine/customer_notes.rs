//! The notes that a customer can see, and who wrote them as a customer is told.

use std::collections::{BTreeMap, BTreeSet};

use super::Engine;
use crate::language::Language;
use crate::model::{Actor, Case, CaseId, Note, NoteId, limits};
use crate::release::CustomerNote;
use crate::store::{NoteQuery, StoreError};

impl Engine {
    /// The notes on a case that its customer can see, in reading order, as a paper for them shows each. Its customer has this
    /// name. Everybody who wrote one is asked of the application's authorizer once.
    pub(crate) fn customer_notes(
        &self,
        case: &Case,
        customer: Option<&str>,
        names_staff: bool,
        language: &Language,
    ) -> Result<Vec<CustomerNote>, StoreError> {
        let answers: Vec<NoteId> =
            case.messages().flat_map(|message| &message.answers).map(|answer| answer.note).collect();
        let requester = || case.request.as_ref().map(|request| request.requester.to_string());
        let notes = self.notes_for_customer(case.id)?;
        let authors = self.authors(case, &notes, names_staff, language)?;
        let called = |author: &Author| match author {
            Author::Customer => customer.map(str::to_owned),
            Author::Staff(name) => Some(name.clone()),
            Author::Unknown => None,
        };
        let shown = |note: Note| CustomerNote {
            depth: u32::try_from(note.depth()).unwrap_or(u32::MAX),
            // Whoever handed an answer in did not write it.
            author: match answers.contains(&note.id) {
                true => requester(),
                false => authors.get(note.author.as_str()).and_then(called),
            },
            added_at: note.added_at,
            edited: note.edits > 0,
            text: note.text().map(ToString::to_string),
        };
        Ok(notes.into_iter().map(shown).collect())
    }

    fn notes_for_customer(&self, case: CaseId) -> Result<Vec<Note>, StoreError> {
        let (mut notes, mut after) = (Vec::new(), None);
        loop {
            let slice = self.store.notes(&NoteQuery::thread(case, false, after, limits::PAGE))?;
            notes.extend(slice.rows);
            after = slice.next;
            if after.is_none() {
                return Ok(notes);
            }
        }
    }

    /// Who wrote these notes, by their actor ids.
    fn authors(
        &self,
        case: &Case,
        notes: &[Note],
        names_staff: bool,
        language: &Language,
    ) -> Result<BTreeMap<String, Author>, StoreError> {
        let ids: BTreeSet<&str> = notes.iter().map(|note| note.author.as_str()).collect();
        let named = names_staff.then(|| self.names_of(ids.iter().copied())).transpose()?;
        let author = |id: &str| match self.customer_of(&Actor::new(id, "")) {
            Err(_) => Author::Unknown,
            Ok(Some(customer)) if case.customer == Some(customer) => Author::Customer,
            Ok(_) => {
                let name = named.as_ref().and_then(|names| names.of(id));
                Author::Staff(name.unwrap_or_else(|| language.word("person.staff").into_owned()))
            }
        };
        Ok(ids.into_iter().map(|id| (id.to_owned(), author(id))).collect())
    }
}

/// Who wrote a note, as a customer is told.
enum Author {
    Customer,
    Staff(String),
    Unknown,
}
