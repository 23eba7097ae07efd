//! Finding cases and notes by their words, newest first.

use casekit_core::model::Catalog;
use casekit_core::store::{After, CaseFilter, SearchQuery, SearchRow, Slice, Within};

use super::part::Part;
use super::{case_row, filter, one_more, slice, tsquery};
use crate::connection::Connection;
use crate::error::Result;
use crate::value::{optional_id, optional_visibility, signed, unsigned};

/// The most entries with the words that are looked at for a page whose scope may leave none of them.
const LOOKED_AT: i64 = 4_000;

/// A page of entries that have the words, of the cases within the scope. It is short where the scope leaves few of them; the
/// next page goes on from there.
pub(crate) fn page(connection: &Connection, query: &SearchQuery) -> Result<Slice<SearchRow>> {
    read(connection, query, LOOKED_AT)
}

fn read(connection: &Connection, query: &SearchQuery, looked_at: i64) -> Result<Slice<SearchRow>> {
    let nothing = Slice { rows: Vec::new(), next: None };
    let SearchQuery { types, teams, customer, own, limit, .. } = query.clone();
    let within = CaseFilter::from(Within { types, teams, customer, own });
    let is_narrow = within != CaseFilter::default();
    let Some(found) = found(query, if is_narrow { looked_at } else { one_more(limit) }) else {
        return Ok(nothing);
    };
    let mut part = Part::of("SELECT ");
    part.push(case_row::COLUMNS).push(", s.id, s.note, s.visibility FROM ").push(case_row::FROM);
    part.push(" JOIN (").append(found.clone()).push(") s ON s.case_id = c.id WHERE true");
    // A scope names no tag, for which it would take the definitions.
    part.append(filter::conditions(&within, &Catalog::default()));
    part.bind(" ORDER BY s.id DESC LIMIT ?", one_more(limit));
    let rows = part.rows(connection, |row| {
        Ok(SearchRow {
            entry: unsigned(row, case_row::WIDTH)?,
            case: case_row::read(row)?,
            note: optional_id(row, case_row::WIDTH + 1)?,
            visibility: optional_visibility(row, case_row::WIDTH + 2)?,
        })
    })?;
    if !is_narrow || rows.len() > limit as usize {
        return Ok(slice(rows, limit, |last| After::Entry(last.entry)));
    }
    let mut end = Part::of("SELECT count(*), coalesce(min(s.id), 0) FROM (");
    end.append(found).push(") s");
    let ends = end.rows(connection, |row| Ok((signed(row, 0)?, unsigned(row, 1)?)))?;
    let next = ends.first().filter(|(looked, _)| *looked >= looked_at).map(|(_, last)| After::Entry(*last));
    Ok(Slice { rows, next })
}

/// The newest entries that have the words, of the kinds that are asked for; `None` if there can be none.
fn found(query: &SearchQuery, limit: i64) -> Option<Part> {
    let mut part = Part::of("SELECT s.id, s.case_id, s.note, s.visibility FROM org.search s");
    part.bind(" WHERE s.terms @@ ?::text::tsquery", tsquery::text_of(&query.text));
    match &query.after {
        None => {}
        Some(After::Entry(entry)) => drop(part.bind(" AND s.id < ?", *entry)),
        // Nothing comes after a place of another list.
        Some(After::Number(_) | After::Instant(..) | After::Field(..) | After::Name(..) | After::Path(_)) => {
            return None;
        }
    }
    part.push(match (query.cases, query.notes, query.internal) {
        (false, false, _) => return None,
        (true, true, true) => "",
        (true, true, false) => " AND (s.note IS NULL OR s.visibility = 1)",
        (true, false, _) => " AND s.note IS NULL",
        (false, true, true) => " AND s.note IS NOT NULL",
        (false, true, false) => " AND s.visibility = 1",
    });
    part.bind(" ORDER BY s.id DESC LIMIT ?", limit);
    Some(part)
}
