//! Checks that cannot be split: those that SQLite does only for the whole file, and comparisons of whole tables.

use rusqlite::Connection;

use super::search;
use crate::error::{Result, damaged, fault, is_of_search};
use crate::rows::{count, rows};
use crate::totals;

/// Whether the derived data that SQLite checks together with the pages is sound.
#[derive(Clone, Copy)]
pub(crate) struct Pages {
    /// Whether the search indexes are sound.
    pub(crate) search: bool,
    /// Whether the pointer map is sound, which tells what refers to each page, and so is the list of free pages. They are
    /// needed to use free pages and to give them back, and no read uses them.
    pub(crate) map: bool,
}

/// Checks pages, references and blobs. Returns whether the derived data that is checked with them is sound.
pub(crate) fn truth(moment: &Connection, proceed: &impl Fn() -> Result<()>) -> Result<Pages> {
    let mut searched = search::refresh(moment)?;
    let found = pages(moment, "integrity_check");
    // Asked before the result is used: FTS5 reports an index whose check was interrupted as damaged.
    proceed()?;
    let Pages { search, map } = found?;
    searched &= search;
    for (table, index, rows) in PARTIAL {
        proceed()?;
        let by = |how: &str| count(moment, &format!("SELECT count(*) FROM {table} {how} WHERE {rows}"));
        if by("NOT INDEXED")? != by(&format!("INDEXED BY {index}"))? {
            return Err(damaged("indexes"));
        }
    }
    for (sql, what) in [
        ("SELECT count(*) FROM pragma_foreign_key_check", "references"),
        (STREAMS, "streams"),
        (PEOPLE, "people"),
        (HOLDERS, "holders of cases"),
        (CUSTOMERS, "customers of cases"),
        (BODIES, "descriptions of cases"),
        (crate::stays::STRAY, "stages that cases have left"),
        (BLOBS, "sizes of blobs"),
        (CHUNKS, "chunks of blobs"),
        (REQUESTS, "requests"),
    ] {
        proceed()?;
        if count(moment, sql)? != 0 {
            return Err(damaged(what));
        }
    }
    Ok(Pages { search: searched, map })
}

/// Checks the pages by one of SQLite's pragmas, `quick_check` or `integrity_check`.
pub(crate) fn pages(connection: &Connection, by: &str) -> Result<Pages> {
    let mut is_whole = !is_taken_for_a_part(connection)?;
    let mut found = match said(connection, by, "1000000") {
        // FTS5 cannot open an index, which ends the check: each table is checked by itself, without it.
        Err(error) if is_of_search(&error) => {
            const TABLES: &str = "SELECT 'sqlite_schema' UNION ALL
                SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'";
            let tables = rows(connection, TABLES, &[], |row| row.get::<_, String>(0).map_err(fault))?;
            let each = tables.iter().map(|table| said(connection, by, &format!("'{table}'")));
            let found: Vec<String> = each.collect::<Result<Vec<_>>>()?.concat();
            is_whole = false;
            found.into_iter().chain(["fts5: an index cannot be opened".to_owned()]).collect()
        }
        found => found?,
    };
    if !is_whole {
        // Of this table alone, it looks at the list of free pages too.
        found.extend(said(connection, by, "'sqlite_schema'")?);
        if unreferenced(connection)? {
            return Err(damaged("pages"));
        }
    }
    let mut pages = Pages { search: true, map: true };
    // Pages that nothing refers to, and how many the list of free pages lacks.
    let (mut unused, mut lacking) = (0_u64, 0);
    // Findings in the tree of pages come as one text, with a line for each, below the name of the database.
    for line in found.iter().flat_map(|found| found.lines()) {
        match line {
            "ok" | "*** in database main ***" => {}
            line if search::is_said(line) => pages.search = false,
            line if is_said_of_map(line) => pages.map = false,
            line if is_unused(line) => unused += 1,
            line => lacking += lacking_in_list(line).ok_or_else(|| damaged("pages"))?,
        }
    }
    // More of them are a tree that something cut off.
    if unused > lacking {
        return Err(damaged("pages"));
    }
    pages.map &= lacking == 0;
    Ok(pages)
}

/// Whether SQLite takes its check of the whole file for that of a part, in which it looks for no pages that nothing refers to.
///
/// It does if the first root that it is given is 0, as that of a virtual table is. Which table comes first depends on hashes of
/// the names, and on the order in which the tables were made; `table_list` has the same order (`sqlite3Pragma`, 3.54.1).
fn is_taken_for_a_part(connection: &Connection) -> Result<bool> {
    let mut statement = connection.prepare("PRAGMA main.table_list").map_err(fault)?;
    let mut tables = statement.query(()).map_err(fault)?;
    let first = tables.next().map_err(fault)?;
    Ok(first
        .map(|row| row.get::<_, String>(2).map_err(fault))
        .transpose()?
        .is_some_and(|kind| kind == "virtual"))
}

