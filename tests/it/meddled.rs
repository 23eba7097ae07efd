//! A store to which something happens before each of its reads: what a colleague writes at the worst moment.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use casekit::casekit_core::commit::{Claim, Commit, Committed, Refused, StoredEvent};
use casekit::casekit_core::model::{ActorId, BlobId, Catalog, DueTask, Note, RequestId};
use casekit::casekit_core::store::{
    BlobBytes, BlobRow, CaseCount, CaseFilter, CaseQuery, CaseRow, CheckPlace, Compacted, Copied, CountQuery,
    Cursor, CustomerQuery, CustomerRow, Defined, DurationCount, DurationQuery, EventQuery, FailureCount,
    Hints, History, HistoryQuery, LoadPlan, Loaded, Located, NotePlace, NoteQuery, PeopleQuery, PersonRow,
    SearchQuery, SearchRow, Slice, StoreHealth, StoredRequest, StreamRow, TellBackup, Within,
};
use casekit::{CustomerId, Store, StoreError, StoreErrorKind, StreamId, Timestamp};

type Answer<T> = Result<T, StoreError>;
type Meddling = Box<dyn FnMut() + Send>;

/// Another handle to a store, whose reads come each after a meddling.
pub(crate) struct Meddled {
    store: Arc<dyn Store>,
    meddling: Mutex<Option<Meddling>>,
    losses: Option<Mutex<VecDeque<Loss>>>,
    hints: Option<Arc<Hints>>,
}

/// What becomes of a commit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Loss {
    /// It is written and answered.
    None,
    /// It is written, and the answer is lost.
    AfterWriting,
    /// It is lost on its way.
    BeforeWriting,
}

impl Meddled {
    /// `meddling` works on `store` itself, so that it is not meddled with in turn.
    pub(crate) fn new(store: Arc<dyn Store>, meddling: impl FnMut() + Send + 'static) -> Self {
        Self { store, meddling: Mutex::new(Some(Box::new(meddling))), losses: None, hints: None }
    }

    /// A server whose answers are lost: for each commit in turn what becomes of it, then nothing is lost.
    pub(crate) fn losing(store: Arc<dyn Store>, losses: &[Loss]) -> Self {
        let losses = Some(Mutex::new(losses.iter().copied().collect()));
        Self { store, meddling: Mutex::new(None), losses, hints: None }
    }

    /// A store that hears of what others write, when `hints` is told.
    pub(crate) fn hearing(store: Arc<dyn Store>, hints: Arc<Hints>) -> Self {
        Self { store, meddling: Mutex::new(None), losses: None, hints: Some(hints) }
    }

    fn meddled(&self) -> &dyn Store {
        if let Some(meddle) = self.meddling.lock().unwrap().as_mut() {
            meddle();
        }
        self.store.as_ref()
    }
}

impl Store for Meddled {
    fn commit(&self, batch: Vec<Commit>) -> Answer<Vec<Result<Committed, Refused>>> {
        let loss = self.losses.as_ref().and_then(|losses| losses.lock().unwrap().pop_front());
        let uncertain = || StoreError::new(StoreErrorKind::Uncertain, "the connection broke; ask again");
        match loss.unwrap_or(Loss::None) {
            Loss::None => self.store.commit(batch),
            Loss::AfterWriting => self.store.commit(batch).and_then(|_| Err(uncertain())),
            Loss::BeforeWriting => Err(uncertain()),
        }
    }

    fn can_lose_answers(&self) -> bool {
        self.losses.is_some()
    }

    fn hints(&self) -> Option<Arc<Hints>> {
        self.hints.clone()
    }

    fn load(&self, plan: &LoadPlan) -> Answer<Loaded> {
        self.meddled().load(plan)
    }

    fn catalog(&self) -> Answer<Arc<Catalog>> {
        self.meddled().catalog()
    }

    fn cases(&self, query: &CaseQuery) -> Answer<Defined<Slice<CaseRow>>> {
        self.meddled().cases(query)
    }

