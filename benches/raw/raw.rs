//! The same work in SQL, written by hand by somebody who knows SQLite and means it.
//!
//! It gives the same guarantees for the data: one transaction a change with the same durability, a chain of hashes and a
//! salted commitment for each event, totals that are kept, deleted words that leave the file, answers that are written
//! down before they are sent, with the same bytes at every attempt. It uses the same SQLite with the same pragmas,
//! prepares each statement once, and reads every column that a row of casekit shows.
//!
//! What it does not do. It checks nothing that it is given: no lengths, no permissions, no scopes, no revision that a
//! caller saw, no request that comes twice. Types, stages, steps and words are constants of the program, in English, and
//! its file tells nobody what they are. It folds ASCII only. It keeps who people are and which words are known in memory, as
//! if no other process wrote. It tells no observers, shares no transaction between callers, recovers from no fault, and
//! can neither check nor repair its file. Nobody can erase anything in it.

mod answer;
mod bulk;
mod durations;
mod event;
mod find;
mod look;
mod page;
mod totals;
mod write;

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use casekit::Durability;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use crate::timing::Outcome;
use crate::world::{KINDS, PEOPLE, STAGES, TAG, person};
pub(crate) use page::{By, Question, Row};
pub(crate) use write::New;

pub(crate) type Id = [u8; 16];

/// The permissions that steps need.
pub(crate) const DECIDE: i64 = 1;
pub(crate) const RELEASE: i64 = 2;
pub(crate) const REVOKE: i64 = 4;

/// Who does what is measured.
const ACTOR: i64 = 1;

/// One open file.
pub(crate) struct Raw {
    connection: Connection,
    known: find::Known,
    people: Vec<String>,
    /// Where answers go.
    folder: PathBuf,
}

impl Raw {
    /// Opens a file, and makes it if it is not there.
    pub(crate) fn open(path: &Path, durability: Durability, folder: &Path) -> Outcome<Self> {
        let is_new = !path.exists();
        let connection = Connection::open(path)?;
        connection.pragma_update(None, "page_size", 4096)?;
        connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
        connection.execute_batch(match durability {
            Durability::Full => "PRAGMA synchronous = FULL",
            Durability::Normal => "PRAGMA synchronous = NORMAL",
        })?;
        connection.execute_batch(
            "PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0;
             PRAGMA secure_delete = ON; PRAGMA cell_size_check = ON; PRAGMA foreign_keys = ON;",
        )?;
        let _: bool = connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.set_prepared_statement_cache_capacity(128);
        if is_new {
            connection.execute_batch(include_str!("schema.sql"))?;
        }
        let people = (0..PEOPLE).map(person).collect();
        let mut raw = Self { connection, known: find::Known::default(), people, folder: folder.to_owned() };
        if is_new {
            raw.found()?;
        }
        Ok(raw)
    }

    /// Writes down people and places.
    fn found(&mut self) -> Outcome {
        let change = begin(&mut self.connection)?;
        for (place, id) in self.people.iter().enumerate() {
            change.execute("INSERT INTO people (key, id) VALUES (?1, ?2)", params![key_of(place), id])?;
        }
        for kind in 0..KINDS.len() {
            for (stage, (id, _, category)) in STAGES.iter().enumerate() {
                let sql = "INSERT INTO places (key, case_type, stage, category, team, priority, resolution)
                    VALUES (?1, ?2, ?3, ?4, 0, 1, '')";
                change.execute(sql, params![place(kind, stage), kind as i64, id, category])?;
            }
        }
        change.execute("INSERT INTO tags (key, name) VALUES (1, ?1)", [TAG])?;
        Ok(change.commit()?)
    }

    /// Enters customers by name and reference.
    pub(crate) fn customers(&mut self, told: &[(String, String)]) -> Outcome<Vec<Id>> {
        const SQL: &str = "INSERT INTO customers (id, name, reference, created_at) VALUES (?1, ?2, ?3, ?4)";
        let change = begin(&mut self.connection)?;
        let mut ids = Vec::new();
        for (name, reference) in told {
            let id = fresh()?;
            change.prepare_cached(SQL)?.execute(params![id, name, reference, now()])?;
            ids.push(id);
        }
        change.commit()?;
        Ok(ids)
    }

    /// Brings what stands in the log into the file, and says how large the file is then.
    pub(crate) fn bytes(&self) -> Outcome<u64> {
        self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(()))?;
        let sql = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
        let bytes: i64 = self.connection.query_row(sql, (), |row| row.get(0))?;
        Ok(bytes.unsigned_abs())
    }
}

/// The key of a person by place.
pub(crate) fn key_of(person: usize) -> i64 {
    person as i64 + 1
}

/// The key of a type and a stage of it.
pub(crate) fn place(kind: usize, stage: usize) -> i64 {
    (kind * STAGES.len() + stage) as i64 + 1
}

/// The type and the stage of a place.
fn parts(place: i64) -> (usize, usize) {
    let from_zero = usize::try_from(place - 1).unwrap_or_default();
    (from_zero / STAGES.len(), from_zero % STAGES.len())
}

fn kind_name(kind: usize) -> &'static str {
    KINDS.get(kind).map_or("", |(name, _)| name)
}

fn stage_label(stage: usize) -> &'static str {
    STAGES.get(stage).map_or("", |(_, label, _)| label)
}

fn begin(connection: &mut Connection) -> rusqlite::Result<Transaction<'_>> {
    connection.transaction_with_behavior(TransactionBehavior::Immediate)
}

/// An id that grows with time, as a UUID of version 7 does.
fn fresh() -> Outcome<Id> {
    let mut id = [0; 16];
    getrandom::fill(&mut id)?;
    for (byte, of_time) in id.iter_mut().zip(now().to_be_bytes().iter().skip(1)) {
        *byte = *of_time;
    }
    Ok(id)
}

fn now() -> i64 {
    let since = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}
