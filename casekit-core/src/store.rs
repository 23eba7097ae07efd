//! What casekit asks of the place where it keeps things.
//!
//! [`Store`] is the whole contract. The [memory store](crate::memory) is its reference; the conformance suite
//! (feature `conformance`) proves that another store keeps it.

mod backup;
mod blob;
mod check;
mod copy;
mod cursor;
mod defined;
mod error;
mod health;
mod history;
mod query;
mod row;
mod slice;

pub use backup::{BackupProgress, TellBackup};
pub use blob::{BlobBytes, misplaced};
pub use check::{CheckPlace, check_whole};
pub use copy::{BlobRow, Copied, StoredRequest, copy_store, incomplete, not_empty};
pub use cursor::Cursor;
pub use defined::Defined;
pub use error::{StoreError, StoreErrorKind};
pub use health::{Compacted, Safeguards, SeenFault, StoreHealth};
pub(crate) use history::unreadable;
pub use history::{History, HistoryQuery};
pub use query::{
    After, CaseFilter, CaseQuery, CountBy, CountQuery, CustomerQuery, Direction, EventQuery, Failing,
    HolderFilter, LoadPlan, NoteOrder, NotePlace, NoteQuery, Pending, SearchQuery, Sort,
};
pub use row::{
    CaseCount, CaseRow, CustomerRow, FailureCount, Loaded, Located, SavedRequest, SearchRow, StreamRow,
};
pub use slice::Slice;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::commit::{Claim, Commit, Committed, Refused, StoredEvent};
use crate::model::{ActorId, BlobId, CaseTypeId, Catalog, CustomerId, DueTask, Note, RequestId, Timestamp};

/// Keeps cases. It is asked for values and given values; no handle, closure or lifetime crosses.
///
/// # What a store promises
///
/// **It judges no domain rule.** It checks expectations, assigns numbers and positions, and writes what
/// [`seal`](crate::commit::seal) says. It computes no hash and no state.
///
/// **A commit is atomic.** After `commit` returns `Ok` for it, all of it is durable (as the store was told to be); it
/// is there whole or not at all, also after a crash. A refused one is not there. A batch is a list of such commits,
/// carried out in order, each by itself: one that is refused does not touch the others, and each sees those before it.
/// A store may write a batch, and the batches of waiting callers, in one transaction.
///
/// **A fault while writing leaves a question.** If the whole batch fails with a [`StoreError`], reads of this store
/// show nothing of it. There are three exceptions. `Uncertain`: the answer was lost on the way, and the batch was written
/// or not. `Io` and `Full`: when the disk failed while it was written or synced, its bytes may have reached the disk all
/// the same, and a crash right after may bring it back, whole. `Moved`: the batch may stand in what was moved, and be
/// shown, or nowhere. Who tries again gives the command a request id: then it is carried out once, whichever it was.
/// After `Unavailable` nothing was written.
///
/// **Expectations are checked within the write**, against everything that was committed before, by this process or
/// another. A stream is *absent* if it has no event.
///
/// **Positions** are unique, increase in the order of commits, and are never reused; those of one commit follow on one
/// another. **Nothing appears behind a position that was returned**: once [`events`](Store::events) has shown position
/// `n`, every event that appears later has a greater one.
///
/// **Case numbers** are unique, are never reused, and are greater than any that was returned before the commit began. That
/// is less than is promised of positions: of two commits at once, and within a batch, the later may have the smaller
/// number. No number is less than the floor of the ledger's state, [`Ledger::number_floor`](crate::model::Ledger).
///
/// Both may have gaps. (In the stores here they are dense, but for a floor.)
///
/// **A page may be short**, even empty, and have a `next`: see [`Slice`]. Whoever reads a list goes on while there is one.
///
/// **Reads see committed data only**, and one call sees one moment. Counts are exact. Payload bytes (facts,
/// personal parts, salts, blobs) come back as they were given.
///
/// **The catalog** that comes with [`load`](Store::load), and with every answer that is [`Defined`], is that of the same
/// moment. A store may keep it ready, but revalidates it first: another process may have changed it. While it is the same one,
/// it best comes as the same `Arc`: who asked by its names then knows at once that they still mean what they meant.
///
/// **It owns its locks and its migrations**, is called from many threads at once, and calls nobody back. No method
/// has a default: a store says what it does.
///
/// # What calls cost
///
/// No call of a screen costs more because the store is larger. What bounds it is said at each method, in rows and entries of
/// indexes that are looked at, each found in the logarithm of the store's size:
///
/// - *what it shows*: the rows of the answer, four times at most: an entry, the row, and what it names
/// - *places*: the pairs of a type and a stage, with its category, in which there are cases. A list that any filter of type,
///   stage or category leaves is the merge of those of its places, and a count is a sum over them
/// - *budget*: rows that are looked at and do not fit, a number of the store's choice, after which a page ends short. Some ten
///   thousand is a few milliseconds
///
/// The [memory store](crate::memory) looks at everything: it is there to be read.
pub trait Store: Send + Sync {
    /// Writes commits: see the promises above. The answers come in the order of the batch.
    ///
    /// Costs what the commits say: their expectations, events, states and notes, and the words that a text gained or lost. A
    /// customer's new name costs their cases too, where lists and searches go by it.
    ///
    /// # Errors
    /// A fault of the store; then reads show nothing of the batch, and see above for what a crash may bring back.
    fn commit(&self, batch: Vec<Commit>) -> Result<Vec<Result<Committed, Refused>>, StoreError>;

