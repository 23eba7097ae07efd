//! What was decided in a case's workflow.

use crate::event::{ApprovedData, Event};
use crate::model::{ActorId, Approval, Denial, Progress, ShortText, Step, StepId, WorkflowId};

/// A round begins: what the rounds before ended as is kept.
pub(super) fn started(
    before: Option<Progress>,
    workflow: WorkflowId,
    version: u32,
    steps: &[Step],
    round: u32,
    event: &Event,
) -> Progress {
    Progress {
        round,
        earlier: before.map(Progress::into_rounds).unwrap_or_default(),
        workflow,
        version,
        steps: steps.to_vec(),
        salt: event.personal.salt.clone().unwrap_or_default(),
        approvals: Vec::new(),
        denial: None,
        snapshot: None,
        release: None,
        failure: None,
        outcome: None,
    }
}

pub(super) fn approved(
    progress: &mut Progress,
    step: &StepId,
    digest: &str,
    data: Option<&ApprovedData>,
    event: &Event,
) {
    progress.approvals.push(Approval {
        step: step.clone(),
        by: event.header.actor.clone(),
        on_behalf_of: event.header.on_behalf_of.clone(),
        at: event.header.at,
        digest: digest.to_owned(),
        data: data.map(|data| data.with_reasons(&event.personal.redaction_reasons)),
        method: event.personal.method.clone(),
        checked: event.personal.checked.clone(),
    });
}

pub(super) fn denied(progress: &mut Progress, step: &StepId, code: &str, event: &Event) {
    let reason = |given: &Option<ShortText>| given.clone().unwrap_or_else(ShortText::erased);
    progress.denial = Some(Denial {
        step: step.clone(),
        code: code.to_owned(),
        by: event.header.actor.clone(),
        at: event.header.at,
        internal_reason: reason(&event.personal.reason),
        customer_reason: reason(&event.personal.customer_reason),
    });
    progress.failure = None;
}

pub(super) fn revoked(progress: &mut Progress, step: &StepId, by: &ActorId) {
    progress.approvals.retain(|approval| approval.step != *step || approval.by != *by);
    forget_failure_of_locked(progress);
}

pub(super) fn lapsed(progress: &mut Progress, steps: &[StepId]) {
    progress.approvals.retain(|approval| !steps.contains(&approval.step));
    forget_failure_of_locked(progress);
}

/// What failed at a step that has become locked is not to be tried again: the step begins anew once it is its turn.
fn forget_failure_of_locked(progress: &mut Progress) {
    let failed = progress.failure.as_ref().and_then(|failure| progress.step(failure.step.as_str()));
    if failed.is_some_and(|step| !progress.has_failed(step)) {
        progress.failure = None;
    }
}
