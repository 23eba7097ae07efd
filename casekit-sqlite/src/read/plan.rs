//! By which way a list of cases is read, so that a page costs what it shows, whatever else is in the file.
//!
//! Where an index gives what fits in the order of the list, a page is a merge of its ranges, one for each place, holder or
//! cause: SQLite leaves a range as soon as it lies behind a full page, so it reads about a page of each. What no index
//! gives is tested on rows. If at most [`FEW`] cases can fit, these are fetched and sorted. Otherwise the order is
//! walked for a stated number of rows, and the page ends there, short, with the place where the next begins.
//!
//! How many cases can fit is not guessed: totals are kept, and other indexes are counted no further than [`FEW`].

use casekit_core::store::{Direction, Sort};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::filter::{
    CUSTOMER, Conditions, DUE, FAILING, HOLDER, KeyedFilter, OWN, PENDING, PLACES, RAISED, causes,
};
use super::part::{Part, key_list};
use crate::error::{Result, fault};
use crate::known::NOBODY;
use crate::totals;
use crate::value::{integer, micros};

/// How many rows may be fetched and sorted for a page: about a millisecond.
pub(super) const FEW: i64 = 1_000;

/// An order, as columns of a case `c`: the number decides among equals.
#[derive(Clone, Copy)]
pub(super) struct Order {
    pub(super) sort: Sort,
    pub(super) direction: Direction,
}

/// A place in an order: the instant, if it is one of instants, and the number.
pub(super) type Place = (Option<i64>, i64);

/// A way of reading.
pub(super) enum Way {
    /// Every case, by number.
    All,
    /// Cases that all fit, in the order: about a page of each range is read.
    Ordered(Walk),
    /// Cases among which those that fit are fetched and sorted, at most [`FEW`].
    Few(Walk),
    /// Cases in the order, of which those conditions still have to be tested.
    Tested(Walk, Conditions),
}

/// Cases `c`, from an index: what follows `FROM`, up to its conditions.
#[derive(Clone)]
pub(super) enum Walk {
    /// Which SQLite brings into the order.
    One(Part),
    /// Of which the second has cases that the first has not, or has too.
    Two(Part, Part),
    /// Each of which comes in the order, and has cases that no other has: nothing is sorted.
    Ranges(Vec<Part>),
}

impl Walk {
    /// Those of these cases for which the conditions hold, in no order.
    pub(super) fn of(cases: &[Place], conditions: Part) -> Self {
        let mut part = Part::default();
        let list = key_list(cases.iter().map(|(_, number)| *number));
        part.bind("json_each(?) j CROSS JOIN cases c ON c.number = j.value WHERE true", [list]);
        part.append(conditions);
        Self::One(part)
    }

    /// A query of numbers and instants after a place, in order.
    pub(super) fn keys(&self, order: Order, after: Option<Place>, limit: i64) -> Part {
        let beyond = |from: &Part| {
            let mut part = Part::default();
            let key = order.instant().unwrap_or("NULL");
            part.push("SELECT c.number AS number, ").push(key).push(" AS at FROM ").append(from.clone());
            part.append(order.beyond(after));
            part
        };
        let one = |from: &Part| {
            let mut part = beyond(from);
            part.append(order.by("c.", limit));
            part
        };
        let mut part = Part::default();
        match self {
            Self::One(from) => return one(from),
            Self::Two(first, second) => {
                part.push("SELECT number, at FROM (SELECT * FROM (").append(one(first));
                part.push(") UNION SELECT * FROM (").append(one(second)).push("))");
            }
            Self::Ranges(ranges) => {
                for range in ranges {
                    part.push(if part.sql.is_empty() { "" } else { " UNION ALL " }).append(beyond(range));
                }
            }
        }
        part.append(order.by("", limit));
        part
    }
}

fn indexed(index: &str, lead: Part) -> Part {
    let mut part = Part::default();
    part.push("cases c INDEXED BY ").push(index).push(" WHERE true").append(lead);
    part
}

