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

/// What `scripts/stories` says, and whether it fails, if the tests say so.
#[cfg(unix)]
fn stories(words: &[&str], said: &str, fails: bool) -> (String, bool) {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let (cargo, text) = (folder.path().join("cargo"), folder.path().join("said"));
    fs::write(&text, said).unwrap();
    let code = if fails { 101 } else { 0 };
    fs::write(&cargo, format!("#!/bin/sh\ncat '{}'\nexit {code}\n", text.display())).unwrap();
    fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).unwrap();
    let path = std::env::var("PATH").unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/stories");
    let path = format!("{}:{path}", folder.path().display());
    let ran = std::process::Command::new(script).args(words).env("PATH", path).output().unwrap();
    let both = [ran.stdout, ran.stderr].concat();
    (String::from_utf8(both).unwrap(), ran.status.success())
}

#[cfg(unix)]
#[test]
fn a_story_that_is_put_wrong_is_missed() {
    const TOLD: &str = "\
test working_day::rows::in_memory::a_row_shows_its_holder ... ok
test working_day::rows::on_file::a_row_shows_its_holder ... ok
test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 900 filtered out; finished in 0.10s
";
    let (said, went_well) = stories(&["rows"], TOLD, false);
    assert!(went_well && said.contains("  ok      a row shows its holder (in memory, on file)\n"), "{said}");

    // One that fails on one of the stores.
    let failing =
        TOLD.replace("on_file::a_row_shows_its_holder ... ok", "on_file::a_row_shows_its_holder ... FAILED");
    let (said, went_well) = stories(&["rows"], &failing, true);
    assert!(!went_well && said.contains("  FAILED  a row shows its holder (in memory, on file)\n"), "{said}");

    let (said, went_well) = stories(&["rows", "serching"], TOLD, false);
    assert!(!went_well && said.contains("stories: no story has `serching` in its name\n"), "{said}");

    // A function that is there, and is called by nobody.
    let unlisted = "warning: function `a_case_goes_from_hand_to_hand` is never used\n".to_owned() + TOLD;
    let (said, went_well) = stories(&["rows"], &unlisted, false);
    assert!(
        !went_well && said.contains("`a_case_goes_from_hand_to_hand` is in no list of stories\n"),
        "{said}"
    );

    // A file of stories whose module is not declared: here all but one.
    let (said, went_well) = stories(&[], TOLD, false);
    let missed =
        "stories: no story of `tests/it/working_day/searching.rs` was told: its module is not declared\n";
    assert!(!went_well && said.contains(missed) && !said.contains("working_day/rows.rs`"), "{said}");

    let (said, went_well) = stories(&["rows"], "error: it does not compile\n", true);
    assert!(!went_well && said.contains("stories: the tests do not compile, or did not end\n"), "{said}");
}

/// A phony target gets no recipe from a pattern alone, and make is content with it: both parts on a bare Debian passed
/// without doing anything.
#[cfg(unix)]
#[test]
fn every_part_of_the_tests_does_something() {
    let makefile = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Makefile")).unwrap();
    let listed = |name: &str| -> Vec<String> {
        let (_, from) = makefile.split_once(&format!("\n{name} = ")).unwrap();
        let lines = from.split_inclusive('\n').scan(true, |goes_on, line| {
            let is_in = *goes_on;
            *goes_on = line.trim_end().ends_with('\\');
            is_in.then_some(line)
        });
        let words = lines.flat_map(str::split_whitespace).filter(|word| *word != "\\");
        words.map(str::to_owned).collect()
    };
    let parts = [listed("PARTS"), listed("LONG")].concat();
    assert!(parts.len() > 20, "{parts:?}");
    for part in parts {
        let ran = std::process::Command::new("make")
            .args(["--no-print-directory", "--dry-run", &part])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&ran.stdout);
        assert!(ran.status.success() && !said.trim().is_empty(), "{part}: {said}");
        assert!(!said.contains("Nothing to be done"), "{part} has no recipe: {said}");
    }
}
