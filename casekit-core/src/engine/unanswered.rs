//! A commit whose answer was lost: it was written or not, and its request id tells.

use crate::error::Error;
use crate::model::{RequestId, limits};
use crate::store::{StoreError, StoreErrorKind};

/// That a commit was not answered.
pub(super) struct Unanswered {
    fault: StoreError,
    /// How often it was asked what became of it.
    asked: u32,
}

impl Unanswered {
    pub(super) fn by(fault: StoreError) -> Self {
        Self { fault, asked: 0 }
    }

    /// Asks once more; an error if it was asked often enough: then the caller can ask, under the request id.
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
