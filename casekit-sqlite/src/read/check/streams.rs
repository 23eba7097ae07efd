//! Checking each stream: its state, its notes and every column beside them against the fold of its events.

use casekit_core::model::{Customer, State};
use casekit_core::work_item::WorkItems;
use rusqlite::types::Value;

use super::{Rows, Wrong};
use crate::case_columns::{self, of_case};
use crate::derived;
use crate::error::{Result, damaged, fault};
use crate::exclusions;
use crate::fields::{self, Table};
use crate::keys;
use crate::known::NOBODY;
use crate::read::directory::person;
use crate::read::folded::Folded;
use crate::tags;
use crate::value::{digest, integer, json, stream};

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
        let folded = folded(rows, number.saturating_mul(4))?;
        let items = WorkItems::of(&case);
        let mut values = derived::of_case(&case, &items, derived::cause(rows.moment, &case)?)?;
        values.push(Value::from(integer(folded.first())));
        wrong.unless(derived::is_in(row, 2, &values)?, "columns of cases");
        // Whoever has no key has no row either.
        let key = |person: &_| Ok(rows.known.person_key(rows.moment, person)?.unwrap_or(NOBODY));
        let excluded = exclusions::of(&items, key)?;
        wrong.unless(exclusions::kept(rows.moment, number)? == excluded, "exclusions of cases");
        // A field that has no key has no row either.
        let key = |owner, field: &_| Ok(fields::key(rows.moment, owner, field)?.unwrap_or(0));
        let found_by = fields::of(&case, key)?;
        let is_kept = fields::kept(rows.moment, Table::Cases, number).is_ok_and(|kept| kept == found_by);
        wrong.unless(is_kept, "fields of cases");
        // A tag that has no key has no row either.
        let has = tags::of(&case, |tag| Ok(crate::keys::tag_in_use(rows.moment, *tag)?.unwrap_or(0)))?;
        wrong.unless(tags::kept(rows.moment, number).is_ok_and(|kept| kept == has), "tags of cases");
        let notes = folded.shows_notes(rows.moment, rows.known, number)?;
        folded.shows(&State::Case(Box::new(case)), &digest(row, 1)?, "cases")?;
        Ok(1 + folded.events + notes)
    })
}

pub(super) fn customers(rows: &Rows<'_>, wrong: &mut Wrong) -> Result<Option<i64>> {
    let sql =
        format!("SELECT key, hash, body, {} FROM customers WHERE key > ?1 ORDER BY key", derived::CUSTOMER);
    rows.look(&sql, |row| {
        let customer = json::<Customer>(row, 2)?;
        wrong.unless(derived::is_in(row, 3, &derived::of_customer(&customer)?)?, "columns of customers");
        let key: i64 = row.get(0).map_err(fault)?;
        let field_key = |owner, field: &_| Ok(fields::key(rows.moment, owner, field)?.unwrap_or(0));
        let found_by = fields::of_customer(&customer, field_key)?;
        let is_kept = fields::kept(rows.moment, Table::Customers, key).is_ok_and(|kept| kept == found_by);
        wrong.unless(is_kept, "fields of customers");
        let folded = folded(rows, key.saturating_mul(4).saturating_add(1))?;
        folded.shows(&State::Customer(customer), &digest(row, 1)?, "customers")?;
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
        let folded = folded(rows, key.saturating_mul(4).saturating_add(2))?;
        folded.shows(&state, &digest(row, 1)?, "definitions")?;
        Ok(1 + folded.events)
    })
}

pub(super) fn people(rows: &Rows<'_>, _wrong: &mut Wrong) -> Result<Option<i64>> {
    const SQL: &str = "SELECT key, hash, entry, id, revision, name FROM people
        WHERE key > ?1 AND entry IS NOT NULL ORDER BY key";
    rows.look(SQL, |row| {
        let person = State::Person(person(row, 2)?);
        let key: i64 = row.get(0).map_err(fault)?;
        let folded = folded(rows, keys::of_person(key))?;
        folded.shows(&person, &digest(row, 1)?, "people")?;
        Ok(1 + folded.events)
    })
}

fn folded(rows: &Rows<'_>, key: i64) -> Result<Folded> {
    Folded::of(rows.moment, rows.known, key, rows.proceed)
}
