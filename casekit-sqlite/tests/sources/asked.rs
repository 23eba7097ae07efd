//! Other SQLite files as sources of data.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use casekit_core::model::{
    ColumnKind, DataColumn, DataTable, DataValue, FailureClass, Responsible, SourceQuery,
};
use casekit_core::release::{DataSource, Fault, SourceQuestion};
use casekit_sqlite::{SourceLimits, SqliteSource};
use rusqlite::Connection;

/// A file of a customer relations system. One at a time: sources keep 16 files of a process open while they are there.
struct Crm {
    folder: tempfile::TempDir,
    _alone: MutexGuard<'static, ()>,
}

impl Crm {
    fn new() -> Self {
        Self::with(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, ref TEXT, name TEXT, vip BOOLEAN, balance REAL, picture BLOB);
             INSERT INTO customers VALUES (1, 'A-7', 'Łukasz Żółć', 1, 12.5, x'00FF'), (2, 'A-8', 'SECRET', 0, -1, NULL),
                                          (3, '', 'nobody', 0, 0, NULL);
             CREATE TABLE orders (customer INTEGER, item TEXT, amount);
             INSERT INTO orders VALUES (1, 'lamp', 2), (1, 'desk', 2.5), (2, 'bed', 1);
             CREATE VIEW names AS SELECT ref, name FROM customers;",
        )
    }

    fn with(sql: &str) -> Self {
        static ALONE: Mutex<()> = Mutex::new(());
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let crm = Self { folder: tempfile::tempdir().unwrap(), _alone: alone };
        Connection::open(crm.path()).unwrap().execute_batch(sql).unwrap();
        crm
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("crm.db")
    }

    fn source(&self, sql: &str) -> SqliteSource {
        SqliteSource::new("crm", self.path(), vec![query("found", sql)])
    }

    fn rows(&self, sql: &str) -> Vec<Vec<DataValue>> {
        let source = self.source(sql);
        source.check().unwrap();
        let mut tables = source.collect(&about("A-7")).unwrap();
        assert_eq!(tables.len(), 1);
        tables.remove(0).rows
    }

    fn fault(&self, sql: &str) -> Fault {
        let fault = self.source(sql).collect(&about("A-7")).unwrap_err();
        assert_eq!(fault.setting.as_deref(), Some("sources.crm"));
        assert_eq!(fault.responsible, Responsible::ItAdministrator);
        for hidden in ["SECRET", self.folder.path().to_str().unwrap()] {
            assert!(!format!("{fault:?}").contains(hidden), "{fault:?}");
        }
        fault
    }
}

fn query(table: &str, sql: &str) -> SourceQuery {
    SourceQuery { table: table.into(), sql: sql.into() }
}

fn about(reference: &str) -> SourceQuestion {
    SourceQuestion::new("C-000123", reference, "Ada")
}

fn text(text: &str) -> DataValue {
    DataValue::Text(text.into())
}

#[test]
fn each_query_gives_a_table_with_typed_columns() {
    let crm = Crm::new();
    let mut source =
        crm.source("SELECT name, vip, balance, picture FROM customers WHERE ref = :customer_ref");
    source.queries.push(query(
        "orders",
        "SELECT item, amount FROM orders JOIN customers ON id = customer WHERE ref = :customer_ref ORDER BY item",
    ));
    source.check().unwrap();
    let column = |name: &str, kind| DataColumn { name: name.into(), kind };
    let expected = vec![
        DataTable {
            name: "found".into(),
            columns: vec![
                column("name", ColumnKind::Text),
                column("vip", ColumnKind::Boolean),
                column("balance", ColumnKind::Real),
                column("picture", ColumnKind::Bytes),
            ],
            rows: vec![vec![
                text("Łukasz Żółć"),
                DataValue::Boolean(true),
                DataValue::Real(12.5),
                text("00ff"),
            ]],
        },
        DataTable {
            name: "orders".into(),
            columns: vec![column("item", ColumnKind::Text), column("amount", ColumnKind::Real)],
            rows: vec![vec![text("desk"), DataValue::Real(2.5)], vec![text("lamp"), DataValue::Real(2.0)]],
        },
    ];
    assert_eq!(source.collect(&about("A-7")), Ok(expected));
}

