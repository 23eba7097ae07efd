//! What is derived is made anew, and nothing else changes by it.

use super::backlog::{backlog, whole_journey};
use super::build::{NewCase, WORD, everything, query};
use super::counts::all;
use crate::store::{CountBy, SearchQuery, Store};

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
        let found = SearchQuery {
            text: query("lamp"),
            types: None,
            own: None,
            notes: true,
            internal: true,
            cases: true,
            after: None,
            limit: 50,
        };
        (everything(store), store.search(&found).unwrap(), store.count_cases(&all(CountBy::Stage)).unwrap())
    };
    let before = seen();
    assert_eq!(store.repair_derived().unwrap(), 0);
    assert_eq!(seen(), before);
    clerk.customer(WORD);
    store.check().unwrap();
}
