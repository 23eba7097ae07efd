//! The actions on a case and on its notes, as screens offer them.

use serde::{Deserialize, Serialize};

use crate::model::StepKind;

/// An action on a case, as a screen offers it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum Action {
    /// Become the holder of a case that nobody holds.
    TakeCase,
    /// Give the case up, so that anybody can take it.
    ReturnCase,
    /// Make somebody else the holder.
    AssignCase,
    /// Become the holder in place of somebody else.
    TakeOverCase,
    /// Give the case another title or description.
    EditCase,
    /// Give the organisation's own fields of the case other values.
    EditFields,
    /// Give the case another priority.
    ChangePriority,
    /// Give the case tags, or take tags off it.
    TagCase,
    /// Link the case to another customer, or to none.
    ChangeCustomer,
    /// Give the case to another team, or to none.
    ChangeTeam,
    /// Pause the deadlines of the case.
    PauseDeadlines,
    /// End pauses of the case's deadlines.
    ResumeDeadlines,
    /// Extend a deadline of the case.
    ExtendDeadline,
    /// Give the case a date from which deadlines can start.
    GiveDate,
    /// Be reminded of the case at a later date.
    FollowUp,
    /// Correct the request: who asked, where the answer goes, what they gave later, when it was received.
    EditRequest,
    /// Move the case to another stage of its type.
    MoveCase,
    /// Move a resolved or closed case back to a stage that is neither, which needs a reason.
    ReopenCase,
    /// Move the case to another type.
    ChangeType,
    /// Move the case to the newest version of its type.
    MigrateCase,
    /// Add an internal note.
    AddNote,
    /// Add a note that the customer sees.
    AddCustomerNote,
    /// Send a message to the requester.
    SendMessage,
    /// Give up a message that could not be sent.
    StopMessage,
    /// Reply to a note.
    Reply,
    /// Change the text of a note.
    EditNote,
    /// Retract a note.
    RetractNote,
    /// Change who can see a note.
    SetNoteVisibility,
    /// Approve that the requester is who they say they are.
    ApproveIdentification,
    /// Collect the data from the sources.
    PrepareData,
    /// Ask one source again, and keep what the others answered.
    PrepareSource,
    /// Leave a source that failed out of the answer.
    LeaveOutSource,
    /// Approve that there is no data about the person.
    ApproveNoData,
    /// Approve the data that was collected.
    ApproveData,
    /// Approve a step that is about no data.
    ApproveStep,
    /// Refuse the request, with a code and reasons.
    Deny,
    /// Take an approval back.
    Revoke,
    /// Build the answer and send it.
    Release,
    /// Send a delivered answer once more.
    SendAgain,
    /// Let the answer go on to another place than the one that it was released to.
    ConfirmTarget,
    /// Begin another round of the workflow after it has ended, to answer the request anew.
    AnswerAnew,
    /// Try the failed step or delivery again.
    Retry,
    /// End the workflow because the request was withdrawn, or give up a repeated sending that fails.
    Withdraw,
}

/// What an action acts on, besides its case.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ActsOn {
    /// The case itself.
    Case,
    /// A step of this kind; of any kind if `None`.
    Step(Option<StepKind>),
    /// A stage to which the case moves.
    Stage,
    /// A type to which the case moves.
    Type,
    /// A note of the case.
    Note,
}

impl Action {
    /// The name of the command that carries the action out, such as `take_case`: it stands in refusals, and the host's
    /// authorizer is asked about it. Several actions can be done by one command.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::TakeCase => "take_case",
            Self::ReturnCase => "return_case",
            Self::AssignCase => "assign_case",
            Self::TakeOverCase => "take_over_case",
            Self::EditCase
            | Self::EditFields
            | Self::ChangePriority
            | Self::ChangeCustomer
            | Self::ChangeTeam
            | Self::MoveCase
            | Self::ReopenCase
            | Self::ChangeType => "edit_case",
            Self::TagCase => "tag_case",
            Self::PauseDeadlines => "pause_deadlines",
            Self::ResumeDeadlines => "resume_deadlines",
            Self::ExtendDeadline => "extend_deadline",
            Self::GiveDate => "give_date",
            Self::FollowUp => "follow_up",
            Self::EditRequest => "edit_request",
            Self::AnswerAnew => "answer_anew",
            Self::MigrateCase => "migrate_case",
            Self::AddNote | Self::AddCustomerNote => "add_note",
            Self::SendMessage => "send_message",
            Self::StopMessage => "stop_message",
            Self::Reply => "reply",
            Self::EditNote => "edit_note",
            Self::RetractNote => "retract_note",
            Self::SetNoteVisibility => "set_note_visibility",
            Self::ApproveIdentification => "approve_identification",
            Self::PrepareData => "prepare_data",
            Self::PrepareSource => "prepare_source",
            Self::LeaveOutSource => "leave_out_source",
            Self::ApproveNoData => "approve_no_data",
            Self::ApproveData => "approve_data",
            Self::ApproveStep => "approve_step",
            Self::Deny => "deny",
            Self::Revoke => "revoke",
            Self::Release => "release",
            Self::SendAgain => "send_again",
            Self::ConfirmTarget => "confirm_target",
            Self::Retry => "retry",
            Self::Withdraw => "withdraw",
        }
    }

    /// The kind of step that the action acts on; `None` if it acts on the case, or on a step of any kind.
    #[must_use]
    pub fn step_kind(self) -> Option<StepKind> {
        match self.acts_on() {
            ActsOn::Step(kind) => kind,
            ActsOn::Case | ActsOn::Stage | ActsOn::Type | ActsOn::Note => None,
        }
    }

    pub(crate) fn acts_on(self) -> ActsOn {
        match self {
            Self::TakeCase
            | Self::ReturnCase
            | Self::AssignCase
            | Self::TakeOverCase
            | Self::EditCase
            | Self::EditFields
            | Self::ChangePriority
            | Self::TagCase
            | Self::ChangeCustomer
            | Self::ChangeTeam
            | Self::PauseDeadlines
            | Self::ResumeDeadlines
            | Self::ExtendDeadline
            | Self::GiveDate
            | Self::FollowUp
            | Self::EditRequest
            | Self::AnswerAnew
            | Self::MigrateCase
            | Self::AddNote
            | Self::AddCustomerNote
            | Self::SendMessage
            | Self::Withdraw => ActsOn::Case,
            Self::MoveCase | Self::ReopenCase => ActsOn::Stage,
            Self::ChangeType => ActsOn::Type,
            Self::StopMessage
            | Self::Reply
            | Self::EditNote
            | Self::RetractNote
            | Self::SetNoteVisibility => ActsOn::Note,
            Self::ApproveIdentification => ActsOn::Step(Some(StepKind::Identification)),
            Self::PrepareData
            | Self::PrepareSource
            | Self::LeaveOutSource
            | Self::ApproveNoData
            | Self::ApproveData => ActsOn::Step(Some(StepKind::DataApproval)),
            Self::ApproveStep => ActsOn::Step(Some(StepKind::Approval)),
            Self::Release | Self::SendAgain | Self::ConfirmTarget => ActsOn::Step(Some(StepKind::Release)),
            Self::Deny | Self::Revoke | Self::Retry => ActsOn::Step(None),
        }
    }
}
