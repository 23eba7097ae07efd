//! A backup that was taken under way, restored, and gone on with.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use casekit::casekit_core::rejection::Rejection;
use casekit::{
    AuditHead, CaseId, CaseKit, CasesQuery, Cursor, Delivered, Delivery, Desk, Env, Error, FailureClass,
    Fault, NewCase, NewRequest, OpenOptions, Outgoing, PackageBuilder, PackageContent, PageRequest,
    ReleaseReport, Responsible, Restored, Resumed, Role, SettingsEdit, StoreErrorKind, StreamId, SystemEnv,
    Timestamp, WebformTarget,
};

use crate::build::{actor, rejection};

/// Who brings answers: what arrived, and how often each was brought.
#[derive(Clone, Default)]
struct Receiver {
    brought: Arc<Mutex<BTreeMap<String, u32>>>,
    /// What happens while the next one is brought.
    meanwhile: Meanwhile,
}

/// What happens elsewhere while the host's code runs, once.
type Meanwhile = Arc<Mutex<Option<Box<dyn FnOnce() + Send>>>>;

fn happens(meanwhile: &Meanwhile) {
    // Not under the lock: it may come here again.
    let next = meanwhile.lock().unwrap().take();
    if let Some(next) = next {
        next();
    }
}

impl Delivery for Receiver {
    fn deliver(&self, outgoing: &Outgoing) -> Result<Delivered, Fault> {
        happens(&self.meanwhile);
        *self.brought.lock().unwrap().entry(outgoing.key.clone()).or_default() += 1;
        Ok(Delivered::default())
    }
}

/// Builds packages, and lets something happen while it builds the first.
#[derive(Clone, Default)]
struct Builder(Meanwhile);

impl PackageBuilder for Builder {
    fn build(&self, content: &PackageContent, _limit: u64) -> Result<Vec<u8>, Fault> {
        happens(&self.0);
        Ok(format!("{content:?}").into_bytes())
    }
}

#[derive(Default)]
struct World {
    receiver: Receiver,
    builder: Builder,
}

impl World {
    fn options(&self) -> OpenOptions {
        OpenOptions::new().delivery("receiver", self.receiver.clone()).package_builder(self.builder.clone())
    }

    fn brought(&self) -> u32 {
        self.receiver.brought.lock().unwrap().values().sum()
    }
}

fn petra(kit: &CaseKit) -> Desk {
    kit.desk(actor("petra", Role::Approver))
}

fn auditor(kit: &CaseKit) -> Desk {
    kit.desk(actor("audra", Role::Auditor))
}

fn numbers(kit: &CaseKit) -> Vec<String> {
    let page = petra(kit).cases(&CasesQuery::default(), PageRequest::first().of(500)).unwrap();
    page.rows.into_iter().map(|row| row.number).collect()
}

fn raise(kit: &CaseKit) -> String {
    petra(kit).raise_case(NewCase::new("Support", "Cannot log in")).unwrap().number
}

/// A request whose answer may be sent.
fn decided(kit: &CaseKit, reference: &str) -> CaseId {
    let petra = petra(kit);
    let case = petra.receive_request(NewRequest::new(reference, "Ada Obi")).unwrap().id.unwrap();
    petra.take_case(case).unwrap();
    petra.approve_identification(case, "known", &[]).unwrap();
    petra.approve_no_data(case, Some("it is about somebody else")).unwrap();
    case
}

/// A backup that was made while one answer (the first) was being built, and another (the second) sent; the file went on.
struct Scene {
    folder: tempfile::TempDir,
    world: World,
    kit: CaseKit,
    answers: [CaseId; 2],
}