impl Order {
    /// The column of its instant.
    pub(super) fn instant(self) -> Option<&'static str> {
        match self.sort {
            Sort::Number => None,
            Sort::Raised => Some("c.raised_at"),
            Sort::Updated => Some("c.updated_at"),
        }
    }

    /// That of two places which comes later.
    pub(super) fn later(self, one: Option<Place>, other: Place) -> Option<Place> {
        match self.direction {
            Direction::Ascending => one.max(Some(other)),
            Direction::Descending => Some(one.map_or(other, |one| one.min(other))),
        }
    }

    pub(super) fn beyond(self, after: Option<Place>) -> Part {
        let mut part = Part::default();
        let beyond = match self.direction {
            Direction::Ascending => ">",
            Direction::Descending => "<",
        };
        match (self.instant(), after) {
            (_, None) => {}
            (None, Some((_, number))) => {
                part.bind(&format!(" AND c.number {beyond} ?"), [Value::from(number)]);
            }
            (Some(column), Some((at, number))) => {
                let values = [Value::from(at), Value::from(number)];
                part.bind(&format!(" AND ({column}, c.number) {beyond} (?, ?)"), values);
            }
        }
        part
    }

    pub(super) fn by(self, prefix: &str, limit: i64) -> Part {
        let mut part = Part::default();
        let direction = match self.direction {
            Direction::Ascending => "ASC",
            Direction::Descending => "DESC",
        };
        part.push(" ORDER BY ");
        if self.instant().is_some() {
            // Both in one direction: an order in two would be sorted whole.
            part.push("at ").push(direction).push(", ");
        }
        part.bind(&format!("{prefix}number {direction} LIMIT ?"), [Value::from(limit)]);
        part
    }
}

/// Chooses the way.
pub(super) fn way(connection: &Connection, keyed: &KeyedFilter<'_>, sort: Sort) -> Result<Way> {
    let given = keyed.given();
    if given == 0 && sort == Sort::Number {
        return Ok(Way::All);
    }
    let (walk, seen) = match sort {
        Sort::Number => by_number(connection, keyed)?,
        Sort::Raised | Sort::Updated => by_instant(connection, keyed, sort)?,
    };
    let left = given & !seen;
    if left == 0 {
        return Ok(Way::Ordered(walk));
    }
    // One range in its order: who has few cases is at their end before the first part is.
    if seen == CUSTOMER {
        return Ok(Way::Tested(walk, left));
    }
    for condition in [CUSTOMER, OWN, PENDING, HOLDER, FAILING, DUE, RAISED] {
        if given & condition != 0
            && let Some(few) = few(connection, keyed, condition)?
        {
            let mut part = few;
            part.append(keyed.conditions(!condition));
            return Ok(Way::Few(Walk::One(part)));
        }
    }
    Ok(Way::Tested(walk, left))
}

/// The walk in the order of numbers that sees to the most, and to what it sees.
fn by_number(connection: &Connection, keyed: &KeyedFilter<'_>) -> Result<(Walk, Conditions)> {
    let given = keyed.given();
    let is = |condition| given & condition != 0;
    Ok(if is(PENDING) {
        (by_pending(connection, keyed)?, PENDING)
    } else if is(HOLDER) {
        (Walk::One(by_holder(keyed)), HOLDER | PLACES)
    } else if is(CUSTOMER) {
        (Walk::One(by_customer(keyed)), CUSTOMER)
    } else if is(FAILING) {
        (Walk::One(by_failing(keyed)), FAILING)
    } else if is(DUE) {
        // Sorted, from an index that has the numbers.
        (Walk::One(by_due_task(keyed)), DUE)
    } else if is(PLACES) {
        let mut lead = Part::default();
        lead.push(" AND c.place IN (").append(keyed.places.keys()).push(")");
        (Walk::One(indexed("cases_by_place", lead)), PLACES)
    } else if is(OWN) {
        (by_own(keyed), OWN)
    } else {
        let mut all = Part::default();
        all.push("cases c NOT INDEXED WHERE true");
        (Walk::One(all), 0)
    })
}

/// In the order of instants, which each place has an index of; in no other places than the holder has cases in. And to what
/// it sees.
pub(super) fn by_instant(
    connection: &Connection,
    keyed: &KeyedFilter<'_>,
    sort: Sort,
) -> Result<(Walk, Conditions)> {
    let places = match keyed.holder {
        None => keyed.places.keys(),
        Some(holder) => {
            let held = places_of(holder).rows(connection, |row| row.get(0).map_err(fault))?;
            keyed.places.within(held).keys()
        }
    };
    let mut lead = Part::default();
    lead.push(" AND c.place IN (").append(places).push(")");
    Ok(match sort {
        Sort::Raised => {
            lead.append(keyed.raised("c."));
            (Walk::One(indexed("cases_by_raised", lead)), PLACES | RAISED)
        }
        Sort::Updated | Sort::Number => (Walk::One(indexed("cases_by_updated", lead)), PLACES),
    })
}

