//! Making anew what can be made from the rest, once the rest is known to be sound.
//!
//! All of it is one transaction: whatever is found damaged on the way, or interrupted, leaves the file as it was.

mod search;

use std::collections::BTreeMap;

use casekit_core::commit::{Digest, StoredEvent};
use casekit_core::model::{Case, CaseId, Customer, Note, State, StreamId};
use casekit_core::store::EventQuery;
use rusqlite::types::Value;
use rusqlite::{Row, Transaction, params, params_from_iter};

use crate::derived;
use crate::error::{Result, damaged, fault};
use crate::read::check::{self, Pages};
use crate::read::{events, rows};
use crate::value::{digest, integer, json};

/// Rows that are looked at between one statement and the next.
const CHUNK: i64 = 200;

/// Puts everything derived in its place; says how many things were not.
pub(super) fn repair(change: &Transaction<'_>) -> Result<u64> {
    // An interrupt ends the statement that runs, so there is nothing to be asked in between.
    let Pages { search: searched, map } = check::truth(change, &|| Ok(()))?;
    if !map {
        // It was made anew before this began.
        return Err(damaged("pages"));
    }
    let mut truth = Truth::read(change)?;
    let mut mended = definitions(change, &mut truth)? + customers(change, &mut truth)?;
    let numbers = cases(change, &mut truth, &mut mended)?;
    truth.is_all_shown()?;
    mended += notes(change, &numbers)?;
    mended += counts(change)? + claims(change)? + floor(change)?;
    mended += search::repair(change, searched)?;
    if mended > 0 {
        // Whoever keeps definitions ready reads them again.
        change.execute("UPDATE file SET generation = generation + 1", ()).map_err(fault)?;
    }
    Ok(mended)
}

/// Where the events leave each stream: what states must stand on.
struct Truth(BTreeMap<StreamId, Head>);

struct Head {
    revision: u64,
    hash: Digest,
    /// The position of its first event.
    first: u64,
}

impl Truth {
    /// Follows every event; each must be whole and follow on the one before it.
    fn read(change: &Transaction<'_>) -> Result<Self> {
        const AT_ONCE: u32 = 1_000;
        let (mut heads, mut after) = (BTreeMap::<StreamId, Head>::new(), 0);
        loop {
            let page = events::page(change, &EventQuery::All { after, limit: AT_ONCE })?;
            for event in &page {
                let new = Head { revision: 0, hash: Digest::default(), first: event.position };
                heads.entry(event.stream).or_insert(new).follow(event)?;
                after = event.position;
            }
            if page.len() < AT_ONCE as usize {
                return Ok(Self(heads));
            }
        }
    }

    /// The head on which a state must stand; each is asked for once.
    fn head(&mut self, stream: StreamId, revision: u64, hash: &Digest) -> Result<Head> {
        let head = self.0.remove(&stream);
        head.filter(|head| head.revision == revision && head.hash == *hash).ok_or_else(|| damaged("states"))
    }

    fn is_all_shown(&self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(damaged("states")) }
    }
}

impl Head {
    fn follow(&mut self, event: &StoredEvent) -> Result<()> {
        let follows = event.revision == self.revision + 1 && event.hash_after(&self.hash) == event.hash;
        if !follows || event.open().is_err() {
            return Err(damaged("events"));
        }
        (self.revision, self.hash) = (event.revision, event.hash);
        Ok(())
    }
}

fn definitions(change: &Transaction<'_>, truth: &mut Truth) -> Result<u64> {
    const SQL: &str = "SELECT hash, body, kind, id, revision FROM definitions";
    const PUT: &str = "UPDATE definitions SET revision = ?3 WHERE kind = ?1 AND id = ?2";
    let found = rows(change, SQL, &[], |row| {
        let state: State = json(row, 1)?;
        let revision: i64 = row.get(4).map_err(fault)?;
        Ok((crate::value::stream(row, 2, 3)?, digest(row, 0)?, revision, state))
    })?;
    let mut mended = 0;
    for (stream, hash, kept, state) in found {
        if state.stream() != stream {
            return Err(damaged("states"));
        }
        truth.head(stream, state.revision(), &hash)?;
        let revision = integer(state.revision());
        if kept != revision {
            let id = stream.uuid();
            let row = params![stream.kind().code(), id.as_bytes(), revision];
            mended += change.execute(PUT, row).map_err(fault)? as u64;
        }
    }
    Ok(mended)
}

