//! What starts a deadline, and when.

use chrono::NaiveDate;

use super::days::Days;
use crate::model::{Clock, DeadlinePolicy, DeadlineStart, Identification, Timestamp};

/// A deadline that has started.
#[derive(Clone, Debug)]
pub(super) struct Start {
    pub(super) at: Timestamp,
    pub(super) day: NaiveDate,
    pub(super) by: DeadlineStart,
}

/// The latest of what the policy starts with, or all that has not happened yet. With nothing to start with, it is the receipt.
pub(super) fn start(
    policy: &DeadlinePolicy,
    days: Days<'_>,
    clock: &Clock,
    now: Timestamp,
) -> Result<Start, Vec<DeadlineStart>> {
    let mut awaits = Vec::new();
    let mut latest = None;
    for by in &policy.starts {
        match happened(by, clock, now) {
            Happened::At(at) if latest.as_ref().is_none_or(|(before, _)| at > *before) => {
                latest = Some((at, by.clone()));
            }
            Happened::At(_) | Happened::NotNeeded => {}
            Happened::NotYet => awaits.push(by.clone()),
        }
    }
    if !awaits.is_empty() {
        return Err(awaits);
    }
    let (at, by) = latest.unwrap_or((clock.received_at, DeadlineStart::Receipt));
    Ok(Start { at, day: days.zone.day(at), by })
}

enum Happened {
    At(Timestamp),
    NotYet,
    NotNeeded,
}

/// What is to come has not happened yet.
fn happened(start: &DeadlineStart, clock: &Clock, now: Timestamp) -> Happened {
    let at = match start {
        DeadlineStart::Receipt => Some(clock.received_at),
        DeadlineStart::Identification => match clock.identification {
            Identification::NotNeeded => return Happened::NotNeeded,
            Identification::Awaited => None,
            Identification::Done(at) => Some(at),
        },
        DeadlineStart::Date(code) => {
            clock.dates.iter().rev().find(|date| date.code == *code).map(|date| date.at)
        }
        DeadlineStart::Stage(stage) => {
            clock.stays.iter().find(|stay| stay.stage == *stage).map(|stay| stay.from)
        }
    };
    at.filter(|at| *at <= now).map_or(Happened::NotYet, Happened::At)
}
