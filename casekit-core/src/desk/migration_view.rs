//! How the cases of a type, or customers, are migrated, and what became of each.

use serde::{Deserialize, Serialize};

use crate::model::{CaseId, CustomerId};

/// How the cases of a type, or customers, are migrated.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct Migration {
    /// Whether it is only told what would happen. Nothing is written.
    pub dry_run: bool,
    /// The ids of fields whose values are given up where the newest version has no place for them. The history of each case or
    /// customer keeps what they were. A value that has a place stays.
    pub give_up: Vec<String>,
}

impl Migration {
    /// A migration that is carried out, and gives up no value.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same migration, of which is only told what would happen.
    #[must_use]
    pub fn dry_run(mut self) -> Self {
        self.dry_run = true;
        self
    }

    /// The same migration, which gives up values of a field that have no place in the newest version.
    #[must_use]
    pub fn giving_up(mut self, field: impl Into<String>) -> Self {
        self.give_up.push(field.into());
        self
    }
}

/// What became of one case in a migration, or would.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct MigratedCase {
    /// The id of the case.
    pub case: CaseId,
    /// The case number, such as `C-000123`.
    pub number: String,
    /// The version of the type that the case had.
    pub from_version: u32,
    /// Whether it has the newest version now; in a dry run, whether it would.
    pub fits: bool,
    /// What does not fit, and keeps the case where it is; empty if it fits.
    pub misfits: Vec<Misfit>,
}

/// What became of one customer in a migration, or would.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct MigratedCustomer {
    /// The id of the customer.
    pub customer: CustomerId,
    /// The name of the customer.
    pub name: String,
    /// The version of the fields of customers by which all values were last found right; 0 if they never were.
    pub from_version: u32,
    /// Whether they are right by the newest version now; in a dry run, whether they would be.
    pub fits: bool,
    /// What does not fit, and keeps the customer where they are; empty if they fit.
    pub misfits: Vec<Misfit>,
}

/// Why a case or a customer cannot have the newest version.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct Misfit {
    /// The label of the field that does not fit, or its id where no version calls it anything; `None` if it is something else,
    /// such as the stage.
    pub field: Option<String>,
    /// The code of the reason: of a blocker such as `fields_do_not_fit`, of a rule such as `already_in_use`, or of another
    /// refusal.
    pub code: String,
    /// What to do about it, as text in the desk's language.
    pub why: String,
}
