//! The package for Swift: uniffi's bindings, edited, and the asynchronous desk.

mod async_desk;
mod bindings;
mod case_columns;
mod desk;
mod edges;
mod inits;
mod objects;
mod reading;
mod signature;

use std::fs;

use anyhow::{Context as _, Result};
use camino::Utf8Path;
use uniffi_bindgen::ComponentInterface;
use uniffi_bindgen::bindings::TargetLanguage;

use crate::docs::Host;
use crate::edits::Edits;
use crate::generated::GeneratedFiles;
use crate::{columns, interface, undocumented};

const BY_HAND: &str = "casekit-ffi/swift/Sources/Casekit";

/// Writes the bindings into `folder`, and adds the files that are kept. `root` is the root of the project.
///
/// # Errors
///
/// An error of uniffi, an edit that no longer applies, or a file that cannot be read or written.
pub fn write(
    root: &Utf8Path,
    library: &Utf8Path,
    folder: &Utf8Path,
    interface: &ComponentInterface,
    files: &mut GeneratedFiles,
) -> Result<()> {
    interface::bindings(library, TargetLanguage::Swift, folder)?;
    let (code, methods) = bindings::edited(&read(&folder.join("Casekit.swift"))?, interface)?;
    undocumented::refuse("Bindings.swift", &code, Host::Swift)?;
    let by_hand = crate::by_hand::sources(&root.join(BY_HAND), "swift")?;
    files.add(format!("{BY_HAND}/AsyncDesk.swift"), async_desk::source(&methods, &by_hand));
    files.add(format!("{BY_HAND}/CaseColumns.swift"), case_columns::source(&columns::of(interface)?));
    put(&folder.join("Bindings.swift"), &code)?;
    let header = folder.join("CasekitFFI.h");
    put(&header, &edited_header(read(&header)?)?)
}

/// Renames parameters called `case`, which is a keyword in C.
fn edited_header(header: String) -> Result<String> {
    let mut edits = Edits::of(header);
    edits.replace("cases in the header", " RustBuffer case,", " RustBuffer case_,")?;
    Ok(edits.done())
}

fn read(path: &Utf8Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("`{path}` cannot be read"))
}

fn put(path: &Utf8Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("`{path}` cannot be written"))
}
