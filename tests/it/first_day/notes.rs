//! Notes: a thread as people write it.

use casekit::{Blocker, NewNote, NoteRevision, PageRequest, Rejection, StreamId, ThreadNote, Visibility};

use crate::build::{Office, all_pages, on_every_store};

on_every_store!(
    a_thread_is_read_in_order_with_its_depth,
    an_edit_keeps_every_revision_and_a_retracted_note_leaves_a_tombstone,
    who_can_see_a_note_is_changed_by_its_author_and_told_in_the_history,
    a_long_thread_is_read_page_by_page,
);

fn a_thread_is_read_in_order_with_its_depth(office: &Office) {
    let (amara, ben) = (office.agent(), office.other_agent());
    let case = office.case("Cannot log in").id;
    let first = amara.add_note(case, "First").unwrap().id;
    let second = ben.add_note(case, NewNote::for_customer("Second")).unwrap().id;
    let answer = ben.reply(first, "Answer to the first").unwrap().id;
    amara.reply(answer, "Answer to the answer").unwrap();
    amara.reply(second, "Answer to the second").unwrap();
    ben.reply(first, "Another answer to the first").unwrap();
    let thread = amara.thread(case, PageRequest::first()).unwrap().rows;
    let read: Vec<(u32, &str, &str)> =
        thread.iter().map(|note| (note.depth, note.author.as_str(), note.text.as_deref().unwrap())).collect();
    assert_eq!(
        read,
        [
            (0, "amara", "First"),
            (1, "ben", "Answer to the first"),
            (2, "amara", "Answer to the answer"),
            (1, "ben", "Another answer to the first"),
            (0, "ben", "Second"),
            (1, "amara", "Answer to the second"),
        ]
    );
    assert_eq!((thread[2].parent, thread[0].parent), (Some(answer), None));
    assert_eq!(office.view(case).notes, Some(6));
}

fn an_edit_keeps_every_revision_and_a_retracted_note_leaves_a_tombstone(office: &Office) {
    let (amara, ben) = (office.agent(), office.other_agent());
    let case = office.case("Cannot log in").id;
    let note = amara.add_note(case, "Calld.").unwrap().id;
    let reply = ben.reply(note, "And?").unwrap().id;
    amara.edit_note(note, "Called.\nNo answer.").unwrap();
    let not_theirs = office.refused(|| ben.edit_note(note, "Mine now."));
    let blocker = Blocker::not_the_author("amara");
    assert_eq!(not_theirs, Rejection::blocked("edit_note", blocker));
    amara.retract_note(note, Some("wrong case")).unwrap();

    let thread = ben.thread(case, PageRequest::first()).unwrap().rows;
    let tombstone = ThreadNote { text: None, edits: 1, ..thread[0].clone() };
    assert_eq!((thread[0].clone(), thread[1].id, thread[1].parent), (tombstone, reply, Some(note)));
    let revisions = amara.note_revisions(note).unwrap();
    let said = |revision: u32, text: Option<&str>| {
        let at = revisions[revision as usize - 1].at;
        NoteRevision { revision, at, by: "amara".into(), by_name: None, text: text.map(str::to_owned) }
    };
    assert_eq!(revisions, [said(1, Some("Calld.")), said(2, Some("Called.\nNo answer.")), said(3, None)]);
    assert_eq!(office.manager().note_revisions(note).unwrap(), revisions, "and so may who audits");
    assert_eq!(ben.note_revisions(note).unwrap(), [said(3, None)], "a retracted text is gone for others");
    let gone = office.refused(|| amara.edit_note(note, "Called again."));
    assert_eq!(gone, Rejection::blocked("edit_note", Blocker::Retracted));
}

fn who_can_see_a_note_is_changed_by_its_author_and_told_in_the_history(office: &Office) {
    let amara = office.agent();
    let case = office.case("Cannot log in").id;
    let note = amara.add_note(case, "We have sent the form.").unwrap().id;
    amara.set_note_visibility(note, Visibility::Customer).unwrap();
    assert_eq!(amara.set_note_visibility(note, Visibility::Customer).unwrap().events, 0);
    assert_eq!(amara.thread(case, PageRequest::first()).unwrap().rows[0].visibility, Visibility::Customer);
    let history = office.manager().history(StreamId::Case(case), PageRequest::first()).unwrap().rows;
    let told: Vec<&str> = history.iter().skip(1).map(|entry| entry.text.as_str()).collect();
    assert_eq!(told, ["added a note, internal", "changed who sees a note: visible to the customer"]);
    assert_eq!(history[2].note, Some(note));
}

fn a_long_thread_is_read_page_by_page(office: &Office) {
    let desk = office.agent();
    let case = office.case("Cannot log in").id;
    let mut notes = vec![desk.add_note(case, "Note 0").unwrap().id];
    for place in 1..60_usize {
        let text = format!("Note {place}");
        let added = match place % 3 {
            0 => desk.add_note(case, text),
            _ => desk.reply(notes[place / 2], text),
        };
        notes.push(added.unwrap().id);
    }
    let whole = all_pages(500, |page| desk.thread(case, page));
    assert_eq!(whole.len(), 60);
    let first = desk.thread(case, PageRequest::first()).unwrap();
    assert!(
        first.next.is_some() && first.rows.len() <= 50 && whole.starts_with(&first.rows),
        "50 unless asked"
    );
    for size in [1, 7, 59, 60] {
        assert_eq!(all_pages(size, |page| desk.thread(case, page)), whole, "{size} a page");
    }
}
