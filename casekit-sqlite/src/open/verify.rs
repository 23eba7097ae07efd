//! Whether a file is exactly a casekit file. Reads only.

use casekit_core::store::{StoreError, StoreErrorKind as Kind};
use rusqlite::Connection;

use crate::error::{Result, fault};
use crate::options::Trust;
use crate::schema;

/// Checks the mark in the header, the version, and that the schema is what that version makes. Gives the version.
pub(super) fn verify(connection: &Connection) -> Result<i32> {
    let header = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0)).map_err(fault);
    if header("application_id")? != schema::APPLICATION_ID {
        let message = "the file belongs to another application; choose another path";
        return Err(StoreError::new(Kind::NotACasekitFile, message));
    }
    let version = header("user_version")?;
    if version > schema::newest() {
        let message = format!(
            "the file has version {version}, and this library knows versions up to {}; update the application",
            schema::newest()
        );
        return Err(StoreError::new(Kind::TooNew, message));
    }
    if version < 1 || schema::objects(connection)? != schema::expected(version)? {
        let message =
            "the file's tables are not those of its version: it was damaged or altered; restore a backup";
        return Err(StoreError::new(Kind::Corrupt, message));
    }
    Ok(version)
}

/// Looks at every page of a file that is not trusted.
pub(super) fn pages(connection: &Connection, trust: Trust) -> Result<()> {
    if !super::is_untrusted(trust) {
        return Ok(());
    }
    let found: String = connection.query_row("PRAGMA quick_check(1)", (), |row| row.get(0)).map_err(fault)?;
    if found != "ok" {
        let message = "the file is damaged; keep a copy of it and restore a backup";
        return Err(StoreError::new(Kind::Corrupt, message));
    }
    Ok(())
}
