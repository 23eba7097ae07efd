//! The store itself: the lifecycle counts each call, which then goes to a reader or to the writer.

mod opening;

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use casekit_core::commit::{Claim, Commit, Committed, Refused, StoredEvent};
use casekit_core::model::{
    ActorId, BlobId, Catalog, CustomerId, DueTask, Note, RequestId, StreamId, Timestamp,
};
use casekit_core::store::lifecycle::{Lifecycle, Phase, Transition};
use casekit_core::store::{
    BlobBytes, BlobRow, CaseCount, CaseFilter, CaseQuery, CaseRow, CheckPlace, Compacted, Copied, CountQuery,
    Cursor, CustomerQuery, CustomerRow, Defined, DurationCount, DurationQuery, EventQuery, FailureCount,
    Faults, Hints, History, HistoryQuery, LoadPlan, Loaded, Located, NotePlace, NoteQuery, PeopleQuery,
    PersonRow, Safeguards, SearchQuery, SearchRow, Slice, Store, StoreError, StoreErrorKind, StoreHealth,
    StoredRequest, StreamRow, TellBackup, Within, check_whole,
};
use casekit_locks::ShmLocks;
use rusqlite::Connection;

use crate::backup;
use crate::error::{Result, fault, told_apart, unreadable};
use crate::health;
use crate::held::{Held, Watch};
use crate::known::Known;
use crate::open::{self, Opened};
use crate::options::{Access, SqliteOptions};
use crate::place::Place;
use crate::read::catalog::CatalogCache;
use crate::read::check::At;
use crate::read::{self, Moment, Readers};
use crate::source;
use crate::write::{self, Around, BRING_HOME, Cut, Job, Outcome, Writer};

/// How long `close` lets running calls continue before it interrupts them.
const CLOSING: Duration = Duration::from_secs(5);

/// The most steps that `compact` takes to rewrite the search indexes. A few for each million entries are enough; the
/// bound is there because another writer can go on giving it more to do.
const MERGES: u32 = 1_000;

/// An open casekit file.
///
/// It can be shared between threads. Dropping it closes it; an error of that is not reported.
pub struct SqliteStore {
    place: Place,
    options: SqliteOptions,
    lifecycle: Lifecycle,
    writer: Writer,
    readers: Readers,
    catalogs: CatalogCache,
    known: Known,
    /// The share in the file's guard; `None` while the store is suspended or closed. Locked for moments only, since
    /// every call reads from it what to compare.
    held: Mutex<Option<Held>>,
    faults: Faults,
}

impl SqliteStore {
    /// The position of the newest event; 0 in an empty file.
    ///
    /// # Errors
    /// Those of any read: the store is not open, the file moved or is damaged, or the disk or system failed.
    pub fn last_position(&self) -> Result<u64, StoreError> {
        Ok(self.newest()?.position)
    }

    /// Checks the whole file: see [`check_whole`].
    ///
    /// # Errors
    /// `Corrupt` if something is damaged, otherwise those of any read.
    pub fn check(&self) -> Result<(), StoreError> {
        check_whole(self)
    }

    fn put(&self, opened: Opened) {
        self.held(|held| *held = Some(opened.held));
        if let Some(connection) = opened.connection {
            self.writer.put(connection);
        }
    }

