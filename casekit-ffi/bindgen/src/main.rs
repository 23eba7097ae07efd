//! Writes or compares the generated files, from the root of the project.
//!
//! `casekit-bindgen mirrors [--check]`: the mirrors of core in casekit-ffi, from the source of core.
//!
//! `casekit-bindgen limits [--check]`: the page of costs and limits, from the documentation of every method.
//!
//! `casekit-bindgen hosts LIBRARY FOLDER [--write]`: writes uniffi's bindings for each host into a folder that is not
//! kept, and compares or writes the kept files beside each host's own code. The library must not be stripped.
//!
//! `casekit-bindgen programs kotlin|swift FOLDER PAGE...`: a program for each code block in READMEs.

use anyhow::{Result, bail};
use camino::Utf8Path;
use casekit_bindgen::core_source::Sources;
use casekit_bindgen::docs::Host;
use casekit_bindgen::generated::GeneratedFiles;
use casekit_bindgen::{api, interface, kotlin, limits, mirrors, programs, python, swift};

const USAGE: &str = "usage: casekit-bindgen mirrors [--check] | limits [--check] | \
                     hosts LIBRARY FOLDER [--write] | programs kotlin|swift FOLDER PAGE...";

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["mirrors"] => told(&mirrored()?, GeneratedFiles::write, "were written anew"),
        ["mirrors", "--check"] => told(&mirrored()?, GeneratedFiles::compare, "are what the source says"),
        ["limits"] => told(&limited()?, GeneratedFiles::write, "were written anew"),
        ["limits", "--check"] => told(&limited()?, GeneratedFiles::compare, "are what the source says"),
        ["hosts", library, folder] => {
            told(&hosts(library, folder)?, GeneratedFiles::compare, "are what the source says")
        }
        ["hosts", library, folder, "--write"] => {
            told(&hosts(library, folder)?, GeneratedFiles::write, "were written anew")
        }
        ["programs", host, folder, pages @ ..] => {
            let host = match *host {
                "kotlin" => Host::Kotlin,
                "swift" => Host::Swift,
                _ => bail!(USAGE),
            };
            let count = programs::write(host, Utf8Path::new(folder), pages)?;
            println!("bindgen: {count} programs out of {}", pages.join(", "));
            Ok(())
        }
        _ => bail!(USAGE),
    }
}

fn mirrored() -> Result<GeneratedFiles> {
    let root = Utf8Path::new(".");
    mirrors::of(&Sources::read(root, &mirrors::folders())?, root)
}

fn limited() -> Result<GeneratedFiles> {
    limits::of(&Sources::read(Utf8Path::new("."), &limits::folders())?)
}

/// Collects the files to keep, and writes the others.
fn hosts(library: &str, folder: &str) -> Result<GeneratedFiles> {
    let (library, folder) = (Utf8Path::new(library), Utf8Path::new(folder));
    let root = Utf8Path::new(".");
    let interface = interface::of(library)?;
    let mut files = GeneratedFiles::default();
    api::keep(&interface, &mut files);
    kotlin::write(root, library, &folder.join("kotlin"), &interface, &mut files)?;
    python::generate(&interface, root, &folder.join("python"), &mut files)?;
    swift::write(root, library, &folder.join("swift"), &interface, &mut files)?;
    Ok(files)
}

fn told(
    kept: &GeneratedFiles,
    act: impl Fn(&GeneratedFiles, &Utf8Path) -> Result<usize>,
    done: &str,
) -> Result<()> {
    let files = act(kept, Utf8Path::new("."))?;
    println!("bindgen: {files} generated files {done}");
    Ok(())
}
