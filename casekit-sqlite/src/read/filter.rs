//! Filters, as SQL with bound values.

use casekit_core::model::{CustomerId, DueTask, FieldOwner, StageCategory, Timestamp};
use casekit_core::store::{CaseFilter, Failing, FieldFilter, FieldRange};
use rusqlite::Connection;
use rusqlite::types::Value;

use super::part::Part;
use super::pending::PendingFor;
use super::people::{holder, person};
use super::places::{At, Places};
use super::stalled::StalledIn;
use crate::error::Result;
use crate::fields::stored;
use crate::known::Known;
use crate::value::micros;

/// A filter with people and places as keys.
pub(super) struct KeyedFilter<'a> {
    pub(super) filter: &'a CaseFilter,
    pub(super) places: Places,
    pub(super) holder: Option<i64>,
    pub(super) own: Option<i64>,
    pub(super) pending: Option<PendingFor>,
    pub(super) raised_by: Option<i64>,
    pub(super) work: Option<Work>,
    pub(super) stalled: Option<StalledIn>,
    /// The conditions on fields: of each, the keys of fields with what fits. None that fits is no field at all.
    pub(super) fields: Vec<Vec<(i64, &'a FieldRange)>>,
    /// The tags that a case must have. No tag has the key 0, which stands for one that the file has not.
    pub(super) tags: Vec<i64>,
}

/// Whose work it is, with the places in which a case is not closed.
pub(super) struct Work {
    pub(super) pending: PendingFor,
    pub(super) open: Places,
}

/// A set of conditions, as bits: those that an index already answers are not tested again.
pub(super) type Conditions = u32;
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
pub(super) const RAISED_BY: Conditions = 512;
pub(super) const RESOLVED: Conditions = 1_024;
pub(super) const CLOSED: Conditions = 2_048;
pub(super) const WORKFLOW: Conditions = 4_096;
pub(super) const OUTCOME: Conditions = 8_192;
pub(super) const WORK: Conditions = 16_384;
pub(super) const DUE_AT: Conditions = 32_768;
pub(super) const FIELDS: Conditions = 65_536;
pub(super) const TAGS: Conditions = 131_072;
pub(super) const UPDATED: Conditions = 262_144;
pub(super) const STALLED: Conditions = 524_288;

