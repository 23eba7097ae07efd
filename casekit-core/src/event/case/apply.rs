//! What a case is after a fact.

use super::{CaseFact, progress, release};
use crate::event::Event;
use crate::model::{ActorId, Case, CaseId, Holder, Title};

impl CaseFact {
    /// The case after it; `None` if it cannot follow on what was there.
    pub(crate) fn apply(&self, id: CaseId, before: Option<Case>, event: &Event) -> Option<Case> {
        let Some(mut case) = before else { return self.raise(id, event) };
        let personal = &event.personal;
        let held = |by: &ActorId| Some(Holder { by: by.clone(), since: event.header.at });
        match self {
            Self::CaseRaised { .. } => return None,
            Self::TitleChanged => {
                let title = personal.title.as_ref().and_then(|title| title.to.clone());
                case.title = title.unwrap_or_else(Title::erased);
            }
            Self::DescriptionChanged => {
                case.description =
                    personal.description.as_ref().and_then(|description| description.to.clone());
            }
            Self::StageChanged { from: _, to, category, reopened } => {
                case.stage = to.clone();
                case.category = *category;
                case.reopened += u32::from(*reopened);
            }
            Self::TypeChanged { from: _, from_version: _, to, to_version, stage, category, reopened } => {
                case.case_type = *to;
                case.type_version = *to_version;
                case.stage = stage.clone();
                case.category = *category;
                case.reopened += u32::from(*reopened);
            }
            Self::CustomerChanged { from: _, to } => case.customer = *to,
            Self::CaseTaken | Self::CaseTakenOver { from: _ } => case.holder = held(&event.header.actor),
            Self::CaseAssigned { from: _, to } => case.holder = held(to),
            Self::CaseReturned { from: _ } => case.holder = None,
            Self::NoteAdded { .. } => case.notes += 1,
            Self::NoteEdited { .. } | Self::NoteRetracted { .. } | Self::NoteVisibilityChanged { .. } => {}
            Self::RequestReceived { .. } => case.request = personal.request.as_deref().cloned(),
            Self::SourceAsked { .. } => {}
            Self::WorkflowStarted { workflow, version, steps, round } => {
                let before = case.progress.take();
                case.progress = Some(progress::started(before, *workflow, *version, steps, *round, event));
            }
            Self::StepApproved { step, digest, data } => {
                progress::approved(case.progress.as_mut()?, step, digest, data.as_ref(), event);
            }
            Self::StepDenied { step, code } => progress::denied(case.progress.as_mut()?, step, code, event),
            Self::ApprovalRevoked { step, by } => progress::revoked(case.progress.as_mut()?, step, by),
            Self::ApprovalsLapsed { steps, why: _ } => progress::lapsed(case.progress.as_mut()?, steps),
            Self::SnapshotCollected { snapshot } => release::collected(case.progress.as_mut()?, snapshot),
            Self::StepFailed { failure } => release::failed(case.progress.as_mut()?, failure),
            Self::ReleaseRequested { step, digest, key, target } => {
                release::requested(case.progress.as_mut()?, step, digest, key, target.as_ref(), event);
            }
            Self::SendingRequested { key, number, target } => {
                release::requested_again(case.progress.as_mut()?, key, *number, target.as_ref(), event)?;
            }
            Self::PackageBuilt { key, attempt: _, package } => {
                release::built(case.progress.as_mut()?, key, package)?;
            }
            Self::BuildFailed { key, attempt, failure } => {
                release::not_built(case.progress.as_mut()?, key, *attempt, failure)?;
            }
            Self::DeliveryStarted { key, attempt, lease_until } => {
                release::begun(case.progress.as_mut()?, key, *attempt, *lease_until)?;
            }
            Self::DeliveryFailed { key, attempt, failure } => {
                release::not_sent(case.progress.as_mut()?, key, *attempt, failure)?;
            }
            Self::Delivered { key, attempt, outcome, receipt } => {
                let (outcome, receipt) = (outcome.as_ref(), receipt.as_ref());
                release::delivered(case.progress.as_mut()?, key, *attempt, outcome, receipt, event)?;
            }
            Self::WorkflowEnded { outcome } => release::ended(case.progress.as_mut()?, outcome),
            Self::SendingStopped { key } => release::stopped(case.progress.as_mut()?, key)?,
            Self::DataDestroyed { round } => release::destroyed(case.progress.as_mut()?, *round),
        }
        case.revision = event.revision;
        case.updated_at = event.header.at;
        Some(case)
    }

    /// Gets what exists only once it is written.
    pub(in crate::event) fn assign(&mut self, next: u64) {
        if let Self::CaseRaised { number, .. } = self {
            number.value = next;
        }
    }

    fn raise(&self, id: CaseId, event: &Event) -> Option<Case> {
        let Self::CaseRaised { number, case_type, type_version, stage, category, customer, reference: _ } =
            self
        else {
            return None;
        };
        let title = event.personal.title.as_ref().and_then(|title| title.to.clone());
        Some(Case {
            id,
            revision: event.revision,
            number: number.clone(),
            case_type: *case_type,
            type_version: *type_version,
            stage: stage.clone(),
            category: *category,
            title: title.unwrap_or_else(Title::erased),
            description: event.personal.description.as_ref().and_then(|description| description.to.clone()),
            customer: *customer,
            holder: None,
            raised_by: event.header.actor.clone(),
            raised_for: event.header.on_behalf_of.clone(),
            raised_at: event.header.at,
            updated_at: event.header.at,
            reopened: 0,
            notes: 0,
            request: None,
            progress: None,
        })
    }
}
