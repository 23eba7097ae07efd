//! What is derived is damaged in a closed file, told from what is not, and made anew.
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crate::support::*;
use casekit_core::model::{Case, CaseId, Measure, Note, NoteId};
use casekit_core::store::{CountBy, DurationQuery, Store, StoreError, StoreErrorKind};
use casekit_sqlite::{SqliteOptions, SqliteStore};

/// A file with cases, notes and customers that was closed.
struct Scene {
    folder: tempfile::TempDir,
    first: CaseId,
    note: NoteId,
}

impl Scene {
    fn new() -> Self {
        let World { folder, store } = World::new();
        write(&store, set_up("C"));
        let customer = casekit_core::model::CustomerId(fresh());
        write(&store, create_customer(customer, "Zoë Straße", Some("CRM-1")));
        let case_type = casekit_core::model::CaseTypeId(fresh());
        write(&store, create_type(case_type, "Support"));
        let first = raise("Broken lamp").on(&store);
        write(&store, link(&first, Some(customer)));
        let second = raise("Broken chair").on(&store);
        write(&store, take(&second, "ada"));
        let note = noted(&store, first.id, "The bulb was warm.");
        let gone = noted(&store, first.id, "Forget this.");
        write(&store, retract_note(&case(&store, first.id), &gone));
        store.check().unwrap();
        store.close().unwrap();
        Self { folder, first: first.id, note: note.id }
    }

    fn damage(&self, sql: &str) {
        let connection = rusqlite::Connection::open(self.path()).unwrap();
        connection.execute_batch(sql).unwrap();
        connection.close().unwrap();
    }

    fn path(&self) -> std::path::PathBuf {
        self.folder.path().join("cases")
    }

    fn open(&self) -> SqliteStore {
        SqliteStore::open(self.path(), &SqliteOptions::default()).unwrap()
    }
}

#[test]
fn a_map_of_pages_that_was_read_short_is_made_anew() {
    let scene = Scene::new();
    // The first page of the map is the second of the file. SQLite takes a page that was read short for one of zeros, and
    // writes it back with what it puts into it.
    let mut bytes = std::fs::read(scene.path()).unwrap();
    bytes[4096..8192].fill(0);
    std::fs::write(scene.path(), bytes).unwrap();
    let untrusted = SqliteOptions { trust: casekit_sqlite::Trust::Untrusted, ..SqliteOptions::default() };
    let store = SqliteStore::open(scene.path(), &untrusted).unwrap();
    let said = store.check().unwrap_err();
    assert_eq!(said.kind(), StoreErrorKind::Corrupt);
    assert!(said.to_string().contains("repair_derived"), "{said}");
    raise("Goes on").on(&store);
    assert_eq!(store.repair_derived().unwrap(), 1);
    store.check().unwrap();
    assert_eq!(case(&store, scene.first).title.to_string(), "Broken lamp");
    raise("After it").on(&store);
    store.compact(1024 * 1024).unwrap();
    store.check().unwrap();
}

#[test]
fn a_list_of_free_pages_that_was_read_short_is_made_anew() {
    let scene = Scene::new();
    scene.damage(
        "CREATE TABLE gone (bytes BLOB); INSERT INTO gone VALUES (zeroblob(100000)); DROP TABLE gone",
    );
    // The header names the first page of the list, and counts all of them.
    let mut bytes = std::fs::read(scene.path()).unwrap();
    assert!(bytes[32..36] != [0; 4] && bytes[36..40] != [0; 4], "there are free pages");
    bytes[32..36].fill(0);
    std::fs::write(scene.path(), &bytes).unwrap();
    let untrusted = SqliteOptions { trust: casekit_sqlite::Trust::Untrusted, ..SqliteOptions::default() };
    let store = SqliteStore::open(scene.path(), &untrusted).unwrap();
    let said = store.check().unwrap_err();
    assert!(said.to_string().contains("repair_derived"), "{said}");
    assert_eq!(case(&store, scene.first).title.to_string(), "Broken lamp", "everything is read");
    assert_eq!(store.repair_derived().unwrap(), 1);
    store.check().unwrap();
    raise("Goes on").on(&store);
    store.close().unwrap();

    // A tree that something cut off is another thing: what the pages held is gone.
    let cut_off = "CREATE TABLE cut (bytes BLOB); INSERT INTO cut VALUES (zeroblob(100000));
        PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = 'cut'";
    scene.damage(cut_off);
    let refused = SqliteStore::open(scene.path(), &untrusted).map(drop).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the file is damaged: its pages are wrong; keep a copy of it and restore a backup"
    );
}

