//! Looking the whole file over.

use casekit_core::model::{Case, Name, Note};
use casekit_core::search::{case_terms, customer_terms, note_terms};
use casekit_core::store::{StoreError, StoreErrorKind};
use rusqlite::{Connection, OptionalExtension, Row};

use crate::error::{Result, fault};
use crate::open;
use crate::standing::{self, Standing};
use crate::value::{json, optional_text, text};

/// Checks pages, references, counts and entries of the search. `go_on` is asked often, and may end it.
pub(crate) fn check(connection: &Connection, go_on: impl Fn() -> Result<()>) -> Result<()> {
    let moment = connection.unchecked_transaction().map_err(fault)?;
    // What opening would refuse is not sound either.
    open::verify(&moment)?;
    for sql in REFRESH {
        moment.query_row(sql, (), |_| Ok(())).optional().map_err(fault)?;
    }
    let sound: String = moment.query_row("PRAGMA integrity_check(1)", (), |row| row.get(0)).map_err(fault)?;
    // An index whose check was interrupted is reported as one that is wrong.
    go_on()?;
    require(sound == "ok", "pages")?;
    for (sql, what) in [
        ("SELECT count(*) FROM pragma_foreign_key_check", "references"),
        (COUNTS, "counts of cases"),
        (STRAY, "entries of the search"),
        (COLUMNS, "columns of cases"),
        (FLOOR, "floor of case numbers"),
        (CLAIMS, "names and references"),
        (BLOBS, "sizes of blobs"),
    ] {
        go_on()?;
        let wrong: i64 = moment.query_row(sql, (), |row| row.get(0)).map_err(fault)?;
        require(wrong == 0, what)?;
    }
    entries(&moment, &go_on)?;
    moment.commit().map_err(fault)
}

/// FTS5 keeps the layout of an index from one query to the next and looks whether it still holds when the next one
/// begins; `integrity_check` alone does not make it look, and then takes a layout of yesterday for damage.
const REFRESH: [&str; 2] = [
    "SELECT 1 FROM search WHERE search MATCH 'x' LIMIT 1",
    "SELECT 1 FROM customer_search WHERE customer_search MATCH 'x' LIMIT 1",
];

fn require(holds: bool, what: &str) -> Result<()> {
    if holds {
        return Ok(());
    }
    let message =
        format!("the file is damaged: its {what} are wrong; keep a copy of it and restore a backup");
    Err(StoreError::new(StoreErrorKind::Corrupt, message))
}

/// Groups that counting finds otherwise than they are kept.
const COUNTS: &str = "WITH counted AS
        (SELECT case_type, stage, holder, category, ready_bits, count(*) AS n FROM cases GROUP BY 1, 2, 3, 4, 5)
    SELECT (SELECT count(*) FROM (SELECT * FROM counted EXCEPT SELECT * FROM case_counts))
         + (SELECT count(*) FROM (SELECT * FROM case_counts EXCEPT SELECT * FROM counted))";

/// Entries that belong to nothing.
const STRAY: &str = "SELECT count(*) FROM search_entries e WHERE NOT CASE WHEN e.note IS NULL
    THEN EXISTS (SELECT 1 FROM cases c WHERE c.number = e.number AND c.entry = e.id)
    ELSE EXISTS (SELECT 1 FROM notes n WHERE n.entry = e.id AND n.id = e.note AND n.number = e.number
                 AND n.visibility = e.visibility) END";

/// Cases whose columns are not those of their body.
const COLUMNS: &str = "SELECT count(*) FROM cases WHERE number != body ->> '$.number.value'
    OR revision != body ->> '$.revision' OR stage != body ->> '$.stage' OR title != body ->> '$.title'
    OR holder != coalesce(body ->> '$.holder.by', '') OR raised_by != body ->> '$.raised_by'";

/// The floor where it is kept for those who write, if it is not the ledger's.
const FLOOR: &str = "SELECT count(*) FROM file WHERE number_floor
    != coalesce((SELECT body ->> '$.ledger.number_floor' FROM definitions WHERE kind = 5), 0)";

/// Customers, workflows and case types whose name or reference another could take.
const CLAIMS: &str = "SELECT
    (SELECT count(*) FROM customers k WHERE k.reference IS NOT NULL AND NOT EXISTS
        (SELECT 1 FROM claims c WHERE c.stream_kind = 3 AND c.stream_id = k.id))
    + (SELECT count(*) FROM definitions d WHERE d.kind IN (1, 2) AND NOT EXISTS
        (SELECT 1 FROM claims c WHERE c.stream_kind = d.kind AND c.stream_id = d.id))";

/// Blobs whose size is not that of their chunks.
const BLOBS: &str = "SELECT count(*) FROM blobs b
    WHERE size != (SELECT coalesce(sum(length(bytes)), 0) FROM blob_chunks WHERE blob = b.key)";

/// Whether every entry holds the terms that its case or note has, and every case the standing of its body.
fn entries(moment: &Connection, go_on: &impl Fn() -> Result<()>) -> Result<()> {
    let cases = format!(
        "SELECT c.body, k.name, e.terms, c.raised_at, c.updated_at, {} FROM cases c
        LEFT JOIN customers k ON k.id = c.customer LEFT JOIN search_entries e ON e.id = c.entry",
        standing::COLUMNS
    );
    const NOTES: &str = "SELECT n.body, e.terms FROM notes n LEFT JOIN search_entries e ON e.id = n.entry";
    const CUSTOMERS: &str = "SELECT name, terms FROM customers";
    each(moment, &cases, |row| {
        go_on()?;
        let (case, name) = (json::<Case>(row, 0)?, optional_text::<Name>(row, 1)?);
        let instants = (row.get(3).map_err(fault)?, row.get(4).map_err(fault)?);
        let kept = (case.raised_at.timestamp_micros(), case.updated_at.timestamp_micros());
        require(instants == kept && Standing::of(&case).is_in(row, 5)?, "columns of cases")?;
        same(row, 2, Some(case_terms(&case, name.as_ref())))
    })?;
    each(moment, NOTES, |row| {
        go_on()?;
        same(row, 1, note_terms(&json::<Note>(row, 0)?))
    })?;
    each(moment, CUSTOMERS, |row| {
        go_on()?;
        same(row, 1, Some(customer_terms(&text(row, 0)?)))
    })
}

fn each(moment: &Connection, sql: &str, is_right: impl Fn(&Row<'_>) -> Result<bool>) -> Result<()> {
    let mut statement = moment.prepare(sql).map_err(fault)?;
    let mut rows = statement.query(()).map_err(fault)?;
    while let Some(row) = rows.next().map_err(fault)? {
        require(is_right(row)?, "entries of the search")?;
    }
    Ok(())
}

fn same(row: &Row<'_>, column: usize, terms: Option<Vec<String>>) -> Result<bool> {
    let kept: Option<String> = row.get(column).map_err(fault)?;
    Ok(kept == terms.map(|terms| terms.join(" ")))
}
