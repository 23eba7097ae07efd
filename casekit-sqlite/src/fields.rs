//! Values of an organisation's own fields by which cases are found: the rows of `case_fields`, made of the case.

use casekit_core::model::{Case, CaseTypeId, FieldId, FieldKey};
use rusqlite::types::{ToSqlOutput, Value};
use rusqlite::{Connection, OptionalExtension, ToSql, Transaction, params};

use crate::error::{Result, fault, unreadable};

/// A row: the key of a field, and a value in the form in which it is compared.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Row {
    pub(crate) field: i64,
    pub(crate) value: FieldKey,
}

/// A key as the file has it.
pub(crate) fn stored(key: &FieldKey) -> Value {
    match key {
        FieldKey::Number(number) => Value::Integer(*number),
        FieldKey::Text(text) => Value::Text(text.clone()),
    }
}

/// The key of a value that is stored.
pub(crate) fn read(value: Value) -> Result<FieldKey> {
    match value {
        Value::Integer(number) => Ok(FieldKey::Number(number)),
        Value::Text(text) => Ok(FieldKey::Text(text)),
        Value::Null | Value::Real(_) | Value::Blob(_) => Err(unreadable()),
    }
}

impl ToSql for Row {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Owned(stored(&self.value)))
    }
}

/// The rows of a case, in the order of their keys. `key` gives the key of a field of a type.
pub(crate) fn of(case: &Case, mut key: impl FnMut(CaseTypeId, &FieldId) -> Result<i64>) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for (id, kept) in case.fields.iter().filter(|(_, kept)| kept.indexed) {
        let field = key(case.case_type, id)?;
        rows.extend(kept.keys().into_iter().map(|value| Row { field, value }));
    }
    rows.sort_unstable();
    rows.dedup();
    Ok(rows)
}

/// The rows that the file has of a case, in the order of their keys.
pub(crate) fn kept(connection: &Connection, number: i64) -> Result<Vec<Row>> {
    const SQL: &str = "SELECT field, value FROM case_fields INDEXED BY case_fields_by_case WHERE number = ?1";
    let mut rows = crate::rows::rows(connection, SQL, &[&number], |row| {
        Ok(Row { field: row.get(0).map_err(fault)?, value: read(row.get(1).map_err(fault)?)? })
    })?;
    rows.sort_unstable();
    Ok(rows)
}

/// Writes what changes of the rows of a case.
pub(crate) fn write(change: &Transaction<'_>, number: i64, before: &[Row], rows: &[Row]) -> Result<()> {
    const DROP: &str = "DELETE FROM case_fields WHERE field = ?1 AND value = ?2 AND number = ?3";
    const PUT: &str = "INSERT INTO case_fields (field, value, number) VALUES (?1, ?2, ?3)";
    for (sql, some, others) in [(DROP, before, rows), (PUT, rows, before)] {
        for row in some.iter().filter(|row| !others.contains(row)) {
            let mut statement = change.prepare_cached(sql).map_err(fault)?;
            statement.execute(params![row.field, row, number]).map_err(fault)?;
        }
    }
    Ok(())
}

/// Replaces whatever rows the file has of a case.
pub(crate) fn replace(change: &Transaction<'_>, number: i64, rows: &[Row]) -> Result<()> {
    const CLEAR: &str = "DELETE FROM case_fields WHERE number = ?1";
    change.prepare_cached(CLEAR).and_then(|mut clear| clear.execute([number])).map_err(fault)?;
    write(change, number, &[], rows)
}

/// The key of a field of a type; `None` if no case was ever found by it.
pub(crate) fn key(connection: &Connection, case_type: CaseTypeId, field: &FieldId) -> Result<Option<i64>> {
    const SQL: &str = "SELECT key FROM field_keys WHERE case_type = ?1 AND field = ?2";
    let mut statement = connection.prepare_cached(SQL).map_err(fault)?;
    let row = params![case_type.0.as_bytes(), field.as_str()];
    statement.query_row(row, |row| row.get(0)).optional().map_err(fault)
}

/// The key of a field of a type, given out if it is new.
pub(crate) fn give_key(change: &Connection, case_type: CaseTypeId, field: &FieldId) -> Result<i64> {
    const GIVE: &str = "INSERT INTO field_keys (case_type, field) VALUES (?1, ?2) RETURNING key";
    if let Some(key) = key(change, case_type, field)? {
        return Ok(key);
    }
    let mut give = change.prepare_cached(GIVE).map_err(fault)?;
    let row = params![case_type.0.as_bytes(), field.as_str()];
    give.query_row(row, |row| row.get(0)).map_err(fault)
}

/// Counts rows of cases that are not there.
pub(crate) const STRAY: &str =
    "SELECT count(*) FROM case_fields WHERE number NOT IN (SELECT number FROM cases)";
