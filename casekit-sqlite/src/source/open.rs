//! Asking a file of another application so that nothing in it can do harm.

use std::fs;
use std::path::Path;
use std::time::Instant;

use casekit_core::release::Fault;
use rusqlite::Connection;
use rusqlite::config::DbConfig;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;

use super::aside::{ASKING, Unanswered};
use super::keep::{self, Loan, Opened};
use super::log::Log;
use super::{SqliteSource, fault};

impl SqliteSource {
    /// Asks the file through a connection that only reads, sees one state of the file, and stops at the time limit. If
    /// SQLite does not stop then, it is given up on its thread.
    pub(super) fn ask<T: Send + 'static>(
        &self,
        answer: impl FnOnce(&Self, &Connection) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let deadline = keep::deadline(self.limits.timeout);
        let path = fs::canonicalize(&self.path).map_err(|error| self.io_fault(&error))?;
        let loan = keep::lend(&path, deadline).map_err(|refused| self.refused(&refused))?;
        let (number, source) = (loan.number(), self.clone());
        let asked = ASKING.aside(deadline, move || source.ask_now(&loan, &path, deadline, answer));
        asked.unwrap_or_else(|unanswered| {
            Err(match unanswered {
                Unanswered::NoThread => self.no_thread(),
                Unanswered::GivenUp => {
                    keep::give_up(number);
                    self.given_up()
                }
                Unanswered::Broken => self.unread(),
            })
        })
    }

    fn ask_now<T>(
        &self,
        loan: &Loan,
        path: &Path,
        deadline: Instant,
        answer: impl FnOnce(&Self, &Connection) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let mut opened = loan.open();
        let answered = self
            .begin(&mut opened, path, deadline)
            .and_then(|()| answer(self, &opened.connection))
            .map_err(|said| {
                // If a question is interrupted before its time is over, a store of this process is closing the file.
                if fault::is_timeout(&said) && Instant::now() < deadline { self.closing() } else { said }
            });
        // If this fails, it fails again when the next question begins, and is reported then.
        rest(&mut opened.connection).ok();
        answered
    }

    fn begin(&self, opened: &mut Opened, path: &Path, deadline: Instant) -> Result<(), Fault> {
        if opened.log.as_ref().is_some_and(|log| *log != Log::beside(path)) {
            return Err(self.log_replaced());
        }
        let connection = &mut opened.connection;
        rest(connection).and_then(|()| self.harden(connection, deadline)).map_err(|e| self.open_fault(&e))?;
        if !names_are_utf8(connection).map_err(|error| self.open_fault(&error))? {
            return Err(self.not_sqlite());
        }
        // Only after a read, by which SQLite has opened the log, if there is one.
        let mode = connection.pragma_query_value(None, "journal_mode", |row| row.get::<_, String>(0));
        let is_wal = mode.map_err(|error| self.open_fault(&error))? == "wal";
        opened.log = is_wal.then(|| Log::beside(path));
        connection.authorizer(Some(only_reading)).map_err(|error| self.open_fault(&error))
    }

    /// The most bytes of a value. SQLite counts each row of its schema as one.
    pub(super) fn longest_value(&self) -> u64 {
        const LEAST: u64 = 64 * 1024;
        self.limits.value_bytes.min(self.limits.bytes).max(LEAST)
    }

    fn harden(&self, connection: &mut Connection, deadline: Instant) -> rusqlite::Result<()> {
        let switches = [
            (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
            (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
            (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
            (DbConfig::SQLITE_DBCONFIG_DQS_DML, false),
            (DbConfig::SQLITE_DBCONFIG_DQS_DDL, false),
        ];
        for (switch, on) in switches {
            let _: bool = connection.set_db_config(switch, on)?;
        }
        let longest = i32::try_from(self.longest_value()).unwrap_or(i32::MAX);
        connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, longest)?;
        connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
        connection.busy_timeout(deadline.saturating_duration_since(Instant::now()))?;
        connection.progress_handler(OPERATIONS, Some(move || Instant::now() >= deadline))?;
        // Sorting happens in memory, so no temporary file ever contains a customer's data.
        let pragmas =
            "PRAGMA cell_size_check = 1; PRAGMA mmap_size = 0; PRAGMA temp_store = 2; PRAGMA query_only = 1";
        connection.execute_batch(pragmas)?;
        connection.execute_batch("BEGIN")
    }
}

/// Operations of SQLite's virtual machine between two looks at the clock: some tens of microseconds.
const OPERATIONS: i32 = 1_000;

/// Removes everything of a question from a connection: its hooks, its transaction and its cached pages.
///
/// SQLite tells by counters in the file whether its cached pages are still valid, and a file that was overwritten in
/// place can have the same counters as before. Besides, the pages contain data about people.
fn rest(connection: &mut Connection) -> rusqlite::Result<()> {
    connection.authorizer(None::<fn(AuthContext<'_>) -> Authorization>)?;
    connection.progress_handler(0, None::<fn() -> bool>)?;
    if !connection.is_autocommit() {
        connection.execute_batch("ROLLBACK")?;
    }
    connection.execute_batch("PRAGMA writable_schema = RESET; PRAGMA shrink_memory")
}

// INVARIANT: this is checked before a query is prepared, since rusqlite panics on names of columns that are not UTF-8.
fn names_are_utf8(connection: &Connection) -> rusqlite::Result<bool> {
    let mut statement = connection.prepare("SELECT name, sql FROM sqlite_schema")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        for index in 0..2 {
            if let rusqlite::types::ValueRef::Text(text) = row.get_ref(index)?
                && std::str::from_utf8(text).is_err()
            {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

fn only_reading(asked: AuthContext<'_>) -> Authorization {
    match asked.action {
        AuthAction::Select | AuthAction::Read { .. } | AuthAction::Recursive => Authorization::Allow,
        AuthAction::Function { function_name } if !function_name.eq_ignore_ascii_case("load_extension") => {
            Authorization::Allow
        }
        // FTS5 asks for it when a full-text index is read.
        AuthAction::Pragma { pragma_name: "data_version", pragma_value: None } => Authorization::Allow,
        // The enum is rusqlite's, and everything else in it is not reading.
        _ => Authorization::Deny,
    }
}
