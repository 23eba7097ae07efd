//! Rows of statements.

use rusqlite::{Connection, Row, ToSql};

use crate::error::{Result, fault};

/// Collects the rows of a statement that is kept.
pub(crate) fn rows<T>(
    connection: &Connection,
    sql: &str,
    params: &[&dyn ToSql],
    read: impl Fn(&Row<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    let mut statement = connection.prepare_cached(sql).map_err(fault)?;
    let mut found = statement.query(params).map_err(fault)?;
    let mut rows = Vec::new();
    while let Some(row) = found.next().map_err(fault)? {
        rows.push(read(row)?);
    }
    Ok(rows)
}
