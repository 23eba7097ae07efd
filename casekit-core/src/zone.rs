//! The time zone in which a text says when something was.

use chrono::{DateTime, FixedOffset, MappedLocalTime, NaiveDateTime, Offset, TimeZone, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};

use crate::time::Timestamp;

/// The time zone in which a text says when something was.
///
/// ```
/// use casekit_core::Zone;
/// use casekit_core::language::Language;
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let berlin = Zone::named("Europe/Berlin")?;
/// let german = Language::shipped("de")?.in_zone(berlin);
/// assert_eq!(german.minute("2026-07-01T08:30:00Z".parse()?), "01.07.2026 10:30");
/// assert_eq!(berlin.name(), "Europe/Berlin");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zone(Inner);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inner {
    Fixed(FixedOffset),
    Named(Tz),
}

/// There is no such time zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no time zone `{name}`: name one of the IANA database, such as {}", some(choices))]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct UnknownZone {
    /// The name that was given.
    pub name: String,
    /// Those that may have been meant: spelled nearly so, or in the same region.
    pub choices: Vec<&'static str>,
}

impl Zone {
    /// Coordinated universal time: the zone of every text unless it is given another.
    pub const UTC: Self = Self(Inner::Named(Tz::UTC));

    /// A zone by its name in the IANA time zone database, such as `Europe/Berlin` or `America/New_York`; upper and lower case
    /// are the same.
    ///
    /// # Errors
    /// [`UnknownZone`] if there is no such zone; it names some that may have been meant.
    ///
    /// # Cost
    /// Compares the name with about 600 zones in memory.
    pub fn named(name: &str) -> Result<Self, UnknownZone> {
        match time_zone(name.trim()) {
            Some(zone) => Ok(Self(Inner::Named(zone))),
            None => Err(UnknownZone { name: name.to_owned(), choices: time_zones_like(name) }),
        }
    }

    /// What the zone is called: its name, `UTC`, or how far it is from UTC (`+02:00`).
    #[must_use]
    pub fn name(&self) -> String {
        match self.0 {
            Inner::Fixed(offset) => offset.to_string(),
            Inner::Named(zone) => zone.name().to_owned(),
        }
    }

    /// An instant by the clocks of the zone.
    #[must_use]
    pub fn at(&self, at: DateTime<Utc>) -> DateTime<FixedOffset> {
        at.with_timezone(&match self.0 {
            Inner::Fixed(offset) => offset,
            Inner::Named(zone) => zone.offset_from_utc_datetime(&at.naive_utc()).fix(),
        })
    }

    /// What the clocks of the zone show. The first and the last instant of all have no local time in every zone; they are shown
    /// in UTC, and a file that was altered may have them.
    pub(crate) fn local(self, at: Timestamp) -> NaiveDateTime {
        let utc = at.naive_utc();
        utc.checked_add_offset(*self.at(at).offset()).unwrap_or(utc)
    }

    /// How far from UTC clocks are at an instant whose local time they show twice, as when summer time ends.
    pub(crate) fn shown_twice(self, at: Timestamp) -> Option<FixedOffset> {
        match self.0 {
            Inner::Fixed(_) => None,
            Inner::Named(zone) => match zone.offset_from_local_datetime(&self.local(at)) {
                MappedLocalTime::Ambiguous(..) => Some(*self.at(at).offset()),
                MappedLocalTime::Single(_) | MappedLocalTime::None => None,
            },
        }
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self::UTC
    }
}

impl From<Tz> for Zone {
    fn from(zone: Tz) -> Self {
        Self(Inner::Named(zone))
    }
}

impl From<FixedOffset> for Zone {
    fn from(offset: FixedOffset) -> Self {
        if offset.local_minus_utc() == 0 { Self::UTC } else { Self(Inner::Fixed(offset)) }
    }
}

/// The zone of this name in the IANA database; upper and lower case are the same.
pub(crate) fn time_zone(name: &str) -> Option<Tz> {
    name.parse()
        .ok()
        .or_else(|| TZ_VARIANTS.iter().copied().find(|zone| zone.name().eq_ignore_ascii_case(name)))
}

