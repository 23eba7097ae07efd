//! The tables in which FTS5 keeps an index, altered where its own check does not look.

use crate::support::*;
use casekit_core::model::{CaseId, NoteId, Visibility};
use casekit_core::store::{Store, StoreError, StoreErrorKind};
use casekit_sqlite::{SqliteOptions, SqliteStore};
use rusqlite::Connection;

/// How many words there are: more than fit on a few pages of an index.
const WORDS: usize = 4_000;

fn word(n: usize) -> String {
    // In the order of the index they come in another order than in the text.
    format!("{:05}{n}", n * 7_919 % 100_000)
}

/// A closed file with one case, whose description fills some pages of the index, and another with a note.
struct Scene {
    folder: tempfile::TempDir,
    long: CaseId,
    short: CaseId,
}

impl Scene {
    fn new() -> Self {
        let World { folder, store } = World::new();
        let mut long = raise("Long");
        long.description = Some((0..WORDS).map(word).collect::<Vec<_>>().join(" "));
        let (long, short) = (long.on(&store).id, raise("Short").on(&store).id);
        store.check().unwrap();
        store.close().unwrap();
        Self { folder, long, short }
    }

    fn altered(sql: &str) -> Self {
        let scene = Self::new();
        let file = Connection::open(scene.path()).unwrap();
        let keys: i64 = file.query_row("SELECT count(*) FROM search_idx", (), |row| row.get(0)).unwrap();
        assert!(keys > 5, "some pages: {keys}");
        let before = file.total_changes();
        file.execute_batch(sql).unwrap();
        assert!(file.total_changes() > before, "{sql} alters something");
        file.close().unwrap();
        scene
    }

    fn path(&self) -> std::path::PathBuf {
        self.folder.path().join("cases")
    }

    fn open(&self) -> SqliteStore {
        SqliteStore::open(self.path(), &SqliteOptions::default()).unwrap()
    }
}

fn says_repair<T: std::fmt::Debug>(answer: Result<T, StoreError>, what: &str) {
    let error = answer.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Corrupt, "{what}: {error}");
    assert!(error.to_string().contains("call `repair_derived`"), "{what}: {error}");
}

/// Keys of segments 1 to 9 that do not exist: they are in the way of those that come.
const STRAYS: &str = "INSERT INTO search_idx
    WITH RECURSIVE ids (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM ids WHERE id < 9)
    SELECT id, x'', 2 FROM ids WHERE id NOT IN (SELECT segid FROM search_idx)";

const ALTERED: &[&str] = &[
    STRAYS,
    "INSERT INTO customer_search_idx VALUES (3, x'', 2)",
    "INSERT INTO search_idx VALUES (3000, x'7a', 2)",
    "INSERT INTO search_idx VALUES ('5', x'', 2)",
    "UPDATE search_idx SET segid = segid + 10",
    "UPDATE search_idx SET segid = CAST(segid AS TEXT)",
    "UPDATE search_idx SET term = CAST(term AS TEXT)",
    "UPDATE search_idx SET pgno = CAST(pgno AS TEXT)",
    // The last page is found by no key, one in the middle neither.
    "DELETE FROM search_idx WHERE term = (SELECT max(term) FROM search_idx)",
    "DELETE FROM search_idx WHERE term = (SELECT term FROM search_idx ORDER BY term LIMIT 1 OFFSET 3)",
    // A key leads past terms: it is too small, or its page too far on.
    "UPDATE search_idx SET term = x'3030' WHERE term = (SELECT max(term) FROM search_idx)",
    "UPDATE search_idx SET term = CAST(substr(term, 1, 2) AS BLOB)
        WHERE term = (SELECT term FROM search_idx ORDER BY term LIMIT 1 OFFSET 3)",
    "UPDATE search_idx SET pgno = pgno + 2 WHERE term = x'' AND segid = 1",
    "UPDATE search_idx SET pgno = pgno - 2 WHERE term = (SELECT max(term) FROM search_idx)",
    // A key is greater than the first term of its page.
    "UPDATE search_idx SET term = CAST(term || x'ff' AS BLOB) WHERE term = (SELECT max(term) FROM search_idx)",
    // More keys than pages.
    "INSERT INTO search_idx VALUES (1, x'ffff', 2)",
    "INSERT INTO search_idx VALUES (1, x'ffff', 2000)",
    // Settings that FTS5 would obey, and one less.
    "INSERT INTO search_config VALUES ('pgsz', 64)",
    "INSERT INTO customer_search_config VALUES ('rank', 'bm25()')",
    "UPDATE search_config SET k = 'secure-delete ' WHERE k = 'secure-delete'",
    // The segments, named twice or by another type of value; the totals of another type.
    "UPDATE search_data SET block = 7 WHERE id = 10",
    "UPDATE search_data SET block = x'00000000' || x'ff00000100' WHERE id = 10",
    "UPDATE search_data SET block = 7 WHERE id = 1",
    "UPDATE customer_search_data SET block = NULL WHERE id = 1",
    // A page that is gone, and one that is nothing.
    "DELETE FROM search_data WHERE id = (SELECT max(id) FROM search_data)",
    "UPDATE search_data SET block = x'0000' WHERE id = (SELECT max(id) FROM search_data)",
    "UPDATE search_data SET block = x'0000ffff' WHERE id = (SELECT max(id) FROM search_data)",
];

