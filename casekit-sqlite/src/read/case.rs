//! One case, from its columns and its body.

use casekit_core::model::{Case, CaseNumber, Holder, Timestamp};
use rusqlite::{Connection, Row};

use crate::error::{Result, fault, unreadable};
use crate::known::{Known, NOBODY};
use crate::rest::Rest;
use crate::value::{
    instant, optional_id, optional_json, optional_signed, optional_text, shared, signed, text, unsigned,
};

/// The columns of a case `c`, its body `b` and its customer `k`, in the order of [`case`]; then `rest`.
macro_rules! of_case {
    ($first:literal, $rest:literal) => {
        concat!(
            "SELECT ",
            $first,
            "c.id, c.revision, c.prefix, c.number, c.place, c.type_version, c.title, b.description, k.id, c.holder,
            c.held_since, c.raised_by, c.raised_for, c.raised_at, c.updated_at, c.resolved_at, c.closed_at,
            c.reopened, c.notes, b.rest ",
            $rest
        )
    };
}

pub(crate) use of_case;

/// Reads a case whose columns begin at `first`; `None` if there is none.
pub(crate) fn case(
    connection: &Connection,
    known: &Known,
    row: &Row<'_>,
    first: usize,
) -> Result<Option<Case>> {
    let at = |column: usize| first + column;
    let Some(case_id) = optional_id(row, first)? else { return Ok(None) };
    let person = |column: usize| -> Result<Option<_>> {
        let key = optional_signed(row, at(column))?;
        key.filter(|key| *key != NOBODY).map(|key| known.person(connection, key)).transpose()
    };
    let holder = match person(9)? {
        Some(by) => Some(Holder { by, since: instant(row, at(10))? }),
        None => None,
    };
    let (place, _) = known.place(connection, signed(row, at(4))?)?;
    let rest: Rest = optional_json(row, at(19))?.unwrap_or_default();
    Ok(Some(Case {
        id: case_id,
        revision: unsigned(row, at(1))?,
        number: CaseNumber { prefix: shared(row, at(2))?, value: unsigned(row, at(3))? },
        case_type: place.case_type,
        type_version: row.get(at(5)).map_err(fault)?,
        stage: place.stage.clone(),
        category: place.category()?,
        title: text(row, at(6))?,
        description: optional_text(row, at(7))?,
        customer: optional_id(row, at(8))?,
        holder,
        raised_by: person(11)?.ok_or_else(unreadable)?,
        raised_for: person(12)?,
        raised_at: instant(row, at(13))?,
        updated_at: instant(row, at(14))?,
        resolved_at: optional_instant(row, at(15))?,
        closed_at: optional_instant(row, at(16))?,
        reopened: row.get(at(17)).map_err(fault)?,
        notes: row.get(at(18)).map_err(fault)?,
        request: rest.request,
        progress: rest.progress,
    }))
}

fn optional_instant(row: &Row<'_>, column: usize) -> Result<Option<Timestamp>> {
    match optional_signed(row, column)? {
        Some(_) => instant(row, column).map(Some),
        None => Ok(None),
    }
}

/// A case that must be there.
pub(crate) fn whole(connection: &Connection, known: &Known, row: &Row<'_>, first: usize) -> Result<Case> {
    case(connection, known, row, first)?.ok_or_else(unreadable)
}
