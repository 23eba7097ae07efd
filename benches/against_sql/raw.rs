//! The same work in SQL, written by hand.
//!
//! It writes the same rows, keeps the same counters and indexes the same words, in one transaction, with kept
//! statements and the same pragmas. It does not parse or check what it is given, knows no permissions, hashes nothing,
//! folds text by lower-casing it, and hands rows back as they are.

use std::path::Path;
use std::time::SystemTime;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, Result, Transaction, TransactionBehavior, params};

use crate::timing::Durable;

/// The statement that reads cases as a screen shows them.
macro_rules! concat_case {
    ($rest:literal) => {
        concat!(
            "SELECT c.number, c.id, c.stage, c.title, c.holder, u.name, c.raised_by, c.description, c.raised_at,
                c.updated_at FROM cases c LEFT JOIN customers u ON u.id = c.customer WHERE ",
            $rest
        )
    };
}

pub(crate) struct Raw {
    connection: Connection,
    ids: u128,
}

pub(crate) type Id = [u8; 16];

/// The one case type; what it and its stages are called is known to the program, as casekit's catalog is kept.
const TYPE: Id = [7; 16];

pub(crate) const STAGES: [(&str, i64); 4] = [("open", 0), ("in-progress", 1), ("resolved", 3), ("closed", 4)];

/// A case with all that a screen shows.
#[allow(dead_code, reason = "fetched as a screen would; nobody looks here")]
pub(crate) struct RawCase {
    pub(crate) number: String,
    pub(crate) texts: [Option<String>; 6],
    pub(crate) id: Id,
    pub(crate) instants: [i64; 2],
}

impl Raw {
    pub(crate) fn open(path: &Path, durable: Durable) -> Result<Self> {
        let connection = Connection::open(path)?;
        connection.pragma_update(None, "page_size", 4096)?;
        connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
        connection.execute_batch(match durable {
            Durable::Full => "PRAGMA synchronous = FULL",
            Durable::Normal => "PRAGMA synchronous = NORMAL",
        })?;
        connection.execute_batch(
            "PRAGMA cache_size = -16384; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;
             PRAGMA secure_delete = ON; PRAGMA cell_size_check = ON;",
        )?;
        let _: bool = connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.set_prepared_statement_cache_capacity(64);
        connection.execute_batch(include_str!("schema.sql"))?;
        Ok(Self { connection, ids: 1 << 100 })
    }

    pub(crate) fn customers(&mut self, names: &[String]) -> Result<Vec<Id>> {
        let ids: Vec<Id> = names.iter().map(|_| fresh(&mut self.ids)).collect();
        let change = begin(&mut self.connection)?;
        for (id, name) in ids.iter().zip(names) {
            change.execute("INSERT INTO customers (id, name) VALUES (?1, ?2)", params![id, name])?;
        }
        change.commit()?;
        Ok(ids)
    }

    pub(crate) fn raise(&mut self, title: &str, description: &str, customer: Id) -> Result<Id> {
        let id = fresh(&mut self.ids);
        let change = begin(&mut self.connection)?;
        let new = New { id, title, description, customer: Some(customer), at: now() };
        raise(&change, &new, None)?;
        change.commit()?;
        Ok(id)
    }

    pub(crate) fn note(&mut self, case: Id, text: &str) -> Result<()> {
        let id = fresh(&mut self.ids);
        let change = begin(&mut self.connection)?;
        note(&change, case, id, text, now())?;
        change.commit()
    }

    pub(crate) fn stage(&mut self, case: Id, to: usize) -> Result<()> {
        let change = begin(&mut self.connection)?;
        stage(&change, case, to, now())?;
        change.commit()
    }

    /// Cases of (reference, title, description) with a note and a move each, 500 a transaction.
    pub(crate) fn import(&mut self, cases: &[(String, String, String)], text: &str) -> Result<()> {
        for chunk in cases.chunks(500) {
            let change = begin(&mut self.connection)?;
            for (reference, title, description) in chunk {
                let (id, at) = (fresh(&mut self.ids), now());
                raise(&change, &New { id, title, description, customer: None, at }, Some(reference))?;
                note(&change, id, fresh(&mut self.ids), text, at)?;
                stage(&change, id, 1, at)?;
            }
            change.commit()?;
        }
        Ok(())
    }

    pub(crate) fn by_id(&self, id: Id) -> Result<RawCase> {
        self.connection.prepare_cached(concat_case!("c.id = ?1"))?.query_row([id], case)
    }

    pub(crate) fn by_number(&self, number: u64) -> Result<RawCase> {
        let number = i64::try_from(number).unwrap_or(i64::MAX);
        self.connection.prepare_cached(concat_case!("c.number = ?1"))?.query_row([number], case)
    }

