//! How long things took: counts and sums by what is measured, by month, and by lengths that are alike to a sixteenth. Kept with
//! every change, of which only the length that ended is looked at.

use std::collections::BTreeMap;

use rusqlite::{Transaction, params};

use super::{parts, place};
use crate::timing::Outcome;
use crate::world::RESOLVED;

/// What is measured.
#[derive(Clone, Copy)]
enum Measure {
    InStage = 1,
    ToRespond,
    ToResolve,
}

/// A row of `durations`.
type Key = (i64, i64, i64, i64);

/// Times of a case that matter here.
#[derive(Clone, Copy)]
pub(super) struct Times {
    pub(super) raised_at: i64,
    pub(super) stage_since: i64,
    pub(super) resolved_at: Option<i64>,
    pub(super) closed_at: Option<i64>,
}

impl Times {
    /// Those of a case that is raised.
    pub(super) fn new(at: i64) -> Self {
        Self { raised_at: at, stage_since: at, resolved_at: None, closed_at: None }
    }

    fn ended_at(self) -> Option<i64> {
        self.resolved_at.into_iter().chain(self.closed_at).min()
    }
}

/// Changes of the figures, summed.
#[derive(Default)]
pub(super) struct Durations(BTreeMap<Key, (i64, i64)>);

impl Durations {
    /// A case moves from a place to another stage of its type. Says what its times are then.
    pub(super) fn moved(&mut self, from: i64, to: usize, times: Times, at: i64) -> Times {
        let (kind, stage) = parts(from);
        self.count((Measure::InStage, from), (times.stage_since, at), 1);
        let mut moved = Times { stage_since: at, ..times };
        if to < RESOLVED {
            (moved.resolved_at, moved.closed_at) = (None, None);
        } else if to == RESOLVED {
            (moved.resolved_at, moved.closed_at) = (moved.resolved_at.or(Some(at)), None);
        } else if stage != to {
            moved.closed_at = Some(at);
        }
        if times.ended_at() != moved.ended_at() {
            for (until, n) in [(times.ended_at(), -1), (moved.ended_at(), 1)] {
                let Some(until) = until else { continue };
                for measure in [Measure::ToRespond, Measure::ToResolve] {
                    self.count((measure, place(kind, 0)), (times.raised_at, until), n);
                }
            }
        }
        moved
    }

    fn count(&mut self, (measure, place): (Measure, i64), (from, until): (i64, i64), n: i64) {
        let seconds = ((until - from) / 1_000_000).max(0);
        let sums = self.0.entry((measure as i64, place, month(until), bucket(seconds))).or_default();
        *sums = (sums.0 + n, sums.1 + n * seconds);
    }

    pub(super) fn write(self, change: &Transaction<'_>) -> Outcome {
        const SQL: &str = "INSERT INTO durations (measure, place, month, bucket, n, seconds) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT DO UPDATE SET n = n + excluded.n, seconds = seconds + excluded.seconds";
        let mut add = change.prepare_cached(SQL)?;
        for ((measure, place, month, bucket), (n, seconds)) in self.0 {
            if (n, seconds) != (0, 0) {
                add.execute(params![measure, place, month, bucket, n, seconds])?;
            }
        }
        Ok(())
    }
}

/// Months since 1970, by days since the year 0 as if it began in March.
fn month(at: i64) -> i64 {
    let days = at.div_euclid(86_400_000_000) + 719_468;
    let day = days.rem_euclid(146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let in_year = day - (365 * year + year / 4 - year / 100);
    let from_march = (5 * in_year + 2) / 153;
    (days.div_euclid(146_097) * 400 + year - 1970) * 12 + from_march + 2
}

fn bucket(seconds: i64) -> i64 {
    match seconds.checked_ilog2().filter(|power| *power >= 4) {
        Some(power) => i64::from(power - 3) * 16 + (seconds >> (power - 4)) % 16,
        None => seconds,
    }
}
