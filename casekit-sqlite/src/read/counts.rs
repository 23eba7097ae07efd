//! How many cases there are, from the counts that are kept.

use casekit_core::store::{CaseCount, CountBy, CountQuery};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::filter::{Groups, Part};
use super::plan::BY_OWN;
use crate::error::{Result, fault};
use crate::value::{category, holder, id, text, unsigned};

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
    let mut part = Part::default();
    if let Some(own) = &query.own {
        let own = Value::Text(own.as_str().to_owned());
        part.push("SELECT count(*), ").push(columns).push(" FROM cases WHERE number IN (");
        part.bind(BY_OWN, [own.clone(), own]).push(")").append(groups.conditions("+"));
    } else {
        part.push("SELECT sum(n), ").push(columns).push(" FROM case_counts WHERE true");
        part.append(groups.conditions(""));
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
