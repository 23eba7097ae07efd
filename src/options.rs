//! Options for opening a file.

use std::fmt;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use casekit_core::authorizer::Authorizer;
use casekit_core::memory::MemoryStore;
use casekit_core::model::{CsvForm, limits};
use casekit_core::rejection::{FieldRule, Rejection};
use casekit_core::release::{Adapters as _, DataSource, Delivery, PackageBuilder, Secrets};
use casekit_core::store::{Store, StoreError, StoreErrorKind};
use casekit_core::{Engine, Env, Error, Language, Restored, Services, Zone};
use casekit_sqlite::{
    Access, Creation, Durability, Network, SearchProgress, Sharing, SqliteOptions, SqliteStore, Trust,
};

use crate::adapters::HostAdapters;
use crate::env::SystemEnv;

/// Options for opening a kit; [`CaseKit::open`](crate::CaseKit::open) uses the defaults.
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
    pub(crate) sqlite: SqliteOptions,
    authorizer: Option<Box<dyn Authorizer>>,
    env: Option<Box<dyn Env>>,
    services: Services,
    pub(crate) adapters: HostAdapters,
    package_csv: CsvForm,
    time_zone: Option<Zone>,
    #[cfg(feature = "pdf")]
    package_size: casekit_export::pdf::PaperSize,
    restored: Option<Restored>,
    search_progress: Option<TellSearch>,
    #[cfg(feature = "postgres")]
    pub(crate) postgres: casekit_postgres::PostgresOptions,
    #[cfg(feature = "postgres")]
    pub(crate) password_secret: Option<String>,
}

/// Is told how far the search was made anew, and says whether to go on.
type TellSearch = Box<dyn FnMut(SearchProgress) -> ControlFlow<()> + Send>;

impl fmt::Debug for OpenOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenOptions").field("sqlite", &self.sqlite).finish_non_exhaustive()
    }
}

impl OpenOptions {
    /// The defaults; among them, every commit is on the disk when its call returns.
    ///
    /// # Cost
    /// Reads and writes nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets when a commit counts as written.
    ///
    /// # Cost
    /// With [`Durability::Full`] every commit waits until it is on the disk, which takes most of its time. Commits of
    /// callers that write at the same time share that wait. With [`Durability::Normal`] none waits.
    #[must_use]
    pub fn durability(mut self, durability: Durability) -> Self {
        self.sqlite.durability = durability;
        self
    }

    /// Sets how long to wait for a writer in another process before answering `Busy`; five seconds by default.
    ///
    /// # Cost
    /// Reads and writes nothing: it bounds how long a command waits for a writer in another process.
    ///
    /// It is up to 86,400 seconds, a day: opening answers `Invalid` with `out_of_range` beyond.
    #[must_use]
    pub fn busy_timeout(mut self, timeout: Duration) -> Self {
        self.sqlite.busy_timeout = timeout;
        self
    }

    /// Checks every page of the file before it is used. For a file that comes from somebody else.
    ///
    /// # Cost
    /// Opening then reads every page: it grows with the file.
    #[must_use]
    pub fn untrusted(mut self) -> Self {
        self.sqlite.trust = Trust::Untrusted;
        self
    }

    /// Only reads the file: every call that would write answers `ReadOnly`, including an export, which would be
    /// recorded. Nothing is created.
    /// See [`Access::ReadOnly`](crate::Access).
    ///
    /// # Cost
    /// Reads and writes nothing: it sets an option.
    #[must_use]
    pub fn read_only(mut self) -> Self {
        self.sqlite.access = Access::ReadOnly;
        self
    }

    /// Sets whether a missing file is created; by default it is. With `false`, opening answers `Missing`, so that a
    /// mistyped path does not become an empty file.
    ///
    /// # Cost
    /// Reads and writes nothing: it sets an option.
    #[must_use]
    pub fn create(mut self, create: bool) -> Self {
        self.sqlite.creation = if create { Creation::IfMissing } else { Creation::Never };
        self
    }

    /// Allows the file to be on a network file system (NFS, SMB, 9p, FUSE and the like). By default that is refused:
    /// locks and syncs there may not do what they promise. The host must ensure that only one machine uses the file.
    /// See [`Network`].
    ///
    /// # Cost
    /// Reads and writes nothing: it sets an option.
    #[must_use]
    pub fn allow_network_file_system(mut self) -> Self {
        self.sqlite.network = Network::Allowed;
        self
    }

