//! A file that a store and a source have open at the same time. Handles are counted in `/proc`.
#![cfg(target_os = "linux")]

use std::thread;

use casekit_core::model::SourceQuery;
use casekit_core::release::{DataSource, Fault, SourceQuestion};
use casekit_locks::is_guarded;
use tempfile::TempDir;

use super::*;
use crate::{SourceLimits, SqliteSource};

const ENDLESS: &str =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) AS i FROM n";

/// A file that this process has open as a store has its own, and that a source asks.
struct Own {
    folder: TempDir,
    path: PathBuf,
    file: FileId,
}

impl Own {
    fn new() -> (Self, Connection) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().canonicalize().unwrap().join("cases");
        let store = Connection::open(&path).unwrap();
        store.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(())).unwrap();
        store.execute_batch("CREATE TABLE cases (id)").unwrap();
        let file = FileId::of(&fs::metadata(&path).unwrap()).unwrap();
        (Self { folder, path, file }, store)
    }

    fn ask(&self, sql: &str) -> Result<(), Fault> {
        self.ask_within(SourceLimits::default().timeout, sql)
    }

    fn ask_within(&self, timeout: Duration, sql: &str) -> Result<(), Fault> {
        let query = SourceQuery { table: "found".into(), sql: sql.into() };
        let question = SourceQuestion::new("C-1", "", "");
        let mut source = SqliteSource::new("own", &self.path, vec![query]);
        source.limits.timeout = timeout;
        source.collect(&question).map(|_| ())
    }

    /// The handles that this process has open in the folder.
    fn handles(&self) -> usize {
        let folder = self.folder.path().canonicalize().unwrap();
        let open = fs::read_dir("/proc/self/fd").unwrap();
        open.filter_map(|entry| fs::read_link(entry.unwrap().path()).ok())
            .filter(|target| target.starts_with(&folder))
            .count()
    }
}

#[test]
fn nothing_of_a_file_is_open_when_its_store_has_let_go() {
    let (own, store) = Own::new();
    let guard = Guard::lock(&own.path).unwrap();
    own.ask("SELECT count(*) AS n FROM cases").unwrap();
    drop(store);
    assert!(own.handles() > 0);
    drop(release(own.file, Duration::ZERO));
    drop(guard);
    assert_eq!(own.handles(), 0);
    assert!(!is_guarded(own.file));
    // A source that was asked before the store opened the file has a descriptor of its own, which must be closed too.
    own.ask("SELECT count(*) AS n FROM cases").unwrap();
    let guard = Guard::lock(&own.path).unwrap();
    own.ask("SELECT count(*) AS n FROM cases").unwrap();
    drop(guard);
    assert!(is_guarded(own.file));
    drop(release(own.file, Duration::ZERO));
    assert_eq!((own.handles(), is_guarded(own.file)), (0, false));
}

#[test]
fn a_source_on_a_file_of_a_store_has_a_share_in_its_guard() {
    let (own, _store) = Own::new();
    let guard = Guard::lock(&own.path).unwrap();
    own.ask("SELECT count(*) AS n FROM cases").unwrap();
    drop(guard);
    assert!(is_guarded(own.file));
    drop(release(own.file, Duration::ZERO));
    assert!(!is_guarded(own.file));
}

#[test]
fn a_question_under_way_is_waited_for_and_then_stopped() {
    let (own, store) = Own::new();
    let _guard = Guard::lock(&own.path).unwrap();
    thread::scope(|scope| {
        let asked = scope.spawn(|| own.ask(ENDLESS));
        while !lock().iter().any(|kept| kept.file == own.file && kept.lent.is_some()) {
            thread::yield_now();
        }
        drop(store);
        drop(release(own.file, Duration::from_millis(50)));
        let fault = asked.join().unwrap().unwrap_err();
        assert_eq!(fault.code, "source_busy");
        assert!(fault.to_string().contains("being closed"), "{fault}");
    });
}

#[test]
fn another_process_than_the_first_is_told_so_and_touches_nothing() {
    const ALONE: &str = "CASEKIT_TEST_ALONE";
    if std::env::var_os(ALONE).is_none() {
        let name = thread::current().name().unwrap().to_owned();
        let mut again = process::Command::new(std::env::current_exe().unwrap());
        let said = again.args(["--exact", &name]).env(ALONE, "1").output().unwrap().stdout;
        assert!(String::from_utf8_lossy(&said).contains("1 passed"), "{said:?}");
        return;
    }
    let (own, store) = Own::new();
    own.ask("SELECT 1 AS n").unwrap();
    drop(store);
    let before = own.handles();
    assert!(before > 0);
    PROCESS.store(process::id() + 1, Ordering::Release);
    assert_eq!(own.ask("SELECT 1 AS n").unwrap_err().code, "forked");
    drop(release(own.file, Duration::ZERO));
    assert_eq!(own.handles(), before);
}

/// The connection that is lent to a question of this file.
fn used_for(own: &Own) -> Arc<Shared> {
    let kept = lock();
    kept.iter().find(|kept| kept.file == own.file).and_then(|kept| kept.connection.clone()).unwrap()
}

/// One operation of SQLite that takes seconds.
const LONG: &str = "SELECT instr(printf('%.*c', 700000, 'a'), printf('%.*c', 350000, 'a') || 'b') AS i";

#[test]
fn a_store_lets_go_of_a_file_though_a_question_of_it_cannot_be_interrupted() {
    let (own, store) = Own::new();
    let guard = Guard::lock(&own.path).unwrap();
    thread::scope(|scope| {
        // Given up by the one who asked, or by the one who lets go: whoever is first.
        let asked = scope.spawn(|| own.ask(LONG).map_err(|fault| fault.code));
        while !lock().iter().any(|kept| kept.file == own.file && kept.lent.is_some()) {
            thread::yield_now();
        }
        let used = used_for(&own);
        drop(store);
        // With time to come to the operation that cannot be interrupted: before it, the question can be.
        drop(release(own.file, Duration::from_millis(300)));
        assert!(!lock().iter().any(|kept| kept.file == own.file));
        assert!(used.opened.try_lock().is_err(), "it still cannot be interrupted");
        drop(guard);
        drop(asked);
    });
}

#[test]
fn nobody_waits_for_a_question_that_was_given_up_and_its_connection_is_never_closed() {
    let (own, store) = Own::new();
    let guard = Guard::lock(&own.path).unwrap();
    let timeout = Duration::from_millis(1);
    assert_eq!(own.ask_within(timeout, LONG).unwrap_err().code, "source_timeout");
    let used = used_for(&own);
    drop(store);
    drop(release(own.file, Duration::from_secs(60)));
    let owners = Arc::strong_count(&used);
    assert!(used.opened.try_lock().is_err(), "it is let go of while the question goes on");
    assert_eq!(
        owners, 3,
        "this test, the question, and one that never ends: closing could drop somebody's locks"
    );
    drop(guard);
}
