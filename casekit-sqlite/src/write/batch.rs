//! One transaction: the jobs of the leader and of its group.

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
use crate::read::catalog::{self, INCOMPLETE};

/// Carries out jobs in order and commits them, all of them or none.
///
/// A commit that is refused writes nothing and leaves the others as they are.
///
/// # Errors
/// A fault, after which the caller rolls back what is left of the transaction.
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
    if deferred.has_definitions() {
        next.generation = catalog::after(next.generation);
    }
    deferred.write(&change, memory)?;
    let given = keys.given();
    // As a cached statement, which needs no parsing. `change` then finds no transaction when it is dropped, and rolls
    // nothing back.
    change.prepare_cached("COMMIT").and_then(|mut commit| commit.execute(())).map_err(fault)?;
    // Only after the commit: every reader takes what is published for committed, and a key that was rolled back can be
    // given to somebody else.
    given.publish(known);
    if only_commits {
        memory.keep(next);
    } else {
        memory.forget_all_but_words();
    }
    Ok(outcomes)
}

/// How many commits share a savepoint. A sealed commit hardly ever fails; when one does, those before it in the
/// savepoint are written again.
const CHUNK: usize = 64;

/// A transaction in progress.
struct Batch<'a> {
    change: &'a Transaction<'a>,
    keys: &'a Keys<'a>,
    /// Whether other jobs share the transaction. Then a commit that fails half-way is undone by a savepoint, and not
    /// with all of it.
    group: bool,
    /// The commits within the open savepoint, with what each leaves for the end. Between two commits it is empty
    /// exactly when no savepoint is open.
    chunk: Vec<(Writing, Deferred)>,
    memory: &'a mut Memory,
    next: Next,
    /// What is written once at the end, from commits whose savepoint was released.
    deferred: Deferred,
    /// Whether the only commit failed half-way. Without a savepoint its writes are undone with the transaction.
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
            // Otherwise a later commit that fails would undo this job too, and only commits are written again.
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
            // The writer does this one itself: a checkpoint cannot be part of a transaction.
            Job::Wipe => Ok(Outcome::Done(1)),
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

    /// Why the writes would fail: a claim that is taken, or a blob that does not exist. Looked up before the first
    /// write, since a constraint that fails later does not tell which of these it was.
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

    /// Writes a commit within the savepoint. `false` if a constraint of the schema refused it; then nothing of it is
    /// left.
    fn guarded(&mut self, one: Writing) -> Result<bool> {
        if self.group && self.chunk.is_empty() {
            self.run("SAVEPOINT chunk")?;
        }
        // Before the write, so that no later commit of the batch is compared with a head that this one replaces.
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
                // This undoes every commit of the chunk, so what was remembered of them goes first, and then the
                // earlier ones are written again. They passed before, so they are not expected to fail now.
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

    /// Releases the savepoint. From then on its writes are undone only with the whole transaction.
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
        // After all states: the entry of a case contains the name of its customer, which may be in the same commit.
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

/// A sealed commit, with what is needed to write it a second time.
struct Writing {
    sealed: Sealed,
    plan: Plan,
    request: Option<RequestClaim>,
}
