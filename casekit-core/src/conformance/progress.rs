//! Rows show the progress of their cases in their workflows.

use super::backlog::{Backlog, backlog, whole_course};
use super::build::{Clerk, RawCase};
use super::lists::list;
use super::search::{self, ask};
use crate::language::Language;
use crate::model::{Case, Outcome, Progress, Status, WorkflowId};
use crate::store::{CaseFilter, CaseRow, Direction, Sort, Store};

pub fn a_row_shows_how_far_its_case_has_come(store: &dyn Store) {
    let Backlog { cases, .. } = backlog(store);
    let mut rows = all_rows(store);
    assert_eq!(rows.len(), cases.len());
    rows.sort_by_key(|row| cases.iter().position(|case| case.id == row.id));
    for (row, case) in rows.iter().zip(&cases) {
        assert_shows(row, case);
    }
    // Rendered as text to be readable here; a row has the codes with their arguments.
    let said =
        |row: &CaseRow| row.status.as_ref().map(|status| Language::english().render(&status.message()));
    let said: Vec<Option<String>> = rows.iter().step_by(3).map(said).collect();
    let expected = [
        None,
        Some("Identification"),
        Some("Data approval"),
        Some("Release"),
        Some("error: the data source is not there"),
        Some("error: the data source is not there"),
        Some("error: delivery refused"),
        Some("error: delivery refused"),
        Some("being delivered"),
        Some("being delivered"),
        Some("data released"),
        Some("data released"),
        Some("withdrawn"),
        Some("waiting"),
    ];
    assert_eq!(said, expected.map(|one| one.map(str::to_owned)));
    store.check().unwrap();
}

pub fn a_case_that_is_found_shows_how_far_it_has_come(store: &dyn Store) {
    let Backlog { cases, .. } = backlog(store);
    let mut found: Vec<CaseRow> =
        search::all(store, &ask("asks for ")).into_iter().map(|row| row.case).collect();
    found.sort_by_key(|row| row.number.value);
    assert_eq!(found.len(), cases.len());
    assert_eq!(found, all_rows(store));
}

pub fn a_row_follows_every_event_of_a_workflow(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case_type = clerk.case_type("Data request");
    let case = clerk.raise(RawCase::of(&case_type, "One")).id;
    for draft in whole_course(&clerk, case) {
        let what = draft.fact.code();
        clerk.write_drafts(vec![draft]);
        assert_shows(&all_rows(store)[0], &clerk.case_now(case));
        store.check().unwrap_or_else(|error| panic!("after {what}: {error}"));
    }
}

pub fn a_failure_that_comes_after_the_end_is_not_shown(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case_type = clerk.case_type("Data request");
    let case = clerk.raise(RawCase::of(&case_type, "One")).id;
    let [start, withdraw] = [clerk.starts_workflow(case, WorkflowId(clerk.uuid())), clerk.withdraws(case)];
    clerk.write_drafts(vec![start, withdraw]);
    clerk.write_drafts(vec![clerk.fails(case, "release", "delivery_refused", Some("webform"))]);
    let row = all_rows(store).remove(0);
    let withdrawn = Status::Ended { outcome: Outcome::Withdrawn };
    assert_eq!((row.status.as_deref(), row.failure), (Some(&withdrawn), None));
    store.check().unwrap();
}

/// Every row, in the order of numbers.
fn all_rows(store: &dyn Store) -> Vec<CaseRow> {
    list(store, CaseFilter::default(), Sort::Number, Direction::Ascending, 500)
}

fn assert_shows(row: &CaseRow, case: &Case) {
    assert_eq!(row.id, case.id);
    let progress = case.progress.as_deref();
    assert_eq!(row.workflow, progress.map(|progress| progress.workflow));
    assert_eq!(row.status.as_deref(), progress.map(Progress::status).as_ref());
    assert_eq!(row.failure.as_deref(), progress.and_then(Progress::present_failure));
}
