//! The policies and calendars that ship. docs/deadlines.md has the source of each.

mod holidays;

use crate::model::{
    Calendar, CalendarCode, DeadlineGoal, DeadlineLength, DeadlinePolicy, DeadlineStart, PauseReason,
    PolicyCode, ShortText, StageCategory, Weekday, Wording, WorkingHours,
};

/// The policies that ship: answers to data requests under the GDPR, the UK GDPR and the CCPA, the CCPA's acknowledgement,
/// and a first answer within four working hours. Each names one of [`shipped_calendars`].
#[must_use]
pub fn shipped_policies() -> Vec<DeadlinePolicy> {
    vec![eu_gdpr(), uk_gdpr(), us_ccpa(), us_ccpa_acknowledge(), first_answer()]
}

/// The calendars that ship, with public holidays from 2025 to 2027: `eu`, `uk`, `us`, and `office`, which has working hours
/// and no holidays.
#[must_use]
pub fn shipped_calendars() -> Vec<Calendar> {
    vec![
        calendar("eu", "Europe/Brussels", &holidays::EU),
        calendar("uk", "Europe/London", &holidays::UK),
        calendar("us", "America/Los_Angeles", &holidays::US),
        Calendar { working_hours: nine_to_five(), ..calendar("office", "UTC", &[]) },
    ]
}

fn eu_gdpr() -> DeadlinePolicy {
    DeadlinePolicy {
        extension: Some(DeadlineLength::Months(3)),
        rolls: true,
        warn_before: Some(DeadlineLength::Days(7)),
        source: source("GDPR, article 12 (3)"),
        ..policy("eu_gdpr", DeadlineGoal::Respond, DeadlineLength::Months(1), "eu")
    }
}

fn uk_gdpr() -> DeadlinePolicy {
    DeadlinePolicy {
        starts: vec![DeadlineStart::Receipt, DeadlineStart::Identification],
        pauses_for: vec![PauseReason::shipped("clarification")],
        extension: Some(DeadlineLength::Months(3)),
        rolls: true,
        warn_before: Some(DeadlineLength::Days(7)),
        source: source("UK GDPR, article 12A"),
        ..policy("uk_gdpr", DeadlineGoal::Respond, DeadlineLength::Months(1), "uk")
    }
}

fn us_ccpa() -> DeadlinePolicy {
    DeadlinePolicy {
        extension: Some(DeadlineLength::Days(90)),
        warn_before: Some(DeadlineLength::Days(7)),
        source: source("California Code of Regulations, title 11, § 7021 (b)"),
        ..policy("us_ccpa", DeadlineGoal::Respond, DeadlineLength::Days(45), "us")
    }
}

fn us_ccpa_acknowledge() -> DeadlinePolicy {
    DeadlinePolicy {
        warn_before: Some(DeadlineLength::WorkingDays(2)),
        source: source("California Code of Regulations, title 11, § 7021 (a)"),
        ..policy("us_ccpa_acknowledge", DeadlineGoal::Acknowledge, DeadlineLength::WorkingDays(10), "us")
    }
}

fn first_answer() -> DeadlinePolicy {
    DeadlinePolicy {
        pauses_in: vec![StageCategory::Waiting],
        warn_before: Some(DeadlineLength::WorkingMinutes(60)),
        ..policy("first_answer", DeadlineGoal::Acknowledge, DeadlineLength::WorkingMinutes(240), "office")
    }
}

/// A policy that starts with the receipt, and that nothing pauses, extends or moves.
fn policy(
    code: &'static str,
    goal: DeadlineGoal,
    length: DeadlineLength,
    calendar: &'static str,
) -> DeadlinePolicy {
    DeadlinePolicy {
        code: PolicyCode::shipped(code),
        version: 1,
        label: Wording::shipped("deadline_policy", code),
        goal,
        length,
        starts: vec![DeadlineStart::Receipt],
        pauses_for: Vec::new(),
        pauses_in: Vec::new(),
        extension: None,
        rolls: false,
        calendar: CalendarCode::shipped(calendar),
        warn_before: None,
        source: None,
    }
}

fn calendar(code: &'static str, time_zone: &str, days: &[holidays::Day]) -> Calendar {
    Calendar {
        code: CalendarCode::shipped(code),
        version: 1,
        label: Wording::shipped("calendar", code),
        time_zone: time_zone.to_owned(),
        working_hours: Vec::new(),
        holidays: holidays::of(days),
    }
}

/// Monday to Friday, 9:00 to 17:00.
fn nine_to_five() -> Vec<WorkingHours> {
    let worked = Weekday::ALL.into_iter().filter(|weekday| weekday.is_usual());
    worked.map(|weekday| WorkingHours { weekday, from: 9 * 60, until: 17 * 60 }).collect()
}

fn source(text: &str) -> Option<ShortText> {
    ShortText::parse("source", text).ok()
}
