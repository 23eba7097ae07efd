//! What a search finds, newest or oldest first, a piece at a time and at a bounded cost.
//!
//! Each term has a list of keys, in order. The keys that are in all lists are found by going through the lists side by
//! side: a list that is behind is moved to where the others are, by a look-up if that is far away. FTS5 would do the
//! same, but always up to the first key that the lists share, however far that is: of two common words that never occur
//! together it would read both lists whole. Here the walk ends when its steps are used up, and says where the next one
//! continues.

use casekit_core::search::Query;
use casekit_core::store::Direction;
use rusqlite::Connection;

use super::matching::expressions;
use crate::error::{Result, fault};
use crate::searched::{case_rowid, is_of_note};

/// The most keys that a walk reads: some ten milliseconds.
const STEPS: usize = 50_000;

/// What a look-up costs, as a number of keys read one after the other.
const LOOK_UP: usize = 100;

/// If one of the lists ends at this key or before, FTS5 intersects them itself: it is faster than the walk then, and
/// reads them whole in some milliseconds. With longer lists it would read all of them from their first key to the first
/// shared one, whichever keys it is asked for.
const WINDOW: i64 = 1 << 17;

/// What that costs, as a number of keys read one after the other.
const WINDOW_STEPS: usize = 10_000;

/// The most lists that are gone through side by side. Queries with more terms are rare; the other terms are looked up
/// for each key that these lists share.
const LISTS: usize = 16;

/// The fewest and the most keys of a list that one statement reads.
const LEAST: usize = 16;
const MOST: usize = 4_096;

/// One of the search indexes.
#[derive(Clone, Copy)]
pub(super) enum Index {
    /// The index of cases and notes.
    Entries,
    /// The index of customers' names.
    Names,
}

/// Which kinds of entries are wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kinds {
    /// Cases and notes, or all names.
    All,
    /// Cases only.
    Cases,
    /// Notes only.
    Notes,
}

impl Kinds {
    fn has(self, rowid: i64) -> bool {
        match self {
            Self::All => true,
            Self::Cases => !is_of_note(rowid),
            Self::Notes => is_of_note(rowid),
        }
    }
}

/// One expression for entries that have all terms.
fn all_of(expressions: &[String]) -> String {
    // In parentheses, since the expression of a term can be several words joined by `OR`.
    let each: Vec<String> = expressions.iter().map(|expression| format!("({expression})")).collect();
    each.join(" AND ")
}

/// What a walk found, and where it stopped.
pub(super) struct Walked {
    /// The keys that were found, in order.
    pub(super) rowids: Vec<i64>,
    /// The key after which the next walk continues; `None` at the end of the lists.
    pub(super) end: Option<i64>,
}

/// A walk in progress.
pub(super) struct Found<'a> {
    connection: &'a Connection,
    index: Index,
    kinds: Kinds,
    direction: Direction,
    lists: Vec<List>,
    /// The expressions beyond `LISTS`, for which each key that is in every list is looked up.
    others: Vec<String>,
    /// All terms in one expression, if FTS5 intersects the lists itself.
    window: Option<String>,
    /// The first place that was not looked at yet; `None` at the end.
    at: Option<i64>,
    /// How many of its steps are left.
    steps: usize,
}

/// Finds at most `want` keys in one walk.
pub(super) fn walk(
    connection: &Connection,
    (index, kinds): (Index, Kinds),
    query: &Query,
    direction: Direction,
    after: Option<i64>,
    want: usize,
) -> Result<Walked> {
    let mut found = Found::begin(connection, (index, kinds), query, direction, after)?;
    let rowids = found.next(want)?;
    Ok(Walked { rowids, end: found.end() })
}

impl<'a> Found<'a> {
    /// Begins a walk after a key, or at the first one.
    pub(super) fn begin(
        connection: &'a Connection,
        (index, kinds): (Index, Kinds),
        query: &Query,
        direction: Direction,
        after: Option<i64>,
    ) -> Result<Self> {
        let mut expressions = expressions(connection, query)?.unwrap_or_default();
        // Longest first: long words are rare, and a rare word moves the other lists furthest.
        expressions.sort_by_key(|expression| std::cmp::Reverse(expression.len()));
        let others = expressions.split_off(LISTS.min(expressions.len()));
        let all = (expressions.len() > 1 && others.is_empty()).then(|| all_of(&expressions));
        let lists: Vec<List> = expressions.into_iter().map(List::new).collect();
        let first = after.map_or(i64::MIN, |after| place(after, direction).saturating_add(1));
        let at = (!lists.is_empty()).then_some(first);
        let mut found =
            Self { connection, index, kinds, direction, lists, others, window: None, at, steps: STEPS };
        if let Some(all) = all {
            found.open_window(all)?;
        }
        Ok(found)
    }

