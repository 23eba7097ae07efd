//! A file in the hands of somebody who can write all of it: its events, states and notes as plain data, and what it takes
//! to make them fit each other again.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::command::{CaseEdit, NewCase, NewCustomer};
use crate::commit::{Digest, StoredEvent};
use crate::engine::testing::Counting;
use crate::engine::{Engine, Services};
use crate::evolve::{evolve, evolve_note};
use crate::memory::MemoryStore;
use crate::model::{Actor, ActorId, AuditHead, Note, NoteId, Role, StreamId};
use crate::store::{Copied, EventQuery, Store, StreamRow};

#[derive(Clone)]
pub(super) struct Forged {
    /// In the order of their positions.
    pub(super) events: Vec<StoredEvent>,
    pub(super) rows: BTreeMap<StreamId, StreamRow>,
    pub(super) notes: Vec<Note>,
}

fn engine(store: Arc<MemoryStore>) -> Arc<Engine> {
    Engine::new(store, Box::new(Counting::new()), None, Services::default()).unwrap()
}

fn auditor(engine: &Arc<Engine>) -> crate::Desk {
    engine.desk(Actor::new("audra", "").with_role(Role::Auditor))
}

impl Forged {
    /// A file with a customer and three cases, and its three heads, between which people worked.
    pub(super) fn sound() -> (Self, [AuditHead; 3]) {
        let store = Arc::new(MemoryStore::new());
        let engine = engine(Arc::clone(&store));
        let agent = engine.desk(Actor::new("amara", "").with_role(Role::Agent));
        agent.create_customer(NewCustomer::named("Ada Obi")).unwrap();
        let raise = |title| agent.raise_case(NewCase::new("Support", title)).unwrap().id;
        let (one, two) = (raise("Cannot log in"), raise("Password lost"));
        agent.take_case(one).unwrap();
        agent.add_note(one, "Called, no answer.").unwrap();
        let first = auditor(&engine).audit_head().unwrap();
        agent.edit_case(one, CaseEdit::new().title("Cannot log in at all")).unwrap();
        agent.add_note(two, "Called, came through.").unwrap();
        let second = auditor(&engine).audit_head().unwrap();
        agent.take_case(raise("One more")).unwrap();
        agent.edit_case(two, CaseEdit::new().title("Password found")).unwrap();
        let third = auditor(&engine).audit_head().unwrap();
        agent.add_note(two, "Written after the last head.").unwrap();
        (Self::of(store.as_ref()), [first, second, third])
    }

    /// A store with a case of as many events, and more events of another.
    pub(super) fn with_a_long_case(events: u64) -> (Arc<MemoryStore>, StreamId) {
        let store = Arc::new(MemoryStore::new());
        let engine = engine(Arc::clone(&store));
        let agent = engine.desk(Actor::new("amara", "").with_role(Role::Agent));
        let raise = |title| agent.raise_case(NewCase::new("Support", title)).unwrap().id;
        let (long, other) = (raise("Cannot log in"), raise("Password lost"));
        for event in 1..events {
            agent.edit_case(long, CaseEdit::new().title(format!("Cannot log in, {event} times"))).unwrap();
        }
        agent.take_case(other).unwrap();
        (store, StreamId::Case(long))
    }

    fn of(store: &dyn Store) -> Self {
        let events = store.events(&EventQuery::All { after: 0, limit: 1_000 }).unwrap();
        let rows = store.streams(None, 1_000).unwrap();
        Self {
            events,
            rows: rows.into_iter().map(|row| (row.stream, row)).collect(),
            notes: store.all_notes(None, 1_000).unwrap(),
        }
    }

    /// The same, stored. A row may be under an id that is not its own.
    pub(super) fn store(&self) -> MemoryStore {
        let store = MemoryStore::new();
        let rows = self.rows.iter().map(|(stream, row)| StreamRow { stream: *stream, ..row.clone() });
        store.restore(Copied::Begin).unwrap();
        store.restore(Copied::Events(self.events.clone())).unwrap();
        store.restore(Copied::Streams(rows.collect())).unwrap();
        store.restore(Copied::Notes(self.notes.clone())).unwrap();
        store.restore(Copied::End).unwrap();
        store
    }

    /// The case whose id comes first, which the rewriting is about.
    pub(super) fn first_case(&self) -> StreamId {
        *self.rows.keys().find(|stream| stream.case().is_some()).unwrap()
    }

