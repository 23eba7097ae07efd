//! Messages for case types.

use super::{Said, change, only};
use crate::event::CaseTypeFact;
use crate::language::{Argument, Message};
use crate::model::StageLabels;

pub(super) fn describe(fact: &CaseTypeFact) -> Said {
    match fact {
        CaseTypeFact::CaseTypeCreated { name, .. } => {
            only(Message::new("fact.case_type_created").with("name", name.argument()))
        }
        CaseTypeFact::CaseTypeRenamed { from, to } => {
            let (from, to) = (from.argument(), Argument::from(to.as_str()));
            let said =
                Message::new("fact.case_type_renamed").with("from", from.clone()).with("to", to.clone());
            (said, vec![change("name", Some(from), Some(to))])
        }
        CaseTypeFact::CaseTypeDescribed { from, to } => {
            let from = from.as_ref().map(crate::model::Wording::argument);
            let to = to.as_ref().map(|to| Argument::from(to.as_str()));
            (Message::new("fact.case_type_described"), vec![change("description", from, to)])
        }
        CaseTypeFact::StagesLabelled { from, to } => {
            let changes = vec![change("stages", Some(labels(from)), Some(labels(to)))];
            (Message::new("fact.stages_labelled"), changes)
        }
        CaseTypeFact::CaseTypeVersioned { version } => {
            only(Message::new("fact.case_type_versioned").with("version", version.version))
        }
        CaseTypeFact::DefaultPriorityChanged { from, to } => (
            Message::new("fact.default_priority_changed").with("to", to.argument()),
            vec![change("default_priority", Some(from.argument()), Some(to.argument()))],
        ),
        CaseTypeFact::CaseTypeActivated => only(Message::new("fact.case_type_activated")),
        CaseTypeFact::CaseTypeDeactivated => only(Message::new("fact.case_type_deactivated")),
    }
}

fn labels(all: &[StageLabels]) -> Argument {
    Argument::List(all.iter().map(|labels| labels.label.argument()).collect())
}
