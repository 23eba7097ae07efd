//! The type of instants.

/// An instant in UTC, kept to the microsecond.
pub type Timestamp = chrono::DateTime<chrono::Utc>;
