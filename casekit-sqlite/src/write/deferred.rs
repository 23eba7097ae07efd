//! What a transaction writes once, at its end: counts, entries of the search, and that definitions changed.
//!
//! FTS5 writes a segment at every savepoint that follows a change, and counts of a bulk fall on the same rows again
//! and again; so both are summed up first. A refused commit leaves nothing here: each gathers its own, and only what
//! was written is [absorbed](Deferred::absorb).

use std::collections::BTreeMap;

use casekit_core::model::Case;
use rusqlite::{Transaction, params};
use uuid::Uuid;

use super::index::Index;
use crate::error::{Result, fault};
use crate::value::category_code;

/// What is still to be written.
#[derive(Default)]
pub(super) struct Deferred {
    counts: BTreeMap<Group, i64>,
    /// The search.
    pub(super) search: Index,
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

impl Deferred {
    /// A case left a group.
    pub(super) fn uncount(&mut self, case: &Case) {
        *self.counts.entry(Group::of(case)).or_default() -= 1;
    }

    /// A case joined a group.
    pub(super) fn count(&mut self, case: &Case) {
        *self.counts.entry(Group::of(case)).or_default() += 1;
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
        self.search.absorb(later.search);
        self.definitions |= later.definitions;
    }

    /// Writes all of it. Entries from `first` on are new.
    pub(super) fn write(self, change: &Transaction<'_>, first: u64) -> Result<()> {
        for (group, n) in self.counts.iter().filter(|(_, n)| **n != 0) {
            write_count(change, group, *n)?;
        }
        self.search.write(change, first)?;
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
