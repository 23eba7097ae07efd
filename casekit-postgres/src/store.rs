//! The store itself: the lifecycle counts each call, which then goes to a reader or to the writer.

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
    PersonRow, SearchQuery, SearchRow, Slice, Store, StoreError, StoreErrorKind, StoreHealth, StoredRequest,
    StreamRow, TellBackup, Within,
};

use crate::connection::Connection;
use crate::error::{Result, lost};
use crate::hints::Hinting;
use crate::options::{self, PostgresOptions};
use crate::pool::Pool;
use crate::read::catalog::CatalogCache;
use crate::read::{self, Moment};
use crate::replica::Replica;
use crate::runtime::{Caller, Runtime};
use crate::schema;
use crate::seen::Seen;
use crate::server::{Purpose, Server};
use crate::write::{Around, Job, Outcome, Writer, blobs};

/// How long `close` lets running calls continue before it interrupts them.
const CLOSING: Duration = Duration::from_secs(5);

/// An organisation's store in a PostgreSQL database.
///
/// It can be shared between threads. Dropping it closes it; an error of that is not reported.
pub struct PostgresStore {
    server: Server,
    options: PostgresOptions,
    lifecycle: Lifecycle,
    /// `None` while the store is suspended or closed. Locked for moments only.
    runtime: Mutex<Option<Runtime>>,
    pool: Pool,
    replica: Option<Replica>,
    seen: Seen,
    /// What is said to other hosts and heard from them; `None` if nothing shall be.
    hinting: Option<Arc<Hinting>>,
    writer: Writer,
    catalogs: CatalogCache,
    faults: Faults,
}

impl PostgresStore {
    /// Opens the store of an organisation, and creates it where it is missing. The address is a URL such as
    /// `postgres://user:password@host/database`, or a list such as `host=localhost dbname=office`.
    ///
    /// # Errors
    /// `Missing` for an address that is none, or of no database. `Unavailable` if nobody answers. `Denied` if the login is
    /// refused, or lacks a right. `NotCasekit` if the schema has other tables, `TooNew` if a newer version wrote it, and
    /// `Unsupported` for a server that is older than PostgreSQL 14.
    pub fn connect(url: &str, options: &PostgresOptions) -> Result<Self, StoreError> {
        let server = Server::at(url, options)?;
        let replica = Replica::of(options, server.schema())?;
        let hinting = (options.hinting == options::Hinting::On).then(Arc::<Hinting>::default);
        let runtime = opened(&server, options, hinting.as_ref())?;
        Ok(Self {
            server,
            replica,
            seen: Seen::default(),
            hinting,
            options: options.clone(),
            lifecycle: Lifecycle::new(crate::error::forked),
            runtime: Mutex::new(Some(runtime)),
            pool: Pool::new(options.connections, options.busy_timeout),
            writer: Writer::default(),
            catalogs: CatalogCache::default(),
            faults: Faults::default(),
        })
    }

    fn caller(&self) -> Result<Caller> {
        let runtime = self.runtime.lock().unwrap_or_else(PoisonError::into_inner);
        runtime.as_ref().map(Runtime::caller).ok_or_else(lost)
    }

    /// Reads from the primary: what is written by, what proves something, and what no position tells the age of.
    fn read<T>(&self, read: impl Fn(&Connection) -> Result<T>) -> Result<T> {
        let _guard = self.lifecycle.begin_call()?;
        self.faults.note(self.seen.least())?;
        self.faults.note(self.read_now(read))
    }

    /// Reads what people look at: from the replica, unless it is behind what this process has seen.
    fn look<T>(&self, read: impl Fn(&Connection) -> Result<T>) -> Result<T> {
        match self.replica {
            // No moment to compare, so a statement goes alone.
            None => self.read(read),
            Some(_) => self.look_at_one_moment(|connection, _| read(connection)),
        }
    }

    /// Reads an answer together with the catalog of the same moment, as [`look`](Self::look) does.
    fn defined<T>(&self, read: impl Fn(&Connection, Moment, &Catalog) -> Result<T>) -> Result<Defined<T>> {
        self.look_at_one_moment(|connection, moment| {
            let catalog = self.catalogs.current(connection, moment.generation)?;
            Ok(Defined { answer: read(connection, moment, &catalog)?, catalog })
        })
    }

