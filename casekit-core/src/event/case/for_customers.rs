//! What of a case's history is for its customer.

use super::CaseFact;

impl CaseFact {
    /// Whether a customer is told of it: what was asked, what was said to them, where it stands and how it ended, and nothing
    /// of who worked on it and how.
    pub(crate) fn is_for_customers(&self) -> bool {
        match self {
            Self::CaseRaised { .. }
            | Self::TitleChanged
            | Self::DescriptionChanged
            | Self::StageChanged { .. }
            | Self::TypeChanged { .. }
            | Self::ResolutionChanged { .. }
            | Self::CustomerChanged { .. }
            | Self::NoteAdded { .. }
            | Self::NoteEdited { .. }
            | Self::NoteRetracted { .. }
            | Self::NoteVisibilityChanged { .. }
            | Self::RequestReceived { .. }
            | Self::RequestEdited { .. }
            | Self::StepDenied { .. }
            | Self::Delivered { .. }
            | Self::WorkflowEnded { .. } => true,
            Self::ReceiptDated { .. }
            | Self::DateGiven { .. }
            | Self::DeadlinesPaused { .. }
            | Self::DeadlinesResumed { .. }
            | Self::DeadlineExtended { .. }
            | Self::DeadlinesCounted { .. }
            | Self::DeadlineWarned { .. }
            | Self::DeadlineMissed { .. }
            | Self::FollowUpSet { .. }
            | Self::FollowUpDue { .. }
            | Self::TeamChanged { .. }
            | Self::TagsChanged { .. }
            | Self::PriorityChanged { .. }
            // Which fields are for customers is said by the type, and may change.
            | Self::FieldsChanged { .. }
            | Self::CaseTaken
            | Self::CaseReturned { .. }
            | Self::CaseAssigned { .. }
            | Self::CaseTakenOver { .. }
            | Self::ReferenceShared { .. }
            | Self::AnswerTakenBack { .. }
            | Self::WorkflowStarted { .. }
            | Self::StepApproved { .. }
            | Self::ApprovalRevoked { .. }
            | Self::ApprovalsLapsed { .. }
            | Self::SourceAsked { .. }
            | Self::SourceLeftOut { .. }
            | Self::SnapshotCollected { .. }
            | Self::StepFailed { .. }
            | Self::CollectionRetried { .. }
            | Self::ReleaseRequested { .. }
            | Self::SendingRequested { .. }
            | Self::TargetSet { .. }
            | Self::PackageBuilt { .. }
            | Self::BuildFailed { .. }
            | Self::DeliveryStarted { .. }
            | Self::DeliveryFailed { .. }
            | Self::MessageRequested { .. }
            | Self::MessageStarted { .. }
            | Self::MessageFailed { .. }
            | Self::MessageDelivered { .. }
            | Self::MessageStopped { .. }
            | Self::AnswerReceived { .. }
            | Self::SendingStopped { .. }
            | Self::DataDestroyed { .. } => false,
        }
    }
}
