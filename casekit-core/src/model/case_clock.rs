//! What a case remembers of its own time: what its deadlines are counted from, and what they came to.

use serde::{Deserialize, Serialize};

use super::{
    ActorId, CaseTypeId, Extension, GivenDate, Pause, PauseReason, PolicyCode, StageCategory, StageId, Stay,
    TeamId, Timestamp,
};

/// The time of a case. Everything in it follows from the events of the case; nothing depends on the present.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct CaseClock {
    /// When the organisation received what the case is about; `None` if that is when the case was raised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_at: Option<Timestamp>,
    /// The stages that the case has left, oldest first. Each lasted until the next began, the last one until the case came
    /// to the stage in which it is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stays: Vec<PastStay>,
    /// The dates that somebody gave it, one of each code.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dates: Vec<GivenDate>,
    /// When and why its deadlines were paused, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pauses: Vec<Pause>,
    /// The extensions of its deadlines, at most one for each policy.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<Extension>,
    /// When staff first wrote something that the customer sees, or a message first arrived; `None` if neither happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged_at: Option<Timestamp>,
    /// When the person was first identified in the present round, and did not have that revoked since; `None` if they were not,
    /// or no step of the workflow identifies anybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identified_at: Option<Timestamp>,
    /// When the workflow came to its end in the present round; `None` while it goes on, or without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<Timestamp>,
    /// Its deadlines, as they were last counted, in the order of its type, then of its workflow.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deadlines: Vec<CaseDeadline>,
    /// The ends that were last told of, one of each policy.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub told: Vec<ToldEnd>,
    /// When the library moves it to another stage by itself; `None` if it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moves_at: Option<Timestamp>,
    /// When somebody wants to be reminded of it; `None` if nobody does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follow_up: Option<FollowUp>,
}

/// A time that a case spent in a stage which it left. It lasted until the next one began.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PastStay {
    /// The id of the stage.
    pub stage: StageId,
    /// Its category.
    pub category: StageCategory,
    /// When the case entered it.
    pub from: Timestamp,
    /// The id of the type that the case had when it left the stage; `None` if that is the one that it still has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case_type: Option<CaseTypeId>,
    /// The id of the team with which it stood when it left the stage; `None` if it stood with none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<TeamId>,
}

impl PastStay {
    /// The stage and when the case entered it, as counting deadlines needs it.
    #[must_use]
    pub fn stay(&self) -> Stay {
        Stay { stage: self.stage.clone(), category: self.category, from: self.from }
    }
}

/// A deadline of a case, as it was last counted.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CaseDeadline {
    /// The code of its policy.
    pub policy: PolicyCode,
    /// The version of the policy by which it was counted.
    pub version: u32,
    /// The version of the policy's calendar by which it was counted.
    pub calendar: u32,
    /// Whether it runs.
    pub phase: DeadlinePhase,
    /// When it starts, if it waits for nothing but dates that are to come; `None` otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<Timestamp>,
    /// Its last instant; `None` while it has not started or is paused. It is kept once the goal is met.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Timestamp>,
    /// When somebody is warned; `None` without a warning, or without `due_at`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warn_at: Option<Timestamp>,
    /// Whether the goal was met only after `due_at`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub late: bool,
    /// Whether the warning about this `due_at` is among the events.
    #[serde(default, skip_serializing_if = "is_false")]
    pub warned: bool,
    /// Whether the breach of this `due_at` is among the events.
    #[serde(default, skip_serializing_if = "is_false")]
    pub breached: bool,
}

/// The ends of a deadline that somebody was told of. They outlast a pause and another end in between.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ToldEnd {
    /// The code of its policy.
    pub policy: PolicyCode,
    /// The end of which there was last a warning; `None` if there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warned: Option<Timestamp>,
    /// The end that was last told to be missed; `None` if none was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missed: Option<Timestamp>,
}

fn is_false(set: &bool) -> bool {
    !set
}

/// Whether a deadline of a case runs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum DeadlinePhase {
    /// Something that starts it has not happened yet.
    NotStarted,
    /// It has started, is not paused, and its goal is not met. It may be over.
    Running,
    /// It is paused.
    Paused,
    /// Its goal is met.
    Met,
}

