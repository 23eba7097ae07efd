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
pub(crate) mod directory;
pub(crate) mod durations;
pub(crate) mod events;
mod field_order;
mod filter;
pub(crate) mod folded;
mod found;
mod found_cases;
pub(crate) mod history;
pub(crate) mod load;
mod matching;
pub(crate) mod notes;
mod part;
mod pending;
mod people;
mod places;
mod plan;
mod pool;
pub(crate) mod search;
mod stalled;
#[cfg(test)]
mod steps;
pub(crate) mod streams;

pub(crate) use pool::Readers;

use casekit_core::store::{
    After, CaseCount, CaseFilter, CaseQuery, CaseRow, CountQuery, Slice, StoreError, StoreErrorKind,
};
use casekit_core::text::RULES;
use rusqlite::Connection;

use crate::error::{Result, fault, unreadable};
use crate::known::Known;
use crate::schema;

/// What a state of the file says of itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Moment {
    /// The generation of the definitions.
    pub(crate) generation: i64,
    /// The text rules by which the search was made, and the part of it that is being made: 0 if all is.
    search: (i64, i64),
}

impl Moment {
    /// Fails unless the search has all entries, made by this library's text rules: it would find less, and not say so.
    pub(crate) fn is_searchable(self) -> Result<()> {
        if self.search == (RULES.into(), 0) {
            return Ok(());
        }
        schema::are_known(self.search.0)?;
        let message = "the file's search was made by older text rules, or is not made to the end; open the file once so that it \
                       can be written to, which makes it anew";
        Err(StoreError::new(StoreErrorKind::ReadOnly, message))
    }
}

/// Reads several things in one state of the file, of which `read` is given what it says of itself.
pub(crate) fn at_one_moment<T>(connection: &Connection, read: impl FnOnce(Moment) -> Result<T>) -> Result<T> {
    const SQL: &str = "SELECT generation, text_rules, search_part FROM file";
    let mut statement = connection.prepare_cached(SQL).map_err(fault)?;
    let mut file = statement.query(()).map_err(fault)?;
    let row = file.next().map_err(fault)?.ok_or_else(unreadable)?;
    let number = |column| row.get(column).map_err(fault);
    let moment = Moment { generation: number(0)?, search: (number(1)?, number(2)?) };
    // INVARIANT: SQLite's read transaction lasts while a reading statement is active, and this one is active until
    // `file` is dropped. It costs half of what beginning and ending a transaction does.
    read(moment)
}

/// A page of cases, found by a text or not. The caller has begun the moment.
pub(crate) fn page_of_cases(
    connection: &Connection,
    moment: Moment,
    known: &Known,
    query: &CaseQuery,
) -> Result<Slice<CaseRow>> {
    // A text without terms is no condition.
    let text = query.filter.text.as_ref().filter(|text| !text.is_empty());
    if text.is_some() {
        moment.is_searchable()?;
    }
    match (&query.by_field, text) {
        (Some(order), text) => field_order::page(connection, known, query, order, text),
        (None, Some(text)) => found_cases::page(connection, known, query, text),
        (None, None) => cases::page(connection, known, query),
    }
}

/// Counts of cases, found by a text or not. The caller has begun the moment.
pub(crate) fn count_cases(
    connection: &Connection,
    moment: Moment,
    known: &Known,
    query: &CountQuery,
) -> Result<Vec<CaseCount>> {
    if query.filter.text.as_ref().is_some_and(|text| !text.is_empty()) {
        moment.is_searchable()?;
    }
    counts::count(connection, known, query)
}

/// How many cases fit a filter, up to a number.
pub(crate) fn count_up_to(
    connection: &Connection,
    moment: Moment,
    known: &Known,
    (filter, at_most): (&CaseFilter, u32),
) -> Result<u64> {
    if filter.text.as_ref().is_some_and(|text| !text.is_empty()) {
        moment.is_searchable()?;
    }
    counts::up_to(connection, known, filter, at_most)
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
                "PRAGMA journal_mode = wal; CREATE TABLE file (generation, text_rules, search_part);
                INSERT INTO file VALUES (1, 0, 0)",
            )
            .unwrap();
        let now = |connection: &Connection| catalog::generation(connection).unwrap();
        let seen = at_one_moment(&reader, |moment| {
            writer.execute("UPDATE file SET generation = 2", ()).unwrap();
            Ok((moment.generation, now(&reader), now(&writer)))
        });
        assert_eq!(seen.unwrap(), (1, 1, 2));
        assert_eq!(now(&reader), 2, "the moment is over");
    }
}
