//! Lists of cases in which a text is found.

use casekit_core::store::{CaseQuery, CaseRow, Direction, Slice};
use casekit_core::text::Query;
use rusqlite::{Connection, params_from_iter};

use super::cases::{place_of, sorted, those};
use super::filter::{Asked, Part};
use super::matching::match_expression;
use super::plan::{self, Place};
use super::slice;
use crate::error::{Result, fault};
use crate::known::Known;

/// A page of such cases.
pub(super) fn page(
    connection: &Connection,
    known: &Known,
    query: &CaseQuery,
    text: &Query,
) -> Result<Slice<CaseRow>> {
    let moment = connection.unchecked_transaction().map_err(fault)?;
    let asked = Asked::new(&moment, known, &query.filter)?;
    let mut part = Part::default();
    part.bind("SELECT e.number, NULL FROM search CROSS JOIN search_entries e ON e.id = search.rowid WHERE search MATCH ? AND e.note IS NULL", [match_expression(text)]);
    let mut statement = moment.prepare_cached(&part.sql).map_err(fault)?;
    let mut found = statement.query(params_from_iter(part.values)).map_err(fault)?;
    let mut keys: Vec<Place> = Vec::new();
    while let Some(row) = found.next().map_err(fault)? {
        keys.push((None, row.get(0).map_err(fault)?));
    }
    drop(found);
    drop(statement);
    let all = those(&moment, known, &keys, asked.conditions(255))?;
    let whole = sorted(all, &CaseQuery { limit: 1_000_000, ..query.clone() });
    let after = match &query.after {
        None => None,
        Some(after) => match plan::place_after(after, query.sort) {
            Some(place) => Some(place),
            None => return Ok(Slice { rows: Vec::new(), next: None }),
        },
    };
    let key = |row: &CaseRow| plan::place_after(&place_of(row, query.sort), query.sort);
    let rest = whole.rows.into_iter().filter(|row| match (key(row), after) {
        (Some(place), Some(after)) if query.direction == Direction::Ascending => place > after,
        (Some(place), Some(after)) => place < after,
        _ => true,
    });
    Ok(slice(rest.take(query.limit as usize + 1).collect(), query.limit, |last| place_of(last, query.sort)))
}
