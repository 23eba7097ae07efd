//! Numbers and positions are unique and never reused; positions increase in the order of commits.

use std::collections::BTreeSet;

use super::build::{Clerk, RawCase, at_time, everything, instant};
use crate::commit::{Commit, Committed, Expect, Refused};
use crate::event::{CaseFact, Fact, LedgerFact};
use crate::model::{CaseId, Lineage, StreamId};
use crate::store::{Cursor, EventQuery, LoadPlan, Store};

pub fn a_number_is_greater_than_any_that_was_returned_before(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case_type = clerk.case_type("Support");
    let numbers: Vec<u64> =
        (0..5).map(|_| clerk.raise(RawCase::of(&case_type, "One")).number.value).collect();
    assert!(numbers.iter().all(|number| *number > 0), "{numbers:?}");
    assert!(numbers.is_sorted_by(|number, next| number < next), "{numbers:?}");
}

pub fn numbers_of_one_batch_are_unique_and_greater_than_those_before(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case_type = clerk.case_type("Support");
    let mut returned = BTreeSet::from([clerk.raise(RawCase::of(&case_type, "First")).number.value]);
    for size in [5, 1, 8] {
        let batch = clerk.raise_all((0..size).map(|_| RawCase::of(&case_type, "In a batch")).collect());
        let greatest = returned.last().copied();
        for number in batch.iter().map(|case| case.number.value) {
            assert!(Some(number) > greatest, "{number} is not greater than {greatest:?}");
            assert!(returned.insert(number), "{number} was given twice");
        }
    }
    assert!(Some(clerk.raise(RawCase::of(&case_type, "Last")).number.value) > returned.last().copied());
}

pub fn a_number_is_not_reused_after_a_refused_raise(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case_type = clerk.case_type("Support");
    let mut numbers = Vec::new();
    for _ in 0..3 {
        numbers.push(clerk.raise(RawCase::of(&case_type, "Raised")).number.value);
        let mut refused =
            clerk.commit(vec![clerk.raises(CaseId(clerk.uuid()), RawCase::of(&case_type, "Refused"))]);
        refused.expect.push(Expect::Revision(StreamId::Ledger, 1));
        let raised =
            clerk.commit(vec![clerk.raises(CaseId(clerk.uuid()), RawCase::of(&case_type, "Raised"))]);
        let answers = store.commit(vec![refused, raised]).unwrap();
        let [refused, raised]: [Result<Committed, Refused>; 2] = answers.try_into().unwrap();
        assert!(refused.is_err());
        numbers.push(raised.unwrap().receipt.number.unwrap().value);
    }
    assert!(numbers.is_sorted_by(|number, next| number < next), "{numbers:?}");
}

pub fn numbers_go_on_from_the_floor_of_a_restored_file(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case_type = clerk.case_type("Support");
    let raise = || clerk.raise(RawCase::of(&case_type, "One")).number.value;
    let first = raise();
    clerk.write_drafts(vec![clerk.restores(None)]);
    let second = raise();
    assert!(first < second && second < 1_000, "no floor changes nothing");
    let mut refused = clerk.commit(vec![clerk.restores(Some(5_000))]);
    refused.expect.push(Expect::Revision(StreamId::Settings, 99));
    assert!(clerk.attempt(refused).is_err());
    let restored = clerk.commit(vec![clerk.restores(Some(1_000))]);
    let raised = clerk.commit(vec![clerk.raises(CaseId(clerk.uuid()), RawCase::of(&case_type, "Two"))]);
    let answers = store.commit(vec![restored, raised]).unwrap();
    let third = answers.into_iter().last().unwrap().unwrap().receipt.number.unwrap().value;
    assert!((1_000..5_000).contains(&third), "{third}");
    clerk.write_drafts(vec![clerk.restores(Some(10))]);
    clerk.write_drafts(vec![clerk.imports()]);
    let fourth = raise();
    assert!(third < fourth && fourth < 5_000, "a floor below what there is changes nothing");
    assert!(raise() > fourth);
    store.check().unwrap();
}

