//! Creating files so that nobody sees half of one, and nothing that is there is written over.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use casekit_core::Env as _;
use casekit_sqlite::Sharing;

use crate::env::SystemEnv;

/// The ending of a file that is not whole yet.
pub(crate) const PART: &str = ".part";

/// Creates a hidden file under a name that begins with `.` and `name`, and that nobody can tell in advance: whoever may
/// write to the folder could otherwise put a link there first.
pub(crate) fn create_part(folder: &Path, name: &OsStr, sharing: Sharing) -> io::Result<(PathBuf, File)> {
    let mut random = [0; 16];
    SystemEnv.fill(&mut random);
    let random: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut hidden = beginning(name);
    hidden.push(random);
    hidden.push(PART);
    let path = folder.join(hidden);
    // Neither follows a link nor opens what is there.
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    with_mode(&mut options, sharing);
    options.open(&path).map(|file| (path, file))
}

/// How the names of all parts of a file begin.
pub(crate) fn beginning(name: &OsStr) -> std::ffi::OsString {
    let mut hidden = std::ffi::OsString::from(".");
    hidden.push(name);
    hidden.push(".");
    hidden
}

/// The parts of a file that are in a folder.
pub(crate) fn parts(folder: &Path, name: &OsStr) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let beginning = beginning(name);
    let is_part = |found: &OsStr| {
        let found = found.as_encoded_bytes();
        found.starts_with(beginning.as_encoded_bytes()) && found.ends_with(PART.as_bytes())
    };
    let found = entries.flatten().filter(|entry| is_part(&entry.file_name()));
    found.map(|entry| entry.path()).collect()
}

/// Renames a file, but never over an existing one.
pub(crate) fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    match fs::hard_link(from, to) {
        Ok(()) => fs::remove_file(from).or_else(|error| match error.kind() {
            ErrorKind::NotFound => Ok(()),
            _ => Err(error),
        }),
        Err(error) if matches!(error.kind(), ErrorKind::AlreadyExists | ErrorKind::NotFound) => Err(error),
        // A file system without hard links. Only here can a file that appears between the check and the rename be
        // replaced.
        Err(_) if fs::symlink_metadata(to).is_ok() => Err(ErrorKind::AlreadyExists.into()),
        Err(_) => fs::rename(from, to),
    }
}

#[cfg(unix)]
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Only on Unix do the names in a folder need a sync of their own.
#[cfg(not(unix))]
pub(crate) fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn with_mode(options: &mut OpenOptions, sharing: Sharing) {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(sharing.mode());
}

#[cfg(not(unix))]
fn with_mode(_: &mut OpenOptions, _: Sharing) {}
