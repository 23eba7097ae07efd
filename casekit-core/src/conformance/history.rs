//! Sealed events are stored byte for byte, and returned in order.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::build::{Clerk, RawCase, actor, at_time, everything, instant, short_text};
use crate::commit::{Assigned, Committed, Digest, Head, StoredEvent, seal};
use crate::event::{Draft, Event, Header, Personal};
use crate::evolve::{evolve, evolve_note};
use crate::model::{CaseId, Note, NoteId, PersonId, State, StreamId, Timestamp, Visibility};
use crate::store::{Defined, EventQuery, History, HistoryQuery, NotePlace, Store};

pub fn events_are_stored_as_they_were_sealed(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case = work_on_a_case(&clerk);
    let reason = Personal::because(Some(short_text("Ärger 返金 \u{1F600} 'quoted' \"twice\" \\ back")));
    let header = Header {
        at: instant(-1_800_000_000),
        actor: actor("bea"),
        on_behalf_of: Some(actor("chief")),
        imported_by: Some(actor("importer")),
    };
    let drafts = vec![
        Draft { personal: reason, ..clerk.returns(case, "bea") },
        Draft { header, ..clerk.takes(case, "bea") },
        clerk.describes(case, &format!("\u{FEFF}{}\n\tend", "wörd ".repeat(19_000))),
    ];
    let mut commit = clerk.commit(drafts);
    commit.request = Some(clerk.request("bea", "request 1"));
    let stream = StreamId::Case(case);
    let head = history(store, stream).pop().unwrap();
    let Committed { receipt } = clerk.write(commit.clone());

    let assigned = Assigned {
        position: receipt.position,
        number: 1,
        heads: vec![Head { stream, revision: head.revision, hash: head.hash, at: head.header.at }],
    };
    let sealed = seal(commit, &assigned).unwrap();
    let stored = store.events(&EventQuery::Stream { stream, after: head.revision, limit: 10 }).unwrap();
    assert_eq!(stored, sealed.events);
    let of_request: Vec<bool> = stored.iter().map(|event| event.request.is_some()).collect();
    assert!(of_request.iter().zip(0..).all(|(is_of_it, place)| *is_of_it == (place == 0)), "{of_request:?}");
    assert_eq!(receipt, sealed.receipt);
    assert_eq!(State::Case(Box::new(clerk.case_now(case))), sealed.states[0].after);
}

pub fn an_event_without_a_personal_part_has_no_salt(store: &dyn Store) {
    let clerk = Clerk::new(store);
    clerk.write_drafts(vec![clerk.imports()]);
    let event = history(store, StreamId::Ledger).pop().unwrap();
    assert_eq!((event.personal, event.salt, event.commitment), (None, None, None));
}

pub fn the_chain_of_every_stream_verifies(store: &dyn Store) {
    let clerk = Clerk::new(store);
    work_on_a_case(&clerk);
    work_on_a_case(&clerk);
    let mut heads: BTreeMap<StreamId, Digest> = BTreeMap::new();
    for event in all_events(store) {
        let previous = heads.entry(event.stream).or_default();
        assert_eq!(event.hash, event.hash_after(previous), "{} {}", event.stream, event.revision);
        *previous = event.hash;
    }
    let rows = store.streams(None, 100).unwrap();
    assert_eq!(rows.iter().map(|row| (row.stream, row.hash)).collect::<BTreeMap<_, _>>(), heads);
}

pub fn every_state_is_the_fold_of_its_events(store: &dyn Store) {
    let clerk = Clerk::new(store);
    work_on_a_case(&clerk);
    work_on_a_case(&clerk);
    let all_notes = store.all_notes(None, 1_000).unwrap();
    for row in store.streams(None, 100).unwrap() {
        let (mut state, mut notes) = (None, BTreeMap::<NoteId, Note>::new());
        for event in history(store, row.stream) {
            let event = event.open().unwrap();
            if let Some(id) = event.fact.note() {
                let note = evolve_note(notes.remove(&id), &event).unwrap();
                notes.insert(id, note);
            }
            state = evolve(state, &event);
        }
        let of_stream = |note: &&Note| StreamId::Case(note.case) == row.stream;
        let kept: BTreeMap<NoteId, Note> =
            all_notes.iter().filter(of_stream).map(|note| (note.id, note.clone())).collect();
        assert_eq!((Some(row.state), kept), (state, notes), "{}", row.stream);
    }
}

pub fn events_come_oldest_first_after_a_position(store: &dyn Store) {
    let clerk = Clerk::new(store);
    work_on_a_case(&clerk);
    let all = all_events(store);
    assert!(all.is_sorted_by_key(|event| event.position));
    assert_eq!(all.last().unwrap().position, store.last_position().unwrap());
    let page = |after, limit| store.events(&EventQuery::All { after, limit }).unwrap();
    assert_eq!(page(0, 3), all[..3]);
    assert_eq!(page(all[2].position, 2), all[3..5]);
    assert_eq!(page(all[all.len() - 2].position, 10), all[all.len() - 1..]);
    assert_eq!(page(store.last_position().unwrap(), 10), []);
    assert_eq!(page(u64::from(u32::MAX) * 2, 10), []);
}

