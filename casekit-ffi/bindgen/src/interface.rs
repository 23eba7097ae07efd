//! The interface of the built library, and uniffi's bindings for it.

use anyhow::{Context, Result};
use camino::Utf8Path;
use uniffi_bindgen::bindings::{GenerateOptions, TargetLanguage, generate};
use uniffi_bindgen::{BindgenLoader, BindgenPaths, ComponentInterface, GlobalConfig};

/// The interface of the library: records, enums, objects and their documentation. The library must not be stripped.
///
/// # Errors
///
/// The file is not a library, or has no interface of casekit.
pub fn of(library: &Utf8Path) -> Result<ComponentInterface> {
    let loader = BindgenLoader::new(BindgenPaths::default(), GlobalConfig::default());
    let metadata = loader
        .load_metadata(library)
        .with_context(|| format!("`{library}` has no interface: build it first"))?;
    let interfaces = loader.load_cis(metadata)?;
    interfaces
        .into_iter()
        .find(|interface| interface.crate_name() == "casekit_ffi")
        .with_context(|| format!("`{library}` is not casekit-ffi's library"))
}

/// Lets uniffi write its bindings for one language into a folder.
///
/// # Errors
///
/// uniffi's own error.
pub fn bindings(library: &Utf8Path, language: TargetLanguage, folder: &Utf8Path) -> Result<()> {
    generate(GenerateOptions {
        languages: vec![language],
        source: library.to_owned(),
        out_dir: folder.to_owned(),
        ..GenerateOptions::default()
    })
}
