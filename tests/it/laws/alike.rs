//! What must hold of any store at any time, and what must be the same in several.

use std::collections::BTreeMap;
use std::fmt::Debug;

use casekit::casekit_core::commit::StoredEvent;
use casekit::casekit_core::evolve::{evolve, evolve_note};
use casekit::casekit_core::model::{Note, State};
use casekit::casekit_core::store::EventQuery;
use casekit::{
    CasesQuery, CountBy, Desk, Direction, HeldBy, NoteId, PageRequest, Role, Sort, StageCategory, Store,
    StreamId,
};

use crate::build::{Office, all_pages, streams};

/// Every read of every desk must answer the same in all offices.
pub(crate) fn alike(offices: &[Office]) {
    equal(offices, "the same events, hashes and salts", |office| events(office.store.as_ref()));
    equal(offices, "the same states", |office| streams(office.store.as_ref()));
    same(offices, Role::Agent, "lists", lists);
    same(offices, Role::Agent, "counts", counts);
    same(offices, Role::Agent, "search", search);
    same(offices, Role::Agent, "customers", |desk| all_pages(2, |page| desk.customers(None, page)));
    same(offices, Role::Administrator, "histories", histories);
    same(offices, Role::Administrator, "proof", |desk| desk.verify(None).unwrap());
}

fn same<T: PartialEq + Debug>(offices: &[Office], role: Role, what: &str, read: impl Fn(&Desk) -> T) {
    equal(offices, &format!("{what} of an {role:?}"), |office| read(&office.desk("amara", role)));
}

/// What is read in each office must be what is read in the first.
fn equal<T: PartialEq + Debug>(offices: &[Office], what: &str, read: impl Fn(&Office) -> T) {
    let Some((first, others)) = offices.split_first() else { return };
    let expected = read(first);
    for office in others {
        assert_eq!(expected, read(office), "{what}");
    }
}

fn lists(desk: &Desk) -> impl PartialEq + Debug + use<> {
    let any = CasesQuery::default;
    let customers = desk.customers(None, PageRequest::first()).unwrap().rows;
    let mut queries = vec![
        any(),
        CasesQuery { case_types: vec!["Refunds".into()], ..any() },
        CasesQuery { stages: vec!["in_progress".into()], ..any() },
        CasesQuery { categories: vec![StageCategory::Closed], holder: Some(HeldBy::Nobody), ..any() },
        CasesQuery { holder: Some(HeldBy::Me), ..any() },
        CasesQuery { text: Some("refu".into()), ..any() },
        CasesQuery { text: Some("straße".into()), case_types: vec!["Support".into()], ..any() },
    ];
    queries.extend(customers.first().map(|one| CasesQuery { customer: Some(one.id), ..any() }));
    let middle = desk.cases(&any(), PageRequest::first()).unwrap().rows.get(1).map(|row| row.raised_at);
    queries.extend(middle.map(|at| CasesQuery { raised_from: Some(at), ..any() }));
    queries.extend(middle.map(|at| CasesQuery { raised_before: Some(at), ..any() }));
    let mut pages = Vec::new();
    for query in queries {
        for sort in [Sort::Number, Sort::Raised, Sort::Updated] {
            for direction in [Direction::Ascending, Direction::Descending] {
                let query = CasesQuery { sort, direction, ..query.clone() };
                let whole = desk.cases(&query, PageRequest::first()).unwrap();
                let paged = all_pages(3, |page| desk.cases(&query, page));
                assert_eq!(paged, whole.rows, "pages have every row once: {query:?}");
                pages.push(whole);
            }
        }
    }
    pages
}

fn counts(desk: &Desk) -> impl PartialEq + Debug + use<> {
    let any = CasesQuery::default();
    let queries = [
        CasesQuery { case_types: vec!["Refunds".into()], ..any.clone() },
        CasesQuery { stages: vec!["open".into()], ..any.clone() },
        CasesQuery { categories: vec![StageCategory::Closed], ..any.clone() },
        CasesQuery { holder: Some(HeldBy::Me), ..any.clone() },
        CasesQuery { holder: Some(HeldBy::Nobody), stages: vec!["closed".into()], ..any.clone() },
        any,
    ];
    let count = |query: &CasesQuery| CountBy::ALL.map(|by| desk.counts(by, query).unwrap());
    queries.each_ref().map(count)
}

fn search(desk: &Desk) -> impl PartialEq + Debug + use<> {
    let words = ["refund", "log", "strasse", "返金", "ada", "c-000001", "1", "again refund", "x", "登", "o"];
    words.map(|text| {
        let whole = desk.search(text, PageRequest::first()).unwrap().rows;
        assert_eq!(all_pages(1, |page| desk.search(text, page)), whole, "{text}");
        whole
    })
}

fn histories(desk: &Desk) -> impl PartialEq + Debug + use<> {
    let changes = desk.changes_since(None, 500).unwrap();
    let mut seen: Vec<StreamId> = changes.changes.iter().map(|change| change.stream).collect();
    seen.sort();
    seen.dedup();
    let told: Vec<_> =
        seen.into_iter().map(|stream| all_pages(50, |page| desk.history(stream, page))).collect();
    (changes, told)
}

/// The fold of the events is the state, and positions and revisions have neither gaps nor repeats.
pub(crate) fn lawful(office: &Office) {
    let mut folded: BTreeMap<StreamId, (State, BTreeMap<_, Note>)> = BTreeMap::new();
    for (place, stored) in events(office.store.as_ref()).into_iter().enumerate() {
        assert_eq!(stored.position, place as u64 + 1, "positions are dense");
        let event = stored.open().unwrap();
        let (state, mut notes) = folded.remove(&stored.stream).unzip();
        assert_eq!(stored.revision, state.as_ref().map_or(0, State::revision) + 1, "revisions never repeat");
        let state = evolve(state, &event).expect("an event that was written can follow");
        let notes = notes.get_or_insert_default();
        if let Some(id) = event.fact.note() {
            let note = evolve_note(notes.remove(&id), &event).expect("and so can one about a note");
            notes.insert(id, note);
        }
        folded.insert(stored.stream, (state, std::mem::take(notes)));
    }
    let kept = streams(office.store.as_ref())
        .into_iter()
        .map(|row| (row.stream, (row.state, BTreeMap::new())))
        .collect::<BTreeMap<StreamId, (State, BTreeMap<NoteId, Note>)>>();
    let mut kept = kept;
    for note in office.store.all_notes(None, 1_000_000).unwrap() {
        kept.get_mut(&StreamId::Case(note.case)).expect("a note has a case").1.insert(note.id, note);
    }
    assert_eq!(folded, kept, "the fold of the events is the state");
    assert_eq!(office.auditor().verify(None).unwrap().broken, None);
    office.kit.check().unwrap();
}

fn events(store: &dyn Store) -> Vec<StoredEvent> {
    let mut all: Vec<StoredEvent> = Vec::new();
    loop {
        let after = all.last().map_or(0, |event| event.position);
        let events = store.events(&EventQuery::All { after, limit: 500 }).unwrap();
        if events.is_empty() {
            return all;
        }
        all.extend(events);
    }
}
