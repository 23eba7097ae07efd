//! One open file, for hosts.

use std::any::Any;
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use casekit::{
    Actor, ChangedStreams, CheckReport, Cursor, DueReport, Durability, Health, OpenOptions, Restored,
    Resumed, SearchProgress, Sharing,
};

use crate::callback::{
    Authorizer, BackupListener, CheckListener, Clock, DataSource, Delivery, FontProvider, Host, Observer,
    SearchListener, SecretProvider,
};
use crate::desk::Desk;
use crate::error::{CasekitError, Told};
use crate::fonts::HostFonts;
use crate::guard::guard;
use crate::language::Language;
use crate::report::Paper;
use crate::types::CsvForm;

/// The options of a kit; each has a default.
#[derive(uniffi::Record)]
pub struct Options {
    /// When a commit counts as written; `full` unless given: once it is on the disk.
    #[uniffi(default = None)]
    pub durability: Option<Durability>,
    /// How long to wait for another process that is writing, before the call fails with `busy`: up to a day; five seconds
    /// unless given.
    #[uniffi(default = None)]
    pub busy_timeout: Option<Duration>,
    /// Whether every page of the file is checked before it is used; for a file from an untrusted place.
    #[uniffi(default = false)]
    pub untrusted: bool,
    /// Whether the file is only read. Calls that would write then fail with `read_only`, and nothing is created.
    #[uniffi(default = false)]
    pub read_only: bool,
    /// Whether a missing file is created; otherwise opening fails with `missing`.
    #[uniffi(default = true)]
    pub create: bool,
    /// Set if the file was restored from a backup, or copied back in any other way. Give it once, before anybody else
    /// opens the file, and again if that opening was interrupted. A missing file is not created then.
    #[uniffi(default = None)]
    pub restored: Option<Restored>,
    /// Whether the file may be on a network file system (NFS, SMB, 9p, FUSE and the like), where locks and syncs may
    /// not do what they promise. Allow it only if a single machine uses the file; otherwise opening fails with
    /// `network_file_system`.
    #[uniffi(default = false)]
    pub allow_network_file_system: bool,
    /// Who may open the files that are created: the file of cases with its log, backups, exports, and packages in a
    /// folder; `owner` unless given: the account under which the program runs.
    #[uniffi(default = None)]
    pub sharing: Option<Sharing>,
    /// The language of names, statuses and messages; English unless given.
    #[uniffi(default = None)]
    pub language: Option<Arc<Language>>,
    /// The folders in which settings may name files and folders: for sources, and for answers.
    #[uniffi(default = [])]
    pub allow_folders: Vec<String>,
    /// The web servers that settings may name, such as `forms.example.org`; they are reached by HTTPS.
    #[uniffi(default = [])]
    pub allow_hosts: Vec<String>,
    /// The application's own sources, by name.
    #[uniffi(default)]
    pub sources: HashMap<String, Arc<dyn DataSource>>,
    /// The application's own deliveries, by the name that the setting `webform` gives.
    #[uniffi(default)]
    pub deliveries: HashMap<String, Arc<dyn Delivery>>,
    /// Narrows what actors may see and do; `None` leaves it to permissions.
    #[uniffi(default = None)]
    pub authorizer: Option<Arc<dyn Authorizer>>,
    /// Gives the secrets that settings refer to by name.
    #[uniffi(default = None)]
    pub secrets: Option<Arc<dyn SecretProvider>>,
    /// Provides fonts for PDFs, beside the bundled ones.
    #[uniffi(default = None)]
    pub fonts: Option<Arc<dyn FontProvider>>,
    /// How the tables of a package are written as CSV; for people, with commas and without a byte order mark, unless given.
    #[uniffi(default = None)]
    pub package_csv: Option<CsvForm>,
    /// The time zone by whose clocks every text says when something was: texts of the history, values of fields, papers and
    /// packages, which say the zone. A name of the IANA database, such as `Europe/Berlin`; `UTC` unless given. Instants in
    /// records are instants, and due dates keep the zone of their calendar.
    #[uniffi(default = None)]
    pub time_zone: Option<String>,
    /// What the letter of a package is printed with: its time zone, which the letter and the page for a browser say, the size of
    /// its pages, and whether fonts of the system are used; in the kit's time zone, on A4, with the kit's fonts unless given.
    #[uniffi(default = None)]
    pub package_paper: Option<Paper>,
    /// Gives the time instead of the system, for tests.
    #[uniffi(default = None)]
    pub clock: Option<Arc<dyn Clock>>,
    /// Is told how far the search was made anew, and answers whether to continue. That is done when a file is first opened to
    /// be written to after the application got a version of casekit with other text rules: it takes time in proportion to
    /// the file, and opening waits for it. If it answers no, opening fails with `cancelled`, and the next opening continues.
    #[uniffi(default = None)]
    pub search_progress: Option<Arc<dyn SearchListener>>,
}