    fn look_at_one_moment<T>(&self, read: impl Fn(&Connection, Moment) -> Result<T>) -> Result<T> {
        let _guard = self.lifecycle.begin_call()?;
        self.faults.note(self.seen.least())?;
        if let Some(replica) = &self.replica {
            let answer = replica.read((&self.caller()?, &self.lifecycle), &self.seen, &read);
            // A fault of the replica is for whoever looks after it. The primary answers.
            if let Ok(Some(answer)) = self.faults.note(answer) {
                return Ok(answer);
            }
            self.lifecycle.check_cancelled()?;
        }
        self.faults.note(self.read_now(|connection| {
            let least = self.seen.least()?;
            read::at_one_moment(connection, |connection, moment| {
                self.seen.primary_has(connection, moment.position, least)?;
                self.seen.moment(moment);
                read(connection, moment)
            })
        }))
    }

    fn read_now<T>(&self, read: impl Fn(&Connection) -> Result<T>) -> Result<T> {
        self.pool.read((&self.server, &self.caller()?, &self.lifecycle), read)
    }

    fn write(&self, job: Job) -> Result<Outcome> {
        let _guard = self.lifecycle.begin_call()?;
        self.faults.note(self.seen.least())?;
        let around = Around {
            lifecycle: &self.lifecycle,
            server: &self.server,
            caller: self.caller()?,
            catalogs: &self.catalogs,
            seen: &self.seen,
            busy_timeout: self.options.busy_timeout,
        };
        let outcome = self.writer.write(job, &around).and_then(|outcome| match outcome {
            Outcome::Failed(error) => Err(error),
            done => Ok(done),
        });
        let outcome = self.faults.note(outcome);
        if outcome.as_ref().is_err_and(|error| error.kind() != StoreErrorKind::Uncertain) {
            self.lifecycle.check_cancelled()?;
        }
        outcome
    }

    fn done(&self, job: Job) -> Result<u64> {
        match self.write(job)? {
            Outcome::Done(n) => Ok(n),
            Outcome::Commits(_) | Outcome::Failed(_) => Err(crate::error::unreadable()),
        }
    }

    fn pools(&self) -> impl Iterator<Item = &Pool> {
        std::iter::once(&self.pool).chain(self.replica.as_ref().map(|replica| &replica.pool))
    }

    /// Waits for running calls, and closes every connection. The phase was changed before, so that no new call comes.
    fn empty(&self, transition: &Transition<'_>, wait: Duration) {
        self.lifecycle.wait_until_empty(transition, wait, || {
            self.pools().for_each(Pool::interrupt);
            self.writer.interrupt();
        });
        self.catalogs.forget();
        self.seen.forget();
        self.pools().for_each(Pool::close_idle);
        self.writer.close();
        // Last: the thread sends the server word that the connections end.
        let runtime = self.runtime.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(runtime);
    }
}

/// Starts the runtime, looks at the schema, and begins with hints.
fn opened(server: &Server, options: &PostgresOptions, hinting: Option<&Arc<Hinting>>) -> Result<Runtime> {
    let runtime = Runtime::start()?;
    let connection = server.connect(&runtime.caller(), Purpose::Write)?;
    schema::prepare(&connection, server.schema(), options.creation)?;
    if let Some(hinting) = hinting {
        Hinting::begin(hinting, &runtime.caller(), server);
    }
    Ok(runtime)
}

impl Store for PostgresStore {
    fn commit(&self, batch: Vec<Commit>) -> Result<Vec<Result<Committed, Refused>>> {
        match self.write(Job::Commits(batch))? {
            Outcome::Commits(results) => {
                if let (Some(newest), Some(hinting)) = (self.seen.written(&results), &self.hinting) {
                    hinting.wrote(newest);
                }
                Ok(results)
            }
            Outcome::Done(_) | Outcome::Failed(_) => Err(crate::error::unreadable()),
        }
    }

    /// The answer to a commit comes over a network.
    fn can_lose_answers(&self) -> bool {
        true
    }

    fn hints(&self) -> Option<Arc<Hints>> {
        self.hinting.as_ref().map(|hinting| hinting.listen())
    }

    fn load(&self, plan: &LoadPlan) -> Result<Loaded> {
        self.read(|connection| {
            let least = self.seen.least()?;
            let (moment, loaded) = read::load::load(connection, &self.catalogs, plan)?;
            self.seen.primary_has(connection, moment.position, least)?;
            self.seen.moment(moment);
            Ok(loaded)
        })
    }

