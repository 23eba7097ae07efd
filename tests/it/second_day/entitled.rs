//! What a package carries besides the approved data: what the person gave and could see, and nothing else.

use casekit::{
    Actor, CaseKit, ColumnKind, DataColumn, DataTable, Fault, LetterBlock, LetterBlockKind, NewCase,
    NewCustomer, NewDenial, NewIdentification, NewNote, NewRedaction, NewRequest, OpenOptions, OutcomeKind,
    Role, SettingsEdit, SourceFile, SourceQuestion, WebformTarget,
};

use super::package::{holds, readings};

/// What must be in no package.
const SECRET: &str = "CANARY-between-us-5150";

struct Office {
    folder: tempfile::TempDir,
    kit: CaseKit,
}

/// Two letters to the person, as files.
fn letters(_question: &SourceQuestion) -> Result<Vec<DataTable>, Fault> {
    let letter = |name: &str, words: &str| vec![SourceFile::new(name, "text/plain", words).cell()];
    Ok(vec![DataTable {
        name: "letters".into(),
        columns: vec![DataColumn { name: "letter".into(), kind: ColumnKind::File }],
        rows: vec![letter("Brief.txt", "LETTER one"), letter("Brief.txt", "LETTER two")],
    }])
}

impl Office {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().canonicalize().unwrap();
        let options = OpenOptions::new().allow_folder(&place).source("post", letters);
        let kit = options.open(place.join("cases.db")).unwrap();
        let target = WebformTarget::Directory { path: place.display().to_string() };
        let ivo = kit.desk(Actor::new("ivo", "Ivo").with_role(Role::ItAdministrator));
        let letter = vec![
            LetterBlock::new(LetterBlockKind::Complaint, "en", "COMPLAIN in general"),
            LetterBlock::new(LetterBlockKind::Complaint, "en", "COMPLAIN about a denial")
                .for_outcome(OutcomeKind::Denied),
            LetterBlock::new(LetterBlockKind::Rights, "de", "RECHTE auf Deutsch"),
        ];
        ivo.change_settings(SettingsEdit::new().webform(target).letter(letter)).unwrap();
        let office = Self { folder, kit };
        let petra = office.petra();
        let ada = petra.create_customer(NewCustomer::named("Ada Obi").with_reference("CRM-1")).unwrap().id;
        let earlier = NewCase::new("Support", "EARLIER title").for_customer(ada).described("EARLIER words");
        let earlier = petra.raise_case(earlier).unwrap().id;
        petra.add_note(earlier, NewNote::for_customer("EARLIER answer")).unwrap();
        petra.add_note(earlier, format!("{SECRET} of the earlier case")).unwrap();
        office
    }

    fn petra(&self) -> casekit::Desk {
        self.kit.desk(Actor::new("petra", "Petra Lind").with_role(Role::Approver))
    }

    /// A request with two credentials, of which one is wrong, and notes of both kinds.
    fn request(&self) -> casekit::CaseId {
        let request = NewRequest::new("WEB-1", "Ada Obi")
            .about_customer("CRM-1")
            .reply_to("ada@example.org")
            .described("PLEASE send me everything")
            .with_credential("date of birth", "CANARY-1990-02-03")
            .with_credential("customer number", "CANARY-CRM-7");
        let case = self.petra().receive_request(request).unwrap().id.unwrap();
        let petra = self.petra();
        petra.take_case(case).unwrap();
        petra.add_note(case, NewNote::for_customer("WE have your request")).unwrap();
        let inside = petra.add_note(case, format!("{SECRET} of the request")).unwrap();
        petra.reply(inside.id, format!("{SECRET} as a reply")).unwrap();
        case
    }

    /// Every reading of the package that was sent, and its manifest.
    fn sent(&self) -> (Vec<Vec<u8>>, serde_json::Value) {
        let files = std::fs::read_dir(self.folder.path()).unwrap().map(|file| file.unwrap().path());
        let package = files.into_iter().find(|path| path.extension().is_some_and(|end| end == "zip"));
        let bytes = std::fs::read(package.unwrap()).unwrap();
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(&bytes)).unwrap();
        let manifest = serde_json::from_reader(archive.by_name("manifest.json").unwrap()).unwrap();
        (readings(&bytes), manifest)
    }
}

