//! The journey of an answer: ask for it, and write down each point that it reaches.

use chrono::TimeDelta;
use serde::Serialize;

use super::blockers::Action;
use super::steps::into_ended;
use super::{Command, Context, Decision};
use crate::event::{CaseFact, Fact, Personal};
use crate::model::{
    BlobId, Case, CaseId, DataApproval, Failure, Outcome, PackageRef, Progress, Reference, Release,
    ReleaseState, Snapshot, StageCategory, StepId, StepKind, Timestamp,
};
use crate::rejection::{Blocker, Rejection};
use crate::release::digest::{content_digest, material_digest};
use crate::store::Wanted;

/// How long one delivery may take before another process may begin the next.
const LEASE: TimeDelta = TimeDelta::minutes(10);

/// Asks for the answer to be built and sent.
#[derive(Serialize)]
pub(crate) struct RequestRelease {
    pub(crate) case: CaseId,
}

impl Command for RequestRelease {
    fn action(&self) -> &'static str {
        Action::Release.code()
    }

    fn wanted(&self) -> Result<Wanted, Rejection> {
        Ok(Wanted::case(self.case))
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        let case = context.case(self.case)?;
        let (progress, step) = context.step(case, Action::Release, None)?;
        let digest = match progress.data_approval() {
            Some(data) => content_digest(case, progress, data.digest()),
            None => material_digest(case, progress),
        };
        let mut decision = Decision::default();
        decision.builds_on_case(case, context)?;
        let key = context.fresh.as_simple().to_string();
        let fact = CaseFact::ReleaseRequested { step: step.id.clone(), digest, key };
        decision.drafts.push(context.draft(Fact::Case(case.id, fact), Personal::default()));
        Ok(decision)
    }
}

/// Asks whether data may be collected now, or what failed be retried; it changes nothing.
#[derive(Serialize)]
pub(crate) struct MayPrepare {
    pub(crate) case: CaseId,
    /// Whether it is the retry of what failed, for which another permission is enough.
    pub(crate) retry: bool,
}

impl Command for MayPrepare {
    fn action(&self) -> &'static str {
        if self.retry { Action::Retry.code() } else { Action::PrepareData.code() }
    }

    fn wanted(&self) -> Result<Wanted, Rejection> {
        Ok(Wanted::case(self.case))
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        let case = context.case(self.case)?;
        if self.retry {
            context.unblocked(case, Action::Retry, None)?;
        } else {
            context.step(case, Action::PrepareData, None)?;
        }
        // It changes nothing, but its receipt says at which revision the case was.
        let mut decision = Decision::default();
        decision.builds_on_case(case, context)?;
        Ok(decision)
    }
}

/// What one source answered.
#[derive(Clone, Serialize)]
pub(crate) struct Asked {
    pub(crate) source: String,
    pub(crate) rows: Option<u64>,
    pub(crate) failed: Option<String>,
}

/// Writes down what a collection found, or how it failed.
#[derive(Serialize)]
pub(crate) struct RecordCollection {
    pub(crate) case: CaseId,
    pub(crate) retry: bool,
    pub(crate) asked: Vec<Asked>,
    pub(crate) found: Result<Snapshot, Failed>,
}

/// How something failed.
#[derive(Clone, Serialize)]
pub(crate) struct Failed {
    pub(crate) code: String,
    pub(crate) class: crate::model::FailureClass,
    pub(crate) responsible: crate::model::Responsible,
    pub(crate) setting: Option<String>,
    pub(crate) hint: String,
}

impl Failed {
    pub(super) fn at(&self, progress: &Progress, step: &StepId, now: Timestamp) -> Failure {
        let before = progress.failure.as_ref().filter(|failure| failure.step == *step);
        let sent = progress.release.as_ref().map_or(0, |release| release.attempts);
        Failure {
            code: self.code.clone(),
            class: self.class,
            responsible: self.responsible,
            step: step.clone(),
            setting: self.setting.clone(),
            hint: self.hint.clone(),
            attempts: sent.max(before.map_or(0, |failure| failure.attempts) + 1),
            at: now,
        }
    }
}

impl Command for RecordCollection {
    fn action(&self) -> &'static str {
        if self.retry { Action::Retry.code() } else { Action::PrepareData.code() }
    }

    fn wanted(&self) -> Result<Wanted, Rejection> {
        Ok(Wanted::case(self.case))
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        // Others may have decided meanwhile: it is asked again whether data may be collected.
        MayPrepare { case: self.case, retry: self.retry }.decide(context)?;
        let case = context.case(self.case)?;
        let (progress, step) = data_step(case)?;
        let mut decision = Decision::default();
        decision.builds_on_case(case, context)?;
        let mut add =
            |fact| decision.drafts.push(context.draft(Fact::Case(case.id, fact), Personal::default()));
        for asked in self.asked.iter().cloned() {
            add(CaseFact::SourceAsked { source: asked.source, rows: asked.rows, failed: asked.failed });
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
            Err(failed) => add(CaseFact::StepFailed { failure: failed.at(progress, step, context.now) }),
        }
        Ok(decision)
    }
}

