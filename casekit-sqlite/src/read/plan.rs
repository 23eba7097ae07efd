//! How a list of cases is read, so that the cost of a page depends on what it shows and not on the size of the file.
//!
//! If an index has the fitting cases in the order of the list, a page is a merge of ranges of that index, one for each
//! place, holder or cause. SQLite leaves a range as soon as its next row comes after a full page, so it reads about a
//! page of each. Conditions that no index answers are tested on rows. If at most [`FEW`] cases can fit, these are
//! fetched and sorted. Otherwise a bounded number of rows is read in order, and the page ends there, short, with the
//! place where the next one begins.
//!
//! How many cases can fit is not estimated: totals say it, or an index is counted up to [`FEW`].

mod walks;

pub(super) use walks::narrowest;

use casekit_core::store::{Direction, Sort};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use self::walks::{
    by_condition, by_customer, by_due, by_due_task, by_failing, by_holder, by_own, by_pending, by_raiser,
    by_tag, by_value, by_work, every, few_own, numbers_with_value, places_of, with_tag,
};
use super::filter::{
    CLOSED, CUSTOMER, Conditions, DUE, DUE_AT, EXCLUDED, FAILING, FIELDS, HOLDER, KeyedFilter, OUTCOME, OWN,
    PENDING, PLACES, RAISED, RAISED_BY, RESOLVED, STALLED, TAGS, UPDATED, WORK, WORKFLOW,
};
use super::part::{Part, key_list};
use super::pending::indexed;
use super::places::NOT_OVER;
use crate::error::{Result, fault};
use crate::totals;
use crate::value::{integer, micros};

/// The most rows that are fetched and sorted for a page: about a millisecond.
pub(super) const FEW: i64 = 1_000;

/// The order of a list, as columns of a case `c`. Cases with the same instant are ordered by number.
#[derive(Clone, Copy)]
pub(super) struct Order {
    pub(super) sort: Sort,
    pub(super) direction: Direction,
}

/// A place in an order: the instant, `None` in the order of numbers, and the number.
pub(super) type Place = (Option<i64>, i64);

/// A way of reading.
pub(super) enum Way {
    /// Every case fits, and they are read by number.
    All,
    /// The walk gives fitting cases only, in order: about a page of each range is read.
    Ordered(Walk),
    /// The walk gives at most [`FEW`] cases before the other conditions; those that fit are fetched and sorted.
    Few(Walk),
    /// The walk gives cases in order, on which these conditions must still be tested.
    Tested(Walk, Conditions),
}

/// Cases `c` from an index: the part of a statement after `FROM`, with the index's own conditions.
#[derive(Clone)]
pub(super) enum Walk {
    /// One query, which SQLite puts into order.
    One(Part),
    /// Queries that may have cases in common, which are united.
    United(Vec<Part>),
    /// Queries with no cases in common, each in order. They are merged, and nothing is sorted.
    Ranges(Vec<Part>),
}

impl Walk {
    /// The cases among these that fit the conditions.
    pub(super) fn of(cases: &[Place], conditions: Part) -> Self {
        let mut part = cases_among(cases);
        part.append(conditions);
        Self::One(part)
    }

    /// A query of the numbers and instants of cases after a place, in order.
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
            Self::United(parts) => {
                for each in parts {
                    part.push(if part.sql.is_empty() { "SELECT number, at FROM (" } else { " UNION " });
                    part.push("SELECT * FROM (").append(one(each)).push(")");
                }
                part.push(")");
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

impl Order {
    /// The column of the order's instant; `None` for the order of numbers.
    pub(super) fn instant(self) -> Option<&'static str> {
        match self.sort {
            Sort::Number => None,
            Sort::Raised => Some("c.raised_at"),
            Sort::Updated => Some("c.updated_at"),
            Sort::Due => Some("c.due_at"),
            Sort::StageSince => Some("c.stage_since"),
        }
    }

    /// The later of two places in this order.
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
            // Both columns in the same direction, or SQLite would have to sort every row.
            part.push("at ").push(direction).push(", ");
        }
        part.bind(&format!("{prefix}number {direction} LIMIT ?"), [Value::from(limit)]);
        part
    }
}

