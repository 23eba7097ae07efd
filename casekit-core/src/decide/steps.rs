//! Deciding steps otherwise than by approving them: deny, revoke and withdraw; and what all of these share.

use serde::Serialize;

use super::action::Action;
use super::blockers::{Who, blockers, permission_for};
use super::resolution::of_outcome;
use super::{Command, Context, Decision, Subject};
use crate::command::NewDenial;
use crate::event::{CaseFact, Draft, Fact, Personal};
use crate::model::{
    Case, CaseId, CaseTypeVersion, Outcome, Progress, Release, ShortText, Stage, StageCategory, Step, StepId,
    StepKind,
};
use crate::rejection::{Blocker, FieldRule, Fields, Rejection};
use crate::store::LoadPlan;

/// Denies the request. The workflow then ends, and the denial is delivered like any other answer.
#[derive(Serialize)]
pub(crate) struct DenyRequest {
    pub(crate) case: CaseId,
    pub(crate) denial: NewDenial,
}

impl Command for DenyRequest {
    fn action(&self) -> &'static str {
        Action::Deny.code()
    }

    fn subject(&self) -> Option<Subject> {
        Some(Subject::Case(self.case))
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::case(self.case))
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        let case = context.case_for(Action::Deny, self.case)?;
        let (progress, step) = context.step(case, Action::Deny, self.denial.step.as_deref())?;
        let mut fields = Fields::default();
        let reason = fields.take(ShortText::parse("internal_reason", &self.denial.internal_reason));
        let customer_reason = fields.take(ShortText::parse("customer_reason", &self.denial.customer_reason));
        let code = self.denial.code.trim().to_owned();
        if !step.denial_codes.contains(&code) {
            fields.add("code", FieldRule::unknown(&code, &step.denial_codes));
        }
        let personal = fields.finish(Some(Personal { reason, customer_reason, ..Personal::default() }))?;
        let mut decision = Decision::default();
        decision.builds_on_case(case, context)?;
        let fact = CaseFact::StepDenied { step: step.id.clone(), code: code.clone() };
        decision.drafts.push(context.draft(Fact::Case(case.id, fact), personal));
        if progress.steps.iter().any(|step| step.kind == StepKind::Release) {
            let digest = crate::release::digest::material_digest(case, progress);
            decision.asks_for_answer(case, context, &step.id, digest);
        } else {
            decision.drafts.extend(ended(context, case, Outcome::Denied { code })?);
        }
        Ok(decision)
    }
}

/// Takes an approval back. Approvals of steps that require this one lapse with it.
#[derive(Serialize)]
pub(crate) struct RevokeApproval {
    pub(crate) case: CaseId,
    pub(crate) step: String,
    pub(crate) reason: Option<String>,
}

impl Command for RevokeApproval {
    fn action(&self) -> &'static str {
        Action::Revoke.code()
    }

    fn subject(&self) -> Option<Subject> {
        Some(Subject::Case(self.case))
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::case(self.case))
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        let case = context.case_for(Action::Revoke, self.case)?;
        let (progress, step) = context.step(case, Action::Revoke, Some(&self.step))?;
        let reason = ShortText::parse_optional("reason", self.reason.as_deref())?;
        let mut decision = Decision::default();
        decision.builds_on_case(case, context)?;
        // The actor's own approval, if there is one; otherwise, for a manager, the newest.
        let mine = progress.approvals_of(&step.id).find(|approval| approval.by == *context.by);
        let given = mine.or_else(|| progress.approvals_of(&step.id).last());
        let by = given.ok_or_else(|| Rejection::not_found("approval", ""))?.by.clone();
        let fact = CaseFact::ApprovalRevoked { step: step.id.clone(), by };
        decision.drafts.push(context.draft(Fact::Case(case.id, fact), Personal::because(reason)));
        let after = approved_after(progress, &step.id);
        if !after.is_empty() {
            decision.drafts.push(lapse(context, case, after, "approval_revoked"));
        }
        Ok(decision)
    }
}

/// The steps that have an approval, in order.
pub(super) fn approved(progress: &Progress) -> Vec<StepId> {
    let is_given = |step: &&Step| progress.approvals_of(&step.id).next().is_some();
    progress.steps.iter().filter(is_given).map(|step| step.id.clone()).collect()
}

