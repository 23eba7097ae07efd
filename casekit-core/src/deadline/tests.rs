//! What a deadline must come to: published examples with their sources, the rules one by one, and laws.

mod explained;
mod extended;
mod hours;
mod laws;
mod paused;
mod published;
mod shipped;
mod starts;

use chrono::NaiveDate;

use super::*;
use crate::language::Language;
use crate::model::{
    CalendarCode, DeadlineLength, Holiday, Identification, Pause, PauseReason, Stay, Wording, WorkingHours,
};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap_or_else(|_| panic!("`{text}` is no instant"))
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap_or_else(|_| panic!("`{text}` is no day"))
}

/// Later than everything in a test.
fn later() -> Timestamp {
    at("2040-01-01T00:00:00Z")
}

fn policy(code: &str) -> DeadlinePolicy {
    shipped_policies().into_iter().find(|policy| policy.code.as_str() == code).unwrap()
}

fn calendar(code: &CalendarCode) -> Calendar {
    shipped_calendars().into_iter().find(|calendar| calendar.code == *code).unwrap()
}

fn holiday(text: &str) -> Holiday {
    Holiday { day: day(text), name: Wording::shipped("holiday", "christmas") }
}

/// A calendar without holidays.
fn plain(time_zone: &str, working_hours: Vec<WorkingHours>) -> Calendar {
    let holidays = Vec::new();
    Calendar {
        time_zone: time_zone.into(),
        working_hours,
        holidays,
        ..calendar(&CalendarCode::shipped("office"))
    }
}

/// A policy of a length that starts with the receipt, and that nothing else changes.
fn of_length(length: DeadlineLength) -> DeadlinePolicy {
    let mut policy = policy("us_ccpa");
    (policy.length, policy.extension, policy.warn_before) = (length, None, None);
    policy
}

fn pause(reason: &str, from: &str, until: &str) -> Pause {
    Pause {
        reason: PauseReason::parse("reason", reason).unwrap(),
        from: at(from),
        until: (!until.is_empty()).then(|| at(until)),
    }
}

/// The last day of a shipped policy by its shipped calendar.
fn last_day(code: &str, clock: &Clock) -> Option<NaiveDate> {
    let policy = policy(code);
    computed(&policy, &calendar(&policy.calendar), clock, later()).last_day
}

fn said(policy: &DeadlinePolicy, calendar: &Calendar, clock: &Clock, language: &Language) -> Vec<String> {
    let answer = computed(policy, calendar, clock, later());
    super::explained(policy, calendar, &answer).iter().map(|message| language.render(message)).collect()
}
