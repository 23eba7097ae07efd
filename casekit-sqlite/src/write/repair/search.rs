//! Rebuilding the search from cases, notes and customers. It comes last, when their columns are correct.

use std::ops::ControlFlow;

use rusqlite::Transaction;

use super::super::fill::{self, Fill};
use super::super::index;
use super::super::rebuild::Place;
use crate::error::Result;
use crate::read::check::search::is_whole;
use crate::searched::Part;

/// Rebuilds indexes and words if they are wrong; returns 1 then, otherwise 0. `sound` says whether SQLite could read
/// the indexes.
pub(super) fn repair(change: &Transaction<'_>, sound: bool) -> Result<u64> {
    if sound && is_whole(change, &|| Ok(()))? {
        return Ok(0);
    }
    fill::empty(change)?;
    let mut fill = Fill::default();
    for part in Part::ALL {
        part.rows(change, i64::MIN, |_, row| fill.put(change, part, row).map(ControlFlow::Continue))?;
    }
    Place::Done.write(change)?;
    index::check(change)?;
    Ok(1)
}
