//! What a transaction writes once, at its end: counts, entries of the search, and that definitions changed.
//!
//! FTS5 writes a segment at every savepoint that follows a change, and counts of a bulk fall on the same rows again
//! and again; so both are summed up first. A refused commit leaves nothing here: each gathers its own, and only what
//! was written is [absorbed](Deferred::absorb).

use std::collections::BTreeMap;

use casekit_core::model::{Case, NoteId, Visibility};
use rusqlite::{OptionalExtension, Transaction, params};
use uuid::Uuid;

use crate::error::{Result, fault};
use crate::value::{category_code, integer, visibility_code};

/// What is still to be written.
#[derive(Default)]
pub(super) struct Deferred {
    counts: BTreeMap<Group, i64>,
    entries: BTreeMap<i64, Option<Entry>>,
    names: BTreeMap<i64, Renamed>,
    definitions: bool,
}

/// The cases that are counted together.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Group {
    case_type: Uuid,
    stage: String,
    holder: String,
    category: u8,
    ready_bits: u32,
}

impl Group {
    fn of(case: &Case) -> Self {
        Self {
            case_type: case.case_type.0,
            stage: case.stage.as_str().to_owned(),
            holder: case.holder_id().map_or("", |holder| holder.as_str()).to_owned(),
            category: category_code(case.category),
            ready_bits: case.ready_bits(),
        }
    }
}

/// An entry of the search.
#[derive(PartialEq, Eq)]
pub(super) struct Entry {
    /// The case.
    pub(super) number: i64,
    /// The note, if it is one.
    pub(super) note: Option<NoteId>,
    /// Who can see the note.
    pub(super) visibility: Option<Visibility>,
    /// What is indexed.
    pub(super) terms: String,
}

/// The terms of a customer's name: those in the index, and those that should be.
struct Renamed {
    from: Option<String>,
    to: String,
}

impl Deferred {
    /// A case left a group.
    pub(super) fn uncount(&mut self, case: &Case) {
        *self.counts.entry(Group::of(case)).or_default() -= 1;
    }

    /// A case joined a group.
    pub(super) fn count(&mut self, case: &Case) {
        *self.counts.entry(Group::of(case)).or_default() += 1;
    }

    /// An entry is this from now on; `None` for gone.
    pub(super) fn entry(&mut self, id: i64, entry: Option<Entry>) {
        self.entries.insert(id, entry);
    }

    /// A customer's name has other terms; `from` is `None` for a new customer.
    pub(super) fn name(&mut self, key: i64, from: Option<String>, to: String) {
        let renamed = self.names.entry(key).or_insert_with(|| Renamed { from, to: String::new() });
        renamed.to = to;
    }

    /// A setting, a workflow or a case type changed.
    pub(super) fn definition(&mut self) {
        self.definitions = true;
    }

    /// Takes over what a later commit left.
    pub(super) fn absorb(&mut self, later: Self) {
        for (group, n) in later.counts {
            *self.counts.entry(group).or_default() += n;
        }
        self.entries.extend(later.entries);
        for (key, renamed) in later.names {
            self.name(key, renamed.from, renamed.to);
        }
        self.definitions |= later.definitions;
    }

    /// Writes all of it. Entries from `first` on are new.
    pub(super) fn write(self, change: &Transaction<'_>, first: u64) -> Result<()> {
        for (group, n) in self.counts.iter().filter(|(_, n)| **n != 0) {
            write_count(change, group, *n)?;
        }
        let first = integer(first);
        for (id, entry) in self.entries {
            write_entry(change, id, id >= first, entry)?;
        }
        for (key, renamed) in self.names {
            write_name(change, key, renamed)?;
        }
        if self.definitions {
            let sql = "UPDATE file SET generation = generation + 1";
            change.prepare_cached(sql).and_then(|mut bump| bump.execute(())).map_err(fault)?;
        }
        Ok(())
    }
}

