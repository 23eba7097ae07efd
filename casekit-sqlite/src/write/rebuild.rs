//! Making the search anew, in steps, where a library with other text rules made it.
//!
//! Each step is a transaction that also writes how far it came. So whoever is killed loses one step, and two who open the
//! file at once take turns. The old terms cannot be taken out one by one, since only the old rules know them: the first
//! step empties the indexes.

use std::ops::ControlFlow;
use std::time::Duration;

use casekit_core::store::{StoreError, StoreErrorKind};
use casekit_core::text::RULES;
use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::fill::{self, Fill};
use crate::error::{Result, damaged, fault, is_of_search};
use crate::open::wait_for_others;
use crate::read::catalog;
use crate::read::check::search::totals;
use crate::rows::count;
use crate::schema;
use crate::searched::Part;

/// How many terms and how many rows one step makes, whichever comes first: some hundred milliseconds.
const TERMS: usize = 50_000;
const ROWS: usize = 2_000;

/// How far the search was made anew: how many entries it has, and how many there will be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SearchProgress {
    /// The number of entries that were made so far.
    pub made: u64,
    /// The number of entries in all: cases, notes and names of customers.
    pub total: u64,
}

/// Makes the search anew unless it is made by this library's text rules. `tell` is called after each step, and can end it
/// with `Break`.
///
/// # Errors
/// Damage, if something in the file cannot be read that opening reads: then nothing was changed. `Cancelled` after `Break`: the
/// next call continues. `TooNew` if a newer library came first. `Busy` if another process
/// writes for longer than `patience`.
pub(crate) fn rebuild(
    connection: &mut Connection,
    patience: Duration,
    tell: &mut dyn FnMut(SearchProgress) -> ControlFlow<()>,
) -> Result<()> {
    let place = Place::read(connection)?;
    if place == Place::Done {
        return Ok(());
    }
    is_readable(connection)?;
    let mut so_far = place.progress(connection)?;
    wait_for_others(connection, patience)?;
    let mut filling = Filling::default();
    loop {
        let step = match filling.step(connection, false) {
            // What others have made is damaged, so none of it stays.
            Err(error) if is_of_search(&error) && !filling.has_begun => filling.step(connection, true),
            step => step,
        };
        let Some((next, made)) = step? else { return Ok(()) };
        so_far.made = if next == BEGUN { 0 } else { (so_far.made + made).min(so_far.total) };
        if tell(so_far).is_break() && next != Place::Done {
            let message = "making the search anew was cancelled; open the file again to continue";
            return Err(StoreError::new(StoreErrorKind::Cancelled, message));
        }
    }
}

/// Reads what is made into the search, and what whoever opens the file reads next. A file that is refused for damage must
/// stay as it was, and the first step is written long before the last one reads.
fn is_readable(connection: &Connection) -> Result<()> {
    /// Counts streams of definitions that are not there.
    const WITHOUT: &str =
        "SELECT count(*) FROM streams WHERE key & 3 = 2 AND key >> 2 NOT IN (SELECT key FROM definitions)";
    let moment = connection.unchecked_transaction().map_err(fault)?;
    catalog::parse(&moment)?;
    if count(&moment, WITHOUT)? != 0 {
        return Err(damaged("streams"));
    }
    Part::ALL.into_iter().try_for_each(|part| part.can_be_read(&moment))?;
    moment.commit().map_err(fault)
}

/// How far the search was made by the rules of this library.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place {
    /// It was made by other rules.
    Begin,
    /// Up to a key of a part.
    At(Part, i64),
    /// All of it.
    Done,
}

impl Place {
    fn read(connection: &Connection) -> Result<Self> {
        const SQL: &str = "SELECT text_rules, search_part, search_after FROM file";
        let mut statement = connection.prepare_cached(SQL).map_err(fault)?;
        let (rules, part, after): (i64, i64, i64) =
            statement.query_row((), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).map_err(fault)?;
        if rules != i64::from(RULES) {
            return Ok(Self::Begin);
        }
        Ok(match part {
            0 => Self::Done,
            1 => Self::At(Part::Cases, after),
            2 => Self::At(Part::Notes, after),
            3 => Self::At(Part::Names, after),
            _ => Self::Begin,
        })
    }

