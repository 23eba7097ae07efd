//! Lists of customers.

use casekit_core::commit::ClaimKind;
use casekit_core::model::{CustomerId, StreamId};
use casekit_core::store::{After, CustomerQuery, CustomerRow, Slice};
use casekit_core::text::fold_name;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};

use super::filter::Part;
use super::matching::match_expression;
use super::{one_more, slice};
use crate::error::{Result, fault};
use crate::value::{id, optional_text, stream, text};

/// A page of customers by folded name, then id.
pub(crate) fn page(connection: &Connection, query: &CustomerQuery) -> Result<Slice<CustomerRow>> {
    let mut part = Part::default();
    part.push("SELECT id, name, reference FROM customers WHERE true");
    // A text that says nothing is no condition.
    if let Some(text) = query.text.as_ref().filter(|text| !text.is_empty()) {
        let sql = " AND key IN (SELECT rowid FROM customer_search WHERE customer_search MATCH ?)";
        part.bind(sql, [match_expression(text)]);
    }
    match &query.after {
        None => {}
        Some(After::Name(folded, id)) => {
            let values = [Value::Text(folded.clone()), Value::Blob(id.0.as_bytes().to_vec())];
            part.bind(" AND (folded, id) > (?, ?)", values);
        }
        // Nothing comes after a place of another list.
        Some(After::Number(_) | After::Instant(..) | After::Path(_) | After::Entry(_)) => {
            part.push(" AND false");
        }
    }
    part.bind(" ORDER BY folded, id LIMIT ?", [Value::Integer(one_more(query.limit))]);
    let mut statement = connection.prepare_cached(&part.sql).map_err(fault)?;
    let mut found = statement.query(params_from_iter(part.values)).map_err(fault)?;
    let mut rows = Vec::new();
    while let Some(row) = found.next().map_err(fault)? {
        let name = text(row, 1)?;
        rows.push(CustomerRow { id: id(row, 0)?, name, external_reference: optional_text(row, 2)? });
    }
    Ok(slice(rows, query.limit, |last| After::Name(fold_name(last.name.as_str()), last.id)))
}

/// The customer with a reference.
pub(crate) fn by_reference(connection: &Connection, folded: &str) -> Result<Option<CustomerId>> {
    const SQL: &str = "SELECT s.kind, s.id FROM claims l CROSS JOIN streams s ON s.key = l.stream
        WHERE l.kind = ?1 AND l.value = ?2";
    let mut statement = connection.prepare_cached(SQL).map_err(fault)?;
    let kind = ClaimKind::CustomerReference.code();
    let found = statement.query_row(params![kind, folded], |row| Ok(stream(row, 0, 1))).optional();
    Ok(match found.map_err(fault)?.transpose()? {
        Some(StreamId::Customer(id)) => Some(id),
        Some(StreamId::Settings | StreamId::Workflow(_) | StreamId::CaseType(_))
        | Some(StreamId::Case(_) | StreamId::Ledger)
        | None => None,
    })
}
