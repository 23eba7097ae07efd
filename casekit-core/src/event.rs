//! What happened: one entry per change, in facts and a personal part.
//!
//! Facts are ids, stages, codes, digests and sizes, and stay for good. The personal part is text and names with
//! their old and new values; it can be erased, and the audit trail still proves the rest.

use serde::{Deserialize, Serialize};

use crate::model::{
    ActorId, BlobId, CaseId, CaseNumber, CaseTypeId, CaseTypeVersion, CustomerField, CustomerId,
    DataApproval, Failure, LongText, Name, NoteId, Outcome, PackageRef, Profile, ProfileValue, Redaction,
    RedactionTarget, Reference, Request, Settings, ShortText, Snapshot, StageCategory, StageId, StageLabels, Step, StepId,
    StreamId, Timestamp, Title, Visibility, WorkflowId, WorkflowVersion,
};

/// One entry of a stream's history.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Event {
    /// Its place among all events of the file, from 1.
    pub position: u64,
    /// Whose history it belongs to.
    pub stream: StreamId,
    /// Its place in that history, from 1.
    pub revision: u64,
    /// When it happened.
    pub at: Timestamp,
    /// Who did it.
    pub actor: ActorId,
    /// For whom they did it, if for another.
    pub on_behalf_of: Option<ActorId>,
    /// Who imported it, if it happened elsewhere.
    pub imported_by: Option<ActorId>,
    /// What happened.
    pub fact: Fact,
    /// The text and names that went with it; `None` where there were none or they were erased.
    pub personal: Personal,
}

/// What happened, without text or names of people.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Fact {
    /// The file was set up, or an administrator changed its settings.
    SettingsChanged {
        /// The settings from now on; their revision is the event's.
        settings: Settings,
    },
    /// A workflow was created.
    WorkflowCreated {
        /// Its name.
        name: Name,
        /// Its first version.
        version: WorkflowVersion,
    },
    /// A case type was created.
    CaseTypeCreated {
        /// Its name.
        name: Name,
        /// What it is for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<LongText>,
        /// Whether it can be used at once.
        active: bool,
        /// What its stages are called.
        labels: Vec<StageLabels>,
        /// Its first version.
        version: CaseTypeVersion,
    },
    /// A case type was renamed.
    CaseTypeRenamed {
        /// The old name.
        from: Name,
        /// The new name.
        to: Name,
    },
    /// What a case type is for was rewritten.
    CaseTypeDescribed {
        /// The old description.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<LongText>,
        /// The new description.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<LongText>,
    },
    /// Stages were called something else.
    StagesLabelled {
        /// The labels before.
        from: Vec<StageLabels>,
        /// The labels from now on.
        to: Vec<StageLabels>,
    },
    /// A case type got a new version of its stages, moves or workflow.
    CaseTypeVersioned {
        /// The new version.
        version: CaseTypeVersion,
    },
    /// A case type can be used again.
    CaseTypeActivated,
    /// A case type can no longer be used for new cases.
    CaseTypeDeactivated,
    /// A customer was entered.
    CustomerCreated {
        /// The fields that were given.
        fields: Vec<CustomerField>,
    },
    /// A customer's profile changed.
    CustomerUpdated {
        /// The fields that changed.
        fields: Vec<CustomerField>,
    },
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
    },
    /// A note was taken back.
    NoteRetracted {
        /// The note.
        note: NoteId,
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
        /// What, and who must mend it.
        failure: Failure,
    },
    /// Somebody asked for the answer to be built and sent.
    ReleaseRequested {
        /// The step; for a denial the step that was denied.
        step: StepId,
        /// The digest of the content that is released, in hexadecimal.
        digest: String,
        /// The key that every delivery has.
        key: String,
    },
    /// The package was built and is kept.
    PackageBuilt {
        /// Its bytes.
        package: PackageRef,
    },
    /// A delivery begins.
    DeliveryStarted {
        /// Which, from 1.
        attempt: u32,
        /// Until when nobody else begins another.
        lease_until: Timestamp,
    },
    /// The answer has arrived.
    Delivered {
        /// What the case ended as.
        outcome: Outcome,
        /// What the receiver answered.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        receipt: Option<Reference>,
    },
    /// A workflow ended without an answer to be delivered.
    WorkflowEnded {
        /// What the case ended as.
        outcome: Outcome,
    },
    /// What was found and sent was destroyed, its retention time being over or the workflow having ended otherwise.
    DataDestroyed,
    /// A workflow got a new version of its steps or sources.
    WorkflowVersioned {
        /// The new version.
        version: WorkflowVersion,
    },
    /// A workflow was renamed.
    WorkflowRenamed {
        /// The old name.
        from: Name,
        /// The new name.
        to: Name,
    },
    /// Case types can start a workflow again.
    WorkflowActivated,
    /// Case types can no longer start a workflow.
    WorkflowDeactivated,
    /// Something was exported.
    Exported {
        /// What: `overview`, `case`.
        what: String,
        /// As what: `pdf`, `csv`.
        format: String,
        /// How many rows.
        rows: u64,
    },
    /// Customers and cases were imported.
    Imported {
        /// How many items were handed in.
        items: u64,
        /// How many of them were refused.
        refused: u64,
        /// How many events the others left.
        events: u64,
    },
    /// The head of the audit trail was taken.
    CheckpointTaken {
        /// How many checkpoints came before.
        number: u64,
        /// The position up to which it covers every event, its own excluded.
        position: u64,
        /// The digest over the checkpoint before and every event hash since, in hexadecimal.
        digest: String,
    },
    /// The file was restored from a backup, and gone on with.
    Restored {
        /// The least number that the next case may have, if somebody gave one.
        number_floor: Option<u64>,
        /// The position of the newest event that the backup has.
        position: u64,
        /// The newest case number that it has; 0 without a case.
        number: u64,
    },
}

