//! How long things took is what the histories of all cases say, added up.

use std::collections::BTreeMap;

use super::build::{Clerk, RawCase, at_time, instant};
use super::lists::list;
use super::office::{Office, office};
use crate::commit::Fold;
use crate::durations::Bucket;
use crate::model::{
    Case, CaseTypeId, Measure, Month, StageCategory, StageId, State, StreamId, TeamId, Timestamp, Visibility,
};
use crate::store::{
    CaseFilter, CountBy, CountQuery, Direction, DurationCount, DurationQuery, EventQuery, Sort, Stalled,
    Store,
};

pub fn durations_follow_every_change(store: &dyn Store) {
    assert_eq!(of(store, &everything()), [], "an empty store");
    let Office { clerk, types, teams, cases, .. } = office(store);
    assert_measured(store, "the office");
    let case = cases.iter().find(|case| case.category == StageCategory::Open).unwrap();
    let other = types.iter().find(|one| one.id != case.case_type).unwrap().id;
    let now = || clerk.case_now(case.id);
    let changes: [&dyn Fn() -> crate::event::Draft; 10] = [
        &|| clerk.moves(&now(), StageCategory::Active),
        &|| clerk.moves(&now(), StageCategory::Open),
        &|| clerk.moves(&now(), StageCategory::Active),
        &|| clerk.gives(&now(), Some(teams[1])),
        &|| clerk.ends(&now(), StageCategory::Resolved, "done", "Paid"),
        &|| clerk.gives(&now(), None),
        &|| clerk.moves(&now(), StageCategory::Closed),
        &|| clerk.changes_type(&now(), other),
        &|| clerk.moves(&now(), StageCategory::Waiting),
        &|| clerk.retitles(case.id, "Another title"),
    ];
    for (place, change) in (0..).zip(changes) {
        // Days pass, so that lengths are of all sizes.
        let at = instant(1_000_000 + place * place * 40_000);
        let change = at_time(at, change());
        let what = change.fact.code();
        clerk.write_drafts(vec![change]);
        assert_measured(store, what);
        store.check().unwrap_or_else(|error| panic!("after {what}: {error}"));
    }
    clerk.add_note(case.id, None, "An answer", Visibility::Customer);
    assert_measured(store, "note_added");
    // Several in one batch, of which one is refused.
    let batch = [0, 1, 2].map(|place| clerk.commit(vec![clerk.moves(&cases[place], StageCategory::Waiting)]));
    let [first, second, third] = batch;
    store.commit(vec![first.clone(), second, first, third]).unwrap();
    assert_measured(store, "a batch");
    store.check().unwrap();
}

pub fn a_case_that_is_reopened_has_no_time_to_resolve(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let support = clerk.case_type("Support");
    let raised = at_of(0);
    let id = clerk.raise(RawCase { at: Some(raised), ..RawCase::of(&support, "Lamp") }).id;
    let resolved = || {
        let query = DurationQuery { measures: vec![Measure::TimeToResolve], ..everything() };
        of(store, &query).iter().map(|one| (one.count, one.seconds)).collect::<Vec<_>>()
    };
    let moves = |day: i64, to| {
        clerk.write_drafts(vec![at_time(at_of(day), clerk.moves(&clerk.case_now(id), to))]);
    };
    assert_eq!(resolved(), []);
    moves(2, StageCategory::Resolved);
    assert_eq!(resolved(), [(1, 2 * 86_400)]);
    moves(3, StageCategory::Active);
    assert_eq!(resolved(), [], "it goes on");
    moves(9, StageCategory::Closed);
    assert_eq!(resolved(), [(1, 9 * 86_400)], "the whole time counts");
    store.check().unwrap();
}

