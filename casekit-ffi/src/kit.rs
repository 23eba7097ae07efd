//! One open file.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use casekit::{Actor, Durability, Health, OpenOptions, Restored, Resumed};

use crate::callback::{
    Authorizer, BackupListener, Clock, DataSource, Delivery, FontProvider, Host, Observer, SecretProvider,
};
use crate::desk::Desk;
use crate::error::{CasekitError, Told};
use crate::fonts::HostFonts;
use crate::guard::guard;
use crate::language::Language;

/// How a kit is opened; nothing needs to be given.
#[derive(uniffi::Record)]
pub struct Options {
    /// When a commit counts as written: when the disk has it, unless said otherwise.
    #[uniffi(default = None)]
    pub durability: Option<Durability>,
    /// How long to wait for a writer of another process before saying `busy`: five seconds unless given.
    #[uniffi(default = None)]
    pub busy_timeout: Option<Duration>,
    /// Whether every page of the file is checked before it is used, for a file that comes from elsewhere.
    #[uniffi(default = false)]
    pub untrusted: bool,
    /// Whether the file is only read: whatever would write answers `read_only`, and nothing is created.
    #[uniffi(default = false)]
    pub read_only: bool,
    /// Whether a missing file is created; otherwise opening answers `missing`.
    #[uniffi(default = true)]
    pub create: bool,
    /// That the file was restored from a backup, or copied back in any way. Say it once, before anybody else opens the
    /// file, and again should that opening be cut off; a missing file is not created then.
    #[uniffi(default = None)]
    pub restored: Option<Restored>,
    /// Whether the file may lie on a network file system (NFS, SMB, 9p, FUSE and their like), whose locks and syncs may
    /// not do what they promise: only if one machine alone uses it. Otherwise it is refused there.
    #[uniffi(default = false)]
    pub allow_network_file_system: bool,
    /// In which language people read what the kit tells; English unless given.
    #[uniffi(default = None)]
    pub language: Option<Arc<Language>>,
    /// Folders in which settings may name files and folders: sources, and where answers go.
    #[uniffi(default = [])]
    pub allow_folders: Vec<String>,
    /// Web servers that settings may name: `forms.example.org`, by HTTPS.
    #[uniffi(default = [])]
    pub allow_hosts: Vec<String>,
    /// Sources of the application's own, by name.
    #[uniffi(default)]
    pub sources: HashMap<String, Arc<dyn DataSource>>,
    /// Deliveries of the application's own, by the name that the setting `webform` gives.
    #[uniffi(default)]
    pub deliveries: HashMap<String, Arc<dyn Delivery>>,
    /// Narrows who sees and does what.
    #[uniffi(default = None)]
    pub authorizer: Option<Arc<dyn Authorizer>>,
    /// Keeps the secrets that settings name.
    #[uniffi(default = None)]
    pub secrets: Option<Arc<dyn SecretProvider>>,
    /// Brings fonts for PDFs.
    #[uniffi(default = None)]
    pub fonts: Option<Arc<dyn FontProvider>>,
    /// Tells the time instead of the system, for tests.
    #[uniffi(default = None)]
    pub clock: Option<Arc<dyn Clock>>,
}

impl Default for Options {
    /// As hosts get it who give nothing.
    fn default() -> Self {
        Self {
            durability: None,
            busy_timeout: None,
            untrusted: false,
            read_only: false,
            create: true,
            restored: None,
            allow_network_file_system: false,
            language: None,
            allow_folders: Vec::new(),
            allow_hosts: Vec::new(),
            sources: HashMap::new(),
            deliveries: HashMap::new(),
            authorizer: None,
            secrets: None,
            fonts: None,
            clock: None,
        }
    }
}

/// One open file with cases in it, as each host's `CaseKit` holds it. It can be used from many threads, and many
/// processes may open the same file.
#[derive(uniffi::Object)]
pub struct KitHandle {
    kit: casekit::CaseKit,
    fonts: Arc<HostFonts>,
}

impl KitHandle {
    /// [`guard`], with errors told in the kit's language.
    fn guard<T, E: Told>(&self, call: impl FnOnce() -> Result<T, E>) -> Result<T, CasekitError> {
        guard(|| call().map_err(|error| error.told(self.kit.language())))
    }
}

