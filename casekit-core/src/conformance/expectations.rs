//! What a commit relies on is checked within the write.

use super::build::{Clerk, RawCase, everything};
use crate::commit::{Claim, ClaimKind, Expect, Refused};
use crate::model::{CaseId, CustomerId, StreamId};
use crate::store::{LoadPlan, Located, Store};

pub fn a_stream_must_have_the_revision_that_was_read(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let customer = clerk.customer("Ada");
    let stream = StreamId::Customer(customer.id);
    let stale = clerk.commit(vec![clerk.renames_customer(customer.id, "Ada Late")]);
    clerk.write_drafts(vec![clerk.renames_customer(customer.id, "Ada Obi")]);
    assert_eq!(clerk.attempt(stale), Err(Refused::Stale(Expect::Revision(stream, 1))));
    assert_eq!(clerk.customer_now(customer.id).profile.name.as_str(), "Ada Obi");
    clerk.write_drafts(vec![clerk.renames_customer(customer.id, "Ada Third")]);
    assert_eq!(clerk.customer_now(customer.id).revision, 3);
}

pub fn a_stream_that_is_only_read_is_expected_too(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case_type = clerk.case_type("Support");
    let mut raises = clerk.commit(vec![clerk.raises(CaseId(clerk.uuid()), RawCase::of(&case_type, "One"))]);
    let read = Expect::Revision(StreamId::CaseType(case_type.id), 1);
    raises.expect.push(read.clone());
    clerk.write_drafts(vec![clerk.renames_type(&case_type, "Help")]);
    assert_eq!(clerk.attempt(raises.clone()), Err(Refused::Stale(read)));
    assert_eq!(everything(store).cases, []);
    raises.expect.pop();
    raises.expect.push(Expect::Revision(StreamId::CaseType(case_type.id), 2));
    clerk.write(raises);
}

pub fn a_revision_is_neither_older_nor_newer_than_expected(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let customer = clerk.customer("Ada");
    clerk.write_drafts(vec![clerk.renames_customer(customer.id, "Ada Obi")]);
    for (revision, holds) in [(0, false), (1, false), (2, true), (3, false)] {
        assert_eq!(holds_now(&clerk, Expect::Revision(StreamId::Customer(customer.id), revision)), holds);
    }
}

pub fn a_stream_without_an_event_is_absent_and_has_revision_0(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let there = StreamId::Customer(clerk.customer("Ada").id);
    let nobody = StreamId::Customer(CustomerId(clerk.uuid()));
    let same_uuid = StreamId::Case(CaseId(there.uuid()));
    for absent in [nobody, same_uuid, StreamId::Ledger, StreamId::Settings] {
        assert!(holds_now(&clerk, Expect::Absent(absent)), "{absent}");
        assert!(holds_now(&clerk, Expect::Revision(absent, 0)), "{absent}");
        assert!(!holds_now(&clerk, Expect::Revision(absent, 1)), "{absent}");
    }
    assert!(!holds_now(&clerk, Expect::Absent(there)));
}

pub fn a_stream_is_there_from_its_first_event(store: &dyn Store) {
    let clerk = Clerk::new(store);
    clerk.write_drafts(vec![clerk.imports(), clerk.changes_settings("C")]);
    for stream in [StreamId::Ledger, StreamId::Settings] {
        assert!(!holds_now(&clerk, Expect::Absent(stream)), "{stream}");
        assert!(holds_now(&clerk, Expect::Revision(stream, 1)), "{stream}");
    }
}

pub fn the_expectation_that_broke_is_named(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let (ada, bea) = (clerk.customer("Ada"), clerk.customer("Bea"));
    let mut commit = clerk.commit(vec![clerk.changes_settings("C")]);
    let broken = Expect::Revision(StreamId::Customer(bea.id), 9);
    commit.expect.extend([
        Expect::Revision(StreamId::Customer(ada.id), 1),
        broken.clone(),
        Expect::Absent(StreamId::Ledger),
    ]);
    assert_eq!(clerk.attempt(commit), Err(Refused::Stale(broken)));
}