impl Default for Options {
    /// The options of a host that gives none.
    fn default() -> Self {
        Self {
            durability: None,
            busy_timeout: None,
            untrusted: false,
            read_only: false,
            create: true,
            restored: None,
            allow_network_file_system: false,
            sharing: None,
            language: None,
            allow_folders: Vec::new(),
            allow_hosts: Vec::new(),
            sources: HashMap::new(),
            deliveries: HashMap::new(),
            authorizer: None,
            secrets: None,
            fonts: None,
            package_csv: None,
            time_zone: None,
            package_paper: None,
            clock: None,
            search_progress: None,
        }
    }
}

/// One open file of cases; each host's `CaseKit` holds one. Many threads can use it at once, and many processes may
/// open the same file.
#[derive(uniffi::Object)]
pub struct KitHandle {
    kit: casekit::CaseKit,
    fonts: Arc<HostFonts>,
    sharing: Sharing,
    subscriptions: Arc<Subscriptions>,
}

impl KitHandle {
    pub(crate) fn of(kit: casekit::CaseKit, fonts: Arc<HostFonts>, sharing: Sharing) -> Self {
        Self { kit, fonts, sharing, subscriptions: Arc::default() }
    }

    /// Something that goes on until it is dropped, kept by the kit.
    fn kept(&self, goes_on: impl Send + 'static) -> Arc<Subscription> {
        let number = self.subscriptions.keep(Box::new(goes_on));
        Arc::new(Subscription { number, of: Arc::downgrade(&self.subscriptions) })
    }

    /// [`guard`], with the messages of errors in the kit's language.
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
    /// - `path`: where the file is; `:memory:` makes a kit in memory, without a file.
    /// - `options`: how to open it; the defaults unless given.
    ///
    /// # Errors
    ///
    /// - `Store`: with `not_casekit`, `too_new` or `corrupt` if the file exists and cannot be used: it is left
    ///   unchanged; `foreign` if another program made a table, view, index or trigger in it; `missing` if it does not
    ///   exist and must not be created; `network_file_system` if it is on one and the options do not allow it; `forked`
    ///   if the process from which this one was forked has it open; `cancelled` if `search_progress` answered no; `io`,
    ///   `read_only`, `busy` or `full` for errors of the system.
    /// - `Callback`: if `search_progress` failed.
    /// - `Report`: with `zone_unknown` if there is no such time zone as `time_zone` or `package_paper` says; it names some that are spelled
    ///   alike.
    ///
    /// # Cost
    ///
    /// Reads the header and the schema: the same at a thousand cases and at a million, some milliseconds. A log that
    /// was left by a crash is gone through once. A new file is written in one transaction.
    ///
    /// It waits for writers for up to 86,400 seconds, a day: `Invalid` with `out_of_range` beyond.
    #[uniffi::constructor(default(options = None))]
    pub fn open(path: String, options: Option<Options>) -> Result<Arc<Self>, CasekitError> {
        guard(|| {
            let options = options.unwrap_or_default();
            let sharing = options.sharing.unwrap_or_default();
            let failed = Arc::new(AtomicBool::new(false));
            let listener = options.search_progress.clone();
            let (mut options, fonts) = with(options)?;
            if let Some(listener) = listener {
                options = options.search_progress(told(listener, Arc::clone(&failed)));
            }
            let opened = options.open(path);
            // What the listener itself fails with comes first, also if there was nothing left to cancel.
            if failed.load(Ordering::Acquire) {
                return Err(CasekitError::callback("search listener"));
            }
            Ok(Arc::new(Self::of(opened?, fonts, sharing)))
        })
    }

