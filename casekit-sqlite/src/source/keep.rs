//! Keeping the files open that sources opened.
//!
//! POSIX drops every lock that a process has on a file when the process closes *any* descriptor of that file. A source
//! cannot know what else its process has open, perhaps through another copy of SQLite. So no file is closed that can
//! still be opened by its name: each has one connection, which one question at a time uses. A file that was replaced
//! has no link left, so nobody can find it any more, and it is closed.
//!
//! Windows locks by handle and has no inode numbers, so nothing is kept there.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use casekit_locks::{FileId, Guard, GuardFault};
use rusqlite::{Connection, InterruptHandle, OpenFlags};

use super::refused::{PLACES, Refused};

/// The pause between two interrupts of a question: an interrupt ends only the statement that is running.
const NOTICING: Duration = Duration::from_millis(20);

/// How long `release` goes on interrupting a question. A single operation of SQLite cannot be interrupted, and may take
/// minutes.
const INTERRUPTING: Duration = Duration::from_millis(500);

/// One list for the whole process, whose locks closing a descriptor would drop. Locked to lend and return connections,
/// not while a question uses one.
static KEPT: Mutex<Vec<OpenFile>> = Mutex::new(Vec::new());
/// Notified when a lent connection comes back: `lend` and `release` wait for that.
static RETURNED: Condvar = Condvar::new();

/// The process that opened the connections; 0 before the first one. A forked child must not use its copies of them, and
/// `KEPT` may stay locked there by a thread that the child does not have.
static PROCESS: AtomicU32 = AtomicU32::new(0);

/// A connection, lent to one question.
pub(super) struct Loan {
    // Dropped before `return_`: whoever sees the connection as returned may close it.
    connection: Arc<Shared>,
    return_: Option<Return>,
}

/// One lending, which tells it apart from later ones of the same connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct LoanNumber(u64);

/// A connection that is kept, and the log that it had open at the last question.
pub(super) struct Opened {
    pub(super) connection: Connection,
    pub(super) log: Option<super::log::Log>,
}

struct Shared {
    /// Locked by the question to which it is lent. Nobody waits for this lock, since `lent` admits one question at a
    /// time.
    opened: Mutex<Opened>,
    interrupt: InterruptHandle,
}

/// A file that a source opened. INVARIANT: the fields are dropped in this order, and the guard's share, which may close
/// the guard, last.
struct OpenFile {
    /// `None` until the first question opens it, or if that failed.
    connection: Option<Arc<Shared>>,
    lent: Option<LoanNumber>,
    /// Whether nobody waits for the question any more to which it is lent.
    given_up: bool,
    /// A descriptor by which to tell whether the file still has a link.
    own: Option<File>,
    /// A share in the guard, if a store of this process has the file open.
    share: Option<Guard>,
    file: FileId,
    /// The name by which the file was opened. SQLite looks for log and journal beside it, so each name has a connection
    /// of its own.
    path: PathBuf,
}

/// Returns a lent connection when it is dropped.
struct Return(LoanNumber);

/// Lends the connection to the file at a path, which must contain no links. Waits for another question until the
/// deadline.
pub(super) fn lend(path: &Path, deadline: Instant) -> Result<Loan, Refused> {
    let mut kept = enter()?;
    loop {
        // Before another file is opened, so that no connection to a replaced file still uses the log at that path.
        kept.retain(OpenFile::is_needed);
        let Some(file) = look(path)? else { return unkept(path) };
        let place = kept.iter().position(|kept| kept.file == file && kept.path == path);
        let Some(known) = place.and_then(|place| kept.get_mut(place)) else {
            if kept.len() >= PLACES {
                return Err(Refused::Full);
            }
            // Looked at again in the next pass, since another file may be at the path by now.
            kept.push(OpenFile::new(path, file)?);
            continue;
        };
        if known.lent.is_some() {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Refused::Busy);
            }
            kept = RETURNED.wait_timeout(kept, left).unwrap_or_else(PoisonError::into_inner).0;
        } else if let Some(loan) = known.lend()? {
            return Ok(loan);
        }
    }
}

/// The instant after that wait. One that no clock reaches is a year from now: a host may give any number.
pub(super) fn deadline(wait: Duration) -> Instant {
    const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);
    let now = Instant::now();
    now.checked_add(wait.min(YEAR)).unwrap_or(now)
}

/// Closes the kept connections to a file, under all of its names. Waits for a running question, and interrupts it after
/// `wait`.
///
/// A store that closes its file calls this before it closes its own last connection, so that this connection is the
/// last one and deletes the log. The result is the other descriptors of the file. They must be closed after everything
/// else, since that drops the process's locks.
#[must_use]
pub(crate) fn release(file: FileId, wait: Duration) -> Vec<File> {
    // Nothing is kept if no source was asked. And what a parent process keeps is not ours to close.
    if PROCESS.load(Ordering::Acquire) != process::id() {
        return Vec::new();
    }
    let patience = deadline(wait);
    let mut kept = lock();
    loop {
        let waits = |kept: &&OpenFile| kept.file == file && kept.lent.is_some() && !kept.given_up;
        let lent: Vec<&OpenFile> = kept.iter().filter(waits).collect();
        if lent.is_empty() || Instant::now() >= patience + INTERRUPTING {
            break;
        }
        let mut left = patience.saturating_duration_since(Instant::now());
        if left.is_zero() {
            lent.iter().filter_map(|kept| kept.connection.as_ref()).for_each(|c| c.interrupt.interrupt());
            left = NOTICING;
        }
        kept = RETURNED.wait_timeout(kept, left).unwrap_or_else(PoisonError::into_inner).0;
    }
    let released: Vec<OpenFile> = kept.extract_if(.., |kept| kept.file == file).collect();
    // A question that cannot be interrupted still uses its connection. That is never closed: closing it whenever the
    // question ends could drop the locks of somebody who has opened the file again by then.
    let in_use = released.iter().filter(|one| one.lent.is_some());
    in_use.filter_map(|one| one.connection.clone()).for_each(std::mem::forget);
    released.into_iter().filter_map(|kept| kept.own).collect()
}

