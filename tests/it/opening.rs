//! Opening: what is not exactly a casekit file is refused, and stays as it was to the last byte.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use casekit::{CaseKit, OpenOptions, PageRequest, Role, StoreErrorKind};
use tempfile::TempDir;

use crate::build::{ClosedOffice, Office, actor, fault};

/// Everything in a folder, byte for byte.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| (path.clone(), fs::read(&path).ok())).collect()
}

/// Opening must fail with this kind and this message, and leave the folder as it was.
#[track_caller]
fn refused(path: &Path, kind: StoreErrorKind, message: &str) {
    for options in [OpenOptions::new(), OpenOptions::new().untrusted()] {
        let folder = path.parent().filter(|folder| folder.is_dir());
        let before = folder.map(contents);
        let error = fault(options.open(path).map(|_| ()));
        assert_eq!((error.kind(), error.to_string().as_str()), (kind, message));
        assert_eq!(folder.map(contents), before, "what is refused is left untouched, with nothing beside it");
    }
}

/// A folder with one file in it.
fn holding(bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cases.db");
    fs::write(&path, bytes).unwrap();
    (folder, path)
}

fn worked_in() -> ClosedOffice {
    let office = Office::on_file();
    let case = office.case("Cannot log in").id;
    for place in 0..40 {
        office.agent().add_note(case, format!("Note {place}: {}", "and so on ".repeat(40))).unwrap();
    }
    office.close()
}

#[test]
fn a_missing_file_is_created_with_what_ships_and_nothing_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new cases äöü 返金 %20?.db");
    let kit = CaseKit::open(&path).unwrap();
    assert_eq!(kit.desk(actor("amara", Role::Agent)).case_types().unwrap().len(), 7);
    kit.check().unwrap();
    kit.close().unwrap();
    assert!(contents(folder.path()).into_keys().eq([path.clone()]), "no log, no lock, no sibling");
    assert!(!CaseKit::open(&path).unwrap().poll().unwrap());
}

#[test]
fn an_empty_file_is_never_taken_for_a_new_one() {
    let (_folder, path) = holding(b"");
    let message = "the file is empty; remove it or choose another path";
    refused(&path, StoreErrorKind::NotCasekit, message);
}

#[test]
fn a_text_file_is_refused() {
    let foreign = "the file is not a casekit file; choose another path";
    // SQLite takes a single byte for an empty database of somebody.
    let short = "the file belongs to another application; choose another path";
    for (text, message) in
        [("x", short), ("case,activity\n1,open\n", foreign), (&"Dear Ada, ".repeat(2_000), foreign)]
    {
        let (_folder, path) = holding(text.as_bytes());
        refused(&path, StoreErrorKind::NotCasekit, message);
    }
}

#[test]
fn a_strangers_sqlite_file_is_refused() {
    for id in [0, 0x0f05_5112] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cases.db");
        let stranger = rusqlite::Connection::open(&path).unwrap();
        stranger.pragma_update(None, "application_id", id).unwrap();
        stranger.execute_batch("CREATE TABLE cases (number INTEGER); INSERT INTO cases VALUES (1)").unwrap();
        stranger.close().unwrap();
        let message = "the file belongs to another application; choose another path";
        refused(&path, StoreErrorKind::NotCasekit, message);
    }
}

#[test]
fn a_newer_version_is_refused_untouched() {
    let closed = worked_in();
    closed.tamper("PRAGMA user_version = 9000");
    let found = fault(CaseKit::open(&closed.path).map(|_| ())).to_string();
    assert!(
        found.starts_with("the file has version 9000, and this library knows versions up to "),
        "{found}"
    );
    assert!(found.ends_with("; update the application"), "{found}");
    refused(&closed.path, StoreErrorKind::TooNew, &found);
}

