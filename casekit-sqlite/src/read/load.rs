//! Loading what a decision needs, from one state of the file.

use std::collections::BTreeSet;
use std::sync::Arc;

use casekit_core::commit::{Claim, Receipt};
use casekit_core::model::{
    ActorId, Case, CaseId, Catalog, Customer, CustomerId, Ledger, Note, NoteId, RequestId, State, StreamId,
};
use casekit_core::store::{LoadPlan, Loaded, Located, SavedRequest, incomplete};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row, ToSql};

use super::catalog::{CatalogCache, INCOMPLETE};
use super::directory;
use super::notes::{self, of_note};
use crate::case_columns::{self, of_case};
use crate::error::{Result, fault, unreadable};
use crate::known::Known;
use crate::value::{digest, integer, json, optional_json, stream};

/// The one thing that a plan asks for, if it is one.
enum One {
    Nothing,
    Case(CaseId),
    Number(u64),
    Customer(CustomerId),
    Several,
}

impl One {
    /// Whoever acts comes along with it.
    fn of(plan: &LoadPlan) -> Self {
        let claims = !plan.claims.is_empty() || plan.newest_of.is_some();
        let apart = !plan.notes.is_empty() || claims || plan.ledger || plan.people.len() > 1;
        match (plan.cases.as_slice(), plan.case_numbers.as_slice(), plan.customers.as_slice()) {
            _ if apart => Self::Several,
            ([], [], []) => Self::Nothing,
            ([case], [], []) => Self::Case(*case),
            ([], [number], []) => Self::Number(*number),
            ([], [], [customer]) => Self::Customer(*customer),
            _ => Self::Several,
        }
    }
}

/// Loads what a plan asks for. If that is one thing, as for nearly every command, it takes one statement.
pub(crate) fn load(
    connection: &Connection,
    catalogs: &CatalogCache,
    known: &Known,
    plan: &LoadPlan,
) -> Result<Loaded> {
    if plan.request.is_none()
        && let Some(loaded) = load_one(connection, catalogs, known, plan)?
    {
        return Ok(loaded);
    }
    super::at_one_moment(connection, |moment| {
        let catalog = catalogs.current(connection, moment.generation)?;
        load_each(connection, known, catalog, plan)
    })
}

/// `None` if the catalog must be read too, or more than one thing besides a person. Several statements need a read transaction around
/// them.
fn load_one(
    connection: &Connection,
    catalogs: &CatalogCache,
    known: &Known,
    plan: &LoadPlan,
) -> Result<Option<Loaded>> {
    /// The columns before those of a case: the generation, the customer, the entry of a person.
    const BEFORE: usize = 6;
    const NOTHING: &str = "SELECT f.generation, NULL, p.entry, p.id, p.revision, p.name
        FROM file f LEFT JOIN people p ON p.id = ?1 AND p.entry IS NOT NULL";
    const CASE: &str = of_case!(
        "f.generation, CASE WHEN ?2 THEN k.body END, p.entry, p.id, p.revision, p.name, ",
        "FROM file f LEFT JOIN people p ON p.id = ?3 AND p.entry IS NOT NULL LEFT JOIN streams s ON s.kind = 4 AND s.id = ?1 LEFT JOIN cases c ON c.number = s.key / 4
        LEFT JOIN case_bodies b ON b.number = c.number LEFT JOIN customers k ON k.key = c.customer"
    );
    const NUMBER: &str = of_case!(
        "f.generation, CASE WHEN ?2 THEN k.body END, p.entry, p.id, p.revision, p.name, ",
        "FROM file f LEFT JOIN people p ON p.id = ?3 AND p.entry IS NOT NULL LEFT JOIN cases c ON c.number = ?1
        LEFT JOIN case_bodies b ON b.number = c.number LEFT JOIN customers k ON k.key = c.customer"
    );
    const CUSTOMER: &str = "SELECT f.generation, k.body, p.entry, p.id, p.revision, p.name FROM file f
        LEFT JOIN people p ON p.id = ?2 AND p.entry IS NOT NULL LEFT JOIN customers k ON k.id = ?1";
    let one = One::of(plan);
    let sql = match one {
        One::Nothing => NOTHING,
        One::Case(_) => CASE,
        One::Number(_) => NUMBER,
        One::Customer(_) => CUSTOMER,
        One::Several => return Ok(None),
    };
    let mut statement = connection.prepare_cached(sql).map_err(fault)?;
    let person = plan.people.first().map(ActorId::as_str);
    let mut rows = match &one {
        One::Nothing => statement.query([person]),
        One::Case(id) => statement.query((id.0.as_bytes(), plan.case_customers, person)),
        One::Number(number) => statement.query((integer(*number), plan.case_customers, person)),
        One::Customer(id) => statement.query((id.0.as_bytes(), person)),
        One::Several => return Ok(None),
    }
    .map_err(fault)?;
    let Some(row) = rows.next().map_err(fault)? else { return Ok(None) };
    let generation = row.get(0).map_err(fault)?;
    if generation == INCOMPLETE {
        return Err(incomplete());
    }
    let Some(catalog) = catalogs.of(generation) else { return Ok(None) };
    // Lists made with one element: pushing to an empty list makes room for four, and cases are large.
    let cases = match one {
        One::Case(_) | One::Number(_) => {
            case_columns::case(connection, known, row, BEFORE)?.map(|case| vec![case])
        }
        One::Nothing | One::Customer(_) | One::Several => None,
    };
    let customers = match one {
        One::Case(_) | One::Number(_) | One::Customer(_) => {
            optional_json(row, 1)?.map(|customer| vec![customer])
        }
        One::Nothing | One::Several => None,
    };
    let (cases, customers) = (cases.unwrap_or_default(), customers.unwrap_or_default());
    let people = match row.get_ref(2).map_err(fault)? {
        ValueRef::Null => Vec::new(),
        _ => vec![directory::person(row, 2)?],
    };
    Ok(Some(Loaded { catalog, cases, customers, people, ..Loaded::default() }))
}