fn data_step(case: &Case) -> Result<(&Progress, &StepId), Rejection> {
    let progress = case.progress.as_ref().ok_or_else(no_workflow)?;
    let is_data = |step: &&crate::model::Step| step.kind == StepKind::DataApproval && !progress.is_done(step);
    let step = progress.steps.iter().find(is_data).ok_or_else(no_workflow)?;
    Ok((progress, &step.id))
}

fn no_workflow() -> Rejection {
    Rejection::blocked(Action::PrepareData.code(), Blocker::NoWorkflow)
}

/// A point that the answer has reached on its journey.
#[derive(Serialize)]
pub(crate) struct RecordPoint {
    pub(crate) case: CaseId,
    /// The package whose journey it is: another one is left alone.
    pub(crate) key: String,
    pub(crate) point: Point,
}

/// Points of the journey.
#[derive(Serialize)]
pub(crate) enum Point {
    /// The package is built.
    Built { blob: BlobId, sha256: String, size: u64 },
    /// Building it failed.
    NotBuilt(Failed),
    /// The delivery with this number begins.
    Starting { attempt: u32 },
    /// A delivery has arrived; whichever it was, the receiver has the answer.
    Arrived { receipt: Option<Reference> },
    /// The delivery with this number failed.
    NotSent { attempt: u32, failed: Failed },
}

impl Command for RecordPoint {
    fn action(&self) -> &'static str {
        Action::Release.code()
    }

    fn wanted(&self) -> Result<Wanted, Rejection> {
        Ok(Wanted::case(self.case))
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        let case = context.case(self.case)?;
        let mut decision = Decision::default();
        decision.builds_on_case(case, context)?;
        let journey = case.live().and_then(|progress| Some((progress, progress.release.as_ref()?)));
        let Some((progress, release)) = journey.filter(|(_, release)| release.key == self.key) else {
            // It arrived meanwhile, by another's hands, or the case was withdrawn: there is nothing to write down.
            return Ok(decision);
        };
        match &self.point {
            Point::Built { blob, sha256, size } => {
                if release.state == ReleaseState::Requested {
                    let package = PackageRef { blob: Some(*blob), sha256: sha256.clone(), size: *size };
                    decision.keep_blobs.push(*blob);
                    decision.push(case, context, CaseFact::PackageBuilt { package });
                }
            }
            // Of a package that another has built meanwhile it is of no matter, and may be under way already.
            Point::NotBuilt(failed) => {
                if release.state == ReleaseState::Requested {
                    let failure = failed.at(progress, &release.step, context.now);
                    decision.push(case, context, CaseFact::StepFailed { failure });
                }
            }
            Point::Starting { attempt } => {
                if release.lease_until.is_some_and(|until| until > context.now) {
                    return Err(Rejection::blocked(self.action(), Blocker::DeliveryUnderWay));
                }
                let is_built = matches!(release.state, ReleaseState::Built { .. });
                if is_built && release.attempts + 1 == *attempt {
                    let lease_until = context.now + LEASE;
                    decision.push(
                        case,
                        context,
                        CaseFact::DeliveryStarted { attempt: *attempt, lease_until },
                    );
                }
            }
            Point::Arrived { receipt } => {
                let outcome = outcome_of(progress);
                decision.push(case, context, CaseFact::Delivered { outcome, receipt: receipt.clone() });
                decision.drafts.extend(into_ended(context, case, StageCategory::Resolved)?);
            }
            // A failure clears the lease, which is another's once another delivery has begun.
            Point::NotSent { attempt, failed } => {
                if release.attempts == *attempt {
                    let failure = failed.at(progress, &release.step, context.now);
                    decision.push(case, context, CaseFact::StepFailed { failure });
                }
            }
        }
        Ok(decision)
    }
}

impl Decision {
    pub(super) fn push(&mut self, case: &Case, context: &Context<'_>, fact: CaseFact) {
        self.drafts.push(context.draft(Fact::Case(case.id, fact), Personal::default()));
    }
}

/// What a case ends as when its answer arrives.
pub(crate) fn outcome_of(progress: &Progress) -> Outcome {
    if let Some(denial) = &progress.denial {
        return Outcome::Denied { code: denial.code.clone() };
    }
    match progress.data_approval() {
        Some(DataApproval::Data { .. }) => Outcome::DataReleased,
        Some(DataApproval::NoData) => Outcome::NoData,
        None => Outcome::Approved,
    }
}

/// Destroys what was found and sent, once its retention time is over.
#[derive(Serialize)]
pub(crate) struct DestroyData {
    pub(crate) case: CaseId,
}

impl Command for DestroyData {
    fn action(&self) -> &'static str {
        "destroy_data"
    }

    fn wanted(&self) -> Result<Wanted, Rejection> {
        Ok(Wanted::case(self.case))
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        let case = context.case(self.case)?;
        let mut decision = Decision::default();
        decision.builds_on_case(case, context)?;
        let release = case.progress.as_ref().and_then(|progress| progress.release.as_ref());
        if release.is_some_and(Release::is_delivered) {
            decision.drop_data(case, context);
        }
        Ok(decision)
    }
}
