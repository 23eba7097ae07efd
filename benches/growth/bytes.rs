//! What lies in a file, by table and index.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use crate::timing::Outcome;

/// Bytes of each table and index; of tables that search keeps for itself by their own names. The whole is the file.
pub(crate) fn by_table(path: &Path) -> Outcome<BTreeMap<String, u64>> {
    // Bundled SQLite is built with this table.
    const SQL: &str = "SELECT name, pgsize FROM dbstat WHERE aggregate = TRUE";
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut statement = connection.prepare(SQL)?;
    let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?.unsigned_abs()));
    let mut bytes: BTreeMap<String, u64> = statement.query_map((), read)?.collect::<Result<_, _>>()?;
    let told: u64 = bytes.values().sum();
    let of_file = std::fs::metadata(path)?.len();
    if let Some(free @ 1..) = of_file.checked_sub(told) {
        bytes.insert("(free pages)".to_owned(), free);
    }
    Ok(bytes)
}
