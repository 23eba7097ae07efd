//! Lists in the order of a field of an organisation's own, which the index of its values has.
//!
//! If a condition or a text leaves few cases, their values are looked up and sorted. Otherwise a bounded number of values is read
//! in order and their cases are tested, and the page ends there, short, with the place where the next one begins.

use std::collections::BTreeMap;

use casekit_core::model::{FieldKey, FieldOwner};
use casekit_core::search::Query;
use casekit_core::store::{After, CaseQuery, CaseRow, Direction, FieldOrder, Slice};
use rusqlite::Connection;
use rusqlite::types::Value;

use super::cases::{self, AT, LOOKED_AT, NUMBER, those};
use super::filter::{EVERY, FIELDS, KeyedFilter};
use super::found::Lookup;
use super::found_cases::{self, LOOKED_UP};
use super::part::Part;
use super::plan::{self, cases_among};
use super::{one_more, slice};
use crate::error::{Result, fault};
use crate::fields::{self, stored};
use crate::known::Known;
use crate::value::integer;

/// The most values that one statement reads.
const AT_ONCE: i64 = 250;

/// A place in the list: the value, and the number of the case.
type Place = (FieldKey, i64);

/// A page in the order of a field. The caller begins the read transaction.
pub(super) fn page(
    moment: &Connection,
    known: &Known,
    query: &CaseQuery,
    order: &FieldOrder,
    text: Option<&Query>,
) -> Result<Slice<CaseRow>> {
    let keyed = KeyedFilter::new(moment, known, &query.filter)?;
    let after = match &query.after {
        None => None,
        Some(After::Field(key, number)) => Some((key.clone(), integer(*number))),
        // Nothing comes after a place of another list.
        Some(After::Number(_) | After::Instant(..) | After::Name(..) | After::Path(_) | After::Entry(_)) => {
            return Ok(Slice { rows: Vec::new(), next: None });
        }
    };
    // A field that no case ever had a value of has no key.
    let Some(field) = fields::key(moment, FieldOwner::CaseType(order.case_type), &order.field)? else {
        return Ok(Slice { rows: Vec::new(), next: None });
    };
    let found = text.map(|text| found_cases::few(moment, text)).transpose()?.flatten();
    let mut few = found.map(|cases| cases_among(&cases));
    let lookup = text.filter(|_| few.is_none()).map(|text| Lookup::new(moment, text)).transpose()?;
    // Whatever has a place in the index has a value: it need not be tested, and to sort those that have one gains nothing.
    let has_value = order.having_a_value();
    let is_known = query.filter.fields.iter().all(|one| *one == has_value);
    let asked = if is_known { EVERY & !FIELDS } else { EVERY };
    if few.is_none() {
        few = plan::few_of_any(moment, &keyed, asked)?;
    }
    let conditions = keyed.conditions(asked);
    Reading { moment, known, query, keyed, field, few, lookup, conditions }.page(after)
}

struct Reading<'a> {
    moment: &'a Connection,
    known: &'a Known,
    query: &'a CaseQuery,
    keyed: KeyedFilter<'a>,
    field: i64,
    /// The only cases that can fit, if they are few.
    few: Option<Part>,
    /// Whether a text finds a case, if it finds many.
    lookup: Option<Lookup<'a>>,
    conditions: Part,
}

/// A part of the list, read in order.
#[derive(Default)]
struct Read {
    /// How many values were read.
    values: i64,
    /// The last of them.
    last: Option<Place>,
    /// The cases that fit.
    rows: Vec<(Place, CaseRow)>,
}

