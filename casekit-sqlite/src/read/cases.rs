//! Lists of cases, from columns: no JSON is parsed for a row but those of its status and a failure.

use casekit_core::model::CaseNumber;
use casekit_core::store::{After, CaseQuery, CaseRow, Direction, Slice, Sort};
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};

use super::filter::{Part, errand_conditions, failing_conditions, pending_conditions};
use super::plan::Source;
use super::{one_more, plan, slice};
use crate::error::{Result, fault};
use crate::value::{
    category, holder, id, instant, integer, micros, optional_id, optional_json, optional_text, text, unsigned,
};

/// The columns of a case `c` and its customer `k`, in the order in which [`row`] reads them.
pub(super) const COLUMNS: &str = "c.id, c.prefix, c.number, c.case_type, c.stage, c.category, c.title,
    c.customer, k.name, c.holder, c.raised_at, c.updated_at, c.workflow, c.status, c.failure";

/// How many those are: what follows them begins there.
pub(super) const WIDTH: usize = 15;

/// Reads a row whose first columns are [`COLUMNS`].
pub(super) fn row(row: &Row<'_>) -> Result<CaseRow> {
    // Most cases have no workflow, and then nothing follows.
    let workflow = optional_id(row, 12)?;
    let (status, failure) = match workflow {
        None => (None, None),
        Some(_) => (optional_json(row, 13)?, optional_json(row, 14)?),
    };
    Ok(CaseRow {
        id: id(row, 0)?,
        number: CaseNumber { prefix: row.get(1).map_err(fault)?, value: unsigned(row, 2)? },
        case_type: id(row, 3)?,
        stage: text(row, 4)?,
        category: category(row, 5)?,
        title: text(row, 6)?,
        customer: optional_id(row, 7)?,
        customer_name: optional_text(row, 8)?,
        holder: holder(row, 9)?,
        raised_at: instant(row, 10)?,
        updated_at: instant(row, 11)?,
        workflow,
        status,
        failure,
    })
}

/// A page of cases.
pub(crate) fn page(connection: &Connection, query: &CaseQuery) -> Result<Slice<CaseRow>> {
    // The choice of the way and the page itself see one moment; a page without a choice is one statement.
    let moment = match needs_choice(query) {
        true => Some(connection.unchecked_transaction().map_err(fault)?),
        false => None,
    };
    let statement = statement(query, plan::source(connection, query)?);
    let mut prepared = connection.prepare_cached(&statement.sql).map_err(fault)?;
    let mut found = prepared.query(params_from_iter(statement.values)).map_err(fault)?;
    let mut rows = Vec::with_capacity(query.limit.min(500) as usize + 1);
    while let Some(one) = found.next().map_err(fault)? {
        rows.push(row(one)?);
    }
    drop(found);
    drop(prepared);
    if let Some(moment) = moment {
        moment.commit().map_err(fault)?;
    }
    Ok(slice(rows, query.limit, |last| match query.sort {
        Sort::Number => After::Number(last.number.value),
        Sort::Raised => After::Instant(last.raised_at, last.number.value),
        Sort::Updated => After::Instant(last.updated_at, last.number.value),
    }))
}

fn needs_choice(query: &CaseQuery) -> bool {
    query.filter != casekit_core::store::CaseFilter::default()
}

