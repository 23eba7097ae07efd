//! The package as it leaves: what is hidden is nowhere in it, packed or unpacked.

use std::io::Read;
use std::path::Path;

use casekit::{
    Actor, ColumnKind, DataColumn, DataSource, DataTable, DataValue, Fault, NewRedaction, NewRequest,
    OpenOptions, ReleaseReport, Role, SettingsEdit, SourceQuestion, WebformTarget,
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

/// Releases one request into `folder`, with the remark hidden or not; the bytes of the package.
fn released(folder: &Path, hides: bool) -> Vec<u8> {
    let folder = folder.canonicalize().unwrap();
    let webform = folder.join("webform");
    std::fs::create_dir(&webform).unwrap();
    let kit =
        OpenOptions::new().allow_folder(&webform).source("shop", Shop).open(folder.join("cases.db")).unwrap();
    let ivo = kit.desk(Actor::new("ivo", "Ivo").with_role(Role::ItAdministrator));
    let target = Some(WebformTarget::Directory { path: webform.display().to_string() });
    ivo.change_settings(SettingsEdit { webform: target, ..SettingsEdit::default() }).unwrap();
    let petra = kit.desk(Actor::new("petra", "Petra").with_role(Role::Approver));
    let case = petra.receive_request(NewRequest::new("WEB-1", "Ada Obi")).unwrap().id.unwrap();
    petra.take_case(case).unwrap();
    petra.approve_identification(case, "known", &[]).unwrap();
    let snapshot = petra.prepare_data(case).unwrap().id.unwrap();
    let hide = hides.then(|| NewRedaction::new("shop", "orders", "remark", "opinions")).into_iter().collect();
    petra.approve_data(case, snapshot, hide).unwrap();
    assert!(matches!(petra.release(case).unwrap(), ReleaseReport::Delivered { receipt: Some(_) }));
    let mut sent = std::fs::read_dir(&webform).unwrap();
    std::fs::read(sent.next().unwrap().unwrap().path()).unwrap()
}

/// Everything that can be read of a package: its bytes, each file's bytes and name.
fn readings(package: &[u8]) -> Vec<Vec<u8>> {
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

fn holds(readings: &[Vec<u8>], text: &str) -> bool {
    readings.iter().any(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
}

#[test]
fn what_is_hidden_is_nowhere_in_the_package_and_named_with_its_reason() {
    let (hiding, showing) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let hidden = readings(&released(hiding.path(), true));
    assert!(holds(&hidden, SHOWN) && holds(&hidden, "opinions") && holds(&hidden, "remark"));
    assert!(!holds(&hidden, "CANARY"), "a hidden value is in the package");
    // The search would find it if it were there.
    assert!(holds(&readings(&released(showing.path(), false)), HIDDEN));
}
