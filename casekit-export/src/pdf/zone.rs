//! The time zone of a paper, and how it says when something was.

use casekit_core::language::Language;
#[cfg(feature = "zones")]
use chrono::TimeZone;
use chrono::{DateTime, FixedOffset, Offset, Utc};

use super::PdfError;

/// The time zone in which a paper says when something was.
///
#[cfg_attr(feature = "zones", doc = "```")]
#[cfg_attr(not(feature = "zones"), doc = "```ignore")]
/// use casekit_core::language::Language;
/// use casekit_export::pdf::Zone;
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let berlin = Zone::named("Europe/Berlin")?;
/// let german = Language::shipped("de")?;
/// assert_eq!(berlin.minute(&german, "2026-07-01T08:30:00Z".parse()?), "01.07.2026 10:30");
/// assert_eq!(berlin.name(), "Europe/Berlin");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zone(Inner);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inner {
    Utc,
    Fixed(FixedOffset),
    #[cfg(feature = "zones")]
    Named(chrono_tz::Tz),
}

impl Zone {
    /// Coordinated universal time: the zone of a paper unless it is given another.
    pub const UTC: Self = Self(Inner::Utc);

    /// A zone by its name in the IANA time zone database, such as `Europe/Berlin` or `America/New_York`; upper and lower case
    /// are the same. Without the feature `zones` there is only `UTC`.
    ///
    /// # Errors
    /// [`PdfError::Zone`] if there is no such zone; it names some that are spelled alike.
    ///
    /// # Cost
    /// Compares the name with about 600 zones in memory.
    pub fn named(name: &str) -> Result<Self, PdfError> {
        if name.eq_ignore_ascii_case("UTC") {
            return Ok(Self::UTC);
        }
        #[cfg(feature = "zones")]
        return chrono_tz::TZ_VARIANTS
            .iter()
            .find(|zone| zone.name().eq_ignore_ascii_case(name))
            .map(|zone| Self(Inner::Named(*zone)))
            .ok_or_else(|| PdfError::Zone { name: name.to_owned(), choices: alike(name) });
        #[cfg(not(feature = "zones"))]
        Err(PdfError::Zone {
            name: name.to_owned(),
            choices: "`UTC`, since zones are not built in".to_owned(),
        })
    }

    /// What the zone is called on paper: its name, `UTC`, or how far it is from UTC (`+02:00`).
    #[must_use]
    pub fn name(&self) -> String {
        match self.0 {
            Inner::Utc => "UTC".to_owned(),
            Inner::Fixed(offset) => offset.to_string(),
            #[cfg(feature = "zones")]
            Inner::Named(zone) => zone.name().to_owned(),
        }
    }

    /// An instant to the minute, by the clocks of the zone, in the format of the language. In the hour that clocks show twice
    /// when summer time ends, it says how far from UTC it is.
    #[must_use]
    pub fn minute(&self, language: &Language, at: DateTime<Utc>) -> String {
        let there = self.at(at);
        let said = language.minute(clock(there));
        if self.shows_twice(there) { format!("{said} {}", there.offset()) } else { said }
    }

    /// The day of an instant in the zone, in the format of the language.
    #[must_use]
    pub fn day(&self, language: &Language, at: DateTime<Utc>) -> String {
        language.day(clock(self.at(at)))
    }

    /// An instant to the minute with the name of the zone.
    #[must_use]
    pub fn minute_and_name(&self, language: &Language, at: DateTime<Utc>) -> String {
        format!("{} {}", self.minute(language, at), self.name())
    }

    /// An instant by the clocks of the zone.
    #[must_use]
    pub fn at(&self, at: DateTime<Utc>) -> DateTime<FixedOffset> {
        let offset = match self.0 {
            Inner::Utc => Utc.fix(),
            Inner::Fixed(offset) => offset,
            #[cfg(feature = "zones")]
            Inner::Named(zone) => zone.offset_from_utc_datetime(&at.naive_utc()).fix(),
        };
        at.with_timezone(&offset)
    }