    /// Where the heads are among the events.
    pub(super) fn heads(&self) -> Vec<usize> {
        let is_head = |event: &StoredEvent| event.facts.windows(16).any(|part| part == b"checkpoint_taken");
        (0..self.events.len()).filter(|place| is_head(&self.events[*place])).collect()
    }

    /// Makes revisions, hashes, states and notes anew from the events that there are.
    pub(super) fn make_anew(&mut self) {
        let mut states = BTreeMap::new();
        let mut notes: BTreeMap<NoteId, Note> = BTreeMap::new();
        for event in &mut self.events {
            let (state, revision, hash) =
                states.remove(&event.stream).unwrap_or((None, 0_u64, Digest::default()));
            event.revision = revision + 1;
            event.hash = event.hash_after(&hash);
            let opened = event.open().unwrap();
            let state = evolve(state, &opened);
            if let Some(id) = opened.fact.note() {
                let note = evolve_note(notes.remove(&id), &opened).unwrap();
                notes.insert(id, note);
            }
            states.insert(event.stream, (state, event.revision, event.hash));
        }
        let row = |(stream, (state, _, hash)): (StreamId, (Option<_>, u64, Digest))| {
            Some((stream, StreamRow { stream, state: state?, hash }))
        };
        self.rows = states.into_iter().filter_map(row).collect();
        self.notes = notes.into_values().collect();
    }

    /// Cuts everything after a position off, so that the rest is a sound file.
    pub(super) fn cut_after(&mut self, position: u64) {
        self.events.retain(|event| event.position <= position);
        self.make_anew();
    }

    /// Makes somebody else the one who worked on the first case, with hashes that fit.
    pub(super) fn rewrite_the_first_case(&mut self) {
        let case = self.first_case();
        for event in self.events.iter_mut().filter(|event| event.stream == case && event.revision > 1) {
            event.header.actor = ActorId::parse("actor", "mallory").unwrap();
        }
        self.make_anew();
    }

    /// Takes every head anew where it was, as the library itself takes heads.
    pub(super) fn take_heads_anew(&mut self) {
        let all = std::mem::take(&mut self.events);
        for event in all {
            let is_head = Self { events: vec![event.clone()], ..self.clone() }.heads() == [0];
            if is_head {
                self.make_anew();
                let head = super::due(&self.store()).unwrap().taken_at(event.position);
                let mut facts = event.facts.clone();
                for (field, value) in serde_json::to_value(&head).unwrap().as_object().unwrap() {
                    facts = saying(&facts, field, &value.to_string());
                }
                self.events.push(StoredEvent { facts, ..event });
            } else {
                self.events.push(event);
            }
        }
        self.make_anew();
    }

    /// Changes what a head says, with hashes that fit; `false` if it says so already.
    pub(super) fn say(&mut self, number: u64, field: &str, value: &str) -> bool {
        let place = self.heads()[number as usize - 1];
        let facts = &mut self.events[place].facts;
        let other = saying(facts, field, value);
        let is_other = *facts != other;
        *facts = other;
        self.make_anew();
        is_other
    }

    /// What a head says.
    pub(super) fn said(&self, number: u64, field: &str) -> u64 {
        let facts = &self.events[self.heads()[number as usize - 1]].facts;
        serde_json::from_slice::<serde_json::Value>(facts).unwrap()[field].as_u64().unwrap()
    }

    /// Puts an event before another one, and moves everything behind it on by one position.
    pub(super) fn insert(&mut self, before: usize, event: StoredEvent) {
        let position = self.events[before].position;
        self.events[before..].iter_mut().for_each(|event| event.position += 1);
        self.events.insert(before, StoredEvent { position, ..event });
        self.make_anew();
    }

    /// Two events that change places among all of the file. Nothing else changes.
    pub(super) fn swap_positions(&mut self, one: u64, other: u64) {
        for event in &mut self.events {
            event.position = match event.position {
                position if position == one => other,
                position if position == other => one,
                position => position,
            };
        }
        self.events.sort_by_key(|event| event.position);
    }
}

/// Facts that say another value of a field. Their order stays: the code of the event must be first.
fn saying(facts: &[u8], field: &str, value: &str) -> Vec<u8> {
    let text = std::str::from_utf8(facts).unwrap();
    let (before, rest) = text.split_once(&format!("\"{field}\":")).unwrap();
    let end = rest.find([',', '}']).unwrap();
    format!("{before}\"{field}\":{value}{}", &rest[end..]).into_bytes()
}