pub fn a_name_that_somebody_has_is_claimed_however_it_is_written(store: &dyn Store) {
    let clerk = Clerk::new(store);
    clerk.case_type("Straße 9");
    for (name, free) in
        [("STRASSE 9", false), (" straße 9 ", false), ("Ｓtrasse 9", false), ("Strase 9", true)]
    {
        let claim = Claim::new(ClaimKind::CaseTypeName, name);
        assert_eq!(holds_now(&clerk, Expect::Unclaimed(claim)), free, "{name}");
    }
    let other_kind = Claim::new(ClaimKind::WorkflowName, "Straße 9");
    assert!(holds_now(&clerk, Expect::Unclaimed(other_kind)));
}

pub fn a_name_that_is_given_up_is_free_and_the_new_one_is_not(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let unclaimed = |name| Expect::Unclaimed(Claim::new(ClaimKind::CaseTypeName, name));
    let case_type = clerk.case_type("Support");
    clerk.write_drafts(vec![clerk.renames_type(&case_type, "Help")]);
    assert!(holds_now(&clerk, unclaimed("Support")));
    assert!(!holds_now(&clerk, unclaimed("Help")));
    clerk.case_type("Support");
    assert!(!holds_now(&clerk, unclaimed("Support")));
    store.check().unwrap();
}

pub fn a_reference_is_free_once_its_customer_has_another_or_none(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let unclaimed = |text| Expect::Unclaimed(Claim::new(ClaimKind::CustomerReference, text));
    let id = CustomerId(clerk.uuid());
    clerk.write_drafts(vec![clerk.creates_customer(id, "Ada", Some("X-1"))]);
    assert!(!holds_now(&clerk, unclaimed("X-1")));
    clerk.write_drafts(vec![clerk.refers_to_customer(id, Some("X-2"))]);
    assert!(holds_now(&clerk, unclaimed("X-1")));
    assert!(!holds_now(&clerk, unclaimed("X-2")));
    clerk.write_drafts(vec![clerk.refers_to_customer(id, None)]);
    assert!(holds_now(&clerk, unclaimed("X-2")));
}

pub fn the_reference_of_an_import_is_claimed_for_good(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case_type = clerk.case_type("Support");
    let new = RawCase { reference: Some("Old-7".to_owned()), ..RawCase::of(&case_type, "One") };
    let case = clerk.raise(new);
    clerk.write_drafts(vec![clerk.retitles(case.id, "Another title")]);
    let claim = Claim::new(ClaimKind::ImportReference, "Old-7");
    assert!(!holds_now(&clerk, Expect::Unclaimed(claim.clone())));
    let loaded = store.load(&LoadPlan { claims: vec![claim], ..LoadPlan::default() }).unwrap();
    assert_eq!(loaded.claims.first().map(|found| found.stream), Some(StreamId::Case(case.id)));
    store.check().unwrap();
}

pub fn the_reference_of_a_request_that_arrived_is_claimed_for_good(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case_type = clerk.case_type("Data request");
    let raise = |reference| {
        let id = CaseId(clerk.uuid());
        let raised = clerk.raises(id, RawCase::of(&case_type, "From the webform"));
        (id, clerk.commit(vec![raised, clerk.receives_request(id, reference)]))
    };
    let (first, arrives) = raise("Web-7");
    clerk.write(arrives);
    clerk.write_drafts(vec![clerk.retitles(first, "Another title")]);
    let claim = Claim::new(ClaimKind::IntakeReference, "Web-7");
    let loaded = store.load(&LoadPlan { claims: vec![claim.clone()], ..LoadPlan::default() }).unwrap();
    assert_eq!(loaded.claims, [Located { claim: claim.clone(), stream: StreamId::Case(first) }]);

    let before = everything(store);
    let (_, mut again) = raise(" Web-7");
    again.expect.push(Expect::Unclaimed(claim.clone()));
    assert_eq!(clerk.attempt(again), Err(Refused::Stale(Expect::Unclaimed(claim))));
    let (_, careless) = raise("Web-7");
    // How it is refused is left to the store.
    let answers = store.commit(vec![careless]);
    assert!(!matches!(answers.as_deref(), Ok([Ok(_)])), "two cases have one reference");
    assert_eq!(everything(store), before);
    // The same text is free as a reference of another kind.
    let new = RawCase { reference: Some("Web-7".to_owned()), ..RawCase::of(&case_type, "Imported") };
    clerk.raise(new);
    store.check().unwrap();
}