/// Conditions carry a `+` so that none of them tempts SQLite away from the way that was chosen.
fn statement(query: &CaseQuery, source: Source) -> Part {
    let filter = &query.filter;
    let mut part = Part::default();
    part.push("SELECT ").push(COLUMNS);
    const CUSTOMER: &str = " LEFT JOIN customers k ON k.id = c.customer";
    let by_entry = matches!(source, Source::Found(_));
    match source {
        Source::Numbers(numbers) => {
            part.push(" FROM (").append(numbers).push(") d CROSS JOIN cases c ON c.number = d.number");
            part.push(CUSTOMER).push(" WHERE true");
        }
        Source::Order => {
            part.push(" FROM cases c").push(CUSTOMER).push(" WHERE true");
        }
        Source::Found(text) => {
            part.push(" FROM search CROSS JOIN search_entries e ON e.id = search.rowid");
            part.push(" CROSS JOIN cases c ON c.number = e.number").push(CUSTOMER);
            part.bind(" WHERE search MATCH ? AND e.note IS NULL", [text]);
        }
    }
    part.append(plan::groups(query).conditions("+c."));
    if let Some(customer) = filter.customer {
        part.bind(" AND +c.customer = ?", [Value::Blob(customer.0.as_bytes().to_vec())]);
    }
    if let Some(own) = &filter.own {
        let own = Value::Text(own.as_str().to_owned());
        part.bind(" AND (+c.holder = ? OR +c.raised_by = ?)", [own.clone(), own]);
    }
    if let Some(pending) = &filter.pending {
        part.append(pending_conditions(pending, "+c."));
    }
    if let Some(failing) = &filter.failing {
        part.append(failing_conditions(failing, "+c."));
    }
    if let Some((errand, before)) = filter.errand {
        part.append(errand_conditions(errand, before, "+c."));
    }
    // In the order of raising, the index that is walked begins where the range does.
    let raised = if query.sort == Sort::Raised { "c.raised_at" } else { "+c.raised_at" };
    if let Some(from) = filter.raised_from {
        part.bind(&format!(" AND {raised} >= ?"), [Value::Integer(micros(from))]);
    }
    if let Some(before) = filter.raised_before {
        part.bind(&format!(" AND {raised} < ?"), [Value::Integer(micros(before))]);
    }
    if by_entry {
        order_by_entry(&mut part, query);
    } else {
        order(&mut part, query);
    }
    part
}

/// The order of numbers by way of entries, so that FTS5 gives the rows in it and the page ends where it is full.
fn order_by_entry(part: &mut Part, query: &CaseQuery) {
    const ABOVE: &str = " AND c.number > ? AND search.rowid >
        coalesce((SELECT entry FROM cases WHERE number <= ? ORDER BY number DESC LIMIT 1), 0)";
    const BELOW: &str = " AND c.number < ? AND search.rowid <
        coalesce((SELECT entry FROM cases WHERE number >= ? ORDER BY number LIMIT 1), 9223372036854775807)";
    let (beyond, order) = match query.direction {
        Direction::Ascending => (ABOVE, " ORDER BY search.rowid ASC LIMIT ?"),
        Direction::Descending => (BELOW, " ORDER BY search.rowid DESC LIMIT ?"),
    };
    match &query.after {
        None => {}
        Some(After::Number(number)) => {
            let number = Value::Integer(integer(*number));
            part.bind(beyond, [number.clone(), number]);
        }
        // Nothing comes after a place of another list.
        Some(After::Instant(..) | After::Name(..) | After::Path(_) | After::Entry(_)) => {
            part.push(" AND false");
        }
    }
    part.bind(order, [Value::Integer(one_more(query.limit))]);
}

fn order(part: &mut Part, query: &CaseQuery) {
    let (beyond, direction) = match query.direction {
        Direction::Ascending => (">", "ASC"),
        Direction::Descending => ("<", "DESC"),
    };
    let instant = match query.sort {
        Sort::Number => None,
        Sort::Raised => Some("c.raised_at"),
        Sort::Updated => Some("c.updated_at"),
    };
    match (instant, &query.after) {
        (None, Some(After::Number(number))) => {
            part.bind(&format!(" AND c.number {beyond} ?"), [Value::Integer(integer(*number))]);
        }
        (Some(column), Some(After::Instant(at, number))) => {
            let values = [Value::Integer(micros(*at)), Value::Integer(integer(*number))];
            part.bind(&format!(" AND ({column}, c.number) {beyond} (?, ?)"), values);
        }
        (_, None) => {}
        // Nothing comes after a place of another list.
        (
            _,
            Some(After::Number(_) | After::Instant(..) | After::Name(..) | After::Path(_) | After::Entry(_)),
        ) => {
            part.push(" AND false");
        }
    }
    let column = instant.map_or_else(String::new, |column| format!("{column} {direction}, "));
    let sql = format!(" ORDER BY {column}c.number {direction} LIMIT ?");
    part.bind(&sql, [Value::Integer(one_more(query.limit))]);
}
