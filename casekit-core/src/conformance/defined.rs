//! Answers come with the definitions as of the same moment.

use std::sync::Arc;
use std::thread;

use super::build::{Clerk, RawCase};
use super::counts::all;
use super::lists::ask as ask_for;
use super::search::ask;
use crate::language::Language;
use crate::model::{CaseId, CaseType, CaseTypeId, Catalog, WorkflowId};
use crate::store::{CaseFilter, CountBy, Defined, Direction, SearchQuery, Sort, Store, Within};

pub fn every_list_comes_with_the_definitions_of_its_moment(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case_type = clerk.case_type("Round");
    for round in 1..=3 {
        next_round(&clerk, case_type.id);
        for (what, said, called) in shown(store, case_type.id) {
            assert_eq!((said, called.as_str()), (round, format!("Round {round}").as_str()), "{what}");
        }
        let catalog = store.catalog().unwrap();
        assert_eq!(store.count_failures(&Within::default()).unwrap().catalog, catalog);
        assert_eq!(store.count_cases(&all(CountBy::Holder)).unwrap().catalog, catalog);
    }
}

pub fn rows_and_their_definitions_are_of_one_moment(store: &dyn Store) {
    const ROUNDS: usize = 60;
    let case_type = Clerk::new(store).case_type("Round");
    next_round(&Clerk::seeded(store, 1), case_type.id);
    thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let clerk = Clerk::seeded(store, 2);
            (1..ROUNDS).for_each(|_| next_round(&clerk, case_type.id));
        });
        loop {
            // Asked before the answers are read, so that the last answers are from after the last round.
            let is_last = writer.is_finished();
            for (what, said, called) in shown(store, case_type.id) {
                assert_eq!(called, format!("Round {said}"), "{what}: another moment's name");
            }
            if is_last {
                break;
            }
        }
    });
}

/// In one commit, names the type after the next round, and raises a case of it with the same name that fails. So the
/// number of cases tells what the type must be called.
fn next_round(clerk: &Clerk<'_>, case_type: CaseTypeId) {
    let catalog = clerk.store.catalog().unwrap();
    let now: &CaseType = catalog.case_types.get(&case_type).unwrap();
    let round = said_in(&name(&catalog, case_type)) + 1;
    let (case, called) = (CaseId(clerk.uuid()), format!("Round {round}"));
    clerk.write_drafts(vec![
        clerk.renames_type(now, &called),
        clerk.raises(case, RawCase::of(now, &called)),
        clerk.starts_workflow(case, WorkflowId(clerk.uuid())),
        clerk.fails(case, "identification", "source_missing", None),
    ]);
}

/// For each list: how many rounds it shows, and the name of the type in its definitions.
fn shown(store: &dyn Store, case_type: CaseTypeId) -> [(&'static str, u64, String); 5] {
    let count = |counts: Vec<u64>| counts.into_iter().sum::<u64>();
    let (newest, found) = (
        store.cases(&ask_for(CaseFilter::default(), Sort::Number, Direction::Descending, 1, None)).unwrap(),
        store.search(&SearchQuery { limit: 1, ..ask("round") }).unwrap(),
    );
    let placed = CaseFilter { types: Some(vec![case_type]), ..CaseFilter::default() };
    let updated = store.cases(&ask_for(placed, Sort::Raised, Direction::Descending, 1, None)).unwrap();
    let counted = store.count_cases(&all(CountBy::Stage)).unwrap();
    let failing = store.count_failures(&Within::default()).unwrap();
    let called = |catalog: &Arc<Catalog>| name(catalog, case_type);
    let Defined { answer, catalog } = &newest;
    [
        ("cases", said_in(answer.rows[0].title.as_str()), called(catalog)),
        ("cases by raising", said_in(updated.answer.rows[0].title.as_str()), called(&updated.catalog)),
        ("search", said_in(found.answer.rows[0].case.title.as_str()), called(&found.catalog)),
        (
            "count_cases",
            count(counted.answer.iter().map(|group| group.count).collect()),
            called(&counted.catalog),
        ),
        (
            "count_failures",
            count(failing.answer.iter().map(|group| group.count).collect()),
            called(&failing.catalog),
        ),
    ]
}

fn name(catalog: &Catalog, case_type: CaseTypeId) -> String {
    catalog.type_name(case_type, Language::english())
}

fn said_in(called: &str) -> u64 {
    called.strip_prefix("Round ").map_or(0, |round| round.parse().unwrap())
}