    fn held<T>(&self, with: impl FnOnce(&mut Option<Held>) -> T) -> T {
        with(&mut self.held.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn watch(&self) -> Watch {
        self.held(|held| held.as_ref().map_or(Watch::Off, Held::watched))
    }

    fn read<T>(&self, read: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let _guard = self.lifecycle.begin_call()?;
        self.faults.note(self.read_now(read))
    }

    /// Reads an answer together with the catalog of the same moment.
    fn defined<T>(&self, read: impl FnOnce(&Connection, Moment) -> Result<T>) -> Result<Defined<T>> {
        self.read(|connection| {
            read::at_one_moment(connection, |moment| {
                let catalog = self.catalogs.current(connection, moment.generation)?;
                Ok(Defined { answer: read(connection, moment)?, catalog })
            })
        })
    }

    /// Reads what a command needs. The writing connection is used if it is free, since it will write next, and then has
    /// the pages in its cache.
    fn read_to_write<T>(&self, read: impl Fn(&Connection) -> Result<T>) -> Result<T> {
        let _guard = self.lifecycle.begin_call()?;
        self.faults.note(self.stands(self.watch()).and_then(|()| {
            let Some(answer) = self.writer.read(&read) else { return self.read_now(read) };
            if answer.is_err() {
                self.lifecycle.check_cancelled()?;
            }
            answer
        }))
    }

    /// Fails if the path no longer leads to the open file; the log is then checkpointed into the file at once.
    fn stands(&self, watch: Watch) -> Result<()> {
        watch.database_stands(&self.place).inspect_err(|error| {
            if error.kind() == StoreErrorKind::Moved {
                self.writer.bring_home();
            }
        })
    }

    fn read_now<T>(&self, read: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let watch = self.watch();
        let mut reader = self.readers.take(|| open::reader(&self.place, &self.options, watch))?;
        self.lifecycle.check_cancelled()?;
        self.stands(watch)?;
        let connection = reader.connection().ok_or_else(unreadable)?;
        let answer = read(connection).map_err(|error| told_apart(error, connection));
        if let Err(error) = &answer {
            if error.kind() != StoreErrorKind::Busy {
                reader.mark_broken();
            }
            // An interrupted statement can fail with a code that does not say so, as some of FTS5's do.
            self.lifecycle.check_cancelled()?;
        }
        answer
    }

    fn write(&self, job: Job) -> Result<Outcome> {
        let _guard = self.lifecycle.begin_call()?;
        if self.options.access == Access::ReadOnly {
            let message = "the file was opened only to be read; open it so that it can be written to";
            return Err(StoreError::new(StoreErrorKind::ReadOnly, message));
        }
        let outcome = self.faults.note(self.writer.write(job, &self.around()));
        if outcome.is_err() {
            self.lifecycle.check_cancelled()?;
        }
        outcome
    }

    fn around(&self) -> Around<'_> {
        Around {
            lifecycle: &self.lifecycle,
            place: &self.place,
            options: &self.options,
            watch: self.watch(),
            known: &self.known,
        }
    }

    fn done(&self, job: Job) -> Result<u64> {
        match self.write(job)? {
            Outcome::Done(n) => Ok(n),
            Outcome::Misfit(misfit) => Err(misfit),
            Outcome::Commits(_) | Outcome::Swept(_) => Err(unreadable()),
        }
    }

    /// Waits for running calls, and closes every handle. The phase was changed before, so that no new call comes.
    fn empty(&self, transition: &Transition<'_>, wait: Duration) -> Result<()> {
        self.lifecycle.wait_until_empty(transition, wait, || {
            self.readers.interrupt();
            self.writer.interrupt();
        });
        self.catalogs.forget();
        self.known.forget();
        // A source of any kit in this process may read this file too, and has to close it as well.
        let file = self.held(|held| held.as_ref().and_then(Held::file));
        let others = file.map(|file| source::release(file, wait));
        let closed = self.let_go();
        drop(others);
        // Last of all: POSIX drops all locks of the process on a file when it closes any descriptor of it, the guard's
        // too.
        self.held(Option::take);
        closed
    }

    fn another_writer(&self) -> Option<Connection> {
        match self.options.access {
            Access::ReadWrite => open::writer(&self.place, &self.options, self.watch()).ok(),
            Access::ReadOnly => None,
        }
    }

    fn let_go(&self) -> Result<()> {
        let closed = self.readers.take_all().into_iter().map(Connection::close);
        let closed: Result<Vec<()>, _> = closed.collect();
        // A connection that saw a fault was closed; another one is opened, so that the log is checkpointed all the
        // same.
        let writer = self.writer.take().or_else(|| self.another_writer());
        if let Some(connection) = writer {
            // Pages that another process still reads from the log stay there, and nothing is lost.
            connection.query_row(BRING_HOME, (), |_| Ok(())).ok();
            // Only after the checkpoint, when deleting the log loses nothing. And before the last connection is closed,
            // which deletes the log only if the guard does not keep it from that.
            self.held(|held| held.as_mut().map(Held::unlock));
            connection.close().map_err(|(_, error)| fault(error))?;
        }
        closed.map(|_| ()).map_err(|(_, error)| fault(error))
    }
}

impl Store for SqliteStore {
    fn commit(&self, batch: Vec<Commit>) -> Result<Vec<Result<Committed, Refused>>> {
        let batch = batch.into_iter().map(|commit| {
            let cut = Cut::of(&commit);
            (commit, cut)
        });
        match self.write(Job::Commits(batch.collect()))? {
            Outcome::Commits(results) => Ok(results),
            Outcome::Misfit(misfit) => Err(misfit),
            Outcome::Done(_) | Outcome::Swept(_) => Err(unreadable()),
        }
    }