    #[cfg_attr(not(feature = "zones"), allow(unused_variables))]
    fn shows_twice(&self, there: DateTime<FixedOffset>) -> bool {
        match self.0 {
            Inner::Utc | Inner::Fixed(_) => false,
            #[cfg(feature = "zones")]
            Inner::Named(zone) => {
                let local = there.naive_utc().checked_add_offset(*there.offset());
                let shown = local.map(|local| zone.offset_from_local_datetime(&local));
                matches!(shown, Some(chrono::MappedLocalTime::Ambiguous(..)))
            }
        }
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self::UTC
    }
}

impl From<FixedOffset> for Zone {
    fn from(offset: FixedOffset) -> Self {
        Self(if offset.local_minus_utc() == 0 { Inner::Utc } else { Inner::Fixed(offset) })
    }
}

/// The clock of the zone as if it were that of UTC, which a language formats. The first and the last day of all have no local
/// time in every zone, and a file that was altered may have them.
fn clock(there: DateTime<FixedOffset>) -> DateTime<Utc> {
    there.naive_utc().checked_add_offset(*there.offset()).unwrap_or(there.naive_utc()).and_utc()
}

/// Names of zones whose last part is spelled like that of `name`, or some that are well known.
#[cfg(feature = "zones")]
fn alike(name: &str) -> String {
    let city = |name: &str| {
        name.rsplit('/').next().unwrap_or_default().to_ascii_lowercase().replace([' ', '-'], "_")
    };
    let wanted = city(name);
    let near = |zone: &&chrono_tz::Tz| {
        let known = city(zone.name());
        let begins = wanted.get(..4).is_some_and(|beginning| known.starts_with(beginning));
        begins || strsim::damerau_levenshtein(&wanted, &known) <= 2 && wanted.len() > 4
    };
    let found: Vec<&str> =
        chrono_tz::TZ_VARIANTS.iter().filter(near).map(|zone| zone.name()).take(3).collect();
    let some = if found.is_empty() { vec!["UTC", "Europe/Berlin", "America/New_York"] } else { found };
    some.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn an_instant_without_a_local_time_is_shown_in_utc() {
        for (at, hours) in [(DateTime::<Utc>::MAX_UTC, 14), (DateTime::<Utc>::MIN_UTC, -12)] {
            let there = Zone::from(FixedOffset::east_opt(hours * 3_600).unwrap());
            assert!(there.minute(Language::english(), at).contains("2621"));
        }
    }

    #[test]
    fn a_zone_is_named() {
        let english = Language::english();
        let two_hours = Zone::from(FixedOffset::east_opt(7_200).unwrap());
        assert_eq!(two_hours.minute_and_name(english, at("2026-04-01T06:30:59Z")), "2026-04-01 08:30 +02:00");
        assert_eq!(Zone::UTC.minute_and_name(english, at("2026-04-01T06:30:59Z")), "2026-04-01 06:30 UTC");
        let unknown = Zone::named("Nowhere").unwrap_err().to_string();
        assert!(unknown.contains("`Nowhere`") && unknown.contains("`UTC`"), "{unknown}");
    }

    #[cfg(feature = "zones")]
    #[test]
    fn clocks_of_a_zone_follow_its_summer_time() {
        let german = Language::shipped("de").unwrap();
        let berlin = Zone::named("europe/berlin").unwrap();
        let said = |text| berlin.minute(&german, at(text));
        assert_eq!(said("2026-01-31T23:30:00Z"), "01.02.2026 00:30");
        assert_eq!(said("2026-07-31T23:30:00Z"), "01.08.2026 01:30");
        assert_eq!(berlin.day(&german, at("2026-07-31T23:30:00Z")), "01.08.2026");
        // The hour in which summer time ends is there twice.
        assert_eq!(said("2026-10-25T00:30:00Z"), "25.10.2026 02:30 +02:00");
        assert_eq!(said("2026-10-25T01:30:00Z"), "25.10.2026 02:30 +01:00");
        assert_eq!(said("2026-10-25T02:30:00Z"), "25.10.2026 03:30");
    }

    #[cfg(feature = "zones")]
    #[test]
    fn a_zone_that_does_not_exist_is_refused_with_some_that_do() {
        let refused = |name| Zone::named(name).unwrap_err().to_string();
        assert!(refused("Europe/Berln").contains("`Europe/Berlin`"), "{}", refused("Europe/Berln"));
        assert!(refused("New York").contains("`America/New_York`"), "{}", refused("New York"));
        assert!(refused("").contains("`Europe/Berlin`"), "{}", refused(""));
    }
}