    /// A kit in memory, for tests and trials. Its content is gone when it is closed.
    ///
    /// # Cost
    ///
    /// Everything is in memory, and a list, a count or a search goes through all cases.
    #[uniffi::constructor(default(options = None))]
    pub fn in_memory(options: Option<Options>) -> Result<Arc<Self>, CasekitError> {
        guard(|| {
            let options = options.unwrap_or_default();
            let sharing = options.sharing.unwrap_or_default();
            let (options, fonts) = with(options)?;
            let store = Arc::new(casekit::casekit_core::memory::MemoryStore::new());
            Ok::<_, CasekitError>(Arc::new(Self::of(options.with_store(store)?, fonts, sharing)))
        })
    }

    /// The desk of an actor; every command and every read goes through one. The application vouches for the actor.
    ///
    /// # Cost
    ///
    /// Reads and writes nothing.
    pub fn desk(&self, actor: Actor) -> Arc<Desk> {
        Arc::new(Desk::new(self.kit.desk(actor), Arc::clone(&self.fonts), self.sharing))
    }

    /// The language of desks that choose none of their own.
    ///
    /// # Cost
    ///
    /// Reads and writes nothing.
    pub fn language(&self) -> Arc<Language> {
        Language::new(self.kit.language())
    }

    /// Calls an observer after commits, until the subscription is ended or the kit is closed or dropped. The kit keeps the
    /// subscription: when a host lets go of it depends on how that host frees memory, and an observer must not.
    ///
    /// # Cost
    ///
    /// Starts a thread, on which the observer is called. A slow observer gets its hints merged, and holds up nobody.
    pub fn observe(&self, observer: Arc<dyn Observer>) -> Arc<Subscription> {
        self.kept(self.kit.observe(Host(observer)))
    }

    /// Says which streams changed since a cursor, such as that of the previous answer or of an observer.
    ///
    /// # Returns
    ///
    /// The streams, and the cursor to go on with. `None` instead of the streams says that any may have changed: because more
    /// than 500 events came, or no cursor was given.
    ///
    /// # Cost
    ///
    /// Reads up to 500 events by their position.
    #[uniffi::method(default(since = None))]
    pub fn changed_streams(&self, since: Option<Cursor>) -> Result<ChangedStreams, CasekitError> {
        self.guard(|| self.kit.changed_streams(since.as_ref()))
    }

    /// Looks for changes by other processes, and tells observers about them.
    ///
    /// # Returns
    ///
    /// Whether there were any changes.
    ///
    /// # Cost
    ///
    /// Reads one row: the same at a thousand cases and at a million.
    pub fn poll(&self) -> Result<bool, CasekitError> {
        self.guard(|| self.kit.poll())
    }

    /// Looks for changes by other processes by itself, on a thread of the library's own, until the subscription is ended or the
    /// kit is closed or dropped. Observers and live lists learn of them within about the interval, of at least 10
    /// milliseconds. A fault of the store is passed over.
    ///
    /// # Errors
    ///
    /// - `Invalid`: if the interval is too long.
    ///
    /// # Cost
    ///
    /// Starts a thread, and reads one row each time: the same at a thousand cases and at a million.
    ///
    /// The interval is up to 86,400 seconds, a day: `Invalid` with `out_of_range` beyond.
    pub fn poll_every(&self, interval: Duration) -> Result<Arc<Subscription>, CasekitError> {
        self.guard(|| Ok::<_, casekit::Error>(self.kept(self.kit.poll_every(interval)?)))
    }

