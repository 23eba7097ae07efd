//! What a decision needs, of one moment.

use std::sync::Arc;

use casekit_core::commit::Receipt;
use casekit_core::model::{Case, Catalog, Customer, CustomerId, Ledger, State, StreamId};
use casekit_core::store::{Loaded, Located, SavedRequest, Wanted, incomplete};
use rusqlite::{Connection, Row, params};

use super::catalog::{INCOMPLETE, Kept};
use crate::error::{Result, fault, unreadable};
use crate::value::{digest, integer, json, optional_json, stream};

/// Loads in one statement if at most one of each is wanted, which is what nearly every command wants.
pub(crate) fn load(connection: &Connection, kept: &Kept, wanted: &Wanted) -> Result<Loaded> {
    let single = wanted.cases.len() <= 1 && wanted.notes.len() <= 1 && wanted.customers.len() <= 1;
    if single
        && wanted.claims.is_empty()
        && !wanted.ledger
        && let Some(loaded) = load_single(connection, kept, wanted)?
    {
        return Ok(loaded);
    }
    let moment = connection.unchecked_transaction().map_err(fault)?;
    let catalog = kept.current(&moment)?;
    let loaded = load_each(&moment, catalog, wanted)?;
    moment.commit().map_err(fault)?;
    Ok(loaded)
}

/// `None` if the catalog must be read too: then one statement is not enough for one moment.
fn load_single(connection: &Connection, kept: &Kept, wanted: &Wanted) -> Result<Option<Loaded>> {
    const SQL: &str = "SELECT f.generation,
            (SELECT body FROM cases WHERE id = ?1),
            (SELECT body FROM cases WHERE number = ?2),
            n.body,
            (SELECT body FROM cases WHERE number = n.number),
            (SELECT body FROM customers WHERE id = ?4),
            r.receipt, r.salt, r.fingerprint,
            CASE WHEN ?7 THEN
                (SELECT k.body FROM cases c JOIN customers k ON k.id = c.customer WHERE c.id = ?1) END,
            CASE WHEN ?7 THEN
                (SELECT k.body FROM cases c JOIN customers k ON k.id = c.customer WHERE c.number = ?2) END,
            CASE WHEN ?7 THEN
                (SELECT k.body FROM cases c JOIN customers k ON k.id = c.customer WHERE c.number = n.number) END
        FROM file f
        LEFT JOIN notes n ON n.id = ?3
        LEFT JOIN requests r ON r.actor = ?5 AND r.id = ?6";
    let mut statement = connection.prepare_cached(SQL).map_err(fault)?;
    let case = wanted.cases.first().map(|case| case.0.as_bytes());
    let number = wanted.case_number.map(integer);
    let note = wanted.notes.first().map(|note| note.0.as_bytes());
    let customer = wanted.customers.first().map(|customer| customer.0.as_bytes());
    let actor = wanted.request.as_ref().map(|(actor, _)| actor.as_str());
    let request = wanted.request.as_ref().map(|(_, request)| request.as_str());
    let row = params![case, number, note, customer, actor, request, wanted.case_customers];
    let mut rows = statement.query(row).map_err(fault)?;
    let Some(row) = rows.next().map_err(fault)? else { return Ok(None) };
    let generation = row.get(0).map_err(fault)?;
    if generation == INCOMPLETE {
        return Err(incomplete());
    }
    let Some(catalog) = kept.of(generation) else { return Ok(None) };
    let mut loaded = Loaded { catalog, ..Loaded::default() };
    for column in [1, 2, 4] {
        add_case(&mut loaded.cases, optional_json(row, column)?);
    }
    loaded.notes.extend(optional_json(row, 3)?);
    for column in [5, 9, 10, 11] {
        add_customer(&mut loaded.customers, optional_json(row, column)?);
    }
    if let Some(receipt) = optional_json(row, 6)? {
        loaded.request = Some(saved(row, receipt, 7)?);
    }
    Ok(Some(loaded))
}

