//! Lists of cases: every order, every page, every filter.

use super::build::{Clerk, RawCase, actor, at_time, instant, paged, query, resolution, stage};
use super::office::{Office, office};
use crate::model::{Case, Outcome, OutcomeKind, Priority, StageCategory, Timestamp};
use crate::search::case_terms;
use crate::store::{After, CaseFilter, CaseQuery, CaseRow, Direction, HolderFilter, Sort, Store};

pub fn every_order_is_kept_both_ways(store: &dyn Store) {
    let Office { cases, .. } = office(store);
    for (sort, direction) in orders() {
        let rows = list(store, CaseFilter::default(), sort, direction, 500);
        assert_eq!(numbers(&rows), expected(&cases, sort, direction), "{sort:?} {direction:?}");
    }
}

pub fn pages_have_every_row_once(store: &dyn Store) {
    let Office { cases, .. } = office(store);
    for (sort, direction) in orders() {
        for limit in [1, 3, 7] {
            let rows = list(store, CaseFilter::default(), sort, direction, limit);
            assert_eq!(numbers(&rows), expected(&cases, sort, direction), "{sort:?} {direction:?} {limit}");
        }
    }
}

pub fn a_page_has_at_most_its_limit_and_says_where_it_goes_on(store: &dyn Store) {
    let Office { mut cases, .. } = office(store);
    cases.sort_by_key(|case| case.number.value);
    let all = cases.len() as u32;
    let page = |limit, after| {
        store
            .cases(&ask(CaseFilter::default(), Sort::Number, Direction::Ascending, limit, after))
            .map(|one| one.answer)
    };
    for limit in [4, all, all + 1] {
        let rows = paged(|after| {
            let slice = page(limit, after).unwrap();
            assert!(slice.rows.len() <= limit as usize);
            slice
        });
        assert_eq!(numbers(&rows), expected(&cases, Sort::Number, Direction::Ascending), "pages of {limit}");
    }
    let first = page(1, None).unwrap();
    assert!(first.next.is_some(), "there is more than one");
    // A list can begin after a place where there is no row.
    let behind = |seen| paged(|after| page(4, after.or(Some(After::Number(seen)))).unwrap());
    let last = cases.len() - 1;
    assert_eq!(numbers(&behind(cases[last - 1].number.value)), [cases[last].number.value]);
    assert_eq!(behind(u64::MAX >> 1), []);
    assert_eq!(behind(0).len(), cases.len());
}

pub fn a_row_shows_its_case_and_the_name_of_its_customer(store: &dyn Store) {
    let Office { cases, clerk, .. } = office(store);
    for row in list(store, CaseFilter::default(), Sort::Number, Direction::Ascending, 500) {
        let case = cases.iter().find(|case| case.id == row.id).unwrap();
        let customer = case.customer.map(|id| clerk.customer_now(id).profile.name);
        assert_eq!(row, CaseRow::of(case, customer.as_ref()));
    }
}

pub fn a_request_is_shown_and_found_by_who_asked_and_its_reference(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case_type = clerk.case_type("Data request");
    let [asked, other] = ["One", "Two"].map(|title| clerk.raise(RawCase::of(&case_type, title)).id);
    clerk.write_drafts(vec![clerk.receives_request(asked, "W-1")]);
    let rows = list(store, CaseFilter::default(), Sort::Number, Direction::Ascending, 500);
    let whose: Vec<_> =
        rows.iter().map(|row| (row.id, row.requester.as_ref().map(ToString::to_string))).collect();
    assert_eq!(whose, [(asked, Some("Jo Straßer".to_owned())), (other, None)]);
    for text in ["jo strasser", "W-1"] {
        let filter = CaseFilter { text: Some(query(text)), ..CaseFilter::default() };
        let rows = list(store, filter, Sort::Number, Direction::Ascending, 500);
        assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [asked], "{text}");
    }
    store.check().unwrap();
}