fn customers(change: &Transaction<'_>, truth: &mut Truth) -> Result<u64> {
    let columns = derived::CUSTOMER;
    let page =
        format!("SELECT key, body, hash, {columns} FROM customers WHERE key > ?1 ORDER BY key LIMIT {CHUNK}");
    let mut mended = 0;
    in_chunks(
        change,
        &page,
        |row| {
            let customer: Customer = json(row, 1)?;
            truth.head(StreamId::Customer(customer.id), customer.revision, &digest(row, 2)?)?;
            let values = derived::of_customer(&customer);
            Ok((!derived::is_in(row, 3, &values)?).then_some(values))
        },
        |key, values| {
            mended += 1;
            put(change, "customers", columns, "key", key, values)
        },
    )?;
    Ok(mended)
}

/// Mends the columns of cases, and says which number each has.
fn cases(change: &Transaction<'_>, truth: &mut Truth, mended: &mut u64) -> Result<BTreeMap<CaseId, i64>> {
    let columns = format!("{}, entry", derived::case_columns());
    let page = format!(
        "SELECT number, body, hash, {columns} FROM cases WHERE number > ?1 ORDER BY number LIMIT {CHUNK}"
    );
    let mut numbers = BTreeMap::new();
    in_chunks(
        change,
        &page,
        |row| {
            let case: Case = json(row, 1)?;
            let number = integer(case.number.value);
            if row.get::<_, i64>(0).map_err(fault)? != number {
                return Err(damaged("numbers of cases"));
            }
            let head = truth.head(StreamId::Case(case.id), case.revision, &digest(row, 2)?)?;
            numbers.insert(case.id, number);
            let mut values = derived::of_case(&case)?;
            values.push(Value::from(integer(head.first)));
            Ok((!derived::is_in(row, 3, &values)?).then_some(values))
        },
        |number, values| {
            *mended += 1;
            put(change, "cases", &columns, "number", number, values)
        },
    )?;
    Ok(numbers)
}

fn notes(change: &Transaction<'_>, numbers: &BTreeMap<CaseId, i64>) -> Result<u64> {
    let columns = format!("{}, number", derived::NOTE);
    let page =
        format!("SELECT entry, body, {columns} FROM notes WHERE entry > ?1 ORDER BY entry LIMIT {CHUNK}");
    let mut mended = 0;
    in_chunks(
        change,
        &page,
        |row| {
            let note: Note = json(row, 1)?;
            let mut values = derived::of_note(&note);
            values.push(Value::from(*numbers.get(&note.case).ok_or_else(|| damaged("notes"))?));
            Ok((!derived::is_in(row, 2, &values)?).then_some(values))
        },
        |entry, values| {
            mended += 1;
            put(change, "notes", &columns, "entry", entry, values)
        },
    )?;
    Ok(mended)
}

/// Goes through a table by its key; `look` says what is to be put, and `put` puts it.
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

fn counts(change: &Transaction<'_>) -> Result<u64> {
    const ANEW: &str = "DELETE FROM case_counts;
        INSERT INTO case_counts (case_type, stage, holder, category, ready_bits, n)
            SELECT case_type, stage, holder, category, ready_bits, count(*) FROM cases GROUP BY 1, 2, 3, 4, 5";
    let wrong = check::count(change, check::COUNTS)?;
    if wrong > 0 {
        change.execute_batch(ANEW).map_err(fault)?;
    }
    Ok(wrong.unsigned_abs())
}

fn floor(change: &Transaction<'_>) -> Result<u64> {
    if check::has_its_floor(change)? {
        return Ok(0);
    }
    change.execute(&format!("UPDATE file SET number_floor = {}", check::FLOOR), ()).map_err(fault)?;
    Ok(1)
}

fn claims(change: &Transaction<'_>) -> Result<u64> {
    const PUT: &str = "INSERT INTO claims (kind, value, stream_kind, stream_id) VALUES (?1, ?2, ?3, ?4)";
    let (held, kept) = (derived::claims(change, &|| Ok(()))?, derived::kept_claims(change).ok());
    if kept.as_ref() == Some(&held) {
        return Ok(0);
    }
    change.execute("DELETE FROM claims", ()).map_err(fault)?;
    for ((kind, value), by) in &held {
        let id = by.uuid();
        let row = params![kind, value, by.kind().code(), id.as_bytes()];
        change.prepare_cached(PUT).and_then(|mut put| put.execute(row)).map_err(fault)?;
    }
    let kept = kept.unwrap_or_default();
    let missing = held.iter().filter(|(claim, by)| kept.get(*claim) != Some(by)).count();
    let strange = kept.keys().filter(|claim| !held.contains_key(*claim)).count();
    Ok((missing + strange).max(1) as u64)
}
