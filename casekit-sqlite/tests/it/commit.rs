//! What a commit promises, on the file.

use crate::support::*;
use casekit_core::commit::{Claim, ClaimKind, Commit, Expect, Refused, SealError};
use casekit_core::model::{CaseId, CaseTypeId, CustomerId, NoteId, StreamId, Visibility};
use casekit_core::store::{CaseQuery, CountBy, EventQuery, LoadPlan, NoteQuery, Store};

#[test]
fn what_was_committed_is_there_after_the_file_was_closed_and_opened() {
    let world = World::new();
    let raised = raise("Leaking tap").on(&world.store);
    world.store.close().unwrap();
    let store = world.second();
    assert_eq!(case(&store, raised.id), raised);
    assert_eq!((raised.number.value, raised.revision, store.last_position().unwrap()), (1, 1, 1));
    store.check().unwrap();
}

#[test]
fn numbers_and_positions_are_dense_and_a_refused_commit_takes_none() {
    let world = World::new();
    let first = raise("One").on(&world.store);
    let again = Refused::Stale(Expect::Absent(StreamId::Case(first.id)));
    let refused = raise("Two");
    let batch = vec![
        raise("Two").commit(),
        Raise { id: first.id, ..refused }.commit(),
        retitle(&first, "Other"),
        retitle(&first, "Late"),
        raise("Three").commit(),
    ];
    let results = world.store.commit(batch).unwrap();
    let stale = Refused::Stale(Expect::Revision(StreamId::Case(first.id), 1));
    let places: Vec<_> = results
        .iter()
        .map(|result| {
            result.as_ref().map(|done| (done.receipt.position, done.receipt.number.as_ref().map(|n| n.value)))
        })
        .collect();
    assert_eq!(places, vec![Ok((2, Some(2))), Err(&again), Ok((3, None)), Err(&stale), Ok((4, Some(3)))]);
    assert_eq!(case(&world.store, first.id).title, title("Other"));
    world.store.check().unwrap();
}

#[test]
fn an_event_comes_back_byte_for_byte_and_chained() {
    let world = World::new();
    let raised = raise("Leaking tap").on(&world.store);
    write(&world.store, retitle(&raised, "Dripping tap"));
    let stream = StreamId::Case(raised.id);
    let events = world.store.events(&EventQuery::Stream { stream, after: 0, limit: 9 }).unwrap();
    assert_eq!(events.len(), 2);
    assert_eq!(events[0].hash, events[0].hash_after(&[0; 32]));
    assert_eq!(events[1].hash, events[1].hash_after(&events[0].hash));
    assert_eq!(events, world.store.events(&EventQuery::All { after: 0, limit: 9 }).unwrap());
    assert_eq!(world.store.events(&EventQuery::Stream { stream, after: 1, limit: 9 }).unwrap(), events[1..]);
    let streams = world.store.streams(None, 9).unwrap();
    assert_eq!((streams.len(), streams[0].hash, streams[0].stream), (1, events[1].hash, stream));
}

#[test]
fn a_request_is_carried_out_once_and_its_receipt_is_kept() {
    let world = World::new();
    let mut first = raise("Leaking tap").commit();
    first.request = Some(request("ada", "r1"));
    let done = write(&world.store, first.clone());
    let mut other = raise("Other").commit();
    other.request = Some(request("ada", "r1"));
    assert_eq!(one(&world.store, other.clone()), Err(Refused::RequestClaimed));
    other.request = Some(request("bob", "r1"));
    write(&world.store, other);
    let plan = LoadPlan { request: Some((actor("ada"), request("ada", "r1").id)), ..LoadPlan::default() };
    for _ in 0..2 {
        let saved = world.store.load(&plan).unwrap().request.unwrap();
        assert_eq!(
            (saved.receipt, saved.salt, saved.fingerprint),
            (done.receipt.clone(), vec![3; 16], [4; 32])
        );
    }
}

#[test]
fn a_commit_may_only_claim_its_request() {
    let world = World::new();
    raise("Leaking tap").on(&world.store);
    let mut nothing = commit(vec![]);
    nothing.request = Some(request("ada", "nothing"));
    let done = write(&world.store, nothing.clone());
    assert_eq!((done.receipt.position, done.receipt.events), (2, 0));
    assert_eq!(one(&world.store, nothing), Err(Refused::RequestClaimed));
    assert_eq!(world.store.last_position().unwrap(), 1);
}