pub fn an_edited_case_is_the_newest_by_update_and_stays_by_number(store: &dyn Store) {
    let Office { cases, clerk, .. } = office(store);
    let at = instant(9_000_000_000);
    let by_number = || {
        let rows = list(store, CaseFilter::default(), Sort::Number, Direction::Ascending, 500);
        rows.into_iter().map(|row| (row.id, row.raised_at)).collect::<Vec<_>>()
    };
    let before = by_number();
    let edit = at_time(at, clerk.retitles(cases[2].id, "Edited"));
    clerk.write_drafts(vec![edit]);
    let newest = list(store, CaseFilter::default(), Sort::Updated, Direction::Descending, 500).remove(0);
    assert_eq!((newest.id, newest.updated_at, newest.title.as_str()), (cases[2].id, at, "Edited"));
    assert_eq!(by_number(), before);
}

pub fn a_new_case_neither_hides_nor_repeats_a_row_of_a_list_by_number(store: &dyn Store) {
    let Office { cases, clerk, types, .. } = office(store);
    let page = |after| {
        let slice = store.cases(&ask(CaseFilter::default(), Sort::Number, Direction::Descending, 5, after));
        clerk.raise(RawCase::of(&types[0], "Raised meanwhile"));
        slice.unwrap().answer
    };
    assert_eq!(numbers(&paged(page)), expected(&cases, Sort::Number, Direction::Descending));
}

pub fn each_filter_leaves_what_fits_it(store: &dyn Store) {
    let office = office(store);
    for (what, filter) in filters(&office) {
        let fitting: Vec<Case> =
            office.cases.iter().filter(|case| fits(&office, case, &filter)).cloned().collect();
        assert!(!fitting.is_empty() && fitting.len() < office.cases.len(), "{what} tells cases apart");
        assert_lists(store, what, &filter, &fitting);
    }
}

pub fn filters_that_are_given_together_must_all_hold(store: &dyn Store) {
    let office = office(store);
    let filters = filters(&office);
    for (place, (what, one)) in filters.iter().enumerate() {
        for (other_what, other) in &filters[..place] {
            let both = CaseFilter {
                types: one.types.clone().or(other.types.clone()),
                stages: one.stages.clone().or(other.stages.clone()),
                categories: one.categories.clone().or(other.categories.clone()),
                holder: one.holder.clone().or(other.holder.clone()),
                teams: one.teams.clone().or(other.teams.clone()),
                priorities: one.priorities.clone().or(other.priorities.clone()),
                resolutions: one.resolutions.clone().or(other.resolutions.clone()),
                customer: one.customer.or(other.customer),
                raised_by: one.raised_by.clone().or(other.raised_by.clone()),
                resolved_from: one.resolved_from.or(other.resolved_from),
                resolved_before: one.resolved_before.or(other.resolved_before),
                closed_from: one.closed_from.or(other.closed_from),
                closed_before: one.closed_before.or(other.closed_before),
                workflow: one.workflow.or(other.workflow),
                outcome: one.outcome.or(other.outcome),
                raised_from: one.raised_from.or(other.raised_from),
                raised_before: one.raised_before.or(other.raised_before),
                updated_before: one.updated_before.or(other.updated_before),
                text: one.text.clone().or(other.text.clone()),
                own: one.own.clone().or(other.own.clone()),
                ..CaseFilter::default()
            };
            let fitting: Vec<Case> =
                office.cases.iter().filter(|case| fits(&office, case, &both)).cloned().collect();
            assert_lists(store, &format!("{what} and {other_what}"), &both, &fitting);
        }
    }
}

pub fn a_text_that_says_nothing_is_no_condition(store: &dyn Store) {
    let Office { cases, .. } = office(store);
    let filter = CaseFilter { text: Some(query(" \"*^'")), ..CaseFilter::default() };
    assert_eq!(list(store, filter, Sort::Number, Direction::Ascending, 500).len(), cases.len());
}

/// Asserts that a filter matches exactly these cases, in two orders, whole and paged.
pub(super) fn assert_lists(store: &dyn Store, what: &str, filter: &CaseFilter, fitting: &[Case]) {
    for (sort, direction, limit) in
        [(Sort::Number, Direction::Ascending, 500), (Sort::Updated, Direction::Descending, 2)]
    {
        let rows = list(store, filter.clone(), sort, direction, limit);
        assert_eq!(numbers(&rows), expected(fitting, sort, direction), "{what} by {sort:?}");
    }
}