    /// The file is written in this process, so no answer is lost between store and caller.
    fn can_lose_answers(&self) -> bool {
        false
    }

    /// A look at the file costs less than any word from another process.
    fn hints(&self) -> Option<Arc<Hints>> {
        None
    }

    fn load(&self, plan: &LoadPlan) -> Result<Loaded> {
        self.read_to_write(|connection| read::load::load(connection, &self.catalogs, &self.known, plan))
    }

    fn catalog(&self) -> Result<Arc<Catalog>> {
        self.defined(|_, _| Ok(())).map(|nothing| nothing.catalog)
    }

    fn cases(&self, query: &CaseQuery) -> Result<Defined<Slice<CaseRow>>> {
        self.defined(|connection, moment| read::page_of_cases(connection, moment, &self.known, query))
    }

    fn count_cases(&self, query: &CountQuery) -> Result<Defined<Vec<CaseCount>>> {
        self.defined(|connection, moment| read::count_cases(connection, moment, &self.known, query))
    }

    fn count_up_to(&self, filter: &CaseFilter, at_most: u32) -> Result<Defined<u64>> {
        self.defined(|connection, moment| {
            read::count_up_to(connection, moment, &self.known, (filter, at_most))
        })
    }

    fn count_due_tasks(&self, due_task: DueTask, before: Timestamp, at_most: u32) -> Result<u64> {
        self.read(|connection| read::counts::due_tasks(connection, due_task, before, at_most))
    }

    fn next_due(&self, due_task: DueTask) -> Result<Option<Timestamp>> {
        self.read(|connection| read::counts::next_due(connection, due_task))
    }

    fn count_failures(&self, within: &Within) -> Result<Defined<Vec<FailureCount>>> {
        self.defined(|connection, _| read::counts::failures(connection, &self.known, within))
    }

    fn durations(&self, query: &DurationQuery) -> Result<Defined<Vec<DurationCount>>> {
        self.defined(|connection, _| read::durations::find(connection, query))
    }

    fn customers(&self, query: &CustomerQuery) -> Result<Slice<CustomerRow>> {
        self.read(|connection| read::customers::page(connection, query))
    }

    fn customer_by_reference(&self, reference: &str) -> Result<Option<CustomerId>> {
        self.read(|connection| read::customers::by_reference(connection, reference))
    }

    fn people(&self, query: &PeopleQuery) -> Result<Vec<PersonRow>> {
        self.read(|connection| read::directory::find(connection, query))
    }

    fn notes(&self, query: &NoteQuery) -> Result<Slice<Note>> {
        self.read(|connection| read::notes::page(connection, &self.known, query))
    }

    fn all_notes(&self, after: Option<&NotePlace>, limit: u32) -> Result<Vec<Note>> {
        self.read(|connection| read::notes::all(connection, &self.known, after, limit))
    }

