//! Why an action on the workflow of a case is not possible now.

use super::{Who, not_the_holder};
use crate::decide::action::Action;
use crate::language::Language;
use crate::model::{Case, MaterialField, Permission, Progress, Release, Step, StepState};
use crate::rejection::Blocker;
use crate::release::delivery::TARGET_CHANGED;
use crate::work_item::{excluding, left_behind, stale};

pub(super) fn in_workflow(
    found: &mut Vec<Blocker>,
    case: &Case,
    action: Action,
    step: Option<&Step>,
    who: Who<'_>,
) {
    let Some(progress) = &case.progress else {
        found.push(Blocker::NoWorkflow);
        return;
    };
    if let Some(outcome) = &progress.outcome
        && !goes_on_after_the_end(action, progress)
    {
        found.push(Blocker::WorkflowEnded { outcome: who.language.render(&outcome.message()) });
        return;
    }
    match action {
        Action::SendAgain => {
            let Some(step) = step else {
                found.push(Blocker::NoSuchStep);
                return;
            };
            for_whom(found, case, progress, step, who);
            found.extend(not_to_be_sent_again(progress));
        }
        Action::ConfirmTarget => {
            let Some(step) = step else {
                found.push(Blocker::NoSuchStep);
                return;
            };
            for_whom(found, case, progress, step, who);
            if progress.failure.as_ref().is_none_or(|failure| failure.code != TARGET_CHANGED) {
                found.push(Blocker::NothingToConfirm);
            }
        }
        Action::AnswerAnew => {
            let open = progress.release.as_ref().filter(|release| !release.sending.is_over());
            let live = progress.is_live().then_some(Blocker::WorkflowLive);
            found.extend(live.or_else(|| open.and(asked_for(progress))));
        }
        Action::Retry => match &progress.failure {
            None if step.is_none() && progress.failed_message().is_some() => {}
            None => found.push(Blocker::NothingToRetry),
            Some(failure) if step.is_some_and(|step| step.id != failure.step) => {
                found.push(Blocker::NothingToRetry);
            }
            Some(failure) => {
                // A retry does again what its step is about, so that step must not be locked.
                let failed = progress.step(failure.step.as_str()).filter(|step| !progress.has_failed(step));
                found.extend(failed.and_then(|step| locked(progress, step, who.language)));
            }
        },
        Action::Withdraw => {
            found.extend(not_the_holder(case, who));
            // Once sending has failed, withdrawing is allowed: otherwise an answer that cannot be delivered would keep
            // the case open for ever.
            if progress.release.is_some() && progress.failure.is_none() {
                found.push(Blocker::ReleaseUnderWay);
            }
        }
        Action::Revoke => revocable(found, progress, step, who),
        Action::Deny => {
            under_way(found, progress);
            match step {
                Some(step) if step.denial_codes.is_empty() => {
                    found.push(Blocker::CannotBeDenied { step: step.called(who.language) });
                }
                Some(step) => doable(found, case, progress, step, who),
                None => found.push(Blocker::NoSuchStep),
            }
        }
        Action::ApproveIdentification
        | Action::PrepareData
        | Action::PrepareSource
        | Action::LeaveOutSource
        | Action::ApproveNoData
        | Action::ApproveData
        | Action::ApproveStep
        | Action::Release => {
            under_way(found, progress);
            let Some(step) = step else {
                found.push(Blocker::NoSuchStep);
                return;
            };
            doable(found, case, progress, step, who);
            if action == Action::ApproveData {
                found.extend(progress.snapshot.is_none().then_some(Blocker::NoSnapshot));
                let sources: Vec<String> =
                    progress.failed_sources().map(|(source, _)| source.to_owned()).collect();
                found.extend((!sources.is_empty()).then_some(Blocker::SourcesFailed { sources }));
            }
            if action == Action::LeaveOutSource && progress.failed_sources().next().is_none() {
                found.push(Blocker::NothingToLeaveOut);
            }
            if action == Action::Release {
                found.extend(incomplete(progress, step, who.language));
                found.extend(content_changed(case, progress, who.language));
            }
        }
        Action::TakeCase
        | Action::ReturnCase
        | Action::AssignCase
        | Action::TakeOverCase
        | Action::EditCase
        | Action::EditFields
        | Action::ChangePriority
        | Action::TagCase
        | Action::ChangeCustomer
        | Action::ChangeTeam
        | Action::PauseDeadlines
        | Action::ResumeDeadlines
        | Action::ExtendDeadline
        | Action::GiveDate
        | Action::FollowUp
        | Action::EditRequest
        | Action::MoveCase
        | Action::ReopenCase
        | Action::ChangeType
        | Action::MigrateCase
        | Action::AddNote
        | Action::AddCustomerNote
        | Action::SendMessage
        | Action::StopMessage
        | Action::Reply
        | Action::EditNote
        | Action::RetractNote
        | Action::SetNoteVisibility => {}
    }
}

/// Whether the action is possible after the workflow has ended: a delivered answer can be sent once more, and if that
/// fails, it can be retried or given up.
fn goes_on_after_the_end(action: Action, progress: &Progress) -> bool {
    match action {
        Action::SendAgain => progress.release.as_ref().is_some_and(Release::is_delivered),
        Action::AnswerAnew => true,
        Action::ConfirmTarget | Action::Retry | Action::Withdraw => {
            progress.release.as_ref().is_some_and(|release| !release.sending.is_over())
        }
        Action::TakeCase
        | Action::ReturnCase
        | Action::AssignCase
        | Action::TakeOverCase
        | Action::EditCase
        | Action::EditFields
        | Action::ChangePriority
        | Action::TagCase
        | Action::ChangeCustomer
        | Action::ChangeTeam
        | Action::PauseDeadlines
        | Action::ResumeDeadlines
        | Action::ExtendDeadline
        | Action::GiveDate
        | Action::FollowUp
        | Action::EditRequest
        | Action::MoveCase
        | Action::ReopenCase
        | Action::ChangeType
        | Action::MigrateCase
        | Action::AddNote
        | Action::AddCustomerNote
        | Action::SendMessage
        | Action::StopMessage
        | Action::Reply
        | Action::EditNote
        | Action::RetractNote
        | Action::SetNoteVisibility
        | Action::ApproveIdentification
        | Action::PrepareData
        | Action::PrepareSource
        | Action::LeaveOutSource
        | Action::ApproveNoData
        | Action::ApproveData
        | Action::ApproveStep
        | Action::Deny
        | Action::Revoke
        | Action::Release => false,
    }
}

