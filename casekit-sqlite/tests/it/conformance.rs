//! Every promise of the contract, on a file.

mod in_a_file {
    casekit_core::conformance!(
        place = || tempfile::tempdir().unwrap(),
        open = |folder: &tempfile::TempDir| {
            let options = casekit_sqlite::SqliteOptions::default();
            casekit_sqlite::SqliteStore::open(folder.path().join("cases"), &options).unwrap()
        },
    );
}
