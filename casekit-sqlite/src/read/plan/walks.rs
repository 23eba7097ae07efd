//! The walks: which cases `c` an index has for a condition, and in which order.

use casekit_core::model::DueTask;
use casekit_core::model::FieldKey;
use casekit_core::store::FieldRange;
use rusqlite::Connection;
use rusqlite::types::Value;

use super::Walk;
use crate::error::Result;
use crate::fields::stored;
use crate::read::filter::{
    CLOSED, CUSTOMER, Conditions, DUE, DUE_AT, EVERY, FAILING, FIELDS, HOLDER, KeyedFilter, OUTCOME, OWN,
    PENDING, RAISED, RAISED_BY, RESOLVED, STALLED, TAGS, UPDATED, WORKFLOW, Work, causes, in_range, task,
};
use crate::read::part::Part;
use crate::read::pending::{PendingFor, indexed};
use crate::totals;

/// The places in which somebody holds cases.
pub(super) fn places_of(holder: i64) -> Part {
    let mut part = Part::default();
    part.bind(
        "SELECT DISTINCT b FROM totals WHERE kind = ? AND a = ?",
        [Value::from(totals::BY_HOLDER), Value::from(holder)],
    );
    part
}

/// The places in which somebody raised cases.
fn places_raised(raiser: i64) -> Part {
    let mut part = Part::default();
    let raised = |kind: i64| [Value::from(kind), Value::from(raiser)];
    part.bind("SELECT b FROM totals WHERE kind = ? AND a = ?", raised(totals::RAISED));
    part.bind(" UNION SELECT b FROM totals WHERE kind = ? AND a = ?", raised(totals::RAISED_AND_HELD));
    part
}

pub(super) fn by_raiser(keyed: &KeyedFilter<'_>) -> Part {
    let raiser = keyed.raised_by.unwrap_or_default();
    let mut lead = Part::default();
    let places = if keyed.places.is_all() { places_raised(raiser) } else { keyed.places.keys() };
    lead.bind(" AND c.raised_by = ? AND c.place IN (", [Value::from(raiser)]).append(places).push(")");
    indexed("cases_by_raiser", lead)
}

pub(super) fn by_holder(keyed: &KeyedFilter<'_>) -> Part {
    let holder = keyed.holder.unwrap_or_default();
    let mut lead = Part::default();
    let places = if keyed.places.is_all() { places_of(holder) } else { keyed.places.keys() };
    lead.bind(" AND c.holder = ? AND c.place IN (", [Value::from(holder)]).append(places).push(")");
    indexed("cases_by_holder", lead)
}

/// Pending cases by number. Totals tell which sets of permissions occur, so cases that are ready only for others are
/// not even read.
pub(super) fn by_pending(connection: &Connection, pending: &PendingFor) -> Result<Walk> {
    /// The most ranges that are merged: about as many as there are steps at which cases usually wait, for a person's
    /// own cases, for nobody's and for anyone.
    const RANGES: usize = 9;
    let ranges = pending.ranges(connection)?;
    if ranges.is_empty() || ranges.len() > RANGES {
        return Ok(Walk::United(pending.halves().into()));
    }
    Ok(Walk::Ranges(ranges))
}

/// Somebody's work by number: what they hold and what they raised, where it is not closed, and what is pending for them.
pub(super) fn by_work(connection: &Connection, work: &Work) -> Result<Walk> {
    let me = work.pending.by;
    let in_places_of = |column: &str, index: &str, theirs: Part| {
        let mut lead = Part::default();
        lead.bind(&format!(" AND c.{column} = ? AND c.place IN ("), [Value::from(me)]).append(theirs);
        lead.push(")");
        indexed(index, lead)
    };
    let mut parts = vec![
        in_places_of("holder", "cases_by_holder", within(work.open.keys(), places_of(me))),
        in_places_of("raised_by", "cases_by_raiser", within(work.open.keys(), places_raised(me))),
    ];
    match by_pending(connection, &work.pending)? {
        Walk::One(part) => parts.push(part),
        Walk::United(more) | Walk::Ranges(more) => parts.extend(more),
    }
    Ok(Walk::United(parts))
}

