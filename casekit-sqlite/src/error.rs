//! Errors of SQLite and of the system, as faults of a store.
//!
//! SQLite's own messages contain paths, SQL and values, so none is passed on: only its code is kept, as the source.

use std::io;

use casekit_core::store::{StoreError, StoreErrorKind as Kind};
use rusqlite::{Connection, ErrorCode, ffi};

pub(crate) type Result<T, E = StoreError> = std::result::Result<T, E>;

/// Turns an error of SQLite into a fault.
pub(crate) fn fault(error: rusqlite::Error) -> StoreError {
    use rusqlite::Error as E;
    match error {
        E::SqliteFailure(code, said) => coded(as_of_search(code, said.as_deref())),
        E::SqlInputError { error: code, msg, .. } => coded(as_of_search(code, Some(&msg))),
        // A value of a type that this version does not write, in a file that claims to be of this version.
        E::FromSqlConversionFailure(..)
        | E::IntegralValueOutOfRange(..)
        | E::Utf8Error(..)
        | E::InvalidColumnType(..)
        | E::QueryReturnedNoRows
        | E::QueryReturnedMoreThanOneRow => unreadable(),
        // The rest are misuses of rusqlite, or belong to features that are off.
        _ => StoreError::new(Kind::Io, "the store could not carry out a statement; report it"),
    }
}

/// An error of FTS5 as damage to a search index, where FTS5 has no code of its own for it: an index that says it has
/// another format, or a row that FTS5 did not write and that is in the way of one in the tables behind an index. FTS5
/// writes to those within whatever statement comes next, up to the commit; SQLite names the column that is at fault
/// only where the table is one of ours.
fn as_of_search(code: ffi::Error, said: Option<&str>) -> ffi::Error {
    const SAID: [&str; 2] = ["invalid fts5 file format", "no such fts5 table"];
    let said = said.unwrap_or_default();
    let is_of_format =
        code.extended_code == ffi::SQLITE_ERROR && SAID.iter().any(|its| said.starts_with(its));
    let is_in_the_way = code.code == ErrorCode::ConstraintViolation && said == "constraint failed";
    if is_of_format || is_in_the_way { ffi::Error::new(ffi::SQLITE_CORRUPT_VTAB) } else { code }
}

/// The fault of a record that this version could not have written.
pub(crate) fn unreadable() -> StoreError {
    StoreError::new(
        Kind::Corrupt,
        "the file holds a record that cannot be read; keep a copy of it and restore a backup",
    )
}

/// The fault of damage to data that cannot be made again; `what` is a plural.
pub(crate) fn damaged(what: &str) -> StoreError {
    let message =
        format!("the file is damaged: its {what} are wrong; keep a copy of it and restore a backup");
    StoreError::new(Kind::Corrupt, message)
}

/// The fault of derived data that is wrong and can be made again; `what` is a plural.
pub(crate) fn derived(what: &str) -> StoreError {
    let message =
        format!("the file's {what} are wrong, and can be made anew from the rest: call `repair_derived`");
    StoreError::new(Kind::Corrupt, message)
}

/// What [`derived`] says is wrong with the indexes of the search.
pub(crate) const SEARCH: &str = "indexes of the search";

/// SQLite's code, if SQLite failed.
pub(crate) fn code(error: &StoreError) -> Option<ffi::Error> {
    std::error::Error::source(error).and_then(|source| source.downcast_ref()).copied()
}

/// Whether SQLite reports damage to a search index. A casekit file has no other virtual tables.
pub(crate) fn is_of_search(error: &StoreError) -> bool {
    code(error).is_some_and(|code| code.extended_code == ffi::SQLITE_CORRUPT_VTAB)
}

/// Turns an error of the system into a fault. `what` was being done: "opening the file".
pub(crate) fn system(error: &io::Error, what: &str) -> StoreError {
    let (kind, advice) = match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            (Kind::ReadOnly, "; let this process write to the file and its folder")
        }
        kind if is_no_room(kind) => (Kind::Full, "; make room and try again"),
        io::ErrorKind::NotFound => (Kind::Io, "; it does not exist"),
        _ => (Kind::Io, "; look at the system's log"),
    };
    // Only the kind is kept, since an `io::Error` can contain a path.
    StoreError::new(kind, format!("{what} failed{advice}")).with_source(io::Error::from(error.kind()))
}

/// Whether there is no room on the disk, within a quota, or within the largest size of a file.
fn is_no_room(kind: io::ErrorKind) -> bool {
    use io::ErrorKind as E;
    matches!(kind, E::StorageFull | E::QuotaExceeded | E::FileTooLarge)
}

/// Makes a fault more exact by the system's error on the connection that met it: SQLite has one code for every failed
/// write, whether the disk is full, read-only or broken.
pub(crate) fn told_apart(error: StoreError, connection: &Connection) -> StoreError {
    let Some(code) = code(&error).filter(|code| code.code == ErrorCode::SystemIoFailure) else {
        return error;
    };
    match casekit_locks::system_error(connection).map(|said| said.kind()) {
        Some(kind) if is_no_room(kind) => StoreError::new(Kind::Full, NO_ROOM).with_source(code),
        Some(io::ErrorKind::ReadOnlyFilesystem) => {
            StoreError::new(Kind::ReadOnly, READ_ONLY).with_source(code)
        }
        Some(_) | None => error,
    }
}

