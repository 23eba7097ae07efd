//! Lists of cases, read from columns. The only JSON that is parsed for a row is that of its status and failure.

use std::cmp::Reverse;

use casekit_core::store::{After, CaseQuery, CaseRow, Direction, Slice, Sort};
use rusqlite::{Connection, Row};

use super::filter::{Conditions, KeyedFilter};
use super::part::{Part, key_list};
use super::plan::{self, Order, Place, Walk, Way};
use super::{one_more, slice};
use crate::case_columns::{CUSTOMER, ROW, ROW_WIDTH, Rows};
use crate::error::{Result, fault};
use crate::known::Known;

/// The most rows that are tested for a page. They are read in parts that grow, so that a page which fills soon tests
/// few.
pub(super) const LOOKED_AT: i64 = 4_000;
/// The most rows of the first part.
const FIRST_PART: i64 = 250;

/// A page of cases that are not searched for a text. The caller begins the read transaction, so that the choice of a
/// way and the page are of one state of the file.
pub(super) fn page(connection: &Connection, known: &Known, query: &CaseQuery) -> Result<Slice<CaseRow>> {
    let keyed = KeyedFilter::new(connection, known, &query.filter)?;
    let after = match &query.after {
        None => None,
        // Nothing comes after a place of another list.
        Some(after) => match plan::place_after(after, query.sort) {
            Some(place) => Some(place),
            None => return Ok(Slice { rows: Vec::new(), next: None }),
        },
    };
    let order = Order { sort: query.sort, direction: query.direction };
    match plan::way(connection, &keyed, query.sort)? {
        Way::All => all(connection, known, query, after),
        Way::Ordered(walk) | Way::Few(walk) => {
            let keys = walk.keys(order, after, one_more(query.limit));
            let mut part = Part::default();
            part.append(columns(&keyed)).push(" FROM (").append(keys);
            part.push(") d CROSS JOIN cases c ON c.number = d.number").push(CUSTOMER);
            let mut rows = rows(connection, known, part, query.limit)?;
            sort(&mut rows, query);
            Ok(slice(rows, query.limit, |last| place_of(last, query.sort)))
        }
        Way::Tested(walk, left) => tested(connection, known, query, &keyed, &walk, left, after),
    }
}

/// A page of all cases by number, which is the order of the table itself.
fn all(
    connection: &Connection,
    known: &Known,
    query: &CaseQuery,
    after: Option<Place>,
) -> Result<Slice<CaseRow>> {
    let order = Order { sort: Sort::Number, direction: query.direction };
    let mut part = Part::default();
    part.push("SELECT ").push(ROW).push(", 0 FROM cases c").push(CUSTOMER).push(" WHERE true");
    part.append(order.beyond(after)).append(order.by("c.", one_more(query.limit)));
    let rows = rows(connection, known, part, query.limit)?;
    Ok(slice(rows, query.limit, |last| place_of(last, query.sort)))
}

/// Reads cases in order and tests each, until the page is full or `LOOKED_AT` cases were tested. A page that ends like
/// this is short, and has a `next`.
fn tested(
    connection: &Connection,
    known: &Known,
    query: &CaseQuery,
    keyed: &KeyedFilter<'_>,
    walk: &Walk,
    left: Conditions,
    mut after: Option<Place>,
) -> Result<Slice<CaseRow>> {
    let order = Order { sort: query.sort, direction: query.direction };
    let conditions = || keyed.conditions(left);
    // Usually at least every second case fits.
    let (mut part, mut budget) = (FIRST_PART.min(one_more(query.limit) * 2), LOOKED_AT);
    let (mut seen, mut found) = (0, Vec::new());
    let first = walk.keys(order, after, part);
    fitting(connection, known, keyed, first, conditions(), |row, case| {
        seen += 1;
        after = order.later(after, (row.get(AT).map_err(fault)?, row.get(NUMBER).map_err(fault)?));
        found.extend(case);
        Ok(())
    })?;
    sort(&mut found, query);
    loop {
        if seen < part || found.len() > query.limit as usize {
            return Ok(slice(found, query.limit, |last| place_of(last, query.sort)));
        }
        budget -= part;
        if budget <= 0 {
            let next = after.and_then(|place| named(place, query.sort));
            return Ok(Slice { rows: found, next });
        }
        part = (part * 4).min(budget);
        let keys = keys(connection, walk.keys(order, after, part))?;
        (seen, after) = (keys.len() as i64, keys.last().copied().or(after));
        found.extend(those(connection, known, query, keyed, &keys, conditions())?);
    }
}

/// The column of a statement of [`fitting`] that has the key by which the list is sorted.
pub(super) const AT: usize = ROW_WIDTH + 1;
/// The column that has the number.
pub(super) const NUMBER: usize = ROW_WIDTH + 2;

