//! When a case is due, and why: a pure function of a policy, a calendar, and what happened to the case.
//!
//! [`computed`] counts one deadline and tells every step, and [`may_extend`] says whether it can be extended and to when.
//! Both read no clock and change nothing: the same values give the same answer, under the same version of the rules of
//! time zones ([`time_zone_version`]).
//!
//! - A length in days or months ends with 23:59:59 of its last day, in the time zone of the calendar. The day of the start
//!   is not counted (Regulation (EEC, Euratom) No 1182/71, article 3 (1)).
//! - A month ends on the day of the same number, or on the last day of a month that has no such day (the same, article 3 (2)).
//!   Months are always counted from the original start, those of an extension too.
//! - A pause adds as many days (working days, working minutes) as lie between its beginning and its end. What lies in several
//!   pauses is added once. A pause that begins after the end changes nothing.
//! - A last day on which nobody works becomes the next working day, if the policy says so (the same, article 3 (4)).
//!
//! ```
//! use casekit_core::deadline::{computed, shipped_calendars, shipped_policies};
//! use casekit_core::model::Clock;
//!
//! let (policies, calendars) = (shipped_policies(), shipped_calendars());
//! let policy = policies.iter().find(|policy| policy.code.as_str() == "uk_gdpr").ok_or("no such policy")?;
//! let calendar = calendars.iter().find(|calendar| calendar.code == policy.calendar).ok_or("no such calendar")?;
//! let received = "2026-09-03T10:00:00Z".parse()?;
//! let answer = computed(policy, calendar, &Clock::received(received), received);
//! // 3 October is a Saturday.
//! assert_eq!(answer.last_day, Some("2026-10-05".parse()?));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod count;
mod days;
mod explain;
mod pauses;
mod shipped;
mod start;
#[cfg(test)]
mod tests;
mod zone;

use crate::model::{
    Calendar, Clock, Computed, DeadlinePolicy, DeadlineState, Extension, NotExtendable, Segment, Timestamp,
};
use crate::time::is_over;
use count::Count;
use days::Days;

pub use explain::explained;
pub use shipped::{shipped_calendars, shipped_policies};

/// The version of the IANA time zone database whose rules are built in, such as `2025b`.
#[must_use]
pub fn time_zone_version() -> &'static str {
    chrono_tz::IANA_TZDB_VERSION
}

/// What one deadline of a case comes to at an instant.
///
/// `calendar` must be the one that the policy names. Of `clock`, `met` is about the goal of the policy. What begins after
/// `now` is left out.
///
/// # Cost
/// Nothing is read or written. It takes time that grows with the stays, pauses and holidays, and for working hours with the
/// days between start and end; each is bounded. Of what was extended it takes that twice.
#[must_use]
pub fn computed(policy: &DeadlinePolicy, calendar: &Calendar, clock: &Clock, now: Timestamp) -> Computed {
    let count = Count { policy, calendar, clock, now };
    let Some(told) = told(policy, clock) else { return count.answer(None) };
    let mut first = count.answer(None);
    match first.due_at.zip(first.last_day) {
        // What was known when it was extended may have changed since: the receipt, or how long it was paused.
        Some((until, day)) if is_over(until, told.at) => {
            let before = first.segments.iter().position(|one| matches!(one, Segment::Due { .. }));
            let too_late = Segment::NotExtended { at: told.at, day, until };
            first.segments.insert(before.unwrap_or(first.segments.len()), too_late);
            first
        }
        Some(_) | None => count.answer(Some(told)),
    }
}

/// The end of a deadline if it is extended now; `None` while it is paused, since there is no end then.
///
/// # Errors
/// [`NotExtendable`] says why not: there is no extension, it has not started, its goal is met, it was extended already, or
/// the time in which the person has to be told is over. That time is the length without the extension, with its pauses and
/// its move to a working day.
///
/// # Cost
/// That of [`computed`], twice.
pub fn may_extend(
    policy: &DeadlinePolicy,
    calendar: &Calendar,
    clock: &Clock,
    now: Timestamp,
) -> Result<Option<Timestamp>, NotExtendable> {
    if policy.extension.is_none() {
        return Err(NotExtendable::NoExtension);
    }
    if let Some(told) = told(policy, clock) {
        return Err(NotExtendable::ExtendedAlready { at: told.at });
    }
    let count = Count { policy, calendar, clock, now };
    let first = count.answer(None);
    match first.state {
        DeadlineState::NotStarted { awaits } => return Err(NotExtendable::NotStarted { awaits }),
        DeadlineState::Met { at, .. } => return Err(NotExtendable::MetAlready { at }),
        DeadlineState::Running | DeadlineState::Paused { .. } => {}
    }
    match first.due_at.zip(first.last_day) {
        Some((at, day)) if is_over(at, now) => Err(NotExtendable::NoticeOver { day, at }),
        Some(_) | None => {
            let extension = Extension { policy: policy.code.clone(), at: now };
            Ok(count.answer(Some(&extension)).due_at)
        }
    }
}

/// Of the lengths of a policy, with the names of their fields, those that its calendar works too little for, each with the
/// most that can be counted.
pub(crate) fn too_long(policy: &DeadlinePolicy, calendar: &Calendar) -> Vec<(&'static str, u32)> {
    let all = [
        ("length", Some(policy.length)),
        ("extension", policy.extension),
        ("warn_before", policy.warn_before),
    ];
    let days = Days::of(calendar);
    let most = all.into_iter().filter_map(|(field, length)| Some((field, length?, days.most(length?))));
    most.filter(|(_, length, most)| length.count() > *most).map(|(field, _, most)| (field, most)).collect()
}

/// The extension of this policy: the first one, since it happens once.
fn told<'a>(policy: &DeadlinePolicy, clock: &'a Clock) -> Option<&'a Extension> {
    let of_policy = clock.extensions.iter().filter(|extension| extension.policy == policy.code);
    of_policy.min_by_key(|extension| extension.at).filter(|_| policy.extension.is_some())
}
