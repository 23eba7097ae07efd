//! Collecting data: whether it is allowed now, what the sources answered, and leaving out one that fails.

use chrono::TimeDelta;
use serde::Serialize;

use super::action::Action;
use super::{Command, Context, Decision, Subject};
use crate::event::{CaseFact, Fact, Personal};
use crate::model::{
    BlobId, Case, CaseId, Progress, ShortText, Snapshot, SourceAnswer, StepId, StepKind, limits,
};
use crate::rejection::{Blocker, FieldRule, Fields, Rejection};
use crate::store::LoadPlan;
use crate::time;

/// Checks whether data may be collected now, or the failed collection retried. It changes nothing.
#[derive(Clone, Serialize)]
pub(crate) struct MayPrepare {
    pub(crate) case: CaseId,
    /// Whether it retries a failed step, for which the permission to retry failures is enough.
    pub(crate) retry: bool,
    /// The source that is to be asked again; `None` for all of them.
    pub(crate) source: Option<String>,
}

impl MayPrepare {
    fn as_action(&self) -> Action {
        match (self.retry, &self.source) {
            (true, _) => Action::Retry,
            (false, Some(_)) => Action::PrepareSource,
            (false, None) => Action::PrepareData,
        }
    }
}

impl Command for MayPrepare {
    fn action(&self) -> &'static str {
        self.as_action().code()
    }

    fn subject(&self) -> Option<Subject> {
        Some(Subject::Case(self.case))
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::case(self.case))
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        let action = self.as_action();
        let case = context.case_for(action, self.case)?;
        if self.retry {
            context.unblocked(case, action, None)?;
        } else {
            context.step(case, action, None)?;
        }
        // Nothing is written, but the receipt says at which revision the case was.
        let mut decision = Decision::default();
        decision.builds_on_case(case, context)?;
        Ok(decision)
    }
}

/// What a collection was based on. If it is something else by the time that it is recorded, the collection is void.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub(crate) struct CollectionBase {
    /// The snapshot from which answers of other sources are kept; `None` if every source was asked.
    pub(crate) kept_from: Option<BlobId>,
    /// The sources that were left out, and so not asked.
    pub(crate) left_out: Vec<String>,
}

impl CollectionBase {
    fn holds(&self, progress: &Progress) -> bool {
        let now = progress.snapshot.as_ref().map(|snapshot| snapshot.id);
        self.kept_from.is_none_or(|from| now == Some(from))
            && progress.left_out.iter().map(|one| &one.source).eq(&self.left_out)
    }
}

/// Who has the sources asked.
#[derive(Clone, Serialize)]
pub(crate) enum CollectedBy {
    /// Somebody who may.
    Person(MayPrepare),
    /// The library, which has begun the attempt with this number: see [`ClaimCollection`].
    Library { attempt: u32 },
}

/// Records what the sources answered.
#[derive(Serialize)]
pub(crate) struct RecordCollection {
    pub(crate) case: CaseId,
    pub(crate) by: CollectedBy,
    pub(crate) base: CollectionBase,
    /// The sources that were asked now. What the others answered before is kept.
    pub(crate) asked: Vec<String>,
    pub(crate) found: Snapshot,
}

impl Command for RecordCollection {
    fn action(&self) -> &'static str {
        match &self.by {
            CollectedBy::Person(may) => may.action(),
            CollectedBy::Library { .. } => Action::Retry.code(),
        }
    }

    fn records(&self) -> bool {
        matches!(self.by, CollectedBy::Library { .. })
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::case(self.case))
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        // Checked again: somebody may have changed the case while the sources were being read.
        let case = context.case(self.case)?;
        match &self.by {
            CollectedBy::Person(may) => drop(may.decide(context)?),
            CollectedBy::Library { attempt } if self.is_late(case, *attempt) => {
                return Ok(Decision::default());
            }
            CollectedBy::Library { .. } => {}
        }
        let (progress, step) = data_step(case)?;
        if !self.base.holds(progress) {
            if self.records() {
                return Ok(Decision::default());
            }
            return Err(Rejection::blocked(self.action(), Blocker::SnapshotReplaced));
        }
        let mut decision = Decision::default();
        decision.builds_on_case(case, context)?;
        let is_asked = |name: &str| self.asked.iter().any(|asked| asked == name);
        for one in self.found.sources.iter().filter(|one| is_asked(&one.name)) {
            let (rows, failed) = match &one.answer {
                SourceAnswer::Found { rows } => (Some(*rows), None),
                SourceAnswer::NotAsked => (Some(0), None),
                SourceAnswer::Failed { failure } => (None, Some(failure.code.clone())),
            };
            decision.push(case, context, CaseFact::SourceAsked { source: one.name.clone(), rows, failed });
        }
        if progress.approvals_of(step).next().is_some() {
            decision.lapses(case, context, vec![step.clone()]);
        }
        let mut snapshot = self.found.clone();
        for one in snapshot.sources.iter_mut().filter(|one| is_asked(&one.name)) {
            if let SourceAnswer::Failed { failure } = &mut one.answer {
                *failure = failure.clone().backing_off(context.fresh);
            }
        }
        let failed = snapshot.failed().next().map(|(_, failure)| failure.clone());
        decision.push(case, context, CaseFact::SnapshotCollected { snapshot });
        decision.keep_blobs.push(self.found.id);
        decision.drop_blobs.extend(progress.snapshot.as_ref().map(|snapshot| snapshot.id));
        failed.into_iter().for_each(|failure| decision.push(case, context, CaseFact::StepFailed { failure }));
        Ok(decision)
    }
}

