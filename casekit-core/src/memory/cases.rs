//! Lists and counts of cases.

use std::collections::BTreeMap;

use super::World;
use crate::model::{
    ActorId, Case, CaseId, DueTask, Failure, FieldKey, Name, StageCategory, State, StreamId, TagId, Timestamp,
};
use crate::search::case_terms;
use crate::store::{
    After, CaseCount, CaseFilter, CaseQuery, CaseRow, CountBy, CountQuery, Direction, Failing, FailureCount,
    FieldOrder, HolderFilter, Pending, Slice, Sort, Stalled, Within,
};
use crate::work_item::is_pending;

impl World {
    pub(super) fn cases(&self, query: &CaseQuery) -> Slice<CaseRow> {
        let mut found: Vec<&Case> = self.all_cases().filter(|case| is_sorted(case, query)).collect();
        found.sort_by_key(|case| place_of(case, query));
        if query.direction == Direction::Descending {
            found.reverse();
        }
        let behind = |case: &&Case| match &query.after {
            None => true,
            // A place from a list with another order: nothing comes after it.
            Some(after) => place_named(after, query).is_some_and(|seen| match query.direction {
                Direction::Ascending => place_of(case, query) > seen,
                Direction::Descending => place_of(case, query) < seen,
            }),
        };
        let fits = |case: &&Case| self.fits(case, &query.filter);
        let page = self.slice(found.into_iter().filter(behind), query.limit, fits, |case| {
            let (key, number) = place_of(case, query);
            match key {
                Key::Nothing => After::Number(number),
                Key::Instant(at) => After::Instant(at, number),
                Key::Field(key) => After::Field(key, number),
            }
        });
        let row = |case: &Case| CaseRow {
            pending: query.filter.work.as_ref().is_some_and(|work| is_pending(case, work)),
            ..self.case_row(case)
        };
        Slice { rows: page.rows.into_iter().map(row).collect(), next: page.next }
    }

    pub(super) fn count_cases(&self, query: &CountQuery) -> Vec<CaseCount> {
        let mut groups: BTreeMap<CaseCount, u64> = BTreeMap::new();
        for case in self.all_cases().filter(|case| self.fits(case, &query.filter)) {
            for group in self.groups_of(case, query.by) {
                *groups.entry(group).or_default() += 1;
            }
        }
        groups.into_iter().map(|(group, count)| CaseCount { count, ..group }).collect()
    }

    pub(super) fn count_up_to(&self, filter: &CaseFilter, at_most: u32) -> u64 {
        self.all_cases().filter(|case| self.fits(case, filter)).take(at_most as usize).count() as u64
    }

    pub(super) fn count_due_tasks(&self, due_task: DueTask, before: Timestamp, at_most: u32) -> u64 {
        let filter = CaseFilter { due_task: Some((due_task, before)), ..CaseFilter::default() };
        self.count_up_to(&filter, at_most)
    }

    pub(super) fn next_due(&self, due_task: DueTask) -> Option<Timestamp> {
        self.all_cases().filter_map(|case| case.due_task(due_task)).min()
    }

    pub(super) fn all_cases(&self) -> impl Iterator<Item = &Case> {
        self.streams.values().filter_map(|stream| match &stream.state {
            State::Case(case) => Some(case.as_ref()),
            State::Settings(_)
            | State::Workflow(_)
            | State::CaseType(_)
            | State::Customer(_)
            | State::Ledger(_)
            | State::Person(_)
            | State::Team(_)
            | State::Tag(_) => None,
        })
    }

    pub(super) fn case(&self, id: CaseId) -> Option<&Case> {
        match &self.streams.get(&StreamId::Case(id))?.state {
            State::Case(case) => Some(case),
            State::Settings(_)
            | State::Workflow(_)
            | State::CaseType(_)
            | State::Customer(_)
            | State::Ledger(_)
            | State::Person(_)
            | State::Team(_)
            | State::Tag(_) => None,
        }
    }

    pub(super) fn case_row(&self, case: &Case) -> CaseRow {
        CaseRow::of(case, self.customer_name(case))
    }

