//! The reference store: everything in memory, written to be read.
//!
//! To write a store, read this one first. It keeps plain collections behind one lock and answers every question by
//! scanning all of them; what makes other stores fast (indexes, counts, caches) must give the same answers.
//! `memory/write.rs` is where the promises are kept: a commit is checked and sealed before anything is changed, and the
//! rest cannot fail.

mod blobs;
mod cases;
mod check;
mod copy;
mod durations;
mod people;
mod read;
mod search;
mod write;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use blobs::Blob;
use search::Entry;

use crate::commit::{Claim, Commit, Committed, Digest, Refused, StoredEvent};
use crate::model::{
    ActorId, BlobId, Catalog, CustomerId, DueTask, Note, NoteId, RequestId, State, StreamId, Timestamp,
};
use crate::store::{
    BlobBytes, BlobRow, CaseCount, CaseFilter, CaseQuery, CaseRow, CheckPlace, Compacted, Copied, CountQuery,
    Cursor, CustomerQuery, CustomerRow, Defined, DurationCount, DurationQuery, EventQuery, FailureCount,
    Hints, History, HistoryQuery, LoadPlan, Loaded, Located, NotePlace, NoteQuery, PeopleQuery, PersonRow,
    SearchQuery, SearchRow, Slice, Store, StoreError, StoreErrorKind, StoreHealth, StoredRequest, StreamRow,
    TellBackup, Within,
};

/// A store in memory. Dropping it loses everything.
pub struct MemoryStore {
    phase: Mutex<Phase>,
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").finish_non_exhaustive()
    }
}

/// Whether the store answers calls. A suspended store keeps its data, a closed one drops it.
enum Phase {
    Open(Box<World>),
    Suspended(Box<World>),
    Closed,
}

/// All stored data.
#[derive(Default)]
struct World {
    /// Every event, in the order of positions.
    events: Vec<StoredEvent>,
    /// The state and head of each stream.
    streams: BTreeMap<StreamId, Stream>,
    /// The notes of all cases, tombstones too.
    notes: BTreeMap<NoteId, Note>,
    /// Settings, case types and workflows again, so that every answer can share one `Arc` of them.
    catalog: Arc<Catalog>,
    /// The stream that has a name or reference.
    claims: BTreeMap<Claim, StreamId>,
    /// The requests that were carried out, with their receipts.
    requests: BTreeMap<(ActorId, RequestId), StoredRequest>,
    /// The entries of the search, oldest first.
    entries: BTreeMap<u64, Entry>,
    /// The greatest entry that was ever assigned, so that none is reused.
    last_entry: u64,
    /// The greatest number that a case ever got, so that none is reused.
    last_number: u64,
    /// The bytes of blobs, orphans included.
    blobs: BTreeMap<BlobId, Blob>,
    /// Whether a copy is being written into it.
    is_copied: bool,
    /// Set in a store that leaves gaps.
    gaps: Option<Gaps>,
    /// How many rows a page reads at most, in a store with short pages.
    looks_at: Option<usize>,
}

/// The numbers that are drawn for a batch, in a store that leaves gaps.
#[derive(Default)]
struct Gaps {
    /// The number for the next commit of the batch that raises a case. The one after it gets a smaller one.
    drawn: u64,
    /// The lower bound, exclusive, of every number of the batch.
    above: u64,
}

/// The current state of a stream and the hash that its next event builds on.
struct Stream {
    state: State,
    /// The hash of its newest event.
    hash: Digest,
}

impl MemoryStore {
    /// An empty store, without gaps and with full pages.
    #[must_use]
    pub fn new() -> Self {
        Self { phase: Mutex::new(Phase::Open(Box::default())) }
    }

    /// An empty store that leaves gaps in positions and in numbers. It draws the numbers of a batch before it writes,
    /// so that they are not in the order of the commits. The contract allows all of this and a database server does it;
    /// use this store to test code that is built on stores.
    #[must_use]
    pub fn with_gaps() -> Self {
        let world = World { gaps: Some(Gaps::default()), ..World::default() };
        Self { phase: Mutex::new(Phase::Open(Box::new(world))) }
    }

    /// An empty store that returns short pages: each reads three rows, returns the matching ones, possibly none, and
    /// says where to continue. The contract allows this and a store that bounds the cost of a page does it; use this
    /// store to test code that reads pages.
    #[must_use]
    pub fn with_short_pages() -> Self {
        let world = World { looks_at: Some(3), ..World::default() };
        Self { phase: Mutex::new(Phase::Open(Box::new(world))) }
    }

    /// Checks that what is stored twice agrees: heads with events, claims with states, search entries with texts.
    ///
    /// # Errors
    /// `Corrupt` if something does not agree.
    pub fn check(&self) -> Result<(), StoreError> {
        self.with(|world| world.check())?
    }

    /// Calls `work` under the lock, unless the store is suspended or closed.
    fn with<T>(&self, work: impl FnOnce(&mut World) -> T) -> Result<T, StoreError> {
        match &mut *self.lock() {
            Phase::Open(world) => Ok(work(world)),
            Phase::Suspended(_) => {
                Err(StoreError::new(StoreErrorKind::Suspended, "the store is suspended; resume it first"))
            }
            Phase::Closed => Err(closed()),
        }
    }