/// Why the answer cannot be sent once more; `None` if it can.
fn not_to_be_sent_again(progress: &Progress) -> Option<Blocker> {
    let Some(release) = progress.release.as_ref().filter(|release| release.is_delivered()) else {
        return Some(Blocker::NotDelivered);
    };
    if release.sending.has_failed() {
        return Some(Blocker::ReleaseFailed);
    }
    if !release.sending.is_over() {
        return Some(Blocker::DeliveryUnderWay);
    }
    release.blob().is_none().then_some(Blocker::PackageDestroyed)
}

fn under_way(found: &mut Vec<Blocker>, progress: &Progress) {
    if progress.denial.is_some() {
        found.push(Blocker::Denied);
    }
    found.extend(asked_for(progress));
}

/// Why an answer that was asked for leaves a case as it is: it is on its way, or it failed and somebody has to act;
/// `None` if none was asked for.
pub(crate) fn asked_for(progress: &Progress) -> Option<Blocker> {
    let release = progress.release.as_ref()?;
    Some(if release.sending.has_failed() { Blocker::ReleaseFailed } else { Blocker::ReleaseUnderWay })
}

/// Why an answer that is being sent leaves the request as it is; `None` if none is on its way.
pub(super) fn on_its_way(progress: &Progress) -> Option<Blocker> {
    let release = progress.release.as_ref().filter(|release| release.sending.due().is_some())?;
    Some(if release.is_delivered() { Blocker::DeliveryUnderWay } else { Blocker::ReleaseUnderWay })
}

/// Why a text of the case stays as it is: approvals cover it, and the answer that stands on them was asked for.
pub(crate) fn text_asked_for(case: &Case, field: MaterialField) -> Option<Blocker> {
    let progress = case.live()?;
    progress.covering(field).next().and_then(|_| asked_for(progress))
}

/// Adds why the step is not ready, and why the actor may not do it.
fn doable(found: &mut Vec<Blocker>, case: &Case, progress: &Progress, step: &Step, who: Who<'_>) {
    let label = || step.called(who.language);
    match progress.state_of(step) {
        StepState::Locked => found.extend(locked(progress, step, who.language)),
        StepState::Done => found.push(Blocker::StepDone { step: label() }),
        StepState::Ready | StepState::Failed | StepState::Denied => {}
    }
    for_whom(found, case, progress, step, who);
    if !progress.is_done(step) && progress.approvals_of(&step.id).any(|approval| who.gave(approval)) {
        found.push(Blocker::ApprovedByYou { step: label() });
    }
}

/// Adds why the actor may not do the step, whatever state it is in.
fn for_whom(found: &mut Vec<Blocker>, case: &Case, progress: &Progress, step: &Step, who: Who<'_>) {
    let label = || step.called(who.language);
    if Progress::is_for_holder(step) {
        found.extend(not_the_holder(case, who));
    }
    if step.excludes_raiser && case.raisers().any(|id| who.is(id)) {
        found.push(Blocker::RaisedByYou { step: label() });
    }
    for other in excluding(progress, step) {
        if progress.approvals_of(&other.id).any(|approval| who.gave(approval)) {
            found.push(Blocker::DidAnotherStep { step: label(), other: other.called(who.language) });
        }
    }
}

/// `StepLocked` if steps that this one requires are not done.
fn locked(progress: &Progress, step: &Step, language: &Language) -> Option<Blocker> {
    let requires: Vec<String> = progress.open_before(step).map(|open| open.called(language)).collect();
    (!requires.is_empty()).then(|| Blocker::StepLocked { step: step.called(language), requires })
}

/// `StepLocked` if steps are not done that the release does not require itself. Nothing is sent before every step is
/// done.
fn incomplete(progress: &Progress, release: &Step, language: &Language) -> Option<Blocker> {
    if progress.open_before(release).next().is_some() {
        return None;
    }
    let requires: Vec<String> = left_behind(progress, release).map(|step| step.called(language)).collect();
    (!requires.is_empty()).then(|| Blocker::StepLocked { step: release.called(language), requires })
}

fn revocable(found: &mut Vec<Blocker>, progress: &Progress, step: Option<&Step>, who: Who<'_>) {
    under_way(found, progress);
    let Some(step) = step else {
        found.push(Blocker::NoSuchStep);
        return;
    };
    let mut given = progress.approvals_of(&step.id).peekable();
    let Some(first) = given.peek().copied() else {
        found.push(Blocker::NotApproved { step: step.called(who.language) });
        return;
    };
    if !who.actor.may(Permission::RevokeApprovals) && !given.any(|approval| approval.by == *who.by) {
        found.push(Blocker::not_the_giver(&first.by));
    }
}

/// The steps with an approval of something other than what would be released now.
fn content_changed(case: &Case, progress: &Progress, language: &Language) -> Option<Blocker> {
    let steps: Vec<String> = stale(case, progress).map(|step| step.called(language)).collect();
    (!steps.is_empty()).then_some(Blocker::ContentChanged { steps })
}
