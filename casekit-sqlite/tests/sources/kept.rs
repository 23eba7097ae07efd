//! What a source keeps open: right answers whatever happens to the file, and places that are not used up.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use casekit_core::model::{DataValue, FailureClass, SourceQuery};
use casekit_core::release::{DataSource, Fault, SourceQuestion};
use casekit_sqlite::{SourceLimits, SqliteSource};
use rusqlite::Connection;
use tempfile::TempDir;

const ENDLESS: &str =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) AS i FROM n";
const ITEMS: &str = "SELECT item FROM orders";

fn ask(path: &Path, sql: &str, timeout: Duration) -> Result<Vec<String>, Fault> {
    let query = SourceQuery { table: "orders".into(), sql: sql.into() };
    let limits = SourceLimits { timeout, cells: 100, ..SourceLimits::default() };
    let source = SqliteSource { limits, ..SqliteSource::new("crm", path, vec![query]) };
    let question = SourceQuestion::new("C-000123", "A-7", "");
    let rows = source.collect(&question)?.remove(0).rows.concat();
    let text = |value| match value {
        DataValue::Text(text) => text,
        other => format!("{other:?}"),
    };
    Ok(rows.into_iter().map(text).collect())
}

fn items(path: &Path) -> Result<Vec<String>, String> {
    ask(path, ITEMS, Duration::from_secs(10)).map_err(|fault| fault.code)
}

fn of(items: &[&str]) -> Result<Vec<String>, String> {
    Ok(items.iter().map(|&item| item.into()).collect())
}

/// A file with one order, which nobody has open.
fn write(path: &Path, journal_mode: &str, item: &str) {
    let file = Connection::open(path).unwrap();
    file.pragma_update_and_check(None, "journal_mode", journal_mode, |_| Ok(())).unwrap();
    file.execute_batch("CREATE TABLE orders (item TEXT)").unwrap();
    file.execute("INSERT INTO orders VALUES (?1)", [item]).unwrap();
}

fn place(name: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().canonicalize().unwrap().join(name);
    (folder, path)
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// What this process has open in the folder of a path, with what is gone from there.
#[cfg(target_os = "linux")]
fn handles(path: &Path) -> Vec<String> {
    let folder = path.parent().unwrap();
    let open = fs::read_dir("/proc/self/fd").unwrap();
    let targets = open.filter_map(|entry| fs::read_link(entry.unwrap().path()).ok());
    let inside = targets.filter(|target| target.starts_with(folder));
    inside.map(|target| target.file_name().unwrap().to_str().unwrap().to_owned()).collect()
}

/// Runs one of these tests alone, in a process of its own with places of its own.
fn alone(test: &str) -> bool {
    if std::env::var_os("CASEKIT_TEST_ALONE").is_some() {
        return true;
    }
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &format!("kept::{test}")])
        .env("CASEKIT_TEST_ALONE", "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
    false
}

#[test]
fn a_file_that_was_replaced_is_read_anew() {
    for journal_mode in ["delete", "wal"] {
        let (_folder, path) = place("crm.db");
        for item in ["lamp", "desk", "bed"] {
            let new = path.with_file_name("new.db");
            write(&new, journal_mode, item);
            fs::rename(&new, &path).unwrap();
            for _ in 0..2 {
                assert_eq!(items(&path), of(&[item]), "{journal_mode}");
            }
        }
        #[cfg(target_os = "linux")]
        assert!(handles(&path).iter().all(|name| !name.contains("deleted")), "{:?}", handles(&path));
    }
}

#[test]
fn a_file_that_was_set_aside_for_another_is_told_from_it() {
    let (_folder, path) = place("crm.db");
    let aside = path.with_file_name("aside.db");
    write(&path, "delete", "lamp");
    assert_eq!(items(&path), of(&["lamp"]));
    fs::rename(&path, &aside).unwrap();
    write(&path, "delete", "desk");
    assert_eq!(items(&path), of(&["desk"]));
    assert_eq!(items(&aside), of(&["lamp"]));
}

