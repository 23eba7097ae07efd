//! What a decision needs, by one way to the server and back.

use casekit_core::commit::{Claim, ClaimKind};
use casekit_core::model::{Case, Customer, Ledger, Person, State, StreamKind};
use casekit_core::store::{LoadPlan, Loaded, Located, SavedRequest};
use tokio_postgres::Row;
use uuid::Uuid;

use super::part::Part;
use super::{MOMENT, Moment, at_one_moment};
use crate::connection::{Answer, Connection, Query};
use crate::error::{Result, unreadable};
use crate::read::catalog::CatalogCache;
use crate::value::{bytes, digest, integer, json, narrow, plain, stream};

/// Loads what a plan names, with the moment of which it is. While the definitions are unchanged everything comes at once;
/// otherwise they are read first.
pub(crate) fn load(
    connection: &Connection,
    catalogs: &CatalogCache,
    plan: &LoadPlan,
) -> Result<(Moment, Loaded)> {
    let mut queries =
        vec![Query::new("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", []), Query::new(MOMENT, [])];
    let parts = parts(plan);
    queries.extend(parts.iter().map(|(_, query)| query.clone().asks()));
    queries.push(Query::new("COMMIT", []));
    let mut answers = connection.pipeline(queries)?.into_iter().skip(1);
    let moment = Moment::of(answers.next().as_ref())?;
    if let Some(catalog) = catalogs.of(connection, moment.generation) {
        return Ok((moment, Loaded { catalog, ..loaded(&parts, answers)? }));
    }
    at_one_moment(connection, |connection, moment| {
        let catalog = catalogs.current(connection, moment.generation)?;
        Ok((moment, Loaded { catalog, ..now(connection, plan)? }))
    })
}

/// Loads what a plan names in the connection's transaction, without the catalog.
pub(crate) fn now(connection: &Connection, plan: &LoadPlan) -> Result<Loaded> {
    let parts = parts(plan);
    let answers = connection.pipeline(parts.iter().map(|(_, query)| query.clone().asks()).collect())?;
    loaded(&parts, answers.into_iter())
}

/// What a statement answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum What {
    Request,
    Cases,
    Notes,
    Customers,
    People,
    Claims,
    ClaimedCases,
    Ledger,
}

/// The statements for what a plan asks for, and none for what it does not.
fn parts(plan: &LoadPlan) -> Vec<(What, Query)> {
    let mut parts = Vec::new();
    let mut add = |what, part: Part| parts.push((what, part.query()));
    if let Some((actor, id)) = &plan.request {
        let mut part = Part::of("SELECT salt, fingerprint, receipt FROM org.requests");
        part.bind(" WHERE actor = ?", actor.as_str()).bind(" AND id = ?", id.as_str());
        add(What::Request, part);
    }
    if let Some(cases) = cases(plan) {
        add(What::Cases, states(StreamKind::Case, cases));
    }
    if !plan.notes.is_empty() {
        let mut part = Part::of("SELECT body FROM org.notes ");
        part.bind("WHERE id = ANY(?) ORDER BY id", plan.notes.iter().map(|id| id.0).collect::<Vec<_>>());
        add(What::Notes, part);
    }
    if !plan.people.is_empty() {
        let mut part = Part::default();
        let people: Vec<String> = plan.people.iter().map(|actor| actor.as_str().to_owned()).collect();
        part.bind("SELECT q.id FROM org.people q WHERE q.actor = ANY(?)", people);
        add(What::People, states(StreamKind::Person, part));
    }
    if let Some(claims) = claims(plan) {
        add(What::Claims, claims);
    }
    if let Some(cases) = claimed(plan, StreamKind::Case).filter(|_| plan.claimed_cases) {
        add(What::ClaimedCases, states(StreamKind::Case, cases));
    }
    if let Some(customers) = customers(plan) {
        add(What::Customers, states(StreamKind::Customer, customers));
    }
    if plan.ledger {
        let mut part = Part::default();
        part.bind("SELECT body FROM org.streams WHERE kind = ?", StreamKind::Ledger.code());
        add(What::Ledger, part);
    }
    parts
}

/// The states of the streams of a kind, by their ids, which a statement gives.
fn states(kind: StreamKind, ids: Part) -> Part {
    let mut part = Part::default();
    part.bind("SELECT s.body FROM org.streams s WHERE s.kind = ?", kind.code())
        .push(" AND s.id IN (")
        .append(ids);
    part.push(") ORDER BY s.id");
    part
}

/// The ids of the cases that a plan names by id, by number or by a note; `None` if it names none.
fn cases(plan: &LoadPlan) -> Option<Part> {
    let mut part = Part::default();
    part.bind("SELECT unnest(?::uuid[]) AS id", plan.cases.iter().map(|id| id.0).collect::<Vec<_>>());
    if !plan.case_numbers.is_empty() {
        let numbers: Vec<i64> = plan.case_numbers.iter().map(|number| integer(*number)).collect();
        part.bind(" UNION SELECT c.id FROM org.cases c WHERE c.number = ANY(?)", numbers);
    }
    if !plan.notes.is_empty() {
        let notes: Vec<Uuid> = plan.notes.iter().map(|id| id.0).collect();
        part.bind(" UNION SELECT n.case_id FROM org.notes n WHERE n.id = ANY(?)", notes);
    }
    let is_named = !(plan.cases.is_empty() && plan.case_numbers.is_empty() && plan.notes.is_empty());
    is_named.then_some(part)
}

