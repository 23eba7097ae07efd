//! Notes as the toy has them.

use casekit::{NewNote, Visibility};

use super::{Note, Outcome, Toy};
use crate::laws::instruction::TEXTS;

impl Toy {
    pub(super) fn noted(
        &mut self,
        case: usize,
        author: usize,
        text: usize,
        shown: bool,
        answer: Result<casekit::AddedNote, String>,
    ) -> (Outcome, Result<u64, String>) {
        if text == 0 {
            return (Err("invalid"), answer.map(|_| 1));
        }
        if let Ok(added) = &answer {
            self.notes.push(Note { id: added.id, case, author, text, edits: 0, shown });
            let case = &mut self.cases[case];
            (case.notes, case.revision) = (case.notes + 1, case.revision + 1);
            assert_eq!(added.revision, case.revision);
        }
        (Ok(1), answer.map(|_| 1))
    }

    /// Only its author alters a note, and only while it says something.
    pub(super) fn on_note(
        &mut self,
        place: usize,
        by: usize,
        change: impl Fn(&mut Note) -> Outcome,
    ) -> Outcome {
        let note = &mut self.notes[place];
        if note.author != by || note.text == 0 {
            return Err("blocked");
        }
        let events = change(note)?;
        self.cases[note.case].revision += events;
        Ok(events)
    }
}

pub(super) fn new(text: usize, shown: bool) -> NewNote {
    NewNote { text: TEXTS[text].to_owned(), visibility: visibility(shown) }
}

pub(super) fn visibility(shown: bool) -> Visibility {
    if shown { Visibility::Customer } else { Visibility::Internal }
}
