//! Commands that define deadline policies and calendars.

use serde::{Deserialize, Serialize};

use crate::model::{DeadlineGoal, DeadlineLength, StageCategory, Weekday};

/// A deadline policy to be defined.
///
/// ```
/// use casekit_core::command::{NewDeadlinePolicy, NewDeadlineStart};
/// use casekit_core::model::{DeadlineGoal, DeadlineLength};
///
/// let complaint = NewDeadlinePolicy::new("complaint", "Complaint", DeadlineGoal::Respond, DeadlineLength::WorkingDays(20))
///     .by_calendar("uk")
///     .starts_with(NewDeadlineStart::date("fee_paid"))
///     .pauses_for("clarification")
///     .extended_to(DeadlineLength::WorkingDays(40))
///     .warned_before(DeadlineLength::WorkingDays(3));
/// assert_eq!(complaint.starts.len(), 1);
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct NewDeadlinePolicy {
    /// The code, unique in the file: lower-case letters, digits and `_`, 1 to 100 characters.
    pub code: String,
    /// What staff call it, 1 to 1,000 characters.
    pub label: String,
    /// What has to be done in time.
    pub goal: DeadlineGoal,
    /// How long it takes: up to 120 months, 3,660 days or working days, or 60,000 working minutes.
    pub length: DeadlineLength,
    /// What starts it: the latest of these, up to 100; if empty, the receipt.
    pub starts: Vec<NewDeadlineStart>,
    /// The codes of the reasons for which somebody can pause it, up to 100; empty if nobody can.
    pub pauses_for: Vec<String>,
    /// The categories of stages in which it is paused; empty for none.
    pub pauses_in: Vec<StageCategory>,
    /// The whole length from the original start after the one extension: of the unit of `length`, and more; `None` if it
    /// cannot be extended.
    pub extension: Option<DeadlineLength>,
    /// Whether it moves to the next working day if its last day is none.
    pub rolls: bool,
    /// The code of the calendar by which it is counted; if empty, `office`.
    pub calendar: String,
    /// How long before its end somebody is warned; `None` for no warning.
    pub warn_before: Option<DeadlineLength>,
    /// Where the rule stands, up to 1,000 characters; blank counts as none.
    pub source: Option<String>,
}

impl NewDeadlinePolicy {
    /// A policy that starts with the receipt, is counted by the calendar `office`, and is neither paused, extended, moved nor
    /// warned of.
    #[must_use]
    pub fn new(
        code: impl Into<String>,
        label: impl Into<String>,
        goal: DeadlineGoal,
        length: DeadlineLength,
    ) -> Self {
        Self {
            code: code.into(),
            label: label.into(),
            goal,
            length,
            starts: Vec::new(),
            pauses_for: Vec::new(),
            pauses_in: Vec::new(),
            extension: None,
            rolls: false,
            calendar: String::new(),
            warn_before: None,
            source: None,
        }
    }

    /// The same policy, which cannot start before this. With one, the receipt starts it only if it is named too.
    #[must_use]
    pub fn starts_with(mut self, start: NewDeadlineStart) -> Self {
        self.starts.push(start);
        self
    }

    /// The same policy, which somebody can pause for one more reason.
    #[must_use]
    pub fn pauses_for(mut self, reason: impl Into<String>) -> Self {
        self.pauses_for.push(reason.into());
        self
    }

    /// The same policy, paused in stages of one more category.
    #[must_use]
    pub fn pauses_in(mut self, category: StageCategory) -> Self {
        self.pauses_in.push(category);
        self
    }

    /// The same policy, which can be extended once, to this whole length from the original start.
    #[must_use]
    pub fn extended_to(mut self, length: DeadlineLength) -> Self {
        self.extension = Some(length);
        self
    }

    /// The same policy, moved to the next working day if its last day is none.
    #[must_use]
    pub fn rolling(mut self) -> Self {
        self.rolls = true;
        self
    }

