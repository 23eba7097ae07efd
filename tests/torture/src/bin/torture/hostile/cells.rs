//! One value of one row exchanged for a hostile one, past everything that the schema would refuse.

use casekit_torture::{Outcome, Random};
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};

use super::json;
use super::values::{Cell, hostile};

/// How often a column with JSON is chosen, for once that another is: there is more in it to alter.
const STRUCTURED: usize = 6;

/// Every column of a file, each as often as it is to be chosen.
pub(super) struct Columns {
    tables: Vec<Table>,
    /// Places in `tables` and among the columns of the table.
    chosen: Vec<(usize, usize)>,
}

struct Table {
    name: String,
    columns: Vec<String>,
    /// What names a row: the primary key of a table without rowids, otherwise `rowid`.
    key: String,
    /// The statement by which SQLite reads the same rows and refuses nothing: without types, without NOT NULL and
    /// without checks, but with what has to be unique.
    loose: String,
    /// The same without that, for a table whose indexes are left out.
    looser: String,
}

impl Columns {
    pub(super) fn of(file: &Connection) -> Outcome<Self> {
        let tables = tables(file)?;
        let mut chosen = Vec::new();
        for (place, table) in tables.iter().enumerate() {
            for (column, name) in table.columns.iter().enumerate() {
                let sql = format!("SELECT {name} FROM {} WHERE {name} IS NOT NULL LIMIT 1", table.name);
                let value: Option<Cell> = file.query_row(&sql, (), |row| row.get(0)).optional()?;
                let is_json = value.as_ref().and_then(Cell::bytes).is_some_and(json::is);
                let times = if is_json { STRUCTURED } else { 1 };
                chosen.extend(std::iter::repeat_n((place, column), times));
            }
        }
        Ok(Self { tables, chosen })
    }

    /// Fails if a column has no value in any row, so that altering it would try little.
    pub(super) fn all_have_values(&self, file: &Connection) -> Outcome {
        for table in &self.tables {
            for column in &table.columns {
                let named = format!("{}.{column}", table.name);
                let sql = format!("SELECT count({column}) FROM {}", table.name);
                let values: i64 = file.query_row(&sql, (), |row| row.get(0))?;
                if values == 0 {
                    return Err(format!(
                        "the good file has nothing in `{named}`: let something happen that fills it"
                    )
                    .into());
                }
            }
        }
        Ok(())
    }

    /// How many columns there are.
    pub(super) fn count(&self) -> usize {
        self.tables.iter().map(|table| table.columns.len()).sum()
    }

    /// Alters a value or a few, and says which columns they are of and what was done.
    pub(super) fn alter(&self, file: &Connection, random: &mut Random) -> Outcome<(Vec<String>, String)> {
        let (mut columns, mut done) = (Vec::new(), Vec::new());
        let times = if random.one_in(5) { 2 + random.below(3) } else { 1 };
        for _ in 0..times {
            let (table, column) = self.pick(random)?;
            let name = table.columns.get(column).ok_or("there is no such column")?;
            columns.push(format!("{}.{name}", table.name));
            done.push(self.alter_one(file, table, name, random)?);
        }
        Ok((columns, done.join("; ")))
    }

    fn pick(&self, random: &mut Random) -> Outcome<(&Table, usize)> {
        let (table, column) = random.pick(&self.chosen).ok_or("there are no columns")?;
        Ok((self.tables.get(table).ok_or("there is no such table")?, column))
    }

    fn alter_one(
        &self,
        file: &Connection,
        table: &Table,
        column: &str,
        random: &mut Random,
    ) -> Outcome<String> {
        let Some((row, was)) = table.any_row(file, column, random)? else {
            return table.fill(file, random);
        };
        let another = |random: &mut Random| self.another(file, table, column, random);
        let new = hostile(&was, random, another)?;
        let said = format!("`{}.{column}` of row {row} from {} to {}", table.name, was.said(), new.said());
        let sql = format!(
            "UPDATE {0} SET {column} = ?1 WHERE ({1}) = (SELECT {1} FROM {0} ORDER BY {1} LIMIT 1 OFFSET ?2)",
            table.name, table.key
        );
        let set = || file.execute(&sql, params![new, row]);
        let past_indexes = random.one_in(4);
        if !past_indexes && table.loosened(file, &table.loose, false, set)?.is_ok() {
            return Ok(said);
        }
        // Perhaps because it would come twice: then the indexes go on saying what was there.
        Ok(match table.loosened(file, &table.looser, true, set)? {
            Ok(_) => format!("{said}, past the indexes"),
            Err(_) => format!("{said}, which cannot be"),
        })
    }

    /// The value of another row, or of another column.
    fn another(
        &self,
        file: &Connection,
        table: &Table,
        column: &str,
        random: &mut Random,
    ) -> rusqlite::Result<Cell> {
        let of = |table: &Table, column: &str, random: &mut Random| {
            table.any_row(file, column, random).map(|found| found.map_or(Cell::Null, |(_, cell)| cell))
        };
        if random.below(3) > 0 {
            return of(table, column, random);
        }
        match self.pick(random).ok().and_then(|(table, place)| Some((table, table.columns.get(place)?))) {
            Some((table, column)) => of(table, column, random),
            None => Ok(Cell::Null),
        }
    }
}

