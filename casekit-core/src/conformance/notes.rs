//! Threads in reading order.

use super::build::{Clerk, RawCase, long_text, paged};
use crate::event::{CaseFact, Fact};
use crate::model::{CaseId, Note, NoteBody, NoteId, Visibility, limits};
use crate::store::{After, Direction, NoteQuery, Store};

pub fn a_note_is_read_before_its_replies_and_those_before_the_next(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case = a_case(&clerk);
    let first = clerk.note(case, "first");
    let second = clerk.note(case, "second");
    let reply = clerk.reply(&first, "reply");
    clerk.reply(&second, "reply to the second");
    clerk.reply(&reply, "reply to the reply");
    clerk.reply(&first, "another reply");
    clerk.note(a_case(&clerk), "on another case");
    let expected = ["first", "reply", "reply to the reply", "another reply", "second", "reply to the second"];
    for limit in [1, 2, 4, 6, 500] {
        let notes = thread(store, case, true, limit);
        assert_eq!(texts(&notes), expected, "pages of {limit}");
    }
}

pub fn many_notes_are_read_in_the_order_of_their_places(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case = a_case(&clerk);
    // Places of one, two, three and more digits, which must be compared as numbers and not as text.
    let root = clerk.note(case, "0");
    let now = clerk.case_now(case);
    let paths =
        [vec![1, 9], vec![1, 10], vec![1, 255], vec![1, 256], vec![1, 65_536], vec![2], vec![10], vec![256]];
    for (place, path) in paths.iter().enumerate().rev() {
        let mut draft = clerk.adds_note(
            &now,
            NoteId(clerk.uuid()),
            Some(&root),
            &format!("{}", place + 1),
            root.visibility,
        );
        if let Fact::Case(_, CaseFact::NoteAdded { path: there, .. }) = &mut draft.fact {
            there.clone_from(path);
        }
        clerk.write_drafts(vec![draft]);
    }
    let notes = thread(store, case, true, 3);
    assert_eq!(texts(&notes), ["0", "1", "2", "3", "4", "5", "6", "7", "8"]);
    assert!(notes.iter().skip(1).map(|note| note.path.clone()).eq(paths));
}

pub fn a_deep_thread_is_read_in_order(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case = a_case(&clerk);
    let mut last = clerk.note(case, "0");
    let deep = limits::THREAD_DEPTH;
    for depth in 1..=deep {
        last = clerk.reply(&last, &depth.to_string());
    }
    let notes = thread(store, case, true, 30);
    assert_eq!(notes.len(), deep + 1);
    assert!(notes.iter().enumerate().all(|(depth, note)| note.depth() == depth));
    assert_eq!(notes.last(), Some(&last));
}

pub fn internal_notes_are_shown_only_to_who_may_see_them(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case = a_case(&clerk);
    let open = clerk.note(case, "open");
    let closed = clerk.add_note(case, Some(&open), "between us", Visibility::Internal);
    clerk.add_note(case, Some(&closed), "open again", Visibility::Customer);
    let seen = |internal| texts(&thread(store, case, internal, 1));
    assert_eq!(seen(true), ["open", "between us", "open again"]);
    assert_eq!(seen(false), ["open", "open again"]);
    clerk.write_drafts(vec![clerk.shows_note(&closed, Visibility::Customer)]);
    assert_eq!(seen(false), ["open", "between us", "open again"]);
    clerk.write_drafts(vec![clerk.shows_note(&clerk.note_now(open.id), Visibility::Internal)]);
    assert_eq!(seen(false), ["between us", "open again"]);
}

pub fn an_edited_note_keeps_its_place_and_a_retracted_one_its_tombstone(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case = a_case(&clerk);
    let first = clerk.note(case, "frist");
    let second = clerk.note(case, "second");
    clerk.reply(&second, "a reply");
    clerk.write_drafts(vec![clerk.edits_note(&first, "first")]);
    clerk.write_drafts(vec![clerk.retracts_note(&second)]);
    let notes = thread(store, case, true, 500);
    assert_eq!(texts(&notes), ["first", "(retracted)", "a reply"]);
    assert_eq!((notes[0].edits, notes[0].added_at), (1, first.added_at));
    assert!(notes[0].updated_at > first.updated_at);
    assert_eq!(notes[0], clerk.note_now(first.id));
}

pub fn a_long_note_comes_back_as_it_was_given(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case = a_case(&clerk);
    let text = "\u{1F469}\u{200D}\u{1F680} e\u{301} ß\t返金\n".repeat(7_000);
    let note = clerk.note(case, &text);
    assert_eq!(note.body, NoteBody::Text(long_text(&text)));
    assert_eq!(thread(store, case, false, 10), [note]);
}

