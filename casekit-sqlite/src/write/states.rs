//! States of streams: the truth for reads.

use casekit_core::commit::{StateChange, StoredEvent};
use casekit_core::model::{Case, Customer, Reference, State, StreamId};
use casekit_core::search::customer_terms;
use casekit_core::text::fold_name;
use rusqlite::{Transaction, params};

use super::deferred::Deferred;
use crate::error::{Result, fault, unreadable};
use crate::standing::Standing;
use crate::value::{category_code, integer, micros, to_json};

/// Writes a state as it is now.
pub(super) fn write(
    change: &Transaction<'_>,
    state: &StateChange,
    events: &[StoredEvent],
    deferred: &mut Deferred,
) -> Result<()> {
    match (&state.before, &state.after) {
        (None, State::Case(case)) => {
            deferred.count(case);
            let raised = events.iter().find(|event| event.stream == StreamId::Case(case.id));
            insert_case(change, case, &state.hash, raised.ok_or_else(unreadable)?.position)
        }
        (Some(State::Case(before)), State::Case(case)) => {
            if is_moved(before, case) {
                deferred.uncount(before);
                deferred.count(case);
            }
            update_case(change, before, case, &state.hash)
        }
        (_, State::Customer(customer)) => write_customer(change, customer, &state.hash),
        (_, State::Settings(_) | State::Workflow(_) | State::CaseType(_)) => {
            deferred.definition();
            write_definition(change, state)
        }
        (before, State::Ledger(ledger)) => {
            if before.as_ref().map_or(0, floor) != ledger.number_floor {
                write_floor(change, ledger.number_floor)?;
            }
            write_definition(change, state)
        }
        (Some(_), State::Case(_)) => Err(unreadable()),
    }
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

/// Kept where every transaction that gives out numbers looks.
fn write_floor(change: &Transaction<'_>, floor: u64) -> Result<()> {
    change.execute("UPDATE file SET number_floor = ?1", [integer(floor)]).map_err(fault)?;
    Ok(())
}

/// Whether the case is counted with others than before.
fn is_moved(before: &Case, after: &Case) -> bool {
    is_elsewhere(before, after) || before.ready_bits() != after.ready_bits()
}

fn is_elsewhere(before: &Case, after: &Case) -> bool {
    before.case_type != after.case_type
        || before.stage != after.stage
        || before.category != after.category
        || before.holder_id() != after.holder_id()
}

fn insert_case(change: &Transaction<'_>, case: &Case, hash: &[u8], entry: u64) -> Result<()> {
    const SQL: &str =
        "INSERT INTO cases (number, id, revision, hash, prefix, case_type, stage, category, holder,
        customer, raised_by, raised_at, updated_at, entry, title, body,
        workflow, status, failure, failure_code, failure_setting, ready_bits, errand, errand_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16,
        ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24)";
    let mut statement = change.prepare_cached(SQL).map_err(fault)?;
    let customer = case.customer.as_ref().map(|customer| customer.0.as_bytes());
    let body = to_json(case)?;
    let [workflow, status, failure, failure_code, failure_setting, ready_bits, errand, errand_at] =
        Standing::of(case).values()?;
    let written = statement.execute(params![
        integer(case.number.value),
        case.id.0.as_bytes(),
        integer(case.revision),
        hash,
        case.number.prefix,
        case.case_type.0.as_bytes(),
        case.stage.as_str(),
        category_code(case.category),
        case.holder_id().map_or("", |holder| holder.as_str()),
        customer,
        case.raised_by.as_str(),
        micros(case.raised_at),
        micros(case.updated_at),
        integer(entry),
        case.title.as_str(),
        body,
        workflow,
        status,
        failure,
        failure_code,
        failure_setting,
        ready_bits,
        errand,
        errand_at,
    ]);
    written.map_err(fault)?;
    Ok(())
}

/// SQLite writes the indexes of every column that is named, changed or not; so only what changed is named.
fn update_case(change: &Transaction<'_>, before: &Case, case: &Case, hash: &[u8]) -> Result<()> {
    const TOUCH: &str =
        "UPDATE cases SET revision = ?2, hash = ?3, updated_at = ?4, title = ?5, body = ?6 WHERE id = ?1";
    const MOVE: &str = "UPDATE cases SET revision = ?2, hash = ?3, updated_at = ?4, title = ?5, body = ?6,
        case_type = ?7, stage = ?8, category = ?9, holder = ?10 WHERE id = ?1";
    const RELINK: &str = "UPDATE cases SET customer = ?2 WHERE id = ?1";
    const STAND: &str = "UPDATE cases SET workflow = ?2, status = ?3, failure = ?4, failure_code = ?5,
        failure_setting = ?6, ready_bits = ?7, errand = ?8, errand_at = ?9 WHERE id = ?1";
    let id = case.id.0.as_bytes();
    let (revision, updated_at) = (integer(case.revision), micros(case.updated_at));
    let (title, body) = (case.title.as_str(), to_json(case)?);
    let prepare = |sql| change.prepare_cached(sql).map_err(fault);
    if is_elsewhere(before, case) {
        let (case_type, stage) = (case.case_type.0.as_bytes(), case.stage.as_str());
        let category = category_code(case.category);
        let holder = case.holder_id().map_or("", |holder| holder.as_str());
        let row = params![id, revision, hash, updated_at, title, body, case_type, stage, category, holder];
        prepare(MOVE)?.execute(row).map_err(fault)?;
    } else {
        prepare(TOUCH)?.execute(params![id, revision, hash, updated_at, title, body]).map_err(fault)?;
    }
    if before.customer != case.customer {
        let customer = case.customer.as_ref().map(|customer| customer.0.as_bytes());
        prepare(RELINK)?.execute(params![id, customer]).map_err(fault)?;
    }
    let standing = Standing::of(case);
    if standing != Standing::of(before) {
        let [workflow, status, failure, code, setting, ready_bits, errand, errand_at] = standing.values()?;
        let row = params![id, workflow, status, failure, code, setting, ready_bits, errand, errand_at];
        prepare(STAND)?.execute(row).map_err(fault)?;
    }
    Ok(())
}

fn write_customer(change: &Transaction<'_>, customer: &Customer, hash: &[u8]) -> Result<()> {
    const PUT: &str = "INSERT INTO customers (id, revision, hash, name, folded, reference, terms, body)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, hash = excluded.hash, name = excluded.name,
            folded = excluded.folded, reference = excluded.reference, terms = excluded.terms, body = excluded.body";
    let name = &customer.profile.name;
    let terms = customer_terms(name).join(" ");
    let mut statement = change.prepare_cached(PUT).map_err(fault)?;
    let row = params![
        customer.id.0.as_bytes(),
        integer(customer.revision),
        hash,
        name.as_str(),
        fold_name(name.as_str()),
        customer.profile.external_reference.as_ref().map(Reference::as_str),
        terms,
        to_json(customer)?,
    ];
    statement.execute(row).map_err(fault)?;
    Ok(())
}

fn write_definition(change: &Transaction<'_>, state: &StateChange) -> Result<()> {
    const SQL: &str = "INSERT INTO definitions (kind, id, revision, hash, body) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT DO UPDATE SET revision = excluded.revision, hash = excluded.hash, body = excluded.body";
    let stream = state.after.stream();
    let mut statement = change.prepare_cached(SQL).map_err(fault)?;
    let (kind, id) = (stream.kind().code(), stream.uuid());
    let row =
        params![kind, id.as_bytes(), integer(state.after.revision()), state.hash, to_json(&state.after)?];
    statement.execute(row).map_err(fault)?;
    Ok(())
}