/// Whether the file has pages that are neither in a tree nor counted as free: it reads every tree once more.
fn unreferenced(connection: &Connection) -> Result<bool> {
    let all = count(connection, "SELECT page_count FROM pragma_page_count")?;
    let free = count(connection, "SELECT freelist_count FROM pragma_freelist_count")?;
    let used = count(connection, "SELECT count(*) FROM dbstat")?;
    let has_map = count(connection, "SELECT auto_vacuum FROM pragma_auto_vacuum")? != 0;
    // A page of the map says of as many pages as five bytes go into it what refers to them; the first is page 2.
    const MAPPED: i64 = 4096 / 5;
    let map = if has_map && all > 1 { (all - 2) / (MAPPED + 1) + 1 } else { 0 };
    // The page that locks are taken on is never used.
    let locks = i64::from(all > 0x4000_0000 / 4096);
    Ok(all > used + free + map + locks)
}

/// What a pragma finds, of the whole file with the number of findings at which it ends, or of one table. As many as a damaged
/// map can have: by default SQLite stops after 100, and damage of another kind could be cut off behind them.
fn said(connection: &Connection, by: &str, of: &str) -> Result<Vec<String>> {
    let mut statement = connection.prepare(&format!("PRAGMA {by}({of})")).map_err(fault)?;
    let found = statement.query_map((), |row| row.get::<_, String>(0)).map_err(fault)?;
    found.collect::<rusqlite::Result<_>>().map_err(fault)
}

fn is_unused(found: &str) -> bool {
    found.strip_prefix("Page ").is_some_and(|rest| rest.ends_with("never used"))
}

/// How many pages the list of free pages lacks by its own count. A first page of the list that was read short is one of
/// zeros to SQLite, which uses it and loses those that come after it.
fn lacking_in_list(found: &str) -> Option<u64> {
    let (is, should_be) = found.strip_prefix("Freelist: size is ")?.split_once(" but should be ")?;
    should_be.parse::<u64>().ok()?.checked_sub(is.parse().ok()?)
}

fn is_said_of_map(found: &str) -> bool {
    found.contains("Failed to read ptrmap key=") || found.contains("Bad ptr map entry key=")
}

/// Partial indexes, and the rows that they contain. SQLite's check does not count the entries of a partial index: an
/// empty one could point to any other tree, and reading through it would then report damage.
const PARTIAL: [(&str, &str, &str); 12] = [
    ("people", "people_named", "name IS NOT NULL"),
    ("people", "people_by_name", "name IS NOT NULL"),
    ("cases", "cases_by_customer", "customer IS NOT NULL"),
    ("cases", "cases_by_stage_since", "resolved_at IS NULL AND closed_at IS NULL"),
    ("cases", "cases_by_due", "due_at IS NOT NULL"),
    ("cases", "cases_warned", "due_at IS NOT NULL AND warn_at IS NOT NULL"),
    ("cases", "cases_by_waking", "wakes_at IS NOT NULL"),
    ("cases", "cases_pending", "ready <> 0"),
    ("cases", "cases_for_anyone", "for_anyone <> 0"),
    ("cases", "cases_failing", "cause IS NOT NULL"),
    ("cases", "cases_by_due_task", "due_task IS NOT NULL"),
    ("blobs", "blobs_orphaned", "kept = 0"),
];

/// A query of how many totals differ from what counting gives.
pub(crate) fn totals_that_differ() -> String {
    format!(
        "WITH counted AS ({})
        SELECT (SELECT count(*) FROM (SELECT * FROM counted EXCEPT SELECT * FROM totals))
             + (SELECT count(*) FROM (SELECT * FROM totals EXCEPT SELECT * FROM counted))",
        totals::COUNTED
    )
}

/// Places whose family is not the first place of their type and team.
pub(crate) const FAMILIES: &str = "SELECT count(*) FROM places p
    WHERE family <> (SELECT min(key) FROM places WHERE case_type = p.case_type AND team = p.team)";

/// Counts states without a stream or with another stream's id, streams without a state, and events without a stream.
const STREAMS: &str = "SELECT
      (SELECT count(*) FROM cases c LEFT JOIN streams s ON s.key = c.number * 4 WHERE s.kind IS NOT 4 OR s.id <> c.id)
    + (SELECT count(*) FROM customers k LEFT JOIN streams s ON s.key = k.key * 4 + 1
        WHERE s.kind IS NOT 3 OR s.id <> k.id)
    + (SELECT count(*) FROM definitions d LEFT JOIN streams s ON s.key = d.key * 4 + 2
        WHERE s.kind IS NOT d.kind OR s.id <> d.id)
    + (SELECT count(*) FROM people p LEFT JOIN streams s ON s.key = p.key * 4 + 3
        WHERE p.entry IS NOT NULL AND (s.kind IS NOT 6 OR s.id <> p.entry))
    + (SELECT count(*) FROM streams s WHERE
        CASE s.kind WHEN 4 THEN s.key & 3 <> 0 OR s.key >> 2 NOT IN (SELECT number FROM cases)
        WHEN 3 THEN s.key & 3 <> 1 OR s.key >> 2 NOT IN (SELECT key FROM customers)
        WHEN 6 THEN s.key & 3 <> 3 OR s.key >> 2 NOT IN (SELECT key FROM people WHERE entry IS NOT NULL)
        ELSE s.key & 3 <> 2 OR s.key >> 2 NOT IN (SELECT key FROM definitions) END)
    + (SELECT count(*) FROM events WHERE stream NOT IN (SELECT key FROM streams))";

