//! Search as people type: the table of the text rules, and the numbers of cases.

use super::build::{Clerk, RawCase};
use super::search::search;
use crate::store::Store;
use crate::text::typed::TYPED;

pub fn texts_are_found_as_people_type_in_every_script(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case = clerk.raise(RawCase::of(&clerk.case_type("Support"), "Typed"));
    let notes: Vec<_> = TYPED.iter().map(|row| clerk.note(case.id, row.text).id).collect();
    for (row, note) in TYPED.iter().zip(notes) {
        let found = |typed: &str| search(store, typed).iter().any(|found| found.note == Some(note));
        for typed in row.finds {
            assert!(found(typed), "{}: `{typed}` finds `{}`", row.what, row.text);
        }
        for typed in row.misses {
            assert!(!found(typed), "{}: `{typed}` does not find `{}`", row.what, row.text);
        }
    }
    store.check().unwrap();
}

pub fn the_prefix_of_case_numbers_is_no_word(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case_type = clerk.case_type("Support");
    let number = clerk.raise(RawCase::of(&case_type, "Vitamin D")).number;
    clerk.raise(RawCase::of(&case_type, "Vitamin B"));
    for typed in ["c", "C ", "vitamin c", "c++", "C-"] {
        assert_eq!(search(store, typed), [], "{typed}");
    }
    let (full, bare) = (number.to_string(), number.value);
    let spaced = full.replace('-', " ");
    for typed in [&full, &full.to_lowercase(), &spaced, &full.replace('-', ""), &format!("c-{bare} ")] {
        assert_eq!(search(store, typed).len(), 1, "{typed}");
    }
}
