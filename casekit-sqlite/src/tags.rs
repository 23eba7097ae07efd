//! Tags by which cases are found: the rows of `case_tags`, made of the case and of what became of its tags.

use casekit_core::model::{Case, StreamId, TagId};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::error::{Result, fault, unreadable};
use crate::keys;

/// The id of a tag, by its key.
pub(crate) fn id(connection: &Connection, key: i64) -> Result<TagId> {
    const SQL: &str = "SELECT kind, id FROM streams WHERE key = ?1";
    let mut statement = connection.prepare_cached(SQL).map_err(fault)?;
    let stream = keys::of_definition(key);
    let found = statement.query_row([stream], |row| Ok(crate::value::stream(row, 0, 1)));
    match found.optional().map_err(fault)?.transpose()? {
        Some(StreamId::Tag(id)) => Ok(id),
        Some(_) | None => Err(unreadable()),
    }
}

/// The keys of the tags that a case has, in their order, each once. `key` gives the key of the tag for which an id stands.
pub(crate) fn of(case: &Case, key: impl FnMut(&TagId) -> Result<i64>) -> Result<Vec<i64>> {
    let mut tags = case.tags.iter().map(key).collect::<Result<Vec<_>>>()?;
    tags.sort_unstable();
    tags.dedup();
    Ok(tags)
}

/// The keys that the file has of a case, in their order.
pub(crate) fn kept(connection: &Connection, number: i64) -> Result<Vec<i64>> {
    const SQL: &str = "SELECT tag FROM case_tags INDEXED BY case_tags_by_case WHERE number = ?1 ORDER BY tag";
    crate::rows::rows(connection, SQL, &[&number], |row| row.get(0).map_err(fault))
}

/// Writes what changes of the tags of a case.
pub(crate) fn write(change: &Transaction<'_>, number: i64, before: &[i64], tags: &[i64]) -> Result<()> {
    const DROP: &str = "DELETE FROM case_tags WHERE tag = ?1 AND number = ?2";
    const PUT: &str = "INSERT INTO case_tags (tag, number) VALUES (?1, ?2)";
    for (sql, some, others) in [(DROP, before, tags), (PUT, tags, before)] {
        for tag in some.iter().filter(|tag| !others.contains(tag)) {
            let mut statement = change.prepare_cached(sql).map_err(fault)?;
            statement.execute(params![tag, number]).map_err(fault)?;
        }
    }
    Ok(())
}

/// Replaces whatever the file has of a case.
pub(crate) fn replace(change: &Transaction<'_>, number: i64, tags: &[i64]) -> Result<()> {
    const CLEAR: &str = "DELETE FROM case_tags WHERE number = ?1";
    change.prepare_cached(CLEAR).and_then(|mut clear| clear.execute([number])).map_err(fault)?;
    write(change, number, &[], tags)
}

/// How many cases of a place lose a tag, and how many get the one into which it is merged.
pub(crate) struct Moved {
    pub(crate) place: i64,
    pub(crate) lose: i64,
    pub(crate) get: i64,
}

/// Gives the cases that have a tag the one into which it is merged. Returns how many they are by place.
pub(crate) fn merge(change: &Transaction<'_>, from: i64, into: i64) -> Result<Vec<Moved>> {
    const MOVED: &str = "SELECT c.place, count(*), count(*) FILTER (WHERE NOT EXISTS (
            SELECT 1 FROM case_tags o WHERE o.tag = ?2 AND o.number = t.number))
        FROM case_tags t CROSS JOIN cases c ON c.number = t.number WHERE t.tag = ?1 GROUP BY c.place";
    const PUT: &str =
        "INSERT OR IGNORE INTO case_tags (tag, number) SELECT ?2, number FROM case_tags WHERE tag = ?1";
    const DROP: &str = "DELETE FROM case_tags WHERE tag = ?1";
    let moved = crate::rows::rows(change, MOVED, &[&from, &into], |row| {
        let read = |column| row.get(column).map_err(fault);
        Ok(Moved { place: read(0)?, lose: read(1)?, get: read(2)? })
    })?;
    change.execute(PUT, (from, into)).map_err(fault)?;
    change.execute(DROP, [from]).map_err(fault)?;
    Ok(moved)
}

/// Counts rows of cases that are not there.
pub(crate) const STRAY: &str =
    "SELECT count(*) FROM case_tags WHERE number NOT IN (SELECT number FROM cases)";
