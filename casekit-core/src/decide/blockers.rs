//! Why an action is not possible now. Commands, and screens that ask before they offer an action, use the same rules
//! and get every reason.

use serde::{Deserialize, Serialize};

use crate::language::Language;
use crate::model::{
    Actor, ActorId, Approval, Case, Catalog, Permission, Progress, Release, StageCategory, Step, StepKind,
    StepState,
};
use crate::rejection::Blocker;
use crate::release::delivery::TARGET_CHANGED;
use crate::work_item::{excluding, left_behind, stale};

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
    /// Approve that the requester is who they say they are.
    ApproveIdentification,
    /// Collect the data from the sources.
    PrepareData,
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
    /// Try the failed step or delivery again.
    Retry,
    /// End the workflow because the request was withdrawn, or give up a repeated sending that fails.
    Withdraw,
}

impl Action {
    /// The stable name of the action in errors and hosts: that of its command, such as `take_case`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::TakeCase => "take_case",
            Self::ReturnCase => "return_case",
            Self::AssignCase => "assign_case",
            Self::TakeOverCase => "take_over_case",
            Self::ApproveIdentification => "approve_identification",
            Self::PrepareData => "prepare_data",
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
        match self {
            Self::ApproveIdentification => Some(StepKind::Identification),
            Self::PrepareData | Self::ApproveNoData | Self::ApproveData => Some(StepKind::DataApproval),
            Self::ApproveStep => Some(StepKind::Approval),
            Self::Release | Self::SendAgain | Self::ConfirmTarget => Some(StepKind::Release),
            Self::TakeCase
            | Self::ReturnCase
            | Self::AssignCase
            | Self::TakeOverCase
            | Self::Deny
            | Self::Revoke
            | Self::Retry
            | Self::Withdraw => None,
        }
    }
}

/// Who wants to act, and how they read names.
#[derive(Clone, Copy)]
pub(crate) struct Who<'a> {
    pub(crate) actor: &'a Actor,
    pub(crate) by: &'a ActorId,
    pub(crate) on_behalf_of: Option<&'a ActorId>,
    /// For the labels of stages, which blockers quote.
    pub(crate) catalog: &'a Catalog,
    pub(crate) language: &'a Language,
}

impl Who<'_> {
    /// Whether the actor is this person, or acts for them.
    fn is(&self, id: &ActorId) -> bool {
        self.by == id || self.on_behalf_of == Some(id)
    }

    fn gave(&self, approval: &Approval) -> bool {
        self.is(&approval.by) || approval.on_behalf_of.as_ref().is_some_and(|id| self.is(id))
    }

    fn lacks(&self, permission: Permission) -> Option<Blocker> {
        (!self.actor.may(permission)).then_some(Blocker::PermissionMissing { permission })
    }
}

/// The permission that an action needs: that of the step where there is one, otherwise a general one.
pub(crate) fn permission_for(action: Action, step: Option<&Step>) -> Permission {
    match action {
        Action::TakeCase | Action::ReturnCase => Permission::TakeCases,
        Action::AssignCase => Permission::AssignCases,
        Action::TakeOverCase => Permission::TakeOverCases,
        Action::ApproveIdentification
        | Action::PrepareData
        | Action::ApproveNoData
        | Action::ApproveData
        | Action::ApproveStep
        | Action::Deny
        | Action::Withdraw => step.map_or(Permission::DecideSteps, |step| step.permission),
        Action::Revoke => Permission::DecideSteps,
        Action::Release | Action::SendAgain | Action::ConfirmTarget => {
            step.map_or(Permission::ReleaseCases, |step| step.permission)
        }
        Action::Retry => Permission::RetryFailures,
    }
}

