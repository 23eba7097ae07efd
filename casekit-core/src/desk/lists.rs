//! Lists of cases, counts of cases, and search.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::case_view::{Called, case_summary};
use super::look::Look;
use super::page::filled;
use super::{CaseSummary, Desk, Page, PageRequest, SearchHit};
use crate::engine::Caller;
use crate::error::Error;
use crate::language::Language;
use crate::model::{
    ActorId, CaseTypeId, Catalog, CustomerId, Permission, ShortText, StageCategory, StageId, Timestamp,
    Wording, kept_instant,
};
use crate::rejection::{FieldRule, Rejection};
use crate::search;
use crate::store::{
    CaseCount, CaseFilter, CaseQuery, CountBy, CountQuery, Defined, Direction, HolderFilter, LoadPlan,
    SearchQuery, SearchRow, Slice, Sort,
};
use crate::text::fold_name;

/// Which cases a list has, and in which order. A case must meet every condition that is given; without conditions, all
/// cases match.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct CasesQuery {
    /// Only cases of the type with this name or id.
    pub case_type: Option<String>,
    /// Only cases in the stage with this id or label.
    pub stage: Option<String>,
    /// Only cases in a stage of this category.
    pub category: Option<StageCategory>,
    /// Only cases with this holder, or with none.
    pub holder: Option<HeldBy>,
    /// Only cases of this customer.
    pub customer: Option<CustomerId>,
    /// Only cases raised at this instant or later.
    pub raised_from: Option<Timestamp>,
    /// Only cases raised before this instant.
    pub raised_before: Option<Timestamp>,
    /// Only cases with this text in the number, title, description or customer's name, or in the requester's name, reply
    /// address or reference. Needs the permission to read customers.
    pub text: Option<String>,
    /// The order: by number (the default), by when cases were raised, or by when they last changed.
    pub sort: Sort,
    /// Which end of the list comes first; the greatest by default.
    pub direction: Direction,
}

/// A condition on the holder of a case.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeldBy {
    /// Nobody holds the case.
    Nobody,
    /// The actor of the desk holds the case.
    Me,
    /// A certain person holds the case.
    Actor {
        /// The actor id of that person.
        id: String,
    },
}

/// Which cases are counted. Only conditions for which the store keeps counts are offered, so the cost of counting does
/// not depend on the number of cases.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct CountsQuery {
    /// Only cases of the type with this name or id.
    pub case_type: Option<String>,
    /// Only cases in the stage with this id or label.
    pub stage: Option<String>,
    /// Only cases in a stage of this category.
    pub category: Option<StageCategory>,
    /// Only cases with this holder, or with none.
    pub holder: Option<HeldBy>,
}

