//! A commit is written whole or not at all.

use super::build::{Clerk, RawCase, WORD, everything, long_text, name};
use crate::commit::{Claim, ClaimKind, Commit, Committed, Expect, Refused, SealError};
use crate::event::{CaseFact, Draft, Fact, OldNew, Personal};
use crate::model::{
    BlobId, CaseId, CaseTypeId, Catalog, CustomerId, NoteId, NoteOrigin, StageCategory, State, StreamId,
    TeamId, Visibility,
};
use crate::store::{LoadPlan, Store};

pub fn an_empty_store_shows_nothing(store: &dyn Store) {
    let all = everything(store);
    assert_eq!((all.last_position, all.events.len(), all.streams.len()), (0, 0, 0));
    assert_eq!((all.cases.len(), all.counts.len(), all.customers.len(), all.found.len()), (0, 0, 0, 0));
    assert_eq!(all.catalog, Catalog::default());
    assert_eq!(store.commit(Vec::new()).unwrap(), []);
    store.check().unwrap();
}

pub fn a_commit_that_is_written_is_all_there(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let commit = full_commit(&clerk);
    let request = commit.request.clone().unwrap();
    let committed = clerk.write(commit.clone());

    let all = everything(store);
    assert_eq!(committed.receipt.events, commit.drafts.len() as u64);
    assert_eq!(all.events.len(), commit.drafts.len());
    assert_eq!((all.cases.len(), all.counts.len(), all.customers.len(), all.found.len()), (1, 1, 1, 2));
    assert_eq!(all.notes.len(), 1);
    let plan = LoadPlan {
        request: Some((request.actor, request.id)),
        claims: vec![Claim::new(ClaimKind::CustomerReference, "X-1")],
        ..LoadPlan::default()
    };
    let loaded = store.load(&plan).unwrap();
    assert_eq!(loaded.request.map(|saved| saved.receipt), Some(committed.receipt));
    assert_eq!(loaded.claims.len(), 1);
    store.check().unwrap();
}

pub fn a_receipt_names_the_streams_in_the_order_in_which_they_were_touched(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case_type = clerk.case_type("Support");
    let (case, customer, note) = (CaseId(clerk.uuid()), CustomerId(clerk.uuid()), NoteId(clerk.uuid()));
    let raised = clerk.raise(RawCase::of(&case_type, "Another"));
    let mut drafts = vec![
        clerk.raises(case, RawCase::of(&case_type, "No light")),
        clerk.creates_customer(customer, "Ada", None),
        clerk.takes(case, "ada"),
        clerk.imports(),
    ];
    drafts.push(clerk.adds_note(&raised, note, None, "Look here", Visibility::Internal));
    let before = store.last_position().unwrap();
    let receipt = clerk.write_drafts(drafts).receipt;
    let streams = vec![
        (StreamId::Case(case), 2),
        (StreamId::Customer(customer), 1),
        (StreamId::Ledger, 1),
        (StreamId::Case(raised.id), 2),
    ];
    assert_eq!((receipt.events, receipt.note), (5, Some(note)));
    assert!(receipt.position > before);
    assert_eq!(receipt.streams, streams);
    assert_eq!(receipt.number, Some(clerk.case_now(case).number));
}

pub fn a_refused_commit_leaves_nothing(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let (kept, orphan) = (BlobId(clerk.uuid()), BlobId(clerk.uuid()));
    store.blob_bytes().append(kept, 0, clerk.now(), b"kept before").unwrap();
    let mut keeps = clerk.commit(vec![clerk.changes_settings("C")]);
    keeps.keep_blobs.push(kept);
    clerk.write(keeps);
    store.blob_bytes().append(orphan, 0, clerk.now(), b"an orphan").unwrap();
    let before = everything(store);

    let mut commit = full_commit(&clerk);
    (commit.keep_blobs, commit.drop_blobs) = (vec![orphan], vec![kept]);
    let broken = Expect::Revision(StreamId::Settings, 7);
    commit.expect.push(broken.clone());
    assert_eq!(clerk.attempt(commit.clone()), Err(Refused::Stale(broken)));

    assert_eq!(everything(store), before);
    let request = commit.request.clone().unwrap();
    let plan = LoadPlan {
        request: Some((request.actor, request.id)),
        cases: commit.drafts.iter().filter_map(Draft::case).collect(),
        claims: vec![Claim::new(ClaimKind::CustomerReference, "X-1")],
        ..LoadPlan::default()
    };
    let loaded = store.load(&plan).unwrap();
    assert_eq!((loaded.request, loaded.cases.len(), loaded.claims.len()), (None, 0, 0));
    assert_eq!(store.blob_bytes().sweep(clerk.now(), 10).unwrap(), [orphan], "the orphan is one still");
    assert_eq!(store.blob_bytes().read(kept, 0, 100).unwrap(), Some(b"kept before".to_vec()));
    store.check().unwrap();

    commit.expect.pop();
    (commit.keep_blobs, commit.drop_blobs) = (Vec::new(), Vec::new());
    clerk.write(commit);
}