#[test]
fn a_file_with_other_tables_than_its_version_is_refused() {
    for (kind, sql) in [
        ("table", "CREATE TABLE extra (a)"),
        ("view", "CREATE VIEW extra AS SELECT * FROM cases"),
        ("trigger", "CREATE TRIGGER extra AFTER INSERT ON events BEGIN DELETE FROM notes; END"),
    ] {
        let closed = worked_in();
        closed.tamper(sql);
        let message = format!(
            "the file is sound and holds a {kind} `extra` that is not casekit's: drop it with the program that made it, \
             and keep such things in a file of their own"
        );
        refused(&closed.path, StoreErrorKind::Foreign, &message);
    }
    for sql in ["DROP INDEX cases_by_raised", "PRAGMA user_version = 0", "PRAGMA user_version = -1"] {
        let closed = worked_in();
        closed.tamper(sql);
        let message =
            "the file's tables are not those of its version: it was damaged or altered; restore a backup";
        refused(&closed.path, StoreErrorKind::Corrupt, message);
    }
}

#[test]
fn a_damaged_file_is_refused_or_its_damage_is_found_by_check() {
    let closed = worked_in();
    let sound = fs::read(&closed.path).unwrap();
    let mut refused_at_once = 0;
    // Cut off, or a page of it overwritten.
    let cut = (1..8).map(|eighth| sound[..sound.len() * eighth / 8].to_vec());
    let pages = (0..sound.len() / 4_096).map(|page| {
        let mut bytes = sound.clone();
        bytes[page * 4_096..(page + 1) * 4_096].fill(0xA5);
        bytes
    });
    for bytes in cut.chain(pages) {
        let (folder, path) = holding(&bytes);
        match OpenOptions::new().untrusted().open(&path) {
            Err(error) => {
                let kinds = ["corrupt", "not_casekit"];
                assert!(kinds.contains(&error.code()), "{error:?}");
                assert_eq!(contents(folder.path()), BTreeMap::from([(path, Some(bytes))]));
                refused_at_once += 1;
            }
            Ok(kit) => assert_eq!(fault(kit.check()).kind(), StoreErrorKind::Corrupt),
        }
    }
    assert!(refused_at_once > 7, "an untrusted file is looked over before it is used");
}

#[test]
fn a_folder_a_link_and_a_place_that_is_not_there_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("cases")).unwrap();
    let message = "the path is not a file; choose another path";
    refused(&folder.path().join("cases"), StoreErrorKind::NotCasekit, message);
    let message = "the folder of the file does not exist; create it first";
    refused(&folder.path().join("nowhere/cases.db"), StoreErrorKind::Io, message);
    let message = "the path names no file; give the path of a file";
    refused(Path::new("/"), StoreErrorKind::Io, message);
    refused(Path::new(""), StoreErrorKind::Io, message);
}