    /// Sets who may open the files that are created: the file of cases with its log, backups, and packages that are put
    /// into a folder. By default only the account under which the program runs. For exports, see
    /// [`ExportFile`](crate::reports::ExportFile).
    ///
    /// # Cost
    /// Reads and writes nothing: it sets an option.
    #[must_use]
    pub fn sharing(mut self, sharing: Sharing) -> Self {
        self.sqlite.sharing = sharing;
        self.adapters = self.adapters.with_sharing(sharing);
        self
    }

    /// Is told how far the search was made anew. That is done when a file is first opened to be written to after the
    /// application got a version of casekit with other text rules: it takes time in proportion to the file, and opening waits
    /// for it. `tell` is called after each step, and can end the opening with `Break`; what was made stays, also when the
    /// process is killed, and the next opening continues. It must not open the same file.
    ///
    /// A file that is opened only to be read is left as it is: searches and lists by text are refused as `ReadOnly` until
    /// somebody has opened it to write, and everything else is shown.
    ///
    /// # Cost
    /// Reads and writes nothing: it sets an option. Opening then reads every case, note and customer's name, in transactions of
    /// some hundred milliseconds; the first one empties the indexes of the search.
    #[must_use]
    pub fn search_progress(
        mut self,
        tell: impl FnMut(SearchProgress) -> ControlFlow<()> + Send + 'static,
    ) -> Self {
        self.search_progress = Some(Box::new(tell));
        self
    }

    /// Continues with a file that was restored from a backup, or copied back in any way. Use it once, before anybody
    /// else opens the file, and again if that opening is interrupted.
    ///
    /// The file does not know what happened after the backup was made. So opening records an event in the ledger; case
    /// numbers continue from [`Restored::number_floor`]; and every unfinished delivery is put among the cases with
    /// errors, under the code `restored`, until a person finds out whether it arrived.
    /// [`CaseKit::resume_deliveries`](crate::CaseKit::resume_deliveries) leaves it alone. A missing file is not created.
    ///
    /// # Cost
    /// Opening then reads every unfinished and every failing delivery by an index, and writes one transaction, and
    /// one for each that may have been sent.
    ///
    /// The number of the next case is 1 to 999,999,999,999: `Invalid` with `out_of_range` beyond.
    #[must_use]
    pub fn restored(mut self, restored: Restored) -> Self {
        self.restored = Some(restored);
        self.create(false)
    }

    /// Sets the host's authorizer, which can narrow what actors see and do, and never widen it.
    ///
    /// # Cost
    /// Every call asks it once for the scope, and once more for each single case that it opens, and waits for its
    /// answers. It is called outside of every lock and transaction.
    #[must_use]
    pub fn authorizer(mut self, authorizer: impl Authorizer + 'static) -> Self {
        self.authorizer = Some(Box::new(authorizer));
        self
    }

    /// Replaces the system's clock and random source, for tests.
    ///
    /// # Cost
    /// Reads and writes nothing: it sets an option.
    #[must_use]
    pub fn env(mut self, env: impl Env + 'static) -> Self {
        self.env = Some(Box::new(env));
        self
    }

    /// Sets the language of text for people: status, history, reasons, reports, packages; English by default. Shipped
    /// case types, stages and workflows can also be named by their labels in it.
    /// [`Desk::in_language`](crate::Desk::in_language) sets the language of one desk.
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
    ///
    /// # Cost
    /// Reads and writes nothing: it sets an option.
    #[must_use]
    pub fn language(mut self, language: Arc<Language>) -> Self {
        self.services.language = Some(language);
        self
    }

    /// Sets the time zone by whose clocks every text says when something was: texts of the history, values of fields, papers
    /// and packages, which say the zone. UTC unless this says otherwise. Instants in records are instants, and due dates keep the
    /// zone of their calendar.
    ///
    /// # Cost
    /// Reads and writes nothing: it sets an option.
    #[must_use]
    pub fn time_zone(mut self, zone: Zone) -> Self {
        self.time_zone = Some(zone);
        self
    }

    /// Adds a source of the host's own.
    ///
    /// # Cost
    /// It is asked once for each collection that names it. Its answer is held in memory; the call waits for it,
    /// without a limit of time.
    ///
    /// A name has 1 to 50 lower-case letters, digits, `_` or `-`, is not `casekit`, and belongs to one source: opening
    /// answers `Invalid` otherwise. What is collected has up to 1,000,000 cells and 256 MiB: beyond, the case fails with
    /// `snapshot_too_large`.
    #[must_use]
    pub fn source(mut self, name: impl Into<String>, source: impl DataSource + 'static) -> Self {
        self.services.sources.push((name.into(), Arc::new(source)));
        self
    }

