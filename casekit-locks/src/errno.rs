//! What the system said when SQLite failed.

use std::io;

use rusqlite::{Connection, ffi};

/// The system's own error behind the newest fault of a connection, if there was one.
///
/// SQLite has one code for a failed write, whether the disk is broken or the quota used up; only the number that the
/// system gave tells them apart.
pub fn system_error(connection: &Connection) -> Option<io::Error> {
    // SAFETY: the handle is that of an open connection, which nobody else uses while it is borrowed here.
    let number = unsafe { ffi::sqlite3_system_errno(connection.handle()) };
    (number != 0).then(|| io::Error::from_raw_os_error(number))
}
