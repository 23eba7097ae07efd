//! The state of a case's workflow after decisions.

use crate::event::{ApprovedData, Event, Identified};
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
    let messages = before.as_ref().map(|before| before.messages.clone()).unwrap_or_default();
    Progress {
        round,
        messages,
        earlier: before.map(Progress::into_rounds).unwrap_or_default(),
        workflow,
        version,
        steps: steps.to_vec(),
        salt: event.personal.salt.clone().unwrap_or_default(),
        approvals: Vec::new(),
        denial: None,
        snapshot: None,
        left_out: Vec::new(),
        release: None,
        failure: None,
        outcome: None,
    }
}

pub(super) fn approved(
    progress: &mut Progress,
    step: &StepId,
    digest: &str,
    (data, identified): (Option<&ApprovedData>, Option<&Identified>),
    event: &Event,
) {
    progress.approvals.push(Approval {
        step: step.clone(),
        by: event.header.actor.clone(),
        on_behalf_of: event.header.on_behalf_of.clone(),
        at: event.header.at,
        digest: digest.to_owned(),
        data: data.map(|data| data.with_reasons(&event.personal)),
        method: event.personal.method.clone(),
        checked: event.personal.checked.clone(),
        assurance: identified.and_then(|one| one.assurance),
        credentials: identified.map(|one| one.credentials.clone()).unwrap_or_default(),
        note: event.personal.reason.clone().filter(|_| event.personal.method.is_some()),
    });
    // Who approves a step has decided without what failed there.
    if progress.step(step.as_str()).is_some_and(|step| progress.is_done(step)) {
        forget_failure(progress, |failed| failed == step);
    }
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
    forget_failure_of(progress, std::slice::from_ref(step));
}

pub(super) fn lapsed(progress: &mut Progress, steps: &[StepId]) {
    progress.approvals.retain(|approval| !steps.contains(&approval.step));
    forget_failure_of(progress, steps);
}

/// Drops the failure, and which sources are left out, after the customer or the type changed: they are about what the
/// case was.
pub(super) fn changed(progress: &mut Progress) {
    progress.left_out.clear();
    forget_failure(progress, |_| true);
}

/// Drops the failure of a step whose approvals ended, or which has become locked. It cannot be retried: the step starts
/// from the beginning.
fn forget_failure_of(progress: &mut Progress, steps: &[StepId]) {
    let locked: Vec<StepId> =
        progress.steps.iter().filter(|step| !progress.has_failed(step)).map(|step| step.id.clone()).collect();
    forget_failure(progress, |failed| steps.contains(failed) || locked.contains(failed));
}

/// Drops the failure of these steps. A delivery's failure stays: it ends by a retry or by withdrawing.
fn forget_failure(progress: &mut Progress, of: impl Fn(&StepId) -> bool) {
    if progress.release.is_none() && progress.failure.as_ref().is_some_and(|failure| of(&failure.step)) {
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
    use crate::model::{
        BlobId, Case, DeliveryState, DueTask, Outcome, PackageRef, State, Timestamp, WebformTarget,
    };

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

    /// A case whose collection failed, in the shipped workflow with a quorum of two for the data.
    fn failed_collection() -> Case {
        let (_, mut version) = crate::model::shipped_workflows().remove(0);
        version.steps[1].quorum = 2;
        let (workflow, steps) = (WorkflowId(Uuid::from_u128(5)), version.steps);
        let started = CaseFact::WorkflowStarted { workflow, version: 1, steps, round: 1 };
        let fault = crate::release::Fault::transient("shop_closed", "try again later");
        let failure = fault.at(&step("data_approval"), 1, at());
        let facts =
            [started, approve("identification"), approve("data_approval"), CaseFact::StepFailed { failure }];
        facts.into_iter().fold(held_by("petra"), |case, fact| after(case, fact, at()))
    }

    fn step(id: &str) -> StepId {
        StepId::parse("step", id).unwrap()
    }

    fn approve(id: &str) -> CaseFact {
        CaseFact::StepApproved { step: step(id), digest: "d".into(), data: None, identified: None }
    }

    fn fails(case: &Case) -> bool {
        case.progress.as_deref().is_some_and(|progress| progress.failure.is_some())
    }

    #[test]
    fn a_failure_before_anything_was_sent_ends_with_what_it_was_about() {
        let case = failed_collection();
        let by = ActorId::parse("actor", "petra").unwrap();
        let revoked = |id| CaseFact::ApprovalRevoked { step: step(id), by: by.clone() };
        let lapsed = |id| CaseFact::ApprovalsLapsed { steps: vec![step(id)], why: "content_changed".into() };
        let to = Some(crate::model::CustomerId(Uuid::from_u128(7)));
        assert!(fails(&case));
        for fact in [
            revoked("identification"),
            revoked("data_approval"),
            lapsed("identification"),
            lapsed("data_approval"),
            CaseFact::CustomerChanged { from: None, to },
            approve("data_approval"),
        ] {
            assert!(!fails(&after(case.clone(), fact.clone(), at())), "{fact:?}");
        }
        assert!(fails(&after(case, CaseFact::TitleChanged, at())));
    }

    #[test]
    fn a_failure_of_a_delivery_stays_until_it_is_retried_or_withdrawn() {
        let key = "k".to_owned();
        let asked =
            CaseFact::ReleaseRequested { step: step("release"), digest: "d".into(), key, target: None };
        let fault = crate::release::Fault::transient("press_jammed", "try again later");
        let failure = fault.at(&step("release"), 1, at());
        let failed = CaseFact::BuildFailed { key: "k".into(), attempt: 1, failure };
        let case =
            [asked, failed].into_iter().fold(failed_collection(), |case, fact| after(case, fact, at()));
        let by = ActorId::parse("actor", "petra").unwrap();
        for fact in [
            CaseFact::ApprovalRevoked { step: step("identification"), by },
            CaseFact::ApprovalsLapsed { steps: vec![step("release")], why: "content_changed".into() },
            CaseFact::CustomerChanged { from: None, to: None },
        ] {
            assert!(fails(&after(case.clone(), fact.clone(), at())), "{fact:?}");
        }
        assert!(!fails(&after(case, CaseFact::WorkflowEnded { outcome: Outcome::Withdrawn }, at())));
    }

    #[test]
    fn a_sending_keeps_the_target_that_it_was_asked_for() {
        let [first, second] = ["https://a.example", "https://b.example"]
            .map(|url| WebformTarget::Http { url: url.into(), secret: None });
        let target = |case: &Case| {
            case.progress.as_deref().and_then(|one| one.release.as_ref()).unwrap().sending.target.clone()
        };
        let (step, digest, key) = (step("release"), "d".to_owned(), "k".to_owned());
        let asked = CaseFact::ReleaseRequested { step, digest, key, target: Some(first.clone()) };
        let case = after(failed_collection(), asked, at());
        assert_eq!(target(&case), Some(first));
        let again = CaseFact::SendingRequested { key: "k-2".into(), number: 2, target: Some(second.clone()) };
        assert_eq!(target(&after(case, again, at())), Some(second));
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
