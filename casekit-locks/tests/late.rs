//! A host that had a connection of its own before. In a program of its own: `install` is once for a process.
#![cfg(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64"),
    target_pointer_width = "64"
))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may stop here")]

mod support;

use casekit_locks::{ShmLocks, install};
use support::{count, locks, open, shm};

#[test]
fn a_file_that_was_open_before_keeps_its_locks() {
    let folder = tempfile::tempdir().unwrap();
    let (path, other) = (folder.path().join("file"), folder.path().join("other"));
    let host = open(&path);
    host.execute_batch("BEGIN IMMEDIATE; INSERT INTO t VALUES (1)").unwrap();
    let alone = open(&other);
    assert_eq!(install(), ShmLocks::Description);
    // Unlocked as it was locked, or nobody would ever write again.
    host.execute_batch("COMMIT; BEGIN IMMEDIATE; INSERT INTO t VALUES (2); COMMIT").unwrap();
    let second = open(&path);
    second.execute_batch("BEGIN IMMEDIATE; INSERT INTO t VALUES (3)").unwrap();
    assert!(host.execute_batch("BEGIN IMMEDIATE").is_err());
    second.execute_batch("COMMIT").unwrap();
    assert!(locks(&shm(&path)).iter().all(|lock| lock.starts_with("POSIX")));
    // Once all of it is closed, the file is like any other.
    drop((host, second));
    let host = open(&path);
    host.execute_batch("BEGIN IMMEDIATE; INSERT INTO t VALUES (4); COMMIT").unwrap();
    assert_eq!(count(&host), 4);
    assert!(locks(&shm(&path)).iter().all(|lock| lock.starts_with("OFDLCK")));
    // Its own locks are nobody else's: who is alone may leave the log.
    let mode: String = alone.query_row("PRAGMA journal_mode = delete", (), |row| row.get(0)).unwrap();
    assert_eq!(mode, "delete");
}
