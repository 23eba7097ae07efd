//! Proof that nothing was altered.
//!
//! The events of each stream form a hash chain, and folding them must give the state that reads show. A *head* of the
//! whole file covers the head before it and the revision and hash of every stream that has changed since. A host that
//! keeps a head elsewhere can detect that the newest events were cut off, or that a stream is missing.
//!
//! Others may write during a proof, and each read sees the file as of its own moment. What is proven is therefore the
//! file as of the start of the proof, up to the position of its newest event then: what is read later may show more,
//! never less. Positions may have gaps. They are not part of an event's hash, so that a stream can move to another
//! file.
//!
//! A proof ends, whatever the file says: everything is read in the order of its places, and a place that is not after the
//! one before it is damage. What it holds in memory is bounded by one page of each kind, the notes of one case, and the
//! heads that were taken.

#[cfg(test)]
mod attacks;
mod checkpoint;
mod damage;
mod in_order;
mod paper;
mod progress;
mod shown;
mod signed;
mod verify;

use serde::{Deserialize, Serialize};

use crate::commit::StoredEvent;
use crate::model::StreamId;
use crate::store::{EventQuery, Store, StoreError};

pub(crate) use checkpoint::due;
pub(crate) use verify::Verifier;

pub use crate::model::AuditHead;
pub use damage::Damage;
pub use progress::VerifyProgress;
pub use signed::{HeadSignature, HeadSigner, SignedHead};

/// What verifying a stream or a file found.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct VerifyReport {
    /// How many streams were verified.
    pub streams: u64,
    /// How many events were verified.
    pub events: u64,
    /// The heads among those that were kept that the file has, and that match their events when they are computed again;
    /// in the order of their numbers. Each confirms every event up to the position that it `covers`. Heads come last, so
    /// there is none if a stream is broken.
    pub confirmed: Vec<AuditHead>,
    /// The first thing that is wrong; `None` if everything is in order.
    pub broken: Option<BrokenEvent>,
}

/// The first place at which a file is not as it was written.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct BrokenEvent {
    /// The stream in which it is.
    pub stream: StreamId,
    /// The revision of the broken event. If it is the state that differs from its events, that of the last event that
    /// was checked; 0 if there is none.
    pub revision: u64,
    /// The position of the broken event in the file; `None` if no single event is known to be broken.
    pub position: Option<u64>,
    /// The kind of damage, for callers to match on.
    pub kind: Damage,
    /// What is wrong, as a sentence in the language of the desk.
    pub why: String,
    /// What may have happened and what to do, in the language of the desk.
    pub advice: String,
}

/// The number of events or notes in one read.
const CHUNK: u32 = 1_000;

/// Reads all events of the file after a position, until `each` returns `false`.
fn walk_file(
    store: &dyn Store,
    after: u64,
    each: impl FnMut(&StoredEvent) -> Result<bool, StoreError>,
) -> Result<(), StoreError> {
    let page = |after| store.events(&EventQuery::All { after, limit: CHUNK });
    walk(page, |event| event.position, after, each)
}

/// Reads the events of a stream, until `each` returns `false`.
fn walk_stream(
    store: &dyn Store,
    stream: StreamId,
    each: impl FnMut(&StoredEvent) -> Result<bool, StoreError>,
) -> Result<(), StoreError> {
    let page = |after| store.events(&EventQuery::Stream { stream, after, limit: CHUNK });
    walk(page, |event| event.revision, 0, each)
}

fn walk(
    page: impl Fn(u64) -> Result<Vec<StoredEvent>, StoreError>,
    place: impl Fn(&StoredEvent) -> u64,
    mut after: u64,
    mut each: impl FnMut(&StoredEvent) -> Result<bool, StoreError>,
) -> Result<(), StoreError> {
    loop {
        let events = page(after)?;
        for event in &events {
            // In a damaged store, places that do not increase would make this loop endless.
            if place(event) <= after {
                return Err(in_order::out_of_order());
            }
            after = place(event);
            if !each(event)? {
                return Ok(());
            }
        }
        if events.len() < CHUNK as usize {
            return Ok(());
        }
    }
}
