//! The store itself: each call goes through the gate, then to a reader or into the writer's line.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use casekit_core::commit::{Commit, Committed, Refused, StoredEvent};
use casekit_core::model::{ActorId, BlobId, CaseTypeId, Catalog, CustomerId, Note, StreamId, Timestamp};
use casekit_core::store::{
    CaseCount, CaseQuery, CaseRow, CountQuery, CustomerQuery, CustomerRow, EventQuery, FailureCount, Loaded,
    NoteQuery, SearchQuery, SearchRow, Slice, Store, StoreError, StreamRow, Wanted,
};
use rusqlite::Connection;

use crate::error::{Result, fault, unreadable};
use crate::gate::{Gate, Shut, Turn};
use crate::open::{self, Place};
use crate::options::SqliteOptions;
use crate::read::catalog::Kept;
use crate::read::{self, Readers};
use crate::write::{Job, Outcome, Writer};

/// How long `close` lets calls under way go on before it interrupts them.
const CLOSING: Duration = Duration::from_secs(5);

/// One casekit file, open.
///
/// It can be shared between threads. Dropping it closes it.
pub struct SqliteStore {
    place: Place,
    options: SqliteOptions,
    gate: Gate,
    writer: Writer,
    readers: Readers,
    kept: Kept,
}

impl SqliteStore {
    /// Opens a file, which is created if nothing is at the path.
    ///
    /// # Errors
    /// `NotACasekitFile`, `Corrupt` or `TooNew` for what is not a casekit file of this version; it stays as it was.
    /// `ReadOnly` if the file or its folder cannot be written, `Busy` if another process holds it, `Io` otherwise.
    pub fn open(path: impl AsRef<Path>, options: &SqliteOptions) -> Result<Self, StoreError> {
        let (place, connection) = open::open(path.as_ref(), options)?;
        let store = Self {
            place,
            options: options.clone(),
            gate: Gate::default(),
            writer: Writer::default(),
            readers: Readers::new(options.readers),
            kept: Kept::default(),
        };
        store.writer.put(connection);
        Ok(store)
    }

    fn read<T>(&self, read: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let _pass = self.gate.enter()?;
        let reader = self.readers.take(|| open::reader(&self.place, &self.options))?;
        self.gate.hurry()?;
        let answer = read(reader.connection().ok_or_else(unreadable)?);
        // A statement that was interrupted may come back with a fault that does not say so: FTS5 has some.
        if answer.is_err() {
            self.gate.hurry()?;
        }
        answer
    }

    fn write(&self, job: Job) -> Result<Outcome> {
        let _pass = self.gate.enter()?;
        let reopen = || open::open_existing(&self.place, &self.options);
        let outcome = self.writer.write(job, &self.gate, self.options.busy_timeout, reopen);
        if outcome.is_err() {
            self.gate.hurry()?;
        }
        outcome
    }

    fn done(&self, job: Job) -> Result<u64> {
        match self.write(job)? {
            Outcome::Done(n) => Ok(n),
            Outcome::Commits(_) => Err(unreadable()),
        }
    }

    /// Waits for the calls under way, and lets go of every handle.
    fn empty(&self, turn: &Turn<'_>, wait: Duration) -> Result<()> {
        self.gate.wait_until_empty(turn, wait, || {
            self.readers.interrupt();
            self.writer.interrupt();
        });
        self.kept.forget();
        let closed = self.readers.take_all().into_iter().map(Connection::close);
        let closed: Result<Vec<()>, _> = closed.collect();
        if let Some(connection) = self.writer.take() {
            // What another process still reads stays in the log, and nothing is lost by it.
            let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
            connection.query_row(sql, (), |_| Ok(())).ok();
            connection.close().map_err(|(_, error)| fault(error))?;
        }
        closed.map(|_| ()).map_err(|(_, error)| fault(error))
    }
}

impl Store for SqliteStore {
    fn commit(&self, batch: Vec<Commit>) -> Result<Vec<Result<Committed, Refused>>> {
        match self.write(Job::Commits(batch))? {
            Outcome::Commits(results) => Ok(results),
            Outcome::Done(_) => Err(unreadable()),
        }
    }

    fn load(&self, wanted: &Wanted) -> Result<Loaded> {
        self.read(|connection| read::load::load(connection, &self.kept, wanted))
    }

