//! The sibling in which a new file is made, and what is left of it when its maker is killed.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use casekit_locks::FileId;

use super::Place;
use crate::error::{Result, system};

/// A file beside the one to be made, whose maker is at work. Removed when this is dropped.
pub(super) struct Sibling {
    path: PathBuf,
    /// Locked as long as its maker lives, which tells it from what a killed one left. The system takes such a lock
    /// away with the process, and SQLite's locks are of another kind.
    _file: File,
}

impl Sibling {
    /// Makes an empty one.
    pub(super) fn claim(place: &Place) -> Result<Self> {
        let process = std::process::id();
        let mut attempt = 0_u32;
        loop {
            let path = place.beside(&format!(".{process}-{attempt}{ENDING}"));
            match create_new(&path) {
                // Between creating and locking it somebody may have taken it for a killed one's.
                Ok(file) if file.try_lock().is_ok() && is_at(&file, &path) => {
                    return Ok(Self { path, _file: file });
                }
                Ok(_) => attempt += 1,
                // Another thread, or what a killed process with the same id left.
                Err(error) if error.kind() == ErrorKind::AlreadyExists && attempt < 10_000 => attempt += 1,
                Err(error) => return Err(system(&error, "creating the file")),
            }
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Sibling {
    fn drop(&mut self) {
        // After a hard link it is a second name; after a failure it is litter; after a rename it is gone.
        fs::remove_file(&self.path).ok();
    }
}

const ENDING: &str = ".new";

#[cfg(unix)]
fn create_new(path: &Path) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn create_new(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

fn is_at(file: &File, path: &Path) -> bool {
    let open = file.metadata().ok().as_ref().and_then(FileId::of);
    let there = fs::symlink_metadata(path).ok().as_ref().and_then(FileId::of);
    there == open
}

/// Removes the siblings that killed makers of the file at `place` left. What cannot be removed is left: it harms
/// nobody.
pub(super) fn sweep(place: &Place) {
    /// Names looked at: a folder with more is not worth the time at every opening.
    const NAMES: usize = 1_000;
    let Ok(entries) = fs::read_dir(place.folder()) else { return };
    let made = fs::symlink_metadata(place.path()).ok().as_ref().and_then(FileId::of);
    let names = entries.flatten().take(NAMES).map(|entry| entry.file_name());
    let (siblings, beside): (Vec<OsString>, Vec<OsString>) =
        names.filter(|name| sibling_of(place, name).is_some()).partition(|name| is_itself(name));
    for name in siblings {
        remove_if_abandoned(&place.folder().join(name), made);
    }
    // What SQLite kept beside a sibling goes when that is gone: while its maker lives, it is there.
    for name in beside {
        let is_gone = sibling_of(place, &name).is_some_and(|sibling| !sibling.exists());
        if is_gone {
            fs::remove_file(place.folder().join(name)).ok();
        }
    }
}

/// Whether a name is that of a sibling, and not of what SQLite keeps beside one.
fn is_itself(name: &OsStr) -> bool {
    name.as_encoded_bytes().ends_with(ENDING.as_bytes())
}

/// The sibling that a name is that of, or that it stands beside.
fn sibling_of(place: &Place, name: &OsStr) -> Option<PathBuf> {
    let name = name.to_str()?;
    let own = name.strip_prefix(place.name().to_str()?)?.strip_prefix('.')?;
    let beside = ["-journal", "-wal", "-shm"].iter().find_map(|ending| own.strip_suffix(ending));
    let itself = beside.unwrap_or(own);
    let numbers = itself.strip_suffix(ENDING)?;
    let are_numbers =
        !numbers.is_empty() && numbers.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    are_numbers.then(|| place.beside(&format!(".{itself}")))
}

fn remove_if_abandoned(path: &Path, made: Option<FileId>) {
    let Ok(metadata) = fs::symlink_metadata(path) else { return };
    if !metadata.is_file() {
        return;
    }
    // A second name of the file itself, whose maker was killed between giving it its name and taking the old one
    // away. It is not opened: closing it would drop the locks that this process has on the file.
    if made.is_some() && FileId::of(&metadata) == made {
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
        let alive = Sibling::claim(&place).unwrap();
        let of_one_alive = alive.path().file_name().unwrap().to_str().unwrap().to_owned();
        let its_journal = format!("{of_one_alive}-journal");
        fs::write(folder.path().join(&its_journal), "").unwrap();
        sweep(&place);
        let mut left: Vec<String> = strangers.iter().map(|name| (*name).to_owned()).collect();
        left.extend(["cases".to_owned(), of_one_alive, its_journal]);
        left.sort();
        assert_eq!(names(folder.path()), left);
        assert_eq!(fs::read(&path).unwrap(), b"whole");
        drop(alive);
        assert_eq!(names(folder.path()).len(), left.len() - 1);
    }
}
