//! Search: one entry for each case and each note that has text.
//!
//! An entry says only what it stands for; its terms are made of what stands there now, so an edit or a customer's new
//! name needs no bookkeeping here. A store that keeps terms has to write them again then.

use super::World;
use crate::model::{Case, CaseId, Note, NoteId, Visibility};
use crate::search::{case_terms, note_terms};
use crate::store::{After, SearchQuery, SearchRow, Slice};

/// What an entry stands for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Entry {
    Case(CaseId),
    Note(NoteId),
}

impl World {
    /// Newest entry first.
    pub(super) fn search(&self, query: &SearchQuery) -> Slice<SearchRow> {
        let found = self.entries.iter().rev().filter(|(entry, _)| match &query.after {
            None => true,
            Some(After::Entry(seen)) => *entry < seen,
            Some(After::Number(_) | After::Instant(..) | After::Name(..) | After::Path(_)) => false,
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

    /// A new note gets an entry, an edited one keeps its own, a retracted one loses it.
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

/// Whether the scope of the query leaves the case.
fn in_scope(query: &SearchQuery, case: &Case) -> bool {
    query.types.as_ref().is_none_or(|types| types.contains(&case.case_type))
        && query.own.as_ref().is_none_or(|own| case.raised_by == *own || case.holder_id() == Some(own))
}
