//! What a page reads has a bound, whatever else is in the store.

use casekit::casekit_core::conformance::build::{Clerk, RawCase, paged, query};
use casekit::casekit_core::store::{SearchQuery, Store};

use crate::server::{Schema, is_here};

#[test]
fn a_search_whose_scope_leaves_little_of_what_is_found_ends_short_and_goes_on() {
    if !is_here() {
        return;
    }
    let schema = Schema::fresh();
    let store = schema.open();
    let clerk = Clerk::new(&store);
    let [shown, other] = ["Support", "Refunds"].map(|name| clerk.case_type(name));
    let lamp = clerk.raise(RawCase::of(&shown, "Lamp")).id;
    let elsewhere = clerk.raise(RawCase::of(&other, "Lamp")).id;
    // Newer entries of a case that is outside the scope: more than a page looks at.
    schema.meddle(&format!(
        "INSERT INTO org.search SELECT 1000000 + n, '{elsewhere}', gen_random_uuid(), 1, array_to_tsvector(ARRAY['lamp'])
        FROM generate_series(1, 9000) n"
    ));
    let question = SearchQuery {
        text: query("lamp"),
        types: Some(vec![shown.id]),
        teams: None,
        customer: None,
        own: None,
        notes: true,
        internal: true,
        cases: true,
        after: None,
        limit: 5,
    };
    let first = store.search(&question).unwrap().answer;
    assert!(first.rows.is_empty() && first.next.is_some(), "{first:?}");
    let found = paged(|after| store.search(&SearchQuery { after, ..question.clone() }).unwrap().answer);
    assert_eq!(found.iter().map(|row| row.case.id).collect::<Vec<_>>(), [lamp]);
}