#[uniffi::export]
impl KitHandle {
    /// Opens a file, or creates it with the shipped case types, stages and workflows.
    ///
    /// # Arguments
    ///
    /// - `path`: where the file is; `:memory:` is no file: it lives in memory.
    /// - `options`: how it is opened.
    ///
    /// # Errors
    ///
    /// - `Store`: with `not_casekit`, `too_new` or `corrupt` if a file is there and cannot be used: it is left as it
    ///   was; `foreign` if another program made a table, view, index or trigger in it; `missing` if nothing is there
    ///   and nothing is to be created; `network_file_system` if it lies on one and the options do not allow it;
    ///   `forked` if the process that this one was forked from has it open; `io`, `read_only`, `busy` or `full` as the
    ///   system says.
    #[uniffi::constructor(default(options = None))]
    pub fn open(path: String, options: Option<Options>) -> Result<Arc<Self>, CasekitError> {
        guard(|| {
            let (options, fonts) = with(options.unwrap_or_default());
            Ok::<_, CasekitError>(Arc::new(Self { kit: options.open(path)?, fonts }))
        })
    }

    /// A kit that lives in memory, for tests and trials; it is gone when it is closed.
    #[uniffi::constructor(default(options = None))]
    pub fn in_memory(options: Option<Options>) -> Result<Arc<Self>, CasekitError> {
        guard(|| {
            let (options, fonts) = with(options.unwrap_or_default());
            let store = Arc::new(casekit::casekit_core::memory::MemoryStore::new());
            Ok::<_, CasekitError>(Arc::new(Self { kit: options.with_store(store)?, fonts }))
        })
    }

    /// The desk of an actor, for whom the application vouches: every command and every read goes through one.
    pub fn desk(&self, actor: Actor) -> Arc<Desk> {
        Arc::new(Desk::new(self.kit.desk(actor), Arc::clone(&self.fonts)))
    }

    /// The language in which desks speak that choose none of their own.
    pub fn language(&self) -> Arc<Language> {
        Language::new(self.kit.language())
    }

    /// Tells an observer after commits, until the subscription is ended or let go.
    pub fn observe(&self, observer: Arc<dyn Observer>) -> Arc<Subscription> {
        let subscription = self.kit.observe(Host(observer));
        Arc::new(Subscription { inner: Mutex::new(Some(subscription)) })
    }

    /// Looks for changes that another process made, and tells observers of them.
    ///
    /// # Returns
    ///
    /// Whether there were any.
    pub fn poll(&self) -> Result<bool, CasekitError> {
        self.guard(|| self.kit.poll())
    }

    /// Goes on with every answer that is under way and that nobody sends just now: call it when the application
    /// starts, and from time to time. A delivery that failed is no error: the case is among the cases with errors.
    pub fn resume_deliveries(&self) -> Result<Resumed, CasekitError> {
        self.guard(|| self.kit.resume_deliveries())
    }

    /// Destroys snapshots and packages whose retention time is over. Call it from time to time.
    ///
    /// # Returns
    ///
    /// How many were destroyed.
    pub fn purge_expired(&self) -> Result<u64, CasekitError> {
        self.guard(|| self.kit.purge_expired())
    }

    /// Looks the whole file over for damage; it reads everything.
    ///
    /// # Errors
    ///
    /// - `Corrupt`: if there is any; the message says whether [`repair_derived`](Self::repair_derived) repairs it or
    ///   only a backup does.
    pub fn check(&self) -> Result<(), CasekitError> {
        self.guard(|| self.kit.check())
    }

    /// How the kit is doing: the last fault, the size of the log, the oldest read, work that is due, the last checkpoint,
    /// and what keeps the file whole on this system. Told in a moment; `check` looks the file over.
    pub fn health(&self) -> Result<Health, CasekitError> {
        self.guard(|| self.kit.health())
    }

    /// Gives back the space in the file that holds nothing, as after [`purge_expired`](Self::purge_expired), in
    /// steps between which others write.
    ///
    /// # Returns
    ///
    /// How many bytes the file has less.
    pub fn compact(&self) -> Result<u64, CasekitError> {
        self.guard(|| self.kit.compact())
    }

    /// Makes anew what the search and lists are found by: indexes, counts, names in use, columns. Cases, customers,
    /// notes, events and files stay as they are.
    ///
    /// # Returns
    ///
    /// How many things were not as they should be.
    ///
    /// # Errors
    ///
    /// - `Corrupt`: if cases, customers, notes, events or files are damaged themselves; nothing was changed.
    pub fn repair_derived(&self) -> Result<u64, CasekitError> {
        self.guard(|| self.kit.repair_derived())
    }