    /// Allows settings to name files and folders in this folder, as sources and as destinations of answers.
    /// See [`HostAdapters::allow_folder`].
    ///
    /// # Cost
    /// Reads and writes nothing: it sets an option.
    #[must_use]
    pub fn allow_folder(mut self, path: impl Into<PathBuf>) -> Self {
        self.adapters = self.adapters.allow_folder(path);
        self
    }

    /// Allows settings to name this web server. See [`HostAdapters::allow_host`].
    ///
    /// # Cost
    /// Reads and writes nothing: it sets an option.
    #[must_use]
    pub fn allow_host(mut self, host: impl Into<String>) -> Self {
        self.adapters = self.adapters.allow_host(host);
        self
    }

    /// Adds a delivery of the host's own, which settings can name.
    ///
    /// # Cost
    /// It is called once for each attempt, with the whole package in memory; the call waits for it.
    ///
    /// A delivery has ten minutes: after that, another process may send the same package again, under the same key.
    #[must_use]
    pub fn delivery(mut self, name: impl Into<String>, delivery: impl Delivery + 'static) -> Self {
        self.adapters = self.adapters.with_delivery(name, delivery);
        self
    }

    /// Sets where the secrets that settings name are looked up.
    ///
    /// # Cost
    /// It is asked once for each attempt to send to a web server that has one.
    #[must_use]
    pub fn secrets(mut self, secrets: impl Secrets + 'static) -> Self {
        self.adapters = self.adapters.with_secrets(secrets);
        self
    }

    /// Sets the time-outs and certificates for web servers.
    ///
    /// # Cost
    /// Reads and writes nothing: it sets an option.
    #[cfg(feature = "http")]
    #[must_use]
    pub fn http_options(mut self, options: crate::adapters::HttpOptions) -> Self {
        self.adapters = self.adapters.with_http_options(options);
        self
    }

    /// Replaces the builder of packages, to use fonts of the host's or another format.
    ///
    /// # Cost
    /// It is called once for each package, with all of the data in memory.
    ///
    /// A package has up to 256 MiB: beyond, the case fails with `package_too_large`. Where casekit is built without the features
    /// `package` and `fonts` there is no builder unless one is given, and a kit that can send answers is not opened:
    /// `Invalid` with `missing`.
    #[must_use]
    pub fn package_builder(mut self, builder: impl PackageBuilder + 'static) -> Self {
        self.services.builder = Some(Box::new(builder));
        self
    }

    /// Sets how the tables of a package are written as CSV: for people, with commas and without a byte order mark, unless this
    /// says otherwise. For the builder that casekit brings; one of the host's own has its own way.
    ///
    /// # Cost
    /// Reads and writes nothing: it sets an option.
    #[must_use]
    pub fn package_csv(mut self, form: CsvForm) -> Self {
        self.package_csv = form;
        self
    }

    /// Sets the size of the letter of a package; A4 unless this says otherwise. For the builder that casekit brings; one of the
    /// host's own has its own way.
    ///
    /// # Cost
    /// Reads and writes nothing: it sets an option.
    #[cfg(feature = "pdf")]
    #[must_use]
    pub fn package_size(mut self, size: casekit_export::pdf::PaperSize) -> Self {
        self.package_size = size;
        self
    }

    /// Whether what the host gives is legal, so that no file is made for a mistyped name.
    pub(crate) fn check(&self) -> Result<(), Error> {
        is_not_too_long("busy_timeout", self.sqlite.busy_timeout)?;
        self.services.check()?;
        Ok(self.adapters.check()?)
    }

    /// The engine on a file.
    pub(crate) fn on_file(mut self, path: &Path) -> Result<Arc<Engine>, Error> {
        self.check()?;
        if path == Path::new(":memory:") {
            return self.on_store(Arc::new(MemoryStore::new()));
        }
        if self.restored.is_some() {
            has_no_log(path)?;
        }
        let store = match &mut self.search_progress {
            Some(tell) => SqliteStore::open_telling(path, &self.sqlite, tell)?,
            None => SqliteStore::open(path, &self.sqlite)?,
        };
        self.on_store(Arc::new(store))
    }