fn write_count(change: &Transaction<'_>, group: &Group, n: i64) -> Result<()> {
    const ADD: &str = "INSERT INTO case_counts (case_type, stage, holder, category, ready_bits, n)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT DO UPDATE SET n = n + excluded.n";
    const DROP: &str = "DELETE FROM case_counts
        WHERE case_type = ?1 AND stage = ?2 AND holder = ?3 AND category = ?4 AND ready_bits = ?5 AND n = 0";
    let id = group.case_type.as_bytes();
    let mut add = change.prepare_cached(ADD).map_err(fault)?;
    let Group { stage, holder, category, ready_bits, .. } = group;
    add.execute(params![id, stage, holder, category, ready_bits, n]).map_err(fault)?;
    if n < 0 {
        let mut drop = change.prepare_cached(DROP).map_err(fault)?;
        drop.execute(params![id, stage, holder, category, ready_bits]).map_err(fault)?;
    }
    Ok(())
}

fn write_entry(change: &Transaction<'_>, id: i64, is_new: bool, entry: Option<Entry>) -> Result<()> {
    const OLD: &str = "SELECT terms FROM search_entries WHERE id = ?1";
    const PUT: &str =
        "INSERT INTO search_entries (id, number, note, visibility, terms) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (id) DO UPDATE SET visibility = excluded.visibility, terms = excluded.terms";
    const DROP: &str = "DELETE FROM search_entries WHERE id = ?1";
    const INDEX: &str = "INSERT INTO search (rowid, terms) VALUES (?1, ?2)";
    const UNINDEX: &str = "INSERT INTO search (search, rowid, terms) VALUES ('delete', ?1, ?2)";
    let prepare = |sql| change.prepare_cached(sql).map_err(fault);
    let old: Option<String> = match is_new {
        true => None,
        false => prepare(OLD)?.query_row([id], |row| row.get(0)).optional().map_err(fault)?,
    };
    let same = old.is_some() && old.as_deref() == entry.as_ref().map(|entry| entry.terms.as_str());
    if let Some(old) = old.filter(|_| !same) {
        prepare(UNINDEX)?.execute(params![id, old]).map_err(fault)?;
    }
    let Some(entry) = entry else {
        if !is_new {
            prepare(DROP)?.execute([id]).map_err(fault)?;
        }
        return Ok(());
    };
    let note = entry.note.map(|note| note.0);
    let visibility = entry.visibility.map(visibility_code);
    let row = params![id, entry.number, note.as_ref().map(Uuid::as_bytes), visibility, entry.terms];
    prepare(PUT)?.execute(row).map_err(fault)?;
    if !same {
        prepare(INDEX)?.execute(params![id, entry.terms]).map_err(fault)?;
    }
    Ok(())
}

fn write_name(change: &Transaction<'_>, key: i64, renamed: Renamed) -> Result<()> {
    const INDEX: &str = "INSERT INTO customer_search (rowid, terms) VALUES (?1, ?2)";
    const UNINDEX: &str =
        "INSERT INTO customer_search (customer_search, rowid, terms) VALUES ('delete', ?1, ?2)";
    let prepare = |sql| change.prepare_cached(sql).map_err(fault);
    if let Some(from) = renamed.from {
        prepare(UNINDEX)?.execute(params![key, from]).map_err(fault)?;
    }
    prepare(INDEX)?.execute(params![key, renamed.to]).map_err(fault)?;
    Ok(())
}

/// Compares the indexes of the search, word for word, with what they index. SQLite asks for it with an insert.
pub(super) fn check_indexes(change: &Transaction<'_>) -> Result<()> {
    let checks = [
        "INSERT INTO search (search, rank) VALUES ('integrity-check', 1)",
        "INSERT INTO customer_search (customer_search, rank) VALUES ('integrity-check', 1)",
    ];
    for sql in checks {
        change.execute(sql, ()).map_err(fault)?;
    }
    Ok(())
}
