//! The directory of people.

use super::build::{Clerk, actor, everything, name};
use crate::commit::{Claim, ClaimKind, Expect, Refused};
use crate::memory::MemoryStore;
use crate::model::{Person, PersonId, StreamId};
use crate::store::{LoadPlan, PeopleQuery, PersonRow, Store};

/// Who is called what: two have the very same name, and one id is that of another in capital letters.
const PEOPLE: [(&str, &str); 5] = [
    ("u-9", "Ada Obi"),
    ("u-17", "Zoë Straßer"),
    ("U-9", "Bea Ito"),
    ("über", "Ada Obi"),
    ("a", "返金 太郎"),
];

pub fn people_come_by_the_bytes_of_their_actor_ids(store: &dyn Store) {
    enter(&Clerk::new(store));
    let mut due = PEOPLE.to_vec();
    due.sort_unstable();
    for limit in [1, 2, 500] {
        let mut rows: Vec<PersonRow> = Vec::new();
        loop {
            let after = rows.last().map(|row| row.actor.clone());
            let page = store.people(&PeopleQuery::All { after, limit }).unwrap();
            assert!(page.len() <= limit as usize);
            if page.is_empty() {
                break;
            }
            rows.extend(page);
        }
        let found: Vec<_> = rows.iter().map(|row| (row.actor.as_str(), row.name.as_str())).collect();
        assert_eq!(found, due, "pages of {limit}");
    }
}

pub fn a_row_of_a_person_says_whether_another_has_the_very_same_name(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let ids = enter(&clerk);
    let shared = || -> Vec<String> {
        let all = store.people(&PeopleQuery::All { after: None, limit: 500 }).unwrap();
        let those = store.people(&PeopleQuery::Those(all.iter().map(|row| row.actor.clone()).collect()));
        assert_eq!(those.unwrap(), all, "both ways tell the same");
        all.into_iter().filter(|row| row.shared).map(|row| row.actor.into()).collect()
    };
    assert_eq!(shared(), ["u-9", "über"]);
    clerk.write_drafts(vec![clerk.renames_person(ids[0], Some("Ada Obi"), "Ada Lund")]);
    assert_eq!(shared(), [""; 0]);
}

pub fn people_are_found_by_their_exact_actor_ids_and_nobody_else(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let ids = enter(&clerk);
    let those = |wanted: &[&str]| {
        let query = PeopleQuery::Those(wanted.iter().map(|id| actor(id)).collect());
        let rows = store.people(&query).unwrap();
        rows.into_iter().map(|row| row.name.into()).collect::<Vec<String>>()
    };
    assert_eq!(those(&["u-17", "nobody", "u-9", "u-9", "ada"]), ["Zoë Straßer", "Ada Obi"]);
    assert_eq!(
        (those(&["U-9"]), those(&["uber", "u-1"]), those(&[])),
        (vec!["Bea Ito".into()], vec![], vec![])
    );
    let loaded = |wanted: &[&str]| {
        let people = wanted.iter().map(|id| actor(id)).collect();
        store.load(&LoadPlan { people, ..LoadPlan::default() }).unwrap().people
    };
    let zoe = Person { id: ids[1], revision: 1, actor: actor("u-17"), name: Some(name("Zoë Straßer")) };
    assert_eq!((loaded(&["u-17"]), loaded(&["U-17"]), loaded(&[])), (vec![zoe.clone()], vec![], vec![]));
    assert_eq!(loaded(&["nobody", "u-17", "u-17"]), [zoe]);
}

pub fn nobody_is_entered_twice(store: &dyn Store) {
    let clerk = Clerk::new(store);
    enter(&clerk);
    let before = everything(store);
    let again = PersonId(clerk.uuid());
    let mut commit = clerk.commit(vec![clerk.enters_person(again, "u-17", "Zoë")]);
    // Refused also if its decision did not expect the id to be free.
    let claim = Claim::new(ClaimKind::PersonActor, "u-17");
    assert_eq!(clerk.attempt(commit.clone()), Err(Refused::Stale(Expect::Unclaimed(claim.clone()))));
    commit.expect.push(Expect::Unclaimed(claim.clone()));
    assert_eq!(clerk.attempt(commit), Err(Refused::Stale(Expect::Unclaimed(claim))));
    assert_eq!(everything(store), before);
    store.check().unwrap();
}

pub fn a_name_of_a_person_follows_their_newest_event(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let ids = enter(&clerk);
    clerk.write_drafts(vec![
        clerk.renames_person(ids[0], Some("Ada Obi"), "Ada Lund"),
        clerk.renames_person(ids[0], Some("Ada Lund"), "Ada Lund-Obi"),
    ]);
    let stream = StreamId::Person(ids[0]);
    let person = Person { id: ids[0], revision: 3, actor: actor("u-9"), name: Some(name("Ada Lund-Obi")) };
    let people = vec![actor("u-9")];
    assert_eq!(store.load(&LoadPlan { people, ..LoadPlan::default() }).unwrap().people, [person]);
    let stale = {
        let mut commit = clerk.commit(vec![clerk.renames_person(ids[0], None, "Another")]);
        commit.expect = vec![Expect::Revision(stream, 2)];
        clerk.attempt(commit)
    };
    assert_eq!(stale, Err(Refused::Stale(Expect::Revision(stream, 2))));
    store.check().unwrap();
    assert_eq!(store.repair_derived().unwrap(), 0);
}

pub fn people_are_copied_with_their_entries(store: &dyn Store) {
    let from = MemoryStore::new();
    let clerk = Clerk::new(&from);
    let ids = enter(&clerk);
    clerk.write_drafts(vec![clerk.renames_person(ids[2], Some("Bea Ito"), "Bea Ito-Lund")]);
    super::copies::copy(&from, store);
    let all = PeopleQuery::All { after: None, limit: 500 };
    assert_eq!(store.people(&all).unwrap(), from.people(&all).unwrap());
    assert_eq!(everything(store), everything(&from));
    store.check().unwrap();
}

fn enter(clerk: &Clerk<'_>) -> [PersonId; 5] {
    PEOPLE.map(|(id, called)| {
        let entry = PersonId(clerk.uuid());
        clerk.write_drafts(vec![clerk.enters_person(entry, id, called)]);
        entry
    })
}
