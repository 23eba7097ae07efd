//! What a package tells of an organisation's own fields: what is for the customer and not sensitive, to whoever was identified.

use std::io::{Cursor, Read as _};
use std::path::Path;
use std::sync::Arc;

use casekit::casekit_core::memory::MemoryStore;
use casekit::{
    Actor, CaseEdit, CaseId, CaseKit, CaseTypeEdit, Desk, FieldKind, Language, NewDenial, NewField,
    NewRequest, OpenOptions, ReleaseReport, Role, SettingsEdit, WebformTarget,
};
use serde_json::{Value, json};

use super::package::{holds, readings};

/// What must be in no package.
const SECRET: &str = "CANARY-own-field-6021";

struct Office {
    folder: tempfile::TempDir,
    kit: CaseKit,
}

impl Office {
    fn in_memory(options: OpenOptions) -> Self {
        Self::over(options, |options, _| options.with_store(Arc::new(MemoryStore::new())))
    }

    fn on_file(options: OpenOptions) -> Self {
        Self::over(options, |options, place| options.open(place.join("cases.db")))
    }

    fn over(
        options: OpenOptions,
        open: impl FnOnce(OpenOptions, &Path) -> Result<CaseKit, casekit::Error>,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().canonicalize().unwrap();
        let kit = open(options.allow_folder(&place), &place).unwrap();
        let office = Self { folder, kit };
        let target = WebformTarget::Directory { path: place.display().to_string() };
        office
            .desk("ivo", Role::ItAdministrator)
            .change_settings(SettingsEdit::new().webform(target))
            .unwrap();
        let mona = office.desk("mona", Role::Manager);
        let fields = vec![
            NewField::new("Meter", FieldKind::Text).labelled("de", "Zähler").for_customer().required(),
            NewField::new("Passport", FieldKind::Text).for_customer().sensitive(),
            NewField::new("Cause", FieldKind::Text),
            NewField::choice("Channel", ["Phone", "Web"]).for_customer(),
            NewField::new("Amount", FieldKind::Money).for_customer(),
            NewField::new("Page", FieldKind::Url).shown_when("Channel", ["Web"]).for_customer(),
            NewField::new("Remark", FieldKind::LongText).for_customer(),
        ];
        let id = mona.case_type("Data request").unwrap().id;
        mona.edit_case_type(id, CaseTypeEdit::new().fields(fields)).unwrap();
        office
    }

    fn desk(&self, id: &str, role: Role) -> Desk {
        self.kit.desk(Actor::new(id, id).with_role(role))
    }

    /// A request with four fields of the person's and, since, one of staff; taken by Petra.
    fn request(&self) -> CaseId {
        let petra = self.desk("petra", Role::Approver);
        let request = NewRequest::new("WEB-1", "Ada Obi")
            .with_field("Meter", "METER-4711")
            .with_field("Passport", format!("{SECRET} passport"))
            .with_field("Channel", "phone")
            .with_field("Amount", "1234.50 EUR")
            .with_tag(format!("{SECRET} tag"));
        let case = petra.receive_request(request).unwrap().id.unwrap();
        petra.edit_case(case, CaseEdit::new().field("Cause", format!("{SECRET} cause"))).unwrap();
        petra.take_case(case).unwrap();
        case
    }

    /// Answers that there is no data, and gives the package.
    fn released(&self, case: CaseId) -> Vec<u8> {
        let petra = self.desk("petra", Role::Approver);
        petra.approve_identification(case, "passport", &[]).unwrap();
        petra.approve_no_data(case, Some("you are no customer of ours")).unwrap();
        assert!(matches!(petra.release(case).unwrap(), ReleaseReport::Delivered { .. }));
        self.sent()
    }

    fn sent(&self) -> Vec<u8> {
        let files = std::fs::read_dir(self.folder.path()).unwrap().map(|file| file.unwrap().path());
        let package = files.into_iter().find(|path| path.extension().is_some_and(|end| end == "zip"));
        std::fs::read(package.unwrap()).unwrap()
    }
}

fn manifest(package: &[u8]) -> Value {
    let mut archive = zip::ZipArchive::new(Cursor::new(package)).unwrap();
    serde_json::from_reader(archive.by_name("manifest.json").unwrap()).unwrap()
}

fn page(package: &[u8]) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(package)).unwrap();
    let mut text = String::new();
    archive.by_name("index.html").unwrap().read_to_string(&mut text).unwrap();
    text
}

fn field(label: &str, value: &str) -> Value {
    json!({"label": label, "value": value})
}

fn a_package_has_the_fields_that_are_for_customers(office: &Office) {
    let package = office.released(office.request());
    let fields = [field("Meter", "METER-4711"), field("Channel", "Phone"), field("Amount", "1234.50 EUR")];
    assert_eq!(
        manifest(&package)["fields"],
        Value::from_iter(fields),
        "in their order, and none without a value"
    );
    let page = page(&package);
    for shown in ["METER-4711", "Phone", "1234.50 EUR"] {
        assert!(page.contains(shown), "{shown} is not on the page");
    }
    let readings = readings(&package);
    assert!(!holds(&readings, SECRET), "a sensitive field, one of staff or a tag is in the package");
    assert!(!holds(&readings, "Cause") && !holds(&readings, "Passport"), "nor that there is one");
}

fn a_field_that_changed_before_the_release_is_sent_as_it_is_then(office: &Office) {
    let case = office.request();
    let petra = office.desk("petra", Role::Approver);
    petra.edit_case(case, CaseEdit::new().field("Meter", "METER-4712").field("Channel", "Web")).unwrap();
    let fields = [field("Meter", "METER-4712"), field("Channel", "Web"), field("Amount", "1234.50 EUR")];
    assert_eq!(manifest(&office.released(case))["fields"], Value::from_iter(fields));
}

fn whoever_was_not_identified_gets_no_fields(office: &Office) {
    let case = office.request();
    let denial = NewDenial::new("no_match", "the passport has expired", "we could not tell who you are");
    let petra = office.desk("petra", Role::Approver);
    petra.deny(case, denial).unwrap();
    let package = office.sent();
    assert_eq!(manifest(&package)["fields"], json!([]));
    assert!(!holds(&readings(&package), "METER-4711"));
}

macro_rules! in_memory_and_on_file {
    ($($name:ident),* $(,)?) => {
        mod in_memory {
            $(#[test]
            fn $name() {
                super::$name(&super::Office::in_memory(super::OpenOptions::new()));
            })*
        }
        mod on_file {
            $(#[test]
            fn $name() {
                super::$name(&super::Office::on_file(super::OpenOptions::new()));
            })*
        }
    };
}

in_memory_and_on_file!(
    a_package_has_the_fields_that_are_for_customers,
    a_field_that_changed_before_the_release_is_sent_as_it_is_then,
    whoever_was_not_identified_gets_no_fields,
);

#[test]
fn labels_and_values_are_in_the_language_of_the_package() {
    let office = Office::on_file(OpenOptions::new().language(Language::shipped("de").unwrap()));
    let fields = [field("Zähler", "METER-4711"), field("Channel", "Phone"), field("Amount", "1234,50 EUR")];
    assert_eq!(manifest(&office.released(office.request()))["fields"], Value::from_iter(fields));
}
