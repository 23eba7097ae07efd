//! What the host said within a call that is made of several reads: it is asked once, so that every part of the answer agrees.

use std::sync::{Mutex, PoisonError};

use crate::error::Error;
use crate::model::{CaseId, Scope};
use crate::rejection::Rejection;

/// The scope, once the host said it, and the cases that it let the actor open.
#[derive(Default, Debug)]
pub(crate) struct Said {
    scope: Mutex<Option<Scope>>,
    opened: Mutex<Vec<CaseId>>,
}

impl Said {
    /// The scope as the host said it, asked for if it was not yet.
    pub(super) fn scope(&self, ask: impl FnOnce() -> Result<Scope, Error>) -> Result<Scope, Error> {
        let mut said = self.scope.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(scope) = &*said {
            return Ok(scope.clone());
        }
        Ok(said.insert(ask()?).clone())
    }

    /// Lets the actor open a case, as the host says or said.
    pub(crate) fn opens(
        &self,
        case: CaseId,
        ask: impl FnOnce() -> Result<(), Rejection>,
    ) -> Result<(), Rejection> {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if !opened.contains(&case) {
            ask()?;
            opened.push(case);
        }
        Ok(())
    }
}
