//! One guard for a file and process.
#![cfg(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64"),
    target_pointer_width = "64"
))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may stop here")]

mod support;

use std::fs::{self, File};
use std::os::fd::AsRawFd;
use std::sync::Barrier;
use std::thread;

use casekit_locks::{FileId, Guard, GuardFault, ShmLocks, install, is_guarded};
use support::{SHARED, descriptors, lock, locks, open};

#[test]
fn it_is_one_for_a_file_under_all_its_names() {
    let folder = tempfile::tempdir().unwrap();
    let (path, alias) = (folder.path().join("file"), folder.path().join("alias"));
    drop(open(&path));
    fs::hard_link(&path, &alias).unwrap();
    let mut one = Guard::lock(&path).unwrap();
    let two = Guard::lock(&alias).unwrap();
    assert_eq!((descriptors(&path), one.file()), (1, two.file()));
    one.unlock();
    assert_eq!((one.is_held(), two.is_held()), (false, true));
    assert_eq!(locks(&path).len(), 1, "the second share still holds it");
    drop(one);
    assert_eq!((locks(&path).len(), descriptors(&path)), (1, 1));
    drop(two);
    assert_eq!((locks(&path).len(), descriptors(&path)), (0, 0));
}

#[test]
fn threads_that_open_a_file_at_once_share_one_descriptor() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    drop(open(&path));
    for _ in 0..50 {
        let together = Barrier::new(4);
        let lock = || {
            together.wait();
            Guard::lock(&path)
        };
        let guards: Vec<Guard> = thread::scope(|scope| {
            let threads = [(); 4].map(|()| scope.spawn(lock));
            threads.into_iter().map(|thread| thread.join().unwrap().unwrap()).collect()
        });
        assert!(guards.iter().all(Guard::is_held));
        assert_eq!((descriptors(&path), locks(&path).len()), (1, 1));
        thread::scope(|scope| guards.into_iter().for_each(|guard| _ = scope.spawn(|| drop(guard))));
        assert_eq!((descriptors(&path), locks(&path).len()), (0, 0));
    }
}

#[test]
fn a_file_that_another_copy_has_for_itself_is_busy_and_keeps_that_lock() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, "x").unwrap();
    let another = File::options().read(true).write(true).open(&path).unwrap();
    // SAFETY: `flock` is plain numbers; the descriptor is open, and the command reads a `flock` that lives through it.
    let set = |kind: i32| unsafe {
        let mut lock: libc::flock = std::mem::zeroed();
        (lock.l_type, lock.l_start, lock.l_len) = (kind as i16, SHARED.0.into(), 510);
        assert_eq!(libc::fcntl(another.as_raw_fd(), libc::F_SETLK, &raw const lock), 0);
    };
    set(libc::F_WRLCK);
    for _ in 0..2 {
        assert!(matches!(Guard::lock(&path), Err(GuardFault::Busy)));
        assert_eq!(locks(&path), [lock("POSIX", "WRITE", SHARED.0, SHARED.1)]);
    }
    assert!(!is_guarded(FileId::of(&fs::metadata(&path).unwrap()).unwrap()));
    assert!(Guard::share(&path).unwrap().is_none());
    set(libc::F_UNLCK);
    let guard = Guard::lock(&path).unwrap();
    assert!(guard.is_held());
    drop(guard);
    assert_eq!(descriptors(&path), 1, "only the other copy's");
}

#[test]
fn a_share_that_does_not_lock_keeps_the_descriptor_open() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, "x").unwrap();
    let link = folder.path().join("link");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let file = FileId::of(&fs::metadata(&path).unwrap()).unwrap();
    assert!(Guard::share(&path).unwrap().is_none());
    assert_eq!((is_guarded(file), descriptors(&path)), (false, 0));
    let guard = Guard::lock(&path).unwrap();
    let share = Guard::share(&link).unwrap().unwrap();
    assert_eq!((share.is_held(), share.file(), is_guarded(file)), (false, Some(file), true));
    drop(guard);
    assert_eq!((locks(&path).len(), descriptors(&path), is_guarded(file)), (0, 1, true));
    drop(share);
    assert_eq!((descriptors(&path), is_guarded(file)), (0, false));
    assert!(matches!(Guard::share(&folder.path().join("none")), Err(GuardFault::System(_))));
}