    /// Reads something together with the definitions that name it, under one lock: so both are of the same moment.
    fn defined<T>(&self, read: impl FnOnce(&World) -> T) -> Result<Defined<T>, StoreError> {
        self.with(|world| {
            let world = world.whole()?;
            Ok(Defined { answer: read(world), catalog: Arc::clone(&world.catalog) })
        })?
    }

    fn lock(&self) -> MutexGuard<'_, Phase> {
        // INVARIANT: a commit is checked and sealed before the world is changed, so a panic in either leaves the world
        // consistent, and a poisoned lock can be ignored.
        self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl Store for MemoryStore {
    fn commit(&self, batch: Vec<Commit>) -> Result<Vec<Result<Committed, Refused>>, StoreError> {
        self.with(|world| {
            let world = world.whole()?;
            world.draw_numbers(batch.len());
            Ok(batch.into_iter().map(|commit| world.commit(commit)).collect())
        })?
    }

    fn can_lose_answers(&self) -> bool {
        false
    }

    fn hints(&self) -> Option<Arc<Hints>> {
        None
    }

    fn load(&self, plan: &LoadPlan) -> Result<Loaded, StoreError> {
        self.with(|world| Ok(world.whole()?.load(plan)))?
    }

    fn catalog(&self) -> Result<Arc<Catalog>, StoreError> {
        self.with(|world| Ok(world.whole()?.catalog.clone()))?
    }

    fn cases(&self, query: &CaseQuery) -> Result<Defined<Slice<CaseRow>>, StoreError> {
        self.defined(|world| world.cases(query))
    }

    fn count_cases(&self, query: &CountQuery) -> Result<Defined<Vec<CaseCount>>, StoreError> {
        self.defined(|world| world.count_cases(query))
    }

    fn count_up_to(&self, filter: &CaseFilter, at_most: u32) -> Result<Defined<u64>, StoreError> {
        self.defined(|world| world.count_up_to(filter, at_most))
    }

    fn next_due(&self, due_task: DueTask) -> Result<Option<Timestamp>, StoreError> {
        self.with(|world| world.next_due(due_task))
    }

    fn count_due_tasks(&self, due_task: DueTask, before: Timestamp, at_most: u32) -> Result<u64, StoreError> {
        self.with(|world| world.count_due_tasks(due_task, before, at_most))
    }

    fn count_failures(&self, within: &Within) -> Result<Defined<Vec<FailureCount>>, StoreError> {
        self.defined(|world| world.count_failures(within))
    }

    fn durations(&self, query: &DurationQuery) -> Result<Defined<Vec<DurationCount>>, StoreError> {
        self.defined(|world| world.durations(query))
    }

    fn customers(&self, query: &CustomerQuery) -> Result<Slice<CustomerRow>, StoreError> {
        self.with(|world| world.customers(query))
    }

    fn customer_by_reference(&self, reference: &str) -> Result<Option<CustomerId>, StoreError> {
        self.with(|world| world.customer_by_reference(reference))
    }

    fn people(&self, query: &PeopleQuery) -> Result<Vec<PersonRow>, StoreError> {
        self.with(|world| world.people(query))
    }

    fn notes(&self, query: &NoteQuery) -> Result<Slice<Note>, StoreError> {
        self.with(|world| world.notes(query))
    }

    fn all_notes(&self, after: Option<&NotePlace>, limit: u32) -> Result<Vec<Note>, StoreError> {
        self.with(|world| world.all_notes(after, limit))
    }

    fn search(&self, query: &SearchQuery) -> Result<Defined<Slice<SearchRow>>, StoreError> {
        self.defined(|world| world.search(query))
    }

    fn events(&self, query: &EventQuery) -> Result<Vec<StoredEvent>, StoreError> {
        self.with(|world| world.events(query))
    }

    fn history(&self, query: &HistoryQuery) -> Result<Defined<History>, StoreError> {
        let Defined { answer, catalog } = self.defined(|world| world.history(query))?;
        Ok(Defined { answer: answer?, catalog })
    }

    fn newest(&self) -> Result<Cursor, StoreError> {
        self.with(|world| world.newest())
    }

    fn streams(&self, after: Option<StreamId>, limit: u32) -> Result<Vec<StreamRow>, StoreError> {
        self.with(|world| world.streams(after, limit))
    }

    fn blob_bytes(&self) -> &dyn BlobBytes {
        self
    }

    fn claims(&self, after: Option<&Claim>, limit: u32) -> Result<Vec<Located>, StoreError> {
        self.with(|world| world.claims(after, limit))
    }

    fn requests(
        &self,
        after: Option<&(ActorId, RequestId)>,
        limit: u32,
    ) -> Result<Vec<StoredRequest>, StoreError> {
        self.with(|world| world.requests(after, limit))
    }

    fn blobs(&self, after: Option<BlobId>, limit: u32) -> Result<Vec<BlobRow>, StoreError> {
        self.with(|world| world.blobs(after, limit))
    }

    fn restore(&self, part: Copied) -> Result<(), StoreError> {
        self.with(|world| world.restore(part))?
    }

    /// The whole store is one part: checking it in memory is quick, so nobody waits long.
    fn check_part(&self, _after: Option<&CheckPlace>, _limit: u32) -> Result<Option<CheckPlace>, StoreError> {
        self.check().map(|()| None)
    }

    /// All zero or `None`: there is no file.
    fn health(&self) -> Result<StoreHealth, StoreError> {
        self.with(|_| StoreHealth::default())
    }

    /// Does nothing: memory is freed as soon as something is deleted.
    fn compact(&self, _bytes: u64) -> Result<Compacted, StoreError> {
        self.with(|_| Compacted::default())
    }

    /// Only checks: what is stored twice is written under one lock from checked values, so it cannot disagree.
    fn repair_derived(&self) -> Result<u64, StoreError> {
        self.check().map(|()| 0)
    }

    fn backup_to(&self, _path: &Path, _tell: TellBackup<'_>) -> Result<(), StoreError> {
        self.with(|_| ())?;
        let message = "what lives in memory has no file to copy; open a file to have backups";
        Err(StoreError::new(StoreErrorKind::Unsupported, message))
    }

    /// Ignores `wait`: no handle is ever open and no call takes long, so waiting for the lock is enough.
    fn suspend(&self, _wait: Duration) -> Result<(), StoreError> {
        self.change_phase(|phase| match phase {
            Phase::Open(world) | Phase::Suspended(world) => Phase::Suspended(world),
            Phase::Closed => Phase::Closed,
        })
    }

    fn resume(&self) -> Result<(), StoreError> {
        self.change_phase(|phase| match phase {
            Phase::Open(world) | Phase::Suspended(world) => Phase::Open(world),
            Phase::Closed => Phase::Closed,
        })
    }

    fn close(&self) -> Result<(), StoreError> {
        *self.lock() = Phase::Closed;
        Ok(())
    }
}

impl MemoryStore {
    /// Changes the phase; `Closed` if the store was closed, which nothing reopens.
    fn change_phase(&self, next: impl FnOnce(Phase) -> Phase) -> Result<(), StoreError> {
        let mut phase = self.lock();
        *phase = next(std::mem::replace(&mut *phase, Phase::Closed));
        if matches!(*phase, Phase::Closed) { Err(closed()) } else { Ok(()) }
    }
}

fn closed() -> StoreError {
    StoreError::new(StoreErrorKind::Closed, "the store was closed; open it again")
}

#[cfg(all(test, feature = "conformance"))]
mod tests {
    use super::*;
    use crate::conformance::build::{Clerk, RawCase, instant, query};
    use crate::store::{After, CaseFilter, Direction, Sort};

