//! What the columns of a case say of its request and its workflow: all of it is made of what stands in its body.

use casekit_core::model::{Case, Failure, Progress, Status, Timestamp, WorkflowId};
use rusqlite::types::Value;

use crate::error::Result;
use crate::value::{micros, to_json};

/// How far a case has come, as lists show it and filters find it; without a request and a workflow all of it is empty.
#[derive(PartialEq, Eq)]
pub(crate) struct WorkflowColumns {
    requester: Option<String>,
    workflow: Option<WorkflowId>,
    /// As a code and its arguments: words are a language's.
    status: Option<Status>,
    /// The states of its steps, by their codes.
    steps: Option<String>,
    /// Only while it stands in the way.
    failure: Option<Failure>,
    /// The permissions for which it is pending.
    ready: u32,
    /// The code of the due task, and from when on it is due.
    due_task: Option<(u8, Timestamp)>,
}

/// The columns, in the order of [`WorkflowColumns::values`].
pub(crate) const COLUMNS: &str =
    "requester, workflow, status, steps, failure, cause, ready, due_task, due_task_at";

/// How many columns those are.
pub(crate) const WIDTH: usize = 9;

impl WorkflowColumns {
    pub(crate) fn of(case: &Case) -> Self {
        let progress = case.progress.as_deref();
        Self {
            requester: case.request.as_ref().map(|request| request.requester.to_string()),
            workflow: progress.map(|progress| progress.workflow),
            status: progress.map(Progress::status),
            steps: progress.map(steps),
            failure: progress.and_then(Progress::present_failure).cloned(),
            ready: case.ready_bits(),
            due_task: progress.and_then(Progress::due_task).map(|(due_task, from)| (due_task.code(), from)),
        }
    }

    /// What is written into [`COLUMNS`]; `cause` is the key of why it fails.
    pub(crate) fn values(&self, cause: Option<i64>) -> Result<[Value; WIDTH]> {
        Ok([
            Value::from(self.requester.clone()),
            Value::from(self.workflow.map(|workflow| workflow.0.as_bytes().to_vec())),
            Value::from(self.status.as_ref().map(to_json).transpose()?),
            Value::from(self.steps.clone()),
            Value::from(self.failure.as_ref().map(to_json).transpose()?),
            Value::from(cause),
            Value::from(self.ready),
            Value::from(self.due_task.map(|(code, _)| code)),
            Value::from(self.due_task.map(|(_, from)| micros(from))),
        ])
    }
}

/// Why a case fails now: its code, and the setting that is wrong.
pub(crate) fn cause(case: &Case) -> Option<(&str, Option<&str>)> {
    let failure = case.progress.as_deref().and_then(Progress::present_failure)?;
    Some((&failure.code, failure.setting.as_deref()))
}

fn steps(progress: &Progress) -> String {
    let states: Vec<&str> = progress.steps.iter().map(|step| progress.state_of(step).code()).collect();
    states.join(",")
}