/// Every reason why an action on a case is not possible now; empty if it is possible.
pub(crate) fn blockers(case: &Case, action: Action, step: Option<&Step>, who: Who<'_>) -> Vec<Blocker> {
    let mut found: Vec<Blocker> = who.lacks(permission_for(action, step)).into_iter().collect();
    match action {
        Action::TakeCase => {
            found.extend(closed(case, who));
            found.extend(case.holder_id().map(|by| match by == who.by {
                true => Blocker::HeldByYou,
                false => Blocker::HeldBy { by: by.to_string() },
            }));
        }
        Action::ReturnCase => match case.holder_id() {
            None => found.push(Blocker::NotTaken),
            Some(by) if by == who.by || who.actor.may(Permission::AssignCases) => {}
            Some(by) => found.push(Blocker::HeldBy { by: by.to_string() }),
        },
        Action::AssignCase => found.extend(closed(case, who)),
        Action::TakeOverCase => {
            found.extend(closed(case, who));
            match case.holder_id() {
                None => found.push(Blocker::NotTaken),
                Some(by) if by == who.by => found.push(Blocker::HeldByYou),
                Some(_) => {}
            }
        }
        Action::ApproveIdentification
        | Action::PrepareData
        | Action::ApproveNoData
        | Action::ApproveData
        | Action::ApproveStep
        | Action::Deny
        | Action::Revoke
        | Action::Release
        | Action::SendAgain
        | Action::ConfirmTarget
        | Action::Retry
        | Action::Withdraw => in_workflow(&mut found, case, action, step, who),
    }
    found
}

/// Nobody becomes the holder of a closed case: it has to be reopened first, which needs a reason. A resolved case may
/// be taken, because its answer may have to be sent again.
fn closed(case: &Case, who: Who<'_>) -> Option<Blocker> {
    let stage = || who.catalog.stage_label(case.case_type, &case.stage, who.language);
    (case.category == StageCategory::Closed).then(|| Blocker::Closed { stage: stage() })
}

fn in_workflow(found: &mut Vec<Blocker>, case: &Case, action: Action, step: Option<&Step>, who: Who<'_>) {
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
        Action::Retry => match &progress.failure {
            None => found.push(Blocker::NothingToRetry),
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
            match action {
                Action::ApproveData if progress.snapshot.is_none() => found.push(Blocker::NoSnapshot),
                Action::Release => {
                    found.extend(incomplete(progress, step, who.language));
                    found.extend(content_changed(case, progress, who.language));
                }
                Action::TakeCase
                | Action::ReturnCase
                | Action::AssignCase
                | Action::TakeOverCase
                | Action::ApproveIdentification
                | Action::PrepareData
                | Action::ApproveNoData
                | Action::ApproveData
                | Action::ApproveStep
                | Action::Deny
                | Action::Revoke
                | Action::SendAgain
                | Action::ConfirmTarget
                | Action::Retry
                | Action::Withdraw => {}
            }
        }
        Action::TakeCase | Action::ReturnCase | Action::AssignCase | Action::TakeOverCase => {}
    }
}

