//! How many cases there are of what: kept with every change.

use std::collections::BTreeMap;

use rusqlite::{Transaction, params};

use super::parts;
use crate::timing::Outcome;

/// What of a case is counted.
#[derive(Clone, Copy)]
pub(super) struct Group {
    pub(super) place: i64,
    pub(super) holder: i64,
    pub(super) ready: i64,
}

type Key = (i64, i64, i64);

impl Group {
    fn keys(self) -> impl Iterator<Item = Key> {
        let by_type = (2, self.holder, parts(self.place).0 as i64);
        let always = [(1, self.place, 0), by_type, (3, self.holder, self.place)];
        always.into_iter().chain((self.ready != 0).then_some((4, self.holder, self.ready)))
    }
}

/// Changes of totals, summed.
#[derive(Default)]
pub(super) struct Totals(BTreeMap<Key, i64>);

impl Totals {
    /// A case comes to a group, from another if it was in one.
    pub(super) fn moved(&mut self, from: Option<Group>, to: Group) {
        for key in from.into_iter().flat_map(Group::keys) {
            *self.0.entry(key).or_default() -= 1;
        }
        for key in to.keys() {
            *self.0.entry(key).or_default() += 1;
        }
    }

    /// A case of a place gets a tag.
    pub(super) fn tagged(&mut self, tag: i64, place: i64) {
        *self.0.entry((5, tag, place)).or_default() += 1;
    }

    pub(super) fn write(self, change: &Transaction<'_>) -> Outcome {
        const SQL: &str = "INSERT INTO totals (kind, a, b, n) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT DO UPDATE SET n = n + excluded.n";
        let mut add = change.prepare_cached(SQL)?;
        for ((kind, a, b), n) in self.0.into_iter().filter(|(_, n)| *n != 0) {
            add.execute(params![kind, a, b, n])?;
        }
        Ok(())
    }
}
