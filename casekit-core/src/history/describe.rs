//! Messages for facts, for each kind of stream.

mod case;
mod case_type;
mod customer;
mod deadlines;
mod fields;
mod ledger;
mod person;
mod settings;
mod tag;
mod team;
mod workflow;

use std::borrow::Cow;

use super::Names;
use crate::event::{CaseFact, Event, Fact, OldNew, PersonFact};
use crate::language::{Argument, Language, Message};
use crate::model::{Access, ActorId, CaseTypeId, Catalog, Settings, Step, StepId, TagId, TeamId};

/// What is known about the things that an event mentions.
#[derive(Clone, Copy)]
pub(crate) struct About<'a> {
    /// The settings, case types and workflows of the file.
    pub(crate) catalog: &'a Catalog,
    /// What the reader may see in clear.
    pub(crate) access: Access,
    /// Whether the reader is a customer, who is told what stages are called for them.
    pub(crate) for_customer: bool,
    /// The type of the case before the event; `None` if it is not known.
    pub(crate) case_type: Option<CaseTypeId>,
    /// The settings before the event; `None` if the event is not about settings, or these are the first.
    pub(crate) settings: Option<&'a Settings>,
    /// The steps of the case's workflow; empty if it has none.
    pub(crate) steps: &'a [Step],
    /// What the people whom the event mentions are called.
    pub(crate) names: &'a Names,
    /// The language of the reader, in which fields of the organisation's own have labels.
    pub(crate) language: &'a Language,
}

/// Everybody whom an event mentions: who did it, for whom, who imported it, and whom it was about.
pub(crate) fn people_in(event: &Event) -> impl Iterator<Item = &ActorId> {
    let header = &event.header;
    let (one, other) = match &event.fact {
        Fact::Case(_, CaseFact::CaseReturned { from } | CaseFact::CaseTakenOver { from }) => {
            (Some(from), None)
        }
        Fact::Case(_, CaseFact::CaseAssigned { from, to }) => (from.as_ref(), Some(to)),
        Fact::Case(_, CaseFact::ApprovalRevoked { by, .. }) => (Some(by), None),
        Fact::Person(_, PersonFact::PersonEntered { actor }) => (Some(actor), None),
        Fact::Person(_, PersonFact::PersonRenamed)
        | Fact::Case(..)
        | Fact::Settings(_)
        | Fact::Workflow(..)
        | Fact::CaseType(..)
        | Fact::Customer(..)
        | Fact::Ledger(_)
        | Fact::Team(..)
        | Fact::Tag(..) => (None, None),
    };
    std::iter::once(&header.actor)
        .chain(&header.on_behalf_of)
        .chain(&header.imported_by)
        .chain(one)
        .chain(other)
        .chain(fields::people_in(&event.personal))
}

/// A sentence, with the fields that changed.
pub(super) type Said = (Message, Vec<Change>);

/// A field that changed, before it is rendered in a language.
pub(super) struct Change {
    pub(super) field: Cow<'static, str>,
    /// What the field is called; `None` for a field that every language has a word for.
    pub(super) label: Option<String>,
    pub(super) from: Option<Argument>,
    pub(super) to: Option<Argument>,
}

/// The message for an event. It moves texts out of the event, because they can be long.
pub(super) fn describe(event: &mut Event, about: About<'_>) -> Said {
    let Event { header, fact, personal, .. } = event;
    match fact {
        Fact::Settings(fact) => settings::describe(fact, about.settings),
        Fact::Workflow(_, fact) => workflow::describe(fact),
        Fact::CaseType(_, fact) => self::case_type::describe(fact),
        Fact::Customer(_, fact) => customer::describe(fact, personal, about),
        Fact::Case(_, fact) => case::describe(fact, header, personal, about),
        Fact::Ledger(fact) => ledger::describe(fact),
        Fact::Person(_, fact) => person::describe(fact, personal, about),
        Fact::Team(_, fact) => team::describe(fact),
        Fact::Tag(_, fact) => tag::describe(fact, about),
    }
}

impl About<'_> {
    /// A person, as a sentence says who it was.
    fn person(&self, id: &ActorId) -> Argument {
        Argument::Text(self.names.said(id.as_str()).into_owned())
    }

    /// The name of a team.
    fn team(&self, id: TeamId) -> Argument {
        Argument::Text(self.catalog.team_name(id))
    }

    /// The name of a tag, also of one that was merged since.
    fn tag(&self, id: TagId) -> Argument {
        Argument::Text(self.catalog.tag_name(id))
    }

    /// The names of tags, in their order.
    fn tags(&self, ids: &[TagId]) -> Option<Argument> {
        let names = self.catalog.tag_names_as_given(ids);
        (!names.is_empty()).then(|| Argument::Text(names.join(", ")))
    }

    /// The label of a step of the case; the shipped label for its id if the case has no such step any more.
    fn step(&self, id: &StepId) -> Argument {
        let known = self.steps.iter().find(|step| step.id == *id);
        known.map_or_else(|| Argument::word("step", id.as_str()), |step| step.label.argument())
    }
}

fn change(field: &'static str, from: Option<Argument>, to: Option<Argument>) -> Change {
    Change { field: field.into(), label: None, from, to }
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

/// A message with no changed fields.
fn only(message: Message) -> Said {
    (message, Vec::new())
}
