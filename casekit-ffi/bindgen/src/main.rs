//! `casekit-bindgen hosts LIBRARY FOLDER`: what uniffi writes for each host, out of a library that is not stripped.

use anyhow::{Result, bail};
use camino::Utf8Path;
use casekit_bindgen::interface;
use uniffi_bindgen::bindings::TargetLanguage;

const USAGE: &str = "usage: casekit-bindgen hosts LIBRARY FOLDER";

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["hosts", library, folder] => hosts(Utf8Path::new(library), Utf8Path::new(folder)),
        _ => bail!(USAGE),
    }
}

fn hosts(library: &Utf8Path, folder: &Utf8Path) -> Result<()> {
    for (language, name) in [
        (TargetLanguage::Python, "python"),
        (TargetLanguage::Kotlin, "kotlin"),
        (TargetLanguage::Swift, "swift"),
    ] {
        interface::bindings(library, language, &folder.join(name))?;
    }
    Ok(())
}
