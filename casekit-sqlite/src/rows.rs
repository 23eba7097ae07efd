//! The rows of a statement, and the number that one gives.

use rusqlite::{Connection, Row, ToSql};

use crate::error::{Result, fault};

/// Runs a cached statement and collects its rows.
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

/// The number that a query gives.
pub(crate) fn count(connection: &Connection, sql: &str) -> Result<i64> {
    connection.query_row(sql, (), |row| row.get(0)).map_err(fault)
}