fn noted(store: &SqliteStore, on: CaseId, text: &str) -> Note {
    let id = NoteId(fresh());
    write(store, add_note(&case(store, on), id, None, text, casekit_core::model::Visibility::Internal));
    note(store, id)
}

fn fault<T: std::fmt::Debug>(answer: Result<T, StoreError>) -> String {
    let error = answer.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Corrupt);
    error.to_string()
}

/// A note at a place that is free, however many the case says that it had.
fn add_note_after(case: &Case) -> casekit_core::commit::Commit {
    let few = Case { notes: 7, ..case.clone() };
    let mut commit =
        add_note(&few, NoteId(fresh()), None, "One more.", casekit_core::model::Visibility::Internal);
    commit.read_set = vec![casekit_core::model::State::Case(Box::new(case.clone()))];
    commit
}

/// What people see of a sound file: it is found, counted, and old notes can be edited.
fn is_whole(scene: &Scene, store: &SqliteStore, what: &str) {
    store.check().unwrap_or_else(|error| panic!("{what}: {error}"));
    assert_eq!(found(store, "lamp").len(), 1, "{what}");
    assert_eq!(found(store, "strasse").len(), 1, "{what}: by the customer's name");
    assert_eq!(found(store, "forget").len(), 0, "{what}: a retracted note");
    assert_eq!(found(store, "bulb"), [("Broken lamp".to_owned(), Some(scene.note))], "{what}");
    let counted: u64 =
        store.count_cases(&count_query(CountBy::Stage)).unwrap().answer.iter().map(|group| group.count).sum();
    assert_eq!(counted, 2, "{what}");
    let first: Case = case(store, scene.first);
    write(store, edit_note(&first, &note(store, scene.note), "The bulb was hot."));
    write(store, retitle(&case(store, scene.first), "Broken light"));
    assert_eq!((found(store, "hot").len(), found(store, "warm").len()), (1, 0), "{what}");
    assert_eq!((found(store, "light").len(), found(store, "lamp").len()), (1, 0), "{what}");
    store.check().unwrap_or_else(|error| panic!("{what}, after edits: {error}"));
}

