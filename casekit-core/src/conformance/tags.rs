//! Tags: cases are listed and counted by those for which their own stand, whatever was merged and when.

use std::collections::BTreeSet;

use super::build::{Clerk, actor, instant};
use super::counts::{assert_counted, under};
use super::lists::list;
use super::office::{Office, office};
use crate::event::Draft;
use crate::model::{CaseId, StageCategory, TagId};
use crate::store::{CaseFilter, CountBy, Direction, HolderFilter, Sort, Store};

pub fn cases_are_listed_and_counted_by_the_tags_for_which_theirs_stand(store: &dyn Store) {
    let Office { clerk, cases, types, .. } = office(store);
    let tags = ["Roof", "roofing", "Cellar", "Attic"].map(|name| clerk.tag(name));
    let [roof, roofing, cellar, attic] = tags;
    let now = |place: usize| clerk.case_now(cases[place].id);
    let give = |place: usize, added: &[TagId]| clerk.tags(cases[place].id, added, &[]);
    let holds = || held_by_hand(store, &cases.iter().map(|case| case.id).collect::<Vec<_>>(), &clerk, &tags);
    holds();
    clerk.write_drafts(vec![give(0, &[roof]), give(1, &[roof, roofing]), give(2, &[roofing, cellar])]);
    clerk.write_drafts(vec![give(3, &[attic, cellar]), give(4, &[roof]), give(5, &[roofing])]);
    holds();
    let steps: Vec<(&str, Vec<Draft>)> = vec![
        ("a case that has both goes elsewhere", vec![clerk.gives(&now(1), None)]),
        ("a tag is taken off", vec![clerk.tags(cases[4].id, &[], &[roof])]),
        ("two are merged, which one case has both of", vec![clerk.merges_tag(roofing, roof)]),
        ("a case of the merged one moves", vec![clerk.moves(&now(5), StageCategory::Resolved)]),
        ("one that has both loses one of them", vec![clerk.tags(cases[1].id, &[], &[roofing])]),
        ("and the other", vec![clerk.tags(cases[1].id, &[], &[roof])]),
        ("it gets the one that was merged", vec![clerk.tags(cases[1].id, &[roofing], &[])]),
        ("renaming changes nothing", vec![clerk.renames_tag(roof, "Roof", "Roofs")]),
        ("what others were merged into is merged", vec![clerk.merges_tag(roof, cellar)]),
        ("a case that had three has one", vec![clerk.links(&now(2), None)]),
        (
            "and in one commit with a case",
            vec![clerk.tags(cases[6].id, &[attic], &[]), clerk.merges_tag(attic, cellar)],
        ),
    ];
    for (what, drafts) in steps {
        // What a draft says was before is not what counts here.
        clerk.write_drafts(drafts);
        holds();
        store.check().unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(store.repair_derived().unwrap(), 0, "{what}");
    }
    let filter = CaseFilter { tags: vec![roof], types: Some(vec![types[0].id]), ..CaseFilter::default() };
    assert_counted(store, &under(CountBy::Stage, filter));
}

pub fn a_commit_gives_a_case_the_tags_that_it_makes(store: &dyn Store) {
    let Office { clerk, cases, .. } = office(store);
    let tag = TagId(clerk.uuid());
    // The case is first, as the receipt is to name it first.
    clerk.write_drafts(vec![clerk.tags(cases[0].id, &[tag], &[]), clerk.creates_tag(tag, "Roof")]);
    let filter = CaseFilter { tags: vec![tag], ..CaseFilter::default() };
    let found = list(store, filter, Sort::Number, Direction::Ascending, 5);
    assert_eq!(found.iter().map(|row| row.id).collect::<Vec<_>>(), [cases[0].id]);
    assert_eq!(found[0].tags, BTreeSet::from([tag]));
    store.check().unwrap();
}

/// Lists and counts by each set of tags, with other conditions, are what reading each case gives.
fn held_by_hand(store: &dyn Store, cases: &[CaseId], clerk: &Clerk<'_>, tags: &[TagId]) {
    let catalog = store.catalog().unwrap();
    let none = CaseFilter::default;
    let with = [
        none(),
        CaseFilter { categories: Some(vec![StageCategory::Open]), ..none() },
        CaseFilter { holder: Some(HolderFilter::By(actor("bea"))), ..none() },
        CaseFilter { own: Some(actor("ada")), ..none() },
        CaseFilter { raised_from: Some(instant(0)), ..none() },
    ];
    for (one, first) in tags.iter().enumerate() {
        let alone = std::iter::once(vec![*first]);
        let pairs = tags.iter().skip(one + 1).map(|other| vec![*first, *other]);
        for wanted in alone.chain(pairs) {
            let in_use = catalog.tags_in_use(&wanted);
            let has = |id: &&CaseId| catalog.tags_in_use(&clerk.case_now(**id).tags).is_superset(&in_use);
            let expected: BTreeSet<CaseId> = cases.iter().filter(has).copied().collect();
            let filter = CaseFilter { tags: in_use.into_iter().collect(), ..none() };
            for sort in [Sort::Number, Sort::Raised, Sort::Updated] {
                let rows = list(store, filter.clone(), sort, Direction::Descending, 2);
                let found: BTreeSet<CaseId> = rows.iter().map(|row| row.id).collect();
                assert_eq!((rows.len(), &found), (expected.len(), &expected), "{wanted:?} by {sort:?}");
            }
            for by in CountBy::ALL {
                for other in &with {
                    let filter = CaseFilter { tags: filter.tags.clone(), ..other.clone() };
                    assert_counted(store, &under(by, filter));
                }
            }
        }
    }
    for other in with {
        assert_counted(store, &under(CountBy::Tag, other));
    }
}