/// The keys that two lists have in common, each as the inside of `IN ( )`.
fn within(keys: Part, theirs: Part) -> Part {
    let mut part = Part::of("SELECT key FROM places WHERE key IN (");
    part.append(keys).push(") AND key IN (").append(theirs).push(")");
    part
}

pub(super) fn by_customer(keyed: &KeyedFilter<'_>) -> Part {
    let id = keyed.filter.customer.map(|customer| customer.0.as_bytes().to_vec());
    let mut lead = Part::default();
    lead.bind(" AND c.customer = (SELECT key FROM customers WHERE id = ?)", [Value::from(id)]);
    indexed("cases_by_customer", lead)
}

pub(super) fn by_failing(keyed: &KeyedFilter<'_>) -> Part {
    let mut lead = Part::default();
    if let Some(failing) = &keyed.filter.failing {
        lead.push(" AND c.cause IN (").append(causes(failing)).push(")");
    }
    indexed("cases_failing", lead)
}

pub(super) fn by_due_task(keyed: &KeyedFilter<'_>) -> Part {
    let Some((due_task, before)) = keyed.filter.due_task else { return every() };
    let index = match due_task {
        DueTask::KeepClock => "cases_by_waking",
        DueTask::Deliver | DueTask::DestroyData | DueTask::Collect => "cases_by_due_task",
    };
    indexed(index, task(due_task, before, "c."))
}

pub(super) fn by_due(keyed: &KeyedFilter<'_>) -> Part {
    indexed("cases_by_due", keyed.due_at("c."))
}

/// The cases that a person holds and those that they raised, each in the order of numbers.
pub(super) fn by_own(keyed: &KeyedFilter<'_>) -> Walk {
    let own = keyed.own.unwrap_or_default();
    let mut held = Part::default();
    held.bind(" AND c.holder = ? AND c.place IN (", [Value::from(own)]).append(places_of(own)).push(")");
    let mut raised = Part::default();
    raised
        .bind(" AND c.raised_by = ? AND c.place IN (", [Value::from(own)])
        .append(places_raised(own))
        .push(")");
    Walk::United(vec![indexed("cases_by_holder", held), indexed("cases_by_raiser", raised)])
}

