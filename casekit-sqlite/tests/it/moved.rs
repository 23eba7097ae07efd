//! A file that is moved, deleted or replaced while it is open: no write to it is acknowledged any more.

use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::support::*;
use casekit_core::store::{Store, StoreErrorKind};
use casekit_sqlite::{SqliteOptions, SqliteStore};

/// What somebody does to the file while it is open.
type Harm = fn(&World);

fn beside(world: &World, ending: &str) -> std::path::PathBuf {
    world.folder.path().join(format!("cases{ending}"))
}

fn delete(world: &World) {
    fs::remove_file(world.path()).unwrap();
}

fn delete_all(world: &World) {
    for ending in ["", "-wal", "-shm"] {
        fs::remove_file(beside(world, ending)).unwrap();
    }
}

fn replace_by_a_copy(world: &World) {
    let copy = beside(world, ".copy");
    fs::copy(world.path(), &copy).unwrap();
    fs::rename(copy, world.path()).unwrap();
}

fn replace_by_another(world: &World) {
    let other = beside(world, ".other");
    let store = SqliteStore::open(&other, &SqliteOptions::default()).unwrap();
    raise("Of the other file").on(&store);
    store.close().unwrap();
    fs::rename(other, world.path()).unwrap();
}

fn move_away(world: &World) {
    fs::rename(world.path(), beside(world, ".moved")).unwrap();
}

fn empty_the_folder(world: &World) {
    let aside = world.folder.path().join("aside");
    fs::create_dir(&aside).unwrap();
    for ending in ["", "-wal", "-shm"] {
        fs::rename(beside(world, ending), aside.join(format!("cases{ending}"))).unwrap();
    }
}

fn delete_the_log(world: &World) {
    fs::remove_file(beside(world, "-wal")).unwrap();
}

fn replace_the_log(world: &World) {
    fs::copy(beside(world, "-wal"), beside(world, ".copy")).unwrap();
    fs::rename(beside(world, ".copy"), beside(world, "-wal")).unwrap();
}

#[test]
fn no_write_to_a_file_that_is_elsewhere_is_acknowledged() {
    let harms: [(&str, Harm); 8] = [
        ("deleted", delete),
        ("deleted with its log", delete_all),
        ("replaced by a copy", replace_by_a_copy),
        ("replaced by another file", replace_by_another),
        ("moved away", move_away),
        ("moved away with its log", empty_the_folder),
        ("its log deleted", delete_the_log),
        ("its log replaced", replace_the_log),
    ];
    for (what, harm) in harms {
        let world = World::new();
        raise("Leaking tap").on(&world.store);
        harm(&world);
        for _ in 0..2 {
            let batch = vec![raise("One").commit(), raise("Two").commit()];
            assert_eq!(world.store.commit(batch).unwrap_err().kind(), StoreErrorKind::Moved, "{what}");
            assert_eq!(world.store.check().unwrap_err().kind(), StoreErrorKind::Moved, "{what}");
        }
        world.store.close().unwrap();
    }
}

#[test]
fn nobody_reads_from_another_file_at_the_path() {
    for harm in [replace_by_another, replace_by_a_copy, delete, move_away] {
        let world = World::new();
        raise("Leaking tap").on(&world.store);
        // One reader is at hand from before, others are opened by path.
        assert_eq!(world.store.last_position().unwrap(), 1);
        harm(&world);
        std::thread::scope(|scope| {
            for _ in 0..6 {
                scope.spawn(|| {
                    let answer = world.store.cases(&cases_query()).map(|cases| cases.answer.rows.len());
                    assert_eq!(answer.unwrap_err().kind(), StoreErrorKind::Moved);
                });
            }
        });
    }
}

#[test]
fn a_file_that_was_put_back_is_written_to_again() {
    let world = World::new();
    raise("Leaking tap").on(&world.store);
    move_away(&world);
    let lost = raise("While it was away");
    assert_eq!(world.store.commit(vec![lost.commit()]).unwrap_err().kind(), StoreErrorKind::Moved);
    fs::rename(beside(&world, ".moved"), world.path()).unwrap();
    raise("Back again").on(&world.store);
    world.store.check().unwrap();
    world.store.close().unwrap();
    world.second().check().unwrap();
}

#[test]
fn closing_leaves_alone_what_took_the_files_place() {
    let world = World::new();
    raise("Leaking tap").on(&world.store);
    empty_the_folder(&world);
    let other = SqliteStore::open(world.path(), &SqliteOptions::default()).unwrap();
    (0..3).for_each(|n| drop(raise(&format!("Case {n} of the other")).on(&other)));
    let before = contents(world.folder.path());
    assert_eq!(world.store.commit(vec![raise("Lost").commit()]).unwrap_err().kind(), StoreErrorKind::Moved);
    world.store.close().unwrap();
    assert!(contents(world.folder.path()) == before, "something changed");
    other.check().unwrap();
    assert_eq!(other.last_position().unwrap(), 3);
    // What was moved away has all that was acknowledged.
    let moved =
        SqliteStore::open(world.folder.path().join("aside/cases"), &SqliteOptions::default()).unwrap();
    assert!(moved.last_position().unwrap() >= 1);
    moved.check().unwrap();
}

#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
#[test]
fn what_took_the_files_place_waits_until_its_log_is_nobodys() {
    for harm in [replace_by_another, replace_by_a_copy] {
        let world = World::new();
        (0..3).for_each(|n| drop(raise(&format!("Of the old file {n}")).on(&world.store)));
        harm(&world);
        let there = fs::read(world.path()).unwrap();
        let options = SqliteOptions { busy_timeout: Duration::from_millis(20), ..SqliteOptions::default() };
        let refused = SqliteStore::open(world.path(), &options).err().unwrap();
        assert_eq!(refused.kind(), StoreErrorKind::Busy, "{refused}");
        assert_eq!(world.store.check().unwrap_err().kind(), StoreErrorKind::Moved);
        world.store.close().unwrap();
        assert!(fs::read(world.path()).unwrap() == there, "the log of the old file is not in the new one");
        let store = SqliteStore::open(world.path(), &options).unwrap();
        raise("Goes on").on(&store);
        store.check().unwrap();
    }
}

#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
#[test]
fn a_file_is_open_under_one_of_its_names() {
    let world = World::new();
    raise("Leaking tap").on(&world.store);
    let other = beside(&world, ".other");
    fs::hard_link(world.path(), &other).unwrap();
    let options = SqliteOptions { busy_timeout: Duration::from_millis(20), ..SqliteOptions::default() };
    let refused = SqliteStore::open(&other, &options).err().unwrap();
    assert_eq!(refused.kind(), StoreErrorKind::Busy);
    assert!(refused.to_string().contains("another of its names"), "{refused}");
    // Under the same name it is shared as ever.
    raise("Second").on(&SqliteStore::open(world.path(), &options).unwrap());
    world.store.close().unwrap();
    let store = SqliteStore::open(&other, &options).unwrap();
    assert_eq!(store.last_position().unwrap(), 2);
    assert_eq!(SqliteStore::open(world.path(), &options).err().unwrap().kind(), StoreErrorKind::Busy);
}

fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| (path.display().to_string(), fs::read(&path).unwrap()))
        .collect();
    files.sort();
    files
}

#[test]
fn suspended_it_may_be_moved_and_resumed_it_is_what_is_there() {
    let world = World::new();
    raise("Leaking tap").on(&world.store);
    world.store.suspend(Duration::ZERO).unwrap();
    replace_by_another(&world);
    world.store.resume().unwrap();
    raise("Goes on").on(&world.store);
    world.store.check().unwrap();
}
