//! Sentences for workflows.

use super::{Said, change};
use crate::event::WorkflowFact;

pub(super) fn words(fact: &WorkflowFact) -> Said {
    match fact {
        WorkflowFact::WorkflowCreated { name, .. } => (format!("created the workflow {name}"), Vec::new()),
        WorkflowFact::WorkflowVersioned { version } => {
            (format!("made version {}", version.version), Vec::new())
        }
        WorkflowFact::WorkflowRenamed { from, to } => (
            format!("renamed it from {from} to {to}"),
            vec![change("name", Some(from.to_string()), Some(to.to_string()))],
        ),
        WorkflowFact::WorkflowActivated => ("took it into use".into(), Vec::new()),
        WorkflowFact::WorkflowDeactivated => ("took it out of use".into(), Vec::new()),
    }
}
