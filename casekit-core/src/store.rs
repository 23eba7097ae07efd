//! The contract between casekit and whatever stores its data.
//!
//! [`Store`] is the whole contract. The [memory store](crate::memory) is the reference implementation; the conformance
//! suite (feature `conformance`) checks that another store keeps the contract.

mod backup;
mod blob;
mod check;
mod copy;
mod cursor;
mod defined;
mod durations;
mod error;
mod faults;
mod field_filter;
mod group_commit;
mod health;
mod hints;
mod history;
pub mod lifecycle;
mod query;
mod row;
mod slice;

pub use backup::{BackupProgress, TellBackup};
pub use blob::{BlobBytes, misplaced};
pub(crate) use check::check_parts;
pub use check::{CheckPlace, check_whole};
pub use copy::{
    BlobRow, Copied, CopyProgress, CopyStep, StoredRequest, TellCopy, copy_store, incomplete, not_empty,
};
pub use cursor::Cursor;
pub use defined::Defined;
pub use durations::{DurationCount, DurationQuery, Stalled};
pub use error::{StoreError, StoreErrorKind};
pub use faults::Faults;
pub use field_filter::{FieldFilter, FieldOrder, FieldRange};
pub use group_commit::GroupCommit;
pub use health::{Compacted, Safeguards, SeenFault, StoreHealth};
pub use hints::Hints;
pub(crate) use history::unreadable;
pub use history::{History, HistoryQuery};
pub use query::{
    After, CaseFilter, CaseQuery, CountBy, CountQuery, CustomerQuery, Direction, Due, EventQuery, Failing,
    HolderFilter, LoadPlan, NoteOrder, NotePlace, NoteQuery, Pending, PeopleQuery, SearchQuery, Sort, Within,
};
pub use row::{
    CaseCount, CaseRow, CustomerRow, FailureCount, Loaded, Located, PersonRow, SavedRequest, SearchRow,
    StreamRow,
};
pub use slice::Slice;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::commit::{Claim, Commit, Committed, Refused, StoredEvent};
use crate::model::{ActorId, BlobId, Catalog, CustomerId, DueTask, Note, RequestId, Timestamp};

/// Stores cases. Values go in and values come out; no handle, closure or lifetime crosses this trait.
///
/// # What a store promises
///
/// **It applies no domain rule.** It checks expectations, assigns numbers and positions, and writes what
/// [`seal`](crate::commit::seal) returns. It computes no hash and no state.
///
/// **A commit is atomic.** Once `commit` returns `Ok` for it, all of it is durable, to the degree that the store was
/// configured for. After a crash, all of it is present or none. A refused commit leaves nothing. A batch is a list of
/// such commits, carried out in order and independently: a refused one does not affect the others, and each sees the
/// ones before it. A store may write a batch, and the batches of waiting callers, in one transaction.
///
/// **A fault while writing may leave the outcome open.** If the whole batch fails with a [`StoreError`], reads of this
/// store show nothing of it, with three exceptions. `Uncertain`: the answer was lost, and the batch may or may not have
/// been written. `Io` and `Full`: the disk failed during a write or a sync, but the bytes may have reached it, and a
/// crash right afterwards may bring the batch back, whole. `Moved`: the batch may be in the file that was moved, and be
/// shown, or be lost. A caller who wants to try again gives the command a request id; then it is carried out once in
/// every case. After `Unavailable` nothing was written.
///
/// **Expectations are checked within the write**, against everything that was committed before it, by this process or
/// another. A stream is *absent* if it has no event.
///
/// **Positions** are unique, increase in the order of commits, and are never reused; those of one commit are
/// consecutive. **Nothing appears behind a position that was returned**: once [`events`](Store::events) has returned
/// position `n`, every event that appears later has a greater one. Readers of changes depend on it: they never look
/// back.
///
/// **Case numbers** are unique, are never reused, and are greater than any that was returned before the commit began.
/// This is weaker than the promise about positions: of two concurrent commits, and within a batch, the later one may
/// have the smaller number. No number is less than the floor in the ledger's state,
/// [`Ledger::number_floor`](crate::model::Ledger).
///
/// Both may have gaps. (In the stores here they have none, except below a floor.)
///
/// **A page may be short**, even empty, and still have a `next`: see [`Slice`]. Readers of a list continue until there
/// is none.
///
/// **Reads see committed data only**, and each call sees the store as of one moment. Counts are exact. Payload bytes
/// (facts, personal parts, salts, blobs) are returned exactly as they were given.
///
/// **The catalog** that comes with [`load`](Store::load), and with every answer that is [`Defined`], belongs to the
/// same moment. A store may cache it, but must revalidate it first, since another process may have changed it. While
/// it is unchanged, a store should return the same `Arc`: a caller that resolved names by it then sees without a
/// comparison that they still mean the same.
///
/// **It owns its locks and its migrations**, is called from many threads at once, and calls nothing back, apart from
/// the progress of a backup. No method has a default implementation: every store states what it does.
///
/// # What calls cost
///
/// No call that a screen makes becomes more expensive as the store grows. Each method states its bound, in rows and
/// index entries that are read, each found in time logarithmic in the size of the store:
///
/// - *what it shows*: the rows of the answer, four times at most: an index entry, the row, and what the row names
/// - *places*: the pairs of a type and a stage, with its category, that have cases. A list under any filter of type,
///   stage or category is a merge of the lists of its places, and a count is a sum over them
/// - *budget*: rows that are read and do not match; once a store has read a number of its own choice, the page ends
///   short. Ten thousand rows take a few milliseconds
///
/// The [memory store](crate::memory) reads everything every time: it is written to be read, not to be fast.
pub trait Store: Send + Sync {
    /// Writes commits: see the promises above. The answers are in the order of the batch.
    ///
    /// The cost is proportional to the commits: their expectations, events, states and notes, and the words that a text
    /// gained or lost. Renaming a customer also costs their cases, which lists and searches find by that name, and
    /// merging a tag the cases that have it, which lists and counts find by the tag for which it then stands
    /// ([`Catalog::tag_in_use`]).
    ///
    /// # Errors
    /// A fault of the store. Reads then show nothing of the batch; see above for the exceptions.
    fn commit(&self, batch: Vec<Commit>) -> Result<Vec<Result<Committed, Refused>>, StoreError>;

