//! What happens to a case, to its notes and in its workflow.
//!
//! This is one flat list, because a case has one history. The state that each fact leads to is in `case/apply.rs` for
//! the case, in `case/notes.rs` for its notes, and in `case/progress.rs` and `case/release.rs` for its workflow.

mod about;
mod apply;
mod clock;
mod for_customers;
mod message;
mod notes;
mod progress;
mod release;

use serde::{Deserialize, Serialize};

use super::{ApprovedData, Identified};
use crate::model::{
    ActorId, CaseDeadline, CaseNumber, CaseTypeId, CustomerId, DateCode, Failure, FieldId, MaterialField,
    NoteId, NoteOrigin, Outcome, PackageRef, PauseReason, PolicyCode, Priority, Reference, ResolutionCode,
    Snapshot, StageCategory, StageId, Step, StepId, TagId, TeamId, Timestamp, Visibility, WebformTarget,
    WorkflowId,
};
use crate::tagged::tagged;
use about::{About, OfNote};

pub(crate) use notes::evolve_note;

/// What happened to a case, to its notes or in its workflow.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum CaseFact {
    /// A case was raised. Its title and description are in the personal part.
    CaseRaised {
        /// The number of the case. Its integer is assigned when the event is written.
        number: CaseNumber,
        /// The id of the case type.
        case_type: CaseTypeId,
        /// The version of the case type, from 1.
        type_version: u32,
        /// The id of the stage in which it was raised.
        stage: StageId,
        /// The category of that stage.
        category: StageCategory,
        /// The id of its customer; `None` for no customer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        customer: Option<CustomerId>,
        /// The id of the team with which it stands; `None` for no team.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        team: Option<TeamId>,
        /// How soon it should be worked on, compared with others; left out if it is normal.
        #[serde(default, skip_serializing_if = "Priority::is_normal")]
        priority: Priority,
        /// How it ended; `None` unless it was raised as ended and somebody said so. The reasons are in the personal part.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        resolution: Option<ResolutionCode>,
        /// What another system calls the case; `None` unless it was imported with a reference.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reference: Option<String>,
        /// When the organisation received what the case is about; `None` if that is when it was raised.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        received_at: Option<Timestamp>,
        /// The ids of the fields that were given a value, in order; the values are in the personal part.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        fields: Vec<FieldId>,
    },
    /// The title of a case changed; the titles are in the personal part.
    TitleChanged,
    /// The description of a case changed; the descriptions are in the personal part.
    DescriptionChanged,
    /// Values of the organisation's own fields changed. The values, old and new, are in the personal part, in the order of
    /// the fields.
    FieldsChanged {
        /// The ids of the fields, in order.
        fields: Vec<FieldId>,
    },
    /// A case moved to another stage.
    StageChanged {
        /// The id of the stage that the case left.
        from: StageId,
        /// The id of the stage that it entered.
        to: StageId,
        /// The category of the stage that it entered.
        category: StageCategory,
        /// Whether it was reopened: moved from a resolved or closed stage to an open, active or waiting one.
        #[serde(default)]
        reopened: bool,
        /// How the case ended; `None` if nobody said so, and then it keeps what was said before. The reasons are in the personal
        /// part.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        resolution: Option<ResolutionCode>,
    },
    /// A case moved to another type, or to another version of its type.
    TypeChanged {
        /// The id of the type that the case left.
        from: CaseTypeId,
        /// The version of the type that it left.
        from_version: u32,
        /// The id of the type that it has now.
        to: CaseTypeId,
        /// The version that it has now.
        to_version: u32,
        /// The id of the stage that it entered, in the new type or version.
        stage: StageId,
        /// The category of the stage that it entered.
        category: StageCategory,
        /// Whether it was reopened: moved from a resolved or closed stage to an open, active or waiting one.
        #[serde(default)]
        reopened: bool,
        /// How the case ended, as another type calls it; `None` if nobody said so, or that type knows no such end. Another version
        /// of its type leaves a case what was said before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        resolution: Option<ResolutionCode>,
    },
    /// It was said how a case ended that is resolved or closed already. The reasons are in the personal part.
    ResolutionChanged {
        /// How it had ended before; `None` if nobody had said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<ResolutionCode>,
        /// How it ended.
        to: ResolutionCode,
    },
    /// A case was linked to another customer, or to none.
    CustomerChanged {
        /// The id of the customer before; `None` if there was none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<CustomerId>,
        /// The id of the customer now; `None` if there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<CustomerId>,
    },
    /// A case was given to another team, or to none.
    TeamChanged {
        /// The id of the team before; `None` if there was none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<TeamId>,
        /// The id of the team now; `None` if there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<TeamId>,
    },
    /// Tags were given to a case, or taken off it.
    TagsChanged {
        /// The ids of the tags that it got.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        added: Vec<TagId>,
        /// The ids of the tags that it lost, as they were given to it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        removed: Vec<TagId>,
    },
    /// A case got another priority.
    PriorityChanged {
        /// The priority before.
        from: Priority,
        /// The priority now.
        to: Priority,
    },
    /// Somebody took a case: the actor of the event.
    CaseTaken,
    /// A case was returned, so that nobody holds it.
    CaseReturned {
        /// The id of the actor who held it until then.
        from: ActorId,
    },
    /// Somebody assigned a case to an actor.
    CaseAssigned {
        /// The id of the actor who held it before; `None` if nobody did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<ActorId>,
        /// The id of the actor who holds it now.
        to: ActorId,
    },
    /// Somebody took over a case from its holder: the actor of the event.
    CaseTakenOver {
        /// The id of the actor who held it before.
        from: ActorId,
    },
    /// A note was added. Its text is in the personal part.
    NoteAdded {
        /// The id of the note.
        note: NoteId,
        /// The id of the note to which it replies; `None` if it is no reply.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parent: Option<NoteId>,
        /// Its place in reading order, as in the note's `path`.
        path: Vec<u32>,
        /// Whether the customer can see it.
        visibility: Visibility,
        /// Who it comes from.
        #[serde(default, skip_serializing_if = "NoteOrigin::is_staff")]
        origin: NoteOrigin,
    },
    /// The text of a note was edited. Both texts are in the personal part.
    NoteEdited {
        /// The id of the note.
        note: NoteId,
        /// Whether the customer could see it at that time.
        visibility: Visibility,
    },
    /// A note was retracted. Its place in the thread stays.
    NoteRetracted {
        /// The id of the note.
        note: NoteId,
        /// Whether the customer could see it at that time.
        visibility: Visibility,
    },
    /// A note was shown to the customer, or hidden from them.
    NoteVisibilityChanged {
        /// The id of the note.
        note: NoteId,
        /// Who could see it before.
        from: Visibility,
        /// Who can see it from now on.
        to: Visibility,
    },
    /// The date on which the organisation received what the case is about was corrected.
    ReceiptDated {
        /// The date before.
        from: Timestamp,
        /// The date now.
        to: Timestamp,
    },
    /// The case was given a date from which deadlines can start, or that date was taken away.
    DateGiven {
        /// What happened then.
        code: DateCode,
        /// The date before; `None` if there was none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Timestamp>,
        /// The date now; `None` if there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<Timestamp>,
    },
    /// Somebody paused those deadlines of the case that may be paused for this reason. A remark is in the personal part.
    DeadlinesPaused {
        /// The reason.
        reason: PauseReason,
        /// Since when they are paused.
        since: Timestamp,
    },
    /// Pauses of the case's deadlines ended. A remark is in the personal part.
    DeadlinesResumed {
        /// The reason whose pause ended; `None` for every reason.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<PauseReason>,
        /// When it ended.
        until: Timestamp,
    },
    /// A deadline of the case was extended. Why is in the personal part.
    DeadlineExtended {
        /// The code of its policy.
        policy: PolicyCode,
        /// When the person was told.
        told_at: Timestamp,
    },
    /// The deadlines of the case were counted and came to something else than before.
    DeadlinesCounted {
        /// All deadlines of the case from now on.
        deadlines: Vec<CaseDeadline>,
        /// When the library moves the case to another stage by itself; `None` if it does not.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        moves_at: Option<Timestamp>,
        /// `rules_changed` if a policy, a calendar, a type or a workflow had changed, `time_passed` if a date had come or the
        /// time for a move; `None` if what happened just before changed them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<String>,
    },
    /// A deadline of the case comes near.
    DeadlineWarned {
        /// The code of its policy.
        policy: PolicyCode,
        /// When it ends.
        due_at: Timestamp,
    },
    /// A deadline of the case was missed.
    DeadlineMissed {
        /// The code of its policy.
        policy: PolicyCode,
        /// When it ended.
        due_at: Timestamp,
    },
    /// Somebody wants to be reminded of the case, or does not any more. What for is in the personal part.
    FollowUpSet {
        /// The date before; `None` if there was none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Timestamp>,
        /// The date now; `None` if there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<Timestamp>,
    },
    /// The date came on which somebody wanted to be reminded of the case.
    FollowUpDue {
        /// That date.
        at: Timestamp,
    },
    /// A request arrived at the webform, and the case was raised for it. The request is in the personal part.
    RequestReceived {
        /// What the webform calls the request.
        reference: String,
        /// Which of the requests with that reference it is, from 1.
        number: u32,
        /// How many credentials came with it.
        credentials: u32,
        /// When it was received; `None` if it was received when it was handed in.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        received_at: Option<Timestamp>,
        /// The salt of the fingerprint, in hexadecimal; the same for all requests with that reference.
        salt: String,
        /// The salted fingerprint of what arrived, in hexadecimal. It stays when the personal part is erased.
        fingerprint: String,
    },
    /// A second request arrived with the reference of the one for which the case was raised, and other content. It has a
    /// case of its own.
    ReferenceShared {
        /// The reference that both have.
        reference: String,
    },
    /// The request was corrected. What changed of it is in the personal part.
    RequestEdited {
        /// How many credentials were added.
        credentials: u32,
        /// When it was received, if that was corrected; `None` if it was not.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        received_at: Option<Timestamp>,
    },
    /// An answer that could not be sent was taken back, because who asked or where it goes was corrected. It has to be
    /// asked for again, or the request denied again.
    AnswerTakenBack {
        /// The key of its sending.
        key: String,
    },
    /// A round of a workflow began for the case. Why, if it is not the first, is in the personal part.
    WorkflowStarted {
        /// The id of the workflow.
        workflow: WorkflowId,
        /// The version of the workflow, from 1.
        version: u32,
        /// The steps of that version, which the case keeps.
        steps: Vec<Step>,
        /// The number of the round that it begins, from 1.
        round: u32,
    },
    /// Somebody approved a step: the actor of the event.
    StepApproved {
        /// The id of the step.
        step: StepId,
        /// The digest of what was approved, in hexadecimal.
        digest: String,
        /// What was approved about the data; `None` unless it is a data approval.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        data: Option<ApprovedData>,
        /// How the requester was identified; `None` unless more was said than the method and what was checked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        identified: Option<Identified>,
    },
    /// Somebody denied the request at a step. The reasons are in the personal part.
    StepDenied {
        /// The id of the step.
        step: StepId,
        /// One of the denial codes of the step.
        code: String,
    },
    /// Somebody revoked an approval: the actor of the event.
    ApprovalRevoked {
        /// The id of the step whose approval it was.
        step: StepId,
        /// The id of the actor who had given it.
        by: ActorId,
    },
    /// Approvals no longer hold, because what they approved has changed.
    ApprovalsLapsed {
        /// The ids of the steps that have to be approved again.
        steps: Vec<StepId>,
        /// The code of the reason: `content_changed` or `approval_revoked`.
        why: String,
    },
    /// A source was asked for data about the customer.
    SourceAsked {
        /// The name of the source.
        source: String,
        /// How many rows it returned; `None` if it failed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rows: Option<u64>,
        /// The code of its failure; `None` if it did not fail.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        failed: Option<String>,
    },
    /// A source that had failed was left out of the answer. The reason is in the personal part.
    SourceLeftOut {
        /// The name of the source.
        source: String,
    },
    /// The data that the sources returned was frozen.
    SnapshotCollected {
        /// The snapshot, without its rows.
        snapshot: Snapshot,
    },
    /// Something failed at a step of the workflow.
    StepFailed {
        /// What failed, and who has to fix it.
        failure: Failure,
    },
    /// The library asks the sources again by itself, after that had failed.
    CollectionRetried {
        /// The number of the attempt to collect the data.
        attempt: u32,
        /// When another attempt begins if nothing is heard of this one; `None` if it is the last by itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_at: Option<Timestamp>,
    },
    /// Somebody asked for the answer to be built and sent.
    ReleaseRequested {
        /// The id of the step; for a denial, of the step that was denied.
        step: StepId,
        /// The digest of the content that is released, in hexadecimal.
        digest: String,
        /// The key of its first sending, and of the package.
        key: String,
        /// Where it is sent, as the settings were then; `None` if they had no webform.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        target: Option<WebformTarget>,
    },
    /// Somebody asked for a delivered answer to be sent once more. The reason is in the personal part.
    SendingRequested {
        /// The key of this new sending.
        key: String,
        /// The number of this sending, from 2.
        number: u32,
        /// Where it is sent, as the settings were then; `None` if they had no webform.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        target: Option<WebformTarget>,
    },
    /// An answer is bound to a place: the first that it was sent to, or another that somebody agreed to.
    TargetSet {
        /// The key of the sending.
        key: String,
        /// Where it is sent from now on, as the settings were then.
        target: WebformTarget,
    },
    /// The package was built, and its bytes are kept.
    PackageBuilt {
        /// The key of the sending.
        key: String,
        /// The number of the attempt to build it, from 1.
        attempt: u32,
        /// The blob, digest and size of the package.
        package: PackageRef,
    },
    /// An attempt to build the package failed, or none could be made.
    BuildFailed {
        /// The key of the sending.
        key: String,
        /// The number of the attempt to build it, from 1; 0 if no attempt was made.
        attempt: u32,
        /// What failed, and who has to fix it.
        failure: Failure,
    },
    /// An attempt to send the package began.
    DeliveryStarted {
        /// The key of the sending.
        key: String,
        /// The number of the attempt to send it, from 1.
        attempt: u32,
        /// Until when nobody else begins another attempt.
        lease_until: Timestamp,
    },
    /// An attempt to send the package failed, or none could be made.
    DeliveryFailed {
        /// The key of the sending.
        key: String,
        /// The number of the attempt to send it, from 1; 0 if no attempt was made.
        attempt: u32,
        /// What failed, and who has to fix it.
        failure: Failure,
    },
    /// The answer arrived at the receiver.
    Delivered {
        /// The key of the sending.
        key: String,
        /// The number of the attempt that arrived, from 1.
        attempt: u32,
        /// What the case ended as; `None` for a later sending, which does not change it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        outcome: Option<Outcome>,
        /// What the receiver answered as proof; `None` if it gave none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        receipt: Option<Reference>,
    },
    /// Somebody asked for a note to be sent to the requester, as a message.
    MessageRequested {
        /// The key of its sending, which an answer gives as its reference.
        key: String,
        /// The id of the note with its text, which was added just before.
        note: NoteId,
        /// Whether an answer is expected.
        wants_answer: bool,
        /// Where it is sent, as the settings were then; `None` if they had no webform.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        target: Option<WebformTarget>,
    },
    /// An attempt to send a message began.
    MessageStarted {
        /// The key of the message.
        key: String,
        /// The number of the attempt, from 1.
        attempt: u32,
        /// Until when nobody else begins another attempt.
        lease_until: Timestamp,
    },
    /// An attempt to send a message failed, or none could be made.
    MessageFailed {
        /// The key of the message.
        key: String,
        /// The number of the attempt, from 1; 0 if no attempt was made.
        attempt: u32,
        /// What failed, and who has to fix it.
        failure: Failure,
    },
    /// A message arrived at the receiver.
    MessageDelivered {
        /// The key of the message.
        key: String,
        /// The number of the attempt that arrived, from 1.
        attempt: u32,
        /// What the receiver answered as proof; `None` if it gave none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        receipt: Option<Reference>,
    },
    /// A message that had not arrived was given up.
    MessageStopped {
        /// The key of the message.
        key: String,
    },
    /// The requester answered a message. The answer is the note that was added just before.
    AnswerReceived {
        /// The key of the message.
        key: String,
        /// The id of the note with its text.
        note: NoteId,
        /// The keyed digest of the text, in hexadecimal. It stays when the text is erased.
        fingerprint: String,
    },
    /// A workflow ended without an answer that had to be delivered.
    WorkflowEnded {
        /// What the case ended as.
        outcome: Outcome,
    },
    /// A sending that had failed was given up. What was delivered before stays delivered.
    SendingStopped {
        /// The key of the sending.
        key: String,
    },
    /// The snapshot and the package of a round were destroyed, because the retention time was over or the workflow
    /// ended in another way.
    DataDestroyed {
        /// The number of the round, from 1.
        round: u32,
    },
}