fn scene() -> Scene {
    let folder = tempfile::tempdir().unwrap();
    let world = World::default();
    let kit = world.options().open(folder.path().join("cases.db")).unwrap();
    let ivo = kit.desk(actor("ivo", Role::ItAdministrator));
    let webform = Some(WebformTarget::Host { name: "receiver".into() });
    ivo.change_settings(SettingsEdit { webform, ..SettingsEdit::default() }).unwrap();
    (0..3).for_each(|_| drop(raise(&kit)));
    let answers = [decided(&kit, "WEB-1"), decided(&kit, "WEB-2")];

    let (to, of_backup) = (folder.path().join("backup.db"), kit.clone());
    let makes_backup = move || of_backup.backup_to(to).unwrap();
    *world.receiver.meanwhile.lock().unwrap() = Some(Box::new(makes_backup));
    let (second, of_release) = (answers[1], kit.clone());
    let sends_the_second = move || {
        let report = petra(&of_release).release(second).unwrap();
        assert!(matches!(report, ReleaseReport::Delivered { .. }));
    };
    *world.builder.0.lock().unwrap() = Some(Box::new(sends_the_second));
    let report = petra(&kit).release(answers[0]).unwrap();
    assert!(matches!(report, ReleaseReport::Delivered { .. }));
    assert_eq!(world.brought(), 2);
    Scene { folder, world, kit, answers }
}

impl Scene {
    /// A copy of the backup, to be gone on with.
    fn copy(&self, name: &str) -> PathBuf {
        let to = self.folder.path().join(name);
        std::fs::copy(self.folder.path().join("backup.db"), &to).unwrap();
        to
    }

    fn restored(&self, path: &Path, number_floor: Option<u64>) -> CaseKit {
        self.world.options().restored(Restored { number_floor }).open(path).unwrap()
    }
}

fn left_to_a_person(kit: &CaseKit) -> Vec<CaseId> {
    let page = petra(kit).cases_with_errors(Some("restored"), None, PageRequest::first()).unwrap();
    page.rows.into_iter().map(|row| row.id).collect()
}

/// What the ledger says of restores, newest last.
fn restores(kit: &CaseKit) -> Vec<String> {
    let history = auditor(kit).history(StreamId::Ledger, PageRequest::first().of(500));
    let texts = history.unwrap().rows.into_iter().map(|row| row.text);
    texts.filter(|text| text.starts_with("restored")).collect()
}

#[test]
fn a_backup_is_restored_and_gone_on_with() {
    let scene = scene();
    let kept_before = auditor(&CaseKit::open(scene.copy("looked-at.db")).unwrap()).verify(None).unwrap();
    assert_eq!(kept_before.broken, None);
    assert_eq!([(); 3].map(|()| raise(&scene.kit))[2], "C-000008", "given out after the backup");

    let kit = scene.restored(&scene.copy("cases-restored.db"), Some(1_000));
    assert_eq!(restores(&kit).len(), 1);
    assert!(
        restores(&kit)[0].ends_with("case number 5, and numbers go on from 1000"),
        "{:?}",
        restores(&kit)
    );
    // Numbers.
    assert_eq!([raise(&kit), raise(&kit)], ["C-001000", "C-001001"]);
    // Deliveries.
    assert_eq!(kit.resume_deliveries().unwrap(), Resumed::default());
    assert_eq!((left_to_a_person(&kit), scene.world.brought()), (scene.answers.to_vec(), 2));
    let failing = petra(&kit).cases_with_errors(None, None, PageRequest::first()).unwrap().rows;
    for one in &failing {
        let failure = &one.failure;
        assert_eq!((failure.class, failure.responsible), (FailureClass::Data, Responsible::CaseWorker));
        assert!(failure.hint.contains("find out whether it arrived"), "{}", failure.hint);
    }
    petra(&kit).withdraw(scene.answers[0], Some("it had arrived")).unwrap();
    let again = petra(&kit).retry(scene.answers[1]).unwrap();
    assert!(matches!(again, ReleaseReport::Delivered { .. }));
    let brought = scene.world.receiver.brought.lock().unwrap().clone();
    assert_eq!((brought.len(), brought.values().max()), (2, Some(&2)), "sent again, it is the same package");
    // And it is a file like any other.
    kit.check().unwrap();
    assert_eq!(auditor(&kit).verify(None).unwrap().broken, None);
    kit.close().unwrap();
    let kit = scene.world.options().open(scene.folder.path().join("cases-restored.db")).unwrap();
    assert_eq!((raise(&kit), restores(&kit).len()), ("C-001002".into(), 1));
    kit.check().unwrap();
}

