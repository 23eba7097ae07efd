//! The state of a case's workflow after decisions.

use crate::event::{ApprovedData, Event};
use crate::model::{ActorId, Approval, Denial, Progress, ShortText, Step, StepId, WorkflowId};

/// The progress of a round that begins. It keeps what earlier rounds ended as.
pub(super) fn started(
    before: Option<Progress>,
    workflow: WorkflowId,
    version: u32,
    steps: &[Step],
    round: u32,
    event: &Event,
) -> Progress {
    Progress {
        round,
        earlier: before.map(Progress::into_rounds).unwrap_or_default(),
        workflow,
        version,
        steps: steps.to_vec(),
        salt: event.personal.salt.clone().unwrap_or_default(),
        approvals: Vec::new(),
        denial: None,
        snapshot: None,
        release: None,
        failure: None,
        outcome: None,
    }
}

pub(super) fn approved(
    progress: &mut Progress,
    step: &StepId,
    digest: &str,
    data: Option<&ApprovedData>,
    event: &Event,
) {
    progress.approvals.push(Approval {
        step: step.clone(),
        by: event.header.actor.clone(),
        on_behalf_of: event.header.on_behalf_of.clone(),
        at: event.header.at,
        digest: digest.to_owned(),
        data: data.map(|data| data.with_reasons(&event.personal.redaction_reasons)),
        method: event.personal.method.clone(),
        checked: event.personal.checked.clone(),
    });
}

pub(super) fn denied(progress: &mut Progress, step: &StepId, code: &str, event: &Event) {
    let reason = |given: &Option<ShortText>| given.clone().unwrap_or_else(ShortText::erased);
    progress.denial = Some(Denial {
        step: step.clone(),
        code: code.to_owned(),
        by: event.header.actor.clone(),
        at: event.header.at,
        internal_reason: reason(&event.personal.reason),
        customer_reason: reason(&event.personal.customer_reason),
    });
    progress.failure = None;
}

pub(super) fn revoked(progress: &mut Progress, step: &StepId, by: &ActorId) {
    progress.approvals.retain(|approval| approval.step != *step || approval.by != *by);
    forget_failure_of_locked(progress);
}

pub(super) fn lapsed(progress: &mut Progress, steps: &[StepId]) {
    progress.approvals.retain(|approval| !steps.contains(&approval.step));
    forget_failure_of_locked(progress);
}

/// Drops the failure of a step that has become locked. It cannot be retried: once its requirements are done again, the
/// step starts from the beginning.
fn forget_failure_of_locked(progress: &mut Progress) {
    let failed = progress.failure.as_ref().and_then(|failure| progress.step(failure.step.as_str()));
    if failed.is_some_and(|step| !progress.has_failed(step)) {
        progress.failure = None;
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::decide::DestroyData;
    use crate::decide::testing::{Given, at, held_by};
    use crate::event::{CaseFact, Fact, Header, Personal};
    use crate::evolve::evolve;
    use crate::model::{BlobId, Case, DeliveryState, DueTask, Outcome, PackageRef, State, Timestamp};

    fn after(case: Case, fact: CaseFact, when: Timestamp) -> Case {
        next(case, fact, when).expect("the fact follows")
    }

    fn next(case: Case, fact: CaseFact, when: Timestamp) -> Option<Case> {
        let actor = ActorId::parse("actor", "petra").unwrap();
        let header = Header { at: when, actor, on_behalf_of: None, imported_by: None };
        let (revision, fact) = (case.revision + 1, Fact::Case(case.id, fact));
        let event = Event { position: 9, revision, header, fact, personal: Personal::default() };
        evolve(Some(State::Case(Box::new(case))), &event).and_then(State::into_case)
    }

    /// The case after a round whose answer was delivered this many days ago.
    fn round(case: Case, number: u32, days: i64) -> Case {
        let (workflow, key) = (WorkflowId(Uuid::from_u128(5)), format!("k{number}"));
        let blob = Some(BlobId(Uuid::from_u128(40 + u128::from(number))));
        let package = PackageRef { blob, sha256: String::new(), size: 1 };
        let step = StepId::parse("step", "release").unwrap();
        let outcome = Some(Outcome::NoData);
        let facts = [
            CaseFact::WorkflowStarted { workflow, version: 1, steps: Vec::new(), round: number },
            CaseFact::ReleaseRequested { step, digest: "d".into(), key: key.clone(), target: None },
            CaseFact::PackageBuilt { key: key.clone(), attempt: 1, package },
            CaseFact::Delivered { key, attempt: 1, outcome, receipt: None },
        ];
        let when = at() - chrono::TimeDelta::days(days);
        facts.into_iter().fold(case, |case, fact| after(case, fact, when))
    }

    fn two_rounds() -> Case {
        round(round(held_by("petra"), 1, 40), 2, 20)
    }

    #[test]
    fn a_second_round_begins_anew_and_keeps_the_answer_of_the_first() {
        let progress = two_rounds().progress.unwrap();
        assert_eq!((progress.round, progress.release.as_ref().unwrap().key()), (2, "k2"));
        let [first] = progress.earlier.as_slice() else { panic!("one round has ended") };
        let release = first.release.as_ref().unwrap();
        assert_eq!((first.number, first.outcome.clone(), release.key()), (1, Some(Outcome::NoData), "k1"));
        assert!(matches!(release.sending.state, DeliveryState::Arrived { attempt: 1, .. }));
    }

    #[test]
    fn what_a_round_sent_is_destroyed_when_its_own_time_is_over() {
        let case = two_rounds();
        let before = at() - chrono::TimeDelta::days(30);
        let first = at() - chrono::TimeDelta::days(40);
        assert_eq!(case.progress.as_deref().unwrap().due_task(), Some((DueTask::DestroyData, first)));
        let destroy = DestroyData { case: case.id, before };
        let decision = Given::new().with_case(case.clone()).when(&destroy).unwrap();
        let facts = crate::decide::testing::case_facts(&decision);
        assert_eq!(facts, [CaseFact::DataDestroyed { round: 1 }]);
        assert_eq!(decision.drop_blobs, [BlobId(Uuid::from_u128(41))]);
        let progress = after(case, facts[0].clone(), at()).progress.unwrap();
        let second = at() - chrono::TimeDelta::days(20);
        assert_eq!(progress.due_task(), Some((DueTask::DestroyData, second)), "the second round's is kept");
    }

    #[test]
    fn a_fact_about_a_sending_that_is_not_under_way_cannot_follow() {
        let case = two_rounds();
        let package = PackageRef { blob: None, sha256: String::new(), size: 1 };
        for key in ["k1", "k3"] {
            let key = key.to_owned();
            for fact in [
                CaseFact::PackageBuilt { key: key.clone(), attempt: 1, package: package.clone() },
                CaseFact::DeliveryStarted { key: key.clone(), attempt: 2, lease_until: at() },
                CaseFact::Delivered { key: key.clone(), attempt: 2, outcome: None, receipt: None },
                CaseFact::SendingStopped { key: key.clone() },
            ] {
                assert_eq!(next(case.clone(), fact.clone(), at()), None, "{fact:?}");
            }
        }
        let again = CaseFact::SendingRequested { key: "k-2".into(), number: 2, target: None };
        let unanswered = CaseFact::WorkflowStarted {
            workflow: WorkflowId(Uuid::from_u128(5)),
            version: 1,
            steps: Vec::new(),
            round: 1,
        };
        let case = after(held_by("petra"), unanswered, at());
        assert_eq!(next(case, again, at()), None, "there is no answer to send again");
    }
}
