//! Cases: a narrow row, and a body for what only the page of a case shows. Most cases have no body.

use casekit_core::model::{Case, LongText};
use casekit_core::work_item::WorkItems;
use rusqlite::types::{ToSqlOutput, Value};
use rusqlite::{Transaction, params, params_from_iter};

use crate::case_columns::{INSERT, WRITTEN};
use crate::error::{Result, fault};
use crate::exclusions;
use crate::fields::{self, Table};
use crate::keys::Keys;
use crate::rest;
use crate::stays;
use crate::tags;
use crate::totals::Counted;
use crate::value::integer;
use crate::workflow_columns::{self, WorkflowColumns};

/// The values of a case by which totals are counted.
fn counted(keys: &Keys<'_>, case: &Case, items: &WorkItems) -> Result<Counted> {
    let place = keys.place(case)?;
    Ok(Counted {
        place: place.key,
        family: place.family,
        holder: keys.holder(case)?,
        raised_by: keys.person(&case.raised_by)?,
        ready: items.waiting.ready.into(),
        for_anyone: items.waiting.for_anyone.into(),
        cause: cause(keys, case)?,
        exclusions: exclusions::of(items, |person| keys.person(person))?,
        tags: tags::of(case, |tag| keys.tag(*tag))?,
    })
}

fn cause(keys: &Keys<'_>, case: &Case) -> Result<Option<i64>> {
    workflow_columns::cause(case).map(|(code, setting)| keys.cause(code, setting)).transpose()
}

/// A case with what it waits for, which is worked out once for everything that is made of it.
pub(super) struct WithItems<'a> {
    case: &'a Case,
    items: WorkItems,
    pub(super) counted: Counted,
}

impl<'a> WithItems<'a> {
    pub(super) fn of(keys: &Keys<'_>, case: &'a Case) -> Result<Self> {
        let items = WorkItems::of(case);
        let counted = counted(keys, case, &items)?;
        Ok(Self { case, items, counted })
    }
}

/// Writes a new case. `entry` is the position of the event that raised it.
pub(super) fn insert(
    change: &Transaction<'_>,
    keys: &Keys<'_>,
    with_items: &WithItems<'_>,
    hash: &[u8],
    entry: u64,
) -> Result<()> {
    let case = with_items.case;
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
    let workflow = WorkflowColumns::of(case, &with_items.items).values(with_items.counted.cause)?;
    values.extend(workflow.map(ToSqlOutput::Owned));
    let mut statement = change.prepare_cached(&INSERT).map_err(fault)?;
    statement.execute(params_from_iter(values)).map_err(fault)?;
    if case.description.is_some() || crate::rest::is_needed(case) {
        put_body(change, case)?;
    }
    stays::write(change, integer(case.number.value), &[], &case.clock.stays)?;
    if !with_items.counted.exclusions.is_empty() {
        exclusions::write(change, integer(case.number.value), &with_items.counted.exclusions)?;
    }
    tags::write(change, integer(case.number.value), &[], &with_items.counted.tags)?;
    if !case.fields.is_empty() {
        let rows = fields::of(case, |owner, field| keys.field(owner, field))?;
        fields::write(change, Table::Cases, integer(case.number.value), &[], &rows)?;
    }
    Ok(())
}

/// Writes the changes of a case. SQLite updates the indexes of every column that an `UPDATE` names, changed or not; so
/// only what changed is named, and all of it in one statement, since two would write an index twice.
pub(super) fn update(
    change: &Transaction<'_>,
    keys: &Keys<'_>,
    was: &WithItems<'_>,
    is: &WithItems<'_>,
    hash: &[u8],
) -> Result<()> {
    let (before, case) = (was.case, is.case);
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
    let (workflow, changed) = (WorkflowColumns::of(case, &is.items), !rest::is_same(before, case));
    // What a case waits for also depends on what has columns of its own: another type makes approvals stale.
    let former = WorkflowColumns::of(before, &was.items);
    if (changed || was.items != is.items) && workflow != former {
        let values = former.values(was.counted.cause)?.into_iter().zip(workflow.values(is.counted.cause)?);
        for (name, (former, value)) in workflow_columns::COLUMNS.split(", ").zip(values) {
            if value != former {
                set(name, ToSqlOutput::Owned(value));
            }
        }
    }
    sql.push_str(" WHERE number = ?");
    values.push(ToSqlOutput::Owned(Value::from(integer(case.number.value))));
    let mut statement = change.prepare_cached(&sql).map_err(fault)?;
    statement.execute(params_from_iter(values)).map_err(fault)?;
    if changed || before.description != case.description {
        put_body(change, case)?;
    }
    stays::write(change, integer(case.number.value), &before.clock.stays, &case.clock.stays)?;
    if was.counted.exclusions != is.counted.exclusions {
        exclusions::write(change, integer(case.number.value), &is.counted.exclusions)?;
    }
    tags::write(change, integer(case.number.value), &was.counted.tags, &is.counted.tags)?;
    // The key of a field is that of the type's.
    if before.fields != case.fields || before.case_type != case.case_type && !case.fields.is_empty() {
        let rows = |case| fields::of(case, |owner, field| keys.field(owner, field));
        fields::write(change, Table::Cases, integer(case.number.value), &rows(before)?, &rows(case)?)?;
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
