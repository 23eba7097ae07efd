//! How far a case has come in its workflow.

mod rounds;

use serde::{Deserialize, Serialize};

use super::{
    ActorId, BlobId, Outcome, Redaction, Release, Round, ShortText, Snapshot, Step, StepDoer, StepId,
    StepKind, Timestamp, WorkflowId,
};
use crate::language::Message;

/// A case in its workflow. It brings the steps of the version that it started with, and keeps them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Progress {
    /// Which round it is, from 1.
    pub round: u32,
    /// The rounds before, oldest first; each has ended.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<Round>,
    /// The workflow.
    pub workflow: WorkflowId,
    /// Its version.
    pub version: u32,
    /// The steps of that version.
    pub steps: Vec<Step>,
    /// The salt of this case's content digests, in hexadecimal; destroyed when the customer is erased.
    pub salt: String,
    /// What was approved so far, oldest first; revoked and lapsed approvals are gone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approvals: Vec<Approval>,
    /// That it was denied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub denial: Option<Denial>,
    /// The data that was found last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<Snapshot>,
    /// The answer, once it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<Release>,
    /// What stands in the way, for who must fix it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// What the case ended as; until then the workflow is live.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
}

/// One person's approval of one step, on exactly this content.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Approval {
    /// The step.
    pub step: StepId,
    /// Who gave it.
    pub by: ActorId,
    /// For whom, if for another; both count as doers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<ActorId>,
    /// When.
    pub at: Timestamp,
    /// The digest of what was approved, in hexadecimal.
    pub digest: String,
    /// What was approved of the data, if it is a data approval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<DataApproval>,
    /// How the requester was identified, if it is an identification.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<ShortText>,
    /// What was checked for that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checked: Vec<ShortText>,
}

/// What was approved of the data.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DataApproval {
    /// That there is none.
    NoData,
    /// This snapshot without what is hidden.
    Data {
        /// The snapshot.
        snapshot: BlobId,
        /// What is hidden.
        redactions: Vec<Redaction>,
        /// The digest of the data as it is sent, in hexadecimal.
        digest: String,
    },
}

impl DataApproval {
    /// The digest of the data as it is sent; `None` if it was approved that there is none.
    #[must_use]
    pub fn digest(&self) -> Option<&str> {
        match self {
            Self::NoData => None,
            Self::Data { digest, .. } => Some(digest),
        }
    }
}

/// That the request was denied, by whom and why.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Denial {
    /// The step at which it was denied.
    pub step: StepId,
    /// One of the step's denial codes.
    pub code: String,
    /// Who denied it.
    pub by: ActorId,
    /// When.
    pub at: Timestamp,
    /// Why, for staff.
    pub internal_reason: ShortText,
    /// Why, for the person who asked.
    pub customer_reason: ShortText,
}

/// What the boxes on the screen show.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum StepState {
    /// A required step is not done.
    Locked,
    /// It can be done now.
    Ready,
    /// It is done.
    Done,
    /// It was denied here.
    Denied,
    /// Something failed here.
    Failed,
}

impl StepState {
    /// The word used in hosts, and the key of its words.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Locked => "locked",
            Self::Ready => "ready",
            Self::Done => "done",
            Self::Denied => "denied",
            Self::Failed => "failed",
        }
    }
}

/// An entry in "cases with errors".
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Failure {
    /// The stable word for the cause: `source_missing`, `delivery_refused`.
    pub code: String,
    /// What kind of fault.
    pub class: FailureClass,
    /// Who must act.
    pub responsible: Responsible,
    /// The step at which it happened.
    pub step: StepId,
    /// The setting that is wrong, if one is: `webform`, `sources.crm`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setting: Option<String>,
    /// What to do, without personal data; a host's own hint is text as it gave it.
    pub hint: Message,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was last tried.
    pub at: Timestamp,
}

/// Kinds of failures.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum FailureClass {
    /// A setting is wrong; a retry works once it is fixed.
    Configuration,
    /// It may work later without anybody's doing.
    Transient,
    /// It will not work this way.
    Permanent,
    /// The data is not as it must be.
    Data,
}

/// Who must act on a failure.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum Responsible {
    /// Who keeps the settings.
    ItAdministrator,
    /// Who holds the case.
    CaseWorker,
    /// Who supports casekit's host.
    Support,
}