pub fn events_of_a_stream_come_in_the_order_of_its_revisions(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let stream = StreamId::Case(work_on_a_case(&clerk));
    work_on_a_case(&clerk);
    let theirs: Vec<StoredEvent> =
        all_events(store).into_iter().filter(|event| event.stream == stream).collect();
    assert!(theirs.iter().map(|event| event.revision).eq(1..=theirs.len() as u64));
    assert_eq!(history(store, stream), theirs);
    let page = |after, limit| store.events(&EventQuery::Stream { stream, after, limit }).unwrap();
    assert_eq!(page(1, 2), theirs[1..3]);
    assert_eq!(page(theirs.len() as u64, 10), []);
    assert_eq!(history(store, StreamId::Case(CaseId(clerk.uuid()))), []);
}

pub fn events_of_all_streams_come_by_stream_and_revision(store: &dyn Store) {
    let clerk = Clerk::new(store);
    clerk.write_drafts(vec![clerk.imports(), clerk.changes_settings("C")]);
    work_on_a_case(&clerk);
    work_on_a_case(&clerk);
    clerk.write_drafts(vec![clerk.imports()]);
    let page = |after, limit| store.events(&EventQuery::Streams { after, limit }).unwrap();
    let all = page(None, 1_000);
    let place = |event: &StoredEvent| (event.stream, event.revision);
    assert!(all.is_sorted_by(|event, next| place(event) < place(next)));
    let mut by_position = all.clone();
    by_position.sort_by_key(|event| event.position);
    assert_eq!(by_position, all_events(store), "each event once, as it is");
    for (read, event) in all.iter().enumerate() {
        assert_eq!(page(Some(place(event)), 3), all[read + 1..].iter().take(3).cloned().collect::<Vec<_>>());
        // A revision greater than a stream's last one is a place before the next stream.
        let last = all[read + 1..].iter().position(|next| next.stream != event.stream);
        let rest = last.map_or(&[][..], |next| &all[read + 1 + next..]);
        assert_eq!(page(Some((event.stream, u64::MAX)), 1_000), rest);
        assert_eq!(page(Some((event.stream, 0)), 1).first().map(|first| first.stream), Some(event.stream));
    }
}

pub fn a_history_has_the_events_of_its_stream_and_what_it_takes_to_show_them(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let ours = work_on_a_case(&clerk);
    work_on_a_case(&clerk);
    clerk.write_drafts(vec![clerk.imports(), clerk.changes_settings("DESK")]);
    let catalog = store.catalog().unwrap();
    let absent = StreamId::Case(CaseId(clerk.uuid()));
    for stream in [StreamId::Case(ours), StreamId::Settings, StreamId::Ledger, absent] {
        let events: Vec<Event> = history(store, stream).iter().map(|event| event.open().unwrap()).collect();
        let case = (stream == StreamId::Case(ours)).then(|| clerk.case_now(ours));
        for (after, limit) in [(0, 1_000), (1, 2), (events.len() as u64, 10)] {
            let page = events.iter().skip(after as usize).take(limit as usize).cloned().collect();
            let answer = History { case: case.clone(), events: page };
            let expected = Defined { answer, catalog: Arc::clone(&catalog) };
            assert_eq!(store.history(&HistoryQuery { stream, after, limit }).unwrap(), expected, "{stream}");
        }
    }
}

pub fn streams_come_in_the_order_of_their_ids(store: &dyn Store) {
    let clerk = Clerk::new(store);
    clerk.write_drafts(vec![
        clerk.imports(),
        clerk.changes_settings("C"),
        clerk.creates_workflow(clerk.uuid().into(), "Check"),
    ]);
    work_on_a_case(&clerk);
    work_on_a_case(&clerk);
    let all = store.streams(None, 100).unwrap();
    assert!(all.is_sorted_by(|row, next| row.stream < next.stream));
    assert_eq!(all.first().map(|row| row.stream), Some(StreamId::Settings));
    assert_eq!(all.last().map(|row| row.stream), Some(StreamId::Ledger));
    assert!(all.iter().all(|row| row.stream == row.state.stream()));

    let (mut paged, mut after) = (Vec::new(), None);
    // Bounded, so that a store that loses its place does not loop for ever.
    for _ in 0..=all.len() {
        let page = store.streams(after, 3).unwrap();
        assert!(page.len() <= 3);
        after = page.last().map(|row| row.stream).or(after);
        paged.extend(page);
    }
    assert_eq!(paged, all);
}

