//! Search: one entry for each case and each note that has text.
//!
//! An entry only refers to a case or a note. Its terms are computed from the current text at each search, so an edit or
//! a customer's new name needs no bookkeeping here. A store that keeps terms must rewrite them on such a change.

use super::World;
use crate::model::{Case, CaseId, Note, NoteId, Visibility};
use crate::search::{case_terms, note_terms};
use crate::store::{After, SearchQuery, SearchRow, Slice};

/// The case or note that an entry refers to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Entry {
    Case(CaseId),
    Note(NoteId),
}

impl World {
    /// The matching entries that the query's scope allows, newest first.
    pub(super) fn search(&self, query: &SearchQuery) -> Slice<SearchRow> {
        let found = self.entries.iter().rev().filter(|(entry, _)| match &query.after {
            None => true,
            Some(After::Entry(seen)) => *entry < seen,
            Some(
                After::Number(_) | After::Instant(..) | After::Field(..) | After::Name(..) | After::Path(_),
            ) => false,
        });
        let found = found.map(|(entry, what)| (*entry, self.found(query, *entry, *what)));
        let page =
            self.slice(found, query.limit, |(_, row)| row.is_some(), |(entry, _)| After::Entry(*entry));
        Slice { rows: page.rows.into_iter().filter_map(|(_, row)| row).collect(), next: page.next }
    }

    fn found(&self, query: &SearchQuery, entry: u64, what: Entry) -> Option<SearchRow> {
        match what {
            Entry::Case(id) => self.found_case(query, entry, self.case(id)?),
            Entry::Note(id) => self.found_note(query, entry, self.notes.get(&id)?),
        }
    }

    fn found_case(&self, query: &SearchQuery, entry: u64, case: &Case) -> Option<SearchRow> {
        let found = query.cases
            && in_scope(query, case)
            && query.text.matches(&case_terms(case, self.customer_name(case)));
        found.then(|| SearchRow { entry, case: self.case_row(case), note: None, visibility: None })
    }

    fn found_note(&self, query: &SearchQuery, entry: u64, note: &Note) -> Option<SearchRow> {
        let case = self.case(note.case)?;
        let shown = query.internal || note.visibility == Visibility::Customer;
        let found = query.notes && shown && in_scope(query, case) && query.text.matches(&note_terms(note)?);
        found.then(|| SearchRow {
            entry,
            case: self.case_row(case),
            note: Some(note.id),
            visibility: Some(note.visibility),
        })
    }

    pub(super) fn index_case(&mut self, id: CaseId) {
        self.new_entry(Entry::Case(id));
    }

    /// Gives a new note an entry, leaves an edited one its own, and removes that of a retracted one.
    pub(super) fn index_note(&mut self, note: &Note) {
        let entry = Entry::Note(note.id);
        let is_there = self.entries.values().any(|there| *there == entry);
        match note_terms(note) {
            Some(_) if !is_there => self.new_entry(entry),
            Some(_) => {}
            None => self.entries.retain(|_, there| *there != entry),
        }
    }

    pub(super) fn new_entry(&mut self, entry: Entry) {
        self.last_entry += 1;
        self.entries.insert(self.last_entry, entry);
    }
}

/// Whether a case is within the scope of the query.
fn in_scope(query: &SearchQuery, case: &Case) -> bool {
    query.types.as_ref().is_none_or(|types| types.contains(&case.case_type))
        && query.teams.as_ref().is_none_or(|teams| teams.contains(&case.team))
        && query.customer.is_none_or(|customer| case.customer == Some(customer))
        && query.own.as_ref().is_none_or(|own| case.raised_by == *own || case.holder_id() == Some(own))
}