/// The claims that a plan asks for, each with its stream, and the one of which the newest is wanted last; `None` if it asks for
/// none.
fn claims(plan: &LoadPlan) -> Option<Part> {
    let LoadPlan { claims, newest_of, .. } = plan;
    let columns = "l.kind, l.value, l.number, l.stream_kind, l.stream_id";
    let mut part = Part::default();
    let kinds: Vec<i64> = claims.iter().map(|claim| claim.kind.code().into()).collect();
    part.push(&format!("SELECT {columns}, w.place FROM "));
    part.bind("unnest(?::int2[]", kinds);
    part.bind(", ?::text[]", claims.iter().map(|claim| claim.value.clone()).collect::<Vec<_>>());
    part.bind(", ?::int8[])", claims.iter().map(|claim| i64::from(claim.number)).collect::<Vec<_>>());
    part.push(" WITH ORDINALITY AS w (kind, value, number, place) JOIN org.claims l ON l.kind = w.kind");
    part.push(" AND l.value = w.value AND l.number = w.number");
    if let Some(claim) = newest_of {
        part.push(&format!(" UNION ALL (SELECT {columns}, 9223372036854775807 FROM org.claims l"));
        part.bind(" WHERE l.kind = ?", claim.kind.code()).bind(" AND l.value = ?", claim.value.as_str());
        part.push(" ORDER BY l.number DESC LIMIT 1)");
    }
    part.push(" ORDER BY place");
    (!claims.is_empty() || newest_of.is_some()).then_some(part)
}

/// The ids of the streams of a kind that have one of these claims.
fn claimed(plan: &LoadPlan, kind: StreamKind) -> Option<Part> {
    let mut part = Part::of("SELECT w.stream_id AS id FROM (");
    part.append(claims(plan)?).bind(") w WHERE w.stream_kind = ?", kind.code());
    Some(part)
}

/// The ids of the customers that a plan names by id, by a case or by a claim; `None` if it names none.
fn customers(plan: &LoadPlan) -> Option<Part> {
    let mut part = Part::default();
    part.bind("SELECT unnest(?::uuid[]) AS id", plan.customers.iter().map(|id| id.0).collect::<Vec<_>>());
    let claimed_cases = claimed(plan, StreamKind::Case).filter(|_| plan.claimed_cases);
    let of_cases = [cases(plan), claimed_cases].into_iter().flatten().filter(|_| plan.case_customers);
    let mut is_named = !plan.customers.is_empty();
    for cases in of_cases {
        part.push(" UNION SELECT c.customer FROM org.cases c WHERE c.id IN (").append(cases).push(")");
        is_named = true;
    }
    if let Some(claimed) = claimed(plan, StreamKind::Customer).filter(|_| plan.claimed_customers) {
        part.push(" UNION ").append(claimed);
        is_named = true;
    }
    is_named.then_some(part)
}

/// What came of the statements.
fn loaded(parts: &[(What, Query)], answers: impl Iterator<Item = Answer>) -> Result<Loaded> {
    let mut loaded = Loaded::default();
    for ((what, _), Answer { rows, .. }) in parts.iter().zip(answers) {
        let rows = rows.iter();
        match what {
            What::Request => loaded.request = rows.map(saved).next().transpose()?,
            What::Cases => loaded.cases = rows.map(case).collect::<Result<_>>()?,
            What::Notes => loaded.notes = rows.map(|row| json(row, 0)).collect::<Result<_>>()?,
            What::Customers => loaded.customers = rows.map(customer).collect::<Result<_>>()?,
            What::People => loaded.people = rows.map(person).collect::<Result<_>>()?,
            What::Claims => loaded.claims = rows.map(located).collect::<Result<_>>()?,
            What::ClaimedCases => loaded.claimed_cases = rows.map(case).collect::<Result<_>>()?,
            What::Ledger => loaded.ledger = rows.map(ledger).next().transpose()?.unwrap_or_default(),
        }
    }
    loaded.people.sort_by(|one, other| one.actor.cmp(&other.actor));
    Ok(loaded)
}

fn saved(row: &Row) -> Result<SavedRequest> {
    Ok(SavedRequest { salt: bytes(row, 0)?, fingerprint: digest(row, 1)?, receipt: json(row, 2)? })
}

fn case(row: &Row) -> Result<Case> {
    match json(row, 0)? {
        State::Case(case) => Ok(*case),
        _ => Err(unreadable()),
    }
}

fn customer(row: &Row) -> Result<Customer> {
    match json(row, 0)? {
        State::Customer(customer) => Ok(customer),
        _ => Err(unreadable()),
    }
}

fn person(row: &Row) -> Result<Person> {
    match json(row, 0)? {
        State::Person(person) => Ok(person),
        _ => Err(unreadable()),
    }
}

fn ledger(row: &Row) -> Result<Ledger> {
    match json(row, 0)? {
        State::Ledger(ledger) => Ok(ledger),
        _ => Err(unreadable()),
    }
}

fn located(row: &Row) -> Result<Located> {
    let kind = ClaimKind::from_code(narrow(row, 0)?).ok_or_else(unreadable)?;
    let claim = Claim { kind, value: plain(row, 1)?.to_owned(), number: narrow(row, 2)? };
    Ok(Located { claim, stream: stream(row, 3, 4)? })
}
