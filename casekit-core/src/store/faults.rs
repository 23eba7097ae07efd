//! The newest fault that a store met, for its [`health`](super::Store::health).

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use super::{SeenFault, StoreError, StoreErrorKind};

/// The newest fault that a call met, with its time. Locked only to copy it in or out, since every call that fails comes
/// here.
#[derive(Debug, Default)]
pub struct Faults(Mutex<Option<(Instant, StoreErrorKind, String)>>);

impl Faults {
    /// Remembers a call's error, unless it is of a kind that tells nothing about the store. Passes the answer on.
    ///
    /// # Errors
    /// The call's own.
    #[expect(clippy::disallowed_methods, reason = "only how long ago it was is shown: see `SeenFault::ago`")]
    pub fn note<T>(&self, answer: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(error) = &answer
            && error.kind().is_worth_telling()
        {
            let seen = (Instant::now(), error.kind(), error.to_string());
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(seen);
        }
        answer
    }

    /// What was noted last.
    pub fn last(&self) -> Option<SeenFault> {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.as_ref().map(|(at, kind, message)| SeenFault {
            kind: *kind,
            message: message.clone(),
            ago: at.elapsed(),
        })
    }
}