/// Counts people with keys that are reserved, parts of an entry without the rest, and events of people who are not in the
/// file.
const PEOPLE: &str = "SELECT (SELECT count(*) FROM people WHERE key < 1)
    + (SELECT count(*) FROM people WHERE (entry IS NULL) <> (revision IS NULL) OR (entry IS NULL) <> (hash IS NULL)
        OR entry IS NULL AND name IS NOT NULL)
    + (SELECT count(*) FROM events WHERE actor NOT IN (SELECT key FROM people)
        OR on_behalf_of NOT IN (SELECT key FROM people) OR imported_by NOT IN (SELECT key FROM people))";

/// Counts cases of customers who are not in the file.
const CUSTOMERS: &str =
    "SELECT count(*) FROM cases WHERE customer IS NOT NULL AND customer NOT IN (SELECT key FROM customers)";

/// Counts cases with a holder but no time since when, or the other way round.
const HOLDERS: &str = "SELECT count(*) FROM cases WHERE (holder = 0) <> (held_since IS NULL)";

/// Counts bodies without a case, and bodies of nothing.
const BODIES: &str = "SELECT count(*) FROM case_bodies
    WHERE number NOT IN (SELECT number FROM cases) OR coalesce(description, rest) IS NULL";

/// The floor of case numbers in the ledger, from which the one in `file` is derived.
pub(crate) const FLOOR: &str =
    "coalesce((SELECT body ->> '$.ledger.number_floor' FROM definitions WHERE kind = 5), 0)";

/// Whether the floor in `file` is that of the ledger.
pub(crate) fn has_its_floor(moment: &Connection) -> Result<bool> {
    Ok(count(moment, &format!("SELECT count(*) FROM file WHERE number_floor != {FLOOR}"))? == 0)
}

/// Counts blobs whose size is not that of their chunks.
const BLOBS: &str = "SELECT count(*) FROM blobs b
    WHERE size != (SELECT coalesce(sum(length(bytes)), 0) FROM blob_chunks WHERE blob = b.key)";

/// Counts chunks that do not begin where the one before them ends, and blobs whose last chunk began where none does or
/// that are neither kept nor orphans.
const CHUNKS: &str = "SELECT
      (SELECT count(*) FROM (
        SELECT start, coalesce(sum(length(bytes)) OVER earlier, 0) AS due FROM blob_chunks
        WINDOW earlier AS (PARTITION BY blob ORDER BY start ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING))
        WHERE start <> due)
    + (SELECT count(*) FROM blobs b WHERE kept NOT IN (0, 1)
        OR last_start NOT IN (0, size) AND last_start NOT IN (SELECT start FROM blob_chunks WHERE blob = b.key))";

/// How many events are the first of a request, less the requests that left any. The engine compares each request with its
/// own event, so that where the numbers are equal, no event lacks its request.
const REQUESTS: &str = "SELECT (SELECT count(*) FROM events WHERE request IS NOT NULL)
    - (SELECT count(*) FROM requests WHERE CASE WHEN json_valid(receipt) THEN receipt ->> '$.events' > 0 END)";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_of_a_sound_file_is_accounted_for_and_a_tree_that_was_cut_off_is_not() {
        for pages in [1, 200, 818, 819, 820, 1_638, 1_640, 5_000] {
            let connection = Connection::open_in_memory().unwrap();
            let made =
                "PRAGMA page_size = 4096; PRAGMA auto_vacuum = incremental; CREATE TABLE kept (bytes BLOB);
                CREATE TABLE gone (bytes BLOB); CREATE TABLE cut (bytes BLOB)";
            connection.execute_batch(made).unwrap();
            for table in ["kept", "gone", "cut"] {
                let fill = format!("INSERT INTO {table} VALUES (zeroblob(?1))");
                connection.execute(&fill, [pages * 4_092]).unwrap();
            }
            assert!(!unreferenced(&connection).unwrap(), "{pages} each");
            connection.execute_batch("DROP TABLE gone").unwrap();
            assert!(!unreferenced(&connection).unwrap(), "{pages} of which are free");
            let cut_off = "PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = 'cut'";
            connection.execute_batch(cut_off).unwrap();
            assert!(unreferenced(&connection).unwrap(), "{pages} that nothing refers to");
        }
    }
}