pub fn notes_of_all_cases_come_by_case_in_reading_order(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let mut cases: Vec<CaseId> = (0..3).map(|_| work_on_a_case(&clerk)).collect();
    clerk.raise(RawCase::of(&clerk.case_type("Quiet"), "Without a note"));
    clerk.note(cases[0], "Another hall");
    cases.sort();
    let all = store.all_notes(None, 100).unwrap();
    assert!(all.is_sorted_by_key(NotePlace::of));
    let noted: Vec<usize> =
        cases.iter().map(|case| all.iter().filter(|note| note.case == *case).count()).collect();
    let expected: Vec<usize> =
        cases.iter().map(|case| usize::try_from(clerk.case_now(*case).notes).unwrap()).collect();
    assert_eq!((noted, all.len()), (expected, 7), "a retracted note is a note, and internal ones are");
    for (read, note) in all.iter().enumerate() {
        let page = |after: NotePlace, limit| store.all_notes(Some(&after), limit).unwrap();
        assert_eq!(page(NotePlace::of(note), 2), all[read + 1..].iter().take(2).cloned().collect::<Vec<_>>());
        let rest = all.iter().filter(|other| other.case > note.case).cloned().collect::<Vec<_>>();
        assert_eq!(page(NotePlace { case: note.case, path: vec![u32::MAX] }, 100), rest, "behind a case");
    }
}

pub fn nothing_shown_changes_when_more_is_written(store: &dyn Store) {
    let clerk = Clerk::new(store);
    work_on_a_case(&clerk);
    let before = everything(store).events;
    work_on_a_case(&clerk);
    assert_eq!(everything(store).events[..before.len()], before);
}

fn all_events(store: &dyn Store) -> Vec<StoredEvent> {
    store.events(&EventQuery::All { after: 0, limit: 1_000 }).unwrap()
}

pub fn no_event_is_earlier_than_the_newest_of_its_stream(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case_type = clerk.case_type("Support");
    let customer = clerk.customer("Zoë Obi").id;
    let case = clerk.raise(RawCase::of(&case_type, "Roof")).id;
    let person = PersonId(clerk.uuid());
    clerk.write_drafts(vec![clerk.enters_person(person, "bea", "Bea")]);
    let long_ago = instant(-1_000_000);
    clerk.write_drafts(
        [
            clerk.retitles(case, "Roof again"),
            clerk.renames_customer(customer, "Zoë Ade"),
            clerk.renames_type(&case_type, "Help"),
            clerk.renames_person(person, Some("Bea"), "Beatrice"),
        ]
        .map(|draft| at_time(long_ago, draft))
        .into(),
    );
    let streams = [
        StreamId::Case(case),
        StreamId::Customer(customer),
        StreamId::CaseType(case_type.id),
        StreamId::Person(person),
    ];
    for stream in streams {
        let at: Vec<Timestamp> = history(store, stream).iter().map(|event| event.header.at).collect();
        assert!(at.is_sorted() && at.first() == at.last() && at.len() > 1, "{stream}: {at:?}");
    }
    assert_eq!(clerk.case_now(case).updated_at, clerk.case_now(case).raised_at, "the state says so too");

    let mut imported = at_time(long_ago, clerk.retitles(case, "Leak"));
    imported.header.imported_by = Some(actor("importer"));
    clerk.write_drafts(vec![imported]);
    let newest = history(store, StreamId::Case(case)).pop().unwrap();
    assert_eq!(newest.header.at, long_ago, "what is imported happened when it says");
}

fn history(store: &dyn Store, stream: StreamId) -> Vec<StoredEvent> {
    store.events(&EventQuery::Stream { stream, after: 0, limit: 1_000 }).unwrap()
}

/// Makes a case with a history: raised for a customer, taken, described, with two notes, one of them retracted.
fn work_on_a_case(clerk: &Clerk<'_>) -> CaseId {
    let customer = clerk.customer("Zoë Obi");
    let case_type = clerk.case_type(&format!("Support {}", customer.id));
    clerk.write_drafts(vec![clerk.renames_type(&case_type, &format!("Help {}", customer.id))]);
    clerk.write_drafts(vec![clerk.refers_to_customer(customer.id, Some(&customer.id.to_string()))]);
    let case = clerk.raise(RawCase { customer: Some(customer.id), ..RawCase::of(&case_type, "No light") });
    clerk.write_drafts(vec![clerk.takes(case.id, "bea"), clerk.describes(case.id, "In the\n\thall")]);
    let note = clerk.note(case.id, "Which hall?");
    let reply = clerk.add_note(case.id, Some(&note), "The big one", Visibility::Internal);
    let mut rewrites =
        clerk.commit(vec![clerk.edits_note(&note, "Which hall is it?"), clerk.retracts_note(&reply)]);
    rewrites.request = Some(clerk.request("bea", &format!("rewrites {}", note.id)));
    clerk.write(rewrites);
    case.id
}
