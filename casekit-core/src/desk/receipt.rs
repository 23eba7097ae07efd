//! The receipts of commands: ids, numbers and revisions.

use serde::{Deserialize, Serialize};

use crate::engine::Done;
use crate::model::{
    BankAccountId, CaseId, CaseTypeId, CustomerId, NextOfKinId, NoteId, StreamId, TeamId, WorkflowId,
};
use crate::store::{StoreError, StoreErrorKind};

/// The receipt for a case that was raised.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct RaisedCase {
    /// The id of the new case.
    pub id: CaseId,
    /// The case number, such as `C-000123`.
    pub number: String,
    /// The revision of the case, for `seen` in an edit.
    pub revision: u64,
    /// Whether the case had already been raised under the same request id. The receipt is then that of the existing case.
    pub replayed: bool,
}

/// The receipt for a request that arrived at the webform.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct ReceivedRequest {
    /// The id of the case; `None` if the request had arrived before and the actor may not see its case.
    pub id: Option<CaseId>,
    /// The case number, such as `C-000123`; `None` as for `id`.
    pub number: Option<String>,
    /// The revision of the case, for `seen` in an edit; `None` as for `id`.
    pub revision: Option<u64>,
    /// Whether the same request had already arrived. It changed nothing this time.
    pub replayed: bool,
    /// Whether another request with other content has the same reference. Each has a case of its own, and somebody has to
    /// find out which of them is from the person.
    pub reference_shared: bool,
}

/// The receipt for a customer who was entered.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct CreatedCustomer {
    /// The id of the new customer.
    pub id: CustomerId,
    /// The revision of the customer, for `seen` in an edit.
    pub revision: u64,
    /// Whether the customer had already been entered under the same request id.
    pub replayed: bool,
}

/// The receipt for a case type that was created.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct CreatedCaseType {
    /// The id of the new case type.
    pub id: CaseTypeId,
    /// The revision of the case type, for `seen` in an edit.
    pub revision: u64,
    /// Whether the type had already been created under the same request id.
    pub replayed: bool,
}

/// The receipt for a team that was created.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct CreatedTeam {
    /// The id of the new team.
    pub id: TeamId,
    /// The revision of the team, for `seen` in an edit.
    pub revision: u64,
    /// Whether the team had already been created under the same request id.
    pub replayed: bool,
}

/// The receipt for a note that was added.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct AddedNote {
    /// The id of the new note.
    pub id: NoteId,
    /// The id of the case that the note is on.
    pub case: CaseId,
    /// The revision of the case after the note was added.
    pub revision: u64,
    /// Whether the note had already been added under the same request id.
    pub replayed: bool,
}

/// The receipt for a bank account that was added to a customer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct AddedBankAccount {
    /// The id of the new account.
    pub id: BankAccountId,
    /// The revision of the customer, for `seen` in an edit.
    pub revision: u64,
    /// Whether the account had already been added under the same request id.
    pub replayed: bool,
}

/// The receipt for a next of kin who was added to a customer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct AddedNextOfKin {
    /// The id of the new entry.
    pub id: NextOfKinId,
    /// The revision of the customer, for `seen` in an edit.
    pub revision: u64,
    /// Whether the person had already been added under the same request id.
    pub replayed: bool,
}

/// The receipt for a command that changed something, or found it already as requested.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct Changed {
    /// The revision of what was changed, after the command.
    pub revision: u64,
    /// How many events the command recorded; 0 if everything was already as requested. An event that says what the actor
    /// is called is not counted.
    pub events: u64,
    /// Whether the command had already been carried out under the same request id.
    pub replayed: bool,
}

impl Done {
    /// The stream that the command changed first, with its revision. `Corrupt` if the receipt has none.
    fn first(&self) -> Result<(StreamId, u64), StoreError> {
        self.receipt.streams.first().copied().ok_or_else(lost)
    }

    pub(crate) fn raised(self) -> Result<RaisedCase, StoreError> {
        let (StreamId::Case(id), revision) = self.first()? else { return Err(lost()) };
        let number = self.receipt.number.as_ref().ok_or_else(lost)?.to_string();
        Ok(RaisedCase { id, number, revision, replayed: self.replayed })
    }

    /// The case that the command raised or found.
    pub(crate) fn case(&self) -> Result<CaseId, StoreError> {
        let (StreamId::Case(id), _) = self.first()? else { return Err(lost()) };
        Ok(id)
    }

    /// The id of the workflow that was created.
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

    pub(crate) fn created_team(self) -> Result<CreatedTeam, StoreError> {
        let (StreamId::Team(id), revision) = self.first()? else { return Err(lost()) };
        Ok(CreatedTeam { id, revision, replayed: self.replayed })
    }

    pub(crate) fn added_note(self) -> Result<AddedNote, StoreError> {
        let (StreamId::Case(case), revision) = self.first()? else { return Err(lost()) };
        let id = self.receipt.note.ok_or_else(lost)?;
        Ok(AddedNote { id, case, revision, replayed: self.replayed })
    }

    pub(crate) fn added_bank_account(self) -> Result<AddedBankAccount, StoreError> {
        let (_, revision) = self.first()?;
        let id = BankAccountId(self.receipt.entry.ok_or_else(lost)?);
        Ok(AddedBankAccount { id, revision, replayed: self.replayed })
    }

    pub(crate) fn added_next_of_kin(self) -> Result<AddedNextOfKin, StoreError> {
        let (_, revision) = self.first()?;
        let id = NextOfKinId(self.receipt.entry.ok_or_else(lost)?);
        Ok(AddedNextOfKin { id, revision, replayed: self.replayed })
    }

    pub(crate) fn changed(self) -> Changed {
        let mut streams = self.receipt.streams.iter();
        let revision = streams.next().map_or(0, |(_, revision)| *revision);
        // Whoever is named along with a command comes after what it is about.
        let first_is_a_person = matches!(self.receipt.streams.first(), Some((StreamId::Person(_), _)));
        let is_person = |(stream, _): &&(StreamId, u64)| matches!(stream, StreamId::Person(_));
        let along = if first_is_a_person { 0 } else { streams.filter(is_person).count() as u64 };
        Changed { revision, events: self.receipt.events.saturating_sub(along), replayed: self.replayed }
    }
}

fn lost() -> StoreError {
    StoreError::new(
        StoreErrorKind::Corrupt,
        "the store gave back another receipt than was written: verify the file",
    )
}
