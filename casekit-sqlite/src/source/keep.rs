//! What a source opened stays open.
//!
//! POSIX takes every lock that a process holds on a file away when the process closes *any* descriptor of that file. A
//! source cannot know what else its process has open, perhaps by another copy of SQLite. So nothing is closed that can
//! still be reached: each file has one connection, which is used by one question at a time. What was replaced has no
//! link left, nobody finds it any more, and it is closed.
//!
//! Windows locks by handle, and has no such numbers for files: there nothing is kept.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use casekit_locks::{FileId, Guard, GuardFault};
use rusqlite::{Connection, InterruptHandle, OpenFlags};

use super::refused::{PLACES, Refused};

/// How long a question that is interrupted may take to notice.
const NOTICING: Duration = Duration::from_millis(20);

static KEPT: Mutex<Vec<OpenFile>> = Mutex::new(Vec::new());
static RETURNED: Condvar = Condvar::new();

/// The process whose connections these are; 0 before the first one. In a forked child they are copies that share
/// nothing with their file but its descriptor, and `KEPT` may stay locked by a thread that the child does not have.
static PROCESS: AtomicU32 = AtomicU32::new(0);

/// A connection, for one question.
pub(super) struct Loan {
    // Let go of first: whoever finds the connection returned may close it.
    connection: Arc<Shared>,
    _return: Option<Return>,
}

/// A connection that is kept, and what it was seen to have open beside its file.
pub(super) struct Opened {
    pub(super) connection: Connection,
    pub(super) log: Option<super::log::Log>,
}

struct Shared {
    opened: Mutex<Opened>,
    interrupt: InterruptHandle,
}

/// A file that a source opened. What it has open is closed in the order of the fields.
struct OpenFile {
    /// Nothing if opening failed after the file's own descriptor was there.
    connection: Option<Arc<Shared>>,
    lent: bool,
    /// Tells whether the file still has a link.
    own: Option<File>,
    /// If a store of this process has the file, with the descriptor that stands for its locks.
    share: Option<Guard>,
    file: FileId,
    /// SQLite looks for a log and a journal beside the name by which it opened the file.
    path: PathBuf,
}

/// Gives a connection back.
struct Return(FileId, PathBuf);

/// A connection to the file at a path without links, unless another question has it until the deadline.
pub(super) fn lend(path: &Path, deadline: Instant) -> Result<Loan, Refused> {
    let mut kept = enter()?;
    loop {
        // Before another file is opened: a log that was left beside the old one is then used by the new one alone.
        kept.retain(OpenFile::is_needed);
        let Some(file) = look(path)? else { return unkept(path) };
        let place = kept.iter().position(|kept| kept.file == file && kept.path == path);
        let Some(known) = place.and_then(|place| kept.get_mut(place)) else {
            if kept.len() >= PLACES {
                return Err(Refused::Full);
            }
            // Looked up again: it may be another file by now.
            kept.push(OpenFile::new(path, file)?);
            continue;
        };
        if known.lent {
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

/// Closes the connections that are kept of a file, whatever its name. A question under way is waited for, and
/// interrupted after `wait`.
///
/// For a store that lets go of its file: called before its last connection is closed, so that this one is the last of all
/// and cleans up. What comes back are other descriptors of the file, to be closed after everything else: that takes the
/// process's locks away.
#[must_use]
pub(crate) fn release(file: FileId, wait: Duration) -> Vec<File> {
    // Where no source was asked, nothing is kept; where another process asked, it is not ours to close.
    if PROCESS.load(Ordering::Acquire) != process::id() {
        return Vec::new();
    }
    let patience = Instant::now() + wait;
    let mut kept = lock();
    loop {
        let lent: Vec<&OpenFile> = kept.iter().filter(|kept| kept.file == file && kept.lent).collect();
        if lent.is_empty() {
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
    released.into_iter().filter_map(|kept| kept.own).collect()
}

impl Loan {
    pub(super) fn open(&self) -> MutexGuard<'_, Opened> {
        // A question that panicked left nothing that the next one does not reset.
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
        // A guard has a descriptor already, and is closed after all others.
        let own = share.is_none().then(|| File::open(path)).transpose().map_err(Refused::System)?;
        let opened = own.as_ref().and_then(|own| FileId::of(&own.metadata().ok()?));
        let file = opened.unwrap_or(seen);
        Ok(Self { connection: None, lent: false, own, share, file, path: path.to_owned() })
    }

    fn is_needed(&self) -> bool {
        self.lent || self.share.is_some() || self.own.as_ref().is_none_or(has_a_link)
    }

    /// Nothing if the file was replaced just now.
    fn lend(&mut self) -> Result<Option<Loan>, Refused> {
        if self.share.is_none() {
            self.share = Guard::share(&self.path)?;
        }
        let connection = match &self.connection {
            Some(connection) => Arc::clone(connection),
            None => {
                let connection = connect(&self.path).map_err(Refused::Sqlite)?;
                if !look(&self.path).is_ok_and(|found| found == Some(self.file)) {
                    // It has this file or the next one, nobody knows: closing it could cost the next one's locks.
                    std::mem::forget(connection);
                    return Ok(None);
                }
                Arc::clone(self.connection.insert(Shared::new(connection)))
            }
        };
        self.lent = true;
        Ok(Some(Loan { connection, _return: Some(Return(self.file, self.path.clone())) }))
    }
}

impl Drop for Return {
    fn drop(&mut self) {
        if PROCESS.load(Ordering::Acquire) != process::id() {
            return;
        }
        let mut kept = lock();
        if let Some(known) = kept.iter_mut().find(|kept| kept.file == self.0 && kept.path == self.1) {
            known.lent = false;
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

/// What is at a path, without opening it: opening a pipe would wait for who writes it, and SQLite takes an empty file
/// for an empty database. Nothing where the system has no numbers for files.
fn look(path: &Path) -> Result<Option<FileId>, Refused> {
    let metadata = fs::metadata(path).map_err(Refused::System)?;
    if !metadata.is_file() || metadata.len() == 0 {
        return Err(Refused::NoFile);
    }
    Ok(FileId::of(&metadata))
}

fn unkept(path: &Path) -> Result<Loan, Refused> {
    let connection = connect(path).map_err(Refused::Sqlite)?;
    Ok(Loan { connection: Shared::new(connection), _return: None })
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

/// A connection that cannot write, and has read nothing yet.
fn connect(path: &Path) -> rusqlite::Result<Connection> {
    // Otherwise the locks on a `-shm` file that another copy of SQLite in this process holds would be taken for ours.
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
