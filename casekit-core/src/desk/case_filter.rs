//! The conditions of lists and counts: as a caller gives them, and as the store takes them.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Desk;
use super::field_filter::{FieldCondition, field_filters, field_order};
use super::looking::Present;
use crate::engine::Caller;
use crate::error::Error;
use crate::language::Language;
use crate::model::{
    ActorId, CaseTypeId, Catalog, CustomerId, OutcomeKind, Permission, Priority, ResolutionCode, ShortText,
    StageCategory, StageId, TagId, TeamId, Timestamp, Wording, WorkflowId, kept_instant, limits,
};
use crate::rejection::{FieldRule, Rejection};
use crate::search;
use crate::store::{CaseFilter, Direction, Due, Failing, FieldOrder, HolderFilter, Sort};
use crate::text::fold_name;
use crate::time::over_before;

/// Which cases a list has, and in which order. A case must meet every condition that is given; without conditions, all
/// cases match. Of several types, stages, categories, teams, priorities or
/// resolutions it must have one. A count takes the same conditions, and does not
/// look at the order.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CasesQuery {
    /// Only cases of the types with these names or ids; of every type if none is given.
    pub case_types: Vec<String>,
    /// Only cases in the stages with these ids or labels; in every stage if none is given.
    pub stages: Vec<String>,
    /// Only cases in stages of these categories; of every category if none is given.
    pub categories: Vec<StageCategory>,
    /// Only cases that stand with the teams with these names or ids; with every team and none if no team is given.
    pub teams: Vec<String>,
    /// Only cases that have all of the tags with these names or ids. The name of a tag that was merged means the one into which it
    /// was merged.
    pub tags: Vec<String>,
    /// Only cases that stand with no team; together with `teams`, these too.
    pub without_team: bool,
    /// Only cases with these priorities; with any if none is given.
    pub priorities: Vec<Priority>,
    /// Only cases that ended in the ways with these codes or labels; in any way or none if none is given.
    pub resolutions: Vec<String>,
    /// Only cases of which nobody said how they ended; together with `resolutions`, these too.
    pub without_resolution: bool,
    /// Only cases with this holder, or with none.
    pub holder: Option<HeldBy>,
    /// Only cases of this customer.
    pub customer: Option<CustomerId>,
    /// Only cases that this person raised.
    pub raised_by: Option<RaisedBy>,
    /// Only cases raised at this instant or later.
    pub raised_from: Option<Timestamp>,
    /// Only cases raised before this instant.
    pub raised_before: Option<Timestamp>,
    /// Only cases that were resolved at this instant or later, and not reopened since. Closing keeps when that was.
    pub resolved_from: Option<Timestamp>,
    /// Only cases that were resolved before this instant, and not reopened since.
    pub resolved_before: Option<Timestamp>,
    /// Only cases that were closed at this instant or later, and not reopened since.
    pub closed_from: Option<Timestamp>,
    /// Only cases that were closed before this instant, and not reopened since.
    pub closed_before: Option<Timestamp>,
    /// Only cases to which nothing happened at this instant or later.
    pub updated_before: Option<Timestamp>,
    /// Only cases with a deadline that runs, and of these those that are overdue, due soon, or any.
    pub due: Option<DueIn>,
    /// Only cases in the workflow with this name or id, whether it goes on or has ended.
    pub workflow: Option<String>,
    /// Only cases that ended in their workflow with an outcome of this kind.
    pub outcome: Option<OutcomeKind>,
    /// Only cases whose own fields meet every one of these conditions, up to 100.
    pub fields: Vec<FieldCondition>,
    /// Only cases with an error that is not fixed.
    pub failing: Option<FailingFor>,
    /// Only cases with this text in the number, title, description or customer's name, or in the requester's name, reply
    /// address or reference. Needs the permission to read customers.
    pub text: Option<String>,
    /// The order: by number (the default), by when cases were raised, by when they last changed, by when the first of their
    /// running deadlines ends, which has only cases with such a deadline, or by when they came to their stage, which has only
    /// cases that are neither resolved nor closed.
    pub sort: Sort,
    /// The field of an organisation's own by whose values the list is sorted, by its id or its label in any language; `None`
    /// for the order of `sort`, which must be the default otherwise. It is an indexed field, not one of several choices, of one
    /// type of the list. The list then has only cases of that type with a value: texts as names are sorted, choices by their codes,
    /// money by its currency first, people, customers and cases by their ids.
    pub sort_field: Option<String>,
    /// Which end of the list comes first; the greatest by default.
    pub direction: Direction,
}

/// A condition on the running deadlines of a case. The one that ends first counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DueIn {
    /// A deadline is over and was not met.
    Overdue,
    /// None is over, and the warning of one is due.
    Soon,
    /// Any that runs.
    Any,
    /// It ends before this instant, or is over.
    Before {
        /// The instant.
        at: Timestamp,
    },
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

