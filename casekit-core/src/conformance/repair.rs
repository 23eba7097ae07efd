//! What is derived is made anew, and nothing else changes by it.

use super::backlog::{backlog, whole_course};
use super::build::{RawCase, WORD, everything};
use super::counts::all;
use super::search::{self, ask};
use crate::store::{CheckPlace, CountBy, Store};

pub fn a_check_in_parts_comes_to_an_end(store: &dyn Store) {
    let backlog = backlog(store);
    backlog.clerk.note(backlog.cases[0].id, "Lamp");
    for limit in [1, 7, 1_000_000] {
        let (mut after, mut parts) = (None, 0);
        loop {
            after = store.check_part(after.as_ref(), limit).unwrap();
            parts += 1;
            assert!(parts < 1_000, "it goes on for ever, {limit} rows at a time");
            if after.is_none() {
                break;
            }
            // Others may write between two parts.
            backlog.clerk.write_drafts(vec![backlog.clerk.imports()]);
        }
    }
    store.check_part(Some(&CheckPlace::new("made up")), 10).unwrap();
    store.check().unwrap();
}

pub fn repairing_a_sound_store_finds_nothing_and_changes_nothing(store: &dyn Store) {
    assert_eq!(store.repair_derived().unwrap(), 0, "an empty store");
    let backlog = backlog(store);
    let clerk = &backlog.clerk;
    clerk.customer("Ada");
    let case = clerk.raise(RawCase::of(&clerk.case_type("Support"), "Lamp")).id;
    clerk.note(case, "Lamp");
    for draft in whole_course(clerk, case) {
        clerk.write_drafts(vec![draft]);
    }
    let seen = || {
        (
            everything(store),
            search::all(store, &ask("lamp")),
            store.count_cases(&all(CountBy::Stage)).unwrap().answer,
        )
    };
    let before = seen();
    assert_eq!(store.repair_derived().unwrap(), 0);
    assert_eq!(seen(), before);
    clerk.customer(WORD);
    store.check().unwrap();
}
