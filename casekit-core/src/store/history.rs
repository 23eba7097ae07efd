//! The history of a stream, to be rendered as text.

use super::{StoreError, StoreErrorKind};
use crate::event::Event;
use crate::model::{Case, StreamId};

/// A page of the events of one stream, to be shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HistoryQuery {
    /// The stream.
    pub stream: StreamId,
    /// Only events after this revision; 0 for all.
    pub after: u64,
    /// The maximum number of events.
    pub limit: u32,
}

/// Events of a stream, with the case if it is a case's.
///
/// What proves them (salts, commitments, hashes) is left out; [`events`](crate::store::Store::events) returns it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct History {
    /// The current case, if the stream is that of a case, and it exists.
    pub case: Option<Case>,
    /// The events, oldest first; empty if the stream does not exist.
    pub events: Vec<Event>,
}

/// The error for an event that this version cannot read.
pub(crate) fn unreadable(error: serde_json::Error) -> StoreError {
    StoreError::new(StoreErrorKind::Corrupt, "an event cannot be read: verify the file").with_source(error)
}