/// Loads each thing by a statement of its own. The caller keeps the connection in one state of the file.
fn load_each(moment: &Connection, known: &Known, catalog: Arc<Catalog>, plan: &LoadPlan) -> Result<Loaded> {
    let mut loaded = Loaded { catalog, ..Loaded::default() };
    if let Some((actor, id)) = &plan.request {
        loaded.request = request(moment, actor, id)?;
    }
    for id in &plan.cases {
        add_case(&mut loaded.cases, case_with_id(moment, known, *id)?);
    }
    for number in &plan.case_numbers {
        add_case(&mut loaded.cases, case_with_number(moment, known, *number)?);
    }
    for id in &plan.notes {
        if let Some(note) = note_with_id(moment, known, *id)? {
            add_case(&mut loaded.cases, case_with_id(moment, known, note.case)?);
            loaded.notes.push(note);
        }
    }
    for actor in plan.people.iter().collect::<BTreeSet<_>>() {
        loaded.people.extend(directory::entry(moment, actor)?);
    }
    for claim in &plan.claims {
        loaded.claims.extend(located(moment, claim)?);
    }
    if let Some(claim) = &plan.newest_of {
        loaded.claims.extend(newest(moment, claim)?);
    }
    if plan.claimed_cases {
        for id in loaded.claims.iter().filter_map(|located| located.stream.case()).collect::<Vec<_>>() {
            add_case(&mut loaded.claimed_cases, case_with_id(moment, known, id)?);
        }
    }
    let cases = loaded.cases.iter().chain(&loaded.claimed_cases);
    let of_cases = cases.filter_map(|case| case.customer.filter(|_| plan.case_customers));
    let claimed = loaded.claims.iter().filter(|_| plan.claimed_customers).filter_map(customer_of);
    let ids: Vec<CustomerId> = plan.customers.iter().copied().chain(of_cases).chain(claimed).collect();
    for id in ids {
        const CUSTOMER: &str = "SELECT body FROM customers WHERE id = ?1";
        for customer in crate::rows::rows(moment, CUSTOMER, &[id.0.as_bytes()], |row| json(row, 0))? {
            add_customer(&mut loaded.customers, customer);
        }
    }
    if plan.ledger {
        loaded.ledger = ledger(moment)?;
    }
    Ok(loaded)
}

