//! Opening a file: look, refuse or accept, and only then touch it.
//!
//! 1. Where it is: the folder resolved, the file itself never a link, on a disk of this machine.
//! 2. The guard, before the first connection.
//! 3. A look at it as bytes that nobody changes (`immutable`): no lock, no `-wal`, no `-shm`. Where a write-ahead log
//!    stands beside them, and they make no sense alone or come from elsewhere, a look that only reads, through the log.
//! 4. The real connection, hardened; the same look again, now of one moment and with what stands in the log.
//!
//! All looking at the database goes through SQLite: a second file handle of our own, when closed, would drop the locks
//! that other connections of this process hold on the file.

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

pub(crate) use connect::{copier, looker};
pub(crate) use judge::look;
pub(crate) use put::{put, sync_folder};
pub(crate) use sibling::{Becomes, Sibling, sweep};

use crate::error::{Result, fault};
use crate::held::{Held, Watch};
use crate::options::{Access, Creation, SqliteOptions, Trust};
use crate::place::Place;
use crate::schema;

/// A file, open: the connection that writes, and what the store holds of the file.
pub(crate) struct Opened {
    /// Unless it is only read.
    pub(crate) connection: Option<Connection>,
    pub(crate) held: Held,
}

/// Opens the file at a path, which is created if nothing is there.
pub(crate) fn open(path: &Path, options: &SqliteOptions) -> Result<(Place, Opened)> {
    casekit_locks::install();
    let place = Place::resolve(path)?;
    disk::refuse_network(&place, options.network)?;
    let creates = options.access == Access::ReadWrite && options.creation == Creation::IfMissing;
    if creates {
        sibling::sweep(&place, Becomes::File);
    }
    match place.is_missing()? {
        true if creates => create::create(&place)?,
        true => {
            let message = "no file is at the path; correct it, or open it so that it is created";
            return Err(StoreError::new(Kind::Missing, message));
        }
        false => {}
    }
    let opened = open_existing(&place, options, options.trust)?;
    Ok((place, opened))
}

/// Opens again, after `suspend`, a file that must be there. It was looked at when it was opened first.
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
    // Something is read under the guard before the log is looked at.
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
    /// How often a file that somebody takes out of its log again and again is put back into it.
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
        // Setting the log takes the whole file for a moment. Opened anew, the guard is there first again.
        held.unlock();
        connect::use_log(&connection)?;
        connection.close().map_err(|(_, error)| fault(error))?;
    }
    let message = "another program keeps changing how the file is written; end it and try again";
    Err(StoreError::new(Kind::Busy, message))
}

/// The connection that writes, if the file is ours also by what stands in its log.
fn accept(place: &Place, options: &SqliteOptions) -> Result<Connection> {
    let mut connection = connect::writer(place, options)?;
    // Should the look refuse the file, closing leaves it and its log as they are.
    keep_log_on_close(&connection, true)?;
    let looking = connection.transaction().map_err(fault)?;
    let version = schema::verify(&looking)?;
    looking.commit().map_err(fault)?;
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

/// Another connection that writes, in place of one that saw a fault. The store has the file open all the while.
pub(crate) fn writer(place: &Place, options: &SqliteOptions, watch: Watch) -> Result<Connection> {
    watched(place, watch, || connect::writer(place, options))
}

/// A connection that reads. The store has the file open all the while.
pub(crate) fn reader(place: &Place, options: &SqliteOptions, watch: Watch) -> Result<Connection> {
    watched(place, watch, || connect::reader(place, options))
}

/// A connection, opened by path, that has the file which is watched and no other.
fn watched(place: &Place, watch: Watch, open: impl FnOnce() -> Result<Connection>) -> Result<Connection> {
    watch.stands(place)?;
    let connection = open()?;
    // SQLite opens the log when it first reads.
    connection.pragma_query_value(None, "user_version", |_| Ok(())).map_err(fault)?;
    watch.stands(place)?;
    Ok(connection)
}

fn upgrade(connection: &mut Connection) -> Result<()> {
    let change = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(fault)?;
    // Another process may have been first.
    let version = schema::verify(&change)?;
    schema::migrate(&change, version, schema::newest())?;
    change.commit().map_err(fault)
}
