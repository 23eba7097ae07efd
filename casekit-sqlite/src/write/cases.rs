//! Cases: a narrow row, and a body for what only the page of a case shows. Most cases have no body.

use casekit_core::model::{Case, LongText};
use rusqlite::types::{ToSqlOutput, Value};
use rusqlite::{Transaction, params, params_from_iter};

use crate::case_columns::{INSERT, WRITTEN};
use crate::error::{Result, fault};
use crate::keys::Keys;
use crate::rest;
use crate::totals::Counted;
use crate::value::integer;
use crate::workflow_columns::{self, WorkflowColumns};

/// The values of a case by which totals are counted.
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
    let key = [
        Value::from(integer(case.number.value)),
        Value::from(case.id.0.as_bytes().to_vec()),
        Value::from(integer(case.revision)),
        Value::from(hash.to_vec()),
        Value::from(integer(entry)),
    ];
    let mut values: Vec<ToSqlOutput<'_>> = key.map(ToSqlOutput::Owned).into();
    for column in &WRITTEN {
        values.push((column.value)(case, keys)?);
    }
    let workflow = WorkflowColumns::of(case).values(cause(keys, case)?)?;
    values.extend(workflow.map(ToSqlOutput::Owned));
    let mut statement = change.prepare_cached(&INSERT).map_err(fault)?;
    statement.execute(params_from_iter(values)).map_err(fault)?;
    if case.description.is_some() || crate::rest::is_needed(case) {
        put_body(change, case)?;
    }
    Ok(())
}

/// Writes the changes of a case. SQLite updates the indexes of every column that an `UPDATE` names, changed or not; so
/// only what changed is named, and all of it in one statement, since two would write an index twice.
pub(super) fn update(
    change: &Transaction<'_>,
    keys: &Keys<'_>,
    before: &Case,
    case: &Case,
    hash: &[u8],
) -> Result<()> {
    let mut sql = String::from("UPDATE cases SET revision = ?, hash = ?");
    let mut values: Vec<ToSqlOutput<'_>> =
        [Value::from(integer(case.revision)), Value::from(hash.to_vec())].map(ToSqlOutput::Owned).into();
    let mut set = |name: &str, value| {
        sql.extend([", ", name, " = ?"]);
        values.push(value);
    };
    for column in WRITTEN.iter().filter(|column| (column.differs)(before, case)) {
        set(column.name, (column.value)(case, keys)?);
    }
    let (workflow, changed) = (WorkflowColumns::of(case), !rest::is_same(before, case));
    if changed && workflow != WorkflowColumns::of(before) {
        let values = workflow.values(cause(keys, case)?)?;
        for (name, value) in workflow_columns::COLUMNS.split(", ").zip(values) {
            set(name, ToSqlOutput::Owned(value));
        }
    }
    sql.push_str(" WHERE number = ?");
    values.push(ToSqlOutput::Owned(Value::from(integer(case.number.value))));
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