    /// Whether the answer to a commit can be lost, so that [`commit`](Store::commit) may say `Uncertain`: then the engine gives every
    /// command a request id, by which it settles that. A file in the same process says no.
    fn can_lose_answers(&self) -> bool;

    /// Loads, in one call and of one moment, what a decision needs. What does not exist is simply not there. Costs what it
    /// gives, each thing once.
    fn load(&self, plan: &LoadPlan) -> Result<Loaded, StoreError>;

    /// The definitions, of this moment. Costs one look-up while they are what they were.
    fn catalog(&self) -> Result<Arc<Catalog>, StoreError>;

    /// Rows of cases under a filter, in the order asked for, after a place. Costs what it shows and the filter's places, and at
    /// most the budget beside: where a condition has no order of its own (a text, a span of time, two conditions that seldom
    /// meet).
    fn cases(&self, query: &CaseQuery) -> Result<Defined<Slice<CaseRow>>, StoreError>;

    /// How many cases there are by type, stage or holder, under a filter. Groups without a case are left out.
    /// Ordered by group. Exact, and never cut short: costs the filter's places, by holder the holders times the types of the
    /// cases that they hold, and with `own` what the actor raised beside.
    fn count_cases(&self, query: &CountQuery) -> Result<Defined<Vec<CaseCount>>, StoreError>;

    /// How many cases have a due task of this kind that is due before an instant; `at_most` if there are more. Costs those
    /// that it counts.
    fn count_due_tasks(&self, due_task: DueTask, before: Timestamp, at_most: u32) -> Result<u64, StoreError>;

    /// How many cases fail for each cause, under a scope; ordered by code, then setting. Costs the cases that fail.
    fn count_failures(
        &self,
        types: Option<&[CaseTypeId]>,
        own: Option<&ActorId>,
    ) -> Result<Defined<Vec<FailureCount>>, StoreError>;

    /// Rows of customers by folded name, then id, after a place. Costs what it shows; with a text at most the budget beside.
    fn customers(&self, query: &CustomerQuery) -> Result<Slice<CustomerRow>, StoreError>;

    /// The customer with an external reference, compared folded. Costs one look-up.
    fn customer_by_reference(&self, folded: &str) -> Result<Option<CustomerId>, StoreError>;

    /// Notes of a case: in reading order after a place, or the newest. Costs what it shows, however long the thread is, and at
    /// most the budget beside where internal notes are passed over.
    fn notes(&self, query: &NoteQuery) -> Result<Slice<Note>, StoreError>;

    /// The notes of all cases, internal ones and tombstones too: by the id of the case, then in reading order, after a
    /// place. At most `limit`. Costs what it gives, as do the other lists for proofs and copies.
    fn all_notes(&self, after: Option<&NotePlace>, limit: u32) -> Result<Vec<Note>, StoreError>;

    /// What was found, newest entry first: an entry is a case (number, title, description, customer name) or a note. Costs
    /// what it shows for each word that is looked for, and at most the budget beside: where words seldom meet, or a scope
    /// leaves few of the cases.
    fn search(&self, query: &SearchQuery) -> Result<Defined<Slice<SearchRow>>, StoreError>;

    /// Events by place, oldest first. Costs what it gives.
    ///
    /// # Errors
    /// `Corrupt` for an event that cannot be read, and for one whose stream nobody knows any more: of all streams, at the
    /// latest at the end. A proof says then what is wrong.
    fn events(&self, query: &EventQuery) -> Result<Vec<StoredEvent>, StoreError>;

    /// Events of one stream after a revision, oldest first, read by [`Event::read`](crate::event::Event::read), with the case
    /// of the same moment if they are of one. Costs what it gives.
    ///
    /// # Errors
    /// `Corrupt` for an event that cannot be read.
    fn history(&self, query: &HistoryQuery) -> Result<Defined<History>, StoreError>;

    /// The cursor of who has read everything, of one moment: the line of the ledger's state
    /// ([`Ledger::lineage`](crate::model::Ledger::lineage)), and the position of the newest event, 0 in an empty store.
    fn newest(&self) -> Result<Cursor, StoreError>;

