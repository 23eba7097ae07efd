//! Backups: one moment, whole or not at all, whatever happens meanwhile.

use std::fs;
use std::ops::ControlFlow::{self, Break, Continue};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use crate::support::*;
use casekit_core::model::{BlobId, CustomerId};
use casekit_core::store::{BackupProgress, EventQuery, Store, StoreErrorKind as Kind};
use casekit_sqlite::{Access, SqliteOptions, SqliteStore, Trust};

/// A file of several mebibytes, so that its copy takes several steps, and an empty folder for backups.
struct Scene {
    world: World,
    folder: tempfile::TempDir,
}

fn scene() -> Scene {
    let world = World::new();
    (0..6)
        .for_each(|n| world.store.blob_bytes().append(BlobId(fresh()), 0, at(n), &vec![7; 1 << 20]).unwrap());
    raise("Leaking tap").on(&world.store);
    Scene { world, folder: tempfile::tempdir().unwrap() }
}

impl Scene {
    fn to(&self) -> PathBuf {
        self.folder.path().join("monday.db")
    }

    /// The kind of fault that a backup ends with.
    fn refused(&self, to: &Path) -> Kind {
        let to_the_end = &mut |_| Continue(());
        self.world.store.backup_to(to, to_the_end).unwrap_err().kind()
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }
}

fn open(path: &Path) -> SqliteStore {
    let options = SqliteOptions { trust: Trust::Untrusted, ..SqliteOptions::default() };
    SqliteStore::open(path, &options).unwrap()
}

/// Whether what changes together is of one moment: both customers have the name that the newest rename gave.
fn names_of(store: &dyn Store, pair: [CustomerId; 2]) -> [String; 2] {
    pair.map(|id| customer(store, id).profile.name.to_string())
}

fn rename_both(store: &dyn Store, pair: [CustomerId; 2], to: &str) {
    let [one, other] = pair.map(|id| rename_customer(&customer(store, id), to));
    let mut both = one;
    both.expect.extend(other.expect);
    both.read_set.extend(other.read_set);
    both.drafts.extend(other.drafts);
    both.salts.extend(other.salts);
    write(store, both);
}

#[test]
fn a_backup_is_one_moment_however_much_is_written_meanwhile() {
    let scene = scene();
    let store = &scene.world.store;
    let pair = [CustomerId(fresh()), CustomerId(fresh())];
    write(store, create_customer(pair[0], "Before", None));
    (0..400).for_each(|n| drop(write(store, create_customer(CustomerId(fresh()), &format!("C {n}"), None))));
    write(store, create_customer(pair[1], "Before", None));
    let then = store.events(&EventQuery::All { after: 0, limit: 500 }).unwrap();
    let mut told: Vec<BackupProgress> = Vec::new();
    store
        .backup_to(&scene.to(), &mut |progress| {
            told.push(progress);
            assert!(told.len() < 100, "it begins anew with every commit");
            rename_both(store, pair, &format!("While {} were copied", progress.copied));
            raise("Meanwhile").on(store);
            Continue(())
        })
        .unwrap();
    assert!(
        told.len() >= 6 && told.is_sorted_by(|a, b| a.copied <= b.copied && a.total == b.total),
        "{told:?}"
    );
    let last = told.last().unwrap();
    assert_eq!((last.copied, last.total), (last.total, fs::metadata(scene.to()).unwrap().len()));
    assert_eq!(scene.names(), ["monday.db"]);

    let copy = open(&scene.to());
    assert_eq!(copy.events(&EventQuery::All { after: 0, limit: 500 }).unwrap(), then);
    assert_eq!(names_of(&copy, pair), ["Before", "Before"]);
    copy.check().unwrap();
    // The original went on, and so does the copy.
    assert_eq!(names_of(store, pair)[0], names_of(store, pair)[1]);
    assert!(store.last_position().unwrap() > then.len() as u64);
    raise("In the copy").on(&copy);
    store.check().unwrap();
}

#[test]
fn a_backup_is_made_while_threads_and_another_process_write() {
    let scene = scene();
    let store = &scene.world.store;
    let pair = [CustomerId(fresh()), CustomerId(fresh())];
    pair.iter().for_each(|id| drop(write(store, create_customer(*id, "Before", None))));
    let over = AtomicBool::new(false);
    let mut other = another_process("writes_until_it_is_ended", &scene.world.path());
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut n = 0;
            while !over.load(Ordering::SeqCst) {
                n += 1;
                rename_both(store, pair, &format!("Name {n}"));
            }
        });
        scope.spawn(|| {
            while !over.load(Ordering::SeqCst) {
                raise("By a thread").on(store);
            }
        });
        for n in 0..5 {
            // Both have written since the last one.
            let from = store.last_position().unwrap();
            while store.last_position().unwrap() < from + 10 {
                std::thread::yield_now();
            }
            let to = scene.folder.path().join(format!("{n}.db"));
            store.backup_to(&to, &mut |_| Continue(())).unwrap();
            let copy = open(&to);
            copy.check().unwrap();
            let [one, two] = names_of(&copy, pair);
            assert_eq!(one, two);
        }
        over.store(true, Ordering::SeqCst);
    });
    other.kill().unwrap();
    other.wait().unwrap();
    let raised = |case: &casekit_core::store::CaseRow| case.title.as_str() == "By another process";
    let query = casekit_core::store::CaseQuery { limit: 500, ..cases_query() };
    assert!(open(&scene.folder.path().join("4.db")).cases(&query).unwrap().answer.rows.iter().any(raised));
    store.check().unwrap();
}