/// Asserts that a filter matches exactly these cases, in every order, whole and paged.
pub(super) fn assert_lists_in_every_order(
    store: &dyn Store,
    what: &str,
    filter: &CaseFilter,
    fitting: &[Case],
) {
    for (sort, direction) in orders() {
        for limit in [2, 500] {
            let rows = list(store, filter.clone(), sort, direction, limit);
            assert_eq!(
                numbers(&rows),
                expected(fitting, sort, direction),
                "{what} by {sort:?} {direction:?}"
            );
        }
    }
}

/// Filters of every kind, each of which matches some of the office's cases and not others.
pub(super) fn filters(office: &Office<'_>) -> Vec<(&'static str, CaseFilter)> {
    let all = CaseFilter::default;
    let by = |who: &str| Some(HolderFilter::By(actor(who)));
    let (ada, bea) = (actor("ada"), actor("bea"));
    vec![
        ("a type", CaseFilter { types: Some(vec![office.types[1].id]), ..all() }),
        (
            "two types",
            CaseFilter { types: Some(office.types[..2].iter().map(|one| one.id).collect()), ..all() },
        ),
        ("a stage", CaseFilter { stages: Some(vec![stage("waiting")]), ..all() }),
        ("two stages", CaseFilter { stages: Some(vec![stage("waiting"), stage("closed")]), ..all() }),
        ("a category", CaseFilter { categories: Some(vec![StageCategory::Active]), ..all() }),
        (
            "two categories",
            CaseFilter { categories: Some(vec![StageCategory::Closed, StageCategory::Waiting]), ..all() },
        ),
        ("untaken", CaseFilter { holder: Some(HolderFilter::Untaken), ..all() }),
        ("held", CaseFilter { holder: by("bea"), ..all() }),
        ("a team", CaseFilter { teams: Some(vec![Some(office.teams[0])]), ..all() }),
        ("no team", CaseFilter { teams: Some(vec![None]), ..all() }),
        ("a priority", CaseFilter { priorities: Some(vec![Priority::High]), ..all() }),
        ("two priorities", CaseFilter { priorities: Some(vec![Priority::Low, Priority::Urgent]), ..all() }),
        ("a resolution", CaseFilter { resolutions: Some(vec![Some(resolution("done"))]), ..all() }),
        ("no resolution", CaseFilter { resolutions: Some(vec![None]), ..all() }),
        ("a customer", CaseFilter { customer: Some(office.customers[0].id), ..all() }),
        ("raised from", CaseFilter { raised_from: Some(raised(office, 5)), ..all() }),
        ("raised before", CaseFilter { raised_before: Some(raised(office, 9)), ..all() }),
        ("unchanged since", CaseFilter { updated_before: Some(instant(12_000)), ..all() }),
        ("text in titles", CaseFilter { text: Some(query("roof lea")), ..all() }),
        ("text in descriptions", CaseFilter { text: Some(query("attic ")), ..all() }),
        ("text in customer names", CaseFilter { text: Some(query("STRASSER")), ..all() }),
        ("text in numbers", CaseFilter { text: Some(query(&office.cases[3].number.to_string())), ..all() }),
        ("raised by", CaseFilter { raised_by: Some(actor("cy")), ..all() }),
        (
            "resolved from",
            CaseFilter { resolved_from: Some(ended(office, |case| case.resolved_at)), ..all() },
        ),
        (
            "resolved before",
            CaseFilter { resolved_before: Some(ended(office, |case| case.resolved_at)), ..all() },
        ),
        ("closed from", CaseFilter { closed_from: Some(ended(office, |case| case.closed_at)), ..all() }),
        ("closed before", CaseFilter { closed_before: Some(ended(office, |case| case.closed_at)), ..all() }),
        ("a workflow", CaseFilter { workflow: Some(office.workflow), ..all() }),
        ("an outcome", CaseFilter { outcome: Some(OutcomeKind::Withdrawn), ..all() }),
        ("own by raising", CaseFilter { own: Some(ada), ..all() }),
        ("own by holding", CaseFilter { own: Some(bea), ..all() }),
    ]
}

/// The latest of these instants: some cases have earlier ones, and some have none.
fn ended(office: &Office<'_>, at: impl Fn(&Case) -> Option<Timestamp>) -> Timestamp {
    office.cases.iter().filter_map(at).max().unwrap()
}

fn raised(office: &Office<'_>, place: usize) -> Timestamp {
    office.cases[place].raised_at
}

