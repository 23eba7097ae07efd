//! The tables in which FTS5 keeps an index, altered where its own check does not look.

use std::path::Path;
use std::sync::OnceLock;

use crate::support::*;
use casekit_core::model::{Case, CaseId, NoteId, Visibility};
use casekit_core::store::{Store, StoreError, StoreErrorKind};
use casekit_sqlite::{SqliteOptions, SqliteStore};
use rusqlite::Connection;

/// How many words there are: more than fit on a few pages of an index.
const WORDS: usize = 2_500;

fn word(n: usize) -> String {
    // In the order of the index they come in another order than in the text.
    format!("{:05}{n}", n * 7_919 % 100_000)
}

/// A closed file with one case, whose description fills some pages of the index, and another one.
struct Scene {
    folder: tempfile::TempDir,
    short: CaseId,
}

impl Scene {
    /// A copy of the file, which is written once, with something altered.
    fn altered(sql: &str) -> Self {
        static SOUND: OnceLock<Scene> = OnceLock::new();
        let sound = SOUND.get_or_init(|| {
            let World { folder, store } = World::new();
            let mut long = raise("Long");
            long.description = Some((0..WORDS).map(word).collect::<Vec<_>>().join(" "));
            long.on(&store);
            let short = raise("Short").on(&store).id;
            store.check().unwrap();
            store.close().unwrap();
            Self { folder, short }
        });
        let scene = Self { folder: tempfile::tempdir().unwrap(), short: sound.short };
        std::fs::copy(sound.path(), scene.path()).unwrap();
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
    // The first page has a key, though a look-up would begin there without.
    "UPDATE search_idx SET term = x'01' WHERE term = x'' AND segid = 1",
    "DELETE FROM search_idx WHERE term = x'' AND segid = 1",
    // More keys than pages.
    "INSERT INTO search_idx VALUES (1, x'ffff', 2)",
    "INSERT INTO search_idx VALUES (1, x'ffff', 2000)",
    // And a page for it with one term, beyond the last page of the segment.
    "INSERT INTO search_idx SELECT 1, x'ff', ((max(id) & 2147483647) + 1) * 2 FROM search_data WHERE id >> 36 = 2;
        INSERT INTO search_data SELECT max(id) + 1, x'0000000701ff0104' FROM search_data WHERE id >> 36 = 2",
    // Settings that FTS5 would obey, and one less.
    "INSERT INTO search_config VALUES ('pgsz', 64)",
    "INSERT INTO customer_search_config VALUES ('rank', 'bm25()')",
    "UPDATE search_config SET k = 'secure-delete ' WHERE k = 'secure-delete'",
    // What names the segments, and the totals: of another type, or of another version.
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
        write(&store, describe(&case(&store, scene.short), "After it"));
        store.check().unwrap_or_else(|error| panic!("{sql}, after writing: {error}"));
    }
}

#[test]
fn whoever_writes_where_keys_are_in_the_way_hears_what_helps() {
    let scene = Scene::altered(STRAYS);
    let store = scene.open();
    says_repair(store.commit(vec![raise("Refused").commit()]), "one");
    says_repair(store.commit(vec![raise("First").commit(), raise("Second").commit()]), "a group");
    let longer = (0..4_000).map(|n| format!("other{n}")).collect::<Vec<_>>().join(" ");
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
    let many = (0..3_000).map(|n| raise(&format!("everywhere {}", word(n))).commit()).collect();
    assert!(store.commit(many).unwrap().iter().all(Result::is_ok));
    let (mut notes, mut merging) = (Vec::new(), 0);
    for round in 0..9 {
        notes.push(add_words(store, &scene, round));
        store.check().unwrap();
        merging += structure(&world.path()).levels.iter().filter(|level| level[0] > 0).count();
        if round % 3 == 2 {
            let (now, edited) = (case(store, scene.id), note(store, notes[round - 1]));
            write(store, edit_note(&now, &edited, &format!("{} {}", word(7), word(20_000))));
            let (now, gone) = (case(store, scene.id), note(store, notes[round - 2]));
            write(store, retract_note(&now, &gone));
            store.check().unwrap();
        }
        if round % 4 == 3 {
            store.compact(1024 * 1024).unwrap();
            store.check().unwrap();
        }
    }
    assert!(merging > 0, "at no time was anything half merged");
}

/// A note of so many words that a few of them are more than FTS5 merges at a time.
fn add_words(store: &SqliteStore, on: &Case, round: usize) -> NoteId {
    let id = NoteId(fresh());
    let text = (round * 700..round * 700 + 6_000).map(word).collect::<Vec<_>>().join(" ");
    write(store, add_note(&case(store, on.id), id, None, &text, Visibility::Internal));
    id
}

/// What an index says of its segments.
#[derive(Debug)]
struct Structure {
    /// Of each level how many are being merged into the next, and how many there are.
    levels: Vec<[u64; 2]>,
    /// At which byte the first level begins.
    begins: usize,
}

fn structure(file: &Path) -> Structure {
    let file = Connection::open(file).unwrap();
    let sql = "SELECT block FROM search_data WHERE id = 10";
    let block: Vec<u8> = file.query_row(sql, (), |row| row.get(0)).unwrap();
    let mut at = 4;
    let mut next = || {
        let mut value = 0;
        while let Some(byte) = block.get(at) {
            at += 1;
            value = value << 7 | u64::from(byte & 0x7f);
            if byte & 0x80 == 0 {
                break;
            }
        }
        (value, at)
    };
    let (count, _segments, (_written, begins)) = (next().0, next(), next());
    let mut level = || {
        let level = [next().0, next().0];
        (0..level[1] * 3).for_each(|_| _ = next());
        level
    };
    Structure { levels: (0..count).map(|_| level()).collect(), begins }
}

#[test]
fn segments_that_are_said_to_be_merged_into_one_of_later_terms_are_told() {
    let World { folder, store } = World::new();
    let path = folder.path().join("cases");
    let scene = raise("Scene").on(&store);
    let rounds = (0..30).take_while(|round| {
        add_words(&store, &scene, *round);
        !matches!(structure(&path).levels[..], [[0, (1..)], [0, (1..)], ..])
    });
    assert!(rounds.count() < 30, "two levels, and nothing is being merged: {:?}", structure(&path));
    store.check().unwrap();
    store.close().unwrap();
    let file = Connection::open(&path).unwrap();
    let sql = "UPDATE search_data
        SET block = CAST(substr(block, 1, ?1) || x'01' || substr(block, ?1 + 2) AS BLOB) WHERE id = 10";
    assert_eq!(file.execute(sql, [structure(&path).begins as i64]).unwrap(), 1);
    file.close().unwrap();
    assert_eq!(structure(&path).levels[0][0], 1);
    let store = SqliteStore::open(&path, &SqliteOptions::default()).unwrap();
    says_repair(store.check(), "merged");
    assert_eq!(store.repair_derived().unwrap(), 1);
    store.check().unwrap();
}
