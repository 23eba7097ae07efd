//! How far a case has come in its workflow.

mod found;
mod rounds;

use serde::{Deserialize, Serialize};

use super::{
    ActorId, Assurance, BlobId, Failure, LeftOut, MaterialField, NoDataFinding, Outcome, Redaction, Release,
    Round, Sending, SentMessage, ShortText, Snapshot, Step, StepDoer, StepId, StepKind, Timestamp,
    WorkflowId,
};

/// The progress of a case in its workflow. It holds the steps of the version with which it started, and keeps them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Progress {
    /// The number of the current round, from 1.
    pub round: u32,
    /// The rounds before this one, oldest first. Each has ended.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<Round>,
    /// The id of the workflow.
    pub workflow: WorkflowId,
    /// The version of the workflow with which this round started.
    pub version: u32,
    /// The steps of that version, in the order in which a screen shows them.
    pub steps: Vec<Step>,
    /// The salt of this case's content digests, in hexadecimal. It is destroyed when the customer is erased.
    pub salt: String,
    /// The approvals that hold, oldest first. Those that were revoked or have lapsed are not among them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approvals: Vec<Approval>,
    /// Who denied the request, and why; `None` unless it was denied in this round.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub denial: Option<Denial>,
    /// The data that was collected last; `None` if none was collected, or once it was destroyed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<Snapshot>,
    /// The sources that are left out of the answer, in the order in which that was decided.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<LeftOut>,
    /// The messages that were sent to the requester, oldest first; those of earlier rounds too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub messages: Vec<SentMessage>,
    /// The answer; `None` until somebody asks for it to be sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<Release>,
    /// What went wrong last and is not fixed, and who has to fix it; `None` if nothing has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// What the case ended as; `None` while the workflow is live.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
}

/// One person's approval of one step, bound to the content that they saw.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Approval {
    /// The id of the step that was approved.
    pub step: StepId,
    /// The id of the actor who approved it.
    pub by: ActorId,
    /// The id of the person for whom the actor approved it; `None` if they acted for themselves. Both count as doers of
    /// the step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<ActorId>,
    /// When it was approved.
    pub at: Timestamp,
    /// The digest of what was approved, in hexadecimal.
    pub digest: String,
    /// What was approved about the data; `None` unless this is a data approval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<DataApproval>,
    /// How the requester was identified; `None` unless this is an identification.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<ShortText>,
    /// What was checked to identify the requester, up to 100 entries; empty unless this is an identification.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checked: Vec<ShortText>,
    /// How sure that makes the organisation; `None` if nobody said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assurance: Option<Assurance>,
    /// The places of the credentials that were found to be right, from 0, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub credentials: Vec<u32>,
    /// What else there is to say about the identification; `None` if nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<ShortText>,
}

/// What a data approval says about the data.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DataApproval {
    /// No data is sent.
    NoData {
        /// What that rests on.
        finding: NoDataFinding,
        /// Why no data is sent, for the person who asked to read; `None` only if all sources found nothing.
        reason: Option<ShortText>,
    },
    /// The data of this snapshot may be sent, without what is hidden.
    Data {
        /// The id of the snapshot.
        snapshot: BlobId,
        /// What is hidden, each part with a reason.
        redactions: Vec<Redaction>,
        /// What is shown although the workflow hides it, each column with a reason.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        shown: Vec<Redaction>,
        /// The digest of the data as it is sent, in hexadecimal.
        digest: String,
    },
}

impl DataApproval {
    /// The digest of the data as it is sent, in hexadecimal; `None` if the approval says that there is none.
    #[must_use]
    pub fn digest(&self) -> Option<&str> {
        match self {
            Self::NoData { .. } => None,
            Self::Data { digest, .. } => Some(digest),
        }
    }
}

/// Who denied a request, at which step, and why.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Denial {
    /// The id of the step at which it was denied.
    pub step: StepId,
    /// One of the denial codes of that step, such as `no_match`.
    pub code: String,
    /// The id of the actor who denied it.
    pub by: ActorId,
    /// When it was denied.
    pub at: Timestamp,
    /// The reason for staff; the person who asked never sees it.
    pub internal_reason: ShortText,
    /// The reason that the person who asked is told.
    pub customer_reason: ShortText,
}