    /// Whether the answer to a commit can be lost, so that [`commit`](Store::commit) may return `Uncertain`. The engine
    /// then gives every command a request id, to find out afterwards whether it was carried out. `false` for a file in
    /// the same process.
    fn can_lose_answers(&self) -> bool;

    /// What this store tells when it hears that another process may have written, for whoever polls it with
    /// [`newest`](Store::newest) to do so sooner. `None` from a store that hears of nothing, such as a file. A hint may come
    /// without need and may be lost: polling alone finds everything. A store may begin to listen when this is first called.
    fn hints(&self) -> Option<Arc<Hints>>;

    /// Loads what a decision needs, in one call and as of one moment. What does not exist is left out of the answer.
    /// Costs what it returns, each thing once.
    fn load(&self, plan: &LoadPlan) -> Result<Loaded, StoreError>;

    /// The current settings, case types, workflows, teams and tags. Costs one look-up while they are unchanged.
    fn catalog(&self) -> Result<Arc<Catalog>, StoreError>;

    /// Rows of cases under a filter, in the requested order, after a place. Costs what it shows and the filter's
    /// places, plus at most the budget where no index has both the condition and the order: a text, a span of time, two
    /// conditions that seldom meet.
    fn cases(&self, query: &CaseQuery) -> Result<Defined<Slice<CaseRow>>, StoreError>;

    /// How many cases there are by type, stage, category, holder or another grouping, under a filter, ordered by group. By tag a
    /// case is in as many groups as it has tags. Groups without a
    /// case are left out. Exact, and never cut short. Costs the filter's places; by holder, the holders times the types
    /// of the cases that they hold; with `own`, also the cases that the actor raised; of a customer, their cases.
    fn count_cases(&self, query: &CountQuery) -> Result<Defined<Vec<CaseCount>>, StoreError>;

    /// How many cases fit a filter; `at_most` if there are more. Costs the cases that fit the narrowest condition of the filter,
    /// until so many of them fit all of it.
    fn count_up_to(&self, filter: &CaseFilter, at_most: u32) -> Result<Defined<u64>, StoreError>;

    /// How many cases have a task of this kind that is due before an instant; `at_most` if there are more. Costs the
    /// cases that it counts.
    fn count_due_tasks(&self, due_task: DueTask, before: Timestamp, at_most: u32) -> Result<u64, StoreError>;

