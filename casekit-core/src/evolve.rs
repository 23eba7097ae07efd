//! From a state and an event to the next state. Total, pure, and the only way a state changes.
//!
//! What each fact does to its state is implemented beside the fact.

use crate::event::{self, Event, Fact};
use crate::model::{Note, State};

/// The state after an event; `None` if the event cannot follow that state.
#[must_use]
pub fn evolve(state: Option<State>, event: &Event) -> Option<State> {
    if state.as_ref().is_some_and(|state| state.stream() != event.stream()) {
        return None;
    }
    match &event.fact {
        Fact::Settings(fact) => Some(State::Settings(fact.apply(event))),
        Fact::Workflow(id, fact) => {
            let before = state.and_then(State::into_workflow);
            fact.apply(*id, before, event).map(State::Workflow)
        }
        Fact::CaseType(id, fact) => {
            let before = state.and_then(State::into_case_type);
            fact.apply(*id, before, event).map(State::CaseType)
        }
        Fact::Customer(id, fact) => {
            let before = state.and_then(State::into_customer);
            fact.apply(*id, before, event).map(State::Customer)
        }
        Fact::Case(id, fact) => {
            let before = state.and_then(State::into_case);
            fact.apply(*id, before, event).map(Box::new).map(State::Case)
        }
        Fact::Person(id, fact) => {
            let before = state.and_then(State::into_person);
            fact.apply(*id, before, event).map(State::Person)
        }
        Fact::Team(id, fact) => {
            let before = state.and_then(State::into_team);
            fact.apply(*id, before, event).map(State::Team)
        }
        Fact::Tag(id, fact) => {
            let before = state.and_then(State::into_tag);
            fact.apply(*id, before, event).map(State::Tag)
        }
        Fact::Ledger(fact) => {
            let before = state.and_then(State::into_ledger);
            Some(State::Ledger(fact.apply(before, event)))
        }
    }
}

/// The note after an event about it; `None` if the event is about no note, or cannot follow that note.
#[must_use]
pub fn evolve_note(note: Option<Note>, event: &Event) -> Option<Note> {
    event::evolve_note(note, event)
}
