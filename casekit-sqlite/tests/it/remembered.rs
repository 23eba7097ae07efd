//! What a writer remembers from one transaction to the next is what stands in the file.

use crate::support::*;
use casekit_core::commit::{Commit, Expect, Receipt, Refused};
use casekit_core::model::{NoteId, State, StreamId, Visibility};
use casekit_core::store::{LoadPlan, Store};

fn relying_on_settings(revision: u64) -> Commit {
    let mut commit = raise("Leaking tap").commit();
    commit.expect.push(Expect::Revision(StreamId::Settings, revision));
    commit
}

/// The settings changed once more.
fn settings(store: &dyn Store, prefix: &str) -> Commit {
    let mut commit = set_up(prefix);
    let settings = store.load(&LoadPlan::default()).unwrap().catalog.settings.clone();
    commit.read_set.extend(settings.map(|settings| State::Settings((*settings).clone())));
    commit
}

fn place(receipt: &Receipt) -> (u64, Option<u64>) {
    (receipt.position, receipt.number.as_ref().map(|number| number.value))
}

#[test]
fn numbers_positions_and_settings_of_another_writer_are_seen() {
    let world = World::new();
    let other = world.second();
    let mut places = Vec::new();
    for store in [&world.store, &world.store, &other, &world.store, &other] {
        places.push(place(&write(store, raise("Leaking tap").commit()).receipt));
    }
    assert_eq!(places, (1..=5).map(|n| (n, Some(n))).collect::<Vec<_>>());
    write(&world.store, settings(&world.store, "A"));
    write(&world.store, relying_on_settings(1));
    write(&other, settings(&other, "B"));
    let stale = Refused::Stale(Expect::Revision(StreamId::Settings, 1));
    assert_eq!(one(&world.store, relying_on_settings(1)), Err(stale));
    write(&world.store, relying_on_settings(2));
    other.check().unwrap();
}

#[test]
fn who_relies_on_what_changed_within_the_same_transaction_is_stale() {
    let world = World::new();
    write(&world.store, settings(&world.store, "A"));
    write(&world.store, relying_on_settings(1));
    let batch = vec![
        relying_on_settings(1),
        settings(&world.store, "B"),
        relying_on_settings(1),
        relying_on_settings(2),
    ];
    let results = world.store.commit(batch).unwrap();
    let stale = Refused::Stale(Expect::Revision(StreamId::Settings, 1));
    let written: Vec<_> = results.iter().map(|result| result.as_ref().map(|_| ())).collect();
    assert_eq!(written, vec![Ok(()), Ok(()), Err(&stale), Ok(())]);
    world.store.check().unwrap();
}

#[test]
fn the_definitions_of_a_transaction_that_was_undone_are_not_remembered() {
    let world = World::new();
    write(&world.store, settings(&world.store, "A"));
    let raised = raise("Leaking tap").on(&world.store);
    let mut twice = settings(&world.store, "B");
    // A number that is taken: the constraint refuses it half-way.
    let second = add_note(&raised, NoteId(fresh()), None, "One", Visibility::Internal);
    write(&world.store, second.clone());
    let mut wrong = second;
    wrong.expect.clear();
    twice.drafts.extend(wrong.drafts);
    twice.salts.extend(wrong.salts);
    twice.read_set.extend(wrong.read_set);
    assert!(one(&world.store, twice).is_err());
    write(&world.store, relying_on_settings(1));
    world.store.check().unwrap();
}

#[test]
fn after_many_words_at_once_everything_is_found_as_before() {
    let world = World::new();
    let many = (0..120).map(|place| {
        let words: Vec<String> = (0..20).map(|word| format!("word{}", place * 20 + word)).collect();
        raise(&words.join(" ")).commit()
    });
    for result in world.store.commit(many.collect()).unwrap() {
        result.unwrap();
    }
    // More than a writer bears a table that has become large.
    for place in 0..80 {
        let raised = raise(&format!("Small{place} case")).on(&world.store);
        write(&world.store, add_note(&raised, NoteId(fresh()), None, "A word of it", Visibility::Internal));
        write(&world.store, retitle(&case(&world.store, raised.id), &format!("Other{place} case")));
    }
    for place in 0..80 {
        assert_eq!(found(&world.store, &format!("other{place} ")).len(), 1, "{place}");
        assert_eq!(found(&world.store, &format!("small{place} ")).len(), 0, "{place}");
    }
    assert_eq!(found(&world.store, "word42 ").len(), 1);
    world.store.check().unwrap();
}

#[test]
fn beyond_the_greatest_generation_settings_can_still_be_changed_and_are_seen_by_all() {
    let world = World::new();
    write(&world.store, settings(&world.store, "A"));
    let stranger = rusqlite::Connection::open(world.path()).unwrap();
    stranger.execute("UPDATE file SET generation = ?1", [i64::MAX]).unwrap();
    drop(stranger);
    let store = world.second();
    for prefix in ["B", "C"] {
        write(&store, settings(&store, prefix));
        for store in [&store, &world.store] {
            let catalog = store.catalog().unwrap();
            assert_eq!(catalog.settings.as_ref().unwrap().number_prefix, prefix);
        }
    }
    store.check().unwrap();
}
