//! The stages that a case has left: the rows of `case_stays`. A case gets one with each stage that it leaves, and what was
//! written before is not written again, however often it moves.

use casekit_core::model::PastStay;
use rusqlite::{Row, Transaction, params};

use crate::error::{Result, fault};
use crate::value::{optional_json, to_json};

/// Reads what [`case_columns`](crate::case_columns) selects of them.
pub(crate) fn read(row: &Row<'_>, column: usize) -> Result<Vec<PastStay>> {
    Ok(optional_json(row, column)?.unwrap_or_default())
}

/// Writes what changes of the stays of a case.
pub(crate) fn write(
    change: &Transaction<'_>,
    number: i64,
    before: &[PastStay],
    stays: &[PastStay],
) -> Result<()> {
    const PUT: &str = "INSERT INTO case_stays (number, place, stay) VALUES (?1, ?2, ?3)
        ON CONFLICT DO UPDATE SET stay = excluded.stay";
    const DROP: &str = "DELETE FROM case_stays WHERE number = ?1 AND place >= ?2";
    for (place, stay) in stays.iter().enumerate().filter(|(place, stay)| before.get(*place) != Some(stay)) {
        let mut put = change.prepare_cached(PUT).map_err(fault)?;
        put.execute(params![number, place as i64, to_json(stay)?]).map_err(fault)?;
    }
    if before.len() > stays.len() {
        let mut drop = change.prepare_cached(DROP).map_err(fault)?;
        drop.execute(params![number, stays.len() as i64]).map_err(fault)?;
    }
    Ok(())
}

/// Counts rows of cases that are not there or of more than one stay, and cases of which a row is missing.
pub(crate) const STRAY: &str = "SELECT (SELECT count(*) FROM case_stays WHERE number NOT IN (SELECT number FROM cases) OR NOT json_valid(stay))
    + (SELECT count(*) FROM (SELECT 1 FROM case_stays GROUP BY number HAVING min(place) <> 0 OR max(place) <> count(*) - 1))";
