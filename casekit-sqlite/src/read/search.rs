//! What was found, newest first.

use casekit_core::store::{After, SearchQuery, SearchRow, Slice};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::filter::{self, Part, Places};
use super::matching::match_expression;
use super::{cases, one_more, slice};
use crate::error::{Result, fault};
use crate::known::Known;
use crate::value::{integer, optional_id, optional_visibility, unsigned};

/// A page of entries. FTS5 gives the greatest entry first by itself, so a page costs what it shows, not what there is.
pub(crate) fn page(connection: &Connection, known: &Known, query: &SearchQuery) -> Result<Slice<SearchRow>> {
    if query.text.is_empty() || !(query.cases || query.notes) {
        return Ok(Slice { rows: Vec::new(), next: None });
    }
    let statement = statement(connection, known, query)?;
    let mut prepared = connection.prepare_cached(&statement.sql).map_err(fault)?;
    let mut found = prepared.query(params_from_iter(statement.values)).map_err(fault)?;
    let mut rows = Vec::new();
    while let Some(row) = found.next().map_err(fault)? {
        rows.push(SearchRow {
            case: cases::row(connection, known, row)?,
            entry: unsigned(row, cases::WIDTH)?,
            note: optional_id(row, cases::WIDTH + 1)?,
            visibility: optional_visibility(row, cases::WIDTH + 2)?,
        });
    }
    Ok(slice(rows, query.limit, |last| After::Entry(last.entry)))
}

fn statement(connection: &Connection, known: &Known, query: &SearchQuery) -> Result<Part> {
    let mut part = Part::default();
    part.push("SELECT ").push(cases::COLUMNS).push(", e.id, e.note, e.visibility");
    part.push(" FROM search CROSS JOIN search_entries e ON e.id = search.rowid");
    part.push(" CROSS JOIN cases c ON c.number = e.number LEFT JOIN customers k ON k.key = c.customer");
    part.bind(" WHERE search MATCH ?", [match_expression(&query.text)]);
    match &query.after {
        None => {}
        Some(After::Entry(entry)) => {
            part.bind(" AND search.rowid < ?", [Value::Integer(integer(*entry))]);
        }
        // Nothing comes after a place of another list.
        Some(After::Number(_) | After::Instant(..) | After::Name(..) | After::Path(_)) => {
            part.push(" AND false");
        }
    }
    part.push(match (query.cases, query.notes, query.internal) {
        (true, true, true) => "",
        (true, true, false) => " AND (e.note IS NULL OR e.visibility = 1)",
        (true, false, _) => " AND e.note IS NULL",
        (false, _, true) => " AND e.note IS NOT NULL",
        (false, _, false) => " AND e.visibility = 1",
    });
    let places = Places { types: query.types.as_deref(), ..Places::default() };
    if !places.is_all() {
        part.push(" AND +c.place IN (").append(places.keys()).push(")");
    }
    if let Some(own) = &query.own {
        let own = Value::from(filter::person(connection, known, own)?);
        part.bind(" AND (+c.holder = ? OR +c.raised_by = ?)", [own.clone(), own]);
    }
    part.bind(" ORDER BY search.rowid DESC LIMIT ?", [Value::Integer(one_more(query.limit))]);
    Ok(part)
}
