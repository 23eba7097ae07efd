//! What is opened, what is refused, and that the refused stays as it was.

use std::fs;
use std::path::Path;
use std::sync::Barrier;
use std::time::Duration;

use crate::support::*;
use casekit_core::store::{Store, StoreError, StoreErrorKind};
use casekit_sqlite::{Durability, SqliteOptions, SqliteStore, Trust};
use rusqlite::Connection;

fn open(path: &Path) -> Result<SqliteStore, StoreError> {
    SqliteStore::open(path, &SqliteOptions::default())
}

/// The names in a folder, with the bytes under them.
fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap_or_default()))
        .collect();
    files.sort();
    files
}

/// Opens, both trusting and not, and demands that it is refused so and that nothing in the folder changed.
fn refused(path: &Path, kind: StoreErrorKind) {
    let before = contents(path.parent().unwrap());
    for trust in [Trust::Trusted, Trust::Untrusted] {
        let options = SqliteOptions { trust, ..SqliteOptions::default() };
        let error = SqliteStore::open(path, &options).err().unwrap();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(!error.to_string().contains(path.to_str().unwrap()), "{error}");
        assert!(contents(path.parent().unwrap()) == before, "something changed");
    }
}

/// A closed file with one case.
fn closed() -> World {
    let world = World::new();
    raise("Leaking tap").on(&world.store);
    world.store.close().unwrap();
    world
}

/// Changes a closed file behind the library's back.
fn tamper(world: &World, sql: &str) {
    let connection = Connection::open(world.path()).unwrap();
    connection.execute_batch(sql).unwrap();
    connection.close().unwrap();
}

#[test]
fn a_missing_file_is_made_and_nothing_else_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cases");
    let store = open(&path).unwrap();
    store.check().unwrap();
    store.close().unwrap();
    assert_eq!(contents(folder.path()).iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["cases"]);
    for trust in [Trust::Trusted, Trust::Untrusted] {
        let options = SqliteOptions { trust, durability: Durability::Normal, ..SqliteOptions::default() };
        SqliteStore::open(&path, &options).unwrap().check().unwrap();
    }
}

#[test]
fn odd_names_are_names() {
    let folder = tempfile::tempdir().unwrap();
    for name in [":memory:", "file:cases?mode=memory", "a b%41#?&.db", "дело", "C-000123"] {
        let path = folder.path().join(name);
        open(&path).unwrap().close().unwrap();
        assert!(path.metadata().unwrap().len() > 0, "{name}");
        open(&path).unwrap();
    }
}

#[test]
fn a_missing_folder_is_named_as_the_cause() {
    let folder = tempfile::tempdir().unwrap();
    let error = open(&folder.path().join("nowhere/cases")).err().unwrap();
    assert_eq!(error.kind(), StoreErrorKind::Io);
    assert_eq!(error.to_string(), "the folder of the file does not exist; create it first");
}

#[test]
fn what_is_no_casekit_file_is_refused_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cases");
    let strangers: [&[u8]; 6] =
        [b"", b"x", b"# Shopping\n- milk\n", &[0; 4096], b"SQLite format 3\0", &[0xff; 10_000]];
    for bytes in strangers {
        fs::write(&path, bytes).unwrap();
        refused(&path, StoreErrorKind::NotCasekit);
    }
}

#[test]
fn another_applications_database_is_refused_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cases");
    for mode in ["delete", "wal"] {
        fs::remove_file(&path).ok();
        let connection = Connection::open(&path).unwrap();
        connection.pragma_update_and_check(None, "journal_mode", mode, |_| Ok(())).unwrap();
        connection.execute_batch("CREATE TABLE cases (n); INSERT INTO cases VALUES (1)").unwrap();
        connection.close().unwrap();
        refused(&path, StoreErrorKind::NotCasekit);
    }
}