#[test]
fn a_backup_that_was_taken_under_load_is_restored_and_gone_on_with() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cases.db");
    let kits = [CaseKit::open(&path).unwrap(), CaseKit::open(&path).unwrap()];
    let over = AtomicBool::new(false);
    let heads = std::thread::scope(|scope| {
        for worker in 0..4 {
            let (kit, over) = (&kits[worker % 2], &over);
            scope.spawn(move || {
                while !over.load(Ordering::SeqCst) {
                    let case = petra(kit).raise_case(NewCase::new("Support", "Cannot log in")).unwrap().id;
                    petra(kit).add_note(case, "Called, no answer.").unwrap();
                }
            });
        }
        let heads: Vec<AuditHead> = (0..4)
            .map(|n| {
                let head = auditor(&kits[0]).audit_head().unwrap();
                kits[0].backup_to(folder.path().join(format!("{n}.db"))).unwrap();
                head
            })
            .collect();
        over.store(true, Ordering::SeqCst);
        heads
    });
    for (n, head) in heads.iter().enumerate() {
        let restored = Restored { number_floor: Some(1_000_000) };
        let kit = OpenOptions::new().restored(restored).open(folder.path().join(format!("{n}.db"))).unwrap();
        assert_eq!(
            auditor(&kit).verify(Some(head)).unwrap().broken,
            None,
            "it has all that was there before"
        );
        kit.check().unwrap();
        assert_eq!(raise(&kit), "C-1000000");
        let since = heads.get(n + 1).map(|later| auditor(&kit).verify(Some(later)).unwrap().broken.is_some());
        assert_ne!(since, Some(false), "and not what came after");
    }
    kits[0].check().unwrap();
}

#[test]
fn a_head_that_was_kept_tells_what_a_restored_file_lacks() {
    let scene = scene();
    let kept = auditor(&scene.kit).audit_head().unwrap();
    let backup = scene.folder.path().join("later.db");
    scene.kit.backup_to(&backup).unwrap();
    raise(&scene.kit);
    let lost = auditor(&scene.kit).audit_head().unwrap();
    let kit = scene.restored(&backup, None);
    assert_eq!(auditor(&kit).verify(Some(&kept)).unwrap().broken, None);
    assert!(auditor(&kit).verify(Some(&lost)).unwrap().broken.is_some());
}

#[test]
fn without_a_floor_numbers_go_on_from_what_the_backup_has() {
    let scene = scene();
    let given_out_since = raise(&scene.kit);
    let path = scene.copy("again.db");
    let kit = scene.restored(&path, None);
    assert_eq!(raise(&kit), given_out_since, "given out twice: say a floor");
    kit.close().unwrap();
    // A floor that the file is past changes nothing; each restore is told once, each answer is left once.
    let before = left_to_a_person(&scene.restored(&path, Some(2)));
    let kit = scene.restored(&path, None);
    assert_eq!((raise(&kit), restores(&kit).len()), ("C-000007".into(), 3));
    assert_eq!(left_to_a_person(&kit), before);
    let events =
        auditor(&kit).history(StreamId::Case(scene.answers[0]), PageRequest::first().of(500)).unwrap();
    let left =
        events.rows.iter().filter(|event| event.code == "build_failed" || event.code == "delivery_failed");
    assert_eq!(left.count(), 1);
}

#[test]
fn a_request_from_before_the_backup_is_still_a_replay() {
    let scene = scene();
    let new = || NewCase::new("Support", "Sent twice");
    let first = petra(&scene.kit).request("request-1").raise_case(new()).unwrap();
    let backup = scene.folder.path().join("later.db");
    scene.kit.backup_to(&backup).unwrap();
    let kit = scene.restored(&backup, Some(1_000));
    let again = petra(&kit).request("request-1").raise_case(new()).unwrap();
    assert_eq!((again.id, again.number), (first.id, first.number));
}

/// The system's clock, which kills who asks for the time so often.
struct Deadly(AtomicU32);

impl Env for Deadly {
    fn now(&self) -> Timestamp {
        assert_ne!(self.0.fetch_sub(1, Ordering::SeqCst), 0, "killed");
        SystemEnv.now()
    }

    fn fill(&self, bytes: &mut [u8]) {
        SystemEnv.fill(bytes);
    }
}

