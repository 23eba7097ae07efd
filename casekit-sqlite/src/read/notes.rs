//! Threads.

use casekit_core::model::Note;
use casekit_core::store::{After, NoteOrder, NotePlace, NoteQuery, Slice};
use rusqlite::Connection;

use super::{one_more, slice};
use crate::error::Result;
use crate::value::{json, path_bytes};

/// A page of a thread in reading order, or the newest notes.
pub(crate) fn page(connection: &Connection, query: &NoteQuery) -> Result<Slice<Note>> {
    match &query.order {
        NoteOrder::Reading { after } => thread(connection, query, after.as_ref()),
        NoteOrder::Newest => newest(connection, query),
    }
}

/// The newest of each visibility are the last in the index, and the newest of these few are it.
fn newest(connection: &Connection, query: &NoteQuery) -> Result<Slice<Note>> {
    const SQL: &str = "WITH one AS (SELECT number FROM cases WHERE id = ?1),
        few AS (
            SELECT entry FROM (
                SELECT entry FROM notes WHERE number = (SELECT number FROM one) AND visibility = 1
                ORDER BY entry DESC LIMIT ?3)
            UNION ALL
            SELECT entry FROM (
                SELECT entry FROM notes WHERE number = (SELECT number FROM one) AND visibility = 0 AND ?2 = 0
                ORDER BY entry DESC LIMIT ?3))
        SELECT body FROM notes WHERE entry IN (SELECT entry FROM few) ORDER BY entry DESC LIMIT ?3";
    let least = u8::from(!query.internal);
    let params: [&dyn rusqlite::ToSql; 3] = [query.case.0.as_bytes(), &least, &query.limit];
    let rows = super::rows(connection, SQL, &params, |row| json::<Note>(row, 0))?;
    Ok(Slice { rows, next: None })
}

fn thread(connection: &Connection, query: &NoteQuery, after: Option<&After>) -> Result<Slice<Note>> {
    // The empty path comes before every other.
    const SQL: &str = "SELECT body FROM notes WHERE number = (SELECT number FROM cases WHERE id = ?1)
        AND path > ?2 AND visibility >= ?3 ORDER BY path LIMIT ?4";
    let after = match after {
        Some(After::Path(path)) => path_bytes(path),
        None => Vec::new(),
        // Nothing comes after a place of another list.
        Some(After::Number(_) | After::Instant(..) | After::Name(..) | After::Entry(_)) => {
            return Ok(Slice { rows: Vec::new(), next: None });
        }
    };
    let least = u8::from(!query.internal);
    let params: [&dyn rusqlite::ToSql; 4] = [query.case.0.as_bytes(), &after, &least, &one_more(query.limit)];
    let rows = super::rows(connection, SQL, &params, |row| json::<Note>(row, 0))?;
    Ok(slice(rows, query.limit, |last| After::Path(last.path.clone())))
}

/// Notes of all cases, by the id of the case and in reading order.
pub(crate) fn all(connection: &Connection, after: Option<&NotePlace>, limit: u32) -> Result<Vec<Note>> {
    // Both loops go by an index, in this order, so that nothing is sorted.
    const SQL: &str = "SELECT n.body FROM cases AS c CROSS JOIN notes AS n ON n.number = c.number
        WHERE c.id >= ?1 AND (c.id > ?1 OR n.path > ?2) ORDER BY c.id, n.path LIMIT ?3";
    // The empty id and the empty path come before every other.
    let case = after.map_or(&[][..], |after| after.case.0.as_bytes());
    let path = after.map_or_else(Vec::new, |after| path_bytes(&after.path));
    super::rows(connection, SQL, &[&case, &path, &limit], |row| json(row, 0))
}
