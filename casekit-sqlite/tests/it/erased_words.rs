//! What is taken out of cases, notes and names leaves the bytes of the file, as far as the search is concerned.

use std::collections::HashSet;
use std::path::Path;

use crate::support::*;
use casekit_core::model::{Case, CustomerId, NoteId, Visibility};
use casekit_core::store::Store;

/// Words of twelve letters that nothing else in the file begins like: the same each time. Those with a mark in the middle
/// stay, the others go.
struct Words(u64, &'static str);

impl Words {
    fn next(&mut self) -> String {
        let letter = |_| {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from(b'a' + ((self.0 >> 33) % 26) as u8)
        };
        let letters: String = (0..9).map(letter).collect();
        format!("zq{}{}{}", &letters[..2], self.1, &letters[2..])
    }

    fn some(&mut self, n: usize) -> String {
        (0..n).map(|_| self.next()).collect::<Vec<_>>().join(" ")
    }
}

/// A planted text among words that stay, which are of the same kind, so that pages of an index part them.
fn around(kept: &mut Words, planted: &str) -> String {
    format!("{} {planted} {}", kept.some(3), kept.some(3))
}

/// Everything that was planted, taken away by every means that there is.
fn planted_and_gone(world: &World) -> Vec<String> {
    let store = &world.store;
    let (mut planted, mut kept, mut all) = (Words(1, "0"), Words(2, "1"), Vec::new());
    let mut plant = |n: usize| {
        let text = planted.some(n);
        all.extend(text.split(' ').map(str::to_owned));
        text
    };
    let now = |case: &Case| crate::support::case(store, case.id);
    let mut scenes = Vec::new();
    for _ in 0..60 {
        let customer = CustomerId(fresh());
        write(store, create_customer(customer, &around(&mut kept, &plant(2)), None));
        let mut new = raise(&around(&mut kept, &plant(2)));
        new.description = Some(around(&mut kept, &plant(12)));
        new.customer = Some(customer);
        let raised = new.on(store);
        let notes = [NoteId(fresh()), NoteId(fresh())];
        for id in notes {
            let text = around(&mut kept, &plant(8));
            write(store, add_note(&now(&raised), id, None, &text, Visibility::Customer));
        }
        scenes.push((customer, raised, notes));
    }
    for (customer, raised, [edited, retracted]) in scenes {
        write(store, edit_note(&now(&raised), &note(store, edited), &around(&mut kept, "edited")));
        write(store, retract_note(&now(&raised), &note(store, retracted)));
        write(store, retitle(&now(&raised), &around(&mut kept, "title")));
        write(store, describe(&now(&raised), &around(&mut kept, "description")));
        write(store, rename_customer(&crate::support::customer(store, customer), &around(&mut kept, "name")));
    }
    store.check().unwrap();
    all
}

/// How many of these the file has, once events have lost their personal parts, as an erasure would have it.
fn left(file: &Path, of: &[&str]) -> usize {
    let connection = rusqlite::Connection::open(file).unwrap();
    connection
        .execute_batch("PRAGMA secure_delete = 1; UPDATE events SET personal = NULL, salt = NULL")
        .unwrap();
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(())).unwrap();
    connection.close().unwrap();
    let bytes = std::fs::read(file).unwrap();
    let length = of[0].len();
    let of: HashSet<&[u8]> = of.iter().map(|word| word.as_bytes()).collect();
    let found: HashSet<&[u8]> = bytes.windows(length).filter(|window| of.contains(window)).collect();
    found.len()
}

#[test]
fn what_was_taken_away_leaves_no_whole_word_and_after_compacting_no_beginning_of_one() {
    let world = World::new();
    let words = planted_and_gone(&world);
    let whole: Vec<&str> = words.iter().map(String::as_str).collect();
    // Of a page's first word as much is kept as parts it from the word before.
    let beginnings: Vec<&str> = words.iter().map(|word| &word[..5]).collect();
    world.store.suspend(std::time::Duration::ZERO).unwrap();
    let copy = world.folder.path().join("copy");
    std::fs::copy(world.path(), &copy).unwrap();
    assert_eq!(left(&copy, &whole), 0, "before compacting");
    world.store.resume().unwrap();
    world.store.compact(1024 * 1024).unwrap();
    assert_eq!(found(&world.store, "description ").len(), 50, "a page of them");
    world.store.check().unwrap();
    world.store.close().unwrap();
    assert_eq!(left(&world.path(), &whole), 0);
    assert_eq!(left(&world.path(), &beginnings), 0, "beginnings");
}

/// The test can find what it looks for.
#[test]
fn a_word_that_stays_is_seen_in_the_bytes() {
    let world = World::new();
    raise("zqabcdefghij").on(&world.store);
    world.store.close().unwrap();
    assert_eq!(left(&world.path(), &["zqabcdefghij"]), 1);
}

#[test]
fn compacting_makes_the_indexes_anew_only_when_words_went() {
    let world = World::new();
    let state = || {
        let connection = rusqlite::Connection::open(world.path()).unwrap();
        let sql = "SELECT words_gone, (SELECT group_concat(hex(block)) FROM search_data) FROM file";
        connection.query_row(sql, (), |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))).unwrap()
    };
    let raised = raise("lamp chair").on(&world.store);
    raise("table").on(&world.store);
    let before = state();
    world.store.compact(1024).unwrap();
    assert_eq!(state(), before, "nothing went");
    write(&world.store, retitle(&raised, "lamp"));
    assert_eq!(state().0, 1);
    world.store.compact(1024).unwrap();
    let made = state();
    assert_eq!(made.0, 0);
    world.store.compact(1024).unwrap();
    assert_eq!(state(), made);
    assert_eq!((found(&world.store, "lamp").len(), found(&world.store, "chair").len()), (1, 0));
    world.store.check().unwrap();
}
