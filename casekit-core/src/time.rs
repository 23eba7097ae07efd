//! Instants, and arithmetic on them that cannot overflow.
//!
//! What a file says, for instance about retention, may be any number: somebody may have altered the file. An instant
//! that does not exist becomes the first or the last that does, and the caller goes on.

use chrono::{DateTime, TimeDelta, Utc};

/// An instant in UTC, kept to the microsecond.
pub type Timestamp = DateTime<Utc>;

/// The instant so long before another, or the first there is.
pub(crate) fn before(at: Timestamp, by: TimeDelta) -> Timestamp {
    at.checked_sub_signed(by).unwrap_or(if by < TimeDelta::zero() {
        Timestamp::MAX_UTC
    } else {
        Timestamp::MIN_UTC
    })
}

/// The instant so long after another, or the last there is.
pub(crate) fn after(at: Timestamp, by: TimeDelta) -> Timestamp {
    before(at, -by)
}

/// Whether an end is over at an instant. An end is a second, and whatever happens within it is in time.
pub(crate) fn is_over(end: Timestamp, at: Timestamp) -> bool {
    end < over_before(at)
}

/// The instant before which ends are over at another.
pub(crate) fn over_before(at: Timestamp) -> Timestamp {
    before(at, TimeDelta::microseconds(999_999))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happens_within_the_last_second_is_in_time() {
        let end: Timestamp = "2026-03-02T22:59:59Z".parse().unwrap();
        assert!(!is_over(end, end) && !is_over(end, "2026-03-02T22:59:59.999999Z".parse().unwrap()));
        assert!(is_over(end, "2026-03-02T23:00:00Z".parse().unwrap()));
    }

    #[test]
    fn an_instant_that_does_not_exist_is_the_first_or_the_last_that_does() {
        let day = TimeDelta::days(1);
        assert_eq!(before(Timestamp::MIN_UTC, day), Timestamp::MIN_UTC);
        assert_eq!(after(Timestamp::MAX_UTC, day), Timestamp::MAX_UTC);
        assert_eq!(before(Timestamp::UNIX_EPOCH, TimeDelta::days(u32::MAX.into())), Timestamp::MIN_UTC);
        assert_eq!(after(before(Timestamp::UNIX_EPOCH, day), day), Timestamp::UNIX_EPOCH);
    }
}
