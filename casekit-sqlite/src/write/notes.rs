//! Notes, and their entries of the search.

use casekit_core::commit::{NoteChange, Sealed};
use casekit_core::model::{Note, State};
use rusqlite::{Transaction, params};

use super::batch::{Plan, number_of};
use super::deferred::Deferred;
use crate::error::{Result, fault, unreadable};
use crate::value::{integer, path_bytes, to_json, visibility_code};

/// Writes a note as it is now. An edit keeps its entry; a retracted note has none.
pub(super) fn write(
    change: &Transaction<'_>,
    note: &NoteChange,
    sealed: &Sealed,
    plan: &Plan,
    deferred: &mut Deferred,
) -> Result<()> {
    let NoteChange { before, after } = note;
    let number = number(change, after, sealed)?;
    let body = to_json(after)?;
    let entry = match before {
        None => {
            let entry = plan.adding(after.id, sealed).ok_or_else(unreadable)?;
            insert(change, after, entry, number, &body)?;
            entry
        }
        Some(_) => update(change, after, &body)?,
    };
    deferred.search.note(entry, before.as_ref(), after, number);
    Ok(())
}

/// Writes a note that another store gave.
pub(super) fn copy(change: &Transaction<'_>, note: &Note, entry: i64, deferred: &mut Deferred) -> Result<()> {
    let number = integer(number_of(change, note.case)?);
    insert(change, note, entry, number, &to_json(note)?)?;
    deferred.search.note(entry, None, note, number);
    Ok(())
}

/// A note's case changed with it, so its state is at hand.
fn number(change: &Transaction<'_>, note: &Note, sealed: &Sealed) -> Result<i64> {
    let at_hand = sealed.states.iter().find_map(|state| match &state.after {
        State::Case(case) if case.id == note.case => Some(case.number.value),
        State::Case(_)
        | State::Settings(_)
        | State::Workflow(_)
        | State::CaseType(_)
        | State::Customer(_)
        | State::Ledger(_) => None,
    });
    Ok(integer(at_hand.map_or_else(|| number_of(change, note.case), Ok)?))
}

fn insert(change: &Transaction<'_>, note: &Note, entry: i64, number: i64, body: &str) -> Result<()> {
    const SQL: &str =
        "INSERT INTO notes (entry, id, number, path, visibility, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let mut statement = change.prepare_cached(SQL).map_err(fault)?;
    let path = path_bytes(&note.path);
    let visibility = visibility_code(note.visibility);
    statement.execute(params![entry, note.id.0.as_bytes(), number, path, visibility, body]).map_err(fault)?;
    Ok(())
}

fn update(change: &Transaction<'_>, note: &Note, body: &str) -> Result<i64> {
    const SQL: &str = "UPDATE notes SET visibility = ?2, body = ?3 WHERE id = ?1 RETURNING entry";
    let mut statement = change.prepare_cached(SQL).map_err(fault)?;
    let visibility = visibility_code(note.visibility);
    statement.query_row(params![note.id.0.as_bytes(), visibility, body], |row| row.get(0)).map_err(fault)
}
