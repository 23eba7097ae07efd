//! Checking that each request left what its receipt says: the events are there, by its actor and of its time, and the first
//! of them has the digest of the request, so that the request is what it was.
//!
//! A command that changed nothing left no event. About its request nothing can be said. That each event with the digest of
//! a request has it is for the store to check, which reads every event anyway.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::wrong;
use crate::commit::{Receipt, StoredEvent};
use crate::event::{CaseFact, Fact};
use crate::model::{CaseNumber, NoteId, StreamId};
use crate::store::{EventQuery, Store, StoreError, StoredRequest};

/// How many requests are read at a time.
const ROWS: u32 = 500;

/// Checks every request against the events that it left. Returns how many there are. Events stay as they are, so it
/// does no harm that others write meanwhile.
pub(super) fn requests_left_their_events(store: &dyn Store) -> Result<u64, StoreError> {
    let (mut after, mut seen) = (None, 0);
    loop {
        let rows = store.requests(after.as_ref(), ROWS)?;
        if rows.is_empty() {
            return Ok(seen);
        }
        for row in rows {
            let key = Some((row.claim.actor.clone(), row.claim.id.clone()));
            // In a damaged store, rows that do not increase would make this loop endless.
            if key <= after {
                return Err(wrong("the requests do not come in their order"));
            }
            if !left_what_it_says(store, row)? {
                return Err(wrong("a request is stored with a receipt for something else than it did"));
            }
            after = key;
            seen += 1;
        }
    }
}

fn left_what_it_says(
    store: &dyn Store,
    StoredRequest { claim, receipt }: StoredRequest,
) -> Result<bool, StoreError> {
    // A command that changed nothing has the streams that it read, as they were then.
    if receipt.events == 0 {
        return Ok(true);
    }
    let limit = u32::try_from(receipt.events).unwrap_or(u32::MAX);
    let events = store.events(&EventQuery::All { after: receipt.position.saturating_sub(1), limit })?;
    let is_theirs = |event: &StoredEvent| {
        let header = &event.header;
        match &header.imported_by {
            // What is imported happened when and by whom it was told.
            Some(by) => *by == claim.actor,
            None => header.actor == claim.actor && header.at == claim.at,
        }
    };
    let (first, others) = match events.split_first() {
        Some((first, others)) => (first.request, others),
        None => return Ok(false),
    };
    let is_bound =
        first == Some(claim.digest(receipt.events)) && others.iter().all(|event| event.request.is_none());
    let is_dense = events.iter().zip(receipt.position..).all(|(event, position)| event.position == position);
    let is_whole = events.len() as u64 == receipt.events && is_dense;
    Ok(is_whole
        && is_bound
        && events.iter().all(is_theirs)
        && left(&events).is_some_and(|left| left == said(receipt)))
}

/// What events leave, as a receipt says it: the revisions of their streams, the number of the case that was raised, the
/// last note, and the last bank account or next of kin.
type Left = (BTreeMap<StreamId, u64>, Option<CaseNumber>, Option<NoteId>, Option<Uuid>);

fn said(receipt: Receipt) -> Left {
    (receipt.streams.into_iter().collect(), receipt.number, receipt.note, receipt.entry)
}

/// `None` if an event cannot be read.
fn left(events: &[StoredEvent]) -> Option<Left> {
    let (mut streams, mut number, mut note, mut entry) = (BTreeMap::new(), None, None, None);
    for stored in events {
        let event = stored.open().ok()?;
        streams.insert(stored.stream, stored.revision);
        note = event.fact.note().or(note);
        entry = event.fact.entry().or(entry);
        if let Fact::Case(_, CaseFact::CaseRaised { number: given, .. }) = &event.fact {
            number = Some(given.clone());
        }
    }
    Some((streams, number, note, entry))
}