    pub(super) fn write(self, change: &Transaction<'_>) -> Result<()> {
        const SQL: &str = "UPDATE file SET text_rules = ?1, search_part = ?2, search_after = ?3";
        let (part, after) = match self {
            Self::Begin | Self::At(Part::Cases, _) => (1, self.after()),
            Self::At(Part::Notes, _) => (2, self.after()),
            Self::At(Part::Names, _) => (3, self.after()),
            Self::Done => (0, 0),
        };
        let mut statement = change.prepare_cached(SQL).map_err(fault)?;
        statement.execute((RULES, part, after)).map_err(fault)?;
        Ok(())
    }

    fn after(self) -> i64 {
        match self {
            Self::At(_, after) => after,
            Self::Begin | Self::Done => 0,
        }
    }

    /// How much is made and how much there is, counted. That reads every key, so it is done once.
    fn progress(self, connection: &Connection) -> Result<SearchProgress> {
        let (mut made, mut total, mut is_before) = (0, 0, self != Self::Begin);
        for part in Part::ALL {
            let all = count(connection, part.count())?.unsigned_abs();
            total += all;
            made += match self {
                Self::At(at, after) if at == part => {
                    is_before = false;
                    let sql = format!("{} AND {} <= {after}", part.count(), part.key());
                    count(connection, &sql)?.unsigned_abs()
                }
                Self::Begin | Self::At(..) | Self::Done if is_before => all,
                Self::Begin | Self::At(..) | Self::Done => 0,
            };
        }
        Ok(SearchProgress { made, total })
    }
}

/// Where the second step begins: the first has emptied the indexes.
const BEGUN: Place = Place::At(Part::Cases, 0);

/// Filling the indexes, a transaction a step.
#[derive(Default)]
struct Filling {
    fill: Fill,
    /// Whether it was begun here, and not by another process or by another opening.
    has_begun: bool,
}

impl Filling {
    /// Takes the next step, the first one if `anew`. Returns where the following one begins and how many entries were made, or
    /// `None` if there was nothing to do.
    fn step(&mut self, connection: &mut Connection, anew: bool) -> Result<Option<(Place, u64)>> {
        let change = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(fault)?;
        // Another process may have gone on, or have newer rules.
        schema::verify(&change)?;
        let (next, made) = match Place::read(&change)? {
            Place::Done => return Ok(None),
            Place::At(part, after) if !anew => step(&change, &mut self.fill, part, after)?,
            Place::Begin | Place::At(..) => (self.begin(&change)?, 0),
        };
        // A file can say of itself that only a part is made, when all of it was: then some entries came twice.
        let is_all = next != Place::Done || self.has_begun || has_all(&change)?;
        let next = if is_all { next } else { self.begin(&change)? };
        next.write(&change)?;
        change.commit().map_err(fault)?;
        Ok(Some((next, made)))
    }

    fn begin(&mut self, change: &Transaction<'_>) -> Result<Place> {
        self.has_begun = true;
        self.fill = Fill::default();
        fill::say_format(change)?;
        fill::empty(change)?;
        Ok(BEGUN)
    }
}

/// Whether the indexes have as many rows as there are texts.
fn has_all(change: &Transaction<'_>) -> Result<bool> {
    // FTS5 counts in memory until then.
    const FLUSH: &str = "INSERT INTO search (search) VALUES ('flush');
        INSERT INTO customer_search (customer_search) VALUES ('flush')";
    change.execute_batch(FLUSH).map_err(fault)?;
    let rows = |index| Ok(totals(change, index)?.map(|[rows, _]| rows));
    let counted = |part: Part| Ok(count(change, part.count())?.unsigned_abs());
    let entries = counted(Part::Cases)? + counted(Part::Notes)?;
    Ok([rows("search")?, rows("customer_search")?] == [Some(entries), Some(counted(Part::Names)?)])
}

/// Makes the next entries of a part. Returns where the next step begins, and how many were made.
fn step(change: &Transaction<'_>, fill: &mut Fill, part: Part, after: i64) -> Result<(Place, u64)> {
    let (mut rows, mut terms, mut last) = (0_usize, 0, None);
    part.rows(change, after, |key, found| {
        rows += 1;
        terms += found.1.len();
        fill.put(change, part, found)?;
        if rows < ROWS && terms < TERMS {
            return Ok(ControlFlow::Continue(()));
        }
        last = Some(key);
        Ok(ControlFlow::Break(()))
    })?;
    let following = match part {
        Part::Cases => Place::At(Part::Notes, 0),
        Part::Notes => Place::At(Part::Names, 0),
        Part::Names => Place::Done,
    };
    Ok((last.map_or(following, |last| Place::At(part, last)), rows as u64))
}
