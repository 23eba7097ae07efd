//! What a deadline comes to, and why.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    DeadlineLength, DeadlineStart, PauseReason, ShortText, StageCategory, Timestamp, Weekday, Wording,
};

/// What a deadline comes to, and every step of the way there.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct Computed {
    /// Whether it runs.
    pub state: DeadlineState,
    /// The last instant of the deadline; `None` while it has not started or is paused. It is kept once the goal is met.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Timestamp>,
    /// When somebody is to be warned; `None` if the policy has no warning, or there is no `due_at`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warn_at: Option<Timestamp>,
    /// The local day of `due_at`; `None` if there is no `due_at`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_day: Option<NaiveDate>,
    /// How it was counted, in the order in which it is told.
    pub segments: Vec<Segment>,
}

/// Whether a deadline runs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum DeadlineState {
    /// Something that starts it has not happened yet.
    NotStarted {
        /// What it waits for.
        awaits: Vec<DeadlineStart>,
    },
    /// It has started, is not paused, and its goal is not met. It may be over.
    Running,
    /// It is paused.
    Paused {
        /// Since when, without a break.
        since: Timestamp,
        /// Every reason that still lasts.
        reasons: Vec<PauseCause>,
    },
    /// Its goal is met.
    Met {
        /// When it was met.
        at: Timestamp,
        /// Whether that was after the end of the deadline.
        late: bool,
    },
}

impl DeadlineState {
    /// The stable word for it in the store and in hosts, such as `running`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotStarted { .. } => "not_started",
            Self::Running => "running",
            Self::Paused { .. } => "paused",
            Self::Met { .. } => "met",
        }
    }
}

/// Why a deadline is paused.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum PauseCause {
    /// Somebody paused it for this reason.
    Reason(PauseReason),
    /// The case is in a stage of this category.
    Category(StageCategory),
}

/// One step in counting a deadline.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "segment", rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum Segment {
    /// The calendar names a time zone that is not known, so it is counted in UTC.
    UnknownTimeZone {
        /// The name.
        name: String,
    },
    /// It has not started.
    NotStarted {
        /// What it waits for.
        awaits: Vec<DeadlineStart>,
    },
    /// It starts.
    Started {
        /// When.
        at: Timestamp,
        /// The local day, which is not counted in days and months.
        day: NaiveDate,
        /// What started it.
        by: DeadlineStart,
    },
    /// Its length is counted from the start.
    Length {
        /// The length of the policy.
        length: DeadlineLength,
        /// The local day on which it would end.
        day: NaiveDate,
        /// The instant at which it would end.
        until: Timestamp,
    },
    /// It was extended: the length is counted from the start anew.
    Extended {
        /// When the person was told.
        at: Timestamp,
        /// The whole length from the original start.
        length: DeadlineLength,
        /// The local day on which it would end.
        day: NaiveDate,
        /// The instant at which it would end.
        until: Timestamp,
    },
    /// It was extended, which does not count: by what is known now, the person was told after the first period.
    NotExtended {
        /// When the person was told.
        at: Timestamp,
        /// The last local day of the first period.
        day: NaiveDate,
        /// The last instant of the first period.
        until: Timestamp,
    },
    /// It was paused, which adds the time that lies between. Time that lies in several pauses is added once.
    Paused {
        /// Why.
        cause: PauseCause,
        /// When the pause began.
        from: Timestamp,
        /// When it ended; `None` if it lasts, and began after the end of the deadline.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
        /// How much it added: days for a length in days or months, working days for one in these, otherwise whole working
        /// minutes, but 1 for anything less. 0 if the pause ended before the start, began after the end, or lies in another.
        added: DeadlineLength,
        /// The local day on which it would end now; `None` if it is paused by then for another cause.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        day: Option<NaiveDate>,
        /// The instant at which it would end now; `None` if there is no `day`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        end: Option<Timestamp>,
    },
    /// It is paused, so that there is no end.
    PausedSince {
        /// Why.
        cause: PauseCause,
        /// When the pause began.
        from: Timestamp,
    },
    /// Nobody works on its last day, so it moves to the next working day.
    Rolled {
        /// The local day on which it would end.
        from: NaiveDate,
        /// Why nobody works on that day and on those up to the next working day, in their order; the first 10 of them.
        because: Vec<DayOff>,
        /// The next working day.
        to: NaiveDate,
    },
    /// It ends.
    Due {
        /// The last local day.
        day: NaiveDate,
        /// Its last instant.
        at: Timestamp,
    },
    /// Its goal was met.
    Met {
        /// When.
        at: Timestamp,
        /// Whether that was after the end.
        late: bool,
    },
}

/// Why nobody works on a day.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum DayOff {
    /// Nobody works on that day of the week.
    Weekday(Weekday),
    /// It is a holiday of this name.
    Holiday(Wording<ShortText>),
}

/// Why a deadline cannot be extended.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum NotExtendable {
    /// The policy has no extension.
    NoExtension,
    /// It has not started.
    NotStarted {
        /// What it waits for.
        awaits: Vec<DeadlineStart>,
    },
    /// It was extended already, and that happens once.
    ExtendedAlready {
        /// When the person was told.
        at: Timestamp,
    },
    /// Its goal is met.
    MetAlready {
        /// When.
        at: Timestamp,
    },
    /// The person has to be told within the first period, which is over.
    NoticeOver {
        /// The last local day on which the person could be told.
        day: NaiveDate,
        /// When that ended.
        at: Timestamp,
    },
}
