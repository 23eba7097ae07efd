//! Values that cross in a form of their host's: ids as UUIDs, instants as its own time type, a cursor as text.

use std::time::{Duration, SystemTime};

use casekit::{Cursor, Rejection, Timestamp};
use chrono::DurationRound as _;

use crate::error::CasekitError;

/// Ids cross as text; which there are, the generated list beside core's says.
macro_rules! ids {
    ($($name:ident),*) => {$(
        uniffi::custom_type!($name, String, {
            remote,
            lower: |id| id.to_string(),
            try_lift: |text| text.parse::<$name>().map_err(|error| {
                crate::error::CasekitError::from(casekit::Rejection::from(error)).into()
            }),
        });
    )*};
}

pub(crate) use ids;

uniffi::custom_type!(Cursor, String, {
    remote,
    lower: |cursor| cursor.to_string(),
    try_lift: |text| Cursor::parse("cursor", &text).map_err(|error| CasekitError::from(Rejection::from(error)).into()),
});

/// Seconds from 1970 to the year 2286, which is further than nanoseconds reach.
const FAR: u64 = 10_000_000_000;

// To the microsecond, which is what is kept: a host's time may be a floating-point number that is a few nanoseconds off.
uniffi::custom_type!(Timestamp, SystemTime, {
    remote,
    lower: |at| SystemTime::from(at),
    try_lift: |time| {
        // Further from 1970 than anything that is kept, chrono would panic.
        let distance = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_else(|before| before.duration());
        if distance > Duration::from_secs(FAR) {
            return Err(CasekitError::bad_instant().into());
        }
        let time = Timestamp::from(time);
        time.duration_round(chrono::TimeDelta::microseconds(1)).map_err(|_| CasekitError::bad_instant().into())
    },
});
