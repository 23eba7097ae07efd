//! Writing the states of streams, which are what reads answer from.

use std::sync::LazyLock;

use casekit_core::commit::{StateChange, StoredEvent};
use casekit_core::durations::Tally;
use casekit_core::model::{Customer, Name, Person, State};
use rusqlite::types::Value;
use rusqlite::{Transaction, params, params_from_iter};

use super::cases::{self, WithItems};
use super::deferred::Deferred;
use crate::derived;
use crate::error::{Result, fault, unreadable};
use crate::fields::{self, Table};
use crate::keys::{self, Keys};
use crate::tags;
use crate::value::{integer, to_json};

/// Writes a state as it is now, and leaves its totals for the end. Returns the key of its stream.
pub(super) fn write(
    change: &Transaction<'_>,
    keys: &Keys<'_>,
    state: &StateChange,
    events: &[StoredEvent],
    deferred: &mut Deferred,
) -> Result<i64> {
    let stream = state.after.stream();
    let key = match (&state.before, &state.after) {
        (_, State::Case(case)) if state.before.is_some() => keys::of_case(case.number.value),
        (_, State::Case(case)) => keys::open(change, stream, Some(keys::of_case(case.number.value)))?,
        (_, State::Person(person)) => {
            keys::open(change, stream, Some(keys::of_person(keys.person(&person.actor)?)))?
        }
        (None, _) => keys::open(change, stream, None)?,
        (Some(_), _) => keys::find(change, stream)?,
    };
    match (&state.before, &state.after) {
        (None, State::Case(case)) => {
            if key != keys::of_case(case.number.value) {
                return Err(unreadable());
            }
            let raised = events.iter().find(|event| event.stream == stream).ok_or_else(unreadable)?;
            let with_items = WithItems::of(keys, case)?;
            cases::insert(change, keys, &with_items, &state.hash, raised.position)?;
            deferred.count(&with_items.counted);
            deferred.measure(&Tally::of_change(None, case));
        }
        (Some(State::Case(before)), State::Case(case)) => {
            let (was, is) = (WithItems::of(keys, before)?, WithItems::of(keys, case)?);
            if was.counted != is.counted {
                deferred.uncount(&was.counted);
                deferred.count(&is.counted);
            }
            deferred.measure(&Tally::of_change(Some(before), case));
            cases::update(change, keys, &was, &is, &state.hash)?;
        }
        (before, State::Customer(customer)) => {
            write_customer(change, keys::row_of(key), customer, &state.hash)?;
            write_fields(change, keys, keys::row_of(key), before.as_ref(), customer)?;
        }
        (_, State::Person(person)) => write_person(change, keys::row_of(key), person, &state.hash)?,
        (_, State::Settings(_) | State::Workflow(_) | State::CaseType(_) | State::Team(_)) => {
            deferred.definition();
            write_definition(change, keys::row_of(key), state)?;
        }
        (before, State::Tag(tag)) => {
            deferred.definition();
            write_definition(change, keys::row_of(key), state)?;
            let was_merged = matches!(before, Some(State::Tag(before)) if before.merged_into.is_some());
            if let Some(into) = tag.merged_into.filter(|_| !was_merged) {
                keys.forget_tags();
                let (from, into) = (keys::row_of(key), keys.tag(into)?);
                deferred.merge_tag(from, into, &tags::merge(change, from, into)?);
            }
        }
        (before, State::Ledger(ledger)) => {
            if before.as_ref().map_or(0, floor) != ledger.number_floor {
                write_floor(change, ledger.number_floor)?;
            }
            write_definition(change, keys::row_of(key), state)?;
        }
        (Some(_), State::Case(_)) => return Err(unreadable()),
    }
    Ok(key)
}

/// The lowest number that a state allows for the next case; 0 if it sets no floor.
pub(super) fn floor(state: &State) -> u64 {
    match state {
        State::Ledger(ledger) => ledger.number_floor,
        State::Settings(_)
        | State::Workflow(_)
        | State::CaseType(_)
        | State::Customer(_)
        | State::Case(_)
        | State::Person(_)
        | State::Team(_)
        | State::Tag(_) => 0,
    }
}

