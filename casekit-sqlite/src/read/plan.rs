//! By which way a list of cases is read.
//!
//! Few cases that fit a filter are looked up and sorted; of many, the order is walked and what does not fit is passed
//! over. Which of both it is, the kept counts say: with n of N cases fitting, a page of k passes over k·N/n rows, so
//! looking up wins below √(k·N). Neither way grows worse than that.

use casekit_core::store::{CaseFilter, CaseQuery, Pending, Sort};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::filter::{Groups, Part, errand_conditions, failing_conditions, pending_conditions};
use super::matching::match_expression;
use crate::error::{Result, fault};
use crate::value::micros;

/// Where the cases of a list come from.
pub(super) enum Source {
    /// From the order itself, walked.
    Order,
    /// From a list of numbers.
    Numbers(Part),
    /// From what a search finds, which comes in the order of numbers: entries of cases are made as cases are raised.
    Found(Value),
}

/// Chooses the source.
pub(super) fn source(connection: &Connection, query: &CaseQuery) -> Result<Source> {
    let filter = &query.filter;
    // A text that says nothing is no condition.
    if let Some(text) = filter.text.as_ref().filter(|text| !text.is_empty()) {
        let text = match_expression(text);
        if query.sort == Sort::Number {
            return Ok(Source::Found(text));
        }
        let mut part = Part::default();
        part.bind(BY_TEXT, [text]);
        return Ok(Source::Numbers(part));
    }
    if let Some(customer) = filter.customer {
        let mut part = Part::default();
        part.bind(BY_CUSTOMER, [Value::Blob(customer.0.as_bytes().to_vec())]);
        return Ok(Source::Numbers(part));
    }
    let groups = groups(query);
    let mut candidates = by_partial_index(query);
    let range = filter.raised_from.is_some() || filter.raised_before.is_some();
    if candidates.is_empty()
        && groups.is_empty()
        && filter.own.is_none()
        && (!range || query.sort == Sort::Raised)
    {
        return Ok(Source::Order);
    }
    let few = few(connection, query.limit)?;
    if !groups.is_empty() {
        candidates.push(by_groups(&groups));
    }
    if let Some(own) = &filter.own {
        let own = Value::Text(own.as_str().to_owned());
        let mut part = Part::default();
        part.bind(BY_OWN, [own.clone(), own]);
        candidates.push(part);
    }
    if range && query.sort != Sort::Raised {
        candidates.push(by_raised(query));
    }
    for candidate in candidates {
        if is_few(connection, &candidate, few)? {
            return Ok(Source::Numbers(candidate));
        }
    }
    Ok(Source::Order)
}

/// The conditions of a query that the counts know.
pub(super) fn groups(query: &CaseQuery) -> Groups<'_> {
    let filter = &query.filter;
    Groups {
        types: filter.types.as_deref(),
        stage: filter.stage.as_ref(),
        category: filter.category,
        holder: filter.holder.as_ref(),
    }
}

const BY_TEXT: &str = "SELECT e.number FROM search CROSS JOIN search_entries e ON e.id = search.rowid
    WHERE search MATCH ? AND e.note IS NULL";
const BY_CUSTOMER: &str = "SELECT number FROM cases WHERE customer = ?";
/// Held, found by way of the groups of the holder; or raised.
pub(super) const BY_OWN: &str = "SELECT m.number
        FROM (SELECT DISTINCT case_type, stage, holder FROM case_counts WHERE holder = ?) g CROSS JOIN cases m
        ON m.case_type = g.case_type AND m.stage = g.stage AND m.holder = g.holder
    UNION SELECT number FROM cases WHERE raised_by = ?";

/// The cases that are pending, fail or have an errand: each of these has an index in which only such cases are.
fn by_partial_index(query: &CaseQuery) -> Vec<Part> {
    let CaseFilter { pending, failing, errand, .. } = &query.filter;
    let by_conditions = |conditions| {
        let mut part = Part::default();
        part.push("SELECT number FROM cases WHERE true").append(conditions);
        part
    };
    let failing = failing.as_ref().map(|failing| by_conditions(failing_conditions(failing, "")));
    let due = errand.map(|(errand, before)| by_conditions(errand_conditions(errand, before, "")));
    [pending.as_ref().map(by_pending), failing, due].into_iter().flatten().collect()
}

/// The groups say which permissions any case is ready for, so cases that are ready for others are not even passed over.
fn by_pending(pending: &Pending) -> Part {
    let mut part = Part::default();
    part.push("SELECT m.number FROM (SELECT DISTINCT holder, ready_bits FROM case_counts WHERE true");
    part.append(pending_conditions(pending, ""));
    part.push(
        ") g CROSS JOIN cases m ON m.holder = g.holder AND m.ready_bits = g.ready_bits AND m.ready_bits <> 0",
    );
    part
}

/// The cases of the groups that fit. Several groups may differ in nothing but the category or what is
/// ready, hence the distinct ones.
fn by_groups(groups: &Groups<'_>) -> Part {
    let mut part = Part::default();
    part.push("SELECT m.number FROM (SELECT DISTINCT case_type, stage, holder FROM case_counts WHERE true");
    part.append(groups.conditions(""));
    part.push(
        ") g CROSS JOIN cases m ON m.case_type = g.case_type AND m.stage = g.stage AND m.holder = g.holder",
    );
    part
}

fn by_raised(query: &CaseQuery) -> Part {
    let mut part = Part::default();
    part.push("SELECT number FROM cases WHERE true");
    if let Some(from) = query.filter.raised_from {
        part.bind(" AND raised_at >= ?", [Value::Integer(micros(from))]);
    }
    if let Some(before) = query.filter.raised_before {
        part.bind(" AND raised_at < ?", [Value::Integer(micros(before))]);
    }
    part
}

/// √(k·N), and never so little that a small file is walked.
fn few(connection: &Connection, limit: u32) -> Result<i64> {
    let mut statement = connection.prepare_cached("SELECT max(number) FROM cases").map_err(fault)?;
    let all: Option<i64> = statement.query_row((), |row| row.get(0)).map_err(fault)?;
    let product = all.unwrap_or(0).saturating_mul(i64::from(limit));
    Ok(product.max(10_000).isqrt())
}

/// Counts no further than it must.
fn is_few(connection: &Connection, source: &Part, few: i64) -> Result<bool> {
    let sql = format!("SELECT count(*) FROM (SELECT 1 FROM ({}) LIMIT {})", source.sql, "?");
    let mut statement = connection.prepare_cached(&sql).map_err(fault)?;
    let values = source.values.iter().cloned().chain([Value::Integer(few + 1)]);
    let n: i64 = statement.query_row(params_from_iter(values), |row| row.get(0)).map_err(fault)?;
    Ok(n <= few)
}
