//! The answer to a request: ask for it, send it again, record each milestone of its delivery, and destroy what was
//! sent.
//!
//! Which event a milestone leads to is decided by the state machine in [`delivery`](crate::release::delivery).

use serde::Serialize;

use super::action::Action;
use super::steps::into_ended;
use super::{Command, Context, Decision, Subject};
use crate::event::{CaseFact, Fact, Personal};
use crate::model::{
    Case, CaseId, DueTask, Progress, Release, Sending, ShortText, StageCategory, StepId, StreamId, Timestamp,
    WebformTarget,
};
use crate::rejection::{Blocker, FieldRule, Rejection};
use crate::release::delivery::{Milestone, apply};
use crate::release::still_approved::content;
use crate::store::LoadPlan;

/// Asks for the answer to be built and sent.
#[derive(Serialize)]
pub(crate) struct RequestRelease {
    pub(crate) case: CaseId,
}

impl Command for RequestRelease {
    fn action(&self) -> &'static str {
        Action::Release.code()
    }

    fn subject(&self) -> Option<Subject> {
        Some(Subject::Case(self.case))
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::case(self.case))
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        let case = context.case_for(Action::Release, self.case)?;
        let (progress, step) = context.step(case, Action::Release, None)?;
        let digest = content(case, progress, progress.data_approval());
        let mut decision = Decision::default();
        decision.builds_on_case(case, context)?;
        decision.asks_for_answer(case, context, &step.id, digest);
        Ok(decision)
    }
}

/// Asks for a delivered answer to be sent once more.
#[derive(Serialize)]
pub(crate) struct SendAgain {
    pub(crate) case: CaseId,
    pub(crate) reason: String,
}

impl Command for SendAgain {
    fn action(&self) -> &'static str {
        Action::SendAgain.code()
    }

    fn subject(&self) -> Option<Subject> {
        Some(Subject::Case(self.case))
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::case(self.case))
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        let case = context.case_for(Action::SendAgain, self.case)?;
        let (progress, _) = context.step(case, Action::SendAgain, None)?;
        let reason = ShortText::parse("reason", &self.reason)?;
        let nothing = || Rejection::blocked(self.action(), Blocker::NotDelivered);
        let release = progress.release.as_ref().ok_or_else(nothing)?;
        let mut decision = Decision::default();
        decision.builds_on_case(case, context)?;
        let number = release.sending.number.saturating_add(1);
        let key = Sending::later_key(release.key(), number);
        let target = decision.target(context);
        let fact = CaseFact::SendingRequested { key, number, target };
        decision.drafts.push(context.draft(Fact::Case(case.id, fact), Personal::because(Some(reason))));
        Ok(decision)
    }
}

/// Lets an answer go on to the place that the settings name now, which is another than the one that it was released to.
#[derive(Serialize)]
pub(crate) struct ConfirmTarget {
    pub(crate) case: CaseId,
    /// The place that the caller saw and agrees to.
    pub(crate) place: String,
}

impl Command for ConfirmTarget {
    fn action(&self) -> &'static str {
        Action::ConfirmTarget.code()
    }

    fn subject(&self) -> Option<Subject> {
        Some(Subject::Case(self.case))
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::case(self.case))
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        let case = context.case_for(Action::ConfirmTarget, self.case)?;
        let (progress, _) = context.step(case, Action::ConfirmTarget, None)?;
        let mut decision = Decision::default();
        decision.builds_on_case(case, context)?;
        let target = decision.target(context);
        let Some((release, target)) = progress.release.as_ref().zip(target) else {
            return Err(Rejection::blocked(self.action(), Blocker::NothingToConfirm));
        };
        if target.place() != self.place {
            // The settings were changed once more after the caller looked.
            return Err(Rejection::field("place", FieldRule::DoesNotFit { why: "another_place".into() }));
        }
        decision.push(case, context, CaseFact::TargetSet { key: release.sending.key.clone(), target });
        Ok(decision)
    }
}

