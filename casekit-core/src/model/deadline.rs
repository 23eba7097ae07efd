//! Deadlines: by what rules they are counted, and what has to be known of a case to count them.

use serde::{Deserialize, Serialize};

use super::{
    CalendarCode, DateCode, PauseReason, PolicyCode, ShortText, StageCategory, StageId, Timestamp, Wording,
};

/// How one deadline of a case is counted.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct DeadlinePolicy {
    /// The code, unique in the file.
    pub code: PolicyCode,
    /// The number of the version, from 1.
    pub version: u32,
    /// What staff call it.
    pub label: Wording<ShortText>,
    /// What has to be done in time.
    pub goal: DeadlineGoal,
    /// How long it takes from the start.
    pub length: DeadlineLength,
    /// What starts it: the latest of these. A start that a case does not need is left out.
    pub starts: Vec<DeadlineStart>,
    /// The reasons for which somebody can pause it; empty if nobody can.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pauses_for: Vec<PauseReason>,
    /// The categories of stages in which it is paused; empty for none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pauses_in: Vec<StageCategory>,
    /// The whole length from the original start after the one extension; `None` if it cannot be extended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<DeadlineLength>,
    /// Whether it moves to the next working day if its last day is none.
    #[serde(default)]
    pub rolls: bool,
    /// The calendar whose time zone, working hours and holidays count.
    pub calendar: CalendarCode,
    /// How long before its end somebody is warned; `None` for no warning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warn_before: Option<DeadlineLength>,
    /// Where the rule stands, such as `GDPR, article 12 (3)`; `None` if that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<ShortText>,
}

/// What has to be done before a deadline.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum DeadlineGoal {
    /// The person is told that the case was received.
    Acknowledge,
    /// The person gets an answer, which can be a refusal.
    Respond,
    /// The case is resolved.
    Resolve,
}

impl DeadlineGoal {
    /// Every goal.
    pub const ALL: [Self; 3] = [Self::Acknowledge, Self::Respond, Self::Resolve];

    /// The stable word for it in the store and in hosts, such as `respond`; also the key of its name in every language.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Acknowledge => "acknowledge",
            Self::Respond => "respond",
            Self::Resolve => "resolve",
        }
    }
}

/// A length of time, as a policy counts it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum DeadlineLength {
    /// Calendar months, to the day of the same number, or to the last day of a month that has no such day.
    Months(u32),
    /// Calendar days. The day of the start is not counted.
    Days(u32),
    /// Days on which the organisation works. The day of the start is not counted.
    WorkingDays(u32),
    /// Minutes within the working hours of the calendar: 240 for four hours.
    WorkingMinutes(u32),
}

impl DeadlineLength {
    /// How many of its unit it is.
    #[must_use]
    pub fn count(self) -> u32 {
        match self {
            Self::Months(count)
            | Self::Days(count)
            | Self::WorkingDays(count)
            | Self::WorkingMinutes(count) => count,
        }
    }
}

/// What a deadline starts with.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum DeadlineStart {
    /// The organisation received the request.
    Receipt,
    /// The person was identified. It is left out for a case that needs no identification.
    Identification,
    /// A date that somebody gives the case, such as `fee_paid`.
    Date(DateCode),
    /// The case enters a stage for the first time.
    Stage(StageId),
}

/// What has to be known of a case to count its deadlines. It is found in the events of the case.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct Clock {
    /// When the organisation received the request.
    pub received_at: Timestamp,
    /// Whether the person is identified.
    pub identification: Identification,
    /// The dates that somebody gave the case; the last of a code counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dates: Vec<GivenDate>,
    /// The stages that the case was in, oldest first. Each lasts until the next begins, and the last one still does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stays: Vec<Stay>,
    /// When and why the deadline was paused, in any order. Pauses can overlap.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pauses: Vec<Pause>,
    /// The extensions of the case's deadlines; the first of each policy counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<Extension>,
    /// When the goal of the policy was reached; `None` if it is not yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub met: Option<Timestamp>,
}

impl Clock {
    /// The clock of a case that was received then, needs no identification, and to which nothing happened yet.
    #[must_use]
    pub fn received(at: Timestamp) -> Self {
        Self {
            received_at: at,
            identification: Identification::NotNeeded,
            dates: Vec::new(),
            stays: Vec::new(),
            pauses: Vec::new(),
            extensions: Vec::new(),
            met: None,
        }
    }
}

/// Whether the person who asks is identified.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Identification {
    /// Nobody has to be identified.
    NotNeeded,
    /// The person is not identified yet.
    Awaited,
    /// The person was identified then.
    Done(Timestamp),
}

/// A date that somebody gave a case.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct GivenDate {
    /// What happened then.
    pub code: DateCode,
    /// When it happened.
    pub at: Timestamp,
}

/// A time that a case spends in a stage. It lasts until the next one begins.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Stay {
    /// The id of the stage.
    pub stage: StageId,
    /// Its category.
    pub category: StageCategory,
    /// When the case entered it.
    pub from: Timestamp,
}

/// A time for which somebody paused a deadline.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Pause {
    /// Why it is paused.
    pub reason: PauseReason,
    /// When it begins.
    pub from: Timestamp,
    /// When it ends; `None` while it lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// An extension of a deadline.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Extension {
    /// The policy that is extended.
    pub policy: PolicyCode,
    /// When the person was told.
    pub at: Timestamp,
}
