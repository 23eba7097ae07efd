//! People in conditions, by their keys.

use casekit_core::model::ActorId;
use casekit_core::store::HolderFilter;
use rusqlite::Connection;

use crate::error::Result;
use crate::known::{Known, NOBODY};

/// A key that no person has, for somebody who never did anything: no case is held or was raised by them. `NOBODY` would
/// match cases without a holder.
const STRANGER: i64 = -1;

/// The key of a person in a condition.
pub(super) fn person(connection: &Connection, known: &Known, person: &ActorId) -> Result<i64> {
    Ok(known.person_key(connection, person)?.unwrap_or(STRANGER))
}

/// The key of a holder in a condition; `NOBODY` for cases that nobody has taken.
pub(super) fn holder(connection: &Connection, known: &Known, holder: &HolderFilter) -> Result<i64> {
    match holder {
        HolderFilter::Untaken => Ok(NOBODY),
        HolderFilter::By(actor) => person(connection, known, actor),
    }
}
