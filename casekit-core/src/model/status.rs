//! The status of a case: a code with its arguments.

use serde::{Deserialize, Serialize};

use super::{Outcome, Progress, ShortText, StepId, Wording};
use crate::language::{Argument, Message};
use crate::tagged::tagged;

/// How far a case has come in its workflow, as the overview shows it after the stage.
///
/// Stores keep its code and arguments beside the case and compare them; a language makes text of them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "snake_case")]
pub enum Status {
    /// Somebody can act at one or more steps.
    Ready {
        /// These steps, in the order of the workflow.
        steps: Vec<StatusStep>,
    },
    /// Nobody can act at any step, and no answer is being delivered.
    Waiting,
    /// The answer is being built or sent.
    BeingDelivered,
    /// Something failed, and somebody has to act.
    Failed {
        /// The code of the failure, such as `source_missing`.
        failure: String,
    },
    /// The workflow has ended with an outcome.
    Ended {
        /// What the case ended as.
        outcome: Outcome,
    },
}

tagged!("code": Status);

/// A step that a status names.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StatusStep {
    /// The id of the step.
    pub id: StepId,
    /// The label of the step.
    pub label: Wording<ShortText>,
}

impl Status {
    /// Whether the workflow has ended.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        matches!(self, Self::Ended { .. })
    }

    /// The code of the failure; `None` if nothing failed.
    #[must_use]
    pub fn failure(&self) -> Option<&str> {
        match self {
            Self::Failed { failure } => Some(failure),
            Self::Ready { .. } | Self::Waiting | Self::BeingDelivered | Self::Ended { .. } => None,
        }
    }

    /// The status as a message, for a language to render.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::Ready { steps } => {
                let steps: Vec<Argument> = steps.iter().map(|step| step.label.argument()).collect();
                Message::new("status.ready").with("steps", steps)
            }
            Self::Waiting => Message::new("status.waiting"),
            Self::BeingDelivered => Message::new("status.being_delivered"),
            Self::Failed { failure } => {
                Message::new("status.failed").with_word("failure", "failure", failure)
            }
            Self::Ended { outcome } => Message::new("status.ended").with("outcome", outcome.message()),
        }
    }
}

impl Progress {
    /// The status: the failure that matters now; else the outcome; else that the answer is being delivered; else the
    /// steps at which somebody can act.
    #[must_use]
    pub fn status(&self) -> Status {
        if let Some(failure) = self.present_failure() {
            return Status::Failed { failure: failure.code.clone() };
        }
        if let Some(outcome) = &self.outcome {
            return Status::Ended { outcome: outcome.clone() };
        }
        if self.release.as_ref().is_some_and(|release| release.sending.due().is_some()) {
            return Status::BeingDelivered;
        }
        let steps: Vec<StatusStep> = self
            .ready_steps()
            .map(|step| StatusStep { id: step.id.clone(), label: step.label.clone() })
            .collect();
        if steps.is_empty() { Status::Waiting } else { Status::Ready { steps } }
    }
}