    /// Streams with their heads and states, in the order of their ids, after one: what `verify` compares with the
    /// events. At most `limit` rows. Notes are apart, in [`all_notes`](Store::all_notes).
    fn streams(
        &self,
        after: Option<crate::model::StreamId>,
        limit: u32,
    ) -> Result<Vec<StreamRow>, StoreError>;

    /// The bytes of blobs. Which of them are kept is said by commits.
    fn blob_bytes(&self) -> &dyn BlobBytes;

    /// Names and references in use with who has them, by kind and value, after one. At most `limit`.
    fn claims(&self, after: Option<&Claim>, limit: u32) -> Result<Vec<Located>, StoreError>;

    /// Requests that were carried out, by actor and id, after one. At most `limit`.
    fn requests(
        &self,
        after: Option<&(ActorId, RequestId)>,
        limit: u32,
    ) -> Result<Vec<StoredRequest>, StoreError>;

    /// Blobs by id, after one; orphans too. At most `limit`.
    fn blobs(&self, after: Option<BlobId>, limit: u32) -> Result<Vec<BlobRow>, StoreError>;

    /// Writes a part of a copy, as another store gave it, into an empty store: see [`copy_store`]. Everything is kept as it is,
    /// positions and numbers too; what is derived (counts, entries of the search, columns of lists) the store makes itself.
    ///
    /// From [`Copied::Begin`] until [`Copied::End`] is written the store is not complete: [`commit`](Store::commit) and all
    /// that brings the definitions say `Incomplete`, also when it is opened again. A part that came
    /// before, after an answer that was lost, changes nothing.
    ///
    /// # Errors
    /// `Exists` if the store has something in it, or is complete.
    fn restore(&self, part: Copied) -> Result<(), StoreError>;

    /// Looks a part of the store over for damage that is not of the domain: from the beginning, or from the place that
    /// the part before gave; about `limit` rows. Gives the place where the next part begins, and `None` at the end:
    /// nothing is damaged then that was there when its part was looked at. [`check_whole`] asks for every part.
    ///
    /// Each part is of its own moment, and others may write between two. A store may look at some things only as a whole, as
    /// the pages of a file; it does so in the first part or the last. Where only such things are wrong as
    /// [`repair_derived`](Store::repair_derived) makes anew, the message says so; that is told at the end, once all else is
    /// known to be sound. A place that the store did not give begins anew.
    ///
    /// # Errors
    /// `Corrupt` for damage, otherwise a fault.
    fn check_part(&self, after: Option<&CheckPlace>, limit: u32) -> Result<Option<CheckPlace>, StoreError>;

    /// How the store is doing, told in a moment.
    fn health(&self) -> Result<StoreHealth, StoreError>;

    /// One step of giving back space that holds nothing: about so many bytes, in one transaction. Nothing that can be
    /// read changes. The last step brings the log home too, if nobody reads what stands in it.
    fn compact(&self, bytes: u64) -> Result<Compacted, StoreError>;

    /// Makes anew what can be made from the rest: entries and indexes of the search, counts, claims, and whatever else
    /// is kept beside a state or a note so that it is found. Says how many things were not as they should be; 0 if
    /// all were.
    ///
    /// What states, notes, events and blobs say never changes by it. Where they are damaged themselves it says
    /// `Corrupt` and changes nothing: only a backup helps then. It is all or nothing, as a commit is, and one that
    /// `suspend` interrupts leaves nothing.
    fn repair_derived(&self) -> Result<u64, StoreError>;

    /// Writes a copy of one moment to a path where nothing is yet, while others read and write: one that the store opens
    /// as its own. It is at the path whole, or not at all. `tell` is asked often.
    ///
    /// # Errors
    /// `Exists` if something is at the path, also if it came there meanwhile. `Cancelled` after `Break`, and
    /// `Interrupted` after [`suspend`](Store::suspend). `Unsupported` from a store that keeps nothing in files. Otherwise a fault of
    /// the store or of the place where the copy should go.
    fn backup_to(&self, path: &Path, tell: TellBackup<'_>) -> Result<(), StoreError>;

    /// Refuses new calls with `Suspended`, waits for those under way for at most `wait`, interrupts reads that are
    /// not done then, rolls back, and lets go of every handle and lock. Nothing of the store is open when it returns.
    fn suspend(&self, wait: Duration) -> Result<(), StoreError>;

    /// Opens again after [`suspend`](Store::suspend). On a store that is not suspended it does nothing.
    fn resume(&self) -> Result<(), StoreError>;

    /// Lets go of everything, for good; calls after that say `Closed`.
    fn close(&self) -> Result<(), StoreError>;
}
