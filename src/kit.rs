//! One open file.

use std::fmt;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use casekit_core::memory::MemoryStore;
use casekit_core::model::Actor;
use casekit_core::store::{BackupProgress, Store};
use casekit_core::{Desk, Engine, Error, Health, Language, Observer, Resumed, Subscription};

use crate::options::OpenOptions;

/// One open file with cases in it. Clone it freely; all clones are the same kit.
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
    /// Opens the file at `path`, or creates it, with the shipped case types, stages and workflows. `:memory:` is no
    /// file: it lives in memory.
    ///
    /// # Errors
    /// `NotCasekit`, `TooNew` or `Corrupt` for a file that is there and cannot be used: it is left as it was.
    /// `Foreign` for one of ours in which another program made a table, view, index or trigger: it is sound, and the
    /// message names what is to be dropped. `Missing` if nothing is there and [`create`](OpenOptions::create) says no.
    /// `NetworkFileSystem` for one on a network file system, unless [that is allowed](OpenOptions::allow_network_file_system).
    /// `Forked` if the process that this one was forked from has it open. `Io`, `ReadOnly`, `Busy` or `Full` as the
    /// system says.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        OpenOptions::new().open(path)
    }

    /// A kit that lives in memory, for tests and trials; it is gone when the last clone is.
    ///
    /// # Errors
    /// None that a caller could cause.
    pub fn in_memory() -> Result<Self, Error> {
        OpenOptions::new().with_store(Arc::new(MemoryStore::new()))
    }

    pub(crate) fn of(engine: Arc<Engine>) -> Self {
        Self { engine }
    }

    /// The desk of an actor, for whom the host vouches.
    #[must_use]
    pub fn desk(&self, actor: Actor) -> Desk {
        self.engine.desk(actor)
    }

    /// The language in which desks speak that choose none of their own.
    #[must_use]
    pub fn language(&self) -> &Arc<Language> {
        self.engine.language()
    }

    /// Tells an observer after commits, until the subscription is dropped.
    pub fn observe(&self, observer: impl Observer + 'static) -> Subscription {
        self.engine.observe(observer)
    }

    /// Looks for changes that another process made, tells observers of them, and says whether there were any.
    ///
    /// # Errors
    /// A fault of the store.
    pub fn poll(&self) -> Result<bool, Error> {
        self.engine.poll()
    }

    /// Goes on with every answer that is under way and that nobody sends just now: call it when the application
    /// starts, and from time to time.
    ///
    /// # Errors
    /// A fault of the store. That a delivery failed is no error: the case is among the cases with errors.
    pub fn resume_deliveries(&self) -> Result<Resumed, Error> {
        self.engine.resume_deliveries()
    }

    /// Destroys snapshots and packages whose retention time is over; says how many. Call it from time to time.
    ///
    /// # Errors
    /// A fault of the store.
    pub fn purge_expired(&self) -> Result<u64, Error> {
        self.engine.purge_expired()
    }

    /// Looks the whole file over for damage; ok means sound. It reads everything.
    ///
    /// # Errors
    /// `Corrupt`, whose message says whether [`repair_derived`](Self::repair_derived) fixes it or only a backup does; or
    /// a fault on the way.
    pub fn check(&self) -> Result<(), Error> {
        Ok(self.engine.store().check()?)
    }

    /// How the kit is doing: the last fault, the size of the log, the oldest read, work that is due, the last checkpoint,
    /// and what keeps the file whole on this system. Told in a moment; [`check`](Self::check) looks the file over.
    ///
    /// # Errors
    /// A fault of the store.
    pub fn health(&self) -> Result<Health, Error> {
        self.engine.health()
    }

    /// Gives back the space in the file that holds nothing, as after [`purge_expired`](Self::purge_expired), in steps between which others
    /// write; says how many bytes the file has less.
    ///
    /// # Errors
    /// A fault of the store; what was given back until then is.
    pub fn compact(&self) -> Result<u64, Error> {
        self.engine.compact()
    }

    /// Makes anew what can be made from the rest, which is what the search and lists are found by: indexes, counts,
    /// names in use, columns. Says how many things were not as they should be. Cases, customers, notes, events and
    /// files stay as they are. It reads everything, and nobody writes meanwhile.
    ///
    /// # Errors
    /// `Corrupt` if what it would be made from is damaged itself: nothing was changed then, and only a backup helps. Or
    /// a fault on the way.
    pub fn repair_derived(&self) -> Result<u64, Error> {
        Ok(self.engine.store().repair_derived()?)
    }

    /// Copies the file to `path`, of one moment and while others read and write. As [`backup_with`](Self::backup_with).
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
    pub fn backup_to(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        self.backup_with(path, |_| ControlFlow::Continue(()))
    }

    /// Copies the file to `path`, of one moment and while others read and write; `tell` hears how far it has come,
    /// after every mebibyte and while the copy is checked, and ends it with `Break`. It must not suspend or close the kit.
    ///
    /// Nothing may be at the path. The copy comes there whole or not at all: made beside it for its owner alone (0600),
    /// synced, every page of it checked, and put there without replacing anything. It is a file like the original, with
    /// every customer's data in it; the ledger says nothing of it, for it is the host's doing, as copying a closed file
    /// would be. Until it is made, the write-ahead log grows with what is written meanwhile. To go on with a copy, see
    /// [`OpenOptions::restored`].
    ///
    /// # Errors
    /// `Exists` if something is at the path, `Cancelled` after `Break`, `Interrupted` after [`suspend`](Self::suspend),
    /// `Corrupt` if the file is damaged, `Unsupported` from a kit in memory; otherwise as the system says. After an
    /// error nothing of it is left.
    pub fn backup_with(
        &self,
        path: impl AsRef<Path>,
        mut tell: impl FnMut(BackupProgress) -> ControlFlow<()>,
    ) -> Result<(), Error> {
        Ok(self.engine.store().backup_to(path.as_ref(), &mut tell)?)
    }

    /// Lets go of the file, for a phone that puts the application to sleep: waits for calls under way for at most
    /// `wait`, interrupts reads, and closes every handle. Calls answer `Suspended` until [`resume`](Self::resume).
    ///
    /// # Errors
    /// A fault of the store.
    pub fn suspend(&self, wait: Duration) -> Result<(), Error> {
        Ok(self.engine.store().suspend(wait)?)
    }

    /// Opens the file again after [`suspend`](Self::suspend).
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    pub fn resume(&self) -> Result<(), Error> {
        Ok(self.engine.store().resume()?)
    }

    /// Lets go of the file for good; calls answer `Closed`. Dropping the last clone does the same.
    ///
    /// # Errors
    /// A fault of the store.
    pub fn close(&self) -> Result<(), Error> {
        self.engine.close()
    }
}

impl OpenOptions {
    /// Opens the file at `path`, or creates it if there is none. `:memory:` is no file: it lives in memory, as
    /// [`CaseKit::in_memory`] does (a file of that name is `./:memory:`).
    ///
    /// # Errors
    /// See [`CaseKit::open`].
    pub fn open(self, path: impl AsRef<Path>) -> Result<CaseKit, Error> {
        self.on_file(path.as_ref()).map(CaseKit::of)
    }

    /// Opens a kit on a store of one's own.
    ///
    /// # Errors
    /// A fault of the store.
    pub fn with_store(self, store: Arc<dyn Store>) -> Result<CaseKit, Error> {
        self.on_store(store).map(CaseKit::of)
    }
}