const DERIVED: &[&str] = &[
    // The totals of an index: rows and words, as a connection left them that had forgotten what was there.
    "UPDATE search_data SET block = x'0409' WHERE id = 1",
    "UPDATE customer_search_data SET block = x'0000' WHERE id = 1",
    "DELETE FROM search_data WHERE id > 10",
    "INSERT INTO search (search) VALUES ('delete-all')",
    // The format that an index says it has: FTS5 reads it in no other.
    "UPDATE search_config SET v = 9 WHERE k = 'version'",
    "UPDATE search_config SET k = 'vers' WHERE k = 'version'",
    "DELETE FROM customer_search_config WHERE k = 'version'",
    "UPDATE totals SET n = n + 1",
    "DELETE FROM totals",
    "UPDATE file SET number_floor = 7",
    "DELETE FROM claims",
    "DELETE FROM claims WHERE kind = 2",
    "UPDATE claims SET value = 'other' WHERE kind = 0",
    "UPDATE claims SET stream = 4 WHERE kind = 2",
    "INSERT INTO claims VALUES (4, 'web-1', 1, 4)",
    "UPDATE totals SET a = 77 WHERE kind = 1",
    "INSERT INTO totals VALUES (6, 1, 1, 0, 3)",
    "UPDATE places SET family = 77",
    "INSERT INTO case_fields VALUES (1, 'x', 1)",
    r#"UPDATE cases SET ready = 1, status = '{"code":"being_delivered"}', due_task = 0, due_task_at = 0"#,
    "UPDATE cases SET requester = 'Eve', steps = 'done', workflow = zeroblob(16)",
    "UPDATE cases SET cause = 5, failure = '{}'",
    "UPDATE cases SET entry = entry + 1000",
    // A word taken out of one entry, put into one, put where nothing is, moved to another entry, and swapped for another:
    // the last two leave every count as it was.
    "INSERT INTO search (search, rowid, terms) SELECT 'delete', entry * 2, 'lamp' FROM cases WHERE number = 1;
        INSERT INTO search (rowid, terms) SELECT entry * 2, '' FROM cases WHERE number = 1",
    "INSERT INTO search (search, rowid, terms) SELECT 'delete', entry * 2, '' FROM cases WHERE number = 2;
        INSERT INTO search (rowid, terms) SELECT entry * 2, 'lamp' FROM cases WHERE number = 2",
    "INSERT INTO search (rowid, terms) VALUES (99999, 'lamp')",
    "INSERT INTO search (search, rowid, terms) SELECT 'delete', entry * 2, 'lamp' FROM cases WHERE number = 1;
        INSERT INTO search (rowid, terms) SELECT entry * 2, 'lamp' FROM cases WHERE number = 2;",
    "INSERT INTO search (search, rowid, terms) SELECT 'delete', entry * 2 + 1, 'bulb' FROM notes WHERE text IS NOT NULL;
        INSERT INTO search (rowid, terms) SELECT entry * 2 + 1, 'lamp' FROM notes WHERE text IS NOT NULL;
        DELETE FROM words WHERE word = 'bulb'",
    "INSERT INTO search (search, rowid, terms) SELECT 'delete', entry * 2 + 1, 'bulb' FROM notes WHERE text IS NOT NULL",
    "INSERT INTO customer_search (rowid, terms) VALUES (77, 'zoe')",
    "INSERT INTO customer_search (customer_search) VALUES ('delete-all')",
    "DELETE FROM words",
    "DELETE FROM words WHERE word = 'lamp'",
    "UPDATE words SET word = 'lamps' WHERE word = 'lamp'",
    "INSERT INTO words VALUES ('nothing')",
    "UPDATE customers SET folded = 'a', name = 'A'",
    "UPDATE customers SET reference = NULL, revision = 9",
];

#[test]
fn each_derived_thing_is_told_and_made_anew() {
    for sql in DERIVED {
        let scene = Scene::new();
        scene.damage(sql);
        let store = scene.open();
        let said = fault(store.check());
        assert!(said.contains("call `repair_derived`") && !said.contains("backup"), "{sql}: {said}");
        let fixed = store.repair_derived().unwrap_or_else(|error| panic!("{sql}: {error}"));
        assert!(fixed > 0, "{sql}");
        assert_eq!(store.repair_derived().unwrap(), 0, "{sql}: once is enough");
        is_whole(&scene, &store, sql);
    }
}

/// Figures of how long things took.
const MEASURED: &[&str] = &[
    "UPDATE durations SET n = n + 1",
    "UPDATE durations SET seconds = seconds + 1",
    "DELETE FROM durations",
    "DELETE FROM duration_groups",
    "UPDATE durations SET month = month + 1",
    "UPDATE durations SET bucket = 70000",
    "UPDATE durations SET span = span + 77",
    "UPDATE duration_groups SET measure = 'other' WHERE stage <> ''",
    "UPDATE duration_groups SET stage = stage || 'x' WHERE stage <> ''",
    "UPDATE duration_groups SET team = x'00'",
    "INSERT INTO durations VALUES (77, 1, 1, 1, 1)",
];

