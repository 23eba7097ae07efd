//! The guards of this process, one a file.

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

/// The byte of a `-shm` file that everybody locks who has it open.
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
        // The file itself, as a connection would find it.
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
        // In a child the lock is the parent's: unlocking would take it away from the parent.
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
        // Whoever has the index of a log has its database too, and locks that first.
        self.others() == Some(false) && is_in_use(index)
    }

    pub(crate) fn log_is_elsewhere(&self, index: &Path) -> bool {
        self.others() == Some(true) && !is_in_use(index)
    }

    /// Whether somebody else has the file, by a connection or by another share.
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
/// Its descriptor's closing costs nobody a lock: who has it by this library locks by description, and who has it by another
/// copy of SQLite in this process has the database too.
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

/// Whether this process has a file open by a guard.
pub(crate) fn is_guarded(file: FileId) -> bool {
    let process = Process::current();
    files().is_ok_and(|files| {
        files.get(&file).is_some_and(|guarded| guarded.shares > 0 && guarded.process == process)
    })
}

/// What stands at a path, opened unless it is guarded already.
fn find<'a>(
    files: &'a mut BTreeMap<FileId, Guarded>,
    path: &Path,
    process: Process,
) -> Result<(FileId, &'a mut Guarded), GuardFault> {
    // What a parent kept open without a share was replaced in this child, and is of no use.
    files.retain(|_, guarded| guarded.shares > 0 || guarded.process == process);
    // Known files are told by name first: a second descriptor could not be closed again.
    let mut file = identity(&fs::symlink_metadata(path).map_err(GuardFault::System)?)?;
    let mut opened = None;
    if !files.contains_key(&file) {
        // Not waiting for the other end of a pipe, should it have become one.
        let own = OpenOptions::new()
            .read(true)
            .custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK)
            .open(path)
            .map_err(GuardFault::System)?;
        carriers::add(own.as_raw_fd());
        // It may be another file by now: one that is guarded, even.
        match own.metadata().map_err(GuardFault::System).and_then(|metadata| identity(&metadata)) {
            Ok(found) => file = found,
            Err(fault) => {
                // Closing what nobody knows could cost somebody's locks.
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
