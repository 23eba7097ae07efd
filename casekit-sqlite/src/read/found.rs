//! What a search finds, newest or oldest first, a piece at a time, and never at a greater cost than is stated.
//!
//! Each term has its list of keys, in order. What stands in all of them is found by going through them side by side: who
//! lags behind is moved to where the others are, by a look-up if that is far away. FTS5 itself would do so too, but from
//! the beginning of both lists to the first key that they share, however far that is: two common words that never meet
//! would be read whole. Here the walk ends when its steps are used up, and says where the next goes on.

use casekit_core::store::Direction;
use casekit_core::text::Query;
use rusqlite::Connection;

use super::matching::expressions;
use crate::error::{Result, fault};
use crate::searched::is_of_note;

/// How many keys a walk reads at most: some ten milliseconds.
const STEPS: usize = 50_000;

/// What a look-up costs, in keys read in a row.
const LOOK_UP: usize = 100;

/// Up to which key FTS5 by itself looks for several terms: within so few it is the faster of the two, and has read them whole
/// in some milliseconds. Beyond, it would read both lists from their first key to the first that they share, whatever keys
/// it is asked for.
const WINDOW: i64 = 1 << 17;

/// What that costs, in keys read in a row.
const WINDOW_STEPS: usize = 10_000;

/// How many lists are gone through side by side. Further terms of a query, which are seldom, are looked up for each key that
/// these share.
const LISTS: usize = 16;

/// The least and the most keys that are read of a list at once.
const LEAST: usize = 16;
const MOST: usize = 4_096;

/// An index of the search.
#[derive(Clone, Copy)]
pub(super) enum Index {
    /// Of cases and notes.
    Entries,
    /// Of the names of customers.
    Names,
}

/// What is wanted of what is found.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kinds {
    /// All of it.
    All,
    /// Entries of cases.
    Cases,
    /// Entries of notes.
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

/// Terms in one expression.
fn all_of(expressions: &[String]) -> String {
    // A term may be an alternative of words.
    let each: Vec<String> = expressions.iter().map(|expression| format!("({expression})")).collect();
    each.join(" AND ")
}

/// What was found, and where the walk stopped.
pub(super) struct Walked {
    /// Keys, in order.
    pub(super) rowids: Vec<i64>,
    /// The key after which a walk goes on; `None` if there is nothing more.
    pub(super) end: Option<i64>,
}

/// A walk under way.
pub(super) struct Found<'a> {
    connection: &'a Connection,
    index: Index,
    kinds: Kinds,
    direction: Direction,
    lists: Vec<List>,
    /// Expressions that a key is looked up for once every list has it.
    others: Vec<String>,
    /// All terms in one expression, if FTS5 looks for them by itself.
    window: Option<String>,
    /// The first place that was not looked at; `None` at the end.
    at: Option<i64>,
    /// How many steps are left.
    steps: usize,
}

/// Finds up to so many in one go.
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
    /// Begins after a key, or with the first.
    pub(super) fn begin(
        connection: &'a Connection,
        (index, kinds): (Index, Kinds),
        query: &Query,
        direction: Direction,
        after: Option<i64>,
    ) -> Result<Self> {
        let mut expressions = expressions(connection, query)?.unwrap_or_default();
        // Long words are rare, and rare ones leave the least to be done.
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

    /// The window is for lists of which one ends within it.
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

    /// The next keys within the window.
    fn in_window(&mut self, all: &str, at: i64, want: usize) -> Result<Vec<i64>> {
        let sql = self.index.keys(self.direction);
        let params: [&dyn rusqlite::ToSql; 3] = [&all, &key(at, self.direction), &(want as i64)];
        let rowids = crate::rows::rows(self.connection, sql, &params, |row| row.get(0).map_err(fault))?;
        let last = rowids.last().filter(|_| rowids.len() == want);
        self.at = last.and_then(|last| place(*last, self.direction).checked_add(1));
        Ok(rowids)
    }

    /// The same within other limits.
    #[cfg(test)]
    pub(super) fn with_steps(self, steps: usize) -> Self {
        Self { steps, ..self }
    }

    /// The next keys: as many as are wanted, or fewer where the walk ends or its steps are used up.
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

    /// The key after which another walk goes on; `None` if there is nothing more.
    pub(super) fn end(&self) -> Option<i64> {
        self.at.map(|at| key(at.saturating_sub(1), self.direction))
    }

    /// Whether this walk has gone as far as it may.
    pub(super) fn is_spent(&self) -> bool {
        self.steps == 0
    }

    /// The next place, from one on, that stands in every list. `None` if there is none, or if the steps are used up before
    /// it; then the walk stands where it came to.
    fn meet(&mut self, from: i64, want: usize) -> Result<Option<i64>> {
        let reads = Reads { connection: self.connection, index: self.index, direction: self.direction };
        // A list by itself is read as far as is wanted.
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
            // What lies before is done with. A walk that made no way would never end.
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

/// Looks entries up one by one.
pub(super) struct Lookup<'a> {
    connection: &'a Connection,
    /// `None` if nothing can be found.
    expressions: Option<Vec<String>>,
}

impl<'a> Lookup<'a> {
    pub(super) fn new(connection: &'a Connection, query: &Query) -> Result<Self> {
        Ok(Self { connection, expressions: expressions(connection, query)? })
    }

    /// Whether the entry with this key is found.
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

/// The keys of one term, of which some are at hand.
struct List {
    expression: String,
    /// Those at hand, the next one last.
    at_hand: Vec<i64>,
    /// How many of these were used.
    used: usize,
    /// How many to read at once.
    at_once: usize,
    /// Whether nothing comes after those at hand.
    ends: bool,
}

/// By what lists are read.
struct Reads<'a> {
    connection: &'a Connection,
    index: Index,
    direction: Direction,
}

impl List {
    fn new(expression: String) -> Self {
        Self { expression, at_hand: Vec::new(), used: 0, at_once: 0, ends: false }
    }

    /// The first place from one on.
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
            // Who used all that was read needs more at once; who skipped most of it, less.
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
    /// Keys from a place on, the next one last.
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

/// Where a key stands in an order: places grow in every direction.
fn place(rowid: i64, direction: Direction) -> i64 {
    match direction {
        Direction::Ascending => rowid,
        // Unlike the negative one, it has a counterpart for every key.
        Direction::Descending => !rowid,
    }
}

/// The key that stands at a place.
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

    /// Whether an expression finds what stands under a key.
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
