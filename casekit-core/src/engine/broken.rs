//! Failures of building and sending, split by who has to act on them.

use crate::error::Error;
use crate::rejection::Rejection;
use crate::release::Fault;
use crate::store::StoreError;

/// Why a collection, a build or a sending did not succeed.
#[derive(Debug)]
pub(super) enum Broken {
    /// Recorded as a failure of the case: somebody has to fix what it names.
    Fault(Fault),
    /// Returned to the caller: nothing is recorded, and the case is unchanged.
    Error(Error),
}

impl From<Fault> for Broken {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Error> for Broken {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl From<Rejection> for Broken {
    fn from(rejection: Rejection) -> Self {
        Self::Error(rejection.into())
    }
}

impl From<StoreError> for Broken {
    fn from(error: StoreError) -> Self {
        Self::Error(error.into())
    }
}
