//! A file of somebody else's, asked so that nothing in it can do harm.

use std::fs;
use std::path::Path;
use std::time::Instant;

use casekit_core::release::Fault;
use rusqlite::Connection;
use rusqlite::config::DbConfig;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;

use super::keep::{self, Opened};
use super::log::Log;
use super::{SqliteSource, fault};

impl SqliteSource {
    /// Asks the file by a connection that only reads, sees one state of the file, and stops in time.
    pub(super) fn ask<T>(&self, answer: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T, Fault> {
        let deadline = Instant::now() + self.limits.timeout;
        let path = fs::canonicalize(&self.path).map_err(|error| self.io_fault(&error))?;
        let loan = keep::lend(&path, deadline).map_err(|refused| self.refused(&refused))?;
        let mut opened = loan.open();
        let answered = self
            .begin(&mut opened, &path, deadline)
            .and_then(|()| answer(&opened.connection))
            .map_err(|said| {
                // Nobody but a store that closes the file stops a question before its time is over.
                if fault::is_timeout(&said) && Instant::now() < deadline { self.closing() } else { said }
            });
        // What fails here fails again, and is heard, when the next question begins.
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
        // By now it has the log open, if there is one.
        let mode = connection.pragma_query_value(None, "journal_mode", |row| row.get::<_, String>(0));
        let is_wal = mode.map_err(|error| self.open_fault(&error))? == "wal";
        opened.log = is_wal.then(|| Log::beside(path));
        connection.authorizer(Some(only_reading)).map_err(|error| self.open_fault(&error))
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
        let longest = i32::try_from(self.limits.bytes).unwrap_or(i32::MAX);
        connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, longest.max(1024 * 1024))?;
        connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
        connection.busy_timeout(deadline.saturating_duration_since(Instant::now()))?;
        connection.progress_handler(OPERATIONS, Some(move || Instant::now() >= deadline))?;
        // Sorting happens in memory: no temporary file ever holds a customer's data.
        let pragmas =
            "PRAGMA cell_size_check = 1; PRAGMA mmap_size = 0; PRAGMA temp_store = 2; PRAGMA query_only = 1";
        connection.execute_batch(pragmas)?;
        connection.execute_batch("BEGIN")
    }
}

/// Operations of SQLite's machine between two looks at the clock: some tens of microseconds.
const OPERATIONS: i32 = 1_000;

/// Leaves nothing of a question in a connection: no hook, no moment, and nothing that was read.
///
/// A file that is overwritten in place can have the same counters as before, by which SQLite tells whether what it has
/// in memory still stands. And it is data about people.
fn rest(connection: &mut Connection) -> rusqlite::Result<()> {
    connection.authorizer(None::<fn(AuthContext<'_>) -> Authorization>)?;
    connection.progress_handler(0, None::<fn() -> bool>)?;
    if !connection.is_autocommit() {
        connection.execute_batch("ROLLBACK")?;
    }
    connection.execute_batch("PRAGMA writable_schema = RESET; PRAGMA shrink_memory")
}

// INVARIANT: names of columns are UTF-8 before a statement is prepared; rusqlite panics on others.
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
        // Full-text indexes ask for it while they are read.
        AuthAction::Pragma { pragma_name: "data_version", pragma_value: None } => Authorization::Allow,
        // The enum is rusqlite's; whatever else there is, is not reading.
        _ => Authorization::Deny,
    }
}
