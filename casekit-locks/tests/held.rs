//! What the kernel says about the locks.
#![cfg(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64"),
    target_pointer_width = "64"
))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may stop here")]

mod support;

use std::fs::File;
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use casekit_locks::{Guard, ShmLocks, install};
use rusqlite::TransactionBehavior;
use support::{DEADMAN, SHARED, WRITER, count, lock, locks, open, shm};

#[test]
fn another_copy_that_closes_the_file_takes_no_lock_away() {
    assert_eq!(install(), ShmLocks::Description);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    drop(open(&path));
    let mut guard = Guard::lock(&path).unwrap();
    assert!(guard.is_held());
    let mut connection = open(&path);
    let change = connection.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    let on_shm = locks(&shm(&path));
    assert!(on_shm.contains(&lock("OFDLCK", "WRITE", WRITER, WRITER)), "{on_shm:?}");
    assert!(on_shm.contains(&lock("OFDLCK", "READ", DEADMAN, DEADMAN)), "{on_shm:?}");
    assert!(on_shm.iter().all(|lock| lock.starts_with("OFDLCK")), "{on_shm:?}");
    // What the other copy does to us.
    drop(File::open(&path).unwrap());
    drop(File::open(shm(&path)).unwrap());
    assert_eq!(locks(&shm(&path)), on_shm);
    // SQLite's own is gone, ours is there.
    assert_eq!(locks(&path), [lock("OFDLCK", "READ", SHARED.0, SHARED.1)]);
    change.commit().unwrap();
    guard.unlock();
    assert_eq!((locks(&path), guard.is_held()), (Vec::<String>::new(), false));
}

#[test]
fn the_connections_of_a_process_share_and_exclude_as_ever() {
    install();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let (one, two, three) = (open(&path), open(&path), open(&path));
    let cannot_empty_the_log =
        || one.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |row| row.get::<_, bool>(0)).unwrap();
    one.execute_batch("BEGIN IMMEDIATE; INSERT INTO t VALUES (1)").unwrap();
    assert!(two.execute_batch("BEGIN IMMEDIATE").is_err());
    one.execute_batch("COMMIT").unwrap();
    // A reader keeps its moment, and the log cannot begin anew below it.
    three.execute_batch("BEGIN").unwrap();
    assert_eq!(count(&three), 1);
    two.execute_batch("INSERT INTO t VALUES (2)").unwrap();
    assert_eq!((count(&one), count(&three)), (2, 1));
    assert!(cannot_empty_the_log());
    // Closing one of three frees nothing that the others hold.
    drop(two);
    assert!(cannot_empty_the_log());
    three.execute_batch("COMMIT").unwrap();
    assert!(!cannot_empty_the_log());
    drop((one, three));
    assert!(!shm(&path).exists(), "the last one cleans up");
}

#[test]
#[ignore = "run by another test"]
fn a_process_without_it() {
    let Some(path) = support::given() else { return };
    let connection = open(&path);
    let began = connection.execute_batch("BEGIN IMMEDIATE; INSERT INTO t VALUES (9); COMMIT").is_ok();
    println!("began={began} posix={}", locks(&shm(&path)).iter().any(|lock| lock.starts_with("POSIX")));
}

#[test]
fn a_process_without_it_is_shut_out_and_is_not_the_last() {
    install();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    drop(open(&path));
    let _guard = Guard::lock(&path).unwrap();
    let connection = open(&path);
    let other = || support::said(support::process("a_process_without_it", &path));
    connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    let said = other();
    assert!(said.contains("began=false"), "{said}");
    connection.execute_batch("COMMIT").unwrap();
    let said = other();
    assert!(said.contains("began=true posix=true"), "{said}");
    assert_eq!(count(&connection), 1);
    assert!(shm(&path).exists(), "the other process is not the last");
}

#[test]
fn the_sqlite3_shell_shuts_us_out() {
    install();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    drop(open(&path));
    let _guard = Guard::lock(&path).unwrap();
    let connection = open(&path);
    let Ok(mut shell) = Command::new("sqlite3").arg(&path).stdin(Stdio::piped()).spawn() else {
        println!("not run: there is no sqlite3 shell");
        return;
    };
    let mut orders = shell.stdin.take().unwrap();
    orders.write_all(b"BEGIN IMMEDIATE;\n").unwrap();
    let begun = Instant::now();
    while !locks(&shm(&path)).contains(&lock("POSIX", "WRITE", WRITER, WRITER)) {
        assert!(begun.elapsed() < Duration::from_secs(20), "the shell does not begin");
        std::thread::yield_now();
    }
    assert!(connection.execute_batch("BEGIN IMMEDIATE").is_err());
    orders.write_all(b"COMMIT;\n").unwrap();
    drop(orders);
    assert!(shell.wait().unwrap().success());
    connection.execute_batch("BEGIN IMMEDIATE; COMMIT").unwrap();
}