impl DeadlinePhase {
    /// The stable word for it in the store and in hosts, such as `running`; also the key of its name in every language.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NotStarted => "not_started",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Met => "met",
        }
    }
}

/// When somebody wants to be reminded of a case.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FollowUp {
    /// When.
    pub at: Timestamp,
    /// The id of the actor who asked for it.
    pub by: ActorId,
}

impl CaseDeadline {
    /// Whether it runs and has not been met, so that its `due_at` counts.
    #[must_use]
    pub fn runs(&self) -> bool {
        self.phase == DeadlinePhase::Running
    }

    /// When the library has something to tell about it: that it starts, a warning, or that it was missed; `None` if there is
    /// nothing more.
    fn tells_at(&self) -> Option<Timestamp> {
        if self.phase == DeadlinePhase::NotStarted {
            return self.starts_at;
        }
        let due_at = self.due_at.filter(|_| self.runs() && !self.breached)?;
        Some(self.warn_at.filter(|_| !self.warned).map_or(due_at, |warn_at| warn_at.min(due_at)))
    }
}

impl CaseClock {
    /// Whether nothing is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The same but for the stages that the case has left, for stores that keep them apart.
    #[must_use]
    pub fn without_stays(&self) -> Self {
        Self {
            received_at: self.received_at,
            stays: Vec::new(),
            dates: self.dates.clone(),
            pauses: self.pauses.clone(),
            extensions: self.extensions.clone(),
            acknowledged_at: self.acknowledged_at,
            identified_at: self.identified_at,
            answered_at: self.answered_at,
            deadlines: self.deadlines.clone(),
            told: self.told.clone(),
            moves_at: self.moves_at,
            follow_up: self.follow_up.clone(),
        }
    }

    /// The deadline of a policy; `None` if the case has none.
    #[must_use]
    pub fn deadline(&self, policy: &PolicyCode) -> Option<&CaseDeadline> {
        self.deadlines.iter().find(|one| one.policy == *policy)
    }

    /// What was last told of the deadline of a policy; `None` if nothing was.
    #[must_use]
    pub fn told(&self, policy: &PolicyCode) -> Option<&ToldEnd> {
        self.told.iter().find(|one| one.policy == *policy)
    }

    /// The running deadline that ends first; `None` if none runs.
    #[must_use]
    pub fn next(&self) -> Option<&CaseDeadline> {
        self.deadlines.iter().filter(|one| one.runs()).min_by_key(|one| one.due_at)
    }

    /// When the first of its running deadlines ends; `None` if none runs.
    #[must_use]
    pub fn due_at(&self) -> Option<Timestamp> {
        self.next().and_then(|one| one.due_at)
    }

    /// When the first warning of its running deadlines is due, given or not; `None` if none has a warning.
    #[must_use]
    pub fn warn_at(&self) -> Option<Timestamp> {
        self.deadlines.iter().filter(|one| one.runs()).filter_map(|one| one.warn_at).min()
    }

    /// When the library has something to do with the case on account of time; `None` if nothing.
    #[must_use]
    pub fn wakes_at(&self) -> Option<Timestamp> {
        let told = self.deadlines.iter().filter_map(CaseDeadline::tells_at);
        let follow_up = self.follow_up.as_ref().map(|follow_up| follow_up.at);
        told.chain(self.moves_at).chain(follow_up).min()
    }

    /// When time alone makes something else of what was counted: a deadline starts, or the case is to be moved; `None` if it
    /// does not.
    pub(crate) fn turns_at(&self) -> Option<Timestamp> {
        self.deadlines.iter().filter_map(|one| one.starts_at).chain(self.moves_at).min()
    }

    /// Whether a pause that somebody began still lasts.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.pauses.iter().any(|pause| pause.until.is_none())
    }

    /// Whether a pause for this reason still lasts.
    pub(crate) fn is_paused_for(&self, reason: &PauseReason) -> bool {
        self.pauses.iter().any(|pause| pause.until.is_none() && pause.reason == *reason)
    }
}
