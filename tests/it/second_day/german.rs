//! The second day in German: a page of history, blockers, refusals, and the overview on paper and as a table.

use casekit::casekit_core::desk::CasesQuery;
use casekit::{
    Actor, CaseKit, Error, Language, NewCase, NewRequest, OpenOptions, PageRequest, Role, StreamId,
};
use tempfile::TempDir;

struct Amt {
    _folder: TempDir,
    kit: CaseKit,
}

fn amt() -> Amt {
    let folder = TempDir::new().unwrap();
    let german = Language::shipped("de").unwrap();
    let kit = OpenOptions::new().language(german).open(folder.path().join("faelle.db")).unwrap();
    Amt { _folder: folder, kit }
}

fn petra(kit: &CaseKit) -> casekit::Desk {
    kit.desk(Actor::new("petra", "Petra Vogel").with_role(Role::Manager).with_role(Role::Auditor))
}

/// A data request that was identified, approved as having no data, and failed to be delivered.
fn asked(desk: &casekit::Desk) -> casekit::CaseId {
    let case = desk.receive_request(NewRequest::new("WEB-7", "Ada Obi")).unwrap().id.unwrap();
    desk.take_case(case).unwrap();
    desk.approve_identification(case, "Ausweis", &["Foto"]).unwrap();
    desk.approve_no_data(case, Some("it is about somebody else")).unwrap();
    desk.release(case).unwrap();
    case
}

#[test]
fn a_page_of_history_is_german() {
    let amt = amt();
    let desk = petra(&amt.kit);
    let case = asked(&desk);
    let page = desk.history(StreamId::Case(case), PageRequest::first()).unwrap();
    let told: Vec<String> = page.rows.iter().map(|entry| entry.text.clone()).collect();
    for (line, text) in told.iter().enumerate() {
        println!("{:>2}  {:<20} {text}", line + 1, page.rows[line].code);
    }
    assert_eq!(told[0], "hat C-000001 als „Datenauskunft“ in „Offen“ angelegt");
    let has = |text: &str| assert!(told.iter().any(|one| one == text), "{text}: {told:#?}");
    has("hat den Antrag WEB-7 mit keinem Nachweis entgegengenommen");
    has("hat den Ablauf begonnen: Identitätsprüfung, Datenfreigabe, Versand");
    has("hat den Fall von „Offen“ nach „In Bearbeitung“ verschoben");
    has("hat „Identitätsprüfung“ genehmigt");
    has("hat „Datenfreigabe“ genehmigt: keine Daten (es wurde keine Quelle gefragt)");
    let changed = page.rows.iter().flat_map(|entry| &entry.changes).find(|change| change.field == "stage");
    assert_eq!(changed.map(|change| change.label.as_str()), Some("Phase"), "the code beside its words");
    // The same page for who reads English; what is stored is neither.
    let english = desk.in_language(std::sync::Arc::clone(Language::english()));
    let page = english.history(StreamId::Case(case), PageRequest::first()).unwrap();
    assert_eq!(page.rows[0].text, "raised C-000001 as Data request in Open");
}

#[test]
fn blockers_refusals_and_failures_are_german() {
    let amt = amt();
    let desk = petra(&amt.kit);
    let case = desk.receive_request(NewRequest::new("WEB-8", "Ada Obi")).unwrap().id.unwrap();
    let refused = desk.release(case).unwrap_err();
    let told = desk.language().error(&refused);
    println!("{told}");
    assert_eq!(
        told,
        "„Antwort versenden“ ist jetzt nicht möglich: „Versand“ ist gesperrt, bis dies erledigt ist: „Datenfreigabe“; \
         niemand hat den Fall übernommen"
    );
    let Error::Rejected(rejection) = &refused else { panic!("{refused}") };
    assert_eq!(rejection.blockers()[0].code(), "step_locked", "codes are the same in every language");
    assert!(refused.to_string().contains("nobody has taken the case"), "Display stays English: {refused}");
    let invalid = desk.raise_case(NewCase::new("Nichts dergleichen", " ")).unwrap_err();
    assert_eq!(
        desk.language().error(&invalid),
        "„Falltyp“ nennt etwas, das es nicht gibt: Zur Wahl stehen „Anfragen“, „Datenauskunft“, „Fehlermeldung“, \
         „Funktionswünsche“, „Prozessänderung“, „Unterstützung“, „Wiedervorlage“; „Titel“ darf nicht leer sein"
    );
    let failed = asked(&petra(&amt.kit));
    let summary = desk.summary(failed).unwrap();
    let failure = summary.failure.unwrap();
    assert_eq!(
        (failure.code.as_str(), failure.label.as_str()),
        ("webform_not_set", "Webformular nicht eingestellt")
    );
    assert_eq!(summary.status, "In Bearbeitung: Fehler: Webformular nicht eingestellt");
    assert_eq!(summary.status_code.as_deref(), Some("failed"));
    println!("{}", failure.hint);
    amt.kit.check().unwrap();
}

#[test]
fn the_overview_is_german_as_a_table_and_on_paper() {
    let amt = amt();
    let desk = petra(&amt.kit);
    asked(&desk);
    desk.raise_case(NewCase::new("Fehlermeldung", "Anmeldung geht nicht").in_stage("In Bearbeitung"))
        .unwrap();
    let csv = |cells| {
        let mut table = Vec::new();
        casekit::reports::overview_csv(&desk, &CasesQuery::default(), cells, &mut table).unwrap();
        String::from_utf8(table).unwrap()
    };
    let table = csv(casekit::CsvForm::for_people());
    println!("{table}");
    // What programs read has heads that no language changes.
    let raw = csv(casekit::CsvForm::for_programs());
    assert!(
        raw.starts_with(
            "number,title,type,status,created,workflow,customer,requester,holder,holder_name,priority,resolution,due,tags\r\n"
        )
    );
    assert!(table.starts_with(
        "Nummer,Titel,Typ,Status,angelegt (UTC),Ablauf,Kunde,Antragsteller,bearbeitet von,Name,Priorität,Abschluss,fällig (UTC),Schlagwörter\r\n"
    ));
    assert!(table.contains(",Fehlermeldung,In Bearbeitung,"));
    #[cfg(feature = "fonts")]
    {
        let mut paper = Vec::new();
        let fonts = casekit::export::pdf::Fonts::bundled();
        casekit::reports::overview_pdf(&desk, &CasesQuery::default(), &fonts, &mut paper).unwrap();
        assert!(paper.starts_with(b"%PDF"));
        if let Some(path) = std::env::var_os("CASEKIT_SHOW") {
            std::fs::write(path, paper).unwrap();
        }
    }
}

#[test]
fn what_a_german_kit_keeps_an_english_one_reads() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("both.db");
    let german = OpenOptions::new().language(Language::shipped("de").unwrap()).open(&path).unwrap();
    asked(&petra(&german));
    let taken = petra(&german).create_case_type(casekit::NewCaseType::new("Bug report")).unwrap_err();
    assert_eq!(german.language().error(&taken), "„Name“ ist schon vergeben: Wählen Sie etwas anderes");
    let english = CaseKit::open(&path).unwrap();
    let row = petra(&english).cases(&CasesQuery::default(), PageRequest::first()).unwrap().rows.remove(0);
    assert_eq!(row.status, "In Progress: error: no webform is set");
    assert_eq!((row.case_type.as_str(), row.workflow.as_deref()), ("Data request", Some("Data request")));
    english.check().unwrap();
    assert_eq!(petra(&english).verify(None).unwrap().broken, None);
}
