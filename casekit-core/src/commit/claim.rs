//! Names and references that only one thing may have.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::event::Fact;
use crate::model::{Reference, State};
use crate::text::fold_name;

/// A name or reference, folded for comparison, that only one stream of a file may have.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Claim {
    /// What kind of name.
    pub kind: ClaimKind,
    /// The folded value.
    pub value: String,
}

/// Kinds of names that are unique in a file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimKind {
    /// The name of a case type.
    CaseTypeName,
    /// The name of a workflow.
    WorkflowName,
    /// The external reference of a customer.
    CustomerReference,
    /// The reference under which a case was imported.
    ImportReference,
    /// The reference under which a request arrived.
    IntakeReference,
}

impl ClaimKind {
    /// The number that stores use; it never changes.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::CaseTypeName => 0,
            Self::WorkflowName => 1,
            Self::CustomerReference => 2,
            Self::ImportReference => 3,
            Self::IntakeReference => 4,
        }
    }
}

impl ClaimKind {
    /// The kind that a store kept under a number.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        let all = [
            Self::CaseTypeName,
            Self::WorkflowName,
            Self::CustomerReference,
            Self::ImportReference,
            Self::IntakeReference,
        ];
        all.into_iter().find(|kind| kind.code() == code)
    }
}

impl Claim {
    /// A name, folded.
    #[must_use]
    pub fn new(kind: ClaimKind, text: &str) -> Self {
        Self { kind, value: fold_name(text) }
    }
}

/// The names that a state holds and gives up when it changes; a word that ships is nobody's name.
#[must_use]
pub fn claims_of(state: &State) -> BTreeSet<Claim> {
    let claim = match state {
        // Words of ours are not claimed: see ADR 16.
        State::CaseType(case_type) => {
            case_type.name.given().map(|name| Claim::new(ClaimKind::CaseTypeName, name.as_str()))
        }
        State::Workflow(workflow) => {
            workflow.name.given().map(|name| Claim::new(ClaimKind::WorkflowName, name.as_str()))
        }
        State::Customer(customer) => {
            let reference = customer.profile.external_reference.as_ref().map(Reference::as_str);
            reference.map(|text| Claim::new(ClaimKind::CustomerReference, text))
        }
        State::Case(_) | State::Settings(_) | State::Ledger(_) => None,
    };
    claim.into_iter().collect()
}

/// The names that a fact claims for good, whatever its stream becomes.
#[must_use]
pub fn claims_for_good(fact: &Fact) -> Option<Claim> {
    let fact = fact.of_case()?;
    let imported = fact.import_reference().map(|reference| Claim::new(ClaimKind::ImportReference, reference));
    imported.or_else(|| Some(Claim::new(ClaimKind::IntakeReference, fact.intake_reference()?)))
}
