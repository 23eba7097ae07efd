//! Rejections and blockers: why a command was not carried out.

mod message;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::field::in_order;
use crate::model::Permission;

pub use crate::field::{Choices, FieldError, FieldRule};

/// Why a command was not carried out. It is plain data that can be compared; nothing of a rejected command is kept.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum Rejection {
    /// The actor lacks a permission.
    Forbidden {
        /// The name of the action, such as `take_case`.
        action: String,
        /// The permission that the action needs.
        permission: Permission,
    },
    /// The host's authorizer forbids this action on this record.
    NotAllowedHere {
        /// The name of the action, such as `take_case`.
        action: String,
    },
    /// Values that are not allowed.
    Invalid {
        /// Every wrong field, with the rule that it breaks.
        fields: Vec<FieldError>,
    },
    /// The command is valid, but something about the case or the actor prevents it now.
    Blocked {
        /// The name of the action, such as `take_case`.
        action: String,
        /// Every reason; never empty.
        blockers: Vec<Blocker>,
    },
    /// Somebody else took the case first.
    AlreadyTaken {
        /// The actor id of the person who holds the case.
        by: String,
        /// What they are called, with the id where somebody else is called the same; `None` if the directory of people
        /// does not say, or it is not for the actor.
        by_name: Option<String>,
    },
    /// There is no such record, or the actor may not see it; the two are not distinguished.
    NotFound {
        /// The kind of record, such as `case`, `customer` or `note`.
        what: String,
        /// Its id or number; empty if the caller's text is neither.
        id: String,
        /// The kind of the record that has this id, if it is of another kind and the actor may see it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        instead: Option<String>,
        /// What there is to choose from, if it was looked up by a name.
        // In a box, because refusals are handed on by value through every layer.
        choices: Box<Choices>,
    },
    /// The record changed after the caller read it.
    Conflict {
        /// The revision that the caller gave.
        seen: u64,
        /// The current revision.
        now: u64,
    },
    /// The request id was used before, for another command.
    RequestIdReused,
    /// The cursor belongs to another store, or to changes that were lost when a backup was restored.
    CursorNotOfThisStore,
    /// Other commits came first each time the command was tried. It can be tried again.
    Contended {
        /// How often the command was decided.
        attempts: u32,
    },
}

impl Rejection {
    /// A rejection for a single wrong field.
    #[must_use]
    pub fn field(field: &str, rule: FieldRule) -> Self {
        Self::Invalid { fields: vec![FieldError::new(field, rule)] }
    }

    /// A rejection for a single blocker.
    #[must_use]
    pub fn blocked(action: &str, blocker: Blocker) -> Self {
        Self::Blocked { action: action.to_owned(), blockers: vec![blocker] }
    }

    /// A rejection of whoever takes a case that this person holds, by their actor id; without a name yet.
    #[must_use]
    pub fn already_taken(by: impl fmt::Display) -> Self {
        Self::AlreadyTaken { by: by.to_string(), by_name: None }
    }

    /// The same rejection, with its wrong fields in the order in which the record has them: that of the form.
    pub(crate) fn in_order_of(mut self, record: &impl Serialize) -> Self {
        if let Self::Invalid { fields } = &mut self {
            in_order(record, fields);
        }
        self
    }

    /// The people whom the refusal is about, each with the place of the name.
    pub(crate) fn people(&mut self) -> Vec<(&str, &mut Option<String>)> {
        match self {
            Self::AlreadyTaken { by, by_name } => vec![(by, by_name)],
            Self::Blocked { blockers, .. } => blockers.iter_mut().filter_map(Blocker::person).collect(),
            Self::Forbidden { .. }
            | Self::NotAllowedHere { .. }
            | Self::Invalid { .. }
            | Self::NotFound { .. }
            | Self::Conflict { .. }
            | Self::RequestIdReused
            | Self::CursorNotOfThisStore
            | Self::Contended { .. } => Vec::new(),
        }
    }

    /// A rejection for a record that does not exist; an empty `id` if there is none to name.
    #[must_use]
    pub fn not_found(what: &str, id: impl fmt::Display) -> Self {
        let (instead, choices) = (None, Box::default());
        Self::NotFound { what: what.to_owned(), id: id.to_string(), instead, choices }
    }

