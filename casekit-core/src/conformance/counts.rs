//! Counts are exact: they always equal what listing finds.

use std::collections::BTreeMap;

use super::build::{RawCase, actor, resolution, stage};
use super::lists::{filters, list};
use super::office::{Office, office};
use crate::model::{Priority, StageCategory, Timestamp};
use crate::store::{
    CaseCount, CaseFilter, CaseRow, CountBy, CountQuery, Direction, HolderFilter, Sort, Store,
};

pub fn counts_are_what_listing_finds(store: &dyn Store) {
    let office = office(store);
    for by in CountBy::ALL {
        for query in queries(&office, by) {
            assert_counted(store, &query);
        }
    }
}

pub fn every_way_to_count_covers_every_case_once(store: &dyn Store) {
    let Office { cases, .. } = office(store);
    for by in CountBy::ALL {
        // A case has as many tags as somebody gave it.
        if by == CountBy::Tag {
            continue;
        }
        let counts = store.count_cases(&all(by)).unwrap().answer;
        assert_eq!(counts.iter().map(|group| group.count).sum::<u64>(), cases.len() as u64, "{by:?}");
        assert!(counts.len() > 1, "{by:?}");
    }
}

pub fn a_count_up_to_a_number_ends_there(store: &dyn Store) {
    let Office { cases, types, .. } = office(store);
    let all = CaseFilter::default();
    let of_one = CaseFilter { types: Some(vec![types[0].id]), ..CaseFilter::default() };
    let raised = CaseFilter { raised_from: Some(Timestamp::UNIX_EPOCH), ..CaseFilter::default() };
    let count = |filter: &CaseFilter, at_most| store.count_up_to(filter, at_most).unwrap();
    for filter in [all, of_one, raised] {
        let many = count(&filter, u32::MAX).answer;
        assert!(many > 2 && many <= cases.len() as u64, "{filter:?}");
        assert_eq!([0, 1, 2].map(|at_most| count(&filter, at_most).answer), [0, 1, 2], "{filter:?}");
        assert_eq!(count(&filter, 2).catalog, store.catalog().unwrap());
    }
}

pub fn a_group_without_a_case_is_left_out(store: &dyn Store) {
    let Office { clerk, types, .. } = office(store);
    let lonely = clerk.case_type("Follow up");
    let case = clerk.raise(RawCase::of(&lonely, "Only one"));
    let count = |by| store.count_cases(&all(by)).unwrap().answer;
    let groups = count(CountBy::CaseType).len();
    clerk.write_drafts(vec![clerk.changes_type(&case, types[0].id)]);
    assert_eq!(count(CountBy::CaseType).len(), groups - 1);
    assert!(count(CountBy::Stage).iter().all(|group| group.case_type != Some(lonely.id)));
    let nobody = under(CountBy::Holder, CaseFilter { own: Some(actor("nobody")), ..CaseFilter::default() });
    assert_eq!(store.count_cases(&nobody).unwrap().answer, []);
}

pub fn counts_follow_every_change(store: &dyn Store) {
    let Office { clerk, types, teams, cases, .. } = office(store);
    let case = cases.iter().find(|case| case.holder.is_none()).unwrap();
    let changes = [
        clerk.ends(case, StageCategory::Resolved, "done", "Paid"),
        clerk.moves(&clerk.case_now(case.id), StageCategory::Closed),
        clerk.resolves(&clerk.case_now(case.id), "no_answer"),
        clerk.moves(&clerk.case_now(case.id), StageCategory::Open),
        clerk.takes(case.id, "zoe"),
        clerk.takes(case.id, "bea"),
        clerk.returns(case.id, "bea"),
        clerk.changes_type(case, types.iter().find(|one| one.id != case.case_type).unwrap().id),
        clerk.gives(case, Some(teams[1])),
        clerk.prioritises(&clerk.case_now(case.id), Priority::High),
        clerk.prioritises(&clerk.case_now(case.id), Priority::Low),
        clerk.retitles(case.id, "Another title"),
    ];
    for change in changes {
        let what = change.fact.code();
        clerk.write_drafts(vec![change]);
        for by in CountBy::ALL {
            assert_counted(store, &all(by));
        }
        store.check().unwrap_or_else(|error| panic!("after {what}: {error}"));
    }
}