    /// Does what is due: continues deliveries that are unfinished and that nobody is working on, tries again what failed and
    /// may pass by itself, once its instant has come, and destroys snapshots and packages whose retention is over. It acts as
    /// `casekit` in the history, and only goes on with what a person decided. What fails at a case is not an error of this
    /// call: the case is then among the cases with errors.
    ///
    /// # Returns
    ///
    /// What was done, and when the library wants to be called next.
    ///
    /// # Cost
    ///
    /// Reads the ids of all due cases by an index and holds them. Then each costs what [`Desk::release`] does, or a
    /// transaction that grows with what is destroyed, one after another. If nothing is due it reads a few rows.
    ///
    /// Up to 100 cases have their turn in one call. If more are due, `next` is the present instant: call it again.
    pub fn run_due(&self) -> Result<DueReport, CasekitError> {
        self.guard(|| self.kit.run_due())
    }

    /// Continues every unfinished delivery that nobody is working on, and tries those again that failed, once their instant
    /// has come: the part of `run_due` that sends. A delivery that fails is not an error of this call: its case is then among
    /// the cases with errors.
    ///
    /// # Cost
    ///
    /// Reads the ids of all due deliveries by an index and holds them. Then each costs what [`Desk::release`] does,
    /// one after another.
    pub fn resume_deliveries(&self) -> Result<Resumed, CasekitError> {
        self.guard(|| self.kit.resume_deliveries())
    }

    /// Destroys snapshots and packages whose retention is over: the part of `run_due` that destroys.
    ///
    /// # Returns
    ///
    /// The number of snapshots and packages that were destroyed.
    ///
    /// # Cost
    ///
    /// Reads the ids of all cases whose time is over by an index and holds them; writes a transaction for each, which
    /// grows with what is destroyed, and one for every 100 blobs that no commit kept.
    pub fn purge_expired(&self) -> Result<u64, CasekitError> {
        self.guard(|| self.kit.purge_expired())
    }