#[test]
fn a_file_that_was_overwritten_in_place_is_read_as_it_is_now() {
    let (_folder, path) = place("crm.db");
    // Both come about in the same way, so all counters by which SQLite knows what it read are the same.
    let other = path.with_file_name("other.db");
    let write = |path: &Path, columns: &str| {
        let file = Connection::open(path).unwrap();
        file.execute_batch(&format!("CREATE TABLE orders ({columns})")).unwrap();
        file.execute_batch("INSERT INTO orders VALUES ('lamp', 'desk')").unwrap();
    };
    write(&path, "item TEXT, note TEXT");
    write(&other, "note TEXT, item TEXT");
    assert_eq!(items(&path), of(&["lamp"]));
    fs::write(&path, fs::read(&other).unwrap()).unwrap();
    assert_eq!(items(&path), of(&["desk"]));
    fs::write(&path, "no file of SQLite's, by the look of it").unwrap();
    assert_eq!(items(&path), Err("source_unreadable".into()));
    fs::write(&path, fs::read(&other).unwrap()).unwrap();
    assert_eq!(items(&path), of(&["desk"]));
}

#[test]
fn a_file_that_was_moved_with_its_log_is_read_with_it() {
    let (_folder, path) = place("crm.db");
    write(&path, "wal", "lamp");
    assert_eq!(items(&path), of(&["lamp"]));
    let moved = path.with_file_name("moved.db");
    for ending in ["", "-wal", "-shm"] {
        fs::rename(beside(&path, ending), beside(&moved, ending)).unwrap();
    }
    let host = Connection::open(&moved).unwrap();
    host.execute_batch("INSERT INTO orders VALUES ('desk')").unwrap();
    assert_eq!(items(&moved), of(&["lamp", "desk"]));
    assert_eq!(items(&path), Err("source_missing".into()));
}

#[test]
fn what_changes_its_journal_mode_is_read_on() {
    let (_folder, path) = place("crm.db");
    write(&path, "delete", "lamp");
    assert_eq!(items(&path), of(&["lamp"]));
    let host = Connection::open(&path).unwrap();
    host.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(())).unwrap();
    for n in 1..4 {
        host.execute_batch("INSERT INTO orders VALUES ('desk')").unwrap();
        assert_eq!(items(&path).unwrap().len(), 1 + n);
    }
}

#[test]
fn a_log_that_was_taken_away_is_not_read_on() {
    let (_folder, path) = place("crm.db");
    write(&path, "wal", "lamp");
    let host = Connection::open(&path).unwrap();
    host.execute_batch("INSERT INTO orders VALUES ('desk')").unwrap();
    assert_eq!(items(&path), of(&["lamp", "desk"]));
    for ending in ["-wal", "-shm"] {
        fs::remove_file(beside(&path, ending)).unwrap();
    }
    assert_eq!(items(&path), Err("source_log_replaced".into()));
}

#[test]
fn a_log_can_be_written_back_and_emptied_after_a_question() {
    let (_folder, path) = place("crm.db");
    write(&path, "wal", "lamp");
    let host = Connection::open(&path).unwrap();
    host.busy_timeout(Duration::ZERO).unwrap();
    for _ in 0..3 {
        host.execute_batch("INSERT INTO orders VALUES ('desk')").unwrap();
        items(&path).unwrap();
        assert!(fs::metadata(beside(&path, "-wal")).unwrap().len() > 0);
        let busy: i64 = host.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).unwrap();
        assert_eq!((busy, fs::metadata(beside(&path, "-wal")).unwrap().len()), (0, 0));
    }
    assert_eq!(items(&path).unwrap().len(), 4);
}

