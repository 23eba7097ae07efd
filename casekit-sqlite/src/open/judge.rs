//! Whether a file is exactly a casekit file. This only reads, so a file of another application is left as it was.

use std::fs::{self, File};
use std::io::Read;
use std::thread;
use std::time::Duration;

use casekit_core::store::{StoreError, StoreErrorKind as Kind};
use rusqlite::{Connection, ErrorCode};

use super::connect;
use crate::error::{Result, code, damaged, fault};
use crate::options::Trust;
use crate::place::Place;
use crate::read::check;
use crate::schema::verify;

/// Checks a file before anything writes to it.
///
/// `has_its_own_log` is called after the file's own bytes were checked, and before anything is read through the log: a
/// log that belongs to another file would show this one pages of that.
pub(super) fn judge(place: &Place, trust: Trust, has_its_own_log: impl FnOnce() -> Result<()>) -> Result<()> {
    let through_log = until_it_stands_still(|| look_at_bytes(place, trust))?;
    has_its_own_log()?;
    if through_log {
        connect::looker_through_log(place).and_then(|connection| look(&connection, trust))?;
    }
    Ok(())
}

/// Checks the file's own bytes, and says whether its log has to be looked through as well.
fn look_at_bytes(place: &Place, trust: Trust) -> Result<bool> {
    let hot = log_is_hot(place);
    let looked = connect::looker(place).and_then(|connection| look(&connection, trust));
    match looked.map_err(as_damage) {
        // After a checkpoint that a power cut interrupted, the file alone is damaged, and its pages are whole in the
        // log.
        Err(error) if hot && is_damage(&error) => Ok(true),
        looked => {
            looked?;
            // If the file is not trusted, its log is not either.
            Ok(hot && trust == Trust::Untrusted)
        }
    }
}

/// Looks again where damage is seen. The bytes are read without a lock, so that another process's checkpoint may write
/// them meanwhile: what is half written is whole, or has a hot log, a moment later. Real damage stays.
fn until_it_stands_still<T>(mut look: impl FnMut() -> Result<T>) -> Result<T> {
    // 21 ms in all: a checkpoint writes a page in microseconds, and a process that is put aside in the midst of it comes
    // back within a few slices of the scheduler.
    const PAUSES: [Duration; 3] =
        [Duration::from_millis(1), Duration::from_millis(4), Duration::from_millis(16)];
    let mut pauses = PAUSES.into_iter();
    loop {
        match look() {
            Err(error) if is_damage(&error) => {
                let Some(pause) = pauses.next() else { return Err(error) };
                thread::sleep(pause);
            }
            looked => return looked,
        }
    }
}

/// Turns SQLite's general error into damage: it has no code for a header that no version of it could have written.
fn as_damage(error: StoreError) -> StoreError {
    let unknown = code(&error).is_some_and(|code| code.code == ErrorCode::Unknown);
    if unknown { damaged("header") } else { error }
}

/// Checks the schema, and every page unless the file is trusted, in one transaction.
pub(crate) fn look(connection: &Connection, trust: Trust) -> Result<()> {
    let moment = connection.unchecked_transaction().map_err(fault)?;
    verify(&moment)?;
    pages(&moment, trust)?;
    moment.commit().map_err(fault)
}

/// Checks every page of a file that is not trusted.
fn pages(connection: &Connection, trust: Trust) -> Result<()> {
    match trust {
        Trust::Trusted => return Ok(()),
        Trust::Untrusted => {}
    }
    // Damage to derived data is no reason to refuse the file: `check` reports it, and `repair_derived` fixes it.
    check::pages(connection, "quick_check").map(|_| ())
}

/// Whether a write-ahead log with something in it is beside the file. The log's magic number tells: beside a file that
/// is no database, `-wal` could be anything, and SQLite would leave traces by opening it. SQLite takes no locks on the
/// log, so closing a handle on it drops none.
fn log_is_hot(place: &Place) -> bool {
    let path = place.beside("-wal");
    let mut mark = [0; 4];
    let is_file = fs::symlink_metadata(&path).is_ok_and(|log| log.is_file());
    let read = is_file.then(|| File::open(&path).and_then(|mut log| log.read_exact(&mut mark)));
    // The last bit of the magic number is the byte order of the checksums.
    read.is_some_and(|read| read.is_ok()) && u32::from_be_bytes(mark) & !1 == 0x377f_0682
}

/// Whether a check failed because of damage, and not because the file is of another application or a newer version.
fn is_damage(error: &StoreError) -> bool {
    let kind = error.kind();
    kind == Kind::Corrupt || (kind == Kind::NotCasekit && code(error).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_that_is_gone_a_moment_later_was_half_written() {
        for damaged_looks in 0..=3 {
            let mut looks = 0;
            let looked = until_it_stands_still(|| {
                looks += 1;
                if looks > damaged_looks { Ok(looks) } else { Err(damaged("header")) }
            });
            assert_eq!(looked.unwrap(), damaged_looks + 1);
        }
    }

    #[test]
    fn damage_that_stays_is_told_and_another_fault_at_once() {
        let mut looks = 0;
        let mut told = |error: fn() -> StoreError| {
            looks = 0;
            let told = until_it_stands_still(|| -> Result<()> {
                looks += 1;
                Err(error())
            });
            (told.unwrap_err().kind(), looks)
        };
        assert_eq!(told(|| damaged("header")), (Kind::Corrupt, 4));
        assert_eq!(told(|| StoreError::new(Kind::NotCasekit, "another's")), (Kind::NotCasekit, 1));
    }
}
