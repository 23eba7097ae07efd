//! What an office takes away: read back as people and programs read it.

use std::process::{Command, Stdio};

use casekit::export::pdf::Fonts;
use casekit::{
    Actor, CaseId, CasesQuery, Error, NewCase, NewCustomer, PageRequest, Permission, Rejection, Role, Sort,
    StreamId, reports,
};

use super::host::Bureau;
use crate::build::rejection;

/// The text of a PDF as poppler reads it; `None` without poppler.
fn text_of(pdf: &[u8]) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.pdf");
    std::fs::write(&path, pdf).unwrap();
    let read = Command::new("pdftotext").arg("-layout").arg(&path).arg("-").stderr(Stdio::null()).output();
    let Ok(read) = read else {
        eprintln!("skipped: pdftotext (poppler-utils) is not here");
        return None;
    };
    assert!(read.status.success());
    Some(String::from_utf8(read.stdout).unwrap())
}

fn overview(bureau: &Bureau, role: Role, query: &CasesQuery) -> Result<Vec<u8>, Error> {
    let mut out = Vec::new();
    reports::overview_pdf(&bureau.desk("mona", role), query, Fonts::bundled(), &mut out)?;
    Ok(out)
}

fn raise(bureau: &Bureau, customer: &str, title: &str) -> CaseId {
    let petra = bureau.petra();
    let customer = petra.create_customer(NewCustomer::named(customer)).unwrap().id;
    petra.raise_case(NewCase::new("Support", title).for_customer(customer)).unwrap().id
}

#[test]
fn the_overview_says_status_created_and_workflow_of_every_case_in_every_script() {
    let bureau = Bureau::in_memory();
    bureau.request("WEB-1");
    for name in ["Łukasz Żółć", "Ελένη Παπαδοπούλου", "Иван Петров", "محمد أحمد", "Nguyễn Thị Ánh"]
    {
        raise(&bureau, name, "Cannot log in");
    }
    let long = "word ".repeat(39);
    raise(&bureau, "Long Title", long.trim());
    let pdf = overview(&bureau, Role::Manager, &CasesQuery::default()).unwrap();
    let Some(text) = text_of(&pdf) else { return };
    for expected in [
        "Lampenhaus",
        "Case overview",
        "All cases",
        "Number",
        "Status",
        "Created (UTC)",
        "Workflow",
        "C-000001",
        "Open: Identification",
        "Data request",
        "Łukasz Żółć",
        "Παπαδοπούλου",
        "Иван Петров",
        "محمد",
        "Nguyễn Thị Ánh",
        "Page 1 of 1",
        "…",
    ] {
        assert!(text.contains(expected), "{expected} is not in {text}");
    }
}

#[test]
fn heads_stand_on_each_page_and_the_filter_in_words() {
    let bureau = Bureau::in_memory();
    for n in 0..90 {
        bureau.petra().raise_case(NewCase::new("Support", format!("Case {n}"))).unwrap();
    }
    let query = CasesQuery {
        case_types: vec!["Support".into()],
        stages: vec!["Open".into()],
        ..CasesQuery::default()
    };
    let pdf = overview(&bureau, Role::Manager, &query).unwrap();
    let Some(text) = text_of(&pdf) else { return };
    let pages: Vec<&str> = text.split('\u{c}').filter(|page| !page.trim().is_empty()).collect();
    assert!(pages.len() > 1);
    for (place, page) in pages.iter().enumerate() {
        assert!(page.contains("Created (UTC)"), "page {} has no heads", place + 1);
        assert!(page.contains(&format!("Page {} of {}", place + 1, pages.len())));
    }
    assert!(text.contains("type Support, stage Open"));
    assert_eq!(text.matches("C-0000").count(), 90);
}

#[test]
fn the_csv_is_formula_safe_unless_raw_is_asked_for() {
    let bureau = Bureau::in_memory();
    raise(&bureau, "Ada Obi", "=HYPERLINK(\"x\")");
    let csv = |cells| {
        let mut out = Vec::new();
        let mona = bureau.desk("mona", Role::Manager);
        reports::overview_csv(&mona, &CasesQuery::default(), cells, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    let safe = csv(casekit::CsvForm::for_people());
    assert!(safe.starts_with("number,title,type,status,created (UTC),workflow,customer,requester,holder"));
    assert!(safe.contains("\"'=HYPERLINK(\"\"x\"\")\""), "{safe}");
    assert!(csv(casekit::CsvForm::for_programs()).contains(",\"=HYPERLINK(\"\"x\"\")\""));
    // Nothing is an empty cell, and the workflow of a case that has none is nothing.
    let semicolons =
        casekit::CsvForm::for_people().separated_by(casekit::CsvSeparator::Semicolon).with_byte_order_mark();
    assert!(csv(semicolons).starts_with("\u{feff}number;title;type;status;created (UTC);workflow"));
}

#[test]
fn a_case_on_paper_has_its_steps_its_thread_and_its_history() {
    let bureau = Bureau::in_memory();
    let case = bureau.identified("WEB-1");
    let petra = bureau.petra();
    petra.approve_no_data(case.id, Some("it is about somebody else")).unwrap();
    let note = petra.add_note(case.id, "Called her.").unwrap();
    petra.reply(note.id, "She knows.").unwrap();
    petra.release(case.id).unwrap();
    let mut out = Vec::new();
    let mona = bureau.desk("mona", Role::Manager);
    reports::case_pdf(&mona, case.id, Fonts::bundled(), &mut out).unwrap();
    let Some(text) = text_of(&out) else { return };
    for expected in [
        "C-000001",
        "Resolved: no data",
        "Identification",
        "video call",
        "receipt of",
        "Called her.",
        "She knows.",
        "took the case",
    ] {
        assert!(text.contains(expected), "{expected} is not in {text}");
    }
}

#[test]
fn an_export_needs_the_permission_and_is_written_into_the_ledger() {
    let bureau = Bureau::in_memory();
    let reader = Actor::new("nia", "Nia").with_permission(Permission::ReadCases);
    let refused = rejection(bureau.engine.desk(reader).begin_export("overview", "pdf"));
    assert!(matches!(refused, Rejection::Forbidden { permission: Permission::Print, .. }), "{refused:?}");
    let by_change = CasesQuery { sort: Sort::Updated, ..CasesQuery::default() };
    assert!(matches!(overview(&bureau, Role::Manager, &by_change), Err(error) if error.code() == "invalid"));
    overview(&bureau, Role::Manager, &CasesQuery::default()).unwrap();
    let history =
        bureau.desk("audra", Role::Auditor).history(StreamId::Ledger, PageRequest::first()).unwrap().rows;
    assert_eq!(
        history.iter().map(|entry| entry.text.as_str()).collect::<Vec<_>>(),
        [
            "set the store up",
            "began to export the overview as pdf; unless a later entry says how this one ended, it was broken off",
            "exported the overview as pdf, 0 rows; begun with entry `2`",
        ]
    );
}