impl Fact {
    /// The word for it in the store, in hosts and in `changes_since`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::SettingsChanged { .. } => "settings_changed",
            Self::WorkflowCreated { .. } => "workflow_created",
            Self::CaseTypeCreated { .. } => "case_type_created",
            Self::CaseTypeRenamed { .. } => "case_type_renamed",
            Self::CaseTypeDescribed { .. } => "case_type_described",
            Self::StagesLabelled { .. } => "stages_labelled",
            Self::CaseTypeVersioned { .. } => "case_type_versioned",
            Self::CaseTypeActivated => "case_type_activated",
            Self::CaseTypeDeactivated => "case_type_deactivated",
            Self::CustomerCreated { .. } => "customer_created",
            Self::CustomerUpdated { .. } => "customer_updated",
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
            Self::PackageBuilt { .. } => "package_built",
            Self::DeliveryStarted { .. } => "delivery_started",
            Self::Delivered { .. } => "delivered",
            Self::WorkflowEnded { .. } => "workflow_ended",
            Self::DataDestroyed => "data_destroyed",
            Self::WorkflowVersioned { .. } => "workflow_versioned",
            Self::WorkflowRenamed { .. } => "workflow_renamed",
            Self::WorkflowActivated => "workflow_activated",
            Self::WorkflowDeactivated => "workflow_deactivated",
            Self::Exported { .. } => "exported",
            Self::Imported { .. } => "imported",
            Self::CheckpointTaken { .. } => "checkpoint_taken",
            Self::Restored { .. } => "restored",
        }
    }

    /// The note that it is about, if it is about one.
    #[must_use]
    pub fn note(&self) -> Option<NoteId> {
        match self {
            Self::NoteAdded { note, .. }
            | Self::NoteEdited { note }
            | Self::NoteRetracted { note }
            | Self::NoteVisibilityChanged { note, .. } => Some(*note),
            Self::SettingsChanged { .. }
            | Self::WorkflowCreated { .. }
            | Self::CaseTypeCreated { .. }
            | Self::CaseTypeRenamed { .. }
            | Self::CaseTypeDescribed { .. }
            | Self::StagesLabelled { .. }
            | Self::CaseTypeVersioned { .. }
            | Self::CaseTypeActivated
            | Self::CaseTypeDeactivated
            | Self::CustomerCreated { .. }
            | Self::CustomerUpdated { .. }
            | Self::CaseRaised { .. }
            | Self::TitleChanged
            | Self::DescriptionChanged
            | Self::StageChanged { .. }
            | Self::TypeChanged { .. }
            | Self::CustomerChanged { .. }
            | Self::CaseTaken
            | Self::CaseReturned { .. }
            | Self::CaseAssigned { .. }
            | Self::CaseTakenOver { .. }
            | Self::RequestReceived { .. }
            | Self::WorkflowStarted { .. }
            | Self::StepApproved { .. }
            | Self::StepDenied { .. }
            | Self::ApprovalRevoked { .. }
            | Self::ApprovalsLapsed { .. }
            | Self::SourceAsked { .. }
            | Self::SnapshotCollected { .. }
            | Self::StepFailed { .. }
            | Self::ReleaseRequested { .. }
            | Self::PackageBuilt { .. }
            | Self::DeliveryStarted { .. }
            | Self::Delivered { .. }
            | Self::WorkflowEnded { .. }
            | Self::DataDestroyed
            | Self::WorkflowVersioned { .. }
            | Self::WorkflowRenamed { .. }
            | Self::WorkflowActivated
            | Self::WorkflowDeactivated
            | Self::Exported { .. }
            | Self::Imported { .. }
            | Self::CheckpointTaken { .. }
            | Self::Restored { .. } => None,
        }
    }
}

