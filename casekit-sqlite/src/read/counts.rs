//! How many cases there are, from the counts that are kept.

use casekit_core::model::{ActorId, CaseTypeId, Errand, Timestamp};
use casekit_core::store::{CaseCount, CountBy, CountQuery, Failing, FailureCount};
use rusqlite::types::Value;
use rusqlite::{Connection, ToSql, params_from_iter};

use super::filter::{Groups, Part, failing_conditions, pending_conditions};
use super::plan::BY_OWN;
use crate::error::{Result, fault};
use crate::value::{category, holder, id, micros, text, unsigned};

/// Counts by group. One's own cases are counted one by one, over the indexes of holder and raiser.
pub(crate) fn count(connection: &Connection, query: &CountQuery) -> Result<Vec<CaseCount>> {
    let groups = Groups {
        types: query.types.as_deref(),
        stage: query.stage.as_ref(),
        category: query.category,
        holder: query.holder.as_ref(),
    };
    let columns = match query.by {
        CountBy::CaseType => "case_type",
        CountBy::Stage => "case_type, stage, category",
        CountBy::Category => "category",
        CountBy::Holder => "holder",
    };
    // Groups keep what their cases are ready for, so pending cases are counted like any others.
    let conditions = |prefix| {
        let mut part = groups.conditions(prefix);
        if let Some(pending) = &query.pending {
            part.append(pending_conditions(pending, prefix));
        }
        part
    };
    let mut part = Part::default();
    if let Some(own) = &query.own {
        let own = Value::Text(own.as_str().to_owned());
        part.push("SELECT count(*), ").push(columns).push(" FROM cases WHERE number IN (");
        part.bind(BY_OWN, [own.clone(), own]).push(")").append(conditions("+"));
    } else {
        part.push("SELECT sum(n), ").push(columns).push(" FROM case_counts WHERE true");
        part.append(conditions(""));
    }
    part.push(&format!(" GROUP BY {columns}"));
    let mut statement = connection.prepare_cached(&part.sql).map_err(fault)?;
    let mut rows = statement.query(params_from_iter(part.values)).map_err(fault)?;
    let mut counts = Vec::new();
    while let Some(row) = rows.next().map_err(fault)? {
        let mut count = CaseCount {
            case_type: None,
            stage: None,
            category: None,
            holder: None,
            count: unsigned(row, 0)?,
        };
        match query.by {
            CountBy::CaseType => count.case_type = Some(id(row, 1)?),
            CountBy::Stage => {
                count.case_type = Some(id(row, 1)?);
                count.stage = Some(text(row, 2)?);
                count.category = Some(category(row, 3)?);
            }
            CountBy::Category => count.category = Some(category(row, 1)?),
            CountBy::Holder => count.holder = holder(row, 1)?,
        }
        counts.push(count);
    }
    counts.sort();
    Ok(counts)
}

/// Counts failures by cause, over the index of those that there are.
/// How many cases have an errand that is due, up to a bound.
pub(crate) fn errands(
    connection: &Connection,
    errand: Errand,
    before: Timestamp,
    at_most: u32,
) -> Result<u64> {
    const SQL: &str =
        "SELECT count(*) FROM (SELECT 1 FROM cases WHERE errand = ?1 AND errand_at < ?2 LIMIT ?3)";
    let params: [&dyn ToSql; 3] = [&errand.code(), &micros(before), &at_most];
    Ok(super::rows(connection, SQL, &params, |row| unsigned(row, 0))?.first().copied().unwrap_or(0))
}

pub(crate) fn failures(
    connection: &Connection,
    types: Option<&[CaseTypeId]>,
    own: Option<&ActorId>,
) -> Result<Vec<FailureCount>> {
    let mut part = Part::default();
    part.push("SELECT failure_code, failure_setting, count(*) FROM cases WHERE true");
    part.append(failing_conditions(&Failing::default(), ""));
    part.append(Groups { types, ..Groups::default() }.conditions("+"));
    if let Some(own) = own {
        let own = Value::Text(own.as_str().to_owned());
        part.bind(" AND (+holder = ? OR +raised_by = ?)", [own.clone(), own]);
    }
    part.push(" GROUP BY failure_code, failure_setting ORDER BY failure_code, failure_setting");
    let mut statement = connection.prepare_cached(&part.sql).map_err(fault)?;
    let mut rows = statement.query(params_from_iter(part.values)).map_err(fault)?;
    let mut counts = Vec::new();
    while let Some(row) = rows.next().map_err(fault)? {
        let (code, setting) = (row.get(0).map_err(fault)?, row.get(1).map_err(fault)?);
        counts.push(FailureCount { code, setting, count: unsigned(row, 2)? });
    }
    Ok(counts)
}
