//! The words for facts.

use super::CaseFact;

impl CaseFact {
    /// The word for it in the store, in hosts and in `changes_since`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::CaseRaised { .. } => "case_raised",
            Self::TitleChanged => "title_changed",
            Self::DescriptionChanged => "description_changed",
            Self::StageChanged { .. } => "stage_changed",
            Self::TypeChanged { .. } => "type_changed",
            Self::CustomerChanged { .. } => "customer_changed",
            Self::CaseTaken => "case_taken",
            Self::CaseReturned { .. } => "case_returned",
            Self::CaseAssigned { .. } => "case_assigned",
            Self::CaseTakenOver { .. } => "case_taken_over",
            Self::NoteAdded { .. } => "note_added",
            Self::NoteEdited { .. } => "note_edited",
            Self::NoteRetracted { .. } => "note_retracted",
            Self::NoteVisibilityChanged { .. } => "note_visibility_changed",
            Self::RequestReceived { .. } => "request_received",
            Self::WorkflowStarted { .. } => "workflow_started",
            Self::StepApproved { .. } => "step_approved",
            Self::StepDenied { .. } => "step_denied",
            Self::ApprovalRevoked { .. } => "approval_revoked",
            Self::ApprovalsLapsed { .. } => "approvals_lapsed",
            Self::SourceAsked { .. } => "source_asked",
            Self::SnapshotCollected { .. } => "snapshot_collected",
            Self::StepFailed { .. } => "step_failed",
            Self::ReleaseRequested { .. } => "release_requested",
            Self::SendingRequested { .. } => "sending_requested",
            Self::PackageBuilt { .. } => "package_built",
            Self::BuildFailed { .. } => "build_failed",
            Self::DeliveryStarted { .. } => "delivery_started",
            Self::DeliveryFailed { .. } => "delivery_failed",
            Self::Delivered { .. } => "delivered",
            Self::WorkflowEnded { .. } => "workflow_ended",
            Self::SendingStopped { .. } => "sending_stopped",
            Self::DataDestroyed { .. } => "data_destroyed",
        }
    }
}