#[test]
fn figures_of_durations_are_told_and_made_anew() {
    for sql in MEASURED {
        let scene = Scene::new();
        let store = scene.open();
        for stage in ["in_progress", "closed", "open"] {
            write(&store, move_to(&case(&store, scene.first), stage));
        }
        let figures = || {
            let measures = Measure::ALL.into();
            let (types, teams, from, to) = (None, None, None, None);
            let query = DurationQuery { measures, types, teams, from, to, by_month: true };
            store.durations(&query).unwrap().answer
        };
        let before = figures();
        assert!(!before.is_empty());
        scene.damage(sql);
        let said = fault(store.check());
        assert!(
            said.contains("figures of durations") && said.contains("call `repair_derived`"),
            "{sql}: {said}"
        );
        assert!(store.repair_derived().unwrap() > 0, "{sql}");
        assert_eq!(store.repair_derived().unwrap(), 0, "{sql}: once is enough");
        assert_eq!(figures(), before, "{sql}");
        is_whole(&scene, &store, sql);
    }
}

#[test]
fn all_of_it_at_once_is_made_anew() {
    let scene = Scene::new();
    // The last two leave no index behind that could be compared with anything.
    let all = ["totals", "claims", "words"].map(|table| format!("DELETE FROM {table};")).concat();
    scene.damage(&format!("{all} UPDATE cases SET ready = 8, steps = 'x'; UPDATE customers SET folded = ''"));
    let store = scene.open();
    assert!(store.repair_derived().unwrap() > 6);
    is_whole(&scene, &store, "all");
}

/// Damage that only following the events tells.
const PROVEN: &[&str] = &[
    "UPDATE events SET facts = CAST(replace(facts, 'open', 'shut') AS BLOB) WHERE stream % 4 = 0 AND revision = 1",
    "UPDATE events SET facts = x'7b' WHERE position = 3",
    "UPDATE events SET at = at + 1 WHERE position = 3",
    "UPDATE events SET on_behalf_of = actor WHERE position = 3",
    "UPDATE events SET commitment = x'00' WHERE position = 3",
    "UPDATE events SET commitment = zeroblob(32) WHERE position = 3",
    "UPDATE events SET hash = zeroblob(32) WHERE position = 3",
    "UPDATE events SET revision = 9 WHERE stream = 4 AND revision = 2",
    "DELETE FROM events WHERE position = (SELECT max(position) FROM events)",
    "DELETE FROM events WHERE stream % 4 = 0 AND revision = 1",
    "UPDATE people SET id = 'eve' WHERE id = 'ada'",
    "UPDATE cases SET number = 77 WHERE number = 2",
    "UPDATE cases SET revision = 9 WHERE number = 1",
    "UPDATE cases SET hash = zeroblob(32) WHERE number = 1",
    "UPDATE customers SET hash = zeroblob(32)",
    "UPDATE definitions SET hash = zeroblob(32) WHERE kind = 2",
];