    /// Leaves the intersection to FTS5 if the first list ends within the window.
    fn open_window(&mut self, all: String) -> Result<()> {
        let newest = Direction::Descending;
        let reads = Reads { connection: self.connection, index: self.index, direction: newest };
        let Some(list) = self.lists.first() else { return Ok(()) };
        let last = reads.keys(&list.expression, place(i64::MAX, newest), 1)?;
        self.steps = self.steps.saturating_sub(LOOK_UP);
        if last.iter().all(|last| key(*last, newest) <= WINDOW) {
            self.window = Some(all);
            self.steps = self.steps.saturating_sub(WINDOW_STEPS);
        }
        Ok(())
    }

    /// The next keys, as FTS5 finds them.
    fn in_window(&mut self, all: &str, at: i64, want: usize) -> Result<Vec<i64>> {
        let sql = self.index.keys(self.direction);
        let params: [&dyn rusqlite::ToSql; 3] = [&all, &key(at, self.direction), &(want as i64)];
        let rowids = crate::rows::rows(self.connection, sql, &params, |row| row.get(0).map_err(fault))?;
        let last = rowids.last().filter(|_| rowids.len() == want);
        self.at = last.and_then(|last| place(*last, self.direction).checked_add(1));
        Ok(rowids)
    }

    /// The same walk with another number of steps.
    #[cfg(test)]
    pub(super) fn with_steps(self, steps: usize) -> Self {
        Self { steps, ..self }
    }

    /// The next keys: as many as are wanted, or fewer if the walk ends or its steps are used up.
    pub(super) fn next(&mut self, want: usize) -> Result<Vec<i64>> {
        let mut found = Vec::new();
        while let Some(at) = self.at
            && found.len() < want
            && self.steps > 0
        {
            if let Some(all) = self.window.clone() {
                let rowids = self.in_window(&all, at, want - found.len())?;
                found.extend(rowids.into_iter().filter(|rowid| self.kinds.has(*rowid)));
                continue;
            }
            let Some(place) = self.meet(at, want - found.len())? else { continue };
            let rowid = key(place, self.direction);
            self.at = place.checked_add(1);
            if self.kinds.has(rowid) && self.has_others(rowid)? {
                found.push(rowid);
            }
        }
        Ok(found)
    }

    /// The key after which another walk continues; `None` at the end of the lists.
    pub(super) fn end(&self) -> Option<i64> {
        self.at.map(|at| key(at.saturating_sub(1), self.direction))
    }

    /// Whether the walk has used up its steps.
    pub(super) fn is_spent(&self) -> bool {
        self.steps == 0
    }

    /// The next place that is in every list, from `from` on. `None` if there is none, or if the steps are used up
    /// before it; then `at` is where the walk stopped.
    fn meet(&mut self, from: i64, want: usize) -> Result<Option<i64>> {
        let reads = Reads { connection: self.connection, index: self.index, direction: self.direction };
        // A single list is read as far as is wanted, since every key of it is found.
        let least = if self.lists.len() == 1 { want.clamp(LEAST, MOST) } else { LEAST };
        let mut place = from;
        let mut agreed = 0;
        while agreed < self.lists.len() {
            for list in &mut self.lists {
                let Some(next) = list.from(place, least, &reads, &mut self.steps)? else {
                    self.at = None;
                    return Ok(None);
                };
                agreed = if next == place { agreed + 1 } else { 1 };
                place = next;
            }
            // Everything before this place is done. The walk stops only after it has made progress, or the next one
            // would stop at the same place for ever.
            if agreed < self.lists.len() && self.steps == 0 && place > from {
                self.at = Some(place);
                return Ok(None);
            }
        }
        Ok(Some(place))
    }

