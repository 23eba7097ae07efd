//! Making a new file so that nobody ever sees half of one, and nobody's file is replaced.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::Path;

use rusqlite::Connection;

use super::sibling::Sibling;
use super::{Place, connect};
use crate::error::{Result, fault, system};
use crate::schema;

/// Makes the file in a sibling, then puts it at its path unless something is there by now; then that one counts.
pub(super) fn create(place: &Place) -> Result<()> {
    let folder =
        place.folder().metadata().map_err(|error| system(&error, "opening the folder of the file"))?;
    if cfg!(unix) && folder.permissions().readonly() {
        let denied = std::io::Error::from(ErrorKind::PermissionDenied);
        return Err(system(&denied, "creating the file"));
    }
    let sibling = Sibling::claim(place)?;
    build(sibling.path())?;
    put(sibling.path(), place).map_err(|error| system(&error, "creating the file"))?;
    sync_folder(place.folder())
}

fn build(sibling: &Path) -> Result<()> {
    let mut connection = Connection::open(sibling).map_err(fault)?;
    connection.pragma_update_and_check(None, "journal_mode", "memory", |_| Ok(())).map_err(fault)?;
    connection.pragma_update(None, "page_size", 4096).map_err(fault)?;
    // Pages that hold nothing can be given back a few at a time; it can only be said while there are no tables.
    connection.pragma_update(None, "auto_vacuum", "incremental").map_err(fault)?;
    let change = connection.transaction().map_err(fault)?;
    change.pragma_update(None, "application_id", schema::APPLICATION_ID).map_err(fault)?;
    schema::migrate(&change, 0, schema::newest())?;
    change.commit().map_err(fault)?;
    connect::use_log(&connection)?;
    connection.close().map_err(|(_, error)| fault(error))?;
    let written = File::open(sibling).and_then(|file| file.sync_all());
    written.map_err(|error| system(&error, "creating the file"))
}

/// Gives the sibling its real name; that somebody else was first is fine.
fn put(sibling: &Path, place: &Place) -> std::io::Result<()> {
    let put = fs::hard_link(sibling, place.path()).or_else(|error| match error.kind() {
        ErrorKind::AlreadyExists => Err(error),
        // Some file systems have no links, and some systems do not allow them.
        _ => rename_without_replacing(sibling, place.path()),
    });
    put.or_else(|error| if error.kind() == ErrorKind::AlreadyExists { Ok(()) } else { Err(error) })
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn rename_without_replacing(from: &Path, to: &Path) -> std::io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn rename_without_replacing(_from: &Path, _to: &Path) -> std::io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}

fn sync_folder(folder: &Path) -> Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|error| system(&error, "creating the file"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rename_replaces_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        fs::write(&from, "new").unwrap();
        fs::write(&to, "old").unwrap();
        let error = rename_without_replacing(&from, &to).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&to).unwrap(), b"old");
    }
}
