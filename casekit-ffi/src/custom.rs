//! Values that cross in a type of the host's own: ids as UUIDs, instants as its time type, cursors as text.

use std::time::{Duration, SystemTime};

use casekit::{Cursor, Rejection, Timestamp};
use chrono::DurationRound as _;

use crate::error::CasekitError;

/// Ids cross as text. The list of id types is generated, beside the types from core.
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

/// Seconds from 1970 to the year 2286, which is later than nanoseconds in 64 bits reach.
const FAR: u64 = 10_000_000_000;

// Rounded to the microsecond, which is what the library keeps: a host's time may be a floating-point number that is a
// few nanoseconds off.
uniffi::custom_type!(Timestamp, SystemTime, {
    remote,
    lower: |at| SystemTime::from(at),
    try_lift: |time| {
        // chrono would panic for instants much further from 1970, and casekit keeps none.
        let distance = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_else(|before| before.duration());
        if distance > Duration::from_secs(FAR) {
            return Err(CasekitError::bad_instant().into());
        }
        let time = Timestamp::from(time);
        time.duration_round(chrono::TimeDelta::microseconds(1)).map_err(|_| CasekitError::bad_instant().into())
    },
});
