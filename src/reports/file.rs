//! A file into which something is exported.

use std::fs::{self, File, Metadata};
use std::io::{self, BufWriter, ErrorKind};
use std::path::Path;

use casekit_core::Error;
use casekit_locks::FileId;
use casekit_sqlite::Sharing;

use crate::files;

/// A file into which something is exported. It appears whole, or not at all.
///
/// It is written under another name beside its own, which nobody can tell in advance, and synced. Then it gets its name: if
/// there was a file when the export began, and it is still the same one, that is replaced; what appeared in the meantime
/// is left, and the export fails. A link that has the name is replaced, and what it points at is left alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ExportFile<'a> {
    path: &'a Path,
    sharing: Sharing,
}

impl<'a> ExportFile<'a> {
    /// A file that only the account under which the program runs may open.
    ///
    /// # Cost
    /// Reads and writes nothing.
    #[must_use]
    pub fn at(path: &'a Path) -> Self {
        Self { path, sharing: Sharing::Owner }
    }

    /// Sets who may open the file.
    ///
    /// # Cost
    /// Reads and writes nothing: it sets an option.
    #[must_use]
    pub fn shared_with(mut self, sharing: Sharing) -> Self {
        self.sharing = sharing;
        self
    }

    /// The folder that the file is to be in.
    pub(super) fn folder(self) -> &'a Path {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        folder.unwrap_or(Path::new("."))
    }

    /// Writes the file with `write`. If anything fails, nothing of it is left, and what was there is there still.
    pub(super) fn written<T>(
        self,
        write: impl FnOnce(&mut BufWriter<File>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let name = self.path.file_name().ok_or_else(|| unwritable(ErrorKind::InvalidFilename.into()))?;
        let folder = self.folder();
        let before = there(self.path).map_err(unwritable)?;
        clear_abandoned(folder, name);
        let (part, file) = files::create_part(folder, name, self.sharing).map_err(unwritable)?;
        // Held as long as the file is written: a part that is not locked was abandoned.
        file.try_lock().ok();
        let mut out = BufWriter::new(file);
        let done = write(&mut out).and_then(|answer| {
            let file = out.into_inner().map_err(|error| unwritable(error.into_error()))?;
            file.sync_all().map_err(unwritable)?;
            put(&part, self.path, before.as_ref())
                .and_then(|()| files::sync_folder(folder))
                .map_err(unwritable)?;
            Ok(answer)
        });
        if done.is_err() {
            // If this fails, the caller still gets the first error, which matters more.
            fs::remove_file(&part).ok();
        }
        done
    }
}

/// What has a name: nothing, or the metadata of it, a link's own.
fn there(path: &Path) -> io::Result<Option<Metadata>> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => Err(ErrorKind::IsADirectory.into()),
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Gives a finished part its name, and replaces only what was there before.
fn put(part: &Path, to: &Path, before: Option<&Metadata>) -> io::Result<()> {
    let Some(before) = before else { return files::rename_new(part, to) };
    match there(to)? {
        Some(now) if FileId::of(&now) == FileId::of(before) => fs::rename(part, to),
        Some(_) => Err(ErrorKind::AlreadyExists.into()),
        None => files::rename_new(part, to),
    }
}

/// Removes parts that a killed export left: they are full of data.
fn clear_abandoned(folder: &Path, name: &std::ffi::OsStr) {
    for part in files::parts(folder, name) {
        let is_file = fs::symlink_metadata(&part).is_ok_and(|found| found.is_file());
        if is_file && File::open(&part).is_ok_and(|file| file.try_lock().is_ok()) {
            fs::remove_file(&part).ok();
        }
    }
}

fn unwritable(error: io::Error) -> Error {
    Error::report("file", Unwritable(error.kind()))
}

/// The path is not named: it may contain the name of a person.
#[derive(Debug, thiserror::Error)]
#[error("the file cannot be written ({0}): choose another place")]
struct Unwritable(ErrorKind);

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn write(path: &Path, text: &str, meanwhile: impl FnOnce()) -> Result<(), Error> {
        ExportFile::at(path).written(|out| {
            out.write_all(text.as_bytes()).map_err(unwritable)?;
            meanwhile();
            Ok(())
        })
    }

    fn names(folder: &Path) -> Vec<String> {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_file_that_was_there_is_replaced_and_one_that_appears_meanwhile_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("overview.csv");
        write(&path, "first", || {}).unwrap();
        write(&path, "second", || {}).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "second");

        let refused = write(&path, "third", || {
            // Made before the other goes, so that it is another file.
            let other = folder.path().join("other");
            fs::write(&other, "of somebody else").unwrap();
            fs::rename(other, &path).unwrap();
        });
        assert_eq!(refused.unwrap_err().code(), "file");
        assert_eq!(fs::read_to_string(&path).unwrap(), "of somebody else");

        fs::remove_file(&path).unwrap();
        let refused = write(&path, "fourth", || fs::write(&path, "of somebody else").unwrap());
        assert_eq!(refused.unwrap_err().code(), "file");
        assert_eq!(fs::read_to_string(&path).unwrap(), "of somebody else");
        assert_eq!(names(folder.path()), ["overview.csv"], "nothing else is left");
    }

    #[test]
    fn two_exports_to_one_path_do_not_disturb_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("overview.csv");
        fs::write(&path, "old").unwrap();
        write(&path, "first", || {
            let refused = write(&path, "second", || {});
            assert!(refused.is_ok());
        })
        .unwrap_err();
        assert_eq!(fs::read_to_string(&path).unwrap(), "second");
        assert_eq!(names(folder.path()), ["overview.csv"]);
    }
}
