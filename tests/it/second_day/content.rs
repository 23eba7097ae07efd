//! What is approved is what is sent: whatever is altered in the file between the approval and the sending is found.

use std::path::{Path, PathBuf};

use casekit::casekit_core::model::{DataApproval, RedactionTarget};
use casekit::casekit_core::store::LoadPlan;
use casekit::{
    Actor, CaseId, CaseKit, ColumnKind, DataColumn, DataSource, DataTable, DataValue, Desk, FailureView,
    Fault, NewRedaction, NewRequest, OpenOptions, ReleaseReport, Responsible, Role, SettingsEdit,
    SourceQuestion, WebformTarget,
};

use super::host::Bureau;

/// Rows of the table: several chunks of them.
const ROWS: i64 = 2_000;

struct Shop;

impl DataSource for Shop {
    fn collect(&self, _question: &SourceQuestion) -> Result<Vec<DataTable>, Fault> {
        let column = |name: &str, kind| DataColumn { name: name.into(), kind };
        let row = |n: i64| {
            vec![
                DataValue::Integer(n),
                DataValue::Text(format!("article {n}")),
                DataValue::Text(format!("CANARY {n}")),
                DataValue::Real(n as f64 / 7.0),
            ]
        };
        let columns = vec![
            column("number", ColumnKind::Integer),
            column("article", ColumnKind::Text),
            column("remark", ColumnKind::Text),
            column("price", ColumnKind::Real),
        ];
        Ok(vec![DataTable { name: "orders".into(), columns, rows: (1..=ROWS).map(row).collect() }])
    }
}

/// A case on a file with its data approved, the remark hidden, and nothing sent yet.
struct Scene {
    _folder: tempfile::TempDir,
    webform: PathBuf,
    path: PathBuf,
    case: CaseId,
}

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let webform = folder.path().canonicalize().unwrap().join("webform");
        std::fs::create_dir(&webform).unwrap();
        let path = folder.path().join("cases.db");
        let kit = open(&path, &webform);
        let ivo = kit.desk(Actor::new("ivo", "Ivo").with_role(Role::ItAdministrator));
        let target = Some(WebformTarget::Directory { path: webform.display().to_string() });
        ivo.change_settings(SettingsEdit { webform: target, ..SettingsEdit::default() }).unwrap();
        let desk = petra(&kit);
        let case = desk.receive_request(NewRequest::new("WEB-1", "Ada Obi")).unwrap().id.unwrap();
        desk.take_case(case).unwrap();
        desk.approve_identification(case, "known", &[]).unwrap();
        let snapshot = desk.prepare_data(case).unwrap().id.unwrap();
        desk.approve_data(case, snapshot, vec![NewRedaction::new("shop", "orders", "remark", "opinions")])
            .unwrap();
        kit.close().unwrap();
        Self { _folder: folder, webform, path, case }
    }

    /// Alters the closed file, and opens it again.
    fn altered(&self, sql: &str) -> Desk {
        let file = rusqlite::Connection::open(&self.path).unwrap();
        assert!(file.execute(sql, ()).unwrap() > 0, "{sql}");
        file.close().unwrap();
        petra(&open(&self.path, &self.webform))
    }

    /// The failure of a release from a file that was altered so; nothing is sent.
    #[track_caller]
    fn failed(altered: &str) -> (Self, FailureView) {
        let scene = Self::new();
        let released = scene.altered(altered).release(scene.case);
        let Ok(ReleaseReport::Failed { failure }) = released else { panic!("{altered}: {released:?}") };
        assert_eq!(scene.sent(), 0, "{altered}");
        (scene, failure)
    }

    /// The packages that were sent.
    fn sent(&self) -> usize {
        let files = std::fs::read_dir(&self.webform).unwrap().map(|entry| entry.unwrap().file_name());
        files.into_iter().filter(|name| name.to_string_lossy().ends_with(".zip")).count()
    }
}

fn open(path: &Path, webform: &Path) -> CaseKit {
    OpenOptions::new().allow_folder(webform).source("shop", Shop).open(path).unwrap()
}

fn petra(kit: &CaseKit) -> Desk {
    kit.desk(Actor::new("petra", "Petra").with_role(Role::Approver))
}

/// Replaces text in the chunks of the snapshot.
fn replaced(from: &str, to: &str) -> String {
    let text = "CAST(bytes AS TEXT)";
    format!(
        "UPDATE blob_chunks SET bytes = CAST(replace({text}, '{from}', '{to}') AS BLOB) WHERE {text} LIKE '%{from}%'"
    )
}

/// Replaces text in the state of the case, where its progress is.
fn in_the_state(from: &str, to: &str) -> String {
    format!("UPDATE case_bodies SET rest = replace(rest, '{from}', '{to}') WHERE rest LIKE '%{from}%'")
}

#[test]
fn nothing_is_sent_of_a_snapshot_that_was_altered_after_the_approval() {
    let scene = Scene::new();
    assert!(matches!(
        petra(&open(&scene.path, &scene.webform)).release(scene.case),
        Ok(ReleaseReport::Delivered { .. })
    ));
    assert_eq!(scene.sent(), 1, "where nothing is altered it is sent");
    for altered in [
        replaced("article 1999", "article 1998"),
        replaced("CANARY 7\"", "CANARY 8\""),
        replaced("[[0,0,", "[[0,1,"),
        in_the_state("\"name\":\"remark\"", "\"name\":\"remarq\""),
        in_the_state("\"name\":\"price\",\"kind\":\"real\"", "\"name\":\"price\",\"kind\":\"text\""),
        in_the_state("\"column\":\"remark\"", "\"column\":\"price\""),
        in_the_state("\"table\":0,\"column\":2", "\"table\":0,\"column\":3"),
        in_the_state("\"rows\":2000", "\"rows\":1999"),
    ] {
        let (scene, failure) = Scene::failed(&altered);
        assert_eq!((failure.code.as_str(), failure.responsible), ("snapshot_altered", Responsible::Support));
        let again = petra(&open(&scene.path, &scene.webform)).retry(scene.case);
        assert!(matches!(again, Ok(ReleaseReport::Failed { .. })), "{altered}: {again:?}");
        assert_eq!(scene.sent(), 0, "{altered}");
    }
    let (_, failure) = Scene::failed(&in_the_state("\"redactions\":[{", "\"redactions\":[],\"was\":[{"));
    assert_eq!((failure.code.as_str(), failure.responsible), ("content_changed", Responsible::CaseWorker));
}

