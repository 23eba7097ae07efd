//! Another application's SQLite file, as a source of data about a customer.

mod aside;
mod fault;
mod keep;
mod log;
mod open;
mod refused;
mod typed;

use std::path::PathBuf;
use std::time::Duration;

pub(crate) use keep::release;

use casekit_core::language::Message;
use casekit_core::model::{DataTable, SourceQuery, limits};
use casekit_core::release::{DataSource, Fault, SourceQuestion};
use rusqlite::{Connection, Statement};

use typed::Columns;

/// Named queries against another SQLite file, which is only read. Each query gives one table.
///
/// A query is one `SELECT`. It can use `:customer_ref`, `:requester` and `:case_number`; one that is not known is
/// `NULL`, which equals nothing. All queries of one question see the same state of the file. The type of a column
/// follows from its declaration and its values; a `BLOB` becomes hexadecimal digits, and a column of them is of the kind `bytes`.
///
/// The file is opened in defensive mode with an untrusted schema, and an SQLite authorizer allows nothing but reading.
///
/// It stays open as long as it exists, for up to 16 files in a process: closing it would drop the locks that the
/// process holds on it (POSIX). For that time a file in WAL mode keeps its `-wal` and `-shm` beside it. A file that the
/// process has open through another copy of SQLite (Python's, a JDBC driver's, the phone's) needs a source of the
/// host's own: the two copies do not see each other's locks. In a forked child, every source that was asked before the
/// fork answers `forked`.
///
/// ```
/// use casekit_core::model::SourceQuery;
/// use casekit_core::release::{DataSource, SourceQuestion};
/// use casekit_sqlite::SqliteSource;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("crm.db");
/// # let crm = rusqlite::Connection::open(&path)?;
/// # crm.execute_batch("CREATE TABLE orders (customer TEXT, item TEXT); INSERT INTO orders VALUES ('A-7', 'lamp')")?;
/// let orders = SourceQuery {
///     table: "orders".into(),
///     sql: "SELECT item FROM orders WHERE customer = :customer_ref".into(),
/// };
/// let source = SqliteSource::new("crm", path, vec![orders]);
/// source.check()?;
/// let tables = source.collect(&SourceQuestion::new("C-000123", "A-7", ""))?;
/// assert_eq!(tables[0].rows.len(), 1);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SqliteSource {
    /// The name of the source. Faults name the setting `sources.<name>`.
    pub name: String,
    /// The path of the file, which must exist when the source is asked.
    pub path: PathBuf,
    /// The queries, one for each table.
    pub queries: Vec<SourceQuery>,
    /// How much it may find, and how long that may take.
    pub limits: SourceLimits,
}

/// How much a source may find, and how long that may take.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SourceLimits {
    /// The time for all queries together, and for waiting until the file is free.
    pub timeout: Duration,
    /// The most cells in all tables together.
    pub cells: u64,
    /// The most bytes in all values together; numbers and `NULL` count 8 each.
    pub bytes: u64,
    /// The most bytes in one value, also within a query, and in a row that is sorted; at least 64 KiB.
    pub value_bytes: u64,
}

impl Default for SourceLimits {
    /// 30 seconds, as much as fits into a snapshot, and 1 MiB in a value.
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(30),
            cells: limits::SNAPSHOT_CELLS,
            bytes: limits::SNAPSHOT_BYTES,
            value_bytes: 1024 * 1024,
        }
    }
}

impl SqliteSource {
    /// A source with the default limits.
    #[must_use]
    pub fn new(name: impl Into<String>, path: impl Into<PathBuf>, queries: Vec<SourceQuery>) -> Self {
        Self { name: name.into(), path: path.into(), queries, limits: SourceLimits::default() }
    }

    /// Opens the file and prepares each query without running it.
    ///
    /// # Errors
    /// As [`collect`](DataSource::collect).
    ///
    /// # Cost
    /// Opens the file and prepares each query, without running any.
    ///
    /// It has 30 seconds, unless [`SourceLimits`] say otherwise: `source_timeout` beyond.
    pub fn check(&self) -> Result<(), Fault> {
        self.ask(|source, connection| {
            source.queries.iter().try_for_each(|query| source.prepare(connection, query).map(|_| ()))
        })
    }