tagged!("event": CaseFact);

impl CaseFact {
    /// The part of the case that the fact is about.
    fn about(&self) -> About<'_> {
        match self {
            Self::CaseRaised { case_type, reference, .. } => About::Raised(*case_type, reference.as_deref()),
            Self::RequestReceived { reference, number, fingerprint, .. } => {
                About::Received(reference, *number, fingerprint)
            }
            Self::MessageRequested { key, wants_answer, .. } => About::Sent(key, *wants_answer),
            Self::CustomerChanged { .. } => About::Customer,
            Self::TitleChanged => About::Text(MaterialField::Title),
            Self::DescriptionChanged => About::Text(MaterialField::Description),
            Self::TypeChanged { from, to, .. } => About::Typed(*from, *to),
            Self::NoteAdded { note, parent, path, visibility, origin: _ } => {
                let (parent, visibility) = (*parent, *visibility);
                About::Note(*note, OfNote::Added { parent, path, visibility })
            }
            Self::NoteEdited { note, visibility } => About::Note(*note, OfNote::Edited(*visibility)),
            Self::NoteRetracted { note, visibility } => About::Note(*note, OfNote::Retracted(*visibility)),
            Self::NoteVisibilityChanged { note, from: _, to } => About::Note(*note, OfNote::ShownTo(*to)),
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
            | Self::StageChanged { .. }
            | Self::FieldsChanged { .. }
            | Self::TeamChanged { .. }
            | Self::TagsChanged { .. }
            | Self::PriorityChanged { .. }
            | Self::ResolutionChanged { .. }
            | Self::CaseTaken
            | Self::CaseReturned { .. }
            | Self::CaseAssigned { .. }
            | Self::CaseTakenOver { .. }
            | Self::ReferenceShared { .. }
            | Self::RequestEdited { .. }
            | Self::AnswerTakenBack { .. }
            | Self::WorkflowStarted { .. }
            | Self::StepApproved { .. }
            | Self::StepDenied { .. }
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
            | Self::Delivered { .. }
            | Self::MessageStarted { .. }
            | Self::MessageFailed { .. }
            | Self::MessageDelivered { .. }
            | Self::MessageStopped { .. }
            | Self::AnswerReceived { .. }
            | Self::WorkflowEnded { .. }
            | Self::SendingStopped { .. }
            | Self::DataDestroyed { .. } => About::Itself,
        }
    }
}
