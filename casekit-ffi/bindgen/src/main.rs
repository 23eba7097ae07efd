//! `casekit-bindgen mirrors [--check]`: what casekit-ffi declares again of core, written or compared.
//!
//! `casekit-bindgen hosts LIBRARY FOLDER`: what uniffi writes for each host, out of a library that is not stripped.

use anyhow::{Result, bail};
use camino::Utf8Path;
use casekit_bindgen::core_source::Sources;
use casekit_bindgen::{interface, mirrors, root};
use uniffi_bindgen::bindings::TargetLanguage;

const USAGE: &str = "usage: casekit-bindgen mirrors [--check] | hosts LIBRARY FOLDER";

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["mirrors"] => stage_one(false),
        ["mirrors", "--check"] => stage_one(true),
        ["hosts", library, folder] => hosts(Utf8Path::new(library), Utf8Path::new(folder)),
        _ => bail!(USAGE),
    }
}

fn stage_one(is_check: bool) -> Result<()> {
    let root = root();
    let kept = mirrors::of(&Sources::read(&root, &mirrors::folders())?, &root)?;
    if is_check {
        println!("mirrors: {} files are as core says", kept.compare(&root)?);
    } else {
        println!("mirrors: {} files were written", kept.write(&root)?);
    }
    Ok(())
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
