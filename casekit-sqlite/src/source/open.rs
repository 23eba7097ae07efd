//! A file of somebody else's, opened so that nothing in it can do harm.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::time::Instant;

use casekit_core::release::Fault;
use rusqlite::config::DbConfig;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};

use super::SqliteSource;

impl SqliteSource {
    /// A connection that only reads, sees one state of the file, and stops at `deadline`.
    pub(super) fn open(&self, deadline: Instant) -> Result<Connection, Fault> {
        let path = std::fs::canonicalize(&self.path).map_err(|error| self.io_fault(&error))?;
        // Opening a pipe would wait for who writes it, and SQLite takes an empty file for an empty database.
        let is_sqlite = path.is_file() && starts_as_sqlite(&path).map_err(|error| self.io_fault(&error))?;
        if !is_sqlite {
            return Err(self.not_sqlite());
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
            | OpenFlags::SQLITE_OPEN_NO_MUTEX
            | OpenFlags::SQLITE_OPEN_PRIVATE_CACHE
            | OpenFlags::SQLITE_OPEN_NOFOLLOW
            | OpenFlags::SQLITE_OPEN_EXRESCODE;
        let connection = Connection::open_with_flags(&path, flags).and_then(|c| self.harden(c, deadline));
        let mut connection = connection.map_err(|error| self.open_fault(&error))?;
        if !names_are_utf8(&connection).map_err(|error| self.open_fault(&error))? {
            return Err(self.not_sqlite());
        }
        connection.authorizer(Some(only_reading)).map_err(|error| self.open_fault(&error))?;
        Ok(connection)
    }

    fn harden(&self, mut connection: Connection, deadline: Instant) -> rusqlite::Result<Connection> {
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
        connection.busy_timeout(self.limits.timeout)?;
        connection.progress_handler(OPERATIONS, Some(move || Instant::now() >= deadline))?;
        // Sorting happens in memory: no temporary file ever holds a customer's data.
        let pragmas =
            "PRAGMA cell_size_check = 1; PRAGMA mmap_size = 0; PRAGMA temp_store = 2; PRAGMA query_only = 1";
        connection.execute_batch(pragmas)?;
        connection.execute_batch("BEGIN")?;
        Ok(connection)
    }
}

/// Operations of SQLite's machine between two looks at the clock: some tens of microseconds.
const OPERATIONS: i32 = 1_000;

fn starts_as_sqlite(path: &std::path::Path) -> io::Result<bool> {
    let mut head = [0; 16];
    match File::open(path)?.read_exact(&mut head) {
        Ok(()) => Ok(head == *b"SQLite format 3\0"),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
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
