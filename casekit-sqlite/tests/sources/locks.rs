//! A source costs nobody a lock: neither the process's own connections to the file nor those of other processes.
//!
//! Other processes are this test program again, run for the one test [`another_process`].

use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::Command;

use casekit_core::model::{DataValue, SourceQuery};
use casekit_core::release::{DataSource, SourceQuestion};
use casekit_sqlite::SqliteSource;
use rusqlite::Connection;
use rustix::fs::{FlockOperation, fcntl_lock};
use tempfile::TempDir;

/// A file that the application has open itself.
struct Crm {
    folder: TempDir,
    host: Connection,
}

impl Crm {
    fn new(journal_mode: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let host = Connection::open(folder.path().join("crm.db")).unwrap();
        host.pragma_update_and_check(None, "journal_mode", journal_mode, |_| Ok(())).unwrap();
        host.execute_batch("CREATE TABLE orders (item TEXT); INSERT INTO orders VALUES ('lamp')").unwrap();
        Self { folder, host }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("crm.db")
    }

    fn beside(&self, ending: &str) -> PathBuf {
        self.folder.path().join(format!("crm.db{ending}"))
    }

    /// What a source finds; it is checked too, as settings are.
    fn found(&self) -> Vec<Vec<DataValue>> {
        let sql = "SELECT count(*) AS n FROM orders".into();
        let source = SqliteSource::new("crm", self.path(), vec![SourceQuery { table: "orders".into(), sql }]);
        source.check().unwrap();
        source.collect(&question()).unwrap().remove(0).rows
    }
}

fn question() -> SourceQuestion {
    SourceQuestion::new("C-000123", "A-7", "")
}

fn number(n: i64) -> Vec<Vec<DataValue>> {
    vec![vec![DataValue::Integer(n)]]
}

/// What another process says when it does something with a file.
fn elsewhere(task: &str, path: &Path) -> String {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "locks::another_process", "--nocapture"])
        .env("CASEKIT_TEST_TASK", task)
        .env("CASEKIT_TEST_FILE", path)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout).unwrap();
    let said = said.split("<<").nth(1).and_then(|said| said.split(">>").next());
    said.unwrap().to_owned()
}

#[test]
fn another_process() {
    let Ok(task) = std::env::var("CASEKIT_TEST_TASK") else { return };
    let path = PathBuf::from(std::env::var_os("CASEKIT_TEST_FILE").unwrap());
    let connection = Connection::open(&path).unwrap();
    connection.busy_timeout(std::time::Duration::ZERO).unwrap();
    let said = match task.as_str() {
        "count" => {
            let count: rusqlite::Result<i64> =
                connection.query_row("SELECT count(*) FROM orders", [], |row| row.get(0));
            count.map_or_else(|error| error.to_string(), |count| count.to_string())
        }
        "insert" => connection
            .execute("INSERT INTO orders VALUES ('of another process')", [])
            .map_or_else(|error| error.to_string(), |_| "inserted".into()),
        "close as the last" => close_as_the_last(&path, &connection).into(),
        other => panic!("unknown task {other}"),
    };
    drop(connection);
    println!("<<{said}>>");
}

/// What every SQLite before 3.51 does when it closes a file with a log. Later ones look at the `-shm` file too, and see there
/// that somebody has the file.
fn close_as_the_last(path: &Path, connection: &Connection) -> &'static str {
    let file = OpenOptions::new().read(true).write(true).open(path).unwrap();
    if fcntl_lock(&file, FlockOperation::NonBlockingLockExclusive).is_err() {
        return "not the last";
    }
    connection.query_row("PRAGMA wal_checkpoint", [], |_| Ok(())).unwrap();
    for ending in ["-wal", "-shm"] {
        fs::remove_file(format!("{}{ending}", path.display())).unwrap();
    }
    "the last"
}

/// The locks that are held on a file.
#[cfg(target_os = "linux")]
fn locks(path: &Path) -> Vec<String> {
    use std::os::unix::fs::MetadataExt;

    let inode = format!(":{}", fs::metadata(path).unwrap().ino());
    let read = || {
        let held = fs::read_to_string("/proc/locks").unwrap();
        let lines = held.lines().map(|line| line.split_whitespace().skip(1).collect::<Vec<_>>());
        let mut ours: Vec<String> =
            lines.filter(|parts| parts[4].ends_with(&inode)).map(|parts| parts.join(" ")).collect();
        ours.sort_unstable();
        ours.dedup();
        ours
    };
    // While others lock and unlock, the list can lack a line or have it twice: what was read three times is true.
    let mut last = [read(), read(), read()];
    while last.windows(2).any(|pair| pair[0] != pair[1]) {
        last.rotate_left(1);
        last[2] = read();
    }
    last.into_iter().next().unwrap()
}

#[test]
fn what_the_host_commits_after_a_question_is_seen_by_other_processes() {
    let crm = Crm::new("wal");
    assert_eq!(crm.found(), number(1));
    let closed = elsewhere("close as the last", &crm.path());
    crm.host.execute("INSERT INTO orders VALUES ('desk')", []).unwrap();
    assert_eq!(elsewhere("count", &crm.path()), "2", "the other process was {closed}");
    assert_eq!(closed, "not the last");
    assert_eq!(crm.found(), number(2));
}

#[test]
fn a_question_leaves_a_transaction_of_the_hosts_alone() {
    for journal_mode in ["delete", "wal"] {
        let crm = Crm::new(journal_mode);
        crm.host.execute_batch("BEGIN IMMEDIATE; INSERT INTO orders VALUES ('desk')").unwrap();
        assert_eq!(crm.found(), number(1), "{journal_mode}");
        assert_eq!(elsewhere("insert", &crm.path()), "database is locked", "{journal_mode}");
        crm.host.execute_batch("COMMIT").unwrap();
        assert_eq!(elsewhere("count", &crm.path()), "2", "{journal_mode}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn the_locks_of_the_process_are_the_same_after_a_question_as_before() {
    for (journal_mode, transaction) in
        [("wal", ""), ("wal", "BEGIN IMMEDIATE"), ("delete", "BEGIN IMMEDIATE")]
    {
        let crm = Crm::new(journal_mode);
        crm.host.execute_batch(transaction).unwrap();
        let held = || match journal_mode {
            "wal" => (locks(&crm.path()), locks(&crm.beside("-shm"))),
            _ => (locks(&crm.path()), Vec::new()),
        };
        let before = held();
        assert!(!before.0.is_empty(), "{journal_mode}");
        crm.found();
        assert_eq!(held(), before, "{journal_mode} {transaction}");
    }
}
