//! Why an action is not possible now. Commands, and screens that ask before they offer an action, use the same rules
//! and get every reason.

mod workflow;

pub(crate) use workflow::{asked_for, text_asked_for};

use super::action::Action;
use super::policies::{extendable, pause_reasons};
use crate::language::Language;
use crate::model::{
    Actor, ActorId, Approval, Case, Catalog, DeadlinePhase, DeadlinePolicy, Permission, StageCategory, Step,
    limits,
};
use crate::rejection::Blocker;
use workflow::{in_workflow, on_its_way};

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
        | Action::PrepareSource
        | Action::LeaveOutSource
        | Action::ApproveNoData
        | Action::ApproveData
        | Action::ApproveStep
        | Action::Deny
        | Action::AnswerAnew
        | Action::Withdraw => step.map_or(Permission::DecideSteps, |step| step.permission),
        Action::Revoke => Permission::DecideSteps,
        Action::Release | Action::SendAgain | Action::ConfirmTarget => {
            step.map_or(Permission::ReleaseCases, |step| step.permission)
        }
        Action::Retry => Permission::RetryFailures,
        Action::EditCase
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
        | Action::MigrateCase => Permission::EditCases,
        Action::AddNote
        | Action::AddCustomerNote
        | Action::SendMessage
        | Action::StopMessage
        | Action::Reply
        | Action::EditNote
        | Action::RetractNote
        | Action::SetNoteVisibility => Permission::WriteNotes,
    }
}

/// Every reason why an action on a case is not possible now; empty if it is possible. What stands in the way of a move to
/// a stage or a type is in `case_edit`, and of changing a note in `note`.
pub(crate) fn blockers(case: &Case, action: Action, step: Option<&Step>, who: Who<'_>) -> Vec<Blocker> {
    let mut found: Vec<Blocker> = who.lacks(permission_for(action, step)).into_iter().collect();
    match action {
        Action::TakeCase => {
            found.extend(closed(case, who));
            found.extend(case.holder_id().map(|by| match by == who.by {
                true => Blocker::HeldByYou,
                false => Blocker::held_by(by),
            }));
        }
        Action::ReturnCase => match case.holder_id() {
            None => found.push(Blocker::NotTaken),
            Some(_) => found.extend(held_by_another(case, who)),
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
        Action::ChangeCustomer => found.extend(case.live().and_then(asked_for)),
        Action::EditRequest => {
            found.extend(case.request.is_none().then_some(Blocker::NoRequest));
            found.extend(case.progress.as_deref().and_then(on_its_way));
        }
        Action::SendMessage => {
            found.extend(not_the_holder(case, who));
            found.extend(case.request.is_none().then_some(Blocker::NoRequest));
            match case.live() {
                Some(progress) if progress.messages.len() >= limits::PARTS => {
                    found.push(Blocker::LimitReached { limit: limits::PARTS as u64 });
                }
                Some(_) => {}
                None => found.extend(no_longer(case, who)),
            }
        }
        // A case that leaves its team is returned, so it takes what that takes.
        Action::ChangeTeam => found.extend(case.team.and_then(|_| held_by_another(case, who))),
        Action::PauseDeadlines => {
            let mut reasons = pause_reasons(case, who.catalog);
            let any = reasons.first().cloned();
            reasons.retain(|reason| !case.clock.is_paused_for(reason));
            match any {
                None => found.push(Blocker::NothingToPause),
                Some(reason) if reasons.is_empty() => {
                    found.push(Blocker::AlreadyPaused { reason: reason.into() });
                }
                // Which of them is for the caller to say.
                Some(_) => {}
            }
        }
        Action::ResumeDeadlines => {
            found.extend((!case.clock.is_paused()).then_some(Blocker::NothingPaused));
        }
        Action::ExtendDeadline => {
            match extendable(case, who.catalog).as_slice() {
                [] => found.push(Blocker::NothingToExtend),
                [(one, _)] => found.extend(not_to_be_extended(case, one, who)),
                // Which of them is for the caller to say.
                _ => {}
            }
        }
        Action::EditCase
        | Action::EditFields
        | Action::ChangePriority
        | Action::TagCase
        | Action::GiveDate
        | Action::FollowUp
        | Action::MoveCase
        | Action::ReopenCase
        | Action::ChangeType
        | Action::MigrateCase
        | Action::AddNote
        | Action::AddCustomerNote
        | Action::StopMessage
        | Action::Reply
        | Action::EditNote
        | Action::RetractNote
        | Action::SetNoteVisibility => {}
        Action::ApproveIdentification
        | Action::PrepareData
        | Action::PrepareSource
        | Action::LeaveOutSource
        | Action::ApproveNoData
        | Action::ApproveData
        | Action::ApproveStep
        | Action::Deny
        | Action::Revoke
        | Action::Release
        | Action::SendAgain
        | Action::ConfirmTarget
        | Action::AnswerAnew
        | Action::Retry
        | Action::Withdraw => in_workflow(&mut found, case, action, step, who),
    }
    found
}

/// Why the one deadline of a case that its policy lets be extended cannot be, as far as that does not depend on the time.
fn not_to_be_extended(case: &Case, policy: &DeadlinePolicy, who: Who<'_>) -> Option<Blocker> {
    let deadline = policy.label.said(who.language).into_owned();
    if case.clock.extensions.iter().any(|extension| extension.policy == policy.code) {
        return Some(Blocker::ExtendedAlready { deadline });
    }
    match case.clock.deadline(&policy.code)?.phase {
        DeadlinePhase::NotStarted => Some(Blocker::DeadlineNotStarted { deadline }),
        DeadlinePhase::Met => Some(Blocker::DeadlineMet { deadline }),
        DeadlinePhase::Running | DeadlinePhase::Paused => None,
    }
}

/// Why nothing goes on in the workflow of a case.
fn no_longer(case: &Case, who: Who<'_>) -> Option<Blocker> {
    Some(match case.progress.as_deref().and_then(|progress| progress.outcome.as_ref()) {
        Some(outcome) => Blocker::WorkflowEnded { outcome: who.language.render(&outcome.message()) },
        None => Blocker::NoWorkflow,
    })
}

/// Nobody becomes the holder of a closed case: it has to be reopened first, which needs a reason. A resolved case may
/// be taken, because its answer may have to be sent again.
fn closed(case: &Case, who: Who<'_>) -> Option<Blocker> {
    let stage = || who.catalog.stage_label(case.case_type, &case.stage, who.language);
    (case.category == StageCategory::Closed).then(|| Blocker::Closed { stage: stage() })
}

/// Only who may assign cases returns one that somebody else holds.
fn held_by_another(case: &Case, who: Who<'_>) -> Option<Blocker> {
    let other = case.holder_id().filter(|by| *by != who.by);
    other.filter(|_| !who.actor.may(Permission::AssignCases)).map(Blocker::held_by)
}

pub(super) fn not_the_holder(case: &Case, who: Who<'_>) -> Option<Blocker> {
    match case.holder_id() {
        None => Some(Blocker::NotTaken),
        Some(by) if who.by == by => None,
        Some(by) => Some(Blocker::held_by(by)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::testing::{actor, at, held_by};
    use crate::language::Message;
    use crate::model::{
        Failure, FailureClass, Progress, Responsible, Role, StepId, WorkflowId, shipped_workflows,
    };

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
            assurance: None,
            credentials: Vec::new(),
            note: None,
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
            retry_at: None,
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
            left_out: Vec::new(),
            messages: Vec::new(),
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