    /// A page of 50 below a number, and one row more, to know whether there is a next page.
    pub(crate) fn page(&self, below: u64) -> Result<Vec<RawCase>> {
        let below = i64::try_from(below).unwrap_or(i64::MAX);
        let mut statement =
            self.connection.prepare_cached(concat_case!("c.number < ?1 ORDER BY c.number DESC LIMIT 51"))?;
        statement.query_map([below], case)?.collect()
    }

    pub(crate) fn page_in_stage(&self, stage: &str) -> Result<Vec<RawCase>> {
        let mut statement = self
            .connection
            .prepare_cached(concat_case!("+c.stage = ?1 AND true ORDER BY c.number DESC LIMIT 51"))?;
        statement.query_map([stage], case)?.collect()
    }

    pub(crate) fn counts(&self) -> Result<Vec<(String, i64)>> {
        const SQL: &str = "SELECT stage, sum(n) FROM case_counts GROUP BY stage";
        self.connection.prepare_cached(SQL)?.query_map((), |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
    }

    /// Newest entries first; the word as a prefix.
    pub(crate) fn search(&self, word: &str) -> Result<Vec<RawCase>> {
        const SQL: &str = "SELECT c.number, c.id, c.stage, c.title, c.holder, u.name, c.raised_by, c.description,
                c.raised_at, c.updated_at
            FROM search CROSS JOIN search_entries e ON e.id = search.rowid CROSS JOIN cases c ON c.number = e.number
            LEFT JOIN customers u ON u.id = c.customer
            WHERE search MATCH ?1 ORDER BY search.rowid DESC LIMIT 51";
        let word = format!("\"{}\"*", word.to_lowercase());
        self.connection.prepare_cached(SQL)?.query_map([word], case)?.collect()
    }

    pub(crate) fn history(&self, id: Id) -> Result<Vec<String>> {
        const SQL: &str = "SELECT revision, at, actor, code, facts, personal FROM events
            WHERE kind = 4 AND id = ?1 ORDER BY revision LIMIT 51";
        let line = |row: &rusqlite::Row<'_>| {
            let (revision, at): (i64, i64) = (row.get(0)?, row.get(1)?);
            let (actor, code, facts): (String, String, String) = (row.get(2)?, row.get(3)?, row.get(4)?);
            let personal: Option<String> = row.get(5)?;
            Ok(format!("{revision} {at} {actor} {code} {facts} {personal:?}"))
        };
        self.connection.prepare_cached(SQL)?.query_map([id], line)?.collect()
    }

    pub(crate) fn numbers(&self) -> Result<Vec<(u64, Id)>> {
        let mut statement = self.connection.prepare_cached("SELECT number, id FROM cases ORDER BY number")?;
        let pair = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get(1)?));
        statement.query_map((), pair)?.collect()
    }
}

struct New<'a> {
    id: Id,
    title: &'a str,
    description: &'a str,
    customer: Option<Id>,
    at: i64,
}

fn raise(change: &Transaction<'_>, new: &New<'_>, reference: Option<&str>) -> Result<()> {
    const NEXT: &str = "SELECT (SELECT coalesce(max(position), 0) + 1 FROM events),
        (SELECT coalesce(max(number), 0) + 1 FROM cases)";
    const CASE: &str =
        "INSERT INTO cases (number, id, revision, case_type, stage, category, holder, customer, raised_by,
        raised_at, updated_at, entry, title, description)
        VALUES (?1, ?2, 1, ?3, 'open', 0, '', ?4, 'amara', ?5, ?5, ?6, ?7, ?8)";
    let New { id, title, description, customer, at } = *new;
    let next = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let (position, number): (i64, i64) = change.prepare_cached(NEXT)?.query_row((), next)?;
    let name: String = match customer {
        Some(customer) => change
            .prepare_cached("SELECT name FROM customers WHERE id = ?1")?
            .query_row([customer], |row| row.get(0))?,
        None => String::new(),
    };
    if let Some(reference) = reference {
        let mut taken = change.prepare_cached("SELECT 1 FROM claims WHERE kind = 2 AND value = ?1")?;
        if taken.exists([reference])? {
            return Err(rusqlite::Error::QueryReturnedNoRows);
        }
        let claim = "INSERT INTO claims (kind, value, stream_kind, stream_id) VALUES (2, ?1, 4, ?2)";
        change.prepare_cached(claim)?.execute(params![reference, id])?;
    }
    let row = params![number, id, TYPE, customer, at, position, title, description];
    change.prepare_cached(CASE)?.execute(row)?;
    let facts = format!(r#"{{"case_raised":{{"number":{number},"stage":"open","category":"open"}}}}"#);
    let personal = serde_json::json!({ "title": { "to": title }, "description": { "to": description } });
    event(change, position, id, 1, at, "case_raised", &facts, Some(personal.to_string()))?;
    count(change, 0, 1)?;
    index(change, position, number, None, &format!("c {number:06} {number} {title} {description} {name}"))
}

