//! Reading notes: threads, the newest notes of a case, and all notes for a copy.

use casekit_core::model::{LongText, Note, NoteBody};
use casekit_core::store::{After, Direction, NoteOrder, NotePlace, NoteQuery, Slice};
use rusqlite::{Connection, Row};

use super::{one_more, slice};
use crate::error::{Result, fault, unreadable};
use crate::known::Known;
use crate::value::{id, instant, optional_id, optional_text, optional_visibility, path_bytes};

/// The columns of a note `n` on the case `c`, in the order of [`note`], after the first ones.
macro_rules! of_note {
    ($first:literal, $rest:literal) => {
        concat!(
            "SELECT ",
            $first,
            "n.id, c.id, n.path, n.visibility, n.author, n.added_at, n.updated_at, n.edits, n.parent, n.text ",
            $rest
        )
    };
}

pub(crate) use of_note;

/// Reads a note whose columns begin at `first`.
pub(crate) fn note(connection: &Connection, known: &Known, row: &Row<'_>, first: usize) -> Result<Note> {
    let at = |column: usize| first + column;
    let added_at = instant(row, at(5))?;
    let is_edited = row.get::<_, Option<i64>>(at(6)).map_err(fault)?.is_some();
    let text: Option<LongText> = optional_text(row, at(9))?;
    Ok(Note {
        id: id(row, at(0))?,
        case: id(row, at(1))?,
        parent: optional_id(row, at(8))?,
        path: path(row, at(2))?,
        author: known.person(connection, row.get(at(4)).map_err(fault)?)?,
        added_at,
        visibility: optional_visibility(row, at(3))?.ok_or_else(unreadable)?,
        body: text.map_or(NoteBody::Retracted, NoteBody::Text),
        edits: row.get(at(7)).map_err(fault)?,
        updated_at: if is_edited { instant(row, at(6))? } else { added_at },
    })
}

fn path(row: &Row<'_>, column: usize) -> Result<Vec<u32>> {
    let bytes = row.get_ref(column).map_err(fault)?.as_blob().map_err(|_| unreadable())?;
    let (places, rest) = bytes.as_chunks::<4>();
    if places.is_empty() || !rest.is_empty() {
        return Err(unreadable());
    }
    Ok(places.iter().map(|place| u32::from_be_bytes(*place)).collect())
}

/// A page of a thread in reading order, or of the notes of a case by when they were added.
pub(crate) fn page(connection: &Connection, known: &Known, query: &NoteQuery) -> Result<Slice<Note>> {
    match &query.order {
        NoteOrder::Reading { after } => thread(connection, known, query, after.as_ref()),
        NoteOrder::Added { direction, after } => {
            added(connection, known, query, (*direction, after.as_ref()))
        }
    }
}

/// Notes by when they were added. The index has them by visibility, so the first of each visibility are read from where the
/// last page ended, and the first among these are the answer.
macro_rules! added {
    ($beyond:literal, $order:literal) => {
        concat!(
            "WITH one AS (SELECT key / 4 AS number FROM streams WHERE kind = 4 AND id = ?1),
            ended AS (
                SELECT CASE WHEN ?4 IS NULL THEN ?5
                    ELSE (SELECT entry FROM notes WHERE number = (SELECT number FROM one) AND path = ?4) END AS entry),
            few AS (
                SELECT entry FROM (
                    SELECT entry FROM notes WHERE number = (SELECT number FROM one) AND visibility = 1
                        AND entry ", $beyond, " (SELECT entry FROM ended) ORDER BY entry ", $order, " LIMIT ?3)
                UNION ALL
                SELECT entry FROM (
                    SELECT entry FROM notes WHERE number = (SELECT number FROM one) AND visibility = 0 AND ?2 = 0
                        AND entry ", $beyond, " (SELECT entry FROM ended) ORDER BY entry ", $order, " LIMIT ?3)) ",
            of_note!(
                "",
                "FROM notes n CROSS JOIN cases c ON c.number = n.number WHERE n.entry IN (SELECT entry FROM few)
                ORDER BY n.entry "
            ),
            $order,
            " LIMIT ?3"
        )
    };
}

const OLDEST: &str = added!(">", "ASC");
const NEWEST: &str = added!("<", "DESC");

fn added(
    connection: &Connection,
    known: &Known,
    query: &NoteQuery,
    (direction, after): (Direction, Option<&After>),
) -> Result<Slice<Note>> {
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
    let (sql, beginning) = match direction {
        Direction::Ascending => (OLDEST, i64::MIN),
        Direction::Descending => (NEWEST, i64::MAX),
    };
    let least = u8::from(!query.internal);
    let params: [&dyn rusqlite::ToSql; 5] =
        [query.case.0.as_bytes(), &least, &one_more(query.limit), &after, &beginning];
    let rows = crate::rows::rows(connection, sql, &params, |row| note(connection, known, row, 0))?;
    Ok(slice(rows, query.limit, |last| After::Path(last.path.clone())))
}

fn thread(
    connection: &Connection,
    known: &Known,
    query: &NoteQuery,
    after: Option<&After>,
) -> Result<Slice<Note>> {
    // The empty path comes before every other.
    const SQL: &str = of_note!(
        "",
        "FROM streams s CROSS JOIN cases c ON c.number = s.key / 4 CROSS JOIN notes n ON n.number = c.number
        WHERE s.kind = 4 AND s.id = ?1 AND n.path > ?2 AND n.visibility >= ?3 ORDER BY n.path LIMIT ?4"
    );
    let after = match after {
        Some(After::Path(path)) => path_bytes(path),
        None => Vec::new(),
        // Nothing comes after a place of another list.
        Some(
            After::Number(_) | After::Instant(..) | After::Field(..) | After::Name(..) | After::Entry(_),
        ) => {
            return Ok(Slice { rows: Vec::new(), next: None });
        }
    };
    let least = u8::from(!query.internal);
    let params: [&dyn rusqlite::ToSql; 4] = [query.case.0.as_bytes(), &after, &least, &one_more(query.limit)];
    let rows = crate::rows::rows(connection, SQL, &params, |row| note(connection, known, row, 0))?;
    Ok(slice(rows, query.limit, |last| After::Path(last.path.clone())))
}

/// Notes of all cases, ordered by the case's id and then in reading order.
pub(crate) fn all(
    connection: &Connection,
    known: &Known,
    after: Option<&NotePlace>,
    limit: u32,
) -> Result<Vec<Note>> {
    // `CROSS JOIN` keeps this order of the loops. Each uses an index, so that nothing is sorted.
    const SQL: &str = of_note!(
        "",
        "FROM streams s CROSS JOIN cases c ON c.number = s.key / 4 CROSS JOIN notes n ON n.number = c.number
        WHERE s.kind = 4 AND s.id >= ?1 AND (s.id > ?1 OR n.path > ?2) ORDER BY s.id, n.path LIMIT ?3"
    );
    // The empty id and the empty path come before every other.
    let case = after.map_or(&[][..], |after| after.case.0.as_bytes());
    let path = after.map_or_else(Vec::new, |after| path_bytes(&after.path));
    crate::rows::rows(connection, SQL, &[&case, &path, &limit], |row| note(connection, known, row, 0))
}