pub fn requests_that_share_a_reference_are_found_by_it(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case_type = clerk.case_type("Data request");
    let [first, second, third, other] =
        [("Web-7", 1), ("Web-7", 2), ("Web-7", 3), ("web-7", 1)].map(|(known_as, number)| {
            let id = clerk.raise(RawCase::of(&case_type, "From the webform")).id;
            clerk.write_drafts(vec![clerk.receives_another(id, known_as, number)]);
            id
        });
    let claim = Claim::new(ClaimKind::IntakeReference, "Web-7");
    let found = |claims: Vec<Claim>, newest_of: Option<&Claim>| {
        let plan =
            LoadPlan { claims, newest_of: newest_of.cloned(), claimed_cases: true, ..LoadPlan::default() };
        let loaded = store.load(&plan).unwrap();
        let streams =
            loaded.claims.into_iter().map(|found| (found.claim.number, found.stream)).collect::<Vec<_>>();
        let cases: Vec<CaseId> = loaded.claimed_cases.into_iter().map(|case| case.id).collect();
        assert!(loaded.cases.is_empty(), "what decisions look at is not what the actor asked for");
        (streams, cases)
    };
    let at = |number, id| (number, StreamId::Case(id));
    assert_eq!(found(vec![claim.clone().numbered(2)], None), (vec![at(2, second)], vec![second]));
    assert_eq!(found(Vec::new(), Some(&claim)), (vec![at(3, third)], vec![third]), "the newest");
    assert_eq!(found(vec![claim.clone()], Some(&claim)).0, [at(1, first), at(3, third)]);
    let folded = Claim::new(ClaimKind::IntakeReference, "web-7");
    assert_eq!(found(Vec::new(), Some(&folded)), (vec![at(1, other)], vec![other]), "another reference");
    let print = Claim::new(ClaimKind::IntakeFingerprint, "print of Web-7 2");
    assert_eq!(found(vec![print], None).1, [second]);
    assert!(!holds_now(&clerk, Expect::Unclaimed(claim.clone().numbered(3))));
    assert!(holds_now(&clerk, Expect::Unclaimed(claim.numbered(4))));
    store.check().unwrap();
}

pub fn two_swap_their_references_in_one_commit(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let (ada, bea) = (CustomerId(clerk.uuid()), CustomerId(clerk.uuid()));
    clerk.write_drafts(vec![clerk.creates_customer(ada, "Ada", Some("X-1"))]);
    clerk.write_drafts(vec![clerk.creates_customer(bea, "Bea", Some("X-2"))]);
    let swap = [clerk.refers_to_customer(ada, Some("X-2")), clerk.refers_to_customer(bea, Some("X-1"))];
    clerk.write_drafts(swap.to_vec());
    assert_eq!(store.customer_by_reference("X-1").unwrap(), Some(bea));
    assert_eq!(store.customer_by_reference("X-2").unwrap(), Some(ada));
    store.check().unwrap();
}

pub fn nobody_gets_a_name_that_another_has_even_unexpected(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let (ada, bea) = (CustomerId(clerk.uuid()), CustomerId(clerk.uuid()));
    clerk.write_drafts(vec![clerk.creates_customer(ada, "Ada", Some("X-1"))]);
    let before = everything(store);
    let careless = clerk.commit(vec![clerk.creates_customer(bea, "Bea", Some("X-1"))]);
    // How it is refused is left to the store.
    let answers = store.commit(vec![careless]);
    assert!(!matches!(answers.as_deref(), Ok([Ok(_)])), "two customers have one reference");
    assert_eq!(everything(store), before);
    assert_eq!(store.customer_by_reference("X-1").unwrap(), Some(ada));
    store.check().unwrap();
}

/// Whether a commit that relies on the expectation is written.
fn holds_now(clerk: &Clerk<'_>, expect: Expect) -> bool {
    let mut commit = clerk.commit(Vec::new());
    commit.expect.push(expect.clone());
    match clerk.attempt(commit) {
        Ok(_) => true,
        Err(refused) => {
            assert_eq!(refused, Refused::Stale(expect));
            false
        }
    }
}
