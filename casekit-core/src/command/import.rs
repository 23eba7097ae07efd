//! Commands that import what happened in another system, with its original times and actors.

use serde::{Deserialize, Serialize};

use super::{NewCase, NewCustomer};
use crate::model::{Timestamp, Visibility};

/// One thing to be imported: a customer or a case.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportItem {
    /// A customer, with their profile.
    Customer(ImportCustomer),
    /// A case, with everything that happened to it.
    Case(ImportCase),
}

/// A customer as another system has them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct ImportCustomer {
    /// The profile of the customer. Give an external reference: cases can refer to it, and a second import of the same
    /// customer is refused.
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
    /// What the other system calls the case: up to 200 characters, unique in the file. A second import of it is
    /// refused, so an import that was interrupted can simply be run again.
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
    /// What happened to it afterwards, oldest first; up to 10,000 changes.
    pub changes: Vec<ImportChange>,
}

impl ImportCase {
    /// A case that was raised at a time, by the person with this id, and did not change since.
    #[must_use]
    pub fn new(case: NewCase, at: Timestamp, by: impl Into<String>) -> Self {
        Self { reference: None, case, customer_reference: None, at, by: by.into(), changes: Vec::new() }
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

    /// The same case, with one more change, which is the newest.
    #[must_use]
    pub fn with_change(mut self, change: ImportChange) -> Self {
        self.changes.push(change);
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
}