pub fn durations_are_of_the_types_teams_and_months_that_are_asked_for(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let types = ["Support", "Bug report"].map(|name| clerk.case_type(name));
    let team = clerk.team("Front office");
    // As an import brings them: raised and moved long ago, one a month.
    for place in 0..12 {
        let team = (place % 2 == 0).then_some(team);
        let at = Some(at_of(place * 31));
        let case = clerk.raise(RawCase { at, team, ..RawCase::of(&types[place as usize % 3 % 2], "Old") });
        clerk.write_drafts(vec![at_time(at_of(place * 31 + 2), clerk.moves(&case, StageCategory::Active))]);
        let case = clerk.case_now(case.id);
        clerk.write_drafts(vec![at_time(at_of(place * 31 + 5), clerk.moves(&case, StageCategory::Closed))]);
    }
    let month = |day| Month::of(at_of(day));
    let all = everything;
    let queries = [
        DurationQuery { types: Some(vec![types[1].id]), ..all() },
        DurationQuery { types: Some(Vec::new()), ..all() },
        DurationQuery { teams: Some(vec![Some(team)]), ..all() },
        DurationQuery { teams: Some(vec![None]), ..all() },
        DurationQuery { teams: Some(vec![None, Some(team)]), by_month: true, ..all() },
        DurationQuery { from: Some(month(60)), ..all() },
        DurationQuery { from: Some(month(60)), to: Some(month(120)), by_month: true, ..all() },
        DurationQuery { to: Some(month(120)), measures: vec![Measure::TimeInStage], ..all() },
        DurationQuery { measures: vec![Measure::FirstResponse, Measure::TimeToResolve], ..all() },
    ];
    for query in queries {
        assert_eq!(of(store, &query), by_hand(store, &query), "{query:?}");
    }
    assert!(!of(store, &everything()).is_empty());
}

pub fn cases_that_stand_for_long_are_listed_by_when_they_came_to_their_stage(store: &dyn Store) {
    let Office { types, teams, cases, .. } = office(store);
    let stage = |category: StageCategory| {
        cases.iter().find(|case| case.category == category).map(|case| case.stage.clone()).unwrap()
    };
    let some = |before: i64| {
        let categories =
            [StageCategory::Open, StageCategory::Waiting, StageCategory::Active, StageCategory::Closed];
        let one = |case_type: CaseTypeId| {
            let before = instant(before);
            categories.map(|one| Stalled { case_type, stage: stage(one), before })
        };
        Some(types[..2].iter().flat_map(|one_type| one(one_type.id)).collect::<Vec<_>>())
    };
    let all = CaseFilter::default;
    let filters = [
        CaseFilter { stalled: some(20_000), ..all() },
        CaseFilter { stalled: some(10_003), ..all() },
        CaseFilter { stalled: some(0), ..all() },
        CaseFilter { stalled: Some(Vec::new()), ..all() },
        CaseFilter { stalled: some(20_000), types: Some(vec![types[0].id]), ..all() },
        CaseFilter { stalled: some(20_000), teams: Some(vec![None, Some(teams[0])]), ..all() },
        CaseFilter { stalled: some(20_000), raised_by: Some(super::build::actor("ada")), ..all() },
    ];
    for filter in filters {
        let fits = |case: &&Case| {
            let stalled = filter.stalled.iter().flatten().any(|one| {
                let is_there = (case.case_type, &case.stage) == (one.case_type, &one.stage);
                is_there && case.stage_since < one.before && !case.category.is_ended()
            });
            stalled
                && filter.types.as_ref().is_none_or(|types| types.contains(&case.case_type))
                && filter.teams.as_ref().is_none_or(|teams| teams.contains(&case.team))
                && filter.raised_by.as_ref().is_none_or(|raiser| *raiser == case.raised_by)
        };
        let mut fitting: Vec<(Timestamp, u64)> =
            cases.iter().filter(fits).map(|case| (case.stage_since, case.number.value)).collect();
        fitting.sort_unstable();
        for (direction, limit) in [(Direction::Ascending, 2), (Direction::Descending, 500)] {
            let rows = list(store, filter.clone(), Sort::StageSince, direction, limit);
            let listed: Vec<_> = rows.iter().map(|row| (row.stage_since, row.number.value)).collect();
            let mut expected = fitting.clone();
            if direction == Direction::Descending {
                expected.reverse();
            }
            assert_eq!(listed, expected, "{filter:?} {direction:?}");
        }
        for sort in [Sort::Number, Sort::Updated] {
            let rows = list(store, filter.clone(), sort, Direction::Ascending, 500);
            assert_eq!(rows.len(), fitting.len(), "{filter:?} {sort:?}");
        }
        let counted =
            store.count_cases(&CountQuery { by: CountBy::CaseType, filter: filter.clone() }).unwrap();
        let counted: u64 = counted.answer.iter().map(|group| group.count).sum();
        assert_eq!(counted, fitting.len() as u64, "{filter:?}");
    }
}

