//! What is derived is made anew, and nothing else changes by it.

use super::backlog::{backlog, whole_journey};
use super::build::{NewCase, WORD, everything};
use super::counts::all;
use super::search::ask;
use crate::store::{CountBy, Store};

pub fn repairing_a_sound_store_finds_nothing_and_changes_nothing(store: &dyn Store) {
    assert_eq!(store.repair_derived().unwrap(), 0, "an empty store");
    let backlog = backlog(store);
    let clerk = &backlog.clerk;
    clerk.customer("Ada");
    let case = clerk.raise(NewCase::of(&clerk.case_type("Support"), "Lamp")).id;
    clerk.note(case, "Lamp");
    for draft in whole_journey(clerk, case) {
        clerk.write_drafts(vec![draft]);
    }
    let seen = || {
        (
            everything(store),
            store.search(&ask("lamp")).unwrap(),
            store.count_cases(&all(CountBy::Stage)).unwrap(),
        )
    };
    let before = seen();
    assert_eq!(store.repair_derived().unwrap(), 0);
    assert_eq!(seen(), before);
    clerk.customer(WORD);
    store.check().unwrap();
}
