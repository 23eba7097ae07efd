//! Checking the memory store: what is stored twice must agree.

use std::collections::{BTreeMap, BTreeSet};

use super::World;
use super::search::Entry;
use crate::commit::{Claim, ClaimKind, Digest, Fold, claims_of};
use crate::model::{Catalog, Note, NoteId, State, StreamId};
use crate::search::note_terms;
use crate::store::{StoreError, StoreErrorKind, StoredRequest};

impl World {
    pub(super) fn check(&self) -> Result<(), StoreError> {
        let sound = [
            ("the states and notes", self.folds_agree()),
            ("the requests", self.requests_agree()),
            ("the names in use", self.claims_agree()),
            ("the entries of the search", self.entries_agree()),
            ("the definitions", self.catalog_agrees()),
            ("the case numbers", self.numbers_agree()),
        ];
        match sound.iter().find(|(_, agrees)| !agrees) {
            None => Ok(()),
            Some((what, _)) => {
                let message = format!("{what} do not agree with what they are made of");
                Err(StoreError::new(StoreErrorKind::Corrupt, message))
            }
        }
    }

    /// Positions increase, and each state and each note is what its events make of it.
    fn folds_agree(&self) -> bool {
        let mut folds: BTreeMap<StreamId, Fold> = BTreeMap::new();
        if !self.events.iter().all(|event| folds.entry(event.stream).or_default().follow(event).is_ok()) {
            return false;
        }
        let made = folds.iter().map(|(id, fold)| (*id, (fold.state(), fold.hash())));
        let kept = self.streams.iter().map(|(id, stream)| (*id, (Some(&stream.state), &stream.hash)));
        let notes = folds.values().flat_map(|fold| fold.notes().iter().map(|(id, (note, _))| (*id, note)));
        let notes: BTreeMap<NoteId, &Note> = notes.collect();
        made.eq(kept)
            && notes == self.notes.iter().map(|(id, note)| (*id, note)).collect()
            && self.events.is_sorted_by(|event, next| event.position < next.position)
    }

    /// Every event that carries out a request has it, and no request has what another did.
    fn requests_agree(&self) -> bool {
        let left = |kept: &&StoredRequest| kept.receipt.events > 0;
        let said = self.requests.values().filter(left);
        let said: BTreeMap<u64, Digest> =
            said.map(|kept| (kept.receipt.position, kept.claim.digest(kept.receipt.events))).collect();
        let of_events = self.events.iter().filter_map(|event| Some((event.position, event.request?)));
        said.len() == self.requests.values().filter(left).count() && of_events.eq(said)
    }

    /// Every name is claimed by the stream whose state has it, and by no other.
    fn claims_agree(&self) -> bool {
        let held: BTreeMap<Claim, StreamId> = self
            .streams
            .iter()
            .flat_map(|(id, stream)| claims_of(&stream.state).into_iter().map(|claim| (claim, *id)))
            .collect();
        let kept = self.claims.iter().filter(|(claim, _)| match claim.kind {
            ClaimKind::CaseTypeName | ClaimKind::WorkflowName | ClaimKind::TeamName | ClaimKind::TagName => {
                true
            }
            ClaimKind::CustomerReference | ClaimKind::FieldValue => true,
            // These are claimed for good by a fact, and are in no state to compare with.
            ClaimKind::ImportReference | ClaimKind::IntakeReference | ClaimKind::IntakeFingerprint => false,
            ClaimKind::PersonActor | ClaimKind::AnswerReference => false,
        });
        kept.eq(held.iter())
    }

    /// One entry for each case and each note with text, none for anything else.
    fn entries_agree(&self) -> bool {
        let with_text = self.notes.values().filter(|note| note_terms(note).is_some());
        let due: BTreeSet<Entry> = self
            .all_cases()
            .map(|case| Entry::Case(case.id))
            .chain(with_text.map(|note| Entry::Note(note.id)))
            .collect();
        let kept: BTreeSet<Entry> = self.entries.values().copied().collect();
        let newest = self.entries.keys().next_back().copied().unwrap_or_default();
        kept == due && kept.len() == self.entries.len() && newest <= self.last_entry
    }

    fn catalog_agrees(&self) -> bool {
        let mut catalog = Catalog::default();
        for stream in self.streams.values() {
            match &stream.state {
                State::Settings(settings) => catalog.settings = Some(settings.clone().into()),
                State::Workflow(workflow) => {
                    catalog.workflows.insert(workflow.id, workflow.clone().into());
                }
                State::CaseType(case_type) => {
                    catalog.case_types.insert(case_type.id, case_type.clone().into());
                }
                State::Team(team) => {
                    catalog.teams.insert(team.id, team.clone().into());
                }
                State::Tag(tag) => {
                    catalog.tags.insert(tag.id, tag.clone().into());
                }
                State::Customer(_) | State::Case(_) | State::Ledger(_) | State::Person(_) => {}
            }
        }
        catalog == *self.catalog
    }

    /// No case number occurs twice, and none is greater than the last one that was assigned.
    fn numbers_agree(&self) -> bool {
        let numbers: BTreeSet<u64> = self.all_cases().map(|case| case.number.value).collect();
        numbers.len() == self.all_cases().count()
            && numbers.last().is_none_or(|last| *last <= self.last_number)
    }
}

