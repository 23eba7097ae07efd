//! Backups: a consistent copy, made while others read and write.
//!
//! One read transaction lasts for the whole copy. So SQLite's backup sees one state of the file, and does not start
//! again whenever somebody writes. The price is a write-ahead log that cannot be reset until the copy ends, and grows
//! with every write.
//!
//! The copy is made in a sibling of its path, checked there, and only then given its name. Nobody else opens the
//! sibling, so it needs no locks, and can be on a network file system.

use std::ffi::c_int;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use casekit_core::store::{BackupProgress, StoreError, StoreErrorKind as Kind, TellBackup};
use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use crate::error::{Result, fault, system, told_apart};
use crate::open::{self, Becomes, Sibling};
use crate::options::{Sharing, Trust};
use crate::place::Place;

/// Copies what a connection reads to a path at which nothing is. `proceed` is called after every mebibyte, and
/// regularly while the copy is checked. An error from it ends the backup; then nothing of the copy is left.
pub(crate) fn backup(
    source: &Connection,
    path: &Path,
    sharing: Sharing,
    proceed: &mut dyn FnMut(BackupProgress) -> Result<()>,
) -> Result<()> {
    let place = Place::resolve(path)?;
    is_free(&place)?;
    open::sweep(&place, Becomes::Copy);
    let sibling = Sibling::claim(&place, Becomes::Copy, sharing)?;
    let making = Place::resolve(sibling.path())?;
    let copied = copy(source, &making, proceed)?;
    look_at(&making, || proceed(copied))?;
    // Again, since the copy took a while. Giving the file its name refuses an existing one by itself, but not a log
    // beside it.
    is_free(&place)?;
    open::put(sibling.path(), &place).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => exists(),
        _ => unwritten(&error),
    })?;
    open::sync_folder(place.folder()).map_err(|error| unwritten(&error))
}

/// Asks whether to go on: with how far the copy has come, and with what says whether it has to end anyway.
pub(crate) type Proceed<'a> = dyn FnMut(BackupProgress, &dyn Fn() -> Result<()>) -> Result<()> + 'a;