/// The places in which somebody holds cases.
fn places_of(holder: i64) -> Part {
    let mut part = Part::default();
    part.bind(
        "SELECT DISTINCT b FROM totals WHERE kind = ? AND a = ?",
        [Value::from(totals::BY_HOLDER), Value::from(holder)],
    );
    part
}

fn by_holder(keyed: &KeyedFilter<'_>) -> Part {
    let holder = keyed.holder.unwrap_or_default();
    let mut lead = Part::default();
    let places = if keyed.places.is_all() { places_of(holder) } else { keyed.places.keys() };
    lead.bind(" AND c.holder = ? AND c.place IN (", [Value::from(holder)]).append(places).push(")");
    indexed("cases_by_holder", lead)
}

/// Cases that are ready for what others may do are not even passed over: totals say what is ready for anybody.
fn by_pending(connection: &Connection, keyed: &KeyedFilter<'_>) -> Result<Walk> {
    /// As many as a workflow has steps at which somebody's cases mostly wait, of theirs and of nobody's.
    const RANGES: usize = 6;
    let (by, bits) = keyed.pending.unwrap_or_default();
    let mut held = Part::default();
    for (holder, all) in [(NOBODY, ""), (by, " UNION ALL ")] {
        let values = [Value::from(totals::PENDING), Value::from(holder), Value::from(bits)];
        held.push(all).bind("SELECT a, b FROM totals WHERE kind = ? AND a = ? AND (b & ?) <> 0", values);
    }
    let held: Vec<[i64; 2]> =
        held.rows(connection, |row| Ok([row.get(0).map_err(fault)?, row.get(1).map_err(fault)?]))?;
    if held.is_empty() || held.len() > RANGES {
        return Ok(Walk::One(any_pending(keyed)));
    }
    let range = |[holder, ready]: [i64; 2]| {
        let mut lead = Part::default();
        let values = [Value::from(holder), Value::from(ready)];
        lead.bind(" AND c.ready <> 0 AND c.holder = ? AND c.ready = ?", values);
        indexed("cases_pending", lead)
    };
    Ok(Walk::Ranges(held.into_iter().map(range).collect()))
}

/// The same in one range after another.
fn any_pending(keyed: &KeyedFilter<'_>) -> Part {
    let (by, bits) = keyed.pending.unwrap_or_default();
    let mut lead = Part::default();
    lead.bind(" AND c.ready <> 0 AND c.holder IN (0, ?)", [Value::from(by)]);
    let ready = "SELECT b FROM totals WHERE kind = ? AND a IN (0, ?) AND (b & ?) <> 0";
    lead.push(" AND c.ready IN (");
    lead.bind(ready, [Value::from(totals::PENDING), Value::from(by), Value::from(bits)]).push(")");
    indexed("cases_pending", lead)
}

fn by_customer(keyed: &KeyedFilter<'_>) -> Part {
    let id = keyed.filter.customer.map(|customer| customer.0.as_bytes().to_vec());
    let mut lead = Part::default();
    lead.bind(" AND c.customer = (SELECT key FROM customers WHERE id = ?)", [Value::from(id)]);
    indexed("cases_by_customer", lead)
}

fn by_failing(keyed: &KeyedFilter<'_>) -> Part {
    let mut lead = Part::default();
    if let Some(failing) = &keyed.filter.failing {
        lead.push(" AND c.cause IN (").append(causes(failing)).push(")");
    }
    indexed("cases_failing", lead)
}

fn by_due_task(keyed: &KeyedFilter<'_>) -> Part {
    let mut lead = Part::default();
    if let Some((due_task, before)) = keyed.filter.due_task {
        let values = [Value::from(due_task.code()), Value::from(micros(before))];
        lead.bind(" AND c.due_task = ? AND c.due_task_at < ?", values);
    }
    indexed("cases_by_due_task", lead)
}

