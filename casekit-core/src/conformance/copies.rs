//! Copying a store into another, and out of it again.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use super::backlog::{backlog, whole_course};
use super::build::{Clerk, RawCase, WORD, everything, instant};
use super::counts::all;
use super::lists::ask;
use super::search;
use crate::commit::Refused;
use crate::memory::MemoryStore;
use crate::model::{ActorId, BlobId, RequestId};
use crate::store::{
    CaseFilter, Copied, CopyStep, CountBy, Direction, EventQuery, LoadPlan, NotePlace, Sort, Store,
    StoreErrorKind, Within, copy_store,
};

pub fn what_was_copied_is_all_there_and_goes_on(store: &dyn Store) {
    let from = MemoryStore::with_gaps();
    let blob = a_busy_store(&from);
    copy(&from, store);
    assert_same(store, &from, blob);
    // The copy can be copied in turn.
    let third = MemoryStore::new();
    copy(store, &third);
    assert_same(&third, &from, blob);

    let (clerk, other) = (Clerk::seeded(store, 7), Clerk::seeded(&from, 7));
    let case = everything(store).cases[0].id;
    for clerk in [&clerk, &other] {
        clerk.write_drafts(vec![clerk.retitles(case, "Goes on")]);
        clerk.note(case, WORD);
    }
    assert_eq!(heads(store), heads(&from), "both go on alike");
    let greatest = everything(&from).cases.iter().map(|row| row.number.value).max();
    let case_type = everything(store).catalog.case_types.values().next().unwrap().as_ref().clone();
    assert!(Some(clerk.raise(RawCase::of(&case_type, "Next")).number.value) > greatest);
    store.check().unwrap();
}

/// Copies to the end.
fn copied(from: &dyn Store, to: &dyn Store) -> Result<(), StoreErrorKind> {
    copy_store(from, to, &mut |_| ControlFlow::Continue(())).map_err(|error| error.kind())
}

pub(super) fn copy(from: &dyn Store, to: &dyn Store) {
    copy_store(from, to, &mut |_| ControlFlow::Continue(())).unwrap();
}

pub fn a_copy_that_was_cancelled_is_continued(store: &dyn Store) {
    let from = MemoryStore::with_gaps();
    let blob = a_busy_store(&from);
    let mut steps = Vec::new();
    // Each attempt is cancelled after one part more, until there is nothing left to copy.
    while steps.last() != Some(&CopyStep::Compare) {
        if steps.last() == Some(&CopyStep::Requests) {
            // One that was killed leaves the beginning of a blob without its row.
            let row = from.blobs(None, 10).unwrap().into_iter().find(|row| row.id == blob).unwrap();
            let bytes = from.blob_bytes().read(blob, 0, 40_000).unwrap().unwrap();
            store.blob_bytes().append(blob, 0, row.appended_at, &bytes).unwrap();
        }
        let cancelled = copy_store(&from, store, &mut |progress| {
            steps.push(progress.step);
            ControlFlow::Break(())
        });
        assert_eq!(cancelled.unwrap_err().kind(), StoreErrorKind::Cancelled);
        assert_eq!(store.catalog().unwrap_err().kind(), StoreErrorKind::Incomplete);
    }
    let once = [
        CopyStep::Events,
        CopyStep::Streams,
        CopyStep::Notes,
        CopyStep::Claims,
        CopyStep::Requests,
        CopyStep::Blobs,
        CopyStep::Compare,
    ];
    assert_eq!(steps, once);
    copy(&from, store);
    assert_same(store, &from, blob);
}

pub fn a_copy_of_what_was_written_to_meanwhile_is_never_complete(store: &dyn Store) {
    let from = MemoryStore::new();
    a_busy_store(&from);
    let mut told = Vec::new();
    let written = copy_store(&from, store, &mut |progress| {
        if progress.step == CopyStep::Notes {
            Clerk::seeded(&from, 3).customer("Late");
        }
        told.push(progress);
        ControlFlow::Continue(())
    });
    assert_eq!(written.unwrap_err().kind(), StoreErrorKind::Busy);
    assert_eq!(store.catalog().unwrap_err().kind(), StoreErrorKind::Incomplete);
    assert!(
        told.iter().all(|progress| progress.total.is_none_or(|total| progress.done <= total)),
        "{told:?}"
    );
    // The event is copied, and its stream behind those that are there: but a case that changed is not seen again.
    let case = everything(&from).cases[0].id;
    let clerk = Clerk::seeded(&from, 4);
    clerk.write_drafts(vec![clerk.retitles(case, "Changed")]);
    assert_eq!(copied(&from, store), Err(StoreErrorKind::Busy));
    let other = MemoryStore::new();
    a_busy_store(&other);
    Clerk::seeded(&other, 5).customer("Other");
    assert_eq!(copied(&other, store), Err(StoreErrorKind::Exists));
}