    /// A rejection for a name that none of these has.
    pub(crate) fn none_called<T: Into<String>>(
        what: &str,
        given: &str,
        all: impl IntoIterator<Item = T>,
    ) -> Self {
        let choices = Box::new(Choices::among(given, all));
        Self::NotFound { what: what.to_owned(), id: String::new(), instead: None, choices }
    }

    /// The stable code, such as `already_taken`. It never changes.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Forbidden { .. } => "forbidden",
            Self::NotAllowedHere { .. } => "not_allowed_here",
            Self::Invalid { .. } => "invalid",
            Self::Blocked { .. } => "blocked",
            Self::AlreadyTaken { .. } => "already_taken",
            Self::NotFound { .. } => "not_found",
            Self::Conflict { .. } => "conflict",
            Self::RequestIdReused => "request_id_reused",
            Self::CursorNotOfThisStore => "cursor_not_of_this_store",
            Self::Contended { .. } => "contended",
        }
    }

    /// The wrong fields of an `Invalid`; empty for every other rejection.
    #[must_use]
    pub fn fields(&self) -> &[FieldError] {
        match self {
            Self::Invalid { fields } => fields,
            Self::Forbidden { .. }
            | Self::NotAllowedHere { .. }
            | Self::Blocked { .. }
            | Self::AlreadyTaken { .. }
            | Self::NotFound { .. }
            | Self::Conflict { .. }
            | Self::RequestIdReused
            | Self::CursorNotOfThisStore
            | Self::Contended { .. } => &[],
        }
    }

    /// The reasons of a `Blocked`; empty for every other rejection.
    #[must_use]
    pub fn blockers(&self) -> &[Blocker] {
        match self {
            Self::Blocked { blockers, .. } => blockers,
            Self::Forbidden { .. }
            | Self::NotAllowedHere { .. }
            | Self::Invalid { .. }
            | Self::AlreadyTaken { .. }
            | Self::NotFound { .. }
            | Self::Conflict { .. }
            | Self::RequestIdReused
            | Self::CursorNotOfThisStore
            | Self::Contended { .. } => &[],
        }
    }
}

impl From<FieldError> for Rejection {
    fn from(error: FieldError) -> Self {
        Self::Invalid { fields: vec![error] }
    }
}