    /// Checks the whole file for damage: each state against its events, what finds it against what it is derived from,
    /// and the bytes of snapshots and packages against their digests. It reads everything, so it takes long for a large
    /// file.
    ///
    /// # Arguments
    ///
    /// - `listener`: is told the progress, and answers whether to continue.
    ///
    /// # Returns
    ///
    /// What was compared, and whether destroyed bytes may still be in the log.
    ///
    /// # Errors
    ///
    /// - `Corrupt`: if there is any damage; the message says whether [`repair_derived`](Self::repair_derived) repairs
    ///   it or only a backup helps.
    /// - `Store`: with `cancelled` if the listener answers no; nothing is shown then.
    /// - `Callback`: if the listener failed.
    ///
    /// # Cost
    ///
    /// Reads the whole file, and folds every event: it grows with it, and takes two to three times as long as `verify`. About
    /// 10,000 rows are checked at a time; whole tables are compared in one read transaction, during which the log grows
    /// with what others write. Holds the state of one case with its notes, and the id of each snapshot and
    /// package. The indexes of the search are checked by the writer: others wait to write meanwhile.
    #[uniffi::method(default(listener = None))]
    pub fn check(&self, listener: Option<Arc<dyn CheckListener>>) -> Result<CheckReport, CasekitError> {
        let mut failed = false;
        let checked = self.guard(|| {
            self.kit.check_with(|progress| {
                let answer = listener.as_ref().map_or(Ok(true), |listener| listener.progress(progress));
                failed = answer.is_err();
                if answer == Ok(true) { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            })
        });
        if failed { Err(CasekitError::callback("check listener")) } else { checked }
    }

    /// The state of the kit: the last fault, the size of the log, the oldest read, due tasks, the last checkpoint, and
    /// what protects the file on this system. It returns at once; `check` reads the whole file.
    ///
    /// # Cost
    ///
    /// Reads sizes and a few rows, and counts what is due by an index: the same at a thousand cases and at a million.
    ///
    /// Up to 10,000 due tasks of a kind are counted: if there are more, the number is 10,000.
    pub fn health(&self) -> Result<Health, CasekitError> {
        self.guard(|| self.kit.health())
    }

    /// Returns unused space in the file to the system, as after [`purge_expired`](Self::purge_expired). It works in
    /// steps, between which others can write.
    ///
    /// # Returns
    ///
    /// The number of bytes by which the file shrank.
    ///
    /// # Cost
    ///
    /// Merges the indexes of the search, and moves pages in transactions of up to 4 MiB, between which others can
    /// write: it grows with the unused space.
    pub fn compact(&self) -> Result<u64, CasekitError> {
        self.guard(|| self.kit.compact())
    }

    /// Rebuilds everything by which searches and lists find records: indexes, counts, claims and columns. Cases,
    /// customers, notes, events and files are not changed.
    ///
    /// # Returns
    ///
    /// The number of entries that were wrong.
    ///
    /// # Errors
    ///
    /// - `Corrupt`: if cases, customers, notes, events or files are damaged themselves; nothing was changed.
    ///
    /// # Cost
    ///
    /// Reads the whole file in one transaction, for which everybody else waits to write; folds every
    /// event, and holds one case with its notes, every definition, and an entry for each name and reference.
    pub fn repair_derived(&self) -> Result<u64, CasekitError> {
        self.guard(|| self.kit.repair_derived())
    }

    /// Copies the file as it is at one moment, while others read and write.
    ///
    /// There must be nothing at the path. The copy appears there complete or not at all: it is made beside the path
    /// with access for its owner alone, synced, checked page by page, and moved to the path without replacing anything.
    /// It is a file like the original, with every customer's data in it, and the ledger does not mention it. To
    /// continue with a copy, see `Options.restored`.
    ///
    /// # Arguments
    ///
    /// - `path`: where to put the copy.
    /// - `listener`: is told the progress, and answers whether to continue.
    ///
    /// # Errors
    ///
    /// - `Store`: with `exists` if there is something at the path, `cancelled` if the listener answers no,
    ///   `interrupted` after `suspend`, `corrupt` if the file is damaged, `unsupported` for a kit in memory; otherwise
    ///   with the error of the system. Nothing of the copy is left.
    /// - `Callback`: if the listener failed.
    ///
    /// # Cost
    ///
    /// Reads the whole file, writes as much beside the path, and reads the copy once more. One read transaction lasts
    /// until it is copied, so the log grows with what others write; nobody waits for it.
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

    /// Closes the file for a while, for a phone that suspends the application. It waits for running calls, interrupts
    /// reads, and closes every handle. Calls fail with `suspended` until [`resume`](Self::resume).
    ///
    /// # Arguments
    ///
    /// - `wait`: the longest time to wait for running calls.
    ///
    /// # Cost
    ///
    /// Waits for running calls, for at most `wait`; those that still run are interrupted then.
    ///
    /// `wait` is up to 86,400 seconds, a day: `Invalid` with `out_of_range` beyond.
    pub fn suspend(&self, wait: Duration) -> Result<(), CasekitError> {
        self.guard(|| self.kit.suspend(wait))
    }

    /// Opens the file again after `suspend`.
    ///
    /// # Cost
    ///
    /// As [`open`](Self::open).
    pub fn resume(&self) -> Result<(), CasekitError> {
        self.guard(|| self.kit.resume())
    }

    /// Closes the file for good, and ends every subscription; later calls fail with `closed`. Closing it again does nothing.
    ///
    /// # Cost
    ///
    /// Waits for running calls, for up to five seconds; those that still run are interrupted then.
    pub fn close_kit(&self) -> Result<(), CasekitError> {
        self.subscriptions.end_all();
        self.guard(|| self.kit.close())
    }
}

/// What goes on by itself: an observer that is called, or a kit that polls. It goes on until it is ended, or its kit is closed
/// or dropped.
#[derive(uniffi::Object)]
pub struct Subscription {
    number: u64,
    of: Weak<Subscriptions>,
}

#[uniffi::export]
impl Subscription {
    /// Ends it. A call of the observer that is running is not interrupted.
    pub fn end(&self) {
        if let Some(subscriptions) = self.of.upgrade() {
            subscriptions.end(self.number);
        }
    }
}

/// The subscriptions of a kit that have not ended; none after it was closed.
#[derive(Default)]
struct Subscriptions(Mutex<Ongoing>);

#[derive(Default)]
struct Ongoing {
    last: u64,
    is_closed: bool,
    all: HashMap<u64, Box<dyn Any + Send>>,
}

impl Subscriptions {
    fn keep(&self, goes_on: Box<dyn Any + Send>) -> u64 {
        let mut ongoing = self.ongoing();
        ongoing.last += 1;
        let number = ongoing.last;
        if !ongoing.is_closed {
            ongoing.all.insert(number, goes_on);
        }
        number
    }