    #[test]
    fn a_panic_in_one_call_leaves_the_store_usable() {
        let store = MemoryStore::new();
        let panics = std::panic::AssertUnwindSafe(|| store.with(|_| panic!("within the lock")));
        assert!(std::panic::catch_unwind(panics).is_err());
        Clerk::new(&store).customer("Ada");
        store.check().unwrap();
    }

    #[test]
    fn a_place_in_a_list_of_another_order_has_nothing_behind_it() {
        let store = MemoryStore::new();
        let clerk = Clerk::new(&store);
        let case = clerk.raise(RawCase::of(&clerk.case_type("Support"), "Lamp"));
        let customer = clerk.customer("Ada");
        clerk.note(case.id, "Lamp");
        let (number, instant) = (After::Number(0), After::Instant(instant(-1), 0));
        let (name, path) = (After::Name(String::new(), customer.id), After::Path(Vec::new()));
        let entry = After::Entry(u64::MAX);
        for (place, found) in [
            (&number, [1, 0, 0, 0, 0]),
            (&instant, [0, 1, 0, 0, 0]),
            (&name, [0, 0, 1, 0, 0]),
            (&path, [0, 0, 0, 1, 0]),
            (&entry, [0, 0, 0, 0, 2]),
        ] {
            let after = Some(place.clone());
            let cases = |sort| {
                let (filter, direction, after) = (CaseFilter::default(), Direction::Ascending, after.clone());
                store
                    .cases(&CaseQuery { filter, sort, by_field: None, direction, after, limit: 9 })
                    .unwrap()
                    .answer
                    .rows
                    .len()
            };
            let customers = CustomerQuery { text: None, fields: Vec::new(), after: after.clone(), limit: 9 };
            let notes = NoteQuery::thread(case.id, true, after.clone(), 9);
            let search = SearchQuery {
                text: query("lamp"),
                types: None,
                teams: None,
                customer: None,
                own: None,
                notes: true,
                internal: true,
                cases: true,
                after: after.clone(),
                limit: 9,
            };
            let rows = [
                cases(Sort::Number),
                cases(Sort::Updated),
                store.customers(&customers).unwrap().rows.len(),
                store.notes(&notes).unwrap().rows.len(),
                store.search(&search).unwrap().answer.rows.len(),
            ];
            assert_eq!(rows, found, "{place:?}");
        }
    }
}
