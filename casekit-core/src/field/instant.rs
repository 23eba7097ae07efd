//! Which instants are kept.

use chrono::DateTime;

use super::FieldRule;
use crate::time::Timestamp;

/// The first and the last instant that are kept, in microseconds since 1970: those of the years 1 to 9999. RFC 3339 writes
/// no others, and not every language's calendar has them.
const KEPT: (i64, i64) = (-62_135_596_800_000_000, 253_402_300_799_999_999);

/// An instant as it is kept, to the microsecond.
///
/// # Errors
/// `InstantOutOfRange` for one that is not of the years 1 to 9999.
pub fn kept_instant(at: Timestamp) -> Result<Timestamp, FieldRule> {
    let micros = |micros| DateTime::from_timestamp_micros(micros).unwrap_or_default();
    let given = at.timestamp_micros();
    if (KEPT.0..=KEPT.1).contains(&given) {
        return Ok(micros(given));
    }
    Err(FieldRule::InstantOutOfRange { first: micros(KEPT.0), last: micros(KEPT.1) })
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::time::{after, before};

    #[test]
    fn instants_of_the_years_1_to_9999_are_kept_to_the_microsecond_and_others_are_refused() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        for (given, kept) in [
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
            ("1677-09-21T00:12:43Z", "1677-09-21T00:12:43Z"),
            ("1969-12-31T23:59:59.500000999Z", "1969-12-31T23:59:59.500000Z"),
            ("9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59.999999Z"),
        ] {
            assert_eq!(kept_instant(at(given)), Ok(at(kept)));
        }
        let (first, last) = (at("0001-01-01T00:00:00Z"), at("9999-12-31T23:59:59.999999Z"));
        for beyond in [
            Timestamp::MIN_UTC,
            Timestamp::MAX_UTC,
            before(first, TimeDelta::nanoseconds(1)),
            after(last, TimeDelta::microseconds(1)),
        ] {
            assert_eq!(kept_instant(beyond), Err(FieldRule::InstantOutOfRange { first, last }), "{beyond}");
        }
    }
}
