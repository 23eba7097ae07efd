//! Values that no library wrote, each told as damage: not as a fault of the disk, and with no panic.

use casekit_core::model::{BlobId, Timestamp};
use casekit_core::store::{Store, StoreError, StoreErrorKind, Within};
use casekit_sqlite::{SqliteOptions, SqliteStore};

use crate::support::*;

/// A file with a blob of two chunks, which was closed, and then altered.
fn forged(sql: &str) -> (tempfile::TempDir, SqliteStore, BlobId) {
    let World { folder, store } = World::new();
    write(&store, set_up("C"));
    let blob = BlobId(fresh());
    for (offset, bytes) in [(0, b"first "), (6, b"second")] {
        store.blob_bytes().append(blob, offset, Timestamp::UNIX_EPOCH, bytes).unwrap();
    }
    store.close().unwrap();
    let file = rusqlite::Connection::open(folder.path().join("cases")).unwrap();
    file.execute_batch(sql).unwrap();
    file.close().unwrap();
    let store = SqliteStore::open(folder.path().join("cases"), &SqliteOptions::default()).unwrap();
    (folder, store, blob)
}

fn kind<T: std::fmt::Debug>(answer: Result<T, StoreError>) -> StoreErrorKind {
    answer.unwrap_err().kind()
}

#[test]
fn a_chunk_that_begins_before_its_blob_is_damage() {
    for start in [i64::MIN, i64::MIN + 1, -1] {
        let (_folder, store, blob) =
            forged(&format!("UPDATE blob_chunks SET start = {start} WHERE start = 0"));
        assert_eq!(kind(store.blob_bytes().read(blob, 2, 4)), StoreErrorKind::Corrupt, "{start}");
        assert_eq!(kind(store.check()), StoreErrorKind::Corrupt, "{start}");
    }
}

#[test]
fn counts_of_failures_that_are_too_great_are_no_fault_of_the_disk() {
    let (_folder, store, _) = forged(
        "INSERT INTO causes (key, code) VALUES (1, 'shop_closed');
         INSERT INTO totals VALUES (6, 1, 1, 0, 9223372036854775807), (6, 1, 2, 0, 9223372036854775807)",
    );
    let counted = store.count_failures(&Within::default()).unwrap().answer;
    assert_eq!(counted.iter().map(|group| group.code.as_str()).collect::<Vec<_>>(), ["shop_closed"]);
    assert_eq!(kind(store.check()), StoreErrorKind::Corrupt);
}

#[test]
fn an_index_of_another_format_is_no_reason_to_refuse_a_file_that_is_not_trusted() {
    let (folder, store, _) = forged("UPDATE search_config SET v = 9 WHERE k = 'version'");
    store.close().unwrap();
    let untrusted = SqliteOptions { trust: casekit_sqlite::Trust::Untrusted, ..SqliteOptions::default() };
    let store = SqliteStore::open(folder.path().join("cases"), &untrusted).unwrap();
    assert!(store.check().unwrap_err().to_string().contains("call `repair_derived`"));
    assert!(store.repair_derived().unwrap() > 0);
    store.check().unwrap();
}
