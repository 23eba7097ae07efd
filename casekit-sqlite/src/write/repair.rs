//! Making derived data again from the rest, once the rest is known to be sound: each state and each note must be the fold
//! of its events, as for `check`.
//!
//! The whole repair is one transaction: if it finds damage or is interrupted, the file stays as it was.

mod durations;
mod search;

use casekit_core::model::{Customer, State};
use casekit_core::work_item::WorkItems;
use rusqlite::types::Value;
use rusqlite::{Row, Transaction, params, params_from_iter};

use crate::case_columns::{self, of_case};
use crate::error::{Result, damaged, fault};
use crate::exclusions;
use crate::fields::{self, Table};
use crate::keys::{self, Keys};
use crate::known::Known;
use crate::read::catalog::NEXT_GENERATION;
use crate::read::check::{self, Pages};
use crate::read::directory::person;
use crate::read::folded::Folded;
use crate::rows::{count, rows};
use crate::tags;
use crate::value::{digest, integer, json};
use crate::{derived, totals, workflow_columns};

/// How many rows are read at a time. Their corrections are written when the statement that reads them has ended.
const CHUNK: i64 = 200;

/// Corrects everything that is derived. Returns how many things were wrong.
pub(super) fn repair(change: &Transaction<'_>) -> Result<u64> {
    super::fill::say_format(change)?;
    // Nothing to ask between statements: an interrupt ends the one that is running, and with it the repair.
    let Pages { search: searched, map } = check::truth(change, &|| Ok(()))?;
    if !map {
        // `repair_derived` rebuilt the map before this transaction began, so it is damaged again or still.
        return Err(damaged("pages"));
    }
    // A cache of its own, since keys that are read here may not be committed yet.
    let known = Known::default();
    let mut fixed = definitions(change, &known)? + customers(change, &known)? + cases(change, &known)?;
    people(change, &known)?;
    fixed += durations::repair(change, &known)?;
    fixed += totals(change)? + claims(change)? + floor(change)?;
    fixed += search::repair(change, searched)?;
    if fixed > 0 {
        // So that other processes and this one read their cached definitions again.
        change.execute(NEXT_GENERATION, ()).map_err(fault)?;
    }
    Ok(fixed)
}

fn definitions(change: &Transaction<'_>, known: &Known) -> Result<u64> {
    const SQL: &str = "SELECT hash, body, kind, id, revision, key FROM definitions";
    const PUT: &str = "UPDATE definitions SET revision = ?3 WHERE kind = ?1 AND id = ?2";
    let found = rows(change, SQL, &[], |row| {
        let state: State = json(row, 1)?;
        let revision: i64 = row.get(4).map_err(fault)?;
        let key: i64 = row.get(5).map_err(fault)?;
        Ok((crate::value::stream(row, 2, 3)?, digest(row, 0)?, revision, state, key))
    })?;
    let mut fixed = 0;
    for (stream, hash, kept, state, key) in found {
        if state.stream() != stream {
            return Err(damaged("states"));
        }
        folded(change, known, key.saturating_mul(4).saturating_add(2))?.shows(&state, &hash, "states")?;
        let revision = integer(state.revision());
        if kept != revision {
            let id = stream.uuid();
            let row = params![stream.kind().code(), id.as_bytes(), revision];
            fixed += change.execute(PUT, row).map_err(fault)? as u64;
        }
    }
    Ok(fixed)
}

/// Looks at the entry of every person. Nothing of it is made of the rest.
fn people(change: &Transaction<'_>, known: &Known) -> Result<()> {
    const SQL: &str = "SELECT hash, key, entry, id, revision, name FROM people WHERE entry IS NOT NULL";
    let found = rows(change, SQL, &[], |row| {
        let key: i64 = row.get(1).map_err(fault)?;
        Ok((digest(row, 0)?, key, State::Person(person(row, 2)?)))
    })?;
    for (hash, key, person) in found {
        folded(change, known, keys::of_person(key))?.shows(&person, &hash, "states")?;
    }
    Ok(())
}