#[test]
fn another_applications_database_that_is_open_elsewhere_is_refused_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cases");
    let connection = Connection::open(&path).unwrap();
    connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(())).unwrap();
    connection.execute_batch("CREATE TABLE cases (n); INSERT INTO cases VALUES (1)").unwrap();
    refused(&path, StoreErrorKind::NotCasekit);
    connection.execute_batch("INSERT INTO cases VALUES (2)").unwrap();
}

#[test]
fn a_newer_version_is_refused_untouched() {
    let world = closed();
    tamper(&world, "PRAGMA user_version = 2; CREATE TABLE later (n)");
    refused(&world.path(), StoreErrorKind::TooNew);
}

#[test]
fn a_file_whose_search_was_made_by_newer_text_rules_is_refused_untouched() {
    let world = closed();
    tamper(&world, &format!("UPDATE file SET text_rules = {}", casekit_core::text::RULES + 1));
    refused(&world.path(), StoreErrorKind::TooNew);
}

#[test]
fn an_object_of_another_program_is_named_and_refused_untouched() {
    let planted = [
        ("trigger `evil`", "CREATE TRIGGER evil AFTER INSERT ON cases BEGIN DELETE FROM events; END"),
        ("view `v_open`", "CREATE VIEW v_open AS SELECT * FROM customers"),
        ("table `_litestream_seq`", "CREATE TABLE _litestream_seq (id INTEGER PRIMARY KEY, seq INTEGER)"),
        ("index `by_title`", "CREATE INDEX by_title ON cases (title)"),
        ("an object", "CREATE TABLE \"Ada Obi's\" (n)"),
        (
            "table `sqlite_stat1`",
            "ANALYZE; PRAGMA writable_schema = 1; UPDATE sqlite_schema
            SET sql = 'CREATE TABLE sqlite_stat1(tbl,idx,stat,x)' WHERE name = 'sqlite_stat1'",
        ),
    ];
    for (named, sql) in planted {
        let world = World::new();
        raise("Leaking tap").on(&world.store);
        tamper(&world, sql);
        // Who has the file open hears of it from `check`, in the same words.
        let error = world.store.check().unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Foreign, "{error}");
        assert!(error.to_string().contains(named) && !error.to_string().contains("Ada"), "{error}");
        world.store.close().unwrap();
        assert_eq!(open(&world.path()).err().unwrap().to_string(), error.to_string());
        refused(&world.path(), StoreErrorKind::Foreign);
    }
}

#[test]
fn what_tools_gather_to_plan_with_is_no_damage() {
    let world = World::new();
    raise("Leaking tap").on(&world.store);
    tamper(&world, "ANALYZE");
    world.store.check().unwrap();
    world.store.suspend(Duration::ZERO).unwrap();
    world.store.resume().unwrap();
    world.store.close().unwrap();
    for trust in [Trust::Trusted, Trust::Untrusted] {
        let options = SqliteOptions { trust, ..SqliteOptions::default() };
        let store = SqliteStore::open(world.path(), &options).unwrap();
        raise("Leaking tap").on(&store);
        store.check().unwrap();
    }
}

#[test]
fn an_object_that_was_altered_or_is_missing_is_refused_untouched() {
    let altered = [
        "DROP INDEX cases_by_raised",
        "DROP TABLE claims; CREATE TABLE claims (kind, value, stream_kind, stream_id)",
        "PRAGMA writable_schema = 1; UPDATE sqlite_schema SET sql = replace(sql, 'title TEXT NOT NULL',
            'title TEXT NOT NULL DEFAULT (abs(-9223372036854775807 - 1))') WHERE name = 'cases'",
        "PRAGMA user_version = 0",
    ];
    for sql in altered {
        let world = closed();
        tamper(&world, sql);
        refused(&world.path(), StoreErrorKind::Corrupt);
    }
}

