//! Parts of statements.

use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};

use crate::error::{Result, fault};

/// A part of a statement, with the values of its `?` in order.
#[derive(Clone, Default)]
pub(super) struct Part {
    pub(super) sql: String,
    pub(super) values: Vec<Value>,
}

impl Part {
    /// A part without values.
    pub(super) fn of(sql: &str) -> Self {
        Self { sql: sql.to_owned(), values: Vec::new() }
    }

    /// Appends SQL without values.
    pub(super) fn push(&mut self, sql: &str) -> &mut Self {
        self.sql.push_str(sql);
        self
    }

    /// Appends SQL with its values.
    pub(super) fn bind(&mut self, sql: &str, values: impl IntoIterator<Item = Value>) -> &mut Self {
        self.sql.push_str(sql);
        self.values.extend(values);
        self
    }

    /// Appends another part.
    pub(super) fn append(&mut self, part: Self) -> &mut Self {
        self.sql.push_str(&part.sql);
        self.values.extend(part.values);
        self
    }

    /// Runs the part as a whole statement, which is cached, and collects its rows.
    pub(super) fn rows<T>(
        self,
        connection: &Connection,
        read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut rows = Vec::new();
        self.rows_into(&mut rows, connection, read)?;
        Ok(rows)
    }

    /// Like `rows`, but appends to a list that has room for the rows.
    pub(super) fn rows_into<T>(
        self,
        rows: &mut Vec<T>,
        connection: &Connection,
        mut read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<()> {
        self.each(connection, |row| {
            rows.push(read(row)?);
            Ok(())
        })
    }

    /// Runs the part as a whole statement, which is cached, and hands over each row.
    pub(super) fn each(
        self,
        connection: &Connection,
        mut read: impl FnMut(&Row<'_>) -> Result<()>,
    ) -> Result<()> {
        let mut statement = connection.prepare_cached(&self.sql).map_err(fault)?;
        let mut found = statement.query(params_from_iter(self.values)).map_err(fault)?;
        while let Some(row) = found.next().map_err(fault)? {
            read(row)?;
        }
        Ok(())
    }
}

/// Keys as a JSON list, so that one cached statement serves lists of every length.
pub(super) fn key_list(keys: impl IntoIterator<Item = i64>) -> Value {
    let keys: Vec<String> = keys.into_iter().map(|key| key.to_string()).collect();
    Value::Text(format!("[{}]", keys.join(",")))
}
