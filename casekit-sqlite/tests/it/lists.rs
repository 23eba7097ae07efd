//! Lists and counts under every filter, by whichever way they are read, against filtering by hand.

use crate::support::*;
use casekit_core::conformance::build::{Clerk, at_time};
use casekit_core::model::{CaseTypeId, CustomerId, DueTask, Permission, WorkflowId};
use casekit_core::search::Query;
use casekit_core::store::{
    After, CaseFilter, CaseQuery, CaseRow, CountBy, CountQuery, Direction, Failing, HolderFilter, Pending,
    Sort, Store,
};
use uuid::Uuid;

const OTHER: CaseTypeId = CaseTypeId(Uuid::from_u128(2));
const RARE: CaseTypeId = CaseTypeId(Uuid::from_u128(3));
const CUSTOMER: CustomerId = CustomerId(Uuid::from_u128(9));
const ALL: usize = 2_600;

/// So many cases that some filters leave few of them and others many.
fn many() -> World {
    let world = World::new();
    write(&world.store, create_customer(CUSTOMER, "Ada Obi", None));
    let batch = (0..ALL).map(|n| {
        let mut case = raise(&format!("Case {n} {}", if n % 700 == 0 { "seldom" } else { "often" }));
        // Instants out of order, and the same for several.
        case.second = ((n * 7_919) % 500) as i64;
        case.case_type = if n % 900 == 0 {
            RARE
        } else if n % 3 == 0 {
            OTHER
        } else {
            TYPE
        };
        case.stage = if n % 400 == 1 { "in_progress" } else { "open" }.into();
        case.by = if n % 650 == 0 { "eve" } else { "ada" }.into();
        case.customer = (n % 100 == 0).then_some(CUSTOMER);
        case.commit()
    });
    assert!(world.store.commit(batch.collect()).unwrap().iter().all(Result::is_ok));
    let rows = read(&world, &CaseQuery { limit: ALL as u32, ..cases_query() });
    let takes = rows.iter().filter(|row| row.number.value % 5 == 0).map(|row| {
        let by = if row.number.value % 500 == 0 { "bob" } else { "cy" };
        take(&case(&world.store, row.id), by)
    });
    assert!(world.store.commit(takes.collect()).unwrap().iter().all(Result::is_ok));
    go_on_with(&world, &rows);
    world.store.check().unwrap();
    world
}

/// Every second case starts in a workflow, so that many are pending; of these few fail, and few are to be delivered.
fn go_on_with(world: &World, rows: &[CaseRow]) {
    let clerk = Clerk::new(&world.store);
    let commits = rows.iter().filter(|row| row.number.value.is_multiple_of(2)).map(|row| {
        let mut drafts = vec![clerk.starts_workflow(row.id, WorkflowId(fresh()))];
        if row.number.value.is_multiple_of(200) {
            drafts.push(clerk.requests_release(row.id));
            drafts.push(clerk.fails_to_deliver(row.id, "source_missing", Some("sources.crm")));
        }
        if row.number.value % 300 == 0 {
            drafts.push(at_time(at(row.number.value as i64), clerk.requests_release(row.id)));
        }
        clerk.commit(drafts)
    });
    assert!(world.store.commit(commits.collect()).unwrap().iter().all(Result::is_ok));
}

/// Whether it is pending for an actor who decides steps: its release was not asked for.
fn is_to_decide(row: &CaseRow, by: &str) -> bool {
    let is_released = row.number.value.is_multiple_of(200) || row.number.value.is_multiple_of(300);
    row.number.value.is_multiple_of(2) && !is_released && is_free(row, by)
}

fn is_free(row: &CaseRow, by: &str) -> bool {
    row.holder.as_ref().is_none_or(|holder| *holder == actor(by))
}

/// Whether it fails: asking for the release fixes it.
fn is_failing(row: &CaseRow) -> bool {
    row.number.value.is_multiple_of(200) && !row.number.value.is_multiple_of(300)
}

fn pending(by: &str, permission: Permission) -> Option<Pending> {
    Some(Pending { by: actor(by), on_behalf_of: None, bits: permission.bit() })
}

/// All rows, page by page.
fn read(world: &World, query: &CaseQuery) -> Vec<CaseRow> {
    let mut query = query.clone();
    let mut rows = Vec::new();
    loop {
        let page = world.store.cases(&query).unwrap().answer;
        assert!(page.rows.len() <= query.limit as usize);
        rows.extend(page.rows);
        let Some(next) = page.next else { return rows };
        query.after = Some(next);
    }
}