    // What ends a subscription lets go of the host's observer, which may be the host's code: outside the lock.
    fn end(&self, number: u64) {
        let ended = self.ongoing().all.remove(&number);
        drop(ended);
    }

    fn end_all(&self) {
        let mut ongoing = self.ongoing();
        ongoing.is_closed = true;
        let ended = std::mem::take(&mut ongoing.all);
        drop(ongoing);
        drop(ended);
    }

    fn ongoing(&self) -> MutexGuard<'_, Ongoing> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells a host's listener how far the search was made anew, and keeps whether it failed.
fn told(
    listener: Arc<dyn SearchListener>,
    failed: Arc<AtomicBool>,
) -> impl FnMut(SearchProgress) -> ControlFlow<()> + Send + 'static {
    move |progress| match listener.progress(progress) {
        Ok(true) => ControlFlow::Continue(()),
        Ok(false) => ControlFlow::Break(()),
        Err(_) => {
            failed.store(true, Ordering::Release);
            ControlFlow::Break(())
        }
    }
}

pub(crate) fn with(options: Options) -> Result<(OpenOptions, Arc<HostFonts>), CasekitError> {
    let Options {
        durability,
        busy_timeout,
        untrusted,
        read_only,
        create,
        restored,
        allow_network_file_system,
        sharing,
        language,
        allow_folders,
        allow_hosts,
        sources,
        deliveries,
        authorizer,
        secrets,
        fonts,
        clock,
        // Only a file has a search that is made anew: `open` sees to it.
        package_csv,
        time_zone,
        package_paper,
        search_progress: _,
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
    if let Some(sharing) = sharing {
        open = open.sharing(sharing);
    }
    if let Some(language) = language {
        open = open.language(language.inner());
    }
    if let Some(zone) = time_zone {
        open = open.time_zone(crate::report::zone(&zone)?);
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
    #[cfg(not(feature = "package"))]
    let _ = (package_csv, package_paper);
    #[cfg(feature = "package")]
    {
        let csv = package_csv.unwrap_or_default().into();
        let asked = package_paper.unwrap_or_default();
        let (paper, system_fonts) = (crate::report::PaperForm::of(&asked)?, asked.system_fonts);
        let fonts = Arc::clone(&fonts);
        open = open.package_builder(crate::report::Packages { fonts, csv, paper, system_fonts });
    }
    Ok((open, fonts))
}
