//! Opening a file: look at it, refuse or accept it, and only then change anything.
//!
//! 1. Resolve the folder. The file itself must not be a link, and must be on a disk of this machine.
//! 2. Take the guard, before the first connection is opened.
//! 3. Check the file's bytes as if nobody changed them (`immutable`), which takes no lock and creates no `-wal` or
//!    `-shm`. If there is a write-ahead log, and the bytes alone are damaged or the file is not trusted, check again by
//!    a connection that only reads, through the log.
//! 4. Open the real connection, hardened, and check again: now in one transaction, with what is in the log.
//!
//! The database is only ever read through SQLite: closing a file handle of our own would drop the locks that other
//! connections of this process hold on the file.

mod connect;
mod create;
mod disk;
mod judge;
mod put;
mod sibling;

use std::path::Path;

use casekit_core::store::{StoreError, StoreErrorKind as Kind};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, TransactionBehavior};

pub(crate) use connect::{copier, looker, wait_briefly, wait_for_others};
pub(crate) use judge::look;
pub(crate) use put::{put, sync_folder};
pub(crate) use sibling::{Becomes, Sibling, sweep};

use crate::error::{Result, fault};
use crate::held::{Held, Watch};
use crate::options::{Access, Creation, SqliteOptions, Trust};
use crate::place::Place;
use crate::schema;

/// An open file: the connection that writes, and the share in the file's guard.
pub(crate) struct Opened {
    /// `None` if the file is only read.
    pub(crate) connection: Option<Connection>,
    pub(crate) held: Held,
}

/// Opens the file at a path. If nothing is there, it is created if the options allow it.
pub(crate) fn open(path: &Path, options: &SqliteOptions) -> Result<(Place, Opened)> {
    // Before the first connection is opened: a file that is open already keeps the locks that it has.
    casekit_locks::install();
    let place = Place::resolve(path)?;
    disk::refuse_network(&place, options.network)?;
    let creates = options.access == Access::ReadWrite && options.creation == Creation::IfMissing;
    if creates {
        sibling::sweep(&place, Becomes::File);
    }
    match place.is_missing()? {
        true if creates => create::create(&place, options.sharing)?,
        true => {
            let message = "no file is at the path; correct it, or open it so that it is created";
            return Err(StoreError::new(Kind::Missing, message));
        }
        false => {}
    }
    let opened = open_existing(&place, options, options.trust)?;
    Ok((place, opened))
}

/// Opens a suspended file again. It must exist, and is trusted: its pages were checked, if at all, when it was first
/// opened.
pub(crate) fn resume(place: &Place, options: &SqliteOptions) -> Result<Opened> {
    disk::refuse_network(place, options.network)?;
    open_existing(place, options, Trust::Trusted)
}

fn open_existing(place: &Place, options: &SqliteOptions, trust: Trust) -> Result<Opened> {
    match options.access {
        Access::ReadWrite => open_to_write(place, options, trust),
        Access::ReadOnly => open_to_read(place, options, trust),
    }
}

fn open_to_read(place: &Place, options: &SqliteOptions, trust: Trust) -> Result<Opened> {
    disk::plain_file(place)?;
    let mut held = Held::take(place, options.busy_timeout)?;
    judge::judge(place, trust, || held.has_its_own_log(place, options.busy_timeout))?;
    // `watch` must come after a read under the guard: only then is the log at the path the one that SQLite has open.
    let connection = connect::reader(place, options)?;
    if schema::verify(&connection)? < schema::newest() {
        let message = "the file is of an older version; open it once so that it can be written to";
        return Err(StoreError::new(Kind::ReadOnly, message));
    }
    held.watch(place);
    connection.close().map_err(|(_, error)| fault(error))?;
    Ok(Opened { connection: None, held })
}

fn open_to_write(place: &Place, options: &SqliteOptions, trust: Trust) -> Result<Opened> {
    /// How often the file is put into WAL mode, should another program keep changing its journal mode.
    const PATIENCE: u32 = 3;
    for _ in 0..PATIENCE {
        disk::plain_file(place)?;
        disk::writable(place)?;
        let mut held = Held::take(place, options.busy_timeout)?;
        judge::judge(place, trust, || held.has_its_own_log(place, options.busy_timeout))?;
        let connection = accept(place, options)?;
        if connect::uses_log(&connection)? {
            held.watch(place);
            return Ok(Opened { connection: Some(connection), held });
        }
        // Changing the journal mode needs an exclusive lock, which the guard would refuse. So the guard is unlocked,
        // and the file opened again from the beginning, guard first.
        held.unlock();
        connect::use_log(&connection)?;
        connection.close().map_err(|(_, error)| fault(error))?;
    }
    let message = "another program keeps changing how the file is written; end it and try again";
    Err(StoreError::new(Kind::Busy, message))
}

/// Opens the writing connection, if the file is a casekit file with what is in its log, too.
fn accept(place: &Place, options: &SqliteOptions) -> Result<Connection> {
    let mut connection = connect::writer(place, options)?;
    // If the check refuses the file, closing the connection must leave it and its log as they are.
    keep_log_on_close(&connection, true)?;
    let looking = connection.transaction().map_err(fault)?;
    let version = schema::verify(&looking)?;
    looking.commit().map_err(fault)?;
    // Permissions were looked at before: this is the mark of a program whose files older ones must not write to.
    if connection.is_readonly("main").map_err(fault)? {
        let message = "the header of the file says that this version must not write to it; open it so that it is only \
                       read, or restore a backup";
        return Err(StoreError::new(Kind::ReadOnly, message));
    }
    keep_log_on_close(&connection, false)?;
    if version < schema::newest() {
        upgrade(&mut connection)?;
    }
    Ok(connection)
}

fn keep_log_on_close(connection: &Connection, keep: bool) -> Result<()> {
    let set = connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keep);
    set.map(|_: bool| ()).map_err(fault)
}

/// Another writing connection, in place of one that saw a fault. The store must have the file open, so that the guard
/// holds.
pub(crate) fn writer(place: &Place, options: &SqliteOptions, watch: Watch) -> Result<Connection> {
    watched(place, watch, || connect::writer(place, options))
}

/// A reading connection. The store must have the file open, so that the guard holds.
pub(crate) fn reader(place: &Place, options: &SqliteOptions, watch: Watch) -> Result<Connection> {
    watched(place, watch, || connect::reader(place, options))
}

/// Opens a connection by path and makes sure that it has the watched file. The path is compared before and after:
/// before, so that another file is not touched, and after, since it may have been moved in between.
fn watched(place: &Place, watch: Watch, open: impl FnOnce() -> Result<Connection>) -> Result<Connection> {
    watch.stands(place)?;
    let connection = open()?;
    // SQLite opens the log only at the first read, so the comparison below must come after one.
    connection.pragma_query_value(None, "user_version", |_| Ok(())).map_err(fault)?;
    watch.stands(place)?;
    Ok(connection)
}

fn upgrade(connection: &mut Connection) -> Result<()> {
    let change = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(fault)?;
    // Checked again within the transaction: another process may have upgraded the file first.
    let version = schema::verify(&change)?;
    schema::migrate(&change, version, schema::newest())?;
    change.commit().map_err(fault)
}
