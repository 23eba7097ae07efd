//! Opening a file only if that does no harm.
//!
//! Under POSIX, a process loses all its locks on a file when it closes any descriptor of that file. A CSV file is
//! opened, read and closed, so it must not be a file on which the process holds locks. `stat` shows that without
//! opening it.

use std::fs::{self, File};
use std::path::Path;
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use casekit_core::language::Message;
use casekit_core::release::Fault;

use super::CsvSource;

/// The endings of files that SQLite keeps beside a database while it is open.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// The process that first used a CSV source; 0 before that.
static PROCESS: AtomicU32 = AtomicU32::new(0);

impl CsvSource {
    pub(super) fn open_file(&self) -> Result<File, Fault> {
        if is_forked() {
            let hint = Message::new("hint.forked");
            return Err(Fault::permanent("forked", hint).because_of(self.setting()));
        }
        let metadata = fs::metadata(&self.path).map_err(|error| self.unopened(&error))?;
        // Opening a pipe would block until somebody writes to it.
        if !metadata.is_file() {
            return Err(self.fault("source_unreadable", Message::new("hint.path_no_file")));
        }
        let resolved = fs::canonicalize(&self.path).map_err(|error| self.unopened(&error))?;
        let paths = [&self.path, &resolved];
        if (self.is_held)(&metadata) || paths.iter().any(|path| is_beside_a_log(path) || is_a_log(path)) {
            let hint = Message::new("hint.source_not_csv");
            return Err(self.fault("source_not_csv", hint));
        }
        File::open(&self.path).map_err(|error| self.unopened(&error))
    }
}

/// Whether the path is that of a file that SQLite keeps beside a database.
fn is_a_log(path: &Path) -> bool {
    let name = path.as_os_str().as_encoded_bytes();
    BESIDE.iter().any(|ending| name.ends_with(ending.as_bytes()))
}

fn is_beside_a_log(path: &Path) -> bool {
    BESIDE.iter().any(|ending| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        // A dangling symbolic link counts as well.
        fs::symlink_metadata(name).is_ok()
    })
}

/// Whether this process was forked from one that used a CSV source. A CSV source keeps nothing open that a child could
/// harm, but it refuses as every source does: nothing else that the child inherited can be relied on.
fn is_forked() -> bool {
    let process = process::id();
    let first = PROCESS.compare_exchange(0, process, Ordering::AcqRel, Ordering::Acquire);
    first.is_err_and(|first| first != process)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use tempfile::TempDir;

    use super::*;

    fn orders() -> (TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("orders.csv");
        fs::write(&path, "customer,note\n7,a\n").unwrap();
        (folder, path)
    }

    fn refused(source: &CsvSource) -> Option<String> {
        source.check().err().map(|fault| {
            assert_eq!(fault.setting.as_deref(), Some("sources.shop"));
            fault.code
        })
    }

    #[test]
    fn what_has_a_log_or_a_journal_beside_it_is_refused() {
        let (_folder, path) = orders();
        let source = CsvSource::new("shop", &path, "customer");
        for ending in BESIDE {
            let beside = path.with_file_name(format!("orders.csv{ending}"));
            fs::write(&beside, "").unwrap();
            assert_eq!(refused(&source).as_deref(), Some("source_not_csv"), "{ending}");
            fs::remove_file(&beside).unwrap();
            assert_eq!(refused(&source), None);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_log_is_seen_beside_the_file_and_beside_the_link_that_names_it() {
        let (folder, path) = orders();
        let link = folder.path().join("link.csv");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        let source = CsvSource::new("shop", &link, "customer");
        for beside in ["orders.csv-wal", "link.csv-wal"] {
            assert_eq!(refused(&source), None);
            fs::write(folder.path().join(beside), "").unwrap();
            assert_eq!(refused(&source).as_deref(), Some("source_not_csv"), "{beside}");
            fs::remove_file(folder.path().join(beside)).unwrap();
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_the_process_holds_is_refused_under_every_name() {
        let (folder, path) = orders();
        let other = folder.path().join("other.csv");
        fs::hard_link(&path, &other).unwrap();
        let is_held = |metadata: &fs::Metadata| std::os::unix::fs::MetadataExt::nlink(metadata) == 2;
        for name in [path, other] {
            let source = CsvSource { is_held, ..CsvSource::new("shop", name, "customer") };
            assert_eq!(refused(&source).as_deref(), Some("source_not_csv"));
        }
    }

    #[test]
    fn another_process_than_the_first_is_told_so() {
        const ALONE: &str = "CASEKIT_TEST_ALONE";
        if std::env::var_os(ALONE).is_none() {
            let name = std::thread::current().name().unwrap().to_owned();
            let mut again = process::Command::new(std::env::current_exe().unwrap());
            let said = again.args(["--exact", &name]).env(ALONE, "1").output().unwrap().stdout;
            assert!(String::from_utf8_lossy(&said).contains("1 passed"), "{said:?}");
            return;
        }
        let (_folder, path) = orders();
        let source = CsvSource::new("shop", &path, "customer");
        assert_eq!(refused(&source), None);
        PROCESS.store(process::id() + 1, Ordering::Release);
        assert_eq!(refused(&source).as_deref(), Some("forked"));
    }
}
