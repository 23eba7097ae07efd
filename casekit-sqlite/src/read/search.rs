//! Pages of a search, newest first.

use casekit_core::store::{After, Direction, SearchQuery, SearchRow, Slice};
use rusqlite::Connection;
use rusqlite::types::Value;

use super::filter::condition_on_customer;
use super::found::{Found, Index, Kinds};
use super::part::Part;
use super::people::person;
use super::places::{At, Places};
use super::slice;
use crate::case_columns;
use crate::error::Result;
use crate::known::Known;
use crate::value::{integer, optional_id, optional_visibility, unsigned};

/// The most entries that are looked at for a page, visible to the caller or not: some milliseconds.
const LOOKED_AT: usize = 2_000;

/// The most entries that one statement looks at.
const AT_ONCE: usize = 500;

/// A page of entries. The caller begins the read transaction, since words, keys and rows must be of one state of the
/// file. A page is short if much is found and little of it is visible; the next page continues from there.
pub(crate) fn page(moment: &Connection, known: &Known, query: &SearchQuery) -> Result<Slice<SearchRow>> {
    let nothing = Slice { rows: Vec::new(), next: None };
    let Some(kinds) = kinds(query) else { return Ok(nothing) };
    let after = match &query.after {
        None => None,
        Some(After::Entry(entry)) => Some(integer(*entry)),
        // Nothing comes after a place of another list.
        Some(After::Number(_) | After::Instant(..) | After::Field(..) | After::Name(..) | After::Path(_)) => {
            return Ok(nothing);
        }
    };
    let found = Found::begin(moment, (Index::Entries, kinds), &query.text, Direction::Descending, after)?;
    page_of(moment, known, query, found, LOOKED_AT)
}

/// The kinds of entries to look for; `None` if the query wants neither.
fn kinds(query: &SearchQuery) -> Option<Kinds> {
    match (query.cases, query.notes) {
        (true, true) => Some(Kinds::All),
        (true, false) => Some(Kinds::Cases),
        (false, true) => Some(Kinds::Notes),
        (false, false) => None,
    }
}

fn page_of(
    moment: &Connection,
    known: &Known,
    query: &SearchQuery,
    mut found: Found<'_>,
    looked_at: usize,
) -> Result<Slice<SearchRow>> {
    let (mut rows, mut looked) = (Vec::new(), 0);
    // One more than the page has, which tells whether there is another page.
    let mut at_once = query.limit as usize + 1;
    loop {
        let rowids = found.next(at_once.min(AT_ONCE).min(looked_at - looked))?;
        looked += rowids.len();
        rows.extend(in_scope(moment, known, query, &rowids)?);
        if rows.len() > query.limit as usize {
            return Ok(slice(rows, query.limit, |last| After::Entry(last.entry)));
        }
        let Some(end) = found.end() else { return Ok(Slice { rows, next: None }) };
        if found.is_spent() || looked >= looked_at {
            return Ok(Slice { rows, next: Some(After::Entry(end.unsigned_abs())) });
        }
        at_once *= 2;
    }
}

/// The rows of those entries that the query's scope leaves visible, newest first.
fn in_scope(
    moment: &Connection,
    known: &Known,
    query: &SearchQuery,
    rowids: &[i64],
) -> Result<Vec<SearchRow>> {
    let mut part = Part::default();
    part.push("SELECT ").push(case_columns::ROW).push(", j.value, n.id, n.visibility");
    part.push(" FROM (").append(entries(rowids));
    // An odd key is a note's and an even one a case's, so each is looked up in one table only.
    part.push(") j LEFT JOIN notes n ON n.entry = CASE WHEN j.value & 1 THEN j.value >> 1 END");
    part.push(" LEFT JOIN events v ON v.position = CASE WHEN j.value & 1 THEN NULL ELSE j.value >> 1 END");
    part.push(" AND v.stream & 3 = 0 CROSS JOIN cases c ON c.number = coalesce(n.number, v.stream >> 2)");
    part.push(case_columns::CUSTOMER).push(" WHERE true");
    if !query.internal {
        part.push(" AND (j.value & 1 = 0 OR n.visibility = 1)");
    }
    let at = At { types: query.types.as_deref(), teams: query.teams.as_deref(), ..At::default() };
    let places = Places::of(moment, known, at)?;
    if !places.is_all() {
        part.push(" AND +c.place IN (").append(places.keys()).push(")");
    }
    if let Some(customer) = query.customer {
        part.append(condition_on_customer(customer));
    }
    if let Some(own) = &query.own {
        let own = Value::from(person(moment, known, own)?);
        part.bind(" AND (+c.holder = ? OR +c.raised_by = ?)", [own.clone(), own]);
    }
    let reading = case_columns::Rows::new(moment, known);
    let mut rows = part.rows(moment, |row| {
        Ok(SearchRow {
            case: reading.row(row)?,
            entry: unsigned(row, case_columns::ROW_WIDTH)?,
            note: optional_id(row, case_columns::ROW_WIDTH + 1)?,
            visibility: optional_visibility(row, case_columns::ROW_WIDTH + 2)?,
        })
    })?;
    // SQL does not guarantee that the rows keep the order of the keys.
    rows.sort_by_key(|row| std::cmp::Reverse(row.entry));
    Ok(rows)
}

/// Keys as rows of a table. There are only a few lengths, so that few statements are cached; the rest is filled with
/// `NULL`, which finds nothing.
fn entries(rowids: &[i64]) -> Part {
    let step = if rowids.len() <= 64 { 8 } else { 128 };
    let length = rowids.len().max(1).next_multiple_of(step);
    let mut part = Part::of("SELECT column1 AS value FROM (VALUES (?)");
    part.push(&", (?)".repeat(length - 1)).push(")");
    let filled = rowids.iter().copied().map(Value::from);
    part.values = filled.chain(std::iter::repeat(Value::Null)).take(length).collect();
    part
}

#[cfg(test)]
mod tests;
