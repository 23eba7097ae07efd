//! Answers about the domain: why a command was not carried out.

mod message;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::Permission;

pub use crate::field::{FieldError, FieldRule};

/// An answer about the domain: plain data that can be compared, and that leaves nothing half done.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub enum Rejection {
    /// The actor lacks a permission, or the host's authorizer said no.
    Forbidden {
        /// What was asked for.
        action: String,
        /// What is missing.
        permission: Permission,
    },
    /// The host's authorizer forbids this action on this thing.
    NotAllowedHere {
        /// What was asked for.
        action: String,
    },
    /// Values that cannot be.
    Invalid {
        /// Each field with its rule.
        fields: Vec<FieldError>,
    },
    /// The command was understood, and cannot be carried out as things stand.
    Blocked {
        /// What was asked for.
        action: String,
        /// Every reason.
        blockers: Vec<Blocker>,
    },
    /// Somebody else was first.
    AlreadyTaken {
        /// The id of who holds it.
        by: String,
    },
    /// There is no such thing, or not for this actor.
    NotFound {
        /// What was looked for: `case`, `customer`, `note`.
        what: String,
        /// Its id or number; empty where the caller's text is not one.
        id: String,
    },
    /// The thing changed since the caller saw it.
    Conflict {
        /// The revision that the caller named.
        seen: u64,
        /// The revision that it has.
        now: u64,
    },
    /// The request id was used for another command.
    RequestIdReused,
    /// The cursor is of another store, or of what was given up when a restored backup was gone on with.
    CursorNotOfThisStore,
    /// Other writers came first too often.
    Contended {
        /// How often it was decided.
        attempts: u32,
    },
}

impl Rejection {
    /// One bad field.
    #[must_use]
    pub fn field(field: &str, rule: FieldRule) -> Self {
        Self::Invalid { fields: vec![FieldError::new(field, rule)] }
    }

    /// One reason why an action is not possible.
    #[must_use]
    pub fn blocked(action: &str, blocker: Blocker) -> Self {
        Self::Blocked { action: action.to_owned(), blockers: vec![blocker] }
    }

    /// There is no such thing.
    #[must_use]
    pub fn not_found(what: &str, id: impl fmt::Display) -> Self {
        Self::NotFound { what: what.to_owned(), id: id.to_string() }
    }

    /// The stable word for it.
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

    /// The bad fields, if it is about fields.
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

    /// Every reason, if it is about blockers.
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
    /// The case type allows no such move.
    MoveNotAllowed {
        /// The label of the stage where it is.
        from: String,
        /// The label of the stage asked for.
        to: String,
    },
    /// Leaving an ended stage needs a reason.
    ReasonNeeded {
        /// The label of the stage that would be left.
        stage: String,
    },
    /// Nobody holds the case.
    NotTaken,
    /// Somebody else holds the case.
    HeldBy {
        /// Their id.
        by: String,
    },
    /// The actor holds it already.
    HeldByYou,
    /// The case is closed: it is reopened before somebody gets it.
    Closed {
        /// The label of its stage.
        stage: String,
    },
    /// The new type has no stage of the same id or name.
    StageDoesNotFit {
        /// The name of the new type.
        case_type: String,
        /// The label of the stage it has no place for.
        stage: String,
    },
    /// The note was taken back.
    Retracted,
    /// Only its author may do that.
    NotTheAuthor {
        /// The id of the author.
        author: String,
    },
    /// A thread goes no deeper.
    ThreadTooDeep {
        /// The depth allowed.
        limit: u64,
    },
    /// The actor lacks a permission.
    PermissionMissing {
        /// What is missing.
        permission: Permission,
    },
    /// The case has no workflow.
    NoWorkflow,
    /// The workflow has no step for it, or none was named.
    NoSuchStep,
    /// The workflow has ended.
    WorkflowEnded {
        /// What the case ended as.
        outcome: String,
    },
    /// The workflow is under way: it ends by release, deny or withdraw.
    WorkflowLive,
    /// Steps that it requires are not done.
    StepLocked {
        /// The label of the step.
        step: String,
        /// The labels of the steps that it waits for.
        requires: Vec<String>,
    },
    /// The step is done.
    StepDone {
        /// The label of the step.
        step: String,
    },
    /// There is no approval to take back.
    NotApproved {
        /// The label of the step.
        step: String,
    },
    /// The request was denied.
    Denied,
    /// The step has no denial codes.
    CannotBeDenied {
        /// The label of the step.
        step: String,
    },
    /// Who raised the case may not do the step.
    RaisedByYou {
        /// The label of the step.
        step: String,
    },
    /// Who did another step may not do this one.
    DidAnotherStep {
        /// The label of the step.
        step: String,
        /// The label of the other one.
        other: String,
    },
    /// The same person approves a step once.
    ApprovedByYou {
        /// The label of the step.
        step: String,
    },
    /// Only who gave an approval, or a manager, takes it back.
    NotTheGiver {
        /// The id of who gave it.
        by: String,
    },
    /// Nothing was collected yet.
    NoSnapshot,
    /// What the actor looked at is not what there is now.
    SnapshotReplaced,
    /// What was approved is not what there is now.
    ContentChanged {
        /// The labels of the steps.
        steps: Vec<String>,
    },
    /// The answer is on its way.
    ReleaseUnderWay,
    /// Somebody sends the answer just now.
    DeliveryUnderWay,
    /// No answer has arrived.
    NotDelivered,
    /// The package is no longer kept.
    PackageDestroyed,
    /// Nothing failed.
    NothingToRetry,
    /// No more of these fit into one file.
    LimitReached {
        /// How many there may be.
        limit: u64,
    },
}

/// Gathers every field's error at once, so that a form can show them all.
#[derive(Default, Debug)]
pub(crate) struct Fields(Vec<FieldError>);

impl Fields {
    /// Keeps the value, or remembers the error.
    pub(crate) fn take<T>(&mut self, parsed: Result<T, FieldError>) -> Option<T> {
        parsed.map_err(|error| self.0.push(error)).ok()
    }

    /// Remembers an error.
    pub(crate) fn add(&mut self, field: impl Into<String>, rule: FieldRule) {
        self.0.push(FieldError::new(field, rule));
    }

    /// The value, if nothing was wrong.
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
