//! Customers, by name or by reference.

use casekit_core::commit::{Claim, ClaimKind};
use casekit_core::model::{CustomerId, StreamId};
use casekit_core::store::{After, CustomerQuery, CustomerRow, Slice};
use tokio_postgres::Row;

use super::part::Part;
use super::{filter, one_more, slice, tsquery};
use crate::connection::Connection;
use crate::error::Result;
use crate::value::{id, optional_json, optional_text, plain, stream, text};

/// A page of customers by folded name, then id. With a text it is for the caller to see that the store is searchable.
pub(crate) fn page(connection: &Connection, query: &CustomerQuery) -> Result<Slice<CustomerRow>> {
    let mut part = Part::of("SELECT ");
    part.push(COLUMNS).push(" FROM org.customers k WHERE true");
    match &query.after {
        None => {}
        Some(After::Name(folded, id)) => {
            part.bind(" AND (k.folded, k.id) > (?", folded.as_str()).bind(", ?)", id.0);
        }
        // Nothing comes after a place of another list.
        Some(After::Number(_) | After::Instant(..) | After::Field(..) | After::Path(_) | After::Entry(_)) => {
            return Ok(Slice { rows: Vec::new(), next: None });
        }
    }
    for (field, range) in &query.fields {
        part.push(" AND EXISTS (SELECT 1 FROM org.customer_fields f WHERE f.customer = k.id");
        part.bind(" AND f.field = ?", field.as_str()).append(filter::in_range("f.value", range)).push(")");
    }
    // A text without terms is no condition.
    let text = query.text.as_ref().filter(|text| !text.is_empty());
    if let Some(text) = text {
        part.bind(" AND k.terms @@ ?::text::tsquery", tsquery::text_of(text));
    }
    part.bind(" ORDER BY k.folded, k.id LIMIT ?", one_more(query.limit));
    let read = |row: &Row| Ok((customer(row)?, plain(row, 6)?.to_owned()));
    let page =
        slice(part.rows(connection, read)?, query.limit, |(row, folded)| After::Name(folded.clone(), row.id));
    Ok(Slice { rows: page.rows.into_iter().map(|(row, _)| row).collect(), next: page.next })
}

/// The columns of a customer `k`, in the order in which [`customer`] reads them; then the name as names are compared.
pub(crate) const COLUMNS: &str = "k.id, k.name, k.reference, k.email, k.phone, k.found_by, k.folded";

pub(crate) fn customer(row: &Row) -> Result<CustomerRow> {
    Ok(CustomerRow {
        id: id(row, 0)?,
        name: text(row, 1)?,
        external_reference: optional_text(row, 2)?,
        email: optional_text(row, 3)?,
        phone: optional_text(row, 4)?,
        fields: optional_json(row, 5)?.unwrap_or_default(),
    })
}

/// The customer with an external reference.
pub(crate) fn by_reference(connection: &Connection, reference: &str) -> Result<Option<CustomerId>> {
    const SQL: &str =
        "SELECT stream_kind, stream_id FROM org.claims WHERE kind = $1 AND value = $2 AND number = $3";
    let Claim { kind, value, number } = Claim::new(ClaimKind::CustomerReference, reference);
    let found = connection.optional_row(SQL, [kind.code().into(), value.into(), number.into()])?;
    Ok(found.map(|row| stream(&row, 0, 1)).transpose()?.and_then(StreamId::customer))
}