/// The approved steps that require a step, directly or through others.
pub(super) fn approved_after(progress: &Progress, step: &StepId) -> Vec<StepId> {
    let mut after: Vec<&StepId> = vec![step];
    let mut found = 0;
    while found < after.len() {
        found = after.len();
        let next = progress.steps.iter().filter(|one| one.requires.iter().any(|id| after.contains(&id)));
        let new: Vec<&StepId> = next.map(|one| &one.id).filter(|id| !after.contains(id)).collect();
        after.extend(new);
    }
    approved(progress).into_iter().filter(|id| id != step && after.contains(&id)).collect()
}

/// A delivered answer that is being sent once more; `None` if there is none.
fn resending(case: &Case) -> Option<&Release> {
    let release = case.progress.as_deref()?.release.as_ref()?;
    (release.is_delivered() && !release.sending.is_over()).then_some(release)
}

/// Whether a delivered answer is being sent once more, or that failed.
pub(super) fn is_resending(case: &Case) -> bool {
    resending(case).is_some()
}

/// Ends the workflow because the request was withdrawn. If a repeated sending of a delivered answer fails, it gives up
/// that sending instead.
#[derive(Serialize)]
pub(crate) struct Withdraw {
    pub(crate) case: CaseId,
    pub(crate) reason: Option<String>,
}

impl Command for Withdraw {
    fn action(&self) -> &'static str {
        Action::Withdraw.code()
    }

    fn subject(&self) -> Option<Subject> {
        Some(Subject::Case(self.case))
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::case(self.case))
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        let case = context.case_for(Action::Withdraw, self.case)?;
        context.unblocked(case, Action::Withdraw, None)?;
        let reason = ShortText::parse_optional("reason", self.reason.as_deref())?;
        let mut decision = Decision::default();
        decision.builds_on_case(case, context)?;
        if let Some(release) = resending(case) {
            // The answer was delivered before and remains so: only the repeated sending is given up.
            let fact = CaseFact::SendingStopped { key: release.sending.key.clone() };
            decision.drafts.push(context.draft(Fact::Case(case.id, fact), Personal::because(reason)));
            return Ok(decision);
        }
        let moved = into_ended(context, case, StageCategory::Closed, &Outcome::Withdrawn)?;
        let fact = CaseFact::WorkflowEnded { outcome: Outcome::Withdrawn };
        decision.drafts.push(context.draft(Fact::Case(case.id, fact), Personal::because(reason)));
        decision.drafts.extend(moved);
        // The collected data is no longer needed once the request is withdrawn.
        decision.drop_data(case, context);
        Ok(decision)
    }
}

/// A draft of the event that ends the approvals of these steps.
pub(super) fn lapse(context: &Context<'_>, case: &Case, steps: Vec<StepId>, why: &str) -> Draft {
    let fact = CaseFact::ApprovalsLapsed { steps, why: why.to_owned() };
    context.draft(Fact::Case(case.id, fact), Personal::default())
}

impl Decision {
    /// Ends the approvals of these steps, if there are any, because what they were given on has changed.
    pub(super) fn lapses(&mut self, case: &Case, context: &Context<'_>, steps: Vec<StepId>) {
        if !steps.is_empty() {
            self.drafts.push(lapse(context, case, steps, "content_changed"));
        }
    }
}

/// Ends the workflow without an answer to deliver, and resolves the case.
pub(super) fn ended(context: &Context<'_>, case: &Case, outcome: Outcome) -> Result<Vec<Draft>, Rejection> {
    let moved = into_ended(context, case, StageCategory::Resolved, &outcome)?;
    let fact = CaseFact::WorkflowEnded { outcome };
    let mut drafts = vec![context.draft(Fact::Case(case.id, fact), Personal::default())];
    drafts.extend(moved);
    Ok(drafts)
}

/// The move to the first stage of the wanted ended category, or of the other one if the type has none, with the resolution
/// that the outcome is. `None` if the case is in an ended stage already.
pub(super) fn into_ended(
    context: &Context<'_>,
    case: &Case,
    wanted: StageCategory,
    outcome: &Outcome,
) -> Result<Option<Draft>, Rejection> {
    let version = context.case_type(case.case_type)?.version(case.type_version);
    let stage = version.and_then(|version| ended_stage(version, wanted));
    let stage = stage.filter(|stage| stage.id != case.stage && !case.category.is_ended());
    Ok(stage.map(|stage| {
        let (from, to) = (case.stage.clone(), stage.id.clone());
        let resolution = version.and_then(|version| of_outcome(outcome, version));
        let category = stage.category;
        let fact = CaseFact::StageChanged { from, to, category, reopened: false, resolution };
        context.draft(Fact::Case(case.id, fact), Personal::default())
    }))
}

