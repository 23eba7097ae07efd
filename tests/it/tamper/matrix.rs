//! The tamper matrix: whatever can be altered in a file is altered, and who finds it is compared with what was reviewed.
//!
//! The tamperings are made from the schema, so a new column without a line fails the test. `make test` tries a sample of
//! the rows, which `SEED` brings back; `CASEKIT_TAMPER=all` tries every one, and so does `make test-long`. After a change
//! write `tests/it/tamper/reviewed.txt` anew with `CASEKIT_BLESS=1 cargo test --all-features --test it tamper::matrix`, and
//! read every line of the difference as somebody who wants to alter a file unseen.

mod changes;
mod found;
mod histories;
mod other;
mod past;
mod reviewed;
mod scene;
mod tables;
mod unfound;

use std::path::Path;
use std::sync::Mutex;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use casekit::{CaseKit, CheckReport};
use rusqlite::Connection;

use changes::Apply;
use reviewed::Answers;
use scene::{Scene, scene};
use tables::Table;

/// One way to alter the file.
struct Tampering {
    /// The line of the matrix: a column, or the rows of a table.
    line: String,
    table: &'static Table,
    /// The kind of change, which is a column of the matrix.
    how: &'static str,
    /// Which row, for whoever reads of a failure.
    what: String,
    apply: Apply,
}

#[test]
fn who_finds_what_was_altered_is_as_reviewed() {
    let blessing = std::env::var_os("CASEKIT_BLESS").is_some();
    let whole = blessing || std::env::var("CASEKIT_TAMPER").is_ok_and(|how| how == "all");
    let seed =
        std::env::var("SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(std::process::id().into());
    let (scene, mut all) = (scene(), tamperings());
    if !whole {
        all = sampled(all, seed);
    }
    let mut answers = Answers::default();
    for (tampering, found) in all.iter().zip(tried(scene, &all)) {
        answers.add(&tampering.line, tampering.how, &found, &tampering.what);
    }
    histories::answers(scene, &mut answers);
    answers.compare(whole, blessing, seed);
}

#[test]
fn a_check_says_how_much_it_compared() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("copy.db");
    std::fs::copy(&scene().path, &path).unwrap();
    let report = CaseKit::open(&path).unwrap().check().unwrap();
    assert_eq!(report, CheckReport { requests: 6, blobs: 5, wipe_pending: false });
    Connection::open(&path).unwrap().execute("UPDATE file SET wipe_pending = 1", ()).unwrap();
    let report = CaseKit::open(&path).unwrap().check().unwrap();
    assert!(report.wipe_pending, "as `health` says it");
}

/// Every table that holds anything: those that are reserved are tampered with by a row of zeros.
fn file_tables() -> &'static [Table] {
    static TABLES: OnceLock<Vec<Table>> = OnceLock::new();
    TABLES.get_or_init(|| tables::tables(&Connection::open(&scene().path).unwrap()))
}

fn tamperings() -> Vec<Tampering> {
    file_tables()
        .iter()
        .flat_map(|table| if table.rows.is_empty() { changes::filled(table) } else { changes::of(table) })
        .collect()
}

/// One tampering of each kind in each line.
fn sampled(all: Vec<Tampering>, seed: u64) -> Vec<Tampering> {
    let mut groups: Vec<Vec<Tampering>> = Vec::new();
    for one in all {
        match groups.iter_mut().find(|group| group[0].line == one.line && group[0].how == one.how) {
            Some(group) => group.push(one),
            None => groups.push(vec![one]),
        }
    }
    let mut state = seed;
    let mut draw = |count: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % count
    };
    groups.into_iter().map(|mut group| group.swap_remove(draw(group.len()))).collect()
}

/// What finds each of them, each in a copy of its own.
fn tried(scene: &Scene, all: &[Tampering]) -> Vec<String> {
    let readable = found::unreadable(&CaseKit::open(&scene.path).unwrap());
    let (next, found) = (AtomicUsize::new(0), Mutex::new(vec![String::new(); all.len()]));
    let folder = tempfile::tempdir().unwrap();
    let work = || {
        while let Some((place, tampering)) = {
            let place = next.fetch_add(1, Ordering::Relaxed);
            all.get(place).map(|one| (place, one))
        } {
            let path = folder.path().join(format!("{place}.db"));
            std::fs::copy(&scene.path, &path).unwrap();
            let answer = match altered(&path, tampering) {
                Ok(true) => found::finds(&path, &scene.kept, &readable),
                Ok(false) | Err(_) => "=".to_owned(),
            };
            std::fs::remove_file(&path).ok();
            found.lock().unwrap()[place] = answer;
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
    found.into_inner().unwrap()
}

/// Whether the file is another one now; the error of the schema that forbids the change.
fn altered(path: &Path, tampering: &Tampering) -> rusqlite::Result<bool> {
    let file = Connection::open(path)?;
    file.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; BEGIN")?;
    (tampering.apply)(&file)?;
    let is_another = !tampering.table.is_still_in(&file);
    file.execute_batch("COMMIT")?;
    Ok(is_another)
}