/// Says that nobody waits for a question any more: then `release` does not wait for it either.
pub(super) fn give_up(loan: Option<LoanNumber>) {
    let mut kept = lock();
    if let Some(known) = kept.iter_mut().find(|kept| kept.lent.is_some() && kept.lent == loan) {
        known.given_up = true;
    }
    RETURNED.notify_all();
}

impl Loan {
    /// What tells this lending apart; `None` where nothing is kept.
    pub(super) fn number(&self) -> Option<LoanNumber> {
        self.return_.as_ref().map(|return_| return_.0)
    }

    pub(super) fn open(&self) -> MutexGuard<'_, Opened> {
        // A lock that a panic poisoned is used all the same: the next question resets whatever was left.
        self.connection.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    fn new(connection: Connection) -> Arc<Self> {
        let interrupt = connection.get_interrupt_handle();
        Arc::new(Self { opened: Mutex::new(Opened { connection, log: None }), interrupt })
    }
}

impl OpenFile {
    fn new(path: &Path, seen: FileId) -> Result<Self, Refused> {
        let share = Guard::share(path)?;
        // A guard has a descriptor already, which is closed after all others.
        let own = share.is_none().then(|| File::open(path)).transpose().map_err(Refused::System)?;
        let opened = own.as_ref().and_then(|own| FileId::of(&own.metadata().ok()?));
        let file = opened.unwrap_or(seen);
        Ok(Self { connection: None, lent: None, given_up: false, own, share, file, path: path.to_owned() })
    }

    fn is_needed(&self) -> bool {
        self.lent.is_some() || self.share.is_some() || self.own.as_ref().is_none_or(has_a_link)
    }

    /// `None` if the file was replaced in the meantime.
    fn lend(&mut self) -> Result<Option<Loan>, Refused> {
        if self.share.is_none() {
            self.share = Guard::share(&self.path)?;
        }
        let connection = match &self.connection {
            Some(connection) => Arc::clone(connection),
            None => {
                let connection = connect(&self.path).map_err(Refused::Sqlite)?;
                if !look(&self.path).is_ok_and(|found| found == Some(self.file)) {
                    // The connection has either the old file or the new one open, and closing it could drop the
                    // process's locks on the new one. So it is leaked.
                    std::mem::forget(connection);
                    return Ok(None);
                }
                Arc::clone(self.connection.insert(Shared::new(connection)))
            }
        };
        static LOANS: AtomicU64 = AtomicU64::new(0);
        let number = LoanNumber(LOANS.fetch_add(1, Ordering::Relaxed));
        (self.lent, self.given_up) = (Some(number), false);
        Ok(Some(Loan { connection, return_: Some(Return(number)) }))
    }
}

impl Drop for Return {
    fn drop(&mut self) {
        if PROCESS.load(Ordering::Acquire) != process::id() {
            return;
        }
        let mut kept = lock();
        if let Some(known) = kept.iter_mut().find(|kept| kept.lent == Some(self.0)) {
            (known.lent, known.given_up) = (None, false);
        }
        RETURNED.notify_all();
    }
}

impl From<GuardFault> for Refused {
    fn from(fault: GuardFault) -> Self {
        match fault {
            GuardFault::Busy => Self::Busy,
            GuardFault::Forked => Self::Forked,
            GuardFault::System(error) => Self::System(error),
        }
    }
}

/// The identity of the file at a path, without opening it: opening a pipe would wait for a writer, and SQLite takes an
/// empty file for an empty database. `None` where the system has no inode numbers.
fn look(path: &Path) -> Result<Option<FileId>, Refused> {
    let metadata = fs::metadata(path).map_err(Refused::System)?;
    if !metadata.is_file() || metadata.len() == 0 {
        return Err(Refused::NoFile);
    }
    Ok(FileId::of(&metadata))
}

fn unkept(path: &Path) -> Result<Loan, Refused> {
    let connection = connect(path).map_err(Refused::Sqlite)?;
    Ok(Loan { connection: Shared::new(connection), return_: None })
}

fn has_a_link(file: &File) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;

        file.metadata().map_or(true, |metadata| metadata.nlink() > 0)
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        true
    }
}

fn enter() -> Result<MutexGuard<'static, Vec<OpenFile>>, Refused> {
    let process = process::id();
    match PROCESS.compare_exchange(0, process, Ordering::AcqRel, Ordering::Acquire) {
        Err(first) if first != process => Err(Refused::Forked),
        Ok(_) | Err(_) => Ok(lock()),
    }
}

fn lock() -> MutexGuard<'static, Vec<OpenFile>> {
    KEPT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Opens a connection that cannot write. It has read nothing yet.
fn connect(path: &Path) -> rusqlite::Result<Connection> {
    // First, or the locks that another copy of SQLite in this process has on a `-shm` file would be taken for ours.
    casekit_locks::install();
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_PRIVATE_CACHE
        | OpenFlags::SQLITE_OPEN_NOFOLLOW
        | OpenFlags::SQLITE_OPEN_EXRESCODE;
    Connection::open_with_flags(path, flags)
}

#[cfg(test)]
mod tests;
