//! Lists that are asked for by names: they mean what they mean at the moment of the answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use casekit::{
    CaseTypeEdit, CasesQuery, CountBy, Desk, NewCase, NewCaseType, OpenOptions, PageRequest, Role,
};

use crate::build::{Office, actor, on_every_store};
use crate::meddled::Meddled;

on_every_store!(
    a_name_that_another_type_has_by_now_means_that_type,
    a_name_that_came_since_is_known,
    a_list_is_shown_by_the_names_of_its_moment,
    a_name_that_nobody_has_is_unknown,
);

/// A desk at which the definitions were seen last before a colleague does something, between being asked and the answer.
fn desk_beside(office: &Office, colleague: impl Fn(&Desk) + Send + 'static) -> Desk {
    let (armed, at_work) = (Arc::new(AtomicBool::new(false)), office.administrator());
    let once = Arc::clone(&armed);
    let store = Meddled::new(Arc::clone(&office.store), move || {
        if once.swap(false, Ordering::SeqCst) {
            colleague(&at_work);
        }
    });
    let kit = OpenOptions::new().with_store(Arc::new(store)).unwrap();
    let desk = kit.desk(actor("mona", Role::Administrator));
    desk.case_types().unwrap();
    desk.cases(&of_type("Support"), PageRequest::first()).unwrap();
    armed.store(true, Ordering::SeqCst);
    desk
}

fn of_type(name: &str) -> CasesQuery {
    CasesQuery { case_types: vec![name.into()], ..CasesQuery::default() }
}

/// How the first rows are called: their titles with their types.
fn rows(desk: &Desk, case_type: &str) -> Vec<(String, String)> {
    let page = desk.cases(&of_type(case_type), PageRequest::first()).unwrap();
    page.rows.into_iter().map(|row| (row.title, row.case_type)).collect()
}

fn rename(desk: &Desk, from: &str, to: &str) {
    let edit = CaseTypeEdit { name: Some(to.to_owned()), ..CaseTypeEdit::default() };
    desk.edit_case_type(desk.case_type(from).unwrap().id, edit).unwrap();
}

fn swap_names(desk: &Desk) {
    rename(desk, "Support", "Help");
    rename(desk, "Bug report", "Support");
}

fn a_name_that_another_type_has_by_now_means_that_type(office: &Office) {
    office.case("Was of support");
    office.agent().raise_case(NewCase::new("Bug report", "Is of support")).unwrap();
    let desk = desk_beside(office, swap_names);
    assert_eq!(rows(&desk, "Support"), [("Is of support".to_owned(), "Support".to_owned())]);
    let counted = CasesQuery { case_types: vec!["Help".into()], ..CasesQuery::default() };
    let counts = desk.counts(CountBy::CaseType, &counted).unwrap();
    assert_eq!((counts.len(), counts[0].case_type.as_deref()), (1, Some("Help")));
}

fn a_name_that_came_since_is_known(office: &Office) {
    let desk = desk_beside(office, |colleague| {
        colleague.create_case_type(NewCaseType::new("Complaints")).unwrap();
        colleague.raise_case(NewCase::new("Complaints", "Too loud")).unwrap();
    });
    assert_eq!(rows(&desk, "Complaints"), [("Too loud".to_owned(), "Complaints".to_owned())]);
}

fn a_list_is_shown_by_the_names_of_its_moment(office: &Office) {
    office.case("One");
    let desk = desk_beside(office, |colleague| rename(colleague, "Support", "Help"));
    let page = desk.cases(&CasesQuery::default(), PageRequest::first()).unwrap();
    assert_eq!(page.rows[0].case_type, "Help");
}

fn a_name_that_nobody_has_is_unknown(office: &Office) {
    let desk = desk_beside(office, |colleague| rename(colleague, "Support", "Help"));
    let unknown = desk.cases(&of_type("Support"), PageRequest::first()).unwrap_err();
    assert_eq!(unknown.code(), "invalid");
    let unknown = desk.cases(&of_type("Nothing"), PageRequest::first()).unwrap_err();
    assert_eq!(unknown.code(), "invalid");
}