/// Stores the floor in the row of `file` too, where every transaction that gives out numbers looks.
fn write_floor(change: &Transaction<'_>, floor: u64) -> Result<()> {
    change.execute("UPDATE file SET number_floor = ?1", [integer(floor)]).map_err(fault)?;
    Ok(())
}

fn write_customer(change: &Transaction<'_>, key: i64, customer: &Customer, hash: &[u8]) -> Result<()> {
    let mut values = vec![Value::from(key)];
    values.extend(derived::of_customer(customer)?);
    values.extend([Value::from(hash.to_vec()), Value::from(to_json(customer)?)]);
    let mut statement = change.prepare_cached(&CUSTOMER).map_err(fault)?;
    statement.execute(params_from_iter(values)).map_err(fault)?;
    Ok(())
}

/// Writes what changes of the values by which a customer is found.
fn write_fields(
    change: &Transaction<'_>,
    keys: &Keys<'_>,
    key: i64,
    before: Option<&State>,
    customer: &Customer,
) -> Result<()> {
    let before = match before {
        Some(State::Customer(before)) => Some(before),
        Some(State::Settings(_) | State::Workflow(_) | State::CaseType(_) | State::Case(_))
        | Some(State::Ledger(_) | State::Person(_) | State::Team(_) | State::Tag(_))
        | None => None,
    };
    if before.map_or(customer.fields.is_empty(), |before| before.fields == customer.fields) {
        return Ok(());
    }
    let rows = |one: &Customer| fields::of_customer(one, |owner, field| keys.field(owner, field));
    let was = before.map(rows).transpose()?.unwrap_or_default();
    fields::write(change, Table::Customers, key, &was, &rows(customer)?)
}

/// Writes the entry of a person, whose row was there from when they got their key.
fn write_person(change: &Transaction<'_>, key: i64, person: &Person, hash: &[u8]) -> Result<()> {
    const SQL: &str = "UPDATE people SET entry = ?2, revision = ?3, hash = ?4, name = ?5 WHERE key = ?1";
    let mut statement = change.prepare_cached(SQL).map_err(fault)?;
    let (entry, revision) = (person.id.0.as_bytes(), integer(person.revision));
    let row = params![key, entry, revision, hash, person.name.as_ref().map(Name::as_str)];
    match statement.execute(row).map_err(fault)? {
        1 => Ok(()),
        _ => Err(unreadable()),
    }
}

fn write_definition(change: &Transaction<'_>, key: i64, state: &StateChange) -> Result<()> {
    let stream = state.after.stream();
    let (kind, id) = (stream.kind().code(), stream.uuid());
    let revision = integer(state.after.revision());
    let row = params![key, kind, id.as_bytes(), revision, state.hash, to_json(&state.after)?];
    let mut statement = change.prepare_cached(&DEFINITION).map_err(fault)?;
    statement.execute(row).map_err(fault)?;
    Ok(())
}

static CUSTOMER: LazyLock<String> =
    LazyLock::new(|| put("customers", &format!("{}, hash, body", derived::CUSTOMER)));
static DEFINITION: LazyLock<String> = LazyLock::new(|| put("definitions", "kind, id, revision, hash, body"));

/// A statement that inserts or updates a row by its key. An update leaves `kind` and `id` out: they never change, and
/// SQLite would write the indexes of every column that is named.
fn put(table: &str, columns: &str) -> String {
    let names = columns.split(", ").filter(|name| !matches!(*name, "kind" | "id"));
    let anew: Vec<String> = names.map(|name| format!("{name} = excluded.{name}")).collect();
    let places = ", ?".repeat(columns.split(", ").count());
    format!(
        "INSERT INTO {table} (key, {columns}) VALUES (?{places}) ON CONFLICT (key) DO UPDATE SET {}",
        anew.join(", ")
    )
}
