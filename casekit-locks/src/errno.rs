//! The system's error behind a failure of SQLite.

use std::io;

use rusqlite::{Connection, ffi};

/// The system's error behind the newest failure of a connection; `None` if the failure was not the system's.
///
/// SQLite has one code for a failed write, whether the disk is broken or a quota is used up; only the system's error
/// number tells them apart.
pub fn system_error(connection: &Connection) -> Option<io::Error> {
    // SAFETY: the handle belongs to an open connection, which nobody else uses while it is borrowed here.
    let number = unsafe { ffi::sqlite3_system_errno(connection.handle()) };
    (number != 0).then(|| io::Error::from_raw_os_error(number))
}
