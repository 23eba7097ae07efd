//! A commit whose answer was lost. It was written or not; its request id tells which.

use crate::error::Error;
use crate::model::{RequestId, limits};
use crate::store::{StoreError, StoreErrorKind};

/// A lost answer, and how often the engine has tried to find out what became of the commit.
pub(super) struct Unanswered {
    fault: StoreError,
    /// Attempts so far, at most `limits::SETTLES`.
    asked: u32,
}

impl Unanswered {
    pub(super) fn by(fault: StoreError) -> Self {
        Self { fault, asked: 0 }
    }

    /// Counts another attempt; after the last one, an error that names the request id, under which the caller can
    /// repeat the command safely.
    pub(super) fn ask_again(&mut self, request: Option<&RequestId>) -> Result<(), Error> {
        self.asked += 1;
        if self.asked <= limits::SETTLES {
            return Ok(());
        }
        let id = request.map_or("", RequestId::as_str);
        let message = format!(
            "the answer was lost, and the command may have been carried out: repeat it under the request id `{id}`"
        );
        let said = self.fault.to_string();
        Err(StoreError::new(StoreErrorKind::Uncertain, message).with_source(said).into())
    }
}
