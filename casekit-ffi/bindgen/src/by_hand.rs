//! The sources that a package has by hand. What they declare is not generated.

use std::fs;

use anyhow::{Context as _, Result};
use camino::Utf8Path;

use crate::generated::HEAD;

/// The text of every hand-written source in a folder, joined. Generated files are left out.
///
/// # Errors
///
/// A folder or file that cannot be read.
pub fn sources(folder: &Utf8Path, extension: &str) -> Result<String> {
    let mut paths = Vec::new();
    for entry in folder.read_dir_utf8().with_context(|| format!("`{folder}` cannot be read"))? {
        paths.push(entry?.into_path());
    }
    paths.sort();
    let mut all = String::new();
    for path in paths.iter().filter(|path| path.extension() == Some(extension)) {
        let text = fs::read_to_string(path).with_context(|| format!("`{path}` cannot be read"))?;
        if !text.lines().next().is_some_and(|line| line.contains(HEAD)) {
            all.push_str(&text);
            all.push('\n');
        }
    }
    Ok(all)
}