/// A condition on who raised a case.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RaisedBy {
    /// The actor of the desk raised the case.
    Me,
    /// A certain person raised the case.
    Actor {
        /// The actor id of that person.
        id: String,
    },
}

/// A condition on the error of a case.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailingFor {
    /// Any cause.
    Anything,
    /// One cause.
    Cause {
        /// The code of the cause, such as `source_missing`. A code that no case has is no error: hosts have codes of their
        /// own, and what was wrong may be fixed.
        code: String,
    },
}

/// A query as the store takes it, within the caller's scope.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Narrowed {
    pub(super) filter: CaseFilter,
    /// The field by which the list is sorted; `None` for the order of the query.
    pub(super) by_field: Option<FieldOrder>,
    /// Whether no case can match, so that the store need not be asked.
    pub(super) is_empty: bool,
}

impl Desk {
    /// Translates a caller's query into a filter of the store, within the caller's scope.
    pub(super) fn filter(
        &self,
        query: &CasesQuery,
        caller: &Caller,
        catalog: &Catalog,
        present: &Present<'_>,
    ) -> Result<Narrowed, Error> {
        check_ranges(query)?;
        let types = self.types(query, caller, catalog)?;
        // A customer knows a stage or a resolution by what it is called for them.
        let names_any = !query.stages.is_empty() || !query.resolutions.is_empty();
        let of_customer = caller.scope.customer.filter(|_| names_any);
        let labelled = of_customer.map_or(Cow::Borrowed(catalog), |_| catalog.for_customers());
        let mut stages = Vec::with_capacity(query.stages.len());
        for text in &query.stages {
            stages.push(find_stage(&labelled, types.as_deref(), text, self.language())?);
        }
        let teams = teams(query, caller, catalog)?;
        let tags = tags(query, caller, catalog)?;
        let mut resolutions = Vec::with_capacity(query.resolutions.len() + 1);
        for text in &query.resolutions {
            resolutions.push(Some(find_resolution(&labelled, types.as_deref(), text, self.language())?));
        }
        resolutions.extend(query.without_resolution.then_some(None));
        let workflow = query.workflow.as_deref();
        let workflow = workflow.map(|text| self.workflow_named(text, caller, catalog)).transpose()?;
        let typed = query.text.as_deref().filter(|text| !text.trim().is_empty());
        let text = typed.map(|typed| search::Query::parse("text", typed)).transpose()?;
        let text = text.map(|text| caller.looks_for(text));
        if text.is_some() {
            // The search covers customers' names too, so it needs the permission to read them.
            self.require(Permission::ReadCustomers, "search")?;
        }
        let of_customer = caller.scope.customer.is_some();
        let mut fields = field_filters(&query.fields, types.as_deref(), of_customer, catalog)?;
        let by_field = query.sort_field.as_deref();
        let by_field = by_field
            .map(|text| field_order(text, query.sort, types.as_deref(), of_customer, catalog))
            .transpose()?;
        fields.extend(by_field.as_ref().map(FieldOrder::having_a_value));
        let scope = caller.scope.customer;
        let is_of_another = scope.is_some() && query.customer.is_some() && query.customer != scope;
        // A customer is told neither that something failed, nor what comes before what, nor of deadlines, so no case of
        // theirs has it.
        let by_due = query.due.is_some() || query.sort == Sort::Due;
        let by_priority = !query.priorities.is_empty();
        let is_of_staff = scope.is_some() && (query.failing.is_some() || by_priority || by_due);
        let categories = categories(query);
        let is_empty = is_of_another
            || is_of_staff
            || text.as_ref().is_some_and(search::Query::is_empty)
            || types.as_ref().is_some_and(Vec::is_empty)
            || categories.as_ref().is_some_and(Vec::is_empty)
            || teams.as_ref().is_some_and(Vec::is_empty);
        let filter = CaseFilter {
            types,
            stages: given(stages),
            categories,
            teams,
            tags,
            priorities: given(query.priorities.clone()),
            resolutions: given(resolutions),
            holder: query.holder.as_ref().map(|holder| held_by(holder, caller)).transpose()?,
            customer: query.customer.or(scope),
            raised_by: query.raised_by.as_ref().map(|raiser| raised_by(raiser, caller)).transpose()?,
            raised_from: kept("raised_from", query.raised_from)?,
            raised_before: kept("raised_before", query.raised_before)?,
            resolved_from: kept("resolved_from", query.resolved_from)?,
            resolved_before: kept("resolved_before", query.resolved_before)?,
            closed_from: kept("closed_from", query.closed_from)?,
            closed_before: kept("closed_before", query.closed_before)?,
            updated_before: kept("updated_before", query.updated_before)?,
            workflow,
            outcome: query.outcome,
            due: due(query, present)?,
            fields,
            failing: query.failing.as_ref().map(failing_for),
            text,
            ..caller.filter()
        };
        Ok(Narrowed { filter, by_field, is_empty })
    }