/// Chooses how to read the cases that fit a filter.
pub(super) fn way(connection: &Connection, keyed: &KeyedFilter<'_>, sort: Sort) -> Result<Way> {
    let given = keyed.given();
    if given == 0 && sort == Sort::Number {
        return Ok(Way::All);
    }
    let (walk, seen) = match sort {
        Sort::Number => by_number(connection, keyed)?,
        Sort::Raised | Sort::Updated | Sort::Due | Sort::StageSince => by_instant(connection, keyed, sort)?,
    };
    let left = given & !seen;
    if left == 0 {
        return Ok(Way::Ordered(walk));
    }
    // A single range in order. If the customer has few cases, it ends before the first part does, so counting them
    // gains nothing.
    // And people are excluded from few of the cases that are pending, or in their work.
    if seen == CUSTOMER || left == EXCLUDED || (left == WORK && sort == Sort::Number) {
        return Ok(Way::Tested(walk, left));
    }
    Ok(few_of_any(connection, keyed, given)?.map_or(Way::Tested(walk, left), |few| Way::Few(Walk::One(few))))
}

/// The cases with these numbers: the part of a statement after `FROM`.
pub(super) fn cases_among(cases: &[Place]) -> Part {
    let mut part = Part::default();
    let list = key_list(cases.iter().map(|(_, number)| *number));
    part.bind("json_each(?) j CROSS JOIN cases c ON c.number = j.value WHERE true", [list]);
    part
}

/// The cases that fit a filter, if one of some of its conditions leaves at most `FEW`.
pub(super) fn few_of_any(
    connection: &Connection,
    keyed: &KeyedFilter<'_>,
    some: Conditions,
) -> Result<Option<Part>> {
    for condition in NARROWING {
        if keyed.given() & some & condition != 0
            && let Some(mut few) = few(connection, keyed, condition)?
        {
            few.append(keyed.conditions(keyed.left_by(condition)));
            return Ok(Some(few));
        }
    }
    Ok(None)
}

/// The conditions that an index answers, in the order in which they are tried where few cases may fit.
const NARROWING: [Conditions; 17] = [
    FIELDS, CUSTOMER, TAGS, OWN, PENDING, RAISED_BY, HOLDER, FAILING, DUE, DUE_AT, STALLED, CLOSED, RESOLVED,
    OUTCOME, WORKFLOW, RAISED, UPDATED,
];

/// The walk in the order of numbers that answers the most conditions, and these conditions.
fn by_number(connection: &Connection, keyed: &KeyedFilter<'_>) -> Result<(Walk, Conditions)> {
    let given = keyed.given();
    let is = |condition| given & condition != 0;
    Ok(if let Some(pending) = &keyed.pending {
        (by_pending(connection, pending)?, PENDING)
    } else if let Some(work) = &keyed.work {
        // Whoever is excluded from nothing has nothing tested.
        (by_work(connection, work)?, if work.pending.is_excluded { 0 } else { WORK })
    } else if is(HOLDER) {
        (Walk::One(by_holder(keyed)), HOLDER | PLACES)
    } else if is(CUSTOMER) {
        (Walk::One(by_customer(keyed)), CUSTOMER)
    } else if let Some(walk) = by_value(keyed) {
        let one = if keyed.fields.len() == 1 { FIELDS } else { 0 };
        (walk, one | if keyed.is_of_types_alone() { PLACES } else { 0 })
    } else if let Some(tag) = keyed.tags.first() {
        (Walk::One(by_tag(*tag)), if keyed.tags.len() == 1 { TAGS } else { 0 })
    } else if is(FAILING) {
        (Walk::One(by_failing(keyed)), FAILING)
    } else if is(DUE) {
        // Not in the order of numbers, but the index has them, so SQLite sorts them without reading rows.
        (Walk::One(by_due_task(keyed)), DUE)
    } else if is(RAISED_BY) {
        (Walk::One(by_raiser(keyed)), RAISED_BY | PLACES)
    } else if is(OUTCOME) {
        (Walk::One(indexed("cases_by_outcome", keyed.outcome("c."))), OUTCOME)
    } else if is(WORKFLOW) {
        (Walk::One(indexed("cases_by_workflow", keyed.workflow("c."))), WORKFLOW)
    } else if is(PLACES) {
        let mut lead = Part::default();
        lead.push(" AND c.place IN (").append(keyed.places.keys()).push(")");
        (Walk::One(indexed("cases_by_place", lead)), PLACES)
    } else if is(OWN) {
        (by_own(keyed), OWN)
    } else {
        (Walk::One(every()), 0)
    })
}

