//! A request id is claimed in the same commit, and carried out once.

use super::build::{Clerk, RawCase, everything, request_id};
use crate::commit::{Expect, Refused};
use crate::model::{CaseId, State, StreamId};
use crate::store::{LoadPlan, SavedRequest, Store};

pub fn a_request_that_was_carried_out_is_not_carried_out_again(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case_type = clerk.case_type("Support");
    let request = clerk.request("ada", "request 1");
    let mut first = clerk.commit(vec![clerk.raises(CaseId(clerk.uuid()), RawCase::of(&case_type, "One"))]);
    first.request = Some(request.clone());
    clerk.write(first);
    let before = everything(store);

    let mut again = clerk.commit(vec![clerk.raises(CaseId(clerk.uuid()), RawCase::of(&case_type, "Two"))]);
    again.request = Some(clerk.request("ada", "request 1"));
    assert_eq!(clerk.attempt(again.clone()), Err(Refused::RequestClaimed));
    again.request = Some(request);
    assert_eq!(clerk.attempt(again), Err(Refused::RequestClaimed));
    assert_eq!(everything(store), before);
}

pub fn a_repeated_request_is_told_so_although_its_first_time_made_it_stale(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let mut commit = clerk.commit(vec![clerk.changes_settings("C")]);
    commit.request = Some(clerk.request("ada", "request 1"));
    clerk.write(commit.clone());
    assert_eq!(clerk.attempt(commit), Err(Refused::RequestClaimed));
}

pub fn a_request_id_belongs_to_its_actor(store: &dyn Store) {
    let clerk = Clerk::new(store);
    for (who, id) in [("ada", "request 1"), ("bea", "request 1"), ("ada", "request 2"), ("Ada", "request 1")]
    {
        let mut commit = clerk.commit(vec![clerk.changes_settings("C")]);
        commit.request = Some(clerk.request(who, id));
        clerk.write(commit);
    }
}

pub fn a_request_comes_back_as_it_was_given(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let request = clerk.request("ada", "Anfrage / 返金 'x'");
    let case_type = clerk.case_type("Support");
    let mut commit = clerk.commit(vec![clerk.raises(CaseId(clerk.uuid()), RawCase::of(&case_type, "One"))]);
    commit.request = Some(request.clone());
    let receipt = clerk.write(commit).receipt;

    let load = |id| {
        let plan = LoadPlan { request: Some((request.actor.clone(), id)), ..LoadPlan::default() };
        store.load(&plan).unwrap().request
    };
    let saved = SavedRequest { salt: request.salt.to_vec(), fingerprint: request.fingerprint, receipt };
    assert_eq!(load(request.id.clone()), Some(saved));
    assert_eq!(load(request_id("another")), None);
}

pub fn a_commit_without_drafts_claims_its_request_and_says_where_things_stand(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let customer = clerk.customer("Ada");
    let stream = StreamId::Customer(customer.id);
    let before = everything(store);
    let mut nothing = clerk.commit(Vec::new());
    nothing.read_set.push(State::Customer(customer));
    nothing.expect.push(Expect::Revision(stream, 1));
    let request = clerk.request("ada", "request 1");
    nothing.request = Some(request.clone());
    let receipt = clerk.write(nothing.clone()).receipt;
    assert_eq!(
        (receipt.events, receipt.streams.clone(), receipt.number.clone()),
        (0, vec![(stream, 1)], None)
    );
    assert_eq!(everything(store), before);
    assert_eq!(clerk.attempt(nothing), Err(Refused::RequestClaimed));
    let plan = LoadPlan { request: Some((request.actor, request.id)), ..LoadPlan::default() };
    assert_eq!(store.load(&plan).unwrap().request.map(|saved| saved.receipt), Some(receipt));
}

pub fn a_refused_commit_does_not_claim_its_request(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let mut commit = clerk.commit(vec![clerk.changes_settings("C")]);
    commit.request = Some(clerk.request("ada", "request 1"));
    commit.expect.push(Expect::Revision(StreamId::Ledger, 4));
    assert!(matches!(clerk.attempt(commit.clone()), Err(Refused::Stale(_))));
    commit.expect.pop();
    clerk.write(commit);
}

pub fn a_request_is_carried_out_once_within_a_batch(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let mut commit = clerk.commit(Vec::new());
    commit.request = Some(clerk.request("ada", "request 1"));
    let answers = store.commit(vec![commit.clone(), commit]).unwrap();
    assert!(matches!(answers.as_slice(), [Ok(_), Err(Refused::RequestClaimed)]), "{answers:?}");
}
