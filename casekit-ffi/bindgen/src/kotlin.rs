//! The package for Kotlin: uniffi's bindings, edited, and the suspending desk.

mod bindings;
mod calls;
mod case_table;
mod edges;
mod objects;
mod suspend_desk;

use std::fs;

use anyhow::{Context as _, Result};
use camino::Utf8Path;
use uniffi_bindgen::ComponentInterface;
use uniffi_bindgen::bindings::TargetLanguage;

use crate::docs::Host;
use crate::generated::GeneratedFiles;
use crate::{columns, interface, undocumented};

const BY_HAND: &str = "casekit-ffi/kotlin/src/main/kotlin/casekit";

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
    interface::bindings(library, TargetLanguage::Kotlin, folder)?;
    let file = folder.join("casekit/casekit.kt");
    let code = fs::read_to_string(&file).with_context(|| format!("`{file}` cannot be read"))?;
    let code = bindings::edited(&code, interface)?;
    undocumented::refuse(file.as_str(), &code, Host::Kotlin)?;
    fs::write(&file, &code).with_context(|| format!("`{file}` cannot be written"))?;
    let by_hand = crate::by_hand::sources(&root.join(BY_HAND), "kt")?;
    files.add(format!("{BY_HAND}/SuspendDesk.kt"), suspend_desk::source(&code, interface, &by_hand)?);
    files.add(format!("{BY_HAND}/CaseTable.kt"), case_table::source(&columns::of(interface)?));
    Ok(())
}