/// The walk in the order of instants, and the conditions that it answers. The index has this order for each place; for
/// a holder, only the places in which they hold cases are read.
pub(super) fn by_instant(
    connection: &Connection,
    keyed: &KeyedFilter<'_>,
    sort: Sort,
) -> Result<(Walk, Conditions)> {
    if sort == Sort::Due {
        return Ok((Walk::One(by_due(keyed)), DUE_AT));
    }
    if sort == Sort::StageSince
        && let Some(stalled) = &keyed.stalled
    {
        return Ok((Walk::One(stalled.walk()), PLACES | STALLED));
    }
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
        Sort::StageSince => {
            lead.push(NOT_OVER);
            (Walk::One(indexed("cases_by_stage_since", lead)), PLACES)
        }
        Sort::Updated | Sort::Number | Sort::Due => {
            lead.append(keyed.updated("c."));
            (Walk::One(indexed("cases_by_updated", lead)), PLACES | UPDATED)
        }
    })
}

/// The cases that fit a condition, if there are at most `FEW`.
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
    let (walk, n) = match condition {
        OWN => {
            let own = keyed.own.unwrap_or_default();
            let values = vec![totals::BY_FAMILY.into(), totals::RAISED.into(), own.into()];
            (few_own(keyed), kept(MINE, values)?)
        }
        PENDING => {
            let Some(pending) = &keyed.pending else { return Ok(None) };
            let counted = pending.counted();
            (pending.few(), kept(&counted.sql, counted.values)?)
        }
        HOLDER => {
            let holder = keyed.holder.unwrap_or_default();
            (by_holder(keyed), kept(HELD, vec![totals::BY_FAMILY.into(), holder.into()])?)
        }
        TAGS => {
            let tag = keyed.tags.first().copied().unwrap_or(0);
            (with_tag(tag), counted(&by_tag(tag))?)
        }
        FIELDS => {
            let walk = by_condition(keyed, FIELDS).unwrap_or_else(every);
            let mut part = Part::of("SELECT count(*) FROM (");
            part.append(numbers_with_value(keyed)).bind(" LIMIT ?)", [Value::from(FEW + 1)]);
            (walk, kept(&part.sql, part.values)?)
        }
        _ => {
            let Some(walk) = by_condition(keyed, condition) else { return Ok(None) };
            let n = counted(&walk)?;
            (walk, n)
        }
    };
    Ok((n <= FEW).then_some(walk))
}

/// The place after which a page begins; `None` for a place of another list.
pub(super) fn place_after(after: &casekit_core::store::After, sort: Sort) -> Option<Place> {
    use casekit_core::store::After;
    match (after, sort) {
        (After::Number(number), Sort::Number) => Some((None, integer(*number))),
        (After::Instant(at, number), Sort::Raised | Sort::Updated | Sort::Due | Sort::StageSince) => {
            Some((Some(micros(*at)), integer(*number)))
        }
        // From a list with another order.
        (
            After::Number(_)
            | After::Instant(..)
            | After::Field(..)
            | After::Name(..)
            | After::Path(_)
            | After::Entry(_),
            Sort::Number | Sort::Raised | Sort::Updated | Sort::Due | Sort::StageSince,
        ) => None,
    }
}
