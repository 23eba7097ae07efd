//! Connections, hardened before they read a byte.

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::disk;
use crate::error::{Result, fault};
use crate::options::{Access, Durability, SqliteOptions};
use crate::place::Place;

/// Says in a URI that nobody changes the file.
const IMMUTABLE: &str = "immutable=1&mode=ro";

/// The one that writes.
pub(super) fn writer(place: &Place, options: &SqliteOptions) -> Result<Connection> {
    let connection = plain(place)?;
    // Waiting for other processes is the writer's own loop, which can be interrupted.
    connection.busy_timeout(std::time::Duration::from_millis(25)).map_err(fault)?;
    configure(&connection, options.durability, 16)?;
    // What is deleted is overwritten: erased text must not stay in free pages.
    pragma(&connection, "secure_delete", 1)?;
    Ok(connection)
}

/// One that reads and cannot write.
pub(super) fn reader(place: &Place, options: &SqliteOptions) -> Result<Connection> {
    let connection = match options.access {
        Access::ReadWrite => plain(place)?,
        Access::ReadOnly => only_reading(place)?,
    };
    connection.busy_timeout(options.busy_timeout).map_err(fault)?;
    configure(&connection, options.durability, 8)?;
    pragma(&connection, "query_only", 1)?;
    Ok(connection)
}

/// One that reads the bytes of the file as they are, takes no lock and leaves nothing beside it.
pub(crate) fn looker(place: &Place) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | common();
    let connection = Connection::open_with_flags(place.uri(IMMUTABLE), flags).map_err(fault)?;
    configure(&connection, Durability::Full, 2)?;
    Ok(connection)
}

/// One that only reads, through the log: it sees the pages that a checkpoint did not bring home, and brings none home.
pub(super) fn looker_through_log(place: &Place) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | common();
    let connection = Connection::open_with_flags(place.path(), flags).map_err(fault)?;
    let _: bool =
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map_err(fault)?;
    configure(&connection, Durability::Full, 2)?;
    Ok(connection)
}

/// One that fills an empty file of which nobody else knows.
pub(crate) fn copier(place: &Place) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_URI | common();
    let connection = Connection::open_with_flags(place.uri("nolock=1&mode=rw"), flags).map_err(fault)?;
    // Who is killed leaves a sibling that is removed, so nothing needs to be undone.
    connection.pragma_update_and_check(None, "journal_mode", "memory", |_| Ok(())).map_err(fault)?;
    Ok(connection)
}

/// Whether the file has the write-ahead log.
pub(super) fn uses_log(connection: &Connection) -> Result<bool> {
    let mode: String =
        connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).map_err(fault)?;
    Ok(mode == "wal")
}

/// Sets the write-ahead log, if the file does not have it yet.
pub(super) fn use_log(connection: &Connection) -> Result<()> {
    if !uses_log(connection)? {
        connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(())).map_err(fault)?;
    }
    Ok(())
}

fn plain(place: &Place) -> Result<Connection> {
    // `Place` is absolute, so no path is taken for a URI or for a name of SQLite's own.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | common();
    Connection::open_with_flags(place.path(), flags).map_err(fault)
}

/// One for a file that is only read. SQLite needs an index beside a log to read it; where it cannot make one, and there
/// is no log, the file is read as one that nobody changes.
fn only_reading(place: &Place) -> Result<Connection> {
    let has_log = place.beside("-wal").symlink_metadata().is_ok();
    let opened = if has_log || disk::is_writable(place.folder()) {
        Connection::open_with_flags(place.path(), OpenFlags::SQLITE_OPEN_READ_ONLY | common())
    } else {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | common();
        Connection::open_with_flags(place.uri(IMMUTABLE), flags)
    };
    opened.map_err(fault)
}

fn common() -> OpenFlags {
    // Each connection is used by one thread at a time, so it needs no lock of its own.
    OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_PRIVATE_CACHE
        | OpenFlags::SQLITE_OPEN_NOFOLLOW
        | OpenFlags::SQLITE_OPEN_EXRESCODE
}

fn configure(connection: &Connection, durability: Durability, cache_mib: i32) -> Result<()> {
    let switches = [
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DML, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DDL, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_ATTACH_CREATE, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, true),
        // Plans do not depend on bound values. Without it SQLite parses and plans a kept statement again whenever a
        // value that it looked at is bound anew: here nearly every call.
        (DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true),
    ];
    for (switch, on) in switches {
        let _: bool = connection.set_db_config(switch, on).map_err(fault)?;
    }
    connection.set_prepared_statement_cache_capacity(64);
    pragma(connection, "cell_size_check", 1)?;
    pragma(connection, "mmap_size", 0)?;
    pragma(connection, "cache_size", -1024 * cache_mib)?;
    // Sorting and undoing happen in memory: no temporary file ever holds data of a case.
    pragma(connection, "temp_store", 2)?;
    let synchronous = match durability {
        Durability::Full => 2,
        Durability::Normal => 1,
    };
    pragma(connection, "synchronous", synchronous)?;
    if cfg!(target_vendor = "apple") {
        // There, only this reaches the disk.
        pragma(connection, "fullfsync", i32::from(durability == Durability::Full))?;
        pragma(connection, "checkpoint_fullfsync", 1)?;
    }
    Ok(())
}

fn pragma(connection: &Connection, name: &str, value: i32) -> Result<()> {
    // Some answer with a row and some do not.
    connection.pragma_update_and_check(None, name, value, |_| Ok(())).or_else(|error| match error {
        rusqlite::Error::QueryReturnedNoRows => Ok(()),
        error => Err(fault(error)),
    })
}
