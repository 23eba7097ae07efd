//! Proof that nothing was altered.
//!
//! Every stream's events chain by hash; their fold must be the state that reads show. A *head* of the whole file covers
//! the head before it and where every stream stands that has changed since, so that a host that keeps one elsewhere is
//! shown a tail that was cut off or a stream that is missing.
//!
//! Others may write meanwhile, and each read is of its own moment. What is proven is therefore the file as it stood
//! when the proof began, up to the position of its newest event then: what is read later may show more, never less.
//! Positions may have gaps, and are not part of an event's hash: a stream can move to another file.

mod chain;
mod checkpoint;
mod verify;
mod walk;

use serde::{Deserialize, Serialize};

use crate::commit::StoredEvent;
use crate::model::StreamId;
use crate::store::{EventQuery, Store, StoreError};

pub(crate) use checkpoint::due;
pub(crate) use verify::Verifier;

pub use crate::model::AuditHead;

/// What verifying found.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct VerifyReport {
    /// How many streams were looked at.
    pub streams: u64,
    /// How many events.
    pub events: u64,
    /// The first thing that is wrong, if anything is.
    pub broken: Option<BrokenEvent>,
}

/// The first event that is not what it was when it was written.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct BrokenEvent {
    /// The stream.
    pub stream: StreamId,
    /// The place of the event in it.
    pub revision: u64,
    /// Its position in the file, where it is known.
    pub position: Option<u64>,
    /// What is wrong with it.
    pub why: String,
}

/// Events read at a time.
const CHUNK: u32 = 1_000;

/// Goes through all events of the file after a position, until `each` says that it is enough.
fn walk_file(
    store: &dyn Store,
    after: u64,
    each: impl FnMut(&StoredEvent) -> bool,
) -> Result<(), StoreError> {
    let page = |after| store.events(&EventQuery::All { after, limit: CHUNK });
    walk(page, |event| event.position, after, each)
}

/// Goes through the events of a stream, until `each` says that it is enough.
fn walk_stream(
    store: &dyn Store,
    stream: StreamId,
    each: impl FnMut(&StoredEvent) -> bool,
) -> Result<(), StoreError> {
    let page = |after| store.events(&EventQuery::Stream { stream, after, limit: CHUNK });
    walk(page, |event| event.revision, 0, each)
}

fn walk(
    page: impl Fn(u64) -> Result<Vec<StoredEvent>, StoreError>,
    place: impl Fn(&StoredEvent) -> u64,
    mut after: u64,
    mut each: impl FnMut(&StoredEvent) -> bool,
) -> Result<(), StoreError> {
    loop {
        let events = page(after)?;
        for event in &events {
            // What does not grow would be read again and again.
            if place(event) <= after {
                return Err(walk::out_of_order());
            }
            after = place(event);
            if !each(event) {
                return Ok(());
            }
        }
        if events.len() < CHUNK as usize {
            return Ok(());
        }
    }
}
