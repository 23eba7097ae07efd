//! Messages for workflows.

use super::case_type::codes;
use super::{Said, change, only};
use crate::event::WorkflowFact;
use crate::language::{Argument, Message};

pub(super) fn describe(fact: &WorkflowFact) -> Said {
    match fact {
        WorkflowFact::WorkflowCreated { name, .. } => {
            only(Message::new("fact.workflow_created").with("name", name.argument()))
        }
        WorkflowFact::WorkflowVersioned { version } => {
            only(Message::new("fact.workflow_versioned").with("version", version.version))
        }
        WorkflowFact::WorkflowRenamed { from, to } => {
            let (from, to) = (from.argument(), Argument::from(to.as_str()));
            let said =
                Message::new("fact.workflow_renamed").with("from", from.clone()).with("to", to.clone());
            (said, vec![change("name", Some(from), Some(to))])
        }
        WorkflowFact::WorkflowDeadlinesChanged { from, to } => {
            let changes = vec![change("deadlines", Some(codes(from)), Some(codes(to)))];
            (Message::new("fact.workflow_deadlines_changed"), changes)
        }
        WorkflowFact::WorkflowActivated => only(Message::new("fact.workflow_activated")),
        WorkflowFact::WorkflowDeactivated => only(Message::new("fact.workflow_deactivated")),
    }
}
