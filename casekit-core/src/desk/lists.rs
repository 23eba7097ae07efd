//! Lists, counts and search.

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
    Wording,
};
use crate::rejection::{FieldRule, Rejection};
use crate::store::{
    CaseCount, CaseFilter, CaseQuery, CountBy, CountQuery, Defined, Direction, HolderFilter, LoadPlan,
    SearchQuery, SearchRow, Slice, Sort, StoreError,
};
use crate::text::{self, fold_name};

/// Which cases, and in which order. Every condition that is given must hold.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct CasesQuery {
    /// Of the type with this name or id.
    pub case_type: Option<String>,
    /// In the stage with this id or label.
    pub stage: Option<String>,
    /// In a stage of this category.
    pub category: Option<StageCategory>,
    /// In whose hands.
    pub holder: Option<HeldBy>,
    /// Of this customer.
    pub customer: Option<CustomerId>,
    /// Raised at this instant or later.
    pub raised_from: Option<Timestamp>,
    /// Raised before this instant.
    pub raised_before: Option<Timestamp>,
    /// Found by this text in number, title, description or customer name.
    pub text: Option<String>,
    /// By number (if not given), by when they were raised, or by when they last changed.
    pub sort: Sort,
    /// Greatest first, unless said otherwise.
    pub direction: Direction,
}

/// In whose hands a case must be.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeldBy {
    /// In nobody's.
    Nobody,
    /// In the actor's own.
    Me,
    /// In those of the person with this id.
    Actor {
        /// Their id.
        id: String,
    },
}

/// Which cases are counted. These conditions are the ones whose counts are kept, so counting costs the same however
/// many cases there are.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct CountsQuery {
    /// Of the type with this name or id.
    pub case_type: Option<String>,
    /// In the stage with this id or label.
    pub stage: Option<String>,
    /// In a stage of this category.
    pub category: Option<StageCategory>,
    /// In whose hands.
    pub holder: Option<HeldBy>,
}

/// How many cases there are in one group.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct CaseCountRow {
    /// The name of the type, when grouped by type or stage.
    pub case_type: Option<String>,
    /// The label of the stage, when grouped by stage.
    pub stage: Option<String>,
    /// The category, when grouped by category or stage.
    pub category: Option<StageCategory>,
    /// The id of the holder, when grouped by holder; `None` there for the untaken.
    pub holder: Option<String>,
    /// How many cases.
    pub count: u64,
}

