//! Derived data, kept so that cases and customers are found quickly: columns beside a body, claims and others.
//!
//! Each is a function of bodies and events. `check` compares its result with what is in the file, and `repair_derived`
//! writes it.

use std::collections::BTreeMap;

use casekit_core::commit::{Claim, claims_for_good, claims_of};
use casekit_core::event::Fact;
use casekit_core::model::{Case, Customer, Reference, ShortText, State, StreamId};
use casekit_core::store::CustomerRow;
use casekit_core::text::fold_name;
use casekit_core::work_item::WorkItems;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row};

use crate::case_columns::{self, of_case};
use crate::error::{Result, damaged, fault, unreadable};
use crate::known::Known;
use crate::rows::count;
use crate::value::{integer, json, stream, to_json};
use crate::workflow_columns::{self, WorkflowColumns};

/// The derived columns of a case, in the order of [`of_case`].
pub(crate) const CASE: &str = workflow_columns::COLUMNS;

/// How many columns `CASE` names.
pub(crate) const CASE_WIDTH: usize = workflow_columns::WIDTH;

/// The values of these columns. `cause` is the key of the failure's cause.
pub(crate) fn of_case(case: &Case, items: &WorkItems, cause: Option<i64>) -> Result<Vec<Value>> {
    Ok(WorkflowColumns::of(case, items).values(cause)?.into())
}

/// The key of the cause of a case's failure; `None` if it does not fail, or if the cause has no key.
pub(crate) fn cause(connection: &Connection, case: &Case) -> Result<Option<i64>> {
    const SQL: &str = "SELECT key FROM causes WHERE code = ?1 AND setting IS ?2";
    let Some((code, setting)) = workflow_columns::cause(case) else { return Ok(None) };
    let mut statement = connection.prepare_cached(SQL).map_err(fault)?;
    let found = statement.query_row((code, setting), |row| row.get(0)).optional();
    found.map_err(fault)
}

/// The derived columns of a customer, in the order of [`of_customer`].
pub(crate) const CUSTOMER: &str = "id, revision, name, folded, reference, email, phone, found_by";

pub(crate) fn of_customer(customer: &Customer) -> Result<Vec<Value>> {
    let name = &customer.profile.name;
    let reference = customer.profile.external_reference.as_ref().map(Reference::as_str);
    let found_by = CustomerRow::found_by(customer);
    let found_by = (!found_by.is_empty()).then(|| to_json(&found_by)).transpose()?;
    Ok(vec![
        Value::Blob(customer.id.0.as_bytes().to_vec()),
        Value::from(integer(customer.revision)),
        Value::Text(name.as_str().to_owned()),
        Value::Text(fold_name(name.as_str())),
        Value::from(reference.map(str::to_owned)),
        Value::from(given(customer.profile.email.as_ref())),
        Value::from(given(customer.profile.phone.as_ref())),
        Value::from(found_by),
    ])
}

fn given(text: Option<&ShortText>) -> Option<String> {
    text.map(|text| text.as_str().to_owned())
}

/// Whether a row has these values in its columns from `first` on.
pub(crate) fn is_in(row: &Row<'_>, first: usize, values: &[Value]) -> Result<bool> {
    for (place, value) in values.iter().enumerate() {
        if row.get::<_, Value>(first + place).map_err(fault)? != *value {
            return Ok(false);
        }
    }
    Ok(true)
}

type Held = Vec<(Claim, StreamId)>;

/// Claimed names and references, each with its stream; the key is the kind's code, the value and the number.
pub(crate) type Claims = BTreeMap<(u8, String, u32), StreamId>;

/// Works out the claims that states hold, and those that events made for good. If two streams hold the same one, states
/// and not claims are damaged, so that is an error of its own.
pub(crate) fn claims(connection: &Connection, proceed: &impl Fn() -> Result<()>) -> Result<Claims> {
    let mut found = Claims::new();
    each_claim(connection, proceed, |claim, by| {
        match found.insert((claim.kind.code(), claim.value, claim.number), by) {
            Some(other) if other != by => Err(damaged("names and references")),
            Some(_) | None => Ok(()),
        }
    })?;
    Ok(found)
}

