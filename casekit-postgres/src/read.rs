//! Reading. Every answer is of one moment of the store.

pub(crate) mod blobs;
mod case_row;
pub(crate) mod cases;
pub(crate) mod catalog;
pub(crate) mod check;
pub(crate) mod copy;
pub(crate) mod counts;
pub(crate) mod customers;
pub(crate) mod directory;
pub(crate) mod durations;
pub(crate) mod events;
mod filter;
pub(crate) mod history;
pub(crate) mod load;
pub(crate) mod notes;
mod part;
pub(crate) mod search;
pub(crate) mod streams;
mod tsquery;

use casekit_core::store::{After, Slice, StoreError, StoreErrorKind};
use casekit_core::text::RULES;

use crate::connection::{Answer, Connection, Query};
use crate::error::{Result, unreadable};
use crate::value::{signed, unsigned};

/// What a moment of the store says of itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Moment {
    /// The position of the newest event.
    pub(crate) position: u64,
    /// The generation of the definitions.
    pub(crate) generation: i64,
    /// The text rules by which the search was made.
    pub(crate) text_rules: i64,
}

/// What [`Moment::of`] reads.
const MOMENT: &str = "SELECT position, generation, text_rules FROM org.file";

impl Moment {
    fn of(file: Option<&Answer>) -> Result<Self> {
        let row = file.and_then(|file| file.rows.first()).ok_or_else(unreadable)?;
        Ok(Self { position: unsigned(row, 0)?, generation: signed(row, 1)?, text_rules: signed(row, 2)? })
    }

    /// Fails unless the terms of the search were made by this library's text rules: it would find less, and not say so.
    pub(crate) fn is_searchable(self) -> Result<()> {
        if self.text_rules == i64::from(RULES) {
            return Ok(());
        }
        let message = "the store's search was made by other text rules than this library has; update every host, and call \
            `repair_derived` once, which makes it anew";
        Err(StoreError::new(StoreErrorKind::Unsupported, message))
    }
}

/// Reads several things as of one moment, of which `read` is given what it says of itself. If `read` fails, the transaction is
/// left open: the connection of a failed read is closed.
pub(crate) fn at_one_moment<T>(
    connection: &Connection,
    read: impl FnOnce(&Connection, Moment) -> Result<T>,
) -> Result<T> {
    let answers = connection.pipeline(vec![
        Query::new("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", []),
        Query::new(MOMENT, []),
    ])?;
    let answer = read(connection, Moment::of(answers.last())?)?;
    // Nothing hangs on it: the transaction only read, and what the connection does next comes after it.
    connection.send("COMMIT");
    Ok(answer)
}

/// How many rows are asked for, so that it is known whether there are more.
fn one_more(limit: u32) -> i64 {
    i64::from(limit).saturating_add(1)
}

/// A page of rows of which one more than the limit was asked for.
fn slice<T>(mut rows: Vec<T>, limit: u32, place: impl Fn(&T) -> After) -> Slice<T> {
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next = rows.last().filter(|_| more).map(place);
    Slice { rows, next }
}
