//! Whether the search finds what there is.

use casekit_core::model::Name;
use casekit_core::search::{case_terms, note_terms};
use rusqlite::{Connection, OptionalExtension, Row};

use super::{count, each};
use crate::error::{Result, fault, is_of_search};
use crate::known::Known;
use crate::read::case::{self, of_case};
use crate::read::notes::{self, of_note};
use crate::value::optional_text;

/// FTS5 keeps the layout of an index from one query to the next and looks whether it still holds when the next one
/// begins; `integrity_check` alone does not make it look, and then takes a layout of yesterday for damage.
const REFRESH: [&str; 2] = [
    "SELECT 1 FROM search WHERE search MATCH 'x' LIMIT 1",
    "SELECT 1 FROM customer_search WHERE customer_search MATCH 'x' LIMIT 1",
];

/// Has FTS5 look at the layouts of its indexes; says whether it can read them.
pub(super) fn refresh(moment: &Connection) -> Result<bool> {
    let mut readable = true;
    for sql in REFRESH {
        match moment.query_row(sql, (), |_| Ok(())).optional().map_err(fault) {
            Err(error) if is_of_search(&error) => readable = false,
            looked => {
                looked?;
            }
        }
    }
    Ok(readable)
}

/// Whether what an integrity check found is about an index of the search: FTS5 says either its name or its own.
pub(super) fn is_said(found: &str) -> bool {
    found.contains("FTS5 table") || found.starts_with("fts5: ")
}

/// Entries `e` that belong to nothing.
pub(crate) const STRAY: &str = "FROM search_entries AS e WHERE NOT CASE WHEN e.note IS NULL
    THEN EXISTS (SELECT 1 FROM cases c WHERE c.number = e.number AND c.entry = e.id)
    ELSE EXISTS (SELECT 1 FROM notes n WHERE n.entry = e.id AND n.id = e.note AND n.number = e.number
                 AND n.visibility = e.visibility) END";

/// Whether every case and every note has its entry, with the terms that it gives, and nothing else has one.
pub(super) fn is_complete(moment: &Connection, go_on: &impl Fn() -> Result<()>) -> Result<bool> {
    const CASES: &str = of_case!(
        "k.name, e.terms, ",
        "FROM cases c LEFT JOIN case_bodies b ON b.number = c.number
        LEFT JOIN customers k ON k.key = c.customer LEFT JOIN search_entries e ON e.id = c.entry"
    );
    const NOTES: &str = of_note!(
        "e.terms, ",
        "FROM notes n CROSS JOIN cases c ON c.number = n.number LEFT JOIN search_entries e ON e.id = n.entry"
    );
    let known = Known::default();
    let mut complete = count(moment, &format!("SELECT count(*) {STRAY}"))? == 0;
    each(moment, CASES, |row| {
        go_on()?;
        let (case, name) = (case::whole(moment, &known, row, 2)?, optional_text::<Name>(row, 0)?);
        complete &= same(row, 1, Some(case_terms(&case, name.as_ref())))?;
        Ok(())
    })?;
    each(moment, NOTES, |row| {
        go_on()?;
        complete &= same(row, 0, note_terms(&notes::note(moment, &known, row, 1)?))?;
        Ok(())
    })?;
    Ok(complete)
}

fn same(row: &Row<'_>, column: usize, terms: Option<Vec<String>>) -> Result<bool> {
    let kept: Option<String> = row.get(column).map_err(fault)?;
    Ok(kept == terms.map(|terms| terms.join(" ")))
}