#[test]
fn whatever_is_altered_of_an_index_is_told_and_made_anew() {
    for sql in ALTERED {
        let scene = Scene::altered(sql);
        let store = scene.open();
        says_repair(store.check(), sql);
        assert_eq!(store.repair_derived().unwrap(), 1, "{sql}");
        store.check().unwrap_or_else(|error| panic!("{sql}: {error}"));
        for n in (0..WORDS).step_by(397) {
            assert_eq!(found(&store, &word(n)).len(), 1, "{sql}: {n}");
        }
        for n in 0..9 {
            raise(&format!("After it {n}")).on(&store);
        }
        write(&store, describe(&case(&store, scene.long), "Short now"));
        store.check().unwrap_or_else(|error| panic!("{sql}, after writing: {error}"));
    }
}

#[test]
fn whoever_writes_where_keys_are_in_the_way_hears_what_helps() {
    let scene = Scene::altered(STRAYS);
    let store = scene.open();
    says_repair(store.commit(vec![raise("Refused").commit()]), "one");
    says_repair(store.commit(vec![raise("First").commit(), raise("Second").commit()]), "a group");
    let longer = (0..WORDS).map(|n| format!("other{n}")).collect::<Vec<_>>().join(" ");
    says_repair(store.commit(vec![describe(&case(&store, scene.short), &longer)]), "more than a page");
    assert_eq!(numbers(&store, &cases_query()).len(), 2, "nothing of it was written");
    assert_eq!(store.repair_derived().unwrap(), 1);
    raise("Written").on(&store);
    store.check().unwrap();
    assert_eq!((found(&store, "written").len(), found(&store, "refused").len()), (1, 0));
}

/// Lists of rows that go over pages, pages that lose all their words, and segments that are merged a part at a time.
#[test]
fn an_index_that_nobody_altered_is_sound_whatever_was_written() {
    let world = World::new();
    let store = &world.store;
    let scene = raise("Scene").on(store);
    let text = |from: usize, n: usize| (from..from + n).map(word).collect::<Vec<_>>().join(" ");
    let many = (0..3_000).map(|n| raise(&format!("everywhere {}", word(n))).commit()).collect();
    assert!(store.commit(many).unwrap().iter().all(Result::is_ok));
    store.check().unwrap();
    let mut notes = Vec::new();
    for round in 0..12 {
        let id = NoteId(fresh());
        let long = text(round * 700, 2_000);
        write(store, add_note(&case(store, scene.id), id, None, &long, Visibility::Internal));
        notes.push(id);
        store.check().unwrap();
        if round % 3 == 2 {
            let (now, edited) = (case(store, scene.id), note(store, notes[round - 1]));
            write(store, edit_note(&now, &edited, &text(round * 700 + 900, 40)));
            store.check().unwrap();
            let (now, gone) = (case(store, scene.id), note(store, notes[round - 2]));
            write(store, retract_note(&now, &gone));
            store.check().unwrap();
        }
        if round % 4 == 3 {
            store.compact(1024 * 1024).unwrap();
            store.check().unwrap();
        }
    }
}