/// Whether the claims in the file are those that states hold and events made. Each is looked up and none is kept in memory,
/// unless they differ.
///
/// # Errors
/// As [`claims`].
pub(crate) fn claims_agree(connection: &Connection, proceed: &impl Fn() -> Result<()>) -> Result<bool> {
    const KEPT: &str = "SELECT 1 FROM claims l JOIN streams s ON s.key = l.stream
        WHERE l.kind = ?1 AND l.value = ?2 AND l.number = ?3 AND s.kind = ?4 AND s.id = ?5";
    let mut kept = connection.prepare(KEPT).map_err(fault)?;
    let (mut held, mut all_are_kept) = (0, true);
    each_claim(connection, proceed, |claim, by| {
        let place = (claim.kind.code(), claim.value, claim.number, by.kind().code(), by.uuid().into_bytes());
        all_are_kept = all_are_kept && kept.exists(place).map_err(fault)?;
        held += 1;
        Ok(())
    })?;
    if all_are_kept && count(connection, "SELECT count(*) FROM claims")? == held {
        return Ok(true);
    }
    Ok(claims(connection, proceed)? == kept_claims(connection)?)
}

/// Hands over every claim that a state holds or an event made for good, with its stream.
fn each_claim(
    connection: &Connection,
    proceed: &impl Fn() -> Result<()>,
    mut claim: impl FnMut(Claim, StreamId) -> Result<()>,
) -> Result<()> {
    const DEFINITIONS: &str = "SELECT body FROM definitions";
    const CUSTOMERS: &str = "SELECT body FROM customers";
    // Only a value of a field can be claimed by a case, and few cases have one. A quotation mark within a text is escaped,
    // so that nobody's text looks like the member.
    const CASES: &str = of_case!(
        "",
        "FROM cases c JOIN case_bodies b ON b.number = c.number LEFT JOIN customers k ON k.key = c.customer
        WHERE instr(b.rest, '\"fields\":') > 0"
    );
    // Every event is read, since no column tells which of them make a claim.
    const FOR_GOOD: &str =
        "SELECT e.facts, s.kind, s.id FROM events e LEFT JOIN streams s ON s.key = e.stream";
    let mut each = |sql: &str, read: &dyn Fn(&Row<'_>) -> Result<Held>| -> Result<()> {
        let mut statement = connection.prepare(sql).map_err(fault)?;
        let mut rows = statement.query(()).map_err(fault)?;
        while let Some(row) = rows.next().map_err(fault)? {
            proceed()?;
            for (one, by) in read(row)? {
                claim(one, by)?;
            }
        }
        Ok(())
    };
    let of_state =
        |state: &State| claims_of(state).into_iter().map(|claim| (claim, state.stream())).collect();
    each(DEFINITIONS, &|row| Ok(of_state(&json(row, 0)?)))?;
    each(CUSTOMERS, &|row| Ok(of_state(&State::Customer(json(row, 0)?))))?;
    let known = Known::default();
    each(CASES, &|row| {
        Ok(of_state(&State::Case(Box::new(case_columns::whole(connection, &known, row, 0)?))))
    })?;
    each(FOR_GOOD, &|row| {
        let facts = row.get_ref(0).map_err(fault)?.as_blob().map_err(|_| unreadable())?;
        let by = stream(row, 1, 2)?;
        let fact = Fact::from_json(by, facts).map_err(|_| unreadable())?;
        Ok(claims_for_good(&fact).into_iter().map(|claim| (claim, by)).collect())
    })
}

/// The claims that are in the file.
pub(crate) fn kept_claims(connection: &Connection) -> Result<Claims> {
    const SQL: &str = "SELECT l.kind, l.value, l.number, s.kind, s.id FROM claims l LEFT JOIN streams s ON s.key = l.stream";
    let rows = crate::rows::rows(connection, SQL, &[], |row| {
        let key = (row.get(0).map_err(fault)?, row.get(1).map_err(fault)?, row.get(2).map_err(fault)?);
        Ok((key, stream(row, 3, 4)?))
    })?;
    Ok(rows.into_iter().collect())
}