    /// The same policy, counted by this calendar.
    #[must_use]
    pub fn by_calendar(mut self, code: impl Into<String>) -> Self {
        self.calendar = code.into();
        self
    }

    /// The same policy, with a warning so long before its end.
    #[must_use]
    pub fn warned_before(mut self, length: DeadlineLength) -> Self {
        self.warn_before = Some(length);
        self
    }

    /// The same policy, with the place where its rule stands.
    #[must_use]
    pub fn from_source(mut self, source: impl Into<String>) -> Self {
        self.source = Some(source.into());
        self
    }
}

/// What starts a deadline that is defined.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum NewDeadlineStart {
    /// The organisation received the request.
    Receipt,
    /// The person was identified. It is left out for a case that needs no identification.
    Identification,
    /// A date that somebody gives the case, by its code: lower-case letters, digits and `_`, 1 to 100 characters.
    Date(String),
    /// The case enters a stage for the first time, by its id.
    Stage(String),
}

impl NewDeadlineStart {
    /// A date that somebody gives the case.
    #[must_use]
    pub fn date(code: impl Into<String>) -> Self {
        Self::Date(code.into())
    }

    /// The first time in a stage.
    #[must_use]
    pub fn stage(id: impl Into<String>) -> Self {
        Self::Stage(id.into())
    }
}

/// A calendar to be defined.
///
/// ```
/// use casekit_core::command::NewCalendar;
/// use casekit_core::model::Weekday;
///
/// let berlin = NewCalendar::new("berlin", "Berlin", "Europe/Berlin")
///     .working(Weekday::Monday, 9 * 60, 17 * 60)
///     .working(Weekday::Friday, 9 * 60, 15 * 60)
///     .with_holiday("2026-10-03", "Day of German Unity");
/// assert_eq!(berlin.working_hours.len(), 2);
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct NewCalendar {
    /// The code, unique in the file: lower-case letters, digits and `_`, 1 to 100 characters.
    pub code: String,
    /// What staff call it, 1 to 1,000 characters.
    pub label: String,
    /// The name of the time zone in the IANA database, such as `Europe/Berlin`.
    pub time_zone: String,
    /// When the organisation works, up to 100 spells that do not overlap; if empty, 24 hours a day from Monday to Friday.
    pub working_hours: Vec<NewWorkingHours>,
    /// The days on which nobody works whatever weekday they are, up to 1,000.
    pub holidays: Vec<NewHoliday>,
}

impl NewCalendar {
    /// A calendar without holidays, by which 24 hours are worked from Monday to Friday.
    #[must_use]
    pub fn new(code: impl Into<String>, label: impl Into<String>, time_zone: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            label: label.into(),
            time_zone: time_zone.into(),
            working_hours: Vec::new(),
            holidays: Vec::new(),
        }
    }

    /// The same calendar, with hours that are worked on a weekday, in minutes of the local day: 540 to 1,020 for 9:00 to
    /// 17:00. With any, nobody works outside the hours that are given.
    #[must_use]
    pub fn working(mut self, weekday: Weekday, from: u32, until: u32) -> Self {
        self.working_hours.push(NewWorkingHours { weekday, from, until });
        self
    }

    /// The same calendar, with one more holiday.
    #[must_use]
    pub fn with_holiday(mut self, day: impl Into<String>, name: impl Into<String>) -> Self {
        self.holidays.push(NewHoliday { day: day.into(), name: name.into() });
        self
    }
}

/// Hours that are worked on a weekday, in a calendar that is defined.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct NewWorkingHours {
    /// The day of the week.
    pub weekday: Weekday,
    /// When they begin, in minutes of the local day, 0 to 1,439.
    pub from: u32,
    /// When they end, in minutes of the local day: more than `from`, and 1,440 for midnight at most.
    pub until: u32,
}

/// A holiday in a calendar that is defined.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct NewHoliday {
    /// The day, such as `2026-10-03`.
    pub day: String,
    /// Its name, 1 to 1,000 characters.
    pub name: String,
}
