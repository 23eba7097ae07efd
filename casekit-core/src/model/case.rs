//! The record of a case.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{
    ActorId, CaseClock, CaseField, CaseId, CaseNumber, CaseResolution, CaseTypeId, CustomerId, DeadlineGoal,
    DueTask, FieldId, FieldValue, Intake, LongText, Priority, Progress, Request, ResolutionCode, SentMessage,
    StageCategory, StageId, TagId, TeamId, Timestamp, Title,
};

/// A case, without its notes: those are read separately, as a thread.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Case {
    /// The id of the case; the library makes it when the case is raised.
    pub id: CaseId,
    /// The number of events folded into it, including the events of its notes.
    pub revision: u64,
    /// The reference that people use, such as `C-000123`; it never changes.
    pub number: CaseNumber,
    /// The id of its case type, which says what the case is about.
    pub case_type: CaseTypeId,
    /// The version of the type whose stages and moves apply to it. It changes only when the case is migrated or moved
    /// to another type.
    pub type_version: u32,
    /// The id of its stage, within its case type.
    pub stage: StageId,
    /// The category of that stage, which is its fixed meaning.
    pub category: StageCategory,
    /// One line of 1 to 200 characters; `[erased]` if the title was erased.
    pub title: Title,
    /// Up to 100,000 characters; `None` if there is no description, or it was erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<LongText>,
    /// The id of the customer that it concerns; `None` if it is not linked to one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// The id of the team with which it stands; `None` if it stands with none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<TeamId>,
    /// How soon it should be worked on, compared with others.
    #[serde(default, skip_serializing_if = "Priority::is_normal")]
    pub priority: Priority,
    /// The ids of its tags, as they were given: one that was merged stands for the tag into which it was merged. Empty if it
    /// has none.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub tags: BTreeSet<TagId>,
    /// Who holds it, and since when; `None` if nobody does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<Holder>,
    /// The id of the actor who raised it.
    pub raised_by: ActorId,
    /// The id of the person for whom the actor raised it; `None` if the actor raised it for themselves. Both count as
    /// raisers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raised_for: Option<ActorId>,
    /// The id of the actor who imported it; `None` if it was not imported. They count as a raiser too: they chose what
    /// it says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imported_by: Option<ActorId>,
    /// When it was raised; for an imported case, when it was raised in the system that it comes from.
    pub raised_at: Timestamp,
    /// When it came to the stage in which it is.
    pub stage_since: Timestamp,
    /// When its newest event happened.
    pub updated_at: Timestamp,
    /// When it last moved to [`Resolved`](StageCategory::Resolved) from a stage of another category. It is kept while
    /// the case is closed, and is `None` once the case is open, active or waiting again. A case that was closed without
    /// being resolved has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_at: Option<Timestamp>,
    /// When it last moved to [`Closed`](StageCategory::Closed) from a stage of another category. `None` in every other
    /// category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Timestamp>,
    /// How it ended; `None` if nobody said so, or it has not ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution: Option<Box<CaseResolution>>,
    /// How often it was reopened: moved from a resolved or closed stage to an open, active or waiting one.
    #[serde(default)]
    pub reopened: u32,
    /// How many notes were ever added, including replies and retracted notes. It numbers the notes: the next one gets
    /// the next place.
    #[serde(default)]
    pub notes: u32,
    /// The request for which it was raised; `None` if it did not come from the webform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<Request>,
    /// That the request arrived, which stays when the request is erased; `None` if it did not come from the webform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intake: Option<Intake>,
    /// How far it has come in its workflow; `None` if no workflow was started for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progress: Option<Box<Progress>>,
    /// What its deadlines are counted from, and what they came to.
    #[serde(default, skip_serializing_if = "CaseClock::is_empty")]
    pub clock: CaseClock,
    /// The values of the organisation's own fields, by the ids of the fields; empty if none has a value.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<FieldId, CaseField>,
}

/// The person who holds a case.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Holder {
    /// The id of the actor who took the case, or to whom it was assigned.
    pub by: ActorId,
    /// When they took it, or it was assigned to them.
    pub since: Timestamp,
}

impl Case {
    /// Who counts as having raised the case: who did, the person for whom they acted, and who imported it.
    pub(crate) fn raisers(&self) -> impl Iterator<Item = &ActorId> {
        std::iter::once(&self.raised_by).chain(&self.raised_for).chain(&self.imported_by)
    }

    /// When the organisation received what it is about.
    #[must_use]
    pub fn received_at(&self) -> Timestamp {
        self.clock.received_at.unwrap_or(self.raised_at)
    }

    /// When the goal of a deadline was reached; `None` if it was not.
    ///
    /// Whoever got an answer was told that the case was received, and a case without a workflow is answered when it is
    /// resolved or closed.
    #[must_use]
    pub fn met(&self, goal: DeadlineGoal) -> Option<Timestamp> {
        let ended = || self.resolved_at.into_iter().chain(self.closed_at).min();
        let answered = || match &self.progress {
            Some(_) => self.clock.answered_at,
            None => ended(),
        };
        match goal {
            DeadlineGoal::Acknowledge => self.clock.acknowledged_at.into_iter().chain(answered()).min(),
            DeadlineGoal::Respond => answered(),
            DeadlineGoal::Resolve => ended(),
        }
    }

    /// Since when it has a task of this kind for the library, or from when on; `None` if it has none.
    #[must_use]
    pub fn due_task(&self, kind: DueTask) -> Option<Timestamp> {
        match kind {
            DueTask::KeepClock => self.clock.wakes_at(),
            DueTask::Deliver | DueTask::DestroyData | DueTask::Collect => {
                let (due, at) = self.progress.as_deref().and_then(Progress::due_task)?;
                (due == kind).then_some(at)
            }
        }
    }

    /// The values that rows of lists show, by the ids of their fields.
    #[must_use]
    pub fn in_rows(&self) -> BTreeMap<FieldId, FieldValue> {
        let shown = self.fields.iter().filter(|(_, kept)| kept.in_rows && !kept.sensitive);
        shown.map(|(id, kept)| (id.clone(), kept.value.clone())).collect()
    }

    /// Its messages to the requester, oldest first.
    pub fn messages(&self) -> impl Iterator<Item = &SentMessage> {
        self.progress.iter().flat_map(|progress| &progress.messages)
    }

    /// The id of its holder; `None` if nobody holds it.
    #[must_use]
    pub fn holder_id(&self) -> Option<&ActorId> {
        self.holder.as_ref().map(|holder| &holder.by)
    }

    /// The code of how it ended; `None` if nobody said so, or it has not ended.
    #[must_use]
    pub fn resolution_code(&self) -> Option<&ResolutionCode> {
        self.resolution.as_ref().map(|resolution| &resolution.code)
    }

    /// The progress of its workflow, until that ends; `None` if it has ended or there is none.
    #[must_use]
    pub fn live(&self) -> Option<&Progress> {
        self.progress.as_deref().filter(|progress| progress.is_live())
    }
}
