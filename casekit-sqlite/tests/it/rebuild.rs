//! A file whose search was made by other text rules: opening makes it anew, in steps that outlive a killed process.

use std::ops::ControlFlow;

use crate::support::*;
use casekit_core::model::{CustomerId, Visibility};
use casekit_core::store::{CustomerQuery, Store, StoreError, StoreErrorKind};
use casekit_sqlite::{Access, SearchProgress, SqliteOptions, SqliteStore};
use rusqlite::Connection;

/// What older rules left: other terms, and words that no entry has today.
const OLDER: &str = "UPDATE file SET text_rules = 1;
    INSERT INTO search (search) VALUES ('delete-all');
    INSERT INTO customer_search (customer_search) VALUES ('delete-all');
    INSERT INTO search (rowid, terms) VALUES (2, 'old c'), (5, 'older');
    DELETE FROM words;
    INSERT INTO words VALUES ('c'), ('old'), ('older')";

/// A file with some cases, one of a customer and one with a note, whose search older rules made.
fn old_file(cases: usize) -> World {
    let world = World::new();
    let customer = CustomerId(fresh());
    write(&world.store, create_customer(customer, "Łucja Müller", None));
    let mut first = raise("Ærø ferry");
    first.customer = Some(customer);
    let first = first.on(&world.store);
    write(&world.store, add_note(&first, note_id(), None, "E-mail sent", Visibility::Internal));
    let others = (1..cases).map(|n| raise(&format!("Item n{n}")).commit()).collect();
    let written = world.store.commit(others).unwrap();
    assert!(written.iter().all(Result::is_ok));
    world.store.close().unwrap();
    alter(&world, OLDER);
    world
}

fn note_id() -> casekit_core::model::NoteId {
    casekit_core::model::NoteId(fresh())
}

fn alter(world: &World, sql: &str) {
    let connection = Connection::open(world.path()).unwrap();
    connection.execute_batch(sql).unwrap();
    connection.close().unwrap();
}

