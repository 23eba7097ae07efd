//! Which cases a decision raises or brings to another stage: what a host's authorizer is asked about.

use crate::decide::Decision;
use crate::event::Event;
use crate::evolve::evolve;
use crate::model::{Case, StageId, State, StreamId};

/// A case that is raised or moved.
pub(super) struct Move {
    /// The case before it; the new case if it is raised.
    pub(super) case: Case,
    /// The stage in which it would be.
    pub(super) to: StageId,
}

/// The cases that a decision raises or moves, by the same fold that applies its events.
pub(super) fn moves_of(decision: &Decision) -> Vec<Move> {
    let mut streams: Vec<StreamId> = Vec::new();
    for stream in decision.drafts.iter().map(crate::event::Draft::stream) {
        if stream.case().is_some() && !streams.contains(&stream) {
            streams.push(stream);
        }
    }
    streams.into_iter().filter_map(|stream| move_of(decision, stream)).collect()
}

fn move_of(decision: &Decision, stream: StreamId) -> Option<Move> {
    let before = decision.read_set.iter().find(|state| state.stream() == stream).cloned();
    let drafts = decision.drafts.iter().filter(|draft| draft.stream() == stream);
    let after = drafts.fold(before.clone(), |state, draft| {
        let event = Event {
            position: 0,
            revision: state.as_ref().map_or(0, State::revision).saturating_add(1),
            header: draft.header.clone(),
            fact: draft.fact.clone(),
            personal: draft.personal.clone(),
        };
        evolve(state, &event)
    });
    let after = after.and_then(State::into_case)?;
    let to = after.stage.clone();
    match before.and_then(State::into_case) {
        None => Some(Move { case: after, to }),
        Some(case) if case.stage != to || case.case_type != after.case_type => Some(Move { case, to }),
        Some(_) => None,
    }
}
