//! Whether a file is exactly a casekit file. Reads only, and leaves a stranger's file as it was.

use std::fs::{self, File};
use std::io::Read;

use casekit_core::store::{StoreError, StoreErrorKind as Kind};
use rusqlite::{Connection, ErrorCode};

use super::connect;
use crate::error::{Result, code, damaged, fault};
use crate::options::Trust;
use crate::place::Place;
use crate::read::check;
use crate::schema::verify;

/// Looks at a file before anything writes to it. `has_its_own_log` is asked once the file's own bytes were looked at, and
/// before anything looks through the log beside it.
pub(super) fn judge(place: &Place, trust: Trust, has_its_own_log: impl FnOnce() -> Result<()>) -> Result<()> {
    let hot = log_is_hot(place);
    let looked = connect::looker(place).and_then(|connection| look(&connection, trust));
    let through_log = match looked.map_err(as_damage) {
        // A checkpoint that a power cut ended leaves bytes that make no sense alone. What is whole stands in the log.
        Err(error) if hot && is_damage(&error) => true,
        looked => {
            looked?;
            // What stands in the log of a file from elsewhere comes from there too.
            hot && trust == Trust::Untrusted
        }
    };
    has_its_own_log()?;
    if through_log {
        connect::looker_through_log(place).and_then(|connection| look(&connection, trust))?;
    }
    Ok(())
}

/// SQLite has no code of its own for a header that says what no version of it wrote.
fn as_damage(error: StoreError) -> StoreError {
    let unknown = code(&error).is_some_and(|code| code.code == ErrorCode::Unknown);
    if unknown { damaged("header") } else { error }
}

/// Looks at all that is to be seen of one moment.
pub(crate) fn look(connection: &Connection, trust: Trust) -> Result<()> {
    let moment = connection.unchecked_transaction().map_err(fault)?;
    verify(&moment)?;
    pages(&moment, trust)?;
    moment.commit().map_err(fault)
}

/// Looks at every page of a file that is not trusted.
fn pages(connection: &Connection, trust: Trust) -> Result<()> {
    match trust {
        Trust::Trusted => return Ok(()),
        Trust::Untrusted => {}
    }
    // What is made from the rest does not matter here: `check` tells of it, and `repair_derived` fixes it.
    check::pages(connection, "quick_check").map(|_| ())
}

/// Whether a write-ahead log with something in it stands beside the file. Told by the log's mark: beside a file that
/// is no database, opening anything but a log would leave traces. SQLite takes no locks on the log, so closing a
/// handle on it costs none.
fn log_is_hot(place: &Place) -> bool {
    let path = place.beside("-wal");
    let mut mark = [0; 4];
    let is_file = fs::symlink_metadata(&path).is_ok_and(|log| log.is_file());
    let read = is_file.then(|| File::open(&path).and_then(|mut log| log.read_exact(&mut mark)));
    // The last bit says in which order the checksums take their bytes.
    read.is_some_and(|read| read.is_ok()) && u32::from_be_bytes(mark) & !1 == 0x377f_0682
}

/// Whether bytes that make no sense are what a look met: not a stranger's sound file, not a newer version.
fn is_damage(error: &StoreError) -> bool {
    let kind = error.kind();
    kind == Kind::Corrupt || (kind == Kind::NotCasekit && code(error).is_some())
}
