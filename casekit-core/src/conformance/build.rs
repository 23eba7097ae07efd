//! Small legal commits, the same on every run.
//!
//! A [`Clerk`] works on one store: it takes ids, instants and salts from a counter, reads the states that a commit
//! builds on, and writes the commit. What a check does not mention does not matter to it.

mod drafts;
mod everything;
mod values;
mod workflow;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use uuid::Uuid;

pub use drafts::{RawCase, at_time};
pub use everything::{Everything, WORD, everything};
pub use values::{
    actor, instant, long_text, name, paged, plain, query, reference, request_id, resolution, short_text,
    stage, title,
};

use crate::commit::{Commit, Committed, Expect, Refused, RequestClaim, Salt};
use crate::event::Draft;
use crate::model::{
    Case, CaseId, CaseType, CaseTypeId, Customer, CustomerId, Note, NoteId, State, StreamId, TagId, TeamId,
    Timestamp, Visibility,
};
use crate::store::{LoadPlan, Loaded, Store};

/// Writes to a store in the checks of the suite.
pub struct Clerk<'a> {
    /// The store that it reads and writes.
    pub store: &'a dyn Store,
    drawn: AtomicU64,
}

impl fmt::Debug for Clerk<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clerk").finish_non_exhaustive()
    }
}

impl<'a> Clerk<'a> {
    /// A clerk whose ids and salts are the same on every run.
    #[must_use]
    pub fn new(store: &'a dyn Store) -> Self {
        Self::seeded(store, 0)
    }

    /// A clerk for use beside others: another seed (below 1,000) gives other ids, and later instants.
    #[must_use]
    pub fn seeded(store: &'a dyn Store, seed: u64) -> Self {
        Self { store, drawn: AtomicU64::new(seed * 1_000_000) }
    }

    /// The next instant, one second after the last.
    pub fn now(&self) -> Timestamp {
        instant(self.draw().cast_signed())
    }

    /// A new id. Ids do not sort in the order in which they are made, since no store may rely on that.
    pub fn uuid(&self) -> Uuid {
        let drawn = self.draw();
        Uuid::from_u64_pair(scatter(drawn), scatter(drawn ^ u64::MAX))
    }

    /// A new salt, the same on every run.
    pub fn salt(&self) -> Salt {
        *self.uuid().as_bytes()
    }

    fn draw(&self) -> u64 {
        self.drawn.fetch_add(1, Ordering::Relaxed)
    }

    /// A commit without expectations, events or blobs, to be filled in.
    #[must_use]
    pub fn empty_commit(&self) -> Commit {
        Commit {
            request: None,
            expect: Vec::new(),
            read_set: Vec::new(),
            read_notes: Vec::new(),
            drafts: Vec::new(),
            salts: Vec::new(),
            keep_blobs: Vec::new(),
            drop_blobs: Vec::new(),
        }
    }

    /// The claim of a request id by an actor.
    pub fn request(&self, who: &str, id: &str) -> RequestClaim {
        let fingerprint = [scatter(self.draw()).to_be_bytes(); 4].concat().try_into().unwrap();
        RequestClaim { actor: actor(who), id: request_id(id), salt: self.salt(), fingerprint, at: self.now() }
    }

    /// A commit of drafts with the current states that it builds on. It expects every stream that it writes to be
    /// unchanged.
    pub fn commit(&self, drafts: Vec<Draft>) -> Commit {
        let streams: BTreeSet<StreamId> = drafts.iter().map(|draft| draft.stream()).collect();
        let notes: Vec<NoteId> = drafts.iter().filter_map(|draft| draft.fact.note()).collect();
        let loaded = self.load(&streams, notes);
        let read_set: Vec<State> = streams.iter().filter_map(|stream| state_in(&loaded, *stream)).collect();
        let expect = |stream: &StreamId| match read_set.iter().find(|state| state.stream() == *stream) {
            Some(state) => Expect::Revision(*stream, state.revision()),
            None => Expect::Absent(*stream),
        };
        Commit {
            request: None,
            expect: streams.iter().map(expect).collect(),
            salts: drafts.iter().map(|_| self.salt()).collect(),
            read_notes: loaded.notes,
            read_set,
            drafts,
            keep_blobs: Vec::new(),
            drop_blobs: Vec::new(),
        }
    }

    /// Tries to write one commit.
    pub fn attempt(&self, commit: Commit) -> Result<Committed, Refused> {
        let mut answers = self.store.commit(vec![commit]).expect("the store can write");
        assert_eq!(answers.len(), 1, "one commit has one answer");
        answers.remove(0)
    }

    /// Writes one commit, which must not be refused.
    pub fn write(&self, commit: Commit) -> Committed {
        self.attempt(commit).expect("the commit is sound and nothing it expects has changed")
    }

    /// Writes drafts in one commit, which must not be refused.
    pub fn write_drafts(&self, drafts: Vec<Draft>) -> Committed {
        self.write(self.commit(drafts))
    }

    /// Sets up a case type with the stages `open`, `in_progress`, `waiting`, `resolved` and `closed`.
    pub fn case_type(&self, name: &str) -> CaseType {
        let id = CaseTypeId(self.uuid());
        self.write_drafts(vec![self.creates_type(id, name)]);
        let catalog = self.store.catalog().unwrap();
        catalog.case_types.get(&id).expect("a case type that was written is in the catalog").as_ref().clone()
    }

    /// Creates a team.
    pub fn team(&self, name: &str) -> TeamId {
        let id = TeamId(self.uuid());
        self.write_drafts(vec![self.creates_team(id, name)]);
        id
    }

