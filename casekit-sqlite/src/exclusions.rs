//! Who is excluded from something that a case waits for: the rows of `case_exclusions`, made of the case.

use casekit_core::model::ActorId;
use casekit_core::work_item::WorkItems;
use rusqlite::{Connection, Transaction, params};

use crate::error::{Result, fault};
use crate::known::NOBODY;

/// A row: who is excluded, and the permissions that are left for them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Row {
    pub(crate) person: i64,
    /// A second person, for the two together; `NOBODY` for one alone.
    pub(crate) beside: i64,
    pub(crate) ready: i64,
    pub(crate) for_anyone: i64,
}

/// The rows of a case, in the order of their keys. `key` gives the key of a person.
pub(crate) fn of(items: &WorkItems, mut key: impl FnMut(&ActorId) -> Result<i64>) -> Result<Vec<Row>> {
    let mut rows = Vec::with_capacity(items.exclusions.len());
    for exclusion in &items.exclusions {
        let (one, other) = (key(&exclusion.person)?, exclusion.beside.as_ref().map(&mut key).transpose()?);
        let (person, beside) = match other {
            None => (one, NOBODY),
            // Whose key is less comes first, so that a pair has one row however it is asked for.
            Some(other) => (one.min(other), one.max(other)),
        };
        let (ready, for_anyone) = (exclusion.left.ready.into(), exclusion.left.for_anyone.into());
        rows.push(Row { person, beside, ready, for_anyone });
    }
    rows.sort_unstable();
    Ok(rows)
}

/// The rows that the file has of a case, in the order of their keys.
pub(crate) fn kept(connection: &Connection, number: i64) -> Result<Vec<Row>> {
    const SQL: &str = "SELECT person, beside, ready, for_anyone FROM case_exclusions WHERE number = ?1
        ORDER BY person, beside";
    crate::rows::rows(connection, SQL, &[&number], |row| {
        let read = |column| row.get(column).map_err(fault);
        Ok(Row { person: read(0)?, beside: read(1)?, ready: read(2)?, for_anyone: read(3)? })
    })
}

/// Replaces the rows of a case.
pub(crate) fn write(change: &Transaction<'_>, number: i64, rows: &[Row]) -> Result<()> {
    const CLEAR: &str = "DELETE FROM case_exclusions WHERE number = ?1";
    const PUT: &str = "INSERT INTO case_exclusions (number, person, beside, ready, for_anyone)
        VALUES (?1, ?2, ?3, ?4, ?5)";
    change.prepare_cached(CLEAR).and_then(|mut clear| clear.execute([number])).map_err(fault)?;
    let mut put = change.prepare_cached(PUT).map_err(fault)?;
    for Row { person, beside, ready, for_anyone } in rows {
        put.execute(params![number, person, beside, ready, for_anyone]).map_err(fault)?;
    }
    Ok(())
}

/// Counts rows of cases that are not there.
pub(crate) const STRAY: &str =
    "SELECT count(*) FROM case_exclusions WHERE number NOT IN (SELECT number FROM cases)";
