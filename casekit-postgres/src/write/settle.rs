//! Whether a transaction was committed whose `COMMIT` was sent and not answered.
//!
//! It is found out by what it would have left. The hash of an event covers random salts, so an event with that hash at that
//! place proves it. The number of the transaction would not do: after a failover it may be another's.

use std::time::Instant;

use casekit_core::commit::{Digest, RequestClaim};
use casekit_core::model::StreamId;
use casekit_core::store::{StoreError, StoreErrorKind};

use super::changes::Changes;
use super::{Around, world};
use crate::connection::Connection;
use crate::error::{Result, uncertain};
use crate::value::{Value, optional_digest};

/// What a transaction leaves if it was committed.
pub(super) enum Mark {
    /// Its newest event: the stream, the revision and the hash.
    Event(StreamId, u64, Digest),
    /// A request that left no event.
    Request(Box<RequestClaim>),
    /// Nothing by which it could be known.
    Nothing,
}

impl Mark {
    /// Whether an error leaves open what became of a transaction: the connection was lost, or nobody answered.
    pub(super) fn is_needed(error: &StoreError) -> bool {
        error.kind() == StoreErrorKind::Unavailable
    }

    pub(super) fn of(changes: &Changes) -> Self {
        if let Some(event) = changes.events.last() {
            return Self::Event(event.stream, event.revision, event.hash);
        }
        let request = changes.requests.last();
        request.map_or(Self::Nothing, |(claim, _)| Self::Request(Box::new(claim.clone())))
    }
}

/// Whether a transaction was committed. Asks until somebody answers, or the busy timeout is over.
///
/// # Errors
/// `Uncertain` if nobody answered.
pub(super) fn is_committed(mark: &Mark, around: &Around<'_>) -> Result<bool> {
    let since = Instant::now();
    loop {
        match around.connect().and_then(|connection| ask(&connection, mark)) {
            Ok(Some(found)) => return Ok(found),
            Ok(None) => return Err(uncertain()),
            Err(_) if since.elapsed() < around.busy_timeout && around.lifecycle.check_cancelled().is_ok() => {
                std::thread::park_timeout(AGAIN);
            }
            Err(error) => return Err(uncertain().with_source(error)),
        }
    }
}

/// How long to wait before asking again.
const AGAIN: std::time::Duration = std::time::Duration::from_millis(100);

/// Takes the lock, which a `COMMIT` that is still under way holds until it ends, and looks. `None` if nothing could tell.
fn ask(connection: &Connection, mark: &Mark) -> Result<Option<bool>> {
    const EVENT: &str = "SELECT hash FROM org.events WHERE kind = $1 AND id = $2 AND revision = $3";
    const REQUEST: &str = "SELECT fingerprint FROM org.requests WHERE actor = $1 AND id = $2";
    connection.pipeline(world::lock())?;
    let (found, expected) = match mark {
        Mark::Event(stream, revision, hash) => {
            let values = [Value::from(stream.kind().code()), stream.uuid().into(), (*revision).into()];
            (connection.optional_row(EVENT, values)?, hash)
        }
        Mark::Request(claim) => {
            let values = [Value::from(claim.actor.as_str()), claim.id.as_str().into()];
            (connection.optional_row(REQUEST, values)?, &claim.fingerprint)
        }
        Mark::Nothing => return Ok(None),
    };
    let found = found.map(|row| optional_digest(&row, 0)).transpose()?.flatten();
    connection.execute("ROLLBACK", [])?;
    Ok(Some(found.as_ref() == Some(expected)))
}
