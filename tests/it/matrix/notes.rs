//! What can be done with a note, by what it is to who calls.

use std::sync::Arc;

use casekit::casekit_core::{Engine, Services};
use casekit::{Authorizer, Desk, Error, NewNote, NoteId, PageRequest, Role, Scope, Visibility};

use super::answers::{Answer, actor_of, blocks, columns, line};
use super::states::state;
use crate::build::{Scoped, actor};

/// What a note can be: its name, what that means, who wrote it, and whether it was retracted, is internal, and the caller
/// sees internal notes.
struct NoteState {
    name: &'static str,
    means: &'static str,
    author: &'static str,
    is_retracted: bool,
    visibility: Visibility,
    sees_internal: bool,
}

const OF_WORKER: NoteState = NoteState {
    name: "mine",
    means: "the worker wrote it, for the customer to see",
    author: "worker",
    is_retracted: false,
    visibility: Visibility::Customer,
    sees_internal: true,
};

const NOTES: [NoteState; 5] = [
    OF_WORKER,
    NoteState { name: "theirs", means: "somebody else wrote it", author: "other", ..OF_WORKER },
    NoteState { name: "internal", means: "it is internal", visibility: Visibility::Internal, ..OF_WORKER },
    NoteState { name: "retracted", means: "the worker has retracted it", is_retracted: true, ..OF_WORKER },
    NoteState {
        name: "unseen",
        means: "it is internal, and the application shows the worker no internal notes",
        visibility: Visibility::Internal,
        sees_internal: false,
        ..OF_WORKER
    },
];

type Call = fn(&Desk, NoteId) -> Result<bool, Error>;

const CALLS: [(&str, Call); 5] = [
    ("reply", |desk, note| desk.reply(note, "x").map(|_| true)),
    ("edit_note", |desk, note| desk.edit_note(note, "x").map(|_| true)),
    ("retract_note", |desk, note| desk.retract_note(note, None).map(|_| true)),
    ("set_note_visibility", |desk, note| {
        desk.set_note_visibility(note, Visibility::Customer)?;
        desk.set_note_visibility(note, Visibility::Internal).map(|_| true)
    }),
    ("note_revisions", |desk, note| desk.note_revisions(note).map(|_| true)),
];

/// An engine whose host shows internal notes or not, and a note of this kind.
fn arranged(of: &NoteState) -> (Arc<Engine>, NoteId) {
    let scene = state("plain.theirs");
    let bureau = &scene.bureau;
    let author = bureau.desk(of.author, Role::Administrator);
    let note = NewNote { visibility: of.visibility, ..NewNote::for_customer("remembered") };
    let note = author.add_note(scene.case, note).unwrap().id;
    if of.is_retracted {
        author.retract_note(note, None).unwrap();
    }
    let scope = Scope { internal_notes: of.sees_internal, ..Scope::all() };
    let host: Option<Box<dyn Authorizer>> = Some(Box::new(Scoped(scope)));
    let store = Arc::clone(bureau.engine.store());
    let engine = Engine::new(store, Box::new(bureau.clock.clone()), host, Services::default()).unwrap();
    let seen = engine.desk(actor("worker", Role::Agent)).thread(scene.case, PageRequest::first()).unwrap();
    let is_shown = seen.rows.iter().any(|one| one.id == note);
    assert_eq!(is_shown, of.sees_internal || of.visibility == Visibility::Customer, "{}", of.name);
    (engine, note)
}

/// A legend, and every call on every note.
pub(super) fn table() -> String {
    let mut text = String::new();
    for note in &NOTES {
        text.push_str(&format!("  {:<18}{}\n", note.name, note.means));
    }
    let lines = CALLS.map(|(name, call)| {
        let answers = |note: &NoteState| {
            let answer = |(column, role)| {
                let (engine, id) = arranged(note);
                (column, Answer::of(call(&engine.desk(actor_of("worker", role)), id)))
            };
            (note.name.to_owned(), line(&columns().into_iter().map(answer).collect::<Vec<_>>()))
        };
        (name, NOTES.each_ref().map(answers))
    });
    text + &blocks(lines.iter().map(|(name, lines)| (*name, lines.as_slice())))
}
