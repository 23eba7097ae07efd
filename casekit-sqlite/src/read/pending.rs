//! For whom cases are pending, as keys and SQL: what waits for somebody, less that from which they are excluded.
//!
//! Most people are excluded from nothing, and then lists are ranges of two indexes: what they or nobody hold, by what is
//! ready, and what is for anyone. Whoever is excluded from something has each case of these tested by its rows in
//! `case_exclusions`.

use casekit_core::store::Pending;
use rusqlite::Connection;
use rusqlite::types::Value;

use super::part::Part;
use super::people::person;
use crate::error::{Result, fault};
use crate::known::{Known, NOBODY};
use crate::totals;

/// Somebody for whom cases are pending.
#[derive(Clone)]
pub(super) struct PendingFor {
    /// The key of the actor.
    pub(super) by: i64,
    /// The bits of their permissions.
    pub(super) bits: u32,
    /// The keys of rows of `case_exclusions` that can be about them: the actor, the person for whom they act, and both.
    rows: Vec<(i64, i64)>,
    /// Whether there is any such row.
    pub(super) is_excluded: bool,
}

impl PendingFor {
    pub(super) fn new(connection: &Connection, known: &Known, pending: &Pending) -> Result<Self> {
        const SQL: &str = "SELECT 1 FROM case_exclusions WHERE person = ?1 LIMIT 1";
        let mut people =
            pending.people().map(|one| person(connection, known, one)).collect::<Result<Vec<i64>>>()?;
        let by = people.first().copied().unwrap_or_default();
        people.dedup();
        let mut rows: Vec<(i64, i64)> = people.iter().map(|one| (*one, NOBODY)).collect();
        if let [one, other] = people.as_slice() {
            rows.push((*one.min(other), *one.max(other)));
        }
        let mut any = connection.prepare_cached(SQL).map_err(fault)?;
        let mut is_excluded = false;
        for one in people {
            is_excluded |= any.exists([one]).map_err(fault)?;
        }
        Ok(Self { by, bits: pending.bits, rows, is_excluded })
    }

    /// Whether exclusions of one person only count, so that totals have them.
    pub(super) fn is_alone(&self) -> bool {
        self.rows.len() == 1
    }

    /// The condition that a case `c` waits for them, whatever they are excluded from.
    pub(super) fn waiting(&self) -> Part {
        let mut part = Part::of(" AND ");
        part.append(self.waits());
        part
    }

    fn waits(&self) -> Part {
        let mut part = Part::default();
        let values = [Value::from(self.by), Value::from(self.bits)];
        part.bind("(iif(+c.holder IN (0, ?), +c.ready, +c.for_anyone) & ?) <> 0", values);
        part
    }

    /// The permissions by which a case `c` is left for them, as an expression.
    pub(super) fn left(&self) -> Part {
        let shared = |column: &str| {
            let mut part = Part::default();
            part.push("+c.").push(column);
            for (person, beside) in &self.rows {
                // Nothing is taken away where there is no row: all bits are left.
                part.push(" & coalesce((SELECT x.").push(column).bind(
                    " FROM case_exclusions x WHERE x.number = c.number AND x.person = ? AND x.beside = ?), -1)",
                    [Value::from(*person), Value::from(*beside)],
                );
            }
            part
        };
        let mut part = Part::default();
        part.bind("(iif(+c.holder IN (0, ?), ", [Value::from(self.by)]).append(shared("ready")).push(", ");
        part.append(shared("for_anyone")).bind(") & ?)", [Value::from(self.bits)]);
        part
    }

    /// Whether a case `c` is pending for them, as an expression.
    pub(super) fn is_theirs(&self) -> Part {
        if !self.is_excluded {
            return self.waits();
        }
        let mut part = self.left();
        part.push(" <> 0");
        part
    }

    /// The cases `c` from which one of them is excluded, by number.
    pub(super) fn excluded(&self) -> Part {
        let mut part = Part::default();
        part.push("c.number IN (");
        for (place, (person, _)) in self.rows.iter().filter(|(_, beside)| *beside == NOBODY).enumerate() {
            part.push(if place == 0 { "" } else { " UNION ALL " });
            part.bind("SELECT number FROM case_exclusions WHERE person = ?", [Value::from(*person)]);
        }
        // Two people can be excluded together without either of them being so alone.
        for (person, beside) in self.rows.iter().filter(|(_, beside)| *beside != NOBODY) {
            let values = [Value::from(*person), Value::from(*beside)];
            part.bind(
                " UNION ALL SELECT number FROM case_exclusions WHERE person = ? AND +beside = ?",
                values,
            );
        }
        part.push(")");
        part
    }

