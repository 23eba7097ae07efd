//! How far a case has come, as a code with its arguments.

use serde::{Deserialize, Serialize};

use super::{Outcome, Progress, ShortText, StepId, Wording};
use crate::language::{Argument, Message};
use crate::tagged::tagged;

/// How far a case has come in its workflow: what the overview says after the stage.
///
/// Stores keep it beside the case, as its code and its arguments, and compare it; a language makes words of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "snake_case")]
pub enum Status {
    /// Somebody can act at these steps.
    Ready {
        /// In the order of the workflow.
        steps: Vec<StatusStep>,
    },
    /// Nobody can act at any step, and nothing is on its way.
    Waiting,
    /// The answer is on its way.
    BeingDelivered,
    /// Something stands in the way.
    Failed {
        /// The code of the failure.
        failure: String,
    },
    /// The workflow has ended.
    Ended {
        /// As what.
        outcome: Outcome,
    },
}

tagged!("code": Status);

/// A step that a status names.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StatusStep {
    /// Its id.
    pub id: StepId,
    /// What it is called.
    pub label: Wording<ShortText>,
}

impl Status {
    /// The status as a message.
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
    /// How far it has come: the failure, the outcome, the answer on its way, or the steps that are ready.
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