const NO_ROOM: &str = "no room is left on the disk; make room and try again";
const READ_ONLY: &str = "the file cannot be written; let this process write to it and to its folder";

fn coded(code: ffi::Error) -> StoreError {
    use ErrorCode as C;
    let (kind, message) = match code.code {
        C::DatabaseBusy | C::DatabaseLocked => {
            (Kind::Busy, "another process is writing to the file; try again")
        }
        C::DiskFull => (Kind::Full, NO_ROOM),
        C::DatabaseCorrupt if code.extended_code == ffi::SQLITE_CORRUPT_VTAB => {
            return derived(SEARCH).with_source(code);
        }
        C::DatabaseCorrupt => (
            Kind::Corrupt,
            "the file is damaged; keep a copy of it, and restore a backup unless `check` says that it can be repaired",
        ),
        C::NotADatabase => (Kind::NotCasekit, "the file is not a casekit file; choose another path"),
        C::ReadOnly | C::PermissionDenied => (Kind::ReadOnly, READ_ONLY),
        C::OperationInterrupted => {
            (Kind::Interrupted, "the call was interrupted because the store is being suspended or closed")
        }
        C::OutOfMemory => (Kind::Io, "no memory was left for the call; free some and try again"),
        C::CannotOpen => {
            (Kind::Io, "the file could not be opened; look at its folder and the limits on open files")
        }
        C::SystemIoFailure if is_full(code) => (Kind::Full, NO_ROOM),
        C::SystemIoFailure if is_write(code) => (
            Kind::Io,
            "the disk could not be written, and a crash may still bring the write back: look at the system's log, \
             and try again under the same request id",
        ),
        C::SystemIoFailure => (Kind::Io, "the disk could not be read or written; look at the system's log"),
        // Tables are strict and what is written has the types of its columns, so the row that is in the way was not written
        // by us: SQLite checks all of a row with each change of it.
        C::ConstraintViolation if code.extended_code == ffi::SQLITE_CONSTRAINT_DATATYPE => {
            return unreadable().with_source(code);
        }
        C::TypeMismatch => return unreadable().with_source(code),
        C::TooBig => (Kind::Io, "a value is too large for the store; make it smaller"),
        // The enum of codes is rusqlite's. The remaining ones are misuses, which tests find.
        _ => (Kind::Io, "the store could not carry out a statement; report it"),
    };
    StoreError::new(kind, message).with_source(code)
}

fn is_full(code: ffi::Error) -> bool {
    // The `-shm` file could not grow, which also means that the disk is full.
    code.extended_code == ffi::SQLITE_IOERR_SHMSIZE
}

/// Whether the bytes may or may not be on the disk after this fault: a commit whose call failed can be there after a
/// crash.
fn is_write(code: ffi::Error) -> bool {
    let writing = [
        ffi::SQLITE_IOERR_WRITE,
        ffi::SQLITE_IOERR_FSYNC,
        ffi::SQLITE_IOERR_DIR_FSYNC,
        ffi::SQLITE_IOERR_TRUNCATE,
    ];
    writing.contains(&code.extended_code)
}

/// Whether SQLite refused a row because it breaks a constraint of the schema.
pub(crate) fn is_constraint(error: &StoreError) -> bool {
    code(error).is_some_and(|code| code.code == ErrorCode::ConstraintViolation)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(code: i32) -> Kind {
        fault(rusqlite::Error::SqliteFailure(ffi::Error::new(code), Some("/secret/path".into()))).kind()
    }

    #[test]
    fn every_code_has_its_kind() {
        let pairs = [
            (ffi::SQLITE_BUSY, Kind::Busy),
            (ffi::SQLITE_BUSY_SNAPSHOT, Kind::Busy),
            (ffi::SQLITE_FULL, Kind::Full),
            (ffi::SQLITE_IOERR_SHMSIZE, Kind::Full),
            (ffi::SQLITE_CORRUPT_VTAB, Kind::Corrupt),
            (ffi::SQLITE_NOTADB, Kind::NotCasekit),
            (ffi::SQLITE_READONLY_DIRECTORY, Kind::ReadOnly),
            (ffi::SQLITE_INTERRUPT, Kind::Interrupted),
            (ffi::SQLITE_IOERR_FSYNC, Kind::Io),
            (ffi::SQLITE_CANTOPEN, Kind::Io),
        ];
        for (code, kind) in pairs {
            assert_eq!(of(code), kind, "{code}");
        }
    }

    #[test]
    fn no_message_shows_what_sqlite_said() {
        let said =
            rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_CANTOPEN), Some("/secret".into()));
        let fault = fault(said);
        assert!(!format!("{fault} {fault:?}").contains("secret"));
    }

    #[test]
    fn a_constraint_of_a_table_of_ours_is_no_damage_to_an_index() {
        let said = |said: &str| {
            let broken = ffi::Error::new(ffi::SQLITE_CONSTRAINT_PRIMARYKEY);
            fault(rusqlite::Error::SqliteFailure(broken, Some(said.into())))
        };
        let (ours, of_search) = (said("UNIQUE constraint failed: claims.kind"), said("constraint failed"));
        assert!(is_constraint(&ours) && !is_of_search(&ours));
        assert!(is_of_search(&of_search) && !is_constraint(&of_search));
        assert!(of_search.to_string().contains("call `repair_derived`"), "{of_search}");
    }
}
