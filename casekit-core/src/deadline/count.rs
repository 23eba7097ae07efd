//! Counts one deadline, and tells every step.

use chrono::{Days as CalendarDays, Months, NaiveDate, TimeDelta};

use super::days::Days;
use super::pauses::{Pausing, pauses};
use super::start::{Start, start};
use crate::model::{
    Calendar, Clock, Computed, DayOff, DeadlineLength, DeadlinePolicy, DeadlineState, Extension, PauseCause,
    Segment, Timestamp,
};
use crate::time::is_over;
use crate::zone::time_zone;

/// What is counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Count<'a> {
    pub(super) policy: &'a DeadlinePolicy,
    pub(super) calendar: &'a Calendar,
    pub(super) clock: &'a Clock,
    pub(super) now: Timestamp,
}

/// An end as far as it is counted: an instant, and its local day.
#[derive(Clone, Copy, Debug)]
struct End {
    day: NaiveDate,
    at: Timestamp,
}

/// A pause that lasts.
struct Open {
    since: Timestamp,
    reasons: Vec<PauseCause>,
}

/// The most days off that the move to a working day names.
const NAMED: usize = 10;

impl Count<'_> {
    /// What the deadline comes to, with this extension or without any.
    pub(super) fn answer(&self, extension: Option<&Extension>) -> Computed {
        let days = Days::of(self.calendar);
        let mut segments = Vec::new();
        if time_zone(&self.calendar.time_zone).is_none() {
            segments.push(Segment::UnknownTimeZone { name: self.calendar.time_zone.clone() });
        }
        let start = match start(self.policy, days, self.clock, self.now) {
            Ok(start) => start,
            Err(awaits) => {
                segments.push(Segment::NotStarted { awaits: awaits.clone() });
                return self.finished(DeadlineState::NotStarted { awaits }, None, None, segments);
            }
        };
        segments.push(Segment::Started { at: start.at, day: start.day, by: start.by.clone() });
        let end = self.lengthened(days, &start, extension, &mut segments);
        match self.paused(days, &start, end, &mut segments) {
            Err(Open { since, reasons }) => {
                self.finished(DeadlineState::Paused { since, reasons }, None, None, segments)
            }
            Ok(end) => {
                let end = self.rolled(days, end, &mut segments);
                segments.push(Segment::Due { day: end.day, at: end.at });
                let warn_at = self.policy.warn_before.map(|before| warning(days, &start, end, before));
                self.finished(DeadlineState::Running, Some(end), warn_at, segments)
            }
        }
    }

    fn finished(
        &self,
        state: DeadlineState,
        end: Option<End>,
        warn_at: Option<Timestamp>,
        mut segments: Vec<Segment>,
    ) -> Computed {
        let state = match self.clock.met {
            None => state,
            Some(at) => {
                let late = end.is_some_and(|end| is_over(end.at, at));
                segments.push(Segment::Met { at, late });
                DeadlineState::Met { at, late }
            }
        };
        let (due_at, last_day) = (end.map(|end| end.at), end.map(|end| end.day));
        Computed { state, due_at, warn_at, last_day, segments }
    }

    /// The end without pauses: that of the length, or the later one of the extension.
    fn lengthened(
        &self,
        days: Days<'_>,
        start: &Start,
        extension: Option<&Extension>,
        segments: &mut Vec<Segment>,
    ) -> End {
        let end = from_start(days, start, self.policy.length);
        segments.push(Segment::Length { length: self.policy.length, day: end.day, until: end.at });
        let Some((told, length)) = extension.zip(self.policy.extension) else { return end };
        let extended = from_start(days, start, length);
        let end = if extended.at > end.at { extended } else { end };
        segments.push(Segment::Extended { at: told.at, length, day: end.day, until: end.at });
        end
    }

    /// The end with all that pauses add, or the pause that lasts.
    fn paused(
        &self,
        days: Days<'_>,
        start: &Start,
        mut end: End,
        segments: &mut Vec<Segment>,
    ) -> Result<End, Open> {
        // Until when time is added already, since when there was no break, and what lasts.
        let (mut counted, mut since, mut open) = (start.at, start.at, None::<Open>);
        for Pausing { from, until, cause } in pauses(self.policy, self.clock, self.now) {
            let mut nothing = |until| {
                let added = self.amount(0);
                let cause = cause.clone();
                segments.push(Segment::Paused { cause, from, until, added, day: None, end: None });
            };
            if let Some(open) = &mut open {
                match until {
                    Some(until) => nothing(Some(until)),
                    None => open.reasons.push(cause),
                }
                continue;
            }
            let mut moved = Vec::new();
            let rolled = self.rolled(days, end, &mut moved);
            if is_over(rolled.at, from) {
                nothing(until);
                continue;
            }
            if is_over(end.at, from) {
                segments.append(&mut moved);
                end = rolled;
            }
            since = if from > counted { from } else { since };
            match until {
                None => {
                    segments.push(Segment::PausedSince { cause: cause.clone(), from });
                    open = Some(Open { since, reasons: vec![cause] });
                }
                Some(until) => {
                    let (later, added) = self.later(days, end, from.max(counted), until);
                    (end, counted) = (later, counted.max(until));
                    let (day, at) = (Some(end.day), Some(end.at));
                    let until = Some(until);
                    segments.push(Segment::Paused { cause, from, until, added, day, end: at });
                }
            }
        }
        open.map_or(Ok(end), Err)
    }

    /// The end, later by what lies between two instants, and how much that is.
    fn later(&self, days: Days<'_>, end: End, from: Timestamp, until: Timestamp) -> (End, DeadlineLength) {
        let (first, last) = (days.zone.day(from), days.zone.day(until.max(from)));
        match self.policy.length {
            DeadlineLength::Months(_) | DeadlineLength::Days(_) => {
                let count = u32::try_from((last - first).num_days()).unwrap_or_default();
                (on(days, after_days(end.day, count)), self.amount(count))
            }
            DeadlineLength::WorkingDays(_) => {
                let count = days.working_days_between(first, last);
                (on(days, days.after_working_days(end.day, count)), self.amount(count))
            }
            DeadlineLength::WorkingMinutes(_) => {
                let time = days.working_time_between(from, until);
                let at = if time.is_zero() { end.at } else { days.after_working_time(end.at, time) };
                // What adds less than a minute does not add nothing.
                let minutes = time.num_minutes().max(i64::from(!time.is_zero()));
                let minutes = u32::try_from(minutes).unwrap_or(u32::MAX);
                (End { day: days.zone.day(at), at }, self.amount(minutes))
            }
        }
    }

    /// So much of what a pause adds.
    fn amount(&self, count: u32) -> DeadlineLength {
        match self.policy.length {
            DeadlineLength::Months(_) | DeadlineLength::Days(_) => DeadlineLength::Days(count),
            DeadlineLength::WorkingDays(_) => DeadlineLength::WorkingDays(count),
            DeadlineLength::WorkingMinutes(_) => DeadlineLength::WorkingMinutes(count),
        }
    }

    /// The end, on the next working day if the policy says so and nobody works on its day.
    fn rolled(&self, days: Days<'_>, end: End, segments: &mut Vec<Segment>) -> End {
        let to = match self.policy.length {
            DeadlineLength::Months(_) | DeadlineLength::Days(_) | DeadlineLength::WorkingDays(_)
                if self.policy.rolls =>
            {
                days.working_day_from(end.day)
            }
            DeadlineLength::Months(_)
            | DeadlineLength::Days(_)
            | DeadlineLength::WorkingDays(_)
            | DeadlineLength::WorkingMinutes(_) => end.day,
        };
        if to == end.day {
            return end;
        }
        let skipped = end.day.iter_days().take_while(|day| *day < to);
        let because: Vec<DayOff> = skipped.filter_map(|day| days.off(day)).take(NAMED).collect();
        segments.push(Segment::Rolled { from: end.day, because, to });
        on(days, to)
    }
}

