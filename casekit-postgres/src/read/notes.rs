//! Reading notes: threads, notes by when they were added, and all notes for a copy.

use casekit_core::model::Note;
use casekit_core::store::{After, Direction, NoteOrder, NotePlace, NoteQuery, Slice};

use super::part::Part;
use super::{one_more, slice};
use crate::connection::Connection;
use crate::error::Result;
use crate::value::{json, path_bytes, visibility_code};

/// A page of a thread in reading order, or of the notes of a case by when they were added.
pub(crate) fn page(connection: &Connection, query: &NoteQuery) -> Result<Slice<Note>> {
    let after = match &query.order {
        NoteOrder::Reading { after } | NoteOrder::Added { after, .. } => after,
    };
    let after = match after {
        None => None,
        Some(After::Path(path)) => Some(path_bytes(path)),
        // Nothing comes after a place of another list.
        Some(
            After::Number(_) | After::Instant(..) | After::Field(..) | After::Name(..) | After::Entry(_),
        ) => {
            return Ok(Slice { rows: Vec::new(), next: None });
        }
    };
    let part = match &query.order {
        NoteOrder::Reading { .. } => thread(query, after),
        NoteOrder::Added { direction, .. } => added(query, *direction, after.as_deref()),
    };
    let rows = part.rows(connection, |row| json(row, 0))?;
    Ok(slice(rows, query.limit, |last: &Note| After::Path(last.path.clone())))
}

fn thread(query: &NoteQuery, after: Option<Vec<u8>>) -> Part {
    let mut part = Part::default();
    part.bind("SELECT n.body FROM org.notes n WHERE n.case_id = ?", query.case.0);
    // The empty path comes before every other.
    part.bind(" AND n.path > ?", after.unwrap_or_default());
    part.bind(" AND n.visibility >= ? ORDER BY n.path", least(query)).bind(" LIMIT ?", one_more(query.limit));
    part
}

/// Notes by when they were added. The index has them by visibility, so the first of each visibility are read, and the first
/// among these are the page.
fn added(query: &NoteQuery, direction: Direction, after: Option<&[u8]>) -> Part {
    let (beyond, order) = match direction {
        Direction::Ascending => (">", "ASC"),
        Direction::Descending => ("<", "DESC"),
    };
    let of_visibility = |code: u8| {
        let mut part = Part::default();
        part.bind("(SELECT n.entry, n.body FROM org.notes n WHERE n.case_id = ?", query.case.0);
        part.bind(" AND n.visibility = ?", code);
        if let Some(after) = after {
            // Nothing comes after a place at which there is no note.
            part.bind(
                &format!(" AND n.entry {beyond} (SELECT e.entry FROM org.notes e WHERE e.case_id = ?"),
                query.case.0,
            );
            part.bind(" AND e.path = ?)", after);
        }
        part.bind(&format!(" ORDER BY n.entry {order} LIMIT ?)"), one_more(query.limit));
        part
    };
    let mut part = Part::of("SELECT few.body FROM (");
    for code in least(query)..=visibility_code(casekit_core::model::Visibility::Customer) {
        part.push(if code > least(query) { " UNION ALL " } else { "" }).append(of_visibility(code));
    }
    part.bind(&format!(") few ORDER BY few.entry {order} LIMIT ?"), one_more(query.limit));
    part
}

/// The least visibility that is shown.
fn least(query: &NoteQuery) -> u8 {
    u8::from(!query.internal)
}

/// Notes of all cases, by the case's id and then in reading order.
pub(crate) fn all(connection: &Connection, after: Option<&NotePlace>, limit: u32) -> Result<Vec<Note>> {
    let mut part = Part::of("SELECT n.body FROM org.notes n WHERE true");
    if let Some(NotePlace { case, path }) = after {
        part.bind(" AND (n.case_id, n.path) > (?", case.0).bind(", ?)", path_bytes(path));
    }
    part.bind(" ORDER BY n.case_id, n.path LIMIT ?", i64::from(limit));
    part.rows(connection, |row| json(row, 0))
}