#[test]
fn a_guard_says_which_file_it_is_on_whatever_is_at_the_path() {
    let folder = tempfile::tempdir().unwrap();
    let (path, moved) = (folder.path().join("file"), folder.path().join("moved"));
    fs::write(&path, "x").unwrap();
    let first = Guard::lock(&path).unwrap();
    fs::rename(&path, &moved).unwrap();
    fs::write(&path, "y").unwrap();
    let second = Guard::lock(&path).unwrap();
    let id = |path| FileId::of(&fs::metadata(path).unwrap());
    assert_eq!((first.file(), second.file()), (id(&moved), id(&path)));
    assert_ne!(first.file(), second.file());
}

#[test]
fn a_link_is_not_followed_and_what_is_not_there_is_not_made() {
    let folder = tempfile::tempdir().unwrap();
    let (path, link) = (folder.path().join("file"), folder.path().join("link"));
    std::os::unix::fs::symlink(&path, &link).unwrap();
    for path in [&path, &link] {
        assert!(matches!(Guard::lock(path), Err(GuardFault::System(_))));
    }
    assert!(!path.exists());
}

/// Has the system answer as one that does not know locks by description, for this process and for good.
fn forget_locks_by_description() {
    // Load the number of the call, then for `fcntl` the low half of the second argument: `EINVAL` for 36, 37 and 38.
    let code =
        |code: u32, yes: u8, no: u8, k: u32| libc::sock_filter { code: code as u16, jt: yes, jf: no, k };
    let (load, equal, answer) = (
        libc::BPF_LD | libc::BPF_W | libc::BPF_ABS,
        libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K,
        libc::BPF_RET | libc::BPF_K,
    );
    let commands = [libc::F_OFD_GETLK, libc::F_OFD_SETLK, libc::F_OFD_SETLKW].map(i32::cast_unsigned);
    let mut filter = [
        code(load, 0, 0, 0),
        code(equal, 0, 4, libc::SYS_fcntl as u32),
        code(load, 0, 0, 24),
        code(equal, 3, 0, commands[0]),
        code(equal, 2, 0, commands[1]),
        code(equal, 1, 0, commands[2]),
        code(answer, 0, 0, libc::SECCOMP_RET_ALLOW),
        code(answer, 0, 0, libc::SECCOMP_RET_ERRNO | libc::EINVAL as u32),
    ];
    let program = libc::sock_fprog { len: filter.len() as u16, filter: filter.as_mut_ptr() };
    // SAFETY: the program and its filter live through the call, which copies them.
    unsafe {
        assert_eq!(libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
        assert_eq!(libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &raw const program), 0);
    }
}

#[test]
#[ignore = "run by another test"]
fn a_process_whose_system_does_not_know_such_locks() {
    let Some(path) = support::given() else { return };
    forget_locks_by_description();
    assert_eq!(install(), ShmLocks::Process);
    let mut guard = Guard::lock(&path).unwrap();
    assert!(!guard.is_held() && !Guard::lock(&path).unwrap().is_held());
    let connection = open(&path);
    connection.execute_batch("BEGIN IMMEDIATE; INSERT INTO t VALUES (1); COMMIT").unwrap();
    assert!(locks(&path).iter().chain(&locks(&support::shm(&path))).all(|lock| lock.starts_with("POSIX")));
    guard.unlock();
    drop(connection);
    drop(guard);
    assert_eq!(descriptors(&path), 0);
}

#[test]
fn a_system_that_does_not_know_such_locks_goes_without() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    drop(open(&path));
    support::said(support::process("a_process_whose_system_does_not_know_such_locks", &path));
    assert_eq!(support::count(&open(&path)), 1);
}

#[test]
fn a_log_that_a_replaced_file_still_has_is_anothers() {
    install();
    let folder = tempfile::tempdir().unwrap();
    let (path, new) = (folder.path().join("file"), folder.path().join("new"));
    let index = support::shm(&path);
    fs::write(&new, "another file").unwrap();
    {
        let guard = Guard::lock(&{
            drop(open(&path));
            path.clone()
        })
        .unwrap();
        assert!(!guard.log_is_anothers(&index), "there is no log");
        let _connection = open(&path);
        assert!(!guard.log_is_anothers(&index), "it is this file's own");
    }
    let old = open(&path);
    fs::rename(&new, &path).unwrap();
    let guard = Guard::lock(&path).unwrap();
    assert!(guard.log_is_anothers(&index));
    drop(old);
    assert!(!guard.log_is_anothers(&index));
}
