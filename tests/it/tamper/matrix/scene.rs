//! The file that is tampered with: everything happened in it, so that no table is empty but those that are reserved.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use casekit::{
    AuditHead, CaseEdit, CaseId, CaseKit, ColumnKind, DataColumn, DataTable, DataValue, Delivered, Delivery,
    Desk, Durability, Env, Fault, NewCase, NewRequest, OpenOptions, Outgoing, PackageBuilder, PackageContent,
    Role, SourceQuestion,
};
use tempfile::TempDir;

use crate::build::{Ticking, actor, open_store};
use crate::golden::story;

/// A file, closed, and the heads that the host kept.
pub(super) struct Scene {
    pub(super) path: PathBuf,
    pub(super) kept: AuditHead,
    _folder: TempDir,
}

/// The scene, which is written once for all tests.
pub(super) fn scene() -> &'static Scene {
    static SCENE: OnceLock<Scene> = OnceLock::new();
    SCENE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("scene.db");
        story::write(&path);
        let clock = Ticking::default();
        // Past what the story told, so that no id comes twice.
        clock.pass(1_000 * 24 * 60 * 60);
        let kept = continued(&path, &clock);
        orphan(&path, &clock);
        Scene { path, kept, _folder: folder }
    })
}

/// What the golden file has no more, or never had: bytes that are kept, in several chunks, requests with an id, and
/// events after the newest head.
fn continued(path: &Path, clock: &Ticking) -> AuditHead {
    let kit = OpenOptions::new()
        .durability(Durability::Normal)
        .env(clock.clone())
        .source("shop", shop)
        .delivery("webform", Webform)
        .package_builder(Press)
        .open(path)
        .unwrap();
    let petra = desk(&kit, "petra", Role::Approver);
    let asks = |reference: &str, requester: &str| {
        let request = NewRequest::new(reference, requester)
            .about_customer("CRM-1")
            .reply_to("ada@example.org")
            .with_credential("date of birth", "1990-02-03");
        let case = petra.request(format!("ask {reference}")).receive_request(request).unwrap().id.unwrap();
        petra.take_case(case).unwrap();
        petra.approve_identification(case, "video call", &["passport"]).unwrap();
        case
    };
    let sent = asks("WEB-7", "Ada Obi");
    let snapshot = petra.prepare_data(sent).unwrap().id.unwrap();
    petra.approve_data(sent, snapshot, Vec::new()).unwrap();
    petra.release(sent).unwrap();
    let waiting = asks("WEB-8", "Ada Obi");
    petra.prepare_data(waiting).unwrap();
    let failing = asks("WEB-9", SHUT_OUT);
    petra.prepare_data(failing).unwrap();
    desk(&kit, "amara", Role::Agent).add_note(waiting, "She rang about her lamp").unwrap();
    desk(&kit, "ada-of-support", Role::Agent)
        .request("raise 1")
        .raise_case(NewCase::new("Support", "Where is my lamp?").described("It was paid for."))
        .unwrap();
    // Whoever raised it may not decide it, so she is excluded from what it waits for.
    desk(&kit, "amara", Role::Agent).raise_case(NewCase::new("Grant", "Chairs for the choir")).unwrap();
    // Which it has already: the command changes nothing, and its request is kept all the same.
    let same = desk(&kit, "amara", Role::Agent).request("same title");
    same.edit_case(waiting, CaseEdit::new().title(same.case(waiting).unwrap().title)).unwrap();
    let kept = desk(&kit, "root", Role::Administrator).audit_head().unwrap();
    desk(&kit, "amara", Role::Agent)
        .request("note 1")
        .add_note(waiting, "Nobody kept a head of this")
        .unwrap();
    kit.close().unwrap();
    kept
}

fn orphan(path: &Path, clock: &Ticking) {
    let store = open_store(path);
    let id = CaseId(uuid::Uuid::from_u128(0xdead)).0.into();
    store.blob_bytes().append(id, 0, clock.now(), b"of no commit").unwrap();
    store.close().unwrap();
}

fn desk(kit: &CaseKit, id: &str, role: Role) -> Desk {
    kit.desk(actor(id, role))
}

/// About whom the shop says nothing, so that a case fails.
const SHUT_OUT: &str = "Bob Eze";

fn shop(question: &SourceQuestion) -> Result<Vec<DataTable>, Fault> {
    match question.requester == SHUT_OUT {
        true => Err(Fault::transient("shop_closed", "try again later")),
        false => Ok(vec![orders()]),
    }
}

/// More rows than fit into one chunk of the store.
fn orders() -> DataTable {
    let column = |name: &str, kind| DataColumn { name: name.into(), kind };
    let row = |number| vec![DataValue::Integer(number), DataValue::Text(format!("Lamp {number:0200}"))];
    DataTable {
        name: "orders".into(),
        columns: vec![column("number", ColumnKind::Integer), column("article", ColumnKind::Text)],
        rows: (1..=900).map(row).collect(),
    }
}

struct Press;

impl PackageBuilder for Press {
    fn build(&self, content: &PackageContent, _: u64) -> Result<Vec<u8>, Fault> {
        Ok(content.key.clone().into_bytes().into_iter().cycle().take(150_000).collect())
    }
}

struct Webform;

impl Delivery for Webform {
    fn deliver(&self, _: &Outgoing) -> Result<Delivered, Fault> {
        Ok(Delivered { receipt: Some("received".into()) })
    }
}
