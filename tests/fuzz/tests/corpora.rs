//! What fuzzing kept: every input goes through its target.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use casekit_fuzz::TARGETS;

fn entries(folder: &Path) -> BTreeSet<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

fn corpora() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpora")
}

#[test]
fn every_target_has_inputs_and_a_program_and_no_other_has() {
    let names: BTreeSet<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let named = |folder: &str, cut: &str| -> BTreeSet<String> {
        let paths = entries(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder));
        paths
            .iter()
            .map(|path| path.file_name().unwrap().to_str().unwrap().trim_end_matches(cut).to_owned())
            .collect()
    };
    assert_eq!(named("corpora", ""), names);
    assert_eq!(named("targets/fuzz_targets", ".rs"), names);
}

fn holds(name: &str) {
    let (_, target) = TARGETS.iter().find(|(named, _)| *named == name).unwrap();
    let inputs = entries(&corpora().join(name));
    assert!(!inputs.is_empty(), "{name}");
    for input in inputs {
        // What failed is the one that was named last.
        eprintln!("{}", input.display());
        target(&fs::read(&input).unwrap());
    }
}

/// A test of each, so that they run side by side.
macro_rules! corpora {
    ($($name:ident),*) => { $(
        #[test]
        fn $name() {
            holds(stringify!($name));
        }
    )* };
}

corpora!(commands, csv, definitions, files, imports, numbers, search, settings);