#[test]
fn a_question_that_failed_leaves_nothing_to_the_next() {
    let (_folder, path) = place("crm.db");
    for journal_mode in ["delete", "wal"] {
        fs::remove_file(&path).ok();
        write(&path, journal_mode, "lamp");
        let short = Duration::from_millis(50);
        let cases = [
            (ENDLESS, "source_timeout"),
            ("SELECT zeroblob(1000000000) AS b", "source_too_large"),
            (
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n",
                "source_too_large",
            ),
            ("SELECT none FROM orders", "source_query_invalid"),
            ("PRAGMA writable_schema = 1", "source_query_invalid"),
            ("SELECT CAST(x'FF' AS TEXT) AS t", "source_malformed"),
            ("SELECT abs(-9223372036854775807 - 1) AS n", "source_query_invalid"),
        ];
        for (sql, code) in cases {
            assert_eq!(ask(&path, sql, short).unwrap_err().code, code, "{sql}");
            assert_eq!(items(&path), of(&["lamp"]), "{sql}");
            // Nobody holds a writer up.
            let host = Connection::open(&path).unwrap();
            host.busy_timeout(Duration::ZERO).unwrap();
            host.execute_batch("UPDATE orders SET item = 'lamp'; BEGIN EXCLUSIVE; COMMIT").unwrap();
        }
    }
}

#[test]
fn a_file_answers_one_question_at_a_time() {
    let (_folder, path) = place("crm.db");
    write(&path, "delete", "lamp");
    let long = Duration::from_millis(500);
    std::thread::scope(|scope| {
        let (begun, begins) = std::sync::mpsc::channel();
        let slow = scope.spawn({
            let path = &path;
            move || {
                begun.send(()).unwrap();
                ask(path, ENDLESS, long).unwrap_err().code
            }
        });
        begins.recv().unwrap();
        // It has begun when somebody else is told to wait.
        let short = Duration::from_millis(10);
        let waited = std::iter::repeat_with(|| ask(&path, ITEMS, short)).find_map(Result::err).unwrap();
        assert_eq!((waited.code.as_str(), waited.class), ("source_busy", FailureClass::Transient));
        assert!(waited.to_string().contains("another question"), "{waited}");
        assert_eq!(items(&path), of(&["lamp"]));
        assert_eq!(slow.join().unwrap(), "source_timeout");
    });
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_is_asked_often_is_open_once() {
    let (_folder, path) = place("crm.db");
    write(&path, "wal", "lamp");
    for _ in 0..50 {
        items(&path).unwrap();
        ask(&path, "SELECT none FROM orders", Duration::from_secs(10)).unwrap_err();
    }
    let mut open = handles(&path);
    open.sort_unstable();
    assert_eq!(open, ["crm.db", "crm.db", "crm.db-shm", "crm.db-wal"]);
}

#[test]
fn files_that_are_replaced_every_night_use_no_places_up() {
    if !alone("files_that_are_replaced_every_night_use_no_places_up") {
        return;
    }
    for journal_mode in ["delete", "wal"] {
        let (_folder, path) = place("crm.db");
        for night in 0..40 {
            let new = path.with_file_name("new.db");
            write(&new, journal_mode, &format!("lamp {night}"));
            fs::rename(&new, &path).unwrap();
            assert_eq!(items(&path), of(&[&format!("lamp {night}")]));
        }
    }
}

#[test]
fn the_seventeenth_file_is_refused_until_one_of_the_others_is_gone() {
    if !alone("the_seventeenth_file_is_refused_until_one_of_the_others_is_gone") {
        return;
    }
    let (_folder, path) = place("crm.db");
    let file = |n: usize| path.with_file_name(format!("{n}.db"));
    for n in 0..17 {
        write(&file(n), "delete", "lamp");
    }
    // What SQLite cannot read may be locked by somebody all the same.
    fs::write(file(0), "some other file, at least as long as a heading").unwrap();
    assert_eq!(items(&file(0)), Err("source_unreadable".into()));
    for n in 1..16 {
        assert_eq!(items(&file(n)), of(&["lamp"]));
    }
    let fault = ask(&file(16), ITEMS, Duration::from_secs(10)).unwrap_err();
    assert_eq!((fault.code.as_str(), fault.class), ("source_too_many_files", FailureClass::Configuration));
    assert!(fault.to_string().contains("`16` other files"), "{fault}");
    assert_eq!(items(&file(15)), of(&["lamp"]));
    fs::remove_file(file(0)).unwrap();
    assert_eq!(items(&file(16)), of(&["lamp"]));
    assert_eq!(items(&file(15)), of(&["lamp"]));
}
