//! Filters, as SQL with bound values.

use casekit_core::model::CustomerId;
use casekit_core::store::{CaseFilter, Failing};
use rusqlite::Connection;
use rusqlite::types::Value;

use super::part::Part;
use super::pending::PendingFor;
use super::people::{holder, person};
use super::places::Places;
use crate::error::Result;
use crate::known::Known;
use crate::value::micros;

/// A filter with people and places as keys.
pub(super) struct KeyedFilter<'a> {
    pub(super) filter: &'a CaseFilter,
    pub(super) places: Places,
    pub(super) holder: Option<i64>,
    pub(super) own: Option<i64>,
    pub(super) pending: Option<PendingFor>,
}

/// A set of conditions, as bits: those that an index already answers are not tested again.
pub(super) type Conditions = u16;
pub(super) const EVERY: Conditions = Conditions::MAX;
pub(super) const PLACES: Conditions = 1;
pub(super) const HOLDER: Conditions = 2;
pub(super) const CUSTOMER: Conditions = 4;
pub(super) const OWN: Conditions = 8;
pub(super) const PENDING: Conditions = 16;
pub(super) const FAILING: Conditions = 32;
pub(super) const DUE: Conditions = 64;
pub(super) const RAISED: Conditions = 128;
pub(super) const EXCLUDED: Conditions = 256;

impl<'a> KeyedFilter<'a> {
    pub(super) fn new(connection: &Connection, known: &Known, filter: &'a CaseFilter) -> Result<Self> {
        Ok(Self {
            filter,
            places: Places::of(
                connection,
                known,
                filter.types.as_deref(),
                filter.stage.as_ref(),
                filter.category,
            )?,
            holder: filter.holder.as_ref().map(|one| holder(connection, known, one)).transpose()?,
            own: filter.own.as_ref().map(|own| person(connection, known, own)).transpose()?,
            pending: filter
                .pending
                .as_ref()
                .map(|one| PendingFor::new(connection, known, one))
                .transpose()?,
        })
    }

    /// The conditions that the filter has.
    pub(super) fn given(&self) -> Conditions {
        let one = |is_given: bool, condition: Conditions| if is_given { condition } else { 0 };
        one(!self.places.is_all(), PLACES)
            | one(self.holder.is_some(), HOLDER)
            | one(self.filter.customer.is_some(), CUSTOMER)
            | one(self.own.is_some(), OWN)
            | one(self.pending.is_some(), PENDING)
            | one(self.pending.as_ref().is_some_and(|pending| pending.is_excluded), EXCLUDED)
            | one(self.filter.failing.is_some(), FAILING)
            | one(self.filter.due_task.is_some(), DUE)
            | one(self.filter.raised_from.is_some() || self.filter.raised_before.is_some(), RAISED)
    }

    /// Some of the conditions on a case `c`, each after ` AND `. Each column has a `+` in front, which keeps SQLite
    /// from choosing an index for it instead of the one that `plan` chose.
    pub(super) fn conditions(&self, some: Conditions) -> Part {
        let mut part = Part::default();
        let some = self.given() & some;
        if some & PLACES != 0 {
            part.push(" AND +c.place IN (").append(self.places.keys()).push(")");
        }
        if let Some(holder) = self.holder.filter(|_| some & HOLDER != 0) {
            part.bind(" AND +c.holder = ?", [Value::from(holder)]);
        }
        if let Some(customer) = self.filter.customer.filter(|_| some & CUSTOMER != 0) {
            part.append(condition_on_customer(customer));
        }
        if let Some(own) = self.own.filter(|_| some & OWN != 0) {
            part.bind(" AND (+c.holder = ? OR +c.raised_by = ?)", [Value::from(own), Value::from(own)]);
        }
        if let Some(pending) = self.pending.as_ref().filter(|_| some & PENDING != 0) {
            part.append(pending.waiting());
        }
        if let Some(pending) = self.pending.as_ref().filter(|_| some & EXCLUDED != 0) {
            part.push(" AND ").append(pending.left()).push(" <> 0");
        }
        if let Some(failing) = self.filter.failing.as_ref().filter(|_| some & FAILING != 0) {
            part.push(" AND +c.cause IN (").append(causes(failing)).push(")");
        }
        if let Some((due_task, before)) = self.filter.due_task.filter(|_| some & DUE != 0) {
            let values = [Value::from(due_task.code()), Value::from(micros(before))];
            part.bind(" AND +c.due_task = ? AND +c.due_task_at < ?", values);
        }
        if some & RAISED != 0 {
            part.append(self.raised("+c."));
        }
        part
    }

    /// The condition on when cases were raised, with a prefix for its column.
    pub(super) fn raised(&self, prefix: &str) -> Part {
        let mut part = Part::default();
        if let Some(from) = self.filter.raised_from {
            part.bind(&format!(" AND {prefix}raised_at >= ?"), [Value::from(micros(from))]);
        }
        if let Some(before) = self.filter.raised_before {
            part.bind(&format!(" AND {prefix}raised_at < ?"), [Value::from(micros(before))]);
        }
        part
    }
}

/// The condition that a case `c` is of a customer.
pub(super) fn condition_on_customer(customer: CustomerId) -> Part {
    let mut part = Part::default();
    let id = Value::Blob(customer.0.as_bytes().to_vec());
    part.bind(" AND +c.customer = (SELECT key FROM customers WHERE id = ?)", [id]);
    part
}

/// A query of the keys of the causes that fit.
pub(super) fn causes(failing: &Failing) -> Part {
    let mut part = Part::default();
    part.push("SELECT key FROM causes WHERE true");
    if let Some(code) = &failing.code {
        part.bind(" AND code = ?", [Value::Text(code.clone())]);
    }
    if let Some(setting) = &failing.setting {
        part.bind(" AND setting = ?", [Value::Text(setting.clone())]);
    }
    part
}