/// The state of a step, as its box on a screen shows it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum StepState {
    /// It cannot be done yet: a step that it requires is not done, the request was denied, or the workflow has ended.
    Locked,
    /// Somebody can do it now.
    Ready,
    /// Enough people approved it; for a release, the answer has arrived.
    Done,
    /// The request was denied at this step.
    Denied,
    /// Something failed at this step, and can be tried again.
    Failed,
}

impl StepState {
    /// Every state, in the order of declaration.
    pub const ALL: [Self; 5] = [Self::Locked, Self::Ready, Self::Done, Self::Denied, Self::Failed];

    /// The state that [`code`](Self::code) is the word for; `None` if it is for none.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }

    /// The stable word for it in hosts, such as `locked`; also the key of its label in every language.
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

/// The states of all steps of a case, as rows of lists have them: what else there is of the steps is in that version of the
/// workflow.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StepStates {
    /// The version of the workflow that the case is in.
    pub version: u32,
    /// A state for each of its steps, in their order.
    pub states: Vec<StepState>,
}

impl StepStates {
    /// The states as a store keeps them: the version, a colon, and the codes with commas between.
    #[must_use]
    pub fn written(&self) -> String {
        let codes: Vec<&str> = self.states.iter().map(|state| state.code()).collect();
        format!("{}:{}", self.version, codes.join(","))
    }

    /// What [`written`](Self::written) wrote; `None` if it is something else.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (version, codes) = text.split_once(':')?;
        let codes = codes.split(',').filter(|_| !codes.is_empty());
        let states: Option<Vec<StepState>> = codes.map(StepState::of_code).collect();
        Some(Self { version: version.parse().ok()?, states: states? })
    }
}

