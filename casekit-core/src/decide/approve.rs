//! Approving a step: that somebody is who they say they are, what is sent, or anything else.

mod identification;
mod redactions;

use serde::Serialize;

use super::action::Action;
use super::import::folded;
use super::steps::{approved, ended, lapse};
use super::{Command, Context, Decision, Subject, Weighed};
use crate::command::{NewIdentification, NewRedaction};
use crate::event::{ApprovedData, CaseFact, Fact, Identified, Personal};
use crate::model::{
    Approval, BlobId, Case, CaseId, DataApproval, Outcome, Permission, Progress, ShortText, State, Step,
    StreamId,
};
use crate::rejection::{FieldRule, Fields, Rejection};
use crate::release::digest::digest_for;
use crate::store::LoadPlan;
use redactions::redacted;

/// Approves a step; the step is done once as many people have approved it as its quorum says.
#[derive(Serialize)]
pub(crate) struct ApproveStep {
    pub(crate) case: CaseId,
    /// The id of the step, if the caller named one. Otherwise the first of the right kind that is ready; if none is,
    /// the first that is not done, so that the blockers say why.
    pub(crate) step: Option<String>,
    pub(crate) with: Approving,
}

/// What is approved, with what each kind of step asks for.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Approving {
    Identification(NewIdentification),
    NoData { reason: Option<String> },
    Data { snapshot: BlobId, redactions: Vec<NewRedaction> },
    Step { reason: Option<String> },
}

/// What an approval says besides its step: what of the data, how somebody was identified, and the personal part.
type Said = (Option<ApprovedData>, Option<Identified>, Personal);

impl ApproveStep {
    fn as_action(&self) -> Action {
        match self.with {
            Approving::Identification(_) => Action::ApproveIdentification,
            Approving::NoData { .. } => Action::ApproveNoData,
            Approving::Data { .. } => Action::ApproveData,
            Approving::Step { .. } => Action::ApproveStep,
        }
    }

    /// The customer to whom an identification links the case, if that is another one.
    fn links(&self, case: &Case) -> Option<crate::model::CustomerId> {
        match &self.with {
            Approving::Identification(one) => one.customer.filter(|id| case.customer != Some(*id)),
            Approving::NoData { .. } | Approving::Data { .. } | Approving::Step { .. } => None,
        }
    }
}

impl Command for ApproveStep {
    fn action(&self) -> &'static str {
        self.as_action().code()
    }

    fn subject(&self) -> Option<Subject> {
        Some(Subject::Case(self.case))
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        let customers = match &self.with {
            Approving::Identification(one) => one.customer.into_iter().collect(),
            Approving::NoData { .. } | Approving::Data { .. } | Approving::Step { .. } => Vec::new(),
        };
        Ok(LoadPlan { customers, ..LoadPlan::case(self.case) })
    }

    fn weighs<'a>(&'a self, context: &Context<'a>) -> Result<Option<Weighed<'a>>, Rejection> {
        let case = context.case_for(self.as_action(), self.case)?;
        let (progress, step) = context.step(case, self.as_action(), self.step.as_deref())?;
        let (approved, _, personal) = self.said(case, progress, step, context)?;
        let redactions = match approved.map(|data| data.with_reasons(&personal)) {
            Some(DataApproval::Data { redactions, .. }) => redactions,
            Some(DataApproval::NoData { .. }) | None => return Ok(None),
        };
        Ok(progress.snapshot.as_ref().map(|snapshot| Weighed { case, snapshot, redactions }))
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        let before = context.case_for(self.as_action(), self.case)?;
        let (progress, step) = context.step(before, self.as_action(), self.step.as_deref())?;
        let mut decision = Decision::default();
        let linked = self.linked(&mut decision, before, progress, context)?;
        let case = linked.as_ref().unwrap_or(before);
        let progress = case.progress.as_deref().unwrap_or(progress);
        let (data, identified, personal) = self.said(before, progress, step, context)?;
        let approval = data.as_ref().map(|data| data.with_reasons(&personal));
        let data_now = approval.as_ref().or(progress.data_approval());
        let digest = digest_for(case, progress, step, data_now);

        decision.builds_on_case(before, context)?;
        let other_content = |one: &Approval| one.digest != digest;
        if progress.approvals_of(&step.id).any(other_content) {
            decision.drafts.push(lapse(context, case, vec![step.id.clone()], "content_changed"));
        }
        let given = progress.approvals_of(&step.id).filter(|one| one.digest == digest).count();
        let fact = CaseFact::StepApproved { step: step.id.clone(), digest, data, identified };
        decision.drafts.push(context.draft(Fact::Case(case.id, fact), personal));
        let done = given + 1 >= step.quorum as usize;
        let others_done = progress.steps.iter().all(|other| other.id == step.id || progress.is_done(other));
        if done && others_done {
            // A workflow without a release ends with its last approval.
            decision.drafts.extend(ended(context, case, Outcome::Approved)?);
        }
        Ok(decision)
    }
}

impl ApproveStep {
    /// Links the case to the customer that was identified, and returns the case as it is then; `None` if it is linked
    /// already. What was approved and collected before was about somebody else.
    fn linked(
        &self,
        decision: &mut Decision,
        case: &Case,
        progress: &Progress,
        context: &Context<'_>,
    ) -> Result<Option<Case>, Rejection> {
        let Some(to) = self.links(case) else { return Ok(None) };
        context.require(Permission::EditCases, self.action())?;
        let unknown = |_| Rejection::field("customer", FieldRule::unknown_id());
        let customer = context.customer(to).map_err(unknown)?;
        decision.relies_on(StreamId::Customer(customer.id), customer.revision);
        let fact = CaseFact::CustomerChanged { from: case.customer, to: Some(to) };
        decision.drafts.push(context.draft(Fact::Case(case.id, fact), Personal::default()));
        decision.lapses(case, context, approved(progress));
        decision.drop_data(case, context);
        let now = decision
            .drafts
            .iter()
            .try_fold(State::Case(Box::new(case.clone())), |state, draft| folded(Some(state), draft))?;
        Ok(now.into_case())
    }

    fn said(
        &self,
        case: &Case,
        progress: &Progress,
        step: &Step,
        context: &Context<'_>,
    ) -> Result<Said, Rejection> {
        let mut fields = Fields::default();
        let said = match &self.with {
            Approving::Identification(new) => identification::said(&mut fields, new, case, step),
            Approving::NoData { reason } => {
                let finding = progress.no_data_finding(step);
                let reason = fields.take(ShortText::parse_optional("reason", reason.as_deref())).flatten();
                if reason.is_none() && finding.needs_reason() {
                    fields.add("reason", FieldRule::Missing { why: finding.code().into() });
                }
                Some((Some(ApprovedData::NoData { finding }), None, Personal::because(reason)))
            }
            Approving::Data { snapshot, redactions } => {
                let hidden = context.loaded.catalog.default_redactions(progress);
                let (data, personal) =
                    redacted(&mut fields, progress, *snapshot, (redactions, hidden), context)?;
                Some((Some(data), None, personal))
            }
            Approving::Step { reason } => {
                let reason = fields.take(ShortText::parse_optional("reason", reason.as_deref()));
                Some((None, None, Personal::because(reason.flatten())))
            }
        };
        fields.finish(said)
    }
}