/// Copies on a thread of its own, and calls the application's listener on the thread of the caller. So the file can be
/// closed while the listener hangs: the copy ends without its answer.
pub(crate) fn told_beside(
    copying: impl FnOnce(&mut Proceed<'_>) -> Result<()> + Send,
    tell: TellBackup<'_>,
) -> Result<()> {
    /// How often a copy that waits for an answer looks whether it has to end.
    const PAUSE: Duration = Duration::from_millis(20);
    thread::scope(|scope| {
        // In here, so that they go when the listener panics: the copy waits for an answer until then.
        let (told, news) = mpsc::channel();
        let (answer, answers) = mpsc::channel();
        let copy = move || {
            copying(&mut |so_far, must_end| {
                told.send(so_far).map_err(|_| cancelled())?;
                loop {
                    match answers.recv_timeout(PAUSE) {
                        Ok(ControlFlow::Continue(())) => return Ok(()),
                        Ok(ControlFlow::Break(())) | Err(RecvTimeoutError::Disconnected) => {
                            return Err(cancelled());
                        }
                        Err(RecvTimeoutError::Timeout) => must_end()?,
                    }
                }
            })
        };
        let copier = thread::Builder::new().spawn_scoped(scope, copy).map_err(|error| unwritten(&error))?;
        // Ends with the copy, which takes its end of both channels with it.
        for so_far in news {
            if answer.send(tell(so_far)).is_err() {
                break;
            }
        }
        let lost = |_| Err(StoreError::new(Kind::Io, "the thread that copies was lost; report it"));
        copier.join().unwrap_or_else(lost)
    })
}

fn cancelled() -> StoreError {
    StoreError::new(Kind::Cancelled, "the backup was cancelled, and nothing of it is left")
}

/// Refuses a path if something is there, or if one of SQLite's files is beside it: SQLite would take an old log for the
/// copy's own, and copy its pages into the backup.
fn is_free(place: &Place) -> Result<()> {
    for ending in ["", "-wal", "-shm", "-journal"] {
        match fs::symlink_metadata(place.beside(ending)) {
            Ok(_) => return Err(exists()),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(unwritten(&error)),
        }
    }
    Ok(())
}

fn exists() -> StoreError {
    let message = "something is at the path of the backup, or a `-wal`, `-shm` or `-journal` of that name beside it, \
                   and was left as it was: choose another path";
    StoreError::new(Kind::Exists, message)
}

fn unwritten(error: &std::io::Error) -> StoreError {
    system(error, "writing the backup")
}

fn copy(
    source: &Connection,
    making: &Place,
    proceed: &mut dyn FnMut(BackupProgress) -> Result<()>,
) -> Result<BackupProgress> {
    let moment = source.unchecked_transaction().map_err(fault)?;
    // A transaction sees the file as it is at its first read, not when it begins.
    moment.pragma_query_value(None, "user_version", |_| Ok(())).map_err(fault)?;
    let page = moment.pragma_query_value(None, "page_size", |row| row.get::<_, u32>(0)).map_err(fault)?;
    let mut copy = open::copier(making)?;
    let copied =
        steps(&moment, &mut copy, u64::from(page), proceed).map_err(|error| told_apart(error, &copy))?;
    moment.commit().map_err(fault)?;
    copy.close().map_err(|(_, error)| fault(error))?;
    // Before the copy gets its name, which must not lead to half a copy after a power cut.
    File::open(making.path()).and_then(|file| file.sync_all()).map_err(|error| unwritten(&error))?;
    Ok(copied)
}

fn steps(
    source: &Connection,
    copy: &mut Connection,
    page: u64,
    proceed: &mut dyn FnMut(BackupProgress) -> Result<()>,
) -> Result<BackupProgress> {
    /// How many pages are copied between two calls of `proceed`: a mebibyte, which takes some milliseconds.
    const PAGES: c_int = 256;
    let backup = Backup::new(source, copy).map_err(fault)?;
    loop {
        let step = backup.step(PAGES).map_err(fault)?;
        let pages = backup.progress();
        let bytes = |pages: c_int| u64::try_from(pages).unwrap_or_default() * page;
        let copied = BackupProgress {
            copied: bytes(pages.pagecount - pages.remaining),
            total: bytes(pages.pagecount),
        };
        match step {
            StepResult::Done => return proceed(copied).map(|()| copied),
            StepResult::More => proceed(copied)?,
            // Busy or locked. This is not expected: nobody else has the copy open, and the source is in a read
            // transaction.
            _ => {
                return Err(StoreError::new(
                    Kind::Busy,
                    "the file was locked while it was copied; try again",
                ));
            }
        }
    }
}

/// Checks header, schema and every page of a finished copy: a damaged backup should be found before it is needed.
/// SQLite checks on another thread, so that `proceed` can be called, and can end it, in the meantime.
fn look_at(making: &Place, mut proceed: impl FnMut() -> Result<()>) -> Result<()> {
    /// The time between two calls of `proceed`.
    const PAUSE: Duration = Duration::from_millis(20);
    let connection = open::looker(making)?;
    let interrupt = connection.get_interrupt_handle();
    let (tell, told) = mpsc::sync_channel(1);
    thread::scope(|scope| {
        let looking = move || tell.send(open::look(&connection, Trust::Untrusted)).ok();
        thread::Builder::new().spawn_scoped(scope, looking).map_err(|error| unwritten(&error))?;
        let mut stopped = Ok(());
        loop {
            match told.recv_timeout(PAUSE) {
                Ok(looked) => return stopped.and(looked),
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(StoreError::new(Kind::Io, "the backup could not be looked at; report it"));
                }
                Err(RecvTimeoutError::Timeout) => {
                    stopped = stopped.and_then(|()| proceed());
                    if stopped.is_err() {
                        // At every pass, since an interrupt ends only the statement that is running.
                        interrupt.interrupt();
                    }
                }
            }
        }
    })
}
