//! Rejections and blockers as messages. Their `Display` is the English text; every other language has its own
//! templates.

use super::{Blocker, FieldError, Rejection};
use crate::language::{Argument, Message, said_in_english};

said_in_english! { Rejection Blocker }

impl std::error::Error for Rejection {}
impl std::error::Error for Blocker {}

impl Rejection {
    /// The refusal as a code with its arguments, for a language to say.
    #[must_use]
    pub fn message(&self) -> Message {
        let said = |code: &'static str| Message::new(code);
        match self {
            Self::Forbidden { action, permission } => said("rejection.forbidden")
                .with_word("action", "action", action)
                .with_word("permission", "permission", permission.code()),
            Self::NotAllowedHere { action } => {
                said("rejection.not_allowed_here").with_word("action", "action", action)
            }
            Self::Invalid { fields } => {
                said("rejection.invalid").with("reasons", reasons(fields.iter().map(FieldError::message)))
            }
            Self::Blocked { action, blockers } => said("rejection.blocked")
                .with_word("action", "action", action)
                .with("reasons", reasons(blockers.iter().map(Blocker::message))),
            Self::AlreadyTaken { by, by_name } => {
                said("rejection.already_taken").with("by", by_name.as_deref().unwrap_or(by))
            }
            Self::NotFound { what, id, instead, choices } => {
                let thing = what.replace(' ', "_");
                let message =
                    match instead {
                        _ if id.is_empty() => choices.said("rejection.not_found_unnamed"),
                        None => said("rejection.not_found").with("id", id.as_str()),
                        Some(instead) => said("rejection.not_found_instead")
                            .with("id", id.as_str())
                            .with_word("instead", "thing", &instead.replace(' ', "_")),
                    };
                message.with_word("thing", "thing", &thing)
            }
            Self::Conflict { seen, now } => said("rejection.conflict").with("seen", *seen).with("now", *now),
            Self::RequestIdReused => said("rejection.request_id_reused"),
            Self::CursorNotOfThisStore => said("rejection.cursor_not_of_this_store"),
            Self::Contended { attempts } => said("rejection.contended").with("attempts", *attempts),
        }
    }
}

/// Several reasons, joined as a language joins them.
fn reasons(all: impl Iterator<Item = Message>) -> Argument {
    let join = |list: Argument, next: Message| {
        Message::new("format.reasons").with("list", list).with("next", next).into()
    };
    let mut all = all;
    let Some(first) = all.next() else { return Argument::List(Vec::new()) };
    all.fold(first.into(), join)
}

