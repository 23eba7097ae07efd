//! On which server the store goes on.
//!
//! A replica that takes the place of its primary may lack the newest commits, and so may a server that was restored: it would
//! assign their positions again. PostgreSQL begins another timeline whenever that can be. So the row `file` names the server and
//! the timeline on which the newest event was written, and the first commit elsewhere begins a lineage, by which cursors of what
//! was lost are refused. Where nothing was lost, nothing but one more event comes of it.

use casekit_core::commit::Commit;
use casekit_core::model::{State, StreamKind};
use casekit_core::store::StoreError;

use super::world::World;
use crate::connection::{Connection, Query};
use crate::error::{Result, code, unreadable};
use crate::value::{id, json, plain};

/// What asks a server where it is, if it tells.
#[derive(Default)]
pub(super) struct Whereabouts {
    /// The id that the server's files have since they were made; a connection stays on one server.
    system: Option<String>,
}

impl Whereabouts {
    pub(super) fn ask(connection: &Connection) -> Result<Self> {
        const SQL: &str = "SELECT s.system_identifier::text, CASE WHEN pg_is_in_recovery() THEN '' ELSE
            pg_walfile_name(pg_current_wal_lsn()) END FROM pg_control_system() s";
        match connection.row(SQL, []) {
            Ok(row) => Ok(Self { system: Some(plain(&row, 0)?.to_owned()) }),
            // An engine that only speaks PostgreSQL's protocol: it looks after what it promised in another way.
            Err(error) if is_not_told(&error) => Ok(Self::default()),
            Err(error) => Err(error),
        }
    }

    /// Asks again, within a transaction that writes: a connection to a replica outlives that the replica takes over.
    pub(super) fn query(&self) -> Option<Query> {
        // The first eight digits of a segment's name are the timeline.
        const SQL: &str = "SELECT $1::text || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8)";
        self.system.as_deref().map(|system| Query::new(SQL, [system.into()]))
    }
}

/// Whether an error says that the server has no such function or lets nobody call it. Others pass, and would have a takeover go
/// unnoticed for as long as the connection lasts.
fn is_not_told(error: &StoreError) -> bool {
    code(error).is_some_and(|state| ["0A", "42", "55"].iter().any(|class| state.code().starts_with(class)))
}

/// The commit that begins a lineage, if the newest event was written elsewhere.
pub(super) fn begin(connection: &Connection, world: &mut World, given: &[Commit]) -> Result<Option<Commit>> {
    const LEDGER: &str = "SELECT s.kind, s.id, s.revision, s.hash, s.at, s.body, gen_random_uuid()
        FROM org.streams s WHERE s.kind = $1";
    if !world.is_elsewhere() {
        return Ok(None);
    }
    // A store that was never set up has no lineage.
    let Some(row) = connection.optional_row(LEDGER, [StreamKind::Ledger.code().into()])? else {
        return Ok(None);
    };
    world.found(&row)?;
    match json(&row, 5)? {
        State::Ledger(ledger) => Ok(Some(Commit::taken_over(ledger, world.position, id(&row, 6)?, given))),
        _ => Err(unreadable()),
    }
}

#[cfg(test)]
mod tests {
    use tokio_postgres::error::SqlState;

    use super::*;
    use crate::error::{coded, lost};

    #[test]
    fn what_passes_does_not_count_as_a_server_that_never_tells() {
        let tells_not = |code| is_not_told(&coded(&SqlState::from_code(code)));
        for never in ["42883", "42501", "0A000", "55000"] {
            assert!(tells_not(never), "{never}");
        }
        for passes in ["57014", "57P01", "53200", "40001", "XX000"] {
            assert!(!tells_not(passes), "{passes}");
        }
        assert!(!is_not_told(&lost()));
    }
}