    /// The engine on a store.
    pub(crate) fn on_store(mut self, store: Arc<dyn Store>) -> Result<Arc<Engine>, Error> {
        self.check()?;
        if self.services.builder.is_none() {
            self.services.builder = self.usual_builder();
        }
        if self.services.builder.is_none() && self.sqlite.access == Access::ReadWrite {
            needs_no_builder(&self.adapters, store.as_ref())?;
        }
        if let Some(zone) = self.time_zone {
            let language = self.services.language.as_ref().unwrap_or_else(|| Language::english());
            self.services.language = Some(language.in_zone(zone));
        }
        self.services.adapters = Some(Box::new(self.adapters));
        let env = self.env.unwrap_or_else(|| Box::new(SystemEnv));
        match self.restored {
            Some(restored) => Engine::restored(store, env, self.authorizer, self.services, restored),
            None => Engine::new(store, env, self.authorizer, self.services),
        }
    }

    #[cfg(all(feature = "package", feature = "fonts"))]
    fn usual_builder(&self) -> Option<Box<dyn PackageBuilder>> {
        let builder = casekit_export::package::ZipPackage::bundled().with_csv(self.package_csv);
        Some(Box::new(builder.of_size(self.package_size)))
    }

    #[cfg(not(all(feature = "package", feature = "fonts")))]
    fn usual_builder(&self) -> Option<Box<dyn PackageBuilder>> {
        // Whoever sets how packages are made, and has no builder for them, brings one of their own.
        let _ = self.package_csv;
        #[cfg(feature = "pdf")]
        let _ = self.package_size;
        None
    }
}

/// Refuses to open a kit that could send answers, and could not make one: without a builder of packages every release would
/// fail, the first of them in front of whoever decided it. A kit that can send nothing needs none.
fn needs_no_builder(adapters: &HostAdapters, store: &dyn Store) -> Result<(), Error> {
    let catalog = store.catalog()?;
    let target = catalog.settings.as_ref().and_then(|settings| settings.webform.as_ref());
    let can_send =
        adapters.has_deliveries() || target.is_some_and(|target| adapters.delivery(target).is_ok());
    if !can_send {
        return Ok(());
    }
    let why = "no_package_builder".into();
    Err(Rejection::field("package_builder", FieldRule::Missing { why }).into())
}

/// Refuses a wait that nobody means, such as one of centuries that stands for "for ever".
pub(crate) fn is_not_too_long(field: &str, wait: Duration) -> Result<(), Rejection> {
    if wait <= Duration::from_secs(limits::WAIT) {
        return Ok(());
    }
    let most = i64::try_from(limits::WAIT).unwrap_or(i64::MAX);
    Err(Rejection::field(field, FieldRule::OutOfRange { least: 0, most }))
}

/// Refuses to open a restored file with a log beside it. A backup has no log, so the log belongs to the file that was
/// there before, and SQLite would write its pages over those of the backup.
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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use casekit_core::command::SettingsEdit;
    use casekit_core::model::{Actor, Role, WebformTarget};
    use casekit_core::release::{Delivered, Outgoing};

    use super::*;

    fn refusal(adapters: &HostAdapters, store: &dyn Store) -> Option<(String, &'static str)> {
        match needs_no_builder(adapters, store) {
            Ok(()) => None,
            Err(error) => error.fields().first().map(|field| (field.field.clone(), field.rule.code())),
        }
    }

    #[test]
    fn a_kit_that_can_send_answers_and_make_none_is_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(MemoryStore::new());
        let kit = OpenOptions::new().with_store(Arc::clone(&store) as Arc<dyn Store>).unwrap();
        let named = Some(("package_builder".to_owned(), "missing"));
        // Nothing is set up, so nothing can be sent.
        let reaches = HostAdapters::new().allow_folder(folder.path());
        assert_eq!(refusal(&HostAdapters::new(), store.as_ref()), None);
        assert_eq!(refusal(&reaches, store.as_ref()), None);
        // A delivery of the host's own is for nothing else.
        let brings = HostAdapters::new().with_delivery("portal", |_: &Outgoing| Ok(Delivered::default()));
        assert_eq!(refusal(&brings, store.as_ref()), named);
        // The file names a folder, and this host may write there, or may not.
        let path = folder.path().to_str().unwrap().to_owned();
        let ivo = kit.desk(Actor::new("ivo", "").with_role(Role::ItAdministrator));
        ivo.change_settings(SettingsEdit::new().webform(WebformTarget::Directory { path })).unwrap();
        assert_eq!(refusal(&reaches, store.as_ref()), named);
        assert_eq!(refusal(&HostAdapters::new(), store.as_ref()), None);
    }
}