/// The end that a length has from the start.
fn from_start(days: Days<'_>, start: &Start, length: DeadlineLength) -> End {
    match length {
        DeadlineLength::Months(count) => {
            on(days, start.day.checked_add_months(Months::new(count)).unwrap_or(NaiveDate::MAX))
        }
        DeadlineLength::Days(count) => on(days, after_days(start.day, count)),
        DeadlineLength::WorkingDays(count) => on(days, days.after_working_days(start.day, count)),
        DeadlineLength::WorkingMinutes(count) => {
            let at = days.after_working_time(start.at, TimeDelta::minutes(count.into()));
            End { day: days.zone.day(at), at }
        }
    }
}

/// When to warn before an end: when the day begins that is so many days before the last one, or with so much working time
/// left; at the start, if that is later.
fn warning(days: Days<'_>, start: &Start, end: End, before: DeadlineLength) -> Timestamp {
    let at = match before {
        DeadlineLength::Months(count) => {
            let day = end.day.checked_sub_months(Months::new(count));
            days.zone.first_instant(day.unwrap_or(NaiveDate::MIN))
        }
        DeadlineLength::Days(count) => {
            let day = end.day.checked_sub_days(CalendarDays::new(count.into()));
            days.zone.first_instant(day.unwrap_or(NaiveDate::MIN))
        }
        DeadlineLength::WorkingDays(count) => {
            days.zone.first_instant(days.before_working_days(end.day, count))
        }
        DeadlineLength::WorkingMinutes(count) => {
            days.before_working_time(start.at, end.at, TimeDelta::minutes(count.into()))
        }
    };
    at.max(start.at)
}

fn on(days: Days<'_>, day: NaiveDate) -> End {
    End { day, at: days.zone.last_second(day) }
}

fn after_days(day: NaiveDate, count: u32) -> NaiveDate {
    day.checked_add_days(CalendarDays::new(count.into())).unwrap_or(NaiveDate::MAX)
}
