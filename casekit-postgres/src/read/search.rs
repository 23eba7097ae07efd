//! Finding cases and notes by their words, newest first.

use casekit_core::store::{After, CaseFilter, SearchQuery, SearchRow, Slice, Within};

use super::part::Part;
use super::{case_row, filter, one_more, slice, tsquery};
use crate::connection::Connection;
use crate::error::Result;
use crate::value::{optional_id, optional_visibility, unsigned};

/// A page of entries that have the words, of the cases within the scope.
pub(crate) fn page(connection: &Connection, query: &SearchQuery) -> Result<Slice<SearchRow>> {
    let nothing = Slice { rows: Vec::new(), next: None };
    let mut part = Part::of("SELECT ");
    part.push(case_row::COLUMNS).push(", s.id, s.note, s.visibility FROM ").push(case_row::FROM);
    part.push(" JOIN org.search s ON s.case_id = c.id");
    part.bind(" WHERE s.terms @@ ?::text::tsquery", tsquery::text_of(&query.text));
    match &query.after {
        None => {}
        Some(After::Entry(entry)) => drop(part.bind(" AND s.id < ?", *entry)),
        // Nothing comes after a place of another list.
        Some(After::Number(_) | After::Instant(..) | After::Field(..) | After::Name(..) | After::Path(_)) => {
            return Ok(nothing);
        }
    }
    part.push(match (query.cases, query.notes, query.internal) {
        (false, false, _) => return Ok(nothing),
        (true, true, true) => "",
        (true, true, false) => " AND (s.note IS NULL OR s.visibility = 1)",
        (true, false, _) => " AND s.note IS NULL",
        (false, true, true) => " AND s.note IS NOT NULL",
        (false, true, false) => " AND s.visibility = 1",
    });
    let SearchQuery { types, teams, customer, own, .. } = query.clone();
    let within = CaseFilter::from(Within { types, teams, customer, own });
    // A scope names no tag, for which it would take the definitions.
    part.append(filter::conditions(&within, &casekit_core::model::Catalog::default()));
    part.bind(" ORDER BY s.id DESC LIMIT ?", one_more(query.limit));
    let rows = part.rows(connection, |row| {
        Ok(SearchRow {
            entry: unsigned(row, case_row::WIDTH)?,
            case: case_row::read(row)?,
            note: optional_id(row, case_row::WIDTH + 1)?,
            visibility: optional_visibility(row, case_row::WIDTH + 2)?,
        })
    })?;
    Ok(slice(rows, query.limit, |last| After::Entry(last.entry)))
}