fn load_each(moment: &Connection, catalog: Arc<Catalog>, wanted: &Wanted) -> Result<Loaded> {
    let mut loaded = Loaded { catalog, ..Loaded::default() };
    let one = |sql, params: &[&dyn rusqlite::ToSql]| super::rows(moment, sql, params, |row| json(row, 0));
    for id in &wanted.cases {
        for case in one("SELECT body FROM cases WHERE id = ?1", &[id.0.as_bytes()])? {
            add_case(&mut loaded.cases, Some(case));
        }
    }
    if let Some(number) = wanted.case_number {
        for case in one("SELECT body FROM cases WHERE number = ?1", &[&integer(number)])? {
            add_case(&mut loaded.cases, Some(case));
        }
    }
    const NOTE: &str =
        "SELECT n.body, c.body FROM notes n JOIN cases c ON c.number = n.number WHERE n.id = ?1";
    for id in &wanted.notes {
        for (note, case) in
            super::rows(moment, NOTE, &[id.0.as_bytes()], |row| Ok((json(row, 0)?, json(row, 1)?)))?
        {
            loaded.notes.push(note);
            add_case(&mut loaded.cases, Some(case));
        }
    }
    const CLAIM: &str = "SELECT stream_kind, stream_id FROM claims WHERE kind = ?1 AND value = ?2";
    for claim in &wanted.claims {
        let read = |row: &Row<'_>| Ok(Located { claim: claim.clone(), stream: stream(row, 0, 1)? });
        loaded.claims.extend(super::rows(moment, CLAIM, &[&claim.kind.code(), &claim.value], read)?);
    }
    const CUSTOMER: &str = "SELECT body FROM customers WHERE id = ?1";
    let of_cases = loaded.cases.iter().filter_map(|case| case.customer.filter(|_| wanted.case_customers));
    let claimed = loaded.claims.iter().filter(|_| wanted.claimed_customers).filter_map(customer_of);
    let ids: Vec<CustomerId> = wanted.customers.iter().copied().chain(of_cases).chain(claimed).collect();
    for id in ids {
        for customer in super::rows(moment, CUSTOMER, &[id.0.as_bytes()], |row| json(row, 0))? {
            add_customer(&mut loaded.customers, Some(customer));
        }
    }
    const REQUEST: &str = "SELECT receipt, salt, fingerprint FROM requests WHERE actor = ?1 AND id = ?2";
    if let Some((actor, id)) = &wanted.request {
        let read = |row: &Row<'_>| saved(row, json(row, 0)?, 1);
        loaded.request = super::rows(moment, REQUEST, &[&actor.as_str(), &id.as_str()], read)?.pop();
    }
    const LEDGER: &str = "SELECT body FROM definitions WHERE kind = ?1";
    if wanted.ledger {
        let kind = StreamId::Ledger.kind().code();
        let found = super::rows(moment, LEDGER, &[&kind], |row| json(row, 0))?;
        loaded.ledger = match found.first() {
            Some(State::Ledger(ledger)) => ledger.clone(),
            Some(_) => return Err(unreadable()),
            None => Ledger::default(),
        };
    }
    Ok(loaded)
}

fn customer_of(located: &Located) -> Option<CustomerId> {
    match located.stream {
        StreamId::Customer(id) => Some(id),
        StreamId::Settings
        | StreamId::Workflow(_)
        | StreamId::CaseType(_)
        | StreamId::Case(_)
        | StreamId::Ledger => None,
    }
}

fn add_case(cases: &mut Vec<Case>, found: Option<Case>) {
    cases.extend(found.filter(|found| cases.iter().all(|case| case.id != found.id)));
}

fn add_customer(customers: &mut Vec<Customer>, found: Option<Customer>) {
    customers.extend(found.filter(|found| customers.iter().all(|customer| customer.id != found.id)));
}

fn saved(row: &Row<'_>, receipt: Receipt, salt: usize) -> Result<SavedRequest> {
    Ok(SavedRequest { salt: row.get(salt).map_err(fault)?, fingerprint: digest(row, salt + 1)?, receipt })
}
