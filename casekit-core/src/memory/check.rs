//! Looking the world over: what is kept twice must agree.

use std::collections::{BTreeMap, BTreeSet};

use super::World;
use super::search::Entry;
use crate::commit::{Claim, ClaimKind, Digest, claims_of};
use crate::model::{Catalog, State, StreamId};
use crate::search::note_terms;
use crate::store::{StoreError, StoreErrorKind};

impl World {
    pub(super) fn check(&self) -> Result<(), StoreError> {
        let sound = [
            ("the heads of the streams", self.heads_agree()),
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

    /// Positions count on from 1, and each stream stands where its events leave it.
    fn heads_agree(&self) -> bool {
        let mut heads: BTreeMap<StreamId, (u64, Digest)> = BTreeMap::new();
        for event in &self.events {
            let (revision, _) = heads.get(&event.stream).copied().unwrap_or_default();
            if event.revision != revision + 1 {
                return false;
            }
            heads.insert(event.stream, (event.revision, event.hash));
        }
        let kept = self.streams.iter().map(|(id, stream)| (*id, (stream.state.revision(), stream.hash)));
        heads == kept.collect() && self.events.iter().map(|event| event.position).eq(1..=self.last_position())
    }

    /// Every name is had by whose state holds it. References of imports are kept for good and stand in no state.
    fn claims_agree(&self) -> bool {
        let held: BTreeMap<Claim, StreamId> = self
            .streams
            .iter()
            .flat_map(|(id, stream)| claims_of(&stream.state).into_iter().map(|claim| (claim, *id)))
            .collect();
        let kept = self.claims.iter().filter(|(claim, _)| claim.kind != ClaimKind::ImportReference);
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
                State::Customer(_) | State::Case(_) | State::Ledger { .. } => {}
            }
        }
        catalog == *self.catalog
    }

    /// No number twice, and none that was not given out.
    fn numbers_agree(&self) -> bool {
        let numbers: BTreeSet<u64> = self.all_cases().map(|case| case.number.value).collect();
        numbers.len() == self.all_cases().count()
            && numbers.last().is_none_or(|last| *last <= self.last_number)
    }
}
