//! Everything that search indexes contain: entries of cases and notes, and names of customers, each with its key in the
//! index.
//!
//! The key of an entry is made from the position of the event that created it. So a greater key is newer, and an edit
//! keeps the key.

use casekit_core::model::{CaseNumber, LongText, Name, Reference, ShortText, Title};
use casekit_core::search::{Contact, customer_terms, terms_of_case};
use casekit_core::text::terms;
use rusqlite::{Connection, Row};

use crate::error::{Result, fault};
use crate::rest::Rest;
use crate::value::{optional_json, optional_text, text, unsigned};

/// The key of a case in the index: twice its entry. Positions stay far below half of the greatest integer.
pub(crate) fn case_rowid(entry: i64) -> i64 {
    entry.saturating_mul(2)
}

/// The key of a note in the index: twice its entry, plus 1.
pub(crate) fn note_rowid(entry: i64) -> i64 {
    entry.saturating_mul(2).saturating_add(1)
}

/// Whether a key is a note's.
pub(crate) fn is_of_note(rowid: i64) -> bool {
    rowid % 2 != 0
}

/// One row of an index: its key and its terms.
pub(crate) type Found = (i64, Vec<String>);

/// Hands over every case and every note that has text, each kind in the order of its keys: an index is filled fastest
/// in that order.
pub(crate) fn entries(connection: &Connection, mut found: impl FnMut(Found) -> Result<()>) -> Result<()> {
    const CASES: &str = "SELECT c.entry, c.prefix, c.number, c.title, b.description, k.name, b.rest FROM cases c
        LEFT JOIN case_bodies b ON b.number = c.number LEFT JOIN customers k ON k.key = c.customer ORDER BY c.number";
    const NOTES: &str = "SELECT entry, text FROM notes WHERE text IS NOT NULL ORDER BY entry";
    each(connection, CASES, |row| {
        let number = CaseNumber { prefix: row.get(1).map_err(fault)?, value: unsigned(row, 2)? };
        let (title, description): (Title, Option<LongText>) = (text(row, 3)?, optional_text(row, 4)?);
        let (name, rest): (Option<Name>, Option<Rest>) = (optional_text(row, 5)?, optional_json(row, 6)?);
        let request = rest.and_then(|rest| rest.request);
        let terms = terms_of_case(&number, &title, description.as_ref(), (name.as_ref(), request.as_ref()));
        found((case_rowid(row.get(0).map_err(fault)?), terms))
    })?;
    each(connection, NOTES, |row| {
        let text: LongText = text(row, 1)?;
        found((note_rowid(row.get(0).map_err(fault)?), terms(text.as_str())))
    })
}

/// Hands over what every customer is found by.
pub(crate) fn names(connection: &Connection, mut found: impl FnMut(Found) -> Result<()>) -> Result<()> {
    const CUSTOMERS: &str = "SELECT key, name, email, phone, reference FROM customers";
    each(connection, CUSTOMERS, |row| {
        let (name, reference): (Name, Option<Reference>) = (text(row, 1)?, optional_text(row, 4)?);
        let (email, phone): (Option<ShortText>, Option<ShortText>) =
            (optional_text(row, 2)?, optional_text(row, 3)?);
        let (email, phone, reference) = (email.as_ref(), phone.as_ref(), reference.as_ref());
        found((row.get(0).map_err(fault)?, customer_terms(Contact { name: &name, email, phone, reference })))
    })
}

fn each(connection: &Connection, sql: &str, mut look: impl FnMut(&Row<'_>) -> Result<()>) -> Result<()> {
    let mut statement = connection.prepare(sql).map_err(fault)?;
    let mut rows = statement.query(()).map_err(fault)?;
    while let Some(row) = rows.next().map_err(fault)? {
        look(row)?;
    }
    Ok(())
}
