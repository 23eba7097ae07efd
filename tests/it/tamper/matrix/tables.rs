//! What a file consists of, as its schema says: tables, columns and rows.

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

/// A table, with every row that it has.
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
    /// The columns by which a row is found: `rowid` if it has one.
    pub(super) key: Vec<String>,
    /// Columns that may not come twice together.
    pub(super) unique: Vec<Vec<String>>,
    pub(super) rows: Vec<Row>,
}

pub(super) struct Column {
    pub(super) name: String,
    pub(super) nullable: bool,
    /// The type that the schema declares.
    pub(super) kind: String,
}

/// A row: its key, and a value for each column.
#[derive(Clone)]
pub(super) struct Row {
    pub(super) key: Vec<Value>,
    pub(super) values: Vec<Value>,
}

/// Every table that keeps rows: those behind the indexes of the search too, but not the indexes themselves.
pub(super) fn tables(connection: &Connection) -> Vec<Table> {
    const NAMES: &str = "SELECT name FROM pragma_table_list
        WHERE schema = 'main' AND type IN ('table', 'shadow') AND name NOT LIKE 'sqlite_%' ORDER BY type DESC, name";
    let mut names = connection.prepare(NAMES).unwrap();
    let names: Vec<String> = names.query_map((), |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    names.iter().map(|name| table(connection, name)).collect()
}

fn table(connection: &Connection, name: &str) -> Table {
    const COLUMNS: &str = "SELECT name, \"notnull\", pk, type FROM pragma_table_xinfo(?1) ORDER BY cid";
    let mut columns = connection.prepare(COLUMNS).unwrap();
    let read = |row: &rusqlite::Row<'_>| {
        let nullable = !row.get::<_, bool>(1)? && row.get::<_, i64>(2)? == 0;
        let column = Column { name: row.get(0)?, nullable, kind: row.get(3)? };
        Ok((column, row.get::<_, i64>(2)?))
    };
    let columns: Vec<(Column, i64)> = columns.query_map([name], read).unwrap().map(Result::unwrap).collect();
    let without_rowid: bool = connection
        .query_row("SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = ?1", [name], |row| {
            row.get(0)
        })
        .unwrap();
    let key = if without_rowid {
        let mut key: Vec<_> = columns.iter().filter(|(_, place)| *place > 0).collect();
        key.sort_by_key(|(_, place)| *place);
        key.into_iter().map(|(column, _)| column.name.clone()).collect()
    } else {
        vec!["rowid".to_owned()]
    };
    let columns: Vec<Column> = columns.into_iter().map(|(column, _)| column).collect();
    let mut table =
        Table { name: name.to_owned(), columns, key, unique: unique(connection, name), rows: Vec::new() };
    table.rows = table.read(connection);
    table
}

fn unique(connection: &Connection, name: &str) -> Vec<Vec<String>> {
    let mut indexes = connection.prepare("SELECT name FROM pragma_index_list(?1) WHERE \"unique\"").unwrap();
    let indexes = indexes.query_map([name], |row| row.get::<_, String>(0)).unwrap().map(Result::unwrap);
    let columns = |index: String| {
        let mut columns =
            connection.prepare("SELECT name FROM pragma_index_info(?1) ORDER BY seqno").unwrap();
        columns.query_map([index], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    indexes.map(columns).collect()
}

impl Table {
    fn read(&self, connection: &Connection) -> Vec<Row> {
        let names: Vec<&str> = self
            .key
            .iter()
            .map(String::as_str)
            .chain(self.columns.iter().map(|one| one.name.as_str()))
            .collect();
        let sql = format!("SELECT {} FROM {} ORDER BY {}", names.join(", "), self.name, self.key.join(", "));
        let mut rows = connection.prepare(&sql).unwrap();
        let read = |row: &rusqlite::Row<'_>| {
            let value = |place| row.get::<_, Value>(place);
            let width = self.key.len();
            Ok(Row {
                key: (0..width).map(value).collect::<Result<_, _>>()?,
                values: (width..width + self.columns.len()).map(value).collect::<Result<_, _>>()?,
            })
        };
        rows.query_map((), read).unwrap().map(Result::unwrap).collect()
    }

    /// Whether a file still has these very rows, in whatever order: two equal values that were swapped change nothing.
    pub(super) fn is_still_in(&self, connection: &Connection) -> bool {
        let sorted = |rows: &[Row]| {
            let mut rows: Vec<String> = rows.iter().map(|row| format!("{:?}", row.values)).collect();
            rows.sort_unstable();
            rows
        };
        sorted(&self.rows) == sorted(&self.read(connection))
    }

    pub(super) fn place_of(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|one| one.name == column)
    }

    /// The column that is the rowid by another name, as an integer primary key is.
    pub(super) fn alias(&self) -> Option<usize> {
        let is_rowid = |place: &usize| {
            !self.rows.is_empty()
                && self.rows.iter().all(|row| row.key.len() == 1 && row.key[0] == row.values[*place])
        };
        (self.key == ["rowid"]).then(|| (0..self.columns.len()).find(is_rowid)).flatten()
    }

    fn found_by(&self, first: usize) -> String {
        let each = self.key.iter().enumerate().map(|(place, name)| format!("{name} = ?{}", first + place));
        each.collect::<Vec<_>>().join(" AND ")
    }

    /// Sets columns of a row; the error of the schema that forbids it.
    pub(super) fn set(
        &self,
        connection: &Connection,
        row: &Row,
        set: &[(usize, Value)],
    ) -> rusqlite::Result<()> {
        let names = set.iter().enumerate();
        let names = names.map(|(n, (place, _))| format!("{} = ?{}", self.columns[*place].name, n + 1));
        let sql = format!(
            "UPDATE {} SET {} WHERE {}",
            self.name,
            names.collect::<Vec<_>>().join(", "),
            self.found_by(set.len() + 1)
        );
        let values = set.iter().map(|(_, value)| value).chain(&row.key);
        let changed = connection.execute(&sql, params_from_iter(values))?;
        assert_eq!(changed, 1, "{sql}");
        Ok(())
    }

    pub(super) fn remove(&self, connection: &Connection, row: &Row) -> rusqlite::Result<()> {
        let sql = format!("DELETE FROM {} WHERE {}", self.name, self.found_by(1));
        assert_eq!(connection.execute(&sql, params_from_iter(&row.key))?, 1, "{sql}");
        Ok(())
    }

    pub(super) fn insert(&self, connection: &Connection, values: &[Value]) -> rusqlite::Result<()> {
        let names: Vec<&str> = self.columns.iter().map(|one| one.name.as_str()).collect();
        let places = vec!["?"; values.len()].join(", ");
        let sql = format!("INSERT INTO {} ({}) VALUES ({places})", self.name, names.join(", "));
        connection.execute(&sql, params_from_iter(values)).map(|_| ())
    }
}