impl<'a> KeyedFilter<'a> {
    pub(super) fn new(connection: &Connection, known: &Known, filter: &'a CaseFilter) -> Result<Self> {
        let places = Places::of(connection, known, At::of(filter))?;
        let stalled = filter.stalled.as_deref();
        Ok(Self {
            filter,
            stalled: stalled.map(|some| StalledIn::of(connection, known, some, &places)).transpose()?,
            places,
            holder: filter.holder.as_ref().map(|one| holder(connection, known, one)).transpose()?,
            own: filter.own.as_ref().map(|own| person(connection, known, own)).transpose()?,
            pending: filter
                .pending
                .as_ref()
                .map(|one| PendingFor::new(connection, known, one))
                .transpose()?,
            raised_by: filter.raised_by.as_ref().map(|one| person(connection, known, one)).transpose()?,
            work: filter.work.as_ref().map(|one| Work::new(connection, known, one)).transpose()?,
            fields: filter.fields.iter().map(|one| keyed_fields(connection, one)).collect::<Result<_>>()?,
            tags: filter
                .tags
                .iter()
                .map(|tag| Ok(crate::keys::tag_in_use(connection, *tag)?.unwrap_or(0)))
                .collect::<Result<_>>()?,
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
            | one(self.raised_by.is_some(), RAISED_BY)
            | one(self.filter.resolved_from.is_some() || self.filter.resolved_before.is_some(), RESOLVED)
            | one(self.filter.closed_from.is_some() || self.filter.closed_before.is_some(), CLOSED)
            | one(self.filter.workflow.is_some(), WORKFLOW)
            | one(self.filter.outcome.is_some(), OUTCOME)
            | one(self.work.is_some(), WORK)
            | one(self.filter.due.is_some(), DUE_AT)
            | one(!self.fields.is_empty(), FIELDS)
            | one(!self.tags.is_empty(), TAGS)
            | one(self.filter.updated_before.is_some(), UPDATED)
            | one(self.stalled.is_some(), STALLED)
    }

    /// Whether the only condition on places is that on types, and the first condition on fields is about these: then a case
    /// that meets the latter meets the former.
    pub(super) fn is_of_types_alone(&self) -> bool {
        // Named one by one, so that a further condition on places cannot be forgotten here.
        let At { types, stages: None, categories: None, teams: None, priorities: None, resolutions: None } =
            At::of(self.filter)
        else {
            return false;
        };
        let mut first = self.filter.fields.iter().take(1).flat_map(|one| &one.any);
        first.all(|(case_type, ..)| types.is_none_or(|types| types.contains(case_type)))
    }

    /// The conditions that are left once an index answered one of them: of several conditions on fields only the first leads, and
    /// so of tags.
    pub(super) fn left_by(&self, condition: Conditions) -> Conditions {
        let is_one_of_several = match condition {
            FIELDS => self.fields.len() > 1,
            TAGS => self.tags.len() > 1,
            _ => false,
        };
        if is_one_of_several { EVERY } else { !condition }
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
            part.append(task(due_task, before, "+c."));
        }
        if some & DUE_AT != 0 {
            part.append(self.due_at("+c."));
        }
        if some & RAISED != 0 {
            part.append(self.raised("+c."));
        }
        if let Some(raiser) = self.raised_by.filter(|_| some & RAISED_BY != 0) {
            part.bind(" AND +c.raised_by = ?", [Value::from(raiser)]);
        }
        if some & RESOLVED != 0 {
            part.append(self.resolved("+c."));
        }
        if some & CLOSED != 0 {
            part.append(self.closed("+c."));
        }
        if some & WORKFLOW != 0 {
            part.append(self.workflow("+c."));
        }
        if some & OUTCOME != 0 {
            part.append(self.outcome("+c."));
        }
        if some & UPDATED != 0 {
            part.append(self.updated("+c."));
        }
        if let Some(stalled) = self.stalled.as_ref().filter(|_| some & STALLED != 0) {
            part.append(stalled.condition());
        }
        if some & FIELDS != 0 {
            for one in &self.fields {
                part.append(has_value(one));
            }
        }
        if some & TAGS != 0 {
            for tag in &self.tags {
                let has = " AND EXISTS (SELECT 1 FROM case_tags g WHERE g.tag = ? AND g.number = c.number)";
                part.bind(has, [Value::from(*tag)]);
            }
        }
        if let Some(work) = self.work.as_ref().filter(|_| some & WORK != 0) {
            let me = || Value::from(work.pending.by);
            part.bind(" AND ((+c.holder = ? OR +c.raised_by = ?)", [me(), me()]);
            part.push(" AND +c.place IN (").append(work.open.keys()).push(") OR ");
            part.append(work.pending.is_theirs()).push(")");
        }
        part
    }

    /// The condition on when cases were raised, with a prefix for its column.
    pub(super) fn raised(&self, prefix: &str) -> Part {
        between(&format!("{prefix}raised_at"), self.filter.raised_from, self.filter.raised_before)
    }

    /// The condition on when cases last changed, with a prefix for its column.
    pub(super) fn updated(&self, prefix: &str) -> Part {
        between(&format!("{prefix}updated_at"), None, self.filter.updated_before)
    }

    /// The condition on when cases were resolved, with a prefix for its column.
    pub(super) fn resolved(&self, prefix: &str) -> Part {
        between(&format!("{prefix}resolved_at"), self.filter.resolved_from, self.filter.resolved_before)
    }

    /// The condition on when cases were closed, with a prefix for its column.
    pub(super) fn closed(&self, prefix: &str) -> Part {
        between(&format!("{prefix}closed_at"), self.filter.closed_from, self.filter.closed_before)
    }

    /// The condition on when the first running deadline of a case ends, with a prefix for its columns.
    pub(super) fn due_at(&self, prefix: &str) -> Part {
        let due = self.filter.due.unwrap_or_default();
        let mut part = Part::default();
        part.push(&format!(" AND {prefix}due_at IS NOT NULL"));
        part.append(between(&format!("{prefix}due_at"), due.from, due.before));
        if let Some(at) = due.warned {
            part.bind(
                &format!(" AND {prefix}warn_at IS NOT NULL AND {prefix}warn_at <= ?"),
                [Value::from(micros(at))],
            );
        }
        part
    }

    /// The condition on the workflow of a case, with a prefix for its column.
    pub(super) fn workflow(&self, prefix: &str) -> Part {
        let id = self.filter.workflow.map(|workflow| workflow.0.as_bytes().to_vec());
        let mut part = Part::default();
        part.bind(&format!(" AND {prefix}workflow = ?"), [Value::from(id)]);
        part
    }

    /// The condition on the outcome of a case, with a prefix for its column.
    pub(super) fn outcome(&self, prefix: &str) -> Part {
        let code = self.filter.outcome.map(|outcome| outcome.code().to_owned());
        let mut part = Part::default();
        part.bind(&format!(" AND {prefix}outcome = ?"), [Value::from(code)]);
        part
    }

    /// Whether a case `c` is pending for the person whose work is asked for, as an expression; 0 if nobody's is.
    pub(super) fn is_pending(&self) -> Part {
        self.work.as_ref().map_or_else(|| Part::of("0"), |work| work.pending.is_theirs())
    }
}

impl Work {
    fn new(connection: &Connection, known: &Known, of: &casekit_core::store::Pending) -> Result<Self> {
        let not_closed: Vec<StageCategory> =
            StageCategory::ALL.into_iter().filter(|one| *one != StageCategory::Closed).collect();
        Ok(Self {
            pending: PendingFor::new(connection, known, of)?,
            open: Places::of(connection, known, At { categories: Some(&not_closed), ..At::default() })?,
        })
    }
}

/// The condition that a case has a task that is due before an instant, with a prefix for its columns.
pub(super) fn task(due_task: DueTask, before: Timestamp, prefix: &str) -> Part {
    let mut part = Part::default();
    match due_task {
        DueTask::KeepClock => {
            part.bind(&format!(" AND {prefix}wakes_at < ?"), [Value::from(micros(before))]);
        }
        DueTask::Deliver | DueTask::DestroyData | DueTask::Collect => {
            let values = [Value::from(due_task.code()), Value::from(micros(before))];
            part.bind(&format!(" AND {prefix}due_task = ? AND {prefix}due_task_at < ?"), values);
        }
    }
    part
}

/// A condition on fields, with the keys that they have in this file.
fn keyed_fields<'a>(connection: &Connection, one: &'a FieldFilter) -> Result<Vec<(i64, &'a FieldRange)>> {
    let mut keyed = Vec::with_capacity(one.any.len());
    for (case_type, field, range) in &one.any {
        // By a field without a key no case is found.
        let key = crate::fields::key(connection, FieldOwner::CaseType(*case_type), field)?;
        keyed.extend(key.map(|key| (key, range)));
    }
    Ok(keyed)
}

