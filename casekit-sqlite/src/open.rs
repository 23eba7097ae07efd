//! Opening a file: look, refuse or accept, and only then touch it.
//!
//! 1. Where it is: the folder resolved, the file itself never a link.
//! 2. A look at it as bytes that nobody changes (`immutable`): no lock, no `-wal`, no `-shm`.
//! 3. The real connection, hardened; the same look again, now of one moment and with what stands in the `-wal`.
//!
//! All looking goes through SQLite: a second file handle of our own, when closed, would drop the locks that other
//! connections of this process hold on the file.

mod connect;
mod create;
mod place;
mod verify;

use std::fs;
use std::path::Path;

use casekit_core::store::{StoreError, StoreErrorKind};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, TransactionBehavior};

pub(crate) use connect::reader;
pub(crate) use place::Place;

use crate::error::{Result, fault, system};
use crate::options::{SqliteOptions, Trust};
use crate::schema;

/// Opens the file at a path, which is created if nothing is there. Gives the writing connection.
pub(crate) fn open(path: &Path, options: &SqliteOptions) -> Result<(Place, Connection)> {
    let place = Place::resolve(path)?;
    if place.is_missing()? {
        create::create(&place)?;
    }
    let connection = open_existing(&place, options)?;
    Ok((place, connection))
}

/// Opens a file that must be there.
pub(crate) fn open_existing(place: &Place, options: &SqliteOptions) -> Result<Connection> {
    regular(place)?;
    let hot = fs::metadata(place.beside("-wal")).is_ok_and(|wal| wal.len() > 0);
    match look_untouched(place, options) {
        // With a write-ahead log beside it the bytes of the file alone need not make sense.
        Err(error) if hot && error.kind() == StoreErrorKind::Corrupt => {}
        looked => looked?,
    }
    let mut connection = connect::writer(place, options)?;
    // Should the second look refuse the file, closing leaves it and its log as they are.
    let _: bool =
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map_err(fault)?;
    let looking = connection.transaction().map_err(fault)?;
    let version = verify::verify(&looking)?;
    if hot {
        verify::pages(&looking, options.trust)?;
    }
    looking.commit().map_err(fault)?;
    let _: bool =
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false).map_err(fault)?;
    if version < schema::newest() {
        upgrade(&mut connection)?;
    }
    connect::use_log(&connection)?;
    Ok(connection)
}

fn regular(place: &Place) -> Result<()> {
    let metadata = fs::symlink_metadata(place.path()).map_err(|error| system(&error, "opening the file"))?;
    let no = |message| Err(StoreError::new(StoreErrorKind::NotACasekitFile, message));
    if metadata.is_symlink() {
        return no("the path is a symbolic link; give the path of the file itself");
    }
    if !metadata.is_file() {
        return no("the path is not a file; choose another path");
    }
    if metadata.len() == 0 {
        return no("the file is empty; remove it or choose another path");
    }
    let folder_locked =
        cfg!(unix) && place.folder().metadata().is_ok_and(|folder| folder.permissions().readonly());
    if metadata.permissions().readonly() || folder_locked {
        let message = "the file or its folder is marked read-only; let this process write to both";
        return Err(StoreError::new(StoreErrorKind::ReadOnly, message));
    }
    Ok(())
}

fn look_untouched(place: &Place, options: &SqliteOptions) -> Result<()> {
    let connection = connect::looker(place)?;
    verify::verify(&connection)?;
    verify::pages(&connection, options.trust)
}

fn upgrade(connection: &mut Connection) -> Result<()> {
    let change = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(fault)?;
    // Another process may have been first.
    let version = verify::verify(&change)?;
    schema::migrate(&change, version, schema::newest())?;
    change.commit().map_err(fault)
}

/// Whether a file comes from elsewhere.
fn is_untrusted(trust: Trust) -> bool {
    match trust {
        Trust::Trusted => false,
        Trust::Untrusted => true,
    }
}
