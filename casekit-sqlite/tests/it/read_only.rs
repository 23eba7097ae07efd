//! Files that are only read, and files that must be there.

use std::fs;
use std::time::Duration;

use crate::support::*;
use casekit_core::store::{Store, StoreErrorKind};
use casekit_sqlite::{Access, Creation, SqliteOptions, SqliteStore, Trust};

fn to_read() -> SqliteOptions {
    SqliteOptions { access: Access::ReadOnly, ..SqliteOptions::default() }
}

#[test]
fn what_is_only_read_shows_what_others_write_and_writes_nothing() {
    let world = World::new();
    raise("Leaking tap").on(&world.store);
    let reader = SqliteStore::open(world.path(), &to_read()).unwrap();
    assert_eq!(reader.last_position().unwrap(), 1);
    raise("Written meanwhile").on(&world.store);
    assert_eq!(numbers(&reader, &cases_query()).len(), 2);
    let writes = [
        reader.commit(vec![raise("Refused").commit()]).map(|_| ()),
        reader.blob_bytes().append(casekit_core::model::BlobId(fresh()), 0, at(0), b"bytes"),
        reader.blob_bytes().sweep(at(0), 10).map(|_| ()),
    ];
    for refused in writes {
        assert_eq!(refused.unwrap_err().kind(), StoreErrorKind::ReadOnly);
    }
    reader.check().unwrap();
    reader.suspend(Duration::ZERO).unwrap();
    reader.resume().unwrap();
    assert_eq!(reader.last_position().unwrap(), 2);
    world.store.close().unwrap();
    assert_eq!(reader.last_position().unwrap(), 2);
    reader.close().unwrap();
    world.second().check().unwrap();
}

#[test]
fn a_file_is_the_same_after_it_was_only_read() {
    let world = World::new();
    raise("Leaking tap").on(&world.store);
    world.store.close().unwrap();
    let before = fs::read(world.path()).unwrap();
    for trust in [Trust::Trusted, Trust::Untrusted] {
        let store = SqliteStore::open(world.path(), &SqliteOptions { trust, ..to_read() }).unwrap();
        assert_eq!(numbers(&store, &cases_query()), [1]);
        store.check().unwrap();
        store.close().unwrap();
        assert!(fs::read(world.path()).unwrap() == before, "something changed");
    }
}

#[test]
fn what_a_crash_left_in_the_log_is_read_and_not_brought_home() {
    let copy = left_by_a_kill();
    let before = ["cases", "cases-wal"].map(|name| fs::read(copy.path().join(name)).unwrap());
    let store = SqliteStore::open(copy.path().join("cases"), &to_read()).unwrap();
    assert_eq!(store.last_position().unwrap(), 20);
    store.check().unwrap();
    store.close().unwrap();
    assert!(["cases", "cases-wal"].map(|name| fs::read(copy.path().join(name)).unwrap()) == before);
}

#[test]
fn a_missing_file_is_said_to_be_missing_and_not_made() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("caess");
    for options in [SqliteOptions { creation: Creation::Never, ..SqliteOptions::default() }, to_read()] {
        let error = SqliteStore::open(&path, &options).err().unwrap();
        assert_eq!(error.kind(), StoreErrorKind::Missing);
        assert_eq!(error.to_string(), "no file is at the path; correct it, or open it so that it is created");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

#[test]
fn what_is_no_file_of_ours_is_not_read_either() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cases");
    for bytes in [&b""[..], b"# Shopping\n- milk\n", &[0; 4096]] {
        fs::write(&path, bytes).unwrap();
        let kind = SqliteStore::open(&path, &to_read()).err().unwrap().kind();
        assert_eq!(kind, StoreErrorKind::NotCasekit);
    }
}

#[test]
fn a_file_whose_header_forbids_writing_is_only_read() {
    let world = World::new();
    raise("Leaking tap").on(&world.store);
    world.store.close().unwrap();
    // The version of the format that a program must know to write: greater ones leave reading possible.
    let mut bytes = fs::read(world.path()).unwrap();
    assert_eq!(bytes[18..20], [2, 2]);
    bytes[18] = 3;
    fs::write(world.path(), &bytes).unwrap();
    for trust in [Trust::Trusted, Trust::Untrusted] {
        let options = SqliteOptions { trust, ..SqliteOptions::default() };
        let refused = SqliteStore::open(world.path(), &options).map(drop).unwrap_err();
        assert_eq!(refused.kind(), StoreErrorKind::ReadOnly);
        assert!(refused.to_string().contains("open it so that it is only read"), "{refused}");
        assert!(fs::read(world.path()).unwrap() == bytes, "something changed");
        let store = SqliteStore::open(world.path(), &SqliteOptions { trust, ..to_read() }).unwrap();
        assert_eq!(numbers(&store, &cases_query()), [1]);
        store.check().unwrap();
        store.close().unwrap();
    }
}
