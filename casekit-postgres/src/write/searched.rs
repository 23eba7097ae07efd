//! What a batch changes of notes and of the search.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use casekit_core::model::{Case, CustomerId, Name, State};
use casekit_core::search::{case_terms, note_terms};

use super::changes::Changes;
use super::rows::{as_case, as_customer};
use crate::connection::{Connection, Query};
use crate::derived::{self, NOTES, SEARCH, joined};
use crate::error::{Result, unreadable};
use crate::server::idle_no_longer_than;
use crate::tables::terms_of;
use crate::value::{Value, id, json, text};

/// How many cases are found by other words at once before it counts as long work.
const MANY: usize = 500;

/// How long the host may be at work on the words of many cases while it holds the lock: at the usual limit the server would end
/// each attempt, and a customer with that many could never be renamed.
const AT_MANY: Duration = Duration::from_secs(5 * 60);

/// Writes notes, and the entries of cases and notes whose texts changed.
pub(super) fn write(connection: &Connection, changes: &Changes) -> Result<Vec<Query>> {
    let mut entries = Vec::new();
    let mut queries = notes(changes, &mut entries)?;
    queries.extend(cases(connection, changes, &mut entries)?);
    queries.extend(SEARCH.insert(entries)?);
    Ok(queries)
}

/// Writes notes. The entries of new ones are added to `entries`; a retracted one has none.
fn notes(changes: &Changes, entries: &mut Vec<Vec<Value>>) -> Result<Vec<Query>> {
    const GONE: &str = "DELETE FROM org.search s USING org.notes n
        WHERE n.id = ANY($1::uuid[]) AND s.id = n.entry * 2 + 1";
    let anew = format!(
        "UPDATE org.search s SET visibility = n.visibility, terms = {} FROM unnest($1::uuid[], $2::text[]) AS u(id, terms)
        JOIN org.notes n ON n.id = u.id WHERE s.id = n.entry * 2 + 1",
        terms_of("u.terms")
    );
    let (mut new, mut old, mut gone) = (Vec::new(), Vec::new(), Vec::new());
    let (mut ids, mut texts) = (Vec::new(), Vec::new());
    for changed in changes.notes.values() {
        let note = &changed.after;
        let terms = note_terms(note);
        let Some(before) = &changed.before else {
            let entry = changed.entry.ok_or_else(unreadable)?;
            new.push(derived::note(note, Some(entry))?);
            entries.extend(terms.map(|terms| derived::note_entry(note, entry, &terms)));
            continue;
        };
        old.push(derived::note(note, None)?);
        match terms {
            Some(terms) if before.text() != note.text() || before.visibility != note.visibility => {
                ids.push(note.id.0);
                texts.push(joined(&terms));
            }
            Some(_) => {}
            None => gone.push(note.id.0),
        }
    }
    let mut queries: Vec<Query> = NOTES.insert(new)?.into_iter().chain(NOTES.update(old)?).collect();
    if !ids.is_empty() {
        queries.push(Query::new(anew, [Value::from(ids), texts.into()]));
    }
    if !gone.is_empty() {
        queries.push(Query::new(GONE, [gone.into()]));
    }
    Ok(queries)
}

/// Writes the entries of cases that are found by other words now; those of new ones are added to `entries`.
fn cases(connection: &Connection, changes: &Changes, entries: &mut Vec<Vec<Value>>) -> Result<Option<Query>> {
    let anew = format!(
        "UPDATE org.search s SET terms = {} FROM unnest($1::int8[], $2::text[]) AS u(number, terms)
        JOIN org.cases c ON c.number = u.number WHERE s.id = c.entry * 2",
        terms_of("u.terms")
    );
    let renamed = renamed(changes);
    let others = others_of(connection, changes, &renamed)?;
    let changed = changes.states.values().filter_map(|changed| {
        let case = as_case(&changed.after)?;
        let before = changed.before.as_ref().and_then(as_case);
        let is_same = before.is_some_and(|before| has_same_words(before, case));
        let is_renamed = case.customer.is_some_and(|customer| renamed.contains(&customer));
        (!is_same || is_renamed).then_some(case)
    });
    let due: Vec<&Case> = changed.chain(&others).collect();
    let names = names(connection, changes, &due)?;
    let (mut numbers, mut texts) = (Vec::new(), Vec::new());
    for case in due {
        let terms = case_terms(case, case.customer.and_then(|customer| names.get(&customer)));
        match changes.raised.get(&case.id) {
            Some(entry) => entries.push(derived::case_entry(case, *entry, &terms)),
            None => {
                numbers.push(crate::value::integer(case.number.value));
                texts.push(joined(&terms));
            }
        }
    }
    Ok((!numbers.is_empty()).then(|| Query::new(anew, [Value::from(numbers), texts.into()])))
}

/// Whether two states of a case are found by the same words, as far as they are its own.
fn has_same_words(before: &Case, case: &Case) -> bool {
    before.title == case.title
        && before.description == case.description
        && before.customer == case.customer
        && before.request == case.request
        && before.fields == case.fields
}

/// The customers who have another name than before. A case is found by the name of its customer.
fn renamed(changes: &Changes) -> BTreeSet<CustomerId> {
    let renamed = changes.states.values().filter_map(|changed| {
        let customer = as_customer(&changed.after)?;
        let before = changed.before.as_ref().and_then(as_customer)?;
        (before.profile.name != customer.profile.name).then_some(customer.id)
    });
    renamed.collect()
}

/// The cases of these customers that did not change themselves.
fn others_of(
    connection: &Connection,
    changes: &Changes,
    customers: &BTreeSet<CustomerId>,
) -> Result<Vec<Case>> {
    const SQL: &str = "SELECT s.body FROM org.cases c JOIN org.streams s ON s.kind = 4 AND s.id = c.id
        WHERE c.customer = ANY($1::uuid[])";
    if customers.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<_> = customers.iter().map(|customer| customer.0).collect();
    let rows = connection.query(SQL, [ids.into()])?;
    if rows.len() > MANY {
        connection.execute(&idle_no_longer_than(AT_MANY), [])?;
    }
    let mut cases = Vec::new();
    for row in rows {
        match json(&row, 0)? {
            State::Case(case)
                if !changes.states.contains_key(&casekit_core::model::StreamId::Case(case.id)) =>
            {
                cases.push(*case);
            }
            State::Case(_) => {}
            _ => return Err(unreadable()),
        }
    }
    Ok(cases)
}

/// The names of the customers of cases, as they are after the batch.
fn names(connection: &Connection, changes: &Changes, cases: &[&Case]) -> Result<BTreeMap<CustomerId, Name>> {
    const SQL: &str = "SELECT id, name FROM org.customers WHERE id = ANY($1::uuid[])";
    let here = changes.states.values().filter_map(|changed| as_customer(&changed.after));
    let mut names: BTreeMap<CustomerId, Name> =
        here.map(|customer| (customer.id, customer.profile.name.clone())).collect();
    let asked = cases.iter().filter_map(|case| case.customer);
    let missing: BTreeSet<CustomerId> = asked.filter(|customer| !names.contains_key(customer)).collect();
    if !missing.is_empty() {
        let ids: Vec<_> = missing.into_iter().map(|customer| customer.0).collect();
        for row in connection.query(SQL, [ids.into()])? {
            names.insert(id(&row, 0)?, text(&row, 1)?);
        }
    }
    Ok(names)
}