pub fn a_case_keeps_its_number_and_its_prefix(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case_type = clerk.case_type("Support");
    let id = CaseId(clerk.uuid());
    let mut raises = clerk.raises(id, RawCase::of(&case_type, "One"));
    if let Fact::Case(_, CaseFact::CaseRaised { number, .. }) = &mut raises.fact {
        number.prefix = "HELP-DESK".into();
    }
    let number = clerk.write_drafts(vec![raises]).receipt.number.unwrap();
    assert_eq!(number.prefix.as_ref(), "HELP-DESK");
    clerk.write_drafts(vec![clerk.retitles(id, "Another title")]);
    clerk.raise(RawCase::of(&case_type, "Two"));
    assert_eq!(clerk.case_now(id).number, number);
    let plan = LoadPlan { case_numbers: vec![number.value], ..LoadPlan::default() };
    assert_eq!(store.load(&plan).unwrap().cases, [clerk.case_now(id)]);
    assert_eq!(everything(store).cases[0].number, number);
}

pub fn positions_increase_and_are_not_reused_after_a_refused_commit(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let mut positions = Vec::new();
    for round in 0..3 {
        let mut refused = clerk.commit(vec![clerk.changes_settings("C"), clerk.changes_settings("D")]);
        refused.expect.push(Expect::Revision(StreamId::Ledger, 99));
        assert!(clerk.attempt(refused).is_err());
        let receipt = clerk.write_drafts(vec![clerk.changes_settings("C"), clerk.imports()]).receipt;
        positions.extend([receipt.position, receipt.position + 1]);
        assert_eq!(store.last_position().unwrap(), receipt.position + 1, "round {round}");
    }
    let shown = store.events(&EventQuery::All { after: 0, limit: 100 }).unwrap();
    assert_eq!(shown.iter().map(|event| event.position).collect::<Vec<_>>(), positions);
    assert!(positions.is_sorted_by(|position, next| position < next), "{positions:?}");
}

pub fn the_newest_place_is_of_the_line_of_the_ledger(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let newest = || store.newest().unwrap();
    assert_eq!(newest(), Cursor { lineage: Lineage::NONE, position: 0 }, "an empty store");
    let first = clerk.write_drafts(vec![clerk.imports()]).receipt.position;
    assert_eq!(newest(), Cursor { lineage: Lineage::NONE, position: first }, "nobody set it up");
    let [line, other] = [(); 2].map(|()| Lineage(clerk.uuid()));
    let begun = clerk.write_drafts(vec![clerk.begins(line)]).receipt.position;
    assert_eq!(newest(), Cursor { lineage: line, position: begun });
    let mut restores = clerk.restores(None);
    if let Fact::Ledger(LedgerFact::Restored { lineage, position, .. }) = &mut restores.fact {
        (*lineage, *position) = (other, begun);
    }
    let mut refused = clerk.commit(vec![restores.clone()]);
    refused.expect.push(Expect::Revision(StreamId::Settings, 99));
    assert!(clerk.attempt(refused).is_err());
    assert_eq!(newest().lineage, line, "what was refused changes nothing");
    let restored = clerk.write_drafts(vec![restores]).receipt.position;
    let last = clerk.write_drafts(vec![clerk.imports()]).receipt.position;
    assert_eq!(newest(), Cursor { lineage: other, position: last });

    let ledger = store.load(&LoadPlan { ledger: true, ..LoadPlan::default() }).unwrap().ledger;
    let is_of = |lineage, position| Cursor { lineage, position }.is_of(&ledger, last);
    assert!(is_of(line, begun) && !is_of(line, restored), "{ledger:?}");
    assert!(is_of(other, restored) && is_of(other, last) && !is_of(other, last + 1));
    store.check().unwrap();
}

pub fn a_line_begins_where_another_server_took_over(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let [line, other] = [(); 2].map(|()| Lineage(clerk.uuid()));
    clerk.write_drafts(vec![clerk.begins(line)]);
    let ledger = || store.load(&LoadPlan { ledger: true, ..LoadPlan::default() }).unwrap().ledger;
    let (before, at) = (store.newest().unwrap(), instant(9_000));
    let given = clerk.commit(vec![at_time(at, clerk.imports())]);
    let commit = Commit::taken_over(ledger(), before.position, other, &[given]);
    let taken = clerk.attempt(commit.clone()).unwrap().receipt.position;
    assert_eq!(store.newest().unwrap(), Cursor { lineage: other, position: taken });
    let is_of = |lineage, position| Cursor { lineage, position }.is_of(&ledger(), taken);
    assert!(is_of(line, before.position) && !is_of(line, taken) && is_of(other, taken));
    let written = store.events(&EventQuery::All { after: before.position, limit: 5 }).unwrap();
    assert_eq!(written.iter().map(|event| event.header.at).collect::<Vec<_>>(), [at]);
    assert!(clerk.attempt(commit).is_err(), "it is of one state of the ledger");
    store.check().unwrap();
}
