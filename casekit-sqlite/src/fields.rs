//! Values of an organisation's own fields by which cases and customers are found: the rows of `case_fields` and
//! `customer_fields`, made of the states.

use std::collections::BTreeMap;

use casekit_core::model::{Case, CaseField, Customer, FieldId, FieldKey, FieldOwner};
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

/// A table of rows, each of a case or of a customer.
#[derive(Clone, Copy)]
pub(crate) enum Table {
    /// `case_fields`, by the numbers of cases.
    Cases,
    /// `customer_fields`, by the keys of customers.
    Customers,
}

impl Table {
    /// The statement for this table of two that differ in nothing else.
    fn sql(self, of_cases: &'static str, of_customers: &'static str) -> &'static str {
        match self {
            Self::Cases => of_cases,
            Self::Customers => of_customers,
        }
    }
}

/// The rows of a case, in the order of their keys. `key` gives the key of a field.
pub(crate) fn of(case: &Case, key: impl FnMut(FieldOwner, &FieldId) -> Result<i64>) -> Result<Vec<Row>> {
    rows_of(FieldOwner::CaseType(case.case_type), &case.fields, key)
}

/// The rows of a customer, in the order of their keys. `key` gives the key of a field.
pub(crate) fn of_customer(
    customer: &Customer,
    key: impl FnMut(FieldOwner, &FieldId) -> Result<i64>,
) -> Result<Vec<Row>> {
    rows_of(FieldOwner::Customers, &customer.fields, key)
}

fn rows_of(
    owner: FieldOwner,
    fields: &BTreeMap<FieldId, CaseField>,
    mut key: impl FnMut(FieldOwner, &FieldId) -> Result<i64>,
) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for (id, kept) in fields.iter().filter(|(_, kept)| kept.indexed) {
        let field = key(owner, id)?;
        rows.extend(kept.keys().into_iter().map(|value| Row { field, value }));
    }
    rows.sort_unstable();
    rows.dedup();
    Ok(rows)
}

/// The rows that the file has of a case or a customer, in the order of their keys.
pub(crate) fn kept(connection: &Connection, table: Table, of: i64) -> Result<Vec<Row>> {
    let sql = table.sql(
        "SELECT field, value FROM case_fields INDEXED BY case_fields_by_case WHERE number = ?1",
        "SELECT field, value FROM customer_fields INDEXED BY customer_fields_by_customer WHERE customer = ?1",
    );
    let mut rows = crate::rows::rows(connection, sql, &[&of], |row| {
        Ok(Row { field: row.get(0).map_err(fault)?, value: read(row.get(1).map_err(fault)?)? })
    })?;
    rows.sort_unstable();
    Ok(rows)
}

/// Writes what changes of the rows of a case or a customer.
pub(crate) fn write(
    change: &Transaction<'_>,
    table: Table,
    of: i64,
    before: &[Row],
    rows: &[Row],
) -> Result<()> {
    let drop = table.sql(
        "DELETE FROM case_fields WHERE field = ?1 AND value = ?2 AND number = ?3",
        "DELETE FROM customer_fields WHERE field = ?1 AND value = ?2 AND customer = ?3",
    );
    let put = table.sql(
        "INSERT INTO case_fields (field, value, number) VALUES (?1, ?2, ?3)",
        "INSERT INTO customer_fields (field, value, customer) VALUES (?1, ?2, ?3)",
    );
    for (sql, some, others) in [(drop, before, rows), (put, rows, before)] {
        for row in some.iter().filter(|row| !others.contains(row)) {
            let mut statement = change.prepare_cached(sql).map_err(fault)?;
            statement.execute(params![row.field, row, of]).map_err(fault)?;
        }
    }
    Ok(())
}

/// Replaces whatever rows the file has of a case or a customer.
pub(crate) fn replace(change: &Transaction<'_>, table: Table, of: i64, rows: &[Row]) -> Result<()> {
    let clear = table
        .sql("DELETE FROM case_fields WHERE number = ?1", "DELETE FROM customer_fields WHERE customer = ?1");
    change.prepare_cached(clear).and_then(|mut clear| clear.execute([of])).map_err(fault)?;
    write(change, table, of, &[], rows)
}

/// The key of a field; `None` if nothing was ever found by it.
pub(crate) fn key(connection: &Connection, owner: FieldOwner, field: &FieldId) -> Result<Option<i64>> {
    const SQL: &str = "SELECT key FROM field_keys WHERE case_type = ?1 AND field = ?2";
    let mut statement = connection.prepare_cached(SQL).map_err(fault)?;
    let found = statement.query_row(params![stored_owner(&owner), field.as_str()], |row| row.get(0));
    found.optional().map_err(fault)
}

/// The key of a field, given out if it is new.
pub(crate) fn give_key(change: &Connection, owner: FieldOwner, field: &FieldId) -> Result<i64> {
    const GIVE: &str = "INSERT INTO field_keys (case_type, field) VALUES (?1, ?2) RETURNING key";
    if let Some(key) = key(change, owner, field)? {
        return Ok(key);
    }
    let mut give = change.prepare_cached(GIVE).map_err(fault)?;
    give.query_row(params![stored_owner(&owner), field.as_str()], |row| row.get(0)).map_err(fault)
}

/// Whose a field is, as the file has it: the id of the type, and nothing for customers.
fn stored_owner(owner: &FieldOwner) -> &[u8] {
    match owner {
        FieldOwner::CaseType(case_type) => case_type.0.as_bytes(),
        FieldOwner::Customers => &[],
    }
}

/// Counts rows of cases that are not there.
pub(crate) const STRAY: &str =
    "SELECT count(*) FROM case_fields WHERE number NOT IN (SELECT number FROM cases)";

/// Counts rows of customers who are not there.
pub(crate) const STRAY_OF_CUSTOMERS: &str =
    "SELECT count(*) FROM customer_fields WHERE customer NOT IN (SELECT key FROM customers)";