pub fn a_page_of_notes_says_where_it_goes_on(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case = a_case(&clerk);
    let notes = ["one", "two", "three"].map(|text| clerk.note(case, text));
    let page = |after, limit| store.notes(&NoteQuery::thread(case, true, after, limit)).unwrap();
    assert!(page(None, 2).next.is_some(), "there are more than two");
    for limit in [2, 3] {
        assert_eq!(thread(store, case, true, limit), notes, "pages of {limit}");
    }
    let behind = |note: &Note| {
        let place = After::Path(note.path.clone());
        paged(|after| page(after.or_else(|| Some(place.clone())), 2))
    };
    assert_eq!(behind(&notes[1]), [notes[2].clone()]);
    assert_eq!(behind(&notes[2]), []);
    let nobodys = NoteQuery::thread(CaseId(clerk.uuid()), true, None, 10);
    assert_eq!(store.notes(&nobodys).unwrap().rows, []);
}

pub fn the_newest_notes_are_those_that_were_added_last(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let (case, other) = (a_case(&clerk), a_case(&clerk));
    let newest = |case, internal, limit| {
        let slice = store.notes(&NoteQuery::newest(case, internal, limit)).unwrap();
        texts(&slice.rows)
    };
    assert_eq!(newest(case, true, 5), [""; 0]);
    let first = clerk.note(case, "first");
    let second = clerk.note(case, "second");
    clerk.note(other, "elsewhere");
    clerk.reply(&first, "a reply to the first");
    let internal = clerk.add_note(case, None, "internal", Visibility::Internal);
    assert_eq!(newest(case, true, 3), ["internal", "a reply to the first", "second"]);
    assert_eq!(newest(case, false, 3), ["a reply to the first", "second", "first"]);
    // Neither an edit nor a change of visibility makes a note newer.
    clerk.write_drafts(vec![clerk.edits_note(&first, "first, edited")]);
    clerk.write_drafts(vec![clerk.retracts_note(&second)]);
    assert_eq!(newest(case, false, 9), ["a reply to the first", "(retracted)", "first, edited"]);
    assert_eq!(newest(case, true, 1), ["internal"]);
    clerk.write_drafts(vec![clerk.shows_note(&internal, Visibility::Customer)]);
    clerk.write_drafts(vec![clerk.shows_note(&clerk.note_now(first.id), Visibility::Internal)]);
    assert_eq!(newest(case, false, 9), ["internal", "a reply to the first", "(retracted)"]);
}

pub fn notes_are_paged_by_when_they_were_added_while_others_are_added(store: &dyn Store) {
    let clerk = Clerk::new(store);
    let case = a_case(&clerk);
    let page = |direction, after, internal| {
        store.notes(&NoteQuery::added(case, internal, (direction, after), 2)).unwrap()
    };
    let first = clerk.note(case, "1");
    clerk.add_note(case, None, "2, internal", Visibility::Internal);
    clerk.note(case, "3");
    clerk.reply(&first, "4, a reply to 1");
    clerk.note(case, "5");
    let newest = page(Direction::Descending, None, false);
    assert_eq!(texts(&newest.rows), ["5", "4, a reply to 1"]);
    // Neither a note that is added nor one that is edited moves the place.
    clerk.note(case, "6");
    clerk.write_drafts(vec![clerk.edits_note(&first, "1, edited")]);
    let older = page(Direction::Descending, newest.next, false);
    assert_eq!((texts(&older.rows), older.next), (vec!["3".to_owned(), "1, edited".to_owned()], None));

    let oldest = page(Direction::Ascending, None, true);
    assert_eq!(texts(&oldest.rows), ["1, edited", "2, internal"]);
    let next = page(Direction::Ascending, oldest.next, true);
    assert_eq!(texts(&next.rows), ["3", "4, a reply to 1"]);
    let last = page(Direction::Ascending, next.next, true);
    assert_eq!((texts(&last.rows), &last.next), (vec!["5".to_owned(), "6".to_owned()], &None));
    // What comes later is found behind the last note that was seen, and nothing behind a place that no note has.
    let seen = last.rows.last().map(|note| After::Path(note.path.clone()));
    assert_eq!(page(Direction::Ascending, seen.clone(), true).rows, []);
    clerk.note(case, "7");
    assert_eq!(texts(&page(Direction::Ascending, seen, true).rows), ["7"]);
    for direction in [Direction::Ascending, Direction::Descending] {
        assert_eq!(page(direction, Some(After::Path(vec![99])), true).rows, []);
        assert_eq!(page(direction, Some(After::Entry(1)), true).rows, []);
    }
}

fn a_case(clerk: &Clerk<'_>) -> CaseId {
    let id = clerk.uuid();
    clerk.raise(RawCase::of(&clerk.case_type(&id.to_string()), "With notes")).id
}

fn thread(store: &dyn Store, case: CaseId, internal: bool, limit: u32) -> Vec<Note> {
    paged(|after| {
        let slice = store.notes(&NoteQuery::thread(case, internal, after, limit)).unwrap();
        assert!(slice.rows.len() <= limit as usize);
        slice
    })
}

fn texts(notes: &[Note]) -> Vec<String> {
    notes.iter().map(|note| note.text().map_or("(retracted)", |text| text.as_str()).to_owned()).collect()
}