    fn catalog(&self) -> Result<Arc<Catalog>> {
        self.read(|connection| {
            // Nearly always the kept one stands, and a single statement says so.
            if let Some(catalog) = self.kept.standing(connection)? {
                return Ok(catalog);
            }
            let moment = connection.unchecked_transaction().map_err(fault)?;
            let catalog = self.kept.current(&moment)?;
            moment.commit().map_err(fault)?;
            Ok(catalog)
        })
    }

    fn cases(&self, query: &CaseQuery) -> Result<Slice<CaseRow>> {
        self.read(|connection| read::cases::page(connection, query))
    }

    fn count_cases(&self, query: &CountQuery) -> Result<Vec<CaseCount>> {
        self.read(|connection| read::counts::count(connection, query))
    }

    fn count_failures(
        &self,
        types: Option<&[CaseTypeId]>,
        own: Option<&ActorId>,
    ) -> Result<Vec<FailureCount>> {
        self.read(|connection| read::counts::failures(connection, types, own))
    }

    fn customers(&self, query: &CustomerQuery) -> Result<Slice<CustomerRow>> {
        self.read(|connection| read::customers::page(connection, query))
    }

    fn customer_by_reference(&self, folded: &str) -> Result<Option<CustomerId>> {
        self.read(|connection| read::customers::by_reference(connection, folded))
    }

    fn notes(&self, query: &NoteQuery) -> Result<Slice<Note>> {
        self.read(|connection| read::notes::page(connection, query))
    }

    fn search(&self, query: &SearchQuery) -> Result<Slice<SearchRow>> {
        self.read(|connection| read::search::page(connection, query))
    }

    fn events(&self, query: &EventQuery) -> Result<Vec<StoredEvent>> {
        self.read(|connection| read::events::page(connection, query))
    }

    fn last_position(&self) -> Result<u64> {
        self.read(read::events::last)
    }

    fn streams(&self, after: Option<StreamId>, limit: u32) -> Result<Vec<StreamRow>> {
        self.read(|connection| read::streams::page(connection, after, limit))
    }

    fn append_blob(&self, id: BlobId, at: Timestamp, bytes: &[u8]) -> Result<()> {
        self.done(Job::AppendBlob(id, at, bytes.to_vec())).map(|_| ())
    }

    fn read_blob(&self, id: BlobId, offset: u64, limit: u32) -> Result<Option<Vec<u8>>> {
        self.read(|connection| read::blobs::read(connection, id, offset, limit))
    }

    fn sweep_blobs(&self, before: Timestamp) -> Result<u64> {
        self.done(Job::SweepBlobs(before))
    }

    fn check(&self) -> Result<()> {
        self.read(|connection| read::check::check(connection, || self.gate.hurry()))?;
        self.done(Job::CheckIndexes).map(|_| ())
    }

    fn repair_derived(&self) -> Result<u64> {
        self.done(Job::RepairDerived)
    }

    fn suspend(&self, wait: Duration) -> Result<()> {
        let turn = self.gate.turn();
        match self.gate.state() {
            Shut::Suspended => return Ok(()),
            Shut::Closed => return self.gate.enter().map(|_| ()),
            Shut::Not => {}
        }
        self.gate.set(&turn, Shut::Suspended);
        self.empty(&turn, wait)
    }

    fn resume(&self) -> Result<()> {
        let turn = self.gate.turn();
        match self.gate.state() {
            Shut::Not => return Ok(()),
            Shut::Closed => return self.gate.enter().map(|_| ()),
            Shut::Suspended => {}
        }
        self.writer.put(open::open_existing(&self.place, &self.options)?);
        self.gate.set(&turn, Shut::Not);
        Ok(())
    }

    fn close(&self) -> Result<()> {
        let turn = self.gate.turn();
        if self.gate.state() == Shut::Closed {
            return Ok(());
        }
        self.gate.set(&turn, Shut::Closed);
        self.empty(&turn, CLOSING)
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        // Nobody is left to hear of it, and what was committed is durable.
        self.close().ok();
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the path: it may name a person.
        f.debug_struct("SqliteStore").field("options", &self.options).finish_non_exhaustive()
    }
}
