//! Names and references that are unique in a file.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::event::{Fact, PersonFact};
use crate::model::{CaseField, FieldId, FieldOwner, FieldValue, Reference, State};
use crate::text::fold_name;
use unicode_normalization::UnicodeNormalization;

/// A name or reference in the form in which it is compared; at most one stream of a file may have it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Claim {
    /// The kind of name: the same text may be claimed once for each kind.
    pub kind: ClaimKind,
    /// The text as it is compared: the name of a type, a workflow, a team or a tag folded by `text::fold_name`, anything else as it was
    /// given, without outer white space and in Unicode's normal form C.
    pub value: String,
    /// Which of those who share the text has it, from 1. Only requests can share one.
    pub number: u32,
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
    /// The reference under which a request arrived. Others with the same reference have the numbers from 2.
    IntakeReference,
    /// The fingerprint of a request that arrived, by which the same request is recognised when it arrives again.
    IntakeFingerprint,
    /// The actor id of somebody in the directory of people.
    PersonActor,
    /// The name of a team.
    TeamName,
    /// The name of a tag, which stays its own after it was merged.
    TagName,
    /// The reference by which the requester answers a message.
    AnswerReference,
    /// The value of a field that no other case of its type, or no other customer, has.
    FieldValue,
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
            Self::IntakeFingerprint => 5,
            Self::PersonActor => 6,
            Self::TeamName => 7,
            Self::AnswerReference => 8,
            Self::FieldValue => 9,
            Self::TagName => 10,
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
            Self::IntakeFingerprint,
            Self::PersonActor,
            Self::TeamName,
            Self::AnswerReference,
            Self::FieldValue,
            Self::TagName,
        ];
        all.into_iter().find(|kind| kind.code() == code)
    }
}

impl Claim {
    /// The claim to a name or reference as somebody wrote it; the first, if others can share it.
    #[must_use]
    pub fn new(kind: ClaimKind, text: &str) -> Self {
        let value = match kind {
            ClaimKind::CaseTypeName | ClaimKind::WorkflowName | ClaimKind::TeamName | ClaimKind::TagName => {
                fold_name(text)
            }
            // Another system made it, and may tell `aB3x` from `Ab3x`: folded, one person's request or rows would be taken
            // for another's. Normal form C only undoes what a keyboard or a file system did to the same characters.
            ClaimKind::CustomerReference
            | ClaimKind::ImportReference
            | ClaimKind::IntakeReference
            | ClaimKind::IntakeFingerprint
            | ClaimKind::AnswerReference => text.trim().nfc().collect(),
            // It is made of a folded value already: see `field_claim`.
            ClaimKind::FieldValue => text.to_owned(),
            // Two actors are the same person only if their ids are equal, character by character.
            ClaimKind::PersonActor => text.to_owned(),
        };
        Self { kind, value, number: 1 }
    }

    /// The claim to the same text by another of those who share it.
    #[must_use]
    pub fn numbered(self, number: u32) -> Self {
        Self { number, ..self }
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
        State::Team(team) => Some(Claim::new(ClaimKind::TeamName, team.name.as_str())),
        State::Tag(tag) => Some(Claim::new(ClaimKind::TagName, tag.name.as_str())),
        State::Customer(customer) => {
            let reference = customer.profile.external_reference.as_ref().map(Reference::as_str);
            let reference = reference.map(|text| Claim::new(ClaimKind::CustomerReference, text));
            return unique_fields(FieldOwner::Customers, &customer.fields).chain(reference).collect();
        }
        State::Case(case) => {
            return unique_fields(FieldOwner::CaseType(case.case_type), &case.fields).collect();
        }
        State::Settings(_) | State::Ledger(_) | State::Person(_) => None,
    };
    claim.into_iter().collect()
}

/// The claim to a value of a field that no other case of the type, or no other customer, has.
#[must_use]
pub(crate) fn field_claim(owner: FieldOwner, field: &FieldId, value: &FieldValue) -> Claim {
    let value = value.unique_text();
    let text = match owner {
        FieldOwner::CaseType(case_type) => format!("{case_type}/{field}/{value}"),
        FieldOwner::Customers => format!("customers/{field}/{value}"),
    };
    Claim::new(ClaimKind::FieldValue, &text)
}

fn unique_fields(
    owner: FieldOwner,
    fields: &BTreeMap<FieldId, CaseField>,
) -> impl Iterator<Item = Claim> + use<'_> {
    let unique = fields.iter().filter(|(_, kept)| kept.unique);
    unique.map(move |(field, kept)| field_claim(owner, field, &kept.value))
}

/// The names that a fact claims for good, whatever becomes of its stream; most facts claim none.
#[must_use]
pub fn claims_for_good(fact: &Fact) -> Vec<Claim> {
    if let Fact::Person(_, PersonFact::PersonEntered { actor }) = fact {
        return vec![Claim::new(ClaimKind::PersonActor, actor.as_str())];
    }
    let Some(fact) = fact.of_case() else { return Vec::new() };
    let imported = fact.import_reference().map(|reference| Claim::new(ClaimKind::ImportReference, reference));
    let arrived = fact.intake().into_iter().flat_map(|(reference, number, fingerprint)| {
        [
            Claim::new(ClaimKind::IntakeReference, reference).numbered(number),
            Claim::new(ClaimKind::IntakeFingerprint, fingerprint),
        ]
    });
    let answerable = fact.answerable().map(|key| Claim::new(ClaimKind::AnswerReference, key));
    imported.into_iter().chain(arrived).chain(answerable).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_compare_as_given_without_outer_space_and_in_normal_form_c() {
        let references =
            [ClaimKind::CustomerReference, ClaimKind::ImportReference, ClaimKind::IntakeReference];
        for kind in references {
            let same = |one: &str, other: &str| Claim::new(kind, one) == Claim::new(kind, other);
            for (one, other) in
                [("aB3x", "Ab3x"), ("ß", "ss"), ("Ａ1", "A1"), ("a b", "a  b"), ("ref", "ref#2")]
            {
                assert!(!same(one, other), "{one} and {other} are two references");
            }
            assert!(same(" aB3x\u{3000}", "aB3x"));
            assert!(same("e\u{301}1", "é1"));
        }
        let named = |text| Claim::new(ClaimKind::CaseTypeName, text);
        assert_eq!(named("STRASSE"), named("Straße"), "names of types fold");
    }
}
