//! Everything that search indexes contain: entries of cases and notes, and names of customers, each with its key in the
//! index.
//!
//! The key of an entry is made from the position of the event that created it. So a greater key is newer, and an edit
//! keeps the key.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use casekit_core::model::{CaseField, CaseNumber, FieldId, LongText, Name, Reference, ShortText, Title};
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

/// Makes the terms of a row that was read.
type MakesTerms = Box<dyn FnOnce() -> Vec<String>>;

/// One row of an index: its key and its terms.
pub(crate) type Found = (i64, Vec<String>);

/// A part of what can be found. Each has rows with keys of their own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Part {
    /// Cases, by number.
    Cases,
    /// Notes that have text, by entry.
    Notes,
    /// What customers are found by, by key.
    Names,
}

impl Part {
    /// All parts, in the order in which an index is filled fastest: each kind of entry in the order of its keys.
    pub(crate) const ALL: [Self; 3] = [Self::Cases, Self::Notes, Self::Names];

    /// Hands over the rows after a key, each with its key, until there are no more or `found` ends it.
    pub(crate) fn rows(
        self,
        connection: &Connection,
        after: i64,
        mut found: impl FnMut(i64, Found) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let mut statement = connection.prepare_cached(self.sql()).map_err(fault)?;
        let mut rows = statement.query([after]).map_err(fault)?;
        while let Some(row) = rows.next().map_err(fault)? {
            if found(row.get(0).map_err(fault)?, self.found(row)?)?.is_break() {
                break;
            }
        }
        Ok(())
    }

    /// The statement that counts its rows; a condition may be added.
    pub(crate) fn count(self) -> &'static str {
        match self {
            Self::Cases => "SELECT count(*) FROM cases WHERE true",
            Self::Notes => "SELECT count(*) FROM notes WHERE text IS NOT NULL",
            Self::Names => "SELECT count(*) FROM customers WHERE true",
        }
    }

    /// The column of its keys.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Cases => "number",
            Self::Notes => "entry",
            Self::Names => "key",
        }
    }

    fn sql(self) -> &'static str {
        match self {
            Self::Cases => {
                "SELECT c.number, c.entry, c.prefix, c.title, b.description, k.name, b.rest FROM cases c
                LEFT JOIN case_bodies b ON b.number = c.number LEFT JOIN customers k ON k.key = c.customer
                WHERE c.number > ?1 ORDER BY c.number"
            }
            Self::Notes => {
                "SELECT entry, text FROM notes WHERE text IS NOT NULL AND entry > ?1 ORDER BY entry"
            }
            Self::Names => {
                "SELECT key, name, email, phone, reference, found_by FROM customers WHERE key > ?1 ORDER BY key"
            }
        }
    }

    fn found(self, row: &Row<'_>) -> Result<Found> {
        let (rowid, terms) = self.read(row)?;
        Ok((rowid, terms()))
    }

    /// Reads every row, and makes no terms of them.
    ///
    /// # Errors
    /// Damage, if one cannot be read.
    pub(crate) fn can_be_read(self, connection: &Connection) -> Result<()> {
        let mut statement = connection.prepare_cached(self.sql()).map_err(fault)?;
        let mut rows = statement.query([i64::MIN]).map_err(fault)?;
        while let Some(row) = rows.next().map_err(fault)? {
            let _makes_terms = self.read(row)?;
        }
        Ok(())
    }

    /// The key of a row, and what makes its terms.
    fn read(self, row: &Row<'_>) -> Result<(i64, MakesTerms)> {
        Ok(match self {
            Self::Cases => {
                let number = CaseNumber { prefix: row.get(2).map_err(fault)?, value: unsigned(row, 0)? };
                let (title, description): (Title, Option<LongText>) = (text(row, 3)?, optional_text(row, 4)?);
                let (name, rest): (Option<Name>, Option<Rest>) =
                    (optional_text(row, 5)?, optional_json(row, 6)?);
                let Rest { request, fields, .. } = rest.unwrap_or_default();
                let terms = move || {
                    let asked = (name.as_ref(), request.as_ref());
                    terms_of_case(&number, &title, description.as_ref(), asked, &fields)
                };
                (case_rowid(row.get(1).map_err(fault)?), Box::new(terms))
            }
            Self::Notes => {
                let text: LongText = text(row, 1)?;
                (note_rowid(row.get(0).map_err(fault)?), Box::new(move || terms(text.as_str())))
            }
            Self::Names => {
                let (name, reference): (Name, Option<Reference>) = (text(row, 1)?, optional_text(row, 4)?);
                let (email, phone): (Option<ShortText>, Option<ShortText>) =
                    (optional_text(row, 2)?, optional_text(row, 3)?);
                let fields: Option<BTreeMap<FieldId, CaseField>> = optional_json(row, 5)?;
                let terms = move || {
                    let (email, phone, reference) = (email.as_ref(), phone.as_ref(), reference.as_ref());
                    let fields = &fields.unwrap_or_default();
                    customer_terms(Contact { name: &name, email, phone, reference, fields })
                };
                (row.get(0).map_err(fault)?, Box::new(terms))
            }
        })
    }
}

/// Hands over every case and every note that has text.
pub(crate) fn entries(connection: &Connection, mut found: impl FnMut(Found) -> Result<()>) -> Result<()> {
    each(connection, Part::Cases, &mut found)?;
    each(connection, Part::Notes, &mut found)
}

/// Hands over what every customer is found by.
pub(crate) fn names(connection: &Connection, mut found: impl FnMut(Found) -> Result<()>) -> Result<()> {
    each(connection, Part::Names, &mut found)
}

fn each(connection: &Connection, part: Part, found: &mut impl FnMut(Found) -> Result<()>) -> Result<()> {
    part.rows(connection, i64::MIN, |_, row| found(row).map(ControlFlow::Continue))
}
