//! Creating a new file so that nobody ever sees half of one, and no existing file is replaced.

use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;

use rusqlite::Connection;

use super::connect;
use super::put::{put, sync_folder};
use super::sibling::{Becomes, Sibling};
use crate::error::{Result, fault, system};
use crate::options::Sharing;
use crate::place::Place;
use crate::schema;

/// Builds the file in a sibling, then gives it its path. If something is at the path by then, that is used instead.
pub(super) fn create(place: &Place, sharing: Sharing) -> Result<()> {
    let folder =
        place.folder().metadata().map_err(|error| system(&error, "opening the folder of the file"))?;
    if cfg!(unix) && folder.permissions().readonly() {
        let denied = std::io::Error::from(ErrorKind::PermissionDenied);
        return Err(system(&denied, "creating the file"));
    }
    let sibling = Sibling::claim(place, Becomes::File, sharing)?;
    build(sibling.path())?;
    // Another process may have created the file first; it is opened and checked like any other.
    let put = put(sibling.path(), place).or_else(|error| match error.kind() {
        ErrorKind::AlreadyExists => Ok(()),
        _ => Err(error),
    });
    put.and_then(|()| sync_folder(place.folder())).map_err(|error| system(&error, "creating the file"))
}

fn build(sibling: &Path) -> Result<()> {
    let mut connection = Connection::open(sibling).map_err(fault)?;
    connection.pragma_update_and_check(None, "journal_mode", "memory", |_| Ok(())).map_err(fault)?;
    connection.pragma_update(None, "page_size", 4096).map_err(fault)?;
    // So that `compact` can give back free pages a few at a time. SQLite accepts this only before the first table.
    connection.pragma_update(None, "auto_vacuum", "incremental").map_err(fault)?;
    let change = connection.transaction().map_err(fault)?;
    change.pragma_update(None, "application_id", schema::APPLICATION_ID).map_err(fault)?;
    schema::migrate(&change, 0, schema::newest())?;
    change.commit().map_err(fault)?;
    connect::use_log(&connection)?;
    connection.close().map_err(|(_, error)| fault(error))?;
    // Before the file gets its name, which must not lead to half a file after a power cut.
    let written = File::open(sibling).and_then(|file| file.sync_all());
    written.map_err(|error| system(&error, "creating the file"))
}