/// One reason why an action is not possible now.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum Blocker {
    /// The case type does not allow this move.
    MoveNotAllowed {
        /// The label of the present stage.
        from: String,
        /// The label of the stage that was asked for.
        to: String,
    },
    /// A case leaves a resolved or closed stage only with a reason.
    ReasonNeeded {
        /// The label of the present stage.
        stage: String,
    },
    /// A case comes to this stage only if it is said how it ended.
    ResolutionNeeded {
        /// The label of the stage.
        stage: String,
        /// The codes of the resolutions that there are to choose from.
        resolutions: Vec<String>,
    },
    /// Nobody holds the case.
    NotTaken,
    /// Somebody else holds the case.
    HeldBy {
        /// The actor id of the holder.
        by: String,
        /// What they are called, with the id where somebody else is called the same; `None` if the directory of people
        /// does not say, or it is not for the actor.
        by_name: Option<String>,
    },
    /// The actor holds the case already.
    HeldByYou,
    /// The case is closed. It has to be reopened before somebody can hold it.
    Closed {
        /// The label of the present stage.
        stage: String,
    },
    /// The new type has no enabled stage with the same id or label.
    StageDoesNotFit {
        /// The name of the new type.
        case_type: String,
        /// The label of the present stage.
        stage: String,
    },
    /// Fields are empty without which a case cannot be in the stage.
    FieldsNeeded {
        /// The labels of the fields, in the caller's language.
        fields: Vec<String>,
        /// The label of the stage.
        stage: String,
    },
    /// Fields have values that the new type, or the newer version, has no place for.
    FieldsDoNotFit {
        /// The name of the type.
        case_type: String,
        /// The labels of the fields, in the caller's language.
        fields: Vec<String>,
    },
    /// The note was retracted.
    Retracted,
    /// Only the author of the note may do this.
    NotTheAuthor {
        /// The actor id of the author.
        author: String,
        /// What they are called, with the id where somebody else is called the same; `None` if the directory of people
        /// does not say, or it is not for the actor.
        author_name: Option<String>,
    },
    /// The reply would be nested too deeply.
    ThreadTooDeep {
        /// The greatest depth of a thread.
        limit: u64,
    },
    /// The actor lacks a permission.
    PermissionMissing {
        /// The permission that the action needs.
        permission: Permission,
    },
    /// The case is not in a workflow.
    NoWorkflow,
    /// The workflow has no step for this action, or none was named.
    NoSuchStep,
    /// The workflow has ended.
    WorkflowEnded {
        /// The outcome, as text in the caller's language.
        outcome: String,
    },
    /// The workflow is running. It ends by a release, a denial or a withdrawal, not by a change of stage or type.
    WorkflowLive,
    /// Steps that this step requires are not done.
    StepLocked {
        /// The label of the step.
        step: String,
        /// The labels of the steps that it waits for.
        requires: Vec<String>,
    },
    /// The step is done already.
    StepDone {
        /// The label of the step.
        step: String,
    },
    /// The step has no approval that could be taken back.
    NotApproved {
        /// The label of the step.
        step: String,
    },
    /// The request was denied already.
    Denied,
    /// The step defines no denial codes, so the request cannot be denied there.
    CannotBeDenied {
        /// The label of the step.
        step: String,
    },
    /// Whoever raised the case may not do this step, and the actor did.
    RaisedByYou {
        /// The label of the step.
        step: String,
    },
    /// Whoever did another step may not do this one, and the actor did.
    DidAnotherStep {
        /// The label of the step.
        step: String,
        /// The label of the other step.
        other: String,
    },
    /// The actor has approved the step already, and it needs approvals by different people.
    ApprovedByYou {
        /// The label of the step.
        step: String,
    },
    /// Only the person who gave an approval, or a manager, can take it back.
    NotTheGiver {
        /// The actor id of the person who gave it.
        by: String,
        /// What they are called, with the id where somebody else is called the same; `None` if the directory of people
        /// does not say, or it is not for the actor.
        by_name: Option<String>,
    },
    /// No data was collected yet.
    NoSnapshot,
    /// The data was collected again after the actor looked at it.
    SnapshotReplaced,
    /// Sources failed, and nobody knows what they have.
    SourcesFailed {
        /// The names of the sources.
        sources: Vec<String>,
    },
    /// No source failed, so that none can be left out.
    NothingToLeaveOut,
    /// What was approved has changed since.
    ContentChanged {
        /// The labels of the steps that have to be approved again.
        steps: Vec<String>,
    },
    /// The answer was asked for already and is on its way.
    ReleaseUnderWay,
    /// The answer was asked for already, and building or sending it failed. Somebody has to act on the failure first.
    ReleaseFailed,
    /// An attempt to send the answer is running.
    DeliveryUnderWay,
    /// No answer was delivered, so none can be sent once more.
    NotDelivered,
    /// The package was destroyed, as it is after its retention time, so it cannot be sent again.
    PackageDestroyed,
    /// The answer goes to the place that it was released to, so there is nothing to confirm.
    NothingToConfirm,
    /// The case was not raised for a request, or the request was erased.
    NoRequest,
    /// The note went to the requester, or came from them, so it stays as it is.
    Correspondence,
    /// The note is no message that waits to be sent.
    NotSent,
    /// Nothing failed that could be retried.
    NothingToRetry,
    /// The move reopens nothing: the case is neither resolved nor closed, or it would still be.
    NothingToReopen,
    /// The deadlines of the case are paused for this reason already.
    AlreadyPaused {
        /// The code of the reason.
        reason: String,
    },
    /// No deadline of the case can be paused by anybody.
    NothingToPause,
    /// Nobody paused the deadlines of the case.
    NothingPaused,
    /// No deadline of the case can be extended.
    NothingToExtend,
    /// The deadline has not started.
    DeadlineNotStarted {
        /// The name of the deadline.
        deadline: String,
    },
    /// The deadline was extended already, and that happens once.
    ExtendedAlready {
        /// The name of the deadline.
        deadline: String,
    },
    /// What the deadline is about was done already.
    DeadlineMet {
        /// The name of the deadline.
        deadline: String,
    },
    /// The person has to be told of an extension within the first period, which is over.
    NoticeOver {
        /// The name of the deadline.
        deadline: String,
        /// The last day on which the person could be told, such as `2026-03-02`.
        day: String,
    },
    /// The host's authorizer forbids the action on this case.
    NotAllowedHere,
    /// The file has the greatest number of these already.
    LimitReached {
        /// The greatest number.
        limit: u64,
    },
}

