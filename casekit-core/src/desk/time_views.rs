//! Deadline policies and calendars, as the settings show them: in the form in which they are given.

use serde::{Deserialize, Serialize};

use crate::command::{NewCalendar, NewDeadlinePolicy, NewDeadlineStart, NewHoliday, NewWorkingHours};
use crate::language::Language;
use crate::model::{Calendar, DeadlinePolicy, DeadlineStart, Holiday, WorkingHours};

/// A deadline policy of the settings.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct DeadlinePolicyView {
    /// The number of its version, from 1; each change makes the next.
    pub version: u32,
    /// What it says, in the form in which an edit of the settings takes it.
    pub policy: NewDeadlinePolicy,
}

/// A calendar of the settings.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct CalendarView {
    /// The number of its version, from 1; each change makes the next.
    pub version: u32,
    /// What it says, in the form in which an edit of the settings takes it.
    pub calendar: NewCalendar,
}

pub(super) fn policy_view(policy: &DeadlinePolicy, language: &Language) -> DeadlinePolicyView {
    let start = |one: &DeadlineStart| match one {
        DeadlineStart::Receipt => NewDeadlineStart::Receipt,
        DeadlineStart::Identification => NewDeadlineStart::Identification,
        DeadlineStart::Date(code) => NewDeadlineStart::Date(code.to_string()),
        DeadlineStart::Stage(stage) => NewDeadlineStart::Stage(stage.to_string()),
    };
    DeadlinePolicyView {
        version: policy.version,
        policy: NewDeadlinePolicy {
            code: policy.code.to_string(),
            label: policy.label.said(language).into_owned(),
            goal: policy.goal,
            length: policy.length,
            starts: policy.starts.iter().map(start).collect(),
            pauses_for: policy.pauses_for.iter().map(ToString::to_string).collect(),
            pauses_in: policy.pauses_in.clone(),
            extension: policy.extension,
            rolls: policy.rolls,
            calendar: policy.calendar.to_string(),
            warn_before: policy.warn_before,
            source: policy.source.as_ref().map(ToString::to_string),
        },
    }
}

pub(super) fn calendar_view(calendar: &Calendar, language: &Language) -> CalendarView {
    let hours =
        |one: &WorkingHours| NewWorkingHours { weekday: one.weekday, from: one.from, until: one.until };
    let holiday =
        |one: &Holiday| NewHoliday { day: one.day.to_string(), name: one.name.said(language).into_owned() };
    CalendarView {
        version: calendar.version,
        calendar: NewCalendar {
            code: calendar.code.to_string(),
            label: calendar.label.said(language).into_owned(),
            time_zone: calendar.time_zone.clone(),
            working_hours: calendar.working_hours.iter().map(hours).collect(),
            holidays: calendar.holidays.iter().map(holiday).collect(),
        },
    }
}