#[test]
fn a_package_has_what_the_person_gave_and_could_see_and_nothing_that_is_internal() {
    let office = Office::new();
    let (case, petra) = (office.request(), office.petra());
    petra.approve_identification_with(case, NewIdentification::by("passport").with_credential(0)).unwrap();
    let snapshot = petra.prepare_data(case).unwrap().id.unwrap();
    petra.approve_data(case, snapshot, vec![]).unwrap();
    petra.release(case).unwrap();
    let (readings, manifest) = office.sent();
    assert!(!holds(&readings, "CANARY"), "something internal, or a credential, is in the package");
    for words in [
        "PLEASE send me everything",
        "WE have your request",
        "EARLIER title",
        "EARLIER words",
        "EARLIER answer",
    ] {
        assert!(holds(&readings, words), "{words:?} is not in the package");
    }
    assert!(!holds(&readings, "COMPLAIN about a denial") && !holds(&readings, "RECHTE"));
    assert_eq!(manifest["reply_to"], "ada@example.org");
    assert_eq!(manifest["description"], "PLEASE send me everything");
    let credentials = serde_json::json!([
        {"kind": "date of birth", "checked": true}, {"kind": "customer number", "checked": false},
    ]);
    assert_eq!(manifest["credentials"], credentials);
    let notes = manifest["notes"].as_array().unwrap();
    assert_eq!((notes.len(), &notes[0]["author"], &notes[0]["depth"]), (1, &"staff".into(), &0.into()));
}

#[test]
fn what_is_hidden_of_earlier_cases_stands_nowhere_else() {
    let office = Office::new();
    let (case, petra) = (office.request(), office.petra());
    petra.approve_identification(case, "passport", &[]).unwrap();
    let snapshot = petra.prepare_data(case).unwrap().id.unwrap();
    let hide = vec![
        NewRedaction::new("casekit", "cases", "description", "about the neighbours"),
        NewRedaction::row("casekit", "notes", 1, "about the neighbours"),
        NewRedaction::row("post", "letters", 1, "about the neighbours"),
    ];
    petra.approve_data(case, snapshot, hide).unwrap();
    petra.release(case).unwrap();
    let (readings, manifest) = office.sent();
    assert!(holds(&readings, "EARLIER title"));
    assert!(!holds(&readings, "EARLIER words") && !holds(&readings, "EARLIER answer"));
    assert!(!holds(&readings, "LETTER one") && holds(&readings, "LETTER two"), "a hidden file is not sent");
    assert_eq!(manifest["description"], "PLEASE send me everything", "hidden are the words of other cases");
}

#[test]
fn a_stranger_who_is_turned_away_learns_only_what_they_gave() {
    let office = Office::new();
    let (case, petra) = (office.request(), office.petra());
    let reason = "we could not make sure who is asking";
    petra.deny(case, NewDenial::new("insufficient_verification", SECRET, reason)).unwrap();
    let (readings, manifest) = office.sent();
    assert!(holds(&readings, "COMPLAIN about a denial") && !holds(&readings, "COMPLAIN in general"));
    for words in ["CANARY", "WE have your request", "EARLIER", "LETTER"] {
        assert!(!holds(&readings, words), "{words:?} is in the package");
    }
    assert_eq!(
        (&manifest["requester"], &manifest["reply_to"]),
        (&"Ada Obi".into(), &"ada@example.org".into())
    );
    assert_eq!((&manifest["title"], &manifest["description"]), (&().into(), &().into()));
    assert_eq!(manifest["notes"], serde_json::json!([]));
    let checked = manifest["credentials"].as_array().unwrap().iter().map(|one| &one["checked"]);
    assert_eq!(checked.collect::<Vec<_>>(), [&serde_json::Value::Bool(false); 2]);
}