#[test]
fn a_cut_file_is_refused_untouched() {
    let world = closed();
    let bytes = fs::read(world.path()).unwrap();
    for pages in [1, 2, bytes.len() / 4096 - 1] {
        fs::write(world.path(), &bytes[..pages * 4096]).unwrap();
        refused(&world.path(), StoreErrorKind::Corrupt);
    }
}

/// A page of the table of events: its cells become nonsense, its header stays.
fn damage_inside(world: &World) {
    let connection = Connection::open(world.path()).unwrap();
    let sql = "SELECT rootpage FROM sqlite_schema WHERE name = 'events'";
    let page = connection.query_row(sql, (), |row| row.get::<_, u32>(0)).unwrap() as usize;
    connection.close().unwrap();
    let mut bytes = fs::read(world.path()).unwrap();
    bytes[(page - 1) * 4096 + 8..(page - 1) * 4096 + 400].fill(0x7f);
    fs::write(world.path(), bytes).unwrap();
}

#[test]
fn damage_inside_is_seen_by_who_does_not_trust() {
    let world = closed();
    damage_inside(&world);
    let before = contents(world.folder.path());
    let options = SqliteOptions { trust: Trust::Untrusted, ..SqliteOptions::default() };
    let error = SqliteStore::open(world.path(), &options).err().unwrap();
    assert_eq!(error.kind(), StoreErrorKind::Corrupt);
    assert!(contents(world.folder.path()) == before);
    // Who trusts finds it by `check`.
    assert_eq!(open(&world.path()).unwrap().check().unwrap_err().kind(), StoreErrorKind::Corrupt);
}

#[test]
fn check_finds_what_is_well_formed_and_wrong() {
    let wrongs = [
        "UPDATE totals SET n = 2",
        "DELETE FROM totals",
        "UPDATE totals SET c = 1 WHERE kind = 2",
        "INSERT INTO totals VALUES (7, 1, 1, 1, 1)",
        "UPDATE cases SET ready = 1",
        "UPDATE cases SET ready = 1; UPDATE totals SET c = 1 WHERE kind = 2",
        "UPDATE cases SET status = 'done'",
        "UPDATE cases SET steps = 'done'",
        "UPDATE cases SET requester = 'Eve'",
        "UPDATE cases SET workflow = zeroblob(16)",
        "UPDATE cases SET cause = 1",
        "UPDATE cases SET failure = '{}'",
        "UPDATE cases SET due_task = 1, due_task_at = 1",
        "UPDATE cases SET id = zeroblob(16)",
        "UPDATE cases SET place = 99",
        "UPDATE cases SET raised_by = 99",
        "UPDATE places SET family = 9",
        "UPDATE streams SET id = zeroblob(16) WHERE kind = 4",
        "DELETE FROM streams WHERE kind = 4",
        "UPDATE streams SET key = 400 WHERE kind = 4",
        "DELETE FROM people",
        "INSERT INTO case_bodies VALUES (99, 'x', NULL)",
        "INSERT INTO case_tags VALUES (1, 1)",
        "DELETE FROM words",
        "INSERT INTO words VALUES ('planted')",
        "UPDATE cases SET title = 'Other'",
        "UPDATE file SET number_floor = 5",
        "INSERT INTO customer_search (rowid, terms) VALUES (1, 'planted')",
        "INSERT INTO search (rowid, terms) VALUES (1, 'planted')",
    ];
    for sql in wrongs {
        let world = closed();
        tamper(&world, sql);
        let store = open(&world.path()).unwrap();
        assert_eq!(store.check().unwrap_err().kind(), StoreErrorKind::Corrupt, "{sql}");
    }
}

#[cfg(unix)]
#[test]
fn links_and_folders_are_refused() {
    let world = closed();
    let link = world.folder.path().join("link");
    std::os::unix::fs::symlink(world.path(), &link).unwrap();
    refused(&link, StoreErrorKind::NotCasekit);
    let dangling = world.folder.path().join("dangling");
    std::os::unix::fs::symlink(world.folder.path().join("nothing"), &dangling).unwrap();
    refused(&dangling, StoreErrorKind::NotCasekit);
    let folder = world.folder.path().join("folder");
    fs::create_dir(&folder).unwrap();
    refused(&folder, StoreErrorKind::NotCasekit);
}