#[test]
fn a_column_has_one_kind_whatever_stands_in_it() {
    let crm = Crm::with("CREATE TABLE t (flag BOOLEAN, n INTEGER)");
    let kind = |sql: &str| {
        let table = crm.source(sql).collect(&about("A-7")).unwrap().remove(0);
        (table.columns[0].kind, table.rows.concat())
    };
    assert_eq!(kind("SELECT flag FROM t"), (ColumnKind::Boolean, vec![]));
    assert_eq!(kind("SELECT n FROM t"), (ColumnKind::Integer, vec![]));
    assert_eq!(
        kind("VALUES (1), (2.5), (NULL)"),
        (ColumnKind::Real, vec![DataValue::Real(1.0), DataValue::Real(2.5), DataValue::Null])
    );
    assert_eq!(kind("VALUES (1), ('x')"), (ColumnKind::Text, vec![text("1"), text("x")]));
    assert_eq!(
        kind("VALUES (9007199254740993), (0.5)"),
        (ColumnKind::Text, vec![text("9007199254740993"), text("0.5")])
    );
    let (bytes, nothing) = (text("00ff"), DataValue::Null);
    assert_eq!(kind("VALUES (x'00FF'), (NULL)"), (ColumnKind::Bytes, vec![bytes.clone(), nothing]));
    assert_eq!(kind("VALUES (x'00FF'), ('x'), (1)"), (ColumnKind::Text, vec![bytes, text("x"), text("1")]));
    assert_eq!(kind("SELECT 9e999"), (ColumnKind::Text, vec![text("inf")]));
    assert_eq!(kind("SELECT 9223372036854775807"), (ColumnKind::Integer, vec![DataValue::Integer(i64::MAX)]));
}

#[test]
fn an_unknown_customer_has_tables_without_rows() {
    let crm = Crm::new();
    let source = crm.source("SELECT name FROM customers WHERE ref = :customer_ref");
    for reference in ["A-9", "", "  ", "' OR 1=1 --", "a-7"] {
        let tables = source.collect(&about(reference)).unwrap();
        assert_eq!((tables.len(), tables[0].rows.len()), (1, 0), "{reference:?}");
    }
}

#[test]
fn the_parameters_are_what_the_case_knows() {
    let crm = Crm::new();
    let sql = "SELECT :customer_ref AS a, :requester AS b, :case_number AS c";
    assert_eq!(crm.rows(sql), vec![vec![text("A-7"), text("Ada"), text("C-000123")]]);
}

#[test]
fn views_and_full_text_indexes_can_be_read() {
    let crm = Crm::with(
        "CREATE TABLE t (ref TEXT, a TEXT); INSERT INTO t VALUES ('A-7', 'x');
         CREATE VIEW v AS SELECT a, ref FROM t;
         CREATE VIRTUAL TABLE f USING fts5(ref, words); INSERT INTO f VALUES ('A-7', 'red lamp');",
    );
    assert_eq!(crm.rows("SELECT a FROM v WHERE ref = :customer_ref"), vec![vec![text("x")]]);
    assert_eq!(crm.rows("SELECT words FROM f WHERE f MATCH 'lamp'"), vec![vec![text("red lamp")]]);
}

#[test]
fn only_one_reading_statement_is_taken() {
    let crm = Crm::new();
    let bytes = std::fs::read(crm.path()).unwrap();
    let other = crm.folder.path().join("other.db");
    let attach = format!("ATTACH '{}' AS other", other.display());
    for sql in [
        "",
        "-- nothing",
        "DELETE FROM customers",
        "INSERT INTO orders VALUES (1, 'x', 1) RETURNING item",
        "UPDATE customers SET name = 'x' RETURNING name",
        "DROP TABLE customers",
        "CREATE TABLE x (a)",
        "CREATE TEMP TABLE x AS SELECT 1",
        "PRAGMA writable_schema = 1",
        "PRAGMA table_info(customers)",
        "PRAGMA journal_mode = WAL",
        "VACUUM",
        "BEGIN",
        "COMMIT",
        "SAVEPOINT s",
        "EXPLAIN SELECT 1",
        "SELECT load_extension('/tmp/x')",
        "SELECT 1; SELECT 2",
        "SELECT 1; DELETE FROM customers",
        &attach,
    ] {
        let source = crm.source(sql);
        let fault = source.check().expect_err(sql);
        assert_eq!((fault.code.as_str(), fault.class), ("source_query_invalid", FailureClass::Configuration));
        assert_eq!(crm.fault(sql), fault, "{sql}");
    }
    assert!(!other.exists());
    assert_eq!(std::fs::read(crm.path()).unwrap(), bytes);
}

#[test]
fn what_a_query_names_wrongly_is_said() {
    let crm = Crm::new();
    let cases = [
        ("SELECT name FROM clients", "a table `clients`"),
        ("SELECT nam FROM customers", "a column `nam`"),
        ("SELECT nosuch(name) FROM customers", "a function `nosuch`"),
        ("SELECT \"SECRET value\" FROM customers", "names a column that does not exist"),
        ("SELEC name", "no SQL"),
        ("SELECT name, name FROM customers", "gives the column `name` twice"),
        ("SELECT name FROM customers WHERE ref = ?1", "unknown parameter"),
        ("SELECT name FROM customers WHERE ref = :reference", "unknown parameter"),
        ("SELECT name AS \"\" FROM customers", "a column without a name"),
    ];
    for (sql, part) in cases {
        let fault = crm.fault(sql);
        assert_eq!((fault.code.as_str(), fault.class), ("source_query_invalid", FailureClass::Configuration));
        assert!(
            fault.to_string().contains(part) && fault.to_string().contains("table `found`"),
            "{sql}: {fault}"
        );
        assert_eq!(crm.source(sql).check(), Err(fault));
    }
}

