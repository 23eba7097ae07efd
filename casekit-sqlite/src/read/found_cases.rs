//! Lists of the cases in which a text is found.
//!
//! In the order of numbers, cases come as the search finds them, since their entries are in the order in which they
//! were raised. In any other order, a few found cases are fetched and sorted. If there are many, cases are read in
//! order, and each is looked up in the index.

use casekit_core::search::Query;
use casekit_core::store::{After, CaseQuery, CaseRow, Direction, Slice, Sort};
use rusqlite::{Connection, OptionalExtension};

use super::cases::{LOOKED_AT, keys, named, place_of, those};
use super::filter::{Conditions, EVERY, KeyedFilter};
use super::found::{Found, Index, Kinds, Lookup};
use super::part::Part;
use super::plan::{self, Order, Place, Walk};
use super::slice;
use crate::error::{Result, fault};
use crate::known::Known;
use crate::searched::case_rowid;
use crate::value::integer;

/// The most found cases that are fetched and sorted.
const SORTED: usize = 4_000;

/// The most cases that are looked up in the index for a page: each costs some ten microseconds.
pub(super) const LOOKED_UP: i64 = 500;

/// The most cases that one statement looks at.
const AT_ONCE: usize = 250;

/// A page of the cases that a text finds. The caller begins the read transaction.
pub(super) fn page(
    moment: &Connection,
    known: &Known,
    query: &CaseQuery,
    text: &Query,
) -> Result<Slice<CaseRow>> {
    let keyed = KeyedFilter::new(moment, known, &query.filter)?;
    match query.sort {
        Sort::Number => by_number(moment, known, query, &keyed, text),
        Sort::Raised | Sort::Updated | Sort::Due | Sort::StageSince => {
            by_instant(moment, known, query, &keyed, text)
        }
    }
}

fn by_number(
    moment: &Connection,
    known: &Known,
    query: &CaseQuery,
    keyed: &KeyedFilter<'_>,
    text: &Query,
) -> Result<Slice<CaseRow>> {
    let after = match &query.after {
        None => None,
        Some(After::Number(number)) => entry_beside(moment, integer(*number), query.direction)?,
        // The end of a page that looked at many entries and found few cases.
        Some(After::Entry(rowid)) => Some(integer(*rowid)),
        // Nothing comes after a place of another list.
        Some(After::Instant(..) | After::Field(..) | After::Name(..) | After::Path(_)) => {
            return Ok(nothing());
        }
    };
    let kinds = (Index::Entries, Kinds::Cases);
    let mut found = Found::begin(moment, kinds, text, query.direction, after)?;
    let (mut rows, mut looked) = (Vec::new(), 0);
    let mut at_once = query.limit as usize + 1;
    loop {
        let rowids = found.next(at_once.min(AT_ONCE))?;
        looked += rowids.len() as i64;
        rows.extend(those(moment, known, query, keyed, &numbers(moment, &rowids)?, keyed.conditions(EVERY))?);
        if rows.len() > query.limit as usize {
            return Ok(slice(rows, query.limit, |last| place_of(last, query.sort)));
        }
        let Some(end) = found.end() else { return Ok(Slice { rows, next: None }) };
        if found.is_spent() || looked >= LOOKED_AT {
            return Ok(Slice { rows, next: Some(After::Entry(end.unsigned_abs())) });
        }
        at_once *= 2;
    }
}

/// The cases that a text finds, if they are few enough to be fetched and sorted.
pub(super) fn few(moment: &Connection, text: &Query) -> Result<Option<Vec<Place>>> {
    let mut found = Found::begin(moment, (Index::Entries, Kinds::Cases), text, Direction::Descending, None)?;
    let rowids = found.next(SORTED)?;
    if found.end().is_some() {
        return Ok(None);
    }
    numbers(moment, &rowids).map(Some)
}

fn nothing() -> Slice<CaseRow> {
    Slice { rows: Vec::new(), next: None }
}