/// The text and names that went with a fact; empty where there were none, or where they were erased.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Personal {
    /// The title of a case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<Changed<Title>>,
    /// The description of a case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<Changed<LongText>>,
    /// The text of a note.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<Changed<LongText>>,
    /// The profile of a new customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<Box<Profile>>,
    /// What stood in the fields of a profile that changed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub profile_from: Vec<ProfileValue>,
    /// What stands there now.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub profile_to: Vec<ProfileValue>,
    /// Why it was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<ShortText>,
    /// Why it was done, for the person whom it concerns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_reason: Option<ShortText>,
    /// The request that arrived.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<Box<Request>>,
    /// The salt of a case's content digests, in hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub salt: Option<String>,
    /// How a requester was identified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<ShortText>,
    /// What was checked for that.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub checked: Vec<ShortText>,
    /// Why parts of the data are hidden, in the order of what is hidden.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub redaction_reasons: Vec<ShortText>,
}

/// What was approved of the data, without the reasons.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApprovedData {
    /// That there is none.
    NoData,
    /// A snapshot without what is hidden.
    Data {
        /// The snapshot.
        snapshot: BlobId,
        /// What is hidden: source, table, what of it.
        hidden: Vec<(String, String, RedactionTarget)>,
        /// The digest of the data as it is sent, in hexadecimal.
        digest: String,
    },
}

impl ApprovedData {
    /// What was approved, with the reasons of the personal part.
    #[must_use]
    pub fn with_reasons(&self, reasons: &[ShortText]) -> DataApproval {
        match self {
            Self::NoData => DataApproval::NoData,
            Self::Data { snapshot, hidden, digest } => {
                // INVARIANT: reasons are in the order of what is hidden; erased ones are missing, all of them.
                let reasons = reasons.iter().cloned().chain(std::iter::repeat_with(ShortText::erased));
                let redaction = |((source, table, target), reason): (&(String, String, RedactionTarget), _)| {
                    let (source, table, target) = (source.clone(), table.clone(), target.clone());
                    Redaction { source, table, target, reason }
                };
                let redactions = hidden.iter().zip(reasons).map(redaction).collect();
                DataApproval::Data { snapshot: *snapshot, redactions, digest: digest.clone() }
            }
        }
    }
}

/// An old and a new value; `None` for nothing there.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Changed<T> {
    /// Before.
    #[serde(default = "nothing", skip_serializing_if = "Option::is_none")]
    pub from: Option<T>,
    /// After.
    #[serde(default = "nothing", skip_serializing_if = "Option::is_none")]
    pub to: Option<T>,
}

fn nothing<T>() -> Option<T> {
    None
}

impl<T> Changed<T> {
    /// Something new, where nothing was.
    #[must_use]
    pub fn new(to: T) -> Self {
        Self { from: None, to: Some(to) }
    }
}

impl Personal {
    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Only a reason.
    #[must_use]
    pub fn because(reason: Option<ShortText>) -> Self {
        Self { reason, ..Self::default() }
    }
}

/// What a decision wants to happen: an event before it has a place and a hash.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Draft {
    /// Whose history it joins.
    pub stream: StreamId,
    /// When it happened.
    pub at: Timestamp,
    /// Who did it.
    pub actor: ActorId,
    /// For whom, if for another.
    pub on_behalf_of: Option<ActorId>,
    /// Who imported it, if it happened elsewhere.
    pub imported_by: Option<ActorId>,
    /// What happened.
    pub fact: Fact,
    /// The text and names that go with it.
    pub personal: Personal,
}

impl Draft {
    /// The case it belongs to, if it belongs to one.
    #[must_use]
    pub fn case(&self) -> Option<CaseId> {
        match self.stream {
            StreamId::Case(id) => Some(id),
            StreamId::Settings
            | StreamId::Workflow(_)
            | StreamId::CaseType(_)
            | StreamId::Customer(_)
            | StreamId::Ledger => None,
        }
    }
}
