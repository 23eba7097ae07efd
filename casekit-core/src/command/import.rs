//! Bringing in what happened elsewhere, with its original times and actors.

use serde::{Deserialize, Serialize};

use super::{NewCase, NewCustomer};
use crate::model::{Timestamp, Visibility};

/// One thing to be imported.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportItem {
    /// A customer.
    Customer(ImportCustomer),
    /// A case with what happened to it.
    Case(ImportCase),
}

/// A customer as another system knew them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ImportCustomer {
    /// What is known of them. Give an external reference: cases refer to it, and a second import of it is refused.
    pub customer: NewCustomer,
    /// When they were entered.
    pub at: Timestamp,
    /// The id of who entered them.
    pub by: String,
}

impl ImportCustomer {
    /// A customer who was entered at a time, by the person with an id.
    #[must_use]
    pub fn new(customer: NewCustomer, at: Timestamp, by: impl Into<String>) -> Self {
        Self { customer, at, by: by.into() }
    }
}

/// A case as another system knew it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ImportCase {
    /// What the other system calls it: up to 200 characters, unique in the file. A second import of it is refused,
    /// so an import that was cut off can simply be run again.
    pub reference: Option<String>,
    /// How it was raised; its stage is the one it was raised in.
    pub case: NewCase,
    /// The external reference of its customer, instead of their id in `case`.
    pub customer_reference: Option<String>,
    /// When it was raised.
    pub at: Timestamp,
    /// The id of who raised it.
    pub by: String,
    /// What happened then, oldest first; up to 10,000.
    pub changes: Vec<ImportChange>,
}

impl ImportCase {
    /// A case that was raised at a time, by the person with an id; nothing happened to it since.
    #[must_use]
    pub fn new(case: NewCase, at: Timestamp, by: impl Into<String>) -> Self {
        Self { reference: None, case, customer_reference: None, at, by: by.into(), changes: Vec::new() }
    }

    /// The same with what it is called where it comes from.
    #[must_use]
    pub fn with_reference(mut self, reference: impl Into<String>) -> Self {
        self.reference = Some(reference.into());
        self
    }

    /// The same for the customer with this external reference.
    #[must_use]
    pub fn of_customer(mut self, customer_reference: impl Into<String>) -> Self {
        self.customer_reference = Some(customer_reference.into());
        self
    }

    /// The same with one more change after it was raised.
    #[must_use]
    pub fn with_change(mut self, change: ImportChange) -> Self {
        self.changes.push(change);
        self
    }
}

/// One thing that happened to an imported case.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ImportChange {
    /// When; not before the change above it.
    pub at: Timestamp,
    /// The id of who did it.
    pub by: String,
    /// What.
    pub what: ImportedChange,
}

impl ImportChange {
    /// What happened at a time, by the person with an id.
    #[must_use]
    pub fn new(at: Timestamp, by: impl Into<String>, what: ImportedChange) -> Self {
        Self { at, by: by.into(), what }
    }
}

/// What happened to an imported case. It is taken as it was: moves, reasons and permissions are not asked for, and a
/// repeated one is kept.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportedChange {
    /// It came to a stage.
    Stage {
        /// The id or label of the stage.
        to: String,
        /// Why, if that is known.
        reason: Option<String>,
    },
    /// Its doer took it, from another if one held it.
    Taken,
    /// It was put back.
    Returned,
    /// A note was written.
    Note {
        /// What it says.
        text: String,
        /// Who could see it.
        visibility: Visibility,
        /// The note that it answers: its place among the notes of this case, from 0.
        reply_to: Option<u32>,
    },
}