    /// Ranges of the two indexes that have no case in common: for each set of permissions that occurs, what they or
    /// nobody hold and what is not for anyone; and what is for anyone. Each is in the order of numbers.
    pub(super) fn ranges(&self, connection: &Connection) -> Result<Vec<Part>> {
        const HELD: &str =
            "SELECT a, b, c FROM totals WHERE kind = ? AND a = ? AND (b & ?) <> 0 AND (c & ?) = 0";
        const FOR_ANYONE: &str = "SELECT DISTINCT a FROM totals WHERE kind = ? AND (a & ?) <> 0";
        let bits = || Value::from(self.bits);
        let mut held = Part::default();
        for (holder, all) in [(NOBODY, ""), (self.by, " UNION ALL ")] {
            let values = [Value::from(totals::PENDING), Value::from(holder), bits(), bits()];
            held.push(all).bind(HELD, values);
        }
        let mut ranges = held.rows(connection, |row| {
            let mut part = Part::default();
            let values = [row.get(0).map_err(fault)?, row.get(1).map_err(fault)?, row.get(2).map_err(fault)?];
            let lead = " AND c.ready <> 0 AND c.holder = ? AND c.ready = ? AND c.for_anyone = ?";
            part.bind(lead, values.map(|key: i64| Value::from(key)));
            Ok(indexed("cases_pending", part))
        })?;
        let mut open = Part::default();
        open.bind(FOR_ANYONE, [Value::from(totals::FOR_ANYONE), bits()]);
        ranges.extend(open.rows(connection, |row| {
            let key: i64 = row.get(0).map_err(fault)?;
            let mut part = Part::default();
            part.bind(" AND c.for_anyone <> 0 AND c.for_anyone = ?", [Value::from(key)]);
            Ok(indexed("cases_for_anyone", part))
        })?);
        Ok(ranges)
    }

    /// What waits for them because they or nobody hold it, and what waits for anyone, which SQLite sorts; some cases are
    /// in both.
    pub(super) fn halves(&self) -> [Part; 2] {
        let mut held = Part::default();
        held.bind(" AND c.ready <> 0 AND c.holder IN (0, ?) AND c.ready IN (", [Value::from(self.by)]);
        held.append(self.sets_held()).push(")");
        let mut open = Part::default();
        open.push(" AND c.for_anyone <> 0 AND c.for_anyone IN (").append(self.sets_for_anyone()).push(")");
        [indexed("cases_pending", held), indexed("cases_for_anyone", open)]
    }

    /// The same in one part, in no order.
    pub(super) fn few(&self) -> Part {
        let mut part = Part::default();
        part.push("cases c WHERE c.number IN (SELECT number FROM cases INDEXED BY cases_pending");
        part.bind(" WHERE ready <> 0 AND holder IN (0, ?) AND ready IN (", [Value::from(self.by)]);
        part.append(self.sets_held());
        part.push(") UNION ALL SELECT number FROM cases INDEXED BY cases_for_anyone WHERE for_anyone <> 0");
        part.push(" AND for_anyone IN (").append(self.sets_for_anyone()).push("))");
        part
    }

    /// How many there are, before exclusions.
    pub(super) fn counted(&self) -> Part {
        let (by, bits) = (Value::from(self.by), || Value::from(self.bits));
        let mut part = Part::default();
        part.bind(
            "SELECT coalesce(sum(n), 0) FROM (
            SELECT n FROM totals WHERE kind = ? AND a IN (0, ?) AND (b & ?) <> 0 AND (c & ?) = 0",
            [Value::from(totals::PENDING), by, bits(), bits()],
        );
        let open = [Value::from(totals::FOR_ANYONE), bits()];
        part.bind(" UNION ALL SELECT n FROM totals WHERE kind = ? AND (a & ?) <> 0)", open);
        part
    }

    fn sets_held(&self) -> Part {
        let mut part = Part::default();
        let values = [Value::from(totals::PENDING), Value::from(self.by), Value::from(self.bits)];
        part.bind("SELECT b FROM totals WHERE kind = ? AND a IN (0, ?) AND (b & ?) <> 0", values);
        part
    }

    fn sets_for_anyone(&self) -> Part {
        let mut part = Part::default();
        let values = [Value::from(totals::FOR_ANYONE), Value::from(self.bits)];
        part.bind("SELECT a FROM totals WHERE kind = ? AND (a & ?) <> 0", values);
        part
    }
}

/// Cases `c` from an index, with conditions that it answers.
pub(super) fn indexed(index: &str, lead: Part) -> Part {
    let mut part = Part::default();
    part.push("cases c INDEXED BY ").push(index).push(" WHERE true").append(lead);
    part
}