    /// Resolves the types that a caller named, within the caller's scope; those of the scope if none was named.
    fn types(
        &self,
        query: &CasesQuery,
        caller: &Caller,
        catalog: &Catalog,
    ) -> Result<Option<Vec<CaseTypeId>>, Rejection> {
        if query.case_types.is_empty() {
            return Ok(caller.scope.types.clone());
        }
        let seen = |id: CaseTypeId| caller.scope.has_type(id);
        let one = |text: &String| {
            let found = catalog.find_case_type(text, self.language()).filter(|found| seen(found.id));
            let unknown = || {
                let names = catalog.type_names(self.language(), |one| seen(one.id));
                Rejection::field("case_types", FieldRule::unknown(text, names))
            };
            Ok(found.ok_or_else(unknown)?.id)
        };
        query.case_types.iter().map(one).collect::<Result<_, _>>().map(Some)
    }

    /// Resolves the workflow that a caller named, among those of the types in the caller's scope.
    fn workflow_named(
        &self,
        text: &str,
        caller: &Caller,
        catalog: &Catalog,
    ) -> Result<WorkflowId, Rejection> {
        let is_of_type = |id: WorkflowId| {
            let types = catalog.case_types.values().filter(|one| caller.scope.has_type(one.id));
            types.flat_map(|one| &one.versions).any(|version| version.workflow == Some(id))
        };
        // A customer is not told how staff work on a case.
        let is_staff = caller.scope.customer.is_none();
        let seen = |id: WorkflowId| is_staff && (caller.scope.types.is_none() || is_of_type(id));
        let found = catalog.find_workflow(text, self.language()).filter(|found| seen(found.id));
        let unknown = || {
            let names = catalog.workflow_names(self.language(), |one| seen(one.id));
            Rejection::field("workflow", FieldRule::unknown(text, names))
        };
        Ok(found.ok_or_else(unknown)?.id)
    }
}

/// The teams of the list: those that a caller named, or none, as far as they are within the scope. Any team may be named:
/// outside the scope it has no case that the caller sees.
fn teams(
    query: &CasesQuery,
    caller: &Caller,
    catalog: &Catalog,
) -> Result<Option<Vec<Option<TeamId>>>, Rejection> {
    let in_scope = caller.within().teams;
    if query.teams.is_empty() && !query.without_team {
        return Ok(in_scope);
    }
    // A customer is not told how staff divide their work.
    let is_staff = caller.scope.customer.is_none();
    let one = |text: &String| {
        let found = catalog.find_team(text).filter(|_| is_staff);
        let unknown =
            || Rejection::field("teams", FieldRule::unknown(text, catalog.team_names(|_| is_staff)));
        Ok(Some(found.ok_or_else(unknown)?.id))
    };
    let mut named = query.teams.iter().map(one).collect::<Result<Vec<_>, Rejection>>()?;
    named.extend(query.without_team.then_some(None));
    named.retain(|team| in_scope.as_ref().is_none_or(|teams| teams.contains(team)));
    Ok(Some(named))
}

/// The tags of the list, each one in use. A customer is not told how staff group cases.
fn tags(query: &CasesQuery, caller: &Caller, catalog: &Catalog) -> Result<Vec<TagId>, Rejection> {
    let is_staff = caller.scope.customer.is_none();
    if query.tags.len() > limits::TAGS {
        return Err(Rejection::field("tags", FieldRule::TooMany { limit: limits::TAGS as u64 }));
    }
    let mut named = Vec::with_capacity(query.tags.len());
    for text in &query.tags {
        let Some(found) = catalog.find_tag(text).filter(|_| is_staff) else {
            let names = if is_staff { catalog.offered_tags() } else { Vec::new() };
            return Err(Rejection::field("tags", FieldRule::unknown(text, names)));
        };
        let tag = catalog.tag_in_use(found.id);
        if !named.contains(&tag) {
            named.push(tag);
        }
    }
    Ok(named)
}

/// The categories of the list. One in the order of stages has only cases that are not over.
fn categories(query: &CasesQuery) -> Option<Vec<StageCategory>> {
    let asked = given(query.categories.clone());
    if query.sort != Sort::StageSince {
        return asked;
    }
    let among = asked.unwrap_or_else(|| StageCategory::ALL.into());
    Some(among.into_iter().filter(|one| !one.is_ended()).collect())
}

/// A list as a condition: without entries it is none.
fn given<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