#[cfg(unix)]
#[test]
fn a_folder_may_be_reached_by_a_link() {
    let world = closed();
    let elsewhere = tempfile::tempdir().unwrap();
    let link = elsewhere.path().join("link");
    std::os::unix::fs::symlink(world.folder.path(), &link).unwrap();
    assert_eq!(open(&link.join("cases")).unwrap().last_position().unwrap(), 1);
}

#[cfg(unix)]
#[test]
fn what_is_marked_read_only_is_said_to_be_so() {
    use std::os::unix::fs::PermissionsExt;
    let world = closed();
    fs::set_permissions(world.path(), fs::Permissions::from_mode(0o444)).unwrap();
    refused(&world.path(), StoreErrorKind::ReadOnly);
    fs::set_permissions(world.path(), fs::Permissions::from_mode(0o644)).unwrap();
    fs::set_permissions(world.folder.path(), fs::Permissions::from_mode(0o555)).unwrap();
    refused(&world.path(), StoreErrorKind::ReadOnly);
    refused(&world.folder.path().join("new"), StoreErrorKind::ReadOnly);
    fs::set_permissions(world.folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    open(&world.path()).unwrap();
}

#[test]
fn who_create_at_once_share_one_file() {
    for _ in 0..10 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cases");
        let start = Barrier::new(4);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    start.wait();
                    let store = open(&path).unwrap();
                    raise("Leaking tap").on(&store);
                });
            }
        });
        assert_eq!(open(&path).unwrap().last_position().unwrap(), 4);
        assert_eq!(contents(folder.path()).len(), 1);
    }
}

#[test]
fn a_creation_that_was_cut_short_is_in_nobodys_way_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cases");
    // What a process leaves that was killed while it made the file, under the name that this one would take.
    let litter = folder.path().join(format!("cases.{}-0.new", std::process::id()));
    fs::write(&litter, b"half").unwrap();
    let store = open(&path).unwrap();
    raise("Leaking tap").on(&store);
    store.close().unwrap();
    assert_eq!(contents(folder.path()).len(), 1, "what the killed one left is gone");
}

/// What a power cut leaves within a checkpoint: the file with its first sector damaged, and the log, still whole.
fn cut_within_a_checkpoint(damaged: &[u8; 512]) -> tempfile::TempDir {
    let copy = left_by_a_kill();
    let file = fs::File::options().write(true).open(copy.path().join("cases")).unwrap();
    std::os::unix::fs::FileExt::write_all_at(&file, damaged, 0).unwrap();
    copy
}

#[cfg(unix)]
#[test]
fn a_first_sector_that_a_power_cut_damaged_is_read_from_the_log() {
    for damaged in [[0; 512], [0xa5; 512]] {
        for trust in [Trust::Trusted, Trust::Untrusted] {
            let folder = cut_within_a_checkpoint(&damaged);
            let options = SqliteOptions { trust, ..SqliteOptions::default() };
            let store = SqliteStore::open(folder.path().join("cases"), &options).unwrap();
            assert_eq!(store.last_position().unwrap(), 20);
            store.check().unwrap();
            store.close().unwrap();
            assert_eq!(open(&folder.path().join("cases")).unwrap().last_position().unwrap(), 20);
        }
    }
}