/// The zones that somebody may have meant: those whose place is spelled nearly so; else those of the region that is named;
/// else all.
pub(crate) fn time_zones_like(text: &str) -> Vec<&'static str> {
    let plain = |name: &str| name.to_ascii_lowercase().replace([' ', '-'], "_");
    let part = |name: &str| plain(name.rsplit('/').next().unwrap_or_default());
    let region = |name: &str| name.split_once('/').map(|(region, _)| plain(region));
    let (wanted, within) = (part(text), region(text));
    let all = || TZ_VARIANTS.iter().map(|zone| zone.name());
    let is_near = |name: &&str| {
        let known = part(name);
        strsim::osa_distance(&wanted, &known) <= known.len().max(wanted.len()) / 4
    };
    // Comparing letter by letter takes long with a long text, which is no name anyway: the longest has 32 letters.
    let near: Vec<&str> = if text.len() > 100 { Vec::new() } else { all().filter(is_near).collect() };
    if !near.is_empty() {
        return near;
    }
    let there: Vec<&str> = all().filter(|name| within.is_some() && region(name) == within).collect();
    if there.is_empty() { all().collect() } else { there }
}

/// At most three, or well-known ones where nothing was near.
fn some(choices: &[&str]) -> String {
    let well_known = ["UTC", "Europe/Berlin", "America/New_York"];
    let some = if choices.len() == TZ_VARIANTS.len() { &well_known } else { choices };
    some.iter().take(3).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::{Language, Message};

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn an_instant_without_a_local_time_is_shown_in_utc() {
        for (at, hours) in [(DateTime::<Utc>::MAX_UTC, 14), (DateTime::<Utc>::MIN_UTC, -12)] {
            let there = Zone::from(FixedOffset::east_opt(hours * 3_600).unwrap());
            assert!(Language::english().in_zone(there).minute(at).contains("2621"));
        }
    }

    #[test]
    fn a_zone_is_named() {
        let two_hours = Language::english().in_zone(FixedOffset::east_opt(7_200).unwrap().into());
        assert_eq!(two_hours.minute_and_zone(at("2026-04-01T06:30:59Z")), "2026-04-01 08:30 +02:00");
        let utc = Language::english().in_zone(Zone::UTC);
        assert_eq!(utc.minute_and_zone(at("2026-04-01T06:30:59Z")), "2026-04-01 06:30 UTC");
        assert_eq!(Zone::named(" utc").unwrap(), Zone::UTC);
    }

    #[test]
    fn a_zone_is_found_in_any_case_and_only_if_there_is_one() {
        assert_eq!(time_zone("europe/london"), Some(Tz::Europe__London));
        assert_eq!(time_zone("Europe/Londn"), None);
        assert_eq!(time_zone(""), None);
    }

    #[test]
    fn a_text_that_is_said_in_english_for_want_of_another_is_in_the_same_zone() {
        let message = Message::new("fact.deadlines_resumed").with("until", at("2026-07-31T23:30:00Z"));
        let french =
            Language::parse(r#"{"language": "fr"}"#).unwrap().in_zone(Zone::named("Europe/Paris").unwrap());
        assert!(french.render(&message).contains("2026-08-01 01:30"), "{}", french.render(&message));
    }

    #[test]
    fn a_day_of_the_calendar_is_the_same_in_every_zone() {
        let west = Language::english().in_zone(Zone::named("America/New_York").unwrap());
        assert_eq!(west.date("2026-08-01".parse().unwrap()), "2026-08-01");
    }

    #[test]
    fn clocks_of_a_zone_follow_its_summer_time() {
        let berlin = Language::shipped("de").unwrap().in_zone(Zone::named("europe/berlin").unwrap());
        let said = |text| berlin.minute(at(text));
        assert_eq!(said("2026-01-31T23:30:00Z"), "01.02.2026 00:30");
        assert_eq!(said("2026-07-31T23:30:00Z"), "01.08.2026 01:30");
        assert_eq!(berlin.day(at("2026-07-31T23:30:00Z")), "01.08.2026");
        // The hour in which summer time ends is there twice.
        assert_eq!(said("2026-10-25T00:30:00Z"), "25.10.2026 02:30 +02:00");
        assert_eq!(said("2026-10-25T01:30:00Z"), "25.10.2026 02:30 +01:00");
        assert_eq!(said("2026-10-25T02:30:00Z"), "25.10.2026 03:30");
    }

    #[test]
    fn a_zone_that_does_not_exist_is_refused_with_some_that_do() {
        let refused = |name| Zone::named(name).unwrap_err().to_string();
        assert!(refused("Europe/Berln").contains("`Europe/Berlin`"), "{}", refused("Europe/Berln"));
        assert!(refused("New York").contains("`America/New_York`"), "{}", refused("New York"));
        assert!(refused("").contains("`Europe/Berlin`"), "{}", refused(""));
    }
}