    fn catalog(&self) -> Result<Arc<Catalog>> {
        self.read(|connection| {
            let least = self.seen.least()?;
            read::at_one_moment(connection, |connection, moment| {
                self.seen.primary_has(connection, moment.position, least)?;
                self.seen.definitions(moment);
                self.catalogs.current(connection, moment.generation)
            })
        })
    }

    fn cases(&self, query: &CaseQuery) -> Result<Defined<Slice<CaseRow>>> {
        self.defined(|connection, moment, catalog| read::cases::page(connection, moment, catalog, query))
    }

    fn count_cases(&self, query: &CountQuery) -> Result<Defined<Vec<CaseCount>>> {
        self.defined(|connection, moment, catalog| read::counts::count(connection, moment, catalog, query))
    }

    fn count_up_to(&self, filter: &CaseFilter, at_most: u32) -> Result<Defined<u64>> {
        self.defined(|connection, moment, catalog| {
            read::counts::up_to(connection, moment, catalog, (filter, at_most))
        })
    }

    fn count_due_tasks(&self, due_task: DueTask, before: Timestamp, at_most: u32) -> Result<u64> {
        self.read(|connection| read::counts::due_tasks(connection, due_task, before, at_most))
    }

    fn next_due(&self, due_task: DueTask) -> Result<Option<Timestamp>> {
        self.read(|connection| read::counts::next_due(connection, due_task))
    }

    fn count_failures(&self, within: &Within) -> Result<Defined<Vec<FailureCount>>> {
        self.defined(|connection, _, _| read::counts::failures(connection, within))
    }

    fn durations(&self, query: &DurationQuery) -> Result<Defined<Vec<DurationCount>>> {
        self.defined(|connection, _, _| read::durations::find(connection, query))
    }

    fn customers(&self, query: &CustomerQuery) -> Result<Slice<CustomerRow>> {
        let page = |connection: &Connection| read::customers::page(connection, query);
        if query.text.as_ref().is_none_or(|text| text.is_empty()) {
            return self.look(page);
        }
        self.look_at_one_moment(|connection, moment| {
            moment.is_searchable()?;
            page(connection)
        })
    }

    fn customer_by_reference(&self, reference: &str) -> Result<Option<CustomerId>> {
        self.read(|connection| read::customers::by_reference(connection, reference))
    }

    fn people(&self, query: &PeopleQuery) -> Result<Vec<PersonRow>> {
        self.look(|connection| read::directory::find(connection, query))
    }

    fn notes(&self, query: &NoteQuery) -> Result<Slice<Note>> {
        self.look(|connection| read::notes::page(connection, query))
    }

    fn all_notes(&self, after: Option<&NotePlace>, limit: u32) -> Result<Vec<Note>> {
        self.read(|connection| read::notes::all(connection, after, limit))
    }

    fn search(&self, query: &SearchQuery) -> Result<Defined<Slice<SearchRow>>> {
        self.defined(|connection, moment, _| {
            moment.is_searchable()?;
            read::search::page(connection, query)
        })
    }

    fn events(&self, query: &EventQuery) -> Result<Vec<StoredEvent>> {
        let read = |connection: &Connection| read::events::page(connection, query);
        match query {
            EventQuery::Stream { .. } | EventQuery::All { .. } => self.look(read),
            // For proofs, with the lists of streams and notes.
            EventQuery::Streams { .. } => self.read(read),
        }
    }

    fn history(&self, query: &HistoryQuery) -> Result<Defined<History>> {
        self.defined(|connection, _, _| read::history::history(connection, query))
    }

    fn newest(&self) -> Result<Cursor> {
        self.read(|connection| {
            let least = self.seen.least()?;
            let newest = read::events::newest(connection)?;
            self.seen.primary_has(connection, newest.position, least)?;
            Ok(newest)
        })
    }

    fn streams(&self, after: Option<StreamId>, limit: u32) -> Result<Vec<StreamRow>> {
        self.read(|connection| read::streams::page(connection, after, limit))
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
        let newest = match &part {
            Copied::Events(events) => events.iter().map(|event| event.position).max(),
            _ => None,
        };
        self.done(Job::Restore(Box::new(part)))?;
        self.seen.position(newest.unwrap_or(0));
        Ok(())
    }