#[test]
fn a_name_is_had_by_one_and_can_be_given_up() {
    let world = World::new();
    let (one_id, two_id) = (CaseTypeId(fresh()), CaseTypeId(fresh()));
    write(&world.store, create_type(one_id, "Bug report"));
    let claim = Claim::new(ClaimKind::CaseTypeName, "bug REPORT");
    let taken = Refused::Stale(Expect::Unclaimed(claim.clone()));
    assert_eq!(one(&world.store, create_type(two_id, "bug REPORT")), Err(taken.clone()));
    // Even if the commit forgot to expect it.
    let mut careless = create_type(two_id, "bug REPORT");
    careless.expect.clear();
    assert_eq!(one(&world.store, careless), Err(taken));
    let plan = LoadPlan { claims: vec![claim], ..LoadPlan::default() };
    let located = world.store.load(&plan).unwrap().claims;
    assert_eq!(located.iter().map(|one| one.stream).collect::<Vec<_>>(), vec![StreamId::CaseType(one_id)]);
}

#[test]
fn a_customer_is_found_by_its_reference() {
    let world = World::new();
    let id = CustomerId(fresh());
    write(&world.store, create_customer(id, "Ada Obi", Some("CRM-7")));
    assert_eq!(world.store.customer_by_reference("CRM-7 ").unwrap(), Some(id));
    assert_eq!(world.store.customer_by_reference("crm-7").unwrap(), None);
}

#[test]
fn a_commit_that_contradicts_itself_is_refused_and_the_others_stand() {
    let world = World::new();
    let raised = raise("Leaking tap").on(&world.store);
    let mut baseless = retitle(&raised, "Other");
    baseless.read_set.clear();
    let wrong = Refused::Unsound(SealError::WrongReadSet(StreamId::Case(raised.id)));
    assert_eq!(one(&world.store, baseless.clone()), Err(wrong.clone()));
    // A note id that another case has: only the schema sees it.
    let id = NoteId(fresh());
    let other = raise("Other").on(&world.store);
    write(&world.store, add_note(&raised, id, None, "Hello", Visibility::Internal));
    let twice = add_note(&other, id, None, "Hello", Visibility::Internal);
    let wrong_other = Refused::Unsound(SealError::WrongReadSet(StreamId::Case(other.id)));
    assert_eq!(one(&world.store, twice.clone()), Err(wrong_other.clone()));
    let results = world.store.commit(vec![baseless, twice, raise("Third").commit()]).unwrap();
    assert_eq!((&results[1], results[2].is_ok()), (&Err(wrong_other), true));
    assert_eq!(found(&world.store, "hello").len(), 1);
    world.store.check().unwrap();
}

#[test]
fn one_of_many_that_fails_half_way_takes_none_of_the_others_along() {
    let world = World::new();
    let (first, other) = (raise("First").on(&world.store), raise("Other").on(&world.store));
    let id = NoteId(fresh());
    write(&world.store, add_note(&first, id, None, "Hello", Visibility::Internal));
    let type_of = |n: u128| CaseTypeId(uuid::Uuid::from_u128(1_000 + n));
    // More than share a savepoint; each brings a person and a place that nobody has met before.
    let batch: Vec<Commit> = (0..150_u128)
        .map(|n| match n {
            0 | 63 | 70 | 71 | 149 => add_note(&other, id, None, "Hello", Visibility::Internal),
            _ => {
                let mut case = raise(&format!("Case {n}"));
                (case.by, case.case_type) = (format!("person{n}"), type_of(n));
                case.commit()
            }
        })
        .collect();
    let results = world.store.commit(batch).unwrap();
    let wrong = Refused::Unsound(SealError::WrongReadSet(StreamId::Case(other.id)));
    let numbers: Vec<u64> = results
        .iter()
        .enumerate()
        .filter_map(|(n, result)| match result {
            Ok(committed) => Some(committed.receipt.number.as_ref().unwrap().value),
            Err(refused) => {
                assert!([0, 63, 70, 71, 149].contains(&n), "{n}");
                assert_eq!(*refused, wrong);
                None
            }
        })
        .collect();
    assert_eq!(numbers, (3..148).collect::<Vec<u64>>());
    world.store.check().unwrap();
    let listed = world.store.cases(&CaseQuery { limit: 500, ..cases_query() }).unwrap().answer.rows;
    assert_eq!(listed.len(), 147);
    let places = (1..150_u128).filter(|n| ![63, 70, 71, 149].contains(n));
    for (row, n) in listed.iter().skip(2).zip(places) {
        assert_eq!((row.title.to_string(), row.case_type), (format!("Case {n}"), type_of(n)));
        assert_eq!(case(&world.store, row.id).raised_by, actor(&format!("person{n}")));
    }
}

