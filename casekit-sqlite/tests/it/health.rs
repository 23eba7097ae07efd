//! How a file is doing, and giving its free space back.

use std::fs;

use crate::support::*;
use casekit_core::model::BlobId;
use casekit_core::store::{LoadPlan, Store, StoreErrorKind};

#[test]
fn health_tells_of_sizes_checkpoints_and_what_keeps_the_file_whole() {
    let world = World::new();
    raise("Leaking tap").on(&world.store);
    let health = world.store.health().unwrap();
    let size = |ending: &str| fs::metadata(world.folder.path().join(format!("cases{ending}"))).unwrap().len();
    assert_eq!((health.file_bytes, health.log_bytes), (size(""), size("-wal")));
    assert!(health.log_bytes > 0 && health.last_checkpoint.is_some());
    assert_eq!((health.last_fault, health.oldest_read, health.free_bytes), (None, None, 0));
    let safeguards = health.safeguards.unwrap();
    if cfg!(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))) {
        assert!(safeguards.log_locks && safeguards.guarded && safeguards.watched, "{safeguards:?}");
    }
}

#[cfg(unix)]
#[test]
fn the_last_fault_is_remembered_and_busy_is_none() {
    let world = World::new();
    let away = world.folder.path().join("away");
    fs::rename(world.path(), &away).unwrap();
    let said = world.store.commit(vec![raise("Lost").commit()]).unwrap_err();
    fs::rename(&away, world.path()).unwrap();
    raise("Goes on").on(&world.store);
    let fault = world.store.health().unwrap().last_fault.unwrap();
    assert_eq!((fault.kind, fault.message), (StoreErrorKind::Moved, said.to_string()));
    world.store.suspend(std::time::Duration::ZERO).unwrap();
    assert!(world.store.health().is_err());
}

#[test]
fn a_fault_that_a_command_meets_while_it_loads_is_remembered_too() {
    let world = World::new();
    let raised = raise("Leaking tap").on(&world.store);
    let away = world.folder.path().join("away");
    fs::rename(world.path(), &away).unwrap();
    let said = world.store.load(&LoadPlan::case(raised.id)).unwrap_err();
    fs::rename(&away, world.path()).unwrap();
    let fault = world.store.health().unwrap().last_fault.unwrap();
    assert_eq!((fault.kind, fault.message), (StoreErrorKind::Moved, said.to_string()));
}

#[test]
fn free_space_is_given_back_in_steps_while_others_write() {
    let world = World::new();
    let blob = BlobId(fresh());
    for chunk in 0..40 {
        world.store.blob_bytes().append(blob, chunk * 256 * 1024, at(0), &[7; 256 * 1024]).unwrap();
    }
    assert_eq!(world.store.blob_bytes().sweep(at(1), 10).unwrap(), [blob]);
    let before = world.store.health().unwrap();
    assert!(before.free_bytes >= 10 * 1024 * 1024, "{before:?}");
    let (mut steps, mut given_back) = (0, 0);
    loop {
        let step = world.store.compact(1024 * 1024).unwrap();
        raise(&format!("Between steps {steps}")).on(&world.store);
        (steps, given_back) = (steps + 1, given_back + step.given_back);
        assert!(step.given_back <= 1024 * 1024 + 4096);
        if step.left == 0 {
            break;
        }
    }
    assert!(steps >= 10, "{steps}");
    // What was written between the steps took some of it.
    assert!(given_back + 256 * 1024 >= before.free_bytes);
    let after = world.store.health().unwrap();
    assert!(after.file_bytes < 2 * 1024 * 1024, "the file is smaller: {after:?}");
    world.store.check().unwrap();
    assert_eq!(world.store.compact(1024 * 1024).unwrap().given_back, 0);
}
