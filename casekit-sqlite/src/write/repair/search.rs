//! The search, made anew from cases and notes whose columns are mended.

use casekit_core::model::Name;
use casekit_core::search::{case_terms, note_terms};
use rusqlite::types::Value;
use rusqlite::{Row, Transaction, params_from_iter};

use super::super::index;
use super::in_chunks;
use crate::derived;
use crate::error::{Result, fault, is_of_search};
use crate::known::Known;
use crate::read::case::{self, of_case};
use crate::read::check::search::STRAY;
use crate::read::notes::{self, of_note};
use crate::value::{integer, optional_text, visibility_code};

/// Puts entries and indexes in their place; `sound` says whether SQLite could read the indexes.
pub(super) fn repair(change: &Transaction<'_>, sound: bool) -> Result<u64> {
    Ok(entries(change)? + indexes(change, sound)?)
}

/// Entries of the search, from cases and notes whose columns are mended.
fn entries(change: &Transaction<'_>) -> Result<u64> {
    const CASES: &str = of_case!(
        "c.number, k.name, c.entry, e.number, e.note, e.visibility, e.terms, ",
        "FROM cases c LEFT JOIN case_bodies b ON b.number = c.number LEFT JOIN customers k ON k.key = c.customer
        LEFT JOIN search_entries e ON e.id = c.entry WHERE c.number > ?1 ORDER BY c.number LIMIT 200"
    );
    const NOTES: &str = of_note!(
        "n.entry, n.number, e.id, e.number, e.note, e.visibility, e.terms, ",
        "FROM notes n CROSS JOIN cases c ON c.number = n.number LEFT JOIN search_entries e ON e.id = n.entry
        WHERE n.entry > ?1 ORDER BY n.entry LIMIT 200"
    );
    let known = Known::default();
    let mut mended = change.execute(&format!("DELETE {}", STRAY), ()).map_err(fault)? as u64;
    let of_case = |row: &Row<'_>| {
        let (case, name) = (case::whole(change, &known, row, 7)?, optional_text::<Name>(row, 1)?);
        let terms = case_terms(&case, name.as_ref()).join(" ");
        let number = Value::from(integer(case.number.value));
        let entry = vec![number, Value::Null, Value::Null, Value::Text(terms)];
        let id: i64 = row.get(2).map_err(fault)?;
        Ok((!derived::is_in(row, 3, &entry)?).then_some((id, Some(entry))))
    };
    let of_note = |row: &Row<'_>| {
        let id: i64 = row.get(0).map_err(fault)?;
        let note = notes::note(change, &known, row, 7)?;
        let Some(terms) = note_terms(&note) else {
            // A retracted note has none.
            let kept: Option<i64> = row.get(2).map_err(fault)?;
            return Ok(kept.map(|id| (id, None)));
        };
        let number = row.get(1).map_err(fault)?;
        let note_id = Value::Blob(note.id.0.as_bytes().to_vec());
        let visibility = Value::from(visibility_code(note.visibility));
        let entry = vec![number, note_id, visibility, Value::Text(terms.join(" "))];
        Ok((!derived::is_in(row, 3, &entry)?).then_some((id, Some(entry))))
    };
    let mut put = |_, (id, entry)| {
        mended += 1;
        put_entry(change, id, entry)
    };
    in_chunks(change, CASES, of_case, &mut put)?;
    in_chunks(change, NOTES, of_note, &mut put)?;
    Ok(mended)
}

fn put_entry(change: &Transaction<'_>, id: i64, entry: Option<Vec<Value>>) -> Result<()> {
    const PUT: &str =
        "REPLACE INTO search_entries (id, number, note, visibility, terms) VALUES (?, ?, ?, ?, ?)";
    const DROP: &str = "DELETE FROM search_entries WHERE id = ?";
    let sql = if entry.is_some() { PUT } else { DROP };
    let row = std::iter::once(Value::from(id)).chain(entry.into_iter().flatten());
    change.prepare_cached(sql).and_then(|mut put| put.execute(params_from_iter(row))).map_err(fault)?;
    Ok(())
}

/// The indexes of the search, if they are not sound or not, word for word, of the entries and names that there are.
fn indexes(change: &Transaction<'_>, sound: bool) -> Result<u64> {
    const ANEW: [&str; 2] = [
        "INSERT INTO search (search) VALUES ('rebuild')",
        "INSERT INTO customer_search (customer_search) VALUES ('rebuild')",
    ];
    let compared = match index::check(change) {
        Err(error) if is_of_search(&error) => false,
        looked => looked.map(|()| true)?,
    };
    if sound && compared {
        return Ok(0);
    }
    for sql in ANEW {
        change.execute(sql, ()).map_err(fault)?;
    }
    index::check(change)?;
    Ok(1)
}
