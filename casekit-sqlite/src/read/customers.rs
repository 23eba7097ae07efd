//! Lists of customers.

use casekit_core::commit::ClaimKind;
use casekit_core::model::{CustomerId, StreamId};
use casekit_core::search::customer_terms;
use casekit_core::store::{After, CustomerQuery, CustomerRow, Direction, Slice};
use casekit_core::text::{Query, fold_name};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};

use super::filter::Part;
use super::found::{Index, Kinds, walk};
use super::{one_more, slice};
use crate::error::{Result, fault};
use crate::value::{id, optional_text, stream, text};

/// How many customers that are found are fetched and sorted: more are seldom meant, and the order is walked instead.
const SORTED: usize = 1_000;

/// How many of the order are looked at for a page: some ten milliseconds.
const LOOKED_AT: u32 = 4_000;

/// A page of customers by folded name, then id. It is short where many are found who stand far apart, and the next goes on
/// from there.
pub(crate) fn page(connection: &Connection, query: &CustomerQuery) -> Result<Slice<CustomerRow>> {
    let after = match &query.after {
        None => None,
        Some(After::Name(folded, id)) => Some((folded.as_str(), *id)),
        // Nothing comes after a place of another list.
        Some(After::Number(_) | After::Instant(..) | After::Path(_) | After::Entry(_)) => {
            return Ok(Slice { rows: Vec::new(), next: None });
        }
    };
    // A text that says nothing is no condition.
    let Some(text) = query.text.as_ref().filter(|text| !text.is_empty()) else {
        let rows = in_order(connection, None, after, one_more(query.limit))?;
        return Ok(slice(rows, query.limit, place_of));
    };
    let moment = connection.unchecked_transaction().map_err(fault)?;
    let page = of_text(&moment, text, after, query.limit, (SORTED, LOOKED_AT))?;
    moment.commit().map_err(fault)?;
    Ok(page)
}

fn of_text(
    moment: &Connection,
    text: &Query,
    after: Option<(&str, CustomerId)>,
    limit: u32,
    (sorted, looked_at): (usize, u32),
) -> Result<Slice<CustomerRow>> {
    let found = walk(moment, (Index::Names, Kinds::All), text, Direction::Ascending, None, sorted)?;
    if found.end.is_none() {
        let rows = in_order(moment, Some(&found.rowids), after, one_more(limit))?;
        return Ok(slice(rows, limit, place_of));
    }
    let looked = in_order(moment, None, after, looked_at.into())?;
    let last = looked.last().filter(|_| looked.len() == looked_at as usize).map(place_of);
    let fits = |row: &CustomerRow| text.matches(&customer_terms(&row.name));
    let rows: Vec<CustomerRow> = looked.into_iter().filter(fits).take(limit as usize + 1).collect();
    if rows.len() > limit as usize {
        return Ok(slice(rows, limit, place_of));
    }
    Ok(Slice { rows, next: last })
}

fn place_of(row: &CustomerRow) -> After {
    After::Name(fold_name(row.name.as_str()), row.id)
}

/// Customers in their order, after a place, of those keys if they are given.
fn in_order(
    connection: &Connection,
    keys: Option<&[i64]>,
    after: Option<(&str, CustomerId)>,
    limit: i64,
) -> Result<Vec<CustomerRow>> {
    let mut part = Part::default();
    part.push("SELECT id, name, reference FROM customers WHERE true");
    if let Some(keys) = keys {
        let keys: Vec<String> = keys.iter().map(i64::to_string).collect();
        let keys = Value::Text(format!("[{}]", keys.join(",")));
        part.bind(" AND key IN (SELECT value FROM json_each(?))", [keys]);
    }
    if let Some((folded, id)) = after {
        // Those that are given are few, and not to be looked for in the order.
        let columns = if keys.is_some() { "(+folded, +id)" } else { "(folded, id)" };
        let values = [Value::Text(folded.to_owned()), Value::Blob(id.0.as_bytes().to_vec())];
        part.bind(&format!(" AND {columns} > (?, ?)"), values);
    }
    part.push(if keys.is_some() { " ORDER BY +folded, +id" } else { " ORDER BY folded, id" });
    part.bind(" LIMIT ?", [Value::Integer(limit)]);
    let mut statement = connection.prepare_cached(&part.sql).map_err(fault)?;
    let mut found = statement.query(params_from_iter(part.values)).map_err(fault)?;
    let mut rows = Vec::new();
    while let Some(row) = found.next().map_err(fault)? {
        let name = text(row, 1)?;
        rows.push(CustomerRow { id: id(row, 0)?, name, external_reference: optional_text(row, 2)? });
    }
    Ok(rows)
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
