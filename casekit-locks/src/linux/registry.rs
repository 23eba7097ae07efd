//! The guards of this process, one for each file.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::fd::{AsRawFd, IntoRawFd};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::forked::{self, carriers};
use super::guarded::{Guarded, SHARED, files, lock};
use super::process::Process;
use crate::fault::GuardFault;
use crate::file::FileId;

/// The byte of a `-shm` file that every process locks as long as it has the file open.
const DEADMAN: i64 = 128;

/// A share in the guard of a file.
pub(crate) struct Share {
    file: FileId,
    process: Process,
    locks: bool,
    is_held: bool,
}

impl Share {
    pub(crate) fn locked(path: &Path) -> Result<Self, GuardFault> {
        forked::watch();
        let process = Process::current();
        let mut files = files()?;
        let (file, guarded) = find(&mut files, path, process)?;
        if guarded.process != process {
            return Err(GuardFault::Forked);
        }
        if guarded.locks == 0 {
            guarded.is_held = guarded.hold()?;
        }
        guarded.locks += 1;
        guarded.shares += 1;
        Ok(Self { file, process, locks: true, is_held: guarded.is_held })
    }

    pub(crate) fn unlocked(path: &Path) -> Result<Option<Self>, GuardFault> {
        let process = Process::current();
        let mut files = files()?;
        // Following links, as a connection would.
        let file = identity(&fs::metadata(path).map_err(GuardFault::System)?)?;
        let Some(guarded) = files.get_mut(&file).filter(|guarded| guarded.shares > 0) else {
            return Ok(None);
        };
        if guarded.process != process {
            return Err(GuardFault::Forked);
        }
        guarded.shares += 1;
        Ok(Some(Self { file, process, locks: false, is_held: false }))
    }

    pub(crate) fn unlock(&mut self) {
        // In a child the description is the parent's, and unlocking would release the parent's lock.
        if self.locks && self.process == Process::current() {
            (self.locks, self.is_held) = (false, false);
            if let Some(guarded) = lock().get_mut(&self.file) {
                guarded.unlock();
            }
        }
    }

    pub(crate) fn file(&self) -> Option<FileId> {
        Some(self.file)
    }

    pub(crate) fn log_is_anothers(&self, index: &Path) -> bool {
        // A connection that has the index of a log has a lock on its database too, and takes that first.
        self.others() == Some(false) && is_in_use(index)
    }

    pub(crate) fn log_is_elsewhere(&self, index: &Path) -> bool {
        self.others() == Some(true) && !is_in_use(index)
    }

    /// Whether somebody else has the file open, by a connection or by another share. `None` if that cannot be told.
    fn others(&self) -> Option<bool> {
        let files = files().ok()?;
        let guarded = files.get(&self.file)?;
        let own = guarded.files.first()?;
        if guarded.shares > 1 {
            return Some(true);
        }
        super::is_locked(own.as_raw_fd(), SHARED.0, SHARED.1)
    }

    pub(crate) fn is_held(&self) -> bool {
        self.is_held && self.process == Process::current()
    }
}

/// Whether somebody has the index of a log open.
///
/// Closing the descriptor that is opened here drops no lock that matters: this library locks the index by description,
/// and another copy of SQLite in this process that has the index open has the database open too.
fn is_in_use(index: &Path) -> bool {
    File::open(index).is_ok_and(|index| super::is_locked(index.as_raw_fd(), DEADMAN, 1) == Some(true))
}

impl Drop for Share {
    fn drop(&mut self) {
        self.unlock();
        if self.process != Process::current() {
            return;
        }
        let mut files = lock();
        if let Some(guarded) = files.get_mut(&self.file) {
            guarded.shares -= 1;
            if guarded.shares == 0 {
                guarded.files.iter().for_each(|file| carriers::remove(file.as_raw_fd()));
                files.remove(&self.file);
            }
        }
    }
}

/// Whether this process has a guard of a file.
pub(crate) fn is_guarded(file: FileId) -> bool {
    let process = Process::current();
    files().is_ok_and(|files| {
        files.get(&file).is_some_and(|guarded| guarded.shares > 0 && guarded.process == process)
    })
}

/// The guard of the file at a path, which is opened unless it has a guard.
fn find<'a>(
    files: &'a mut BTreeMap<FileId, Guarded>,
    path: &Path,
    process: Process,
) -> Result<(FileId, &'a mut Guarded), GuardFault> {
    // Descriptors that a parent kept without a share were replaced in this child, and are of no use.
    files.retain(|_, guarded| guarded.shares > 0 || guarded.process == process);
    // Whether the file is known is asked of the path first: a second descriptor of a guarded file could not be closed
    // again.
    let mut file = identity(&fs::symlink_metadata(path).map_err(GuardFault::System)?)?;
    let mut opened = None;
    if !files.contains_key(&file) {
        // Should the path have become a pipe, opening must not wait for the other end.
        let own = OpenOptions::new()
            .read(true)
            .custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK)
            .open(path)
            .map_err(GuardFault::System)?;
        carriers::add(own.as_raw_fd());
        // Another file may have come to the path since, even one that has a guard.
        match own.metadata().map_err(GuardFault::System).and_then(|metadata| identity(&metadata)) {
            Ok(found) => file = found,
            Err(fault) => {
                // The descriptor is leaked: it is not known which file it is of, and closing it could drop somebody's
                // locks.
                let _ = own.into_raw_fd();
                return Err(fault);
            }
        }
        opened = Some(own);
    }
    let guarded = files.entry(file).or_insert_with(|| Guarded {
        files: Vec::new(),
        process,
        shares: 0,
        locks: 0,
        is_held: false,
    });
    guarded.files.extend(opened);
    Ok((file, guarded))
}

fn identity(metadata: &fs::Metadata) -> Result<FileId, GuardFault> {
    FileId::of(metadata).ok_or_else(|| GuardFault::System(io::ErrorKind::Unsupported.into()))
}