fn note(change: &Transaction<'_>, case: Id, id: Id, text: &str, at: i64) -> Result<()> {
    const NOTE: &str = "INSERT INTO notes (entry, id, number, path, visibility, author, added_at, text)
        VALUES (?1, ?2, ?3, ?4, 0, 'amara', ?5, ?6)";
    let (number, revision) = touch(change, case, at)?;
    let position = next_position(change)?;
    let path = u32::try_from(revision).unwrap_or(u32::MAX).to_be_bytes();
    change.prepare_cached(NOTE)?.execute(params![position, id, number, path, at, text])?;
    let facts = r#"{"note_added":{"visibility":"internal"}}"#;
    let personal = serde_json::json!({ "text": { "to": text } });
    event(change, position, case, revision, at, "note_added", facts, Some(personal.to_string()))?;
    index(change, position, number, Some(id), text)
}

fn stage(change: &Transaction<'_>, case: Id, to: usize, at: i64) -> Result<()> {
    let (_, revision) = touch(change, case, at)?;
    let from: String = change
        .prepare_cached("SELECT stage FROM cases WHERE id = ?1")?
        .query_row([case], |row| row.get(0))?;
    let from = STAGES.iter().position(|(stage, _)| *stage == from).unwrap_or_default();
    let (label, category) = STAGES.get(to).copied().unwrap_or_default();
    let set = "UPDATE cases SET stage = ?2, category = ?3 WHERE id = ?1";
    change.prepare_cached(set)?.execute(params![case, label, category])?;
    count(change, from, -1)?;
    count(change, to, 1)?;
    let facts = format!(r#"{{"stage_changed":{{"from":{from},"to":"{label}"}}}}"#);
    event(change, next_position(change)?, case, revision, at, "stage_changed", &facts, None)
}

fn touch(change: &Transaction<'_>, case: Id, at: i64) -> Result<(i64, i64)> {
    const SQL: &str =
        "UPDATE cases SET revision = revision + 1, updated_at = ?2 WHERE id = ?1 RETURNING number, revision";
    change.prepare_cached(SQL)?.query_row(params![case, at], |row| Ok((row.get(0)?, row.get(1)?)))
}

fn next_position(change: &Transaction<'_>) -> Result<i64> {
    change
        .prepare_cached("SELECT coalesce(max(position), 0) + 1 FROM events")?
        .query_row((), |row| row.get(0))
}

#[allow(clippy::too_many_arguments, reason = "an event is what it is")]
fn event(
    change: &Transaction<'_>,
    position: i64,
    id: Id,
    revision: i64,
    at: i64,
    code: &str,
    facts: &str,
    personal: Option<String>,
) -> Result<()> {
    const SQL: &str = "INSERT INTO events (position, kind, id, revision, at, actor, code, facts, personal)
        VALUES (?1, 4, ?2, ?3, ?4, 'amara', ?5, ?6, ?7)";
    change.prepare_cached(SQL)?.execute(params![position, id, revision, at, code, facts, personal])?;
    Ok(())
}

fn count(change: &Transaction<'_>, stage: usize, n: i64) -> Result<()> {
    const SQL: &str =
        "INSERT INTO case_counts (case_type, stage, holder, category, n) VALUES (?1, ?2, '', ?3, ?4)
        ON CONFLICT DO UPDATE SET n = n + excluded.n";
    let (label, category) = STAGES.get(stage).copied().unwrap_or_default();
    change.prepare_cached(SQL)?.execute(params![TYPE, label, category, n])?;
    Ok(())
}

fn index(change: &Transaction<'_>, entry: i64, number: i64, note: Option<Id>, text: &str) -> Result<()> {
    const ENTRY: &str =
        "INSERT INTO search_entries (id, number, note, visibility, terms) VALUES (?1, ?2, ?3, ?4, ?5)";
    const INDEX: &str = "INSERT INTO search (rowid, terms) VALUES (?1, ?2)";
    let terms = text.to_lowercase();
    let visibility = note.map(|_| 0);
    change.prepare_cached(ENTRY)?.execute(params![entry, number, note, visibility, terms])?;
    change.prepare_cached(INDEX)?.execute(params![entry, terms])?;
    Ok(())
}

fn case(row: &rusqlite::Row<'_>) -> Result<RawCase> {
    let number: i64 = row.get(0)?;
    let texts = [row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?, row.get(7)?];
    Ok(RawCase {
        number: format!("C-{number:06}"),
        texts,
        id: row.get(1)?,
        instants: [row.get(8)?, row.get(9)?],
    })
}

fn begin(connection: &mut Connection) -> Result<Transaction<'_>> {
    connection.transaction_with_behavior(TransactionBehavior::Immediate)
}

/// Ids that grow, as those of casekit do.
fn fresh(ids: &mut u128) -> Id {
    *ids += 1 << 32;
    ids.to_be_bytes()
}

fn now() -> i64 {
    let since = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}
