//! The state of a note after a fact.

use super::about::OfNote;
use crate::event::{Event, Fact};
use crate::model::{Note, NoteBody};

/// The note after an event about it; `None` if the event is not about a note, or cannot follow the note's state.
pub(crate) fn evolve_note(note: Option<Note>, event: &Event) -> Option<Note> {
    let Fact::Case(case, fact) = &event.fact else { return None };
    let (id, said) = fact.of_note()?;
    let text = event.personal.text.as_ref().and_then(|text| text.to.clone());
    let body = text.map_or(NoteBody::Retracted, NoteBody::Text);
    let mut note = match (&said, note) {
        (OfNote::Added { parent, path, visibility }, None) => {
            return Some(Note {
                id,
                case: *case,
                parent: *parent,
                path: path.to_vec(),
                author: event.header.actor.clone(),
                added_at: event.header.at,
                visibility: *visibility,
                body,
                edits: 0,
                updated_at: event.header.at,
            });
        }
        (_, note) => note?,
    };
    match said {
        OfNote::Added { .. } => return None,
        OfNote::Edited(_) => {
            note.body = body;
            note.edits = note.edits.saturating_add(1);
        }
        OfNote::Retracted(_) => note.body = NoteBody::Retracted,
        OfNote::ShownTo(visibility) => note.visibility = visibility,
    }
    note.updated_at = event.header.at;
    Some(note)
}