impl Blocker {
    /// The stable word for it.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::MoveNotAllowed { .. } => "move_not_allowed",
            Self::ReasonNeeded { .. } => "reason_needed",
            Self::ResolutionNeeded { .. } => "resolution_needed",
            Self::NotTaken => "not_taken",
            Self::HeldBy { .. } => "held_by",
            Self::HeldByYou => "held_by_you",
            Self::Closed { .. } => "closed",
            Self::StageDoesNotFit { .. } => "stage_does_not_fit",
            Self::FieldsNeeded { .. } => "fields_needed",
            Self::FieldsDoNotFit { .. } => "fields_do_not_fit",
            Self::Retracted => "retracted",
            Self::NotTheAuthor { .. } => "not_the_author",
            Self::ThreadTooDeep { .. } => "thread_too_deep",
            Self::PermissionMissing { .. } => "permission_missing",
            Self::NoWorkflow => "no_workflow",
            Self::NoSuchStep => "no_such_step",
            Self::WorkflowEnded { .. } => "workflow_ended",
            Self::WorkflowLive => "workflow_live",
            Self::StepLocked { .. } => "step_locked",
            Self::StepDone { .. } => "step_done",
            Self::NotApproved { .. } => "not_approved",
            Self::Denied => "denied",
            Self::CannotBeDenied { .. } => "cannot_be_denied",
            Self::RaisedByYou { .. } => "raised_by_you",
            Self::DidAnotherStep { .. } => "did_another_step",
            Self::ApprovedByYou { .. } => "approved_by_you",
            Self::NotTheGiver { .. } => "not_the_giver",
            Self::NoSnapshot => "no_snapshot",
            Self::SnapshotReplaced => "snapshot_replaced",
            Self::SourcesFailed { .. } => "sources_failed",
            Self::NothingToLeaveOut => "nothing_to_leave_out",
            Self::ContentChanged { .. } => "content_changed",
            Self::ReleaseUnderWay => "release_under_way",
            Self::ReleaseFailed => "release_failed",
            Self::DeliveryUnderWay => "delivery_under_way",
            Self::NotDelivered => "not_delivered",
            Self::PackageDestroyed => "package_destroyed",
            Self::NothingToConfirm => "nothing_to_confirm",
            Self::NoRequest => "no_request",
            Self::Correspondence => "correspondence",
            Self::NotSent => "not_sent",
            Self::NothingToRetry => "nothing_to_retry",
            Self::NothingToReopen => "nothing_to_reopen",
            Self::AlreadyPaused { .. } => "already_paused",
            Self::NothingToPause => "nothing_to_pause",
            Self::NothingPaused => "nothing_paused",
            Self::NothingToExtend => "nothing_to_extend",
            Self::DeadlineNotStarted { .. } => "deadline_not_started",
            Self::ExtendedAlready { .. } => "extended_already",
            Self::DeadlineMet { .. } => "deadline_met",
            Self::NoticeOver { .. } => "notice_over",
            Self::NotAllowedHere => "not_allowed_here",
            Self::LimitReached { .. } => "limit_reached",
        }
    }

    /// The reason as a code with its arguments, for a language to say.
    #[must_use]
    pub fn message(&self) -> Message {
        let said = Message::new(format!("blocker.{}", self.code()));
        match self {
            Self::MoveNotAllowed { from, to } => said.with("from", from.as_str()).with("to", to.as_str()),
            Self::ReasonNeeded { stage } | Self::Closed { stage } => said.with("stage", stage.as_str()),
            Self::HeldBy { by, by_name } | Self::NotTheGiver { by, by_name } => {
                said.with("by", by_name.as_deref().unwrap_or(by))
            }
            Self::StageDoesNotFit { case_type, stage } => {
                said.with("case_type", case_type.as_str()).with("stage", stage.as_str())
            }
            Self::FieldsNeeded { fields, stage } => {
                said.with("fields", quoted(fields)).with("stage", stage.as_str())
            }
            Self::FieldsDoNotFit { case_type, fields } => {
                said.with("case_type", case_type.as_str()).with("fields", quoted(fields))
            }
            Self::NotTheAuthor { author, author_name } => {
                said.with("author", author_name.as_deref().unwrap_or(author))
            }
            Self::ThreadTooDeep { limit } | Self::LimitReached { limit } => said.with("limit", *limit),
            Self::PermissionMissing { permission } => {
                said.with_word("permission", "permission", permission.code())
            }
            Self::WorkflowEnded { outcome } => said.with("outcome", outcome.as_str()),
            Self::ResolutionNeeded { stage, resolutions } => {
                said.with("stage", stage.as_str()).with("resolutions", quoted(resolutions))
            }
            Self::StepLocked { step, requires } => {
                said.with("step", step.as_str()).with("requires", quoted(requires))
            }
            Self::StepDone { step }
            | Self::NotApproved { step }
            | Self::CannotBeDenied { step }
            | Self::RaisedByYou { step }
            | Self::ApprovedByYou { step } => said.with("step", step.as_str()),
            Self::DidAnotherStep { step, other } => {
                said.with("step", step.as_str()).with("other", other.as_str())
            }
            Self::SourcesFailed { sources } => said.with("sources", quoted(sources)),
            Self::ContentChanged { steps } => said.with("steps", quoted(steps)),
            Self::AlreadyPaused { reason } => said.with("reason", reason.as_str()),
            Self::DeadlineNotStarted { deadline }
            | Self::ExtendedAlready { deadline }
            | Self::DeadlineMet { deadline } => said.with("deadline", deadline.as_str()),
            Self::NoticeOver { deadline, day } => {
                said.with("deadline", deadline.as_str()).with("day", day.as_str())
            }
            Self::NothingToPause
            | Self::NothingPaused
            | Self::NothingToExtend
            | Self::NotTaken
            | Self::HeldByYou
            | Self::Retracted
            | Self::NoWorkflow
            | Self::NoSuchStep
            | Self::WorkflowLive
            | Self::Denied
            | Self::NoSnapshot
            | Self::SnapshotReplaced
            | Self::NothingToLeaveOut
            | Self::ReleaseUnderWay
            | Self::ReleaseFailed
            | Self::DeliveryUnderWay
            | Self::NotDelivered
            | Self::PackageDestroyed
            | Self::NothingToConfirm
            | Self::NoRequest
            | Self::Correspondence
            | Self::NotSent
            | Self::NothingToRetry
            | Self::NothingToReopen
            | Self::NotAllowedHere => said,
        }
    }
}

fn quoted(labels: &[String]) -> Argument {
    let quoted = |label: &String| Message::new("quoted").with("text", label.as_str());
    labels.iter().map(quoted).collect::<Vec<_>>().into()
}
