//! What the kernel says, and processes of their own.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop here")]

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use rusqlite::Connection;

pub const WRITER: u32 = 120;
pub const DEADMAN: u32 = 128;
pub const SHARED: (u32, u32) = (0x4000_0002, 0x4000_0002 + 509);

/// A lock as `/proc/locks` names it: `OFDLCK READ 120 120`.
pub fn lock(kind: &str, mode: &str, first: u32, last: u32) -> String {
    format!("{kind} {mode} {first} {last}")
}

/// The locks on a file, whoever holds them.
pub fn locks(path: &Path) -> Vec<String> {
    // The kernel hands out its list a page at a time, and what others lock meanwhile moves it: one that is the same
    // twice is taken. Beside programs that lock without end it has a lock twice each time, so equal ones count once.
    let mut before = listed(path);
    loop {
        let now = listed(path);
        if now == before {
            return now;
        }
        before = now;
    }
}

fn listed(path: &Path) -> Vec<String> {
    let metadata = fs::metadata(path).unwrap();
    let (device, inode) = (metadata.dev(), metadata.ino());
    let file = format!("{:02x}:{:02x}:{inode}", libc::major(device), libc::minor(device));
    let mut found: Vec<_> = fs::read_to_string("/proc/locks")
        .unwrap()
        .lines()
        .map(|line| line.split_whitespace().filter(|word| *word != "->").collect::<Vec<_>>())
        .filter(|words| words[5] == file)
        .map(|words| [words[1], words[3], words[6], words[7]].join(" "))
        .collect();
    found.sort();
    found.dedup();
    found
}

pub fn shm(path: &Path) -> PathBuf {
    PathBuf::from(format!("{}-shm", path.display()))
}

/// Opens a file with a log and a table, and does not wait for others.
pub fn open(path: &Path) -> Connection {
    let connection = Connection::open(path).unwrap();
    connection.busy_timeout(Duration::ZERO).unwrap();
    connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(())).unwrap();
    connection.execute_batch("CREATE TABLE IF NOT EXISTS t (n)").unwrap();
    connection
}

pub fn count(connection: &Connection) -> i64 {
    connection.query_row("SELECT count(*) FROM t", (), |row| row.get(0)).unwrap()
}

/// How many descriptors of this process are open on a file.
pub fn descriptors(path: &Path) -> usize {
    let file = fs::metadata(path).unwrap().ino();
    fs::read_dir("/proc/self/fd")
        .unwrap()
        .filter(|fd| fs::metadata(fd.as_ref().unwrap().path()).is_ok_and(|open| open.ino() == file))
        .count()
}

/// An ignored test of this program, to be run in a process of its own on a file.
pub fn process(test: &str, path: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", test, "--ignored", "--nocapture"])
        .env("CASEKIT_LOCKS_FILE", path)
        .stdout(Stdio::piped());
    command
}

/// The file that such a test is about. Nothing if somebody runs it by itself.
pub fn given() -> Option<PathBuf> {
    std::env::var_os("CASEKIT_LOCKS_FILE").map(PathBuf::from)
}

/// What such a test printed, once it passed.
pub fn said(mut command: Command) -> String {
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}");
    said
}
