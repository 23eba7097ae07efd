//! What `health` reports about faults.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use casekit_core::store::{SeenFault, StoreErrorKind as Kind};

use crate::connection::Connection;
use crate::error::Result;
use crate::value::unsigned;

/// The newest fault that a call met, with its time. Locked only to copy it in or out, since every call that fails comes
/// here.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Option<(Instant, Kind, String)>>);

impl Faults {
    /// Remembers a call's error, unless it is of a kind that tells nothing about the store. Passes the answer on.
    pub(crate) fn note<T>(&self, answer: Result<T>) -> Result<T> {
        if let Err(error) = &answer
            && error.kind().is_worth_telling()
        {
            let seen = (Instant::now(), error.kind(), error.to_string());
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(seen);
        }
        answer
    }

    pub(crate) fn last(&self) -> Option<SeenFault> {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.as_ref().map(|(at, kind, message)| SeenFault {
            kind: *kind,
            message: message.clone(),
            ago: at.elapsed(),
        })
    }
}

/// How many bytes the tables of the organisation have, with their indexes.
pub(crate) fn size(connection: &Connection) -> Result<u64> {
    const SQL: &str = "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::int8
        FROM pg_class f JOIN pg_class c ON c.relnamespace = f.relnamespace AND c.relkind = 'r'
        WHERE f.oid = 'org.file'::regclass";
    unsigned(&connection.row(SQL, [])?, 0)
}