impl Progress {
    /// Whether the workflow has not ended yet.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.outcome.is_none()
    }

    /// The step with this id; `None` if the workflow has no such step.
    #[must_use]
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.id.as_str() == id)
    }

    /// The step that identifies the person; `None` if the workflow has no such step.
    #[must_use]
    pub fn identification(&self) -> Option<&Step> {
        self.steps.iter().find(|step| step.kind == StepKind::Identification)
    }

    /// The approvals of one step that hold, oldest first.
    pub fn approvals_of<'a>(&'a self, step: &'a StepId) -> impl Iterator<Item = &'a Approval> {
        self.approvals.iter().filter(move |approval| approval.step == *step)
    }

    /// The steps with an approval that covers a field.
    pub fn covering(&self, field: MaterialField) -> impl Iterator<Item = &Step> {
        let is_given = |step: &Step| self.approvals_of(&step.id).next().is_some();
        self.steps.iter().filter(move |step| step.material.contains(&field) && is_given(step))
    }

    /// Whether a step is done: enough people approved it. A release is done when the answer has arrived, unless that
    /// was a denial.
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

    /// The steps that a step requires and that are not done yet.
    pub fn open_before<'a>(&'a self, step: &'a Step) -> impl Iterator<Item = &'a Step> {
        step.requires.iter().filter_map(|id| self.step(id.as_str())).filter(|step| !self.is_done(step))
    }

    /// The failure that matters now: of a step or the answer, or else of a message to the requester. Once the workflow has
    /// ended, that is only a failure of sending its answer again.
    #[must_use]
    pub fn present_failure(&self) -> Option<&Failure> {
        let is_resent = self.release.as_ref().is_some_and(|release| release.sending.has_failed());
        let own = self.failure.as_ref().filter(|_| self.is_live() || is_resent);
        own.or_else(|| self.failed_message()?.failure.as_ref())
    }

    /// The first message to the requester that could not be sent; `None` if there is none.
    #[must_use]
    pub fn failed_message(&self) -> Option<&SentMessage> {
        self.messages.iter().find(|one| one.sending.has_failed())
    }

    /// Whether something failed at a step and can be tried again there.
    ///
    /// While the step is locked, an earlier failure does not count. Once the answer was asked for, steps are no longer
    /// locked, because what the answer is based on cannot change while it is being delivered.
    #[must_use]
    pub fn has_failed(&self, step: &Step) -> bool {
        let failed = self.failure.as_ref().is_some_and(|failure| failure.step == step.id);
        failed && (self.release.is_some() || self.open_before(step).next().is_none())
    }

    /// The state of a step, as its box on a screen shows it.
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

    /// The state of every step.
    #[must_use]
    pub fn states(&self) -> StepStates {
        let states = self.steps.iter().map(|step| self.state_of(step)).collect();
        StepStates { version: self.version, states }
    }

    /// The steps at which somebody can act now, including those that failed.
    pub fn ready_steps(&self) -> impl Iterator<Item = &Step> {
        let failed = |step: &Step| self.has_failed(step);
        let ready = move |step: &&Step| failed(step) || self.state_of(step) == StepState::Ready;
        self.steps.iter().filter(move |step| self.is_live() && ready(step))
    }

    /// The newest data approval that holds; `None` if there is none.
    #[must_use]
    pub fn data_approval(&self) -> Option<&DataApproval> {
        self.approvals.iter().rev().find_map(|approval| approval.data.as_ref())
    }

    /// Whether only the holder of the case can do a step. With a quorum or an exclusion, anyone with the permission
    /// can.
    #[must_use]
    pub fn is_for_holder(step: &Step) -> bool {
        let alone = step.quorum <= 1 && !step.excludes_raiser && step.excludes_doers_of.is_empty();
        match step.doer {
            StepDoer::Holder => alone,
            StepDoer::Anyone => false,
        }
    }

    /// When the library tries again by itself to build or send the answer; `None` if it does not, or nothing failed.
    #[must_use]
    pub fn retry_at(&self) -> Option<Timestamp> {
        let failed = self.release.as_ref().is_some_and(|release| release.sending.has_failed());
        self.failure.as_ref().filter(|_| failed).and_then(|failure| failure.retry_at)
    }

    /// The failure of a collection that can be tried again: the workflow is live, and its step is neither done nor locked.
    #[must_use]
    pub fn failed_collection(&self) -> Option<&Failure> {
        let failure = self.failure.as_ref()?;
        let step = self.step(failure.step.as_str())?;
        let is_open = self.is_live() && self.release.is_none() && self.denial.is_none();
        let is_collection =
            step.kind == StepKind::DataApproval && !self.is_done(step) && self.has_failed(step);
        (is_open && is_collection).then_some(failure)
    }

    /// When the library asks sources again by itself that failed; `None` if it does not.
    #[must_use]
    pub fn collect_again_at(&self) -> Option<Timestamp> {
        let failed = self.failed_collection()?;
        self.passing_sources()
            .map(|(_, failure)| failure)
            .chain([failed])
            .filter_map(|one| one.retry_at)
            .min()
    }

    /// The number of the next attempt of the library at that.
    #[must_use]
    pub fn next_attempt_to_collect(&self) -> u32 {
        let failures = self.passing_sources().map(|(_, failure)| failure).chain(&self.failure);
        failures.map(|failure| failure.attempts).max().unwrap_or_default().saturating_add(1)
    }

    /// What the library itself has to do about the case, and from when. Stores keep this in an index.
    #[must_use]
    pub fn due_task(&self) -> Option<(DueTask, Timestamp)> {
        let answer = self.release.iter().map(|release| &release.sending);
        let sendings = answer.chain(self.messages.iter().map(|message| &message.sending));
        let messages = self.messages.iter().filter_map(SentMessage::retry_at);
        let retries = self.retry_at().into_iter().chain(messages);
        if let Some(from) = sendings.filter_map(Sending::due).chain(retries).min() {
            return Some((DueTask::Deliver, from));
        }
        if let Some(from) = self.collect_again_at() {
            return Some((DueTask::Collect, from));
        }
        let earlier = self.earlier.iter().filter_map(Round::kept_since);
        earlier.chain(self.kept_since()).min().map(|at| (DueTask::DestroyData, at))
    }
}

/// Something that the library does by itself.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DueTask {
    /// Continue an answer or a message. The instant is when the sending was asked for; while an attempt is
    /// running, when its lease ends; after a failure that may pass by itself, when it is tried again.
    Deliver,
    /// Destroy the snapshot and the package. The instant is when the answer was delivered, to which the retention time
    /// is added.
    DestroyData,
    /// Ask the sources again, after that failed in a way that may pass by itself. The instant is when it is tried again; while
    /// an attempt is running, when another begins if nothing is heard of it.
    Collect,
    /// Tell of a deadline that comes near or was missed, remind somebody, or move the case. The instant is when the first
    /// of these is to happen. A case can have this beside one of the others.
    KeepClock,
}

impl DueTask {
    /// Every kind, so that tables and tests can cover them all.
    pub const ALL: [Self; 4] = [Self::Deliver, Self::DestroyData, Self::Collect, Self::KeepClock];

    /// The number that stands for it in a store; it never changes.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Deliver => 0,
            Self::DestroyData => 1,
            Self::Collect => 2,
            Self::KeepClock => 3,
        }
    }
}
