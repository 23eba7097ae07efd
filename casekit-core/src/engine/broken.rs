//! Why something that the engine does for a case came to nothing.

use crate::error::Error;
use crate::release::Fault;
use crate::store::StoreError;

/// Why something that the engine does for a case came to nothing.
#[derive(Debug)]
pub(super) enum Broken {
    /// The case fails by it: somebody has to fix what it names.
    Fault(Fault),
    /// The call fails by it: the case stands as it stood.
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

impl From<StoreError> for Broken {
    fn from(error: StoreError) -> Self {
        Self::Error(error.into())
    }
}
