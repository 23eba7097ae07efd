//! Parts of statements, with the values of their parameters.

use std::fmt::Write as _;

use tokio_postgres::Row;

use crate::connection::{Connection, Query};
use crate::error::Result;
use crate::value::Value;

/// A part of a statement. Each `?` in it stands for the next of its values; no operator that is used here has one.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Part {
    sql: String,
    values: Vec<Value>,
}

impl Part {
    /// A part without values.
    pub(crate) fn of(sql: &str) -> Self {
        Self { sql: sql.to_owned(), values: Vec::new() }
    }

    /// Appends SQL without values.
    pub(crate) fn push(&mut self, sql: &str) -> &mut Self {
        self.sql.push_str(sql);
        self
    }

    /// Appends SQL with one `?`, and its value.
    pub(crate) fn bind(&mut self, sql: &str, value: impl Into<Value>) -> &mut Self {
        self.sql.push_str(sql);
        self.values.push(value.into());
        self
    }

    /// Appends another part.
    pub(crate) fn append(&mut self, part: Self) -> &mut Self {
        self.sql.push_str(&part.sql);
        self.values.extend(part.values);
        self
    }

    /// Carries out the part as a whole statement, and reads its rows.
    pub(crate) fn rows<T>(
        self,
        connection: &Connection,
        read: impl FnMut(&Row) -> Result<T>,
    ) -> Result<Vec<T>> {
        let Query { sql, values } = self.query();
        connection.query(&sql, values)?.iter().map(read).collect()
    }

    /// The statement, with `$1`, `$2` and so on in the place of each `?`.
    pub(crate) fn query(self) -> Query {
        let mut pieces = self.sql.split('?');
        let mut sql = pieces.next().unwrap_or_default().to_owned();
        for (place, piece) in pieces.enumerate() {
            // Writing to a string cannot fail.
            write!(sql, "${}{piece}", place + 1).ok();
        }
        Query::new(sql, self.values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_numbered_in_the_order_in_which_the_parts_stand() {
        let mut one = Part::of("SELECT 1 WHERE true");
        let mut other = Part::default();
        other.bind(" AND b = ANY(?)", vec![3_i64]).push(" AND c");
        one.bind(" AND a < ?", 2_i64).append(other).bind(" LIMIT ?", 4_i64);
        let expected = "SELECT 1 WHERE true AND a < $1 AND b = ANY($2) AND c LIMIT $3";
        assert_eq!(one.query(), Query::new(expected, [2_i64.into(), vec![3_i64].into(), 4_i64.into()]));
    }
}