#[test]
fn every_filter_in_every_order_leaves_what_filtering_by_hand_leaves() {
    let world = many();
    let all = read(&world, &CaseQuery { limit: 500, ..cases_query() });
    assert_eq!(all.len(), ALL);
    let raised_by = |row: &CaseRow, by: &str| (row.number.value - 1).is_multiple_of(650) && by == "eve";
    let none = CaseFilter::default;
    let (often, seldom) = (Query::parse("text", "often").unwrap(), Query::parse("text", "sel").unwrap());
    let (by_seldom, by_often) = (seldom.clone(), often.clone());
    type Keep<'a> = Box<dyn Fn(&CaseRow) -> bool + 'a>;
    let filters: Vec<(CaseFilter, Keep<'_>)> = vec![
        (none(), Box::new(|_| true)),
        (CaseFilter { types: Some(vec![RARE]), ..none() }, Box::new(|row| row.case_type == RARE)),
        (CaseFilter { types: Some(vec![RARE, OTHER]), ..none() }, Box::new(|row| row.case_type != TYPE)),
        (CaseFilter { types: Some(vec![]), ..none() }, Box::new(|_| false)),
        (
            CaseFilter { stages: Some(vec![stage("in_progress")]), ..none() },
            Box::new(|row| row.stage == stage("in_progress")),
        ),
        (
            CaseFilter { categories: Some(vec![category("open")]), ..none() },
            Box::new(|row| row.category == category("open")),
        ),
        (CaseFilter { holder: Some(HolderFilter::Untaken), ..none() }, Box::new(|row| row.holder.is_none())),
        (
            CaseFilter {
                holder: Some(HolderFilter::By(actor("bob"))),
                types: Some(vec![TYPE, OTHER]),
                ..none()
            },
            Box::new(|row| row.holder == Some(actor("bob")) && row.case_type != RARE),
        ),
        (CaseFilter { customer: Some(CUSTOMER), ..none() }, Box::new(|row| row.customer == Some(CUSTOMER))),
        (
            CaseFilter { own: Some(actor("eve")), ..none() },
            Box::new(|row| raised_by(row, "eve") || row.holder == Some(actor("eve"))),
        ),
        (CaseFilter { own: Some(actor("cy")), ..none() }, Box::new(|row| row.holder == Some(actor("cy")))),
        (
            CaseFilter { own: Some(actor("ada")), categories: Some(vec![category("open")]), ..none() },
            Box::new(|row| (row.number.value - 1) % 650 != 0 && row.category == category("open")),
        ),
        (
            CaseFilter { raised_from: Some(at(100)), raised_before: Some(at(103)), ..none() },
            Box::new(|row| row.raised_at >= at(100) && row.raised_at < at(103)),
        ),
        (CaseFilter { raised_from: Some(at(10)), ..none() }, Box::new(|row| row.raised_at >= at(10))),
        (
            CaseFilter { text: Some(seldom), ..none() },
            Box::new(|row| by_seldom.matches(&casekit_core::text::terms(row.title.as_str()))),
        ),
        (
            CaseFilter { text: Some(often), holder: Some(HolderFilter::Untaken), ..none() },
            Box::new(|row| {
                by_often.matches(&casekit_core::text::terms(row.title.as_str())) && row.holder.is_none()
            }),
        ),
        (
            CaseFilter { pending: pending("bob", Permission::DecideSteps), ..none() },
            Box::new(|row| is_to_decide(row, "bob")),
        ),
        (
            CaseFilter {
                pending: pending("cy", Permission::DecideSteps),
                holder: Some(HolderFilter::By(actor("cy"))),
                ..none()
            },
            Box::new(|row| is_to_decide(row, "cy") && row.holder.is_some()),
        ),
        (
            CaseFilter { pending: pending("cy", Permission::RetryFailures), ..none() },
            Box::new(|row| is_free(row, "cy") && is_failing(row)),
        ),
        (CaseFilter { failing: Some(Failing::default()), ..none() }, Box::new(is_failing)),
        (
            CaseFilter {
                due_task: Some((DueTask::Deliver, at(1_500))),
                types: Some(vec![OTHER, TYPE]),
                ..none()
            },
            Box::new(|row| row.number.value % 300 == 0 && row.number.value < 1_500 && row.case_type != RARE),
        ),
    ];
    for (filter, keep) in &filters {
        for sort in [Sort::Number, Sort::Raised, Sort::Updated] {
            for direction in [Direction::Ascending, Direction::Descending] {
                let mut expected: Vec<CaseRow> = all.iter().filter(|row| keep(row)).cloned().collect();
                expected.sort_by_key(|row| match sort {
                    Sort::Number => (at(0), row.number.value),
                    Sort::Raised => (row.raised_at, row.number.value),
                    Sort::Updated => (row.updated_at, row.number.value),
                    Sort::Due => (row.due_at.unwrap_or_default(), row.number.value),
                    Sort::StageSince => (row.stage_since, row.number.value),
                });
                if direction == Direction::Descending {
                    expected.reverse();
                }
                let query = CaseQuery {
                    filter: filter.clone(),
                    sort,
                    by_field: None,
                    direction,
                    after: None,
                    limit: 217,
                };
                assert!(read(&world, &query) == expected, "{query:?}");
            }
        }
    }
}