    pub(super) fn count_failures(&self, within: &Within) -> Vec<FailureCount> {
        let filter = CaseFilter::from(within.clone());
        let mut causes: BTreeMap<(String, Option<String>), u64> = BTreeMap::new();
        for failure in self.all_cases().filter(|case| self.fits(case, &filter)).filter_map(failure_of) {
            *causes.entry((failure.code.clone(), failure.setting.clone())).or_default() += 1;
        }
        causes.into_iter().map(|((code, setting), count)| FailureCount { code, setting, count }).collect()
    }

    /// The groups in which a case is counted.
    fn groups_of(&self, case: &Case, by: CountBy) -> Vec<CaseCount> {
        let group = group_of(case, by);
        if by != CountBy::Tag {
            return vec![group];
        }
        let tags = self.catalog.tags_in_use(&case.tags).into_iter();
        tags.map(|tag| CaseCount { tag: Some(tag), ..group.clone() }).collect()
    }

    /// Whether a case has all of some tags, its own or those into which its own were merged.
    fn has_tags(&self, case: &Case, tags: &[TagId]) -> bool {
        self.catalog.tags_in_use(&case.tags).is_superset(&self.catalog.tags_in_use(tags))
    }

    /// The current name of a case's customer.
    pub(super) fn customer_name(&self, case: &Case) -> Option<&Name> {
        self.customer(case.customer?).map(|customer| &customer.profile.name)
    }

    /// Whether a case meets every condition of the filter that is given.
    fn fits(&self, case: &Case, filter: &CaseFilter) -> bool {
        let CaseFilter { types, stages, categories, teams, holder, customer, raised_by, text, .. } = filter;
        let CaseFilter { workflow, outcome, own, pending, work, failing, due_task, .. } = filter;
        let progress = case.progress.as_deref();
        let is_own = |actor: &ActorId| case.raised_by == *actor || case.holder_id() == Some(actor);
        let is_work = |work: &Pending| {
            is_pending(case, work) || (case.category != StageCategory::Closed && is_own(&work.by))
        };
        types.as_ref().is_none_or(|types| types.contains(&case.case_type))
            && stages.as_ref().is_none_or(|stages| stages.contains(&case.stage))
            && categories.as_ref().is_none_or(|categories| categories.contains(&case.category))
            && teams.as_ref().is_none_or(|teams| teams.contains(&case.team))
            && filter.priorities.as_ref().is_none_or(|some| some.contains(&case.priority))
            && filter.resolutions.as_ref().is_none_or(|some| some.contains(&case.resolution_code().cloned()))
            && holder.as_ref().is_none_or(|holder| match holder {
                HolderFilter::Untaken => case.holder.is_none(),
                HolderFilter::By(actor) => case.holder_id() == Some(actor),
            })
            && customer.is_none_or(|customer| case.customer == Some(customer))
            && raised_by.as_ref().is_none_or(|actor| case.raised_by == *actor)
            && is_between(Some(case.raised_at), filter.raised_from, filter.raised_before)
            && filter.updated_before.is_none_or(|before| case.updated_at < before)
            && filter.stalled.as_ref().is_none_or(|some| some.iter().any(|one| is_stalled(case, one)))
            && is_between(case.resolved_at, filter.resolved_from, filter.resolved_before)
            && is_between(case.closed_at, filter.closed_from, filter.closed_before)
            && workflow.is_none_or(|workflow| progress.is_some_and(|one| one.workflow == workflow))
            && outcome.is_none_or(|kind| {
                progress.and_then(|one| one.outcome.as_ref()).is_some_and(|outcome| outcome.kind() == kind)
            })
            && own.as_ref().is_none_or(is_own)
            && pending.as_ref().is_none_or(|pending| is_pending(case, pending))
            && work.as_ref().is_none_or(is_work)
            && failing
                .as_ref()
                .is_none_or(|failing| failure_of(case).is_some_and(|failure| is_for(failing, failure)))
            && due_task.is_none_or(|(kind, before)| case.due_task(kind).is_some_and(|from| from < before))
            && filter.due.as_ref().is_none_or(|due| due.has(&case.clock))
            && filter.fields.iter().all(|field| field.fits(case))
            && self.has_tags(case, &filter.tags)
            && text.as_ref().is_none_or(|text| text.matches(&case_terms(case, self.customer_name(case))))
    }
}

