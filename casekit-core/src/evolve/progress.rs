//! How a case comes along in its workflow.

use crate::event::{Event, Fact};
use crate::model::{Approval, Denial, PackageRef, Progress, Release, ReleaseState, ShortText};

/// The progress after an event; without a workflow there is none, whatever the event says.
pub(super) fn next(progress: Option<Progress>, event: &Event) -> Option<Progress> {
    if let Fact::WorkflowStarted { workflow, version, steps } = &event.fact {
        return Some(Progress {
            workflow: *workflow,
            version: *version,
            steps: steps.clone(),
            salt: event.personal.salt.clone().unwrap_or_default(),
            approvals: Vec::new(),
            denial: None,
            snapshot: None,
            release: None,
            failure: None,
            outcome: None,
        });
    }
    let mut progress = progress?;
    decided(&mut progress, event);
    released(&mut progress, event);
    Some(progress)
}

fn decided(progress: &mut Progress, event: &Event) {
    if let Fact::StepApproved { step, digest, data } = &event.fact {
        progress.approvals.push(Approval {
            step: step.clone(),
            by: event.actor.clone(),
            on_behalf_of: event.on_behalf_of.clone(),
            at: event.at,
            digest: digest.clone(),
            data: data.as_ref().map(|data| data.with_reasons(&event.personal.redaction_reasons)),
            method: event.personal.method.clone(),
            checked: event.personal.checked.clone(),
        });
    } else if let Fact::StepDenied { step, code } = &event.fact {
        let reason = |given: &Option<ShortText>| given.clone().unwrap_or_else(ShortText::erased);
        progress.denial = Some(Denial {
            step: step.clone(),
            code: code.clone(),
            by: event.actor.clone(),
            at: event.at,
            internal_reason: reason(&event.personal.reason),
            customer_reason: reason(&event.personal.customer_reason),
        });
        progress.failure = None;
    } else if let Fact::ApprovalRevoked { step, by } = &event.fact {
        progress.approvals.retain(|approval| approval.step != *step || approval.by != *by);
        forget_failure_of_locked(progress);
    } else if let Fact::ApprovalsLapsed { steps, .. } = &event.fact {
        progress.approvals.retain(|approval| !steps.contains(&approval.step));
        forget_failure_of_locked(progress);
    }
}

/// What failed at a step that has become locked is not to be tried again: the step begins anew once it is its turn.
fn forget_failure_of_locked(progress: &mut Progress) {
    let failed = progress.failure.as_ref().and_then(|failure| progress.step(failure.step.as_str()));
    if failed.is_some_and(|step| !progress.has_failed(step)) {
        progress.failure = None;
    }
}

fn released(progress: &mut Progress, event: &Event) {
    if let Fact::SnapshotCollected { snapshot } = &event.fact {
        progress.snapshot = Some(snapshot.clone());
        progress.failure = None;
    } else if let Fact::StepFailed { failure } = &event.fact {
        progress.failure = Some(failure.clone());
        if let Some(release) = &mut progress.release {
            release.lease_until = None;
        }
    } else if let Fact::ReleaseRequested { step, digest, key } = &event.fact {
        progress.release = Some(Release {
            step: step.clone(),
            by: event.actor.clone(),
            requested_at: event.at,
            digest: digest.clone(),
            key: key.clone(),
            state: ReleaseState::Requested,
            attempts: 0,
            lease_until: None,
        });
        progress.failure = None;
    } else if let Fact::WorkflowEnded { outcome } = &event.fact {
        progress.outcome = Some(outcome.clone());
        progress.failure = None;
    } else if let Fact::DataDestroyed = &event.fact {
        progress.snapshot = None;
        if let Some(package) = progress.release.as_mut().and_then(package_mut) {
            package.blob = None;
        }
    } else if let Some(release) = &mut progress.release {
        if let Fact::PackageBuilt { package } = &event.fact {
            release.state = ReleaseState::Built { package: package.clone() };
            progress.failure = None;
        } else if let Fact::DeliveryStarted { attempt, lease_until } = &event.fact {
            release.attempts = *attempt;
            release.lease_until = Some(*lease_until);
            progress.failure = None;
        } else if let Fact::Delivered { outcome, receipt } = &event.fact {
            if let Some(package) = package_mut(release).cloned() {
                release.state = ReleaseState::Delivered { package, at: event.at, receipt: receipt.clone() };
            }
            release.lease_until = None;
            progress.outcome = Some(outcome.clone());
            progress.failure = None;
        }
    }
}

fn package_mut(release: &mut Release) -> Option<&mut PackageRef> {
    match &mut release.state {
        ReleaseState::Requested => None,
        ReleaseState::Built { package } | ReleaseState::Delivered { package, .. } => Some(package),
    }
}
