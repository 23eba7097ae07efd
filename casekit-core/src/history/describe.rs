//! Messages for facts, by the kind of stream.

mod case;
mod case_type;
mod customer;
mod ledger;
mod settings;
mod workflow;

use crate::event::{Event, Fact, OldNew};
use crate::language::{Argument, Message};
use crate::model::{Access, CaseTypeId, Catalog, Step, StepId};

/// What is known of what an event is about.
#[derive(Clone, Copy)]
pub(crate) struct About<'a> {
    /// The definitions.
    pub(crate) catalog: &'a Catalog,
    /// What the reader may see.
    pub(crate) access: Access,
    /// The type that the case had before it.
    pub(crate) case_type: Option<CaseTypeId>,
    /// The steps of the case's workflow.
    pub(crate) steps: &'a [Step],
}

/// A sentence, and what changed from what to what.
pub(super) type Said = (Message, Vec<Change>);

/// One field that changed, before a language says it.
pub(super) struct Change {
    pub(super) field: &'static str,
    pub(super) from: Option<Argument>,
    pub(super) to: Option<Argument>,
}

/// What an event says. Texts are taken out of it, for they can be long.
pub(super) fn describe(event: &mut Event, about: About<'_>) -> Said {
    let Event { header, fact, personal, .. } = event;
    match fact {
        Fact::Settings(fact) => settings::describe(fact),
        Fact::Workflow(_, fact) => workflow::describe(fact),
        Fact::CaseType(_, fact) => self::case_type::describe(fact),
        Fact::Customer(_, fact) => customer::describe(fact, personal, about.access),
        Fact::Case(_, fact) => case::describe(fact, header, personal, about),
        Fact::Ledger(fact) => ledger::describe(fact),
    }
}

impl About<'_> {
    /// What a step of the case is called; its id where the case has no such step any more.
    fn step(&self, id: &StepId) -> Argument {
        let known = self.steps.iter().find(|step| step.id == *id);
        known.map_or_else(|| Argument::word("step", id.as_str()), |step| step.label.argument())
    }
}

fn change(field: &'static str, from: Option<Argument>, to: Option<Argument>) -> Change {
    Change { field, from, to }
}

fn changed<T: Into<String>>(field: &'static str, values: Option<OldNew<T>>) -> Change {
    let taken = |value: Option<T>| value.map(|value| Argument::Text(value.into()));
    let (from, to) = values.map_or((None, None), |values| (values.from, values.to));
    change(field, taken(from), taken(to))
}

fn text<T: AsRef<str>>(value: Option<&T>) -> Option<Argument> {
    value.map(|value| Argument::Text(value.as_ref().to_owned()))
}

fn id<T: ToString>(value: Option<T>) -> Option<Argument> {
    value.map(|value| Argument::Text(value.to_string()))
}

/// A message without changes.
fn only(message: Message) -> Said {
    (message, Vec::new())
}
