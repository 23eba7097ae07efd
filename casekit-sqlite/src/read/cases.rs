//! Lists of cases, from columns: no JSON is parsed for a row but those of its status and a failure.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::sync::Arc;

use casekit_core::model::{CaseNumber, Status};
use casekit_core::store::{After, CaseQuery, CaseRow, Direction, Slice, Sort};
use rusqlite::{Connection, Row};

use super::filter::{Conditions, KeyedFilter};
use super::part::{Part, key_list};
use super::plan::{self, Order, Place, Walk, Way};
use super::{one_more, slice};
use crate::error::{Result, fault, unreadable};
use crate::known::{Known, NOBODY};
use crate::value::{id, instant, optional_id, optional_json, optional_text, signed, text, unsigned};

/// The columns of a case `c` and its customer `k`, in the order in which [`Reading`] reads them.
pub(super) const COLUMNS: &str = "c.id, c.prefix, c.number, c.place, c.title, k.id, k.name, c.holder,
    c.raised_at, c.updated_at, c.workflow, c.status, c.failure";

/// Joins the customer to a case `c`.
pub(super) const CUSTOMER: &str = " LEFT JOIN customers k ON k.key = c.customer";

/// How many columns those are: what follows them begins there.
pub(super) const WIDTH: usize = 13;

/// How many rows may be tested for a page, in parts that grow: a page that is full soon tests few.
pub(super) const LOOKED_AT: i64 = 4_000;
const FIRST_PART: i64 = 250;

/// Reads the rows of a page.
pub(super) struct Reading<'a> {
    connection: &'a Connection,
    known: &'a Known,
    /// Rows of a page mostly have the status of some row before them: parsing it is half of what a row costs.
    statuses: RefCell<Vec<(String, Arc<Status>)>>,
    /// And all of them the prefix of some settings.
    prefix: RefCell<Arc<str>>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(connection: &'a Connection, known: &'a Known) -> Self {
        Self { connection, known, statuses: RefCell::default(), prefix: RefCell::default() }
    }

    /// Reads a row whose first columns are [`COLUMNS`].
    pub(super) fn row(&self, row: &Row<'_>) -> Result<CaseRow> {
        // Most cases have no workflow, and then nothing follows.
        let workflow = optional_id(row, 10)?;
        let (status, failure) = match workflow {
            None => (None, None),
            Some(_) => (self.status(row, 11)?, optional_json(row, 12)?),
        };
        let (place, _) = self.known.place(self.connection, signed(row, 3)?)?;
        let holder = signed(row, 7)?;
        let holder = (holder != NOBODY).then(|| self.known.person(self.connection, holder)).transpose()?;
        Ok(CaseRow {
            id: id(row, 0)?,
            number: CaseNumber { prefix: self.prefix(row, 1)?, value: unsigned(row, 2)? },
            case_type: place.case_type,
            stage: place.stage.clone(),
            category: place.category()?,
            title: text(row, 4)?,
            customer: optional_id(row, 5)?,
            customer_name: optional_text(row, 6)?,
            holder,
            raised_at: instant(row, 8)?,
            updated_at: instant(row, 9)?,
            workflow,
            status,
            failure,
        })
    }

    fn prefix(&self, row: &Row<'_>, column: usize) -> Result<Arc<str>> {
        let written = row.get_ref(column).map_err(fault)?.as_bytes().map_err(|_| unreadable())?;
        let mut prefix = self.prefix.borrow_mut();
        if prefix.as_bytes() != written {
            *prefix = std::str::from_utf8(written).map_err(|_| unreadable())?.into();
        }
        Ok(Arc::clone(&prefix))
    }

    fn status(&self, row: &Row<'_>, column: usize) -> Result<Option<Arc<Status>>> {
        const KEPT: usize = 16;
        let value = row.get_ref(column).map_err(fault)?;
        let Some(written) = value.as_str_or_null().map_err(|_| unreadable())? else { return Ok(None) };
        let mut statuses = self.statuses.borrow_mut();
        if let Some((_, status)) = statuses.iter().find(|(known, _)| known == written) {
            return Ok(Some(Arc::clone(status)));
        }
        let status = optional_json(row, column)?.map(Arc::new);
        if statuses.len() < KEPT {
            statuses.extend(status.clone().map(|status| (written.to_owned(), status)));
        }
        Ok(status)
    }
}

/// A page of cases that are not searched for a text. The choice of the way and the page itself are of one moment if the
/// caller has begun it.
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
            part.push("SELECT ").push(COLUMNS).push(" FROM (").append(keys);
            part.push(") d CROSS JOIN cases c ON c.number = d.number").push(CUSTOMER);
            let mut rows = rows(connection, known, part, query.limit)?;
            sort(&mut rows, query);
            Ok(slice(rows, query.limit, |last| place_of(last, query.sort)))
        }
        Way::Tested(walk, left) => tested(connection, known, query, &keyed, &walk, left, after),
    }
}

