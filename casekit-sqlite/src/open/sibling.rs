//! The sibling in which a new file or a backup is made, and the removal of siblings that killed processes left behind.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use casekit_locks::FileId;

use crate::error::{Result, system};
use crate::options::Sharing;
use crate::place::Place;

/// What a sibling becomes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Becomes {
    /// A new file that is opened at once. Its siblings begin with its name.
    File,
    /// A backup. Backups usually have different names, so an abandoned sibling is recognised by its ending alone.
    Copy,
}

impl Becomes {
    fn ending(self) -> &'static str {
        match self {
            Self::File => ".new",
            Self::Copy => ".casekit-copy",
        }
    }
}

/// An unfinished file beside the path that it is made for. Removed when this is dropped.
pub(crate) struct Sibling {
    path: PathBuf,
    /// Locked as long as its maker lives: an unlocked sibling is abandoned. The system releases such a lock when the
    /// process ends, and SQLite's locks do not collide with it.
    _file: File,
}

impl Sibling {
    /// Creates an empty sibling under a name that is free. SQLite gives the log and its index the same permissions.
    pub(crate) fn claim(place: &Place, becomes: Becomes, sharing: Sharing) -> Result<Self> {
        let (process, ending) = (std::process::id(), becomes.ending());
        let mut attempt = 0_u32;
        loop {
            let path = place.beside(&format!(".{process}-{attempt}{ending}"));
            match create_new(&path, sharing) {
                // Between creating and locking, another process may have taken it for abandoned and removed it.
                Ok(file) if is_ours(&file) && is_at(&file, &path) => {
                    return Ok(Self { path, _file: file });
                }
                Ok(_) => attempt += 1,
                // Another thread's, or left by a killed process with the same id.
                Err(error) if error.kind() == ErrorKind::AlreadyExists && attempt < 10_000 => attempt += 1,
                Err(error) => return Err(system(&error, "creating the file")),
            }
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Sibling {
    fn drop(&mut self) {
        // After a hard link this is a second name of the finished file, after a failure an unfinished file, and after a
        // rename it is gone.
        fs::remove_file(&self.path).ok();
    }
}

#[cfg(unix)]
fn create_new(path: &Path, sharing: Sharing) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new().write(true).create_new(true).mode(sharing.mode()).open(path)
}

#[cfg(not(unix))]
fn create_new(path: &Path, _sharing: Sharing) -> std::io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

/// Locks the sibling; `false` if another process has locked it. Where there are no such locks it counts as ours, since
/// nobody can take it for abandoned there.
fn is_ours(file: &File) -> bool {
    !matches!(file.try_lock(), Err(TryLockError::WouldBlock))
}

fn is_at(file: &File, path: &Path) -> bool {
    let open = file.metadata().ok().as_ref().and_then(FileId::of);
    let there = fs::symlink_metadata(path).ok().as_ref().and_then(FileId::of);
    there == open
}

/// Removes abandoned siblings: those of the file at `place`, or those of any backup in its folder. One that cannot be
/// removed stays, and harms nothing.
pub(crate) fn sweep(place: &Place, becomes: Becomes) {
    /// How many names in the folder are looked at. More would take too long, since this happens at every opening.
    const NAMES: usize = 1_000;
    let Ok(entries) = fs::read_dir(place.folder()) else { return };
    let names = entries.flatten().take(NAMES).map(|entry| entry.file_name());
    let of_ours = names.filter(|name| sibling_of(place, name, becomes).is_some());
    let (siblings, beside): (Vec<OsString>, Vec<OsString>) =
        of_ours.partition(|name| name.as_encoded_bytes().ends_with(becomes.ending().as_bytes()));
    for name in siblings {
        remove_if_abandoned(&place.folder().join(name));
    }
    // SQLite's files beside a sibling are removed only when the sibling is gone: while its maker lives, it exists.
    for name in beside {
        let is_gone = sibling_of(place, &name, becomes).is_some_and(|sibling| !sibling.exists());
        if is_gone {
            fs::remove_file(place.folder().join(name)).ok();
        }
    }
}

/// The sibling to which a name belongs: its own, or that of SQLite's file beside it. `None` for any other name.
fn sibling_of(place: &Place, name: &OsStr, becomes: Becomes) -> Option<PathBuf> {
    let name = name.to_str()?;
    let beside = ["-journal", "-wal", "-shm"].iter().find_map(|ending| name.strip_suffix(ending));
    let itself = beside.unwrap_or(name);
    let unended = itself.strip_suffix(becomes.ending())?;
    let numbers = match becomes {
        Becomes::File => unended.strip_prefix(place.name().to_str()?)?.strip_prefix('.')?,
        Becomes::Copy => unended.rsplit('.').next()?,
    };
    let are_numbers =
        !numbers.is_empty() && numbers.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    are_numbers.then(|| place.folder().join(itself))
}

fn remove_if_abandoned(path: &Path) {
    let Ok(metadata) = fs::symlink_metadata(path) else { return };
    if !metadata.is_file() {
        return;
    }
    // A second name of a finished file, whose maker was killed after it gave the file its name and before it removed
    // this one. It must not be opened: closing it would drop the locks that this process may have on the file.
    if has_other_names(&metadata) {
        fs::remove_file(path).ok();
        return;
    }
    if let Ok(file) = File::open(path)
        && file.try_lock().is_ok()
        && is_at(&file, path)
    {
        fs::remove_file(path).ok();
    }
}

#[cfg(unix)]
fn has_other_names(metadata: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    metadata.nlink() > 1
}

#[cfg(not(unix))]
fn has_other_names(_metadata: &Metadata) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn what_killed_makers_left_is_removed_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cases");
        let strangers =
            ["cases.12-0.new.txt", "cases.new", "cases.a-1.new", "cases2.12-0.new", "other.12-0.new"];
        for name in ["cases.12-0.new", "cases.99999-17.new", "cases.12-0.new-journal", "cases.3-0.new-wal"]
            .iter()
            .chain(&strangers)
        {
            fs::write(folder.path().join(name), "half").unwrap();
        }
        fs::write(&path, "whole").unwrap();
        fs::hard_link(&path, folder.path().join("cases.7-0.new")).unwrap();
        let place = Place::resolve(&path).unwrap();
        let alive = Sibling::claim(&place, Becomes::File, Sharing::Owner).unwrap();
        let of_one_alive = alive.path().file_name().unwrap().to_str().unwrap().to_owned();
        let its_journal = format!("{of_one_alive}-journal");
        fs::write(folder.path().join(&its_journal), "").unwrap();
        sweep(&place, Becomes::File);
        let mut left: Vec<String> = strangers.iter().map(|name| (*name).to_owned()).collect();
        left.extend(["cases".to_owned(), of_one_alive, its_journal]);
        left.sort();
        assert_eq!(names(folder.path()), left);
        assert_eq!(fs::read(&path).unwrap(), b"whole");
        drop(alive);
        assert_eq!(names(folder.path()).len(), left.len() - 1);
    }

    #[test]
    fn what_killed_backups_left_is_removed_whatever_their_names_were() {
        let folder = tempfile::tempdir().unwrap();
        let left = ["cases.12-0.new", "monday", "monday.casekit-copy", "monday.x.casekit-copy"];
        for name in ["monday.12-0.casekit-copy", "tue.db.9-1.casekit-copy"].iter().chain(&left) {
            fs::write(folder.path().join(name), "half").unwrap();
        }
        let place = Place::resolve(&folder.path().join("wednesday")).unwrap();
        let alive = Sibling::claim(&place, Becomes::Copy, Sharing::Owner).unwrap();
        sweep(&place, Becomes::Copy);
        assert!(alive.path().exists());
        drop(alive);
        assert_eq!(names(folder.path()), left);
    }
}
