//! That the packages are made for the library: what they are made of is compared by casekit-bindgen.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;

#[test]
fn the_packages_are_made_for_the_interface_that_the_library_has() {
    let number = |path: &str, before: &str| -> u32 {
        let text = fs_text(path);
        let (_, after) = text.split_once(before).unwrap_or_else(|| panic!("{path} has no `{before}`"));
        after.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap()
    };
    let version = number("src/version.rs", "const API_VERSION: u32 = ");
    for (path, before) in [
        ("api.txt", "API_VERSION "),
        ("python/src/casekit/_library.py", "API_VERSION = "),
        ("kotlin/src/main/kotlin/casekit/Library.kt", "API_VERSION: Int = "),
        ("swift/Sources/Casekit/Version.swift", "static let api: UInt32 = "),
    ] {
        assert_eq!(number(path, before), version, "{path}");
    }
}

fn fs_text(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}