fn customers(change: &Transaction<'_>, known: &Known) -> Result<u64> {
    let columns = derived::CUSTOMER;
    let page =
        format!("SELECT key, body, hash, {columns} FROM customers WHERE key > ?1 ORDER BY key LIMIT {CHUNK}");
    const STRAY: &str = "DELETE FROM customer_fields WHERE customer NOT IN (SELECT key FROM customers)";
    let keys = Keys::new(change, known);
    let mut fixed = change.execute(STRAY, ()).map_err(fault)? as u64;
    in_chunks(
        change,
        &page,
        |row| {
            let customer: Customer = json(row, 1)?;
            let values = derived::of_customer(&customer)?;
            let found_by = fields::of_customer(&customer, |owner, field| keys.field(owner, field))?;
            let key: i64 = row.get(0).map_err(fault)?;
            folded(change, known, key.saturating_mul(4).saturating_add(1))?.shows(
                &State::Customer(customer),
                &digest(row, 2)?,
                "states",
            )?;
            let is_kept = fields::kept(change, Table::Customers, key).is_ok_and(|kept| kept == found_by);
            Ok((!derived::is_in(row, 3, &values)? || !is_kept).then_some((values, found_by)))
        },
        |key, (values, found_by)| {
            fixed += 1;
            fields::replace(change, Table::Customers, key, &found_by)?;
            put(change, "customers", columns, "key", key, values)
        },
    )?;
    Ok(fixed)
}

/// Fixes the columns of cases that are made of the rest of them.
fn cases(change: &Transaction<'_>, known: &Known) -> Result<u64> {
    let columns = format!("{}, entry", derived::CASE);
    let page = format!(
        "SELECT c.number, c.hash, {columns}, {} FROM cases c LEFT JOIN case_bodies b ON b.number = c.number
        LEFT JOIN customers k ON k.key = c.customer WHERE c.number > ?1 ORDER BY c.number LIMIT {CHUNK}",
        of_case!()
    );
    const STRAY: [&str; 3] = [
        "DELETE FROM case_exclusions WHERE number NOT IN (SELECT number FROM cases)",
        "DELETE FROM case_fields WHERE number NOT IN (SELECT number FROM cases)",
        "DELETE FROM case_tags WHERE number NOT IN (SELECT number FROM cases)",
    ];
    let keys = Keys::new(change, known);
    let mut fixed = 0;
    for stray in STRAY {
        fixed += change.execute(stray, ()).map_err(fault)? as u64;
    }
    in_chunks(
        change,
        &page,
        |row| {
            let case = case_columns::whole(change, known, row, 3 + derived::CASE_WIDTH)?;
            let number: i64 = row.get(0).map_err(fault)?;
            let folded = folded(change, known, number.saturating_mul(4))?;
            folded.shows_notes(change, known, number)?;
            let cause = workflow_columns::cause(&case)
                .map(|(code, setting)| keys.cause(code, setting))
                .transpose()?;
            let items = WorkItems::of(&case);
            let mut values = derived::of_case(&case, &items, cause)?;
            values.push(Value::from(integer(folded.first())));
            let excluded = exclusions::of(&items, |person| keys.person(person))?;
            let found_by = fields::of(&case, |owner, field| keys.field(owner, field))?;
            let has = tags::of(&case, |tag| Ok(crate::keys::tag_in_use(change, *tag)?.unwrap_or(0)))?;
            let number = integer(case.number.value);
            folded.shows(&State::Case(Box::new(case)), &digest(row, 1)?, "states")?;
            let is_shown = derived::is_in(row, 2, &values)?;
            let is_kept = exclusions::kept(change, number)? == excluded
                && fields::kept(change, Table::Cases, number).is_ok_and(|kept| kept == found_by)
                && tags::kept(change, number).is_ok_and(|kept| kept == has);
            Ok((!is_shown || !is_kept).then_some((values, excluded, found_by, has)))
        },
        |number, (values, excluded, found_by, has)| {
            fixed += 1;
            exclusions::write(change, number, &excluded)?;
            fields::replace(change, Table::Cases, number, &found_by)?;
            tags::replace(change, number, &has)?;
            put(change, "cases", &columns, "number", number, values)
        },
    )?;
    Ok(fixed)
}

