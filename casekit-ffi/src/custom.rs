//! Values that cross in a type of the host's own: ids as UUIDs, instants as its time type, cursors as text.

use casekit::{Cursor, Rejection, Timestamp};

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

// Instants cross as microseconds since 1970, which is how they are kept. uniffi's own type has seconds with nanoseconds that
// count away from 1970, so it cannot say which side of 1970 an instant of the last second before it is on. An instant that
// chrono cannot say becomes the first or the last that it can: both are refused by name where they arrive, since casekit
// keeps fewer.
uniffi::custom_type!(Timestamp, i64, {
    remote,
    lower: |at| at.timestamp_micros(),
    try_lift: |micros| {
        let beyond = if micros < 0 { Timestamp::MIN_UTC } else { Timestamp::MAX_UTC };
        Ok(Timestamp::from_timestamp_micros(micros).unwrap_or(beyond))
    },
});
