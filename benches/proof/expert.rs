//! What somebody who knows SQLite would write to prove a casekit file: reads every row once, computes every hash and every
//! commitment again, and compares the newest hash of each stream with that of its state. What the events say is not folded:
//! that takes the rules.

use std::collections::HashMap;
use std::hint::black_box;
use std::path::Path;

use hmac::{Hmac, KeyInit, Mac};
use rusqlite::{Connection, OpenFlags, Row};
use sha2::{Digest as _, Sha256};

use crate::timing::Outcome;

type Digest = [u8; 32];

pub(crate) struct Expert {
    connection: Connection,
}

/// The chain of the current stream.
#[derive(Default)]
struct Chain {
    stream: i64,
    revision: i64,
    hash: Digest,
}

impl Expert {
    pub(crate) fn open(path: &Path) -> Outcome<Self> {
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        connection.execute_batch(
            "PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0; PRAGMA cell_size_check = ON;",
        )?;
        connection.query_row("SELECT count(*) FROM definitions", (), |_| Ok(()))?;
        Ok(Self { connection })
    }

    /// Proves the file; its pages and what refers to what too, if asked for.
    pub(crate) fn proves(&self, pages: bool) -> Outcome {
        if pages {
            for sql in ["PRAGMA integrity_check", "PRAGMA foreign_key_check"] {
                let mut statement = self.connection.prepare(sql)?;
                let mut rows = statement.query(())?;
                while let Some(row) = rows.next()? {
                    if row.get::<_, String>(0)? != "ok" {
                        return Err("the file is damaged".into());
                    }
                }
            }
        }
        let newest = self.states()?;
        self.chains(&newest)?;
        self.look("SELECT * FROM notes")
    }

    /// Reads every state, and keeps the newest hash of its stream.
    fn states(&self) -> Outcome<HashMap<i64, Digest>> {
        let mut newest = HashMap::new();
        for sql in [
            "SELECT c.number * 4, c.hash, c.*, b.description, b.rest
             FROM cases c LEFT JOIN case_bodies b ON b.number = c.number",
            "SELECT key * 4 + 1, hash, * FROM customers",
            "SELECT key * 4 + 2, hash, * FROM definitions",
            "SELECT key * 4 + 3, hash, * FROM people WHERE entry IS NOT NULL",
        ] {
            let mut statement = self.connection.prepare(sql)?;
            let columns = statement.column_count();
            let mut rows = statement.query(())?;
            while let Some(row) = rows.next()? {
                newest.insert(row.get(0)?, row.get(1)?);
                whole(row, columns)?;
            }
        }
        Ok(newest)
    }

    fn chains(&self, newest: &HashMap<i64, Digest>) -> Outcome {
        const SQL: &str =
            "SELECT e.stream, s.kind, s.id, e.revision, e.at, e.actor, e.on_behalf_of, e.imported_by,
            e.request, e.facts, e.personal, e.salt, e.commitment, e.hash
            FROM streams s CROSS JOIN events e ON e.stream = s.key ORDER BY s.kind, s.id, e.revision";
        let people = self.people()?;
        let mut statement = self.connection.prepare(SQL)?;
        let mut rows = statement.query(())?;
        let mut chain = Chain::default();
        while let Some(row) = rows.next()? {
            let stream: i64 = row.get(0)?;
            if stream != chain.stream {
                ends(&chain, newest)?;
                chain = Chain { stream, ..Chain::default() };
            }
            chain.follow(row, &people)?;
        }
        ends(&chain, newest)
    }

    fn people(&self) -> Outcome<HashMap<i64, String>> {
        let mut statement = self.connection.prepare("SELECT key, id FROM people")?;
        let all = statement.query_map((), |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(all.collect::<rusqlite::Result<_>>()?)
    }

    fn look(&self, sql: &str) -> Outcome {
        let mut statement = self.connection.prepare(sql)?;
        let columns = statement.column_count();
        let mut rows = statement.query(())?;
        while let Some(row) = rows.next()? {
            whole(row, columns)?;
        }
        Ok(())
    }
}

impl Chain {
    fn follow(&mut self, row: &Row<'_>, people: &HashMap<i64, String>) -> Outcome {
        let revision: i64 = row.get(3)?;
        let commitment: Option<Digest> = row.get(12)?;
        let mut hasher = Sha256::new();
        let mut part = |bytes: &[u8]| {
            hasher.update((bytes.len() as u64).to_be_bytes());
            hasher.update(bytes);
        };
        part(b"casekit event 2");
        part(&self.hash);
        part(&[row.get(1)?]);
        part(row.get_ref(2)?.as_blob()?);
        part(&revision.to_be_bytes());
        part(&row.get::<_, i64>(4)?.to_be_bytes());
        for column in [5, 6, 7] {
            let person = row.get::<_, Option<i64>>(column)?.and_then(|key| people.get(&key));
            part(person.map_or(&[], |id| id.as_bytes()));
        }
        part(row.get_ref(9)?.as_blob()?);
        part(commitment.as_ref().map_or(&[], |digest| digest.as_slice()));
        part(row.get_ref(8)?.as_blob_or_null()?.unwrap_or_default());
        if let (Some(bytes), Some(salt)) =
            (row.get_ref(10)?.as_blob_or_null()?, row.get_ref(11)?.as_blob_or_null()?)
        {
            let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(salt)?;
            mac.update(bytes);
            if commitment != Some(mac.finalize().into_bytes().into()) {
                return Err("a personal part is another".into());
            }
        }
        let hash: Digest = hasher.finalize().into();
        if hash != row.get::<_, Digest>(13)? || revision != self.revision + 1 {
            return Err("an event is another".into());
        }
        (self.revision, self.hash) = (revision, hash);
        Ok(())
    }
}

/// The newest event of a stream must be that of its state.
fn ends(chain: &Chain, newest: &HashMap<i64, Digest>) -> Outcome {
    let is_so = chain.revision == 0 || newest.get(&chain.stream) == Some(&chain.hash);
    if is_so { Ok(()) } else { Err("a state is not that of its events".into()) }
}

/// Reads every column of a row.
fn whole(row: &Row<'_>, columns: usize) -> Outcome {
    for column in 0..columns {
        black_box(row.get_ref(column)?);
    }
    Ok(())
}