#[test]
fn a_missing_file_is_not_created() {
    let crm = Crm::new();
    let path = crm.folder.path().join("none.db");
    let source = SqliteSource::new("crm", &path, vec![query("t", "SELECT 1")]);
    assert_eq!(source.check().unwrap_err().code, "source_missing");
    assert_eq!(source.collect(&about("A-7")).unwrap_err().code, "source_missing");
    assert!(!path.exists());
}

#[test]
fn what_is_no_sqlite_file_is_refused() {
    let crm = Crm::new();
    let whole = std::fs::read(crm.path()).unwrap();
    let mut garbled = whole.clone();
    garbled[100..4000].fill(0x5A);
    for bytes in [&b""[..], b"short", &[b'x'; 5000], &whole[..2000], &garbled] {
        std::fs::write(crm.path(), bytes).unwrap();
        let fault = crm.fault("SELECT name FROM customers");
        assert_eq!(fault.code, "source_unreadable", "{} bytes", bytes.len());
    }
    let folder = SqliteSource::new("crm", crm.folder.path(), vec![]);
    assert_eq!(folder.check().unwrap_err().code, "source_unreadable");
}

#[test]
fn names_that_are_not_utf8_are_refused() {
    let crm = Crm::new();
    let bytes = std::fs::read(crm.path()).unwrap();
    let at = bytes.windows(7).position(|window| window == b"balance").unwrap();
    let mut broken = bytes;
    broken[at] = 0xFF;
    std::fs::write(crm.path(), broken).unwrap();
    assert_eq!(crm.fault("SELECT * FROM customers").code, "source_unreadable");
}

#[test]
fn text_that_is_not_utf8_is_refused_and_can_be_selected_otherwise() {
    let crm = Crm::with("CREATE TABLE t (a TEXT); INSERT INTO t VALUES (CAST(x'FF41' AS TEXT))");
    let fault = crm.fault("SELECT a FROM t");
    assert_eq!((fault.code.as_str(), fault.class), ("source_malformed", FailureClass::Data));
    assert_eq!(crm.rows("SELECT hex(a) AS a FROM t"), vec![vec![text("FF41")]]);
}

const ENDLESS: &str =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) AS i FROM n";

#[test]
fn an_endless_query_is_stopped() {
    let crm = Crm::new();
    let mut source = crm.source(ENDLESS);
    source.limits.timeout = Duration::from_millis(100);
    source.check().unwrap();
    let fault = source.collect(&about("A-7")).unwrap_err();
    assert_eq!((fault.code.as_str(), fault.class), ("source_timeout", FailureClass::Transient));
    assert!(fault.to_string().contains("`0.1` seconds"), "{fault}");
}

#[test]
fn a_file_that_is_being_written_is_busy() {
    let crm = Crm::new();
    let writer = Connection::open(crm.path()).unwrap();
    writer.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE").unwrap();
    let mut source = crm.source("SELECT 1 AS a FROM customers");
    source.limits.timeout = Duration::from_millis(50);
    let fault = source.collect(&about("A-7")).unwrap_err();
    assert_eq!((fault.code.as_str(), fault.class), ("source_busy", FailureClass::Transient));
    drop(writer);
    assert!(source.collect(&about("A-7")).is_ok());
}

#[test]
fn too_much_is_refused() {
    let crm = Crm::new();
    let with = |sql: &str, cells, bytes| {
        let limits = SourceLimits { cells, bytes, ..SourceLimits::default() };
        SqliteSource { limits, ..crm.source(sql) }.collect(&about("A-7"))
    };
    let names = "SELECT name, ref FROM customers";
    assert!(with(names, 6, 1_000).is_ok());
    let fault = with(names, 5, 1_000).unwrap_err();
    assert_eq!((fault.code.as_str(), fault.class), ("source_too_large", FailureClass::Data));
    assert!(fault.to_string().contains("`5` cells"), "{fault}");
    assert!(with(names, 6, 10).unwrap_err().to_string().contains("`10` bytes"));
    let blob = "SELECT zeroblob(1000000000) AS b";
    assert!(with(blob, 6, 2_000_000).unwrap_err().to_string().contains("`1048576` bytes"));
    let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n";
    assert!(with(endless, 1_000, 1_000_000).unwrap_err().to_string().contains("`1000` cells"));
}