    /// The earliest instant of the cases that have a task of this kind, due by now or not; `None` if no case has one. Costs
    /// one case, however many there are.
    fn next_due(&self, due_task: DueTask) -> Result<Option<Timestamp>, StoreError>;

    /// How many cases fail for each cause, within a scope; ordered by code, then setting. Costs the cases that fail.
    fn count_failures(&self, within: &Within) -> Result<Defined<Vec<FailureCount>>, StoreError>;

    /// How long things took: what [`Tally`](crate::durations::Tally) makes of every case, summed over what the query does not
    /// tell apart, in order. Exact, and never cut short. Costs the figures of the months that are asked for: at most as many
    /// as there are buckets with a case, for each type, stage, team and month; no case is read.
    fn durations(&self, query: &DurationQuery) -> Result<Defined<Vec<DurationCount>>, StoreError>;

    /// Rows of customers by folded name, then id, after a place. Costs what it shows; with a text, plus at most the
    /// budget.
    fn customers(&self, query: &CustomerQuery) -> Result<Slice<CustomerRow>, StoreError>;

    /// The customer with an external reference, compared as [`Claim::new`] does. Costs one look-up.
    fn customer_by_reference(&self, reference: &str) -> Result<Option<CustomerId>, StoreError>;

    /// People of the directory. Costs what it shows, and for those that are asked for by their ids a look-up each.
    fn people(&self, query: &PeopleQuery) -> Result<Vec<PersonRow>, StoreError>;

    /// Notes of a case: in reading order after a place, or the newest. Costs what it shows, however long the thread is,
    /// plus at most the budget where internal notes are skipped.
    fn notes(&self, query: &NoteQuery) -> Result<Slice<Note>, StoreError>;

    /// The notes of all cases, including internal ones and tombstones: by the id of the case, then in reading order,
    /// after a place. At most `limit`. Costs what it returns, as do the other lists for proofs and copies.
    fn all_notes(&self, after: Option<&NotePlace>, limit: u32) -> Result<Vec<Note>, StoreError>;

    /// Matching entries, newest first: an entry is a case (number, title, description, customer name, request) or a note. Costs
    /// what it shows for each word of the query, plus at most the budget where the words seldom occur together or the
    /// scope includes few of the cases.
    fn search(&self, query: &SearchQuery) -> Result<Defined<Slice<SearchRow>>, StoreError>;

    /// Events after a position or revision, oldest first. Costs what it returns.
    ///
    /// # Errors
    /// `Corrupt` for an event that cannot be read, and for one whose stream does not exist: when all streams are read,
    /// at the end at the latest. `verify` then reports what is wrong.
    fn events(&self, query: &EventQuery) -> Result<Vec<StoredEvent>, StoreError>;

    /// Events of one stream after a revision, oldest first, parsed by [`Event::read`](crate::event::Event::read), with
    /// the case as of the same moment if the stream is a case's. Costs what it returns.
    ///
    /// # Errors
    /// `Corrupt` for an event that cannot be read.
    fn history(&self, query: &HistoryQuery) -> Result<Defined<History>, StoreError>;

    /// The cursor of a reader who has read everything, as of one moment: the lineage in the ledger's state
    /// ([`Ledger::lineage`](crate::model::Ledger::lineage)), and the position of the newest event, 0 in an empty store.
    fn newest(&self) -> Result<Cursor, StoreError>;

    /// Streams with their heads and states, in the order of their ids, after the given one: what `verify` compares with
    /// the events. At most `limit` rows. An id is the one that the row is stored and found under, whatever its state says:
    /// that both are the same is for `verify` to find, or `Corrupt`. Notes are listed separately, by [`all_notes`](Store::all_notes).
    fn streams(
        &self,
        after: Option<crate::model::StreamId>,
        limit: u32,
    ) -> Result<Vec<StreamRow>, StoreError>;

    /// The bytes of blobs. Commits say which blobs are kept.
    fn blob_bytes(&self) -> &dyn BlobBytes;

    /// Names and references in use, each with its stream, by kind and value, after the given one. At most `limit`.
    fn claims(&self, after: Option<&Claim>, limit: u32) -> Result<Vec<Located>, StoreError>;

    /// Requests that were carried out, by actor and id, after the given one. At most `limit`.
    fn requests(
        &self,
        after: Option<&(ActorId, RequestId)>,
        limit: u32,
    ) -> Result<Vec<StoredRequest>, StoreError>;