/// The number of cases in one group. Fields that do not belong to the grouping are `None`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct CaseCountRow {
    /// The name of the type; set when grouped by type or by stage.
    pub case_type: Option<String>,
    /// The label of the stage; set when grouped by stage.
    pub stage: Option<String>,
    /// The category; set when grouped by category or by stage.
    pub category: Option<StageCategory>,
    /// The actor id of the holder; set when grouped by holder. In that case `None` is the group of cases that nobody
    /// holds.
    pub holder: Option<String>,
    /// What the holder is called; `None` if the group has no holder, the directory of people does not say, or it is not for
    /// the actor.
    pub holder_name: Option<String>,
    /// The number of cases in the group, at least 1.
    pub count: u64,
}

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
    /// - `Invalid`: if the query names a type or a stage that does not exist.
    ///
    /// # Cost
    ///
    /// Reads one page by an index where one has what is asked, at any depth: the same at a thousand cases and at a
    /// million. What no index has is tested on up to 4,000 cases at a time, eight times at most; the page then ends
    /// short, with a `next`. With a text, it also reads up to 50,000 entries of the index of words each time.
    ///
    /// A page has 1 to 500 rows, 50 unless given: `Invalid` with `out_of_range` beyond.
    pub fn cases(&self, query: &CasesQuery, page: PageRequest) -> Result<Page<CaseSummary>, Error> {
        let look = self.look(Permission::ReadCases, "list_cases")?;
        self.cases_in(&look, query, page)
    }

    fn cases_in(
        &self,
        look: &Look<'_>,
        query: &CasesQuery,
        page: PageRequest,
    ) -> Result<Page<CaseSummary>, Error> {
        let (list, sort, direction) = (list_of(query), query.sort, query.direction);
        look.ask(
            |catalog| self.filter(query, &look.caller, catalog),
            |filter, catalog| {
                let Some(filter) = filter.clone() else { return Ok(Page::empty()) };
                let (after, limit) = (page.place(list)?, page.limit()?);
                let query = CaseQuery { filter, sort, direction, after, limit };
                self.summaries(look, list, query, catalog)
            },
        )
    }

    /// Reads a page of cases. Each part of it is rendered with the catalog that the store read together with it;
    /// `catalog` is set to the last of these.
    pub(super) fn summaries(
        &self,
        look: &Look<'_>,
        list: &str,
        query: CaseQuery,
        catalog: &mut Arc<Catalog>,
    ) -> Result<Page<CaseSummary>, Error> {
        let mut query = query;
        let size = query.limit;
        let mut slice = filled(query.after.take(), size, |after, limit| {
            (query.after, query.limit) = (after, limit);
            let Defined { answer, catalog: defined } = self.engine.store.cases(&query)?;
            let (looking, mut called) = (self.looking(&defined), Called::default());
            let rows = answer.rows.into_iter().map(|row| case_summary(row, looking, &mut called)).collect();
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
        let look = self.look(Permission::ReadCases, "list_cases")?;
        let of_customer = CasesQuery { customer: Some(customer), ..CasesQuery::default() };
        let rows = self.cases_in(&look, &of_customer, page)?;
        // Whether or not the page has a `next`: a customer who does not exist is reported on the first page.
        if rows.rows.is_empty() {
            let plan = LoadPlan { customers: vec![customer], ..LoadPlan::default() };
            if self.engine.store.load(&plan)?.customers.is_empty() {
                return Err(self.not_found("customer", customer).into());
            }
        }
        Ok(rows)
    }

    /// Counts cases in groups.
    ///
    /// The numbers are exact. The store maintains them with every change, so a screen can ask often. Groups without any
    /// case are left out. Needs [`ReadCases`](Permission::ReadCases).
    ///
    /// # Arguments
    ///
    /// - `by`: what the groups are made by.
    /// - `query`: the conditions for a case to be counted.
    ///
    /// # Errors
    ///
    /// - `Invalid`: if the query names a type or a stage that does not exist.
    ///
    /// # Cost
    ///
    /// Reads totals that every change keeps, and no cases: it grows with the number of types, stages and holders. For
    /// an actor who sees only their own cases, a count by holder, or of another holder, reads each of these cases.
    /// All groups are answered at once.
    pub fn counts(&self, by: CountBy, query: &CountsQuery) -> Result<Vec<CaseCountRow>, Error> {
        let look = self.look(Permission::ReadCases, "count_cases")?;
        let caller = &look.caller;
        let holder = query.holder.as_ref().map(|holder| held_by(holder, caller)).transpose()?;
        let (case_type, stage) = (query.case_type.as_deref(), query.stage.as_deref());
        look.ask(
            |catalog| Ok(self.type_and_stage(caller, catalog, case_type, stage)?),
            |typed, catalog| {
                let Some((types, stage)) = typed.clone() else { return Ok(Vec::new()) };
                let (category, holder, own) = (query.category, holder.clone(), caller.own());
                let query = CountQuery { by, types, stage, category, holder, own, pending: None };
                let Defined { answer, catalog: defined } = self.engine.store.count_cases(&query)?;
                *catalog = defined;
                let mut counts = self.counted(answer, catalog);
                look.name(counts.as_mut_slice())?;
                Ok(counts)
            },
        )
    }

    fn counted(&self, counts: Vec<CaseCount>, catalog: &Catalog) -> Vec<CaseCountRow> {
        // Rows of one type follow each other, so the name of a type is rendered only once.
        let mut last: Option<(CaseTypeId, String)> = None;
        let mut type_name = |id: CaseTypeId| match &last {
            Some((known, name)) if *known == id => name.clone(),
            Some(_) | None => {
                let name = catalog.type_name(id, self.language());
                last = Some((id, name.clone()));
                name
            }
        };
        let row = |count: CaseCount| CaseCountRow {
            stage: count
                .stage
                .zip(count.case_type)
                .map(|(stage, id)| catalog.stage_label(id, &stage, self.language())),
            case_type: count.case_type.map(&mut type_name),
            category: count.category,
            holder: count.holder.map(ActorId::into),
            holder_name: None,
            count: count.count,
        };
        counts.into_iter().map(row).collect()
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
        let look = self.look(Permission::ReadCases, "search")?;
        let caller = &look.caller;
        let after = page.place("search")?;
        let limit = page.limit()?;
        let text = search::Query::parse("text", text)?;
        if text.is_empty() {
            return Ok(Page::empty());
        }
        let access = self.access();
        let mut query = SearchQuery {
            text,
            types: caller.scope.types.clone(),
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
            let (looking, mut called) = (self.looking(&catalog), Called::default());
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

    /// Translates a caller's query into a filter of the store; `None` if no case can match.
    fn filter(
        &self,
        query: &CasesQuery,
        caller: &Caller,
        catalog: &Catalog,
    ) -> Result<Option<CaseFilter>, Error> {
        let typed =
            self.type_and_stage(caller, catalog, query.case_type.as_deref(), query.stage.as_deref())?;
        let Some((types, stage)) = typed else { return Ok(None) };
        let typed = query.text.as_deref().filter(|text| !text.trim().is_empty());
        let text = typed.map(|typed| search::Query::parse("text", typed)).transpose()?;
        if text.is_some() {
            // The search covers customers' names too, so it needs the permission to read them.
            self.require(Permission::ReadCustomers, "search")?;
        }
        if text.as_ref().is_some_and(search::Query::is_empty) {
            return Ok(None);
        }
        Ok(Some(CaseFilter {
            types,
            stage,
            category: query.category,
            holder: query.holder.as_ref().map(|holder| held_by(holder, caller)).transpose()?,
            customer: query.customer,
            raised_from: kept("raised_from", query.raised_from)?,
            raised_before: kept("raised_before", query.raised_before)?,
            text,
            own: caller.own(),
            pending: None,
            failing: None,
            due_task: None,
        }))
    }

    /// Resolves the type and the stage that a caller named, within the caller's scope; `None` if the scope contains no
    /// type.
    fn type_and_stage(
        &self,
        caller: &Caller,
        catalog: &Catalog,
        case_type: Option<&str>,
        stage: Option<&str>,
    ) -> Result<Option<TypesAndStage>, Rejection> {
        let scope = caller.scope.types.as_ref();
        let seen = |id: CaseTypeId| scope.is_none_or(|types| types.contains(&id));
        let types = match case_type {
            Some(text) => {
                let found = catalog.find_case_type(text, self.language()).filter(|found| seen(found.id));
                let unknown = || {
                    let names = catalog.type_names(self.language(), |one| seen(one.id));
                    Rejection::field("case_type", FieldRule::unknown(text, names))
                };
                Some(vec![found.ok_or_else(unknown)?.id])
            }
            None => scope.cloned(),
        };
        if types.as_ref().is_some_and(Vec::is_empty) {
            return Ok(None);
        }
        let stage =
            stage.map(|text| find_stage(catalog, types.as_deref(), text, self.language())).transpose()?;
        Ok(Some((types, stage)))
    }
}

/// The name of a list, which its page cursors carry. Each order is a list of its own: a cursor of one order is
/// meaningless in another.
fn list_of(query: &CasesQuery) -> &'static str {
    match (query.sort, query.direction) {
        (Sort::Number, Direction::Ascending) => "cases-by-number-up",
        (Sort::Number, Direction::Descending) => "cases-by-number",
        (Sort::Raised, Direction::Ascending) => "cases-by-raised-up",
        (Sort::Raised, Direction::Descending) => "cases-by-raised",
        (Sort::Updated, Direction::Ascending) => "cases-by-updated-up",
        (Sort::Updated, Direction::Descending) => "cases-by-updated",
    }
}

type TypesAndStage = (Option<Vec<CaseTypeId>>, Option<StageId>);

/// Finds the stage that a caller named, among all stages that the types have or had: by id, then by label in the
/// caller's language, then in English.
fn find_stage(
    catalog: &Catalog,
    types: Option<&[CaseTypeId]>,
    text: &str,
    language: &Language,
) -> Result<StageId, Rejection> {
    let plan = fold_name(text);
    let among = catalog.case_types.values().filter(|one| types.is_none_or(|types| types.contains(&one.id)));
    let labels = || among.clone().flat_map(|one| &one.labels);
    if let Some(labels) = labels().find(|labels| labels.stage.as_str() == text.trim()) {
        return Ok(labels.stage.clone());
    }
    let called = |language: &Language| {
        // Types that were shipped share their wordings, so each wording is compared only once.
        let mut seen: Vec<(&Wording<ShortText>, bool)> = Vec::new();
        let same = labels().filter(|labels| {
            if let Some((_, is_said)) = seen.iter().find(|(label, _)| **label == labels.label) {
                return *is_said;
            }
            let is_said = labels.label.is_said(&plan, language);
            seen.push((&labels.label, is_said));
            is_said
        });
        same.map(|labels| &labels.stage).collect::<BTreeSet<_>>()
    };
    let mut ids = called(language);
    if ids.is_empty() {
        ids = called(Language::english());
    }
    match ids.into_iter().collect::<Vec<_>>().as_slice() {
        [id] => Ok((*id).clone()),
        [] => {
            let mut all: Vec<String> =
                labels().map(|labels| labels.label.said(language).into_owned()).collect();
            let mut seen = BTreeSet::new();
            all.retain(|label| seen.insert(label.clone()));
            Err(Rejection::field("stage", FieldRule::unknown(text, all)))
        }
        [..] => {
            let why = "ambiguous_stage".into();
            Err(Rejection::field("stage", FieldRule::DoesNotFit { why }))
        }
    }
}

/// An instant of a query, to the microsecond.
fn kept(field: &str, at: Option<Timestamp>) -> Result<Option<Timestamp>, Rejection> {
    at.map(|at| kept_instant(at).map_err(|rule| Rejection::field(field, rule))).transpose()
}

fn held_by(holder: &HeldBy, caller: &Caller) -> Result<HolderFilter, Rejection> {
    Ok(match holder {
        HeldBy::Nobody => HolderFilter::Untaken,
        HeldBy::Me => HolderFilter::By(caller.by.clone()),
        HeldBy::Actor { id } => HolderFilter::By(ActorId::parse("holder", id)?),
    })
}
