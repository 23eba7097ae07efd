//! What a screen shows of the deadlines of a case.

use serde::{Deserialize, Serialize};

use super::looking::Looking;
use crate::decide::policies::policies_of;
use crate::model::{Case, CaseDeadline, Timestamp};
use crate::time::is_over;

/// A deadline of a case.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct DeadlineSummary {
    /// The code of the policy by which it is counted, such as `eu_gdpr`.
    pub code: String,
    /// The name of the policy, in the desk's language.
    pub label: String,
    /// The code of what has to be done in time: `acknowledge`, `respond` or `resolve`.
    pub goal: String,
    /// The code of its state: `not_started`, `running`, `paused` or `met`.
    pub state: String,
    /// The last instant of the deadline; `None` while it has not started or is paused. It is kept once the goal is met.
    pub due_at: Option<Timestamp>,
    /// When its warning is for; `None` without a warning, or without `due_at`.
    pub warn_at: Option<Timestamp>,
    /// Whether it runs and is over.
    pub overdue: bool,
    /// Whether it runs, is not over, and its warning is due.
    pub due_soon: bool,
    /// Whether the goal was met, and only after the end.
    pub late: bool,
}

/// A deadline of a case, with how it came to what it is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct DeadlineExplanation {
    /// The code of the policy by which it is counted, such as `eu_gdpr`.
    pub code: String,
    /// The name of the policy, in the desk's language.
    pub label: String,
    /// The code of what has to be done in time: `acknowledge`, `respond` or `resolve`.
    pub goal: String,
    /// The version of the policy, from 1.
    pub version: u32,
    /// Where the rule stands, such as `GDPR, article 12 (3)`; `None` if the policy does not say.
    pub source: Option<String>,
    /// The code of the calendar by which it is counted.
    pub calendar: String,
    /// The version of the calendar, from 1.
    pub calendar_version: u32,
    /// The name of the calendar's time zone in the IANA database, such as `Europe/London`.
    pub time_zone: String,
    /// The version of the IANA database, such as `2025b`.
    pub time_zone_version: String,
    /// The code of its state: `not_started`, `running`, `paused` or `met`.
    pub state: String,
    /// The last instant of the deadline; `None` while it has not started or is paused. It is kept once the goal is met.
    pub due_at: Option<Timestamp>,
    /// The day of `due_at` in the calendar's time zone, such as `2026-10-05`; `None` without `due_at`.
    pub last_day: Option<String>,
    /// When its warning is for; `None` without a warning, or without `due_at`.
    pub warn_at: Option<Timestamp>,
    /// Whether it runs and is over.
    pub overdue: bool,
    /// Whether the goal was met, and only after the end.
    pub late: bool,
    /// Whether it can be extended now.
    pub extendable: bool,
    /// How it was counted: the policy, the calendar, and then each segment, in order.
    pub steps: Vec<DeadlineStep>,
    /// What changed it, oldest first.
    pub changes: Vec<DeadlineChange>,
}

/// One step in counting a deadline.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct DeadlineStep {
    /// The code of the step: `policy`, `calendar`, `not_started`, `started`, `length`, `extended`, `not_extended`,
    /// `paused`, `paused_since`, `rolled`, `due`, `met` or `unknown_time_zone`.
    pub kind: String,
    /// The step as text, in the desk's language. Days and times in it are those of the calendar's time zone.
    pub text: String,
    /// When it happened or began; `None` for a step that is no moment.
    pub at: Option<Timestamp>,
    /// Until when it lasted, or the end to which it leads; `None` if there is none.
    pub until: Option<Timestamp>,
    /// The day to which it leads in the calendar's time zone, such as `2026-10-05`; `None` if it leads to none.
    pub day: Option<String>,
    /// The code of what caused it: of a start, of a pause, or why nobody works; `None` if that is not said.
    pub cause: Option<String>,
    /// How much it adds or is: a number of `unit`; `None` if it adds nothing.
    pub amount: Option<u32>,
    /// The unit of `amount`: `months`, `days`, `working_days` or `working_minutes`; `None` without one.
    pub unit: Option<String>,
}

/// A change of a deadline.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct DeadlineChange {
    /// When it changed.
    pub at: Timestamp,
    /// The actor id of whoever changed it; `casekit` if it followed from other rules.
    pub by: String,
    /// What changed it, as text in the desk's language.
    pub because: String,
    /// The last instant before; `None` if there was none.
    pub from: Option<Timestamp>,
    /// The last instant after; `None` if there is none.
    pub to: Option<Timestamp>,
    /// The version of the policy by which it was counted then.
    pub version: u32,
}

/// The deadlines of a case, as they were last counted; none for a customer.
pub(super) fn summaries(case: &Case, looking: Looking<'_>) -> Vec<DeadlineSummary> {
    if looking.for_customer || case.clock.deadlines.is_empty() {
        return Vec::new();
    }
    let (policies, now) = (policies_of(case, looking.catalog), looking.present.now());
    let summary = |one: &CaseDeadline| {
        let policy = policies.iter().map(|(policy, _)| *policy).find(|policy| policy.code == one.policy);
        DeadlineSummary {
            code: one.policy.to_string(),
            label: policy.map_or_else(
                || one.policy.to_string(),
                |policy| policy.label.said(looking.language).into_owned(),
            ),
            goal: policy.map(|policy| policy.goal.code().to_owned()).unwrap_or_default(),
            state: one.phase.code().to_owned(),
            due_at: one.due_at,
            warn_at: one.warn_at,
            overdue: is_overdue(one.due_at.filter(|_| one.runs()), now),
            due_soon: is_due_soon(
                (one.due_at.filter(|_| one.runs()), one.warn_at.filter(|_| one.runs())),
                now,
            ),
            late: one.late,
        }
    };
    case.clock.deadlines.iter().map(summary).collect()
}

/// Whether a running deadline is over.
pub(super) fn is_overdue(due_at: Option<Timestamp>, now: Timestamp) -> bool {
    due_at.is_some_and(|due_at| is_over(due_at, now))
}

/// Whether a running deadline is not over, and its warning is due.
pub(super) fn is_due_soon((due_at, warn_at): (Option<Timestamp>, Option<Timestamp>), now: Timestamp) -> bool {
    due_at.is_some_and(|due_at| !is_over(due_at, now)) && warn_at.is_some_and(|warn_at| warn_at <= now)
}
