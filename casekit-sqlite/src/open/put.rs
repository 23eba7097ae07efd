//! Giving a finished sibling its real name without replacing anything.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::Path;

use crate::place::Place;

/// Gives the sibling its real name.
///
/// # Errors
/// `AlreadyExists` if something has that name; it is left as it was.
pub(crate) fn put(sibling: &Path, place: &Place) -> io::Result<()> {
    fs::hard_link(sibling, place.path()).or_else(|error| match error.kind() {
        ErrorKind::AlreadyExists => Err(error),
        // Some file systems have no hard links, and some systems forbid them.
        _ => rename_without_replacing(sibling, place.path()),
    })
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn rename_without_replacing(from: &Path, to: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn rename_without_replacing(_from: &Path, _to: &Path) -> io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}

/// Makes new names in a folder durable: syncing a file does not sync its name.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    File::open(folder)?.sync_all().or_else(|error| match error.kind() {
        // Some network file systems cannot sync a folder.
        ErrorKind::InvalidInput | ErrorKind::Unsupported => Ok(()),
        _ => Err(error),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_the_name_already_stays() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::resolve(&folder.path().join("to")).unwrap();
        let sibling = folder.path().join("from");
        fs::write(&sibling, "new").unwrap();
        put(&sibling, &place).unwrap();
        fs::write(folder.path().join("other"), "newer").unwrap();
        let error = put(&folder.path().join("other"), &place).unwrap_err();
        assert_eq!(
            (error.kind(), fs::read(place.path()).unwrap()),
            (ErrorKind::AlreadyExists, b"new".to_vec())
        );
    }

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