/// Refuses ranges in which no instant lies, and categories whose cases have no such instant: the list would be empty
/// whatever the file has, and nobody would see why.
fn check_ranges(query: &CasesQuery) -> Result<(), Rejection> {
    let refused =
        |field: &str, why: &str| Err(Rejection::field(field, FieldRule::DoesNotFit { why: why.to_owned() }));
    let ends = [
        ("raised_before", query.raised_from, query.raised_before),
        ("resolved_before", query.resolved_from, query.resolved_before),
        ("closed_before", query.closed_from, query.closed_before),
    ];
    for (field, from, before) in ends {
        if from.zip(before).is_some_and(|(from, before)| from >= before) {
            return refused(field, "empty_range");
        }
    }
    let has_none_of = |categories: &[StageCategory]| {
        !query.categories.is_empty() && !query.categories.iter().any(|one| categories.contains(one))
    };
    let is_given = |ends: [Option<Timestamp>; 2]| ends.iter().any(Option::is_some);
    let closed = &[StageCategory::Closed];
    if is_given([query.closed_from, query.closed_before]) && has_none_of(closed) {
        return refused("categories", "closed_between");
    }
    let resolved = &[StageCategory::Resolved, StageCategory::Closed];
    if is_given([query.resolved_from, query.resolved_before]) && has_none_of(resolved) {
        return refused("categories", "resolved_between");
    }
    Ok(())
}

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
            Err(Rejection::field("stages", FieldRule::unknown(text, all)))
        }
        [..] => {
            let why = "ambiguous_stage".into();
            Err(Rejection::field("stages", FieldRule::DoesNotFit { why }))
        }
    }
}

/// Finds the resolution that a caller named, among all that the types have or had: by code, then by label in the caller's
/// language or in English.
fn find_resolution(
    catalog: &Catalog,
    types: Option<&[CaseTypeId]>,
    text: &str,
    language: &Language,
) -> Result<ResolutionCode, Rejection> {
    let among = catalog.case_types.values().filter(|one| types.is_none_or(|types| types.contains(&one.id)));
    let versions = || among.clone().flat_map(|one| one.versions.iter().rev());
    let all = || versions().flat_map(|version| &version.resolutions);
    if let Some(found) = all().find(|one| one.code.as_str() == text.trim()) {
        return Ok(found.code.clone());
    }
    let called: BTreeSet<_> = versions()
        .filter_map(|version| version.find_resolution(text, language))
        .map(|one| &one.code)
        .collect();
    match called.into_iter().collect::<Vec<_>>().as_slice() {
        [code] => Ok((*code).clone()),
        [] => {
            let codes: BTreeSet<String> = all().map(|one| one.code.to_string()).collect();
            Err(Rejection::field("resolutions", FieldRule::unknown(text, codes)))
        }
        [..] => {
            let why = "ambiguous_resolution".into();
            Err(Rejection::field("resolutions", FieldRule::DoesNotFit { why }))
        }
    }
}

/// An instant of a query, to the microsecond.
fn kept(field: &str, at: Option<Timestamp>) -> Result<Option<Timestamp>, Rejection> {
    at.map(|at| kept_instant(at).map_err(|rule| Rejection::field(field, rule))).transpose()
}

/// The condition on deadlines, at an instant. A list in the order of deadlines has only cases with one.
fn due(query: &CasesQuery, present: &Present<'_>) -> Result<Option<Due>, Rejection> {
    Ok(match query.due {
        None => (query.sort == Sort::Due).then(Due::default),
        Some(DueIn::Any) => Some(Due::default()),
        Some(DueIn::Overdue) => Some(Due { before: Some(over_before(present.now())), ..Due::default() }),
        Some(DueIn::Soon) => {
            let now = present.now();
            Some(Due { from: Some(over_before(now)), before: None, warned: Some(now) })
        }
        Some(DueIn::Before { at }) => Some(Due { before: kept("due", Some(at))?, ..Due::default() }),
    })
}

fn held_by(holder: &HeldBy, caller: &Caller) -> Result<HolderFilter, Rejection> {
    Ok(match holder {
        HeldBy::Nobody => HolderFilter::Untaken,
        HeldBy::Me => HolderFilter::By(caller.by.clone()),
        HeldBy::Actor { id } => HolderFilter::By(ActorId::parse("holder", id)?),
    })
}

fn raised_by(raiser: &RaisedBy, caller: &Caller) -> Result<ActorId, Rejection> {
    Ok(match raiser {
        RaisedBy::Me => caller.by.clone(),
        RaisedBy::Actor { id } => ActorId::parse("raised_by", id)?,
    })
}

fn failing_for(failing: &FailingFor) -> Failing {
    let code = match failing {
        FailingFor::Anything => None,
        FailingFor::Cause { code } => Some(code.clone()),
    };
    Failing { code, setting: None }
}
