//! Writing: check, assign, seal, apply.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Gaps, Stream, World};
use crate::commit::{
    Assigned, Claim, Commit, Committed, Expect, Head, Refused, SealError, Sealed, StateChange, StoredEvent,
    seal,
};
use crate::event::Draft;
use crate::model::{State, StreamId, Timestamp};
use crate::store::StoredRequest;

impl World {
    /// Writes one commit, whole or not at all: everything that can refuse it comes before the first change.
    pub(super) fn commit(&mut self, commit: Commit) -> Result<Committed, Refused> {
        let request = commit.request.clone();
        // The request before the expectations: a repeated command has made its own read set stale, and must still be
        // answered with its receipt.
        if let Some(request) = &request
            && self.requests.contains_key(&(request.actor.clone(), request.id.clone()))
        {
            return Err(Refused::RequestClaimed);
        }
        if let Some(broken) = commit.expect.iter().find(|expect| !self.holds(expect)) {
            return Err(Refused::Stale(broken.clone()));
        }
        let assigned = self.assign(&commit.drafts);
        let sealed = seal(commit, &assigned).map_err(Refused::Unsound)?;
        if let Some(claim) = self.contested(&sealed) {
            return Err(Refused::Stale(Expect::Unclaimed(claim)));
        }
        if let Some(missing) = sealed.keep_blobs.iter().find(|id| !self.blobs.contains_key(id)) {
            return Err(Refused::Unsound(SealError::MissingBlob(*missing)));
        }

        let receipt = sealed.receipt.clone();
        self.apply(sealed);
        if let Some(request) = request {
            let id = (request.actor.clone(), request.id.clone());
            self.requests.insert(id, StoredRequest { claim: request, receipt: receipt.clone() });
        }
        Ok(Committed { receipt })
    }

    fn holds(&self, expect: &Expect) -> bool {
        match expect {
            // A stream that does not exist has no event, so its revision is 0.
            Expect::Revision(stream, revision) => {
                self.streams.get(stream).map_or(0, |found| found.state.revision()) == *revision
            }
            Expect::Absent(stream) => !self.streams.contains_key(stream),
            Expect::Unclaimed(claim) => !self.claims.contains_key(claim),
        }
    }

    /// In a store that leaves gaps, draws the numbers of a batch before it is written.
    pub(super) fn draw_numbers(&mut self, commits: usize) {
        let above = self.last_number;
        if let Some(gaps) = &mut self.gaps {
            *gaps = Gaps { drawn: above + 3 * commits as u64, above };
        }
    }

    fn next_number(&mut self) -> u64 {
        let next = self.last_number + 1;
        let floor = self.ledger().map_or(0, |ledger| ledger.number_floor);
        let Some(gaps) = &mut self.gaps else { return next };
        let drawn = gaps.drawn;
        gaps.drawn = drawn.saturating_sub(3);
        if drawn > gaps.above && drawn >= floor { drawn } else { next }
    }

    /// Assigns the position and number, and looks up the heads of the streams that are written.
    fn assign(&mut self, drafts: &[Draft]) -> Assigned {
        let number = self.next_number();
        let written: BTreeSet<StreamId> = drafts.iter().map(|draft| draft.stream()).collect();
        let head = |stream: StreamId| {
            let found = self.streams.get(&stream)?;
            let newest = self.events.iter().rev().find(|event| event.stream == stream);
            let at = newest.map_or(Timestamp::MIN_UTC, |event| event.header.at);
            Some(Head { stream, revision: found.state.revision(), hash: found.hash, at })
        };
        Assigned {
            position: self.last_position() + if self.gaps.is_some() { 5 } else { 1 },
            number,
            heads: written.into_iter().filter_map(head).collect(),
        }
    }

    /// A name that the commit takes although another stream has it, because its decision did not expect it to be
    /// unclaimed.
    fn contested(&self, sealed: &Sealed) -> Option<Claim> {
        let mut taken = BTreeSet::new();
        let is_free = |claim: &Claim| !self.claims.contains_key(claim) || sealed.unclaim.contains(claim);
        let contested = |(claim, _): &&(Claim, StreamId)| !taken.insert(claim.clone()) || !is_free(claim);
        sealed.claim.iter().find(contested).map(|(claim, _)| claim.clone())
    }

    /// Writes a sealed commit. Nothing here can fail. Names are given up before others are taken: see
    /// `Sealed::unclaim`.
    fn apply(&mut self, sealed: Sealed) {
        for claim in &sealed.unclaim {
            self.claims.remove(claim);
        }
        self.claims.extend(sealed.claim);
        for change in sealed.states {
            self.put_state(change);
        }
        for change in sealed.notes {
            self.index_note(&change.after);
            self.notes.insert(change.after.id, change.after);
        }
        for id in sealed.keep_blobs {
            self.keep_blob(id);
        }
        for id in sealed.drop_blobs {
            self.blobs.remove(&id);
        }
        self.events.extend(sealed.events);
    }

    pub(super) fn put_state(&mut self, change: StateChange) {
        match &change.after {
            State::Settings(settings) => {
                Arc::make_mut(&mut self.catalog).settings = Some(Arc::new(settings.clone()));
            }
            State::Workflow(workflow) => {
                let workflows = &mut Arc::make_mut(&mut self.catalog).workflows;
                workflows.insert(workflow.id, Arc::new(workflow.clone()));
            }
            State::CaseType(case_type) => {
                let case_types = &mut Arc::make_mut(&mut self.catalog).case_types;
                case_types.insert(case_type.id, Arc::new(case_type.clone()));
            }
            State::Team(team) => {
                let teams = &mut Arc::make_mut(&mut self.catalog).teams;
                teams.insert(team.id, Arc::new(team.clone()));
            }
            State::Tag(tag) => {
                let tags = &mut Arc::make_mut(&mut self.catalog).tags;
                tags.insert(tag.id, Arc::new(tag.clone()));
            }
            State::Case(case) => {
                // Never decreases, so that no number is assigned twice.
                self.last_number = self.last_number.max(case.number.value);
                if change.before.is_none() {
                    self.index_case(case.id);
                }
            }
            State::Ledger(ledger) => {
                self.last_number = self.last_number.max(ledger.number_floor.saturating_sub(1));
            }
            State::Customer(_) | State::Person(_) => {}
        }
        self.streams.insert(change.after.stream(), Stream { state: change.after, hash: change.hash });
    }

    pub(super) fn last_position(&self) -> u64 {
        self.events.last().map_or(0, |event: &StoredEvent| event.position)
    }
}