pub fn an_unsound_commit_leaves_nothing(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let customer = clerk.customer("Ada");
    let stream = StreamId::Customer(customer.id);
    let before = everything(store);
    let sound = full_commit(&clerk);

    let mut unsalted = sound.clone();
    unsalted.salts.pop();
    assert_eq!(clerk.attempt(unsalted), Err(Refused::Unsound(SealError::Salts)));

    let mut baseless = clerk.commit(vec![clerk.renames_customer(customer.id, "Ada Obi")]);
    baseless.read_set.clear();
    assert_eq!(clerk.attempt(baseless), Err(Refused::Unsound(SealError::WrongReadSet(stream))));

    let mut impossible = sound.clone();
    impossible.drafts.push(clerk.creates_customer(customer.id, "Ada again", None));
    impossible.salts.push(clerk.salt());
    impossible.read_set.push(State::Customer(customer));
    let refused = Refused::Unsound(SealError::Impossible { stream, code: "customer_created" });
    assert_eq!(clerk.attempt(impossible), Err(refused));

    assert_eq!(everything(store), before);
    clerk.write(sound);
    store.check().unwrap();
}

pub fn one_refused_commit_does_not_touch_the_others_of_its_batch(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let names = ["Ada", "Bea", "Cy"].map(|name| (CustomerId(clerk.uuid()), name));
    let mut batch: Vec<Commit> = names
        .iter()
        .map(|(id, name)| clerk.commit(vec![clerk.creates_customer(*id, name, Some(name))]))
        .collect();
    let broken = Expect::Revision(StreamId::Ledger, 3);
    batch[1].expect.push(broken.clone());
    let answers = store.commit(batch).unwrap();

    let [first, second, third]: [Result<Committed, Refused>; 3] = answers.try_into().unwrap();
    assert_eq!(second, Err(Refused::Stale(broken)));
    assert!(third.unwrap().receipt.position > first.unwrap().receipt.position);
    let there: Vec<_> = everything(store).customers.into_iter().map(|row| row.name).collect();
    assert_eq!(there, [name("Ada"), name("Cy")]);
    assert_eq!(store.customer_by_reference("bea").unwrap(), None);
    assert_eq!(store.last_position().unwrap(), everything(store).events.last().unwrap().position);
    store.check().unwrap();
}

pub fn each_commit_of_a_batch_sees_those_before_it(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let (id, other) = (CustomerId(clerk.uuid()), CustomerId(clerk.uuid()));
    let first = clerk.commit(vec![clerk.creates_customer(id, "Ada", Some("X-1"))]);
    let again = clerk.commit(vec![clerk.creates_customer(id, "Ada again", None)]);
    let mut same_reference = clerk.commit(vec![clerk.creates_customer(other, "Bea", Some("X-1"))]);
    let taken = Expect::Unclaimed(Claim::new(ClaimKind::CustomerReference, "X-1"));
    same_reference.expect.push(taken.clone());
    let mut relies = clerk.commit(vec![clerk.imports()]);
    relies.expect.push(Expect::Revision(StreamId::Customer(id), 1));

    let answers = store.commit(vec![first, again, same_reference, relies]).unwrap();
    assert!(answers[0].is_ok(), "{answers:?}");
    assert_eq!(answers[1], Err(Refused::Stale(Expect::Absent(StreamId::Customer(id)))));
    assert_eq!(answers[2], Err(Refused::Stale(taken)));
    assert!(answers[3].is_ok(), "{answers:?}");
}

/// A commit that touches whatever a commit can touch.
fn full_commit(clerk: &Clerk<'_>) -> Commit {
    let case_type = CaseTypeId(clerk.uuid());
    let (case, customer, note) = (CaseId(clerk.uuid()), CustomerId(clerk.uuid()), NoteId(clerk.uuid()));
    let team = TeamId(clerk.uuid());
    let new = RawCase {
        case_type,
        title: format!("A {WORD} on the roof"),
        description: None,
        customer: Some(customer),
        category: StageCategory::Open,
        by: "ada".to_owned(),
        team: Some(team),
        priority: crate::model::Priority::High,
        at: None,
        reference: Some("old-7".to_owned()),
    };
    let fact = CaseFact::NoteAdded {
        note,
        parent: None,
        path: vec![1],
        visibility: Visibility::Internal,
        origin: NoteOrigin::Staff,
    };
    let text = OldNew::new(long_text(&format!("The {WORD} is back")));
    let personal = Personal { text: Some(text), ..Personal::default() };
    let mut commit = clerk.commit(vec![
        clerk.creates_type(case_type, "Support"),
        clerk.creates_team(team, "Front office"),
        clerk.creates_customer(customer, "Ada", Some("X-1")),
        clerk.raises(case, new),
        clerk.takes(case, "ada"),
        Draft { personal, ..clerk.draft(Fact::Case(case, fact)) },
        clerk.imports(),
    ]);
    commit.request = Some(clerk.request("ada", "request 1"));
    commit
}
