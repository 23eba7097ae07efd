//! Walks find what FTS5 finds in one query, and what core says, in pages of any size; and their steps do not grow with
//! the file.

use std::collections::BTreeMap;

use casekit_core::text::terms;
use rusqlite::{Connection, params};

use super::*;
use crate::read::counted::Steps;
use crate::schema;

/// Entries as texts, by their keys.
type Texts = BTreeMap<i64, String>;

fn file() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    schema::migrate(&connection, 0, schema::newest()).unwrap();
    connection
}

fn put(connection: &Connection, rowid: i64, terms: &[String]) {
    const PUT: &str = "INSERT INTO search (rowid, terms) VALUES (?1, ?2)";
    let mut put = connection.prepare_cached(PUT).unwrap();
    put.execute(params![rowid, terms.join(" ")]).unwrap();
    let mut word = connection.prepare_cached("INSERT OR IGNORE INTO words VALUES (?1)").unwrap();
    for term in terms {
        word.execute([term]).unwrap();
    }
}

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }

    fn one_of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }
}

/// Common words, words with a common beginning, scripts without spaces, and more than 128 words that begin alike.
fn texts() -> Texts {
    const COMMON: [&str; 6] = ["lamp", "refund", "a", "order", "straße", "b"];
    const FAMILY: [&str; 8] =
        ["presto", "prestoquick", "prestoquality", "prestig", "prestige", "prest", "pre", "prestissimo"];
    const UNSPACED: [&str; 5] = ["昨日の返金", "返金について", "ガス料金", "ภาษาไทย", "返"];
    let mut dice = Dice(7);
    let mut rowid = 2;
    (0..600)
        .map(|n| {
            rowid += 1 + dice.below(5) as i64;
            let mut text = String::new();
            for _ in 0..dice.below(3) {
                text.push_str(dice.one_of(&COMMON));
                text.push(' ');
            }
            match dice.below(6) {
                0 => text.push_str(dice.one_of(&FAMILY)),
                1 => text.push_str(dice.one_of(&UNSPACED)),
                _ if n < 140 => text.push_str(&format!("reference{n:03} ordinal")),
                2 => text.push_str(&format!("reference{:03}", dice.below(200))),
                3 => text.push_str(&format!("{} {}", dice.one_of(&FAMILY), dice.one_of(&FAMILY))),
                _ => text.push_str(&format!("{}", dice.below(3_000))),
            }
            (rowid, text)
        })
        .collect()
}

const QUERIES: [&str; 32] = [
    "lamp ",
    "lamp",
    "la",
    "l",
    "a",
    "refund lamp",
    "lamp refund order ",
    "pre",
    "pres",
    "prest",
    "presto",
    "prestoq",
    "prestoqu lamp",
    "lamp prestoq",
    "lamp prestissimo ",
    "prestx",
    "refere",
    "reference",
    "reference01",
    "reference01 lamp",
    "lamp reference",
    "ordinal reference1",
    "返金",
    "返",
    "の返金に",
    "料金 lamp",
    "ภาษา",
    "strass",
    "strasse",
    "nothing",
    "lamp nothing",
    "12",
];

fn all_pages(
    connection: &Connection,
    query: &Query,
    (direction, kinds): (Direction, Kinds),
    (steps, want): (usize, usize),
) -> Vec<i64> {
    let (mut rowids, mut after) = (Vec::new(), None);
    for _ in 0..20_000 {
        let mut found = Found::begin(connection, (Index::Entries, kinds), query, direction, after).unwrap();
        found.steps = steps;
        let page = found.next(want).unwrap();
        assert!(page.len() <= want);
        rowids.extend(page);
        assert!(found.end().is_none() || found.end() != after, "a page that goes on has made way");
        after = found.end();
        if after.is_none() {
            return rowids;
        }
    }
    panic!("the walk has no end");
}

#[test]
fn pages_of_every_size_and_cost_are_what_fts5_finds_at_once_and_what_core_says() {
    let (connection, texts) = (file(), texts());
    for (rowid, text) in &texts {
        put(&connection, *rowid, &terms(text));
    }
    let native = "SELECT rowid FROM search WHERE search MATCH ?1 ORDER BY rowid";
    for typed in QUERIES {
        let query = Query::parse("text", typed).unwrap();
        let by_core: Vec<i64> =
            texts.iter().filter(|(_, text)| query.matches(&terms(text))).map(|(rowid, _)| *rowid).collect();
        let any = query.words.iter().map(|word| {
            let quoted = word.whole.iter().map(|term| format!("\"{term}\""));
            let begun = word.begun.iter().map(|term| format!("\"{term}\"*"));
            format!("({})", quoted.chain(begun).collect::<Vec<_>>().join(" OR "))
        });
        let at_once = any.collect::<Vec<_>>().join(" AND ");
        let by_fts5 =
            crate::rows::rows(&connection, native, &[&at_once], |row| row.get::<_, i64>(0).map_err(fault));
        assert_eq!(by_fts5.unwrap(), by_core, "{typed}");
        for kinds in [Kinds::All, Kinds::Cases, Kinds::Notes] {
            let mut expected = by_core.clone();
            expected.retain(|rowid| match kinds {
                Kinds::All => true,
                Kinds::Cases => rowid % 2 == 0,
                Kinds::Notes => rowid % 2 == 1,
            });
            for limits in [(1, 1), (150, 7), (1_000, 3), (STEPS, 5_000)] {
                let up = all_pages(&connection, &query, (Direction::Ascending, kinds), limits);
                assert_eq!(up, expected, "{typed} {limits:?}");
                let mut down = all_pages(&connection, &query, (Direction::Descending, kinds), limits);
                down.reverse();
                assert_eq!(down, expected, "{typed} {limits:?}, backwards");
            }
        }
    }
}

