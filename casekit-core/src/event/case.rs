//! What happens to a case, its notes and its workflow.
//!
//! One flat list, because a case has one history: what each makes of the case is in `case/apply.rs`, of its notes in
//! `case/notes.rs`, of its workflow in `case/progress.rs` and `case/release.rs`.

mod about;
mod apply;
mod notes;
mod progress;
mod release;

use serde::{Deserialize, Serialize};

use super::ApprovedData;
use crate::model::{
    ActorId, CaseNumber, CaseTypeId, CustomerId, Failure, NoteId, Outcome, PackageRef, Reference, Snapshot,
    StageCategory, StageId, Step, StepId, Timestamp, Visibility, WebformTarget, WorkflowId,
};
use crate::tagged::tagged;
use about::{About, OfNote};

pub(crate) use notes::evolve_note;

/// What happened to a case.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum CaseFact {
    /// A case was raised.
    CaseRaised {
        /// Its number; the value is assigned as it is written.
        number: CaseNumber,
        /// Its type.
        case_type: CaseTypeId,
        /// The version of the type.
        type_version: u32,
        /// Its stage.
        stage: StageId,
        /// The meaning of the stage.
        category: StageCategory,
        /// Its customer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        customer: Option<CustomerId>,
        /// What another system calls it, if it was imported.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reference: Option<String>,
    },
    /// A case got another title.
    TitleChanged,
    /// A case got another description.
    DescriptionChanged,
    /// A case moved to another stage.
    StageChanged {
        /// The stage it left.
        from: StageId,
        /// The stage it entered.
        to: StageId,
        /// The meaning of the new stage.
        category: StageCategory,
        /// Whether it left `Resolved` or `Closed`.
        #[serde(default)]
        reopened: bool,
    },
    /// A case moved to another type, or to another version of its type.
    TypeChanged {
        /// The type it left.
        from: CaseTypeId,
        /// The version it left.
        from_version: u32,
        /// The type it has now.
        to: CaseTypeId,
        /// The version it has now.
        to_version: u32,
        /// The stage in the new type.
        stage: StageId,
        /// The meaning of that stage.
        category: StageCategory,
        /// Whether it left `Resolved` or `Closed`.
        #[serde(default)]
        reopened: bool,
    },
    /// A case was linked to another customer, or to none.
    CustomerChanged {
        /// The customer before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<CustomerId>,
        /// The customer from now on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<CustomerId>,
    },
    /// Somebody took a case; the actor of the event is the one who took it.
    CaseTaken,
    /// A case was put back.
    CaseReturned {
        /// Who held it.
        from: ActorId,
    },
    /// A case was put in somebody's hands by another.
    CaseAssigned {
        /// Who held it before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<ActorId>,
        /// Who holds it now.
        to: ActorId,
    },
    /// A case was taken from who held it.
    CaseTakenOver {
        /// Who held it before.
        from: ActorId,
    },
    /// A note was added.
    NoteAdded {
        /// The note.
        note: NoteId,
        /// The note that it answers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parent: Option<NoteId>,
        /// Its place in reading order.
        path: Vec<u32>,
        /// Who can see it.
        visibility: Visibility,
    },
    /// A note got another text.
    NoteEdited {
        /// The note.
        note: NoteId,
        /// Who could see it.
        visibility: Visibility,
    },
    /// A note was taken back.
    NoteRetracted {
        /// The note.
        note: NoteId,
        /// Who could see it.
        visibility: Visibility,
    },
    /// A note can be seen by others than before.
    NoteVisibilityChanged {
        /// The note.
        note: NoteId,
        /// Who could see it.
        from: Visibility,
        /// Who can see it now.
        to: Visibility,
    },
    /// A request arrived at the webform, and the case was raised for it.
    RequestReceived {
        /// What the webform calls it.
        reference: String,
        /// How many credentials came with it.
        credentials: u32,
    },
    /// The case started in a workflow.
    WorkflowStarted {
        /// The workflow.
        workflow: WorkflowId,
        /// Its version.
        version: u32,
        /// The steps of that version; the case keeps them.
        steps: Vec<Step>,
        /// Which round of the case it begins, from 1.
        round: u32,
    },
    /// Somebody approved a step.
    StepApproved {
        /// The step.
        step: StepId,
        /// The digest of what was approved, in hexadecimal.
        digest: String,
        /// What was approved of the data.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        data: Option<ApprovedData>,
    },
    /// Somebody denied the request at a step.
    StepDenied {
        /// The step.
        step: StepId,
        /// One of its denial codes.
        code: String,
    },
    /// An approval was taken back.
    ApprovalRevoked {
        /// The step.
        step: StepId,
        /// Who had given it.
        by: ActorId,
    },
    /// Approvals no longer hold, because what they approved has changed.
    ApprovalsLapsed {
        /// The steps that are to be approved again.
        steps: Vec<StepId>,
        /// Why: `content_changed`, `approval_revoked`.
        why: String,
    },
    /// A source was asked for data.
    SourceAsked {
        /// Its name.
        source: String,
        /// How many rows it found.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rows: Option<u64>,
        /// The code of its failure, if it failed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        failed: Option<String>,
    },
    /// The data that was found was frozen.
    SnapshotCollected {
        /// What was found, without its rows.
        snapshot: Snapshot,
    },
    /// Something failed at a step.
    StepFailed {
        /// What, and who must fix it.
        failure: Failure,
    },
    /// Somebody asked for the answer to be built and sent.
    ReleaseRequested {
        /// The step; for a denial the step that was denied.
        step: StepId,
        /// The digest of the content that is released, in hexadecimal.
        digest: String,
        /// The key of its first sending, and of the package.
        key: String,
        /// Where it is to go, as the settings said it then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        target: Option<WebformTarget>,
    },
    /// Somebody asked for a delivered answer to be sent once more; why is in the personal part.
    SendingRequested {
        /// The key of this sending.
        key: String,
        /// Which it is, from 2.
        number: u32,
        /// Where it is to go, as the settings said it then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        target: Option<WebformTarget>,
    },
    /// The package was built and is kept.
    PackageBuilt {
        /// The sending.
        key: String,
        /// Which attempt at building it was, from 1.
        attempt: u32,
        /// Its bytes.
        package: PackageRef,
    },
    /// Building the package failed.
    BuildFailed {
        /// The sending.
        key: String,
        /// Which attempt at building it was, from 1; 0 if none was made.
        attempt: u32,
        /// What, and who must fix it.
        failure: Failure,
    },
    /// An attempt to send begins.
    DeliveryStarted {
        /// The sending.
        key: String,
        /// Which attempt, from 1.
        attempt: u32,
        /// Until when nobody else begins another.
        lease_until: Timestamp,
    },
    /// An attempt to send failed.
    DeliveryFailed {
        /// The sending.
        key: String,
        /// Which attempt, from 1; 0 if none was made.
        attempt: u32,
        /// What, and who must fix it.
        failure: Failure,
    },
    /// The answer has arrived.
    Delivered {
        /// The sending.
        key: String,
        /// Which attempt, from 1.
        attempt: u32,
        /// What the case ended as, with the first sending.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        outcome: Option<Outcome>,
        /// What the receiver answered.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        receipt: Option<Reference>,
    },
    /// A workflow ended without an answer to be delivered.
    WorkflowEnded {
        /// What the case ended as.
        outcome: Outcome,
    },
    /// A sending that had failed was given up; what was delivered before stays delivered.
    SendingStopped {
        /// The sending.
        key: String,
    },
    /// What was found and sent was destroyed, its retention time being over or the workflow having ended otherwise.
    DataDestroyed {
        /// In which round.
        round: u32,
    },
}

