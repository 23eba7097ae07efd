//! Lists, counts and search.

use casekit::{CaseCountRow, CountBy, CountsQuery, CustomerId, PageRequest};

use super::Desk;
use crate::error::CasekitError;
use crate::types::{CasePage, CasesQuery, SearchPage};

#[uniffi::export]
impl Desk {
    /// Cases under a filter, a page at a time. Sorted by number or by raising, pages are stable under new cases;
    /// sorted by change, a case that changes meanwhile may repeat or be missed.
    /// Needs `read_cases`.
    #[uniffi::method(default(query = None, page = None))]
    pub fn cases(
        &self,
        query: Option<CasesQuery>,
        page: Option<PageRequest>,
    ) -> Result<CasePage, CasekitError> {
        self.guard(|| self.desk.cases(&query.unwrap_or_default().into(), super::page(page)).map(Into::into))
    }

    /// A customer's interactions: their cases, newest first.
    /// Needs `read_cases` and `read_customers`.
    #[uniffi::method(default(page = None))]
    pub fn interactions(
        &self,
        customer: CustomerId,
        page: Option<PageRequest>,
    ) -> Result<CasePage, CasekitError> {
        self.guard(|| self.desk.interactions(customer, super::page(page)).map(Into::into))
    }

    /// How many cases there are by type, stage, category or holder: exact, and kept rather than counted.
    /// Groups without a case are left out. Needs `read_cases`.
    #[uniffi::method(default(query = None))]
    pub fn counts(&self, by: CountBy, query: Option<CountsQuery>) -> Result<Vec<CaseCountRow>, CasekitError> {
        self.guard(|| self.desk.counts(by, &query.unwrap_or_default()))
    }

    /// Cases and notes in which a text is found, newest first: all words must be there, and the last need only be
    /// begun, with two characters at least. Accents and case do not count, and Chinese, Japanese and Thai are found
    /// inside a sentence. A page may be short, or empty, and still go on: what is found may be far apart.
    ///
    /// Needs `read_cases`; notes are searched for who may read them, and names of customers
    /// for who may see those.
    #[uniffi::method(default(page = None))]
    pub fn search(&self, text: String, page: Option<PageRequest>) -> Result<SearchPage, CasekitError> {
        self.guard(|| self.desk.search(&text, super::page(page)).map(Into::into))
    }
}
