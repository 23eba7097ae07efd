//! States of streams: the truth for reads.

use casekit_core::commit::{StateChange, StoredEvent};
use casekit_core::model::{Customer, Reference, State};
use casekit_core::text::fold_name;
use rusqlite::{Transaction, params};

use super::cases;
use super::deferred::Deferred;
use super::keys::{self, Keys};
use crate::error::{Result, fault, unreadable};
use crate::value::{integer, to_json};

/// Writes a state as it is now; gives the key of its stream.
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
        (_, State::Case(case)) => keys::open(change, stream, Some(case.number.value))?,
        (None, _) => keys::open(change, stream, None)?,
        (Some(_), _) => keys::find(change, stream)?,
    };
    match (&state.before, &state.after) {
        (None, State::Case(case)) => {
            if key != keys::of_case(case.number.value) {
                return Err(unreadable());
            }
            let raised = events.iter().find(|event| event.stream == stream).ok_or_else(unreadable)?;
            cases::insert(change, keys, case, &state.hash, raised.position)?;
            deferred.count(&cases::counted(keys, case)?);
        }
        (Some(State::Case(before)), State::Case(case)) => {
            let (was, is) = (cases::counted(keys, before)?, cases::counted(keys, case)?);
            if was != is {
                deferred.uncount(&was);
                deferred.count(&is);
            }
            cases::update(change, keys, before, case, &state.hash)?;
        }
        (_, State::Customer(customer)) => {
            write_customer(change, keys::row_of(key), customer, &state.hash)?;
        }
        (_, State::Settings(_) | State::Workflow(_) | State::CaseType(_)) => {
            deferred.definition();
            write_definition(change, keys::row_of(key), state)?;
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

/// The least number that a state leaves for the next case.
pub(super) fn floor(state: &State) -> u64 {
    match state {
        State::Ledger(ledger) => ledger.number_floor,
        State::Settings(_)
        | State::Workflow(_)
        | State::CaseType(_)
        | State::Customer(_)
        | State::Case(_) => 0,
    }
}

/// CatalogCache where every transaction that gives out numbers looks.
fn write_floor(change: &Transaction<'_>, floor: u64) -> Result<()> {
    change.execute("UPDATE file SET number_floor = ?1", [integer(floor)]).map_err(fault)?;
    Ok(())
}

fn write_customer(change: &Transaction<'_>, key: i64, customer: &Customer, hash: &[u8]) -> Result<()> {
    const PUT: &str = "INSERT INTO customers (key, id, revision, hash, name, folded, reference, body)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        ON CONFLICT (key) DO UPDATE SET revision = excluded.revision, hash = excluded.hash, name = excluded.name,
            folded = excluded.folded, reference = excluded.reference, body = excluded.body";
    let name = &customer.profile.name;
    let mut statement = change.prepare_cached(PUT).map_err(fault)?;
    let row = params![
        key,
        customer.id.0.as_bytes(),
        integer(customer.revision),
        hash,
        name.as_str(),
        fold_name(name.as_str()),
        customer.profile.external_reference.as_ref().map(Reference::as_str),
        to_json(customer)?,
    ];
    statement.execute(row).map_err(fault)?;
    Ok(())
}

fn write_definition(change: &Transaction<'_>, key: i64, state: &StateChange) -> Result<()> {
    const SQL: &str = "INSERT INTO definitions (key, kind, id, revision, hash, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT (key) DO UPDATE SET revision = excluded.revision, hash = excluded.hash, body = excluded.body";
    let stream = state.after.stream();
    let mut statement = change.prepare_cached(SQL).map_err(fault)?;
    let (kind, id) = (stream.kind().code(), stream.uuid());
    let revision = integer(state.after.revision());
    let row = params![key, kind, id.as_bytes(), revision, state.hash, to_json(&state.after)?];
    statement.execute(row).map_err(fault)?;
    Ok(())
}
