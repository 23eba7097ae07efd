//! Tables whose rows are written many at a time: each column is sent as one array, and `unnest` makes rows of them.

use crate::connection::Query;
use crate::error::{Result, unreadable};
use crate::value::Value;

/// A table, or those of its columns that are written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Table {
    name: &'static str,
    columns: &'static [Column],
}

/// A column, by its type and by what a change does to it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    name: &'static str,
    of: Of,
    role: Role,
}

/// The type of a column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Of {
    Int2,
    Int4,
    Int8,
    Text,
    Bytes,
    Id,
    /// A `tsvector`, sent as the terms with a space between them.
    Terms,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Role {
    /// Names the row.
    Key,
    /// Stays what it was when the row was inserted.
    Fixed,
    Changing,
}

/// A row, in the order of the table's columns.
pub(crate) type Row = Vec<Value>;

pub(crate) const fn key(name: &'static str, of: Of) -> Column {
    Column { name, of, role: Role::Key }
}

pub(crate) const fn fixed(name: &'static str, of: Of) -> Column {
    Column { name, of, role: Role::Fixed }
}

pub(crate) const fn changing(name: &'static str, of: Of) -> Column {
    Column { name, of, role: Role::Changing }
}

impl Of {
    /// The type of the array that brings the column.
    fn sent_as(self) -> &'static str {
        match self {
            Self::Int2 => "int2[]",
            Self::Int4 => "int4[]",
            Self::Int8 => "int8[]",
            Self::Text | Self::Terms => "text[]",
            Self::Bytes => "bytea[]",
            Self::Id => "uuid[]",
        }
    }
}

impl Column {
    /// The value of a row of `u`.
    fn given(&self) -> String {
        match self.of {
            Of::Terms => terms_of(&format!("u.{}", self.name)),
            Of::Int2 | Of::Int4 | Of::Int8 | Of::Text | Of::Bytes | Of::Id => {
                format!("u.{}", self.name)
            }
        }
    }
}

/// The terms of a text in which spaces separate them, as SQL. No parser and no dictionary sees them.
pub(crate) fn terms_of(text: &str) -> String {
    format!("array_to_tsvector(string_to_array({text}, ' '))")
}

impl Table {
    pub(crate) const fn new(name: &'static str, columns: &'static [Column]) -> Self {
        Self { name, columns }
    }

    /// Inserts rows; `None` if there are none.
    pub(crate) fn insert(self, rows: Vec<Row>) -> Result<Option<Query>> {
        self.with(rows, |table| format!("{} {}", table.into(), table.rows_given()))
    }

    /// Inserts rows, and leaves those whose keys are there as they are.
    pub(crate) fn insert_missing(self, rows: Vec<Row>) -> Result<Option<Query>> {
        self.with(rows, |table| format!("{} {} ON CONFLICT DO NOTHING", table.into(), table.rows_given()))
    }

    /// Inserts rows, and adds to the changing columns of those whose keys are there.
    pub(crate) fn add(self, rows: Vec<Row>) -> Result<Option<Query>> {
        self.with(rows, |table| {
            let sums = table.each(Role::Changing, |column| {
                format!("{name} = t.{name} + excluded.{name}", name = column.name)
            });
            let keys = table.each(Role::Key, |column| column.name.to_owned());
            format!(
                "{} {} ON CONFLICT ({}) DO UPDATE SET {}",
                table.into(),
                table.rows_given(),
                keys.join(", "),
                sums.join(", ")
            )
        })
    }

    /// Inserts rows, and writes anew those whose keys are there.
    pub(crate) fn put(self, rows: Vec<Row>) -> Result<Option<Query>> {
        self.with(rows, |table| {
            let anew = table.columns.iter().filter(|column| column.role != Role::Key);
            let anew: Vec<String> =
                anew.map(|column| format!("{name} = excluded.{name}", name = column.name)).collect();
            if anew.is_empty() {
                return format!("{} {} ON CONFLICT DO NOTHING", table.into(), table.rows_given());
            }
            let keys = table.each(Role::Key, |column| column.name.to_owned());
            format!(
                "{} {} ON CONFLICT ({}) DO UPDATE SET {}",
                table.into(),
                table.rows_given(),
                keys.join(", "),
                anew.join(", ")
            )
        })
    }

    /// Changes the rows with the same keys; what is fixed stays.
    pub(crate) fn update(self, rows: Vec<Row>) -> Result<Option<Query>> {
        self.with(rows, |table| {
            let anew = table.each(Role::Changing, |column| format!("{} = {}", column.name, column.given()));
            let set = anew.join(", ");
            format!("UPDATE org.{} t SET {set} FROM {} WHERE {}", table.name, table.given(), table.same_key())
        })
    }

    /// Deletes the rows with the same keys; what else is in the rows given does not matter.
    pub(crate) fn delete(self, rows: Vec<Row>) -> Result<Option<Query>> {
        self.with(rows, |table| {
            format!("DELETE FROM org.{} t USING {} WHERE {}", table.name, table.given(), table.same_key())
        })
    }

    /// Counts the rows given that are not there, or are there otherwise.
    pub(crate) fn differing(self, rows: Vec<Row>) -> Result<Option<Query>> {
        self.with(rows, |table| {
            let there: Vec<String> =
                table.columns.iter().map(|column| format!("t.{}", column.name)).collect();
            let given: Vec<String> = table.columns.iter().map(Column::given).collect();
            format!(
                "SELECT count(*) FROM {} LEFT JOIN org.{} t ON {} WHERE ({}) IS DISTINCT FROM ({})",
                table.given(),
                table.name,
                table.same_key(),
                there.join(", "),
                given.join(", ")
            )
        })
    }