/// Hands over each case from `keys`, which gives `number` and `at`, and the case if it fits the conditions: by one statement. A
/// case that does not fit costs as much as a row of the page, so only for a few.
pub(super) fn fitting(
    connection: &Connection,
    known: &Known,
    keyed: &KeyedFilter<'_>,
    keys: Part,
    conditions: Part,
    mut each: impl FnMut(&Row<'_>, Option<CaseRow>) -> Result<()>,
) -> Result<()> {
    let mut part = Part::default();
    part.append(columns(keyed)).push(", d.at, d.number, true").append(conditions);
    part.push(" FROM (").append(keys);
    part.push(") d CROSS JOIN cases c ON c.number = d.number").push(CUSTOMER);
    let reading = Rows::new(connection, known);
    part.each(connection, |row| {
        // A comparison with `NULL` gives `NULL`, which does not fit either.
        let fits = row.get::<_, Option<bool>>(NUMBER + 1).map_err(fault)? == Some(true);
        each(row, if fits { Some(with_pending(&reading, row)?) } else { None })
    })
}

/// The numbers and instants that a query gives.
pub(super) fn keys(connection: &Connection, part: Part) -> Result<Vec<Place>> {
    part.rows(connection, |row| Ok((row.get(1).map_err(fault)?, row.get(0).map_err(fault)?)))
}

/// The cases among these that fit the conditions, in the order of the list.
pub(super) fn those(
    connection: &Connection,
    known: &Known,
    query: &CaseQuery,
    keyed: &KeyedFilter<'_>,
    keys: &[Place],
    conditions: Part,
) -> Result<Vec<CaseRow>> {
    let mut part = columns(keyed);
    part.bind(
        " FROM json_each(?) j CROSS JOIN cases c ON c.number = j.value",
        [key_list(keys.iter().map(|(_, number)| *number))],
    );
    part.push(CUSTOMER).push(" WHERE true").append(conditions);
    let mut rows = rows(connection, known, part, query.limit)?;
    sort(&mut rows, query);
    Ok(rows)
}

/// The most rows for which room is made in advance.
const USUAL: u32 = 100;

/// Begins a statement with the columns of rows, and whether each is pending for the person whose work is asked for.
fn columns(keyed: &KeyedFilter<'_>) -> Part {
    let mut part = Part::default();
    part.push("SELECT ").push(ROW).push(", ").append(keyed.is_pending());
    part
}

fn with_pending(reading: &Rows<'_>, row: &Row<'_>) -> Result<CaseRow> {
    Ok(CaseRow { pending: row.get(ROW_WIDTH).map_err(fault)?, ..reading.row(row)? })
}

/// Runs a statement of [`columns`] that gives at most one row more than `limit`.
fn rows(connection: &Connection, known: &Known, part: Part, limit: u32) -> Result<Vec<CaseRow>> {
    let reading = Rows::new(connection, known);
    let mut rows = Vec::with_capacity(limit.min(USUAL) as usize + 1);
    part.rows_into(&mut rows, connection, |row| with_pending(&reading, row))?;
    Ok(rows)
}

/// Sorts rows into the order of the list. They usually come in that order, but SQL does not guarantee it through a
/// join. Sorting rows that are in order compares each once and moves none.
fn sort(rows: &mut [CaseRow], query: &CaseQuery) {
    let key = |row: &CaseRow| match query.sort {
        Sort::Number => (None, row.number.value),
        Sort::Raised => (Some(row.raised_at), row.number.value),
        Sort::Updated => (Some(row.updated_at), row.number.value),
        Sort::Due => (row.due_at, row.number.value),
        Sort::StageSince => (Some(row.stage_since), row.number.value),
    };
    match query.direction {
        Direction::Ascending => rows.sort_by_key(key),
        Direction::Descending => rows.sort_by_key(|row| Reverse(key(row))),
    }
}

/// The place of a row in a list.
pub(super) fn place_of(row: &CaseRow, sort: Sort) -> After {
    match sort {
        Sort::Number => After::Number(row.number.value),
        Sort::Raised => After::Instant(row.raised_at, row.number.value),
        Sort::Updated => After::Instant(row.updated_at, row.number.value),
        // The list has only rows with one.
        Sort::Due => After::Instant(row.due_at.unwrap_or_default(), row.number.value),
        Sort::StageSince => After::Instant(row.stage_since, row.number.value),
    }
}

/// A place in the form that callers of a list get.
pub(super) fn named((at, number): Place, sort: Sort) -> Option<After> {
    let number = u64::try_from(number).ok()?;
    match sort {
        Sort::Number => Some(After::Number(number)),
        Sort::Raised | Sort::Updated | Sort::Due | Sort::StageSince => {
            chrono::DateTime::from_timestamp_micros(at?).map(|at| After::Instant(at, number))
        }
    }
}
