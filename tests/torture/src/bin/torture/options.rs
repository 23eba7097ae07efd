//! What a harness is told on its command line.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use casekit_torture::Outcome;
use tempfile::TempDir;

/// The options that every harness knows.
pub(crate) struct Options {
    /// The name of the harness.
    pub(crate) harness: String,
    /// What decides everything that is left to chance.
    pub(crate) seed: u64,
    /// Run this item alone: one that failed before.
    pub(crate) only: Option<u64>,
    count: Option<u64>,
    folder: Option<PathBuf>,
}

impl Options {
    pub(crate) fn read(harness: &str, arguments: &[String]) -> Outcome<Self> {
        // Another one on every day, unless it is given: what is printed brings it back.
        let seed = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs() / 86_400;
        let mut options = Self { harness: harness.to_owned(), seed, only: None, count: None, folder: None };
        for pair in arguments.chunks(2) {
            let [name, value] = pair else {
                return Err("every option takes a value".into());
            };
            let number = || value.parse().map_err(|_| format!("`{name}` takes a number"));
            match name.as_str() {
                "--count" => options.count = Some(number()?),
                "--seed" => options.seed = number()?,
                "--only" => options.only = Some(number()?),
                "--dir" => options.folder = Some(value.into()),
                _ => return Err(format!("there is no option `{name}`").into()),
            }
        }
        Ok(options)
    }

    /// How many items to run.
    pub(crate) fn count(&self, usual: u64) -> u64 {
        self.count.unwrap_or(usual)
    }

    /// The items to run: all of them, or the one that was asked for.
    pub(crate) fn items(&self, count: u64) -> Range<u64> {
        match self.only {
            Some(item) => item..item + 1,
            None => 0..count,
        }
    }

    /// Where to work: the folder that was given, which stays, or one that goes with the answer.
    pub(crate) fn folder(&self) -> Outcome<Folder> {
        self.folder_in(&std::env::temp_dir())
    }

    /// The same, in memory where the system has such a folder: for what does not depend on a disk.
    pub(crate) fn folder_in_memory(&self) -> Outcome<Folder> {
        let memory = Path::new("/dev/shm");
        if memory.is_dir() { self.folder_in(memory) } else { self.folder() }
    }

    fn folder_in(&self, usual: &Path) -> Outcome<Folder> {
        match &self.folder {
            Some(path) => {
                fs::create_dir_all(path)?;
                Ok(Folder::Given(path.canonicalize()?))
            }
            None => {
                let name = format!("torture-{}-", self.harness);
                Ok(Folder::Ours(TempDir::with_prefix_in(name, usual)?))
            }
        }
    }
}

/// A folder to work in.
pub(crate) enum Folder {
    Given(PathBuf),
    Ours(TempDir),
}

impl Folder {
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Given(path) => path,
            Self::Ours(folder) => folder.path(),
        }
    }

    /// An empty folder in it.
    pub(crate) fn empty(&self, name: &str) -> Outcome<PathBuf> {
        let path = self.path().join(name);
        if path.exists() {
            fs::remove_dir_all(&path)?;
        }
        fs::create_dir_all(&path)?;
        Ok(path.canonicalize()?)
    }
}
