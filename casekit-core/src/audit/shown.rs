//! What a store shows of one stream, compared with the fold of its events.

use std::collections::{BTreeMap, BTreeSet};

use super::damage::Wrong;
use crate::commit::Fold;
use crate::model::{Note, NoteId};
use crate::store::StreamRow;

/// How the stored row differs from the fold, if it does.
pub(super) fn row_differs(fold: &Fold, row: &StreamRow) -> Option<Wrong> {
    if row.hash != *fold.hash() || row.state.revision() != fold.revision() {
        return Some(Wrong::EventsMissing);
    }
    (fold.state() != Some(&row.state)).then_some(Wrong::StateDiffers)
}

/// How the stored notes differ from the fold, if they do. They were read in pages while others wrote, so each may also
/// be in a version that one of the `later` events left.
pub(super) fn notes_differ(fold: &Fold, kept: &[Note], later: &BTreeMap<NoteId, Vec<Note>>) -> Option<Wrong> {
    let was = |note: &Note| later.get(&note.id).is_some_and(|versions| versions.contains(note));
    let is_so = |note: &Note| self::note(fold, note.id) == Some(note) || was(note);
    let shown: BTreeSet<NoteId> = kept.iter().map(|note| note.id).collect();
    let all_are_so = kept.iter().all(is_so) && shown.len() == kept.len();
    let all_are_shown = fold.notes().keys().all(|id| shown.contains(id));
    (!all_are_so || !all_are_shown).then_some(Wrong::StateDiffers)
}

/// A note after the last event that was followed.
pub(super) fn note(fold: &Fold, id: NoteId) -> Option<&Note> {
    fold.notes().get(&id).map(|(note, _)| note)
}
