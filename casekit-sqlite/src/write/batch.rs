//! One transaction: the jobs of the leader and of those it took along.

use casekit_core::commit::{
    Assigned, Commit, Committed, Expect, Refused, RequestClaim, SealError, Sealed, seal,
};
use casekit_core::model::StreamId;
use casekit_core::store::incomplete;
use rusqlite::Transaction;

use super::deferred::Deferred;
use super::memory::{Memory, Next, is_definition};
use super::plan::Plan;
use super::{Cut, Job, Outcome, blobs, compact, events, expect, index, notes, requests, states};
use crate::error::{Result, fault, is_constraint, unreadable};
use crate::keys::Keys;
use crate::known::Known;
use crate::read::catalog::INCOMPLETE;

/// Carries out jobs and makes them durable, all of them or none.
pub(super) fn carry_out(
    change: Transaction<'_>,
    known: &Known,
    memory: &mut Memory,
    jobs: Vec<Job>,
) -> Result<Vec<Outcome>> {
    let commits: usize = jobs.iter().map(Job::weight).sum();
    let only_commits = jobs.iter().all(|job| matches!(job, Job::Commits(_)));
    memory.begin(&change)?;
    let keys = Keys::new(&change, known);
    let mut batch = Batch::begin(&change, &keys, memory, commits > 1)?;
    let mut outcomes = Vec::with_capacity(jobs.len());
    for job in jobs {
        outcomes.push(batch.job(job)?);
    }
    batch.release()?;
    let Batch { deferred, must_roll_back, mut next, .. } = batch;
    if must_roll_back {
        memory.forget();
        change.rollback().map_err(fault)?;
        return Ok(outcomes);
    }
    // A file may say anything of itself.
    next.generation =
        next.generation.checked_add(deferred.has_definitions().into()).ok_or_else(unreadable)?;
    deferred.write(&change, memory)?;
    let given = keys.given();
    // As a statement that is kept; the transaction then has nothing to undo.
    change.prepare_cached("COMMIT").and_then(|mut commit| commit.execute(())).map_err(fault)?;
    given.publish(known);
    if only_commits {
        memory.keep(next);
    } else {
        memory.forget_all_but_words();
    }
    Ok(outcomes)
}

/// How many commits share a savepoint. Hardly one ever fails once it is sealed; then those before it are written again.
const CHUNK: usize = 64;

/// A transaction under way.
struct Batch<'a> {
    change: &'a Transaction<'a>,
    keys: &'a Keys<'a>,
    /// Whether other commits are in the transaction, so that one that fails half-way must not take them along.
    group: bool,
    /// The commits within the savepoint, with what each leaves for the end.
    chunk: Vec<(Writing, Deferred)>,
    memory: &'a mut Memory,
    next: Next,
    /// What is written once, at the end.
    deferred: Deferred,
    /// The only commit failed half-way: the transaction must not be kept.
    must_roll_back: bool,
}

impl<'a> Batch<'a> {
    fn begin(
        change: &'a Transaction<'a>,
        keys: &'a Keys<'a>,
        memory: &'a mut Memory,
        group: bool,
    ) -> Result<Self> {
        let next = memory.next(change)?;
        let deferred = Deferred::default();
        Ok(Self { change, keys, group, chunk: Vec::new(), memory, next, deferred, must_roll_back: false })
    }

    fn job(&mut self, job: Job) -> Result<Outcome> {
        if !matches!(job, Job::Commits(_)) {
            // What it does is no part of what a failed commit would undo.
            self.release()?;
        }
        match job {
            Job::Commits(commits) => {
                if self.next.generation == INCOMPLETE {
                    return Ok(Outcome::Misfit(incomplete()));
                }
                let results = commits
                    .into_iter()
                    .map(|(commit, cut)| self.commit(commit, cut))
                    .collect::<Result<_>>()?;
                Ok(Outcome::Commits(results))
            }
            Job::AppendBlob(id, offset, at, bytes) => {
                let appended = blobs::append(self.change, id, offset, at, &bytes)?;
                Ok(appended.map_or_else(Outcome::Misfit, |()| Outcome::Done(1)))
            }
            Job::Compact(bytes) => Ok(Outcome::Done(compact::step(self.change, bytes)?)),
            Job::SweepBlobs(before, limit) => Ok(Outcome::Swept(blobs::sweep(self.change, before, limit)?)),
            Job::Restore(part) => {
                let restored = super::restore::restore(self.change, self.keys, self.memory, *part)?;
                Ok(restored.map_or_else(Outcome::Misfit, |()| Outcome::Done(1)))
            }
            Job::Merge => Ok(Outcome::Done(compact::merge(self.change)?)),
            Job::CheckIndexes => {
                index::check(self.change)?;
                Ok(Outcome::Done(0))
            }
            Job::RepairDerived => {
                let fixed = super::repair::repair(self.change)?;
                self.memory.forget();
                Ok(Outcome::Done(fixed))
            }
        }
    }