impl Table {
    /// The place of any row and what it has in a column: mostly of one that has something there.
    fn any_row(
        &self,
        file: &Connection,
        column: &str,
        random: &mut Random,
    ) -> rusqlite::Result<Option<(i64, Cell)>> {
        let Self { name, key, .. } = self;
        let rows: i64 = file.query_row(&format!("SELECT count(*) FROM {name}"), (), |row| row.get(0))?;
        let sql = format!("SELECT {column} FROM {name} ORDER BY {key} LIMIT 1 OFFSET ?1");
        let mut statement = file.prepare(&sql)?;
        let mut found = None;
        for _ in 0..6 {
            let row = i64::try_from(random.below(rows.unsigned_abs())).unwrap_or_default();
            found = statement.query_row([row], |one| Ok((row, one.get(0)?))).optional()?;
            if !matches!(found, Some((_, Cell::Null))) {
                break;
            }
        }
        Ok(found)
    }

    /// Puts a row into a table that has none.
    fn fill(&self, file: &Connection, random: &mut Random) -> Outcome<String> {
        let cells: Vec<Cell> = self
            .columns
            .iter()
            .map(|_| hostile(&Cell::Integer(1), random, |_| Ok(Cell::Integer(2))))
            .collect::<rusqlite::Result<_>>()?;
        let places = vec!["?"; cells.len()].join(", ");
        let sql = format!("INSERT INTO {} VALUES ({places})", self.name);
        let put = || file.execute(&sql, params_from_iter(&cells));
        let what = if self.loosened(file, &self.loose, false, put)?.is_ok() { "a row" } else { "no row" };
        Ok(format!("{what} in `{}`, which is empty", self.name))
    }

    /// Does something while SQLite takes the table for one that refuses nothing. With `without_indexes` it does not know
    /// of the table's indexes either, and leaves them as they are.
    fn loosened<T>(
        &self,
        file: &Connection,
        loose: &str,
        without_indexes: bool,
        change: impl FnOnce() -> rusqlite::Result<T>,
    ) -> Outcome<rusqlite::Result<T>> {
        const TABLE: &str = "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?1";
        const SET: &str = "UPDATE sqlite_schema SET sql = ?2 WHERE type = 'table' AND name = ?1";
        const ASIDE: &str = "DROP TABLE IF EXISTS temp.aside;
            CREATE TEMP TABLE aside AS SELECT * FROM sqlite_schema WHERE false";
        const TAKE: &str =
            "INSERT INTO aside SELECT * FROM sqlite_schema WHERE type = 'index' AND tbl_name = ?1";
        const GONE: &str = "DELETE FROM sqlite_schema WHERE type = 'index' AND tbl_name = ?1";
        let sql: String = file.query_row(TABLE, [&self.name], |row| row.get(0))?;
        file.execute_batch(ASIDE)?;
        file.execute_batch("PRAGMA writable_schema = ON")?;
        file.execute(SET, [&self.name, loose])?;
        if without_indexes {
            file.execute(TAKE, [&self.name])?;
            file.execute(GONE, [&self.name])?;
        }
        file.execute_batch("PRAGMA writable_schema = RESET")?;
        let changed = change();
        file.execute_batch("PRAGMA writable_schema = ON")?;
        file.execute(SET, [&self.name, &sql])?;
        file.execute_batch("INSERT INTO sqlite_schema SELECT * FROM aside; PRAGMA writable_schema = RESET")?;
        Ok(changed)
    }
}

/// Every table that keeps rows, also those behind the indexes of the search.
fn tables(file: &Connection) -> Outcome<Vec<Table>> {
    const NAMES: &str = "SELECT name, wr FROM pragma_table_list
        WHERE schema = 'main' AND type IN ('table', 'shadow') AND name NOT LIKE 'sqlite_%' ORDER BY name";
    let mut names = file.prepare(NAMES)?;
    let names = names.query_map((), |row| Ok((row.get(0)?, row.get(1)?)))?;
    names.map(|found| found.map_err(Into::into).and_then(|(name, wr)| table(file, name, wr))).collect()
}

fn table(file: &Connection, name: String, without_rowids: bool) -> Outcome<Table> {
    const COLUMNS: &str = "SELECT name, pk FROM pragma_table_xinfo(?1) ORDER BY cid";
    const UNIQUE: &str = "SELECT group_concat(i.name, ', ' ORDER BY i.seqno) FROM pragma_index_list(?1) l,
        pragma_index_info(l.name) i WHERE l.origin = 'u' GROUP BY l.name ORDER BY l.name";
    let mut statement = file.prepare(COLUMNS)?;
    let columns = statement.query_map([&name], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let columns: Vec<(String, i64)> = columns.collect::<rusqlite::Result<_>>()?;
    let mut keyed: Vec<&(String, i64)> = columns.iter().filter(|(_, place)| *place > 0).collect();
    keyed.sort_by_key(|(_, place)| *place);
    let key: Vec<&str> = keyed.iter().map(|(name, _)| name.as_str()).collect();
    let key = key.join(", ");
    let declared = |(name, place): &(String, i64)| match *place > 0 && !without_rowids {
        true => format!("{name} INTEGER PRIMARY KEY"),
        false => name.clone(),
    };
    let mut parts: Vec<String> = columns.iter().map(declared).collect();
    if without_rowids {
        parts.push(format!("PRIMARY KEY ({key})"));
    }
    let end = if without_rowids { " WITHOUT ROWID" } else { "" };
    let made = |parts: &[String]| format!("CREATE TABLE {name} ({}){end}", parts.join(", "));
    let looser = made(&parts);
    let mut unique = file.prepare(UNIQUE)?;
    let unique = unique.query_map([&name], |row| row.get::<_, String>(0))?;
    for columns in unique {
        parts.push(format!("UNIQUE ({})", columns?));
    }
    let (loose, key) = (made(&parts), if without_rowids { key } else { "rowid".into() });
    Ok(Table { columns: columns.into_iter().map(|(name, _)| name).collect(), name, key, loose, looser })
}
