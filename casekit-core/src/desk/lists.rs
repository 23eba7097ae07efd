//! Lists of cases, and search.

use std::sync::Arc;

use super::case_filter::Narrowed;
use super::case_view::{Called, case_summary};
use super::look::Look;
use super::page::filled;
use super::{CaseSummary, CasesQuery, Desk, Page, PageRequest, SearchHit, admission};
use crate::error::Error;
use crate::model::{Catalog, CustomerId, Permission};
use crate::search;
use crate::store::{
    CaseQuery, CaseRow, Defined, Direction, FieldOrder, LoadPlan, SearchQuery, SearchRow, Slice, Sort,
};

impl Desk {
    /// Lists the cases that match a query, a page at a time.
    ///
    /// Sorted by number or by when they were raised, pages stay stable while cases are added. Sorted by when they last
    /// changed, a case that changes between two pages may appear twice or not at all. Needs
    /// [`ReadCases`](Permission::ReadCases).
    ///
    /// # Arguments
    ///
    /// - `query`: the conditions, all of which must hold, and the order.
    ///
    /// # Errors
    ///
    /// - `Invalid`: if the query names a type, a stage, a workflow or a field that does not exist, with those that there are;
    ///   if its conditions exclude each other; or if it cannot be sorted as it says.
    ///
    /// # Cost
    ///
    /// Reads one page by an index where one has what is asked, at any depth: the same at a thousand cases and at a
    /// million. Types, stages and categories have one in every order, and in these orders when cases last changed has one; the holder, the customer, who raised a case, the
    /// workflow, the outcome and the failure have one in the order of numbers; when cases were raised, in that order.
    /// An order by a field has one too; conditions are tested on its rows, or if one of them leaves up to 1,000 cases, these are sorted.
    /// Up to nine values of an indexed field have one in the order of numbers; of more, of a range and in any other order up to
    /// 1,000 cases are sorted. When they were resolved or closed has one too, by which up to 1,000 cases are sorted. What no index has is tested on up to 4,000 cases at a time, eight times at most; the page then ends
    /// short, with a `next`. With a text, it also reads up to 50,000 entries of the index of words each time.
    ///
    /// A page has 1 to 500 rows, 50 unless given: `Invalid` with `out_of_range` beyond.
    pub fn cases(&self, query: &CasesQuery, page: PageRequest) -> Result<Page<CaseSummary>, Error> {
        let look = self.enter(&admission::CASES, "list_cases")?;
        self.cases_in(&look, query, page)
    }

    fn cases_in(
        &self,
        look: &Look<'_>,
        query: &CasesQuery,
        page: PageRequest,
    ) -> Result<Page<CaseSummary>, Error> {
        let (sort, direction) = (query.sort, query.direction);
        look.ask(
            |catalog| self.filter(query, &look.caller, catalog, look.present()),
            |narrowed, catalog| {
                let Narrowed { filter, by_field, is_empty: false } = narrowed.clone() else {
                    return Ok(Page::empty());
                };
                let list = list_of(query, by_field.as_ref());
                let (after, limit) = (page.place(&list)?, page.limit()?);
                let query = CaseQuery { filter, sort, by_field, direction, after, limit };
                self.summaries(look, &list, query, catalog, |_| ())
            },
        )
    }

    /// Reads a page of cases. Each part of it is rendered with the catalog that the store read together with it;
    /// `catalog` is set to the last of these. `seen` is shown each row as the store gave it.
    pub(super) fn summaries(
        &self,
        look: &Look<'_>,
        list: &str,
        query: CaseQuery,
        catalog: &mut Arc<Catalog>,
        mut seen: impl FnMut(&CaseRow),
    ) -> Result<Page<CaseSummary>, Error> {
        let mut query = query;
        let size = query.limit;
        let mut slice = filled(query.after.take(), size, |after, limit| {
            (query.after, query.limit) = (after, limit);
            let Defined { answer, catalog: defined } = self.engine.store.cases(&query)?;
            let (looking, mut called) = (look.looking(&defined), Called::default());
            let shown = |row: CaseRow| {
                seen(&row);
                case_summary(row, looking, &mut called)
            };
            let rows = answer.rows.into_iter().map(shown).collect();
            *catalog = defined;
            Ok(Slice { rows, next: answer.next })
        })?;
        look.name(slice.rows.as_mut_slice())?;
        Ok(Page::new(list, size, slice.rows, slice.next))
    }

