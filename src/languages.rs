//! Reading languages from files, which core does not do.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use casekit_core::language::{Language, LanguageError};

/// Reads the file of a language: one JSON object from key to template, as [`Language::parse`] says.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("nl.json");
/// std::fs::write(&path, r#"{"language": "nl", "stage.open": "Open", "stage.closed": "Gesloten"}"#)?;
/// let dutch = casekit::language_from_file(&path)?;
/// assert_eq!(dutch.word("stage.closed"), "Gesloten");
/// assert!(dutch.missing().contains(&"stage.resolved".to_owned()), "that one is said in English");
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// [`LanguageError`], which names the line or the key; `Unreadable` if the file could not be read.
///
/// # Cost
/// Reads the whole file, and holds it.
pub fn language_from_file(path: impl AsRef<Path>) -> Result<Arc<Language>, LanguageError> {
    let text = fs::read_to_string(path).map_err(|_| LanguageError::Unreadable)?;
    Language::parse(&text)
}