fn at_of(day: i64) -> Timestamp {
    instant(day * 86_400)
}

pub(super) fn everything() -> DurationQuery {
    DurationQuery {
        measures: Measure::ALL.into(),
        types: None,
        teams: None,
        from: None,
        to: None,
        by_month: false,
    }
}

fn of(store: &dyn Store, query: &DurationQuery) -> Vec<DurationCount> {
    store.durations(query).unwrap().answer
}

fn assert_measured(store: &dyn Store, what: &str) {
    for by_month in [false, true] {
        let query = DurationQuery { by_month, ..everything() };
        assert_eq!(of(store, &query), by_hand(store, &query), "{what}");
    }
}

/// What the histories of all cases say, without any figure that is kept: a stage ends where the case before an event and the
/// case after it are in different ones.
fn by_hand(store: &dyn Store, query: &DurationQuery) -> Vec<DurationCount> {
    type Found = (Measure, CaseTypeId, Option<TeamId>, Option<StageId>, Timestamp, Timestamp);
    let mut found: Vec<Found> = Vec::new();
    let mut folds: BTreeMap<StreamId, Fold> = BTreeMap::new();
    for event in store.events(&EventQuery::All { after: 0, limit: 10_000 }).unwrap() {
        let fold = folds.entry(event.stream).or_default();
        let before = case_in(fold);
        fold.follow(&event).unwrap();
        if let Some((was, is)) = before.zip(case_in(fold))
            && (&was.stage, was.category) != (&is.stage, is.category)
        {
            let stage = Some(was.stage);
            found.push((
                Measure::TimeInStage,
                was.case_type,
                was.team,
                stage,
                was.stage_since,
                is.stage_since,
            ));
        }
    }
    for case in folds.values().filter_map(case_in) {
        let from = case.clock.received_at.unwrap_or(case.raised_at);
        let ended = case.resolved_at.into_iter().chain(case.closed_at).min();
        let answered = if case.progress.is_some() { case.clock.answered_at } else { ended };
        let told = case.clock.acknowledged_at.into_iter().chain(answered).min();
        for (measure, until) in [(Measure::FirstResponse, told), (Measure::TimeToResolve, ended)] {
            let until = until.filter(|until| *until > from);
            found.extend(until.map(|until| (measure, case.case_type, case.team, None, from, until)));
        }
    }
    let mut counts: BTreeMap<DurationCount, (u64, u64)> = BTreeMap::new();
    for (measure, case_type, team, stage, from, until) in found {
        let (month, seconds) = (Month::of(until), (until - from).num_seconds().max(0).unsigned_abs());
        let fits = query.measures.contains(&measure)
            && query.types.as_ref().is_none_or(|types| types.contains(&case_type))
            && query.teams.as_ref().is_none_or(|teams| teams.contains(&team))
            && query.from.is_none_or(|from| month >= from)
            && query.to.is_none_or(|to| month <= to);
        if fits {
            let (month, bucket) = (query.by_month.then_some(month), Bucket::of(seconds));
            let key = DurationCount { measure, case_type, stage, month, bucket, count: 0, seconds: 0 };
            let sums = counts.entry(key).or_default();
            *sums = (sums.0 + 1, sums.1 + seconds);
        }
    }
    counts.into_iter().map(|(key, (count, seconds))| DurationCount { count, seconds, ..key }).collect()
}

fn case_in(fold: &Fold) -> Option<Case> {
    match fold.state() {
        Some(State::Case(case)) => Some(case.as_ref().clone()),
        _ => None,
    }
}
