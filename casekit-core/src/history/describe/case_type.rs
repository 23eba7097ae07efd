//! Messages for case types.

use super::{Said, change, only};
use crate::event::CaseTypeFact;
use crate::language::{Argument, Message};
use crate::model::{PolicyCode, StageLabels, TimedMove};

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
        CaseTypeFact::CaseTypeDeadlinesChanged { from, to } => {
            let changes = vec![change("deadlines", Some(codes(from)), Some(codes(to)))];
            (Message::new("fact.case_type_deadlines_changed"), changes)
        }
        CaseTypeFact::TimedMovesChanged { from, to } => {
            let changes = vec![change("timed_moves", Some(timed(from)), Some(timed(to)))];
            (Message::new("fact.timed_moves_changed"), changes)
        }
        CaseTypeFact::DefaultPriorityChanged { from, to } => (
            Message::new("fact.default_priority_changed").with("to", to.argument()),
            vec![change("default_priority", Some(from.argument()), Some(to.argument()))],
        ),
        CaseTypeFact::CaseTypeActivated => only(Message::new("fact.case_type_activated")),
        CaseTypeFact::CaseTypeDeactivated => only(Message::new("fact.case_type_deactivated")),
    }
}

/// The codes of deadlines.
pub(super) fn codes(all: &[PolicyCode]) -> Argument {
    Argument::List(all.iter().map(|code| code.as_str().into()).collect())
}

fn timed(all: &[TimedMove]) -> Argument {
    let said = |one: &TimedMove| {
        let said =
            Message::new("value.timed_move").with("from", one.from.as_str()).with("to", one.to.as_str());
        said.with("days", one.after_days).into()
    };
    Argument::List(all.iter().map(said).collect())
}

fn labels(all: &[StageLabels]) -> Argument {
    Argument::List(all.iter().map(|labels| labels.label.argument()).collect())
}