tagged!("event": CaseFact);

impl CaseFact {
    /// What it is about.
    fn about(&self) -> About<'_> {
        match self {
            Self::CaseRaised { case_type, reference, .. } => About::Raised(*case_type, reference.as_deref()),
            Self::RequestReceived { reference, .. } => About::Received(reference),
            Self::CustomerChanged { .. } => About::Customer,
            Self::TypeChanged { from, to, .. } => About::Typed(*from, *to),
            Self::NoteAdded { note, parent, path, visibility } => {
                let (parent, visibility) = (*parent, *visibility);
                About::Note(*note, OfNote::Added { parent, path, visibility })
            }
            Self::NoteEdited { note, visibility } => About::Note(*note, OfNote::Edited(*visibility)),
            Self::NoteRetracted { note, visibility } => About::Note(*note, OfNote::Retracted(*visibility)),
            Self::NoteVisibilityChanged { note, from: _, to } => About::Note(*note, OfNote::ShownTo(*to)),
            Self::TitleChanged
            | Self::DescriptionChanged
            | Self::StageChanged { .. }
            | Self::CaseTaken
            | Self::CaseReturned { .. }
            | Self::CaseAssigned { .. }
            | Self::CaseTakenOver { .. }
            | Self::WorkflowStarted { .. }
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
            | Self::DataDestroyed { .. } => About::Itself,
        }
    }
}