/// The condition that a column of `case_fields` is in a range, after ` AND `.
pub(super) fn in_range(column: &str, range: &FieldRange) -> Part {
    let mut part = Part::default();
    match range {
        FieldRange::OneOf(keys) => {
            part.push(&format!(" AND {column} IN ("));
            for (place, key) in keys.iter().enumerate() {
                part.bind(if place == 0 { "?" } else { ", ?" }, [stored(key)]);
            }
            part.push(")");
        }
        FieldRange::Between(from, to) => {
            for (comparison, end) in [(">=", from), ("<=", to)] {
                if let Some(end) = end {
                    part.bind(&format!(" AND {column} {comparison} ?"), [stored(end)]);
                }
            }
        }
    }
    part
}

/// The condition that a case `c` has a value that fits. It is looked for by the number of the case.
fn has_value(any: &[(i64, &FieldRange)]) -> Part {
    let mut part = Part::of(
        " AND EXISTS (SELECT 1 FROM case_fields f INDEXED BY case_fields_by_case WHERE f.number = c.number AND ",
    );
    part.push("(false");
    for (field, range) in any {
        part.bind(" OR f.field = ?", [Value::from(*field)]).append(in_range("f.value", range));
    }
    part.push("))");
    part
}

/// The condition that an instant is in a range of which an end is given.
fn between(column: &str, from: Option<Timestamp>, before: Option<Timestamp>) -> Part {
    let mut part = Part::default();
    if let Some(from) = from {
        part.bind(&format!(" AND {column} >= ?"), [Value::from(micros(from))]);
    }
    if let Some(before) = before {
        part.bind(&format!(" AND {column} < ?"), [Value::from(micros(before))]);
    }
    part
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