/// Held, and raised, each in the order of numbers.
fn by_own(keyed: &KeyedFilter<'_>) -> Walk {
    let own = keyed.own.unwrap_or_default();
    let mut held = Part::default();
    held.bind(" AND c.holder = ? AND c.place IN (", [Value::from(own)]).append(places_of(own)).push(")");
    let mut raised = Part::default();
    raised.bind(" AND c.raised_by = ?", [Value::from(own)]);
    Walk::Two(indexed("cases_by_holder", held), indexed("cases_by_raiser", raised))
}

/// Held or raised, in no order.
fn few_own(keyed: &KeyedFilter<'_>) -> Part {
    let own = keyed.own.unwrap_or_default();
    let mut part = Part::default();
    part.push("cases c WHERE c.number IN (SELECT number FROM cases INDEXED BY cases_by_holder");
    part.bind(" WHERE holder = ?", [Value::from(own)]);
    part.push(" UNION ALL SELECT number FROM cases INDEXED BY cases_by_raiser");
    part.bind(" WHERE raised_by = ?)", [Value::from(own)]);
    part
}

fn by_raised(keyed: &KeyedFilter<'_>) -> Part {
    let mut lead = Part::default();
    lead.push(" AND c.place IN (SELECT key FROM places)").append(keyed.raised("c."));
    indexed("cases_by_raised", lead)
}

/// The cases that fit a condition, if they are few.
fn few(connection: &Connection, keyed: &KeyedFilter<'_>, condition: Conditions) -> Result<Option<Part>> {
    let kept = |sql: &str, values: Vec<Value>| -> Result<i64> {
        let mut statement = connection.prepare_cached(sql).map_err(fault)?;
        statement.query_row(params_from_iter(values), |row| row.get(0)).map_err(fault)
    };
    let counted = |walk: &Part| -> Result<i64> {
        let mut part = Part::default();
        part.push("SELECT count(*) FROM (SELECT 1 FROM ").append(walk.clone());
        part.bind(" LIMIT ?)", [Value::from(FEW + 1)]);
        kept(&part.sql, part.values)
    };
    const HELD: &str = "SELECT coalesce(sum(n), 0) FROM totals WHERE kind = ? AND a = ?";
    const MINE: &str = "SELECT coalesce(sum(n), 0) FROM totals WHERE kind IN (?, ?) AND a = ?";
    const READY: &str =
        "SELECT coalesce(sum(n), 0) FROM totals WHERE kind = ? AND a IN (0, ?) AND (b & ?) <> 0";
    let (walk, n) = match condition {
        CUSTOMER => {
            let walk = by_customer(keyed);
            let n = counted(&walk)?;
            (walk, n)
        }
        OWN => {
            let own = keyed.own.unwrap_or_default();
            let values = vec![totals::BY_FAMILY.into(), totals::RAISED.into(), own.into()];
            (few_own(keyed), kept(MINE, values)?)
        }
        PENDING => {
            let (by, bits) = keyed.pending.unwrap_or_default();
            (any_pending(keyed), kept(READY, vec![totals::PENDING.into(), by.into(), bits.into()])?)
        }
        HOLDER => {
            let holder = keyed.holder.unwrap_or_default();
            (by_holder(keyed), kept(HELD, vec![totals::BY_FAMILY.into(), holder.into()])?)
        }
        FAILING | DUE | RAISED => {
            let walk = match condition {
                FAILING => by_failing(keyed),
                DUE => by_due_task(keyed),
                _ => by_raised(keyed),
            };
            let n = counted(&walk)?;
            (walk, n)
        }
        _ => return Ok(None),
    };
    Ok((n <= FEW).then_some(walk))
}

/// A place, as it stands in a query.
pub(super) fn place_after(after: &casekit_core::store::After, sort: Sort) -> Option<Place> {
    use casekit_core::store::After;
    match (after, sort) {
        (After::Number(number), Sort::Number) => Some((None, integer(*number))),
        (After::Instant(at, number), Sort::Raised | Sort::Updated) => {
            Some((Some(micros(*at)), integer(*number)))
        }
        // A place of another list.
        (
            After::Number(_) | After::Instant(..) | After::Name(..) | After::Path(_) | After::Entry(_),
            Sort::Number | Sort::Raised | Sort::Updated,
        ) => None,
    }
}