    /// Deletes the rows whose `scope` is one of some values and whose key is that of no row given.
    pub(crate) fn delete_others(
        self,
        rows: Vec<Row>,
        scope: &str,
        of: Of,
        scopes: Vec<Value>,
    ) -> Result<Query> {
        let sql = format!(
            "DELETE FROM org.{} t WHERE t.{scope} = ANY(${}::{}) AND NOT EXISTS (SELECT 1 FROM {} WHERE {})",
            self.name,
            self.columns.len() + 1,
            of.sent_as(),
            self.given(),
            self.same_key()
        );
        let mut values = self.arrays(rows)?;
        values.push(of.array(scopes)?);
        Ok(Query::new(sql, values))
    }

    /// Carries out a statement on `t` for every row whose key is that of no row given; it ends where a condition may follow.
    pub(crate) fn others(self, sql: &str, rows: Vec<Row>) -> Result<Query> {
        let key = self.same_key();
        let sql = format!("{sql} AND NOT EXISTS (SELECT 1 FROM {} WHERE {key})", self.given());
        Ok(Query::new(sql, self.arrays(rows)?))
    }

    fn with(self, rows: Vec<Row>, sql: impl FnOnce(Self) -> String) -> Result<Option<Query>> {
        if rows.is_empty() {
            return Ok(None);
        }
        Ok(Some(Query::new(sql(self), self.arrays(rows)?)))
    }

    fn into(self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|column| column.name).collect();
        format!("INSERT INTO org.{} AS t ({})", self.name, names.join(", "))
    }

    fn rows_given(self) -> String {
        let values: Vec<String> = self.columns.iter().map(Column::given).collect();
        format!("SELECT {} FROM {}", values.join(", "), self.given())
    }

    fn given(self) -> String {
        let sent = |(place, column): (usize, &Column)| format!("${}::{}", place + 1, column.of.sent_as());
        let arrays: Vec<String> = self.columns.iter().enumerate().map(sent).collect();
        let names: Vec<&str> = self.columns.iter().map(|column| column.name).collect();
        format!("unnest({}) AS u({})", arrays.join(", "), names.join(", "))
    }

    fn same_key(self) -> String {
        let same = self.each(Role::Key, |column| format!("t.{name} = u.{name}", name = column.name));
        same.join(" AND ")
    }

    fn each(self, role: Role, sql: impl Fn(&Column) -> String) -> Vec<String> {
        self.columns.iter().filter(|column| column.role == role).map(sql).collect()
    }

    /// The columns as arrays.
    fn arrays(self, rows: Vec<Row>) -> Result<Vec<Value>> {
        let mut columns: Vec<Vec<Value>> = vec![Vec::with_capacity(rows.len()); self.columns.len()];
        for row in rows {
            if row.len() != columns.len() {
                return Err(unreadable());
            }
            columns.iter_mut().zip(row).for_each(|(column, value)| column.push(value));
        }
        columns.into_iter().zip(self.columns).map(|(values, column)| column.of.array(values)).collect()
    }
}

/// The values of an array, each of which is one of a variant or none.
macro_rules! array {
    ($values:expr, $one:ident, $many:ident) => {{
        let one = |value| match value {
            Value::Null => Ok(None),
            Value::$one(value) => Ok(Some(value)),
            _ => Err(unreadable()),
        };
        Ok(Value::$many($values.into_iter().map(one).collect::<Result<_>>()?))
    }};
}

impl Of {
    fn array(self, values: Vec<Value>) -> Result<Value> {
        match self {
            Self::Int2 | Self::Int4 | Self::Int8 => array!(values, Integer, Integers),
            Self::Text | Self::Terms => array!(values, Text, Texts),
            Self::Bytes => array!(values, Bytes, Blobs),
            Self::Id => array!(values, Id, Ids),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: Table =
        Table::new("search", &[key("id", Of::Int8), fixed("note", Of::Id), changing("terms", Of::Terms)]);

    fn rows() -> Vec<Row> {
        vec![vec![1_i64.into(), Value::Null, "a b".into()], vec![2_i64.into(), Value::Null, "c".into()]]
    }

    #[test]
    fn rows_become_an_array_for_each_column() {
        let query = TABLE.insert(rows()).unwrap().unwrap();
        assert_eq!(
            query.sql,
            "INSERT INTO org.search AS t (id, note, terms) SELECT u.id, u.note, \
             array_to_tsvector(string_to_array(u.terms, ' ')) \
             FROM unnest($1::int8[], $2::uuid[], $3::text[]) AS u(id, note, terms)"
        );
        let texts = ["a b", "c"].map(|text| Some(text.to_owned()));
        assert_eq!(
            query.values,
            [
                Value::Integers(vec![Some(1), Some(2)]),
                Value::Ids(vec![None, None]),
                Value::Texts(texts.to_vec())
            ]
        );
        assert_eq!(TABLE.insert(Vec::new()).unwrap(), None);
        assert!(TABLE.insert(vec![vec![true.into(), Value::Null, "a".into()]]).is_err(), "another type");
    }

    #[test]
    fn a_change_leaves_what_is_fixed() {
        let query = TABLE.update(rows()).unwrap().unwrap();
        assert_eq!(
            query.sql,
            "UPDATE org.search t SET terms = array_to_tsvector(string_to_array(u.terms, ' ')) \
             FROM unnest($1::int8[], $2::uuid[], $3::text[]) AS u(id, note, terms) WHERE t.id = u.id"
        );
    }
}
