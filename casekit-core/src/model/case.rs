//! The record that everything is about.

use serde::{Deserialize, Serialize};

use super::{
    ActorId, CaseId, CaseNumber, CaseTypeId, CustomerId, LongText, Progress, Request, StageCategory, StageId,
    Timestamp, Title,
};

/// A case, without its notes: those are read as a thread.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Case {
    /// Its identity.
    pub id: CaseId,
    /// The number of events folded into it, its notes' events too.
    pub revision: u64,
    /// Its human reference.
    pub number: CaseNumber,
    /// What it is about.
    pub case_type: CaseTypeId,
    /// The version of the type that it keeps until it is migrated.
    pub type_version: u32,
    /// Where it stands.
    pub stage: StageId,
    /// The meaning of that stage.
    pub category: StageCategory,
    /// Its title.
    pub title: Title,
    /// What it says, if anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<LongText>,
    /// Whom it concerns, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// In whose hands it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<Holder>,
    /// Who raised it.
    pub raised_by: ActorId,
    /// For whom it was raised, if for another; both count as raisers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raised_for: Option<ActorId>,
    /// When it was raised.
    pub raised_at: Timestamp,
    /// When its newest event happened.
    pub updated_at: Timestamp,
    /// Since when it is resolved: when it last came into [`Resolved`](StageCategory::Resolved) from a stage of another
    /// category. It stays while the case is closed, and is `None` again once the case is under way: a case that was closed
    /// without having been resolved has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_at: Option<Timestamp>,
    /// Since when it is closed: when it last came into [`Closed`](StageCategory::Closed) from a stage of another category.
    /// `None` in every other category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Timestamp>,
    /// How often it left `Resolved` or `Closed` again.
    #[serde(default)]
    pub reopened: u32,
    /// How many notes were ever added; the next note takes the next place.
    #[serde(default)]
    pub notes: u32,
    /// The request that it came from, if it came from the webform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<Request>,
    /// How far it has come in its workflow, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progress: Option<Box<Progress>>,
}

/// In whose hands a case is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Holder {
    /// Who took it, or to whom it was assigned.
    pub by: ActorId,
    /// Since when.
    pub since: Timestamp,
}

impl Case {
    /// The id of its holder, if it is in anybody's hands.
    #[must_use]
    pub fn holder_id(&self) -> Option<&ActorId> {
        self.holder.as_ref().map(|holder| &holder.by)
    }

    /// Its workflow, while that is under way.
    #[must_use]
    pub fn live(&self) -> Option<&Progress> {
        self.progress.as_deref().filter(|progress| progress.is_live())
    }

    /// The permissions with which somebody can act on it now, as bits; 0 if nothing is pending.
    #[must_use]
    pub fn ready_bits(&self) -> u32 {
        self.progress.as_deref().map_or(0, Progress::ready_bits)
    }
}
