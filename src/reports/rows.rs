//! The rows of an overview, as they are read.

use std::collections::BTreeMap;

use casekit_core::Error;
use casekit_core::desk::{
    CaseSummary, CasesQuery, Desk, FieldDefinitionView, FieldOnPaper, Page, PageRequest,
};
use casekit_core::language::Language;
use casekit_core::model::{CaseId, limits};
use casekit_core::rejection::{FieldRule, Rejection};
use casekit_core::store::{CountBy, Sort};

use super::pace::Pace;

/// Every row of an overview, read a page at a time.
pub(super) struct Rows<'a> {
    pub(super) desk: &'a Desk,
    pub(super) query: &'a CasesQuery,
    pub(super) pace: &'a Pace<'a>,
    page: std::vec::IntoIter<CaseSummary>,
    /// How many rows the page had.
    size: usize,
    next: Option<PageRequest>,
    /// The organisation's own fields that the table has a column for: those of the type, if the list is of one.
    pub(super) fields: Vec<FieldDefinitionView>,
    /// The values of the cases of the page.
    values: BTreeMap<CaseId, Vec<FieldOnPaper>>,
}

impl<'a> Rows<'a> {
    /// Reads the first page: what is wrong with the query is said before the ledger has an export.
    pub(super) fn begin(desk: &'a Desk, query: &'a CasesQuery, pace: &'a Pace<'a>) -> Result<Self, Error> {
        sorted_for_export(query)?;
        let first = desk.cases(query, PageRequest::first().of(limits::PAGE))?;
        let mut fields = match query.case_types.as_slice() {
            [one] => desk.case_type(one)?.fields,
            [] | [..] => Vec::new(),
        };
        fields.retain(|field| !field.sensitive);
        let mut rows = Self {
            desk,
            query,
            pace,
            page: Vec::new().into_iter(),
            size: 0,
            next: None,
            fields,
            values: BTreeMap::new(),
        };
        rows.turn_to(first)?;
        Ok(rows)
    }

    fn turn_to(&mut self, page: Page<CaseSummary>) -> Result<(), Error> {
        if !self.fields.is_empty() {
            self.values = self.desk.fields_on_paper(page.rows.iter().map(|row| row.id))?;
        }
        (self.next, self.size) = (page.next_request(), page.rows.len());
        self.page = page.rows.into_iter();
        Ok(())
    }

    /// The values of a case of this page, one for each of the fields.
    pub(super) fn values_of(&self, case: CaseId) -> Vec<Option<&FieldOnPaper>> {
        let own = self.values.get(&case).map(Vec::as_slice).unwrap_or_default();
        self.fields.iter().map(|field| own.iter().find(|one| one.id == field.id)).collect()
    }

    /// Tells whoever follows the report that it begins, and how many rows there will be.
    pub(super) fn tell_beginning(&self) -> Result<(), Error> {
        self.pace.begin(|| {
            let counts = self.desk.counts(CountBy::Category, self.query)?;
            Ok(counts.iter().map(|group| group.count).sum())
        })
    }
}

impl Iterator for Rows<'_> {
    type Item = Result<CaseSummary, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(row) = self.page.next() {
                return Some(Ok(row));
            }
            // Of a page that was handed out whole, once.
            let told = match std::mem::take(&mut self.size) {
                0 => Ok(()),
                size => self.pace.read(size),
            };
            if let Err(error) = told {
                return Some(Err(error));
            }
            match self.desk.cases(self.query, self.next.take()?) {
                Ok(page) => {
                    if let Err(error) = self.turn_to(page) {
                        return Some(Err(error));
                    }
                }
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

/// The priority of a row as people read it; `None` if it is not for the actor.
pub(super) fn priority(row: &CaseSummary, language: &Language) -> Option<String> {
    let code = row.priority_code.as_deref();
    code.map(|code| language.word(&format!("priority.{code}")).into_owned())
}

/// The tags of a row as people read them; `None` if it has none, or they are not for the actor.
pub(super) fn tags(row: &CaseSummary) -> Option<String> {
    let names: Vec<String> = serde_json::from_str(row.tags.as_deref()?).ok()?;
    Some(names.join(", "))
}

/// Refuses orders by what changes: a case that changes during the export would be repeated or missed.
fn sorted_for_export(query: &CasesQuery) -> Result<(), Rejection> {
    match query.sort {
        Sort::Number | Sort::Raised if query.sort_field.is_none() => Ok(()),
        Sort::Number | Sort::Raised | Sort::Updated | Sort::Due | Sort::StageSince => {
            let why = "sorted_for_export".into();
            Err(Rejection::field("sort", FieldRule::DoesNotFit { why }))
        }
    }
}
