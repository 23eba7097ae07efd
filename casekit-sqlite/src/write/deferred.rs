//! What a transaction writes once, at its end: totals, search entries, and the new generation if definitions changed.
//!
//! FTS5 writes a segment at every savepoint that follows a change, and commits in bulk change the same totals over and
//! over; so both are summed up first. A refused commit leaves nothing here: each commit gathers its own, and only what
//! was written is [absorbed](Deferred::absorb).

use std::collections::BTreeMap;

use casekit_core::durations::{Bucket, SpanGroup, Tally};
use casekit_core::model::Month;
use rusqlite::{Transaction, params};

use super::index::Index;
use super::memory::Memory;
use crate::durations::{self, Figures, Sums};
use crate::error::{Result, fault};
use crate::read::catalog::NEXT_GENERATION;
use crate::tags::Moved;
use crate::totals::{BY_TAG, Counted, Group};

/// What is still to be written.
#[derive(Default)]
pub(super) struct Deferred {
    totals: BTreeMap<Group, i64>,
    durations: Figures,
    /// Changes of search entries.
    pub(super) search: Index,
    definitions: bool,
}

impl Deferred {
    /// Subtracts a case from the groups that it was in.
    pub(super) fn uncount(&mut self, case: &Counted) {
        case.groups().for_each(|group| *self.totals.entry(group).or_default() -= 1);
    }

    /// Adds a case to the groups that it is in.
    pub(super) fn count(&mut self, case: &Counted) {
        case.groups().for_each(|group| *self.totals.entry(group).or_default() += 1);
    }

    /// Counts the cases of a tag as those of the one into which it is merged.
    pub(super) fn merge_tag(&mut self, from: i64, into: i64, moved: &[Moved]) {
        for one in moved {
            *self.totals.entry([BY_TAG, from, one.place, 0]).or_default() -= one.lose;
            *self.totals.entry([BY_TAG, into, one.place, 0]).or_default() += one.get;
        }
    }

    /// Adds what a change of a case makes of how long things took.
    pub(super) fn measure(&mut self, change: &Tally) {
        for (group, month, bucket, sums) in change.iter() {
            self.add((group.clone(), month, bucket), sums);
        }
    }

    fn add(&mut self, of: (SpanGroup, Month, Bucket), (n, seconds): Sums) {
        let sums = self.durations.entry(of).or_default();
        *sums = (sums.0 + n, sums.1.saturating_add(seconds));
    }

    /// Whether settings, a workflow or a case type changed.
    pub(super) fn has_definitions(&self) -> bool {
        self.definitions
    }

    /// Notes that settings, a workflow or a case type changed.
    pub(super) fn definition(&mut self) {
        self.definitions = true;
    }

    /// Adds what a later commit of the transaction left.
    pub(super) fn absorb(&mut self, later: Self) {
        for (group, n) in later.totals {
            *self.totals.entry(group).or_default() += n;
        }
        later.durations.into_iter().for_each(|(of, sums)| self.add(of, sums));
        self.search.absorb(later.search);
        self.definitions |= later.definitions;
    }

    /// Writes everything. To be called once, after the last commit of the transaction.
    pub(super) fn write(self, change: &Transaction<'_>, memory: &mut Memory) -> Result<()> {
        write_totals(change, &self.totals)?;
        write_durations(change, &self.durations, memory)?;
        self.search.write(change, memory)?;
        if self.definitions {
            change.prepare_cached(NEXT_GENERATION).and_then(|mut bump| bump.execute(())).map_err(fault)?;
        }
        Ok(())
    }
}

fn write_durations(change: &Transaction<'_>, figures: &Figures, memory: &mut Memory) -> Result<()> {
    let mut cells = BTreeMap::new();
    for ((group, month, bucket), sums) in figures {
        let span = memory.span_group(change, group)?;
        cells.insert([span, month.number().into(), bucket.number().into()], *sums);
    }
    durations::write(change, &cells)
}

/// Writes totals. A group without cases must have no row: lists would look into it, and counts would show it. Nearly
/// every group that changes has a row and keeps it, so that is tried first and takes one statement.
fn write_totals(change: &Transaction<'_>, totals: &BTreeMap<Group, i64>) -> Result<()> {
    const ADD: &str = "UPDATE totals SET n = n + ?5
        WHERE kind = ?1 AND a = ?2 AND b = ?3 AND c = ?4 AND n + ?5 <> 0";
    const BEGIN: &str = "INSERT INTO totals (kind, a, b, c, n) VALUES (?1, ?2, ?3, ?4, ?5)";
    const DROP: &str = "DELETE FROM totals WHERE kind = ?1 AND a = ?2 AND b = ?3 AND c = ?4 AND n = -?5";
    let mut changed = totals.iter().filter(|(_, n)| **n != 0).peekable();
    if changed.peek().is_none() {
        return Ok(());
    }
    let mut add = change.prepare_cached(ADD).map_err(fault)?;
    for ([kind, a, b, c], n) in changed {
        if add.execute(params![kind, a, b, c, n]).map_err(fault)? == 0 {
            let sql = if *n < 0 { DROP } else { BEGIN };
            let mut other = change.prepare_cached(sql).map_err(fault)?;
            other.execute(params![kind, a, b, c, n]).map_err(fault)?;
        }
    }
    Ok(())
}
