//! What can only be checked as a whole.

use std::collections::BTreeMap;

use casekit_core::durations::{Bucket, SpanGroup, Tally};
use casekit_core::model::{Measure, Month, State};
use casekit_core::text::RULES;
use tokio_postgres::Row;
use uuid::Uuid;

use super::{Checked, Wrong, claims};
use crate::error::{Result, damaged, unreadable};
use crate::read::events::no_strays;
use crate::value::{id, integer, json, narrow, plain, signed, text_or_none};

pub(super) fn check(moment: &Checked<'_>, wrong: &mut Wrong) -> Result<()> {
    no_strays(moment.connection)?;
    for (sql, what) in
        [(REQUESTS, "requests"), (BLOBS, "sizes of blobs"), (PIECES, "pieces of blobs"), (NOTES, "notes")]
    {
        if count(moment, sql)? != 0 {
            return Err(damaged(what));
        }
    }
    wrong.unless(counters_agree(moment)?, "counters");
    wrong.unless(count(moment, FAMILIES)? == 0, "families of places");
    wrong.unless(count(moment, &totals_that_differ())? == 0, "counts of cases");
    for (sql, what) in STRAYS {
        wrong.unless(count(moment, sql)? == 0, what);
    }
    wrong.unless(count(moment, RULES_OF_THE_SEARCH)? == i64::from(RULES), "entries of the search");
    let kept = figures(moment);
    wrong.unless(
        kept.is_ok_and(|kept| measured(moment).is_ok_and(|made| made == kept)),
        "figures of durations",
    );
    wrong.unless(claims::agree(moment)?, "names and references");
    Ok(())
}

/// The number that a statement gives.
fn count(moment: &Checked<'_>, sql: &str) -> Result<i64> {
    (moment.proceed)()?;
    signed(&moment.connection.row(sql, [])?, 0)
}

/// How many events are the first of a request, less the requests that left any. The engine compares each request with its own
/// event, so that where the numbers are equal, no event lacks its request.
const REQUESTS: &str = "SELECT (SELECT count(*) FROM org.events WHERE request IS NOT NULL)
    - (SELECT count(*) FROM org.requests WHERE (receipt::json ->> 'events')::int8 > 0)";

/// Counts blobs whose size is not that of their pieces, and pieces of no blob.
const BLOBS: &str = "SELECT (SELECT count(*) FROM org.blobs b
        WHERE b.size <> (SELECT coalesce(sum(length(p.bytes)), 0) FROM org.blob_pieces p WHERE p.blob = b.id))
    + (SELECT count(*) FROM org.blob_pieces p WHERE NOT EXISTS (SELECT 1 FROM org.blobs b WHERE b.id = p.blob))";

/// Counts pieces that do not begin where the one before them ends, and blobs whose last chunk began where no piece does.
const PIECES: &str = "SELECT (SELECT count(*) FROM (
        SELECT p.start, coalesce(sum(length(p.bytes)) OVER earlier, 0) AS due FROM org.blob_pieces p
        WINDOW earlier AS (PARTITION BY p.blob ORDER BY p.start ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) one
        WHERE one.start <> one.due)
    + (SELECT count(*) FROM org.blobs b WHERE b.last_start NOT IN (0, b.size) AND NOT EXISTS (
        SELECT 1 FROM org.blob_pieces p WHERE p.blob = b.id AND p.start = b.last_start))";

/// Counts notes of cases that are not there.
const NOTES: &str = "SELECT count(*) FROM org.notes n
    WHERE NOT EXISTS (SELECT 1 FROM org.streams s WHERE s.kind = 4 AND s.id = n.case_id)";

/// Places whose family is not the first place of their type and team.
const FAMILIES: &str = "SELECT count(*) FROM org.places p
    WHERE p.family <> (SELECT min(o.key) FROM org.places o WHERE o.case_type = p.case_type AND o.team = p.team)";

