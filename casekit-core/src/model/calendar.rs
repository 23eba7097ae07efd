//! Calendars: in which time zone deadlines are counted, and which days and hours are worked.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{CalendarCode, ShortText, Wording};

/// The days and hours that an organisation works, in its time zone.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct Calendar {
    /// The code, unique in the file.
    pub code: CalendarCode,
    /// The number of the version, from 1.
    pub version: u32,
    /// What staff call it.
    pub label: Wording<ShortText>,
    /// The name of the time zone in the IANA database: `Europe/London`.
    pub time_zone: String,
    /// When the organisation works, in order and without overlaps. If empty, 24 hours a day from Monday to Friday.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub working_hours: Vec<WorkingHours>,
    /// The days on which nobody works whatever weekday they are, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holidays: Vec<Holiday>,
}

/// Hours that are worked on every day of the week of this name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct WorkingHours {
    /// The day of the week.
    pub weekday: Weekday,
    /// When they begin, in minutes of the local day, 0 to 1,439.
    pub from: u32,
    /// When they end, in minutes of the local day: more than `from`, and 1,440 for midnight at most.
    pub until: u32,
}

/// A day on which nobody works.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Holiday {
    /// The day.
    pub day: NaiveDate,
    /// Its name.
    pub name: Wording<ShortText>,
}

/// A day of the week.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weekday {
    /// The first day of the week by ISO 8601.
    Monday,
    /// The second.
    Tuesday,
    /// The third.
    Wednesday,
    /// The fourth.
    Thursday,
    /// The fifth.
    Friday,
    /// The sixth.
    Saturday,
    /// The last.
    Sunday,
}

impl Weekday {
    /// Every day of the week, from Monday.
    pub const ALL: [Self; 7] = [
        Self::Monday,
        Self::Tuesday,
        Self::Wednesday,
        Self::Thursday,
        Self::Friday,
        Self::Saturday,
        Self::Sunday,
    ];

    /// The weekday of a day.
    #[must_use]
    pub fn of(day: NaiveDate) -> Self {
        match day.weekday() {
            chrono::Weekday::Mon => Self::Monday,
            chrono::Weekday::Tue => Self::Tuesday,
            chrono::Weekday::Wed => Self::Wednesday,
            chrono::Weekday::Thu => Self::Thursday,
            chrono::Weekday::Fri => Self::Friday,
            chrono::Weekday::Sat => Self::Saturday,
            chrono::Weekday::Sun => Self::Sunday,
        }
    }

    /// The stable word for it in the store and in hosts, such as `monday`; also the key of its name in every language.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Monday => "monday",
            Self::Tuesday => "tuesday",
            Self::Wednesday => "wednesday",
            Self::Thursday => "thursday",
            Self::Friday => "friday",
            Self::Saturday => "saturday",
            Self::Sunday => "sunday",
        }
    }

    /// Whether somebody works on it where no working hours are given.
    pub(crate) fn is_usual(self) -> bool {
        match self {
            Self::Monday | Self::Tuesday | Self::Wednesday | Self::Thursday | Self::Friday => true,
            Self::Saturday | Self::Sunday => false,
        }
    }
}