#[test]
fn a_damaged_chunk_is_found_by_the_page_that_shows_it_and_by_no_other() {
    let scene = Scene::new();
    let desk = scene.altered(&replaced("article 1500\"", "article 1501\""));
    let page = |offset| desk.preview_data(scene.case, "shop", "orders", offset, 50);
    assert_eq!(page(0).unwrap().rows.len(), 50);
    assert_eq!(page(1_480).map_err(|error| error.code()), Err("corrupt"));
    assert_eq!(page(1_990).unwrap().rows.len(), 10);
    assert!(matches!(desk.release(scene.case), Ok(ReleaseReport::Failed { .. })));
}

#[test]
fn a_page_shows_the_rows_as_they_were_found() {
    let scene = Scene::new();
    let desk = petra(&open(&scene.path, &scene.webform));
    let found = &Shop.collect(&question()).unwrap()[0];
    for (offset, limit) in
        [(0, 1), (0, 500), (250, 500), (499, 2), (1_501, 499), (1_999, 500), (2_000, 5), (u64::MAX, 500)]
    {
        let page = desk.preview_data(scene.case, "shop", "orders", offset, limit).unwrap();
        let rows: Vec<_> =
            found.rows.iter().skip(offset.min(9_999) as usize).take(limit as usize).cloned().collect();
        assert_eq!(page.rows, rows, "{limit} from {offset}");
        assert_eq!((page.of, page.columns.len()), (2_000, 4));
    }
    assert_eq!(desk.preview_data(scene.case, "shop", "other", 0, 5).unwrap_err().fields()[0].field, "table");
}

/// Whether the file or its log has these bytes somewhere.
fn has_bytes(path: &Path, bytes: &[u8]) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let all = [path.to_owned(), log.into()].map(|file| std::fs::read(file).unwrap_or_default());
    all.iter().any(|file| file.windows(bytes.len()).any(|window| window == bytes))
}

#[test]
fn what_is_destroyed_leaves_the_log_too_at_once_or_as_soon_as_nobody_reads_from_it() {
    for is_read in [false, true] {
        let scene = Scene::new();
        let kit = open(&scene.path, &scene.webform);
        let ivo = kit.desk(Actor::new("ivo", "Ivo").with_role(Role::ItAdministrator));
        ivo.change_settings(SettingsEdit::new().retention_days(0)).unwrap();
        assert!(matches!(petra(&kit).release(scene.case), Ok(ReleaseReport::Delivered { .. })));
        assert!(has_bytes(&scene.path, b"CANARY 7"));
        let reader = rusqlite::Connection::open(&scene.path).unwrap();
        if is_read {
            reader.execute_batch("BEGIN; SELECT count(*) FROM events").unwrap();
        }
        assert_eq!(kit.purge_expired().unwrap(), 1);
        assert_eq!(kit.health().unwrap().wipe_pending, is_read);
        assert_eq!(has_bytes(&scene.path, b"CANARY 7"), is_read);
        if is_read {
            reader.execute_batch("COMMIT").unwrap();
            assert_eq!(kit.purge_expired().unwrap(), 0);
        }
        assert!(!kit.health().unwrap().wipe_pending);
        assert!(!has_bytes(&scene.path, b"CANARY 7"));
        drop(reader);
    }
}

#[test]
fn what_a_withdrawal_destroys_leaves_the_log_with_it() {
    let scene = Scene::new();
    let kit = open(&scene.path, &scene.webform);
    assert!(has_bytes(&scene.path, b"CANARY 7"));
    petra(&kit).withdraw(scene.case, None).unwrap();
    assert!(!kit.health().unwrap().wipe_pending);
    assert!(!has_bytes(&scene.path, b"CANARY 7"), "nobody has to purge first");
}

fn question() -> SourceQuestion {
    SourceQuestion::new("", "", "")
}

#[test]
fn an_approval_keeps_what_is_hidden_and_the_digest_of_the_rest() {
    let bureau = Bureau::in_memory();
    let case = bureau.identified("WEB-1").id;
    let petra = bureau.petra();
    let snapshot = petra.prepare_data(case).unwrap().id.unwrap();
    let approved = |column: &str, why: &str| {
        petra.approve_data(case, snapshot, vec![NewRedaction::new("shop", "orders", column, why)]).unwrap();
        let plan = LoadPlan { cases: vec![case], ..LoadPlan::default() };
        let progress = bureau.engine.store().load(&plan).unwrap().cases.remove(0).progress.unwrap();
        petra.revoke(case, "data_approval", None).unwrap();
        match progress.data_approval().unwrap() {
            DataApproval::Data { redactions, digest, .. } => (redactions[0].target.clone(), digest.clone()),
            DataApproval::NoData { .. } => panic!("data was approved"),
        }
    };
    let (hidden, digest) = approved("remark", "opinions");
    assert_eq!(hidden, RedactionTarget::Column("remark".into()));
    assert_eq!(approved("remark", "another reason"), (hidden, digest.clone()), "the same would be sent");
    assert_ne!(approved("article", "opinions").1, digest);
}
