//! Whether a file has the schema of its version, and nothing else.

use casekit_core::store::{StoreError, StoreErrorKind as Kind};
use casekit_core::text;
use rusqlite::Connection;

use super::{APPLICATION_ID, Object, expected, newest, objects};
use crate::error::{Result, fault};

/// Checks the application id, the version, and that the schema is exactly what that version creates. Returns the
/// version.
pub(crate) fn verify(connection: &Connection) -> Result<i32> {
    let header = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0)).map_err(fault);
    if header("application_id")? != APPLICATION_ID {
        let message = "the file belongs to another application; choose another path";
        return Err(StoreError::new(Kind::NotCasekit, message));
    }
    let version = header("user_version")?;
    if version > newest() {
        let message = format!(
            "the file has version {version}, and this library knows versions up to {}; update the application",
            newest()
        );
        return Err(StoreError::new(Kind::TooNew, message));
    }
    let altered =
        "the file's tables are not those of its version: it was damaged or altered; restore a backup";
    let altered = || StoreError::new(Kind::Corrupt, altered);
    if version < 1 {
        return Err(altered());
    }
    let (found, expected) = (objects(connection)?, expected(version)?);
    if expected.iter().any(|object| !found.contains(object)) {
        return Err(altered());
    }
    match found.iter().find(|object| !expected.contains(object)) {
        Some(object) => Err(foreign(object)),
        None => known_rules(connection).map(|()| version),
    }
}

/// Refuses a file whose terms were made by newer text rules: this library would make other terms of a search, and miss
/// entries.
pub(crate) fn known_rules(connection: &Connection) -> Result<()> {
    are_known(connection.query_row("SELECT text_rules FROM file", (), |row| row.get(0)).map_err(fault)?)
}

/// Refuses newer text rules.
pub(crate) fn are_known(rules: i64) -> Result<()> {
    if rules > i64::from(text::RULES) {
        let message = format!(
            "the file's search was made by text rules {rules}, and this library knows rules up to {}; update the \
             application",
            text::RULES
        );
        return Err(StoreError::new(Kind::TooNew, message));
    }
    Ok(())
}

/// The error for a table or other object that another program put into a casekit file. Its name is shown only if it is
/// plain: any other could contain anything.
fn foreign((kind, name, ..): &Object) -> StoreError {
    let plain = |text: &str| text.len() <= 100 && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let named =
        if plain(kind) && plain(name) { format!("a {kind} `{name}`") } else { "an object".to_owned() };
    let message = format!(
        "the file is sound and holds {named} that is not casekit's: drop it with the program that made it, and keep \
         such things in a file of their own"
    );
    StoreError::new(Kind::Foreign, message)
}