#[cfg(unix)]
#[test]
fn a_link_is_refused_whether_it_leads_to_a_casekit_file_or_nowhere() {
    let closed = worked_in();
    let folder = tempfile::tempdir().unwrap();
    for (name, target) in
        [("to a file", closed.path.as_path()), ("to nowhere", Path::new("/nowhere/cases.db"))]
    {
        let link = folder.path().join(name);
        std::os::unix::fs::symlink(target, &link).unwrap();
        let message = "the path is a symbolic link; give the path of the file itself";
        refused(&link, StoreErrorKind::NotCasekit, message);
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_written_is_refused() {
    let closed = worked_in();
    let mut permissions = fs::metadata(&closed.path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&closed.path, permissions).unwrap();
    let message = "the file or its folder is marked read-only; let this process write to both";
    refused(&closed.path, StoreErrorKind::ReadOnly, message);
}

#[test]
fn a_file_that_was_copied_while_closed_opens_elsewhere() {
    let closed = worked_in();
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.db");
    fs::copy(&closed.path, &copy).unwrap();
    let (original, kit) = (closed.open(), OpenOptions::new().untrusted().open(&copy).unwrap());
    for kit in [&original, &kit] {
        kit.check().unwrap();
        let desk = kit.desk(actor("root", Role::Administrator));
        assert_eq!(desk.verify(None).unwrap().broken, None);
        let case = desk.find_case("1").unwrap().id;
        assert_eq!(desk.thread(case, PageRequest::first()).unwrap().rows.len(), 40);
        desk.add_note(case, "Opened here.").unwrap();
    }
}

#[test]
fn a_suspended_kit_answers_so_until_it_is_resumed_and_a_closed_one_for_good() {
    let office = Office::on_file();
    let case = office.case("Cannot log in").id;
    let kind = |desk: &casekit::Desk| {
        let kinds = [fault(desk.case(case)).kind(), fault(desk.take_case(case)).kind()];
        assert_eq!(kinds[0], kinds[1]);
        kinds[0]
    };
    let desk = office.agent();
    office.kit.suspend(Duration::from_secs(1)).unwrap();
    assert_eq!(kind(&desk), StoreErrorKind::Suspended);
    assert_eq!(fault(office.kit.check()).kind(), StoreErrorKind::Suspended);
    let folder = office.path().parent().unwrap().to_owned();
    assert_eq!(contents(&folder).len(), 1, "no log and no lock is left beside the file");
    office.kit.resume().unwrap();
    office.kit.resume().unwrap();
    assert_eq!(desk.case(case).unwrap().holder, None, "what was refused was not done later");
    desk.take_case(case).unwrap();
    office.kit.close().unwrap();
    office.kit.close().unwrap();
    assert_eq!(kind(&desk), StoreErrorKind::Closed);
    assert_eq!(fault(office.kit.resume()).kind(), StoreErrorKind::Closed);
    assert_eq!(fault(office.kit.suspend(Duration::ZERO)).kind(), StoreErrorKind::Closed);
}

#[test]
fn a_mistyped_path_makes_no_file_for_who_says_that_one_is_there() {
    let folder = tempfile::tempdir().unwrap();
    for options in [OpenOptions::new().create(false), OpenOptions::new().read_only()] {
        let error = fault(options.open(folder.path().join("caess.db")).map(|_| ()));
        assert_eq!(error.kind(), StoreErrorKind::Missing);
        assert_eq!(contents(folder.path()), BTreeMap::new());
    }
}

#[test]
fn what_is_only_read_shows_everything_and_refuses_every_change() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cases.db");
    let kit = CaseKit::open(&path).unwrap();
    let desk = kit.desk(actor("amara", Role::Agent));
    let case = desk.raise_case(casekit::NewCase::new("Support", "Cannot log in")).unwrap();
    let reading = OpenOptions::new().read_only().open(&path).unwrap();
    let read = reading.desk(actor("amara", Role::Administrator));
    assert_eq!(read.case(case.id).unwrap().title, "Cannot log in");
    assert_eq!(read.verify(None).unwrap().broken, None);
    reading.check().unwrap();
    assert_eq!(fault(read.take_case(case.id)).kind(), StoreErrorKind::ReadOnly);
    assert_eq!(fault(read.audit_head()).kind(), StoreErrorKind::ReadOnly);
    desk.take_case(case.id).unwrap();
    assert_eq!(read.case(case.id).unwrap().stage, "In Progress");
}

#[test]
fn memory_is_no_file() {
    let kit = OpenOptions::new().create(false).open(":memory:").unwrap();
    kit.desk(actor("amara", Role::Agent))
        .raise_case(casekit::NewCase::new("Support", "Cannot log in"))
        .unwrap();
    assert!(!Path::new(":memory:").exists());
}

#[test]
fn a_file_whose_settings_were_taken_away_is_damaged() {
    let closed = worked_in();
    closed.tamper("DELETE FROM definitions");
    assert_eq!(fault(CaseKit::open(&closed.path).map(|_| ())).kind(), StoreErrorKind::Corrupt);
}

/// SQLite checks every column of a row that changes, so a value of another type in the way of opening is met there.
#[test]
fn a_value_of_another_type_is_damage_also_where_opening_meets_it() {
    let closed = Office::on_file().close();
    let schema = |sql: &str| {
        let set = format!("UPDATE sqlite_schema SET sql = {sql} WHERE name = 'file'");
        closed.tamper(&format!("PRAGMA writable_schema = ON; {set}"));
    };
    schema("substr(sql, 1, length(sql) - length(' STRICT'))");
    closed.tamper("UPDATE file SET number_floor = 'none', text_rules = -1");
    schema("sql || ' STRICT'");
    assert_eq!(fault(CaseKit::open(&closed.path).map(|_| ())).kind(), StoreErrorKind::Corrupt);
}