#[test]
fn a_note_brings_its_case_and_threads_read_in_order() {
    let world = World::new();
    let raised = raise("Leaking tap").on(&world.store);
    let ids: Vec<NoteId> = (0..4).map(|_| NoteId(fresh())).collect();
    let add = |place: usize, parent: Option<NoteId>, visibility| {
        let parent = parent.map(|id| note(&world.store, id));
        let now = case(&world.store, raised.id);
        write(
            &world.store,
            add_note(&now, ids[place], parent.as_ref(), &format!("note {place}"), visibility),
        );
    };
    add(0, None, Visibility::Customer);
    add(1, None, Visibility::Internal);
    add(2, Some(ids[0]), Visibility::Customer);
    add(3, Some(ids[2]), Visibility::Internal);
    let loaded = world.store.load(&LoadPlan { notes: vec![ids[3]], ..LoadPlan::default() }).unwrap();
    assert_eq!((loaded.cases[0].id, loaded.notes[0].path.clone()), (raised.id, vec![1, 3, 4]));
    let notes =
        |internal, after| world.store.notes(&NoteQuery::thread(raised.id, internal, after, 2)).unwrap();
    let page = notes(true, None);
    let rest = notes(true, page.next.clone());
    let read: Vec<NoteId> = page.rows.iter().chain(&rest.rows).map(|note| note.id).collect();
    assert_eq!((read, rest.next), (vec![ids[0], ids[2], ids[3], ids[1]], None));
    let seen: Vec<NoteId> = notes(false, None).rows.iter().map(|note| note.id).collect();
    assert_eq!(seen, vec![ids[0], ids[2]]);
}

#[test]
fn a_kept_blob_must_exist_and_a_dropped_one_is_gone() {
    let world = World::new();
    let (kept, orphan) = (blob(), blob());
    let mut keeping = raise("Leaking tap").commit();
    keeping.keep_blobs.push(kept);
    assert!(matches!(one(&world.store, keeping.clone()), Err(Refused::Unsound(_))));
    let bytes: Vec<u8> = (0..200_000_u32).map(|n| n as u8).collect();
    world.store.blob_bytes().append(kept, 0, at(0), &bytes[..70_000]).unwrap();
    world.store.blob_bytes().append(kept, 70_000, at(1), &bytes[70_000..]).unwrap();
    world.store.blob_bytes().append(orphan, 0, at(1), b"orphan").unwrap();
    write(&world.store, keeping);
    for (offset, limit) in [(0, 200_000), (65_000, 10_000), (69_999, 2), (199_999, 10), (65_536, 65_536)] {
        let end = (offset + limit).min(bytes.len());
        let read = world.store.blob_bytes().read(kept, offset as u64, limit as u32).unwrap();
        assert_eq!(read.as_deref(), Some(&bytes[offset..end]), "{offset}");
    }
    assert_eq!(world.store.blob_bytes().read(kept, 200_000, 5).unwrap(), Some(vec![]));
    assert_eq!(world.store.blob_bytes().read(blob(), 0, 5).unwrap(), None);
    assert_eq!(world.store.blob_bytes().sweep(at(1), 10).unwrap(), []);
    assert_eq!(world.store.blob_bytes().sweep(at(2), 10).unwrap(), [orphan]);
    assert_eq!(world.store.blob_bytes().read(orphan, 0, 5).unwrap(), None);
    let mut dropping = raise("Other").commit();
    dropping.drop_blobs.push(kept);
    write(&world.store, dropping);
    assert_eq!(world.store.blob_bytes().read(kept, 0, 5).unwrap(), None);
    world.store.check().unwrap();
}

#[test]
fn counts_follow_within_a_batch_and_leave_nothing_of_the_refused() {
    let world = World::new();
    let raised = raise("Leaking tap").on(&world.store);
    let moved = move_to(&raised, "in_progress");
    let batch = vec![moved, take(&raised, "bob"), raise("Other").commit(), raise("Third").commit()];
    let results = world.store.commit(batch).unwrap();
    assert_eq!(results.iter().map(Result::is_ok).collect::<Vec<_>>(), vec![true, false, true, true]);
    let counted = |by| {
        let counts = world.store.count_cases(&count_query(by)).unwrap().answer;
        counts.into_iter().map(|one| (one.stage.map(|s| s.to_string()), one.count)).collect::<Vec<_>>()
    };
    assert_eq!(counted(CountBy::Stage), vec![(Some("in_progress".into()), 1), (Some("open".into()), 2)]);
    assert_eq!(counted(CountBy::Holder), vec![(None, 3)]);
    world.store.check().unwrap();
}

#[test]
fn a_case_loaded_by_id_and_by_number_comes_once() {
    let world = World::new();
    let raised = raise("Leaking tap").on(&world.store);
    let plan = LoadPlan { cases: vec![raised.id], case_numbers: vec![1], ..LoadPlan::default() };
    assert_eq!(world.store.load(&plan).unwrap().cases, vec![raised.clone()]);
    let plan = LoadPlan { ledger: true, cases: vec![CaseId(fresh()), raised.id], ..LoadPlan::default() };
    let loaded = world.store.load(&plan).unwrap();
    assert_eq!((loaded.cases, loaded.ledger.revision), (vec![raised], 0));
}
