//! Reading. Every answer is of one state of the file.

pub(crate) mod blobs;
pub(crate) mod cases;
pub(crate) mod catalog;
pub(crate) mod check;
pub(crate) mod copy;
#[cfg(test)]
mod counted;
pub(crate) mod counts;
pub(crate) mod customers;
pub(crate) mod events;
mod filter;
pub(crate) mod folded;
mod found;
mod found_cases;
pub(crate) mod history;
pub(crate) mod load;
mod matching;
pub(crate) mod notes;
mod part;
pub(crate) mod people;
mod places;
mod plan;
mod pool;
pub(crate) mod search;
#[cfg(test)]
mod steps;
pub(crate) mod streams;

pub(crate) use pool::Readers;

use casekit_core::store::{After, CaseQuery, CaseRow, Slice};
use rusqlite::Connection;

use crate::error::{Result, fault, unreadable};
use crate::known::Known;

/// Reads several things in one state of the file. `read` is given the generation of the definitions in that state.
pub(crate) fn at_one_moment<T>(connection: &Connection, read: impl FnOnce(i64) -> Result<T>) -> Result<T> {
    let mut statement = connection.prepare_cached(catalog::GENERATION).map_err(fault)?;
    let mut file = statement.query(()).map_err(fault)?;
    let generation = file.next().map_err(fault)?.ok_or_else(unreadable)?.get(0).map_err(fault)?;
    // INVARIANT: SQLite's read transaction lasts while a reading statement is active, and this one is active until
    // `file` is dropped. It costs half of what beginning and ending a transaction does.
    read(generation)
}

/// A page of cases, found by a text or not. It is of one moment if the caller has begun it.
pub(crate) fn page_of_cases(
    connection: &Connection,
    known: &Known,
    query: &CaseQuery,
) -> Result<Slice<CaseRow>> {
    // A text without terms is no condition.
    match query.filter.text.as_ref().filter(|text| !text.is_empty()) {
        Some(text) => found_cases::page(connection, known, query, text),
        None => cases::page(connection, known, query),
    }
}

/// How many rows to ask for: one more than the page has, which tells whether there is another page.
fn one_more(limit: u32) -> i64 {
    i64::from(limit) + 1
}

/// Makes a page of rows that were asked for with `one_more`.
fn slice<T>(mut rows: Vec<T>, limit: u32, place: impl Fn(&T) -> After) -> Slice<T> {
    let limit = limit as usize;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(place);
    Slice { rows, next }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_at_one_moment_sees_nothing_that_comes_meanwhile() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Connection::open(folder.path().join("x.db")).unwrap();
        let (reader, writer) = (open(), open());
        writer
            .execute_batch(
                "PRAGMA journal_mode = wal; CREATE TABLE file (generation); INSERT INTO file VALUES (1)",
            )
            .unwrap();
        let now = |connection: &Connection| catalog::generation(connection).unwrap();
        let seen = at_one_moment(&reader, |generation| {
            writer.execute("UPDATE file SET generation = 2", ()).unwrap();
            Ok((generation, now(&reader), now(&writer)))
        });
        assert_eq!(seen.unwrap(), (1, 1, 2));
        assert_eq!(now(&reader), 2, "the moment is over");
    }
}
