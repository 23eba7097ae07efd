//! How long things took, from kept figures.

use std::collections::{BTreeMap, HashMap};

use casekit_core::durations::{Bucket, SpanGroup, Tally};
use casekit_core::model::Month;
use casekit_core::store::{DurationCount, DurationQuery};
use rusqlite::Connection;
use rusqlite::types::Value;

use super::part::{Part, key_list};
use crate::case_columns::{self, of_case};
use crate::durations::{Figures, Sums, group, month};
use crate::error::{Result, fault, unreadable};
use crate::known::Known;
use crate::rows::rows;
use crate::value::signed;

/// The figures that a query asks for, in order.
pub(crate) fn find(connection: &Connection, query: &DurationQuery) -> Result<Vec<DurationCount>> {
    const GROUPS: &str = "SELECT key, measure, case_type, team, stage FROM duration_groups";
    const SQL: &str = "SELECT d.span, d.month, d.bucket, d.n, d.seconds FROM json_each(?) j
        CROSS JOIN durations d ON d.span = j.value AND d.month >= ? AND d.month <= ?";
    let groups = rows(connection, GROUPS, &[], |row| Ok((signed(row, 0)?, group(row, 1)?)))?;
    let fits = |one: &SpanGroup| {
        query.measures.contains(&one.measure)
            && query.types.as_ref().is_none_or(|types| types.contains(&one.case_type))
            && query.teams.as_ref().is_none_or(|teams| teams.contains(&one.team))
    };
    // Teams are not told apart, so several groups of the file are one of the answer.
    let told = |one: SpanGroup| SpanGroup { team: None, ..one };
    let groups: HashMap<i64, SpanGroup> =
        groups.into_iter().filter(|(_, one)| fits(one)).map(|(key, one)| (key, told(one))).collect();
    let end = |month: Option<Month>, otherwise: i32| Value::from(month.map_or(otherwise, Month::number));
    let mut part = Part::default();
    let keys = key_list(groups.keys().copied());
    part.bind(SQL, [keys, end(query.from, i32::MIN), end(query.to, i32::MAX)]);
    let mut sums: BTreeMap<(&SpanGroup, Option<Month>, Bucket), Sums> = BTreeMap::new();
    part.each(connection, |row| {
        let one = groups.get(&signed(row, 0)?).ok_or_else(unreadable)?;
        let month = if query.by_month { Some(month(row, 1)?) } else { None };
        let bucket = u16::try_from(signed(row, 2)?).map_err(|_| unreadable())?;
        let kept = sums.entry((one, month, Bucket::numbered(bucket))).or_default();
        *kept = (kept.0.saturating_add(signed(row, 3)?), kept.1.saturating_add(signed(row, 4)?));
        Ok(())
    })?;
    let count = |((one, month, bucket), (n, seconds)): ((&SpanGroup, _, _), Sums)| DurationCount {
        measure: one.measure,
        case_type: one.case_type,
        stage: one.stage.clone(),
        month,
        bucket,
        count: n.unsigned_abs(),
        seconds: seconds.max(0).unsigned_abs(),
    };
    // Only wrong figures could be less than nothing, and finding these is `check`'s task.
    Ok(sums.into_iter().filter(|(_, (n, _))| *n > 0).map(count).collect())
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