#[test]
fn a_value_has_at_most_a_mebibyte_unless_that_is_set() {
    let crm = Crm::new();
    let of = |bytes: u64, limits| {
        let sql = format!("SELECT CAST(zeroblob({bytes}) AS TEXT) AS b FROM customers LIMIT 1");
        SqliteSource { limits, ..crm.source(&sql) }.collect(&about("A-7"))
    };
    assert!(of(1 << 20, SourceLimits::default()).is_ok());
    let fault = of((1 << 20) + 1, SourceLimits::default()).unwrap_err();
    assert_eq!((fault.code.as_str(), fault.class), ("source_too_large", FailureClass::Data));
    assert!(fault.to_string().contains("table `found`"), "{fault}");
    assert!(fault.to_string().contains("`1048576` bytes"), "{fault}");
    assert!(of(2 << 20, SourceLimits { value_bytes: 2 << 20, ..SourceLimits::default() }).is_ok());
}

/// What the process had in memory at most since this was last asked.
#[cfg(target_os = "linux")]
fn most_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    let kib: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    kib * 1024
}

#[cfg(target_os = "linux")]
#[test]
fn a_query_that_sorts_keeps_no_more_rows_than_fit() {
    let crm = Crm::new();
    let sort = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 200000)
        SELECT printf('%01000d', i) AS v FROM n ORDER BY v DESC";
    let limits = SourceLimits { cells: 100, ..SourceLimits::default() };
    most_memory();
    let before = most_memory();
    let fault = SqliteSource { limits, ..crm.source(sort) }.collect(&about("A-7")).unwrap_err();
    let more = most_memory().saturating_sub(before);
    assert!(fault.to_string().contains("`100` cells"), "{fault}");
    assert!(more < 50 << 20, "{more} bytes");
    // In its order, and the last of it.
    let sort = format!("SELECT v FROM ({} LIMIT 3) ORDER BY v", sort);
    let expected: Vec<_> = (199_998..=200_000).map(|n| vec![text(&format!("{n:01000}"))]).collect();
    assert_eq!(crm.rows(&sort), expected);
}

#[test]
fn a_query_is_run_as_it_is_written_whatever_it_ends_with() {
    let crm = Crm::new();
    for end in
        ["", ";", " ; \n", " -- a comment", " -- a comment;", "; -- a comment", " /* a comment", " /* a */;"]
    {
        let sql = format!("SELECT item FROM orders ORDER BY item DESC{end}");
        assert_eq!(crm.rows(&sql), ["lamp", "desk", "bed"].map(|item| vec![text(item)]), "{sql}");
    }
}

#[test]
fn an_operation_that_cannot_be_interrupted_is_given_up() {
    let crm = Crm::new();
    let mut source = crm.source(
        "SELECT instr(printf('%.*c', 700000, 'a'), printf('%.*c', 350000, 'a') || 'b') AS i FROM customers",
    );
    source.limits.timeout = Duration::from_millis(100);
    let fault = source.collect(&about("A-7")).unwrap_err();
    assert_eq!((fault.code.as_str(), fault.class), ("source_timeout", FailureClass::Transient));
    assert!(fault.to_string().contains("cannot be interrupted"), "{fault}");
    // It still goes on, so the file answers nobody else, who is told so.
    let fault = source.collect(&about("A-7")).unwrap_err();
    assert_eq!(fault.code, "source_busy");
}

#[test]
fn a_column_that_is_given_twice_or_has_no_name_is_named() {
    let crm = Crm::new();
    let said = |sql: &str| crm.fault(sql).to_string();
    let twice = said("SELECT name, ref AS name FROM customers");
    assert!(twice.contains("gives the column `name` twice"), "{twice}");
    let unnamed = said("SELECT name, ref AS \"\" FROM customers");
    assert!(unnamed.contains("a column without a name"), "{unnamed}");
    let hidden = said("SELECT 'SECRET', 'SECRET' FROM customers");
    assert!(hidden.contains("gives a column twice"), "{hidden}");
}

#[test]
fn a_file_with_a_write_ahead_log_is_read_as_it_stands() {
    let crm = Crm::new();
    let writer = Connection::open(crm.path()).unwrap();
    writer.execute_batch("PRAGMA journal_mode = WAL; INSERT INTO orders VALUES (1, 'rug', 1)").unwrap();
    let sql = "SELECT item FROM orders WHERE item = 'rug'";
    assert_eq!(crm.rows(sql), vec![vec![text("rug")]]);
}

#[cfg(unix)]
#[test]
fn a_pipe_is_not_waited_for() {
    let crm = Crm::new();
    let pipe = crm.folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let source = SqliteSource::new("crm", pipe, vec![]);
    assert_eq!(source.check().unwrap_err().code, "source_unreadable");
}
