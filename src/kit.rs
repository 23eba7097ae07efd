//! The kit: one open file.

use std::fmt;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use casekit_core::memory::MemoryStore;
use casekit_core::model::Actor;
use casekit_core::store::{BackupProgress, Cursor, Store};
use casekit_core::{
    ChangedStreams, CheckProgress, CheckReport, Desk, DueReport, Engine, Error, Health, Language, Observer,
    Resumed, Subscription, Watch,
};

use crate::due_runs::DueRuns;
use crate::options::{OpenOptions, is_not_too_long};
use crate::polling::Polling;

/// One open file with cases in it. Cloning is cheap; all clones are the same kit.
///
/// ```
/// use casekit::{Actor, CaseKit, NewCase, Role};
///
/// # fn main() -> Result<(), casekit::Error> {
/// let kit = CaseKit::in_memory()?;
/// let desk = kit.desk(Actor::new("amara", "Amara Okafor").with_role(Role::Agent));
/// let case = desk.raise_case(NewCase::new("Support", "Cannot log in"))?;
/// assert_eq!(desk.find_case("c-1")?.title, "Cannot log in");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct CaseKit {
    engine: Arc<Engine>,
}

impl fmt::Debug for CaseKit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CaseKit").finish_non_exhaustive()
    }
}