pub(super) fn all(by: CountBy) -> CountQuery {
    under(by, CaseFilter::default())
}

pub(super) fn under(by: CountBy, filter: CaseFilter) -> CountQuery {
    CountQuery { by, filter }
}

/// Every filter of a list alone, and some together.
fn queries(office: &Office<'_>, by: CountBy) -> Vec<CountQuery> {
    let none = CaseFilter::default;
    let types = Some(office.types[..2].iter().map(|one| one.id).collect::<Vec<_>>());
    let bea = Some(HolderFilter::By(actor("bea")));
    let ada = || Some(actor("ada"));
    let together = [
        none(),
        CaseFilter { types: Some(Vec::new()), ..none() },
        CaseFilter { teams: Some(Vec::new()), ..none() },
        CaseFilter { priorities: Some(Vec::new()), ..none() },
        CaseFilter { resolutions: Some(Vec::new()), ..none() },
        CaseFilter { resolutions: Some(vec![Some(resolution("done")), None]), own: ada(), ..none() },
        CaseFilter { priorities: Some(vec![Priority::High, Priority::Urgent]), own: ada(), ..none() },
        CaseFilter { teams: Some(vec![None, Some(office.teams[0])]), own: ada(), ..none() },
        CaseFilter { types, holder: bea, ..none() },
        CaseFilter { stages: Some(vec![stage("waiting")]), own: ada(), ..none() },
        CaseFilter {
            categories: Some(vec![StageCategory::Open]),
            holder: Some(HolderFilter::Untaken),
            ..none()
        },
        CaseFilter { raised_by: ada(), holder: Some(HolderFilter::Untaken), ..none() },
        CaseFilter { raised_by: ada(), holder: Some(HolderFilter::By(actor("ada"))), ..none() },
        CaseFilter { raised_by: ada(), own: ada(), ..none() },
        CaseFilter { raised_by: ada(), own: Some(actor("bea")), ..none() },
        CaseFilter {
            raised_by: ada(),
            categories: Some(vec![StageCategory::Open, StageCategory::Waiting]),
            ..none()
        },
    ];
    let alone = filters(office).into_iter().map(|(_, filter)| filter);
    alone.chain(together).map(|filter| under(by, filter)).collect()
}

/// Asserts that the store's counts equal those of its own list, in the order of the groups.
pub(super) fn assert_counted(store: &dyn Store, query: &CountQuery) {
    let mut groups: BTreeMap<CaseCount, u64> = BTreeMap::new();
    let catalog = store.catalog().unwrap();
    for row in list(store, query.filter.clone(), Sort::Number, Direction::Ascending, 500) {
        let tags = catalog.tags_in_use(&row.tags);
        let group = group_of(row, query.by);
        if query.by == CountBy::Tag {
            for tag in tags {
                *groups.entry(CaseCount { tag: Some(tag), ..group.clone() }).or_default() += 1;
            }
        } else {
            *groups.entry(group).or_default() += 1;
        }
    }
    let expected: Vec<CaseCount> =
        groups.into_iter().map(|(group, count)| CaseCount { count, ..group }).collect();
    assert_eq!(store.count_cases(query).unwrap().answer, expected, "{query:?}");
    if query.by != CountBy::Tag {
        let all: u64 = expected.iter().map(|group| group.count).sum();
        for at_most in [1, 3, 500] {
            let counted = store.count_up_to(&query.filter, at_most).unwrap().answer;
            assert_eq!(counted, all.min(at_most.into()), "{query:?} up to {at_most}");
        }
    }
}

fn group_of(row: CaseRow, by: CountBy) -> CaseCount {
    let case_type = matches!(by, CountBy::CaseType | CountBy::Stage).then_some(row.case_type);
    let category = matches!(by, CountBy::Category | CountBy::Stage).then_some(row.category);
    let stage = (by == CountBy::Stage).then_some(row.stage);
    let holder = row.holder.filter(|_| by == CountBy::Holder);
    let team = row.team.filter(|_| by == CountBy::Team);
    let priority = (by == CountBy::Priority).then_some(row.priority);
    let resolution = row.resolution.filter(|_| by == CountBy::Resolution);
    // A case is in the group of each of its tags, which who counts adds.
    let tag = None;
    CaseCount { case_type, stage, category, team, tag, priority, resolution, holder, count: 0 }
}
