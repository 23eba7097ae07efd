//! How long things took, from kept figures.

use casekit_core::durations::Bucket;
use casekit_core::model::{Measure, Month};
use casekit_core::store::{DurationCount, DurationQuery};
use tokio_postgres::Row;
use uuid::Uuid;

use super::part::Part;
use crate::connection::Connection;
use crate::error::{Result, unreadable};
use crate::value::{id, narrow, optional_signed, plain, text_or_none, unsigned};

/// The figures that a query asks for, in order.
pub(crate) fn find(connection: &Connection, query: &DurationQuery) -> Result<Vec<DurationCount>> {
    let month = if query.by_month { "d.month" } else { "NULL::int4" };
    let mut part = Part::of("SELECT d.measure, d.case_type, d.stage, ");
    part.push(month)
        .push(", d.bucket, sum(d.n)::int8, greatest(sum(d.seconds), 0)::int8 FROM org.durations d");
    let measures: Vec<String> = query.measures.iter().map(|one| one.code().to_owned()).collect();
    part.bind(" WHERE d.measure = ANY(?)", measures);
    if let Some(types) = &query.types {
        part.bind(" AND d.case_type = ANY(?)", types.iter().map(|one| one.0).collect::<Vec<_>>());
    }
    if let Some(teams) = &query.teams {
        let teams = teams.iter().map(|team| team.map_or(Uuid::nil(), |team| team.0));
        part.bind(" AND d.team = ANY(?)", teams.collect::<Vec<_>>());
    }
    for (comparison, month) in [(">=", query.from), ("<=", query.to)] {
        if let Some(month) = month {
            part.bind(&format!(" AND d.month {comparison} ?"), month.number());
        }
    }
    // Teams are not told apart. Only wrong figures could be less than nothing, and to find these is for `check`.
    part.push(" GROUP BY 1, 2, 3, 4, 5 HAVING sum(d.n) > 0");
    let mut counts = part.rows(connection, read)?;
    counts.sort();
    Ok(counts)
}

fn read(row: &Row) -> Result<DurationCount> {
    let code = plain(row, 0)?;
    let month = optional_signed(row, 3)?.map(i32::try_from).transpose().map_err(|_| unreadable())?;
    Ok(DurationCount {
        measure: Measure::ALL.into_iter().find(|one| one.code() == code).ok_or_else(unreadable)?,
        case_type: id(row, 1)?,
        stage: text_or_none(row, 2)?,
        month: month.map(Month::since_1970),
        bucket: Bucket::numbered(narrow(row, 4)?),
        count: unsigned(row, 5)?,
        seconds: unsigned(row, 6)?,
    })
}
