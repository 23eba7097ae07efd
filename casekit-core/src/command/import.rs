//! Commands that import what happened in another system, with its original times and actors.

use serde::{Deserialize, Serialize};

use super::{NewCase, NewCredential, NewCustomer, NewWorkflow};
use crate::model::{OutcomeKind, Priority, Timestamp, Visibility};

/// How an import is carried out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct ImportOptions {
    /// What is done with an item that is in the file already.
    pub existing: ExistingItems,
    /// Whether everything is only checked. The report is the one that the import would have, without the ids and numbers of
    /// what is not there yet, and nothing is written. A request id is ignored.
    pub dry_run: bool,
}

impl ImportOptions {
    /// An import that is carried out, and that refuses what is there already.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same import, which does this with items that are in the file already.
    #[must_use]
    pub fn existing(mut self, existing: ExistingItems) -> Self {
        self.existing = existing;
        self
    }

    /// The same import, which only checks and writes nothing.
    #[must_use]
    pub fn dry_run(mut self) -> Self {
        self.dry_run = true;
        self
    }
}

/// What an import does with an item that is in the file already: a customer with its external reference, a case that was
/// imported with its reference or has its request's, or a workflow with its name.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum ExistingItems {
    /// It is refused as already in use.
    #[default]
    Refuse,
    /// It is left as it is, and reported as unchanged.
    Skip,
    /// It gets what the item has and it has not.
    ///
    /// - Of a customer: name, gender, marital status, employment status, e-mail address, phone and address, each if the
    ///   item gives it. Bank accounts and next of kin stay as they are.
    /// - Of a case: title; description, customer and fields, if the item gives them; and the changes that an import has not
    ///   brought in yet, which must come after those that it has. Type, team, priority, tags and request stay as they are.
    /// - A workflow is not updated: one with other steps or sources is refused as already in use.
    ///
    /// New changes keep their times and actors. Fields that differ are changed now, by whoever imports. Every event says
    /// who imported it. Approvals lapse as they do when somebody edits the case.
    Update,
}

impl ExistingItems {
    /// Whether it is what is done if a caller says nothing.
    pub(crate) fn is_refuse(&self) -> bool {
        *self == Self::Refuse
    }
}

/// One thing to be imported: a workflow, a customer or a case.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::large_enum_variant, reason = "nearly all that is imported is cases")]
pub enum ImportItem {
    /// A workflow, with its steps. It needs the permission to configure workflows too.
    Workflow(ImportWorkflow),
    /// A customer, with their profile.
    Customer(ImportCustomer),
    /// A case, with everything that happened to it.
    Case(ImportCase),
}

impl ImportItem {
    /// What the other system calls it: the name of a workflow, the external reference of a customer, the reference of a
    /// case or else of its request; `None` if the item gives none.
    #[must_use]
    pub fn reference(&self) -> Option<&str> {
        match self {
            Self::Workflow(one) => Some(&one.workflow.name),
            Self::Customer(one) => one.customer.external_reference.as_deref(),
            Self::Case(one) => one
                .reference
                .as_deref()
                .or_else(|| one.request.as_ref().map(|request| request.request_ref.as_str())),
        }
    }
}

/// A workflow as another system has it. To use it, give it to a case type.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct ImportWorkflow {
    /// The definition: its name, its steps and its sources.
    pub workflow: NewWorkflow,
    /// When it was defined in the other system.
    pub at: Timestamp,
    /// The id of whoever defined it.
    pub by: String,
}

impl ImportWorkflow {
    /// A workflow that was defined at a time, by the person with this id.
    #[must_use]
    pub fn new(workflow: NewWorkflow, at: Timestamp, by: impl Into<String>) -> Self {
        Self { workflow, at, by: by.into() }
    }
}

/// A customer as another system has them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct ImportCustomer {
    /// The profile of the customer. Give an external reference: cases can refer to it, and a second import of the same
    /// customer is known by it.
    pub customer: NewCustomer,
    /// When the customer was entered in the other system.
    pub at: Timestamp,
    /// The id of whoever entered them.
    pub by: String,
}

impl ImportCustomer {
    /// A customer who was entered at a time, by the person with this id.
    #[must_use]
    pub fn new(customer: NewCustomer, at: Timestamp, by: impl Into<String>) -> Self {
        Self { customer, at, by: by.into() }
    }
}

/// A case as another system has it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct ImportCase {
    /// What the other system calls the case: up to 200 characters, unique in the file. A second import of it is known by
    /// it, so an import that was interrupted can simply be run again.
    pub reference: Option<String>,
    /// The case as it was raised; its stage is the one in which it was raised.
    pub case: NewCase,
    /// The external reference of its customer, in place of their id in `case`; `None` if that id is given, or there is
    /// no customer.
    pub customer_reference: Option<String>,
    /// When the case was raised in the other system.
    pub at: Timestamp,
    /// The id of whoever raised it.
    pub by: String,
    /// The request for data for which it was raised; `None` if it was raised for none.
    ///
    /// If the case is neither answered nor in a resolved or closed stage after its changes, the workflow of its type begins
    /// for it here and now.
    pub request: Option<ImportRequest>,
    /// What happened to it afterwards, oldest first; up to 10,000 changes.
    pub changes: Vec<ImportChange>,
}