/// The rules by which the terms of the search were made.
const RULES_OF_THE_SEARCH: &str = "SELECT text_rules FROM org.file";

/// Rows beside streams that are not there.
const STRAYS: [(&str, &str); 8] = [
    (
        "SELECT count(*) FROM org.cases c WHERE NOT EXISTS (SELECT 1 FROM org.streams s WHERE s.kind = 4 AND s.id = c.id)
            OR NOT EXISTS (SELECT 1 FROM org.places p WHERE p.key = c.place)",
        "columns of cases",
    ),
    (
        "SELECT count(*) FROM org.customers k WHERE NOT EXISTS (SELECT 1 FROM org.streams s WHERE s.kind = 3 AND s.id = k.id)",
        "columns of customers",
    ),
    (
        "SELECT count(*) FROM org.people q WHERE NOT EXISTS (SELECT 1 FROM org.streams s WHERE s.kind = 6 AND s.id = q.id)",
        "columns of people",
    ),
    (
        "SELECT count(*) FROM org.case_exclusions x WHERE NOT EXISTS (SELECT 1 FROM org.cases c WHERE c.number = x.number)",
        "exclusions of cases",
    ),
    (
        "SELECT count(*) FROM org.case_fields f WHERE NOT EXISTS (SELECT 1 FROM org.cases c WHERE c.number = f.number)",
        "fields of cases",
    ),
    (
        "SELECT count(*) FROM org.customer_fields f WHERE NOT EXISTS (SELECT 1 FROM org.customers k WHERE k.id = f.customer)",
        "columns of customers",
    ),
    (
        "SELECT count(*) FROM org.case_tags g WHERE NOT EXISTS (SELECT 1 FROM org.cases c WHERE c.number = g.number)",
        "tags of cases",
    ),
    (
        "SELECT count(*) FROM org.search e WHERE NOT EXISTS (SELECT 1 FROM org.cases c WHERE c.id = e.case_id
            AND e.note IS NULL AND e.visibility IS NULL AND e.id = c.entry * 2)
        AND NOT EXISTS (SELECT 1 FROM org.notes n WHERE n.id = e.note AND n.case_id = e.case_id
            AND e.visibility = n.visibility AND e.id = n.entry * 2 + 1)",
        "entries of the search",
    ),
];

/// Whether positions and numbers go on where the newest ones end.
fn counters_agree(moment: &Checked<'_>) -> Result<bool> {
    const SQL: &str = "SELECT f.position, f.number, (SELECT coalesce(max(e.position), 0) FROM org.events e),
            (SELECT coalesce(max(c.number), 0) FROM org.cases c)
        FROM org.file f";
    let row = moment.connection.row(SQL, [])?;
    let ledger = moment.connection.optional_row("SELECT body FROM org.streams WHERE kind = 5", [])?;
    let floor = match ledger.map(|row| json(&row, 0)).transpose()? {
        Some(State::Ledger(ledger)) => integer(ledger.number_floor),
        Some(_) => return Err(unreadable()),
        None => 0,
    };
    Ok(signed(&row, 0)? == signed(&row, 2)? && signed(&row, 1)? == signed(&row, 3)?.max(floor - 1))
}

/// A statement that says how many totals differ from what counting gives.
fn totals_that_differ() -> String {
    format!(
        "WITH counted AS ({COUNTED}), kept AS (SELECT kind, a, b, c, n FROM org.totals WHERE n <> 0)
        SELECT (SELECT count(*) FROM (SELECT * FROM counted EXCEPT SELECT * FROM kept) more)
             + (SELECT count(*) FROM (SELECT * FROM kept EXCEPT SELECT * FROM counted) less)"
    )
}

