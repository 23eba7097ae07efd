//! The package as it leaves: what is hidden is nowhere in it, packed or unpacked.

use std::io::Read;
use std::path::Path;

use casekit::{
    Actor, ColumnKind, CsvForm, CsvSeparator, DataColumn, DataSource, DataTable, DataValue, Fault,
    NewRedaction, NewRequest, OpenOptions, ReleaseReport, Role, SettingsEdit, SourceQuestion, WebformTarget,
};

const HIDDEN: &str = "CANARY-opinion-of-a-clerk-4711";
const SHOWN: &str = "Reading lamp";

struct Shop;

impl DataSource for Shop {
    fn collect(&self, _question: &SourceQuestion) -> Result<Vec<DataTable>, Fault> {
        let column = |name: &str| DataColumn { name: name.into(), kind: ColumnKind::Text };
        let row =
            |n: u32| vec![DataValue::Text(format!("{SHOWN} {n}")), DataValue::Text(format!("{HIDDEN} {n}"))];
        Ok(vec![DataTable {
            name: "orders".into(),
            columns: vec![column("article"), column("remark")],
            rows: (0..20).map(row).collect(),
        }])
    }
}

/// Releases one request into `folder`, with these columns hidden; the bytes of the package.
fn released(folder: &Path, hides: &[&str], csv: CsvForm) -> Vec<u8> {
    let folder = folder.canonicalize().unwrap();
    let webform = folder.join("webform");
    std::fs::create_dir(&webform).unwrap();
    let options = OpenOptions::new().allow_folder(&webform).source("shop", Shop).package_csv(csv);
    let kit = options.open(folder.join("cases.db")).unwrap();
    let ivo = kit.desk(Actor::new("ivo", "Ivo").with_role(Role::ItAdministrator));
    let target = Some(WebformTarget::Directory { path: webform.display().to_string() });
    ivo.change_settings(SettingsEdit { webform: target, ..SettingsEdit::default() }).unwrap();
    let petra = kit.desk(Actor::new("petra", "Petra").with_role(Role::Approver));
    let case = petra.receive_request(NewRequest::new("WEB-1", "Ada Obi")).unwrap().id.unwrap();
    petra.take_case(case).unwrap();
    petra.approve_identification(case, "known", &[]).unwrap();
    let snapshot = petra.prepare_data(case).unwrap().id.unwrap();
    let hide = hides.iter().map(|column| NewRedaction::new("shop", "orders", *column, "opinions")).collect();
    petra.approve_data(case, snapshot, hide).unwrap();
    assert!(matches!(petra.release(case).unwrap(), ReleaseReport::Delivered { receipt: Some(_) }));
    let mut sent = std::fs::read_dir(&webform).unwrap();
    std::fs::read(sent.next().unwrap().unwrap().path()).unwrap()
}

/// Everything that can be read of a package: its bytes, each file's bytes and name.
pub(super) fn readings(package: &[u8]) -> Vec<Vec<u8>> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(package)).unwrap();
    let mut all = vec![package.to_vec()];
    for place in 0..archive.len() {
        let mut file = archive.by_index(place).unwrap();
        all.push(file.name_raw().to_vec());
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        all.push(bytes);
    }
    all
}

pub(super) fn holds(readings: &[Vec<u8>], text: &str) -> bool {
    readings.iter().any(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
}

#[test]
fn what_is_hidden_is_nowhere_in_the_package_and_named_with_its_reason() {
    let (hiding, showing) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let hidden = readings(&released(hiding.path(), &["remark"], CsvForm::for_people()));
    assert!(holds(&hidden, SHOWN) && holds(&hidden, "opinions") && holds(&hidden, "remark"));
    assert!(!holds(&hidden, "CANARY"), "a hidden value is in the package");
    // The search would find it if it were there.
    assert!(holds(&readings(&released(showing.path(), &[], CsvForm::for_people())), HIDDEN));
}

#[test]
fn a_table_of_which_nothing_is_shown_stands_in_the_manifest_without_files() {
    let folder = tempfile::tempdir().unwrap();
    let package = released(folder.path(), &["article", "remark"], CsvForm::for_people());
    assert!(!holds(&readings(&package), "CANARY") && !holds(&readings(&package), SHOWN));
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(&package)).unwrap();
    let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    assert!(!names.iter().any(|name| name.starts_with("data/")), "{names:?}");
    let manifest: serde_json::Value =
        serde_json::from_reader(archive.by_name("manifest.json").unwrap()).unwrap();
    let tables = manifest["tables"].as_array().unwrap();
    let orders = tables.iter().find(|table| table["name"] == "orders").unwrap();
    assert_eq!(
        (&orders["name"], &orders["rows"], &orders["withheld"]),
        (&"orders".into(), &20.into(), &true.into())
    );
    assert!(orders["csv"].is_null() && orders["json"].is_null(), "{orders}");
    assert_eq!(orders["hidden"].as_array().unwrap().len(), 2);
}

#[test]
fn the_tables_of_a_package_are_the_csv_that_the_host_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let form = CsvForm::for_people().separated_by(CsvSeparator::Semicolon).with_byte_order_mark();
    let package = released(folder.path(), &[], form);
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(&package)).unwrap();
    let mut orders = String::new();
    let place =
        archive.file_names().map(|name| name.unwrap().into_owned()).find(|name| name.ends_with("orders.csv"));
    archive.by_name(&place.unwrap()).unwrap().read_to_string(&mut orders).unwrap();
    assert!(orders.starts_with("\u{feff}article;remark\r\nReading lamp 0;"), "{orders}");
}
