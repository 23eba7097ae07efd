//! Checking that each request left what its receipt says: the events are there, by its actor and of its time, and the first
//! of them has the digest of the request, so that the request is what it was.
//!
//! A command that changed nothing left no event, so of its receipt it is checked only that it names what was there. That each event with the digest of
//! a request has it is for the store to check, which reads every event anyway.

use uuid::Uuid;

use super::{Proceed, wrong};
use crate::commit::{Receipt, StoredEvent};
use crate::event::{CaseFact, Fact};
use crate::model::{CaseNumber, NoteId, StreamId};
use crate::store::{EventQuery, Store, StoreError, StoredRequest};

/// How many requests are read at a time.
const ROWS: u32 = 500;

/// Checks every request against the events that it left. Returns how many there are. Events stay as they are, so it
/// does no harm that others write meanwhile.
pub(super) fn requests_left_their_events(store: &dyn Store, proceed: Proceed<'_>) -> Result<u64, StoreError> {
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
        proceed()?;
    }
}

fn left_what_it_says(
    store: &dyn Store,
    StoredRequest { claim, receipt }: StoredRequest,
) -> Result<bool, StoreError> {
    if receipt.events == 0 {
        return left_nothing(store, &receipt);
    }
    let after = receipt.position.saturating_sub(1);
    let events = |limit| store.events(&EventQuery::All { after, limit });
    // The first alone: as long as its digest has not shown that the receipt is what was written, it could ask for all there is.
    let first = events(1)?.pop().and_then(|event| event.request);
    if first != Some(claim.digest(receipt.events)) {
        return Ok(false);
    }
    let events = events(u32::try_from(receipt.events).unwrap_or(u32::MAX))?;
    let is_theirs = |event: &StoredEvent| {
        let header = &event.header;
        match &header.imported_by {
            // What is imported happened when and by whom it was told.
            Some(by) => *by == claim.actor,
            None => header.actor == claim.actor && header.at == claim.at,
        }
    };
    let begins_once = events.iter().skip(1).all(|event| event.request.is_none());
    let is_dense = events.iter().zip(receipt.position..).all(|(event, position)| event.position == position);
    let is_whole = events.len() as u64 == receipt.events && is_dense;
    Ok(is_whole
        && begins_once
        && events.iter().all(is_theirs)
        && left(&events).is_some_and(|left| left == said(receipt)))
}

/// Whether a receipt can be that of a command that changed nothing: it names the streams that the command read, with events
/// that were there before it.
fn left_nothing(store: &dyn Store, receipt: &Receipt) -> Result<bool, StoreError> {
    for (stream, revision) in &receipt.streams {
        let Some(before) = revision.checked_sub(1) else { continue };
        let query = EventQuery::Stream { stream: *stream, after: before, limit: 1 };
        let newest = store.events(&query)?.pop();
        if newest.is_none_or(|newest| newest.revision != *revision || newest.position >= receipt.position) {
            return Ok(false);
        }
    }
    Ok(receipt.number.is_none() && receipt.note.is_none() && receipt.entry.is_none())
}

/// What events leave, as a receipt says it: the revisions of their streams, in the order in which these were touched
/// first, since an answer is about the first; the number of the case that was raised, the last note, and the last bank
/// account or next of kin.
type Left = (Vec<(StreamId, u64)>, Option<CaseNumber>, Option<NoteId>, Option<Uuid>);

fn said(receipt: Receipt) -> Left {
    (receipt.streams, receipt.number, receipt.note, receipt.entry)
}