    /// Makes a tag.
    pub fn tag(&self, name: &str) -> TagId {
        let id = TagId(self.uuid());
        self.write_drafts(vec![self.creates_tag(id, name)]);
        id
    }

    /// Enters a customer of whom only the name is known.
    pub fn customer(&self, name: &str) -> Customer {
        let id = CustomerId(self.uuid());
        self.write_drafts(vec![self.creates_customer(id, name, None)]);
        self.customer_now(id)
    }

    /// Raises a case in a commit of its own.
    pub fn raise(&self, new: RawCase) -> Case {
        let mut cases = self.raise_all(vec![new]);
        cases.remove(0)
    }

    /// Raises cases in one batch, with a commit for each.
    pub fn raise_all(&self, new: Vec<RawCase>) -> Vec<Case> {
        let drafts: Vec<Draft> = new.into_iter().map(|new| self.raises(CaseId(self.uuid()), new)).collect();
        let ids: Vec<CaseId> = drafts.iter().filter_map(Draft::case).collect();
        let batch = drafts.into_iter().map(|draft| self.commit(vec![draft])).collect();
        let answers = self.store.commit(batch).expect("the store can write");
        assert!(answers.iter().all(Result::is_ok), "raising expects nothing but a free id: {answers:?}");
        ids.into_iter().map(|id| self.case_now(id)).collect()
    }

    /// Adds a note that the customer can see too.
    pub fn note(&self, case: CaseId, text: &str) -> Note {
        self.add_note(case, None, text, Visibility::Customer)
    }

    /// Adds a note that answers another, with the same visibility.
    pub fn reply(&self, to: &Note, text: &str) -> Note {
        self.add_note(to.case, Some(to), text, to.visibility)
    }

    /// Adds a note.
    pub fn add_note(&self, case: CaseId, parent: Option<&Note>, text: &str, visibility: Visibility) -> Note {
        let id = NoteId(self.uuid());
        self.write_drafts(vec![self.adds_note(&self.case_now(case), id, parent, text, visibility)]);
        self.note_now(id)
    }

    /// The current state of a case.
    pub fn case_now(&self, id: CaseId) -> Case {
        let plan = LoadPlan { cases: vec![id], ..LoadPlan::default() };
        self.store.load(&plan).unwrap().cases.pop().expect("a case that was written is there")
    }

    /// The current state of a customer.
    pub fn customer_now(&self, id: CustomerId) -> Customer {
        let plan = LoadPlan { customers: vec![id], ..LoadPlan::default() };
        self.store.load(&plan).unwrap().customers.pop().expect("a customer who was written is there")
    }

    /// The current state of a note.
    pub fn note_now(&self, id: NoteId) -> Note {
        let plan = LoadPlan { notes: vec![id], ..LoadPlan::default() };
        self.store.load(&plan).unwrap().notes.pop().expect("a note that was written is there")
    }

    fn load(&self, streams: &BTreeSet<StreamId>, notes: Vec<NoteId>) -> Loaded {
        let mut plan = LoadPlan { notes, ledger: streams.contains(&StreamId::Ledger), ..LoadPlan::default() };
        for stream in streams {
            match stream {
                StreamId::Case(id) => plan.cases.push(*id),
                StreamId::Customer(id) => plan.customers.push(*id),
                StreamId::Settings | StreamId::Workflow(_) | StreamId::CaseType(_) => {}
                StreamId::Ledger | StreamId::Person(_) | StreamId::Team(_) | StreamId::Tag(_) => {}
            }
        }
        let mut loaded = self.store.load(&plan).expect("the store can read");
        // People are loaded by their actor ids, and a draft knows that of their entry.
        if streams.iter().any(|stream| matches!(stream, StreamId::Person(_))) {
            let rows = self.store.streams(Some(StreamId::Ledger), 1_000).expect("the store can read");
            loaded.people = rows.into_iter().filter_map(|row| row.state.into_person()).collect();
        }
        loaded
    }
}

fn state_in(loaded: &Loaded, stream: StreamId) -> Option<State> {
    let catalog = &loaded.catalog;
    match stream {
        StreamId::Settings => catalog.settings.as_deref().cloned().map(State::Settings),
        StreamId::Workflow(id) => {
            catalog.workflows.get(&id).map(|found| State::Workflow(found.as_ref().clone()))
        }
        StreamId::CaseType(id) => {
            catalog.case_types.get(&id).map(|found| State::CaseType(found.as_ref().clone()))
        }
        StreamId::Team(id) => catalog.teams.get(&id).map(|found| State::Team(found.as_ref().clone())),
        StreamId::Tag(id) => catalog.tags.get(&id).map(|found| State::Tag(found.as_ref().clone())),
        StreamId::Customer(id) => {
            loaded.customers.iter().find(|customer| customer.id == id).cloned().map(State::Customer)
        }
        StreamId::Case(id) => {
            loaded.cases.iter().find(|case| case.id == id).cloned().map(|case| State::Case(Box::new(case)))
        }
        StreamId::Person(id) => {
            loaded.people.iter().find(|person| person.id == id).cloned().map(State::Person)
        }
        StreamId::Ledger => (loaded.ledger.revision > 0).then(|| State::Ledger(loaded.ledger.clone())),
    }
}

/// Maps numbers one to one over all of `u64` (the finaliser of SplitMix64).
fn scatter(number: u64) -> u64 {
    let mixed = number.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}
