//! One open file.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use casekit_core::Language;
use casekit_core::authorizer::Authorizer;
use casekit_core::memory::MemoryStore;
use casekit_core::model::Actor;
use casekit_core::release::{DataSource, Delivery, PackageBuilder, Secrets};
use casekit_core::store::{BackupProgress, Store, StoreError, StoreErrorKind};
use casekit_core::{Desk, Engine, Env, Error, Health, Observer, Restored, Resumed, Services, Subscription};
use casekit_sqlite::{Access, Creation, Durability, Network, SqliteOptions, SqliteStore, Trust};

use crate::adapters::HostAdapters;
use crate::env::SystemEnv;

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

/// How a kit is opened; [`CaseKit::open`] takes the defaults.
///
/// ```no_run
/// use casekit::{OpenOptions, Durability};
///
/// # fn main() -> Result<(), casekit::Error> {
/// let kit = OpenOptions::new().durability(Durability::Normal).untrusted().open("from-a-mail.db")?;
/// # Ok(())
/// # }
/// ```
#[derive(Default)]
pub struct OpenOptions {
    sqlite: SqliteOptions,
    authorizer: Option<Box<dyn Authorizer>>,
    env: Option<Box<dyn Env>>,
    services: Services,
    adapters: HostAdapters,
    restored: Option<Restored>,
}

impl OpenOptions {
    /// The defaults: every commit has reached the disk when its call returns.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// When a commit counts as written.
    #[must_use]
    pub fn durability(mut self, durability: Durability) -> Self {
        self.sqlite.durability = durability;
        self
    }

    /// How long to wait for a writer of another process before saying `Busy`; five seconds unless set.
    #[must_use]
    pub fn busy_timeout(mut self, timeout: Duration) -> Self {
        self.sqlite.busy_timeout = timeout;
        self
    }

    /// Checks every page of the file before it is used, for a file that comes from elsewhere.
    #[must_use]
    pub fn untrusted(mut self) -> Self {
        self.sqlite.trust = Trust::Untrusted;
        self
    }

    /// Only reads the file: whatever would write answers `ReadOnly`, the recording of an export too. Nothing is created.
    /// See [`Access::ReadOnly`](crate::Access).
    #[must_use]
    pub fn read_only(mut self) -> Self {
        self.sqlite.access = Access::ReadOnly;
        self
    }

    /// Whether a missing file is created; it is, unless this says `false`. Then opening answers `Missing`, so that a
    /// mistyped path does not become an empty file.
    #[must_use]
    pub fn create(mut self, create: bool) -> Self {
        self.sqlite.creation = if create { Creation::IfMissing } else { Creation::Never };
        self
    }

    /// Opens the file also where it lies on a network file system (NFS, SMB, 9p, FUSE and their like), which is refused
    /// otherwise: their locks and syncs may not do what they promise. The host answers for it that one machine alone
    /// uses the file. See [`Network`].
    #[must_use]
    pub fn allow_network_file_system(mut self) -> Self {
        self.sqlite.network = Network::Allowed;
        self
    }

    /// Goes on with a file that was restored from a backup, or copied back in any way. Say it once, before anybody else
    /// opens the file, and again should that opening be cut off.
    ///
    /// What happened after the backup was made is in no file. So opening leaves an event in the ledger; case numbers go
    /// on from [`Restored::number_floor`]; and every answer that was under way waits among the cases with errors, under
    /// the code `restored`, for a person who finds out whether it arrived: [`CaseKit::resume_deliveries`] leaves it
    /// alone. A missing file is not created.
    #[must_use]
    pub fn restored(mut self, restored: Restored) -> Self {
        self.restored = Some(restored);
        self.create(false)
    }

    /// Lets the host narrow who sees and does what.
    #[must_use]
    pub fn authorizer(mut self, authorizer: impl Authorizer + 'static) -> Self {
        self.authorizer = Some(Box::new(authorizer));
        self
    }

    /// Replaces the system's clock and random source, for tests.
    #[must_use]
    pub fn env(mut self, env: impl Env + 'static) -> Self {
        self.env = Some(Box::new(env));
        self
    }