    fn search(&self, query: &SearchQuery) -> Result<Defined<Slice<SearchRow>>> {
        self.defined(|connection, moment| {
            moment.is_searchable()?;
            read::search::page(connection, &self.known, query)
        })
    }

    fn events(&self, query: &EventQuery) -> Result<Vec<StoredEvent>> {
        self.read(|connection| read::events::page(connection, &self.known, query))
    }

    fn history(&self, query: &HistoryQuery) -> Result<Defined<History>> {
        self.read(|connection| read::history::history(connection, &self.catalogs, &self.known, query))
    }

    fn newest(&self) -> Result<Cursor> {
        self.read(read::events::newest)
    }

    fn streams(&self, after: Option<StreamId>, limit: u32) -> Result<Vec<StreamRow>> {
        self.read(|connection| read::streams::page(connection, &self.known, after, limit))
    }

    fn blob_bytes(&self) -> &dyn BlobBytes {
        self
    }

    fn claims(&self, after: Option<&Claim>, limit: u32) -> Result<Vec<Located>> {
        self.read(|connection| read::copy::claims(connection, after, limit))
    }

    fn requests(&self, after: Option<&(ActorId, RequestId)>, limit: u32) -> Result<Vec<StoredRequest>> {
        self.read(|connection| read::copy::requests(connection, after, limit))
    }

    fn blobs(&self, after: Option<BlobId>, limit: u32) -> Result<Vec<BlobRow>> {
        self.read(|connection| read::copy::blobs(connection, after, limit))
    }

    fn restore(&self, part: Copied) -> Result<()> {
        self.done(Job::Restore(Box::new(part))).map(|_| ())
    }

    fn check_part(&self, after: Option<&CheckPlace>, limit: u32) -> Result<Option<CheckPlace>> {
        let at = At::of(after);
        let next = self.read(|connection| {
            read::check::part(connection, &self.known, at, limit, || self.lifecycle.check_cancelled())
        })?;
        if at.is_end() && self.options.access == Access::ReadWrite {
            // A write also compares the log with the one at its path; a read compares only the database.
            self.done(Job::CheckIndexes)?;
        }
        Ok(next.map(At::place))
    }

    fn health(&self) -> Result<StoreHealth> {
        // Before the read below counts as one.
        let oldest_read = self.readers.oldest();
        let (free_bytes, wipe_pending) =
            self.read(|connection| Ok((write::free(connection)?, write::is_wipe_pending(connection)?)))?;
        let (guarded, watch) = self.held(|held| {
            held.as_ref().map_or((false, Watch::Off), |held| (held.is_guarded(), held.watched()))
        });
        Ok(StoreHealth {
            last_fault: self.faults.last(),
            file_bytes: health::size(self.place.path()),
            free_bytes,
            log_bytes: health::size(&self.place.beside("-wal")),
            wipe_pending,
            oldest_read,
            last_checkpoint: health::last_checkpoint(self.place.path()),
            safeguards: Some(Safeguards {
                log_locks: casekit_locks::install() == ShmLocks::Description,
                guarded,
                watched: watch != Watch::Off,
            }),
        })
    }

    fn compact(&self, bytes: u64) -> Result<Compacted> {
        // Each step is a transaction of its own, so that others can write in between.
        for _ in 0..MERGES {
            if self.done(Job::Merge)? == 0 {
                break;
            }
        }
        let given_back = self.done(Job::Compact(bytes))?;
        let left = self.read(write::free)?;
        if left == 0 {
            let _guard = self.lifecycle.begin_call()?;
            let writer = open::writer(&self.place, &self.options, self.watch())?;
            // The file shrinks only when the log is checkpointed. Pages that somebody still reads wait for the next
            // checkpoint.
            writer.query_row(BRING_HOME, (), |_| Ok(())).ok();
        }
        Ok(Compacted { given_back, left })
    }