    fn prepare<'c>(&self, connection: &'c Connection, query: &SourceQuery) -> Result<Statement<'c>, Fault> {
        let statement = connection.prepare(&query.sql).map_err(|error| self.query_fault(&error, query))?;
        if statement.column_count() == 0 || statement.is_explain() != 0 || !statement.readonly() {
            return Err(self.wrong(query, Message::new("query.no_select")));
        }
        let mut names: Vec<&str> = statement.column_names().map(str::trim).collect();
        names.sort_unstable();
        if names.contains(&"") {
            return Err(self.wrong(query, Message::new("query.unnamed_column")));
        }
        let twice = names.windows(2).find(|pair| pair.first() == pair.last()).and_then(|pair| pair.first());
        if let Some(twice) = twice {
            return Err(self.wrong(query, fault::duplicate(twice)));
        }
        let known = (1..=statement.parameter_count())
            .all(|index| statement.parameter_name(index).is_some_and(|name| PARAMETERS.contains(&name)));
        if !known {
            let hint = Message::new("query.unknown_parameter");
            return Err(self.wrong(query, hint));
        }
        Ok(statement)
    }

    /// Prepares a query so that it gives one row more than fits into so many cells, by which it is seen that there are more.
    /// With a limit SQLite sorts only as many rows as are asked for, and keeps no others in memory.
    fn cut<'c>(
        &self,
        connection: &'c Connection,
        query: &SourceQuery,
        cells: u64,
    ) -> Result<Statement<'c>, Fault> {
        let whole = self.prepare(connection, query)?;
        let rows = (cells / whole.column_count().max(1) as u64).saturating_add(1);
        let sql = query.sql.trim_end().trim_end_matches(|c: char| c == ';' || c.is_whitespace());
        let cut = |sql: String| connection.prepare(&sql).ok();
        // One that has a limit of its own can only stand in another one; with a comment that does not end, not even that.
        let limited = cut(format!("{sql}\nLIMIT {rows}"))
            .or_else(|| cut(format!("SELECT * FROM (\n{sql}\n) LIMIT {rows}")));
        Ok(limited.unwrap_or(whole))
    }

    fn run(
        &self,
        connection: &Connection,
        query: &SourceQuery,
        question: &SourceQuestion,
        left: &mut Left,
    ) -> Result<DataTable, Fault> {
        let mut statement = self.cut(connection, query, left.cells)?;
        let fault = |error: rusqlite::Error| self.query_fault(&error, query);
        let values = [&question.customer_reference, &question.requester, &question.case_number];
        for (name, value) in PARAMETERS.iter().zip(values) {
            if statement.parameter_index(name).map_err(fault)?.is_some() {
                let value = Some(value.trim()).filter(|value| !value.is_empty());
                statement.raw_bind_parameter(*name, value).map_err(fault)?;
            }
        }
        let mut columns = Columns::of(&statement);
        let mut rows = Vec::new();
        let mut found = statement.raw_query();
        while let Some(row) = found.next().map_err(fault)? {
            left.cells = left.cells.checked_sub(columns.len() as u64).ok_or_else(|| self.too_many_cells())?;
            let mut cells = Vec::with_capacity(columns.len());
            for index in 0..columns.len() {
                let value = row.get_ref(index).map_err(fault)?;
                left.bytes =
                    left.bytes.checked_sub(typed::size(value)).ok_or_else(|| self.too_many_bytes())?;
                let cell = columns.take(index, value);
                cells.push(cell.ok_or_else(|| self.not_utf8(query))?);
            }
            rows.push(cells);
        }
        Ok(columns.table(query.table.clone(), rows))
    }
}

impl DataSource for SqliteSource {
    /// A table for each query. Faults: `source_missing`, `source_unreadable`, `source_busy`, `source_query_invalid`,
    /// `source_timeout`, `source_too_large`, `source_malformed`, `source_too_many_files`, `source_log_replaced`,
    /// `forked`.
    ///
    /// # Cost
    /// Runs every query, and holds all that they find. The other file is read in one transaction, which lasts as
    /// long.
    ///
    /// It has 30 seconds, and finds up to 1,000,000 cells and 256 MiB, unless [`SourceLimits`] say otherwise:
    /// `source_timeout` or `source_too_large` beyond.
    fn collect(&self, question: &SourceQuestion) -> Result<Vec<DataTable>, Fault> {
        let mut left = Left { cells: self.limits.cells, bytes: self.limits.bytes };
        let question = question.clone();
        self.ask(move |source, connection| {
            source.queries.iter().map(|query| source.run(connection, query, &question, &mut left)).collect()
        })
    }
}

const PARAMETERS: [&str; 3] = [":customer_ref", ":requester", ":case_number"];

/// How much a question can still find before its limits are reached.
struct Left {
    cells: u64,
    bytes: u64,
}