#[test]
fn more_words_than_are_gone_through_side_by_side_are_found_all_the_same() {
    let connection = file();
    let words: Vec<String> = (0..60).map(|n| format!("word{n}x")).collect();
    for rowid in 1..=300 {
        let but_one: Vec<String> = words
            .iter()
            .enumerate()
            .filter(|(n, _)| *n as i64 != rowid % 70)
            .map(|(_, word)| word.clone())
            .collect();
        put(&connection, rowid, &but_one);
    }
    let query = Query::parse("text", &format!("{} ", words.join(" "))).unwrap();
    let expected: Vec<i64> = (1..=300).filter(|rowid| rowid % 70 >= 60).collect();
    for limits in [(1, 5), (STEPS, 1_000)] {
        assert_eq!(all_pages(&connection, &query, (Direction::Ascending, Kinds::All), limits), expected);
    }
}

/// Entries of which every second has one common word and the others another. A few words are rare.
fn large(entries: i64) -> (Connection, Steps) {
    let mut connection = file();
    connection.execute_batch("BEGIN").unwrap();
    for n in 1..=entries {
        let parity = if n % 2 == 0 { "even" } else { "odd" };
        let words = format!("common {parity} middle{} prefix{} presto{} r{}", n % 50, n % 40, n % 300, n);
        put(&connection, n * 4 + n % 2, &terms(&words));
    }
    connection.execute_batch("COMMIT").unwrap();
    let steps = Steps::count(&mut connection);
    (connection, steps)
}

fn steps_of((connection, steps): &(Connection, Steps), typed: &str, after: Option<i64>) -> i64 {
    let index = (Index::Entries, Kinds::All);
    steps.of(|| {
        walk(connection, index, &Query::parse("text", typed).unwrap(), Direction::Descending, after, 51)
            .unwrap()
    })
}

/// What a page of look-ups takes. The small file has less than a page of some words, and needs no look-ups where FTS5
/// intersects the lists. They take more if an index has more segments, and it gets a few more as it grows.
const LAYOUT: i64 = 15_000;

#[test]
fn a_walk_takes_as_many_steps_however_many_entries_there_are() {
    let (small, big) = (large(1_000), large(100_000));
    for typed in [
        "common ",
        "middle7 ",
        "common middle7 ",
        "common even ",
        "r500 ",
        "common r500 ",
        "co",
        "com",
        "comm",
        "commo",
        "prefix",
        "common prefi",
        "presto",
        "r500",
        "even prefix1",
        "nothing ",
        "nothin",
    ] {
        let (few, many) = (steps_of(&small, typed, None), steps_of(&big, typed, None));
        println!("{typed}: {few} became {many}");
        assert!(many <= few * 5 + LAYOUT, "{typed}: {few} became {many}");
        let (few, many) = (steps_of(&small, typed, Some(2_000)), steps_of(&big, typed, Some(200_000)));
        assert!(many <= few * 5 + LAYOUT, "{typed}, deep: {few} became {many}");
    }
}

#[test]
fn two_common_words_that_never_meet_end_a_walk_short() {
    let file = large(20_000);
    let taken = steps_of(&file, "even odd ", None);
    assert!(taken < 8 * STEPS as i64, "{taken}");
    let query = Query::parse("text", "even odd ").unwrap();
    let index = (Index::Entries, Kinds::All);
    let mut found = Found::begin(&file.0, index, &query, Direction::Descending, None).unwrap();
    // As if FTS5 had been asked by itself before.
    (found.window, found.steps) = (None, 10_000);
    assert_eq!(found.next(51).unwrap(), Vec::<i64>::new());
    assert!(found.is_spent());
    // There is an entry at every fourth key.
    let end = found.end().unwrap();
    assert!((30_000..70_000).contains(&end), "{end}");
}

/// How many pages of its index FTS5 has read so far. Its own work is not counted in the steps of any statement.
fn reads(connection: &Connection) -> i64 {
    let sql = "SELECT search FROM search WHERE search MATCH '*reads'";
    connection.query_row(sql, (), |row| row.get(0)).unwrap()
}

#[test]
fn fts5_reads_as_much_for_two_words_that_never_meet_however_many_entries_there_are() {
    let reads_of = |entries: i64, after: Option<i64>| {
        let (connection, _) = large(entries);
        // As one segment, so that its pages are those of the lists.
        connection.execute_batch("INSERT INTO search (search) VALUES ('optimize')").unwrap();
        let query = Query::parse("text", "even odd ").unwrap();
        let index = (Index::Entries, Kinds::All);
        let before = reads(&connection);
        let found = Found::begin(&connection, index, &query, Direction::Descending, after).unwrap();
        found.with_steps(2_000).next(51).unwrap();
        reads(&connection) - before
    };
    let (few, many) = (reads_of(50_000, None), reads_of(200_000, None));
    println!("{few} became {many}");
    assert!(many <= few + 10, "{few} became {many}");
    let (few, many) = (reads_of(50_000, Some(100_000)), reads_of(200_000, Some(400_000)));
    println!("{few} became {many}, deep");
    assert!(many <= few + 10, "{few} became {many}, deep");
}
