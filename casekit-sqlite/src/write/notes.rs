//! Writing notes, and their entries in the search.

use casekit_core::commit::{NoteChange, Sealed};
use casekit_core::model::{LongText, Note, State};
use rusqlite::{Transaction, params};

use super::Cut;
use super::deferred::Deferred;
use super::plan::Plan;
use crate::error::{Result, fault, unreadable};
use crate::keys::{Keys, number_of};
use crate::value::{integer, micros, path_bytes, visibility_code};

/// Writes a note as it is now. An edited note keeps the key of its entry; a retracted one loses the entry.
pub(super) fn write(
    change: &Transaction<'_>,
    keys: &Keys<'_>,
    note: &NoteChange,
    sealed: &Sealed,
    plan: &Plan,
    deferred: &mut Deferred,
) -> Result<()> {
    let NoteChange { before, after } = note;
    let entry = match before {
        None => {
            let entry = plan.adding(after.id, sealed).ok_or_else(unreadable)?;
            insert(change, keys, after, entry, number(change, after, sealed)?)?;
            entry
        }
        Some(_) => update(change, after)?,
    };
    deferred.search.note(entry, before.as_ref(), after, &plan.cut);
    Ok(())
}

/// Writes a note from a copy of another store, with the key of its entry.
pub(super) fn copy(
    change: &Transaction<'_>,
    keys: &Keys<'_>,
    note: &Note,
    entry: i64,
    deferred: &mut Deferred,
) -> Result<()> {
    let number = integer(number_of(change, note.case)?);
    insert(change, keys, note, entry, number)?;
    deferred.search.note(entry, None, note, &Cut::default());
    Ok(())
}

/// The number of a note's case. The case changes with its notes, so it is usually among the states of the same commit.
fn number(change: &Transaction<'_>, note: &Note, sealed: &Sealed) -> Result<i64> {
    let at_hand = sealed.states.iter().find_map(|state| match &state.after {
        State::Case(case) if case.id == note.case => Some(case.number.value),
        State::Case(_)
        | State::Settings(_)
        | State::Workflow(_)
        | State::CaseType(_)
        | State::Customer(_)
        | State::Ledger(_)
        | State::Person(_)
        | State::Team(_)
        | State::Tag(_) => None,
    });
    Ok(integer(at_hand.map_or_else(|| number_of(change, note.case), Ok)?))
}

fn insert(change: &Transaction<'_>, keys: &Keys<'_>, note: &Note, entry: i64, number: i64) -> Result<()> {
    const SQL: &str =
        "INSERT INTO notes (entry, id, number, path, visibility, author, added_at, updated_at, edits,
        parent, text) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    let mut statement = change.prepare_cached(SQL).map_err(fault)?;
    let written = statement.execute(params![
        entry,
        note.id.0.as_bytes(),
        number,
        path_bytes(&note.path),
        visibility_code(note.visibility),
        keys.person(&note.author)?,
        micros(note.added_at),
        updated_at(note),
        note.edits,
        note.parent.as_ref().map(|parent| parent.0.as_bytes()),
        note.text().map(LongText::as_str),
    ]);
    written.map_err(fault)?;
    Ok(())
}

fn updated_at(note: &Note) -> Option<i64> {
    (note.updated_at != note.added_at).then(|| micros(note.updated_at))
}

fn update(change: &Transaction<'_>, note: &Note) -> Result<i64> {
    const SQL: &str = "UPDATE notes SET visibility = ?2, updated_at = ?3, edits = ?4, text = ?5 WHERE id = ?1
        RETURNING entry";
    let mut statement = change.prepare_cached(SQL).map_err(fault)?;
    let text = note.text().map(LongText::as_str);
    let visibility = visibility_code(note.visibility);
    let row = params![note.id.0.as_bytes(), visibility, updated_at(note), note.edits, text];
    statement.query_row(row, |row| row.get(0)).map_err(fault)
}
