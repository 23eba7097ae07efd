//! Many callers, several stores on one file, suspending and closing.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::support::*;
use casekit_core::commit::Refused;
use casekit_core::model::CaseTypeId;
use casekit_core::store::{Store, StoreErrorKind};
use casekit_sqlite::{SqliteOptions, SqliteStore};

#[test]
fn eight_threads_write_without_loss_and_without_gaps() {
    let world = World::new();
    let store = &world.store;
    std::thread::scope(|scope| {
        for worker in 0..8 {
            scope.spawn(move || {
                for n in 0..25 {
                    let mut commit = raise(&format!("Case {worker} {n}")).commit();
                    commit.request = Some(request(&format!("worker {worker}"), &format!("{n}")));
                    write(store, commit);
                }
            });
        }
    });
    let events = store.events(&casekit_core::store::EventQuery::All { after: 0, limit: 500 }).unwrap();
    assert_eq!(events.iter().map(|event| event.position).collect::<Vec<_>>(), (1..=200).collect::<Vec<_>>());
    store.check().unwrap();
}

#[test]
fn of_eight_who_take_one_case_one_has_it() {
    let world = World::new();
    let raised = raise("Leaking tap").on(&world.store);
    let results = std::thread::scope(|scope| {
        let takers: Vec<_> = (0..8)
            .map(|n| {
                let (store, raised) = (&world.store, &raised);
                scope.spawn(move || one(store, take(raised, &format!("worker {n}"))))
            })
            .collect();
        takers.into_iter().map(|taker| taker.join().unwrap()).collect::<Vec<_>>()
    });
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    assert!(results.iter().all(|result| !matches!(result, Err(Refused::Unsound(_)))));
    assert_eq!(case(&world.store, raised.id).revision, 2);
}

#[test]
fn two_stores_on_one_file_see_each_other_and_their_definitions() {
    let world = World::new();
    let second = world.second();
    assert!(second.catalog().unwrap().case_types.is_empty());
    let id = CaseTypeId(fresh());
    write(&world.store, set_up("C"));
    write(&world.store, create_type(id, "Bug report"));
    let catalog = second.catalog().unwrap();
    assert!(catalog.case_types.contains_key(&id) && catalog.settings.is_some());
    // Kept as long as nothing changes, and of the same moment as what is loaded.
    assert!(std::sync::Arc::ptr_eq(&catalog, &second.catalog().unwrap()));
    write(&world.store, create_type(CaseTypeId(fresh()), "Support"));
    assert_eq!(second.load(&casekit_core::store::LoadPlan::default()).unwrap().catalog.case_types.len(), 2);
    std::thread::scope(|scope| {
        for store in [&world.store, &second] {
            scope.spawn(move || (0..40).for_each(|n| drop(raise(&format!("Case {n}")).on(store))));
        }
    });
    assert_eq!(second.last_position().unwrap(), 83);
    drop(second);
    // Whoever closes last leaves one file.
    raise("After").on(&world.store);
    world.store.close().unwrap();
    assert_eq!(std::fs::read_dir(world.folder.path()).unwrap().count(), 1);
    world.second().check().unwrap();
}

#[test]
fn a_suspended_store_says_so_and_goes_on_when_resumed() {
    let world = World::new();
    raise("Leaking tap").on(&world.store);
    world.store.suspend(Duration::from_secs(1)).unwrap();
    world.store.suspend(Duration::from_secs(1)).unwrap();
    assert_eq!(world.store.last_position().unwrap_err().kind(), StoreErrorKind::Suspended);
    let refused = world.store.commit(vec![raise("Other").commit()]);
    assert_eq!(refused.unwrap_err().kind(), StoreErrorKind::Suspended);
    world.store.resume().unwrap();
    world.store.resume().unwrap();
    raise("Other").on(&world.store);
    assert_eq!(world.store.last_position().unwrap(), 2);
}

#[test]
fn a_closed_store_stays_closed() {
    let world = World::new();
    world.store.close().unwrap();
    world.store.close().unwrap();
    assert_eq!(world.store.last_position().unwrap_err().kind(), StoreErrorKind::Closed);
    assert_eq!(world.store.resume().unwrap_err().kind(), StoreErrorKind::Closed);
    assert_eq!(world.store.suspend(Duration::ZERO).unwrap_err().kind(), StoreErrorKind::Closed);
}

