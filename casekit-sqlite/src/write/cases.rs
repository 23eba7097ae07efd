//! Cases: a narrow row, and a body where there is something that only the case by itself shows.

use casekit_core::model::{Case, LongText};
use rusqlite::types::Value;
use rusqlite::{Transaction, params, params_from_iter};

use super::keys::Keys;
use crate::error::{Result, fault};
use crate::rest;
use crate::totals::Counted;
use crate::value::{integer, micros};
use crate::workflow_columns::{self, WorkflowColumns};

/// What of a case is counted.
pub(super) fn counted(keys: &Keys<'_>, case: &Case) -> Result<Counted> {
    let place = keys.place(case)?;
    Ok(Counted {
        place: place.key,
        family: place.family,
        holder: keys.holder(case)?,
        raised_by: keys.person(&case.raised_by)?,
        ready: case.ready_bits().into(),
        cause: cause(keys, case)?,
    })
}

fn cause(keys: &Keys<'_>, case: &Case) -> Result<Option<i64>> {
    workflow_columns::cause(case).map(|(code, setting)| keys.cause(code, setting)).transpose()
}

/// Writes a new case. `entry` is the position of the event that raised it.
pub(super) fn insert(
    change: &Transaction<'_>,
    keys: &Keys<'_>,
    case: &Case,
    hash: &[u8],
    entry: u64,
) -> Result<()> {
    // The columns of `workflow_columns::COLUMNS` last.
    const SQL: &str = "INSERT INTO cases (number, id, revision, hash, prefix, place, type_version, holder, held_since,
        customer, raised_by, raised_for, raised_at, updated_at, resolved_at, closed_at, reopened, notes, entry, title,
        requester, workflow, status, steps, failure, cause, ready, due_task, due_task_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14,
        ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29)";
    let mut statement = change.prepare_cached(SQL).map_err(fault)?;
    let [requester, workflow, status, steps, failure, cause, ready, due_task, due_task_at] =
        WorkflowColumns::of(case).values(cause(keys, case)?)?;
    let written = statement.execute(params![
        integer(case.number.value),
        case.id.0.as_bytes(),
        integer(case.revision),
        hash,
        case.number.prefix,
        keys.place(case)?.key,
        case.type_version,
        keys.holder(case)?,
        case.holder.as_ref().map(|holder| micros(holder.since)),
        keys.customer(case)?,
        keys.person(&case.raised_by)?,
        keys.optional_person(case.raised_for.as_ref())?,
        micros(case.raised_at),
        micros(case.updated_at),
        case.resolved_at.map(micros),
        case.closed_at.map(micros),
        case.reopened,
        case.notes,
        integer(entry),
        case.title.as_str(),
        requester,
        workflow,
        status,
        steps,
        failure,
        cause,
        ready,
        due_task,
        due_task_at,
    ]);
    written.map_err(fault)?;
    if case.description.is_some() || case.request.is_some() || case.progress.is_some() {
        put_body(change, case)?;
    }
    Ok(())
}

/// SQLite writes the indexes of every column that is named, changed or not; so only what changed is named, and all of it in
/// one statement, since two would write an index twice.
pub(super) fn update(
    change: &Transaction<'_>,
    keys: &Keys<'_>,
    before: &Case,
    case: &Case,
    hash: &[u8],
) -> Result<()> {
    let mut sql = String::from("UPDATE cases SET revision = ?, hash = ?, updated_at = ?");
    let mut values = vec![
        Value::from(integer(case.revision)),
        Value::from(hash.to_vec()),
        Value::from(micros(case.updated_at)),
    ];
    let mut set = |columns: &str, more: &mut dyn Iterator<Item = Value>| {
        sql.push_str(columns);
        values.extend(more);
    };
    if before.notes != case.notes {
        set(", notes = ?", &mut [Value::from(case.notes)].into_iter());
    }
    if before.title != case.title {
        set(", title = ?", &mut [Value::from(case.title.as_str().to_owned())].into_iter());
    }
    let place = keys.place(case)?;
    if keys.place(before)? != place || before.type_version != case.type_version {
        let columns = ", place = ?, type_version = ?, resolved_at = ?, closed_at = ?, reopened = ?";
        let stands = [
            Value::from(place.key),
            Value::from(case.type_version),
            Value::from(case.resolved_at.map(micros)),
            Value::from(case.closed_at.map(micros)),
            Value::from(case.reopened),
        ];
        set(columns, &mut stands.into_iter());
    }
    if before.holder != case.holder {
        let since = case.holder.as_ref().map(|holder| micros(holder.since));
        let held = [Value::from(keys.holder(case)?), Value::from(since)];
        set(", holder = ?, held_since = ?", &mut held.into_iter());
    }
    if before.customer != case.customer {
        set(", customer = ?", &mut [Value::from(keys.customer(case)?)].into_iter());
    }
    let (workflow, changed) = (WorkflowColumns::of(case), !rest::is_same(before, case));
    if changed && workflow != WorkflowColumns::of(before) {
        let columns =
            ", requester = ?, workflow = ?, status = ?, steps = ?, failure = ?, cause = ?, ready = ?,
            due_task = ?, due_task_at = ?";
        set(columns, &mut workflow.values(cause(keys, case)?)?.into_iter());
    }
    sql.push_str(" WHERE number = ?");
    values.push(Value::from(integer(case.number.value)));
    let mut statement = change.prepare_cached(&sql).map_err(fault)?;
    statement.execute(params_from_iter(values)).map_err(fault)?;
    if changed || before.description != case.description {
        put_body(change, case)?;
    }
    Ok(())
}

fn put_body(change: &Transaction<'_>, case: &Case) -> Result<()> {
    const PUT: &str = "INSERT INTO case_bodies (number, description, rest) VALUES (?1, ?2, ?3)
        ON CONFLICT DO UPDATE SET description = excluded.description, rest = excluded.rest";
    const DROP: &str = "DELETE FROM case_bodies WHERE number = ?1";
    let number = integer(case.number.value);
    let (description, rest) = (case.description.as_ref().map(LongText::as_str), rest::of(case)?);
    if description.is_none() && rest.is_none() {
        change.prepare_cached(DROP).and_then(|mut drop| drop.execute([number])).map_err(fault)?;
        return Ok(());
    }
    let mut put = change.prepare_cached(PUT).map_err(fault)?;
    put.execute(params![number, description, rest]).map_err(fault)?;
    Ok(())
}