    /// Blobs by id, after the given one, including orphans. At most `limit`.
    fn blobs(&self, after: Option<BlobId>, limit: u32) -> Result<Vec<BlobRow>, StoreError>;

    /// Writes a part of a copy, as another store returned it, into an empty store: see [`copy_store`]. Everything is
    /// written unchanged, including positions and numbers. What is derived (counts, search entries, columns of lists)
    /// the store computes itself.
    ///
    /// Between [`Copied::Begin`] and [`Copied::End`] the store is incomplete: [`commit`](Store::commit) and every call
    /// that returns the definitions answer `Incomplete`, also after the store is reopened; the lists by which it was copied
    /// ([`events`](Store::events), [`newest`](Store::newest), [`streams`](Store::streams) and so on) return what is there,
    /// so that a copy can be continued. A part that arrives a second time, because the first answer was lost, changes nothing.
    ///
    /// # Errors
    /// `Exists` if the store is not empty, or the copy is complete.
    fn restore(&self, part: Copied) -> Result<(), StoreError>;

    /// Checks a part of the store for damage below the domain: about `limit` rows, from the beginning or from the place
    /// that the previous part returned. Returns the place where the next part begins, or `None` at the end: everything
    /// was then sound when its part was checked. [`check_whole`] checks every part.
    ///
    /// Every state and every note must be the [`Fold`](crate::commit::Fold) of its events, and what is stored beside
    /// them what follows from them. There must be as many requests that left events as there are events with the digest of one; the engine
    /// compares each request with its own event.
    ///
    /// Each part is checked as of a moment of its own, and others may write between two parts. What can only be checked
    /// as a whole, such as the pages of a file, is checked in the first part or the last. If only derived data is
    /// wrong, which [`repair_derived`](Store::repair_derived) rebuilds, the message says so; this is reported at the
    /// end, once everything else is known to be sound. A place that this store did not return starts from the
    /// beginning.
    ///
    /// # Errors
    /// `Corrupt` for damage, otherwise a fault.
    fn check_part(&self, after: Option<&CheckPlace>, limit: u32) -> Result<Option<CheckPlace>, StoreError>;

    /// Sizes, faults and safeguards of the store. Cheap enough to be polled: nothing is scanned.
    fn health(&self) -> Result<StoreHealth, StoreError>;

    /// One step of giving unused space back to the system: about this many bytes, in one transaction, so that others
    /// can write between two steps. No read changes. The last step also checkpoints the log, if no reader still needs
    /// it.
    fn compact(&self, bytes: u64) -> Result<Compacted, StoreError>;

    /// Rebuilds what can be derived from the rest: search entries and indexes, counts, claims, and whatever else is
    /// stored beside a state or a note so that it can be found. Returns how many things were wrong; 0 if none.
    ///
    /// States, notes, events and blobs are never changed. If one of them is damaged, the answer is `Corrupt` and
    /// nothing changes: only a backup helps. The repair is all or nothing, as a commit is; if `suspend` interrupts it,
    /// it leaves nothing.
    fn repair_derived(&self) -> Result<u64, StoreError>;

    /// Writes a copy of the store, as of one moment, to a path where nothing exists yet, while others read and write.
    /// The store can open the copy as its own. It appears at the path whole, or not at all. `tell` is called often.
    ///
    /// # Errors
    /// `Exists` if something is at the path, even if it appeared during the backup. `Cancelled` after `Break`, and
    /// `Interrupted` after [`suspend`](Store::suspend). `Unsupported` from a store that has no file. Otherwise a fault
    /// of the store or of the destination.
    fn backup_to(&self, path: &Path, tell: TellBackup<'_>) -> Result<(), StoreError>;

    /// Refuses new calls with `Suspended`, waits for running ones for at most `wait`, interrupts reads that have not
    /// finished by then, rolls back, and releases every handle and lock. Nothing of the store is open when it returns.
    fn suspend(&self, wait: Duration) -> Result<(), StoreError>;

    /// Reopens the store after [`suspend`](Store::suspend). Does nothing if the store is not suspended.
    fn resume(&self) -> Result<(), StoreError>;

    /// Releases every handle and lock, for good; later calls answer `Closed`.
    fn close(&self) -> Result<(), StoreError>;
}