/// Whether a case is not over, and came to this stage before the instant.
fn is_stalled(case: &Case, one: &Stalled) -> bool {
    !case.category.is_ended()
        && (case.case_type, &case.stage) == (one.case_type, &one.stage)
        && case.stage_since < one.before
}

/// Whether an instant is in a half-open range. With either end given, no instant is in none.
fn is_between(at: Option<Timestamp>, from: Option<Timestamp>, before: Option<Timestamp>) -> bool {
    from.is_none_or(|from| at.is_some_and(|at| at >= from))
        && before.is_none_or(|before| at.is_some_and(|at| at < before))
}

fn failure_of(case: &Case) -> Option<&Failure> {
    case.progress.as_deref()?.present_failure()
}

fn is_for(failing: &Failing, failure: &Failure) -> bool {
    failing.code.as_ref().is_none_or(|code| failure.code == *code)
        && failing.setting.as_ref().is_none_or(|setting| failure.setting.as_ref() == Some(setting))
}

/// A place in a sorted list; the number decides among equals.
type Place = (Key, u64);

/// What a case is sorted by before its number.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Nothing,
    Instant(Timestamp),
    Field(FieldKey),
}

fn field_key(case: &Case, order: &FieldOrder) -> Option<FieldKey> {
    let kept = case.fields.get(&order.field).filter(|_| case.case_type == order.case_type)?;
    kept.keys().into_iter().min()
}

/// Whether a case is in a list in this order at all.
fn is_sorted(case: &Case, query: &CaseQuery) -> bool {
    query.by_field.as_ref().is_none_or(|order| field_key(case, order).is_some())
}

fn place_of(case: &Case, query: &CaseQuery) -> Place {
    let by_field = query.by_field.as_ref().and_then(|order| field_key(case, order));
    let key = match (by_field, query.sort) {
        (Some(key), _) => Key::Field(key),
        (None, Sort::Number) => Key::Nothing,
        (None, Sort::Raised) => Key::Instant(case.raised_at),
        (None, Sort::Updated) => Key::Instant(case.updated_at),
        // The list has only cases with one.
        (None, Sort::Due) => Key::Instant(case.clock.due_at().unwrap_or_default()),
        (None, Sort::StageSince) => Key::Instant(case.stage_since),
    };
    (key, case.number.value)
}

/// The place that a caller named; `None` for one of a list in another order.
fn place_named(after: &After, query: &CaseQuery) -> Option<Place> {
    match (after, query.sort) {
        (After::Field(key, number), _) if query.by_field.is_some() => {
            Some((Key::Field(key.clone()), *number))
        }
        _ if query.by_field.is_some() => None,
        (After::Number(number), Sort::Number) => Some((Key::Nothing, *number)),
        (After::Instant(at, number), Sort::Raised | Sort::Updated | Sort::Due | Sort::StageSince) => {
            Some((Key::Instant(*at), *number))
        }
        (
            After::Number(_)
            | After::Instant(..)
            | After::Field(..)
            | After::Name(..)
            | After::Path(_)
            | After::Entry(_),
            Sort::Number | Sort::Raised | Sort::Updated | Sort::Due | Sort::StageSince,
        ) => None,
    }
}

fn group_of(case: &Case, by: CountBy) -> CaseCount {
    let group = CaseCount {
        case_type: None,
        stage: None,
        category: None,
        team: None,
        tag: None,
        priority: None,
        resolution: None,
        holder: None,
        count: 0,
    };
    match by {
        CountBy::CaseType => CaseCount { case_type: Some(case.case_type), ..group },
        CountBy::Stage => CaseCount {
            case_type: Some(case.case_type),
            stage: Some(case.stage.clone()),
            category: Some(case.category),
            ..group
        },
        CountBy::Category => CaseCount { category: Some(case.category), ..group },
        CountBy::Team => CaseCount { team: case.team, ..group },
        // Its groups are made of this one: see `groups_of`.
        CountBy::Tag => group,
        CountBy::Priority => CaseCount { priority: Some(case.priority), ..group },
        CountBy::Resolution => CaseCount { resolution: case.resolution_code().cloned(), ..group },
        CountBy::Holder => CaseCount { holder: case.holder_id().cloned(), ..group },
    }
}