/// The meaning of a filter, written a second time and independently of any store.
pub(super) fn fits(office: &Office<'_>, case: &Case, filter: &CaseFilter) -> bool {
    let customer = office.customers.iter().find(|customer| Some(customer.id) == case.customer);
    let terms = case_terms(case, customer.map(|customer| &customer.profile.name));
    let (holder, progress) = (case.holder_id(), case.progress.as_deref());
    let outcome = progress.and_then(|progress| progress.outcome.as_ref());
    [
        filter.types.clone().is_none_or(|types| types.contains(&case.case_type)),
        filter.stages.clone().is_none_or(|stages| stages.contains(&case.stage)),
        filter.categories.clone().is_none_or(|categories| categories.contains(&case.category)),
        filter.holder.clone().is_none_or(|wanted| match wanted {
            HolderFilter::Untaken => holder.is_none(),
            HolderFilter::By(actor) => holder == Some(&actor),
        }),
        filter.teams.as_ref().is_none_or(|teams| teams.contains(&case.team)),
        filter.priorities.as_ref().is_none_or(|some| some.contains(&case.priority)),
        filter.resolutions.as_ref().is_none_or(|some| some.contains(&case.resolution_code().cloned())),
        filter.customer.is_none_or(|customer| Some(customer) == case.customer),
        filter.raised_from.is_none_or(|from| from <= case.raised_at),
        filter.raised_before.is_none_or(|before| before > case.raised_at),
        filter.updated_before.is_none_or(|before| before > case.updated_at),
        filter.raised_by.clone().is_none_or(|raiser| raiser == case.raised_by),
        filter.resolved_from.is_none_or(|from| case.resolved_at >= Some(from)),
        filter.resolved_before.is_none_or(|before| case.resolved_at.is_some_and(|at| at < before)),
        filter.closed_from.is_none_or(|from| case.closed_at >= Some(from)),
        filter.closed_before.is_none_or(|before| case.closed_at.is_some_and(|at| at < before)),
        filter.workflow.is_none_or(|workflow| Some(workflow) == progress.map(|one| one.workflow)),
        filter.outcome.is_none_or(|kind| Some(kind) == outcome.map(Outcome::kind)),
        filter.text.clone().is_none_or(|text| text.matches(&terms)),
        filter.own.clone().is_none_or(|actor| holder == Some(&actor) || case.raised_by == actor),
    ]
    .iter()
    .all(|holds| *holds)
}

fn orders() -> Vec<(Sort, Direction)> {
    let sorts = [Sort::Number, Sort::Raised, Sort::Updated];
    let both = |sort| [Direction::Ascending, Direction::Descending].map(|direction| (sort, direction));
    sorts.into_iter().flat_map(both).collect()
}

pub(super) fn ask(
    filter: CaseFilter,
    sort: Sort,
    direction: Direction,
    limit: u32,
    after: Option<After>,
) -> CaseQuery {
    CaseQuery { filter, sort, by_field: None, direction, after, limit }
}

/// Every row that a filter matches, read in pages.
pub(super) fn list(
    store: &dyn Store,
    filter: CaseFilter,
    sort: Sort,
    direction: Direction,
    limit: u32,
) -> Vec<CaseRow> {
    paged(|after| {
        let slice = store.cases(&ask(filter.clone(), sort, direction, limit, after)).unwrap().answer;
        assert!(slice.rows.len() <= limit as usize);
        slice
    })
}

fn numbers(rows: &[CaseRow]) -> Vec<u64> {
    rows.iter().map(|row| row.number.value).collect()
}

fn expected(cases: &[Case], sort: Sort, direction: Direction) -> Vec<u64> {
    let mut keys: Vec<(Option<Timestamp>, u64)> = cases
        .iter()
        .map(|case| match sort {
            Sort::Number => (None, case.number.value),
            Sort::Raised => (Some(case.raised_at), case.number.value),
            Sort::Updated => (Some(case.updated_at), case.number.value),
            Sort::Due => (case.clock.due_at(), case.number.value),
            Sort::StageSince => (Some(case.stage_since), case.number.value),
        })
        .collect();
    keys.sort();
    if direction == Direction::Descending {
        keys.reverse();
    }
    keys.into_iter().map(|(_, number)| number).collect()
}