    fn check_part(&self, after: Option<&CheckPlace>, limit: u32) -> Result<Option<CheckPlace>> {
        self.read(|connection| {
            read::check::part(connection, after, limit, || self.lifecycle.check_cancelled())
        })
    }

    fn health(&self) -> Result<StoreHealth> {
        // Before the read below counts as one.
        let oldest_read = self.pools().filter_map(Pool::oldest).max();
        let _guard = self.lifecycle.begin_call()?;
        // Also of a primary that went back: it is what whoever looks after it asks.
        let size = |connection: &Connection| crate::health::size(connection, self.server.schema());
        let file_bytes = self.faults.note(self.read_now(size))?;
        Ok(StoreHealth { last_fault: self.faults.last(), file_bytes, oldest_read, ..StoreHealth::default() })
    }

    /// The server gives unused space back by itself: that is what autovacuum is for.
    fn compact(&self, _: u64) -> Result<Compacted> {
        let _guard = self.lifecycle.begin_call()?;
        Ok(Compacted::default())
    }

    fn repair_derived(&self) -> Result<u64> {
        let repaired = self.done(Job::RepairDerived);
        // How far positions have come is derived too, and may have been put right downwards.
        self.seen.forget_extent();
        repaired
    }

    fn backup_to(&self, _: &Path, _: TellBackup<'_>) -> Result<()> {
        let _guard = self.lifecycle.begin_call()?;
        let message = "a store on a server has no file to copy; back the schema up with `pg_dump`, or copy the store into a \
            file";
        Err(StoreError::new(StoreErrorKind::Unsupported, message))
    }

    fn suspend(&self, wait: Duration) -> Result<()> {
        let transition = self.lifecycle.begin_transition()?;
        match self.lifecycle.phase() {
            Phase::Suspended => return Ok(()),
            Phase::Closed => return self.lifecycle.begin_call().map(|_| ()),
            Phase::Open => {}
        }
        self.lifecycle.set_phase(&transition, Phase::Suspended);
        self.empty(&transition, wait);
        Ok(())
    }

    fn resume(&self) -> Result<()> {
        let transition = self.lifecycle.begin_transition()?;
        match self.lifecycle.phase() {
            Phase::Open => return Ok(()),
            Phase::Closed => return self.lifecycle.begin_call().map(|_| ()),
            Phase::Suspended => {}
        }
        // Before the phase changes: the calls that are admitted then need the thread.
        let runtime = self.faults.note(opened(&self.server, &self.options, self.hinting.as_ref()))?;
        *self.runtime.lock().unwrap_or_else(PoisonError::into_inner) = Some(runtime);
        self.lifecycle.set_phase(&transition, Phase::Open);
        Ok(())
    }

    fn close(&self) -> Result<()> {
        let transition = self.lifecycle.begin_transition()?;
        if self.lifecycle.phase() == Phase::Closed {
            return Ok(());
        }
        self.lifecycle.set_phase(&transition, Phase::Closed);
        self.empty(&transition, CLOSING);
        Ok(())
    }
}

impl BlobBytes for PostgresStore {
    fn append(&self, id: BlobId, offset: u64, at: Timestamp, bytes: &[u8]) -> Result<()> {
        // Beginning again is harmless: what arrived before changes nothing.
        PostgresStore::read(self, |connection| blobs::append(connection, id, offset, at, bytes))
    }

    fn read(&self, id: BlobId, offset: u64, limit: u32) -> Result<Option<Vec<u8>>> {
        PostgresStore::read(self, |connection| read::blobs::read(connection, id, offset, limit))
    }

    fn sweep(&self, before: Timestamp, limit: u32) -> Result<Vec<BlobId>> {
        PostgresStore::read(self, |connection| blobs::sweep(connection, before, limit))
    }

    /// Destroyed bytes are the server's to overwrite: nothing of the store keeps them.
    fn wipe(&self) -> Result<bool> {
        let _guard = self.lifecycle.begin_call()?;
        Ok(true)
    }
}

impl Drop for PostgresStore {
    fn drop(&mut self) {
        if self.lifecycle.is_forked() {
            // The thread is not in this process, and its connections are the parent's.
            let runtime = self.runtime.get_mut().unwrap_or_else(PoisonError::into_inner);
            std::mem::forget(runtime.take());
        } else {
            // Nobody is left to be told of an error, and what was committed is durable.
            self.close().ok();
        }
    }
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore").field("options", &self.options).finish_non_exhaustive()
    }
}
