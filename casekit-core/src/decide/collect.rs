//! Collecting data: whether it is allowed now, and what the sources answered.

use serde::Serialize;

use super::action::Action;
use super::{Command, Context, Decision, Subject};
use crate::event::{CaseFact, Fact, Personal};
use crate::model::{Case, CaseId, Progress, Snapshot, StepId, StepKind};
use crate::rejection::{Blocker, Rejection};
use crate::release::Fault;
use crate::store::LoadPlan;

/// Checks whether data may be collected now, or the failed collection retried. It changes nothing.
#[derive(Serialize)]
pub(crate) struct MayPrepare {
    pub(crate) case: CaseId,
    /// Whether it retries a failed step, for which the permission to retry failures is enough.
    pub(crate) retry: bool,
}

impl Command for MayPrepare {
    fn action(&self) -> &'static str {
        if self.retry { Action::Retry.code() } else { Action::PrepareData.code() }
    }

    fn subject(&self) -> Option<Subject> {
        Some(Subject::Case(self.case))
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::case(self.case))
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        let action = if self.retry { Action::Retry } else { Action::PrepareData };
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

/// What one source answered: the number of rows, or the code of a failure.
#[derive(Clone, Serialize)]
pub(crate) struct SourceResult {
    pub(crate) source: String,
    pub(crate) rows: Option<u64>,
    pub(crate) failed: Option<String>,
}

/// Records what a collection found, or how it failed.
#[derive(Serialize)]
pub(crate) struct RecordCollection {
    pub(crate) case: CaseId,
    pub(crate) retry: bool,
    pub(crate) results: Vec<SourceResult>,
    pub(crate) found: Result<Snapshot, Fault>,
}

impl Command for RecordCollection {
    fn action(&self) -> &'static str {
        if self.retry { Action::Retry.code() } else { Action::PrepareData.code() }
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::case(self.case))
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        // Checked again: somebody may have changed the case while the sources were being read.
        MayPrepare { case: self.case, retry: self.retry }.decide(context)?;
        let case = context.case(self.case)?;
        let (progress, step) = data_step(case)?;
        let mut decision = Decision::default();
        decision.builds_on_case(case, context)?;
        let mut add =
            |fact| decision.drafts.push(context.draft(Fact::Case(case.id, fact), Personal::default()));
        for result in self.results.iter().cloned() {
            add(CaseFact::SourceAsked { source: result.source, rows: result.rows, failed: result.failed });
        }
        match &self.found {
            Ok(snapshot) => {
                if progress.approvals_of(step).next().is_some() {
                    add(CaseFact::ApprovalsLapsed {
                        steps: vec![step.clone()],
                        why: "content_changed".into(),
                    });
                }
                add(CaseFact::SnapshotCollected { snapshot: snapshot.clone() });
                decision.keep_blobs.push(snapshot.id);
                decision.drop_blobs.extend(progress.snapshot.as_ref().map(|snapshot| snapshot.id));
            }
            Err(failed) => {
                add(CaseFact::StepFailed { failure: failed.at(step, attempts(progress, step), context.now) })
            }
        }
        Ok(decision)
    }
}

/// How often the failed step has been tried, this time included.
fn attempts(progress: &Progress, step: &StepId) -> u32 {
    let before = progress.failure.as_ref().filter(|failure| failure.step == *step);
    before.map_or(0, |failure| failure.attempts).saturating_add(1)
}

fn data_step(case: &Case) -> Result<(&Progress, &StepId), Rejection> {
    let progress = case.progress.as_deref().ok_or_else(no_workflow)?;
    let is_data = |step: &&crate::model::Step| step.kind == StepKind::DataApproval && !progress.is_done(step);
    let step = progress.steps.iter().find(is_data).ok_or_else(no_workflow)?;
    Ok((progress, &step.id))
}

fn no_workflow() -> Rejection {
    Rejection::blocked(Action::PrepareData.code(), Blocker::NoWorkflow)
}
