//! The files of the repository, as text.

use std::fs;
use std::path::{Path, PathBuf};

/// Kinds of files in which people read and write.
const TEXTS: [&str; 12] = ["md", "rs", "sql", "py", "kt", "kts", "swift", "toml", "sh", "yml", "yaml", "txt"];

/// A file, by its path from the root of the repository.
pub(super) struct Text {
    pub(super) path: PathBuf,
    pub(super) content: String,
}

impl Text {
    pub(super) fn is_page(&self) -> bool {
        self.path.extension().is_some_and(|ending| ending == "md")
    }
}

pub(super) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every text of the repository: source, pages, and scripts, which have no ending.
pub(super) fn texts() -> Vec<Text> {
    let mut found = Vec::new();
    walk(root(), &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(found.len() > 500, "only {} files were found below {}", found.len(), root().display());
    found
}

fn walk(folder: &Path, found: &mut Vec<Text>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // What builds, programs and examples leave behind is not part of the repository.
        let is_made = matches!(name.as_str(), "target" | "__pycache__") || path == root().join("quickstart");
        if is_made || (name.starts_with('.') && name != ".ci") {
            continue;
        }
        if path.is_dir() {
            walk(&path, found);
            continue;
        }
        let is_text = match path.extension() {
            Some(ending) => TEXTS.iter().any(|known| ending == *known),
            None => true,
        };
        if is_text && let Ok(content) = fs::read_to_string(&path) {
            let path = path.strip_prefix(root()).unwrap().to_owned();
            found.push(Text { path, content });
        }
    }
}