#[test]
fn a_cancelled_backup_leaves_nothing() {
    let scene = scene();
    for after in [0, 3] {
        let mut steps = 0;
        let cancelled = scene.world.store.backup_to(&scene.to(), &mut |_| {
            steps += 1;
            if steps > after { Break(()) } else { Continue(()) }
        });
        assert_eq!(cancelled.unwrap_err().kind(), Kind::Cancelled);
        assert_eq!((steps, scene.names()), (after + 1, vec![]));
    }
    let panicked = std::panic::catch_unwind(|| {
        scene.world.store.backup_to(&scene.to(), &mut |_| panic!("the host's code")).ok();
    });
    assert!(panicked.is_err());
    assert_eq!(scene.names(), [""; 0]);
    scene.world.store.backup_to(&scene.to(), &mut |_| Continue(())).unwrap();
}

#[test]
fn suspending_ends_a_backup() {
    let scene = scene();
    let store = &scene.world.store;
    let (begun, suspend) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        let backup = scope.spawn(|| {
            store.backup_to(&scene.to(), &mut |_| {
                begun.send(()).ok();
                // A disk that is so slow that the copy would take for ages.
                while store.last_position().is_ok() {
                    std::thread::yield_now();
                }
                std::thread::sleep(Duration::from_millis(20));
                Continue(())
            })
        });
        suspend.recv().unwrap();
        store.suspend(Duration::ZERO).unwrap();
        assert_eq!(backup.join().unwrap().unwrap_err().kind(), Kind::Interrupted);
    });
    assert_eq!(scene.names(), [""; 0]);
}

#[test]
fn a_listener_that_hangs_holds_up_neither_writers_nor_the_end() {
    let scene = scene();
    let store = &scene.world.store;
    let (entered, has_entered) = mpsc::channel();
    let (proceed, may_proceed) = mpsc::channel::<()>();
    let to = &scene.to();
    std::thread::scope(|scope| {
        let copying = scope.spawn(move || {
            store.backup_to(to, &mut |_| {
                entered.send(()).unwrap();
                let _gone = may_proceed.recv();
                Continue(())
            })
        });
        has_entered.recv().unwrap();
        let (closed, is_closed) = mpsc::channel();
        scope.spawn(move || closed.send(store.close()));
        let answer = is_closed.recv_timeout(Duration::from_secs(60));
        drop(proceed);
        answer.expect("closing waits for the listener").unwrap();
        assert_eq!(copying.join().unwrap().unwrap_err().kind(), Kind::Interrupted);
    });
    assert_eq!(scene.names(), [""; 0]);
}

#[test]
fn what_is_at_the_path_is_left_as_it_is() {
    let scene = scene();
    let to = scene.to();
    fs::write(&to, "someone's").unwrap();
    assert_eq!((scene.refused(&to), fs::read(&to).unwrap()), (Kind::Exists, b"someone's".to_vec()));
    fs::remove_file(&to).unwrap();
    assert_eq!(scene.refused(scene.folder.path()), Kind::Exists);
    assert_eq!(scene.refused(&scene.world.path()), Kind::Exists, "onto itself");
    // SQLite would bring the pages of an old log into the copy.
    for ending in ["-wal", "-shm", "-journal"] {
        let old = scene.folder.path().join(format!("monday.db{ending}"));
        fs::write(&old, "old").unwrap();
        assert_eq!(scene.refused(&to), Kind::Exists, "{ending}");
        fs::remove_file(old).unwrap();
    }
    // Somebody is there first.
    let raced = scene.world.store.backup_to(&to, &mut |progress| {
        if progress.copied == progress.total {
            fs::write(&to, "first").unwrap();
        }
        Continue(())
    });
    assert_eq!(raced.unwrap_err().kind(), Kind::Exists);
    assert_eq!((fs::read(&to).unwrap(), scene.names()), (b"first".to_vec(), vec!["monday.db".to_owned()]));
}

#[test]
fn a_path_that_cannot_be_is_an_error() {
    let scene = scene();
    assert_eq!(scene.refused(&scene.folder.path().join("missing/monday.db")), Kind::Io);
    assert_eq!(scene.refused(&scene.folder.path().join("..")), Kind::Io);
}

