//! Everything that users of a package see has a text: what is kept and what was written by hand. What uniffi writes is
//! looked at where it is made, by `make library`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use casekit_bindgen::docs::Host;
use casekit_bindgen::undocumented;

const PACKAGES: [(&str, &str, Host); 3] = [
    ("../kotlin/src/main/kotlin", "kt", Host::Kotlin),
    ("../swift/Sources", "swift", Host::Swift),
    ("../python/src/casekit", "py", Host::Python),
];

/// Classes that a file of Python's has for the package alone.
const INNER: [&str; 1] = ["CaseColumns"];

/// The source files of a package that users see: those of Python whose names begin with `_` are its own.
fn files(folder: &Utf8Path, extension: &str) -> Vec<Utf8PathBuf> {
    let mut found = Vec::new();
    for entry in folder.read_dir_utf8().unwrap() {
        let path = entry.unwrap().into_path();
        let name = path.file_name().unwrap();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension() == Some(extension) && (!name.starts_with('_') || name == "__init__.py") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn sources() -> impl Iterator<Item = (Utf8PathBuf, String, Host)> {
    let root = Utf8Path::new(env!("CARGO_MANIFEST_DIR"));
    PACKAGES.iter().flat_map(move |(folder, extension, host)| {
        let files = files(&root.join(folder), extension).into_iter();
        files.map(|path| (path.clone(), fs::read_to_string(path).unwrap(), *host))
    })
}

#[test]
fn everything_that_users_of_a_package_see_has_a_text() {
    let bare: Vec<String> = sources()
        .flat_map(|(path, code, host)| {
            let bare = undocumented::of(&code, host).into_iter();
            bare.map(move |name| format!("{path}: {name}"))
        })
        .filter(|bare| !INNER.iter().any(|inner| bare.contains(&format!("py: {inner}."))))
        .collect();
    assert!(bare.is_empty(), "{} things have no text:\n{}", bare.len(), bare.join("\n"));
    assert!(sources().count() > 40, "the packages are where they were");
}

#[test]
fn no_text_speaks_of_a_path_of_rust_or_a_link_of_its_own() {
    let marks = ["crate::", "Self::", "super::", "](Self", "`]("];
    let left: Vec<String> = sources()
        .flat_map(|(path, code, _)| {
            let said = code.lines().filter(|line| marks.iter().any(|mark| line.contains(mark)));
            said.map(|line| format!("{path}: {}", line.trim())).collect::<Vec<_>>()
        })
        .collect();
    assert!(left.is_empty(), "{}", left.join("\n"));
}
