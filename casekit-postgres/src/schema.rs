//! The organisation's schema: looked at before it is used, created where it is missing, and brought to this version.
//!
//! Several hosts may begin at once. No lock is there before the first table is; whoever comes second is refused a name that
//! the first one just took, and looks again.

use casekit_core::store::{StoreError, StoreErrorKind};
use casekit_core::text::RULES;

use crate::connection::Connection;
use crate::error::{Result, code, unreadable};
use crate::options::Creation;
use crate::value::{flag, signed};

const TABLES: &str = include_str!("../migrations/0001_cases.sql");

/// The version of the schema that this library reads and writes.
const VERSION: i64 = 1;

/// The oldest server that has everything the statements use.
const OLDEST_SERVER: i64 = 140_000;

/// What is in the place of a schema.
enum Found {
    /// No schema of the name.
    Nothing,
    /// A schema without any table.
    Empty,
    /// casekit's tables, of this version.
    Version(i64),
    Foreign,
}

/// Makes the schema of a name usable, or says why it is not.
///
/// # Errors
/// `Missing`, `NotCasekit`, `TooNew`, `Unsupported` or `Denied`, and faults of the server.
pub(crate) fn prepare(connection: &Connection, name: &str, creation: Creation) -> Result<()> {
    /// Each host that was faster can cost one round.
    const ROUNDS: u32 = 5;
    const SERVER: &str =
        "SELECT current_setting('server_version_num')::int, current_setting('server_encoding') = 'UTF8'";
    let server = connection.row(SERVER, [])?;
    if signed(&server, 0)? < OLDEST_SERVER {
        let message = "the server is older than PostgreSQL 14; use a newer one";
        return Err(StoreError::new(StoreErrorKind::Unsupported, message));
    }
    if !flag(&server, 1)? {
        let message = "the database does not keep texts as UTF-8; create one with `ENCODING 'UTF8'`";
        return Err(StoreError::new(StoreErrorKind::Unsupported, message));
    }
    let mut round = 0;
    loop {
        round += 1;
        let is_there = match look(connection, name)? {
            Found::Version(VERSION) => return Ok(()),
            Found::Version(newer) if newer > VERSION => {
                let message = "a newer version of casekit wrote the store; update casekit";
                return Err(StoreError::new(StoreErrorKind::TooNew, message));
            }
            Found::Version(_) => return Err(unreadable()),
            Found::Foreign => {
                let message = "the schema has tables that are not casekit's; name another schema";
                return Err(StoreError::new(StoreErrorKind::NotCasekit, message));
            }
            Found::Nothing | Found::Empty if creation == Creation::Never => {
                let message =
                    "there is no casekit store in the schema; name another one, or let it be created";
                return Err(StoreError::new(StoreErrorKind::Missing, message));
            }
            Found::Nothing => false,
            Found::Empty => true,
        };
        match create(connection, is_there) {
            Err(error) if is_taken(&error) && round < ROUNDS => {}
            created => return created,
        }
    }
}

fn look(connection: &Connection, name: &str) -> Result<Found> {
    const SQL: &str = "SELECT n.oid IS NOT NULL,
            coalesce(bool_or(c.relname = 'file'), false) AND coalesce(bool_or(c.relname = 'streams'), false),
            count(c.oid) > 0
        FROM (SELECT $1::text AS name) asked LEFT JOIN pg_namespace n ON n.nspname = asked.name::name
        LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f') GROUP BY n.oid";
    let row = connection.row(SQL, [name.into()])?;
    match (flag(&row, 0)?, flag(&row, 1)?, flag(&row, 2)?) {
        (false, ..) => Ok(Found::Nothing),
        (true, _, false) => Ok(Found::Empty),
        (true, false, true) => Ok(Found::Foreign),
        (true, true, true) => {
            let file = connection.optional_row("SELECT version FROM org.file WHERE id = 1", [])?;
            Ok(Found::Version(signed(&file.ok_or_else(unreadable)?, 0)?))
        }
    }
}

/// Creates everything in one transaction.
fn create(connection: &Connection, is_there: bool) -> Result<()> {
    let file = format!(
        "INSERT INTO org.file (id, version, position, number, generation, text_rules) VALUES (1, {VERSION}, 0, 0, 0, {RULES})"
    );
    let schema = if is_there { String::new() } else { format!("CREATE SCHEMA {};", connection.schema()) };
    let tables = connection.named(&format!("{TABLES}; {file}"));
    let done = connection.batch(format!("BEGIN; {schema} {tables}; COMMIT"));
    if done.is_err() {
        connection.batch("ROLLBACK".to_owned()).ok();
    }
    done
}

/// Whether another host created the same thing first.
fn is_taken(error: &StoreError) -> bool {
    // A name of a relation or a schema, or the key of the catalogue that both wrote.
    code(error).is_some_and(|state| ["42P06", "42P07", "23505", "42710"].contains(&state.code()))
}