/// Opens the file, ended after so many steps.
fn open_for(world: &World, steps: usize) -> (Result<SqliteStore, StoreError>, Vec<SearchProgress>) {
    let mut told = Vec::new();
    let opened = SqliteStore::open_telling(world.path(), &SqliteOptions::default(), &mut |progress| {
        told.push(progress);
        if told.len() < steps { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    (opened, told)
}

fn customers(store: &dyn Store, typed: &str) -> Result<usize, StoreError> {
    let text = Some(casekit_core::search::Query::parse("text", typed).unwrap());
    Ok(store.customers(&CustomerQuery { text, fields: Vec::new(), after: None, limit: 50 })?.rows.len())
}

/// Whether everything is found by the rules of today and by no others.
fn is_made_anew(store: &SqliteStore, cases: usize) {
    store.check().unwrap();
    for typed in ["aero", "email", "lucja", "mueller"] {
        assert_eq!(found(store, typed).len(), 1, "{typed}");
    }
    assert_eq!(customers(store, "lucja").unwrap(), 1);
    assert_eq!((found(store, "old").len(), found(store, "c ").len()), (0, 0));
    assert_eq!(found(store, &format!("n{} ", cases - 1)).len(), 1);
}

#[test]
fn opening_makes_the_search_of_older_rules_anew() {
    let world = old_file(5);
    let (store, told) = open_for(&world, usize::MAX);
    let store = store.unwrap();
    is_made_anew(&store, 5);
    assert_eq!(told.first(), Some(&SearchProgress { made: 0, total: 7 }));
    assert_eq!(told.last(), Some(&SearchProgress { made: 7, total: 7 }));
    store.close().unwrap();
    let (again, told) = open_for(&world, usize::MAX);
    assert_eq!((again.unwrap().check().is_ok(), told), (true, vec![]), "once is enough");
}

#[test]
fn making_it_anew_goes_on_where_it_was_ended() {
    let world = old_file(4_500);
    let (mut openings, mut made) = (0, 0);
    let store = loop {
        openings += 1;
        match open_for(&world, 1) {
            (Ok(store), _) => break store,
            (Err(error), told) => {
                assert_eq!(error.kind(), StoreErrorKind::Cancelled);
                assert!(error.to_string().contains("open the file again"), "{error}");
                assert_eq!((told.len(), told[0].total), (1, 4_502));
                assert!(made <= told[0].made, "what is made stays");
                made = told[0].made;
            }
        }
    };
    // Emptied, three steps of cases, one of notes, and the last, of names.
    assert_eq!(openings, 6);
    is_made_anew(&store, 4_500);
}

#[test]
fn a_file_whose_search_is_not_made_to_the_end_does_not_pass_for_whole() {
    let world = old_file(2_500);
    assert!(open_for(&world, 2).0.is_err());
    let reader = SqliteStore::open(
        world.path(),
        &SqliteOptions { access: Access::ReadOnly, ..SqliteOptions::default() },
    )
    .unwrap();
    assert_eq!(reader.search(&search_query("aero")).unwrap_err().kind(), StoreErrorKind::ReadOnly);
    assert_eq!(reader.check().unwrap_err().kind(), StoreErrorKind::Corrupt);
    reader.close().unwrap();
    // A part that there is not.
    alter(&world, "UPDATE file SET search_part = 77");
    is_made_anew(&open_for(&world, usize::MAX).0.unwrap(), 2_500);
}

#[test]
fn a_file_that_is_only_read_says_what_its_search_needs_and_shows_the_rest() {
    let world = old_file(3);
    let options = SqliteOptions { access: Access::ReadOnly, ..SqliteOptions::default() };
    let reader = SqliteStore::open(world.path(), &options).unwrap();
    assert_eq!(numbers(&reader, &cases_query()), [1, 2, 3]);
    let mut by_text = cases_query();
    by_text.filter.text = Some(casekit_core::search::Query::parse("text", "aero").unwrap());
    let refused = [
        reader.search(&search_query("aero")).map(|_| ()),
        reader.cases(&by_text).map(|_| ()),
        customers(&reader, "lucja").map(|_| ()),
    ];
    for refused in refused {
        let error = refused.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::ReadOnly);
        assert!(error.to_string().contains("open the file once so that it can be written to"), "{error}");
    }
    world.second().close().unwrap();
    assert_eq!(reader.search(&search_query("aero")).unwrap().answer.rows.len(), 1);
}

#[test]
fn who_has_the_file_open_while_newer_rules_come_writes_and_finds_nothing_by_its_own() {
    let world = World::new();
    raise("Lamp").on(&world.store);
    alter(&world, &format!("UPDATE file SET text_rules = {}", casekit_core::text::RULES + 1));
    let late = world.store.commit(vec![raise("Candle").commit()]).map(|_| ());
    for refused in [late, world.store.search(&search_query("lamp")).map(|_| ())] {
        assert_eq!(refused.unwrap_err().kind(), StoreErrorKind::TooNew);
    }
    assert_eq!(numbers(&world.store, &cases_query()), [1]);
}

/// What a file says of how far its search was made, though all of it was, and what else is altered.
const SAID: &[&str] = &[
    "UPDATE file SET search_part = 1",
    "UPDATE file SET search_part = 1, search_after = 2",
    "UPDATE file SET search_part = 2",
    "UPDATE file SET search_part = 3",
    "UPDATE file SET search_part = 3, search_after = 9223372036854775807",
    "UPDATE file SET search_part = 9223372036854775807, search_after = -1",
    // What was made before is emptied, or cannot be gone on with.
    "UPDATE file SET search_part = 2; INSERT INTO search (search) VALUES ('delete-all')",
    "UPDATE file SET search_part = 1; UPDATE search_config SET v = 9 WHERE k = 'version'",
    "UPDATE file SET search_part = 77; UPDATE search_config SET v = 9 WHERE k = 'version'",
    "UPDATE file SET search_part = 1; UPDATE search_idx SET segid = segid + 10",
    "UPDATE file SET search_part = 1; UPDATE search_data SET block = x'00' WHERE id = 10",
];

#[test]
fn a_file_that_says_wrongly_how_far_its_search_is_made_has_it_made_right() {
    for sql in SAID {
        let world = old_file(5);
        is_made_anew(&world.second(), 5);
        alter(&world, sql);
        let (store, told) = open_for(&world, usize::MAX);
        let store = store.unwrap_or_else(|error| panic!("{sql}: {error}"));
        assert_eq!(told.last(), Some(&SearchProgress { made: 7, total: 7 }), "{sql}");
        store.check().unwrap_or_else(|error| panic!("{sql}: {error}"));
        is_made_anew(&store, 5);
        raise("Written after it").on(&store);
        store.check().unwrap();
    }
}

#[test]
fn a_file_whose_search_cannot_be_made_for_damage_is_refused_as_it_was() {
    let damages = [
        "UPDATE definitions SET body = substr(body, 1, 40)",
        "DELETE FROM definitions",
        "UPDATE cases SET title = CAST(x'ff' AS TEXT) WHERE number = 3",
        "UPDATE notes SET text = CAST(x'ff' AS TEXT)",
        "UPDATE customers SET name = CAST(x'ff' AS TEXT)",
    ];
    for damage in damages {
        let world = old_file(5);
        let store = world.second();
        write(&store, set_up("C"));
        store.close().unwrap();
        alter(&world, OLDER);
        alter(&world, &format!("PRAGMA ignore_check_constraints = ON; {damage}"));
        let before = std::fs::read(world.path()).unwrap();
        let (refused, told) = open_for(&world, usize::MAX);
        assert_eq!(refused.map(drop).map_err(|error| error.kind()), Err(StoreErrorKind::Corrupt), "{damage}");
        assert!(told.is_empty() && std::fs::read(world.path()).unwrap() == before, "{damage}: unchanged");
    }
}
