//! The scripts that build and test.

use std::fs;
use std::path::{Path, PathBuf};

/// Every script of the shell, wherever one lies.
fn scripts() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let rooms = [
        "scripts",
        ".ci",
        "casekit-ffi/scripts",
        "casekit-ffi/python/scripts",
        "casekit-ffi/kotlin/scripts",
        "casekit-ffi/swift/scripts",
        "examples/kotlin",
        "examples/swift",
    ];
    let files = rooms.iter().flat_map(|room| fs::read_dir(root.join(room)).unwrap());
    let texts = files.filter_map(|file| {
        let path = file.unwrap().path();
        fs::read_to_string(&path).ok().map(|text| (path, text))
    });
    texts.filter(|(_, text)| text.starts_with("#!/usr/bin/env bash")).collect()
}

/// What ends before its input does. Under `pipefail` whoever still writes then fails with 141, once in some hundred runs.
const ENDS_EARLY: [&str; 3] = ["| head", "| grep -q", "| grep -m"];

#[test]
fn no_script_stops_reading_from_one_that_still_writes() {
    let scripts = scripts();
    assert!(scripts.len() > 30, "it reads all of them: {}", scripts.len());
    for (path, text) in scripts.iter().filter(|(_, text)| text.contains("pipefail")) {
        for (number, line) in text.lines().enumerate() {
            let found = ENDS_EARLY.iter().find(|early| line.contains(**early));
            let place = format!("{}:{}", path.display(), number + 1);
            assert_eq!(found, None, "{place}: read to the end, as `sed -n 1p` and `grep … >/dev/null` do");
        }
    }
}