/// Counts every group from the cases themselves: see [`totals`](crate::totals).
const COUNTED: &str = "
    SELECT 1::int2 AS kind, '' COLLATE \"C\" AS a, c.place::int8 AS b, 0::int8 AS c, count(*) AS n FROM org.cases c GROUP BY 3
    UNION ALL SELECT 2, c.holder, c.place, c.ready + (c.for_anyone << 32), count(*) FROM org.cases c GROUP BY 2, 3, 4
    UNION ALL SELECT 3, c.holder, p.family, 0, count(*) FROM org.cases c JOIN org.places p ON p.key = c.place GROUP BY 2, 3
    UNION ALL SELECT 4, c.holder, c.ready, c.for_anyone, count(*) FROM org.cases c WHERE c.ready <> 0 GROUP BY 2, 3, 4
    UNION ALL SELECT 5, c.raised_by, c.place,
        CASE WHEN c.holder = '' THEN c.ready * 2 ELSE c.for_anyone * 2 + 1 END, count(*)
        FROM org.cases c WHERE c.holder <> c.raised_by GROUP BY 2, 3, 4
    UNION ALL SELECT 6, '[' || to_json(c.failure_code)::text || ',' || coalesce(to_json(c.failure_setting)::text, 'null') || ']',
        p.family, 0, count(*)
        FROM org.cases c JOIN org.places p ON p.key = c.place WHERE c.failure_code IS NOT NULL GROUP BY 2, 3
    UNION ALL SELECT 7, '', c.place, c.for_anyone, count(*) FROM org.cases c WHERE c.for_anyone <> 0 GROUP BY 3, 4
    UNION ALL SELECT 8, w.person, w.place, (w.would << 32) + w.left_over * 2 + w.is_own, count(*) FROM (
        SELECT x.person, c.place, CASE WHEN c.holder IN ('', x.person) THEN c.ready ELSE c.for_anyone END AS would,
            CASE WHEN c.holder IN ('', x.person) THEN x.ready ELSE x.for_anyone END AS left_over,
            (x.person IN (c.holder, c.raised_by))::int4 AS is_own
        FROM org.case_exclusions x JOIN org.cases c ON c.number = x.number WHERE x.beside = '') w
        WHERE w.would <> w.left_over GROUP BY 2, 3, 4
    UNION ALL SELECT 9, c.raised_by, c.place, 0, count(*) FROM org.cases c WHERE c.holder = c.raised_by GROUP BY 2, 3
    UNION ALL SELECT 10, g.tag::text, c.place, 0, count(*)
        FROM org.case_tags g JOIN org.cases c ON c.number = g.number GROUP BY 2, 3";

/// Counts and sums of lengths of time, by group, month and bucket.
type Figures = BTreeMap<(SpanGroup, Month, Bucket), (i64, i64)>;

/// The figures that are kept.
fn figures(moment: &Checked<'_>) -> Result<Figures> {
    const SQL: &str = "SELECT measure, case_type, team, stage, month, bucket, n, seconds FROM org.durations
        WHERE n <> 0 OR seconds <> 0";
    let read = |row: &Row| {
        let code = plain(row, 0)?;
        let group = SpanGroup {
            measure: Measure::ALL.into_iter().find(|one| one.code() == code).ok_or_else(unreadable)?,
            case_type: id(row, 1)?,
            team: Some(id::<Uuid>(row, 2)?).filter(|team| !team.is_nil()).map(Into::into),
            stage: text_or_none(row, 3)?,
        };
        let key = (group, Month::since_1970(narrow(row, 4)?), Bucket::numbered(narrow(row, 5)?));
        Ok((key, (signed(row, 6)?, signed(row, 7)?)))
    };
    moment.connection.query(SQL, [])?.iter().map(read).collect()
}

/// What every case makes of them.
fn measured(moment: &Checked<'_>) -> Result<Figures> {
    let mut tally = Tally::default();
    claims::each_state(moment, |state| {
        if let State::Case(case) = state {
            tally.add(case);
        }
        Ok(())
    })?;
    Ok(tally.iter().map(|(group, month, bucket, sums)| ((group.clone(), month, bucket), sums)).collect())
}
