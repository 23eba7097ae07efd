//! Connections, hardened before they read the schema.

use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::disk;
use crate::error::{Result, fault};
use crate::options::{Access, Durability, SqliteOptions};
use crate::place::Place;

/// URI parameters that tell SQLite that nobody changes the file: it takes no lock and looks for no log.
const IMMUTABLE: &str = "immutable=1&mode=ro";

/// Opens a connection that writes.
pub(super) fn writer(place: &Place, options: &SqliteOptions) -> Result<Connection> {
    let connection = plain(place)?;
    wait_briefly(&connection)?;
    configure(&connection, options.durability, 16)?;
    // Overwrites what is deleted: erased text must not stay in free pages.
    pragma(&connection, "secure_delete", 1)?;
    Ok(connection)
}

/// Has a connection wait for other processes. SQLite counts milliseconds in 31 bits: more than it can count is three weeks.
pub(crate) fn wait_for_others(connection: &Connection, wait: Duration) -> Result<()> {
    connection.busy_timeout(wait.min(Duration::from_secs(21 * 86_400))).map_err(fault)
}

/// Has a writing connection wait for other processes only briefly, since `write::writer` waits in a loop of its own,
/// which can be cancelled.
pub(crate) fn wait_briefly(connection: &Connection) -> Result<()> {
    connection.busy_timeout(Duration::from_millis(25)).map_err(fault)
}

/// Opens a connection that cannot write.
pub(super) fn reader(place: &Place, options: &SqliteOptions) -> Result<Connection> {
    let connection = match options.access {
        Access::ReadWrite => plain(place)?,
        Access::ReadOnly => only_reading(place)?,
    };
    wait_for_others(&connection, options.busy_timeout)?;
    configure(&connection, options.durability, 8)?;
    pragma(&connection, "query_only", 1)?;
    Ok(connection)
}

/// Opens a connection that reads the file's bytes as they are, takes no lock and creates no file beside it.
pub(crate) fn looker(place: &Place) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | common();
    let connection = Connection::open_with_flags(place.uri(IMMUTABLE), flags).map_err(fault)?;
    configure(&connection, Durability::Full, 2)?;
    Ok(connection)
}

/// Opens a connection that only reads, through the log: it sees pages that are not checkpointed yet, and does not
/// checkpoint them when it is closed.
pub(super) fn looker_through_log(place: &Place) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | common();
    let connection = Connection::open_with_flags(place.path(), flags).map_err(fault)?;
    let _: bool =
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map_err(fault)?;
    configure(&connection, Durability::Full, 2)?;
    Ok(connection)
}

/// Opens a connection that fills an empty file which nobody else has open. SQLite takes no locks on it.
pub(crate) fn copier(place: &Place) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_URI | common();
    let connection = Connection::open_with_flags(place.uri("nolock=1&mode=rw"), flags).map_err(fault)?;
    // A rollback journal on disk would be of no use: if the process is killed, the unfinished file is removed.
    connection.pragma_update_and_check(None, "journal_mode", "memory", |_| Ok(())).map_err(fault)?;
    Ok(connection)
}

/// Whether the file is in WAL mode.
pub(super) fn uses_log(connection: &Connection) -> Result<bool> {
    let mode: String =
        connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).map_err(fault)?;
    Ok(mode == "wal")
}

/// Puts the file into WAL mode, unless it is in it.
pub(super) fn use_log(connection: &Connection) -> Result<()> {
    if !uses_log(connection)? {
        connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(())).map_err(fault)?;
    }
    Ok(())
}

fn plain(place: &Place) -> Result<Connection> {
    // `Place` is absolute, so SQLite cannot take the path for a URI or for a special name such as `:memory:`.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | common();
    Connection::open_with_flags(place.path(), flags).map_err(fault)
}

/// Opens a connection for a file that is only read. To read a log, SQLite needs an index (`-shm`) beside it. If it
/// could not create one, and there is no log, the file is read as if nobody changed it.
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
    // NO_MUTEX: each connection is used by one thread at a time. EXRESCODE: `error` tells faults apart by extended
    // codes.
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
        // Plans do not depend on bound values. Without this SQLite prepares a cached statement again whenever a value
        // that influenced its plan is bound again, which would be nearly every call.
        (DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true),
    ];
    for (switch, on) in switches {
        let _: bool = connection.set_db_config(switch, on).map_err(fault)?;
    }
    connection.set_prepared_statement_cache_capacity(64);
    pragma(connection, "cell_size_check", 1)?;
    pragma(connection, "mmap_size", 0)?;
    pragma(connection, "cache_size", -1024 * cache_mib)?;
    // Sorting and statement rollback happen in memory, so no temporary file ever contains data of a case.
    pragma(connection, "temp_store", 2)?;
    let synchronous = match durability {
        Durability::Full => 2,
        Durability::Normal => 1,
    };
    pragma(connection, "synchronous", synchronous)?;
    if cfg!(target_vendor = "apple") {
        // On Apple's systems `fsync` alone does not reach the disk.
        pragma(connection, "fullfsync", i32::from(durability == Durability::Full))?;
        pragma(connection, "checkpoint_fullfsync", 1)?;
    }
    Ok(())
}

fn pragma(connection: &Connection, name: &str, value: i32) -> Result<()> {
    // Some pragmas answer with a row when they are set, and some do not.
    connection.pragma_update_and_check(None, name, value, |_| Ok(())).or_else(|error| match error {
        rusqlite::Error::QueryReturnedNoRows => Ok(()),
        error => Err(fault(error)),
    })
}