impl RecordCollection {
    /// Whether an attempt by the library comes too late: nothing is to be collected any more, or another attempt failed
    /// since. What was found counts whichever attempt found it.
    fn is_late(&self, case: &Case, attempt: u32) -> bool {
        let Some(progress) = case.progress.as_deref().filter(|one| one.failed_collection().is_some()) else {
            return true;
        };
        let now = progress.next_attempt_to_collect().saturating_sub(1);
        let failed = self.found.failed().any(|(name, _)| self.asked.iter().any(|asked| asked == name));
        if failed { now != attempt } else { now < attempt }
    }
}

/// How long an attempt at collecting by the library keeps others from beginning one. A source may take long; if a process
/// was killed while it asked, the data may have to wait that long.
pub(crate) const LEASE: TimeDelta = TimeDelta::hours(1);

/// Begins an attempt by the library itself to ask sources again that somebody had asked and that failed, if its instant has
/// come. It changes nothing if that is not so by now, or somebody else has begun the attempt.
#[derive(Serialize)]
pub(crate) struct ClaimCollection {
    pub(crate) case: CaseId,
    pub(crate) attempt: u32,
}

impl Command for ClaimCollection {
    fn action(&self) -> &'static str {
        Action::Retry.code()
    }

    fn records(&self) -> bool {
        true
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::case(self.case))
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        let case = context.case(self.case)?;
        let mut decision = Decision::default();
        decision.builds_on_case(case, context)?;
        let is_due = case.progress.as_deref().is_some_and(|progress| {
            progress.next_attempt_to_collect() == self.attempt
                && progress.collect_again_at().is_some_and(|from| from <= context.now)
        });
        if is_due {
            // The last attempt has no other after it: if it is never heard of, a person has to look.
            let again = self.attempt < limits::ATTEMPTS;
            let retry_at = again.then(|| time::after(context.now, LEASE));
            decision.push(case, context, CaseFact::CollectionRetried { attempt: self.attempt, retry_at });
        }
        Ok(decision)
    }
}

/// Leaves a source that failed out of the answer, which says so.
#[derive(Serialize)]
pub(crate) struct LeaveOutSource {
    pub(crate) case: CaseId,
    pub(crate) source: String,
    pub(crate) reason: String,
}

impl Command for LeaveOutSource {
    fn action(&self) -> &'static str {
        Action::LeaveOutSource.code()
    }

    fn subject(&self) -> Option<Subject> {
        Some(Subject::Case(self.case))
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::case(self.case))
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        let case = context.case_for(Action::LeaveOutSource, self.case)?;
        let (progress, step) = context.step(case, Action::LeaveOutSource, None)?;
        let mut fields = Fields::default();
        let wanted = self.source.trim();
        let source = progress.failed_sources().map(|(name, _)| name).find(|name| *name == wanted);
        if source.is_none() {
            let failed = progress.failed_sources().map(|(name, _)| name);
            fields.add("source", FieldRule::unknown(&self.source, failed));
        }
        let reason = fields.take(ShortText::parse("reason", &self.reason));
        let (source, reason) = fields.finish(source.zip(reason))?;
        let mut decision = Decision::default();
        decision.builds_on_case(case, context)?;
        if progress.approvals_of(&step.id).next().is_some() {
            decision.lapses(case, context, vec![step.id.clone()]);
        }
        let fact = CaseFact::SourceLeftOut { source: source.to_owned() };
        decision.drafts.push(context.draft(Fact::Case(case.id, fact), Personal::because(Some(reason))));
        Ok(decision)
    }
}

/// The step for which data is collected now: the first about data that is not done.
pub(crate) fn data_step(case: &Case) -> Result<(&Progress, &StepId), Rejection> {
    let progress = case.progress.as_deref().ok_or_else(no_workflow)?;
    let is_data = |step: &&crate::model::Step| step.kind == StepKind::DataApproval && !progress.is_done(step);
    let step = progress.steps.iter().find(is_data).ok_or_else(no_workflow)?;
    Ok((progress, &step.id))
}

fn no_workflow() -> Rejection {
    Rejection::blocked(Action::PrepareData.code(), Blocker::NoWorkflow)
}