/// Damage to each column that is made of nothing else, where looking at it tells.
const TOLD: &[&str] = &[
    "UPDATE events SET actor = 99 WHERE position = 3",
    "UPDATE events SET imported_by = 0 WHERE position = 3",
    "UPDATE events SET stream = 4000 WHERE stream = 4 AND revision = 1",
    "UPDATE people SET key = 0 WHERE id = 'ada'",
    "INSERT INTO people (key, id) VALUES (0, 'nobody')",
    "DELETE FROM people",
    "UPDATE streams SET id = zeroblob(16) WHERE kind = 4 AND key = 4",
    "UPDATE streams SET id = x'00' WHERE key = 4",
    "UPDATE streams SET kind = 3 WHERE key = 4",
    "UPDATE streams SET kind = 77 WHERE key = 4",
    "UPDATE streams SET key = 5 WHERE key = 4",
    "INSERT INTO streams VALUES (4000, 4, zeroblob(16))",
    "DELETE FROM streams WHERE kind = 4",
    "UPDATE places SET case_type = x'00'",
    "UPDATE places SET category = 7",
    "UPDATE places SET key = key + 50",
    "DELETE FROM places",
    "UPDATE cases SET id = zeroblob(16) WHERE number = 2",
    "UPDATE cases SET place = 99",
    "UPDATE cases SET type_version = -1",
    "UPDATE cases SET holder = 99 WHERE number = 2",
    "UPDATE cases SET holder = 0 WHERE number = 2",
    "UPDATE cases SET held_since = NULL WHERE number = 2",
    "UPDATE cases SET held_since = 5 WHERE number = 1",
    "UPDATE cases SET customer = 99 WHERE number = 1",
    "UPDATE cases SET raised_by = 99",
    "UPDATE cases SET raised_by = 0",
    "UPDATE cases SET raised_for = 99",
    "UPDATE cases SET raised_at = 9223372036854775807",
    "UPDATE cases SET updated_at = 9223372036854775807",
    "UPDATE cases SET resolved_at = 9223372036854775807",
    "UPDATE cases SET closed_at = -9223372036854775808",
    "UPDATE cases SET reopened = -1",
    "UPDATE cases SET notes = 4294967296",
    "DELETE FROM cases WHERE number = 1",
    "INSERT OR REPLACE INTO case_bodies VALUES (1, NULL, '[7]')",
    "INSERT OR REPLACE INTO case_bodies VALUES (1, NULL, 'no JSON')",
    "INSERT INTO case_bodies VALUES (99, 'Of no case.', NULL)",
    "UPDATE notes SET id = x'00' WHERE text IS NOT NULL",
    "UPDATE notes SET number = 99",
    "UPDATE notes SET path = x'000007' WHERE text IS NOT NULL",
    "UPDATE notes SET path = x'' WHERE text IS NOT NULL",
    "UPDATE notes SET visibility = 7",
    "UPDATE notes SET author = 99",
    "UPDATE notes SET author = 0",
    "UPDATE notes SET added_at = 9223372036854775807",
    "UPDATE notes SET updated_at = 9223372036854775807",
    "UPDATE notes SET edits = -1",
    "UPDATE notes SET parent = x'00'",
    "UPDATE cases SET title = 'Another title' WHERE number = 1",
    "UPDATE cases SET updated_at = updated_at + 1 WHERE number = 2",
    "UPDATE notes SET text = 'Another text' WHERE text IS NOT NULL",
    "UPDATE notes SET entry = entry + 7 WHERE text IS NOT NULL",
    "UPDATE customers SET body = json_replace(body, '$.profile.name', 'Another name')",
    "UPDATE definitions SET body = json_replace(body, '$.case_type.name', 'Another name') WHERE kind = 2",
    "UPDATE customers SET body = 'null'",
    "UPDATE customers SET key = 99",
    "DELETE FROM customers",
    "UPDATE definitions SET body = 'null' WHERE kind = 2",
    "UPDATE definitions SET id = randomblob(16) WHERE kind = 2",
    "UPDATE definitions SET kind = 1 WHERE kind = 2",
    "DELETE FROM definitions WHERE kind = 2",
    "INSERT INTO blobs VALUES (1, zeroblob(16), 9, 0, 0, 1)",
    "INSERT INTO blob_chunks VALUES (7, 0, x'00')",
];

#[test]
fn where_the_truth_is_damaged_nothing_is_touched() {
    for truth in PROVEN.iter().chain(TOLD) {
        let scene = Scene::new();
        scene.damage(&format!("PRAGMA foreign_keys = OFF; {truth}; UPDATE totals SET n = n + 1"));
        let before = std::fs::read(scene.path()).unwrap();
        let store = scene.open();
        let is_told = fault(store.check()).contains("restore a backup");
        assert!(is_told || PROVEN.contains(truth), "{truth}");
        let said = fault(store.repair_derived());
        assert!(said.contains("restore a backup") && !said.contains("repair_derived"), "{truth}: {said}");
        store.close().unwrap();
        assert_eq!(std::fs::read(scene.path()).unwrap(), before, "{truth}");
    }
}

#[test]
fn damaged_bodies_are_told_before_what_is_derived_from_them() {
    let scene = Scene::new();
    scene.damage("UPDATE totals SET n = n + 1; UPDATE notes SET visibility = 7");
    assert!(fault(scene.open().check()).contains("restore a backup"));
}

