//! The path of a file, resolved once, so that every later use means the same place.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use casekit_core::store::{StoreError, StoreErrorKind};

use crate::error::{Result, system};

/// The absolute path of a file. Its folder is resolved, so that only the file itself could still be a link.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    folder: PathBuf,
    name: OsString,
    path: PathBuf,
}

impl Place {
    /// Resolves the folder of a path.
    ///
    /// # Errors
    /// `Io` if the folder does not exist, or if the name is one that SQLite uses for its own files.
    pub(crate) fn resolve(path: &Path) -> Result<Self> {
        let Some(name) = path.file_name().map(OsStr::to_owned) else {
            return Err(StoreError::new(
                StoreErrorKind::Io,
                "the path names no file; give the path of a file",
            ));
        };
        let own = ["-wal", "-shm", "-journal"];
        if own.iter().any(|ending| name.as_encoded_bytes().ends_with(ending.as_bytes())) {
            let message = "SQLite keeps its own files under names that end in `-wal`, `-shm` or `-journal`: \
                           choose another name";
            return Err(StoreError::new(StoreErrorKind::Io, message));
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let folder = fs::canonicalize(folder).map_err(|error| match error.kind() {
            ErrorKind::NotFound => {
                StoreError::new(StoreErrorKind::Io, "the folder of the file does not exist; create it first")
            }
            _ => system(&error, "opening the folder of the file"),
        })?;
        let path = folder.join(&name);
        Ok(Self { folder, name, path })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn name(&self) -> &OsStr {
        &self.name
    }

    /// The path with an ending added to the file's name, as SQLite names `-wal`, `-shm` and `-journal`.
    pub(crate) fn beside(&self, ending: &str) -> PathBuf {
        let mut name = self.name.clone();
        name.push(ending);
        self.folder.join(name)
    }

    /// Whether nothing is at the path, not even a dangling link.
    pub(crate) fn is_missing(&self) -> Result<bool> {
        match fs::symlink_metadata(&self.path) {
            Ok(_) => Ok(false),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(true),
            Err(error) => Err(system(&error, "opening the file")),
        }
    }

    /// The path as a URI for SQLite, with parameters such as `mode=ro`.
    pub(crate) fn uri(&self, said: &str) -> String {
        let mut uri = String::from("file:");
        for byte in self.path.as_os_str().as_encoded_bytes() {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'-' | b'_') {
                uri.push(char::from(*byte));
            } else {
                uri.push_str(&format!("%{byte:02X}"));
            }
        }
        uri.push('?');
        uri.push_str(said);
        uri
    }
}
