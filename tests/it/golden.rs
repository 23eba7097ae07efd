//! The golden file: one file in which everything happened once. It is kept in git as it was written; what this version
//! writes must be the same, and what it reads from the kept file must be what was read from it before.

pub(crate) mod story;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use casekit::casekit_core::store::{EventQuery, StreamRow};
use casekit::{AuditHead, CasesQuery, PageRequest, Role, Store};

use crate::build::{actor, open_store, streams};

/// What to do when one of these tests fails and was meant to.
const ANEW: &str = "a stored form changed: say how in docs/file-format.md, then run `make golden`";

fn kept(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}

/// A copy that can be opened without touching the one that is kept.
fn copy(folder: &Path) -> PathBuf {
    let path = folder.join("golden.db");
    std::fs::copy(kept("casekit.db"), &path).unwrap();
    path
}

/// All that is stored, as text: every event as it was hashed, and every state with its head.
fn told(store: &dyn Store) -> String {
    let mut text = String::new();
    for event in store.events(&EventQuery::All { after: 0, limit: 100_000 }).unwrap() {
        let json = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        writeln!(text, "event {} {} {}", event.position, event.stream, event.revision).unwrap();
        writeln!(text, "  {}", json(&event.facts)).unwrap();
        if let Some(personal) = &event.personal {
            writeln!(text, "  {}", json(personal)).unwrap();
        }
        writeln!(text, "  {}", casekit::casekit_core::commit::hex(&event.hash)).unwrap();
    }
    for StreamRow { stream, state, hash } in streams(store) {
        writeln!(text, "state {stream} {}", casekit::casekit_core::commit::hex(&hash)).unwrap();
        writeln!(text, "  {}", serde_json::to_string(&state).unwrap()).unwrap();
    }
    for note in store.all_notes(None, 100_000).unwrap() {
        writeln!(text, "note {}", serde_json::to_string(&note).unwrap()).unwrap();
    }
    text
}

/// Says where two texts part, which a comparison of two hundred kilobytes does not.
#[track_caller]
fn same(found: &str, kept: &str) {
    for (line, (found, kept)) in found.lines().zip(kept.lines()).enumerate() {
        assert_eq!(found, kept, "line {} of tests/golden/casekit.txt: {ANEW}", line + 1);
    }
    assert_eq!(found.lines().count(), kept.lines().count(), "{ANEW}");
}

#[test]
fn the_golden_file_is_read_as_it_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = copy(folder.path());
    let store = open_store(&path);
    same(&told(store.as_ref()), &std::fs::read_to_string(kept("casekit.txt")).unwrap());
    store.close().unwrap();

    let kit = casekit::CaseKit::open(&path).unwrap();
    kit.check().unwrap();
    let auditor = kit.desk(actor("audra", Role::Auditor));
    let head: AuditHead = serde_json::from_str(&std::fs::read_to_string(kept("head.json")).unwrap()).unwrap();
    assert_eq!(auditor.verify(Some(&head)).unwrap().broken, None);

    // It is gone on with, too.
    let manager = kit.desk(actor("mona", Role::Manager));
    let case = manager.raise_case(casekit::NewCase::new("Support", "Years later")).unwrap();
    manager.take_case(case.id).unwrap();
    assert_eq!(manager.case(case.id).unwrap().holder.unwrap().by, "mona");
    let cases = manager.cases(&CasesQuery::default(), PageRequest::first()).unwrap().rows;
    for row in &cases {
        manager.summary(row.id).unwrap();
        auditor.history(casekit::StreamId::Case(row.id), PageRequest::first()).unwrap();
    }
    assert_eq!(auditor.verify(Some(&head)).unwrap().broken, None);
    kit.close().unwrap();
}

#[test]
fn what_is_written_today_is_the_golden_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("casekit.db");
    let head = story::write(&path);
    let store = open_store(&path);
    same(&told(store.as_ref()), &std::fs::read_to_string(kept("casekit.txt")).unwrap());
    assert_eq!(json(&head), std::fs::read_to_string(kept("head.json")).unwrap(), "{ANEW}");
    store.close().unwrap();
    assert_eq!(schema(&path), schema(&copy(folder.path())), "{ANEW}");
}

fn json(head: &AuditHead) -> String {
    serde_json::to_string_pretty(head).unwrap() + "\n"
}

fn schema(path: &Path) -> Vec<String> {
    let connection = rusqlite::Connection::open(path).unwrap();
    let mut rows =
        connection.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name").unwrap();
    rows.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

#[test]
fn everything_that_can_happen_is_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = open_store(&copy(folder.path()));
    let events = store.events(&EventQuery::All { after: 0, limit: 100_000 }).unwrap();
    let found: std::collections::BTreeSet<&str> =
        events.iter().map(|event| event.open().unwrap().fact.code()).collect();
    // Every fact has a sentence under its code; a part more is another way to say it.
    let keys = casekit::casekit_core::language::Language::keys();
    let codes = keys.iter().filter_map(|key| key.strip_prefix("fact.")).filter(|code| !code.contains('.'));
    let missing: Vec<&str> = codes.filter(|code| !found.contains(code)).collect();
    assert!(missing.is_empty(), "tests/it/golden/story.rs tells nothing of {missing:?}");
}

/// Not a test: `make golden` runs it to write the files anew.
#[test]
#[ignore = "writes the golden file anew"]
fn write_anew() {
    let path = kept("casekit.db");
    for name in ["casekit.db", "casekit.db-wal", "casekit.db-shm"] {
        let _ = std::fs::remove_file(kept(name));
    }
    std::fs::create_dir_all(kept("")).unwrap();
    std::fs::write(kept("head.json"), json(&story::write(&path))).unwrap();
    let store: Arc<dyn Store> = open_store(&path);
    std::fs::write(kept("casekit.txt"), told(store.as_ref())).unwrap();
    store.close().unwrap();
}
