//! The days and hours that a calendar works, counted forwards, backwards and between.

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use chrono_tz::Tz;

use super::zone::Zone;
use crate::model::{Calendar, DayOff, DeadlineLength, Timestamp, Weekday, limits};
use crate::time::after;
use crate::zone::time_zone;

/// A calendar with its zone.
#[derive(Clone, Copy, Debug)]
pub(super) struct Days<'a> {
    pub(super) calendar: &'a Calendar,
    pub(super) zone: Zone,
}

/// A time in which somebody works.
struct Spell {
    from: Timestamp,
    until: Timestamp,
}

/// Minutes of a day.
const DAY: u32 = 1_440;

impl<'a> Days<'a> {
    /// The days of a calendar; in UTC if it names a zone that is not known.
    pub(super) fn of(calendar: &'a Calendar) -> Self {
        Self { calendar, zone: Zone(time_zone(&calendar.time_zone).unwrap_or(Tz::UTC)) }
    }

    /// How much of the unit of a length is found for sure, as far as is looked.
    pub(super) fn most(self, unit: DeadlineLength) -> u32 {
        let worked = Weekday::ALL.into_iter().filter(|weekday| self.is_worked(*weekday));
        // The week in which it starts may be over, and each holiday may be on the weekday that works longest.
        let weeks = u32::try_from(limits::DEADLINE_DAYS / 7 - 1).unwrap_or_default();
        let holidays = u32::try_from(self.calendar.holidays.len()).unwrap_or(u32::MAX);
        let all = |each: Vec<u32>| {
            let lost = each.iter().max().map_or(0, |longest| longest.saturating_mul(holidays));
            each.iter().sum::<u32>().saturating_mul(weeks).saturating_sub(lost)
        };
        match unit {
            DeadlineLength::Months(_) | DeadlineLength::Days(_) => u32::MAX,
            DeadlineLength::WorkingDays(_) => all(worked.map(|_| 1).collect()),
            DeadlineLength::WorkingMinutes(_) => {
                all(worked.map(|weekday| self.minutes_of(weekday)).collect())
            }
        }
    }

    fn minutes_of(self, weekday: Weekday) -> u32 {
        let hours = self.calendar.working_hours.iter().filter(|hours| hours.weekday == weekday);
        match self.calendar.working_hours.is_empty() {
            true => DAY,
            false => hours.map(|hours| hours.until.saturating_sub(hours.from)).sum(),
        }
    }

    /// Why nobody works on a day; `None` if somebody does. A holiday says more than a weekday.
    pub(super) fn off(self, day: NaiveDate) -> Option<DayOff> {
        let holidays = &self.calendar.holidays;
        let place = holidays.partition_point(|holiday| holiday.day < day);
        match holidays.get(place).filter(|holiday| holiday.day == day) {
            Some(holiday) => Some(DayOff::Holiday(holiday.name.clone())),
            None => {
                let weekday = Weekday::of(day);
                (!self.is_worked(weekday)).then_some(DayOff::Weekday(weekday))
            }
        }
    }

    fn is_worked(self, weekday: Weekday) -> bool {
        let hours = &self.calendar.working_hours;
        match hours.is_empty() {
            true => weekday.is_usual(),
            false => hours.iter().any(|hours| hours.weekday == weekday),
        }
    }

    /// The day, or the next one on which somebody works. The day itself if there is none as far as is looked.
    pub(super) fn working_day_from(self, day: NaiveDate) -> NaiveDate {
        self.worked(day.iter_days()).next().unwrap_or(day)
    }

    /// The day that is so many working days after a day, which is not counted.
    pub(super) fn after_working_days(self, day: NaiveDate, count: u32) -> NaiveDate {
        self.nth(day, self.worked(day.iter_days().skip(1)), count)
    }

    /// The day that is so many working days before a day, which is not counted.
    pub(super) fn before_working_days(self, day: NaiveDate, count: u32) -> NaiveDate {
        let earlier = std::iter::successors(day.pred_opt(), NaiveDate::pred_opt);
        self.nth(day, self.worked(earlier), count)
    }

    fn nth(self, day: NaiveDate, worked: impl Iterator<Item = NaiveDate>, count: u32) -> NaiveDate {
        worked.take(usize::try_from(count).unwrap_or(usize::MAX)).last().unwrap_or(day)
    }

    fn worked(self, days: impl Iterator<Item = NaiveDate>) -> impl Iterator<Item = NaiveDate> {
        days.take(limits::DEADLINE_DAYS).filter(move |day| self.off(*day).is_none())
    }

    /// The working days after `from`, up to and with `until`.
    pub(super) fn working_days_between(self, from: NaiveDate, until: NaiveDate) -> u32 {
        let later = from.iter_days().skip(1).take_while(|day| *day <= until);
        u32::try_from(self.worked(later).count()).unwrap_or(u32::MAX)
    }

    /// The instant after so much working time.
    pub(super) fn after_working_time(self, at: Timestamp, time: TimeDelta) -> Timestamp {
        let mut left = time;
        for spell in self.spells(at) {
            let lasts = spell.until - spell.from;
            if left <= lasts {
                return after(spell.from, left);
            }
            left -= lasts;
        }
        after(at, time)
    }

    /// The working time between two instants.
    pub(super) fn working_time_between(self, from: Timestamp, until: Timestamp) -> TimeDelta {
        let within = self.spells(from).take_while(|spell| spell.from < until);
        within.map(|spell| spell.until.min(until) - spell.from).sum()
    }

    /// The instant with so much working time left until `at`, or `first` if that is later.
    pub(super) fn before_working_time(self, first: Timestamp, at: Timestamp, time: TimeDelta) -> Timestamp {
        let all = self.working_time_between(first, at);
        if all <= time { first } else { self.after_working_time(first, all - time) }
    }

    /// The times in which somebody works from an instant on, in order and without overlaps.
    fn spells(self, at: Timestamp) -> impl Iterator<Item = Spell> {
        let days = self.worked(self.zone.day(at).iter_days());
        let spells = days.flat_map(move |day| self.spells_of(day));
        // Hours that clocks show twice belong to the earlier spell.
        let apart = spells.scan(at, |begun, spell| {
            let from = spell.from.max(*begun);
            *begun = spell.until.max(*begun);
            Some(Spell { from, until: spell.until })
        });
        apart.filter(|spell| spell.from < spell.until)
    }

    fn spells_of(self, day: NaiveDate) -> Vec<Spell> {
        let weekday = Weekday::of(day);
        let hours = self.calendar.working_hours.iter().filter(|hours| hours.weekday == weekday);
        let spell = |from: u32, until: u32| Spell {
            from: self.zone.earliest(minute_of(day, from)),
            until: match until {
                DAY => self.zone.first_instant(day.succ_opt().unwrap_or(day)),
                until => self.zone.latest(minute_of(day, until)),
            },
        };
        match self.calendar.working_hours.is_empty() {
            true => vec![spell(0, DAY)],
            false => hours.map(|hours| spell(hours.from, hours.until)).collect(),
        }
    }
}

fn minute_of(day: NaiveDate, minute: u32) -> chrono::NaiveDateTime {
    day.and_time(NaiveTime::from_num_seconds_from_midnight_opt(minute * 60, 0).unwrap_or(NaiveTime::MIN))
}