impl ImportCase {
    /// A case that was raised at a time, by the person with this id, and did not change since.
    #[must_use]
    pub fn new(case: NewCase, at: Timestamp, by: impl Into<String>) -> Self {
        Self {
            reference: None,
            case,
            customer_reference: None,
            at,
            by: by.into(),
            request: None,
            changes: Vec::new(),
        }
    }

    /// The same case, with what the other system calls it.
    #[must_use]
    pub fn with_reference(mut self, reference: impl Into<String>) -> Self {
        self.reference = Some(reference.into());
        self
    }

    /// The same case, for the customer with this external reference.
    #[must_use]
    pub fn of_customer(mut self, customer_reference: impl Into<String>) -> Self {
        self.customer_reference = Some(customer_reference.into());
        self
    }

    /// The same case, raised for this request.
    #[must_use]
    pub fn for_request(mut self, request: ImportRequest) -> Self {
        self.request = Some(request);
        self
    }

    /// The same case, with one more change, which is the newest.
    #[must_use]
    pub fn with_change(mut self, change: ImportChange) -> Self {
        self.changes.push(change);
        self
    }
}

/// A request for data that was received in another system. Its answer, if it has one, is a change of the case.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct ImportRequest {
    /// What the other system, or its webform, calls the request: 1 to 200 characters, unique in the file.
    pub request_ref: String,
    /// The name that the requester gave, 1 to 200 characters.
    pub requester: String,
    /// When it was received, not after the case was raised; `None` if that was when the case was raised.
    pub received_at: Option<Timestamp>,
    /// What the requester gave to prove who they are, up to 50 entries.
    pub credentials: Vec<NewCredential>,
    /// Where the answer goes, in a form that the webform understands; up to 1,000 characters.
    pub reply_to: Option<String>,
}

impl ImportRequest {
    /// A request with a reference, by the person with this name, received when its case was raised.
    #[must_use]
    pub fn new(request_ref: impl Into<String>, requester: impl Into<String>) -> Self {
        Self {
            request_ref: request_ref.into(),
            requester: requester.into(),
            received_at: None,
            credentials: Vec::new(),
            reply_to: None,
        }
    }

    /// The same request, received at this time.
    #[must_use]
    pub fn received_at(mut self, received_at: Timestamp) -> Self {
        self.received_at = Some(received_at);
        self
    }

    /// The same request, with one more credential.
    #[must_use]
    pub fn with_credential(mut self, kind: impl Into<String>, value: impl Into<String>) -> Self {
        self.credentials.push(NewCredential::new(kind, value));
        self
    }

    /// The same request, with where the answer goes.
    #[must_use]
    pub fn reply_to(mut self, reply_to: impl Into<String>) -> Self {
        self.reply_to = Some(reply_to.into());
        self
    }
}

/// One thing that happened to an imported case.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct ImportChange {
    /// When it happened; not before the previous change.
    pub at: Timestamp,
    /// The id of whoever did it.
    pub by: String,
    /// What was done to the case.
    pub what: ImportedChange,
}

impl ImportChange {
    /// A change that was made at a time, by the person with this id.
    #[must_use]
    pub fn new(at: Timestamp, by: impl Into<String>, what: ImportedChange) -> Self {
        Self { at, by: by.into(), what }
    }
}

/// What happened to an imported case. It is recorded as it was: allowed moves, reasons and permissions are not checked,
/// and a change that repeats another is kept.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportedChange {
    /// The case moved to a stage.
    Stage {
        /// The id or label of the stage it entered.
        to: String,
        /// Why it was moved; `None` if that is not known.
        reason: Option<String>,
    },
    /// The case moved to a resolved or closed stage, and it was said how it ended.
    Ended {
        /// The id or label of the stage it entered.
        to: String,
        /// The code or label of one of the resolutions of its type.
        resolution: String,
        /// Why, in words for staff; `None` if that is not known.
        reason: Option<String>,
        /// Why, in words for the person it concerns; `None` if that is not known.
        customer_reason: Option<String>,
    },
    /// Whoever did it took the case, from its holder if it had one.
    Taken,
    /// The case was returned, so that nobody holds it.
    Returned,
    /// A note was added to the case.
    Note {
        /// The text of the note, 1 to 100,000 characters.
        text: String,
        /// Whether the customer could see it.
        visibility: Visibility,
        /// The note to which it replies, as an index into the notes of this case, from 0; `None` if it is no reply.
        reply_to: Option<u32>,
    },
    /// The case got another priority.
    Prioritised {
        /// The priority that it had from then on.
        priority: Priority,
    },
    /// The workflow of the case ended there, usually with an answer to the person who asked. The type of the case must have
    /// a workflow. Its steps stay undone, because nobody did them here, and the case is resolved unless it is already.
    Answered {
        /// What the case ended as.
        outcome: OutcomeKind,
        /// The code of the denial: lower-case letters, digits and `_`; for the outcome `Denied`, and only there.
        denial_code: Option<String>,
    },
}