    /// Copies the file, of one moment and while others read and write.
    ///
    /// Nothing may be at the path. The copy comes there whole or not at all: made beside it for its owner alone,
    /// synced, every page of it checked, and put there without replacing anything. It is a file like the original, with
    /// every customer's data in it, and the ledger says nothing of it. To go on with a copy, see `Options.restored`.
    ///
    /// # Arguments
    ///
    /// - `path`: where the copy comes.
    /// - `listener`: is told how far it has come, and says whether to go on.
    ///
    /// # Errors
    ///
    /// - `Store`: with `exists` if something is at the path, `cancelled` if the listener does not go on, `interrupted`
    ///   after `suspend`, `corrupt` if the file is damaged, `unsupported` from a kit in memory; otherwise as the system
    ///   says. Nothing of the copy is left.
    /// - `Callback`: if the listener failed.
    #[uniffi::method(default(listener = None))]
    pub fn backup_to(
        &self,
        path: String,
        listener: Option<Arc<dyn BackupListener>>,
    ) -> Result<(), CasekitError> {
        let mut failed = false;
        let made = self.guard(|| {
            self.kit.backup_with(path, |progress| {
                let answer = listener.as_ref().map_or(Ok(true), |listener| listener.progress(progress));
                failed = answer.is_err();
                if answer == Ok(true) { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            })
        });
        if failed { Err(CasekitError::callback("backup listener")) } else { made }
    }

    /// Lets go of the file, for a phone that puts the application to sleep: waits for calls under way, interrupts
    /// reads, and closes every handle. Calls fail with `suspended` until [`resume`](Self::resume).
    ///
    /// # Arguments
    ///
    /// - `wait`: how long at most to wait for calls under way.
    pub fn suspend(&self, wait: Duration) -> Result<(), CasekitError> {
        self.guard(|| self.kit.suspend(wait))
    }

    /// Opens the file again after `suspend`.
    pub fn resume(&self) -> Result<(), CasekitError> {
        self.guard(|| self.kit.resume())
    }

    /// Lets go of the file for good; calls fail with `closed`. Closing again does nothing.
    pub fn close_kit(&self) -> Result<(), CasekitError> {
        self.guard(|| self.kit.close())
    }
}

/// Keeps an observer subscribed for as long as it lives.
#[derive(uniffi::Object)]
pub struct Subscription {
    inner: Mutex<Option<casekit::Subscription>>,
}

#[uniffi::export]
impl Subscription {
    /// Ends it; a call that is under way comes to its end.
    pub fn end(&self) {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

fn with(options: Options) -> (OpenOptions, Arc<HostFonts>) {
    let Options {
        durability,
        busy_timeout,
        untrusted,
        read_only,
        create,
        restored,
        allow_network_file_system,
        language,
        allow_folders,
        allow_hosts,
        sources,
        deliveries,
        authorizer,
        secrets,
        fonts,
        clock,
    } = options;
    let fonts = Arc::new(HostFonts::new(fonts));
    let mut open = OpenOptions::new();
    if let Some(durability) = durability {
        open = open.durability(durability);
    }
    if let Some(busy_timeout) = busy_timeout {
        open = open.busy_timeout(busy_timeout);
    }
    if untrusted {
        open = open.untrusted();
    }
    if read_only {
        open = open.read_only();
    }
    open = open.create(create);
    if let Some(restored) = restored {
        open = open.restored(restored);
    }
    if allow_network_file_system {
        open = open.allow_network_file_system();
    }
    if let Some(language) = language {
        open = open.language(language.inner());
    }
    open = allow_folders.into_iter().fold(open, OpenOptions::allow_folder);
    open = allow_hosts.into_iter().fold(open, OpenOptions::allow_host);
    open = sources.into_iter().fold(open, |open, (name, source)| open.source(name, Host(source)));
    open = deliveries.into_iter().fold(open, |open, (name, delivery)| open.delivery(name, Host(delivery)));
    if let Some(authorizer) = authorizer {
        open = open.authorizer(Host(authorizer));
    }
    if let Some(secrets) = secrets {
        open = open.secrets(Host(secrets));
    }
    if let Some(clock) = clock {
        open = open.env(Host(clock));
    }
    #[cfg(feature = "package")]
    {
        open = open.package_builder(crate::report::Packages(Arc::clone(&fonts)));
    }
    (open, fonts)
}