impl Desk {
    /// Cases under a filter, a page at a time. Sorted by number or by raising, pages are stable under new cases; sorted
    /// by change, a case that changes meanwhile may repeat or be missed. Needs [`ReadCases`](Permission::ReadCases).
    ///
    /// # Arguments
    ///
    /// - `query`: the conditions, all of which must hold, and the order.
    ///
    /// # Errors
    ///
    /// - `Invalid`: if a type or a stage in the query is not known.
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
                Ok(self.summaries(list, query, catalog)?)
            },
        )
    }

    /// A page of cases, each shown by the definitions of the moment in which it was read; `catalog` becomes the last of them.
    pub(super) fn summaries(
        &self,
        list: &str,
        query: CaseQuery,
        catalog: &mut Arc<Catalog>,
    ) -> Result<Page<CaseSummary>, StoreError> {
        let mut query = query;
        let size = query.limit;
        let slice = filled(query.after.take(), size, |after, limit| {
            (query.after, query.limit) = (after, limit);
            let Defined { answer, catalog: defined } = self.engine.store.cases(&query)?;
            let (looking, mut called) = (self.looking(&defined), Called::default());
            let rows = answer.rows.into_iter().map(|row| case_summary(row, looking, &mut called)).collect();
            *catalog = defined;
            Ok(Slice { rows, next: answer.next })
        })?;
        Ok(Page::new(list, size, slice.rows, slice.next))
    }

    /// A customer's interactions: their cases, newest first. Needs [`ReadCases`](Permission::ReadCases) and
    /// [`ReadCustomers`](Permission::ReadCustomers).
    ///
    /// # Errors
    ///
    /// - `NotFound`: if there is no such customer.
    pub fn interactions(&self, customer: CustomerId, page: PageRequest) -> Result<Page<CaseSummary>, Error> {
        self.require(Permission::ReadCustomers, "read_interactions")?;
        let look = self.look(Permission::ReadCases, "list_cases")?;
        let of_customer = CasesQuery { customer: Some(customer), ..CasesQuery::default() };
        let rows = self.cases_in(&look, &of_customer, page)?;
        // Whether more come or not: that nobody is there is told on the first page.
        if rows.rows.is_empty() {
            let plan = LoadPlan { customers: vec![customer], ..LoadPlan::default() };
            if self.engine.store.load(&plan)?.customers.is_empty() {
                return Err(Rejection::not_found("customer", customer).into());
            }
        }
        Ok(rows)
    }

    /// How many cases there are: exact, and kept rather than counted, so that a screen can ask often. Groups without a
    /// case are left out. Needs [`ReadCases`](Permission::ReadCases).
    ///
    /// # Arguments
    ///
    /// - `by`: how they are grouped.
    /// - `query`: which cases are counted.
    ///
    /// # Errors
    ///
    /// - `Invalid`: if a type or a stage in the query is not known.
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
                Ok(self.counted(answer, catalog))
            },
        )
    }

    fn counted(&self, counts: Vec<CaseCount>, catalog: &Catalog) -> Vec<CaseCountRow> {
        // The groups of a type stand together, and its name is put into words once.
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
            count: count.count,
        };
        counts.into_iter().map(row).collect()
    }

    /// Cases and notes in which a text is found, newest first. A page may be short, or empty, and still have a next
    /// one: what is found may be far apart.
    ///
    /// Needs [`ReadCases`](Permission::ReadCases). Notes are searched only for an actor who may read them, and names of
    /// customers only for one who may see those.
    ///
    /// # Arguments
    ///
    /// - `text`: all words must be there, and the last need only be begun, with two characters at least. Accents and
    ///   case do not count, and Chinese, Japanese and Thai are found inside a sentence.
    pub fn search(&self, text: &str, page: PageRequest) -> Result<Page<SearchHit>, Error> {
        let look = self.look(Permission::ReadCases, "search")?;
        let caller = &look.caller;
        let after = page.place("search")?;
        let limit = page.limit()?;
        let text = text::Query::parse(text);
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
        let slice = filled(after, limit, |after, limit| {
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
        Ok(Page::new("search", limit, slice.rows, slice.next))
    }

    /// The store's filter for a caller's; `None` if nothing can be found under it.
    fn filter(
        &self,
        query: &CasesQuery,
        caller: &Caller,
        catalog: &Catalog,
    ) -> Result<Option<CaseFilter>, Error> {
        let typed =
            self.type_and_stage(caller, catalog, query.case_type.as_deref(), query.stage.as_deref())?;
        let Some((types, stage)) = typed else { return Ok(None) };
        let text = query.text.as_deref().filter(|text| !text.trim().is_empty()).map(text::Query::parse);
        if text.is_some() {
            // The text is looked for in customers' names too.
            self.require(Permission::ReadCustomers, "search")?;
        }
        if text.as_ref().is_some_and(text::Query::is_empty) {
            return Ok(None);
        }
        Ok(Some(CaseFilter {
            types,
            stage,
            category: query.category,
            holder: query.holder.as_ref().map(|holder| held_by(holder, caller)).transpose()?,
            customer: query.customer,
            raised_from: query.raised_from,
            raised_before: query.raised_before,
            text,
            own: caller.own(),
            pending: None,
            failing: None,
            due_task: None,
        }))
    }

    /// The types and the stage that a caller means, within their scope; `None` if the scope leaves nothing.
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
                Some(vec![found.ok_or_else(|| Rejection::field("case_type", FieldRule::Unknown))?.id])
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

/// The name of a list of cases: a place in one order means nothing in another.
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

/// The stage that a caller means among the stages that the types have or had.
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
        // Types share what ships: each wording is looked at once.
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
        [] => Err(Rejection::field("stage", FieldRule::Unknown)),
        [..] => {
            let why = "ambiguous_stage".into();
            Err(Rejection::field("stage", FieldRule::DoesNotFit { why }))
        }
    }
}

fn held_by(holder: &HeldBy, caller: &Caller) -> Result<HolderFilter, Rejection> {
    Ok(match holder {
        HeldBy::Nobody => HolderFilter::Untaken,
        HeldBy::Me => HolderFilter::By(caller.by.clone()),
        HeldBy::Actor { id } => HolderFilter::By(ActorId::parse("holder", id)?),
    })
}
