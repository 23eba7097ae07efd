//! Search as people type: with a keyboard that lacks letters, with a telephone's digits, with or without hyphens.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};

use casekit::{CasesQuery, Error, NewCase, NewNote, OpenOptions, PageRequest, Role, StoreErrorKind};

use crate::build::{ClosedOffice, Office, actor, on_every_store};

on_every_store!(
    search_finds_texts_as_people_type,
    a_list_by_text_finds_cases_as_people_type,
    the_prefix_of_case_numbers_is_no_word,
);

/// How many cases and notes a text finds.
fn found(office: &Office, typed: &str) -> usize {
    office.agent().search(typed, PageRequest::first()).unwrap().rows.len()
}

fn search_finds_texts_as_people_type(office: &Office) {
    let titles = [
        "Wysyłka do Łodzi",
        "Ferry to Ærø",
        "Đặng Thị Hường calls",
        "Paket\u{AD}schein und zero\u{200B}width",
        "snake_case in INV2024-0001",
        "Don’t send e-mail",
        "환불을 요청합니다",
        "أحمد يطلب استعادة",
        "Thanks 👍🏽",
        "Müller, 030/123 45 67",
    ];
    let case = office.agent().raise_case(NewCase::new("Support", "All")).unwrap().id;
    for title in titles {
        office.agent().raise_case(NewCase::new("Support", title)).unwrap();
        office.agent().add_note(case, NewNote::internal(title)).unwrap();
    }
    for typed in [
        "lodzi",
        "ŁODZI",
        "aero",
        "ærø",
        "dang",
        "paketschein",
        "zerowidth",
        "snake",
        "case in",
        "2024-0001",
        "inv2024-0001",
        "dont",
        "don't",
        "don’t",
        "email",
        "e-mail",
        "환불 요청",
        "요청",
        "احمد",
        "إستعاده",
        "👍",
        "mueller",
        "muller",
        "0301234567",
        "+49 30 1234567",
        "1234567",
    ] {
        assert_eq!(found(office, typed), 2, "`{typed}` finds a case and a note");
    }
    for typed in ["odzi", "ferries", "nake", "2024-0002", "👎", "0301234568", "\u{301}\u{200B}", "?!"] {
        assert_eq!(found(office, typed), 0, "{typed}");
    }
}

fn a_list_by_text_finds_cases_as_people_type(office: &Office) {
    office.customer("Łukasz O’Brien");
    office.case("E-mail about ﬁnances");
    let cases = |typed: &str| {
        let query = CasesQuery { text: Some(typed.into()), ..Default::default() };
        office.agent().cases(&query, PageRequest::first()).unwrap().rows.len()
    };
    let customers =
        |typed: &str| office.agent().customers(Some(typed), PageRequest::first()).unwrap().rows.len();
    assert_eq!((cases("email"), cases("e-mail finances"), cases("mail"), cases("emails")), (1, 1, 1, 0));
    assert_eq!(
        (customers("lukasz"), customers("obrien"), customers("O'Brien"), customers("brian")),
        (1, 1, 1, 0)
    );
}

fn the_prefix_of_case_numbers_is_no_word(office: &Office) {
    let case = office.case("Vitamin C tablets");
    office.case("Vitamin D drops");
    assert_eq!((found(office, "vitamin c"), found(office, "c"), found(office, "vitamin")), (1, 1, 2));
    for typed in [case.number.as_str(), "c-1", "C000001", "000001", "c 000001"] {
        assert_eq!(found(office, typed), 1, "{typed}");
    }
}

/// What a library with older text rules left.
fn of_older_rules(office: Office) -> ClosedOffice {
    let closed = office.close();
    closed.tamper("UPDATE file SET text_rules = 1; INSERT INTO search (search) VALUES ('delete-all')");
    closed
}

#[test]
fn opening_a_file_of_older_text_rules_makes_its_search_anew_and_tells_how_far() {
    let office = Office::on_file();
    office.case("Ferry to Ærø");
    let closed = of_older_rules(office);
    let told = Arc::new(Mutex::new(Vec::new()));
    let telling = |proceed: bool| {
        let told = Arc::clone(&told);
        OpenOptions::new().search_progress(move |progress| {
            told.lock().unwrap().push((progress.made, progress.total));
            if proceed { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })
    };
    let refused = telling(false).open(&closed.path).unwrap_err();
    assert!(refused.to_string().contains("open the file again to continue"), "{refused}");
    let kit = telling(true).open(&closed.path).unwrap();
    assert_eq!(told.lock().unwrap().first(), Some(&(0, 1)));
    assert_eq!(told.lock().unwrap().last(), Some(&(1, 1)));
    let desk = kit.desk(actor("amara", Role::Agent));
    assert_eq!(desk.search("aero", PageRequest::first()).unwrap().rows.len(), 1);
    assert!(kit.check().is_ok());
}

#[test]
fn a_file_of_older_text_rules_that_is_only_read_shows_all_but_the_search() {
    let office = Office::on_file();
    let case = office.case("Ferry to Ærø");
    let closed = of_older_rules(office);
    let kit = OpenOptions::new().read_only().open(&closed.path).unwrap();
    let desk = kit.desk(actor("amara", Role::Agent));
    assert_eq!(desk.case(case.id).unwrap().title, "Ferry to Ærø");
    match desk.search("ferry", PageRequest::first()).unwrap_err() {
        Error::Store(fault) => {
            assert_eq!(fault.kind(), StoreErrorKind::ReadOnly);
            assert!(fault.to_string().contains("open the file once so that it can be written to"), "{fault}");
        }
        other => panic!("{other}"),
    }
}