#[cfg(all(test, feature = "conformance"))]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::commit::RequestClaim;
    use crate::conformance::build::{Clerk, RawCase};
    use crate::memory::MemoryStore;
    use crate::model::{Case, CaseId, NoteId, RequestId, WorkflowId};

    /// A little of everything: definitions, a customer with a reference, two cases, one of them
    /// imported and one from a request, two notes, one of them retracted.
    fn sound() -> MemoryStore {
        let store = MemoryStore::new();
        let clerk = Clerk::new(&store);
        let workflow = WorkflowId(clerk.uuid());
        clerk.write_drafts(vec![clerk.changes_settings("C"), clerk.creates_workflow(workflow, "Check")]);
        let case_type = clerk.case_type("Support");
        let customer = clerk.customer("Ada");
        clerk.write_drafts(vec![clerk.refers_to_customer(customer.id, Some("X-1"))]);
        let imported = RawCase { reference: Some("old-7".to_owned()), ..RawCase::of(&case_type, "One") };
        let case = clerk.raise(imported);
        let asked = clerk.raise(RawCase::of(&case_type, "Two"));
        clerk.write_drafts(vec![clerk.receives_request(asked.id, "web-7")]);
        clerk.note(case.id, "A note");
        let retracted = clerk.note(case.id, "Another");
        clerk.write_drafts(vec![clerk.retracts_note(&retracted)]);
        for id in ["request 1", "request 2"] {
            let mut commit = clerk.commit(vec![clerk.imports(), clerk.imports()]);
            commit.request = Some(clerk.request("ada", id));
            clerk.write(commit);
        }
        let mut nothing = clerk.empty_commit();
        nothing.request = Some(clerk.request("bea", "request 3"));
        clerk.write(nothing);
        store
    }

    fn on_some_case(world: &mut World, damage: fn(&mut Case)) {
        let states = world.streams.values_mut().map(|stream| &mut stream.state);
        let mut cases =
            states.filter_map(|state| if let State::Case(case) = state { Some(case) } else { None });
        // If there were no case, nothing would be damaged and the test would fail.
        cases.next().into_iter().for_each(|case| damage(case));
    }

    fn lose(world: &mut World, damage: fn(&mut Catalog)) {
        damage(std::sync::Arc::make_mut(&mut world.catalog));
    }

    type Damage = (&'static str, fn(&mut World));

    #[test]
    fn damage_of_every_kind_is_found() {
        let damages: &[Damage] = &[
            ("an event is gone", |world| drop(world.events.remove(2))),
            ("the newest event is gone", |world| drop(world.events.pop())),
            ("an event has another position", |world| world.events[2].position += 100),
            ("an event has another revision", |world| world.events[2].revision += 1),
            ("the newest event has another hash", |world| world.events.last_mut().unwrap().hash = [7; 32]),
            ("a stream is gone", |world| drop(world.streams.pop_first())),
            ("a stream has another hash", |world| world.streams.values_mut().next().unwrap().hash = [7; 32]),
            ("an event says something else", |world| world.events[3].facts.push(b' ')),
            ("an event's personal part is gone", |world| {
                world.events.iter_mut().for_each(|event| (event.personal, event.salt) = (None, None));
            }),
            ("a state says something else", |world| on_some_case(world, |case| case.reopened += 1)),
            ("a note says something else", |world| world.notes.values_mut().for_each(|note| note.edits += 1)),
            ("a note is gone", |world| world.notes.clear()),
            ("a state has another revision", |world| on_some_case(world, |case| case.revision += 1)),
            ("a request is gone", |world| drop(world.requests.pop_first())),
            ("a request has another id", |world| {
                let (key, kept) = world.requests.pop_first().unwrap();
                let id = RequestId::parse("request", "another").unwrap();
                let claim = RequestClaim { id: id.clone(), ..kept.claim };
                world.requests.insert((key.0, id), StoredRequest { claim, ..kept });
            }),
            ("a request says that it did less", |world| {
                let less =
                    |kept: &mut StoredRequest| kept.receipt.events = kept.receipt.events.saturating_sub(1);
                world.requests.values_mut().for_each(less);
            }),
            ("a request has what another did", |world| {
                let first = world.requests.values().next().unwrap().clone();
                world.requests.values_mut().for_each(|kept| *kept = first.clone());
            }),
            ("a name is free again", |world| drop(world.claims.pop_first())),
            ("a name is had by another", |world| {
                world.claims.values_mut().for_each(|stream| *stream = StreamId::Ledger);
            }),
            ("a name is had by nobody", |world| {
                world.claims.insert(Claim::new(ClaimKind::WorkflowName, "Gone"), StreamId::Ledger);
            }),
            ("an entry is gone", |world| world.entries.retain(|entry, _| *entry > 1)),
            ("an entry is there twice", |world| {
                world.last_entry += 1;
                world.entries.insert(world.last_entry, *world.entries.values().next().unwrap());
            }),
            ("an entry stands for nothing", |world| {
                world.entries.insert(1, Entry::Case(CaseId(uuid::Uuid::nil())));
            }),
            ("a note that is not there has an entry", |world| {
                world.last_entry += 1;
                world.entries.insert(world.last_entry, Entry::Note(NoteId(uuid::Uuid::nil())));
            }),
            ("an entry would be given out again", |world| world.last_entry = 1),
            ("the catalog has lost the settings", |world| lose(world, |catalog| catalog.settings = None)),
            ("the catalog has lost a workflow", |world| lose(world, |catalog| catalog.workflows.clear())),
            ("the catalog has lost a type", |world| lose(world, |catalog| catalog.case_types.clear())),
            ("two cases have one number", |world| on_some_case(world, |case| case.number.value ^= 3)),
            ("a number would be given out again", |world| world.last_number = 1),
        ];
        sound().check().unwrap();
        for (what, damage) in damages {
            let store = sound();
            store.with(damage).unwrap();
            let kind = store.check().err().map(|error| error.kind());
            assert_eq!(kind, Some(StoreErrorKind::Corrupt), "{what}");
        }
    }
}