impl Progress {
    /// Whether the workflow is still under way.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.outcome.is_none()
    }

    /// The step with that id.
    #[must_use]
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.id.as_str() == id)
    }

    /// The approvals of one step.
    pub fn approvals_of<'a>(&'a self, step: &'a StepId) -> impl Iterator<Item = &'a Approval> {
        self.approvals.iter().filter(move |approval| approval.step == *step)
    }

    /// Whether enough people approved a step; a release is done when the answer has arrived.
    #[must_use]
    pub fn is_done(&self, step: &Step) -> bool {
        match step.kind {
            StepKind::Release => {
                self.release.as_ref().is_some_and(|release| release.is_delivered() && self.denial.is_none())
            }
            StepKind::Identification | StepKind::DataApproval | StepKind::Approval => {
                self.approvals_of(&step.id).count() >= step.quorum as usize
            }
        }
    }

    /// The steps that a step requires and that are not done.
    pub fn open_before<'a>(&'a self, step: &'a Step) -> impl Iterator<Item = &'a Step> {
        step.requires.iter().filter_map(|id| self.step(id.as_str())).filter(|step| !self.is_done(step))
    }

    /// What stands in the way now: of a workflow that has ended only what fails as its answer is sent again.
    #[must_use]
    pub fn present_failure(&self) -> Option<&Failure> {
        let is_resent = self.release.as_ref().is_some_and(|release| release.sending.has_failed());
        self.failure.as_ref().filter(|_| self.is_live() || is_resent)
    }

    /// Whether something failed at a step and can be tried again there.
    ///
    /// What failed before a step was locked is of no matter now. Once the answer was asked for nothing is locked any
    /// more: what it rests on cannot change under way.
    #[must_use]
    pub fn has_failed(&self, step: &Step) -> bool {
        let failed = self.failure.as_ref().is_some_and(|failure| failure.step == step.id);
        failed && (self.release.is_some() || self.open_before(step).next().is_none())
    }

    /// What the box of a step shows.
    #[must_use]
    pub fn state_of(&self, step: &Step) -> StepState {
        if self.denial.as_ref().is_some_and(|denial| denial.step == step.id) {
            return StepState::Denied;
        }
        if self.has_failed(step) {
            return StepState::Failed;
        }
        if self.is_done(step) {
            return StepState::Done;
        }
        if self.is_live() && self.denial.is_none() && self.open_before(step).next().is_none() {
            StepState::Ready
        } else {
            StepState::Locked
        }
    }

    /// The steps at which somebody can act now; a failed one is still there to be acted upon.
    pub fn ready_steps(&self) -> impl Iterator<Item = &Step> {
        let failed = |step: &Step| self.has_failed(step);
        let ready = move |step: &&Step| failed(step) || self.state_of(step) == StepState::Ready;
        self.steps.iter().filter(move |step| self.is_live() && ready(step))
    }

    /// The permissions with which somebody can act now, as bits; 0 if nobody can. What "pending" is counted by.
    #[must_use]
    pub fn ready_bits(&self) -> u32 {
        self.ready_steps().fold(0, |bits, step| bits | step.permission.bit())
    }

    /// The newest data approval.
    #[must_use]
    pub fn data_approval(&self) -> Option<&DataApproval> {
        self.approvals.iter().rev().find_map(|approval| approval.data.as_ref())
    }

    /// Whether the holder does a step: a quorum or an exclusion makes it anyone with the permission.
    #[must_use]
    pub fn is_for_holder(step: &Step) -> bool {
        let alone = step.quorum <= 1 && !step.excludes_raiser && step.excludes_doers_of.is_empty();
        match step.doer {
            StepDoer::Holder => alone,
            StepDoer::Anyone => false,
        }
    }

    /// What the library itself has to do about the case, and from when on: the store's index of what is due.
    #[must_use]
    pub fn due_task(&self) -> Option<(DueTask, Timestamp)> {
        if let Some(from) = self.release.as_ref().and_then(|release| release.sending.due()) {
            return Some((DueTask::Deliver, from));
        }
        let earlier = self.earlier.iter().filter_map(Round::kept_since);
        earlier.chain(self.kept_since()).min().map(|at| (DueTask::DestroyData, at))
    }
}

/// Something that the library has to do by itself.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DueTask {
    /// Go on with an answer that is under way; the instant is the end of the lease of who sends it.
    Deliver,
    /// Destroy what was found and sent; the instant is when it was delivered, the retention time comes on top.
    DestroyData,
}

impl DueTask {
    /// The number that stores use; it never changes.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Deliver => 0,
            Self::DestroyData => 1,
        }
    }
}