/// Whether the action is possible after the workflow has ended: a delivered answer can be sent once more, and if that
/// fails, it can be retried or given up.
fn goes_on_after_the_end(action: Action, progress: &Progress) -> bool {
    match action {
        Action::SendAgain => progress.release.as_ref().is_some_and(Release::is_delivered),
        Action::ConfirmTarget | Action::Retry | Action::Withdraw => {
            progress.release.as_ref().is_some_and(|release| !release.sending.is_over())
        }
        Action::TakeCase
        | Action::ReturnCase
        | Action::AssignCase
        | Action::TakeOverCase
        | Action::ApproveIdentification
        | Action::PrepareData
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
        return Some(Blocker::ReleaseUnderWay);
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
    if progress.release.is_some() {
        found.push(Blocker::ReleaseUnderWay);
    }
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

fn not_the_holder(case: &Case, who: Who<'_>) -> Option<Blocker> {
    match case.holder_id() {
        None => Some(Blocker::NotTaken),
        Some(by) if who.by == by => None,
        Some(by) => Some(Blocker::HeldBy { by: by.to_string() }),
    }
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
        found.push(Blocker::NotTheGiver { by: first.by.to_string() });
    }
}

/// The steps with an approval of something other than what would be released now.
fn content_changed(case: &Case, progress: &Progress, language: &Language) -> Option<Blocker> {
    let steps: Vec<String> = stale(case, progress).map(|step| step.called(language)).collect();
    (!steps.is_empty()).then_some(Blocker::ContentChanged { steps })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::testing::{actor, at, held_by};
    use crate::language::Message;
    use crate::model::{Failure, FailureClass, Responsible, Role, StepId, WorkflowId, shipped_workflows};

    fn step_id(text: &str) -> StepId {
        StepId::parse("step", text).unwrap()
    }

    fn approval(step: &str) -> Approval {
        Approval {
            step: step_id(step),
            by: ActorId::parse("actor", "petra").unwrap(),
            on_behalf_of: None,
            at: at(),
            digest: String::new(),
            data: None,
            method: None,
            checked: Vec::new(),
        }
    }

    fn failure(step: &str) -> Failure {
        Failure {
            code: "source_missing".into(),
            class: FailureClass::Configuration,
            responsible: Responsible::ItAdministrator,
            step: step_id(step),
            setting: None,
            hint: Message::given(""),
            attempts: 1,
            at: at(),
        }
    }

    /// A data request held by `petra`, with these steps approved, whose collection failed.
    fn failed_collection(approved: &[&str]) -> Case {
        let (_, version) = shipped_workflows().remove(0);
        let progress = Progress {
            round: 1,
            earlier: Vec::new(),
            workflow: WorkflowId(uuid::Uuid::from_u128(5)),
            version: 1,
            steps: version.steps,
            salt: String::new(),
            approvals: approved.iter().map(|step| approval(step)).collect(),
            denial: None,
            snapshot: None,
            release: None,
            failure: Some(failure("data_approval")),
            outcome: None,
        };
        Case { progress: Some(Box::new(progress)), ..held_by("petra") }
    }

    fn found(case: &Case, action: Action, step: &str) -> Vec<Blocker> {
        let petra = actor("petra", Role::Approver);
        let by = ActorId::parse("actor", "petra").unwrap();
        let (catalog, language) = (Catalog::default(), Language::english());
        let who = Who { actor: &petra, by: &by, on_behalf_of: None, catalog: &catalog, language };
        let step = case.progress.as_deref().unwrap().step(step);
        blockers(case, action, step, who)
    }

    fn locked(step: &str, requires: &str) -> Blocker {
        Blocker::StepLocked { step: step.into(), requires: vec![requires.into()] }
    }

    #[test]
    fn a_failed_step_is_locked_while_what_it_requires_is_not_done() {
        let (identified, not) = (failed_collection(&["identification"]), failed_collection(&[]));
        let locked = [locked("Data approval", "Identification")];
        for action in [Action::PrepareData, Action::ApproveNoData, Action::Deny] {
            assert_eq!(found(&identified, action, "data_approval"), [], "{action:?}");
            assert_eq!(found(&not, action, "data_approval"), locked, "{action:?}");
        }
        assert_eq!(found(&identified, Action::Retry, ""), []);
        assert_eq!(found(&not, Action::Retry, ""), locked);
    }

    #[test]
    fn who_raised_a_case_or_imported_it_is_excluded_with_the_raiser() {
        let mut case = failed_collection(&[]);
        for step in &mut case.progress.as_mut().unwrap().steps {
            step.excludes_raiser = true;
        }
        let excluded = [Blocker::RaisedByYou { step: "Identification".into() }];
        let blocked = |case: &Case| found(case, Action::ApproveIdentification, "identification");
        assert_eq!(blocked(&case), [], "rita raised it");
        let petra = || ActorId::parse("actor", "petra").unwrap();
        assert_eq!(blocked(&Case { raised_by: petra(), ..case.clone() }), excluded);
        assert_eq!(blocked(&Case { raised_for: Some(petra()), ..case.clone() }), excluded);
        assert_eq!(blocked(&Case { imported_by: Some(petra()), ..case }), excluded);
    }

    #[test]
    fn a_failed_step_that_is_locked_is_nobodys_turn() {
        let ready = |case: &Case| -> Vec<String> {
            let progress = case.progress.as_deref().unwrap();
            progress.ready_steps().map(|step| step.id.to_string()).collect()
        };
        assert_eq!(ready(&failed_collection(&["identification"])), ["data_approval"]);
        assert_eq!(ready(&failed_collection(&[])), ["identification"]);
    }

    #[test]
    fn a_release_leaves_no_step_behind_even_one_that_it_does_not_require_itself() {
        let case = failed_collection(&["data_approval"]);
        let found = found(&case, Action::Release, "release");
        assert!(found.contains(&locked("Release", "Identification")), "{found:?}");
    }
}