/// Records a milestone of a delivery.
#[derive(Serialize)]
pub(crate) struct RecordMilestone {
    pub(crate) case: CaseId,
    /// The key of the sending that reached the milestone. If the case has another sending by now, nothing changes.
    pub(crate) key: String,
    pub(crate) milestone: Milestone,
}

impl Command for RecordMilestone {
    fn action(&self) -> &'static str {
        Action::Release.code()
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
        let progress = case.progress.as_deref();
        let fact = progress
            .and_then(|progress| apply(progress, &self.key, &self.milestone, (context.now, context.fresh)));
        let Some(fact) = fact else { return Ok(decision) };
        let outcome = if let CaseFact::Delivered { outcome, .. } = &fact { outcome.clone() } else { None };
        if let CaseFact::PackageBuilt { package, .. } = &fact {
            decision.keep_blobs.extend(package.blob);
        }
        let begins = matches!(fact, CaseFact::DeliveryStarted { .. });
        decision.push(case, context, fact);
        // An answer that was released before the settings named a place is bound to the first one that it is sent to.
        let is_unbound = |release: &Release| release.sending.target.is_none();
        if begins
            && progress.and_then(|progress| progress.release.as_ref()).is_some_and(is_unbound)
            && let Some(target) = decision.target(context)
        {
            decision.push(case, context, CaseFact::TargetSet { key: self.key.clone(), target });
        }
        if let Some(outcome) = outcome {
            decision.drafts.extend(into_ended(context, case, StageCategory::Resolved, &outcome)?);
        }
        Ok(decision)
    }
}

/// Destroys the collected data and packages of rounds whose answer arrived before an instant.
#[derive(Serialize)]
pub(crate) struct DestroyData {
    pub(crate) case: CaseId,
    pub(crate) before: Timestamp,
}

impl Command for DestroyData {
    fn action(&self) -> &'static str {
        "destroy_data"
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::case(self.case))
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        let case = context.case(self.case)?;
        let mut decision = Decision::default();
        decision.builds_on_case(case, context)?;
        let Some(progress) = &case.progress else { return Ok(decision) };
        let is_over = |since: Option<Timestamp>| since.is_some_and(|since| since < self.before);
        for round in progress.earlier.iter().filter(|round| is_over(round.kept_since())) {
            decision.drop_blobs.extend(round.blobs());
            decision.push(case, context, CaseFact::DataDestroyed { round: round.number });
        }
        // A package that is being sent, or will be by itself, is kept until the sending has ended.
        let is_sent = progress.due_task().is_some_and(|(due, _)| due == DueTask::Deliver);
        if is_over(progress.kept_since()) && !is_sent {
            decision.drop_data(case, context);
        }
        Ok(decision)
    }
}

impl Decision {
    pub(super) fn push(&mut self, case: &Case, context: &Context<'_>, fact: CaseFact) {
        self.drafts.push(context.draft(Fact::Case(case.id, fact), Personal::default()));
    }

    /// Records that the answer is to be built and sent, to the target that the settings name now.
    pub(super) fn asks_for_answer(
        &mut self,
        case: &Case,
        context: &Context<'_>,
        step: &StepId,
        digest: String,
    ) {
        let key = context.fresh.as_simple().to_string();
        let (step, target) = (step.clone(), self.target(context));
        self.push(case, context, CaseFact::ReleaseRequested { step, digest, key, target });
    }

    pub(super) fn target(&mut self, context: &Context<'_>) -> Option<WebformTarget> {
        let settings = context.loaded.catalog.settings.as_ref()?;
        self.relies_on(StreamId::Settings, settings.revision);
        settings.webform.clone()
    }

    /// Destroys the data that was collected for the case in its current round, and its package.
    pub(super) fn drop_data(&mut self, case: &Case, context: &Context<'_>) {
        let blobs = case.progress.as_deref().map(Progress::blobs).unwrap_or_default();
        let Some(round) = case.progress.as_deref().map(|progress| progress.round) else { return };
        if !blobs.is_empty() {
            self.drop_blobs.extend(blobs);
            self.push(case, context, CaseFact::DataDestroyed { round });
        }
    }
}
