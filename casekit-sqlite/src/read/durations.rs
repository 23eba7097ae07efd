//! How long things took, from kept figures.

use std::collections::BTreeMap;

use casekit_core::durations::{Bucket, SpanGroup, Tally};
use casekit_core::model::Month;
use casekit_core::store::{DurationCount, DurationQuery};
use rusqlite::Connection;
use rusqlite::types::Value;

use super::part::{Part, key_list};
use crate::case_columns::{self, of_case};
use crate::durations::{Figures, group, month};
use crate::error::{Result, fault, unreadable};
use crate::known::Known;
use crate::rows::rows;
use crate::value::signed;

/// The figures that a query asks for, in order.
pub(crate) fn find(connection: &Connection, query: &DurationQuery) -> Result<Vec<DurationCount>> {
    const GROUPS: &str = "SELECT key, measure, case_type, team, stage FROM duration_groups";
    let groups = rows(connection, GROUPS, &[], |row| Ok((signed(row, 0)?, group(row, 1)?)))?;
    let fits = |one: &SpanGroup| {
        query.measures.contains(&one.measure)
            && query.types.as_ref().is_none_or(|types| types.contains(&one.case_type))
            && query.teams.as_ref().is_none_or(|teams| teams.contains(&one.team))
    };
    // Teams are not told apart, so several groups of the file are one of the answer.
    let mut told: BTreeMap<SpanGroup, Vec<i64>> = BTreeMap::new();
    for (key, one) in groups.into_iter().filter(|(_, one)| fits(one)) {
        told.entry(SpanGroup { team: None, ..one }).or_default().push(key);
    }
    let mut counts = Vec::new();
    for (one, keys) in told {
        let sums = sums(connection, keys, query)?;
        // Only wrong figures could be less than nothing, and finding these is `check`'s task.
        for ((month, bucket), (n, seconds)) in sums.into_iter().filter(|(_, (n, _))| *n > 0) {
            counts.push(DurationCount {
                measure: one.measure,
                case_type: one.case_type,
                stage: one.stage.clone(),
                month,
                bucket,
                count: n.unsigned_abs(),
                seconds: seconds.max(0).unsigned_abs(),
            });
        }
    }
    Ok(counts)
}

/// The sums of some groups together, by month, if these are told apart, and bucket.
fn sums(
    connection: &Connection,
    keys: Vec<i64>,
    query: &DurationQuery,
) -> Result<BTreeMap<(Option<Month>, Bucket), (i64, i64)>> {
    const SQL: &str = "SELECT d.month, d.bucket, d.n, d.seconds FROM json_each(?) j
        CROSS JOIN durations d ON d.span = j.value AND d.month >= ? AND d.month <= ?";
    let end = |month: Option<Month>, otherwise: i32| Value::from(month.map_or(otherwise, Month::number));
    let mut part = Part::default();
    part.bind(SQL, [key_list(keys), end(query.from, i32::MIN), end(query.to, i32::MAX)]);
    let mut sums: BTreeMap<_, (i64, i64)> = BTreeMap::new();
    part.each(connection, |row| {
        let bucket = u16::try_from(signed(row, 1)?).map_err(|_| unreadable())?;
        let month = if query.by_month { Some(month(row, 0)?) } else { None };
        let kept = sums.entry((month, Bucket::numbered(bucket))).or_default();
        *kept = (kept.0.saturating_add(signed(row, 2)?), kept.1.saturating_add(signed(row, 3)?));
        Ok(())
    })?;
    Ok(sums)
}

/// What every case of the file makes of it.
pub(crate) fn counted(
    connection: &Connection,
    known: &Known,
    proceed: &impl Fn() -> Result<()>,
) -> Result<Figures> {
    const SQL: &str = of_case!(
        "",
        "FROM cases c LEFT JOIN case_bodies b ON b.number = c.number LEFT JOIN customers k ON k.key = c.customer"
    );
    let mut statement = connection.prepare(SQL).map_err(fault)?;
    let mut rows = statement.query(()).map_err(fault)?;
    let mut tally = Tally::default();
    while let Some(row) = rows.next().map_err(fault)? {
        proceed()?;
        tally.add(&case_columns::whole(connection, known, row, 0)?);
    }
    Ok(tally.iter().map(|(group, month, bucket, sums)| ((group.clone(), month, bucket), sums)).collect())
}