fn one<T>(
    moment: &Connection,
    sql: &str,
    params: &[&dyn ToSql],
    read: impl Fn(&Row<'_>) -> Result<T>,
) -> Result<Option<T>> {
    Ok(crate::rows::rows(moment, sql, params, read)?.pop())
}

fn case_with_id(moment: &Connection, known: &Known, id: CaseId) -> Result<Option<Case>> {
    const SQL: &str = of_case!(
        "",
        "FROM streams s CROSS JOIN cases c ON c.number = s.key / 4
        LEFT JOIN case_bodies b ON b.number = c.number LEFT JOIN customers k ON k.key = c.customer
        WHERE s.kind = 4 AND s.id = ?1"
    );
    one(moment, SQL, &[id.0.as_bytes()], |row| case_columns::whole(moment, known, row, 0))
}

fn case_with_number(moment: &Connection, known: &Known, number: u64) -> Result<Option<Case>> {
    const SQL: &str = of_case!(
        "",
        "FROM cases c LEFT JOIN case_bodies b ON b.number = c.number LEFT JOIN customers k ON k.key = c.customer
        WHERE c.number = ?1"
    );
    one(moment, SQL, &[&integer(number)], |row| case_columns::whole(moment, known, row, 0))
}

fn note_with_id(moment: &Connection, known: &Known, id: NoteId) -> Result<Option<Note>> {
    const SQL: &str = of_note!("", "FROM notes n CROSS JOIN cases c ON c.number = n.number WHERE n.id = ?1");
    one(moment, SQL, &[id.0.as_bytes()], |row| notes::note(moment, known, row, 0))
}

fn located(moment: &Connection, claim: &Claim) -> Result<Option<Located>> {
    const SQL: &str = "SELECT s.kind, s.id FROM claims l LEFT JOIN streams s ON s.key = l.stream
        WHERE l.kind = ?1 AND l.value = ?2 AND l.number = ?3";
    let read = |row: &Row<'_>| Ok(Located { claim: claim.clone(), stream: stream(row, 0, 1)? });
    one(moment, SQL, &[&claim.kind.code(), &claim.value, &claim.number], read)
}

/// Who has a reference with the greatest number.
fn newest(moment: &Connection, claim: &Claim) -> Result<Option<Located>> {
    const SQL: &str = "SELECT s.kind, s.id, l.number FROM claims l LEFT JOIN streams s ON s.key = l.stream
        WHERE l.kind = ?1 AND l.value = ?2 ORDER BY l.number DESC LIMIT 1";
    let read = |row: &Row<'_>| {
        let number = row.get(2).map_err(fault)?;
        Ok(Located { claim: claim.clone().numbered(number), stream: stream(row, 0, 1)? })
    };
    one(moment, SQL, &[&claim.kind.code(), &claim.value], read)
}

fn request(moment: &Connection, actor: &ActorId, id: &RequestId) -> Result<Option<SavedRequest>> {
    const SQL: &str = "SELECT receipt, salt, fingerprint FROM requests WHERE actor = ?1 AND id = ?2";
    one(moment, SQL, &[&actor.as_str(), &id.as_str()], |row| saved(row, json(row, 0)?, 1))
}

fn ledger(moment: &Connection) -> Result<Ledger> {
    const SQL: &str = "SELECT body FROM definitions WHERE kind = ?1";
    match one(moment, SQL, &[&StreamId::Ledger.kind().code()], |row| json(row, 0))? {
        Some(State::Ledger(ledger)) => Ok(ledger),
        Some(_) => Err(unreadable()),
        None => Ok(Ledger::default()),
    }
}

fn customer_of(located: &Located) -> Option<CustomerId> {
    located.stream.customer()
}

fn add_case(cases: &mut Vec<Case>, found: Option<Case>) {
    cases.extend(found.filter(|found| cases.iter().all(|case| case.id != found.id)));
}

fn add_customer(customers: &mut Vec<Customer>, found: Customer) {
    if customers.iter().all(|customer| customer.id != found.id) {
        customers.push(found);
    }
}

fn saved(row: &Row<'_>, receipt: Receipt, salt: usize) -> Result<SavedRequest> {
    Ok(SavedRequest { salt: row.get(salt).map_err(fault)?, fingerprint: digest(row, salt + 1)?, receipt })
}