#[test]
fn a_restore_that_was_cut_off_is_done_again() {
    let scene = scene();
    let mut cut_off = 0;
    for moment in 0.. {
        let path = scene.copy(&format!("{moment}.db"));
        let restored = Restored { number_floor: Some(1_000) };
        let options = || scene.world.options().restored(restored);
        let opened =
            catch_unwind(AssertUnwindSafe(|| options().env(Deadly(AtomicU32::new(moment))).open(&path)));
        let is_over = opened.is_ok();
        drop(opened);
        cut_off += u32::from(!is_over);
        let kit = options().open(&path).unwrap();
        assert_eq!(left_to_a_person(&kit), scene.answers, "{moment}");
        assert_eq!((kit.resume_deliveries().unwrap(), raise(&kit)), (Resumed::default(), "C-001000".into()));
        kit.check().unwrap();
        if is_over {
            break;
        }
    }
    assert!(cut_off >= 3, "the ledger, and each of two answers: {cut_off}");
}

#[test]
fn an_answer_that_had_failed_before_the_backup_is_left_to_a_person_too() {
    let scene = scene();
    let case = decided(&scene.kit, "WEB-3");
    *scene.world.receiver.meanwhile.lock().unwrap() = Some(Box::new(|| panic!("the receiver is down")));
    assert!(matches!(petra(&scene.kit).release(case).unwrap(), ReleaseReport::Failed { .. }));
    let (backup, path) = (scene.folder.path().join("later.db"), scene.folder.path().join("restored.db"));
    scene.kit.backup_to(&backup).unwrap();
    // It arrives after the backup was made, which the backup cannot know.
    assert!(matches!(petra(&scene.kit).retry(case).unwrap(), ReleaseReport::Delivered { .. }));
    std::fs::copy(backup, &path).unwrap();
    let kit = scene.restored(&path, None);
    assert_eq!(left_to_a_person(&kit), [case]);
    let brought = scene.world.brought();
    assert_eq!(petra(&kit).retry_all("callback_failed", None).unwrap(), []);
    assert_eq!(scene.world.brought(), brought, "nobody is sent it twice unasked");
    kit.close().unwrap();
    assert_eq!(restores(&scene.restored(&path, None)).len(), 2, "said again, it is written down again");
}

#[test]
fn a_log_beside_a_restored_file_is_not_written_into_it() {
    let scene = scene();
    let path = scene.copy("restored.db");
    let before = std::fs::read(&path).unwrap();
    let log = scene.folder.path().join("restored.db-wal");
    std::fs::copy(scene.folder.path().join("cases.db-wal"), &log).unwrap();
    let refused = scene.world.options().restored(Restored::default()).open(&path);
    let Err(Error::Store(fault)) = refused else { panic!("the old log would be written into the backup") };
    assert_eq!(fault.kind(), StoreErrorKind::Exists);
    assert!(std::fs::read(&path).unwrap() == before);
    std::fs::remove_file(log).unwrap();
    assert_eq!(restores(&scene.restored(&path, None)).len(), 1);
}

#[test]
fn a_cursor_from_behind_the_backup_is_refused_and_not_misread() {
    let scene = scene();
    let read = |kit: &CaseKit, cursor: Option<&Cursor>| auditor(kit).changes_since(cursor, 500);
    let kit = &scene.kit;
    let before = read(kit, None).unwrap().cursor;
    let to = scene.folder.path().join("now.db");
    kit.backup_to(&to).unwrap();
    (0..5).for_each(|_| drop(raise(kit)));
    let behind = read(kit, Some(&before)).unwrap().cursor;
    let one_behind = Cursor { position: before.position + 1, ..behind };
    kit.close().unwrap();

    let restored = scene.restored(&to, None);
    // As many events as there were, and more: a position alone would not tell.
    (0..9).for_each(|_| drop(raise(&restored)));
    let newest = read(&restored, None).unwrap().cursor;
    assert!(newest.position > behind.position);
    for cursor in [&behind, &one_behind] {
        assert_eq!(rejection(read(&restored, Some(cursor))), Rejection::CursorNotOfThisStore);
    }
    let on = read(&restored, Some(&before)).unwrap();
    let codes: Vec<&str> = on.changes.iter().map(|change| change.code.as_str()).collect();
    assert_eq!(codes.first(), Some(&"restored"), "one from before the backup goes on");
    assert_eq!(codes.iter().filter(|code| **code == "case_raised").count(), 9);
    assert_eq!(on.cursor, newest);

    // A second time: what was read of the first restored file up to its own backup goes on, and that of a stranger never.
    restored.backup_to(scene.folder.path().join("again.db")).unwrap();
    drop(raise(&restored));
    let lost = read(&restored, Some(&newest)).unwrap().cursor;
    restored.close().unwrap();
    let again = scene.restored(&scene.folder.path().join("again.db"), None);
    let first_of = |cursor| read(&again, Some(cursor)).unwrap().changes.remove(0).code;
    assert_eq!((first_of(&before).as_str(), first_of(&newest).as_str()), ("restored", "restored"));
    assert_eq!(rejection(read(&again, Some(&lost))), Rejection::CursorNotOfThisStore);
    let stranger = read(&CaseKit::in_memory().unwrap(), None).unwrap().cursor;
    assert_eq!(rejection(read(&again, Some(&stranger))), Rejection::CursorNotOfThisStore);
    let ahead = Cursor { position: u64::MAX, ..read(&again, None).unwrap().cursor };
    assert_eq!(rejection(read(&again, Some(&ahead))), Rejection::CursorNotOfThisStore);
}

