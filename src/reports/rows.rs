//! The rows of an overview, as they are read.

use casekit_core::Error;
use casekit_core::desk::{CaseSummary, CasesQuery, Desk, PageRequest};
use casekit_core::language::Language;
use casekit_core::model::limits;
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
}

impl<'a> Rows<'a> {
    /// Reads the first page: what is wrong with the query is said before the ledger has an export.
    pub(super) fn begin(desk: &'a Desk, query: &'a CasesQuery, pace: &'a Pace<'a>) -> Result<Self, Error> {
        sorted_for_export(query)?;
        let first = desk.cases(query, PageRequest::first().of(limits::PAGE))?;
        let (next, size) = (first.next_request(), first.rows.len());
        Ok(Self { desk, query, pace, page: first.rows.into_iter(), size, next })
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
                    self.next = page.next_request();
                    self.size = page.rows.len();
                    self.page = page.rows.into_iter();
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

/// Refuses orders by what changes: a case that changes during the export would be repeated or missed.
fn sorted_for_export(query: &CasesQuery) -> Result<(), Rejection> {
    match query.sort {
        Sort::Number | Sort::Raised => Ok(()),
        Sort::Updated | Sort::Due => {
            let why = "sorted_for_export".into();
            Err(Rejection::field("sort", FieldRule::DoesNotFit { why }))
        }
    }
}
