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

use super::cases::{LOOKED_AT, those};
use super::filter::{EVERY, FIELDS, KeyedFilter};
use super::found::Lookup;
use super::found_cases::{self, LOOKED_UP};
use super::part::Part;
use super::plan::{self, cases_among};
use super::{one_more, slice};
use crate::error::{Result, fault};
use crate::fields::{self, stored};
use crate::known::Known;

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
        Some(After::Field(key, number)) => Some((key.clone(), crate::value::integer(*number))),
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

impl Reading<'_> {
    fn page(&self, mut after: Option<Place>) -> Result<Slice<CaseRow>> {
        let mut budget = if self.lookup.is_some() { LOOKED_UP } else { LOOKED_AT };
        let mut at_once = if self.few.is_some() { budget } else { one_more(self.query.limit).min(AT_ONCE) };
        let (mut rows, mut values) = (Vec::new(), BTreeMap::new());
        loop {
            let read = self.places(after.as_ref(), at_once)?;
            let is_end = (read.len() as i64) < at_once;
            budget -= at_once;
            after = read.last().cloned().or(after);
            rows.extend(self.fitting(&read)?);
            values.extend(read.into_iter().map(|(key, number)| (number.unsigned_abs(), key)));
            if is_end || rows.len() > self.query.limit as usize {
                return Ok(slice(rows, self.query.limit, |last| {
                    let number = last.number.value;
                    // Every row was read by its value.
                    values.get(&number).map_or(After::Number(number), |key| After::Field(key.clone(), number))
                }));
            }
            if budget <= 0 {
                let next = after.map(|(key, number)| After::Field(key, number.unsigned_abs()));
                return Ok(Slice { rows, next });
            }
            at_once = (at_once * 4).min(AT_ONCE * 4).min(budget);
        }
    }

    /// The next values of the list, with the cases that have them.
    fn places(&self, after: Option<&Place>, limit: i64) -> Result<Vec<Place>> {
        let (beyond, direction) = match self.query.direction {
            Direction::Ascending => (">", "ASC"),
            Direction::Descending => ("<", "DESC"),
        };
        let mut part = Part::of("SELECT f.value, f.number FROM ");
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
        part.rows(self.moment, |row| {
            Ok((fields::read(row.get(0).map_err(fault)?)?, row.get(1).map_err(fault)?))
        })
    }

    /// The cases at these places that fit every condition, in their order.
    fn fitting(&self, places: &[Place]) -> Result<Vec<CaseRow>> {
        let mut numbers = Vec::with_capacity(places.len());
        for (_, number) in places {
            if self.lookup.as_ref().map_or(Ok(true), |lookup| lookup.has_case(*number))? {
                numbers.push((None, *number));
            }
        }
        let order: BTreeMap<u64, usize> =
            places.iter().enumerate().map(|(place, (_, number))| (number.unsigned_abs(), place)).collect();
        let conditions = self.conditions.clone();
        let mut rows = those(self.moment, self.known, self.query, &self.keyed, &numbers, conditions)?;
        rows.sort_by_key(|row| order.get(&row.number.value).copied());
        Ok(rows)
    }
}
