//! The memory store passes the suite, the suite lists every case that it has, and it catches stores that break a
//! promise.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod broken;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use broken::{Broken, Fault};
use casekit_core::conformance::CASES;
use casekit_core::memory::MemoryStore;

mod memory {
    use super::MemoryStore;

    casekit_core::conformance!(MemoryStore::new);
}

/// What a server does: gaps, and numbers that are drawn before the write.
mod memory_with_gaps {
    use super::MemoryStore;

    casekit_core::conformance!(MemoryStore::with_gaps);
}

/// What a store does that bounds the cost of a page: short pages, and empty ones, that go on.
mod memory_with_short_pages {
    use super::MemoryStore;

    casekit_core::conformance!(MemoryStore::with_short_pages);
}

/// What stores in files run: a place, and handles to what is there.
mod handles {
    use super::{Arc, Broken, Fault, MemoryStore};

    casekit_core::conformance!(
        place = || Arc::new(MemoryStore::new()),
        open = |place| Broken::new(Arc::clone(place), Fault::Nothing),
    );
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

#[test]
fn a_store_that_breaks_a_promise_is_caught() {
    for (fault, name) in broken::CAUGHT_BY {
        let case = CASES.iter().find(|case| case.name == *name).unwrap_or_else(|| panic!("no case `{name}`"));
        let run = |fault| {
            let store = Broken::new(Arc::new(MemoryStore::new()), fault);
            catch_unwind(AssertUnwindSafe(|| (case.run)(&store)))
        };
        assert!(run(Fault::Nothing).is_ok(), "`{name}` fails without a fault");
        assert!(run(*fault).is_err(), "`{name}` does not catch {fault:?}");
    }
}
