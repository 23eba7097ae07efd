//! How long things took: the rows of `duration_groups` and `durations`, made of the cases. The rule is
//! [`spans_of`](casekit_core::durations::spans_of); here it is only added up.

use std::collections::BTreeMap;

use casekit_core::durations::{Bucket, SpanGroup};
use casekit_core::model::{Measure, Month, StageId, TeamId};
use rusqlite::{Connection, OptionalExtension, Row, ToSql, Transaction, params};

use crate::error::{Result, fault, unreadable};
use crate::value::{id, signed, text};

/// Stands for no team, as in a place.
const NO_TEAM: TeamId = TeamId(uuid::Uuid::nil());

/// The key of a row of `durations`: the group, the month and the bucket.
pub(crate) type Cell = [i64; 3];

/// How many there are, and how many seconds together.
pub(crate) type Sums = (i64, i64);

/// The group in a row of `duration_groups`, whose columns begin at `first`: measure, type, team, stage.
pub(crate) fn group(row: &Row<'_>, first: usize) -> Result<SpanGroup> {
    let code = row.get_ref(first).map_err(fault)?.as_str().map_err(|_| unreadable())?;
    let measure = Measure::ALL.into_iter().find(|one| one.code() == code).ok_or_else(unreadable)?;
    let is_none = row.get_ref(first + 3).map_err(fault)?.as_bytes().is_ok_and(<[u8]>::is_empty);
    let stage: Option<StageId> = if is_none { None } else { Some(text(row, first + 3)?) };
    let team = Some(id(row, first + 2)?).filter(|team| *team != NO_TEAM);
    Ok(SpanGroup { measure, case_type: id(row, first + 1)?, team, stage })
}

/// The key of a group, given out if it is new.
pub(crate) fn key(change: &Connection, group: &SpanGroup) -> Result<i64> {
    const FIND: &str = "SELECT key FROM duration_groups
        WHERE measure = ?1 AND case_type = ?2 AND team = ?3 AND stage = ?4";
    const GIVE: &str =
        "INSERT INTO duration_groups (measure, case_type, team, stage) VALUES (?1, ?2, ?3, ?4) RETURNING key";
    let one = |sql| {
        let mut statement = change.prepare_cached(sql)?;
        let team = group.team.as_ref().unwrap_or(&NO_TEAM).0.as_bytes();
        let stage = group.stage.as_ref().map_or("", StageId::as_str);
        let row = params![group.measure.code(), group.case_type.0.as_bytes(), team, stage];
        statement.query_row(row, |row| row.get::<_, i64>(0))
    };
    match one(FIND).optional().map_err(fault)? {
        Some(key) => Ok(key),
        None => one(GIVE).map_err(fault),
    }
}

/// Adds to the rows of the file. A row of nothing must not be left: what is read would name a group that has nothing.
pub(crate) fn write(change: &Transaction<'_>, cells: &BTreeMap<Cell, Sums>) -> Result<()> {
    const ADD: &str = "UPDATE durations SET n = n + ?4, seconds = seconds + ?5
        WHERE span = ?1 AND month = ?2 AND bucket = ?3 AND n + ?4 <> 0";
    const BEGIN: &str = "INSERT INTO durations (span, month, bucket, n, seconds) VALUES (?1, ?2, ?3, ?4, ?5)";
    const DROP: &str = "DELETE FROM durations
        WHERE span = ?1 AND month = ?2 AND bucket = ?3 AND n = -?4";
    for ([span, month, bucket], (n, seconds)) in cells.iter().filter(|(_, sums)| **sums != (0, 0)) {
        let run = |sql: &str, row: &[&dyn ToSql]| {
            change.prepare_cached(sql).and_then(|mut one| one.execute(row)).map_err(fault)
        };
        if run(ADD, params![span, month, bucket, n, seconds])? > 0 {
            continue;
        }
        match n.signum() {
            1 => run(BEGIN, params![span, month, bucket, n, seconds])?,
            -1 => run(DROP, params![span, month, bucket, n])?,
            // Figures that are there are wrong, which is for `check` to find.
            _ => 0,
        };
    }
    Ok(())
}

/// The figures, by group, month and bucket.
pub(crate) type Figures = BTreeMap<(SpanGroup, Month, Bucket), Sums>;

/// What the file has of it.
///
/// # Errors
/// `Corrupt` for a row that means nothing.
pub(crate) fn kept(connection: &Connection) -> Result<Figures> {
    const SQL: &str = "SELECT g.measure, g.case_type, g.team, g.stage, d.month, d.bucket, d.n, d.seconds
        FROM durations d LEFT JOIN duration_groups g ON g.key = d.span";
    let rows = crate::rows::rows(connection, SQL, &[], |row| {
        let bucket = u16::try_from(signed(row, 5)?).map_err(|_| unreadable())?;
        let key = (group(row, 0)?, month(row, 4)?, Bucket::numbered(bucket));
        Ok((key, (signed(row, 6)?, signed(row, 7)?)))
    })?;
    Ok(rows.into_iter().collect())
}

/// A month in a row.
pub(crate) fn month(row: &Row<'_>, column: usize) -> Result<Month> {
    i32::try_from(signed(row, column)?).map(Month::since_1970).map_err(|_| unreadable())
}
