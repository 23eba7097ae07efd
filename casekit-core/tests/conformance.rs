//! The memory store passes the suite, and the suite lists every case that it has.

use std::fs;
use std::path::Path;

use casekit_core::conformance::CASES;
use casekit_core::memory::MemoryStore;

mod memory {
    use super::MemoryStore;

    casekit_core::conformance!(MemoryStore::new);
}

#[test]
fn every_case_that_is_written_is_listed() {
    let themes = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/conformance");
    let sources = fs::read_dir(themes).unwrap().filter_map(|entry| {
        let path = entry.unwrap().path();
        path.is_file().then(|| fs::read_to_string(path).unwrap())
    });
    let written: usize = sources.map(|source| source.matches("(store: &dyn Store) {\n").count()).sum();
    assert_eq!(CASES.len(), written, "add the new case to the list in `conformance.rs`");
}