    /// Lists the interactions of a customer: their cases, newest first.
    ///
    /// Needs [`ReadCases`](Permission::ReadCases) and [`ReadCustomers`](Permission::ReadCustomers).
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such customer.
    ///
    /// # Cost
    ///
    /// Reads one page by the index of the customer's cases, at any depth. If the actor's scope is narrowed, it is
    /// tested on those cases as in [`cases`](Self::cases).
    ///
    /// A page has 1 to 500 rows, 50 unless given: `Invalid` with `out_of_range` beyond.
    pub fn interactions(&self, customer: CustomerId, page: PageRequest) -> Result<Page<CaseSummary>, Error> {
        self.require(Permission::ReadCustomers, "read_interactions")?;
        let look = self.enter(&admission::CASES, "list_cases")?;
        let of_customer = CasesQuery { customer: Some(customer), ..CasesQuery::default() };
        let rows = self.cases_in(&look, &of_customer, page)?;
        // Whether or not the page has a `next`: a customer who does not exist is reported on the first page.
        if rows.rows.is_empty() {
            let plan = LoadPlan { customers: vec![customer], ..LoadPlan::default() };
            if !look.sees_customer(customer) || self.engine.store.load(&plan)?.customers.is_empty() {
                return Err(self.not_found("customer", customer).into());
            }
        }
        Ok(rows)
    }

    /// Searches cases and notes for a text, newest first.
    ///
    /// A page may be short, or empty, and still have a next one, because matches can be far apart.
    ///
    /// A case is found by its number, title, description and customer's name, and by the requester's name, reply address
    /// and reference. Needs [`ReadCases`](Permission::ReadCases). Notes are searched only if the actor may read them, and
    /// cases themselves only if the actor may read customers.
    ///
    /// # Arguments
    ///
    /// - `text`: every word must occur. The last word may be a beginning, of at least two characters. Accents, letter
    ///   case and characters that are not shown are ignored; letters that a keyboard lacks are found by those that people
    ///   type for them (`lodz`, `mueller`). A word with hyphens or apostrophes is found with and without them, a number in
    ///   groups by its digits, an emoji as a word. Chinese, Japanese, Korean and Thai words are found within a sentence.
    ///   The prefix of case numbers is no word.
    ///
    /// # Cost
    ///
    /// Reads up to 50,000 entries of the index of words, and looks at up to 2,000 of what it finds; it does so eight
    /// times at most, and the page then ends short, with a `next`. Two common words that never occur together cost
    /// the most: a tenth of a second a page at a million cases.
    ///
    /// A page has 1 to 500 rows, 50 unless given: `Invalid` with `out_of_range` beyond.
    pub fn search(&self, text: &str, page: PageRequest) -> Result<Page<SearchHit>, Error> {
        let look = self.enter(&admission::CASES, "search")?;
        let caller = &look.caller;
        let after = page.place("search")?;
        let limit = page.limit()?;
        let text = caller.looks_for(search::Query::parse("text", text)?);
        if text.is_empty() {
            return Ok(Page::empty());
        }
        let access = self.access();
        let mut query = SearchQuery {
            text,
            types: caller.scope.types.clone(),
            teams: caller.within().teams,
            customer: caller.scope.customer,
            own: caller.own(),
            notes: self.call.actor.may(Permission::ReadNotes),
            internal: caller.scope.internal_notes,
            cases: access.customers,
            after: None,
            limit,
        };
        let mut slice = filled(after, limit, |after, limit| {
            (query.after, query.limit) = (after, limit);
            let Defined { answer, catalog } = self.engine.store.search(&query)?;
            let (looking, mut called) = (look.looking(&catalog), Called::default());
            let hit = |row: SearchRow| SearchHit {
                case: case_summary(row.case, looking, &mut called),
                note: row.note,
                visibility: row.visibility,
            };
            Ok(Slice { rows: answer.rows.into_iter().map(hit).collect(), next: answer.next })
        })?;
        look.name(slice.rows.as_mut_slice())?;
        Ok(Page::new("search", limit, slice.rows, slice.next))
    }
}

/// The name of a list, which its page cursors carry. Each order is a list of its own: a cursor of one order is
/// meaningless in another.
fn list_of(query: &CasesQuery, by_field: Option<&FieldOrder>) -> String {
    let order = match (by_field, query.sort) {
        (Some(order), _) => format!("{}-of-{}", order.field, order.case_type.0.as_simple()),
        (None, Sort::Number) => "number".to_owned(),
        (None, Sort::Raised) => "raised".to_owned(),
        (None, Sort::Updated) => "updated".to_owned(),
        (None, Sort::Due) => "due".to_owned(),
        (None, Sort::StageSince) => "stage".to_owned(),
    };
    match query.direction {
        Direction::Ascending => format!("cases-by-{order}-up"),
        Direction::Descending => format!("cases-by-{order}"),
    }
}