    /// In which language people read what the kit tells: status, history, reasons, papers, packages; English unless this
    /// says otherwise. Case types, stages and workflows that ship are found by their word in it, too.
    /// [`Desk::in_language`] chooses for one desk.
    ///
    /// ```
    /// use casekit::{Actor, Language, NewCase, OpenOptions, Role};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let folder = tempfile::tempdir()?;
    /// # let path = folder.path().join("cases.db");
    /// let kit = OpenOptions::new().language(Language::shipped("de")?).open(path)?;
    /// let desk = kit.desk(Actor::new("amara", "Amara Okafor").with_role(Role::Agent));
    /// let case = desk.raise_case(NewCase::new("Fehlermeldung", "Anmeldung geht nicht"))?;
    /// assert_eq!(desk.case(case.id)?.stage, "Offen");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn language(mut self, language: Arc<Language>) -> Self {
        self.services.language = Some(language);
        self
    }

    /// Brings a source of the host's own.
    #[must_use]
    pub fn source(mut self, name: impl Into<String>, source: impl DataSource + 'static) -> Self {
        self.services.sources.push((name.into(), Arc::new(source)));
        self
    }

    /// Allows settings to name files and folders in this folder: sources, and where answers go.
    /// See [`HostAdapters::allow_folder`].
    #[must_use]
    pub fn allow_folder(mut self, path: impl Into<PathBuf>) -> Self {
        self.adapters = self.adapters.allow_folder(path);
        self
    }

    /// Allows settings to name this web server. See [`HostAdapters::allow_host`].
    #[must_use]
    pub fn allow_host(mut self, host: impl Into<String>) -> Self {
        self.adapters = self.adapters.allow_host(host);
        self
    }

    /// Brings a delivery of the host's own, which settings can name.
    #[must_use]
    pub fn delivery(mut self, name: impl Into<String>, delivery: impl Delivery + 'static) -> Self {
        self.adapters = self.adapters.with_delivery(name, delivery);
        self
    }

    /// Keeps the secrets that settings name.
    #[must_use]
    pub fn secrets(mut self, secrets: impl Secrets + 'static) -> Self {
        self.adapters = self.adapters.with_secrets(secrets);
        self
    }

    /// Says how web servers are spoken to.
    #[cfg(feature = "http")]
    #[must_use]
    pub fn http_options(mut self, options: crate::adapters::HttpOptions) -> Self {
        self.adapters = self.adapters.with_http_options(options);
        self
    }

    /// Builds packages otherwise: with fonts of the host's, or in another format.
    #[must_use]
    pub fn package_builder(mut self, builder: impl PackageBuilder + 'static) -> Self {
        self.services.builder = Some(Box::new(builder));
        self
    }

    /// Opens the file at `path`, or creates it if there is none. `:memory:` is no file: it lives in memory, as
    /// [`CaseKit::in_memory`] does (a file of that name is `./:memory:`).
    ///
    /// # Errors
    /// See [`CaseKit::open`].
    pub fn open(self, path: impl AsRef<Path>) -> Result<CaseKit, Error> {
        if path.as_ref() == Path::new(":memory:") {
            return self.with_store(Arc::new(MemoryStore::new()));
        }
        if self.restored.is_some() {
            has_no_log(path.as_ref())?;
        }
        let store = SqliteStore::open(path.as_ref(), &self.sqlite)?;
        self.with_store(Arc::new(store))
    }

    /// Opens a kit on a store of one's own.
    ///
    /// # Errors
    /// A fault of the store.
    pub fn with_store(mut self, store: Arc<dyn Store>) -> Result<CaseKit, Error> {
        self.services.adapters = Some(Box::new(self.adapters));
        self.services.builder = self.services.builder.or_else(usual_builder);
        let env = self.env.unwrap_or_else(|| Box::new(SystemEnv));
        let engine = match self.restored {
            Some(restored) => Engine::restored(store, env, self.authorizer, self.services, restored),
            None => Engine::new(store, env, self.authorizer, self.services),
        };
        Ok(CaseKit { engine: engine? })
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
    pub fn observe(&self, observer: Arc<dyn Observer>) -> Subscription {
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
    pub fn tidy(&self) -> Result<u64, Error> {
        self.engine.tidy()
    }

    /// Looks the whole file over for damage; ok means sound. It reads everything.
    ///
    /// # Errors
    /// `Corrupt`, whose message says whether [`repair_derived`](Self::repair_derived) mends it or only a backup does; or
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

    /// Gives back the space in the file that holds nothing, as after [`tidy`](Self::tidy), in steps between which others
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

#[cfg(all(feature = "package", feature = "fonts"))]
fn usual_builder() -> Option<Box<dyn PackageBuilder>> {
    Some(Box::new(casekit_export::package::ZipPackage::bundled()))
}

#[cfg(not(all(feature = "package", feature = "fonts")))]
fn usual_builder() -> Option<Box<dyn PackageBuilder>> {
    None
}

/// A backup has no log. One that stands beside it belongs to the file that was there before, and SQLite would write its
/// pages over those of the backup.
fn has_no_log(path: &Path) -> Result<(), StoreError> {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    if std::fs::symlink_metadata(log).is_ok_and(|log| log.len() > 0) {
        let message = "a log (`-wal`) stands beside the file that was restored: remove it and the `-shm` if they are of the \
                       file that was there before; if restoring was cut off, open the file once without `restored`";
        return Err(StoreError::new(StoreErrorKind::Exists, message));
    }
    Ok(())
}