/// `None` if an event cannot be read.
fn left(events: &[StoredEvent]) -> Option<Left> {
    let mut streams = Vec::<(StreamId, u64)>::new();
    let (mut number, mut note, mut entry) = (None, None, None);
    for stored in events {
        let event = stored.open().ok()?;
        match streams.iter_mut().find(|(stream, _)| *stream == stored.stream) {
            Some((_, revision)) => *revision = stored.revision,
            None => streams.push((stored.stream, stored.revision)),
        }
        note = event.fact.note().or(note);
        entry = event.fact.entry().or(entry);
        if let Fact::Case(_, CaseFact::CaseRaised { number: given, .. }) = &event.fact {
            number = Some(given.clone());
        }
    }
    Some((streams, number, note, entry))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::command::{CaseEdit, NewCase};
    use crate::engine::testing::Counting;
    use crate::engine::{Engine, Services};
    use crate::memory::MemoryStore;
    use crate::model::{Actor, ActorId, RequestId, Role};
    use crate::store::Copied;

    /// The events and requests of a file in which three commands had a request id: one left one event, one left two, and
    /// one changed nothing.
    fn sound() -> (Vec<StoredEvent>, Vec<StoredRequest>) {
        let store = Arc::new(MemoryStore::new());
        let engine =
            Engine::new(Arc::clone(&store) as _, Box::new(Counting::new()), None, Services::default())
                .unwrap();
        let agent = engine.desk(Actor::new("amara", "").with_role(Role::Agent));
        let case = agent.request("1 raises").raise_case(NewCase::new("Support", "Cannot log in")).unwrap().id;
        agent.request("2 takes").take_case(case).unwrap();
        agent.request("3 nothing").edit_case(case, CaseEdit::new().title("Cannot log in")).unwrap();
        agent.add_note(case, "Called, no answer.").unwrap();
        let events = store.events(&EventQuery::All { after: 0, limit: 1_000 }).unwrap();
        (events, store.requests(None, 10).unwrap())
    }

    /// What checking these finds; `None` if it is damage.
    fn checked(events: Vec<StoredEvent>, requests: Vec<StoredRequest>) -> Option<u64> {
        let store = MemoryStore::new();
        for part in [Copied::Begin, Copied::Events(events), Copied::Requests(requests), Copied::End] {
            store.restore(part).unwrap();
        }
        requests_left_their_events(&store, &mut || Ok(())).ok()
    }

    #[test]
    fn a_receipt_of_nothing_names_what_was_there() {
        let (events, requests) = sound();
        type Change = fn(&mut Receipt);
        let changes: [(&str, Change); 5] = [
            ("a later revision", |receipt| receipt.streams[0].1 += 1),
            ("another stream", |receipt| receipt.streams[0].0 = StreamId::Case(uuid::Uuid::max().into())),
            ("before it was there", |receipt| receipt.position = 1),
            ("a number", |receipt| receipt.number = Some(CaseNumber { prefix: "C".into(), value: 1 })),
            ("a note", |receipt| receipt.note = Some(NoteId(uuid::Uuid::nil()))),
        ];
        for (what, change) in changes {
            let mut altered = requests.clone();
            change(&mut altered[2].receipt);
            assert_eq!(checked(events.clone(), altered), None, "{what}");
        }
    }

    #[test]
    fn a_receipt_names_its_streams_in_the_order_in_which_they_were_touched() {
        let (events, _) = sound();
        let (streams, ..) = left(&events).unwrap();
        let mut touched: Vec<StreamId> = Vec::new();
        for event in &events {
            if !touched.contains(&event.stream) {
                touched.push(event.stream);
            }
        }
        assert_eq!(streams.into_iter().map(|(stream, _)| stream).collect::<Vec<_>>(), touched);
    }

    #[test]
    fn a_request_is_what_its_first_event_says_and_left_what_its_receipt_says() {
        let (events, requests) = sound();
        let left: Vec<u64> = requests.iter().map(|kept| kept.receipt.events).collect();
        assert_eq!(left, [1, 2, 0]);
        assert_eq!(checked(events.clone(), requests.clone()), Some(3));
        type Change = fn(&mut StoredRequest);
        let changes: [(&str, Change); 11] = [
            ("actor", |kept| kept.claim.actor = ActorId::parse("actor", "ben").unwrap()),
            ("id", |kept| kept.claim.id = RequestId::parse("request", "0 another").unwrap()),
            ("salt", |kept| kept.claim.salt[0] ^= 1),
            ("fingerprint", |kept| kept.claim.fingerprint[0] ^= 1),
            ("at", |kept| kept.claim.at += std::time::Duration::from_micros(1)),
            ("an event before", |kept| kept.receipt.position -= 1),
            ("an event after", |kept| kept.receipt.position += 1),
            ("more events", |kept| kept.receipt.events += 1),
            ("all events", |kept| kept.receipt.events = u64::MAX),
            ("a stream", |kept| kept.receipt.streams[0].1 += 1),
            ("a note", |kept| kept.receipt.note = Some(NoteId(uuid::Uuid::nil()))),
        ];
        for place in [0, 1] {
            for (what, change) in changes {
                let mut altered = requests.clone();
                change(&mut altered[place]);
                assert_eq!(checked(events.clone(), altered), None, "{what} of {place}");
            }
        }
        let mut altered = requests.clone();
        altered[1].receipt = altered[0].receipt.clone();
        assert_eq!(checked(events.clone(), altered), None, "what another did");

        let first = usize::try_from(requests[1].receipt.position).unwrap() - 1;
        let mut twice = events.clone();
        twice[first + 1].request = twice[first].request;
        assert_eq!(checked(twice, requests.clone()), None, "its second event begins another");
        let mut gap = events;
        gap.iter_mut().skip(first + 1).for_each(|event| event.position += 1);
        assert_eq!(checked(gap, requests), None, "its events are not together");
    }
}
