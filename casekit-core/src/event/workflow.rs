//! What happens to a workflow.

use serde::{Deserialize, Serialize};

use super::Event;
use crate::model::{Name, PolicyCode, Wording, Workflow, WorkflowId, WorkflowVersion};
use crate::tagged::tagged;

/// What happened to a workflow.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum WorkflowFact {
    /// A workflow was created, and can be used at once.
    WorkflowCreated {
        /// The name of the workflow.
        name: Wording<Name>,
        /// The first version of its steps and sources.
        version: WorkflowVersion,
        /// The codes of its deadlines.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        deadlines: Vec<PolicyCode>,
    },
    /// A workflow got a new version of its steps or sources.
    WorkflowVersioned {
        /// The new version, with which new cases start.
        version: WorkflowVersion,
    },
    /// A workflow was renamed. Its id stays the same.
    WorkflowRenamed {
        /// The name before the change.
        from: Wording<Name>,
        /// The name after the change.
        to: Name,
    },
    /// The cases of a workflow have other deadlines from now on.
    WorkflowDeadlinesChanged {
        /// The codes of all deadlines before the change.
        from: Vec<PolicyCode>,
        /// The codes of all deadlines after the change.
        to: Vec<PolicyCode>,
    },
    /// Case types can start a workflow again.
    WorkflowActivated,
    /// Case types can no longer start a workflow.
    WorkflowDeactivated,
}

tagged!("event": WorkflowFact);

impl WorkflowFact {
    /// The workflow after this fact; `None` if it cannot follow the state before it.
    pub(crate) fn apply(&self, id: WorkflowId, before: Option<Workflow>, event: &Event) -> Option<Workflow> {
        let mut workflow = match (self, before) {
            (Self::WorkflowCreated { name, version, deadlines }, None) => {
                let (name, versions) = (name.clone(), vec![version.clone()]);
                let deadlines = deadlines.clone();
                return Some(Workflow {
                    id,
                    revision: event.revision,
                    name,
                    active: true,
                    versions,
                    deadlines,
                });
            }
            (_, before) => before?,
        };
        match self {
            Self::WorkflowCreated { .. } => return None,
            Self::WorkflowVersioned { version } => workflow.versions.push(version.clone()),
            Self::WorkflowRenamed { from: _, to } => workflow.name = to.clone().into(),
            Self::WorkflowDeadlinesChanged { from: _, to } => workflow.deadlines.clone_from(to),
            Self::WorkflowActivated => workflow.active = true,
            Self::WorkflowDeactivated => workflow.active = false,
        }
        workflow.revision = event.revision;
        Some(workflow)
    }
}