impl CaseKit {
    /// Opens the file at `path`, or creates it with the shipped case types, stages and workflows. `:memory:` is not a
    /// file: it opens a kit in memory.
    ///
    /// # Errors
    /// `NotCasekit`, `TooNew` or `Corrupt` for a file that exists and cannot be used: it is left unchanged. `Foreign`
    /// for a casekit file in which another program made a table, view, index or trigger: the file is sound, and the
    /// message names what to drop. `Missing` if nothing is there and [`create`](OpenOptions::create) is `false`.
    /// `NetworkFileSystem` for a file on a network file system, unless
    /// [that is allowed](OpenOptions::allow_network_file_system). `Forked` if the process that this one was forked from
    /// has it open. `Io`, `ReadOnly`, `Busy` or `Full` as the system reports.
    ///
    /// # Cost
    /// Reads the header and the schema: the same at a thousand cases and at a million, some milliseconds. A log that
    /// was left by a crash is gone through once. A new file is written in one transaction. The first opening to write with
    /// other text rules makes the search anew, which grows with the file: see [`OpenOptions::search_progress`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        OpenOptions::new().open(path)
    }

    /// A kit in memory, for tests and trials. Its cases are lost when the last clone is dropped.
    ///
    /// # Errors
    /// None that a caller can cause.
    ///
    /// # Cost
    /// Everything is in memory, and a list, a count or a search goes through all cases.
    pub fn in_memory() -> Result<Self, Error> {
        OpenOptions::new().with_store(Arc::new(MemoryStore::new()))
    }

    pub(crate) fn of(engine: Arc<Engine>) -> Self {
        Self { engine }
    }

    /// The desk of an actor, for whom the host vouches.
    ///
    /// # Cost
    /// Reads and writes nothing.
    #[must_use]
    pub fn desk(&self, actor: Actor) -> Desk {
        self.engine.desk(actor)
    }

    /// The language of packages, and of desks that choose none of their own.
    ///
    /// # Cost
    /// Reads and writes nothing.
    #[must_use]
    pub fn language(&self) -> &Arc<Language> {
        self.engine.language()
    }

    /// Notifies an observer after commits, until the subscription is dropped.
    ///
    /// # Cost
    /// Starts a thread, on which the observer is called. A slow observer gets its hints merged, and holds up nobody.
    pub fn observe(&self, observer: impl Observer + 'static) -> Subscription {
        self.engine.observe(observer)
    }

    /// Tells a closure which streams changed, after commits, until the subscription is dropped: an open screen then knows whether
    /// it is concerned. Nobody's permissions are asked: it tells ids, and what is behind them is for a desk to read.
    ///
    /// # Cost
    /// As [`observe`](Self::observe), and for each hint what [`changed_streams`](Self::changed_streams) does.
    pub fn observe_streams(&self, tell: impl Fn(&ChangedStreams) + Send + Sync + 'static) -> Subscription {
        self.engine.observe_streams(tell)
    }

    /// Returns which streams changed since a cursor, such as that of the previous answer or of an observer; of any, if no cursor
    /// is given.
    ///
    /// # Errors
    /// `CursorNotOfThisStore` as for [`Desk::changes_since`]; a fault of the store.
    ///
    /// # Cost
    /// Reads up to 500 events by their position. If there are more, it says that any stream may have changed.
    pub fn changed_streams(&self, since: Option<&Cursor>) -> Result<ChangedStreams, Error> {
        self.engine.changed_streams(since)
    }

    /// What waits for commits without a thread, for asynchronous applications.
    ///
    /// # Cost
    /// Reads and writes nothing.
    #[must_use]
    pub fn watch(&self) -> Watch {
        self.engine.watch()
    }

    /// Looks for changes by other processes, notifies observers of them, and returns whether there were any.
    ///
    /// # Errors
    /// A fault of the store.
    ///
    /// # Cost
    /// Reads one row: the same at a thousand cases and at a million.
    pub fn poll(&self) -> Result<bool, Error> {
        self.engine.poll()
    }

    /// [Polls](Self::poll) by itself, on a thread of its own, for as long as the answer is kept and the kit is open. Observers
    /// and live lists then learn what other processes commit within about `interval`, of at least 10 milliseconds. Of a
    /// database they mostly learn it sooner: hosts tell each other after they committed.
    ///
    /// It does not keep the kit open. While the kit is suspended nothing is looked at, and a fault of the store is passed
    /// over: the next time may go well, and [`health`](Self::health) says what the last one was.
    ///
    /// # Errors
    /// `Invalid` for an interval that is too long.
    ///
    /// # Cost
    /// Reads one row each time: the same at a thousand cases and at a million.
    ///
    /// `interval` is up to 86,400 seconds, a day: `Invalid` with `out_of_range` beyond.
    pub fn poll_every(&self, interval: Duration) -> Result<Polling, Error> {
        is_not_too_long("interval", interval)?;
        Ok(Polling::begin(&self.engine, interval))
    }

    /// Does what is due: continues deliveries that are unfinished and that no process is working on, tries again what failed
    /// and may pass by itself, once its instant has come ([`FailureView::retry_at`](crate::FailureView::retry_at)), and
    /// destroys snapshots and packages whose retention time is over. Call it when the application starts, and again at the
    /// instant that the answer names, or have [`run_due_in_background`](Self::run_due_in_background) do so.
    ///
    /// It acts as `casekit` in the history, and only goes on with what a person decided: it approves nothing, asks for
    /// nothing, and leaves alone what was withdrawn or taken back meanwhile. The authorizer is not asked. Any number of
    /// processes may call it at once: one of them sends.
    ///
    /// ```
    /// use casekit::CaseKit;
    ///
    /// # fn main() -> Result<(), casekit::Error> {
    /// let kit = CaseKit::in_memory()?;
    /// let report = kit.run_due()?;
    /// assert_eq!((report.delivered, report.failed, report.next), (0, 0, None));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// A fault of the store. What fails at a case is no error: the case is then among the cases with errors. A damaged case is
    /// counted in `faults` and does not keep the others from their turn.
    ///
    /// # Cost
    /// Reads the ids of all due cases by an index and holds them. Then each costs what [`Desk::release`] does, or a
    /// transaction that grows with what is destroyed, one after another. If nothing is due it reads a few rows.
    ///
    /// Up to 100 cases have their turn in one call. If more are due, `next` is the present instant: call it again.
    pub fn run_due(&self) -> Result<DueReport, Error> {
        self.engine.run_due(&|| true)
    }

    /// [Runs what is due](Self::run_due) by itself, on a thread of its own, for as long as the answer is kept and the kit is
    /// open: at once, then when something is due, and at least every `at_most` (of 10 milliseconds or more), since another process may
    /// make something due earlier. `tell` is called after each run.
    ///
    /// It does not keep the kit open. Ending it does not interrupt a delivery that is going on, and no other is begun after it.
    /// While the kit is suspended nothing is done, and nothing told. After a fault of the store it goes on
    /// `at_most` later. The host's sources and deliveries are called on this thread.
    ///
    /// # Errors
    /// `Invalid` for an interval that is too long.
    ///
    /// # Cost
    /// Starts a thread, and costs what [`run_due`](Self::run_due) does each time.
    ///
    /// `at_most` is up to 86,400 seconds, a day: `Invalid` with `out_of_range` beyond.
    pub fn run_due_in_background(
        &self,
        at_most: Duration,
        tell: impl FnMut(Result<DueReport, Error>) + Send + 'static,
    ) -> Result<DueRuns, Error> {
        is_not_too_long("at_most", at_most)?;
        Ok(DueRuns::begin(&self.engine, at_most, tell))
    }

    /// Continues every delivery that is unfinished and that no process is working on, and tries again those that failed, once
    /// their instant has come: the part of [`run_due`](Self::run_due) that sends.
    ///
    /// # Errors
    /// A fault of the store. A failed delivery is not an error: its case is then among the cases with errors.
    ///
    /// # Cost
    /// Reads the ids of all due deliveries by an index and holds them. Then each costs what [`Desk::release`] does,
    /// one after another.
    pub fn resume_deliveries(&self) -> Result<Resumed, Error> {
        self.engine.resume_deliveries()
    }

    /// Destroys snapshots and packages whose retention time is over, and returns how many: the part of
    /// [`run_due`](Self::run_due) that destroys.
    ///
    /// # Errors
    /// A fault of the store.
    ///
    /// # Cost
    /// Reads the ids of all cases whose time is over by an index and holds them; writes a transaction for each, which
    /// grows with what is destroyed, and one for every 100 blobs that no commit kept.
    pub fn purge_expired(&self) -> Result<u64, Error> {
        self.engine.purge_expired()
    }

    /// Checks the whole file for damage; `Ok` means that it is sound. It reads everything, so it takes a while. The report
    /// says what was compared, and whether destroyed bytes may still be in the log.
    ///
    /// Each state and note is compared with the fold of its events, everything by which they are found with what it is
    /// derived from, and the bytes of each snapshot and package with their digests. What nobody can find who has only
    /// the file is for [`Desk::verify`] with a head that was kept elsewhere.
    ///
    /// # Errors
    /// `Corrupt`, whose message says whether [`repair_derived`](Self::repair_derived) helps or only a backup; or a
    /// fault of the store.
    ///
    /// # Cost
    /// Reads the whole file, and folds every event: it grows with it, and takes two to three times as long as `verify`. About
    /// 10,000 rows are checked at a time; whole tables are compared in one read transaction, during which the log grows
    /// with what others write. Holds the state of one case with its notes, and the id of each snapshot and
    /// package. The indexes of the search are checked by the writer: others wait to write meanwhile.
    pub fn check(&self) -> Result<CheckReport, Error> {
        self.engine.check()
    }

    /// Checks the whole file like [`check`](Self::check), and tells how far it has come. `tell` is called after each part of
    /// about 10,000 rows, and ends the check with `Break`: it then answers `Cancelled`, and shows nothing.
    ///
    /// # Errors
    /// As for [`check`](Self::check).
    ///
    /// # Cost
    /// As [`check`](Self::check). `tell` is called outside of every transaction.
    pub fn check_with(
        &self,
        mut tell: impl FnMut(CheckProgress) -> ControlFlow<()>,
    ) -> Result<CheckReport, Error> {
        self.engine.check_with(&mut tell)
    }

    /// The health of the kit: the last fault, the size of the log, the oldest read, work that is due, the last
    /// checkpoint, and what protects the file on this system. Cheap enough to be polled; [`check`](Self::check) is what
    /// scans the file.
    ///
    /// # Errors
    /// A fault of the store.
    ///
    /// # Cost
    /// Reads sizes and a few rows, and counts what is due by an index: the same at a thousand cases and at a million.
    ///
    /// Up to 10,000 due tasks of a kind are counted: if there are more, the number is 10,000.
    pub fn health(&self) -> Result<Health, Error> {
        self.engine.health()
    }

    /// Gives unused space in the file back to the system, as after [`purge_expired`](Self::purge_expired), in steps
    /// between which others can write; returns by how many bytes the file shrank.
    ///
    /// # Errors
    /// A fault of the store; what was given back before it stays given back.
    ///
    /// # Cost
    /// Merges the indexes of the search, and moves pages in transactions of up to 4 MiB, between which others can
    /// write: it grows with the unused space.
    pub fn compact(&self) -> Result<u64, Error> {
        self.engine.compact()
    }

    /// Rebuilds what is derived from the rest for search and lists: indexes, counts, names in use, columns. Returns how
    /// many things were wrong. Cases, customers, notes, events and files are not changed. It reads everything, and
    /// nobody can write meanwhile.
    ///
    /// # Errors
    /// `Corrupt` if the data to rebuild from is damaged itself: nothing was changed, and only a backup helps. Or a
    /// fault of the store.
    ///
    /// # Cost
    /// Reads the whole file in one transaction, for which everybody else waits to write; folds every
    /// event, and holds one case with its notes, every definition, and an entry for each name and reference.
    pub fn repair_derived(&self) -> Result<u64, Error> {
        Ok(self.engine.store().repair_derived()?)
    }

    /// Copies the file, as of one moment, to `path` while others read and write. See
    /// [`backup_with`](Self::backup_with).
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let folder = tempfile::tempdir()?;
    /// # std::env::set_current_dir(&folder)?;
    /// use casekit::CaseKit;
    ///
    /// let kit = CaseKit::open("cases.db")?;
    /// kit.backup_to("cases-2026-11-25.db")?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As for [`backup_with`](Self::backup_with).
    ///
    /// # Cost
    /// As [`backup_with`](Self::backup_with).
    pub fn backup_to(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        self.backup_with(path, |_| ControlFlow::Continue(()))
    }

    /// Copies the file, as of one moment, to `path` while others read and write. `tell` is called with the progress
    /// after every mebibyte and while the copy is checked; it can end the backup with `Break`. It must not suspend or
    /// close the kit.
    ///
    /// Nothing may exist at the path. The copy appears there whole or not at all: it is made beside the path, readable
    /// by its owner alone (0600), synced, checked page by page, and then moved there without replacing anything. It is
    /// a file like the original, with every customer's data in it. The ledger does not record it: a backup is the
    /// host's action, as copying a closed file would be. Until the copy is done, the write-ahead log grows with
    /// everything that is written. To continue with a copy, see [`OpenOptions::restored`].
    ///
    /// # Errors
    /// `Exists` if something is at the path, `Cancelled` after `Break`, `Interrupted` after [`suspend`](Self::suspend),
    /// `Corrupt` if the file is damaged, `Unsupported` from a kit in memory; otherwise as the system reports. After an
    /// error nothing of the copy is left.
    ///
    /// # Cost
    /// Reads the whole file, writes as much beside the path, and reads the copy once more. One read transaction lasts
    /// until it is copied, so the log grows with what others write; nobody waits for it.
    pub fn backup_with(
        &self,
        path: impl AsRef<Path>,
        mut tell: impl FnMut(BackupProgress) -> ControlFlow<()>,
    ) -> Result<(), Error> {
        Ok(self.engine.store().backup_to(path.as_ref(), &mut tell)?)
    }

    /// Releases the file, for a phone that suspends the application: waits for running calls for at most `wait`,
    /// interrupts reads, and closes every handle. Calls answer `Suspended` until [`resume`](Self::resume).
    ///
    /// # Errors
    /// A fault of the store.
    ///
    /// # Cost
    /// Waits for running calls, for at most `wait`; those that still run are interrupted then.
    ///
    /// `wait` is up to 86,400 seconds, a day: `Invalid` with `out_of_range` beyond.
    pub fn suspend(&self, wait: Duration) -> Result<(), Error> {
        is_not_too_long("wait", wait)?;
        Ok(self.engine.store().suspend(wait)?)
    }

    /// Opens the file again after [`suspend`](Self::suspend).
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    ///
    /// # Cost
    /// As [`open`](Self::open).
    pub fn resume(&self) -> Result<(), Error> {
        Ok(self.engine.store().resume()?)
    }

    /// Releases the file for good; later calls answer `Closed`. Dropping the last clone does the same.
    ///
    /// # Errors
    /// A fault of the store.
    ///
    /// # Cost
    /// Waits for running calls, for up to five seconds; those that still run are interrupted then.
    pub fn close(&self) -> Result<(), Error> {
        self.engine.close()
    }
}

impl OpenOptions {
    /// Opens the file at `path`, or creates it if there is none. `:memory:` is not a file: it opens a kit in memory, as
    /// [`CaseKit::in_memory`] does. (A file with that name is `./:memory:`.)
    ///
    /// # Errors
    /// See [`CaseKit::open`].
    ///
    /// # Cost
    /// As [`CaseKit::open`].
    pub fn open(self, path: impl AsRef<Path>) -> Result<CaseKit, Error> {
        self.on_file(path.as_ref()).map(CaseKit::of)
    }

    /// Opens a kit on a store that the caller provides.
    ///
    /// # Errors
    /// A fault of the store.
    ///
    /// # Cost
    /// As the store: core reads the definitions once, and writes them to an empty store.
    pub fn with_store(self, store: Arc<dyn Store>) -> Result<CaseKit, Error> {
        self.on_store(store).map(CaseKit::of)
    }
}
