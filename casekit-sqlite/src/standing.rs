//! What the columns of a case say about its workflow.

use casekit_core::model::{Case, Failure, Progress, Status, Timestamp, WorkflowId};
use rusqlite::types::Value;

use crate::error::Result;
use crate::value::{micros, to_json};

/// How far a case has come, as lists show it and filters find it; without a workflow all of it is empty.
#[derive(PartialEq, Eq)]
pub(crate) struct Standing {
    workflow: Option<WorkflowId>,
    /// As a code and its arguments: words are a language's.
    status: Option<Status>,
    /// Only while the workflow is under way.
    failure: Option<Failure>,
    /// The permissions for which it is pending.
    pub(crate) ready_bits: u32,
    /// The code of the errand, and from when on it is due.
    errand: Option<(u8, Timestamp)>,
}

/// The columns, in the order of [`Standing::values`].
pub(crate) const COLUMNS: &str =
    "workflow, status, failure, failure_code, failure_setting, ready_bits, errand, errand_at";

impl Standing {
    pub(crate) fn of(case: &Case) -> Self {
        let progress = case.progress.as_ref();
        Self {
            workflow: progress.map(|progress| progress.workflow),
            status: progress.map(Progress::status),
            failure: progress.and_then(Progress::present_failure).cloned(),
            ready_bits: case.ready_bits(),
            errand: progress.and_then(Progress::errand).map(|(errand, from)| (errand.code(), from)),
        }
    }

    /// What is written into [`COLUMNS`].
    pub(crate) fn values(&self) -> Result<[Value; 8]> {
        let failure = self.failure.as_ref();
        Ok([
            Value::from(self.workflow.map(|workflow| workflow.0.as_bytes().to_vec())),
            Value::from(self.status.as_ref().map(to_json).transpose()?),
            Value::from(failure.map(to_json).transpose()?),
            Value::from(failure.map(|failure| failure.code.clone())),
            Value::from(failure.and_then(|failure| failure.setting.clone())),
            Value::from(self.ready_bits),
            Value::from(self.errand.map(|(code, _)| code)),
            Value::from(self.errand.map(|(_, from)| micros(from))),
        ])
    }
}