/// The first stage of the wanted ended category, or of the other one if the version has none.
pub(super) fn ended_stage(version: &CaseTypeVersion, wanted: StageCategory) -> Option<&Stage> {
    let other = if wanted == StageCategory::Closed { StageCategory::Resolved } else { StageCategory::Closed };
    version.first_of(wanted).or_else(|| version.first_of(other))
}

impl<'a> Context<'a> {
    /// The actor, as the rules of steps see them.
    pub(crate) fn who(&self) -> Who<'a> {
        Who {
            actor: self.actor,
            by: self.by,
            on_behalf_of: self.on_behalf_of,
            catalog: &self.loaded.catalog,
            language: self.language,
        }
    }

    /// The case that an action is about. Whoever may not do the action to any case is told so, whether there is such a
    /// case or not: the answer must not tell them which cases exist.
    pub(super) fn case_for(&self, action: Action, id: CaseId) -> Result<&'a Case, Rejection> {
        self.case(id).or_else(|missing| self.require_for(action).and(Err(missing)))
    }

    /// Refuses an action with `Forbidden` if the actor lacks the permission that it needs in general.
    fn require_for(&self, action: Action) -> Result<(), Rejection> {
        self.require(permission_for(action, None), action.code())
    }

    /// The step that an action acts on, if nothing blocks the action.
    pub(super) fn step(
        &self,
        case: &'a Case,
        action: Action,
        named: Option<&str>,
    ) -> Result<(&'a Progress, &'a Step), Rejection> {
        let step = step_for(case, action, named);
        let step = step.or_else(|unknown| self.require_for(action).and(Err(unknown)))?;
        self.unblocked(case, action, step)?;
        case.progress
            .as_deref()
            .zip(step)
            .ok_or_else(|| Rejection::blocked(action.code(), Blocker::NoWorkflow))
    }

    /// Refuses a blocked action, with every reason. A missing permission alone is `Forbidden`, whatever else is in the
    /// way.
    pub(super) fn unblocked(
        &self,
        case: &Case,
        action: Action,
        step: Option<&Step>,
    ) -> Result<(), Rejection> {
        let blockers = blockers(case, action, step, self.who());
        let missing = blockers.iter().find_map(|blocker| {
            if let Blocker::PermissionMissing { permission } = blocker { Some(*permission) } else { None }
        });
        match (missing, blockers.is_empty()) {
            (Some(permission), _) => {
                Err(Rejection::Forbidden { action: action.code().to_owned(), permission })
            }
            (None, true) => Ok(()),
            (None, false) => Err(Rejection::Blocked { action: action.code().to_owned(), blockers }),
        }
    }
}

/// The step that an action acts on. A named step must be of the right kind. Otherwise it is the first that is ready; if
/// none is, the first that is not done, and then the last one, so that the blockers can say why.
pub(crate) fn step_for<'a>(
    case: &'a Case,
    action: Action,
    named: Option<&str>,
) -> Result<Option<&'a Step>, Rejection> {
    let Some(progress) = &case.progress else { return Ok(None) };
    if let Some(named) = named {
        let right = |step: &&Step| action.step_kind().is_none_or(|kind| step.kind == kind);
        let found = progress.step(named.trim()).filter(right);
        let all = || progress.steps.iter().filter(right).map(|step| step.id.as_str());
        return found.map(Some).ok_or_else(|| Rejection::field("step", FieldRule::unknown(named, all())));
    }
    if action == Action::Deny {
        let deniable = || progress.steps.iter().filter(|step| !step.denial_codes.is_empty());
        let now = deniable().find(|step| progress.ready_steps().any(|ready| ready.id == step.id));
        return Ok(now.or_else(|| deniable().next()));
    }
    let Some(kind) = action.step_kind() else { return Ok(None) };
    let of_kind = || progress.steps.iter().filter(|step| step.kind == kind);
    let ready = of_kind().find(|step| progress.ready_steps().any(|ready| ready.id == step.id));
    let open = || of_kind().find(|step| !progress.is_done(step));
    Ok(ready.or_else(open).or_else(|| of_kind().next_back()))
}