#[test]
fn what_cannot_be_restored_is_left_alone() {
    let scene = scene();
    let path = scene.copy("wrong.db");
    let position = |kit: CaseKit| auditor(&kit).changes_since(None, 500).unwrap().changes.len();
    let before = position(CaseKit::open(&path).unwrap());
    for floor in [0, 1_000_000_000_000] {
        let restored = Restored { number_floor: Some(floor) };
        let refused = rejection(scene.world.options().restored(restored).open(&path).map(|_| ()));
        let Rejection::Invalid { fields } = refused else { panic!("{refused:?}") };
        assert_eq!(fields[0].field, "number_floor");
    }
    assert_eq!(position(CaseKit::open(&path).unwrap()), before);

    let missing = OpenOptions::new().restored(Restored::default()).open(scene.folder.path().join("none.db"));
    let Err(Error::Store(fault)) = missing else { panic!("a missing file is not restored") };
    assert_eq!(fault.kind(), StoreErrorKind::Missing);
    let read_only = OpenOptions::new().read_only().restored(Restored::default()).open(&path);
    let Err(Error::Store(fault)) = read_only else { panic!("a restore is written down") };
    assert_eq!(fault.kind(), StoreErrorKind::ReadOnly);
}

#[test]
fn a_kit_in_memory_has_nothing_to_copy() {
    let folder = tempfile::tempdir().unwrap();
    let made =
        CaseKit::in_memory().unwrap().backup_with(folder.path().join("b"), |_| ControlFlow::Continue(()));
    let Err(Error::Store(fault)) = made else { panic!("there is no file") };
    assert_eq!(fault.kind(), StoreErrorKind::Unsupported);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// Why `cp` is no backup: what was written last stands in the write-ahead log beside the file.
#[test]
fn a_copy_of_an_open_file_lacks_what_was_written_and_only_a_kept_head_tells() {
    let folder = tempfile::tempdir().unwrap();
    let kit = CaseKit::open(folder.path().join("cases.db")).unwrap();
    (0..50).for_each(|_| drop(raise(&kit)));
    let kept = auditor(&kit).audit_head().unwrap();
    std::fs::copy(folder.path().join("cases.db"), folder.path().join("cp.db")).unwrap();
    kit.backup_to(folder.path().join("backup.db")).unwrap();

    let copy = CaseKit::open(folder.path().join("cp.db")).unwrap();
    assert_eq!(numbers(&copy), [""; 0], "0 of 50");
    copy.check().unwrap();
    assert_eq!(auditor(&copy).verify(None).unwrap().broken, None, "it is a sound file");
    assert!(auditor(&copy).verify(Some(&kept)).unwrap().broken.is_some(), "and not this one");

    let backup = CaseKit::open(folder.path().join("backup.db")).unwrap();
    assert_eq!(numbers(&backup).len(), 50);
    assert_eq!(auditor(&backup).verify(Some(&kept)).unwrap().broken, None);
}
