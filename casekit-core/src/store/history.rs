//! The history of a stream, to be put into words.

use super::{StoreError, StoreErrorKind};
use crate::event::Event;
use crate::model::{Case, StreamId};

/// The events of a stream, as they are shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HistoryQuery {
    /// The stream.
    pub stream: StreamId,
    /// The revision after which they come; 0 for all.
    pub after: u64,
    /// At most how many.
    pub limit: u32,
}

/// Events of a stream, with the case that they happened to.
///
/// What proves them (salts, commitments, hashes) is left out: that is asked for by
/// [`events`](crate::store::Store::events).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct History {
    /// The case as it stands, if the stream is that of a case, and it is there.
    pub case: Option<Case>,
    /// The events, oldest first; none of a stream that is not there.
    pub events: Vec<Event>,
}

/// An event that this version cannot read.
pub(crate) fn unreadable(error: serde_json::Error) -> StoreError {
    StoreError::new(StoreErrorKind::Corrupt, "an event cannot be read: verify the file").with_source(error)
}