#[cfg(unix)]
#[test]
fn a_damaged_file_is_not_ours_because_of_a_strangers_log() {
    let ours = cut_within_a_checkpoint(&[0xa5; 512]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cases");
    // A stranger's database, cut in the same way.
    let stranger = Connection::open(folder.path().join("stranger")).unwrap();
    stranger.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(())).unwrap();
    stranger.execute_batch("CREATE TABLE cases (n); INSERT INTO cases VALUES (1)").unwrap();
    fs::copy(ours.path().join("cases"), &path).unwrap();
    fs::copy(folder.path().join("stranger-wal"), folder.path().join("cases-wal")).unwrap();
    drop(stranger);
    let before = (fs::read(&path).unwrap(), fs::read(folder.path().join("cases-wal")).unwrap());
    for trust in [Trust::Trusted, Trust::Untrusted] {
        let options = SqliteOptions { trust, ..SqliteOptions::default() };
        let kind = SqliteStore::open(&path, &options).err().unwrap().kind();
        assert!([StoreErrorKind::NotCasekit, StoreErrorKind::Corrupt].contains(&kind), "{kind:?}");
        let after = (fs::read(&path).unwrap(), fs::read(folder.path().join("cases-wal")).unwrap());
        assert!(after == before, "something changed");
    }
    // Without a log there is nothing to look through, whatever the name of what stands beside it.
    for log in [&b""[..], b"no log at all"] {
        fs::remove_file(folder.path().join("cases-shm")).ok();
        fs::write(folder.path().join("cases-wal"), log).unwrap();
        refused(&path, StoreErrorKind::NotCasekit);
    }
}

#[test]
fn resuming_does_not_look_at_every_page_again() {
    let world = closed();
    let options = SqliteOptions { trust: Trust::Untrusted, ..SqliteOptions::default() };
    let store = SqliteStore::open(world.path(), &options).unwrap();
    store.suspend(Duration::ZERO).unwrap();
    damage_inside(&world);
    assert_eq!(SqliteStore::open(world.path(), &options).err().unwrap().kind(), StoreErrorKind::Corrupt);
    store.resume().unwrap();
}

#[test]
fn a_crash_with_everything_still_in_the_log_loses_nothing() {
    let copy = left_by_a_kill();
    let options = SqliteOptions { trust: Trust::Untrusted, ..SqliteOptions::default() };
    let store = SqliteStore::open(copy.path().join("cases"), &options).unwrap();
    assert_eq!(store.last_position().unwrap(), 20);
    store.check().unwrap();
}

#[test]
fn another_writer_is_waited_for_and_then_named() {
    let world = World::new();
    let connection = Connection::open(world.path()).unwrap();
    connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    let options = SqliteOptions { busy_timeout: Duration::from_millis(60), ..SqliteOptions::default() };
    let store = SqliteStore::open(world.path(), &options).unwrap();
    let error = store.commit(vec![raise("Leaking tap").commit()]).unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Busy);
    connection.execute_batch("COMMIT").unwrap();
    raise("Leaking tap").on(&store);
}

#[test]
fn damage_that_stands_in_the_log_alone_is_seen_by_who_does_not_trust() {
    let world = closed();
    let stranger = Connection::open(world.path()).unwrap();
    // Two tables that have each other's tree, written into the log and not brought home.
    let sql = "PRAGMA wal_autocheckpoint = 0; PRAGMA writable_schema = 1; UPDATE sqlite_schema SET rootpage =
        (SELECT sum(rootpage) FROM sqlite_schema WHERE name IN ('events', 'notes')) - rootpage
        WHERE name IN ('events', 'notes')";
    stranger.execute_batch(sql).unwrap();
    let copy = tempfile::tempdir().unwrap();
    for name in ["cases", "cases-wal"] {
        fs::copy(world.folder.path().join(name), copy.path().join(name)).unwrap();
    }
    drop(stranger);
    for access in [casekit_sqlite::Access::ReadWrite, casekit_sqlite::Access::ReadOnly] {
        let options = SqliteOptions { trust: Trust::Untrusted, access, ..SqliteOptions::default() };
        let error = SqliteStore::open(copy.path().join("cases"), &options).err().unwrap();
        assert_eq!(error.kind(), StoreErrorKind::Corrupt, "{access:?}");
    }
}