/// The key of the case with a number, or of the nearest case before it in the order, after which the list continues.
fn entry_beside(moment: &Connection, number: i64, direction: Direction) -> Result<Option<i64>> {
    let sql = match direction {
        Direction::Ascending => "SELECT entry FROM cases WHERE number <= ?1 ORDER BY number DESC LIMIT 1",
        Direction::Descending => "SELECT entry FROM cases WHERE number >= ?1 ORDER BY number LIMIT 1",
    };
    let mut statement = moment.prepare_cached(sql).map_err(fault)?;
    let entry = statement.query_row([number], |row| row.get(0)).optional().map_err(fault)?;
    Ok(entry.map(case_rowid))
}

/// Hands over the numbers of all cases that a text finds, part by part.
pub(super) fn each_part(
    moment: &Connection,
    text: &Query,
    mut each: impl FnMut(&[Place]) -> Result<()>,
) -> Result<()> {
    let mut after = None;
    loop {
        let kinds = (Index::Entries, Kinds::Cases);
        let mut found = Found::begin(moment, kinds, text, Direction::Ascending, after)?;
        // A walk ends when its steps are used up, and the next one goes on where it ended.
        while !found.is_spent() {
            each(&numbers(moment, &found.next(AT_ONCE)?)?)?;
            let Some(end) = found.end() else { return Ok(()) };
            after = Some(end);
        }
    }
}

/// The numbers of the cases with these entries.
fn numbers(moment: &Connection, rowids: &[i64]) -> Result<Vec<Place>> {
    const SQL: &str = "SELECT stream >> 2 FROM events WHERE position = ?1 AND stream & 3 = 0";
    let mut statement = moment.prepare_cached(SQL).map_err(fault)?;
    let mut numbers = Vec::with_capacity(rowids.len());
    for rowid in rowids {
        let number = statement.query_row([rowid >> 1], |row| row.get(0)).optional().map_err(fault)?;
        numbers.extend(number.map(|number| (None, number)));
    }
    Ok(numbers)
}

fn by_instant(
    moment: &Connection,
    known: &Known,
    query: &CaseQuery,
    keyed: &KeyedFilter<'_>,
    text: &Query,
) -> Result<Slice<CaseRow>> {
    let after = match &query.after {
        None => None,
        Some(after) => match plan::place_after(after, query.sort) {
            Some(place) => Some(place),
            None => return Ok(nothing()),
        },
    };
    let order = Order { sort: query.sort, direction: query.direction };
    if let Some(cases) = few(moment, text)? {
        let walk = Walk::of(&cases, keyed.conditions(EVERY));
        let keys = keys(moment, walk.keys(order, after, super::one_more(query.limit)))?;
        let rows = those(moment, known, query, keyed, &keys, Part::default())?;
        return Ok(slice(rows, query.limit, |last| place_of(last, query.sort)));
    }
    let lookup = Lookup::new(moment, text)?;
    let way = plan::by_instant(moment, keyed, query.sort)?;
    looked_up(moment, known, query, keyed, &lookup, way, after)
}

/// Reads cases in the order of instants and looks each up in the index, until the page is full or `LOOKED_UP` cases
/// were looked up.
fn looked_up(
    moment: &Connection,
    known: &Known,
    query: &CaseQuery,
    keyed: &KeyedFilter<'_>,
    lookup: &Lookup<'_>,
    (walk, seen): (Walk, Conditions),
    mut after: Option<Place>,
) -> Result<Slice<CaseRow>> {
    let order = Order { sort: query.sort, direction: query.direction };
    let conditions = keyed.conditions(!seen);
    let (mut rows, mut looked) = (Vec::new(), 0);
    loop {
        let part = (LOOKED_UP - looked).min(AT_ONCE as i64);
        let mut keys = keys(moment, walk.keys(order, after, part))?;
        let ended = (keys.len() as i64) < part;
        (after, looked) = (keys.last().copied().or(after), looked + part);
        let mut kept = Vec::new();
        for key in keys.drain(..) {
            if lookup.has_case(key.1)? {
                kept.push(key);
            }
        }
        rows.extend(those(moment, known, query, keyed, &kept, conditions.clone())?);
        if ended || rows.len() > query.limit as usize {
            return Ok(slice(rows, query.limit, |last| place_of(last, query.sort)));
        }
        if looked >= LOOKED_UP {
            return Ok(Slice { rows, next: after.and_then(|place| named(place, query.sort)) });
        }
    }
}
