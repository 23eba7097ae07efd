//! The schema of a casekit file: its versions, and what a file of each version contains.

mod verify;

use std::sync::OnceLock;

use rusqlite::Connection;

use crate::error::{Result, fault};

pub(crate) use verify::{are_known, known_rules, verify};

/// The application id in the header of every casekit file: "case" in ASCII.
pub(crate) const APPLICATION_ID: i32 = 0x6361_7365;

/// The SQL that makes each version from the one before, oldest first. A released version is never edited.
const MIGRATIONS: &[(i32, &str)] = &[(1, include_str!("../migrations/0001_cases.sql"))];

/// The version that this crate writes.
pub(crate) fn newest() -> i32 {
    MIGRATIONS.last().map_or(0, |(version, _)| *version)
}

/// Upgrades from version `from` to version `to`, inside the caller's transaction.
pub(crate) fn migrate(connection: &Connection, from: i32, to: i32) -> Result<()> {
    for (version, sql) in MIGRATIONS.iter().filter(|(version, _)| *version > from && *version <= to) {
        connection.execute_batch(sql).map_err(fault)?;
        connection.pragma_update(None, "user_version", version).map_err(fault)?;
    }
    Ok(())
}

/// A table, index, trigger or view: its kind, its name, its table, and the statement that creates it.
pub(crate) type Object = (String, String, String, Option<String>);

/// Every object in the schema, in a fixed order, without the tables of statistics that `ANALYZE` creates. Tools run it
/// unasked, and statistics only influence which of several correct plans SQLite chooses.
pub(crate) fn objects(connection: &Connection) -> Result<Vec<Object>> {
    const SQL: &str = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name";
    let mut statement = connection.prepare(SQL).map_err(fault)?;
    let rows = statement
        .query_map((), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .map_err(fault)?;
    let objects: Vec<Object> = rows.collect::<rusqlite::Result<_>>().map_err(fault)?;
    Ok(objects.into_iter().filter(|object| !is_statistics(object)).collect())
}

/// Whether an object is one of SQLite's tables of statistics, exactly as SQLite creates it.
fn is_statistics((kind, name, table, sql): &Object) -> bool {
    const MADE: [&str; 4] = [
        "CREATE TABLE sqlite_stat1(tbl,idx,stat)",
        "CREATE TABLE sqlite_stat2(tbl,idx,sampleno,sample)",
        "CREATE TABLE sqlite_stat3(tbl,idx,neq,nlt,ndlt,sample)",
        "CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)",
    ];
    let made = MADE.iter().find(|made| sql.as_deref() == Some(**made));
    kind == "table" && name == table && made.is_some_and(|made| made.contains(&format!(" {name}(")))
}

/// The allow-list: exactly the objects of a file of this version. It is made by running the migrations in memory, so
/// that it cannot differ from them.
pub(crate) fn expected(version: i32) -> Result<Vec<Object>> {
    static NEWEST: OnceLock<Vec<Object>> = OnceLock::new();
    if let Some(objects) = NEWEST.get().filter(|_| version == newest()) {
        return Ok(objects.clone());
    }
    let connection = Connection::open_in_memory().map_err(fault)?;
    migrate(&connection, 0, version)?;
    let made = objects(&connection)?;
    if version == newest() {
        // Another thread may have set it first, to the same value.
        NEWEST.set(made.clone()).ok();
    }
    Ok(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_follow_one_another_from_1() {
        let versions: Vec<i32> = MIGRATIONS.iter().map(|(version, _)| *version).collect();
        assert_eq!(versions, (1..=newest()).collect::<Vec<_>>());
    }

    #[test]
    fn a_new_file_says_by_which_rules_its_terms_are_made() {
        let connection = Connection::open_in_memory().unwrap();
        migrate(&connection, 0, newest()).unwrap();
        let rules: u32 = connection.query_row("SELECT text_rules FROM file", (), |row| row.get(0)).unwrap();
        assert_eq!(rules, casekit_core::text::RULES);
    }

    #[test]
    fn the_schema_has_neither_triggers_nor_views_and_its_tables_are_strict() {
        let connection = Connection::open_in_memory().unwrap();
        migrate(&connection, 0, newest()).unwrap();
        for (kind, name, _, sql) in objects(&connection).unwrap() {
            assert!(kind == "table" || kind == "index", "{kind} {name}");
            let sql = sql.unwrap_or_default();
            let own = kind == "table" && !name.contains("search_") && !sql.starts_with("CREATE VIRTUAL");
            assert!(!own || sql.contains("STRICT"), "{name}");
        }
    }
}