/// The order of numbers is that of the table.
fn all(
    connection: &Connection,
    known: &Known,
    query: &CaseQuery,
    after: Option<Place>,
) -> Result<Slice<CaseRow>> {
    let order = Order { sort: Sort::Number, direction: query.direction };
    let mut part = Part::default();
    part.push("SELECT ").push(COLUMNS).push(" FROM cases c").push(CUSTOMER).push(" WHERE true");
    part.append(order.beyond(after)).append(order.by("c.", one_more(query.limit)));
    let rows = rows(connection, known, part, query.limit)?;
    Ok(slice(rows, query.limit, |last| place_of(last, query.sort)))
}

/// Walks an order and tests what comes by, until the page is full or enough was looked at.
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
    // Of two in order, one mostly fits.
    let (mut part, mut budget) = (FIRST_PART.min(one_more(query.limit) * 2), LOOKED_AT);
    let mut seen = 0;
    let mut found = fitting(connection, known, walk.keys(order, after, part), conditions(), |place| {
        seen += 1;
        after = order.later(after, place);
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
        found.extend(those(connection, known, query, &keys, conditions())?);
    }
}

/// Those of the cases that a query gives for which the conditions hold, by one statement. `pass` is told of each, whether it
/// fits or not, so each costs what a row does: that is for few.
fn fitting(
    connection: &Connection,
    known: &Known,
    keys: Part,
    conditions: Part,
    mut pass: impl FnMut(Place),
) -> Result<Vec<CaseRow>> {
    let mut part = Part::default();
    part.push("SELECT ").push(COLUMNS).push(", d.at, true").append(conditions).push(" FROM (").append(keys);
    part.push(") d CROSS JOIN cases c ON c.number = d.number").push(CUSTOMER);
    let (reading, mut fitting) = (Reading::new(connection, known), Vec::new());
    part.each(connection, |row| {
        pass((row.get(WIDTH).map_err(fault)?, row.get(2).map_err(fault)?));
        // A comparison with nothing holds as little as one that fails.
        if row.get::<_, Option<bool>>(WIDTH + 1).map_err(fault)? == Some(true) {
            fitting.push(reading.row(row)?);
        }
        Ok(())
    })?;
    Ok(fitting)
}

/// The numbers that a query gives, with their instants.
pub(super) fn keys(connection: &Connection, part: Part) -> Result<Vec<Place>> {
    part.rows(connection, |row| Ok((row.get(1).map_err(fault)?, row.get(0).map_err(fault)?)))
}

/// Those of these cases for which the conditions hold, in the order of the list.
pub(super) fn those(
    connection: &Connection,
    known: &Known,
    query: &CaseQuery,
    keys: &[Place],
    conditions: Part,
) -> Result<Vec<CaseRow>> {
    let mut part = Part::default();
    part.push("SELECT ").push(COLUMNS).bind(
        " FROM json_each(?) j CROSS JOIN cases c ON c.number = j.value",
        [key_list(keys.iter().map(|(_, number)| *number))],
    );
    part.push(CUSTOMER).push(" WHERE true").append(conditions);
    let mut rows = rows(connection, known, part, query.limit)?;
    sort(&mut rows, query);
    Ok(rows)
}

/// Rows for which there is room at once.
const USUAL: u32 = 100;

/// At most one more than `limit`.
fn rows(connection: &Connection, known: &Known, part: Part, limit: u32) -> Result<Vec<CaseRow>> {
    let reading = Reading::new(connection, known);
    let mut rows = Vec::with_capacity(limit.min(USUAL) as usize + 1);
    part.rows_into(&mut rows, connection, |row| reading.row(row))?;
    Ok(rows)
}

/// Puts rows into the order of a list. They mostly come in it, which SQL does not promise through a join; then it costs
/// a look at each, and none is moved.
fn sort(rows: &mut [CaseRow], query: &CaseQuery) {
    let key = |row: &CaseRow| match query.sort {
        Sort::Number => (None, row.number.value),
        Sort::Raised => (Some(row.raised_at), row.number.value),
        Sort::Updated => (Some(row.updated_at), row.number.value),
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
    }
}

/// A place as the caller of a list has it.
pub(super) fn named((at, number): Place, sort: Sort) -> Option<After> {
    let number = u64::try_from(number).ok()?;
    match sort {
        Sort::Number => Some(After::Number(number)),
        Sort::Raised | Sort::Updated => {
            chrono::DateTime::from_timestamp_micros(at?).map(|at| After::Instant(at, number))
        }
    }
}