impl Blocker {
    /// Somebody else holds the case, by their actor id; without a name yet.
    #[must_use]
    pub fn held_by(by: impl fmt::Display) -> Self {
        Self::HeldBy { by: by.to_string(), by_name: None }
    }

    /// Somebody else wrote the note, by their actor id; without a name yet.
    #[must_use]
    pub fn not_the_author(author: impl fmt::Display) -> Self {
        Self::NotTheAuthor { author: author.to_string(), author_name: None }
    }

    /// Somebody else gave the approval, by their actor id; without a name yet.
    #[must_use]
    pub fn not_the_giver(by: impl fmt::Display) -> Self {
        Self::NotTheGiver { by: by.to_string(), by_name: None }
    }

    /// The labels of the fields that the reason is about; most reasons are about none.
    pub(crate) fn fields(&self) -> &[String] {
        if let Self::FieldsNeeded { fields, .. } | Self::FieldsDoNotFit { fields, .. } = self {
            fields
        } else {
            &[]
        }
    }

    /// The person whom the reason is about, with the place of the name.
    pub(crate) fn person(&mut self) -> Option<(&str, &mut Option<String>)> {
        match self {
            Self::HeldBy { by, by_name } | Self::NotTheGiver { by, by_name } => Some((by, by_name)),
            Self::NotTheAuthor { author, author_name } => Some((author, author_name)),
            Self::MoveNotAllowed { .. }
            | Self::ReasonNeeded { .. }
            | Self::ResolutionNeeded { .. }
            | Self::NotTaken
            | Self::HeldByYou
            | Self::Closed { .. }
            | Self::StageDoesNotFit { .. }
            | Self::FieldsNeeded { .. }
            | Self::FieldsDoNotFit { .. }
            | Self::Retracted
            | Self::ThreadTooDeep { .. }
            | Self::PermissionMissing { .. }
            | Self::NoWorkflow
            | Self::NoSuchStep
            | Self::WorkflowEnded { .. }
            | Self::WorkflowLive
            | Self::StepLocked { .. }
            | Self::StepDone { .. }
            | Self::NotApproved { .. }
            | Self::Denied
            | Self::CannotBeDenied { .. }
            | Self::RaisedByYou { .. }
            | Self::DidAnotherStep { .. }
            | Self::ApprovedByYou { .. }
            | Self::NoSnapshot
            | Self::SnapshotReplaced
            | Self::SourcesFailed { .. }
            | Self::NothingToLeaveOut
            | Self::ContentChanged { .. }
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
            | Self::AlreadyPaused { .. }
            | Self::NothingToPause
            | Self::NothingPaused
            | Self::NothingToExtend
            | Self::DeadlineNotStarted { .. }
            | Self::ExtendedAlready { .. }
            | Self::DeadlineMet { .. }
            | Self::NoticeOver { .. }
            | Self::NotAllowedHere
            | Self::LimitReached { .. } => None,
        }
    }
}

/// Collects the errors of all fields, so that a form can show them at once.
#[derive(Default, Debug)]
pub(crate) struct Fields(Vec<FieldError>);

impl Fields {
    /// Whether the field has an error already.
    pub(crate) fn has(&self, field: &str) -> bool {
        self.0.iter().any(|error| error.field == field)
    }

    /// The value, or `None` after adding its error.
    pub(crate) fn take<T>(&mut self, parsed: Result<T, FieldError>) -> Option<T> {
        parsed.map_err(|error| self.0.push(error)).ok()
    }

    /// Adds an error.
    pub(crate) fn add(&mut self, field: impl Into<String>, rule: FieldRule) {
        self.0.push(FieldError::new(field, rule));
    }

    /// Every error so far, for a record that contains this one.
    pub(crate) fn into_errors(self) -> Vec<FieldError> {
        self.0
    }

    /// The value, if there was no error; otherwise `Invalid` with all of them.
    pub(crate) fn finish<T>(self, value: Option<T>) -> Result<T, Rejection> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            Some(_) | None => Err(Rejection::Invalid { fields: self.0 }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_found_is_named_where_it_may_be() {
        let known = Rejection::not_found("case", "C-000017");
        assert_eq!(known.to_string(), "no case `C-000017`: check the id, and that you may see it");
        let secret = Rejection::not_found("customer", "");
        assert_eq!(secret.to_string(), "no such customer: check the id, and that you may see it");
    }
}
