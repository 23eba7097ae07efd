//! Another past: a file whose history was rewritten by somebody who knows every recipe. Everything else in it is as the
//! library itself makes it from that history.

use std::collections::BTreeMap;
use std::path::Path;

use casekit::StreamId;
use casekit::casekit_core::commit::{
    Digest, StoredEvent, chain, claims_for_good, claims_of, commitment, hex,
};
use casekit::casekit_core::evolve::{evolve, evolve_note};
use casekit::casekit_core::model::{Note, State};
use casekit::casekit_core::store::{
    BlobRow, Copied, EventQuery, Located, NotePlace, Store, StoredRequest, StreamRow,
};
use serde_json::Value as Json;
use sha2::{Digest as _, Sha256};

use crate::build::open_store;

/// Everything that a file is made of.
pub(super) struct Past {
    pub(super) events: Vec<StoredEvent>,
    pub(super) requests: Vec<StoredRequest>,
    blobs: Vec<(BlobRow, Vec<u8>)>,
}

impl Past {
    pub(super) fn of(path: &Path) -> Self {
        let store = open_store(path);
        let all = EventQuery::All { after: 0, limit: 100_000 };
        let past = Self {
            events: store.events(&all).unwrap(),
            requests: store.requests(None, 100_000).unwrap(),
            blobs: blobs(store.as_ref()),
        };
        store.close().unwrap();
        past
    }

    /// Numbers and hashes the events of every stream again.
    pub(super) fn hash_again(&mut self) {
        let mut heads: BTreeMap<StreamId, (u64, Digest)> = BTreeMap::new();
        for event in &mut self.events {
            let (revision, before) = heads.get(&event.stream).copied().unwrap_or_default();
            event.revision = revision + 1;
            event.commitment = match (&event.salt, &event.personal) {
                (Some(salt), Some(personal)) => Some(commitment(salt, personal)),
                _ => event.commitment,
            };
            let place = (event.stream, event.revision);
            let (commitment, request) = (event.commitment.as_ref(), event.request.as_ref());
            event.hash = chain(&before, place, &event.header, &event.facts, commitment, request);
            heads.insert(event.stream, (event.revision, event.hash));
        }
    }

    /// Takes every head again, over the events as they are now.
    pub(super) fn forge_heads(&mut self) {
        let (mut before, mut covered) = ("0".repeat(64), 0);
        for place in 0..self.events.len() {
            let Some(head) = said(&self.events[place]) else { continue };
            let position = self.events[place].position;
            let covers = self.events[..place].last().map_or(0, |event| event.position);
            let digest =
                digest(&before, self.events[..place].iter().filter(|event| event.position > covered));
            let number = |name: &str| head[name].as_u64().unwrap();
            let facts = String::from_utf8(self.events[place].facts.clone()).unwrap();
            let facts = facts
                .replace(head["digest"].as_str().unwrap(), &digest)
                .replace(&format!("\"position\":{}", number("position")), &format!("\"position\":{position}"))
                .replace(&format!("\"covers\":{}", number("covers")), &format!("\"covers\":{covers}"))
                .replace(&format!("\"events\":{}", number("events")), &format!("\"events\":{place}"));
            self.events[place].facts = facts.into_bytes();
            // The ledger is a stream too: the next head covers this one.
            self.hash_again();
            (before, covered) = (digest, covers);
        }
    }

    /// Moves every event up to where the one before it ends, as if none had been taken out.
    pub(super) fn close_gaps(&mut self) {
        for (event, position) in self.events.iter_mut().zip(1..) {
            event.position = position;
        }
    }

    /// Writes a file of it.
    pub(super) fn write(&self, path: &Path) {
        let store = open_store(path);
        let (states, notes) = self.folded();
        store.restore(Copied::Begin).unwrap();
        store.restore(Copied::Events(self.events.clone())).unwrap();
        store.restore(Copied::Streams(states.clone())).unwrap();
        store.restore(Copied::Notes(notes)).unwrap();
        store.restore(Copied::Claims(self.claims(&states))).unwrap();
        store.restore(Copied::Requests(self.requests.clone())).unwrap();
        for (row, bytes) in &self.blobs {
            store.blob_bytes().append(row.id, 0, row.appended_at, bytes).unwrap();
        }
        store.restore(Copied::Blobs(self.blobs.iter().map(|(row, _)| row.clone()).collect())).unwrap();
        store.restore(Copied::End).unwrap();
        store.close().unwrap();
    }

    fn folded(&self) -> (Vec<StreamRow>, Vec<Note>) {
        let (mut states, mut notes) = (BTreeMap::<StreamId, (State, Digest)>::new(), BTreeMap::new());
        for stored in &self.events {
            let event = stored.open().unwrap();
            let before = states.remove(&stored.stream).map(|(state, _)| state);
            let after = evolve(before, &event).expect("the event can follow");
            states.insert(stored.stream, (after, stored.hash));
            if let Some(id) = event.fact.note() {
                let note = evolve_note(notes.remove(&id), &event).expect("the note is there");
                notes.insert(id, note);
            }
        }
        let rows = states.into_iter().map(|(stream, (state, hash))| StreamRow { stream, state, hash });
        let mut notes: Vec<Note> = notes.into_values().collect();
        notes.sort_by_key(NotePlace::of);
        (rows.collect(), notes)
    }

    fn claims(&self, states: &[StreamRow]) -> Vec<Located> {
        let held = states.iter().flat_map(|row| {
            claims_of(&row.state).into_iter().map(|claim| Located { claim, stream: row.stream })
        });
        let for_good = self.events.iter().flat_map(|event| {
            let claims = claims_for_good(&event.open().unwrap().fact);
            claims.into_iter().map(|claim| Located { claim, stream: event.stream })
        });
        held.chain(for_good).collect()
    }
}

/// The head that an event took, as JSON.
pub(super) fn said(event: &StoredEvent) -> Option<Json> {
    let json: Json = serde_json::from_slice(&event.facts).unwrap();
    (json["event"] == "checkpoint_taken").then_some(json)
}

fn digest<'a>(before: &str, events: impl Iterator<Item = &'a StoredEvent>) -> String {
    let mut changed = BTreeMap::new();
    for event in events {
        changed.insert(event.stream, event);
    }
    let bytes = |hex: &str| -> Vec<u8> {
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
    };
    let mut hasher = Sha256::new_with_prefix(b"casekit head 1").chain_update(bytes(before));
    for (stream, event) in changed {
        hasher.update([stream.kind().code()]);
        hasher.update(stream.uuid().as_bytes());
        hasher.update(event.revision.to_be_bytes());
        hasher.update(event.hash);
    }
    hex(&hasher.finalize())
}

fn blobs(store: &dyn Store) -> Vec<(BlobRow, Vec<u8>)> {
    let rows = store.blobs(None, 1_000).unwrap().into_iter().filter(|row| row.kept);
    rows.map(|row| {
        let mut bytes = Vec::new();
        while (bytes.len() as u64) < row.size {
            bytes.extend(store.blob_bytes().read(row.id, bytes.len() as u64, 1 << 20).unwrap().unwrap());
        }
        (row, bytes)
    })
    .collect()
}