    fn durations(&self, query: &DurationQuery) -> Answer<Defined<Vec<DurationCount>>> {
        self.meddled().durations(query)
    }

    fn count_cases(&self, query: &CountQuery) -> Answer<Defined<Vec<CaseCount>>> {
        self.meddled().count_cases(query)
    }

    fn count_up_to(&self, filter: &CaseFilter, at_most: u32) -> Answer<Defined<u64>> {
        self.meddled().count_up_to(filter, at_most)
    }

    fn next_due(&self, due_task: DueTask) -> Answer<Option<Timestamp>> {
        self.meddled().next_due(due_task)
    }

    fn count_due_tasks(&self, due_task: DueTask, before: Timestamp, at_most: u32) -> Answer<u64> {
        self.meddled().count_due_tasks(due_task, before, at_most)
    }

    fn count_failures(&self, within: &Within) -> Answer<Defined<Vec<FailureCount>>> {
        self.meddled().count_failures(within)
    }

    fn customers(&self, query: &CustomerQuery) -> Answer<Slice<CustomerRow>> {
        self.meddled().customers(query)
    }

    fn customer_by_reference(&self, folded: &str) -> Answer<Option<CustomerId>> {
        self.meddled().customer_by_reference(folded)
    }

    fn people(&self, query: &PeopleQuery) -> Answer<Vec<PersonRow>> {
        self.meddled().people(query)
    }

    fn notes(&self, query: &NoteQuery) -> Answer<Slice<Note>> {
        self.meddled().notes(query)
    }

    fn all_notes(&self, after: Option<&NotePlace>, limit: u32) -> Answer<Vec<Note>> {
        self.meddled().all_notes(after, limit)
    }

    fn search(&self, query: &SearchQuery) -> Answer<Defined<Slice<SearchRow>>> {
        self.meddled().search(query)
    }

    fn events(&self, query: &EventQuery) -> Answer<Vec<StoredEvent>> {
        self.meddled().events(query)
    }

    fn history(&self, query: &HistoryQuery) -> Answer<Defined<History>> {
        self.meddled().history(query)
    }

    fn newest(&self) -> Answer<Cursor> {
        self.meddled().newest()
    }

    fn streams(&self, after: Option<StreamId>, limit: u32) -> Answer<Vec<StreamRow>> {
        self.meddled().streams(after, limit)
    }

    fn blob_bytes(&self) -> &dyn BlobBytes {
        self.meddled().blob_bytes()
    }

    fn claims(&self, after: Option<&Claim>, limit: u32) -> Answer<Vec<Located>> {
        self.meddled().claims(after, limit)
    }

    fn requests(&self, after: Option<&(ActorId, RequestId)>, limit: u32) -> Answer<Vec<StoredRequest>> {
        self.meddled().requests(after, limit)
    }

    fn blobs(&self, after: Option<BlobId>, limit: u32) -> Answer<Vec<BlobRow>> {
        self.meddled().blobs(after, limit)
    }

    fn restore(&self, part: Copied) -> Answer<()> {
        self.store.restore(part)
    }

    fn check_part(&self, after: Option<&CheckPlace>, limit: u32) -> Answer<Option<CheckPlace>> {
        self.store.check_part(after, limit)
    }

    fn health(&self) -> Answer<StoreHealth> {
        self.store.health()
    }

    fn compact(&self, bytes: u64) -> Answer<Compacted> {
        self.store.compact(bytes)
    }

    fn repair_derived(&self) -> Answer<u64> {
        self.store.repair_derived()
    }

    fn backup_to(&self, path: &Path, tell: TellBackup<'_>) -> Answer<()> {
        self.store.backup_to(path, tell)
    }

    fn suspend(&self, wait: Duration) -> Answer<()> {
        self.store.suspend(wait)
    }

    fn resume(&self) -> Answer<()> {
        self.store.resume()
    }

    fn close(&self) -> Answer<()> {
        self.store.close()
    }
}