pub fn a_copy_that_is_complete_is_compared_again(store: &dyn Store) {
    let from = MemoryStore::new();
    let blob = a_busy_store(&from);
    copy(&from, store);
    copy(&from, store);
    assert_same(store, &from, blob);
    Clerk::seeded(store, 3).customer("Another");
    assert_eq!(copied(&from, store), Err(StoreErrorKind::Exists));
}

pub fn a_copy_is_of_no_use_until_it_is_complete(store: &dyn Store) {
    store.restore(Copied::Begin).unwrap();
    let clerk = Clerk::new(store);
    let kinds = [
        store.load(&LoadPlan::default()).err(),
        store.catalog().err(),
        store.cases(&ask(CaseFilter::default(), Sort::Number, Direction::Ascending, 1, None)).err(),
        store.count_cases(&all(CountBy::Stage)).err(),
        store.count_failures(&Within::default()).err(),
        store.search(&search::ask(WORD)).err(),
        store.commit(vec![clerk.empty_commit()]).err(),
    ];
    let kinds = kinds.map(|error| error.map(|error| error.kind()));
    assert_eq!(kinds, [Some(StoreErrorKind::Incomplete); 7]);
    store.restore(Copied::End).unwrap();
    clerk.customer("Ada");
    store.check().unwrap();
}

pub fn only_an_empty_store_takes_a_copy(store: &dyn Store) {
    let kind = |part| store.restore(part).err().map(|error| error.kind());
    assert_eq!(kind(Copied::End), Some(StoreErrorKind::Exists), "no copy was begun");
    assert_eq!(kind(Copied::Events(Vec::new())), Some(StoreErrorKind::Exists));
    Clerk::new(store).customer("Ada");
    let before = everything(store);
    assert_eq!(kind(Copied::Begin), Some(StoreErrorKind::Exists));
    assert_eq!(everything(store), before);
}

pub fn a_part_that_comes_again_changes_nothing(store: &dyn Store) {
    let from = MemoryStore::new();
    let blob = a_busy_store(&from);
    let twice = |part: Copied| (0..2).for_each(|_| store.restore(part.clone()).unwrap());
    twice(Copied::Begin);
    twice(Copied::Events(from.events(&EventQuery::All { after: 0, limit: 10_000 }).unwrap()));
    twice(Copied::Streams(from.streams(None, 10_000).unwrap()));
    twice(Copied::Notes(from.all_notes(None, 10_000).unwrap()));
    twice(Copied::Claims(from.claims(None, 10_000).unwrap()));
    twice(Copied::Requests(from.requests(None, 10_000).unwrap()));
    let kept: Vec<_> = from.blobs(None, 100).unwrap().into_iter().filter(|row| row.kept).collect();
    let lacks = store.restore(Copied::Blobs(kept.clone())).expect_err("its bytes are not there");
    assert_eq!(lacks.kind(), StoreErrorKind::Misplaced);
    let bytes = from.blob_bytes().read(blob, 0, 1_000_000).unwrap().unwrap();
    store.blob_bytes().append(blob, 0, instant(1), &bytes).unwrap();
    twice(Copied::Blobs(kept));
    store.restore(Copied::End).unwrap();
    assert_same(store, &from, blob);
}

pub fn lists_for_a_copy_have_everything_once(store: &dyn Store) {
    a_busy_store(store);
    let claims = store.claims(None, 1_000).unwrap();
    assert!(claims.is_sorted_by(|one, next| one.claim < next.claim) && claims.len() > 3);
    for (place, located) in claims.iter().enumerate() {
        let plan = LoadPlan { claims: vec![located.claim.clone()], ..LoadPlan::default() };
        assert_eq!(store.load(&plan).unwrap().claims, std::slice::from_ref(located));
        assert_eq!(
            store.claims(Some(&located.claim), 2).unwrap(),
            claims[place + 1..].iter().take(2).cloned().collect::<Vec<_>>()
        );
    }
    let id = |kept: &crate::store::StoredRequest| -> (ActorId, RequestId) {
        (kept.claim.actor.clone(), kept.claim.id.clone())
    };
    let requests = store.requests(None, 1_000).unwrap();
    assert!(requests.is_sorted_by(|one, next| id(one) < id(next)) && requests.len() == 3, "{requests:?}");
    for (place, kept) in requests.iter().enumerate() {
        let saved = store
            .load(&LoadPlan { request: Some(id(kept)), ..LoadPlan::default() })
            .unwrap()
            .request
            .unwrap();
        assert_eq!((saved.receipt, saved.fingerprint), (kept.receipt.clone(), kept.claim.fingerprint));
        assert_eq!(
            store.requests(Some(&id(kept)), 1).unwrap(),
            requests[place + 1..].iter().take(1).cloned().collect::<Vec<_>>()
        );
    }
    let blobs = store.blobs(None, 100).unwrap();
    assert!(blobs.is_sorted_by(|one, next| one.id < next.id));
    let kinds: BTreeSet<(bool, u64)> = blobs.iter().map(|row| (row.kept, row.size)).collect();
    assert_eq!(kinds, BTreeSet::from([(true, 100_000), (false, 6)]));
    assert_eq!(store.blobs(Some(blobs[0].id), 10).unwrap(), blobs[1..]);
}

