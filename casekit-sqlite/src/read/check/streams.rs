//! Checking each stream: its state, its notes and every column beside them against the fold of its events.

use casekit_core::commit::Fold;
use casekit_core::model::{Customer, State};
use rusqlite::Row;
use rusqlite::types::Value;

use super::{Rows, Wrong};
use crate::case_columns::{self, of_case};
use crate::derived;
use crate::error::{Result, damaged, fault};
use crate::keys;
use crate::read::events;
use crate::read::notes::{self, of_note};
use crate::read::people::person;
use crate::value::{digest, integer, json, stream, unsigned};

/// Checks cases with their notes.
pub(super) fn cases(rows: &Rows<'_>, wrong: &mut Wrong) -> Result<Option<i64>> {
    let sql = format!(
        "SELECT c.number, c.hash, {}, c.entry, {} FROM cases c LEFT JOIN case_bodies b ON b.number = c.number
        LEFT JOIN customers k ON k.key = c.customer WHERE c.number > ?1 ORDER BY c.number",
        derived::CASE,
        of_case!()
    );
    rows.look(&sql, |row| {
        let case = case_columns::whole(rows.moment, rows.known, row, 3 + derived::CASE_WIDTH)?;
        let number: i64 = row.get(0).map_err(fault)?;
        let folded = Folded::of(rows, number.saturating_mul(4))?;
        let mut values = derived::of_case(&case, derived::cause(rows.moment, &case)?)?;
        values.push(Value::from(integer(folded.fold.first())));
        wrong.unless(derived::is_in(row, 2, &values)?, "columns of cases");
        let shown = shown(rows, number, &folded.fold)?;
        folded.shows(&State::Case(Box::new(case)), row, "cases")?;
        Ok(1 + folded.events + shown)
    })
}

/// Checks that the notes of a case are those that its events made, each where lists and the search look for it. Returns
/// how many there are.
fn shown(rows: &Rows<'_>, number: i64, fold: &Fold) -> Result<u32> {
    const SQL: &str =
        of_note!("n.entry, ", "FROM notes n CROSS JOIN cases c ON c.number = n.number WHERE n.number = ?1");
    let mut statement = rows.moment.prepare_cached(SQL).map_err(fault)?;
    let mut found = statement.query([number]).map_err(fault)?;
    let mut seen = 0;
    while let Some(row) = found.next().map_err(fault)? {
        let (note, entry) = (notes::note(rows.moment, rows.known, row, 1)?, unsigned(row, 0)?);
        if fold.notes().get(&note.id) != Some(&(note, entry)) {
            return Err(damaged("notes"));
        }
        seen += 1;
    }
    // No id comes twice, so if all of them are there in number, they all are.
    if seen == fold.notes().len() {
        Ok(u32::try_from(seen).unwrap_or(u32::MAX))
    } else {
        Err(damaged("notes"))
    }
}

pub(super) fn customers(rows: &Rows<'_>, wrong: &mut Wrong) -> Result<Option<i64>> {
    let sql =
        format!("SELECT key, hash, body, {} FROM customers WHERE key > ?1 ORDER BY key", derived::CUSTOMER);
    rows.look(&sql, |row| {
        let customer = json::<Customer>(row, 2)?;
        wrong.unless(derived::is_in(row, 3, &derived::of_customer(&customer))?, "columns of customers");
        let key: i64 = row.get(0).map_err(fault)?;
        let folded = Folded::of(rows, key.saturating_mul(4).saturating_add(1))?;
        folded.shows(&State::Customer(customer), row, "customers")?;
        Ok(1 + folded.events)
    })
}

pub(super) fn definitions(rows: &Rows<'_>, wrong: &mut Wrong) -> Result<Option<i64>> {
    const SQL: &str =
        "SELECT key, hash, body, kind, id, revision FROM definitions WHERE key > ?1 ORDER BY key";
    rows.look(SQL, |row| {
        let state = json::<State>(row, 2)?;
        let revision: i64 = row.get(5).map_err(fault)?;
        wrong.unless(integer(state.revision()) == revision, "revisions of definitions");
        if stream(row, 3, 4)? != state.stream() {
            return Err(damaged("streams"));
        }
        let key: i64 = row.get(0).map_err(fault)?;
        let folded = Folded::of(rows, key.saturating_mul(4).saturating_add(2))?;
        folded.shows(&state, row, "definitions")?;
        Ok(1 + folded.events)
    })
}

pub(super) fn people(rows: &Rows<'_>, _wrong: &mut Wrong) -> Result<Option<i64>> {
    const SQL: &str = "SELECT key, hash, entry, id, revision, name FROM people
        WHERE key > ?1 AND entry IS NOT NULL ORDER BY key";
    rows.look(SQL, |row| {
        let person = person(row, 2)?;
        let key: i64 = row.get(0).map_err(fault)?;
        let folded = Folded::of(rows, keys::of_person(key))?;
        folded.shows(&State::Person(person), row, "people")?;
        Ok(1 + folded.events)
    })
}

/// What the events of a stream make of it.
struct Folded {
    fold: Fold,
    /// How many events were read.
    events: u32,
}

impl Folded {
    /// Folds the events of the stream with a key. Each must be as it was written, and chained to the one before it.
    fn of(rows: &Rows<'_>, key: i64) -> Result<Self> {
        let mut folded = Self { fold: Fold::default(), events: 0 };
        events::each_of(rows.moment, rows.known, key, |event| {
            (rows.proceed)()?;
            folded.events = folded.events.saturating_add(1);
            if folded.fold.follow(&event) { Ok(()) } else { Err(damaged("events")) }
        })?;
        Ok(folded)
    }

    /// Fails unless a state is what the events make, and its row has, in its second column, the hash of the newest.
    fn shows(&self, state: &State, row: &Row<'_>, what: &str) -> Result<()> {
        let is_so = self.fold.state() == Some(state) && *self.fold.hash() == digest(row, 1)?;
        if is_so { Ok(()) } else { Err(damaged(what)) }
    }
}