/// Folds the events of the stream with a key. An interrupt ends it, as for the rest of the repair.
fn folded(change: &Transaction<'_>, known: &Known, key: i64) -> Result<Folded> {
    Folded::of(change, known, key, &|| Ok(()))
}

/// Goes through a table in order of its key. `look` says what is wrong with a row, and `put` corrects it after the
/// chunk was read.
fn in_chunks<T>(
    change: &Transaction<'_>,
    page: &str,
    mut look: impl FnMut(&Row<'_>) -> Result<Option<T>>,
    mut put: impl FnMut(i64, T) -> Result<()>,
) -> Result<()> {
    let mut statement = change.prepare(page).map_err(fault)?;
    let mut after = i64::MIN;
    loop {
        let mut found = Vec::new();
        let mut seen = 0;
        let mut rows = statement.query([after]).map_err(fault)?;
        while let Some(row) = rows.next().map_err(fault)? {
            after = row.get(0).map_err(fault)?;
            seen += 1;
            found.extend(look(row)?.map(|other| (after, other)));
        }
        drop(rows);
        for (key, other) in found {
            put(key, other)?;
        }
        if seen < CHUNK {
            return Ok(());
        }
    }
}

fn put(
    change: &Transaction<'_>,
    table: &str,
    columns: &str,
    key_column: &str,
    key: i64,
    values: Vec<Value>,
) -> Result<()> {
    let places = vec!["?"; values.len()].join(", ");
    let sql = format!("UPDATE {table} SET ({columns}) = ({places}) WHERE {key_column} = ?");
    let mut statement = change.prepare_cached(&sql).map_err(fault)?;
    statement.execute(params_from_iter(values.into_iter().chain([Value::from(key)]))).map_err(fault)?;
    Ok(())
}

fn totals(change: &Transaction<'_>) -> Result<u64> {
    const FAMILIES: &str = "UPDATE places AS p SET family = f.key
        FROM (SELECT case_type, team, min(key) AS key FROM places GROUP BY case_type, team) f
        WHERE f.case_type = p.case_type AND f.team = p.team AND p.family <> f.key";
    let fixed = change.execute(FAMILIES, ()).map_err(fault)? as u64;
    let wrong = count(change, &check::totals_that_differ())?;
    if wrong > 0 {
        change.execute("DELETE FROM totals", ()).map_err(fault)?;
        let anew = format!("INSERT INTO totals (kind, a, b, c, n) {}", totals::COUNTED);
        change.execute(&anew, ()).map_err(fault)?;
    }
    Ok(fixed + wrong.unsigned_abs())
}

fn floor(change: &Transaction<'_>) -> Result<u64> {
    if check::has_its_floor(change)? {
        return Ok(0);
    }
    change.execute(&format!("UPDATE file SET number_floor = {}", check::FLOOR), ()).map_err(fault)?;
    Ok(1)
}

fn claims(change: &Transaction<'_>) -> Result<u64> {
    const PUT: &str = "INSERT INTO claims (kind, value, number, stream) VALUES (?1, ?2, ?3, ?4)";
    let (held, kept) = (derived::claims(change, &|| Ok(()))?, derived::kept_claims(change).ok());
    if kept.as_ref() == Some(&held) {
        return Ok(0);
    }
    change.execute("DELETE FROM claims", ()).map_err(fault)?;
    for ((kind, value, number), by) in &held {
        let row = params![kind, value, number, keys::find(change, *by)?];
        change.prepare_cached(PUT).and_then(|mut put| put.execute(row)).map_err(fault)?;
    }
    let kept = kept.unwrap_or_default();
    let missing = held.iter().filter(|(claim, by)| kept.get(*claim) != Some(by)).count();
    let strange = kept.keys().filter(|claim| !held.contains_key(*claim)).count();
    Ok((missing + strange).max(1) as u64)
}
