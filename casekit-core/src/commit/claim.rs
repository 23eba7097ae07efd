//! Names and references that are unique in a file.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::event::Fact;
use crate::model::{Reference, State};
use crate::text::fold_name;

/// A name or reference, folded for comparison, that at most one stream of a file may have.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Claim {
    /// The kind of name: the same text may be claimed once for each kind.
    pub kind: ClaimKind,
    /// The text, folded by `text::fold_name`.
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
    /// The number that stands for the kind in a store; it never changes.
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
    /// The kind for a number from a store; `None` if this version knows no such kind.
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
    /// The claim to a name or reference as somebody wrote it.
    #[must_use]
    pub fn new(kind: ClaimKind, text: &str) -> Self {
        Self { kind, value: fold_name(text) }
    }
}

/// The names that a state claims for as long as it has them. Names that ship with the library are not claimed.
#[must_use]
pub fn claims_of(state: &State) -> BTreeSet<Claim> {
    let claim = match state {
        // A name that ships is not claimed: if it were, a corrected translation would make sound files look damaged.
        // See ADR 16.
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

/// The name that a fact claims for good, whatever becomes of its stream; `None` for most facts.
#[must_use]
pub fn claims_for_good(fact: &Fact) -> Option<Claim> {
    let fact = fact.of_case()?;
    let imported = fact.import_reference().map(|reference| Claim::new(ClaimKind::ImportReference, reference));
    imported.or_else(|| Some(Claim::new(ClaimKind::IntakeReference, fact.intake_reference()?)))
}
