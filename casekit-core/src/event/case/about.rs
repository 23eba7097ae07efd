//! What a fact is about, for those who go by some kinds of facts only.

use super::CaseFact;
use crate::commit::{Claim, ClaimKind};
use crate::model::{NoteId, Visibility};

/// What a fact of a case is about.
pub(super) enum About<'a> {
    /// Where the case comes from: what it is called there is never called so again.
    Origin(Option<Claim>),
    /// What approvals are given on: they hold no longer.
    Material,
    /// The case itself.
    Record,
    /// One of its notes.
    Note(NoteId, OfNote<'a>),
    /// Its workflow.
    Workflow,
}

/// What a fact says of a note.
pub(super) enum OfNote<'a> {
    /// It is there.
    Added { parent: Option<NoteId>, path: &'a [u32], visibility: Visibility },
    /// It has another text.
    Edited,
    /// It was taken back.
    Retracted,
    /// Others can see it.
    ShownTo(Visibility),
}

impl CaseFact {
    /// The note that it is about, if it is about one.
    #[must_use]
    pub fn note(&self) -> Option<NoteId> {
        self.of_note().map(|(note, _)| note)
    }

    /// Whether it gives a note another text, or none.
    pub(crate) fn rewrites_note(&self) -> bool {
        match self.of_note() {
            Some((_, OfNote::Added { .. } | OfNote::Edited | OfNote::Retracted)) => true,
            Some((_, OfNote::ShownTo(_))) | None => false,
        }
    }

    /// Whether what approvals were given on is another from now on.
    pub(crate) fn changes_material(&self) -> bool {
        match self.about() {
            About::Material => true,
            About::Origin(_) | About::Record | About::Note(..) | About::Workflow => false,
        }
    }

    /// The name that it claims for good.
    pub(crate) fn claim(&self) -> Option<Claim> {
        match self.about() {
            About::Origin(claim) => claim,
            About::Material | About::Record | About::Note(..) | About::Workflow => None,
        }
    }

    pub(super) fn of_note(&self) -> Option<(NoteId, OfNote<'_>)> {
        match self.about() {
            About::Note(note, said) => Some((note, said)),
            About::Origin(_) | About::Material | About::Record | About::Workflow => None,
        }
    }

    fn about(&self) -> About<'_> {
        match self {
            Self::CaseRaised { reference, .. } => {
                let claim = |reference: &String| Claim::new(ClaimKind::ImportReference, reference);
                About::Origin(reference.as_ref().map(claim))
            }
            Self::RequestReceived { reference, .. } => {
                About::Origin(Some(Claim::new(ClaimKind::IntakeReference, reference)))
            }
            Self::CustomerChanged { .. } => About::Material,
            // Another version of its type leaves a case what it was.
            Self::TypeChanged { from, to, .. } if from == to => About::Record,
            Self::TypeChanged { .. } => About::Material,
            Self::TitleChanged
            | Self::DescriptionChanged
            | Self::StageChanged { .. }
            | Self::CaseTaken
            | Self::CaseReturned { .. }
            | Self::CaseAssigned { .. }
            | Self::CaseTakenOver { .. } => About::Record,
            Self::NoteAdded { note, parent, path, visibility } => {
                let (parent, visibility) = (*parent, *visibility);
                About::Note(*note, OfNote::Added { parent, path, visibility })
            }
            Self::NoteEdited { note } => About::Note(*note, OfNote::Edited),
            Self::NoteRetracted { note } => About::Note(*note, OfNote::Retracted),
            Self::NoteVisibilityChanged { note, from: _, to } => About::Note(*note, OfNote::ShownTo(*to)),
            Self::WorkflowStarted { .. }
            | Self::StepApproved { .. }
            | Self::StepDenied { .. }
            | Self::ApprovalRevoked { .. }
            | Self::ApprovalsLapsed { .. }
            | Self::SourceAsked { .. }
            | Self::SnapshotCollected { .. }
            | Self::StepFailed { .. }
            | Self::ReleaseRequested { .. }
            | Self::SendingRequested { .. }
            | Self::PackageBuilt { .. }
            | Self::BuildFailed { .. }
            | Self::DeliveryStarted { .. }
            | Self::DeliveryFailed { .. }
            | Self::Delivered { .. }
            | Self::WorkflowEnded { .. }
            | Self::SendingStopped { .. }
            | Self::DataDestroyed { .. } => About::Workflow,
        }
    }
}