/// Writes definitions, customers, cases at every point, threads, requests and blobs. Returns a blob that is kept.
fn a_busy_store(store: &dyn Store) -> BlobId {
    let backlog = backlog(store);
    let clerk = &backlog.clerk;
    let customer = clerk.customer(WORD);
    clerk.write_drafts(vec![clerk.refers_to_customer(customer.id, Some("X-1"))]);
    let new = RawCase { customer: Some(customer.id), ..RawCase::of(&clerk.case_type("Support"), WORD) };
    let case = clerk.raise(new).id;
    let note = clerk.note(case, WORD);
    let gone = clerk.reply(&note, "gone");
    clerk.write_drafts(vec![clerk.edits_note(&note, &format!("{WORD} twice")), clerk.retracts_note(&gone)]);
    for draft in whole_course(clerk, case) {
        clerk.write_drafts(vec![draft]);
    }
    // A tag comes after the cases that have it, and the one into which it was merged before or after it.
    let tags = ["Roof", "roofing", "Cellar"].map(|name| clerk.tag(name));
    for (place, case) in backlog.cases.iter().take(7).enumerate() {
        clerk.write_drafts(vec![clerk.tags(case.id, &[tags[place % 3], tags[place % 2]], &[])]);
    }
    clerk.write_drafts(vec![clerk.merges_tag(tags[1], tags[0])]);
    clerk.write_drafts(vec![clerk.merges_tag(tags[0], tags[2])]);
    clerk.write_drafts(vec![clerk.tags(case, &[tags[1]], &[])]);
    let (kept, orphan) = (BlobId(clerk.uuid()), BlobId(clerk.uuid()));
    store.blob_bytes().append(kept, 0, instant(5), &[7; 100_000]).unwrap();
    store.blob_bytes().append(orphan, 0, instant(5), b"orphan").unwrap();
    for (who, id) in [("ada", "1"), ("ada", "2"), ("bea", "1")] {
        let mut keeps = clerk.commit(vec![clerk.imports()]);
        keeps.keep_blobs.push(kept);
        keeps.request = Some(clerk.request(who, id));
        clerk.write(keeps);
    }
    kept
}

fn assert_same(store: &dyn Store, from: &dyn Store, blob: BlobId) {
    let (mut copied, mut original) = (everything(store), everything(from));
    // Entries only have to be in the same order; their values may differ.
    for all in [&mut copied, &mut original] {
        all.found.iter_mut().enumerate().for_each(|(place, row)| row.entry = place as u64);
    }
    assert_eq!(copied, original);
    assert_eq!(heads(store), heads(from));
    assert_eq!(store.newest().unwrap(), from.newest().unwrap());
    assert_eq!(store.claims(None, 10_000).unwrap(), from.claims(None, 10_000).unwrap());
    assert_eq!(store.requests(None, 10_000).unwrap(), from.requests(None, 10_000).unwrap());
    assert_eq!(
        store.all_notes(None, 10_000).unwrap().iter().map(NotePlace::of).count(),
        original.notes.len()
    );
    let read = |store: &dyn Store| store.blob_bytes().read(blob, 0, 1_000_000).unwrap();
    assert_eq!(read(store), read(from));
    assert_eq!(store.blob_bytes().sweep(instant(1_000_000), 10).unwrap(), [], "what was copied is kept");
    let request = store.requests(None, 1).unwrap().remove(0).claim;
    let mut again = Clerk::seeded(store, 9).empty_commit();
    again.request = Some(request);
    assert_eq!(store.commit(vec![again]).unwrap(), [Err(Refused::RequestClaimed)]);
    store.check().unwrap();
}

fn heads(store: &dyn Store) -> Vec<(crate::model::StreamId, u64, crate::commit::Digest)> {
    let rows = store.streams(None, 10_000).unwrap();
    rows.into_iter().map(|row| (row.stream, row.state.revision(), row.hash)).collect()
}
