//! What a forked child has of its parent's locks: nothing.
#![cfg(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64"),
    target_pointer_width = "64"
))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may stop here")]

mod support;

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use casekit_locks::{Guard, GuardFault, install, is_guarded};
use rusqlite::Connection;
use support::{count, descriptors, locks, open, shm};

/// One test at a time: in a child, what another thread of the parent held just then stays held.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A parent within a change.
struct Parent {
    path: PathBuf,
    guard: Option<Guard>,
    connection: Connection,
    before: (Vec<String>, Vec<String>),
    _folder: tempfile::TempDir,
}

impl Parent {
    fn new() -> Self {
        install();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        drop(open(&path));
        let guard = Some(Guard::lock(&path).unwrap());
        let connection = open(&path);
        connection.execute_batch("BEGIN IMMEDIATE; INSERT INTO t VALUES (1)").unwrap();
        let before = (locks(&path), locks(&shm(&path)));
        assert!(before.0.len() + before.1.len() > 2);
        Self { path, guard, connection, before, _folder: folder }
    }

    /// It lost nothing, and goes on.
    fn goes_on(self) {
        assert_eq!((locks(&self.path), locks(&shm(&self.path))), self.before);
        assert!(self.guard.unwrap().is_held());
        self.connection.execute_batch("COMMIT").unwrap();
        assert_eq!(count(&self.connection), 1);
    }
}

/// Runs something in a child, which answers yes or no.
fn in_child(act: impl FnOnce() -> bool) -> bool {
    // SAFETY: the child ends without returning, and nothing that it uses is held by another thread.
    let child = unsafe { libc::fork() };
    if child == 0 {
        let yes = act();
        // SAFETY: it ends the process.
        unsafe { libc::_exit(i32::from(!yes)) }
    }
    let mut status = 0;
    // SAFETY: the number is that of a child, and the status lives through the call.
    assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
    status == 0
}

#[test]
fn a_child_cannot_go_on_with_what_it_inherits() {
    let _alone = alone();
    let mut parent = Parent::new();
    assert!(in_child(|| parent.connection.execute_batch("COMMIT").is_err()));
    assert!(in_child(|| {
        let mut guard = parent.guard.take().unwrap();
        guard.unlock();
        !guard.is_held()
    }));
    parent.goes_on();
}

#[test]
fn a_child_cannot_open_anew_what_its_parent_has_open() {
    let _alone = alone();
    let parent = Parent::new();
    assert!(in_child(|| matches!(Guard::lock(&parent.path), Err(GuardFault::Forked))));
    assert!(in_child(|| matches!(Guard::share(&parent.path), Err(GuardFault::Forked))));
    assert!(in_child(|| !is_guarded(parent.guard.as_ref().unwrap().file().unwrap())));
    parent.goes_on();
}

#[test]
fn a_child_may_open_another_file() {
    let _alone = alone();
    let parent = Parent::new();
    let other = parent.path.with_file_name("other");
    assert!(in_child(|| {
        drop(open(&other));
        let guard = Guard::lock(&other).unwrap();
        let connection = open(&other);
        guard.is_held()
            && is_guarded(guard.file().unwrap())
            && connection.execute_batch("BEGIN IMMEDIATE; INSERT INTO t VALUES (1); COMMIT").is_ok()
    }));
    assert_eq!(count(&open(&other)), 1);
    parent.goes_on();
}

#[test]
fn parent_and_child_may_open_what_was_closed_before() {
    let _alone = alone();
    install();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    drop(open(&path));
    drop(Guard::lock(&path).unwrap());
    let write = |path: &Path| {
        let _guard = Guard::lock(path).unwrap();
        let connection = open(path);
        connection.busy_timeout(Duration::from_secs(5)).unwrap();
        connection.execute_batch("BEGIN IMMEDIATE; INSERT INTO t VALUES (1); COMMIT").is_ok()
    };
    assert!(in_child(|| write(&path)) && write(&path));
    assert_eq!(count(&open(&path)), 2);
}

#[test]
fn a_child_may_open_what_was_busy_for_its_parent() {
    let _alone = alone();
    install();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let host = Connection::open(&path).unwrap();
    host.execute_batch("BEGIN EXCLUSIVE; CREATE TABLE t (n)").unwrap();
    assert!(matches!(Guard::lock(&path), Err(GuardFault::Busy)));
    host.execute_batch("COMMIT").unwrap();
    drop(host);
    assert!(in_child(|| Guard::lock(&path).is_ok_and(|guard| guard.is_held())));
}

#[test]
fn a_child_that_cannot_open_a_descriptor_has_none_either() {
    let _alone = alone();
    let parent = Parent::new();
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: both read or write numbers that live through the call.
    let limited = unsafe {
        assert_eq!(libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit), 0);
        libc::rlimit { rlim_cur: 200, ..limit }
    };
    // SAFETY: as above.
    assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &raw const limited) }, 0);
    let taken: Vec<_> = std::iter::from_fn(|| File::open("/dev/null").ok()).collect();
    let mut taken = Some(taken);
    assert!(in_child(|| {
        drop(taken.take());
        // SQLite's of the database is left, which carries no locks by description.
        (descriptors(&shm(&parent.path)), descriptors(&parent.path)) == (0, 1)
    }));
    drop(taken);
    // SAFETY: as above.
    assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &raw const limit) }, 0);
    parent.goes_on();
}

#[test]
fn a_child_that_closes_descriptors_by_number_takes_nothing_away() {
    let _alone = alone();
    let parent = Parent::new();
    assert!(in_child(|| {
        // SAFETY: the child uses none of them afterwards.
        (3..200).for_each(|descriptor| _ = unsafe { libc::close(descriptor) });
        true
    }));
    parent.goes_on();
}

/// It begins to write, forks, and waits to be killed.
#[test]
#[ignore = "run by another test"]
fn a_parent_that_will_be_killed() {
    let Some(path) = support::given() else { return };
    install();
    let _guard = Guard::lock(&path).unwrap();
    let connection = open(&path);
    connection.execute_batch("BEGIN IMMEDIATE; INSERT INTO t VALUES (1)").unwrap();
    // SAFETY: the child only says who it is, waits and ends.
    if unsafe { libc::fork() } == 0 {
        // Said by the child: by now it has let go.
        println!("\nchild {}", std::process::id());
        thread::sleep(Duration::from_secs(60));
        // SAFETY: it ends the process.
        unsafe { libc::_exit(0) }
    }
    thread::sleep(Duration::from_secs(60));
}

#[test]
fn nothing_is_held_after_a_parent_is_killed_while_its_child_lives_on() {
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    drop(open(&path));
    let mut parent = support::process("a_parent_that_will_be_killed", &path).spawn().unwrap();
    let child: i32 = BufReader::new(parent.stdout.take().unwrap())
        .lines()
        .find_map(|line| line.unwrap().strip_prefix("child ").map(|number| number.parse().unwrap()))
        .unwrap();
    assert!(locks(&path).len() + locks(&shm(&path)).len() > 2);
    parent.kill().unwrap();
    assert_eq!(parent.wait().unwrap().signal(), Some(libc::SIGKILL));
    assert_eq!((locks(&path), locks(&shm(&path))), (vec![], vec![]));
    let connection = open(&path);
    connection.execute_batch("BEGIN IMMEDIATE; INSERT INTO t VALUES (2); COMMIT").unwrap();
    assert_eq!(count(&connection), 1);
    // SAFETY: the number is that of the child, which is there until it is killed.
    assert_eq!(unsafe { libc::kill(child, libc::SIGKILL) }, 0);
}
