//! What the items before lead to, before it is written: for the rest of a chunk, and for all of a dry run.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::commit::{Claim, Expect};
use crate::decide::{Decision, Past, folded};
use crate::model::{CaseId, Customer, State, StreamId};
use crate::rejection::Rejection;
use crate::store::{LoadPlan, Loaded, Located};

#[derive(Default)]
pub(super) struct Ahead {
    claims: BTreeMap<Claim, StreamId>,
    states: BTreeMap<StreamId, State>,
    new: BTreeSet<StreamId>,
    pasts: BTreeMap<CaseId, Past>,
}

impl Ahead {
    /// Adds what a decision leads to, also to what was loaded.
    pub(super) fn learn(&mut self, decision: &Decision, loaded: &mut Loaded) -> Result<(), Rejection> {
        let Some(stream) = decision.drafts.first().map(|draft| draft.stream()) else { return Ok(()) };
        for expected in &decision.expect {
            if let Expect::Unclaimed(claim) = expected {
                self.claims.insert(claim.clone(), stream);
                loaded.claims.push(Located { claim: claim.clone(), stream });
            }
        }
        let before = decision.read_set.first().cloned();
        if before.is_none() {
            self.new.insert(stream);
        }
        // The item itself, and the tags that it makes.
        let mut states: BTreeMap<StreamId, State> =
            before.into_iter().map(|one| (one.stream(), one)).collect();
        for draft in &decision.drafts {
            let of = draft.stream();
            let state = folded(states.remove(&of), draft)?;
            states.insert(of, state);
            if let (StreamId::Case(id), Some(fact)) = (of, draft.fact.of_case()) {
                self.past(id).add(&draft.header, fact);
            }
        }
        for (stream, state) in states {
            put(loaded, state.clone());
            self.states.insert(stream, state);
        }
        Ok(())
    }

    /// Adds what was learned to what was loaded by a plan.
    pub(super) fn add_to(&self, loaded: &mut Loaded, plan: &LoadPlan) {
        let mut streams: Vec<StreamId> = loaded.cases.iter().map(|case| StreamId::Case(case.id)).collect();
        streams.extend(loaded.customers.iter().map(|customer| StreamId::Customer(customer.id)));
        for claim in &plan.claims {
            if let Some(stream) = self.claims.get(claim) {
                loaded.claims.push(Located { claim: claim.clone(), stream: *stream });
                streams.push(*stream);
            }
        }
        let is_definition = |stream: &&StreamId| matches!(stream, StreamId::Workflow(_) | StreamId::Tag(_));
        let definitions = self.states.keys().filter(is_definition);
        for stream in streams.iter().chain(definitions) {
            if let Some(state) = self.states.get(stream) {
                put(loaded, state.clone());
            }
        }
    }

    /// Whether a stream is made by one of the items before, and not written yet.
    pub(super) fn is_new(&self, stream: StreamId) -> bool {
        self.new.contains(&stream)
    }

    /// What imports brought in of a case; empty at first.
    pub(super) fn past(&mut self, case: CaseId) -> &mut Past {
        self.pasts.entry(case).or_default()
    }

    /// Whether something is known of what imports brought in of a case.
    pub(super) fn knows(&self, case: CaseId) -> bool {
        self.pasts.contains_key(&case)
    }
}

/// Puts a state in the place of the one that was loaded, if one was.
fn put(loaded: &mut Loaded, state: State) {
    match state {
        State::Case(case) => {
            loaded.cases.retain(|one| one.id != case.id);
            loaded.cases.push(*case);
        }
        State::Customer(customer) => {
            let is_other = |one: &Customer| one.id != customer.id;
            loaded.customers.retain(is_other);
            loaded.customers.push(customer);
        }
        State::Workflow(workflow) => {
            let catalog = Arc::make_mut(&mut loaded.catalog);
            catalog.workflows.insert(workflow.id, Arc::new(workflow));
        }
        State::Tag(tag) => {
            let catalog = Arc::make_mut(&mut loaded.catalog);
            catalog.tags.insert(tag.id, Arc::new(tag));
        }
        State::Settings(_) | State::CaseType(_) | State::Ledger(_) | State::Person(_) | State::Team(_) => {}
    }
}