impl Reading<'_> {
    fn page(&self, mut after: Option<Place>) -> Result<Slice<CaseRow>> {
        let mut budget = if self.lookup.is_some() { LOOKED_UP } else { LOOKED_AT };
        let mut at_once = if self.few.is_some() { budget } else { one_more(self.query.limit).min(AT_ONCE) };
        // What is read first is nearly always the page.
        let mut is_page = self.few.is_none() && self.lookup.is_none();
        let mut rows = Vec::new();
        let named = |(key, number): &Place| After::Field(key.clone(), number.unsigned_abs());
        let next = loop {
            let read = if is_page {
                self.with_cases(after.as_ref(), at_once)
            } else {
                self.tested(after.as_ref(), at_once)
            };
            let read = read?;
            rows.extend(read.rows);
            if read.values < at_once || rows.len() > self.query.limit as usize {
                let slice = slice(rows, self.query.limit, |(last, _)| named(last));
                rows = slice.rows;
                break slice.next;
            }
            (after, is_page) = (read.last.or(after), false);
            budget -= at_once;
            if budget <= 0 {
                break after.as_ref().map(named);
            }
            at_once = (at_once * 4).min(AT_ONCE * 4).min(budget);
        };
        Ok(Slice { rows: rows.into_iter().map(|(_, row)| row).collect(), next })
    }

    /// The next values of the list with their cases, by one statement.
    fn with_cases(&self, after: Option<&Place>, limit: i64) -> Result<Read> {
        let mut read = Read::default();
        let (keys, conditions) = (self.values(after, limit), self.conditions.clone());
        cases::fitting(self.moment, self.known, &self.keyed, keys, conditions, |row, case| {
            let place = (fields::read(row.get(AT).map_err(fault)?)?, row.get(NUMBER).map_err(fault)?);
            read.values += 1;
            match case {
                Some(case) => read.rows.push((place, case)),
                None => read.last = self.later(read.last.take(), place),
            }
            Ok(())
        })?;
        // They come in this order, but SQL does not guarantee it through a join.
        match self.query.direction {
            Direction::Ascending => read.rows.sort_by(|(one, _), (other, _)| one.cmp(other)),
            Direction::Descending => read.rows.sort_by(|(one, _), (other, _)| other.cmp(one)),
        }
        if let Some((place, _)) = read.rows.last() {
            read.last = self.later(read.last.take(), place.clone());
        }
        Ok(read)
    }

    /// The later of two places in this list.
    fn later(&self, one: Option<Place>, other: Place) -> Option<Place> {
        Some(match (one, self.query.direction) {
            (None, _) => other,
            (Some(one), Direction::Ascending) => one.max(other),
            (Some(one), Direction::Descending) => one.min(other),
        })
    }

    /// The next values of the list, whose cases are tested after that.
    fn tested(&self, after: Option<&Place>, limit: i64) -> Result<Read> {
        let places = self.values(after, limit).rows(self.moment, |row| {
            Ok((fields::read(row.get(1).map_err(fault)?)?, row.get(0).map_err(fault)?))
        })?;
        let mut numbers = Vec::with_capacity(places.len());
        for (_, number) in &places {
            if self.lookup.as_ref().map_or(Ok(true), |lookup| lookup.has_case(*number))? {
                numbers.push((None, *number));
            }
        }
        let conditions = self.conditions.clone();
        let found = those(self.moment, self.known, self.query, &self.keyed, &numbers, conditions)?;
        let mut found: BTreeMap<i64, CaseRow> =
            found.into_iter().map(|row| (integer(row.number.value), row)).collect();
        let (values, last) = (places.len() as i64, places.last().cloned());
        let rows = places.into_iter().filter_map(|place| found.remove(&place.1).map(|row| (place, row)));
        Ok(Read { values, last, rows: rows.collect() })
    }

    /// A query of the next values of the list, as `at`, with the numbers of the cases that have them.
    fn values(&self, after: Option<&Place>, limit: i64) -> Part {
        let (beyond, direction) = match self.query.direction {
            Direction::Ascending => (">", "ASC"),
            Direction::Descending => ("<", "DESC"),
        };
        let mut part = Part::of("SELECT f.number AS number, f.value AS at FROM ");
        let field = Value::from(self.field);
        match &self.few {
            None => part.bind("case_fields f WHERE f.field = ?", [field]),
            Some(few) => {
                part.push("(SELECT c.number AS number FROM ").append(few.clone());
                part.push(") d CROSS JOIN case_fields f INDEXED BY case_fields_by_case");
                part.bind(" ON f.number = d.number AND f.field = ? WHERE true", [field])
            }
        };
        if let Some((key, number)) = after {
            let values = [stored(key), Value::from(*number)];
            part.bind(&format!(" AND (f.value, f.number) {beyond} (?, ?)"), values);
        }
        // Both columns in the same direction, or SQLite would have to sort every row.
        let order = format!(" ORDER BY f.value {direction}, f.number {direction} LIMIT ?");
        part.bind(&order, [Value::from(limit)]);
        part
    }
}