#[test]
fn resuming_looks_at_the_file_again_and_makes_none() {
    let world = World::new();
    world.store.suspend(Duration::ZERO).unwrap();
    let bytes = std::fs::read(world.path()).unwrap();
    std::fs::remove_file(world.path()).unwrap();
    assert_eq!(world.store.resume().unwrap_err().kind(), StoreErrorKind::Io);
    assert!(!world.path().exists());
    std::fs::write(world.path(), b"something else").unwrap();
    assert_eq!(world.store.resume().unwrap_err().kind(), StoreErrorKind::NotCasekit);
    assert_eq!(world.store.last_position().unwrap_err().kind(), StoreErrorKind::Suspended);
    std::fs::write(world.path(), bytes).unwrap();
    world.store.resume().unwrap();
    world.store.check().unwrap();
}

#[test]
fn check_takes_no_news_of_another_store_for_damage() {
    let world = World::new();
    let options = SqliteOptions { readers: 1, ..SqliteOptions::default() };
    let reader = SqliteStore::open(world.path(), &options).unwrap();
    for round in 0..6 {
        for n in 0..30 {
            raise(&format!("Case {round} {n} words{n} more{round}")).on(&world.store);
        }
        reader.check().unwrap();
    }
}

/// What this process has open below a folder.
#[cfg(target_os = "linux")]
fn handles(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let folder = folder.canonicalize().unwrap();
    let open = std::fs::read_dir("/proc/self/fd").unwrap();
    let targets = open.filter_map(|entry| std::fs::read_link(entry.unwrap().path()).ok());
    targets.filter(|target| target.starts_with(&folder)).collect()
}

#[cfg(target_os = "linux")]
#[test]
fn nothing_is_open_when_suspend_returns_whatever_was_going_on() {
    let world = World::new();
    let store = &world.store;
    for n in 0..300 {
        raise(&format!("Common words of case {n}")).on(store);
    }
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for n in 0..6 {
            let over = &over;
            scope.spawn(move || {
                while !over.load(Ordering::Relaxed) {
                    let result = match n {
                        0 | 1 => store.commit(vec![raise("More").commit()]).map(|_| ()),
                        2 | 3 => store.search(&search_query("common wor")).map(|_| ()),
                        _ => store.check(),
                    };
                    let fine = [StoreErrorKind::Suspended, StoreErrorKind::Interrupted];
                    if let Err(error) = result {
                        assert!(fine.contains(&error.kind()), "{error:?}");
                    }
                }
            });
        }
        for wait in [0, 0, 1, 5, 50, 0, 2] {
            std::thread::sleep(Duration::from_millis(20));
            store.suspend(Duration::from_millis(wait)).unwrap();
            assert_eq!(handles(world.folder.path()), Vec::<std::path::PathBuf>::new());
            assert_eq!(std::fs::read_dir(world.folder.path()).unwrap().count(), 1);
            store.resume().unwrap();
        }
        over.store(true, Ordering::Relaxed);
    });
    store.check().unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn a_source_on_the_file_itself_keeps_nothing_open_when_the_store_lets_go() {
    use casekit_core::release::{DataSource, SourceQuestion};
    let world = World::new();
    raise("Leaking tap").on(&world.store);
    let query =
        casekit_core::model::SourceQuery { table: "cases".into(), sql: "SELECT title FROM cases".into() };
    let source = casekit_sqlite::SqliteSource::new("own", world.path(), vec![query]);
    let question = SourceQuestion::new("C-1", "", "");
    for n in 1..=3 {
        let tables = source.collect(&question).unwrap();
        assert_eq!(tables.first().unwrap().rows.len(), n);
        raise("Written after").on(&world.store);
        world.store.suspend(Duration::from_secs(1)).unwrap();
        assert_eq!(handles(world.folder.path()), Vec::<std::path::PathBuf>::new());
        assert_eq!(std::fs::read_dir(world.folder.path()).unwrap().count(), 1);
        world.store.resume().unwrap();
    }
    world.store.check().unwrap();
}

#[test]
fn a_writer_who_waits_for_another_process_does_not_hold_up_suspend() {
    let world = World::new();
    let options = SqliteOptions { busy_timeout: Duration::from_secs(60), ..SqliteOptions::default() };
    let store = SqliteStore::open(world.path(), &options).unwrap();
    let other = rusqlite::Connection::open(world.path()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let began = Instant::now();
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..3)
            .map(|_| scope.spawn(|| store.commit(vec![raise("Leaking tap").commit()]).unwrap_err().kind()))
            .collect();
        std::thread::sleep(Duration::from_millis(50));
        store.suspend(Duration::from_millis(10)).unwrap();
        for writer in writers {
            let kind = writer.join().unwrap();
            assert!(kind == StoreErrorKind::Interrupted || kind == StoreErrorKind::Suspended, "{kind:?}");
        }
    });
    assert!(began.elapsed() < Duration::from_secs(30));
}
