//! Why something is refused.

use casekit::{Blocker, FieldError, FieldRule, Permission};

/// One field that cannot be as it is.
#[uniffi::remote(Record)]
pub struct FieldError {
    /// The field, with its place in a list: `next_of_kin[0].name`.
    pub field: String,
    /// The rule that it breaks.
    pub rule: FieldRule,
}

/// A rule for a field.
#[uniffi::remote(Enum)]
pub enum FieldRule {
    /// It must be given, and blank counts as empty.
    Required,
    /// It is too long.
    TooLong {
        /// Characters allowed.
        limit: u64,
    },
    /// There are too many.
    TooMany {
        /// Entries allowed.
        limit: u64,
    },
    /// It has control characters that are not allowed there.
    ControlCharacter,
    /// It is not an id.
    NotAnId,
    /// It is out of bounds.
    OutOfRange {
        /// The least value.
        least: i64,
        /// The greatest value.
        most: i64,
    },
    /// It names nothing that there is.
    Unknown,
    /// It names something that is not to be used any more.
    Inactive,
    /// The same value is there already.
    AlreadyInUse,
    /// The same value comes twice in one list.
    Duplicate,
    /// It is not of the right form.
    Malformed {
        /// The code of the form, such as `email`: `form.email` in every language.
        form: String,
    },
    /// It is needed because of something else in the same command.
    Missing {
        /// The code of the reason: `why.no_release` in every language.
        why: String,
    },
    /// It does not fit what it is meant for.
    DoesNotFit {
        /// The code of the reason: `why.circle` in every language.
        why: String,
    },
}

/// One reason why an action is not possible now.
#[uniffi::remote(Enum)]
pub enum Blocker {
    /// The case type allows no such move.
    MoveNotAllowed {
        /// The label of the stage where it is.
        from: String,
        /// The label of the stage asked for.
        to: String,
    },
    /// The stage cannot be used.
    StageNotEnabled {
        /// Its label.
        stage: String,
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
    /// The case has ended.
    Ended {
        /// The label of the stage.
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