    fn repair_derived(&self) -> Result<u64> {
        let map = self.read(|connection| read::check::pages(connection, "quick_check"))?.map;
        if !map {
            // Only `VACUUM` rebuilds the map of pages: it writes every page again, in a transaction of its own. So it
            // comes before the repair, which is another transaction and needs a sound map.
            let _guard = self.lifecycle.begin_call()?;
            let writer = open::writer(&self.place, &self.options, self.watch())?;
            writer.execute_batch("VACUUM").map_err(fault)?;
        }
        Ok(self.done(Job::RepairDerived)? + u64::from(!map))
    }

    fn backup_to(&self, path: &Path, tell: TellBackup<'_>) -> Result<()> {
        let guard = self.lifecycle.begin_call()?;
        let watch = self.watch();
        backup::told_beside(
            |proceed| {
                let _guard = guard;
                // Not one of the pool: a backup reads for long, and would take a connection from short reads.
                let source = open::reader(&self.place, &self.options, watch)?;
                self.faults.note(backup::backup(&source, path, self.options.sharing, &mut |so_far| {
                    self.lifecycle.check_cancelled()?;
                    watch.database_stands(&self.place)?;
                    proceed(so_far, &|| self.lifecycle.check_cancelled())
                }))
            },
            tell,
        )
    }

    fn suspend(&self, wait: Duration) -> Result<()> {
        let transition = self.lifecycle.begin_transition()?;
        match self.lifecycle.phase() {
            Phase::Suspended => return Ok(()),
            Phase::Closed => return self.lifecycle.begin_call().map(|_| ()),
            Phase::Open => {}
        }
        self.lifecycle.set_phase(&transition, Phase::Suspended);
        self.empty(&transition, wait)
    }

    fn resume(&self) -> Result<()> {
        let transition = self.lifecycle.begin_transition()?;
        match self.lifecycle.phase() {
            Phase::Open => return Ok(()),
            Phase::Closed => return self.lifecycle.begin_call().map(|_| ()),
            Phase::Suspended => {}
        }
        // Before the phase changes: the calls that are admitted then need the connection and the guard.
        let opened = open::resume(&self.place, &self.options);
        let opened =
            opened.and_then(|opened| opening::searchable(opened, &self.options, &mut opening::quietly));
        self.put(self.faults.note(opened)?);
        self.lifecycle.set_phase(&transition, Phase::Open);
        Ok(())
    }

    fn close(&self) -> Result<()> {
        let transition = self.lifecycle.begin_transition()?;
        if self.lifecycle.phase() == Phase::Closed {
            return Ok(());
        }
        self.lifecycle.set_phase(&transition, Phase::Closed);
        self.empty(&transition, CLOSING)
    }
}

impl BlobBytes for SqliteStore {
    fn append(&self, id: BlobId, offset: u64, at: Timestamp, bytes: &[u8]) -> Result<()> {
        self.done(Job::AppendBlob(id, offset, at, bytes.to_vec())).map(|_| ())
    }

    fn read(&self, id: BlobId, offset: u64, limit: u32) -> Result<Option<Vec<u8>>> {
        SqliteStore::read(self, |connection| read::blobs::read(connection, id, offset, limit))
    }

    fn sweep(&self, before: Timestamp, limit: u32) -> Result<Vec<BlobId>> {
        match self.write(Job::SweepBlobs(before, limit))? {
            Outcome::Swept(swept) => Ok(swept),
            Outcome::Commits(_) | Outcome::Done(_) | Outcome::Misfit(_) => Err(unreadable()),
        }
    }

    fn wipe(&self) -> Result<bool> {
        Ok(self.done(Job::Wipe)? == 0)
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        if self.lifecycle.is_forked() {
            self.readers.abandon();
            self.writer.abandon();
        } else {
            // Nobody is left to be told of an error, and what was committed is durable.
            self.close().ok();
        }
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without the path, which may contain the name of a person.
        f.debug_struct("SqliteStore").field("options", &self.options).finish_non_exhaustive()
    }
}
