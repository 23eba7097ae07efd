//! Making the figures of durations again from the cases.

use std::collections::BTreeMap;

use rusqlite::Transaction;

use crate::durations::{kept, key, write};
use crate::error::{Result, fault};
use crate::known::Known;
use crate::read::durations::counted;

/// Makes the rows again if they are not what the cases make of them. Returns how many were wrong.
pub(super) fn repair(change: &Transaction<'_>, known: &Known) -> Result<u64> {
    let (counted, kept) = (counted(change, known, &|| Ok(()))?, kept(change).ok());
    if kept.as_ref() == Some(&counted) {
        return Ok(0);
    }
    change.execute_batch("DELETE FROM durations; DELETE FROM duration_groups").map_err(fault)?;
    let mut cells = BTreeMap::new();
    for ((group, month, bucket), sums) in &counted {
        cells.insert([key(change, group)?, month.number().into(), bucket.number().into()], *sums);
    }
    write(change, &cells)?;
    let kept = kept.unwrap_or_default();
    let missing = counted.iter().filter(|(cell, sums)| kept.get(*cell) != Some(sums)).count();
    let strange = kept.keys().filter(|cell| !counted.contains_key(*cell)).count();
    Ok((missing + strange).max(1) as u64)
}
