//! The source of casekit, as far as it declares what crosses to hosts. It is parsed with `syn`; nothing is built.

pub(crate) mod docs;
mod expand;
pub(crate) mod modules;
pub(crate) mod names;

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result};
use camino::{Utf8Path, Utf8PathBuf};

/// Source files, by their paths from the root of the project.
#[derive(Clone, Debug, Default)]
pub struct Sources(BTreeMap<Utf8PathBuf, String>);

impl Sources {
    /// Reads every Rust file in some folders of the project.
    ///
    /// # Errors
    ///
    /// A folder or a file that cannot be read; the error names its path.
    pub fn read(root: &Utf8Path, folders: &[&str]) -> Result<Self> {
        let mut found = Self::default();
        let mut open: Vec<Utf8PathBuf> = folders.iter().map(Utf8PathBuf::from).collect();
        while let Some(folder) = open.pop() {
            let unreadable = || format!("`{folder}` cannot be read");
            for entry in root.join(&folder).read_dir_utf8().with_context(unreadable)? {
                let entry = entry.with_context(unreadable)?;
                let path = folder.join(entry.file_name());
                if entry.file_type()?.is_dir() {
                    open.push(path);
                } else if path.extension() == Some("rs") {
                    let text = fs::read_to_string(root.join(&path));
                    found.put(path.clone(), text.with_context(|| format!("`{path}` cannot be read"))?);
                }
            }
        }
        Ok(found)
    }

    /// Adds a file, or replaces one.
    pub fn put(&mut self, path: impl Into<Utf8PathBuf>, text: impl Into<String>) {
        self.0.insert(path.into(), text.into());
    }

    /// The text of a file.
    #[must_use]
    pub fn text(&self, path: &Utf8Path) -> Option<&str> {
        self.0.get(path).map(String::as_str)
    }

    /// The files below a folder.
    pub fn below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a Utf8Path, &'a str)> {
        let files = self.0.iter().filter(move |(path, _)| path.starts_with(folder));
        files.map(|(path, text)| (path.as_path(), text.as_str()))
    }
}
