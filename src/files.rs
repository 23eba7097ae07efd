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
    create_new(&path, sharing).map(|file| (path, file))
}

/// Creates a file. Neither follows a link nor opens what is there.
fn create_new(path: &Path, sharing: Sharing) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    with_mode(&mut options, sharing);
    options.open(path)
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn nobody_can_tell_the_name_of_a_part_in_advance() {
        let folder = tempfile::tempdir().unwrap();
        let name = OsStr::new("overview.csv");
        let part = |_| create_part(folder.path(), name, Sharing::Owner).unwrap().0;
        let paths: BTreeSet<PathBuf> = (0..8).map(part).collect();
        let unknown = paths.iter().map(|path| {
            let path = path.file_name().unwrap().to_str().unwrap();
            path.strip_prefix(".overview.csv.").and_then(|rest| rest.strip_suffix(PART)).unwrap().to_owned()
        });
        let unknown: BTreeSet<String> = unknown.collect();
        // The beginnings too: not only the end of a counter or of a process's id differs.
        let beginnings: BTreeSet<&str> = unknown.iter().map(|name| name.get(..16).unwrap_or(name)).collect();
        assert!(unknown.iter().all(|name| name.len() == 32) && beginnings.len() == 8, "{unknown:?}");
    }

    #[test]
    fn what_has_the_name_of_a_part_is_neither_opened_nor_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (victim, missing) = (folder.path().join("victim"), folder.path().join("missing"));
        fs::write(&victim, "precious").unwrap();
        let mut taken = vec![victim.clone()];
        #[cfg(unix)]
        for (link, to) in [("link", &victim), ("dangling", &missing)] {
            let link = folder.path().join(link);
            std::os::unix::fs::symlink(to, &link).unwrap();
            taken.push(link);
        }
        for path in taken {
            let refused = create_new(&path, Sharing::Owner).map_err(|error| error.kind());
            assert_eq!(refused.err(), Some(ErrorKind::AlreadyExists), "{path:?}");
        }
        assert_eq!(fs::read_to_string(&victim).unwrap(), "precious");
        assert!(!missing.exists());
    }
}
