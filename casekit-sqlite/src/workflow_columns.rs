//! The columns of a case that are derived from its request, its fields, its tags, its workflow and its time, which are in its body.

use std::collections::{BTreeMap, BTreeSet};

use casekit_core::model::{
    Case, Failure, FieldId, FieldValue, Outcome, OutcomeKind, Progress, Status, TagId, Timestamp, WorkflowId,
};
use casekit_core::work_item::{Waiting, WorkItems};
use rusqlite::types::Value;

use crate::error::Result;
use crate::value::{micros, to_json};

/// How far a case has come, as lists show it and filters find it. Everything is empty for a case without request and
/// workflow.
#[derive(PartialEq, Eq)]
pub(crate) struct WorkflowColumns {
    requester: Option<String>,
    /// The values that rows show.
    fields: BTreeMap<FieldId, FieldValue>,
    /// Its tags as they were given, since it is for the definitions to say for which they stand.
    tags: BTreeSet<TagId>,
    workflow: Option<WorkflowId>,
    /// What the case ended as in its present round.
    outcome: Option<OutcomeKind>,
    /// A code with its arguments, since the text depends on the language.
    status: Option<Status>,
    /// The states of its steps, as [`StepStates`](casekit_core::model::StepStates) are written.
    steps: Option<String>,
    /// What prevents the case from continuing now; `None` if nothing does.
    failure: Option<Failure>,
    /// The permissions with which somebody can act on the case.
    waiting: Waiting,
    /// The code of the due task, and since when it is due.
    due_task: Option<(u8, Timestamp)>,
    /// When the first running deadline ends.
    due_at: Option<Timestamp>,
    /// When the first warning about running deadlines is for.
    warn_at: Option<Timestamp>,
    /// When the library has something to do on account of time.
    wakes_at: Option<Timestamp>,
}

/// The columns, in the order of [`WorkflowColumns::values`].
pub(crate) const COLUMNS: &str = "requester, fields, tags, workflow, outcome, status, steps, failure, cause, ready, for_anyone, due_task, due_task_at, \
    due_at, warn_at, wakes_at";

/// How many columns `COLUMNS` names.
pub(crate) const WIDTH: usize = 16;

impl WorkflowColumns {
    pub(crate) fn of(case: &Case, items: &WorkItems) -> Self {
        let progress = case.progress.as_deref();
        Self {
            requester: case.request.as_ref().map(|request| request.requester.to_string()),
            fields: case.in_rows(),
            tags: case.tags.clone(),
            workflow: progress.map(|progress| progress.workflow),
            outcome: progress.and_then(|progress| progress.outcome.as_ref()).map(Outcome::kind),
            status: progress.map(Progress::status),
            steps: progress.map(|progress| progress.states().written()),
            failure: progress.and_then(Progress::present_failure).cloned(),
            waiting: items.waiting,
            due_task: progress.and_then(Progress::due_task).map(|(due_task, from)| (due_task.code(), from)),
            due_at: case.clock.due_at(),
            warn_at: case.clock.warn_at(),
            wakes_at: case.clock.wakes_at(),
        }
    }

    /// The values of [`COLUMNS`], in that order. `cause` is the key of the failure's cause.
    pub(crate) fn values(&self, cause: Option<i64>) -> Result<[Value; WIDTH]> {
        Ok([
            Value::from(self.requester.clone()),
            Value::from((!self.fields.is_empty()).then(|| to_json(&self.fields)).transpose()?),
            Value::from((!self.tags.is_empty()).then(|| to_json(&self.tags)).transpose()?),
            Value::from(self.workflow.map(|workflow| workflow.0.as_bytes().to_vec())),
            Value::from(self.outcome.map(|outcome| outcome.code().to_owned())),
            Value::from(self.status.as_ref().map(to_json).transpose()?),
            Value::from(self.steps.clone()),
            Value::from(self.failure.as_ref().map(to_json).transpose()?),
            Value::from(cause),
            Value::from(self.waiting.ready),
            Value::from(self.waiting.for_anyone),
            Value::from(self.due_task.map(|(code, _)| code)),
            Value::from(self.due_task.map(|(_, from)| micros(from))),
            Value::from(self.due_at.map(micros)),
            Value::from(self.warn_at.map(micros)),
            Value::from(self.wakes_at.map(micros)),
        ])
    }
}

/// The code of a case's present failure, and the setting that is wrong, if it is one.
pub(crate) fn cause(case: &Case) -> Option<(&str, Option<&str>)> {
    let failure = case.progress.as_deref().and_then(Progress::present_failure)?;
    Some((&failure.code, failure.setting.as_deref()))
}