    fn has_others(&mut self, rowid: i64) -> Result<bool> {
        for expression in &self.others {
            self.steps = self.steps.saturating_sub(LOOK_UP);
            if !self.index.has(self.connection, expression, rowid)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Tells for single entries whether a query finds them.
pub(super) struct Lookup<'a> {
    connection: &'a Connection,
    /// `None` if the query can find nothing.
    expressions: Option<Vec<String>>,
}

impl<'a> Lookup<'a> {
    pub(super) fn new(connection: &'a Connection, query: &Query) -> Result<Self> {
        Ok(Self { connection, expressions: expressions(connection, query)? })
    }

    /// Whether the query finds the case with this number.
    pub(super) fn has_case(&self, number: i64) -> Result<bool> {
        const ENTRY: &str = "SELECT entry FROM cases WHERE number = ?1";
        let mut entry = self.connection.prepare_cached(ENTRY).map_err(fault)?;
        self.has(case_rowid(entry.query_row([number], |row| row.get(0)).map_err(fault)?))
    }

    /// Whether the query finds the entry with this key.
    pub(super) fn has(&self, rowid: i64) -> Result<bool> {
        let Some(expressions) = &self.expressions else { return Ok(false) };
        for expression in expressions {
            if !Index::Entries.has(self.connection, expression, rowid)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// The keys of one term, read in pieces.
struct List {
    expression: String,
    /// The places that were read and not passed yet, the next one last, so that passing one only shortens the list.
    at_hand: Vec<i64>,
    /// How many of these were asked for.
    used: usize,
    /// How many were read at once.
    at_once: usize,
    /// Whether these are the last ones.
    ends: bool,
}

/// What it takes to read a list.
struct Reads<'a> {
    connection: &'a Connection,
    index: Index,
    direction: Direction,
}

impl List {
    fn new(expression: String) -> Self {
        Self { expression, at_hand: Vec::new(), used: 0, at_once: 0, ends: false }
    }

    /// The first place of the list from `place` on; `None` if there is none.
    fn from(
        &mut self,
        place: i64,
        least: usize,
        reads: &Reads<'_>,
        steps: &mut usize,
    ) -> Result<Option<i64>> {
        let left = self.at_hand.partition_point(|at| *at >= place);
        self.at_hand.truncate(left);
        if self.at_hand.is_empty() && !self.ends {
            // If much of the last piece was used, a larger piece follows; if most of it was skipped, a smaller one.
            let at_once = if self.used * 4 >= self.at_once { self.at_once * 2 } else { self.at_once / 4 };
            self.at_once = at_once.clamp(least, MOST);
            self.at_hand = reads.keys(&self.expression, place, self.at_once)?;
            self.ends = self.at_hand.len() < self.at_once;
            self.used = 0;
            *steps = steps.saturating_sub(self.at_hand.len() + LOOK_UP);
        }
        self.used += 1;
        Ok(self.at_hand.last().copied())
    }
}

impl Reads<'_> {
    /// The places of the keys from a place on, the next one last.
    fn keys(&self, expression: &str, from: i64, limit: usize) -> Result<Vec<i64>> {
        let sql = self.index.keys(self.direction);
        let from = key(from, self.direction);
        let params: [&dyn rusqlite::ToSql; 3] = [&expression, &from, &(limit as i64)];
        let mut places = crate::rows::rows(self.connection, sql, &params, |row| {
            row.get(0).map(|rowid| place(rowid, self.direction)).map_err(fault)
        })?;
        places.reverse();
        Ok(places)
    }
}

/// The place of a key: places ascend in either direction.
fn place(rowid: i64, direction: Direction) -> i64 {
    match direction {
        Direction::Ascending => rowid,
        // Unlike negation, the complement exists for every key.
        Direction::Descending => !rowid,
    }
}

/// The key at a place.
fn key(place: i64, direction: Direction) -> i64 {
    match direction {
        Direction::Ascending => place,
        Direction::Descending => !place,
    }
}

impl Index {
    fn keys(self, direction: Direction) -> &'static str {
        match (self, direction) {
            (Self::Entries, Direction::Ascending) => {
                "SELECT rowid FROM search WHERE search MATCH ?1 AND rowid >= ?2 ORDER BY rowid LIMIT ?3"
            }
            (Self::Entries, Direction::Descending) => {
                "SELECT rowid FROM search WHERE search MATCH ?1 AND rowid <= ?2 ORDER BY rowid DESC LIMIT ?3"
            }
            (Self::Names, Direction::Ascending) => {
                "SELECT rowid FROM customer_search WHERE customer_search MATCH ?1 AND rowid >= ?2
                ORDER BY rowid LIMIT ?3"
            }
            (Self::Names, Direction::Descending) => {
                "SELECT rowid FROM customer_search WHERE customer_search MATCH ?1 AND rowid <= ?2
                ORDER BY rowid DESC LIMIT ?3"
            }
        }
    }

    /// Whether an expression finds the entry with a key.
    fn has(self, connection: &Connection, expression: &str, rowid: i64) -> Result<bool> {
        let sql = match self {
            Self::Entries => "SELECT 1 FROM search WHERE search MATCH ?1 AND rowid = ?2",
            Self::Names => "SELECT 1 FROM customer_search WHERE customer_search MATCH ?1 AND rowid = ?2",
        };
        let mut one = connection.prepare_cached(sql).map_err(fault)?;
        one.exists((expression, rowid)).map_err(fault)
    }
}

#[cfg(test)]
mod tests;