    fn commit(&mut self, commit: Commit, cut: Cut) -> Result<Result<Committed, Refused>> {
        if let Some(claim) = &commit.request
            && requests::is_claimed(self.change, claim)?
        {
            return Ok(Err(Refused::RequestClaimed));
        }
        let mut heads = expect::Heads::new(&commit.read_set);
        if let Some(broken) = expect::broken(self.change, self.memory, &mut heads, &commit.expect)? {
            return Ok(Err(Refused::Stale(broken)));
        }
        let streams = commit.drafts.iter().map(|draft| draft.stream());
        let heads = heads.existing(self.change, self.memory, streams)?;
        let plan = Plan::of(&commit, cut);
        let request = commit.request.clone();
        let assigned = Assigned { position: self.next.position, number: self.next.number, heads };
        let sealed = match seal(commit, &assigned) {
            Ok(sealed) => sealed,
            Err(error) => return Ok(Err(Refused::Unsound(error))),
        };
        if let Some(refused) = self.refusal(&sealed)? {
            return Ok(Err(refused));
        }
        let stream = plan.stream;
        let receipt = sealed.receipt.clone();
        let floors = sealed.states.iter().map(|change| states::floor(&change.after));
        let floor = floors.fold(0, u64::max);
        if !self.guarded(Writing { sealed, plan, request })? {
            return Ok(Err(Refused::Unsound(SealError::WrongReadSet(stream))));
        }
        self.next.position += receipt.events;
        self.next.number = (self.next.number + u64::from(receipt.number.is_some())).max(floor);
        Ok(Ok(Committed { receipt }))
    }

    /// What would make the writing fail, looked up before anything is written.
    fn refusal(&self, sealed: &Sealed) -> Result<Option<Refused>> {
        for (claim, _) in sealed.claim.iter().filter(|(claim, _)| !sealed.unclaim.contains(claim)) {
            if expect::is_claimed(self.change, claim)? {
                return Ok(Some(Refused::Stale(Expect::Unclaimed(claim.clone()))));
            }
        }
        for id in &sealed.keep_blobs {
            if !blobs::exists(self.change, *id)? {
                return Ok(Some(Refused::Unsound(SealError::MissingBlob(*id))));
            }
        }
        Ok(None)
    }

    /// Writes within the savepoint. Says no if a constraint of the schema refused it; then nothing of it is left.
    fn guarded(&mut self, one: Writing) -> Result<bool> {
        if self.group && self.chunk.is_empty() {
            self.run("SAVEPOINT chunk")?;
        }
        if one.sealed.states.iter().any(|state| is_definition(state.after.stream())) {
            self.memory.forget_heads();
        }
        match self.put(&one) {
            Ok(deferred) if self.group => {
                self.chunk.push((one, deferred));
                if self.chunk.len() == CHUNK {
                    self.release()?;
                }
                Ok(true)
            }
            Ok(deferred) => {
                self.deferred.absorb(deferred);
                Ok(true)
            }
            Err(error) if is_constraint(&error) && self.group => {
                self.run("ROLLBACK TO chunk")?;
                self.keys.undo();
                self.memory.forget_heads();
                let before = std::mem::take(&mut self.chunk);
                if before.is_empty() {
                    self.run("RELEASE chunk")?;
                }
                for (one, _) in before {
                    let deferred = self.put(&one)?;
                    self.chunk.push((one, deferred));
                }
                Ok(false)
            }
            Err(error) if is_constraint(&error) => {
                self.must_roll_back = true;
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// Ends the savepoint: nothing undoes any more what was written within it but the end of the transaction.
    fn release(&mut self) -> Result<()> {
        if self.chunk.is_empty() {
            return Ok(());
        }
        self.run("RELEASE chunk")?;
        for (_, deferred) in std::mem::take(&mut self.chunk) {
            self.deferred.absorb(deferred);
        }
        Ok(())
    }

    fn run(&self, sql: &str) -> Result<()> {
        self.change.prepare_cached(sql).and_then(|mut one| one.execute(())).map_err(fault)?;
        Ok(())
    }

    fn put(&self, one: &Writing) -> Result<Deferred> {
        let deferred = self.write(&one.sealed, &one.plan)?;
        if let Some(claim) = &one.request {
            requests::save(self.change, claim, &one.sealed.receipt)?;
        }
        Ok(deferred)
    }

    fn write(&self, sealed: &Sealed, plan: &Plan) -> Result<Deferred> {
        let mut deferred = Deferred::default();
        let mut streams = Vec::with_capacity(sealed.states.len());
        for change in &sealed.states {
            let key = states::write(self.change, self.keys, change, &sealed.events, &mut deferred)?;
            streams.push((change.after.stream(), key));
        }
        let key_of = |stream: StreamId| {
            let found = streams.iter().find(|(known, _)| *known == stream);
            found.map(|(_, key)| *key).ok_or_else(unreadable)
        };
        for event in &sealed.events {
            events::insert(self.change, self.keys, event, key_of(event.stream)?)?;
        }
        // After every state, since an entry of a case holds the name of its customer.
        index::states(self.change, &sealed.states, &plan.cut, &mut deferred.search)?;
        for note in &sealed.notes {
            notes::write(self.change, self.keys, note, sealed, plan, &mut deferred)?;
        }
        for claim in &sealed.unclaim {
            expect::unclaim(self.change, claim)?;
        }
        for (claim, stream) in &sealed.claim {
            expect::claim(self.change, claim, key_of(*stream)?)?;
        }
        for id in &sealed.keep_blobs {
            blobs::keep(self.change, *id)?;
        }
        for id in &sealed.drop_blobs {
            blobs::destroy(self.change, *id)?;
        }
        Ok(deferred)
    }
}

/// A commit that was sealed.
struct Writing {
    sealed: Sealed,
    plan: Plan,
    request: Option<RequestClaim>,
}