/// The cases that a person holds or raised, in no order.
pub(super) fn few_own(keyed: &KeyedFilter<'_>) -> Part {
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

/// The cases in the places of the filter to which nothing happened since an instant.
fn by_updated(keyed: &KeyedFilter<'_>) -> Part {
    let mut lead = Part::default();
    lead.push(" AND c.place IN (").append(keyed.places.keys()).push(")").append(keyed.updated("c."));
    indexed("cases_by_updated", lead)
}

/// The cases with a value that fits the first condition on fields, in the order of numbers; `None` if the index has them in no
/// such order. The index has the numbers alone, so no case is read.
pub(super) fn by_value(keyed: &KeyedFilter<'_>) -> Option<Walk> {
    /// The most values that are merged.
    const VALUES: usize = 9;
    let mut values = Vec::new();
    for (field, range) in keyed.fields.first()? {
        match range {
            FieldRange::OneOf(keys) => values.extend(keys.iter().map(|key| (*field, key))),
            FieldRange::Between(..) => return None,
        }
    }
    if values.is_empty() || values.len() > VALUES {
        return None;
    }
    let of_one = |(field, key): (i64, &FieldKey)| {
        let mut part = Part::default();
        let values = [Value::from(field), stored(key)];
        part.bind("(SELECT number FROM case_fields WHERE field = ? AND value = ?) c WHERE true", values);
        part
    };
    let mut parts: Vec<Part> = values.into_iter().map(of_one).collect();
    match parts.len() {
        1 => parts.pop().map(Walk::One),
        // A case can have two of the choices.
        _ => Some(Walk::United(parts)),
    }
}

/// The cases with a tag, in the order of numbers. The index has the numbers alone, so no case is read.
pub(super) fn by_tag(tag: i64) -> Part {
    let mut part = Part::default();
    part.bind("(SELECT number FROM case_tags WHERE tag = ?) c WHERE true", [Value::from(tag)]);
    part
}

/// The cases with a tag, in no order.
pub(super) fn with_tag(tag: i64) -> Part {
    let mut part = Part::default();
    let tag = [Value::from(tag)];
    part.bind("case_tags g CROSS JOIN cases c ON c.number = g.number WHERE g.tag = ?", tag);
    part
}

/// The cases with a value that fits the first condition on fields, in no order.
fn with_value(keyed: &KeyedFilter<'_>) -> Part {
    let is_one = |one: &(i64, &FieldRange)| matches!(one.1, FieldRange::OneOf(keys) if keys.len() == 1);
    let each_once = match keyed.fields.first().map(Vec::as_slice) {
        // In the index a case has a value once.
        Some([one]) => is_one(one),
        // A case can have two of the choices.
        _ => false,
    };
    let mut part = Part::of(if each_once { "(" } else { "(SELECT DISTINCT number FROM (" });
    part.append(numbers_with_value(keyed)).push(if each_once { ")" } else { "))" });
    part.push(" d CROSS JOIN cases c ON c.number = d.number WHERE true");
    part
}

/// The numbers of cases with a value that fits the first condition on fields, some of them perhaps twice: a range of the index
/// for each field of a type.
pub(super) fn numbers_with_value(keyed: &KeyedFilter<'_>) -> Part {
    let mut part = Part::default();
    for (field, range) in keyed.fields.first().into_iter().flatten() {
        let between = if part.sql.is_empty() { "" } else { " UNION ALL " };
        part.push(between).bind("SELECT number FROM case_fields WHERE field = ?", [Value::from(*field)]);
        part.append(in_range("value", range));
    }
    if part.sql.is_empty() {
        part.push("SELECT number FROM case_fields WHERE false");
    }
    part
}

/// The cases that fit a condition that one range of an index answers, in no order; `None` for any other condition.
pub(super) fn by_condition(keyed: &KeyedFilter<'_>, condition: Conditions) -> Option<Part> {
    Some(match condition {
        CUSTOMER => by_customer(keyed),
        RAISED_BY => by_raiser(keyed),
        HOLDER => by_holder(keyed),
        FAILING => by_failing(keyed),
        DUE => by_due_task(keyed),
        DUE_AT if keyed.filter.due.is_some_and(|due| due.warned.is_some()) => {
            indexed("cases_warned", keyed.due_at("c."))
        }
        DUE_AT => by_due(keyed),
        CLOSED => indexed("cases_by_closed", keyed.closed("c.")),
        RESOLVED => indexed("cases_by_resolved", keyed.resolved("c.")),
        OUTCOME => indexed("cases_by_outcome", keyed.outcome("c.")),
        WORKFLOW => indexed("cases_by_workflow", keyed.workflow("c.")),
        RAISED => by_raised(keyed),
        UPDATED => by_updated(keyed),
        STALLED => keyed.stalled.as_ref()?.walk(),
        FIELDS => with_value(keyed),
        TAGS => with_tag(keyed.tags.first().copied().unwrap_or(0)),
        _ => return None,
    })
}

/// All cases that fit the condition which usually leaves fewest, in no order, and every other condition: for counting what no
/// total has.
pub(in crate::read) fn narrowest(keyed: &KeyedFilter<'_>) -> Part {
    /// As far as one can tell without asking how many there are. A holder, a workflow or an outcome may have a great
    /// part of all cases.
    const FEWEST: [Conditions; 17] = [
        FIELDS, CUSTOMER, FAILING, DUE, PENDING, OWN, TAGS, STALLED, DUE_AT, RAISED_BY, CLOSED, RESOLVED,
        RAISED, OUTCOME, HOLDER, UPDATED, WORKFLOW,
    ];
    let given = keyed.given();
    let one = FEWEST.into_iter().find(|condition| given & condition != 0);
    let walk = match (one, &keyed.pending) {
        (Some(PENDING), Some(pending)) => Some(pending.few()),
        (Some(OWN), _) => Some(few_own(keyed)),
        (Some(condition), _) => by_condition(keyed, condition),
        (None, _) => None,
    };
    let (mut part, left) = match (walk, one) {
        (Some(walk), Some(condition)) => (walk, keyed.left_by(condition)),
        (_, _) => (every(), EVERY),
    };
    part.append(keyed.conditions(left));
    part
}

pub(super) fn every() -> Part {
    Part::of("cases c NOT INDEXED WHERE true")
}
