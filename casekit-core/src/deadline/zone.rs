//! Local time: from an instant to the day in a zone, and back through the gaps and folds of its clocks.

use chrono::{MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone};
use chrono_tz::Tz;

use crate::time::after;
use crate::time::{Timestamp, before};

/// The clocks of a zone.
#[derive(Clone, Copy, Debug)]
pub(super) struct Zone(pub(super) Tz);

/// How far a zone can be from UTC at most, as the IANA database has it, rounded up to hours.
const FARTHEST: TimeDelta = TimeDelta::hours(16);

impl Zone {
    /// What the clocks show at an instant.
    pub(super) fn local(self, at: Timestamp) -> NaiveDateTime {
        crate::zone::Zone::from(self.0).local(at)
    }

    /// The day of an instant.
    pub(super) fn day(self, at: Timestamp) -> NaiveDate {
        self.local(at).date()
    }

    /// The last whole second of a day. It is the later one if clocks show it twice, and the first instant after a gap if they
    /// do not show it.
    pub(super) fn last_second(self, day: NaiveDate) -> Timestamp {
        let last = NaiveTime::from_hms_opt(23, 59, 59).unwrap_or_default();
        self.latest(day.and_time(last))
    }

    /// The first instant of a day.
    pub(super) fn first_instant(self, day: NaiveDate) -> Timestamp {
        self.earliest(day.and_time(NaiveTime::MIN))
    }

    /// The first instant at which clocks show this, or the first one after a gap.
    pub(super) fn earliest(self, local: NaiveDateTime) -> Timestamp {
        match self.0.from_local_datetime(&local) {
            MappedLocalTime::Single(at) | MappedLocalTime::Ambiguous(at, _) => at.to_utc(),
            MappedLocalTime::None => self.after_gap(local),
        }
    }

    /// The last instant at which clocks show this, or the first one after a gap.
    pub(super) fn latest(self, local: NaiveDateTime) -> Timestamp {
        match self.0.from_local_datetime(&local) {
            MappedLocalTime::Single(at) | MappedLocalTime::Ambiguous(_, at) => at.to_utc(),
            MappedLocalTime::None => self.after_gap(local),
        }
    }

    /// The first second from which clocks show something later. Between the bounds, clocks only go forward: a zone does not
    /// change twice within two days.
    fn after_gap(self, local: NaiveDateTime) -> Timestamp {
        let shown = local.and_utc();
        let (mut early, mut late) = (before(shown, FARTHEST).timestamp(), after(shown, FARTHEST).timestamp());
        while early < late {
            // Rounded down before 1970 too, so that the bounds come nearer each time.
            let middle = early + (late - early) / 2;
            let at = Timestamp::from_timestamp(middle, 0).unwrap_or(shown);
            match self.local(at) >= local {
                true => late = middle,
                false => early = middle + 1,
            }
        }
        Timestamp::from_timestamp(late, 0).unwrap_or(shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zone::time_zone;

    fn zone(name: &str) -> Zone {
        Zone(time_zone(name).unwrap())
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn what_clocks_show_twice_or_not_at_all_has_one_instant() {
        let berlin = zone("Europe/Berlin");
        let local = |text: &str| text.parse::<NaiveDateTime>().unwrap();
        // Clocks go from 02:00 to 03:00 on 29 March 2026, and from 03:00 back to 02:00 on 25 October.
        assert_eq!(berlin.earliest(local("2026-03-29T02:30:00")), at("2026-03-29T01:00:00Z"));
        assert_eq!(berlin.latest(local("2026-03-29T02:30:00")), at("2026-03-29T01:00:00Z"));
        assert_eq!(berlin.earliest(local("2026-10-25T02:30:00")), at("2026-10-25T00:30:00Z"));
        assert_eq!(berlin.latest(local("2026-10-25T02:30:00")), at("2026-10-25T01:30:00Z"));
    }

    #[test]
    fn a_day_that_a_zone_left_out_ends_when_the_next_begins() {
        // Samoa went over the date line: 30 December 2011 did not happen there.
        let apia = zone("Pacific/Apia");
        let day = NaiveDate::from_ymd_opt(2011, 12, 30).unwrap();
        assert_eq!(apia.last_second(day), at("2011-12-30T10:00:00Z"));
        assert_eq!(apia.day(apia.last_second(day)), day.succ_opt().unwrap());
    }

    #[test]
    fn a_midnight_that_is_shown_twice_is_the_end_of_the_day_the_second_time() {
        // Clocks in Asunción went back from midnight to 23:00, so that 23:59:59 came twice.
        let asuncion = zone("America/Asuncion");
        let day = NaiveDate::from_ymd_opt(2024, 3, 23).unwrap();
        assert_eq!(asuncion.last_second(day), at("2024-03-24T03:59:59Z"));
    }

    #[test]
    fn the_ends_of_time_do_no_harm() {
        for name in ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"] {
            let zone = zone(name);
            for at in [Timestamp::MIN_UTC, Timestamp::MAX_UTC] {
                let day = zone.day(at);
                zone.last_second(day);
                zone.first_instant(day);
            }
            zone.last_second(NaiveDate::MAX);
            zone.first_instant(NaiveDate::MIN);
        }
    }
}