#[test]
fn counts_are_what_counting_finds_under_every_filter() {
    let world = many();
    let all = read(&world, &CaseQuery { limit: 500, ..cases_query() });
    let none = CaseFilter::default;
    let filters = [
        none(),
        CaseFilter { types: Some(vec![RARE, TYPE]), ..none() },
        CaseFilter { stages: Some(vec![stage("open")]), ..none() },
        CaseFilter { holder: Some(HolderFilter::By(actor("cy"))), ..none() },
        CaseFilter { holder: Some(HolderFilter::Untaken), ..none() },
        CaseFilter { own: Some(actor("bob")), ..none() },
        CaseFilter { own: Some(actor("bob")), types: Some(vec![TYPE]), ..none() },
        CaseFilter { pending: pending("bob", Permission::DecideSteps), ..none() },
        CaseFilter { pending: pending("cy", Permission::DecideSteps), own: Some(actor("cy")), ..none() },
    ];
    for filter in filters {
        for by in [CountBy::CaseType, CountBy::Stage, CountBy::Category, CountBy::Holder] {
            let query = CountQuery { by, filter: filter.clone() };
            let fits = |row: &&CaseRow| {
                filter.types.as_ref().is_none_or(|types| types.contains(&row.case_type))
                    && filter.stages.as_ref().is_none_or(|stages| stages.contains(&row.stage))
                    && filter.own.as_ref().is_none_or(|own| row.holder.as_ref() == Some(own))
                    && filter.pending.as_ref().is_none_or(|pending| is_to_decide(row, pending.by.as_str()))
                    && filter.holder.as_ref().is_none_or(|holder| match holder {
                        HolderFilter::Untaken => row.holder.is_none(),
                        HolderFilter::By(actor) => row.holder.as_ref() == Some(actor),
                    })
            };
            let counts = world.store.count_cases(&query).unwrap().answer;
            assert_eq!(
                counts.iter().map(|one| one.count).sum::<u64>(),
                all.iter().filter(fits).count() as u64,
                "{query:?}"
            );
            let mut sorted = counts.clone();
            sorted.sort();
            assert_eq!(counts, sorted);
            assert!(counts.iter().all(|one| one.count > 0));
            for one in &counts {
                let same = |row: &&CaseRow| {
                    one.case_type.is_none_or(|id| id == row.case_type)
                        && one.stage.as_ref().is_none_or(|stage| *stage == row.stage)
                        && one.category.is_none_or(|category| category == row.category)
                        && (by != CountBy::Holder || one.holder == row.holder)
                };
                assert_eq!(one.count, all.iter().filter(fits).filter(same).count() as u64);
            }
        }
    }
}

#[test]
fn nothing_comes_after_a_place_of_another_list() {
    let world = World::new();
    raise("tap").on(&world.store);
    let query = CaseQuery { after: Some(After::Path(vec![1])), ..cases_query() };
    assert_eq!(numbers(&world.store, &query), Vec::<u64>::new());
    let query = CaseQuery { after: Some(After::Number(0)), sort: Sort::Raised, ..cases_query() };
    assert_eq!(numbers(&world.store, &query), Vec::<u64>::new());
}
