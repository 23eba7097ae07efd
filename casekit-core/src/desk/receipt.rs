//! What commands answer: ids, numbers and revisions.

use serde::{Deserialize, Serialize};

use crate::engine::Done;
use crate::model::{CaseId, CaseTypeId, CustomerId, NoteId, StreamId, WorkflowId};
use crate::store::{StoreError, StoreErrorKind};

/// A case was raised.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct RaisedCase {
    /// Its id.
    pub id: CaseId,
    /// Its number, such as `C-000123`.
    pub number: String,
    /// Its revision.
    pub revision: u64,
    /// Whether it was raised before under the same request id.
    pub replayed: bool,
}

/// A customer was entered.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct CreatedCustomer {
    /// Their id.
    pub id: CustomerId,
    /// Their revision.
    pub revision: u64,
    /// Whether they were entered before under the same request id.
    pub replayed: bool,
}

/// A case type was created.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct CreatedCaseType {
    /// Its id.
    pub id: CaseTypeId,
    /// Its revision.
    pub revision: u64,
    /// Whether it was created before under the same request id.
    pub replayed: bool,
}

/// A note was added.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct AddedNote {
    /// Its id.
    pub id: NoteId,
    /// The case it stands on.
    pub case: CaseId,
    /// The revision of the case.
    pub revision: u64,
    /// Whether it was added before under the same request id.
    pub replayed: bool,
}

/// Something was changed, or was already as asked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct Changed {
    /// The revision that it has now.
    pub revision: u64,
    /// How many events the change left: none if everything was already as asked.
    pub events: u64,
    /// Whether it was done before under the same request id.
    pub replayed: bool,
}

impl Done {
    /// The stream that was changed first, with its revision.
    fn first(&self) -> Result<(StreamId, u64), StoreError> {
        self.receipt.streams.first().copied().ok_or_else(lost)
    }

    pub(crate) fn raised(self) -> Result<RaisedCase, StoreError> {
        let (StreamId::Case(id), revision) = self.first()? else { return Err(lost()) };
        let number = self.receipt.number.as_ref().ok_or_else(lost)?.to_string();
        Ok(RaisedCase { id, number, revision, replayed: self.replayed })
    }

    /// The workflow that was created.
    pub(crate) fn workflow(self) -> Result<WorkflowId, StoreError> {
        let (StreamId::Workflow(id), _) = self.first()? else { return Err(lost()) };
        Ok(id)
    }

    pub(crate) fn created_customer(self) -> Result<CreatedCustomer, StoreError> {
        let (StreamId::Customer(id), revision) = self.first()? else { return Err(lost()) };
        Ok(CreatedCustomer { id, revision, replayed: self.replayed })
    }

    pub(crate) fn created_case_type(self) -> Result<CreatedCaseType, StoreError> {
        let (StreamId::CaseType(id), revision) = self.first()? else { return Err(lost()) };
        Ok(CreatedCaseType { id, revision, replayed: self.replayed })
    }

    pub(crate) fn added_note(self) -> Result<AddedNote, StoreError> {
        let (StreamId::Case(case), revision) = self.first()? else { return Err(lost()) };
        let id = self.receipt.note.ok_or_else(lost)?;
        Ok(AddedNote { id, case, revision, replayed: self.replayed })
    }

    pub(crate) fn changed(self) -> Changed {
        let revision = self.receipt.streams.first().map_or(0, |(_, revision)| *revision);
        Changed { revision, events: self.receipt.events, replayed: self.replayed }
    }
}

fn lost() -> StoreError {
    StoreError::new(
        StoreErrorKind::Corrupt,
        "the store gave back another receipt than was written: verify the file",
    )
}