#[cfg(unix)]
#[test]
fn a_backup_is_for_its_owner_alone_and_no_link_leads_it_elsewhere() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let scene = scene();
    symlink(scene.folder.path().join("elsewhere"), scene.to()).unwrap();
    assert_eq!(scene.refused(&scene.to()), Kind::Exists);
    assert_eq!(scene.names(), ["monday.db"]);
    fs::remove_file(scene.to()).unwrap();
    // A folder may be a link: it is where it leads.
    let (link, aside) = (scene.folder.path().join("link"), tempfile::tempdir().unwrap());
    symlink(aside.path(), &link).unwrap();
    scene.world.store.backup_to(&link.join("monday.db"), &mut |_| Continue(())).unwrap();
    let mode = fs::metadata(aside.path().join("monday.db")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_file_that_is_only_read_can_be_backed_up() {
    let scene = scene();
    let options = SqliteOptions { access: Access::ReadOnly, ..SqliteOptions::default() };
    let reader = SqliteStore::open(scene.world.path(), &options).unwrap();
    reader.backup_to(&scene.to(), &mut |_| Continue(())).unwrap();
    assert_eq!(open(&scene.to()).last_position().unwrap(), 1);
}

#[test]
fn a_damaged_file_gives_no_backup() {
    let scene = scene();
    scene.world.store.suspend(Duration::from_secs(5)).unwrap();
    let connection = rusqlite::Connection::open(scene.world.path()).unwrap();
    let sql = "SELECT rootpage FROM sqlite_schema WHERE name = 'events'";
    let page = connection.query_row(sql, (), |row| row.get::<_, u32>(0)).unwrap() as usize;
    connection.close().unwrap();
    let mut bytes = fs::read(scene.world.path()).unwrap();
    bytes[(page - 1) * 4096 + 8..(page - 1) * 4096 + 400].fill(0x7f);
    fs::write(scene.world.path(), bytes).unwrap();
    scene.world.store.resume().unwrap();
    assert_eq!(scene.refused(&scene.to()), Kind::Corrupt);
    assert_eq!(scene.names(), [""; 0]);
}

#[cfg(unix)]
#[test]
fn a_file_that_is_elsewhere_by_now_gives_no_backup() {
    let scene = scene();
    let (path, aside) = (scene.world.path(), scene.world.folder.path().join("aside"));
    let moved = scene.world.store.backup_to(&scene.to(), &mut |progress| {
        if progress.copied < progress.total && path.exists() {
            fs::rename(&path, &aside).unwrap();
        }
        Continue(())
    });
    assert_eq!(moved.unwrap_err().kind(), Kind::Moved);
    assert_eq!(scene.refused(&scene.to()), Kind::Moved);
    assert_eq!(scene.names(), [""; 0]);
}

#[test]
fn what_a_killed_backup_left_goes_with_the_next_one() {
    let scene = scene();
    let killed = scene.folder.path().join("killed.db");
    let mut child = another_process_to("dies_half_way", &scene.world.path(), &killed);
    assert!(!child.wait().unwrap().success());
    let left = scene.names();
    assert!(left.len() == 1 && left[0].starts_with("killed.db."), "{left:?}");
    scene.world.store.backup_to(&scene.to(), &mut |_| Continue(())).unwrap();
    assert_eq!(scene.names(), ["monday.db"]);
}

/// What another process does: this program again, told by the environment what to be.
fn another_process(part: &str, file: &Path) -> Child {
    another_process_to(part, file, Path::new(""))
}

fn another_process_to(part: &str, file: &Path, to: &Path) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "backup::another_process_plays_its_part"]);
    command.env("CASEKIT_PART", part).env("CASEKIT_FILE", file).env("CASEKIT_TO", to);
    command.spawn().unwrap()
}

#[test]
fn another_process_plays_its_part() {
    let Ok(part) = std::env::var("CASEKIT_PART") else { return };
    let path = |name: &str| PathBuf::from(std::env::var_os(name).unwrap());
    let store = SqliteStore::open(path("CASEKIT_FILE"), &SqliteOptions::default()).unwrap();
    let dies = |progress: BackupProgress| -> ControlFlow<()> {
        if progress.copied * 2 > progress.total {
            std::process::abort();
        }
        Continue(())
    };
    match part.as_str() {
        "writes_until_it_is_ended" => loop {
            let id = casekit_core::model::CaseId(uuid::Uuid::from_u128(
                u128::from(std::process::id()) << 64 | u128::from(store.last_position().unwrap()),
            ));
            let title = "By another process".to_owned();
            one(&store, Raise { id, title, ..raise("") }.commit()).ok();
        },
        "dies_half_way" => store.backup_to(&path("CASEKIT_TO"), &mut { dies }).unwrap(),
        other => panic!("no part `{other}`"),
    }
}