#[test]
fn a_write_that_meets_a_damaged_index_says_what_helps() {
    let scene = Scene::new();
    scene.damage("UPDATE search_data SET block = x'0109' WHERE id = 1");
    let store = scene.open();
    let (first, old) = (case(&store, scene.first), note(&store, scene.note));
    let refused = store.commit(vec![edit_note(&first, &old, "The bulb was hot.")]);
    if let Err(error) = refused {
        assert!(error.to_string().contains("call `repair_derived`"), "{error}");
    }
    store.repair_derived().unwrap();
    store.check().unwrap();
}

#[test]
fn others_write_before_and_after_a_repair_and_lose_nothing() {
    let scene = Scene::new();
    scene.damage("DELETE FROM claims; UPDATE totals SET n = n + 1");
    let store = Arc::new(scene.open());
    thread::scope(|scope| {
        for place in 0..3 {
            let store = Arc::clone(&store);
            scope.spawn(move || {
                for round in 0..10 {
                    raise(&format!("Number {place} {round}")).on(store.as_ref());
                }
            });
        }
        assert!(store.repair_derived().unwrap() > 0);
    });
    store.check().unwrap();
    assert_eq!(numbers(store.as_ref(), &cases_query()).len(), 32);
    store.suspend(Duration::ZERO).unwrap();
    assert_eq!(store.repair_derived().unwrap_err().kind(), StoreErrorKind::Suspended);
}

#[test]
fn an_index_that_is_another_tree_is_damage_though_it_has_no_rows() {
    let scene = Scene::new();
    let root = |name: &str| {
        let connection = rusqlite::Connection::open(scene.path()).unwrap();
        let sql = "SELECT rootpage FROM sqlite_schema WHERE name = ?1";
        connection.query_row(sql, [name], |row| row.get::<_, u32>(0)).unwrap() as usize
    };
    // Both are empty, and a table's tree is not an index's.
    let (index, table) = (root("cases_failing"), root("blobs"));
    let mut bytes = std::fs::read(scene.path()).unwrap();
    bytes.copy_within((table - 1) * 4096..table * 4096, (index - 1) * 4096);
    std::fs::write(scene.path(), bytes).unwrap();
    assert_eq!(scene.open().check().unwrap_err().kind(), StoreErrorKind::Corrupt);
}

#[test]
fn keys_that_are_too_great_are_damage_and_no_panic() {
    for sql in [
        "UPDATE streams SET key = 9223372036854775804 WHERE key = (SELECT max(key) FROM streams)",
        "INSERT INTO streams VALUES (9223372036854775806, 2, randomblob(16))",
    ] {
        let scene = Scene::new();
        scene.damage(sql);
        let store = scene.open();
        assert!(fault(store.check()).contains("its streams are wrong"), "{sql}");
        let written = store.commit(vec![create_type(casekit_core::model::CaseTypeId(fresh()), "Complaint")]);
        assert!(fault(written).contains("its streams are wrong"), "{sql}");
    }
    let scene = Scene::new();
    scene.damage("UPDATE cases SET entry = 9223372036854775807");
    let store = scene.open();
    assert!(fault(store.check()).contains("call `repair_derived`"));
    store.repair_derived().unwrap();
    is_whole(&scene, &store, "entries that were too great");
}

#[test]
fn counts_that_are_too_great_are_told_and_no_panic() {
    let scene = Scene::new();
    scene.damage("INSERT INTO totals VALUES (1, 1, 9, 0, 1), (1, 1, 8, 0, 1); UPDATE totals SET n = 9223372036854775807; UPDATE cases SET notes = 4294967295");
    let store = scene.open();
    store.count_cases(&count_query(CountBy::CaseType)).unwrap();
    let first = case(&store, scene.first);
    one(&store, add_note_after(&first)).unwrap();
    // The count of notes is part of the case, and what is derived is told of only where the rest is sound.
    assert!(fault(store.check()).contains("its cases are wrong"));
}
