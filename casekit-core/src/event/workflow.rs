//! What happens to a workflow.

use serde::{Deserialize, Serialize};

use super::Event;
use crate::model::{Name, Wording, Workflow, WorkflowId, WorkflowVersion};
use crate::tagged::tagged;

/// What happened to a workflow.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum WorkflowFact {
    /// A workflow was created.
    WorkflowCreated {
        /// Its name.
        name: Wording<Name>,
        /// Its first version.
        version: WorkflowVersion,
    },
    /// A workflow got a new version of its steps or sources.
    WorkflowVersioned {
        /// The new version.
        version: WorkflowVersion,
    },
    /// A workflow was renamed.
    WorkflowRenamed {
        /// The old name.
        from: Wording<Name>,
        /// The new name.
        to: Name,
    },
    /// Case types can start a workflow again.
    WorkflowActivated,
    /// Case types can no longer start a workflow.
    WorkflowDeactivated,
}

tagged!("event": WorkflowFact);

impl WorkflowFact {
    /// The workflow after it; `None` if it cannot follow on what was there.
    pub(crate) fn apply(&self, id: WorkflowId, before: Option<Workflow>, event: &Event) -> Option<Workflow> {
        let mut workflow = match (self, before) {
            (Self::WorkflowCreated { name, version }, None) => {
                let (name, versions) = (name.clone(), vec![version.clone()]);
                return Some(Workflow { id, revision: event.revision, name, active: true, versions });
            }
            (_, before) => before?,
        };
        match self {
            Self::WorkflowCreated { .. } => return None,
            Self::WorkflowVersioned { version } => workflow.versions.push(version.clone()),
            Self::WorkflowRenamed { from: _, to } => workflow.name = to.clone().into(),
            Self::WorkflowActivated => workflow.active = true,
            Self::WorkflowDeactivated => workflow.active = false,
        }
        workflow.revision = event.revision;
        Some(workflow)
    }
}
